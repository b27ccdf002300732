"""The tables are code: these tests read every row as a sentence and name the row that fails.

They use the csv module and no part of kg, so that a fault in the loader cannot hide a fault in the
data. What `kg validate` asks as rules of the house stands in test_house_rules.
"""

from __future__ import annotations

import calendar
import csv
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple, parse

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
# The texts that the sources' digests speak of are not ours to publish; who holds them puts them
# beside the checkout as <source id>.txt, one paragraph a line.
TEXTS = ROOT.parent / "shared" / "sources"

HEADERS = {
    "entities.csv": "id,class,label_en,label_ru,aliases,wikidata,description,short_names",
    "sources.csv": "id,title,publisher,url,published,accessed,language,kind,sha256",
    "statements": "subject,predicate,object,start,end,at,source,locator,rank,note",
}
CLASSES = (
    "State", "InternationalOrganization", "Body", "Person", "Office", "Meeting", "Initiative",
    "Operation", "Programme", "Document", "Topic", "Place", "Status",
)  # fmt: skip
SORT_KEY = ("subject", "predicate", "object", "start", "end", "at", "source", "locator")
STANDINGS = (
    "memberOf", "associateMemberOf", "participatingStateOf", "observerOf", "dialoguePartnerOf",
    "partnerOf",
)  # fmt: skip
ONLY_INFERRED = ("allyOf", "represents")
# Hosts that keep copies of the pages of others, or that are not meant for readers.
MIRROR_HOST = re.compile(r"^mirror\.|^imgtest\.|^novideo\.|^covid-19\.|kiwix|nextcloud|uncensored")
ARTICLE = "tass-2020-05-26"
# A few facts of the article, each with a word that its paragraph must contain.
KEYWORDS = [
    ("russia", "proposed", "biosecurity-measures-2020", "biosecurity"),
    ("lavrov", "opened", "csto-cfm-2020-05-26", "opening the meeting"),
    ("csto-cfm-2020-05-26", "meetingFormat", "video conference", "video conference"),
    ("csto-cfm-2020-05-26", "firstOfItsFormatFor", "csto-cfm", "first time"),
    ("csto-cfm-2020-05-26", "concerns", "coronavirus", "coronavirus"),
    ("lavrov", "proposed", "anti-terrorism-programmes-synchronisation-2020", "synchronize"),
    ("lavrov", "proposed", "foreign-terrorists-identification-2020", "foreign terrorists"),
    ("lavrov", "proposed", "single-terrorist-list-2020", "single list"),
    ("lavrov", "proposed", "channel-expansion-2020", "Channel"),
    ("lavrov", "announced", "anti-drug-programme-results-2020", "This year, we will sum up"),
    ("lavrov", "announced", "un-peacekeeping-legal-basis-2020", "are working to create"),
    ("lavrov", "proposed", "peacekeeping-capacity-2020", "peacekeeping capacity"),
    ("lavrov", "proposed", "euro-atlantic-dialogue-2020", "Euro-Atlantic"),
    ("afghan-drugs", "relatedTopic", "terrorist-financing", "bankroll terrorist activity"),
    ("biosecurity", "relatedTopic", "public-health", "health and well-being"),
    ("biosecurity", "relatedTopic", "coronavirus", "such threats"),
    ("armenia", "memberOf", "csto", "Armenia"),
    ("serbia", "observerOf", "csto", "observer"),
]


@dataclass(frozen=True)
class Row:
    """One line of a table: its cells by column, and where it stands."""

    place: str
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def file(self) -> str:
        return self.place.partition(":")[0]

    @property
    def triple(self) -> tuple[str, str, str]:
        return (self["subject"], self["predicate"], self["object"])

    @property
    def ends(self) -> tuple[str, str]:
        return (self["subject"], self["object"])

    @property
    def statement(self) -> tuple[str, ...]:
        return (*self.triple, self["start"], self["end"], self["at"])


@dataclass(frozen=True)
class Term:
    """What the ontology says of a property."""

    kind: str
    domain: set[str]
    range: set[str]
    is_literal: bool


def tables() -> list[Path]:
    return [DATA / "entities.csv", DATA / "sources.csv", *sorted(DATA.glob("statements/*.csv"))]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def rows(table: str) -> tuple[Row, ...]:
    """The rows of entities.csv or sources.csv, or of all files for "statements"."""
    paths = sorted((DATA / table).glob("*.csv")) if table == "statements" else [DATA / table]
    found = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            found += [Row(f"{name(path)}:{reader.line_num}", cells) for cells in reader]
    return tuple(found)


@cache
def entities() -> dict[str, str]:
    return {row["id"]: row["class"] for row in rows("entities.csv")}


@cache
def properties() -> dict[str, Term]:
    """Every property of ontology.ttl, by its local name."""
    store = Store()
    store.load(path=ROOT / "ontology" / "ontology.ttl", format=RdfFormat.TURTLE)

    def values(subject: NamedNode | BlankNode | Literal | Triple, local: str) -> list[str]:
        """The IRIs under the property; a union gives each of its classes."""
        found = []
        for quad in store.quads_for_pattern(subject, None, None):  # type: ignore[arg-type]
            if quad.predicate.value.endswith(local):
                if isinstance(quad.object, NamedNode):
                    found.append(re.split("[#/]", quad.object.value)[-1])
                else:
                    steps = ("#unionOf", "#first", "#rest")
                    found += [value for step in steps for value in values(quad.object, step)]
        return [value for value in found if value != "nil"]

    terms = {}
    for quad in store.quads_for_pattern(None, None, None):
        if quad.predicate.value.endswith("#type") and isinstance(quad.subject, NamedNode):
            types = set(values(quad.subject, "#type"))
            if not types & {"ObjectProperty", "DatatypeProperty"}:
                continue
            kind = (types & {"StateProperty", "EventProperty"} or {"Timeless"}).pop()
            terms[quad.subject.value.rpartition("#")[2]] = Term(
                kind,
                set(values(quad.subject, "#domain")),
                set(values(quad.subject, "#range")),
                "DatatypeProperty" in types,
            )
    return terms


def first_day(text: str) -> str:
    """The earliest day that YYYY, YYYY-MM or YYYY-MM-DD can mean."""
    return (text + "-01-01")[:10] if len(text) < 10 else text


def last_day(text: str) -> str:
    """The latest day that YYYY, YYYY-MM or YYYY-MM-DD can mean."""
    if len(text) == 4:
        return f"{text}-12-31"
    if len(text) == 7:
        return f"{text}-{calendar.monthrange(int(text[:4]), int(text[5:]))[1]}"
    return text


def is_date(text: str) -> bool:
    if not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-[0-3]\d)?)?", text):
        return False
    return len(text) < 10 or "01" <= text[8:] <= last_day(text[:7])[8:]


def span(row: Row) -> tuple[str, str]:
    """The half-open period of a row as two texts that compare like days; an `at` is one day."""
    if row["at"]:
        return first_day(row["at"]), last_day(row["at"]) + "+"
    return first_day(row["start"] or "0000"), last_day(row["end"]) or "9999"


def sort_key(row: Row) -> tuple[str, ...]:
    return tuple(row[column] for column in SORT_KEY)


def overlap(one: Row, other: Row) -> bool:
    (start, end), (other_start, other_end) = span(one), span(other)
    return start < other_end and other_start < end


def counted() -> list[Row]:
    """The rows of statements that are not deprecated."""
    return [row for row in rows("statements") if row["rank"] != "deprecated"]


def none(problems: Iterable[str]) -> None:
    """Fail with all problems, one a line, each beginning with file:line."""
    found = list(problems)
    assert not found, "\n" + "\n".join(found)


def refuse(table: str, message: str, is_wrong: Callable[[Row], bool]) -> None:
    """Fail if a row of the table is wrong; {column} in the message stands for the row's cell."""
    none(f"{row.place}: {message.format_map(row.cells)}" for row in rows(table) if is_wrong(row))


# ---- Form ----


@pytest.mark.parametrize("path", tables(), ids=name)
def test_a_table_is_plain_utf_8_with_one_line_a_row(path: Path) -> None:
    data = path.read_bytes()

    assert not data.startswith(b"\xef\xbb\xbf"), f"{name(path)}:1: save it without a BOM"
    assert b"\r" not in data, f"{name(path)}: save it with LF line ends"
    assert data.endswith(b"\n"), f"{name(path)}: end the last line with a line feed"
    key = "statements" if path.parent.name == "statements" else path.name
    lines = data.decode("utf-8").splitlines()
    assert lines[0] == HEADERS[key], f"{name(path)}:1: the header must be {HEADERS[key]}"
    for number, cells in enumerate(csv.reader(lines), start=1):
        place = f"{name(path)}:{number}"
        assert len(cells) == len(lines[0].split(",")), f"{place}: count the commas, quote a comma"
        for cell in cells:
            assert cell == " ".join(cell.split()), f"{place}: remove the stray space in '{cell}'"


@pytest.mark.parametrize("table", ["entities.csv", "sources.csv"])
def test_an_id_is_unique_and_well_formed(table: str) -> None:
    counts = Counter(row["id"] for row in rows(table))
    form = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

    refuse(table, "'{id}' stands twice; remove one", lambda row: counts[row["id"]] > 1)
    refuse(
        table,
        "'{id}' is no id; use lower case letters, digits and single hyphens",
        lambda row: not form.fullmatch(row["id"]),
    )


def test_the_classes_of_entities_stand_in_their_order() -> None:
    none(
        f"{row.place}: {row['class']} comes after {before['class']}; sort by class, then by id"
        for before, row in pairwise(rows("entities.csv"))
        if CLASSES.index(before["class"]) > CLASSES.index(row["class"])
    )


def test_no_row_says_the_same_twice() -> None:
    counts = Counter(sort_key(row) for row in rows("statements"))

    refuse(
        "statements",
        "says what another row says; remove one",
        lambda row: counts[sort_key(row)] > 1,
    )


# ---- Entities and sources ----


def test_every_entity_has_a_known_class() -> None:
    refuse(
        "entities.csv",
        f"no class '{{class}}'; take one of {', '.join(CLASSES)}",
        lambda row: row["class"] not in CLASSES,
    )


def test_every_label_is_in_the_script_of_its_language() -> None:
    latin, cyrillic = re.compile(r"[A-Za-z]"), re.compile(r"[\u0400-\u04ff]")

    refuse("entities.csv", "write label_en", lambda row: not latin.search(row["label_en"]))
    refuse("entities.csv", "write label_ru", lambda row: not cyrillic.search(row["label_ru"]))


def test_every_entity_is_described_in_one_short_sentence() -> None:
    refuse(
        "entities.csv",
        "write a description of one sentence, below 120 characters, with its full stop",
        lambda row: not re.fullmatch(r"[A-Z][^.]{5,118}\.", row["description"]),
    )


def test_every_wikidata_id_is_one() -> None:
    refuse(
        "entities.csv",
        "'{wikidata}' is no Wikidata id; correct it or leave it empty",
        lambda row: not re.fullmatch(r"(Q[1-9]\d*)?", row["wikidata"]),
    )


def test_every_state_has_its_codes() -> None:
    codes = {row.triple[:2] for row in rows("statements")}

    refuse(
        "entities.csv",
        "{id} is a state; write its Wikidata id, and its codes into data/statements/states.csv",
        lambda row: (
            row["class"] == "State"
            and not (
                row["wikidata"]
                and (row["id"], "iso3166Alpha2") in codes
                and (row["id"], "iso3166Alpha3") in codes
            )
        ),
    )


@pytest.mark.parametrize("column", ["title", "publisher", "url", "accessed", "language", "kind"])
def test_every_source_tells_what_it_is(column: str) -> None:
    refuse("sources.csv", f"write the {column}", lambda row: not row[column])


def test_every_source_has_a_web_address() -> None:
    refuse(
        "sources.csv",
        "'{url}' is no web address; let it begin with http:// or https://",
        lambda row: not re.fullmatch(r"https?://\S+", row["url"]),
    )


def test_an_address_is_one_that_a_reader_can_follow() -> None:
    def is_odd(url: str) -> bool:
        address = urlsplit(url)
        host = address.hostname or ""
        return bool(
            address.port
            or host.endswith(".")
            or "." not in host
            or re.fullmatch(r"[\d.]+", host)
            or MIRROR_HOST.search(host)
        )

    refuse(
        "sources.csv",
        "{url} is a mirror or has a port or a trailing dot;"
        " write the address of the original, and where the copy is into the publisher",
        lambda row: is_odd(row["url"]),
    )


def test_a_publisher_has_one_spelling() -> None:
    spellings: dict[str, set[str]] = defaultdict(set)
    for row in rows("sources.csv"):
        head = row["publisher"].partition(", ")[0]
        spellings[re.sub(r"\W|_", "", head.casefold())].add(head)

    none(
        f"data/sources.csv: {' and '.join(sorted(group))} are one publisher; keep one spelling"
        for group in spellings.values()
        if len(group) > 1
    )


def test_every_copy_of_wikipedia_is_published_by_wikipedia() -> None:
    refuse(
        "sources.csv",
        "'{publisher}' would count beside Wikipedia; begin with 'Wikipedia, '",
        lambda row: (
            "wikipedia" in row["publisher"].casefold()
            and row["publisher"].partition(", ")[0] != "Wikipedia"
        ),
    )


def test_every_day_of_publication_is_a_date() -> None:
    refuse(
        "sources.csv",
        "'{published}' is no date; write YYYY, YYYY-MM or YYYY-MM-DD",
        lambda row: not is_date(row["published"] or "2000"),
    )


# ---- Statements ----


def test_every_statement_cites_a_known_source() -> None:
    known = {row["id"] for row in rows("sources.csv")}

    refuse(
        "statements",
        "source '{source}' is not in data/sources.csv; add a row there",
        lambda row: row["source"] not in known,
    )


def test_every_statement_uses_a_property_of_the_ontology() -> None:
    refuse(
        "statements",
        "'{predicate}' is no property of ontology/ontology.ttl; correct it",
        lambda row: row["predicate"] not in properties(),
    )


def test_every_statement_stands_between_the_right_classes() -> None:
    refuse(
        "statements",
        "'{subject}' is unknown or cannot have {predicate}; correct it",
        lambda row: entities().get(row["subject"]) not in properties()[row["predicate"]].domain,
    )
    refuse(
        "statements",
        "'{object}' is unknown or cannot follow {predicate}; correct it",
        lambda row: (
            not properties()[row["predicate"]].is_literal
            and entities().get(row["object"]) not in properties()[row["predicate"]].range
        ),
    )


def test_nothing_is_reported_before_it_happens() -> None:
    """The first publication of a page says nothing of what was written into it later."""
    published = {row["id"]: last_day(row["published"]) for row in rows("sources.csv")}

    refuse(
        "statements",
        "the source was published before {start}{at}; cite the reading that shows the fact,"
        " or write 'foretold' or 'announced' into the note",
        lambda row: (
            "" < published[row["source"]] < span(row)[0]
            and bool(row["start"] + row["at"])
            and not re.search(r"\b(foretold|announced)\b", row["note"])
        ),
    )


def test_only_what_is_reported_too_early_was_foretold() -> None:
    published = {row["id"]: last_day(row["published"]) for row in rows("sources.csv")}

    refuse(
        "statements",
        "the source is not older than the fact; strike 'foretold' from the note",
        lambda row: "foretold" in row["note"] and not "" < published[row["source"]] < span(row)[0],
    )


def test_what_is_only_inferred_is_not_written() -> None:
    refuse(
        "statements",
        "{predicate} is only inferred; remove the row",
        lambda row: row["predicate"] in ONLY_INFERRED,
    )


def test_every_statement_is_dated_as_its_property_requires() -> None:
    def kind(row: Row) -> str:
        return properties()[row["predicate"]].kind

    refuse(
        "statements",
        "{predicate} is timeless; remove the dates",
        lambda row: kind(row) == "Timeless" and bool(row["start"] + row["end"] + row["at"]),
    )
    refuse(
        "statements",
        "{predicate} is true during a period; write either start and end, or at",
        lambda row: (
            kind(row) == "StateProperty" and bool(row["start"] + row["end"]) == bool(row["at"])
        ),
    )
    refuse(
        "statements",
        "{predicate} happens; write at, or start and end",
        lambda row: (
            kind(row) == "EventProperty"
            and (bool(row["start"]), bool(row["end"]), bool(row["at"]))
            not in {(False, False, True), (True, True, False)}
        ),
    )


@pytest.mark.parametrize("column", ["start", "end", "at"])
def test_every_date_is_a_date(column: str) -> None:
    refuse(
        "statements",
        f"'{{{column}}}' is no date; write YYYY, YYYY-MM or YYYY-MM-DD",
        lambda row: not is_date(row[column] or "2000"),
    )


def test_every_end_is_after_its_start() -> None:
    refuse(
        "statements",
        "end {end} is not after start {start}; correct one of them",
        lambda row: (
            bool(row["start"] and row["end"]) and last_day(row["end"]) <= first_day(row["start"])
        ),
    )


def test_the_rows_of_one_statement_agree_on_its_rank() -> None:
    ranks = defaultdict(set)
    for row in rows("statements"):
        ranks[row.statement].add(row["rank"])

    refuse(
        "statements",
        "no rank '{rank}'; leave it empty or write preferred or deprecated",
        lambda row: row["rank"] not in {"", "preferred", "deprecated"},
    )
    refuse(
        "statements",
        "another row of this statement has another rank; let them agree",
        lambda row: len(ranks[row.statement]) > 1,
    )


def test_periods_of_one_fact_do_not_overlap_at_equal_rank() -> None:
    groups: dict[tuple[str, ...], dict[tuple[str, ...], Row]] = defaultdict(dict)
    for row in rows("statements"):
        if not row["at"]:
            groups[(*row.triple, row["rank"])][row.statement] = row

    none(
        f"{second.place}: overlaps {first.place}; correct the dates or set a rank"
        for group in groups.values()
        for first, second in combinations(group.values(), 2)
        if overlap(first, second)
    )


def test_nobody_joins_before_the_founding() -> None:
    founded: dict[str, str] = {}
    for row in counted():
        if row["predicate"] == "founded":
            day = span(row)[0]
            founded[row["object"]] = min(day, founded.get(row["object"], day))

    none(
        f"{row.place}: starts before {row['object']} was founded on {founded[row['object']]};"
        " correct the start"
        for row in counted()
        if row["predicate"] in STANDINGS and span(row)[0] < founded.get(row["object"], "")
        if row["start"] or row["at"]
    )


def test_no_state_is_member_and_observer_of_the_same_body_on_the_same_day() -> None:
    members = defaultdict(list)
    for row in counted():
        if row["predicate"] == "memberOf":
            members[row["subject"], row["object"]].append(row)

    none(
        f"{row.place}: {row['subject']} is also a member by {member.place}; correct the dates"
        for row in counted()
        if row["predicate"] in {"observerOf", "dialoguePartnerOf", "partnerOf", "associateMemberOf"}
        for member in members[row["subject"], row["object"]]
        if overlap(row, member)
    )


def test_no_office_has_two_holders_on_the_same_day() -> None:
    holders = defaultdict(list)
    for row in counted():
        if row["predicate"] in {"holdsOffice", "chairs"}:
            holders[row["predicate"], row["object"]].append(row)

    none(
        f"{second.place}: {second['subject']} overlaps {first['subject']} of {first.place};"
        " correct the dates"
        for group in holders.values()
        for first, second in combinations(group, 2)
        if first["subject"] != second["subject"] and overlap(first, second)
    )


def terms_of(*predicates: str) -> dict[str, list[Row]]:
    """The terms by office or organisation, in order of time; attestations say nothing of ends."""
    terms = defaultdict(list)
    for row in counted():
        if row["predicate"] in predicates and (row["start"] or row["end"]):
            terms[row["object"]].append(row)
    return {key: sorted(group, key=span) for key, group in terms.items()}


@pytest.mark.parametrize("predicates", [("holdsOffice", "actsIn"), ("chairs",)])
def test_each_term_begins_when_the_last_one_ends(predicates: tuple[str, ...]) -> None:
    none(
        f"{row.place}: nobody between {last_end} and {span(row)[0]}; add who it was,"
        " or say in the note why there was nobody"
        for group in terms_of(*predicates).values()
        for number, row in enumerate(group[1:], start=1)
        if (last_end := max(span(earlier)[1] for earlier in group[:number])) < span(row)[0]
        and not row["note"]
    )


def test_nobody_stays_after_withdrawing() -> None:
    ends = {row.ends: row for row in counted() if row["predicate"] == "withdrewFrom"}

    none(
        f"{row.place}: {row['subject']} is a member after it withdrew by {left.place}"
        for row in counted()
        if row["predicate"] in {"memberOf", "partyTo"}
        and (left := ends.get(row.ends)) is not None
        and (row["start"] and not row["end"])
        and span(row)[0] < span(left)[0]
    )


# ---- The article ----


def test_the_members_on_the_day_of_the_article_are_the_six_it_names() -> None:
    members = {
        row["subject"]
        for row in counted()
        if row.triple[1:] == ("memberOf", "csto") and span(row)[0] <= "2020-05-26" < span(row)[1]
    }

    assert members == {"armenia", "belarus", "kazakhstan", "kyrgyzstan", "russia", "tajikistan"}


def test_the_observers_that_the_article_names_are_kept_but_deprecated() -> None:
    claims = {
        row["subject"]: row["rank"]
        for row in rows("statements")
        if row.triple[1:] == ("observerOf", "csto")
    }

    assert claims == {"serbia": "deprecated", "afghanistan": "deprecated"}


def test_every_row_of_the_article_names_one_of_its_15_paragraphs() -> None:
    known = {f"¶{number}" for number in range(1, 16)}

    refuse(
        "statements",
        "'{locator}' is none of ¶1 to ¶15; name the paragraph",
        lambda row: row["source"] == ARTICLE and row["locator"] not in known,
    )


def kept_text(row: Row) -> bytes:
    path = TEXTS / f"{row['id']}.txt"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout; its text is not ours to publish")
    return path.read_bytes()


DIGESTED = [row for row in rows("sources.csv") if row["sha256"]]


@pytest.mark.parametrize("source", DIGESTED, ids=lambda row: row["id"])
def test_a_kept_text_is_the_one_that_was_read(source: Row) -> None:
    digest = hashlib.sha256(kept_text(source)).hexdigest()

    assert digest == source["sha256"], f"{source.place}: sha256 of the kept text is {digest}"


@dataclass(frozen=True)
class Sentence:
    """One line of the table in data/README.md that goes through the article."""

    paragraph: int
    sentence: int
    says: str
    cited: list[str]
    why_left_out: str


def sentences() -> list[Sentence]:
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    part = text.partition("## The article, sentence by sentence")[2].partition("\n## ")[0]
    found = []
    for line in part.splitlines():
        if line.startswith("| ¶"):
            place, says, cited, why = (cell.strip() for cell in line[1:-1].split("|"))
            paragraph, _, sentence = place.removeprefix("¶").partition(".")
            said = re.findall(r"`([^`]+)`", cited)
            found.append(Sentence(int(paragraph), int(sentence or 1), says, said, why))
    return found


def test_each_paragraph_of_the_article_is_gone_through_sentence_by_sentence() -> None:
    numbers = defaultdict(list)
    for one in sentences():
        numbers[one.paragraph].append(one.sentence)

    assert list(numbers) == list(range(1, 16))
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


def test_each_sentence_of_the_article_is_held_by_a_row_or_left_out_for_a_reason() -> None:
    none(
        f"data/README.md: ¶{one.paragraph}.{one.sentence} has no row and no reason"
        for one in sentences()
        if not one.cited and not one.why_left_out
    )


def test_the_rows_that_hold_the_article_are_those_that_cite_it() -> None:
    """In both directions; a row is named at its own paragraph, and may be named at others."""
    held = {
        (" ".join(row.triple), int(row["locator"].removeprefix("¶")))
        for row in rows("statements")
        if row["source"] == ARTICLE
    }
    named = {(row, one.paragraph) for one in sentences() for row in one.cited}

    assert {row for row, _ in named} <= {row for row, _ in held}
    assert held <= named


def test_the_article_has_as_many_sentences_as_are_gone_through() -> None:
    source = next(row for row in rows("sources.csv") if row["id"] == ARTICLE)
    text = re.sub(r"^MOSCOW.*?/TASS/\. ", "", kept_text(source).decode("utf-8"), flags=re.MULTILINE)

    ends = re.compile(
        r"[.!?][\"\N{RIGHT DOUBLE QUOTATION MARK}]? (?=[\"\N{LEFT DOUBLE QUOTATION MARK}]?[A-Z])"
    )
    assert Counter(one.paragraph for one in sentences()) == {
        number: len(ends.findall(paragraph)) + 1
        for number, paragraph in enumerate(text.splitlines(), start=1)
    }


def test_no_words_of_the_article_are_repeated() -> None:
    """No seven words in a row, but for names and lists of states."""
    source = next(row for row in rows("sources.csv") if row["id"] == ARTICLE)

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.casefold())
        return {tuple(words[at : at + 7]) for at in range(len(words) - 6)}

    theirs = runs(kept_text(source).decode("utf-8"))
    names = runs("six members: Armenia, Belarus, Kazakhstan, Kyrgyzstan, Russia and Tajikistan")
    ours = set().union(*(runs(one.says) for one in sentences()))
    assert ours & theirs - names == set()


@pytest.mark.parametrize("fact", KEYWORDS, ids=lambda fact: "-".join(fact[:3]))
def test_the_cited_paragraph_speaks_of_the_fact(fact: tuple[str, str, str, str]) -> None:
    source = next(row for row in rows("sources.csv") if row["id"] == ARTICLE)
    paragraphs = kept_text(source).decode("utf-8").splitlines()
    *triple, word = fact
    cited = [
        row for row in rows("statements") if (*row.triple, row["source"]) == (*triple, ARTICLE)
    ]

    assert cited, f"no row says {' '.join(triple)} after {ARTICLE}; add it to data/statements/"
    none(
        f"{row.place}: {row['locator']} does not contain '{word}'; correct the locator"
        for row in cited
        if word not in paragraphs[int(row["locator"].removeprefix("¶")) - 1]
    )


# ---- The ontology ----


def test_every_class_and_property_is_labelled_and_explained_in_both_languages() -> None:
    said = defaultdict(set)
    for quad in parse(path=ROOT / "ontology" / "ontology.ttl", format=RdfFormat.TURTLE):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            local = quad.predicate.value.rpartition("#")[2]
            said[quad.subject.value.rpartition("#")[2]].add((local, quad.object.language))

    none(
        f"ontology/ontology.ttl: {term} has no rdfs:{local} in {language}; write one"
        for term in sorted({*CLASSES, *properties()})
        for local in ("label", "comment")
        for language in ("en", "ru")
        if (local, language) not in said[term]
    )
