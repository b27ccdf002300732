"""What the tables say comes back whole from the store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kg.model.statement import Reference, Statement
from kg.query.slice import slice_of
from kg.store.read_back import History

if TYPE_CHECKING:
    import kg
    from conftest import Tiny


@pytest.fixture
def history(tiny: Tiny) -> History:
    return History(tiny.build().store())


class TestWhatLoadMade:
    def test_statements_come_back_with_their_references(self, tiny: Tiny) -> None:
        tiny.add("clara,playsFor,rooks,2001-02,2003,,almanac-2001,p. 9,preferred,a note")
        tiny.add("clara,playsFor,rooks,2002,2004,,gazette-1999,,,outranked")
        loaded = {one.id: one for one in tiny.records().statements}
        read = History(tiny.build().store()).by_id

        # What follows from a statement alone is written on it by the rules, not by the loader.
        bare = {key: replace(one, entailed_by=()) for key, one in read.items() if not one.rule}
        assert loaded == bare

    def test_a_number_comes_back_as_written_although_the_store_writes_it_anew(
        self, tiny: Tiny
    ) -> None:
        tiny.add("boris,rating,02100,1999,2000,,gazette-1999,,,")
        store = slice_of(tiny.build().store(), as_of="1999-06-01")

        assert [
            one.object
            for one in History(store).statements
            if (one.subject, one.predicate) == ("boris", "rating")
        ] == ["02100"]

    @pytest.mark.parametrize("datatype", ["xsd:nonNegativeInteger", "xsd:int", "xsd:integer"])
    def test_a_whole_number_keeps_the_type_that_its_property_has(
        self, tiny: Tiny, datatype: str
    ) -> None:
        """The engine holds all whole numbers as one type."""
        tiny.replace("ontology/ontology.ttl", "rdfs:range xsd:integer", f"rdfs:range {datatype}")

        read = History(tiny.build().store()).statements

        assert {one.datatype for one in read if one.predicate == "rating"} == {datatype}

    def test_entities_come_back(self, tiny: Tiny, history: History) -> None:
        loaded = tiny.records().entities

        assert history.entities == {key: replace(one, row="") for key, one in loaded.items()}

    def test_sources_come_back(self, tiny: Tiny, history: History) -> None:
        loaded = tiny.records().sources

        assert history.sources == {key: replace(one, row="") for key, one in loaded.items()}

    def test_the_shipped_statements_come_back_sorted(self, shipped: kg.Graph) -> None:
        statements = History(shipped.store).statements

        assert sorted(statements, key=lambda s: (s.triple, s.start, s.end, s.at, s.id)) == list(
            statements
        )

    def test_every_statement_has_the_id_of_its_graph(self, shipped: kg.Graph) -> None:
        history = History(shipped.store)
        named = shipped.query("SELECT DISTINCT ?st { GRAPH ?st { ?s ?p ?o } }").rows

        assert {f"st:{one.id}" for one in history.statements} == {row[0] for row in named}


class TestOneStatement:
    def test_dates_are_as_written(self, history: History) -> None:
        found = next(s for s in history.statements if s.triple == ("anna", "playsFor", "knights"))

        assert (found.start, found.end, found.at) == ("1995-09", "2000-01-01", "")

    def test_references_know_source_place_day_and_row(self, history: History) -> None:
        """The Gazette saw Anna at the Knights on a day of the Almanac's period."""
        found = next(s for s in history.statements if s.triple == ("anna", "playsFor", "knights"))

        row = "data/statements/facts.csv:{}"
        assert found.references == (
            Reference("almanac-2001", "p. 3", "", row.format(4)),
            Reference("gazette-1999", "¶2", "1999-05-03", row.format(3)),
        )

    def test_a_literal_keeps_its_type(self, history: History) -> None:
        found = next(s for s in history.statements if s.predicate == "rating")

        assert (found.object, found.datatype) == ("2100", "xsd:integer")

    @pytest.mark.parametrize(
        ("predicate", "kind"), [("playsFor", "state"), ("won", "event"), ("hosts", "timeless")]
    )
    def test_a_statement_knows_how_it_lives_in_time(
        self, history: History, predicate: str, kind: str
    ) -> None:
        found = next(s for s in history.statements if s.predicate == predicate)

        assert found.kind == kind

    def test_an_inferred_statement_names_its_proof(self, history: History) -> None:
        found = next(s for s in history.statements if s.predicate == "teammateOf")

        premises = {history.by_id[premise].triple for premise in found.premises}
        assert (found.rule, premises) == (
            "teammates",
            {("anna", "playsFor", "knights"), ("boris", "playsFor", "knights")},
        )

    def test_an_inferred_statement_holds_while_both_premises_do(self, history: History) -> None:
        found = next(s for s in history.statements if s.predicate == "teammateOf")

        assert (found.start, found.end) == ("1998", "2000-01-01")

    def test_a_statement_names_the_rules_that_added_to_its_graph(self, history: History) -> None:
        found = next(s for s in history.statements if s.predicate == "rivalOf")

        assert found.entailed_by == ("rivals",)

    def test_a_disputed_statement_names_the_better_one(self, tiny: Tiny) -> None:
        tiny.add("clara,playsFor,rooks,2001,2003,,almanac-2001,,preferred,")
        tiny.add("clara,playsFor,rooks,2002,2004,,almanac-2001,,,")
        history = History(tiny.build().store())

        better = Statement("clara", "playsFor", "rooks", "state", start="2001", end="2003")
        worse = Statement("clara", "playsFor", "rooks", "state", start="2002", end="2004")
        assert history.by_id[worse.id].disputed_by == (better.id,)


class TestWords:
    def test_labels_go_by_name_and_language(self, history: History) -> None:
        assert history.labels["playsFor", "ru"] == "играет за"

    def test_rules_have_their_text_and_file(self, history: History) -> None:
        rule = history.rules["rivals"]
        assert rule.text == "The rival of a club has that club for a rival."
        assert rule.path == "ontology/rules/rivals.rq"

    def test_symmetric_properties_are_known(self, history: History) -> None:
        assert history.symmetric == frozenset({"rivalOf"})

    def test_an_entity_is_of_its_narrowest_class(self, history: History) -> None:
        """Every player is a competitor too."""
        assert history.entities["anna"].class_name == "Player"

    def test_aliases_come_in_order(self, history: History) -> None:
        assert history.entities["knights"].aliases == ("Chess Club Knights", "The Knights")
