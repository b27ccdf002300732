"""Questions: SPARQL text and named questions over a store → Result."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
)

from kg.errors import QueryError, RefusedError, UsageError, did_you_mean, parameter
from kg.model.namespaces import term, text_of
from kg.query.result import Found, Result, Term
from kg.store.base import read, select, written

if TYPE_CHECKING:
    from kg.model.sparql import Parameter, Question
    from kg.model.spelling import Name
    from kg.store.base import Store

_QUESTIONS = "SELECT ?question ?sparql { ?question a kg:Question ; kg:sparql ?sparql }"
# Where a name can stand; not every store looks for one by EXISTS and ||.
_PLACES: Final = ("{0} ?p ?o", "?s ?p {0}", "?s {0} ?o", "GRAPH ?g {{ ?s {0} ?o }}")
_IS_THERE: Final = "{{ SELECT ({1} AS ?place) {{ {0} }} LIMIT 1 }}"
# How many names are looked for at a time.
BATCH: Final = 40
_LABELS: Final = (
    "SELECT ?node ?label {{ VALUES ?node {{ {0} }} ?node rdfs:label ?label "
    "FILTER(LANGMATCHES(LANG(?label), {1})) }}"
)
MANY: Final = 1000
_NAMED: Final = 'SELECT DISTINCT ?node {{ ?node a ?class FILTER STRSTARTS(STR(?node), "{0}") }}'


def questions(store: Store) -> dict[str, Question]:
    """Return the named questions that the graph carries, by name."""
    from kg.model.sparql import Question

    found = {}
    for row in select(store, _QUESTIONS):
        name = store.words.local("question", cast("NamedNode", row["question"]).value)
        found[name] = Question.parse(name, cast("Literal", row["sparql"]).value)
    return dict(sorted(found.items()))


def by_topic(every: Iterable[Question]) -> dict[str, list[Question]]:
    """Return the questions by topic, topics and questions in the order of the alphabet.

    Those without a topic come last, below "".
    """
    found: dict[str, list[Question]] = {}
    for one in sorted(every, key=lambda one: (not one.topic, one.topic.casefold(), one.name)):
        found.setdefault(one.topic, []).append(one)
    return found


def questions_by_name(store: Store) -> Counter[str]:
    """Return how many named questions name each property or class of the graph's own ontology."""
    from kg.model.spelling import own_names

    words, found = store.words, Counter[str]()
    for one in questions(store).values():
        names = {name.iri for name in own_names(one.sparql, words)}
        found.update({words.local("", iri) for iri in names if iri.startswith(words.prefixes[""])})
    return found


def query(
    store: Store,
    text: str,
    parameters: Mapping[str, str] | None = None,
    *,
    lenient: bool = False,
    whole: Store | None = None,
    hosts: Collection[str] = (),
) -> Result:
    """Ask a named question with its parameters, or run SPARQL text.

    A single word is the name of a question; no SPARQL query is a single word.
    A text that uses a name of the graph's own namespaces which does not exist is refused, unless
    `lenient`; of a slice, `whole` is the store whose names may be used.
    SERVICE may ask servers on `hosts` alone.

    Raises QueryError for a syntax error, an unknown name, an unknown question, or a wrong
    parameter, RefusedError for SERVICE.
    """
    if is_name(text):
        question = _question(store, text.strip())
        _refuse_service(question.sparql, hosts)
        return run(store, bind(store, question, parameters or {}))
    if parameters:
        msg = "parameters go with a named question; write values into the SPARQL text itself"
        raise QueryError(msg)
    _refuse_service(text, hosts)
    if not lenient:
        _check_names(whole or store, text)
    return run(store, text)


def is_name(text: str) -> bool:
    """Say whether the text is the name of a question: no SPARQL query is a single word.

    >>> is_name("secretaries-general"), is_name("ASK {}")
    (True, False)
    """
    return text.strip().replace("-", "").replace("_", "").isalnum()


def _refuse_service(text: str, hosts: Collection[str]) -> None:
    """Refuse SERVICE to any other host, with its place and the switch that allows one."""
    from kg.model.sparql import service_problem

    if problem := service_problem(text, hosts):
        message, line, column = problem
        msg = f"{message}; {parameter('allow_service', ['HOST'])} lets a query ask that server"
        raise RefusedError(msg, line, column)


def _check_names(store: Store, sparql: str) -> None:
    """Refuse a text that looks for a name of ours which is nowhere in the graph.

    SPARQL would find nothing, which looks like an answer.
    """
    for name, hint in misspelt(store, sparql):
        from kg.model.foreign import syntax_problem

        # Where the text is no query at all, that comes first.
        if problem := syntax_problem(sparql, store.words.prefixes):
            raise QueryError(*problem)
        otherwise = f"it is meant so, ask with {parameter('lenient', value=True)}"
        repair = f"{hint} If {otherwise}" if hint else f"if {otherwise}"
        message = f"'{name.text}' names nothing in the graph; {repair}"
        raise QueryError(message, name.line, name.column)


def misspelt(store: Store, sparql: str) -> Iterator[tuple[Name, str]]:
    """Yield the names of ours in a text that are nowhere in the graph, and what was meant.

    What was meant is "did you mean …?", or "" when nothing is near.
    """
    from kg.model.spelling import namespace, nearest, own_names

    names = list(own_names(sparql, store.words))
    missing = _missing(store, [NamedNode(iri) for iri in {name.iri: None for name in names}])
    for name in names:
        if name.iri in missing:
            yield name, nearest(name, _named(store, namespace(name.iri)))


def _named(store: Store, namespace: str) -> Iterator[str]:
    """Yield the IRIs below a namespace; what an endpoint cuts off is only a hint less."""
    found = cast("QuerySolutions", store.query(_NAMED.format(namespace)))
    return (text_of(row["node"]) for row in read(found))


def _missing(store: Store, iris: list[NamedNode]) -> set[str]:
    """Return those of the IRIs that are nowhere in the graph."""
    missing = {iri.value for iri in iris}
    for first in range(0, len(iris), BATCH):
        batch = iris[first : first + BATCH]
        looks = (
            _IS_THERE.format(place.format(iri), number)
            for number, iri in enumerate(batch)
            for place in _PLACES
        )
        # One row, whatever an endpoint cuts off; not every store knows a separator by itself.
        once = f"SELECT DISTINCT ?place {{ {' UNION '.join(looks)} }}"
        joined = "GROUP_CONCAT(STR(?place); SEPARATOR=' ')"
        (row,) = select(store, f"SELECT ({joined} AS ?places) {{ {{ {once} }} }}")
        missing -= {batch[int(place)].value for place in text_of(row["places"]).split()}
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
            return Result(*_as_written(sparql, names, lines), words, labels=called)
        again = cast("QuerySolutions", store.query(sparql))
        rows = tuple(tuple(row) for row in read(again))
        return Result(*_as_written(sparql, names, rows), words, labels=called)
    triples = tuple((t.subject, t.predicate, t.object) for t in read(answer))
    return Result(("subject", "predicate", "object"), triples, words, "CONSTRUCT", called)


def _as_written(sparql: str, names: tuple[str, ...], found: Found) -> tuple[tuple[str, ...], Found]:
    """Return the columns of a `SELECT *` as the query first names them; the engine sorts them."""
    from kg.model.sparql import starred

    asked = [name for name in (starred(sparql) if "*" in sparql else ()) if name in names]
    if len(asked) != len(names) or tuple(asked) == names:
        return names, found
    places = [names.index(name) for name in asked]
    if not isinstance(found, bytes):
        return tuple(asked), tuple(tuple(row[at] for at in places) for row in found)
    rows = (line.split(b"\t") for line in found.removesuffix(b"\n").split(b"\n"))
    lines = (b"\t".join([row[at] for at in places]) for row in rows)
    return tuple(asked), b"\n".join(lines) + b"\n"


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
    for one in question.parameters:
        if one.required and one.name not in parameters:
            given = parameter("parameters", {one.name: "…"})
            msg = f"question '{question.name}' needs {given}: {one.text}"
            raise QueryError(msg)
    if not parameters:
        return question.sparql
    names = " ".join(f"?{name}" for name in parameters)
    cells = [str(_parameter_term(store, declared[name], text)) for name, text in parameters.items()]
    head, tail = halves(question.sparql)
    return f"{head} VALUES ({names}) {{ ({' '.join(cells)}) }} {tail}"


def meant(store: Store, question: Question, parameters: Mapping[str, str]) -> dict[str, str]:
    """Return parameters that `bind` takes with ids in place of names.

    Raises QueryError for a name that is that of none or of several.
    """
    declared = {parameter.name: parameter for parameter in question.parameters}
    found = {}
    for name, text in parameters.items():
        node = _parameter_term(store, declared[name], text)
        prefix = _prefix(declared[name])
        is_named = isinstance(node, NamedNode)
        found[name] = store.words.local(prefix, text_of(node)) if is_named else text
    return found


def halves(sparql: str) -> tuple[str, str]:
    """Return the text of a query up to the inside of its pattern, and the rest.

    Between them stands the VALUES block that gives parameters their values, so that the pattern's
    filters see them; behind the query (SPARQL 1.1 §18.2.4.3) it would be joined too late.

    >>> halves("SELECT ?a WHERE { ?a ?b ?c }")
    ('SELECT ?a WHERE {', ' ?a ?b ?c }')
    """
    from kg.model.sparql import tokens

    found = tokens(sparql)
    words = [token[0].upper() for token in found]
    first = words.index("WHERE") if "WHERE" in words else 0
    start = found[words.index("{", first)].end()
    return sparql[:start], sparql[start:]


def _question(store: Store, name: str) -> Question:
    from kg.model.sparql import Question

    node = store.words.question(name)
    for row in select(store, f"SELECT ?sparql {{ {node} a kg:Question ; kg:sparql ?sparql }}"):
        return Question.parse(name, cast("Literal", row["sparql"]).value)
    every = questions(store)
    hint = did_you_mean(name, every) or _worded(name, every.values())
    hint = hint or "'kg query' lists the questions"
    msg = f"there is no question '{name}'; {hint}"
    raise QueryError(msg)


def _worded(name: str, every: Iterable[Question]) -> str:
    """Return "did you mean …?" for the question whose wordings most often have all the words."""
    words = set(re.findall(r"\w+", name.casefold()))
    counts = {
        one.name: sum(
            words.issubset(re.findall(r"\w+", text.casefold())) for text in (one.text, *one.also)
        )
        for one in every
    }
    best = max(counts, key=lambda each: counts[each], default="")
    return f"did you mean '{best}'?" if best and counts[best] else ""


def _parameter_term(store: Store, parameter: Parameter, text: str) -> Term:
    if parameter.type.startswith("xsd:"):
        from kg.model.literals import literal, literal_problem
        from kg.model.values import unheld

        problem = literal_problem(text, parameter.type) or unheld(text, parameter.type)
        if problem:
            msg = f"parameter {parameter.name}: {problem}"
            raise QueryError(msg)
        return literal(text, parameter.type)
    return _known(store, parameter, text)


def _known(store: Store, parameter: Parameter, name: str) -> NamedNode:
    """Return the property or source, or the entity, which must be of one of the classes."""
    allowed, prefix = parameter.types, _prefix(parameter)
    if not prefix:
        return _called(store, parameter, name)
    node = _node(store.words.prefixes[prefix] + store.words.meant(prefix, name))
    classes = classes_of(store, node)
    if node is None or not classes:
        node = _called(store, parameter, name)
        classes = classes_of(store, node)
    if "owl:Thing" not in allowed and classes.isdisjoint(allowed):
        found = " and ".join(sorted(classes))
        msg = f"parameter {parameter.name}: '{name}' is a {found}, not a {' or a '.join(allowed)}"
        raise QueryError(msg)
    return node


def _prefix(parameter: Parameter) -> str:
    """Return the prefix below which the values of a parameter stand."""
    return {"kg:Source": "src", "rdf:Property": ""}.get(parameter.type, "id")


def classes_of(store: Store, node: NamedNode | None) -> set[str]:
    """Return the classes of a node as CURIEs, the wider ones too; none of what is no node."""
    rows = select(store, f"SELECT ?class {{ {node} a ?class }}") if node else ()
    return {store.words.short(text_of(row["class"])) for row in rows}


def _called(store: Store, parameter: Parameter, name: str) -> NamedNode:
    """Return what has the name; of several entities the one of the parameter's classes."""
    from kg.query.names import entity_called, property_called, source_called

    words, what = store.words, f"parameter {parameter.name}:"

    def fits(identifier: str) -> bool:
        classes = classes_of(store, words.entity(identifier))
        return "owl:Thing" in parameter.types or not classes.isdisjoint(parameter.types)

    try:
        match _prefix(parameter):
            case "":
                return words.ontology(property_called(store, name, what))
            case "src":
                return words.source(source_called(store, name, what))
            case _:
                return words.entity(entity_called(store, name, what, fits))
    except UsageError as error:
        refused = QueryError(str(error))
        refused.candidates = error.candidates
        raise refused from error


def _node(iri: str) -> NamedNode | None:
    """Return the node of an IRI that somebody made up; None where the text is no IRI."""
    try:
        return NamedNode(iri)
    except ValueError:
        return None
