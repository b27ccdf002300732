"""Give the readers of kg bytes that nobody wrote: none may raise what is no error of kg.

    python -m benchmarks.fuzz TARGET [--seconds 60] [--runs -1] [--seed 1] [--corpus FOLDER]

Begins with the texts in `tests/fuzz/TARGET`, which are plain input of our own; what it finds new
goes to the corpus folder, which is not in the repository.
Needs the extra `test-fuzz`.
The exit code is 0 when nothing was found; else the input that was too much is in the folder named
`found` beside the corpus, and its message is printed.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "tests" / "fuzz"
TINY = ROOT / "tests" / "tiny"
LONGEST = 4096
# One text that takes longer is one at which a reader hangs.
SECONDS_EACH = 10


@cache
def _folder() -> Path:
    """A folder that goes with the process."""
    kept = tempfile.TemporaryDirectory(prefix="kg-fuzz-")
    _KEPT.append(kept)
    return Path(kept.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def _file(name: str, content: bytes) -> Path:
    path = _folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")


def table(content: bytes) -> None:
    """A table of statements: rows, or findings with a place."""
    from kg.model import schema
    from kg.model.table import Table

    read = Table(
        _file("facts.csv", content),
        "data/statements/facts.csv",
        schema.required("statements"),
        schema.optional("statements"),
    )
    for row in read:
        assert set(read.header) <= set(row.cells)
        row.uncarried()
    for one in read.findings:
        assert one.line >= 1
        assert one.column >= 1
        assert "\n" not in one.message


def dates(content: bytes) -> None:
    """A cell of time: as it was written, or refused in one line."""
    from kg.errors import UsageError
    from kg.model.dates import NotADateError
    from kg.model.edtf import asked_period, read

    text, said = _text(content), ""
    try:
        assert read(text).text == text
    except NotADateError as error:
        said = str(error)
    try:
        asked_period(text, surely=bool(text))
    except UsageError as error:
        said += str(error)
    assert not said or said.isprintable()


def locator(content: bytes) -> None:
    """What a locator names: numbers from 0 on, of one range no more than a hundred."""
    from kg.text.paragraphs import numbers

    assert all(number >= 0 for number in numbers(_text(content)))


def dataset(content: bytes) -> None:
    """The description of a dataset: read, or findings, or one sentence."""
    from kg.errors import InputError
    from kg.model.dataset import read_dataset

    path = _file("data/dataset.ttl", content)
    try:
        _, found = read_dataset(path.parent)
    except InputError:
        return
    assert all(one.message and one.repair for one in found)


def text(content: bytes) -> None:
    """A text that is searched for facts: paragraphs, and drafts of which each stands in one."""
    from kg.errors import InputError
    from kg.text.paragraphs import paragraphs

    try:
        found = paragraphs(content, "text.html")
    except InputError:
        return
    for one in _drafter().drafts(found, "2001-05-03"):
        assert one.locator


@cache
def _drafter():  # type: ignore[no-untyped-def]  # noqa: ANN202 - loaded when first asked for
    from kg.adding.drafts import Drafter
    from kg.adding.known import Known

    known = Known(Path(shutil.copytree(TINY, _folder() / "tiny")))
    return Drafter(known.ontology, known.entities)


def workbook(content: bytes) -> None:
    """A workbook of which one part was changed: sheets, or one sentence.

    The first byte chooses the part, or the package itself; the next two where in it the rest
    stands instead of what was there.
    """
    from kg.errors import InputError
    from kg.model.sheets import sheets_of

    if len(content) < 4:
        return
    part, at, rest = content[0], int.from_bytes(content[1:3]), content[3:]
    parts = dict(_parts())
    names = [*parts, ""]
    chosen = names[part % len(names)]
    if chosen:
        parts[chosen] = _spliced(parts[chosen], at, rest)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, each in parts.items():
            package.writestr(name, each)
    whole = made.getvalue() if chosen else _spliced(made.getvalue(), at, rest)
    with suppress(InputError):
        sheets_of(_file("rows.xlsx", whole), "rows.xlsx")


def _spliced(content: bytes, at: int, rest: bytes) -> bytes:
    at %= len(content) + 1
    return content[:at] + rest + content[at + len(rest) :]


@cache
def _parts() -> dict[str, bytes]:
    """The parts of the workbook that kg itself makes of the tiny project."""
    from kg.exports.dump import dump_rows

    with zipfile.ZipFile(io.BytesIO(dump_rows(TINY / "data", ".xlsx"))) as package:
        return {name: package.read(name) for name in package.namelist()}


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one for one in (table, dates, locator, dataset, text, workbook)
}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--runs", type=int, default=-1, help="no more than so many texts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="a folder for what is found new")
    options = parser.parse_args(arguments)
    import atheris

    corpus = options.corpus or _folder() / "corpus"
    found = corpus.parent / "found"
    for place in (corpus, found):
        place.mkdir(parents=True, exist_ok=True)
    target = TARGETS[options.target]
    with atheris.instrument_imports(include=["kg"]):
        # Its modules are loaded now, so that the fuzzer sees which lines run.
        for seed in sorted((SEEDS / options.target).iterdir()):
            target(seed.read_bytes())
    settings = [
        *(f"-max_total_time={options.seconds}", f"-runs={options.runs}", f"-seed={options.seed}"),
        *(f"-max_len={LONGEST}", f"-timeout={SECONDS_EACH}", f"-artifact_prefix={found}/"),
    ]
    atheris.Setup([sys.argv[0], *settings, str(corpus), str(SEEDS / options.target)], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
