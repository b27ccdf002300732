"""Rules that feed themselves: their conclusions are those of an independent closure, day by day.

The closure is that of networkx, taken anew for each day on the links that hold on the day.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model.ids import content_id
from kg.model.namespaces import Vocabulary, term
from kg.model.ontology import Ontology
from kg.model.rules import Rule
from kg.model.statement import Rank, Statement
from kg.pipeline.assemble import describe, graph_triple
from kg.pipeline.conclusions import PROOFS
from kg.pipeline.infer import Inference, infer

WORDS = Vocabulary("https://example.org/parts/")
PART_OF_A_PART = (
    "CONSTRUCT { ?a :partOf ?c } WHERE { GRAPH ?x { ?a :partOf ?b } GRAPH ?y { ?b :partOf ?c } }"
)
SAME_WITHOUT_STEPS = PART_OF_A_PART.replace("WHERE {", "WHERE { OPTIONAL { ?a :unknown ?d }")
WITHIN = "CONSTRUCT { ?a :within ?c } WHERE { GRAPH ?x { ?a :partOf ?b } GRAPH ?y { ?b :in ?c } }"
WITHIN_TOO = WITHIN.replace(":in ?c", ":touches ?c")
FIRST = date(2000, 1, 1)
DAYS = 30


class Link(NamedTuple):
    """A link with the days on which it holds, counted from the first; None is without bound."""

    a: str
    b: str
    since: int | None = None
    until: int | None = None
    rank: Rank = "normal"
    predicate: str = "partOf"

    @property
    def statement(self) -> Statement:
        start, end = (
            "" if n is None else (FIRST + timedelta(n)).isoformat()
            for n in (self.since, self.until)
        )
        return Statement(self.a, self.predicate, self.b, "state", "", start, end, rank=self.rank)

    def holds(self, day: int) -> bool:
        after = self.since is None or self.since <= day
        return after and (self.until is None or day < self.until) and self.rank == "normal"


def inferred(links: Iterable[Link], *rules: str, backwards: bool = False) -> Inference:
    statements = [link.statement for link in links]
    quads = [q for s in statements for q in (*describe(WORDS, s), graph_triple(WORDS, s))]
    known = tuple(
        Rule.parse(f"rule-{n}", "", f"ontology/rules/{n}.rq", sparql, WORDS.prefixes)
        for n, sparql in enumerate(rules)
    )
    if backwards:
        quads, statements, known = quads[::-1], statements[::-1], known[::-1]
    return infer(quads, statements, Ontology(WORDS, (), rules=known))


def runs(days: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first day and the day after the last of each run of days."""
    found = []
    for _, run in groupby(enumerate(sorted(days)), lambda pair: pair[1] - pair[0]):
        whole = [day for _, day in run]
        found.append((whole[0], whole[-1] + 1))
    return found


def number(text: str, default: int) -> int:
    return (date.fromisoformat(text) - FIRST).days if text else default


def on(statement: Statement, day: int) -> bool:
    return number(statement.start, 0) <= day < number(statement.end, DAYS)


def closure_on(links: Sequence[Link], day: int) -> set[tuple[str, str]]:
    graph = nx.DiGraph((link.a, link.b) for link in links if link.holds(day))
    return set(nx.transitive_closure(graph).edges)


def proof_days(one: Statement) -> list[set[int]]:
    return [set(range(number(proof.since, 0), number(proof.until, DAYS))) for proof in one.proofs]


def chain(length: int) -> list[Link]:
    return [Link(f"n{n:03}", f"n{n + 1:03}") for n in range(length)]


def cycle(length: int) -> list[Link]:
    return [Link(f"n{n:03}", f"n{(n + 1) % length:03}") for n in range(length)]


@pytest.mark.parametrize("rule", [PART_OF_A_PART, SAME_WITHOUT_STEPS])
@pytest.mark.parametrize("links", [chain(20), cycle(12)])
def test_a_conclusion_stands_once_however_many_proofs_it_has(links: list[Link], rule: str) -> None:
    made = [(one.subject, one.object) for one in inferred(links, rule).statements]

    closed = set(nx.transitive_closure(nx.DiGraph((a, b) for a, b, *_ in links)).edges)
    assert sorted(made) == sorted(closed - {(link.a, link.b) for link in links})


@pytest.mark.parametrize(("links", "pairs"), [(chain(100), 5_050), (cycle(50), 2_500)])
@pytest.mark.slow
def test_a_long_chain_and_a_large_cycle_come_to_an_end(links: list[Link], pairs: int) -> None:
    assert len(inferred(links, PART_OF_A_PART).statements) == pairs - len(links)


def test_the_proofs_that_are_kept_are_the_first_by_steps_and_then_by_names() -> None:
    """A step doubles what is reached; a name is made of a triple, a part is named by its ends."""
    links = chain(24)
    made = inferred(links, PART_OF_A_PART).statements
    ends = {one.id: (one.subject, one.object) for one in [link.statement for link in links]}
    ends |= {one.id: (one.subject, one.object) for one in made}

    def name(a: int, b: int) -> str:
        if b - a == 1:
            return links[a].statement.id
        nodes = (WORDS.entity(f"n{a:03}"), WORDS.ontology("partOf"), WORDS.entity(f"n{b:03}"))
        return content_id("conclusion", *map(str, nodes))

    for one in made:
        a, c = int(one.subject[1:]), int(one.object[1:])
        ways = sorted(
            ((max(b - a, c - b) - 1).bit_length(), sorted([name(a, b), name(b, c)]), b)
            for b in range(a + 1, c)
        )
        middles = [
            {end for premise in proof.premises for end in ends[premise]} - {one.subject, one.object}
            for proof in one.proofs
        ]
        assert middles == [{f"n{b:03}"} for *_, b in ways[:PROOFS]]
        assert one.proof_count == min(len(ways), PROOFS + 1)


def test_a_rule_that_goes_one_link_at_a_time_may_take_more_than_a_hundred_rounds() -> None:
    rule = (
        "CONSTRUCT { ?a :below ?c } WHERE { GRAPH ?x { ?a :partOf ?b } "
        "GRAPH ?y { ?b :partOf|:below ?c } }"
    )
    made = {(one.subject, one.object) for one in inferred(chain(120), rule).statements}

    assert len(made) == 120 * 119 // 2
    assert ("n000", "n120") in made


DAY = st.none() | st.integers(0, DAYS)
PARTS = st.sampled_from("abcde")
RANKS: st.SearchStrategy[Rank] = st.sampled_from(("normal",) * 5 + ("deprecated",))
LINKS = st.lists(
    st.builds(Link, PARTS, PARTS, DAY, DAY, RANKS, st.just("partOf")),
    max_size=9,
    unique_by=lambda link: link.statement.id,
).map(
    lambda links: [
        link
        for link in links
        if link.since is None or link.until is None or link.since < link.until
    ]
)


@settings(max_examples=150)
@given(LINKS)
def test_on_each_day_the_conclusions_are_those_of_the_closure_of_the_day(
    links: list[Link],
) -> None:
    made = inferred(links, PART_OF_A_PART).statements

    for day in range(DAYS):
        said = {(link.a, link.b) for link in links if link.holds(day)}
        assert said | {(s.subject, s.object) for s in made if on(s, day)} == closure_on(links, day)


@settings(max_examples=150)
@given(LINKS)
def test_periods_of_one_conclusion_neither_overlap_nor_touch(links: list[Link]) -> None:
    made = sorted(inferred(links, PART_OF_A_PART).statements, key=lambda one: one.triple)

    for _, group in groupby(made, key=lambda one: one.triple):
        periods = [(number(s.start, -1), number(s.end, DAYS + 1)) for s in group]
        days = {day for first, last in periods for day in range(first, last)}
        assert sorted(periods) == runs(days)


@settings(max_examples=150)
@given(LINKS)
def test_each_proof_is_sound_and_together_they_make_the_days(links: list[Link]) -> None:
    """A proof holds while its premises do; the first step down leads only to what was asserted."""
    statements = {link.statement.id: link.statement for link in links}
    made = {one.id: one for one in inferred(links, PART_OF_A_PART).statements}
    whole = statements | made

    for one in made.values():
        own = {day for day in range(DAYS) if on(one, day)}
        assert set().union(*proof_days(one)) == own
        for proof, days in zip(one.proofs, proof_days(one), strict=True):
            premises = [whole[premise] for premise in proof.premises]
            assert days == {d for d in range(DAYS) if all(on(p, d) for p in premises)}
            assert all(premise.counts for premise in premises)
            ends = {end for p in premises for end in (p.subject, p.object)}
            assert {one.subject, one.object} <= ends


@settings(max_examples=150)
@given(LINKS)
def test_every_day_can_be_traced_to_what_was_asserted(links: list[Link]) -> None:
    """By the proofs that are kept, from the asserted up, each conclusion is reached on its days."""
    made = inferred(links, PART_OF_A_PART).statements
    for day in range(DAYS):
        reached = {link.statement.id for link in links if link.holds(day)}
        waiting = [one for one in made if on(one, day)]
        while waiting:
            left = [
                one
                for one in waiting
                if not any(reached.issuperset(proof.premises) for proof in one.proofs)
            ]
            assert len(left) < len(waiting)
            reached |= {one.id for one in waiting if one not in left}
            waiting = left


@settings(max_examples=60)
@given(LINKS, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_rules_changes_nothing(
    links: list[Link], shuffled: random.Random
) -> None:
    rules = (PART_OF_A_PART, "CONSTRUCT { ?b :has ?a } WHERE { GRAPH ?x { ?a :partOf ?b } }")
    other = list(links)
    shuffled.shuffle(other)

    one, two = inferred(links, *rules), inferred(other, *rules, backwards=True)
    assert one.statements == two.statements
    assert set(one.quads) == set(two.quads)
    assert len(one.quads) == len(set(one.quads))


@settings(max_examples=60)
@given(LINKS)
def test_asking_only_about_what_is_new_finds_the_same(links: list[Link]) -> None:
    assert (
        inferred(links, PART_OF_A_PART).statements == inferred(links, SAME_WITHOUT_STEPS).statements
    )


def within(*links: Link) -> list[Statement]:
    return list(inferred(links, WITHIN, WITHIN_TOO).statements)


def place(predicate: str, since: int | None = None, until: int | None = None) -> Link:
    return Link("b", "c", since, until, predicate=predicate)


def test_two_rules_that_conclude_the_same_are_two_proofs_of_one_statement() -> None:
    (one,) = within(Link("a", "b"), place("in"), place("touches"))

    assert [proof.rule for proof in one.proofs] == ["rule-0", "rule-1"]
    assert one.proof_count == 2


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((0, 10), (5, 20), [(0, 20)]),
        ((0, 10), (10, 20), [(0, 20)]),
        ((0, 10), (11, 20), [(0, 10), (11, 20)]),
        ((0, 20), (5, 10), [(0, 20)]),
        ((None, 10), (5, None), [(None, None)]),
    ],
)
def test_periods_without_a_gap_become_one(
    first: tuple[int | None, int | None],
    second: tuple[int | None, int | None],
    expected: list[tuple[int | None, int | None]],
) -> None:
    made = within(Link("a", "b"), place("in", *first), place("touches", *second))

    bounds = [Link("a", "c", *period).statement for period in expected]
    assert [(s.start, s.end) for s in made] == [(s.start, s.end) for s in bounds]


def test_each_proof_keeps_its_own_days() -> None:
    (one,) = within(Link("a", "b"), place("in", 0, 10), place("touches", 5, 20))

    assert [(proof.rule, proof.since, proof.until) for proof in one.proofs] == [
        ("rule-0", "2000-01-01", "2000-01-11"),
        ("rule-1", "2000-01-06", "2000-01-21"),
    ]


def test_a_period_in_between_joins_two_periods_that_were_found_before() -> None:
    """The days between come a step later, from a part of a part."""
    links = [
        Link("a", "b", 0, 10), Link("a", "d", 20, 30), Link("b", "c"), Link("d", "c"),
        Link("a", "e", 10, 20), Link("e", "f"), Link("f", "g"), Link("g", "c"),
    ]  # fmt: skip
    made = [s for s in inferred(links, PART_OF_A_PART).statements if s.triple[::2] == ("a", "c")]

    assert [(s.start, s.end) for s in made] == [("2000-01-01", "2000-01-31")]


def test_of_many_proofs_the_first_are_kept_and_that_there_are_more_is_said() -> None:
    middles = "bcdefgh"
    links = [link for m in middles for link in (Link("a", m), Link(m, "z"))]
    (one,) = inferred(links, PART_OF_A_PART).statements

    assert (len(one.proofs), one.proof_count) == (PROOFS, PROOFS + 1)


def test_proofs_that_alone_hold_on_some_day_are_kept_beside_the_first() -> None:
    middles = "bcdefgh"
    links = [
        link
        for n, m in enumerate(middles)
        for link in (Link("a", m, 2 * n, 2 * n + 3), Link(m, "z"))
    ]
    (one,) = inferred(links, PART_OF_A_PART).statements

    assert set().union(*proof_days(one)) == set(range(15))


def test_a_statement_is_no_proof_of_itself() -> None:
    """A part of itself would prove everything about itself once more."""
    (one,) = inferred([Link("a", "a"), Link("a", "b"), Link("b", "c")], PART_OF_A_PART).statements

    whole = {link.statement.id for link in (Link("a", "b"), Link("b", "c"))}
    assert [set(proof.premises) for proof in one.proofs] == [whole]


def test_proofs_are_nodes_with_rule_premises_and_dates() -> None:
    inference = inferred([Link("a", "b", 0), place("in", 5, 10)], WITHIN)
    (one,) = inference.statements
    (node,) = (q.object for q in inference.quads if q.predicate == term("kg:proof"))

    said = {
        (q.predicate, getattr(q.object, "value", "")) for q in inference.quads if q.subject == node
    }
    premises = [Link("a", "b", 0).statement, place("in", 5, 10).statement]
    assert said == {
        (term("rdf:type"), term("kg:Proof").value),
        (term("kg:position"), "1"),
        (term("kg:rule"), WORDS.rule("rule-0").value),
        *((term("prov:wasDerivedFrom"), WORDS.statement(p.id).value) for p in premises),
        (term("kg:start"), "2000-01-06"),
        (term("kg:end"), "2000-01-11"),
    }
    assert one.proof_count == 1


def test_a_rule_may_speak_of_the_graph_of_a_conclusion() -> None:
    mark = "CONSTRUCT { ?x :checked true } WHERE { GRAPH ?x { ?a :within ?b } }"
    inference = inferred([Link("a", "b"), place("in", 0, 1), place("in", 5, 6)], WITHIN, mark)

    for one in inference.statements:
        node = WORDS.statement(one.id)
        assert {t.subject for t in inference.graphs[one.id]} == {WORDS.entity("a"), node}
        assert one.entailed_by == ("rule-1",)


def test_a_rule_may_ask_which_triple_of_a_conclusion_was_concluded() -> None:
    rule = (
        "CONSTRUCT { ?a :near ?d } WHERE { GRAPH ?x { ?a ?p ?c } ?x rdf:predicate ?p "
        "FILTER(?p = :within) GRAPH ?y { ?c :in ?d } }"
    )
    links = [Link("a", "b"), place("in"), Link("c", "d", predicate="in")]
    made = {one.triple for one in inferred(links, WITHIN, rule).statements}

    assert made == {("a", "within", "c"), ("a", "near", "d")}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("GRAPH ?x { ?a :p ?b } GRAPH ?y { ?b :p ?c }", True),
        ("?p a owl:SymmetricProperty . GRAPH ?x { ?a ?p ?c FILTER(?a != ?c) }", True),
        ("GRAPH ?x { ?a rdf:type ?b OPTIONAL { ?b :p ?c } } FILTER(?a != ?c)", True),
        ("GRAPH ?x { ?a :p ?b } OPTIONAL { GRAPH ?y { ?b :p ?c } }", False),
        ("{ GRAPH ?x { ?a :p ?c } } UNION { GRAPH ?y { ?c :p ?a } }", False),
        ("GRAPH ?x { ?a :p ?b } GRAPH st:1 { ?b :p ?c }", False),
        ("GRAPH ?x { ?a :p ?b } ?x kg:rank kg:Normal . GRAPH ?y { ?b :p ?c }", False),
        ("BIND(st:1 AS ?x) GRAPH ?x { ?a :p ?c }", False),
    ],
)
def test_only_a_rule_whose_solutions_need_a_new_premise_is_asked_by_what_is_new(
    pattern: str, expected: bool
) -> None:
    sparql = f"CONSTRUCT {{ ?a :q ?c }} WHERE {{ {pattern} }}"

    assert Rule.parse("r", "", "r.rq", sparql, WORDS.prefixes).steady is expected
