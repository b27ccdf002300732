"""Write docs/mistakes.md, what people write by mistake and what kg says: python docs/mistakes.py.

Each line is a folder of tests/broken, whose expected.txt tests/test_broken.py holds kg to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from kg.text.markdown import cell

HERE: Final = Path(__file__).parent
BROKEN: Final = HERE.parent / "tests" / "broken"

# Folders of tests/broken by what they are about, each with what somebody did.
MISTAKES: Final[Mapping[str, Mapping[str, str]]] = {
    "Ids": {
        "unknown-subject": "an id with a letter left out, in `subject`",
        "unknown-object": "the same in `object`",
        "unknown-source": "the id of a source with two digits changed about",
        "id-in-capitals": "an id with a capital letter",
        "source-in-capitals": "the same of a source",
        "id-with-a-prefix": "an id as SPARQL writes it, with `id:`",
        "id-with-underscores": "`_` for `-` in an id",
        "label-for-an-id": "a label for an id, in any language",
        "alias-for-an-id": "an alias for an id",
        "wikidata-id-for-an-id": "a Wikidata id for an id",
        "address-for-an-id": "the whole address of an entity of the project",
        "title-for-a-source": "the title of a source for its id",
        "address-for-a-source": "the address of a source for its id",
        "two-sources-in-one-cell": "two sources in one cell",
        "two-objects-in-one-cell": "two objects in one cell",
        "id-with-a-zero-width-space": "a character in an id that cannot be seen",
        "id-with-a-greek-letter": "a letter of another alphabet in an id that looks alike",
        "mark-of-direction-in-an-id": "a mark in an id that turns the direction of writing",
        "id-in-curly-quotes": "an id between curly quotes",
        "missing-source": "no source",
        "missing-cells": "no subject, predicate or object",
        "read-blanks-around-ids": "blanks around an id, also such as do not break a line",
    },
    "Predicates": {
        "unknown-predicate": "a letter left out of a predicate",
        "predicate-in-another-case": "a predicate with a capital letter",
        "predicate-with-underscores": "a predicate with `_` between its words",
        "label-for-a-predicate": "the label of a predicate, in any language",
        "predicate-with-a-colon": "a predicate as SPARQL writes it, with a colon",
        "address-of-a-predicate": "the whole address of a predicate",
        "predicate-with-a-look-alike": "a letter of another alphabet in a predicate",
        "predicate-the-other-way-round": "subject and object changed about",
        "subject-of-wrong-kind": "a subject of a class that the predicate does not take",
        "object-of-wrong-kind": "the same of an object",
    },
    "Dates": {
        "not-a-date": "day, month and year with dots",
        "date-with-slashes": "month, day and year with slashes",
        "date-that-can-be-two": "the same where the day can be the month",
        "date-in-words": "the name of a month",
        "date-without-zeros": "a month and a day of one digit",
        "date-without-hyphens": "eight digits",
        "date-as-a-serial": "the number that a spreadsheet has for a day",
        "date-with-a-time": "a day with a time",
        "date-with-long-dashes": "dashes for hyphens",
        "date-about": "`c.` before a year",
        "date-of-a-decade": "a decade",
        "date-before-christ": "a year with BC",
        "date-of-three-digits": "a year with three digits",
        "no-such-day": "a day that its month has not",
        "no-such-month": "a month 13",
        "range-in-one-cell": "start and end in one cell",
        "unknown-start": "`unknown` for a start",
        "end-in-the-year-9999": "the last day that a program knows, for no end",
        "end-not-after-start": "an end that is the start",
        "at-with-period": "`at` beside `start`",
        "state-without-date": "a state without any date",
        "event-without-date": "an event without its day",
        "timeless-with-date": "a date of what has none",
        "date-in-russian": "the name of a month in Russian",
        "date-in-german": "the same in German",
        "year-with-its-word": "a year with the word for it",
        "date-with-a-letter": "the letter O for a zero",
        "year-of-two-digits": "a month and a year of two digits",
        "date-with-a-full-stop": "a full stop behind a date",
        "date-with-zeros": "zeros for a day that is not known",
        "day-before-month": "the day before the month",
        "start-that-is-not-known": "`n/a` for no start",
        "end-that-goes-on": "`present` for no end",
        "end-that-goes-on-in-russian": "the same in Russian",
        "end-as-a-dash": "a dash for no end",
    },
    "Ranks, values and confidence": {
        "unknown-rank": "a rank with a letter left out",
        "rank-in-capitals": "a rank with a capital letter",
        "rank-as-a-number": "a number for a rank",
        "ill-typed-literal": "a word, or digits of another script, for a number",
        "number-too-large": "a number that no store holds",
        "value-spelled-otherwise": "one number in two spellings",
        "bad-confidence": "a confidence that is no number from 0 to 1",
        "misspelled-optional-column": "the column `confidence` misspelt",
        "number-with-a-blank": "a blank between thousands",
        "number-with-a-unit": "a number with what it counts",
        "number-with-a-point": "a whole number with `.0`",
        "number-about": "`c.` before a number",
    },
    "Rows": {
        "duplicate-row": "a row twice",
        "header-twice": "the header once more among the rows",
        "header-twice-in-capitals": "the same with capital letters",
        "cell-over-two-lines": "a cell over two lines",
        "curly-quotes": "curly quotes around a cell with a comma",
        "row-without-its-subject": "a row in which the first cell is left out",
        "row-with-a-cell-before": "a row with a cell too many before the others",
        "copied-table": "a copy of a table beside it",
        "overlapping-periods": "two periods of one fact that overlap",
        "disagreeing-ranks": "one period with two ranks",
        "disagreeing-confidence": "one period with two degrees of confidence",
        "before-founding": "a fact before its club was founded",
        "source-older-than-the-fact": "a source that is older than the fact",
        "everything": "ten mistakes at once",
    },
    "How a table is saved": {
        "empty-file": "a file without a line",
        "not-the-header": "no header",
        "missing-column": "a column that is not there",
        "missing-class-column": "the same of entities",
        "misspelled-column": "the name of a column misspelt",
        "extra-column": "a column more",
        "doubled-column": "a column twice",
        "optional-column-twice": "the same of a column that may be left out",
        "text-in-an-unnamed-column": "text in a column without a name",
        "too-few-cells": "a row with too few commas",
        "too-many-cells": "a comma in a cell without quotes",
        "row-separated-otherwise": "semicolons in one row",
        "separated-by-bars": "vertical bars between cells",
        "separated-by-two-marks": "commas and semicolons in the header",
        "one-column": "a header of one column",
        "unclosed-quote": "a quote that does not end",
        "text-after-quote": "text behind a quote",
        "mark-of-direction-in-a-label": "a mark that turns the direction of writing, in a label",
        "text-read-as-another-encoding": "a text in UTF-8 that a program read as another encoding",
        "column-in-capitals": "the name of a column with a capital letter",
        "header-in-capitals": "the names of all columns with capital letters",
        "header-with-blanks": "a blank in the name of a column",
        "unresolved-merge": "the marks of Git around a conflict",
        "workbook-as-csv": "a workbook called `.csv`",
        "old-workbook-as-csv": "a workbook of an old Excel called `.csv`",
        "page-as-csv": "a page of HTML called `.csv`",
        "json-as-csv": "JSON called `.csv`",
        "lfs-pointer-as-csv": "what Git LFS has in place of a file",
        "pdf-as-csv": "a PDF called `.csv`",
        "not-utf-8": "a table in Latin-1",
        "saved-as-windows-1252": "a table in Windows-1252",
        "saved-as-windows-1251": "a table in Windows-1251",
        "utf-16-without-mark": "a table in UTF-16 without its mark",
        "read-utf-16": "a table in UTF-16",
        "read-byte-order-mark": "a mark before the first character, as Excel writes it",
        "read-semicolons": "semicolons between cells",
        "read-tabs": "tabs between cells",
        "read-line-for-excel": "the line `sep=;` above the header",
        "read-old-macintosh": "lines that end with CR",
        "read-windows-line-ends": "lines that end with CR LF",
        "read-blanks-around-a-header": "a blank behind the name of a column",
        "read-empty-rows": "rows in which nothing stands",
        "read-table-without-rows": "a header and no row",
        "entities-without-their-classes": "the column of classes misspelt",
        "sources-without-a-line": "a table of sources without a line",
    },
    "Where a file is": {
        "name-with-two-suffixes": "`.csv.txt`",
        "table-of-tabs-by-name": "`.tsv`",
        "table-in-a-folder-below": "a table in a folder below `data/statements/`",
        "second-table-of-entities": "`entities.CSV` beside `entities.csv`",
        "read-lock-files": "the lock files of a program that has a table open",
        "table-beside-the-data": "a table of statements beside `data/`",
        "table-beside-the-folder": "a table of statements in `data/`",
        "table-in-the-wrong-folder": "the table of entities in `data/statements/`",
        "copy-of-the-entities": "a copy of the table of entities, as a browser names it",
        "entities-with-two-suffixes": "`entities.csv.txt`",
        "folder-called-as-a-table": "a folder called `more.csv` without parts of a table",
        "same-table-in-capitals": "`facts.CSV` beside `facts.csv`",
    },
    "Entities": {
        "bad-id": "an id with capital letters, blanks, or of another alphabet",
        "duplicate-entity": "an id twice",
        "unknown-class": "a class misspelt",
        "class-in-the-plural": "a class in the plural",
        "label-in-another-script": "labels of two languages changed about",
        "label-for-a-class": "the label of a class",
        "class-of-something-else": "a class of something else",
        "bad-wikidata-id": "a Wikidata id that is none",
        "short-names-too-many": "a short name in a language that the labels do not have",
        "wikidata-id-of-another": "the Wikidata id of another entity",
        "entity-without-labels": "no label",
        "shape-message": "what a shape of the project asks for is not there",
        "shape-of-a-value": "a number that a shape of the project does not take",
        "id-of-two-alphabets": "an id with a letter of another alphabet that looks alike",
        "id-as-a-label": "a name for an id",
        "id-missing": "no id",
        "class-missing": "no class",
        "wikidata-address": "the address of a Wikidata item",
        "wikidata-id-in-small-letters": "a Wikidata id with a small q",
    },
    "Sources": {
        "bad-sources": "dates, an address and a digest that are none",
        "duplicate-source": "an id twice",
        "published-after-the-issue": "published after the day of issue",
        "published-after-it-was-read": "read before it was published",
        "address-without-scheme": "an address without `https://`",
        "address-with-a-blank": "a blank in an address",
        "address-with-a-letter-too-few": "`htp://`",
        "digest-with-a-name": "a digest as a program shows it, with the name of the file",
        "kind-of-a-source-misspelt": "a kind with a letter left out",
        "language-of-three-letters": "the code of a language in three letters for its tag",
        "language-by-its-name": "the name of a language for its tag",
    },
    "The dataset": {
        "dataset-syntax": "Turtle that is none",
        "word-of-the-dataset-misspelt": "a word of kg misspelt",
        "dataset-without-base": "no base",
        "dataset-without-day": "no day of issue",
        "labels-in-a-language-not-named": "a column of labels in a language that is not named",
        "language-tag": "the name of a language for its tag",
        "language-twice": "a language twice",
        "language-without-column": "a language without its column",
        "languages-without-order": "two lists of languages",
    },
    "The ontology": {
        "removed-ontology": "no ontology",
        "turtle-syntax": "Turtle that is none",
        "unresolved-merge-of-the-ontology": "the marks of Git around a conflict",
        "kind-misspelt": "a letter left out of `kg:StateProperty`",
        "term-of-rdfs-misspelt": "two letters of `rdfs:domain` changed about",
        "datatype-misspelt": "a letter left out of `xsd:integer`",
        "domain-that-is-no-class": "a domain that is no class",
        "superclass-that-is-no-class": "a superclass that is no class",
        "union-with-what-is-no-class": "a union with what is no class",
        "property-of-two-kinds": "a property that is a state and an event",
        "ontology-of-another-base": "another base than that of the dataset",
        "property-without-kind": "a property that is no state and no event",
        "shapes-syntax": "shapes that are no Turtle",
        "shape-with-wrong-query": "a shape whose query is no SPARQL",
        "shape-with-unknown-function": "a shape whose query calls a function that there is not",
        "rdf-beside-the-tables": "RDF in another form, in `data/` or `ontology/`",
        "ontology-that-imports": "another ontology that is to be fetched",
        "prefix-of-two-meanings": "a prefix that stands for another address in another file",
        "class-that-looks-like-another": "two classes that differ by a capital letter",
        "classes-in-a-circle": "classes that are above each other, by way of a third",
        "mark-of-direction-in-a-comment": "a mark in a text that turns the direction of writing",
        "mark-of-direction-in-an-address": "the same in an address",
        "question-syntax": "a question that is no SPARQL",
        "question-with-unknown-function": "a question that calls a function that there is not",
        "question-without-text": "a question that does not say what it asks",
        "question-parameters": "parameters of a question that nobody can give",
        "question-topics": "topics of a question that are not named, or are several",
        "question-wordings": "other wordings of a question that cannot be read, or stand twice",
        "rule-syntax": "a rule that is no SPARQL",
        "rule-with-unknown-function": "a rule that converts to a type that there is not",
        "rule-of-unknown-property": "a rule that concludes an unknown property",
        "rule-about-no-entity": "a rule about what is no entity",
        "rule-with-blank-node": "a rule that makes new nodes",
        "rule-with-denied-premise": "a rule that follows from what is not said",
        "rule-with-empty-head": "a rule that concludes nothing",
        "rule-without-premise": "a rule without a premise",
    },
}
# A line of what is said begins with its place and its severity; what is more is indented.
_SAID: Final = re.compile(r"^(\S.*?): (error|warning|note): (.*)$")


def page() -> str:
    """Return the page."""
    return "\n".join(_lines()) + "\n"


def said_of(case: str) -> list[tuple[str, str]]:
    """Return severity and text of each line that kg says of a case, the repair in the text."""
    text = (BROKEN / case / "expected.txt").read_text(encoding="utf-8")
    found = (_SAID.match(line) for line in text.splitlines())
    return [(match[2], match[3]) for match in found if match]


def _lines() -> Iterator[str]:
    yield "# Mistakes"
    yield ""
    yield "What people write by mistake, and what `kg validate` says of it, with the repair."
    yield "Each is a folder of `tests/broken`, laid over a small project, with all that is said"
    yield "and where; the page is made from them: `python docs/mistakes.py`."
    yield "What is an error is not built; of the others nothing is lost."
    for group, cases in MISTAKES.items():
        yield ""
        yield f"## {group}"
        yield ""
        yield "| mistake | kg says | case |"
        yield "|---|---|---|"
        for case, mistake in cases.items():
            yield f"| {mistake} | {_said(case)} | `{case}` |"


def _said(case: str) -> str:
    said = said_of(case)
    if not said:
        return "nothing: it is read as it is meant"
    severity, text = said[0]
    more = f" (and {len(said) - 1} more)" if said[1:] else ""
    return f"{severity}: {cell(text)}{more}"


if __name__ == "__main__":
    (HERE / "mistakes.md").write_text(page(), encoding="utf-8")
