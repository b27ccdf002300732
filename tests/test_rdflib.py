"""What programs written for rdflib find in a graph is what rdflib would find in its dump."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import rdflib
from rdflib import RDFS, XSD, Literal, URIRef

import kg

if TYPE_CHECKING:
    from conftest import Tiny

# rdflib 7.6 warns of its own use of Dataset.default_context.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")

KNIGHTS = URIRef("https://example.org/tiny/id/knights")
PAGE = Literal("p. 1")
TERMS = URIRef("https://w3id.org/kg-builder#locator")


@pytest.fixture
def graph(tiny: Tiny) -> kg.Graph:
    return kg.build(tiny.data, tiny.ontology)


@pytest.fixture
def dataset(graph: kg.Graph) -> rdflib.Dataset:
    return graph.rdflib


def test_a_string_is_among_the_objects(dataset: rdflib.Dataset) -> None:
    assert PAGE in set(dataset.objects())
    assert PAGE in set(dataset.default_graph.objects())


@pytest.mark.parametrize("given", [PAGE, Literal("p. 1", datatype=XSD.string)], ids=repr)
def test_a_string_is_found_with_its_type_and_without(
    dataset: rdflib.Dataset, given: Literal
) -> None:
    (reference,) = dataset.subjects(TERMS, given)

    assert (reference, TERMS, given) in dataset
    assert dataset.value(reference, TERMS) == PAGE
    found = dataset.query(
        "SELECT ?r ?where { ?r kg:locator ?where }", initBindings={"where": given}
    )
    assert [row[rdflib.Variable("r")] for row in found.bindings] == [reference]


def test_a_string_of_an_answer_has_no_type(dataset: rdflib.Dataset) -> None:
    (row,) = dataset.query('SELECT ?l { ?r kg:locator ?l FILTER(?l = "p. 1") }')
    made = dataset.query("CONSTRUCT { ?r rdfs:label ?l } WHERE { ?r kg:locator ?l }").graph

    assert isinstance(row, rdflib.query.ResultRow)
    assert row.asdict() == {"l": PAGE}
    assert made is not None
    assert PAGE in set(made.objects(None, RDFS.label))


def test_labels_keep_their_languages(dataset: rdflib.Dataset) -> None:
    assert set(dataset.objects(KNIGHTS, RDFS.label)) == {
        Literal("Knights", lang="en"),
        Literal("Кони", lang="ru"),
    }


def test_a_variable_without_a_value_is_absent(dataset: rdflib.Dataset) -> None:
    found = dataset.query('SELECT ?a ?b { VALUES (?a ?b) { ("x" UNDEF) } }')

    assert found.bindings == [{rdflib.Variable("a"): Literal("x")}]
    assert b"<literal>x</literal>" in (found.serialize(format="xml") or b"")


def test_the_default_graph_is_what_rdflib_reads_from_the_dump(
    graph: kg.Graph, dataset: rdflib.Dataset
) -> None:
    """Blank nodes have other names, so they count as one."""
    read = rdflib.Graph().parse(data=graph.dump(".ttl"), format="turtle")

    assert counted(dataset.default_graph) == counted(read)


COUNT = "SELECT (COUNT(*) AS ?n) {dataset} {{ ?s ?p ?o }}"


def test_a_query_that_says_from_sees_these_graphs_alone(dataset: rdflib.Dataset) -> None:
    found = dataset.query(
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g LIMIT 2"
    )
    graph, size = rdflib.Variable("g"), rdflib.Variable("n")
    sizes = {str(row[graph]): int(row[size]) for row in found.bindings}
    one, two = sizes

    def count(words: str) -> int:
        (row,) = dataset.query(COUNT.format(dataset=words)).bindings
        return int(row[size])

    assert count(f"FROM <{one}>") == sizes[one] > 0
    # They say different things, each of them said once.
    assert count(f"FROM <{one}> from <{two}>") == sum(sizes.values())
    assert count("FROM <urn:nothing>") == 0
    # Without a FROM the default graph is empty (SPARQL 1.1 §13.2).
    assert count(f"FROM NAMED <{one}>") == 0
    assert count("") > sum(sizes.values())


def counted(graph: rdflib.Graph) -> Counter[tuple[Any, ...]]:
    return Counter(
        tuple("_" if isinstance(term, rdflib.BNode) else term for term in triple)
        for triple in graph
    )
