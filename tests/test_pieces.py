"""A file of pieces is one of gzip, whatever packs it, and each piece is known by itself."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import pytest

from kg.pipeline.columns.pieces import Pieces, damages, is_of, of_pieces, unpacked

TEXTS = [b"<urn:a> <urn:b> <urn:c> .\n" * 4000, b"", b'<urn:d> <urn:e> "\xd1\x8f" .\n']


@pytest.fixture(params=["isal", "zlib"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each of the two: where there is no isal, zlib packs."""
    name = str(request.param)
    if name == "zlib":
        for module in ("isal", "isal.igzip", "isal.isal_zlib"):
            monkeypatch.setitem(sys.modules, module, None)
    return name


def packed(texts: list[bytes]) -> tuple[bytes, Pieces]:
    file = io.BytesIO()
    pieces = Pieces(file)
    for text in texts:
        for at in range(0, len(text), 5000):
            pieces.add(memoryview(text)[at : at + 5000])
        pieces.cut()
    return file.getvalue(), pieces


def test_gzip_reads_all_of_it(library: str, tmp_path: Path) -> None:
    place = tmp_path / f"{library}.gz"
    place.write_bytes(packed(TEXTS)[0])

    done = subprocess.run(["gzip", "-dc", place], capture_output=True, check=True)

    assert done.stdout == b"".join(TEXTS)


def test_a_piece_is_known_by_what_stands_in_it(library: str) -> None:
    """Twelve hexadecimal digits of each by `sha256sum`; what packs does not matter."""
    content, pieces = packed(TEXTS)
    sizes = [one.size for one in pieces.closed]
    digests = [one.digest for one in pieces.closed]

    assert sizes == [len(text) for text in TEXTS] == [104_000, 0, 23]
    assert digests == [hashlib.sha256(text).hexdigest() for text in TEXTS], library
    assert of_pieces(pieces.closed) == hashlib.sha256("".join(digests).encode()).hexdigest()
    assert sum(one.packed for one in pieces.closed) == len(content) < 2000


def test_each_is_found_where_it_begins(library: str) -> None:
    content, pieces = packed(TEXTS)
    at = 0
    for text, piece in zip(TEXTS, pieces.closed, strict=True):
        file = io.BytesIO(content)
        file.seek(at)
        assert is_of(file, [piece], is_all=False), library
        file.seek(at)
        assert unpacked(file).read(piece.size) == text
        at += piece.packed


def test_the_bytes_follow_from_what_is_packed_alone(library: str) -> None:
    """Not from the pieces in which it comes, of which those of isal do."""
    text = b"".join(
        b'<urn:%d> <urn:p> "%d" .\n' % (at % 997, at * at % 10_007) for at in range(99_999)
    )
    found = set()
    for size in (1000, 4096, 2**16, 10**6, len(text)):
        file = io.BytesIO()
        pieces = Pieces(file)
        for at in range(0, len(text), size):
            pieces.add(memoryview(text)[at : at + size])
        pieces.cut()
        found.add(file.getvalue())

    assert len(text) > 2**21
    assert len(found) == 1, library
    assert unpacked(io.BytesIO(found.pop())).read() == text


@pytest.mark.parametrize("other", ["isal", "zlib"])
def test_one_reads_what_the_other_packs(
    library: str, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, pieces = packed(TEXTS)
    if other == "zlib":
        monkeypatch.setitem(sys.modules, "isal.igzip", None)

    assert unpacked(io.BytesIO(content)).read() == b"".join(TEXTS), library
    assert is_of(io.BytesIO(content), pieces.closed)


@pytest.mark.parametrize("how", ["shorter", "longer", "otherwise"])
def test_what_is_damaged_is_none_of_it(library: str, how: str) -> None:
    content, pieces = packed(TEXTS)
    damaged = {
        "shorter": content[:-1],
        "longer": content + b"\n",
        "otherwise": content[:60] + bytes([content[60] ^ 1]) + content[61:],
    }[how]

    assert not is_of(io.BytesIO(damaged), pieces.closed), library


def test_what_is_cut_off_or_no_gzip_is_told(library: str) -> None:
    content, _ = packed(TEXTS)
    wrong = content[:20] + b"\xff" * 60 + content[80:]
    for damaged in (content[:-3], b"no gzip at all", wrong):
        with pytest.raises(damages()):
            unpacked(io.BytesIO(damaged)).read()
    assert library


def refused(pieces: Pieces) -> None:
    """Either library may hold back what it was given until the piece is closed."""
    pieces.add(TEXTS[0])
    pieces.cut()


def test_a_disk_that_refuses_is_told(library: str) -> None:
    with Path("/dev/full").open("wb", buffering=0) as file:
        pieces = Pieces(file)
        with pytest.raises(OSError, match="No space"):
            refused(pieces)
    assert library
