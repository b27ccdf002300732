"""A project that begins with a packed file, as dumps come: what it holds is read, up to a limit."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from beginnings import Capture, begin, facts, rows
from wikibased import entity, item, said

from kg.cli.commands import main
from kg.files import digest
from kg.model import packed

TABLE = ("--subject", "who", "--object", "what", "--predicate", "member of")
CLUB = "https://clubs.example/"
GRAPHML = """\
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="r" for="edge" attr.name="relation" attr.type="string"/>
  <graph edgedefault="directed">
    <node id="Ada"/><node id="Rowers"/>
    <edge source="Ada" target="Rowers"><data key="r">member of</data></edge>
  </graph>
</graphml>
"""
# The same in each form: Ada is a member of the Rowers.
FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "table.csv": ("who,what\nAda,Rowers\n", TABLE),
    "links.nt": (f"<{CLUB}Ada> <{CLUB}memberOf> <{CLUB}Rowers> .\n", ()),
    "links.ttl": (f"@prefix : <{CLUB}> . :Ada :memberOf :Rowers .\n", ()),
    "items.json": (
        json.dumps(
            {
                "entities": {
                    "Q1": entity("Q1", said(item("P463", "Q2")), en="Ada"),
                    "Q2": entity("Q2", en="Rowers"),
                    "P463": entity("P463", en="member of"),
                }
            }
        ),
        (),
    ),
    "graph.json": (
        json.dumps(
            {
                "directed": True,
                "nodes": [{"id": "Ada"}, {"id": "Rowers"}],
                "edges": [{"source": "Ada", "target": "Rowers", "relation": "member of"}],
            }
        ),
        (),
    ),
    "graph.graphml": (GRAPHML, ()),
}
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".XZ": lzma.compress,
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refused(capsys: Capture, name: str, *words: str) -> tuple[object, str]:
    """Return the exit code and what was said of a file of which no project is made."""
    with pytest.raises(SystemExit) as ended:
        main(["init", "mine", "--from", name, *words])
    assert not Path("mine").exists()
    return ended.value.code, capsys.readouterr().err


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("packer", PACKERS)
def test_a_packed_file_says_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture, name: str, packer: str
) -> None:
    """Its digest is that of the file as it lies there."""
    text, words = FILES[name]
    content = PACKERS[packer](text.encode())
    Path(name + packer).write_bytes(content)

    code, lines = begin(monkeypatch, capfd, name + packer, *words)

    assert (code, lines[0].split("; ")[0]) == (0, "wrote mine (10 files)")
    assert facts(tmp_path) == {("ada", "memberOf", "rowers", "", "", "")}
    (source,) = rows(tmp_path, "sources")
    assert (source["title"], source["sha256"]) == (name + packer, digest(content))


def test_a_file_of_several_packed_parts_is_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    """As programs write it that pack on several processors."""
    parts = [
        f"<{CLUB}{one}> <{CLUB}memberOf> <{CLUB}Rowers> .\n".encode() for one in ("Ada", "Ben")
    ]
    Path("links.nt.bz2").write_bytes(b"".join(map(bz2.compress, parts)))

    begin(monkeypatch, capfd, "links.nt.bz2")

    assert {fact[0] for fact in facts(tmp_path)} == {"ada", "ben"}


def test_a_wrong_line_is_told_by_its_number_in_what_was_packed(capsys: Capture) -> None:
    Path("links.nt.gz").write_bytes(gzip.compress(f"<{CLUB}a> <{CLUB}b> <{CLUB}c> .\n?\n".encode()))

    code, said_of_it = refused(capsys, "links.nt.gz")

    assert code == 2
    assert said_of_it.startswith("links.nt.gz:2: error: the file is no RDF: ")


@pytest.mark.parametrize("name", ["table.csv", "links.nt", "items.json", "graph.json"])
@pytest.mark.parametrize("packer", PACKERS)
def test_what_holds_too_much_is_refused_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, name: str, packer: str
) -> None:
    """A hundred million bytes are packed in less than a hundred thousand."""
    monkeypatch.setattr(packed, "LIMIT", 1_000_000)
    start, words = FILES[name]
    Path(name + packer).write_bytes(PACKERS[packer](start.encode() + b"\n" * 100_000_000))
    assert Path(name + packer).stat().st_size < 100_000
    tracemalloc.start()
    try:
        code, said_of_it = refused(capsys, name + packer, *words)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert code == 3
    assert said_of_it == (
        f"kg: {name}{packer} holds more than 1,000,000 bytes; unpack it, and name a file with what "
        "is needed of it\n"
    )
    assert peak < 20_000_000


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("name", ["links.nt", "items.json", "table.csv"])
def test_what_is_damaged_is_told(capsys: Capture, name: str, packer: str) -> None:
    text, words = FILES[name]
    Path(name + packer).write_bytes(PACKERS[packer](text.encode() * 50)[:-12])

    code, said_of_it = refused(capsys, name + packer, *words)

    assert code == 3
    assert said_of_it.startswith(f"kg: {name}{packer} cannot be unpacked (")
    assert said_of_it.endswith("); fetch it once more\n")


@pytest.mark.parametrize("name", ["dump.zip", "dump.json.zst", "dump.tar.gz", "book.xlsx.gz"])
def test_what_is_not_unpacked_is_told_by_its_cause(capsys: Capture, name: str) -> None:
    """It is no table, of which columns would have to be named."""
    Path(name).write_bytes(gzip.compress(b"[]"))

    code, said_of_it = refused(capsys, name)

    assert code == 2
    assert said_of_it == f"kg: {name} is packed; unpack it, and name what was in it\n"


def test_a_packed_file_that_is_not_there_is_told_so(capsys: Capture) -> None:
    assert refused(capsys, "links.nt.bz2") == (
        3,
        "kg: links.nt.bz2 cannot be read: No such file or directory\n",
    )
