"""Changes as text, Markdown, HTML and JSON: nothing in the data is markup."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from cmarkgfm import github_flavored_markdown_to_html
from hypothesis import example, given
from hypothesis import strategies as st
from sides import PAGE, plays, side

from kg.changes.compare import AnyChange, Side, StatementChange, compare
from kg.changes.render import to_html, to_json, to_markdown, to_text
from kg.changes.wording import Labels, in_order
from kg.model.statement import Entity, Source, Statement

ANNA, ROOKS = Entity("anna", "Player", {"en": "Anna"}), Entity("rooks", "Club", {"en": "Rooks"})
ALMANAC = Source("almanac", "The Almanac", url="https://example.org/almanac")
HOSTILE = [
    "<b>bold</b>",
    "<!-- -->",
    "&lt;b&gt; &amp; &#42;",
    "[x](mailto:a@example.org)",
    "![x](https://example.org/x.png)",
    "`code` *stress* **strong** __strong__ ~~struck~~",
    "# no heading",
    "- no list",
    "+ no list",
    "1. no list",
    "2) no list",
    "> no quote",
    "[ ] no task",
    "a | b",
    "https://example.org/",
    "www.example.org",
    "see http://example.org/a and ftp://example.org/b",
    "someone@example.org",
    "1@.w",
    "@someone, #12 and C#",
    "<https://example.org/>",
    "\\*",
    "ends with \\",
    "ends with #",
    "$x$",
    "[^1]",
    '" title="x',
    "'quoted'",
]


class Seen(HTMLParser):
    """The text, tags and links of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[dict[str, str | None]] = []
        self.headings: list[str] = []
        self.items: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.open.append(tag)
        if tag == "a":
            self.links.append(dict(attrs))
        if tag in {"h3", "h4"}:
            self.headings.append("")
        if tag == "li":
            self.items.append("")

    def handle_endtag(self, tag: str) -> None:
        self.open.remove(tag)

    def handle_data(self, data: str) -> None:
        if {"h3", "h4"} & {*self.open}:
            self.headings[-1] += data
        if "li" in self.open:
            self.items[-1] += data


def differing(old: Side, new: Side) -> tuple[tuple[AnyChange, ...], Labels]:
    names = Labels(old, new)
    return in_order(compare(old, new), names), names


def added(
    statements: Iterable[Statement] = (),
    entities: Iterable[Entity] = (ANNA, ROOKS),
    sources: Iterable[Source] = (ALMANAC,),
    labels: dict[tuple[str, str], str] | None = None,
) -> tuple[tuple[AnyChange, ...], Labels]:
    """What differs when only the statements are new."""
    entities, sources = [*entities], [*sources]
    old = side((), entities, sources, labels=labels)
    return differing(old, side(statements, entities, sources, labels=labels))


def rendered(markdown: str) -> Seen:
    """What a reader of the pull request sees, by the renderer of GitHub."""
    return Seen(github_flavored_markdown_to_html(markdown))


class TestText:
    def test_a_line_ends_with_its_row(self) -> None:
        assert to_text(*added([plays("1995")])) == (
            "+ Anna: playsFor Rooks since 1995 (added; source almanac p. 3)"
            "  data/statements/facts.csv:9"
        )

    @pytest.mark.parametrize(
        "label", ["a\x1b[31mb", "a\x07b", "a\x9bb", "a\u202eb", "a\u2066b", "a\u200fb"]
    )
    def test_nothing_commands_the_terminal(self, label: str) -> None:
        found = to_text(*added([plays("1995")], [replace(ANNA, labels={"en": label}), ROOKS]))

        assert found.startswith("+ a\ufffd")

    def test_a_change_is_one_line(self) -> None:
        noted = replace(PAGE, note="first\nsecond\u2028third")
        old, new = side([plays("1995")]), side([plays("1995", references=(noted,))])

        assert len(to_text(*differing(old, new)).splitlines()) == 1

    def test_nothing_is_no_text(self) -> None:
        assert to_text(*differing(side(), side())) == ""


class TestMarkdown:
    def test_headings_bullets_links_and_rows(self) -> None:
        assert to_markdown(*added([plays("1995")])) == (
            "**1 statement added**\n"
            "\n"
            "### Anna\n"
            "\n"
            "- playsFor Rooks since 1995 (added; source "
            '[almanac](<https://example.org/almanac> "The Almanac") p. 3)'
            " `data/statements/facts.csv:9`\n"
        )

    def test_sources_stand_under_one_heading(self) -> None:
        new = side(sources=[ALMANAC, Source("gazette", "The Gazette")])

        assert to_markdown(*differing(side(), new)) == (
            "**2 sources added**\n"
            "\n"
            "### Sources\n"
            "\n"
            '- [almanac](<https://example.org/almanac> "The Almanac"): '
            "source added (“The Almanac”)\n"
            "- gazette: source added (“The Gazette”)\n"
        )

    def test_nothing_is_said_to_be_nothing(self) -> None:
        assert to_markdown(*differing(side(), side())) == "**no differences**\n"

    def test_each_entity_has_its_heading(self) -> None:
        two = [plays("1995"), replace(plays("1996"), subject="rooks", object="anna")]

        assert rendered(to_markdown(*added(two))).headings == ["Anna", "Rooks"]

    @pytest.mark.parametrize("text", HOSTILE)
    def test_a_hostile_text_is_shown_as_it_is(self, text: str) -> None:
        """As label of the subject and object, label of the property, locator, note and title."""
        named = [replace(ANNA, labels={"en": text}), replace(ROOKS, labels={"en": f"{text} !"})]
        source = replace(ALMANAC, title=text)
        cited = plays("1995", references=(replace(PAGE, locator=text),))
        seen = rendered(
            to_markdown(*added([cited], named, [source], labels={("playsFor", "en"): text}))
        )

        assert seen.headings == [text]
        assert seen.items == [
            f"{text} {text} ! since 1995 (added; source almanac {text}) data/statements/facts.csv:9"
        ]
        assert seen.tags == {"p", "strong", "h3", "ul", "li", "a", "code"}
        assert seen.links == [{"href": "https://example.org/almanac", "title": text}]

    @given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
    @example("    indented")
    @example("a  \nb")
    def test_any_label_is_shown_as_it_is(self, text: str) -> None:
        named = [replace(ANNA, labels={"en": text}), ROOKS]
        changes, names = added([plays("1995")], named)
        seen = rendered(to_markdown(changes, names))

        visible = to_text(changes, names).removeprefix("+ ").partition(": playsFor")[0]
        assert seen.headings == [visible]
        assert seen.tags == {"p", "strong", "h3", "ul", "li", "a", "code"}

    @pytest.mark.parametrize("text", ["@someone", "#12"])
    def test_nobody_is_called_and_no_issue_is_named(self, text: str) -> None:
        """A forge looks for them in what is rendered; an empty comment stands between."""
        markdown = to_markdown(*added([plays("1995")], [replace(ANNA, labels={"en": text}), ROOKS]))

        assert text not in github_flavored_markdown_to_html(markdown)

    @pytest.mark.parametrize(
        ("url", "href"),
        [
            ("https://example.org/a_(b)", "https://example.org/a_(b)"),
            ("https://example.org/<b>", "https://example.org/%3Cb%3E"),
            ("https://example.org/a b\n", "https://example.org/a%20b%0A"),
        ],
    )
    def test_an_address_stays_within_its_link(self, url: str, href: str) -> None:
        seen = rendered(to_markdown(*added([plays("1995")], sources=[replace(ALMANAC, url=url)])))

        assert [link["href"] for link in seen.links] == [href]

    @pytest.mark.parametrize("url", ["", "mailto:a@example.org", "data:,x", "file:///x"])
    def test_only_web_addresses_are_links(self, url: str) -> None:
        changes, names = added([plays("1995")], sources=[replace(ALMANAC, url=url)])

        assert rendered(to_markdown(changes, names)).links == []
        assert Seen(to_html(changes, names)).links == []

    def test_a_row_with_a_backtick_is_shown_as_it_is(self) -> None:
        odd = replace(PAGE, row="data/statements/`x`.csv:2")
        (item,) = rendered(to_markdown(*added([plays("1995", references=(odd,))]))).items

        assert item.endswith(" data/statements/`x`.csv:2")


class TestHtml:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_a_hostile_text_is_shown_as_it_is(self, text: str) -> None:
        named = [replace(ANNA, labels={"en": text}), ROOKS]
        seen = Seen(to_html(*added([plays("1995")], named, [replace(ALMANAC, title=text)])))

        assert (seen.headings, seen.tags) == (
            [text],
            {"p", "strong", "h4", "ul", "li", "a", "code"},
        )
        assert [link["title"] for link in seen.links] == [text]

    def test_what_has_no_row_shows_none(self) -> None:
        assert "code" not in Seen(to_html(*differing(side(), side(entities=[ANNA])))).tags


class TestJson:
    OLD = side([plays("1995", "2000")], [ANNA, ROOKS], [ALMANAC], issued="2023-01-01")
    MOVED = replace(PAGE, locator="p. 4")
    NEW = side(
        [plays("1995", "2001", references=(MOVED,))],
        [replace(ANNA, labels={"en": "Anna", "ru": "Анна"}, row="data/entities.csv:2"), ROOKS],
        [],
    )

    def changes(self) -> list[dict[str, object]]:
        changes, names = differing(self.OLD, self.NEW)
        found = json.loads(to_json(changes, names, self.OLD, self.NEW))["changes"]
        assert isinstance(found, list)
        return found

    def test_the_whole(self) -> None:
        changes, names = differing(self.OLD, self.NEW)
        found = json.loads(to_json(changes, names, self.OLD, self.NEW))

        del found["changes"]
        assert found == {
            "differ": True,
            "old": {"name": "side", "issued": "2023-01-01"},
            "new": {"name": "side", "issued": "2024-01-01"},
            "summary": {
                "statements": {"added": 0, "removed": 0, "changed": 1},
                "entities": {"added": 0, "removed": 0, "changed": 1},
                "sources": {"added": 0, "removed": 1, "changed": 0},
            },
        }

    def test_the_dataset(self) -> None:
        assert self.changes()[0] == {
            "kind": "dataset",
            "change": "changed",
            "text": "Dataset: current for 2024-01-01 (was 2023-01-01)",
            "row": "",
            "fields": ["issued"],
            "old": {"issued": "2023-01-01"},
            "new": {"issued": "2024-01-01"},
        }

    def test_an_entity(self) -> None:
        anna = {"id": "anna", "class": "Player", "label_en": "Anna", "label_ru": "", "aliases": []}
        old = {**anna, "wikidata": "", "description": "", "row": ""}

        assert self.changes()[1] == {
            "kind": "entity",
            "change": "changed",
            "text": "Anna: label_ru (empty) → 'Анна'",
            "row": "data/entities.csv:2",
            "fields": ["label_ru"],
            "old": old,
            "new": {**old, "label_ru": "Анна", "row": "data/entities.csv:2"},
        }

    def test_a_statement(self) -> None:
        reference = {
            "source": "almanac",
            "title": "The Almanac",
            "publisher": "",
            "url": "https://example.org/almanac",
            "published": "",
            "accessed": "",
            "locator": "p. 3",
            "at": "",
            "note": "",
            "row": "data/statements/facts.csv:9",
        }
        # The new side has no row for the source.
        moved = {**reference, "title": "", "url": "", "locator": "p. 4"}
        old = {
            "id": plays("1995", "2000").id,
            "subject": "anna",
            "predicate": "playsFor",
            "object": "rooks",
            "datatype": "",
            "kind": "state",
            "start": "1995",
            "end": "2000",
            "at": "",
            "since": "1995-01-01",
            "until": "2001-01-01",
            "rank": "normal",
            "status": "ended",
            "counts": True,
            "inferred": False,
            "rule": "",
            "premises": [],
            "proofs": [],
            "proof_count": 0,
            "disputed_by": [],
            "may_confirm": [],
            "entailed_by": [],
            "note": "",
            "references": [reference],
        }
        new = {
            **old,
            "id": plays("1995", "2001").id,
            "end": "2001",
            "until": "2002-01-01",
            "references": [moved],
        }

        assert self.changes()[2] == {
            "kind": "statement",
            "change": "changed",
            "text": "Anna: playsFor Rooks until 2001"
            " (was 2000; source almanac: locator 'p. 3' → 'p. 4')",
            "row": "data/statements/facts.csv:9",
            "fields": ["end", "references"],
            "old": old,
            "new": new,
            "references": [{"change": "changed", "old": reference, "new": moved}],
            "disputes": [],
            "period": None,
        }

    def test_a_source(self) -> None:
        assert self.changes()[3] == {
            "kind": "source",
            "change": "removed",
            "text": "Source almanac: source removed (“The Almanac”)",
            "row": "",
            "fields": [],
            "old": {
                "id": "almanac",
                "title": "The Almanac",
                "publisher": "",
                "url": "https://example.org/almanac",
                "published": "",
                "accessed": "",
                "language": "",
                "kind": "",
                "sha256": "",
                "row": "",
            },
            "new": None,
        }

    @pytest.mark.parametrize(("went", "status"), [(True, "ended"), (False, "current")])
    def test_the_period_of_an_attestation_is_seen_from_its_side(
        self, went: bool, status: str
    ) -> None:
        """One that went is in a period of the new side, one that came was in one of the old."""
        old, new = side(issued="1997-01-01"), side(issued="2024-01-01")
        both = (plays(at="1996"), None) if went else (None, plays(at="1996"))
        change = StatementChange(both[0], both[1], period=plays("1995", "2000"))
        (found,) = json.loads(to_json([change], Labels(old, new), old, new))["changes"]

        assert found["period"]["status"] == status

    def test_no_difference_is_json_too(self) -> None:
        changes, names = differing(self.OLD, self.OLD)
        found = json.loads(to_json(changes, names, self.OLD, self.OLD))

        assert (found["differ"], found["changes"]) == (False, [])
