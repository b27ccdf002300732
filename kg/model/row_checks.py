"""The checks on rows: what can be wrong with one row of a table, as data.

A check stands here once and fires alike whichever walk reads the rows. On row objects each is asked
in the order of the list; the walk on columns, on one machine or on Spark, compiles the same list to
one expression, and shows the rows that are not surely right to the checks themselves.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from difflib import get_close_matches
from typing import Final

from kg.errors import Finding, did_you_mean, hint
from kg.model import likely
from kg.model.called import meant, odd_character
from kg.model.case import Case
from kg.model.conditions import (
    ByRows,
    HasClass,
    IsLanguage,
    IsWebAddress,
    Matches,
    empty,
    one_of,
)
from kg.model.languages import LONGER
from kg.model.pairs import Precedes, precedes
from kg.model.patterns import ID, SHA256, WIKIDATA_ID
from kg.model.row_check import RowCheck, at, characters, dates, doubts, legible, optional
from kg.model.schema import NO_ADDRESS, NO_ITEM, TableName
from kg.model.statement_checks import STATEMENTS


def of_table(table: TableName, rules: Container[str] = ()) -> tuple[RowCheck, ...]:
    """Return the checks on the rows of a table, in the order in which they are asked.

    Of those that are house rules, only the ones that are named are among them.

    >>> of_table("sources")[1].name
    'sources-id'
    """
    own = (check for check in ROW_CHECKS if check.table == table)
    return tuple(check for check in own if not check.rule or check.name in rules)


def _id(table: TableName) -> RowCheck:
    repair = "use lower-case Latin letters, digits and single hyphens or dots"

    def say(case: Case) -> Iterator[Finding]:
        cell = case.cells["id"]
        message = f"'{cell}' is not an id{odd_character(cell)}" if cell else "the id is missing"
        yield case.row.error("id", message, hint(likely.identifier(cell), repair))

    return RowCheck(
        name=f"{table}-id",
        table=table,
        finds="an id with characters that have to be escaped somewhere, or none",
        wrong=~Matches("id", ID),
        say=say,
        fails=({"id": "New One"}, {"id": "one--two"}),
        passes=({"id": "new-one.2"},),
        group="row",
    )


def _unknown_class(case: Case) -> Iterator[Finding]:
    if case.world.ontology.complete:
        name, known = case.cells["class"], case.world.ontology.classes
        message = f"class '{name}' is not in the ontology" if name else "the class is missing"
        otherwise = "correct it or add it to the ontology" if name else "write one of the ontology"
        repair = hint(meant(name, known, case.world.ontology.called), otherwise)
        yield case.row.error("class", message, repair)


def _read_early(case: Case) -> Iterator[Finding]:
    wrong = next(one for one in _WRITTEN if precedes(case, "accessed", one))
    message = f"accessed {case.cells['accessed']} is before {wrong} {case.cells[wrong]}"
    repair = "nobody reads what is not written yet; correct one of the two"
    yield case.row.error("accessed", message, repair)


def _unknown_kind(case: Case) -> Iterator[Finding]:
    kind = case.cells["kind"]
    repair = hint(did_you_mean(kind, SOURCE_KINDS), f"write one of {', '.join(SOURCE_KINDS)}")
    yield case.row.error("kind", f"kind '{kind}' is not a known one", repair)


def _kind_meant(case: Case) -> str:
    kind = case.cells["kind"].casefold()
    # Two words that are so much alike differ in a letter or two, or in their number.
    near = get_close_matches(kind, SOURCE_KINDS, n=1, cutoff=_ALIKE)
    return near[0] if near else ""


def _is_misspelt(case: Case) -> bool:
    return bool(_kind_meant(case))


def _misspelt_kind(case: Case) -> Iterator[Finding]:
    message = f"kind '{case.cells['kind']}' is not a known one"
    repair = hint(f"did you mean '{_kind_meant(case)}'?", "switch off source-kind-misspelt")
    yield case.row.error("kind", message, repair)


def _has_names_too_many(case: Case) -> bool:
    return case.cells["short_names"].count("|") >= max(1, len(case.world.languages))


def _names_too_many(case: Case) -> Iterator[Finding]:
    languages = case.world.languages
    parts = case.cells["short_names"].count("|") + 1
    message = (
        f"{parts} short names, and labels in {len(languages)} languages: {', '.join(languages)}"
    )
    repair = "give one name for each language, in this order, with one vertical bar between two"
    yield case.row.error("short_names", message, repair)


# How much two words are alike of which one is surely the other, misspelt.
_ALIKE: Final = 0.85
ENTITIES: Final = (
    characters("entities", "description"),
    _id("entities"),
    RowCheck(
        name="class",
        table="entities",
        finds="a class that is not in the ontology",
        wrong=~HasClass("class"),
        say=_unknown_class,
        fails=({"class": "player"}, {"class": ""}),
        passes=({"class": "Tournament"},),
        group="row",
    ),
    RowCheck(
        name="wikidata",
        table="entities",
        finds="a Wikidata id that is none",
        wrong=~empty("wikidata") & ~Matches("wikidata", WIKIDATA_ID),
        say=at("wikidata", *NO_ITEM, likely.item),
        fails=({"wikidata": "P31"}, {"wikidata": "Q01"}, {"wikidata": "q1"}),
        passes=({"wikidata": "Q1"},),
        group="row",
    ),
    *legible("entities", "description"),
    optional("entities", (), ()),
    RowCheck(
        name="short-names",
        table="entities",
        finds="more short names than the labels have languages: the last would be shown nowhere",
        wrong=ByRows(("short_names",), _has_names_too_many),
        say=_names_too_many,
        fails=({"short_names": "Knights|Кони|Chevaliers"}, {"short_names": "||Chevaliers"}),
        passes=(
            {"short_names": "Knights|Кони"},
            {"short_names": "|Кони"},
            {"short_names": "Knights"},
        ),
        group="row",
    ),
)

# What a source can be.
SOURCE_KINDS: Final = (
    "book", "dataset", "encyclopedia", "news", "official", "reference", "research", "treaty",
)  # fmt: skip
# The columns that say when a source was written.
_WRITTEN: Final = ("published", "version_read")
_DIGEST: Final = "0123456789abcdef" * 4

SOURCES: Final = (
    characters("sources", "title"),
    _id("sources"),
    *dates("sources", ("published", "accessed"), "row"),
    RowCheck(
        name="url",
        table="sources",
        finds="an address that is not one of the web",
        wrong=~empty("url") & ~IsWebAddress("url"),
        say=at("url", *NO_ADDRESS, likely.address),
        fails=({"url": "example.org"}, {"url": "https://a b"}),
        passes=({"url": "https://example.org/a?b=c%20d"}, {"url": "https://example.org/\u00e9"}),
        group="row",
    ),
    RowCheck(
        name="sha256",
        table="sources",
        finds="a digest that is no SHA-256",
        wrong=~empty("sha256") & ~Matches("sha256", SHA256),
        say=at(
            "sha256",
            "the digest is not 64 hexadecimal digits in lower case",
            "write the output of sha256sum, or leave it empty",
            likely.digest,
        ),
        fails=({"sha256": _DIGEST.upper()}, {"sha256": _DIGEST[1:]}),
        passes=({"sha256": _DIGEST},),
        group="row",
    ),
    *doubts("sources", ("published", "accessed")),
    RowCheck(
        name="read-before-published",
        table="sources",
        finds="a source that was read before it was published, or the version that was read",
        wrong=Precedes("accessed", "published") | Precedes("accessed", "version_read"),
        say=_read_early,
        fails=(
            {"published": "2001-05", "accessed": "2001-04-30"},
            {"version_read": "2001-05-02", "accessed": "2001-05-01"},
        ),
        passes=(
            {"published": "2001-05", "accessed": "2001-05-01"},
            {"published": "2001-05-02", "accessed": "2001"},
            {"accessed": "2001-05-01"},
        ),
        severity="warning",
        rule="on",
    ),
    RowCheck(
        name="source-language",
        table="sources",
        finds="a `language` that is no language tag",
        wrong=~empty("language") & (~IsLanguage("language") | one_of("language", LONGER)),
        say=at(
            "language",
            "'{cell}' is not a language tag",
            "write a tag such as en or zh-Hant",
            likely.language,
        ),
        fails=({"language": "English"}, {"language": "en, fr"}, {"language": "rus"}),
        passes=({"language": "en"}, {"language": "zh-Hant"}, {"language": "grc"}, {}),
        severity="warning",
        rule="on",
    ),
    RowCheck(
        name="source-kind-misspelt",
        table="sources",
        finds="a `kind` that is surely one of the known ones, misspelt",
        wrong=~one_of("kind", ("", *SOURCE_KINDS)) & ByRows(("kind",), _is_misspelt),
        say=_misspelt_kind,
        fails=({"kind": "bok"}, {"kind": "oficial"}, {"kind": "Books"}),
        passes=({"kind": "treaty"}, {"kind": "news"}, {}),
        severity="warning",
        group="kind",
        rule="on",
    ),
    RowCheck(
        name="source-kind",
        table="sources",
        finds=f"a `kind` that is none of {', '.join(SOURCE_KINDS)}",
        wrong=~one_of("kind", ("", *SOURCE_KINDS)),
        say=_unknown_kind,
        fails=({"kind": "newspaper"}, {"kind": "report"}),
        passes=({"kind": "news"}, {}),
        severity="note",
        group="kind",
        rule="off",
    ),
    *legible("sources", "title"),
    optional("sources", ({"version_read": "2023-13"},), ({"version_read": "2023-12"},)),
)

ROW_CHECKS: tuple[RowCheck, ...] = (*ENTITIES, *SOURCES, *STATEMENTS)
