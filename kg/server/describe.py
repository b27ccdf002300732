"""Describe: the store → its service description and its VoID description, as triples.

SPARQL 1.1 Service Description; Describing Linked Datasets with the VoID Vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import noun
from kg.hypertext.described import counted, void
from kg.model.namespaces import term
from kg.query.bench.answer import UNACCEPTABLE, written
from kg.text import formats
from kg.text.formats import content_type, rdf_format, results_format
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    from kg.query.bench.bench import Bench

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
# https://www.w3.org/ns/formats/ has a name for each format of answers.
FORMATS: Final = "http://www.w3.org/ns/formats/"


def describe(bench: Bench, task: Task) -> Reply:
    """Return the description of the service ("service") or of the data alone ("void").

    The task has "what", "endpoint" (the IRI of the service) and "graph" (a format).
    """
    if task["graph"] is None:
        return Reply(UNACCEPTABLE, b"", {})
    endpoint = NamedNode(task["endpoint"])
    if task["what"] == "service":
        triples = list(_service(bench, endpoint))
    else:
        triples = list(_void(bench, NamedNode(f"{task['base']}.well-known/void"), endpoint))
    own = {name: term(f"{name}:").value for name in ("void", "dcterms", "rdfs", "xsd")}
    body = written(triples, task["graph"], {**bench.prefixes, **own, "sd": SD})
    return Reply(
        content_type(rdf_format(task["graph"])), body, {"lasting": True, "rows": len(triples)}
    )


def _iri(curie: str) -> NamedNode:
    return NamedNode(SD + curie[3:]) if curie.startswith("sd:") else term(curie)


def _service(bench: Bench, endpoint: NamedNode) -> Iterator[Triple]:
    yield Triple(endpoint, _iri("rdf:type"), _iri("sd:Service"))
    yield Triple(endpoint, _iri("sd:endpoint"), endpoint)
    yield Triple(endpoint, _iri("sd:supportedLanguage"), _iri("sd:SPARQL11Query"))
    named = [results_format(name).iri for name in formats.SOLUTIONS.names]
    named += [rdf_format(name).iri for name in formats.GRAPHS.names]
    for iri in named:
        # The engine has W3C's names, but not always in W3C's namespace.
        name = iri.rpartition("/")[2]
        yield Triple(endpoint, _iri("sd:resultFormat"), NamedNode(FORMATS + name))
    limits = bench.limits
    said = (
        f"Read-only. A query may take {limits.seconds:g} {noun(limits.seconds, 'second')}, "
        f"{limits.rows} {noun(limits.rows, 'row')}, "
        f"{limits.answer} {noun(limits.answer, 'byte')} of answer and "
        f"{limits.text} {noun(limits.text, 'byte')} of text; more is refused."
    )
    yield Triple(endpoint, _iri("rdfs:comment"), Literal(said, language="en"))
    dataset, graph = BlankNode("dataset"), BlankNode("graph")
    yield Triple(endpoint, _iri("sd:defaultDataset"), dataset)
    yield Triple(dataset, _iri("rdf:type"), _iri("sd:Dataset"))
    yield Triple(dataset, _iri("sd:defaultGraph"), graph)
    yield Triple(graph, _iri("rdf:type"), _iri("sd:Graph"))
    yield from counted(bench, graph)


def _void(bench: Bench, dataset: NamedNode, endpoint: NamedNode) -> Iterator[Triple]:
    yield Triple(dataset, _iri("rdf:type"), _iri("void:Dataset"))
    yield Triple(dataset, _iri("void:sparqlEndpoint"), endpoint)
    yield from void(bench, dataset)
