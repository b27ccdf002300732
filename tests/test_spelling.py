"""Names of the graph's own in a query: which there are, and what happens when one is unknown."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryError, StoreError
from kg.model.namespaces import Vocabulary
from kg.model.spelling import Name, nearest, own_names
from kg.query.questions import query
from kg.query.slice import slice_of
from kg.store.base import Store

if TYPE_CHECKING:
    from conftest import Tiny

WORDS = Vocabulary("https://example.org/tiny/")


@pytest.fixture
def store(tiny: Tiny) -> Store:
    return tiny.build().store()


@pytest.fixture
def counting() -> Iterator[list[str]]:
    """The address of a server that refuses, followed by the requests that it got."""
    seen: list[str] = []

    class Refusing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.path)
            self.send_error(503)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        seen.append(f"http://127.0.0.1:{server.server_port}/")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield seen
        server.shutdown()


def named(sparql: str) -> list[str]:
    return [name.text for name in own_names(sparql, WORDS)]


class TestWhich:
    @pytest.mark.parametrize(
        ("sparql", "expected"),
        [
            ("SELECT ?s { ?s :playsFor id:rooks }", [":playsFor", "id:rooks"]),
            ("ASK { ?st kg:start ?from ; rdf:subject id:anna }", ["kg:start", "id:anna"]),
            ("ASK { ?s (:playsFor|^:founded)/:hosts* ?o }", [":playsFor", ":founded", ":hosts"]),
            (
                "ASK { <https://example.org/tiny/id/anna> ?p ?o }",
                ["<https://example.org/tiny/id/anna>"],
            ),
            ("ASK { VALUES ?s { id:anna } ?s a :Player }", ["id:anna", ":Player"]),
            ("DESCRIBE id:anna", ["id:anna"]),
        ],
    )
    def test_names_below_our_namespaces(self, sparql: str, expected: list[str]) -> None:
        assert named(sparql) == expected

    @pytest.mark.parametrize(
        "sparql",
        [
            "ASK { ?s rdfs:label 'id:anna :playsFor' }",
            "ASK { ?s ?p ?o } # id:anna",
            "ASK { ?s ?p ?o FILTER STRSTARTS(STR(?s), STR(id:)) }",
            "ASK { <https://example.org/other/anna> foaf:knows ?o }",
            "PREFIX : <https://example.org/other#> ASK { ?s :playsFor ?o }",
            "PREFIX mine: <https://example.org/tiny/id/> ASK { ?s ?p ?o }",
            'ASK { ?s rdfs:label """a\\""" :nope """ }',
            "PREFIX dbr: <http://dbpedia.org/resource/> ASK { ?s ?p dbr:Category:Armenia }",
            r"PREFIX dbr: <http://dbpedia.org/resource/> ASK { ?s ?p dbr:Foo_\(x\):y }",
            "BASE <https://example.org/other/> ASK { <id/anna> ?p ?o }",
        ],
    )
    def test_what_is_no_name_of_ours(self, sparql: str) -> None:
        assert named(sparql) == []

    def test_a_prefix_of_the_users_own_for_our_namespace(self) -> None:
        sparql = "PREFIX mine: <https://example.org/tiny/id/> ASK { mine:anna ?p ?o }"

        assert named(sparql) == ["mine:anna"]

    @pytest.mark.parametrize(
        "sparql",
        [
            "BASE <https://example.org/tiny/> ASK { <id/anna> ?p ?o }",
            "BASE <https://example.org/tiny/x/> PREFIX a: <../id/> ASK { a:anna ?p ?o }",
            r"PREFIX a: <https://example.org/tiny/> ASK { a:id\/anna ?p ?o }",
        ],
    )
    def test_names_are_understood_however_they_are_written(self, sparql: str) -> None:
        assert [name.iri for name in own_names(sparql, WORDS)] == [
            "https://example.org/tiny/id/anna"
        ]

    def test_what_a_construct_makes_may_be_new(self) -> None:
        assert named("CONSTRUCT { ?s :admires id:me } { ?s :playsFor ?o }") == [":playsFor"]

    def test_the_short_construct_makes_what_it_looks_for(self) -> None:
        assert named("CONSTRUCT WHERE { ?s :playsFor ?o }") == [":playsFor"]

    def test_places_count_from_one(self) -> None:
        (name,) = own_names("ASK {\n  ?s :playsFor ?o }", WORDS)

        assert (name.line, name.column) == (2, 6)

    @given(st.text("{}<>:#'\"?aPREFIXCONSTRUCT \n\\", max_size=40))
    def test_no_text_is_too_broken(self, text: str) -> None:
        list(own_names(text, WORDS))


class TestNearest:
    @pytest.mark.parametrize(
        ("text", "iri", "expected"),
        [
            (":playFor", "ontology#playFor", "did you mean ':playsFor'?"),
            ("id:Anna", "id/Anna", "did you mean 'id:anna'?"),
            (
                "<https://example.org/tiny/id/ana>",
                "id/ana",
                "did you mean '<https://example.org/tiny/id/anna>'?",
            ),
            ("id:zzzzzz", "id/zzzzzz", ""),
        ],
    )
    def test_the_name_is_written_as_the_query_writes_it(
        self, text: str, iri: str, expected: str
    ) -> None:
        known = ["https://example.org/tiny/" + part for part in ("ontology#playsFor", "id/anna")]

        assert nearest(Name(text, f"https://example.org/tiny/{iri}", 1, 1), known) == expected


class TestRefusal:
    @pytest.mark.parametrize(
        ("sparql", "message"),
        [
            (
                "SELECT ?s { ?s :playFor id:rooks }",
                (
                    "line 1, column 16: ':playFor' names nothing in the graph; "
                    "did you mean ':playsFor'? If it is meant so, ask with lenient=True"
                ),
            ),
            (
                "ASK {\n id:ana ?p ?o }",
                (
                    "line 2, column 2: 'id:ana' names nothing in the graph; "
                    "did you mean 'id:anna'? If it is meant so, ask with lenient=True"
                ),
            ),
            (
                "ASK { GRAPH st:0000 { ?s ?p ?o } ?st kg:strat ?from }",
                (
                    "line 1, column 13: 'st:0000' names nothing in the graph; "
                    "if it is meant so, ask with lenient=True"
                ),
            ),
            (
                "ASK { ?st kg:strat ?from }",
                (
                    "line 1, column 11: 'kg:strat' names nothing in the graph; "
                    "did you mean 'kg:start'? If it is meant so, ask with lenient=True"
                ),
            ),
        ],
    )
    def test_a_name_that_does_not_exist_is_named_with_its_place(
        self, store: Store, sparql: str, message: str
    ) -> None:
        with pytest.raises(QueryError) as caught:
            query(store, sparql)
        assert str(caught.value) == message

    def test_a_syntax_error_comes_first(self, store: Store) -> None:
        with pytest.raises(QueryError, match="unexpected"):
            query(store, "CONSTRUCT { ?s :playFor ?o")

    def test_lenient_asks_all_the_same(self, store: Store) -> None:
        assert query(store, "SELECT ?s { ?s :playFor id:rooks }", lenient=True).rows == []

    @pytest.mark.parametrize(
        "sparql",
        [
            # Said by no statement, but the ontology names it.
            "ASK { ?s a :Competitor }",
            # Only ever an object.
            "ASK { ?st kg:rank kg:Preferred }",
            "ASK { ?source a kg:Source }",
            "ASK { src:almanac-2001 ?p ?o }",
        ],
    )
    def test_whatever_the_graph_names_may_be_asked(self, store: Store, sparql: str) -> None:
        query(store, sparql)

    def test_any_number_of_names_may_be_asked_for(self, store: Store) -> None:
        names = " ".join(f"st:{number:016x}" for number in range(3000))

        with pytest.raises(QueryError, match="'st:0000000000000000' names nothing"):
            query(store, f"ASK {{ VALUES ?st {{ {names} }} ?st a kg:Statement }}")

    def test_what_is_not_yet_known_has_a_name_all_the_same(self, store: Store) -> None:
        asked = "SELECT ?p { src:almanac-2001 ?p ?o }"

        assert query(slice_of(store, known_by="2000"), asked, whole=store).rows == []

    def test_asking_elsewhere_happens_once(self, store: Store, counting: list[str]) -> None:
        """The text is not run a second time to look for mistakes."""
        text = f"ASK {{ id:anna ?p ?o SERVICE <{counting[0]}> {{ ?s ?p ?o }} }}"
        with pytest.raises(StoreError):
            query(store, text, hosts=["127.0.0.1"])
        assert len(counting) == 2

    def test_a_slice_knows_the_same_names(self, store: Store) -> None:
        """Boris plays for nobody in 1991, but he is still somebody."""
        assert not query(slice_of(store, "1991"), "ASK { id:boris :playsFor ?club }")


class TestRulesAndQuestions:
    def test_a_misspelt_property_of_a_question_is_an_error(self, tiny: Tiny) -> None:
        tiny.write("ontology/questions/typo.rq", "# Who plays?\nSELECT ?s { ?s :playFor ?o }\n")

        assert [str(finding) for finding in tiny.check().errors] == [
            (
                "ontology/questions/typo.rq:2:16: error: ':playFor' names nothing in the graph; "
                "did you mean ':playsFor'?"
            )
        ]

    def test_an_unknown_id_of_a_rule_is_an_error(self, tiny: Tiny) -> None:
        rule = "# Whoever plays for one plays for all.\nCONSTRUCT { ?s :playsFor id:knights }\n"
        tiny.write(
            "ontology/rules/typo.rq", rule + "WHERE { GRAPH ?st { ?s :playsFor id:knigts } }"
        )

        assert [str(finding) for finding in tiny.check().errors] == [
            (
                "ontology/rules/typo.rq:3:34: error: 'id:knigts' names nothing in the graph; "
                "did you mean 'id:knights'?"
            )
        ]
