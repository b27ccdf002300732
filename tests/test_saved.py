"""Tables as people save them: what is certain is read, and means what the plain table means."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from walks import by_columns, by_rows, make_plain

from kg.model.dataset import labelled, read_dataset
from kg.model.namespaces import Vocabulary
from kg.model.ontology import read_ontology
from kg.model.saved import encoding_of
from kg.pipeline.columns import batches
from kg.pipeline.columns.walk import load as load_columns
from kg.pipeline.load import Records
from kg.pipeline.load import load as load_rows

if TYPE_CHECKING:
    from conftest import Tiny
    from kg.errors import Finding

# The one cell of the tiny project with a bar.
ALIASES = "Chess Club Knights|The Knights"
TABLES = ("entities", "sources", "statements/facts")
OTHER_NAME = (
    "data/sources.CSV: warning: the file is not read; "
    "the table is data/sources.csv; put its rows there, or remove the file"
)
REPAIR = "it is read as it is meant; 'kg tidy' saves the table plainly"


def separated(text: str, mark: str) -> str:
    """The table with another mark; the one cell of it that holds a comma is quoted."""
    quoted = '"A club, the oldest of the league."'
    return text.replace(quoted, "CELL").replace(",", mark).replace("CELL", quoted)


def each(text: str, change: Callable[[str], str]) -> str:
    return "\n".join(change(line) for line in text.splitlines()) + "\n"


def header(text: str, change: Callable[[str], str]) -> str:
    first, rest = text.split("\n", 1)
    return change(first) + "\n" + rest


def below_second(text: str, more: str) -> str:
    first, second, rest = text.split("\n", 2)
    return f"{first}\n{second}\n{more}{rest}"


MARK = "the file starts with a byte-order mark (U+FEFF)"
SEMICOLONS = "cells are separated by semicolons"
DECLARED = "a line above the header says what stands between cells"

# How a program saves a plain table, and what is noted of it: the line and the words.
FORMS: dict[str, tuple[Callable[[str], bytes], list[tuple[int, str]]]] = {
    "CSV UTF-8 of Excel": (lambda text: b"\xef\xbb\xbf" + text.encode(), [(1, MARK)]),
    "lines of Windows": (lambda text: text.replace("\n", "\r\n").encode(), []),
    "semicolons": (lambda text: separated(text, ";").encode(), [(1, SEMICOLONS)]),
    "tabs": (lambda text: separated(text, "\t").encode(), [(1, "cells are separated by tabs")]),
    "sep=": (
        lambda text: ("sep=;\n" + separated(text, ";")).encode(),
        [(1, DECLARED), (2, SEMICOLONS)],
    ),
    "sep= of commas": (lambda text: ("sep=,\n" + text).encode(), [(1, DECLARED)]),
    "bars that sep= declares": (
        lambda text: ("sep=|\n" + separated(text.replace(ALIASES, f'"{ALIASES}"'), "|")).encode(),
        [(1, DECLARED), (2, "cells are separated by vertical bars")],
    ),
    "empty lines": (lambda text: below_second(text, "\n \t\n").encode(), [(3, "2 rows are empty")]),
    "rows of commas": (
        lambda text: below_second(text, ",,,\n , ,,,,,,,,\n\n").encode(),
        [(3, "3 rows are empty")],
    ),
    "empty lines above": (lambda text: (",,,\n" + text).encode(), [(1, "1 row is empty")]),
    "empty columns at the end": (
        lambda text: each(text, lambda line: line + ",, ").encode(),
        [(1, "2 columns at the end are empty")],
    ),
    "blanks in the header": (
        lambda text: header(text, lambda line: line.replace(",", ", ", 2)).encode(),
        [(1, "the names of 2 columns have blanks around them")],
    ),
    "lines of the first Macintosh": (
        lambda text: text.replace("\n", "\r").encode(),
        [(1, "lines end with a carriage return alone")],
    ),
    "Unicode text of Excel": (
        lambda text: separated(text, "\t").replace("\n", "\r\n").encode("utf-16"),
        [(1, "the file is UTF-16"), (1, "cells are separated by tabs")],
    ),
    "UTF-16, the large end first": (
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        [(1, "the file is UTF-16")],
    ),
    "several at once": (
        lambda text: (
            b"\xef\xbb\xbf"
            + each(below_second(separated(text, ";"), ";;\n"), lambda line: line + ";")
            .replace("\n", "\r\n")
            .encode()
        ),
        [
            (1, MARK),
            (1, SEMICOLONS),
            (1, "1 column at the end is empty"),
            (3, "1 row is empty"),
        ],
    ),
}  # fmt: skip


def save(tiny: Tiny, form: str) -> None:
    """Save all tables of the project in the form."""
    for name in TABLES:
        path = tiny.data / f"{name}.csv"
        path.write_bytes(FORMS[form][0](path.read_text(encoding="utf-8")))


def read(tiny: Tiny, load: Callable[..., Records]) -> Records:
    dataset = read_dataset(tiny.data)[0]
    ontology = read_ontology(tiny.ontology, Vocabulary(dataset.base))
    return load(tiny.data, ontology, dataset)


def facts(records: Records) -> object:
    """What the tables say, without the places of rows."""
    named = [
        {key: repr(one).partition("row=")[0] for key, one in table.items()}
        for table in (records.entities, records.sources)
    ]
    said = [
        (one.id, [(r.source, r.locator, r.at, r.note) for r in one.references])
        for one in records.statements
    ]
    return named, said


@pytest.mark.parametrize("load", [load_rows, load_columns], ids=["rows", "columns"])
@pytest.mark.parametrize("form", FORMS)
def test_a_table_says_the_same_in_every_form_in_which_it_is_saved(
    tiny: Tiny, form: str, load: Callable[..., Records]
) -> None:
    plain = facts(read(tiny, load_rows))
    save(tiny, form)

    found = read(tiny, load)

    assert facts(found) == plain
    assert {one.severity for one in found.findings} <= {"note"}


@pytest.mark.parametrize("load", [load_rows, load_columns], ids=["rows", "columns"])
@pytest.mark.parametrize("form", FORMS)
def test_how_a_table_was_saved_is_noted_once_a_kind_and_table(
    tiny: Tiny, form: str, load: Callable[..., Records]
) -> None:
    save(tiny, form)

    found = read(tiny, load).findings

    for name in TABLES:
        here = [one for one in found if one.path == f"data/{name}.csv"]
        assert sorted((one.line, one.message) for one in here) == sorted(FORMS[form][1])
        assert {one.repair for one in here} <= {REPAIR}


@pytest.mark.parametrize("walk", [by_rows, by_columns])
@pytest.mark.parametrize(
    ("form", "line", "column"),
    [
        # The row stands last; `nowhere` is its seventh cell, after `anna,playsFor,rooks,2001,,,`.
        ("CSV UTF-8 of Excel", 11, 28),
        ("semicolons", 11, 28),
        ("tabs", 11, 28),
        ("sep=", 12, 28),
        ("rows of commas", 14, 28),
        ("empty columns at the end", 11, 28),
        ("lines of the first Macintosh", 11, 28),
        ("Unicode text of Excel", 11, 28),
    ],
)
def test_a_finding_stands_where_it_is_in_the_file_as_saved(
    tiny: Tiny,
    monkeypatch: pytest.MonkeyPatch,
    walk: Callable[[Path], list[Finding]],
    form: str,
    line: int,
    column: int,
) -> None:
    make_plain(tiny.path, monkeypatch)
    tiny.add("anna,playsFor,rooks,2001,,,nowhere,,,")
    save(tiny, form)

    (error,) = [one for one in walk(tiny.path) if "'nowhere'" in one.message]

    assert (error.path, error.line, error.column) == ("data/statements/facts.csv", line, column)


@pytest.mark.parametrize("form", ["CSV UTF-8 of Excel", "semicolons", "rows of commas"])
def test_a_table_that_is_read_in_pieces_is_noted_once(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(batches, "PIECE", 60)
    save(tiny, form)

    found = read(tiny, load_columns).findings

    here = [one.message for one in found if one.path == "data/statements/facts.csv"]
    assert here == [words for _, words in FORMS[form][1]]


@pytest.mark.parametrize("load", [load_rows, load_columns], ids=["rows", "columns"])
def test_the_suffix_may_be_in_capitals(tiny: Tiny, load: Callable[..., Records]) -> None:
    plain = facts(read(tiny, load_rows))
    for name in TABLES:
        path = tiny.data / f"{name}.csv"
        path.rename(path.with_suffix(".CSV"))

    found = read(tiny, load)

    assert facts(found) == plain
    assert [str(one) for one in found.findings] == [
        f"data/{name}.CSV:1:1: note: the suffix is .CSV; {REPAIR}" for name in TABLES
    ]


def test_of_two_tables_of_one_name_the_other_is_named(tiny: Tiny) -> None:
    shutil.copy(tiny.data / "sources.csv", tiny.data / "sources.CSV")
    if len(list(tiny.data.glob("sources.*"))) == 1:
        pytest.skip("this disk takes both names for one")

    assert [str(one) for one in read(tiny, load_rows).findings] == [OTHER_NAME]


def test_the_file_by_which_excel_holds_a_table_is_no_table(tiny: Tiny) -> None:
    (tiny.data / "statements" / "~$facts.csv").write_bytes(b"\x05Anna\x00")

    assert read(tiny, load_rows).findings == ()


@pytest.mark.parametrize("form", FORMS)
def test_languages_are_found_in_a_header_of_every_form(tiny: Tiny, form: str) -> None:
    save(tiny, form)

    assert labelled(tiny.data) == ["en", "ru"]


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("Коллективная безопасность, Москва", "cp1251", "Windows-1251"),
        ("Коллективная безопасность, Москва", "koi8-r", "KOI8-R"),
        ("Коллективная безопасность, Москва", "cp866", "code page 866"),
        ("Société générale, Zürich, ¶3", "cp1252", "Windows-1252"),
        ("p. 3 \N{EN DASH} “quoted” ¶", "cp1252", ""),
    ],
)
def test_an_encoding_is_told_by_the_letters_of_its_words(
    text: str, encoding: str, name: str
) -> None:
    assert encoding_of(text.encode(encoding)) == name


def test_a_wrong_byte_in_a_text_in_utf_8_is_no_other_encoding() -> None:
    assert encoding_of("Коллективная".encode() + b"\xff") == ""
