"""What the query page asks of its server, and the small addresses beside it, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from server import Got, Server, serving

from kg.server.exploring import DRAWN

BASE = "https://example.org/tiny/"
HTML = "text/html"
# As the table of entities names them.
ANNA = {"iri": f"{BASE}id/anna", "name": "id:anna", "labels": {"en": "Anna", "ru": "Анна"}}
BORIS = {"iri": f"{BASE}id/boris", "name": "id:boris", "labels": {"en": "Boris", "ru": "Борис"}}
ROOKS = {"iri": f"{BASE}id/rooks", "name": "id:rooks", "labels": {"en": "Rooks", "ru": "Ладьи"}}
KNIGHTS = {
    "iri": f"{BASE}id/knights", "name": "id:knights", "labels": {"en": "Knights", "ru": "Кони"},
}  # fmt: skip


@pytest.fixture(scope="module")
def server(prototype: Path) -> Iterator[Server]:
    with serving(prototype) as server:
        yield server


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A file that kg did not build."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "a.nt").write_bytes(
        b"<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:Kind> .\n"
        b'<urn:a> <http://www.w3.org/2000/01/rdf-schema#label> "An a"@de .\n'
    )
    with serving(folder, "a.nt") as server:
        yield server


def detail(got: Got) -> tuple[int, str]:
    return got.status, got.json["detail"]


class TestRows:
    def test_each_name_has_its_short_form_and_its_labels(self, server: Server) -> None:
        """On the day of the dataset Anna plays for the Rooks alone."""
        query = "SELECT ?who ?club { ?who :playsFor ?club } ORDER BY ?who"

        told = server.get("/query/rows", query=query).json

        assert told == {
            "form": "select",
            "vars": ["who", "club"],
            "rows": [[ANNA, ROOKS], [BORIS, KNIGHTS]],
            "truncated": False,
            "triples": False,
            "notes": [],
        }

    def test_a_literal_has_its_language_and_type_and_what_is_unbound_is_nothing(
        self, server: Server
    ) -> None:
        given = '7 "sieben"@de UNDEF <urn:x>'
        query = f"SELECT ?a ?b ?c ?d {{ VALUES (?a ?b ?c ?d) {{ ({given}) }} }}"

        told = server.get("/query/rows", query=query).json

        assert told["rows"] == [
            [
                {"text": "7", "lang": "", "datatype": "xsd:integer"},
                {"text": "sieben", "lang": "de", "datatype": "rdf:langString"},
                None,
                {"iri": "urn:x", "name": "<urn:x>", "labels": {}},
            ]
        ]

    def test_a_yes_is_one_cell(self, server: Server) -> None:
        told = server.get("/query/rows", query="ASK { id:anna :playsFor id:rooks }").json

        assert (told["form"], told["vars"]) == ("ask", ["ask"])
        assert told["rows"] == [[{"text": "true", "lang": "", "datatype": "xsd:boolean"}]]

    def test_triples_are_three_cells_that_can_be_drawn(self, server: Server) -> None:
        query = "CONSTRUCT { id:anna <urn:in> id:rooks } { }"

        told = server.get("/query/rows", query=query).json

        assert (told["form"], told["triples"]) == ("construct", True)
        assert told["vars"] == ["subject", "predicate", "object"]
        assert told["rows"] == [[ANNA, {"iri": "urn:in", "name": "<urn:in>", "labels": {}}, ROOKS]]

    @pytest.mark.parametrize(("count", "is_cut"), [(1000, False), (1001, True)])
    def test_people_read_a_thousand_rows_and_are_told_of_more(
        self, server: Server, count: int, is_cut: bool
    ) -> None:
        numbers = " ".join(map(str, range(count)))
        query = f"SELECT ?n {{ VALUES ?n {{ {numbers} }} }}"

        told = server.get("/query/rows", query=query).json

        assert (len(told["rows"]), told["truncated"]) == (1000, is_cut)

    def test_a_name_that_is_nowhere_is_noted_where_it_stands(self, server: Server) -> None:
        (note,) = server.get("/query/rows", query="ASK {\n  id:anna :playFor ?club }").json["notes"]

        assert (note["line"], note["column"]) == (2, 11)
        assert note["message"] == (
            "':playFor' names nothing in the graph; did you mean ':playsFor'?"
        )

    @pytest.mark.parametrize("job", ["rows", "draw"])
    def test_nothing_is_asked_without_a_query(self, server: Server, job: str) -> None:
        assert detail(server.get(f"/query/{job}")) == (400, "there is no query")


class TestDraw:
    def test_names_are_drawn_with_their_labels_and_a_literal_as_a_fact(
        self, server: Server
    ) -> None:
        query = "CONSTRUCT { id:clara <urn:meets> id:rooks ; <urn:age> 41 } { }"

        got = server.get("/query/draw", query=query)
        page = got.body.decode()

        assert (got.status, got.type) == (200, HTML)
        assert "Triples of the query" in page
        for text in ("Clara", "Клара", "Rooks", "Ладьи", "urn:meets", "urn:age", "41"):
            assert text in page
        assert "Boris" not in page

    def test_an_answer_without_triples_is_not_drawn(self, server: Server) -> None:
        assert detail(server.get("/query/draw", query="ASK {}")) == (
            400, "only the triples of a CONSTRUCT or DESCRIBE can be drawn",
        )  # fmt: skip

    @pytest.mark.parametrize("count", [DRAWN, DRAWN + 1])
    def test_so_many_triples_are_drawn_and_not_one_more(self, server: Server, count: int) -> None:
        numbers = " ".join(map(str, range(count)))
        query = f"CONSTRUCT {{ id:anna <urn:n> ?n }} {{ VALUES ?n {{ {numbers} }} }}"

        got = server.send(
            "POST", "/query/draw", query.encode(), {"Content-Type": "application/sparql-query"}
        )

        if count == DRAWN:
            assert got.status == 200
        else:
            assert f"more than {DRAWN} triples make no picture" in got.json["detail"]


def by_name(told: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in told}


class TestVocabulary:
    def test_classes_are_counted_with_what_they_hold_by_their_subclasses(
        self, server: Server
    ) -> None:
        """Anna, Boris and Clara are players; both clubs and they are competitors."""
        classes = by_name(server.get("/query/vocabulary").json["classes"])

        found = {name: classes[name]["count"] for name in (":Player", ":Club", ":Tournament")}
        assert found == {":Player": 3, ":Club": 2, ":Tournament": 1}
        assert classes[":Competitor"]["count"] == 5
        assert classes[":Club"]["labels"] == {"en": "club", "ru": "клуб"}

    def test_a_property_names_the_classes_that_have_it(self, server: Server) -> None:
        """Knights host the City Open, players play for clubs."""
        properties = by_name(server.get("/query/vocabulary").json["properties"])

        assert properties[":hosts"]["classes"] == [":Club", ":Competitor"]
        assert properties[":playsFor"]["classes"] == [":Competitor", ":Player"]
        assert properties[":playsFor"]["labels"] == {"en": "plays for", "ru": "играет за"}

    def test_things_questions_and_the_day_are_told(self, server: Server) -> None:
        told = server.get("/query/vocabulary").json

        assert by_name(told["names"])["id:clara"]["labels"] == {"en": "Clara", "ru": "Клара"}
        assert ":Club" not in by_name(told["names"])
        (question,) = told["questions"]
        assert question["name"] == "squad"
        (parameter,) = question["parameters"]
        assert parameter["name"] == "club"
        assert parameter["types"] == [":Club"]
        assert parameter["options"] == ["knights", "rooks"]
        assert parameter["is_required"] is False
        assert told["languages"] == ["en", "ru"]
        assert told["issued"] == "2024-01-01"

    def test_of_other_files_it_tells_what_is_in_them(self, plain: Server) -> None:
        told = plain.get("/query/vocabulary").json

        assert told["classes"] == [{"name": "<urn:Kind>", "count": 1, "labels": {}}]
        assert by_name(told["names"])["<urn:a>"]["labels"] == {"de": "An a"}
        assert (told["questions"], told["issued"]) == ([], "")
        assert "de" in told["languages"]


class TestAddresses:
    def test_a_rule_leads_to_a_query_about_it_and_is_data(self, server: Server) -> None:
        page = server.get("/rule/teammates", HTML)
        data = server.get("/rule/teammates", "application/n-triples")

        assert page.status == 303
        iri = f"{BASE}rule/teammates"
        assert page.headers["location"] == f"/query#query=DESCRIBE%20%3C{iri}%3E"
        assert (data.status, data.type) == (200, "application/n-triples")
        assert f"<{iri}>" in data.body.decode()

    def test_a_question_is_data_too(self, server: Server) -> None:
        got = server.get("/question/squad.nt")

        assert (got.status, got.type) == (200, "application/n-triples")
        assert f"<{BASE}question/squad>" in got.body.decode()

    def test_what_is_nowhere_is_told_so(self, server: Server, plain: Server) -> None:
        nowhere = (404, "there is nothing at this address")

        assert detail(server.get("/shape/named", "application/json")) == nowhere
        assert detail(server.get("/assets/nothing.css", "application/json")) == nowhere
        assert detail(plain.get("/rule/teammates", "application/json")) == nowhere

    def test_a_style_sheet_is_one_and_an_icon_is_none(self, server: Server) -> None:
        style = server.get("/assets/site.css")

        assert (style.status, style.type) == (200, "text/css")
        assert b"{" in style.body
        assert (server.get("/favicon.ico").status, server.get("/favicon.ico").body) == (204, b"")

    def test_a_form_that_an_entity_does_not_have_is_not_acceptable(self, server: Server) -> None:
        assert detail(server.get("/id/anna", "audio/ogg")) == (
            406, "none of the accepted media types can hold this answer",
        )  # fmt: skip

    def test_files_of_others_have_no_pages_of_entities_and_no_graph_page(
        self, plain: Server
    ) -> None:
        entity = detail(plain.get("/id/a.ttl"))
        graph = detail(plain.get("/graph"))

        assert entity == (404, "these files were not built by kg: they have no entity pages")
        assert graph == (
            404,
            "these files were not built by kg: there is no graph page, but /query draws triples",
        )
