"""A rule is a CONSTRUCT query whose GRAPH patterns are its premises."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, QuerySolutions, Store

from kg.model.rules import Rule, RuleProblemError

PREFIXES = {"": "https://example.org/", "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}


def rule_of(sparql: str) -> Rule:
    return Rule.parse("r", "A rule.", "ontology/rules/r.rq", sparql, PREFIXES)


def conclusions(rule: Rule, data: str) -> list[str]:
    store = Store()
    store.update(f"PREFIX : <https://example.org/> INSERT DATA {{ {data} }}")
    solutions = store.query(rule.select, prefixes=PREFIXES)
    assert isinstance(solutions, QuerySolutions)
    assert tuple(variable.value for variable in solutions.variables) == rule.columns
    return [str(triple) for solution in solutions for triple in rule.conclude(solution)]


def test_premises_are_the_graph_variables_in_their_order() -> None:
    rule = rule_of(
        "CONSTRUCT { ?a :p ?c } WHERE { GRAPH ?two { ?a :p ?b } graph $one { ?b :p ?c } }"
    )

    assert rule.premises == ("two", "one")


def test_a_premise_named_twice_is_one() -> None:
    rule = rule_of("CONSTRUCT { ?a :p ?a } WHERE { GRAPH ?g { ?a :p ?b } GRAPH ?g { ?a :q ?b } }")

    assert rule.premises == ("g",)


def test_words_in_comments_and_strings_are_no_premises() -> None:
    rule = rule_of(
        "CONSTRUCT { ?a :p ?b }\n# GRAPH ?comment\n"
        "WHERE { GRAPH ?g { ?a :p ?b } FILTER (?b != 'GRAPH ?string') }"
    )

    assert rule.premises == ("g",)


def test_the_head_keeps_names_and_variables_apart() -> None:
    rule = rule_of("CONSTRUCT { ?b :p <https://example.org/x> } WHERE { GRAPH ?g { ?a :p ?b } }")

    assert rule.head[0][1:] == (
        NamedNode("https://example.org/p"),
        NamedNode("https://example.org/x"),
    )


def test_the_head_may_use_the_short_forms_of_turtle() -> None:
    rule = rule_of("CONSTRUCT { ?a a :X ; :p ?b , ?a . } WHERE { GRAPH ?g { ?a :p ?b } }")

    assert len(rule.head) == 3


def test_a_rule_concludes_its_head_with_the_values_found() -> None:
    rule = rule_of("CONSTRUCT { ?b :q ?a } WHERE { GRAPH ?g { ?a :p ?b } }")

    assert conclusions(rule, "GRAPH :g { :x :p :y }") == [
        "<https://example.org/y> <https://example.org/q> <https://example.org/x>"
    ]


def test_a_literal_cannot_become_a_subject() -> None:
    rule = rule_of("CONSTRUCT { ?b :q ?a } WHERE { GRAPH ?g { ?a :p ?b } }")

    assert conclusions(rule, "GRAPH :g { :x :p 'y' }") == []


def test_an_unbound_variable_makes_no_triple() -> None:
    rule = rule_of(
        "CONSTRUCT { ?a :q ?c } WHERE { GRAPH ?g { ?a :p ?b } OPTIONAL { ?b rdfs:label ?c } }"
    )

    assert conclusions(rule, "GRAPH :g { :x :p :y }") == []


def test_a_rule_may_declare_prefixes_of_its_own() -> None:
    rule = rule_of(
        "PREFIX e: <https://example.org/> CONSTRUCT { ?b e:q ?a } WHERE { GRAPH ?g { ?a e:p ?b } }"
    )

    assert conclusions(rule, "GRAPH :g { :x :p :y }") == [
        "<https://example.org/y> <https://example.org/q> <https://example.org/x>"
    ]


@pytest.mark.parametrize(
    ("sparql", "message"),
    [
        ("SELECT * WHERE { GRAPH ?g { ?a :p ?b } }", "a rule is a CONSTRUCT query with a head"),
        ("CONSTRUCT WHERE { ?a :p ?b }", "a rule is a CONSTRUCT query with a head"),
        ("CONSTRUCT { } WHERE { GRAPH ?g { ?a :p ?b } }", "the rule has an empty head"),
        ("CONSTRUCT { ?a :p ?b } WHERE { ?a :p ?b }", "the rule names no premise"),
        (
            "CONSTRUCT { ?a :p ?b } WHERE { GRAPH :g { ?a :p ?b } }",
            "the rule names no premise",
        ),
        (
            "CONSTRUCT { ?a :p [] } WHERE { GRAPH ?g { ?a :p ?b } }",
            "the head has a blank node, so the rule would never end",
        ),
        (
            "CONSTRUCT { ?a :p ( ?b ) } WHERE { GRAPH ?g { ?a :p ?b } }",
            "the head has a blank node, so the rule would never end",
        ),
        (
            "CONSTRUCT { ?a :p ?b } WHERE { GRAPH ?g { ?a :p ?b } MINUS { GRAPH ?h { ?b :q 1 } } }",
            "a premise stands inside EXISTS or MINUS",
        ),
        (
            "CONSTRUCT { ?a :p 1 } { GRAPH ?g { ?a :p 2 } FILTER EXISTS {{ GRAPH ?h { ?a :q 3 }}}}",
            "a premise stands inside EXISTS or MINUS",
        ),
    ],
)
def test_a_query_that_is_no_rule_is_refused(sparql: str, message: str) -> None:
    with pytest.raises(RuleProblemError) as raised:
        rule_of(sparql)

    assert raised.value.message == message


def test_a_refusal_says_what_to_write() -> None:
    with pytest.raises(RuleProblemError) as raised:
        rule_of("CONSTRUCT { ?a :p ?b } WHERE { ?a :p ?b }")

    assert raised.value.repair == "put each premise into GRAPH ?name { … }"


def test_a_rule_has_no_groups_even_of_all_that_it_names() -> None:
    with pytest.raises(RuleProblemError, match="the rule groups or aggregates"):
        rule_of("CONSTRUCT { ?a :p ?b } WHERE { GRAPH ?g { ?b :p ?a } } GROUP BY ?a ?b ?g")
