"""Asked: the jobs of a worker for a program in Python — a question, or a query of rdflib's.

Frames carry texts, so answers travel in the standard formats and are read again on the other side.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, cast

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    Variable,
    parse,
    parse_query_results,
    serialize,
)

from kg.errors import RefusedError, StoreError
from kg.model.namespaces import Vocabulary
from kg.model.sparql import names_dataset, service_problem
from kg.query.questions import query
from kg.query.result import Labels, Result, Term, no_labels
from kg.store.base import read
from kg.store.embedded import EmbeddedStore
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    from kg.query.bench.bench import Bench

NAME: Final = "kg.query.bench.asked"
_SUBJECT: Final = NamedNode("urn:kg:subject")


def ask(bench: Bench, task: Task) -> Reply:
    """Answer a question or a query as of the dates that the task names.

    The task has "text", "parameters", "as_of", "known_by", "surely", "lenient" and "hosts".

    Raises QueryError, UsageError, StoreError.
    """
    found = query(
        bench.slice(task["as_of"], task["known_by"], surely=task["surely"]),
        task["text"],
        task["parameters"],
        lenient=task["lenient"],
        whole=bench.store,
        hosts=task["hosts"],
    )
    kind, body = packed(found)
    return Reply(kind, body, {"vars": found.vars, "form": found.form})


def packed(result: Result) -> tuple[str, bytes]:
    r"""Return the format in which a result travels, and its bytes.

    >>> from pyoxigraph import Literal
    >>> packed(Result(("ask",), ((Literal("true"),),), Vocabulary("urn:x/"), "ASK"))
    ('terms', b'<urn:kg:subject> <urn:kg:subject> "true" .\n')
    """
    if isinstance(result.found, bytes):
        return "tsv", result.found
    # A graph's triples keep their order as statements do; a list of terms has one statement each.
    if result.form == "CONSTRUCT":
        triples: Iterable[Triple] = (Triple(*row) for row in cast("Any", result.found))
        return "triples", _ntriples(triples)
    cells = (cell for row in result.found for cell in row)
    return "terms", _ntriples(
        Triple(_SUBJECT, _SUBJECT, cast("Any", _UNBOUND if cell is None else cell))
        for cell in cells
    )


def unpacked(reply: Reply, words: Vocabulary, labels: Labels = no_labels) -> Result:
    """Return the result that a worker packed."""
    names, form = tuple(reply.about["vars"]), reply.about["form"]
    if reply.type == "tsv":
        return Result(names, reply.body, words, form, labels)
    triples = list(parse(reply.body, RdfFormat.N_TRIPLES))
    if reply.type == "triples":
        rows: list[tuple[Any, ...]] = [(one.subject, one.predicate, one.object) for one in triples]
    else:
        cells = [None if one.object == _UNBOUND else one.object for one in triples]
        width = len(names)
        rows = [tuple(cells[at : at + width]) for at in range(0, len(cells), width)]
    return Result(names, tuple(rows), words, form, labels)


_UNBOUND: Final = NamedNode("urn:kg:unbound")


def _ntriples(triples: Iterable[Triple]) -> bytes:
    return cast("bytes", serialize(triples, format=RdfFormat.N_TRIPLES))


def evaluate(bench: Bench, task: Task) -> Reply:
    """Answer a query as `pyoxigraph.Store.query` does, with the options that rdflib gives it.

    The task has "text", "prefixes", "union", "graph" (None, "" for the default graph, or an IRI),
    and "values" (variable → term in N-Triples).
    """
    if problem := service_problem(task["text"]):
        raise RefusedError(*problem)
    graph = task["graph"]
    chosen: dict[str, Any] = {"use_default_graph_as_union": task["union"]}
    if graph is not None:
        chosen["default_graph"] = NamedNode(graph) if graph else DefaultGraph()
    answer = bench.store.run(
        task["text"],
        task["prefixes"],
        substitutions={Variable(name): term_of(text) for name, text in task["values"].items()},
        # To the engine a graph that is handed over is more than what the query says itself.
        **({} if names_dataset(task["text"]) else chosen),
    )
    if isinstance(answer, (QueryBoolean, QuerySolutions)):
        try:
            body = cast("bytes", answer.serialize(format=QueryResultsFormat.JSON))
        except (OSError, RuntimeError) as error:
            msg = f"the answer broke off: {error}"
            raise StoreError(msg) from error
        return Reply("json", body, {})
    return Reply("triples", _ntriples(read(answer)), {})


def term_of(text: str) -> Term:
    """Return the term that N-Triples writes so.

    >>> term_of('"North"@en').language
    'en'
    """
    (triple,) = parse(f"{_SUBJECT} {_SUBJECT} {text} .", RdfFormat.N_TRIPLES)
    return cast("Term", triple.object)


def answer_of(reply: Reply) -> Any:  # noqa: ANN401 - one of the engine's three answers
    """Return what the engine would have answered here."""
    if reply.type == "triples":
        triples = parse(reply.body, RdfFormat.N_TRIPLES)
        return EmbeddedStore.of(triples).query_plain("CONSTRUCT WHERE { ?s ?p ?o }")
    return parse_query_results(reply.body, QueryResultsFormat.JSON)


JOBS: Final = {"ask": ask, "evaluate": evaluate}
