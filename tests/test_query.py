"""Results know their columns and types; questions know their parameters."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import rdflib
from pyoxigraph import (
    Literal,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from kg.errors import QueryError, StoreError, UsageError
from kg.model.namespaces import term
from kg.query.questions import bind, query, questions, run
from kg.query.result import Result
from kg.store.base import Store
from kg.text import formats

if TYPE_CHECKING:
    from conftest import Tiny

NOTHING = "SELECT ?a ?b { ?a :playsFor ?b ; :playsFor ?a }"


@pytest.fixture
def store(tiny: Tiny) -> Store:
    return tiny.build().store()


def values(store: Store, *terms: str) -> Result:
    """One row for each term, in a column x."""
    return run(store, f"SELECT ?x {{ VALUES ?x {{ {' '.join(terms)} }} }}")


class TestColumns:
    def test_columns_are_known_without_rows(self, store: Store) -> None:
        assert run(store, NOTHING).vars == ("a", "b")

    def test_columns_that_are_only_optional_are_known(self, store: Store) -> None:
        text = "SELECT * { ?a :hosts ?b OPTIONAL { ?b :playsFor ?c } }"

        assert set(run(store, text).vars) == {"a", "b", "c"}

    def test_columns_stand_in_the_order_of_the_query(self, store: Store) -> None:
        text = "SELECT ?club ?player { ?player :playsFor ?club }"

        assert run(store, text).vars == ("club", "player")

    def test_a_construct_has_the_columns_of_triples(self, store: Store) -> None:
        result = run(store, "CONSTRUCT WHERE { ?s :hosts ?o }")

        assert (result.vars, result.rows) == (
            ("subject", "predicate", "object"),
            [("knights", ":hosts", "city-open")],
        )

    def test_a_describe_is_like_a_construct(self, store: Store) -> None:
        assert run(store, "DESCRIBE id:city-open").form == "CONSTRUCT"

    def test_an_ask_has_one_row(self, store: Store) -> None:
        result = run(store, "ASK { id:knights :hosts ?o }")

        assert (result.vars, result.rows) == (("ask",), [(True,)])


class TestValues:
    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("id:knights", "knights"),
            (":playsFor", ":playsFor"),
            ("src:gazette-1999", "src:gazette-1999"),
            ("wd:Q1", "wd:Q1"),
            ("<https://elsewhere.example/x>", "https://elsewhere.example/x"),
            ("7", 7),
            ("-7", -7),
            ('"7"^^xsd:long', 7),
            ("true", True),
            ("false", False),
            ('"2001-05"^^xsd:gYearMonth', "2001-05"),
            ('"2001-05-02"^^xsd:date', "2001-05-02"),
            ("1.50", "1.5"),
            ('"Ладьи"@ru', "Ладьи"),
            ("UNDEF", None),
        ],
    )
    def test_a_cell_is_what_python_would_call_it(
        self, store: Store, written: str, expected: object
    ) -> None:
        assert values(store, written).rows == [(expected,)]

    def test_an_integer_that_python_does_not_read_stays_text_in_every_form(
        self, store: Store
    ) -> None:
        digits = "9" * 5000
        result = values(store, f'"{digits}"^^xsd:integer')

        assert result.rows == [(digits,)]
        assert result.to_pandas().iloc[0, 0] == digits
        assert digits in result.to("tsv")

    @pytest.mark.parametrize("written", ['"abc"^^xsd:integer', '"maybe"^^xsd:boolean'])
    def test_an_ill_formed_literal_stays_text(self, store: Store, written: str) -> None:
        assert values(store, written).rows == [(written.split('"')[1],)]

    def test_the_terms_are_kept_beside_the_values(self, store: Store) -> None:
        assert values(store, "7").terms == ((Literal("7", datatype=term("xsd:integer")),),)

    def test_the_length_is_the_number_of_rows(self, store: Store) -> None:
        assert len(values(store, "1", "2", "3")) == 3

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("ASK { id:knights :hosts ?o }", True),
            ("ASK { id:rooks :hosts ?o }", False),
            ("SELECT * { ?s :hosts ?o }", True),
            (NOTHING, False),
        ],
    )
    def test_a_result_is_true_when_it_says_yes_or_has_rows(
        self, store: Store, text: str, expected: bool
    ) -> None:
        assert bool(run(store, text)) is expected


class TestPandas:
    @pytest.mark.parametrize(
        ("written", "dtype"),
        [
            (("1", "2"), "Int64"),
            (("1", "UNDEF"), "Int64"),
            (("true", "UNDEF"), "boolean"),
            (('"2001-05-02"^^xsd:date', "UNDEF"), "datetime64[s]"),
            (('"2001-05-02"^^xsd:date', '"2001-05"^^xsd:gYearMonth'), "object"),
            (('"2001-05-02Z"^^xsd:date',), "object"),
            (('"12001-05-02"^^xsd:date',), "object"),
            (('"2001-13-02"^^xsd:date',), "object"),
            (("99999999999999999999",), "object"),
            (('"x"^^xsd:integer', "1"), "object"),
            (("1", "true"), "object"),
            (("1", "id:anna"), "object"),
            (("UNDEF",), "object"),
            (("id:anna",), "object"),
        ],
    )
    def test_a_column_has_the_narrowest_type_of_its_values(
        self, store: Store, written: tuple[str, ...], dtype: str
    ) -> None:
        frame = values(store, *written).to_pandas()

        assert str(frame["x"].dtype) == dtype

    def test_a_partial_date_is_never_a_silent_first_of_january(self, store: Store) -> None:
        frame = values(store, '"2001-05-02"^^xsd:date', '"2001"^^xsd:gYear').to_pandas()

        assert list(frame["x"]) == ["2001-05-02", "2001"]

    def test_a_whole_date_is_that_day(self, store: Store) -> None:
        frame = values(store, '"2001-05-02"^^xsd:date').to_pandas()

        assert frame["x"][0] == pd.Timestamp(2001, 5, 2)

    def test_an_empty_frame_has_its_columns(self, store: Store) -> None:
        frame = run(store, NOTHING).to_pandas()

        assert (list(frame.columns), len(frame)) == (["a", "b"], 0)

    def test_rows_stay_in_order(self, store: Store) -> None:
        text = "SELECT ?who { ?who a :Player } ORDER BY DESC(?who)"

        assert list(run(store, text).to_pandas()["who"]) == ["clara", "boris", "anna"]

    def test_an_ask_is_a_frame_of_one_truth(self, store: Store) -> None:
        frame = run(store, "ASK {}").to_pandas()

        assert frame["ask"].tolist() == [True]


class TestStandardFormats:
    """Each text is read back by two other programs."""

    TRICKY = (
        'VALUES (?a ?b) { (id:anna "tab\\t, \\"quote\\" and\\nbreak"@en) (UNDEF 7)'
        ' ("2001-05"^^xsd:gYearMonth 1.5) ("back\\\\slash" true) ("é, Кони" "x"^^xsd:integer) }'
    )

    @pytest.fixture
    def result(self, store: Store) -> Result:
        return run(store, f"SELECT ?a ?b {{ {self.TRICKY} }}")

    def test_json_is_read_back_by_oxigraph(self, result: Result) -> None:
        back = parse_query_results(result.to_json(), QueryResultsFormat.JSON)

        assert isinstance(back, QuerySolutions)
        assert tuple(tuple(row) for row in back) == result.terms

    def test_tsv_is_read_back_by_oxigraph(self, result: Result) -> None:
        back = parse_query_results(result.to_tsv(), QueryResultsFormat.TSV)

        assert isinstance(back, QuerySolutions)
        assert tuple(tuple(row) for row in back) == result.terms

    @pytest.mark.parametrize("name", ["json", "csv", "tsv"])
    def test_plain_results_are_read_back_by_rdflib(self, store: Store, name: str) -> None:
        result = run(store, "SELECT ?s ?o { ?s :hosts ?o }")

        back = rdflib.query.Result.parse(io.BytesIO(result.to(name).encode()), format=name)
        base = "https://example.org/tiny/id/"
        assert [tuple(map(str, row)) for row in back] == [(f"{base}knights", f"{base}city-open")]  # type: ignore[arg-type]

    @pytest.mark.parametrize("name", ["json", "csv", "tsv"])
    def test_columns_without_rows_are_read_back_by_rdflib(self, store: Store, name: str) -> None:
        text = run(store, NOTHING).to(name)

        back = rdflib.query.Result.parse(io.BytesIO(text.encode()), format=name)
        assert [str(name) for name in back.vars or ()] == ["a", "b"]

    def test_tricky_json_is_read_back_by_rdflib(self, result: Result) -> None:
        back = rdflib.query.Result.parse(io.BytesIO(result.to_json().encode()), format="json")

        first = back.bindings[0]
        assert str(first[rdflib.Variable("b")]) == 'tab\t, "quote" and\nbreak'

    def test_csv_follows_its_letter(self, result: Result) -> None:
        lines = result.to_csv().split("\r\n")

        assert lines[0:2] == [
            "a,b",
            'https://example.org/tiny/id/anna,"tab\t, ""quote"" and\nbreak"',
        ]

    def test_an_unbound_cell_of_csv_is_empty(self, result: Result) -> None:
        assert result.to_csv().split("\r\n")[2] == ",7"

    def test_an_ask_in_json_is_a_boolean(self, store: Store) -> None:
        back = parse_query_results(run(store, "ASK {}").to_json(), QueryResultsFormat.JSON)

        assert isinstance(back, QueryBoolean)
        assert back

    def test_a_construct_in_turtle_is_read_back(self, store: Store) -> None:
        text = run(store, "CONSTRUCT WHERE { ?s :hosts ?o }").to_turtle()

        (triple,) = parse(text, RdfFormat.TURTLE)
        assert str(triple.object) == "<https://example.org/tiny/id/city-open>"

    def test_turtle_uses_the_projects_prefixes(self, store: Store) -> None:
        text = run(store, "CONSTRUCT WHERE { ?s :hosts ?o }").to_turtle()

        assert "id:knights :hosts id:city-open" in text

    def test_only_triples_give_turtle(self, store: Store) -> None:
        with pytest.raises(UsageError, match="only CONSTRUCT and DESCRIBE"):
            run(store, "SELECT * { ?s :hosts ?o }").to_turtle()

    def test_blank_nodes_pass_through_json(self, store: Store) -> None:
        text = run(store, "SELECT ?x { :hosts rdfs:domain ?x }").to_json()

        cell = json.loads(text)["results"]["bindings"][0]["x"]
        assert cell["type"] == "bnode"


class TestTexts:
    TEXT = "SELECT ?s ?o { ?s :hosts ?o }"

    def test_a_table_has_a_head_a_line_and_a_count(self, store: Store) -> None:
        assert run(store, self.TEXT).to_table() == (
            "s        o\n───────  ─────────\nknights  city-open\n(1 row)\n"
        )

    def test_a_table_without_rows_says_so(self, store: Store) -> None:
        assert run(store, NOTHING).to_table().endswith("(0 rows)\n")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [("ASK { id:knights :hosts ?o }", "yes\n"), ("ASK { id:rooks :hosts ?o }", "no\n")],
    )
    def test_an_ask_says_yes_or_no(self, store: Store, text: str, expected: str) -> None:
        assert run(store, text).to_table() == expected

    def test_markdown_is_a_table(self, store: Store) -> None:
        assert run(store, self.TEXT).to_markdown() == (
            "| s | o |\n| --- | --- |\n| knights | city-open |\n"
        )

    def test_markdown_escapes_its_own_marks(self, store: Store) -> None:
        assert "| a\\|b c |" in values(store, '"a|b\\nc"').to_markdown()

    def test_in_a_notebook_marks_are_escaped(self, store: Store) -> None:
        assert "<td>&lt;b&gt;</td>" in values(store, '"<b>"')._repr_html_()

    @pytest.mark.parametrize("name", formats.RESULTS.names)
    def test_every_format_ends_its_last_line(self, store: Store, name: str) -> None:
        text = run(store, "CONSTRUCT WHERE { ?s :hosts ?o }").to(name)

        assert text.endswith("\n")

    def test_a_result_prints_as_a_table(self, store: Store) -> None:
        result = run(store, self.TEXT)

        assert str(result) == result.to_table()


class TestQuestions:
    WRITTEN = """# Who was rated how on a day?
# param player (:Player) required: the player
# param day (xsd:date): the day
# param rating (xsd:integer): the rating
# param text (xsd:string): any text
# param source (kg:Source): the source
SELECT ?player ?rating ?day ?text ?source {
  VALUES (?day ?text) { ("1999-01-01"^^xsd:date "one \\"two\\"") }
  GRAPH ?st { ?player :rating ?rating }
  ?st prov:wasDerivedFrom ?ref . ?ref prov:hadPrimarySource ?source .
} ORDER BY ?player
"""

    @pytest.fixture
    def asked(self, tiny: Tiny) -> Store:
        tiny.write("ontology/questions/rated.rq", self.WRITTEN)
        return tiny.build().store()

    def test_the_graph_carries_its_questions(self, asked: Store) -> None:
        assert list(questions(asked)) == ["rated", "squad"]

    def test_a_question_without_parameters_gives_all(self, store: Store) -> None:
        rows = query(store, "squad").rows

        assert rows == [
            ("knights", "anna", "1995-09-01"),
            ("knights", "boris", "1998-01-01"),
            ("rooks", "anna", "2000-01-01"),
        ]

    def test_a_parameter_narrows_the_answer(self, store: Store) -> None:
        assert query(store, "squad", {"club": "rooks"}).rows == [("rooks", "anna", "2000-01-01")]

    @pytest.mark.parametrize(
        "more",
        [
            {},
            {"day": "1999-01-01"},
            {"rating": "2100"},
            {"source": "gazette-1999"},
            {"text": 'one "two"'},
            {"day": "1999-01-01", "rating": "2100", "source": "gazette-1999"},
        ],
    )
    def test_parameters_of_every_type_bind(self, asked: Store, more: dict[str, str]) -> None:
        assert len(query(asked, "rated", {"player": "anna"} | more)) == 1

    @pytest.mark.parametrize(
        "more", [{"day": "1999-01-02"}, {"rating": "1"}, {"source": "almanac-2001"}, {"text": "1"}]
    )
    def test_parameters_of_every_type_exclude(self, asked: Store, more: dict[str, str]) -> None:
        assert len(query(asked, "rated", {"player": "anna"} | more)) == 0

    @pytest.mark.parametrize(
        ("parameters", "message"),
        [
            ({}, "question 'rated' needs player=…: the player"),
            ({"player": "anna", "clubb": "x"}, "has no parameter 'clubb'; its parameters: player,"),
            ({"playr": "anna"}, "has no parameter 'playr'; did you mean 'player'"),
            ({"player": "ana"}, "parameter player: 'ana' is not known; did you mean 'anna'"),
            ({"player": "gazette-1999"}, "'gazette-1999' is not known"),
            ({"player": "anna", "source": "gazete-1999"}, "did you mean 'gazette-1999'"),
            ({"player": "anna", "day": "2001-02-29"}, "parameter day: .* has 28 days"),
            ({"player": "anna", "day": "2001-02"}, "parameter day: .*not of type xsd:date"),
            ({"player": "anna", "rating": "high"}, "parameter rating: 'high' is not of type"),
            ({"player": ""}, "parameter player: '' is not known"),
        ],
    )
    def test_a_wrong_parameter_is_named(
        self, asked: Store, parameters: dict[str, str], message: str
    ) -> None:
        with pytest.raises(UsageError, match=message):
            query(asked, "rated", parameters)

    @pytest.mark.parametrize("value", ["anna> ?x", "anna}", "a b", 'anna"', "an\nna", "anna|"])
    def test_an_id_cannot_smuggle_sparql(self, store: Store, value: str) -> None:
        with pytest.raises(UsageError, match="is not known"):
            query(store, "squad", {"club": value})

    def test_an_unknown_question_is_named_with_the_nearest(self, store: Store) -> None:
        with pytest.raises(QueryError, match="no question 'squat'; did you mean 'squad'"):
            query(store, "squat")

    def test_an_unknown_question_tells_where_the_list_is(self, store: Store) -> None:
        with pytest.raises(QueryError, match="'kg query' lists the questions"):
            query(store, "weather-tomorrow")

    def test_parameters_do_not_go_with_sparql(self, store: Store) -> None:
        with pytest.raises(QueryError, match="parameters go with a named question"):
            query(store, "SELECT * { ?s :hosts ?o }", {"club": "rooks"})

    def test_a_bound_question_is_plain_sparql(self, store: Store) -> None:
        text = bind(store, questions(store)["squad"], {"club": "rooks"})

        assert "{ VALUES (?club) { (<https://example.org/tiny/id/rooks>) }" in text


class TestFaults:
    def test_an_empty_text_is_a_query_error(self, store: Store) -> None:
        with pytest.raises(QueryError):
            query(store, "")

    def test_a_function_that_there_is_not_is_a_query_error(self, store: Store) -> None:
        """An error of the query, not of the store."""
        message = "line 1, column 14: there is no function ':near'"
        with pytest.raises(QueryError, match=message):
            run(store, "ASK { FILTER(:near(1)) }")

    def test_a_service_that_does_not_answer_is_told(self, store: Store) -> None:
        """Port 9 of loopback is the discard service, which nobody runs."""
        with pytest.raises(StoreError, match="the answer broke off"):
            run(store, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
