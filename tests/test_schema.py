"""Schema: a column that is declared is read, checked, stored, read back and shown everywhere."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

import kg
from kg.exports.network import to_format
from kg.model import schema
from kg.model.patterns import PLAIN_NUMBER
from kg.page.content import content
from kg.store.read_back import History

if TYPE_CHECKING:
    from conftest import Tiny

FACTS = "data/statements/facts.csv"
SOURCES = "data/sources.csv"
TINY = Path(__file__).parent / "tiny"
DOCS = Path(__file__).parent.parent / "data" / "README.md"


def widen(tiny: Tiny, file: str, column: str, cells: dict[str, str]) -> None:
    """Append a column; `cells` go by a text that only their row holds."""
    lines = (tiny.path / file).read_text(encoding="utf-8").splitlines()
    told = [next((cell for part, cell in cells.items() if part in one), "") for one in lines[1:]]
    assert sorted(filter(None, told)) == sorted(cells.values())
    rows = [f"{one},{cell}" for one, cell in zip(lines[1:], told, strict=True)]
    tiny.write(file, "\n".join([f"{lines[0]},{column}", *rows]) + "\n")


def built(tiny: Tiny) -> kg.Graph:
    return kg.build(tiny.data, tiny.ontology)


def more_of(graph: kg.Graph) -> dict[tuple[str, str, str], schema.More]:
    return {one.triple: one.more for one in History(graph.store).statements if one.more}


WON = "anna,playsFor,rooks,2000-01-01"


class TestAMadeUpColumn:
    """One declaration, and nothing else, carries a new column from the table to every exit."""

    @pytest.fixture
    def graph(self, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> kg.Graph:
        mood = schema.Column("mood", "text", "kg:mood", "How the curators felt.")
        shelf = schema.Column("shelf_mark", "text", "kg:shelfMark", "Where the text stands.")
        nick = schema.Column("nick", "text", "kg:nick", "What friends say.")
        given: dict[schema.TableName, schema.Column]
        given = {"statements": mood, "sources": shelf, "entities": nick}
        for table, column in given.items():
            monkeypatch.setitem(schema.OPTIONAL, table, (*schema.OPTIONAL[table], column))
        widen(tiny, FACTS, "mood", {WON: '"glad, ""very"""'})
        widen(tiny, SOURCES, "shelf_mark", {"almanac-2001,": "QA 9/1"})
        widen(tiny, "data/entities.csv", "nick", {"anna,Player": "Anka"})
        return built(tiny)

    def test_is_in_the_quads(self, graph: kg.Graph) -> None:
        query = "SELECT ?o ?v { ?st kg:mood ?v ; rdf:object ?o }"
        assert list(graph.query(query).rows) == [("rooks", 'glad, "very"')]

    def test_comes_back_from_the_store(self, graph: kg.Graph) -> None:
        history = History(graph.store)
        assert more_of(graph) == {("anna", "playsFor", "rooks"): (("mood", 'glad, "very"'),)}
        assert {one.id: one.more for one in history.sources.values() if one.more} == {
            "almanac-2001": (("shelf_mark", "QA 9/1"),)
        }
        assert {one.id: one.more for one in history.entities.values() if one.more} == {
            "anna": (("nick", "Anka"),)
        }

    def test_is_in_the_json_of_an_explanation(self, graph: kg.Graph) -> None:
        told = json.loads(graph.why("anna", "playsFor", "rooks").to_json())["explained"]
        (found,) = (one for one in told if one["object"] == "rooks")
        assert found["mood"] == 'glad, "very"'
        assert found["references"][0]["shelf_mark"] == "QA 9/1"

    def test_is_in_the_json_of_audit_comparison_and_difference(
        self, graph: kg.Graph, tmp_path: Path
    ) -> None:
        found = json.loads(graph.audit(kinds=["single-source"]).to_json())["findings"]
        told = [one for finding in found for one in finding["statements"] if "mood" in one]
        assert [one["mood"] for one in told] == ['glad, "very"']
        assert told[0]["references"][0]["shelf_mark"] == "QA 9/1"

        table = tmp_path / "squads.csv"
        table.write_text("subject,object\nanna,rooks\n", encoding="utf-8")
        compared = json.loads(graph.compare(table, predicate="playsFor", as_of="2001").to_json())
        records = [one for verdict in compared["verdicts"] for one in verdict["record"]]
        (told,) = [one for one in records if "mood" in one]
        assert told["references"][0]["shelf_mark"] == "QA 9/1"

        bare = kg.build(TINY / "data", TINY / "ontology")
        changes = json.loads(kg.diff(bare, graph).to_json())["changes"]
        assert [one["new"]["mood"] for one in changes if one["fields"] == ["mood"]] == [
            'glad, "very"'
        ]

    def test_is_a_column_of_the_table_of_edges(self, graph: kg.Graph) -> None:
        rows = list(csv.DictReader(io.StringIO(to_format(graph.network(), ".csv"))))
        assert [row["mood"] for row in rows if row["mood"]] == ['glad, "very"']

    def test_is_in_parquet(self, graph: kg.Graph) -> None:
        table = pq.read_table(io.BytesIO(graph.dump(".parquet")))
        rows = [row for row in table.to_pylist() if row["mood"]]
        assert [(row["object"], row["mood"]) for row in rows] == [("rooks", 'glad, "very"')]
        assert {row["shelf_mark"] for row in table.to_pylist() if row["source"]} == {
            "QA 9/1",
            None,
        }

    def test_is_on_the_page(self, graph: kg.Graph) -> None:
        page = content(graph.network(), graph.network())
        assert [one["more"] for one in page["facts"] if "more" in one] == [{"mood": 'glad, "very"'}]
        assert [one["more"] for one in page["sources"] if "more" in one] == [
            {"shelf mark": "QA 9/1"}
        ]


class TestMadeUpColumnsOfOtherTypes:
    """An address, an id of Wikidata and a text in the language of the dataset, of an entity."""

    COLUMNS = (
        schema.Column("site", "iri", "kg:site", "Its own page."),
        schema.Column("same", "item", "kg:same", "What Wikidata calls it."),
        schema.Column("motto", "told", "kg:motto", "What it says of itself."),
    )

    @pytest.fixture
    def wide(self, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Tiny:
        monkeypatch.setitem(
            schema.OPTIONAL, "entities", (*schema.OPTIONAL["entities"], *self.COLUMNS)
        )
        return tiny

    def fill(self, tiny: Tiny, site: str, same: str, motto: str) -> None:
        for column, cell in (("site", site), ("same", same), ("motto", motto)):
            widen(tiny, "data/entities.csv", column, {"anna,Player": cell})

    def test_are_terms_of_their_types_and_come_back(self, wide: Tiny) -> None:
        self.fill(wide, "https://example.org/anna?a=b", "Q42", "Ad astra")
        graph = built(wide)

        rows = graph.query("SELECT ?v { id:anna kg:site|kg:same|kg:motto ?v }").terms
        assert {str(one) for (one,) in rows} == {
            "<https://example.org/anna?a=b>",
            "<http://www.wikidata.org/entity/Q42>",
            '"Ad astra"@en',
        }
        assert History(graph.store).entities["anna"].more == (
            ("site", "https://example.org/anna?a=b"),
            ("same", "Q42"),
            ("motto", "Ad astra"),
        )

    def test_are_the_same_by_rows_and_by_columns(self, wide: Tiny) -> None:
        from test_columns import agree

        self.fill(wide, "https://example.org/anna?a=b", "Q42", "Ad astra")
        agree(wide.path)

    @pytest.mark.parametrize(
        ("cells", "said"),
        [
            (("anna", "Q42", "x"), "'anna' is not a web address; write the whole address"),
            (
                ("https://example.org/", "42", "x"),
                "'42' is not a Wikidata id; write Q and a number",
            ),
        ],
    )
    def test_are_found_at_their_cell_when_they_are_wrong(
        self, wide: Tiny, cells: tuple[str, str, str], said: str
    ) -> None:
        from test_columns import agree

        self.fill(wide, *cells)
        assert said in "\n".join(map(str, agree(wide.path).findings))


class TestConfidence:
    """How sure the curators are."""

    @pytest.fixture
    def graph(self, tiny: Tiny) -> kg.Graph:
        widen(tiny, FACTS, "confidence", {WON: "0.80"})
        return built(tiny)

    def test_is_a_decimal_of_the_statement(self, graph: kg.Graph) -> None:
        query = "ASK { ?st kg:confidence ?v FILTER(?v = 0.8 && DATATYPE(?v) = xsd:decimal) }"
        assert bool(graph.query(query))

    def test_does_not_rename_the_statement(self, graph: kg.Graph, tiny: Tiny) -> None:
        text = (tiny.path / FACTS).read_text(encoding="utf-8")
        tiny.write(FACTS, re.sub(r",(?:0\.80|confidence)?$", "", text, flags=re.MULTILINE))

        bare = History(built(tiny).store)
        assert [one.id for one in History(graph.store).statements] == [
            one.id for one in bare.statements
        ]
        assert not any(one.more for one in bare.statements)

    def test_is_told_by_why_in_text_json_and_turtle(self, graph: kg.Graph) -> None:
        why = graph.why("anna", "playsFor", "rooks")
        assert "current, rank normal, confidence 0.8  st:" in str(why)
        told = json.loads(why.to_json())["explained"]
        assert [one["confidence"] for one in told] == [0.8]
        assert "kg:confidence 0.8" in why.to_turtle()

    def test_is_an_attribute_of_the_edge(self, graph: kg.Graph) -> None:
        edges = graph.network().edges(data=True)
        assert [one["confidence"] for *_, one in edges if "confidence" in one] == [0.8]

    def test_is_a_number_in_parquet_and_no_column_where_nobody_gives_it(
        self, graph: kg.Graph, shipped: kg.Graph
    ) -> None:
        table = pq.read_table(io.BytesIO(graph.dump(".parquet")))
        assert [one for one in table["confidence"].to_pylist() if one is not None] == [0.8]
        assert "confidence" not in pq.read_table(io.BytesIO(shipped.dump(".parquet"))).schema.names

    def test_of_one_statement_is_agreed_on_however_it_is_written(self, tiny: Tiny) -> None:
        widen(tiny, FACTS, "confidence", {WON: "0.80"})
        tiny.add(f"{WON},,,gazette-1999,,,,0.8")

        assert more_of(built(tiny)) == {("anna", "playsFor", "rooks"): (("confidence", "0.8"),)}

    def test_that_changes_is_a_change(self, graph: kg.Graph, tiny: Tiny) -> None:
        tiny.replace(FACTS, ",0.80", ",0.9")

        text = str(kg.diff(graph, built(tiny)))
        assert "confidence now 0.9; was 0.8" in text


class TestVersionRead:
    """Which version of a page that changes was read."""

    def test_is_a_date_of_the_source_as_precise_as_it_is_written(self, tiny: Tiny) -> None:
        widen(tiny, SOURCES, "version_read", {"gazette-1999,": "2023-11"})
        which = "FILTER(DATATYPE(?v) = xsd:gYearMonth)"
        query = f"SELECT ?v {{ src:gazette-1999 dcterms:modified ?v {which} }}"
        assert list(built(tiny).query(query).rows) == [("2023-11",)]

    def test_is_told_where_the_source_is_cited(self, tiny: Tiny) -> None:
        widen(tiny, SOURCES, "version_read", {"almanac-2001,": "2023-11-05"})
        graph = built(tiny)
        why = graph.why("anna", "playsFor", "rooks")
        assert "(The League, 2001-05, version read 2023-11-05), p. 4" in str(why)
        references = json.loads(why.to_json())["explained"][0]["references"]
        assert [one["version_read"] for one in references] == ["2023-11-05"]

    def test_that_is_no_date_is_found_at_its_cell(self, tiny: Tiny) -> None:
        widen(tiny, SOURCES, "version_read", {"gazette-1999,": "2023-13"})

        with pytest.raises(kg.DataError) as raised:
            built(tiny)
        found = raised.value.findings[0]
        line = (tiny.path / SOURCES).read_text(encoding="utf-8").splitlines()[found.line - 1]
        assert line[found.column - 1 :] == "2023-13"
        assert "'2023-13' is not a date: there is no month 13" in found.message


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        ("0.8", "0.8"),
        ("0.80", "0.8"),
        ("1.0", "1"),
        ("1", "1"),
        ("0.0", "0"),
        ("0.10", "0.1"),
        ("", ""),
    ],
)
def test_a_number_is_stored_in_its_shortest_form(cell: str, stored: str) -> None:
    column = schema.Column("share", "number", "kg:share", "How much.")

    assert column.stored(cell) == stored
    assert stored == "" or re.fullmatch(PLAIN_NUMBER, stored)


@pytest.mark.parametrize(
    "cell", ["1.5", "1.01", "-0.1", ".5", "0,5", "1e-1", "NaN", "half", "0.5 ", "\u0660"]
)
def test_what_is_no_number_from_0_to_1_is_refused(cell: str) -> None:
    column = schema.Column("share", "number", "kg:share", "How much.")

    with pytest.raises(schema.NotOfTypeError, match="is not a number from 0 to 1; write a decimal"):
        column.stored(cell)
    assert not re.fullmatch(PLAIN_NUMBER, cell)


def test_the_documentation_tells_of_every_optional_column_in_the_words_of_its_declaration() -> None:
    page = DOCS.read_text(encoding="utf-8")
    told = re.findall(
        r"^\| `(\w+)` \| (\w+) \| (\w+) \| `([\w:]+)` \| (.+) \|$", page, re.MULTILINE
    )

    assert told == [
        (one.name, table, one.type, one.term, one.meaning)
        for table, columns in schema.OPTIONAL.items()
        for one in columns
    ]


def test_the_documentation_lists_the_columns_of_each_table_in_their_order() -> None:
    page = DOCS.read_text(encoding="utf-8")
    headings: dict[schema.TableName, str] = {
        "entities": "### entities.csv",
        "sources": "### sources.csv",
        "statements": "### statements/*.csv",
    }
    for table, heading in headings.items():
        part = page.split(heading)[1].split("\n#")[0]
        cells = re.findall(r"^\| (`[^|]*) \|", part, re.MULTILINE)
        named = re.findall(r"`(\w+)`", " ".join(cells))
        told = [name for name in named if name not in schema.optional(table)]

        assert sorted(told) == sorted(schema.required(table))


@pytest.mark.parametrize("table", ["entities", "sources", "statements"])
def test_only_what_is_one_property_can_be_optional(table: schema.TableName) -> None:
    assert all(column.type != "own" for column in schema.OPTIONAL[table])
