"""Rules add what follows, with its proof, and change nothing that was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Quad

from conftest import BASE, FACTS
from kg.errors import DataError, LimitError
from kg.model.foreign import bounded
from kg.model.namespaces import Vocabulary, term
from kg.pipeline import infer as infer_module
from kg.pipeline.assemble import assemble
from kg.pipeline.infer import Inference, infer
from kg.store.read_back import History

if TYPE_CHECKING:
    from conftest import Tiny
    from kg.model.statement import Statement

WORDS = Vocabulary(BASE)
ANNA_KNIGHTS = ("anna", "playsFor", "knights")
BORIS_KNIGHTS = ("boris", "playsFor", "knights")
BORIS_WON = ("boris", "won", "city-open")
CHEERS = """# Whoever is a teammate of a winner when the tournament is won, cheers.
CONSTRUCT { ?one :cheeredAt ?tournament }
WHERE {
  GRAPH ?together { ?one :teammateOf ?other }
  GRAPH ?victory { ?other :won ?tournament }
}
"""
CHEERED_AT = """
@prefix : <https://example.org/tiny/ontology#> .
@prefix kg: <https://w3id.org/kg-builder#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
:cheeredAt a kg:StateProperty , owl:ObjectProperty .
"""
RIVALS_OF_RIVALS = """# The rival of a rival is a rival.
CONSTRUCT { ?a :rivalOf ?c }
WHERE {
  GRAPH ?first { ?a :rivalOf ?b }
  GRAPH ?second { ?b :rivalOf ?c }
}
"""


def inferred(tiny: Tiny) -> Inference:
    records, known = tiny.records(), tiny.known()

    assert records.findings + known.findings == ()
    return infer(assemble(records, known), records.statements, known)


def asserted(tiny: Tiny, triple: tuple[str, str, str]) -> Statement:
    (statement,) = (s for s in tiny.records().statements if s.triple == triple)
    return statement


def test_what_follows_from_several_holds_while_all_of_them_hold(tiny: Tiny) -> None:
    (together,) = inferred(tiny).statements

    assert (together.triple, together.start, together.end) == (
        ("anna", "teammateOf", "boris"),
        "1998",
        "2000-01-01",
    )


def test_an_open_end_stays_open(tiny: Tiny) -> None:
    tiny.replace(FACTS, "1995-09,2000-01-01,", "1995-09,,")

    (together,) = inferred(tiny).statements

    assert (together.start, together.end) == ("1998", "")


def test_an_empty_intersection_makes_nothing(tiny: Tiny) -> None:
    tiny.replace(FACTS, "boris,playsFor,knights,1998,", "boris,playsFor,knights,2000-01-01,")

    assert inferred(tiny).statements == ()


def test_one_day_in_common_is_enough(tiny: Tiny) -> None:
    tiny.replace(FACTS, "boris,playsFor,knights,1998,", "boris,playsFor,knights,1999-12-31,")

    (together,) = inferred(tiny).statements

    assert (together.start, together.end) == ("1999-12-31", "2000-01-01")


def test_each_period_in_common_is_a_statement_of_its_own(tiny: Tiny) -> None:
    tiny.add("anna,playsFor,knights,2006,2012-12-19,,almanac-2001,,,foretold")

    found = sorted((s.start, s.end) for s in inferred(tiny).statements)

    assert found == [("1998", "2000-01-01"), ("2006", "2012-12-19")]


def test_a_deprecated_premise_makes_nothing(tiny: Tiny) -> None:
    tiny.replace(FACTS, "almanac-2001,p. 5,,", "almanac-2001,p. 5,deprecated,")

    assert inferred(tiny).statements == ()


def test_an_outranked_premise_makes_nothing(tiny: Tiny) -> None:
    tiny.add("boris,playsFor,knights,1998,1999-01-01,,gazette-1999,,preferred,")

    (together,) = inferred(tiny).statements

    assert (together.start, together.end) == ("1998", "1999-01-01")


def test_a_proof_names_the_rule_and_every_premise(tiny: Tiny) -> None:
    premises = {asserted(tiny, ANNA_KNIGHTS).id, asserted(tiny, BORIS_KNIGHTS).id}

    (together,) = inferred(tiny).statements

    assert (together.rule, set(together.premises)) == ("teammates", premises)


def test_a_proof_is_written_into_the_graph(tiny: Tiny) -> None:
    inference = inferred(tiny)
    (together,) = inference.statements
    node = WORDS.statement(together.id)

    assert {
        Quad(node, term("rdf:type"), term("kg:InferredStatement")),
        Quad(node, term("kg:rule"), WORDS.rule("teammates")),
        *(
            Quad(node, term("prov:wasDerivedFrom"), WORDS.statement(asserted(tiny, triple).id))
            for triple in (ANNA_KNIGHTS, BORIS_KNIGHTS)
        ),
    } <= set(inference.quads)


def test_an_inferred_triple_stands_in_a_graph_of_its_own(tiny: Tiny) -> None:
    inference = inferred(tiny)
    (together,) = inference.statements
    triple = (WORDS.entity("anna"), WORDS.ontology("teammateOf"), WORDS.entity("boris"))

    assert Quad(*triple, WORDS.statement(together.id)) in inference.quads


def test_what_follows_from_one_statement_shares_its_graph(tiny: Tiny) -> None:
    rivalry = WORDS.statement(asserted(tiny, ("knights", "rivalOf", "rooks")).id)
    triple = (WORDS.entity("rooks"), WORDS.ontology("rivalOf"), WORDS.entity("knights"))

    assert Quad(*triple, rivalry) in inferred(tiny).quads


def test_what_follows_from_one_statement_names_its_rule(tiny: Tiny) -> None:
    rivalry = WORDS.statement(asserted(tiny, ("knights", "rivalOf", "rooks")).id)

    assert Quad(rivalry, term("kg:entailedBy"), WORDS.rule("rivals")) in inferred(tiny).quads


def test_what_follows_from_one_statement_is_no_new_statement(tiny: Tiny) -> None:
    assert "rivalOf" not in {statement.predicate for statement in inferred(tiny).statements}


def test_a_rule_may_stand_on_what_another_rule_made(tiny: Tiny) -> None:
    tiny.write("ontology/rules/cheers.rq", CHEERS)
    tiny.write("ontology/more.ttl", CHEERED_AT)

    inference = inferred(tiny)
    (together,) = (s for s in inference.statements if s.rule == "teammates")
    (cheered,) = (s for s in inference.statements if s.rule == "cheers")

    assert (cheered.triple, cheered.start, cheered.end, set(cheered.premises)) == (
        ("anna", "cheeredAt", "city-open"),
        "1999-06-12",
        "2000-01-01",
        {together.id, asserted(tiny, BORIS_WON).id},
    )


def test_rules_that_feed_each_other_come_to_an_end(tiny: Tiny) -> None:
    tiny.add("bishops,Club,Bishops,Слоны,,,", "data/entities.csv")
    tiny.add("rooks,rivalOf,bishops,1991,,,almanac-2001,,,")
    tiny.add("bishops,rivalOf,knights,1991,,,almanac-2001,,,")
    tiny.write("ontology/rules/rivals.rq", RIVALS_OF_RIVALS)

    found = {s.triple for s in inferred(tiny).statements if s.predicate == "rivalOf"}

    assert found == {
        ("knights", "rivalOf", "bishops"),
        ("rooks", "rivalOf", "knights"),
        ("bishops", "rivalOf", "rooks"),
        ("knights", "rivalOf", "knights"),
        ("rooks", "rivalOf", "rooks"),
        ("bishops", "rivalOf", "bishops"),
    }


def test_what_is_already_said_for_the_whole_time_is_not_inferred(tiny: Tiny) -> None:
    tiny.add("anna,teammateOf,boris,1990,,,almanac-2001,,,")

    assert inferred(tiny).statements == ()


def test_what_is_said_for_a_shorter_time_is_inferred_for_the_whole(tiny: Tiny) -> None:
    tiny.add("anna,teammateOf,boris,1999-01-01,1999-02-01,,almanac-2001,,,")

    (together,) = inferred(tiny).statements

    assert (together.start, together.end) == ("1998", "2000-01-01")


def test_what_only_a_deprecated_statement_says_is_inferred(tiny: Tiny) -> None:
    tiny.add("anna,teammateOf,boris,1990,,,almanac-2001,,deprecated,")

    assert len(inferred(tiny).statements) == 1


def test_an_optional_premise_counts_when_it_is_there(tiny: Tiny) -> None:
    rule = "# x\nCONSTRUCT { ?one :teammateOf ?other } WHERE {\n"
    first = "GRAPH ?a { ?one :playsFor ?club } GRAPH ?b { ?other :playsFor ?club }\n"
    maybe = "OPTIONAL { GRAPH ?c { ?other :won ?cup } } FILTER (STR(?one) < STR(?other)) }"
    tiny.write("ontology/rules/teammates.rq", f"{rule}{first}{maybe}\n")

    (together,) = inferred(tiny).statements

    assert asserted(tiny, BORIS_WON).id in together.premises


def test_an_optional_premise_may_be_missing(tiny: Tiny) -> None:
    rule = "# x\nCONSTRUCT { ?one :teammateOf ?other } WHERE {\n"
    first = "GRAPH ?a { ?one :playsFor ?club } GRAPH ?b { ?other :playsFor ?club }\n"
    maybe = "OPTIONAL { GRAPH ?c { ?one :won ?cup } } FILTER (STR(?one) < STR(?other)) }"
    tiny.write("ontology/rules/teammates.rq", f"{rule}{first}{maybe}\n")

    (together,) = inferred(tiny).statements

    assert len(together.premises) == 2


def test_nothing_that_was_asserted_is_changed(tiny: Tiny) -> None:
    records, known = tiny.records(), tiny.known()
    quads = assemble(records, known)
    before = list(quads)

    infer(quads, records.statements, known)

    assert quads == before


def test_only_the_rules_mark_is_added_to_an_asserted_statement(tiny: Tiny) -> None:
    ids = {WORDS.statement(statement.id) for statement in tiny.records().statements}

    added = {quad.predicate for quad in inferred(tiny).quads if quad.subject in ids}

    assert added == {term("kg:entailedBy")}


def test_every_statement_is_returned_with_its_triples(tiny: Tiny) -> None:
    inference = inferred(tiny)
    rivalry = asserted(tiny, ("knights", "rivalOf", "rooks")).id

    assert [str(triple.object) for triple in inference.graphs[rivalry]] == [
        "<https://example.org/tiny/id/rooks>",
        "<https://example.org/tiny/id/knights>",
    ]


def test_the_same_graph_gives_the_same_inference(tiny: Tiny) -> None:
    assert inferred(tiny).quads == inferred(tiny).quads


def test_without_rules_nothing_follows(tiny: Tiny) -> None:
    for rule in (tiny.ontology / "rules").iterdir():
        rule.unlink()

    assert inferred(tiny).quads == []


def test_a_rule_that_never_ends_is_refused(tiny: Tiny) -> None:
    rule = "# Each rating is outdone by a longer one.\nCONSTRUCT { ?player :rating ?more }\n"
    pattern = (
        'WHERE { GRAPH ?st { ?player :rating ?rating } BIND (CONCAT(STR(?rating), "0") AS ?more) }'
    )
    tiny.write("ontology/rules/growing.rq", f"{rule}{pattern}\n")

    with pytest.raises(DataError) as error:
        inferred(tiny)

    (found,) = error.value.findings
    assert found.path == "ontology/rules/growing.rq"
    assert found.message == "the rule still finds something new after 100 rounds"


def test_a_rule_that_makes_a_text_too_long_is_refused_by_its_name(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(infer_module, "LONGEST", 9)
    rule = "# A rating is told twice as long.\nCONSTRUCT { ?player :rating ?more }\n"
    pattern = (
        'WHERE { GRAPH ?st { ?player :rating ?old } BIND (CONCAT(STR(?old), "00000000") AS ?more) }'
    )
    tiny.write("ontology/rules/doubling.rq", f"{rule}{pattern}\n")

    with pytest.raises(DataError) as error:
        inferred(tiny)

    (found,) = error.value.findings
    assert found.path == "ontology/rules/doubling.rq"
    assert found.message == "the rule makes a text of more than 9 characters"


def test_what_the_rules_find_is_bounded_in_memory(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(infer_module, "EACH", 4 * 2**30)

    with bounded(256 * 2**20), pytest.raises(LimitError) as error:
        inferred(tiny)

    assert error.value.limit == "memory"
    assert str(error.value).startswith("ontology/rules/")
    assert "need more than 256 MiB of memory" in str(error.value)


def test_one_round_of_a_rule_is_bounded_in_time(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = iter(range(0, 10**7, 3600))
    monkeypatch.setattr(infer_module, "monotonic", lambda: next(hours))

    with bounded(4096 * 2**20, seconds=60), pytest.raises(LimitError) as error:
        inferred(tiny)

    assert error.value.limit == "time"
    assert str(error.value).startswith("ontology/rules/")
    assert str(error.value).endswith("the rule took longer than 60 seconds in one round")


def test_what_is_joined_must_be_about_an_entity(tiny: Tiny) -> None:
    rule = "# x\nCONSTRUCT { ?one rdfs:seeAlso ?other } WHERE {\n"
    pattern = "GRAPH ?a { ?one :playsFor ?club } GRAPH ?b { ?other :playsFor ?club }\n"
    tiny.write("ontology/rules/see.rq", f"{rule}{pattern} FILTER (STR(?one) < STR(?other)) }}\n")

    with pytest.raises(DataError, match="which is not about an entity"):
        inferred(tiny)


def test_the_end_of_a_long_event_is_not_the_end_of_what_follows_from_it(tiny: Tiny) -> None:
    tiny.write(
        "ontology/rules/winner-plays.rq",
        "# Who won while playing for a club plays with its colours ever after.\n"
        "CONSTRUCT { ?player :teammateOf ?club } WHERE {\n"
        "  GRAPH ?win { ?player :won ?cup } GRAPH ?club_time { ?player :playsFor ?club } }\n",
    )
    tiny.add("clara,won,city-open,2001-06-01,2001-06-03,,almanac-2001,,,foretold")
    tiny.add("clara,playsFor,rooks,1998,,,almanac-2001,,,")
    made = [s for s in History(tiny.build().store()).statements if s.rule == "winner-plays"]

    assert [(s.start, s.end) for s in made if s.subject == "clara"] == [("2001-06-01", "")]


def test_a_rule_with_an_inner_query_is_refused(tiny: Tiny) -> None:
    tiny.write(
        "ontology/rules/hidden.rq",
        "# A premise in an inner query.\n"
        "CONSTRUCT { ?a :teammateOf ?b } WHERE {\n"
        "  { SELECT ?a ?c { GRAPH ?x { ?a :playsFor ?c } } } GRAPH ?y { ?b :playsFor ?c } }\n",
    )

    messages = [finding.message for finding in tiny.check().errors]

    assert messages == ["a query inside the rule would hide its premises"]
