"""Query: SPARQL text and named questions over a store → Result.

Eighth step of the walk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
)

from kg.errors import QueryError, did_you_mean
from kg.result import Result, Term
from kg.store import read, select, written
from kg.vocab import term

if TYPE_CHECKING:
    from kg.sparql import Parameter, Question
    from kg.store import Store

_QUESTIONS = "SELECT ?question ?sparql { ?question a kg:Question ; kg:sparql ?sparql }"
_EXISTS: Final = (
    "EXISTS {{ {0} ?p ?o }} || EXISTS {{ ?s ?p {0} }} || EXISTS {{ ?s {0} ?o }} || "
    "EXISTS {{ GRAPH ?g {{ ?s {0} ?o }} }}"
)
# The engine evaluates such checks one inside the other, so a few at a time.
BATCH: Final = 40
_LABELS: Final = (
    "SELECT ?node ?label {{ VALUES ?node {{ {0} }} ?node rdfs:label ?label "
    "FILTER(LANGMATCHES(LANG(?label), {1})) }}"
)
MANY: Final = 1000
_NAMED: Final = 'SELECT DISTINCT ?node {{ ?node a ?class FILTER STRSTARTS(STR(?node), "{0}") }}'


def questions(store: Store) -> dict[str, Question]:
    """Return the named questions that the graph carries, by name."""
    from kg.sparql import Question

    found = {}
    for row in select(store, _QUESTIONS):
        name = store.words.local("question", cast("NamedNode", row["question"]).value)
        found[name] = Question.parse(name, cast("Literal", row["sparql"]).value)
    return dict(sorted(found.items()))


def query(
    store: Store,
    text: str,
    parameters: Mapping[str, str] | None = None,
    *,
    lenient: bool = False,
    whole: Store | None = None,
) -> Result:
    """Ask a named question with its parameters, or run SPARQL text.

    A single word is the name of a question; no SPARQL query is a single word.
    A text that uses a name of the graph's own namespaces which does not exist is refused, unless
    `lenient`; of a slice, `whole` is the store whose names may be used.

    Raises QueryError for a syntax error, an unknown name, an unknown question, or a wrong
    parameter.
    """
    if text.strip().replace("-", "").replace("_", "").isalnum():
        question = _question(store, text.strip())
        return run(store, bind(store, question, parameters or {}))
    if parameters:
        msg = "parameters go with a named question; write values into the SPARQL text itself"
        raise QueryError(msg)
    if not lenient:
        _check_names(whole or store, text)
    return run(store, text)


def _check_names(store: Store, sparql: str) -> None:
    """Refuse a text that looks for a name of ours which is nowhere in the graph.

    SPARQL would find nothing, which looks like an answer.
    """
    from kg.sparql import syntax_problem, tokens
    from kg.spelling import namespace, nearest, own_names

    names = list(own_names(sparql, store.words))
    missing = _missing(store, [NamedNode(iri) for iri in {name.iri: None for name in names}])
    for name in names:
        if name.iri in missing:
            # Where the text is no query at all, that comes first; a SERVICE would be called.
            is_local = all(token[0].upper() != "SERVICE" for token in tokens(sparql))
            if is_local and (problem := syntax_problem(sparql, store.words.prefixes)):
                raise QueryError(*problem)
            found = select(store, _NAMED.format(namespace(name.iri)))
            hint = nearest(name, (getattr(row["node"], "value", "") for row in found))
            message = f"'{name.text}' names nothing in the graph; {hint}".strip()
            message += " If it is meant so, ask with --lenient"
            raise QueryError(message.replace("; If", "; if"), name.line, name.column)


def _missing(store: Store, iris: list[NamedNode]) -> set[str]:
    """Return those of the IRIs that are nowhere in the graph."""
    no, missing = Literal(value=False), set()
    for first in range(0, len(iris), BATCH):
        batch = iris[first : first + BATCH]
        checks = " ".join(f"BIND({_EXISTS.format(iri)} AS ?is{i})" for i, iri in enumerate(batch))
        (known,) = select(store, f"SELECT * {{ {checks} }}")
        missing |= {iri.value for i, iri in enumerate(batch) if known[f"is{i}"] == no}
    return missing


def run(store: Store, sparql: str) -> Result:
    """Run SPARQL text and read the answer to its end."""
    answer = store.query(sparql)
    words = store.words
    if isinstance(answer, QueryBoolean):
        truth = Literal("true" if answer else "false", datatype=term("xsd:boolean"))
        return Result(("ask",), ((truth,),), words, "ASK")
    called = partial(labels, store)
    if isinstance(answer, QuerySolutions):
        names = tuple(variable.value for variable in answer.variables)
        lines = written(answer)
        if lines is not None:
            return Result(names, lines, words, labels=called)
        again = cast("QuerySolutions", store.query(sparql))
        return Result(names, tuple(tuple(row) for row in read(again)), words, labels=called)
    triples = tuple((t.subject, t.predicate, t.object) for t in read(answer))
    return Result(("subject", "predicate", "object"), triples, words, "CONSTRUCT", called)


def labels(store: Store, nodes: Sequence[NamedNode], language: str) -> dict[Term, str]:
    """Return the labels that the nodes have in the language, such as "en"."""
    found: dict[Term, str] = {}
    for first in range(0, len(nodes), MANY):
        these = " ".join(map(str, nodes[first : first + MANY]))
        for row in select(store, _LABELS.format(these, Literal(language))):
            node, label = cast("NamedNode", row["node"]), cast("Literal", row["label"])
            found[node] = min(found.get(node, label.value), label.value)
    return found


def bind(store: Store, question: Question, parameters: Mapping[str, str]) -> str:
    """Return the question's SPARQL with its parameters joined in by VALUES.

    Raises QueryError for a parameter that is unknown, missing, or of the wrong type.
    """
    declared = {parameter.name: parameter for parameter in question.parameters}
    for name in parameters:
        if name not in declared:
            choices = ", ".join(declared) or "none"
            hint = did_you_mean(name, declared) or f"its parameters: {choices}"
            msg = f"question '{question.name}' has no parameter '{name}'; {hint}"
            raise QueryError(msg)
    for parameter in question.parameters:
        if parameter.required and parameter.name not in parameters:
            msg = f"question '{question.name}' needs -p {parameter.name}=…: {parameter.text}"
            raise QueryError(msg)
    if not parameters:
        return question.sparql
    names = " ".join(f"?{name}" for name in parameters)
    cells = [str(_parameter_term(store, declared[name], text)) for name, text in parameters.items()]
    head, tail = halves(question.sparql)
    return f"{head} VALUES ({names}) {{ ({' '.join(cells)}) }} {tail}"


def halves(sparql: str) -> tuple[str, str]:
    """Return the text of a query up to the inside of its pattern, and the rest.

    Between them stands the VALUES block that gives parameters their values, so that the pattern's
    filters see them; behind the query (SPARQL 1.1 §18.2.4.3) it would be joined too late.

    >>> halves("SELECT ?a WHERE { ?a ?b ?c }")
    ('SELECT ?a WHERE {', ' ?a ?b ?c }')
    """
    from kg.sparql import tokens

    found = tokens(sparql)
    words = [token[0].upper() for token in found]
    first = words.index("WHERE") if "WHERE" in words else 0
    start = found[words.index("{", first)].end()
    return sparql[:start], sparql[start:]


def _question(store: Store, name: str) -> Question:
    known = questions(store)
    if name not in known:
        hint = did_you_mean(name, known) or "'kg query' lists the questions"
        msg = f"there is no question '{name}'; {hint}"
        raise QueryError(msg)
    return known[name]


def _parameter_term(store: Store, parameter: Parameter, text: str) -> Term:
    from kg.literals import literal, literal_problem

    if parameter.type.startswith("xsd:"):
        problem = literal_problem(text, parameter.type)
        if problem:
            msg = f"parameter {parameter.name}: {problem}"
            raise QueryError(msg)
        return literal(text, parameter.type)
    return _known(store, parameter, text)


def _known(store: Store, parameter: Parameter, name: str) -> NamedNode:
    """Return the entity or source, which must be of one of the parameter's classes."""
    allowed = parameter.types
    prefix = "src" if allowed == ["kg:Source"] else "id"
    namespace = store.words.prefixes[prefix]
    classes: dict[str, set[str]] = {}
    for node, kind in run(store, "SELECT ?node ?class { ?node a ?class }").terms:
        if isinstance(node, NamedNode) and node.value.startswith(namespace):
            local = store.words.local(prefix, node.value)
            classes.setdefault(local, set()).add(store.words.short(getattr(kind, "value", "")))
    if name not in classes:
        hint = did_you_mean(name, classes) or "it is not in the graph"
        msg = f"parameter {parameter.name}: '{name}' is not a known id; {hint}"
        raise QueryError(msg)
    if "owl:Thing" not in allowed and not classes[name] & set(allowed):
        found = " and ".join(sorted(classes[name]))
        msg = f"parameter {parameter.name}: '{name}' is a {found}, not a {' or a '.join(allowed)}"
        raise QueryError(msg)
    return NamedNode(namespace + name)
