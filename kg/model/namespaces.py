"""Namespaces: prefixes, CURIE ↔ IRI, and the few terms that the code itself mentions.

A project has one base IRI (`void:uriSpace` of its dataset); everything of its own hangs below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from pyoxigraph import NamedNode

from kg.model.patterns import ID

KG: Final = "https://w3id.org/kg-builder#"

STANDARD_PREFIXES: Final = {
    "kg": KG,
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "schema": "https://schema.org/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "wd": "http://www.wikidata.org/entity/",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
}


# A project's own namespaces hang below its base.
OWN_PREFIXES: Final = {
    "": "ontology#",
    "id": "id/",
    "src": "source/",
    "st": "statement/",
    "ref": "reference/",
    "proof": "proof/",
    "rule": "rule/",
    "question": "question/",
}

# The least that a dataset says.
_DATASET: Final = """\
    @prefix dcat: <http://www.w3.org/ns/dcat#> .
    @prefix dcterms: <http://purl.org/dc/terms/> .
    @prefix kg: <https://w3id.org/kg-builder#> .
    @prefix void: <http://rdfs.org/ns/void#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

    # void:uriSpace is the base of every IRI; the ontology's prefix is <…/ontology#>.
    # dcterms:issued is the day for which the data are current.
    # kg:languages are those of the labels, of which data/entities.csv has a column for each.
    <https://example.org/mine/> a dcat:Dataset ;
        void:uriSpace "https://example.org/mine/" ;
        dcterms:issued "2025-01-01"^^xsd:date ;
        kg:languages ( %s ) ."""


def no_dataset(label: str, languages: Iterable[str] = ()) -> str:
    """Return that the file is missing, and what to write into it, with the languages of labels."""
    named = " ".join(f'"{one}"' for one in languages) or '"en"'
    repair = "write these lines into it, with your own address, day and languages"
    return f"there is no file {label}; {repair}:\n\n{_DATASET % named}"


def is_id(text: str) -> bool:
    """Say whether the text may be the id of an entity or source.

    It is a local name that needs no escape in Turtle and SPARQL (SPARQL 1.1 §19.8, PN_LOCAL).

    >>> is_id("csto-cfm-2020-05-26"), is_id("CSTO"), is_id("a b")
    (True, False, False)
    """
    return re.fullmatch(ID, text) is not None


@cache
def term(curie: str) -> NamedNode:
    """Return the term of a standard vocabulary.

    >>> term("rdf:type")
    <NamedNode value=http://www.w3.org/1999/02/22-rdf-syntax-ns#type>
    """
    prefix, _, local = curie.partition(":")
    return NamedNode(STANDARD_PREFIXES[prefix] + local)


class Vocabulary:
    """The names of one project, all below `base`; `prefixes` has its own first, then the others.

    >>> words = Vocabulary("https://example.org/")
    >>> words.entity("csto").value, words.short("https://example.org/ontology#memberOf")
    ('https://example.org/id/csto', ':memberOf')
    """

    def __init__(self, base: str) -> None:
        """Put the project's namespaces together."""
        self.base = base
        self.prefixes = {p: base + part for p, part in OWN_PREFIXES.items()} | STANDARD_PREFIXES

    def ontology(self, name: str) -> NamedNode:
        """Return the class or property of the project's ontology."""
        return NamedNode(self.prefixes[""] + name)

    def entity(self, identifier: str) -> NamedNode:
        """Return the entity's IRI."""
        return NamedNode(self.prefixes["id"] + identifier)

    def source(self, identifier: str) -> NamedNode:
        """Return the source's IRI."""
        return NamedNode(self.prefixes["src"] + identifier)

    def statement(self, identifier: str) -> NamedNode:
        """Return the IRI of the statement, which is also the name of its graph."""
        return NamedNode(self.prefixes["st"] + identifier)

    def reference(self, identifier: str) -> NamedNode:
        """Return the reference's IRI."""
        return NamedNode(self.prefixes["ref"] + identifier)

    def proof(self, identifier: str) -> NamedNode:
        """Return the proof's IRI."""
        return NamedNode(self.prefixes["proof"] + identifier)

    def rule(self, name: str) -> NamedNode:
        """Return the rule's IRI."""
        return NamedNode(self.prefixes["rule"] + name)

    def question(self, name: str) -> NamedNode:
        """Return the question's IRI."""
        return NamedNode(self.prefixes["question"] + name)

    def iri(self, name: str) -> NamedNode:
        """Return the property of the ontology by its bare name, any other by its CURIE.

        Raises KeyError for a prefix that is not declared.

        >>> Vocabulary("https://example.org/").iri("org:memberOf").value
        'http://www.w3.org/ns/org#memberOf'
        """
        prefix, colon, local = name.rpartition(":")
        return NamedNode(self.prefixes[prefix] + local) if colon else self.ontology(name)

    def local(self, prefix: str, iri: str) -> str:
        """Return what follows the prefix's namespace in the IRI.

        >>> Vocabulary("https://example.org/").local("id", "https://example.org/id/csto")
        'csto'
        """
        return iri.removeprefix(self.prefixes[prefix])

    def meant(self, prefix: str, word: str) -> str:
        """Return the local name that a word below the prefix means: itself, a CURIE, or an IRI.

        >>> words = Vocabulary("https://example.org/")
        >>> words.meant("id", "id:csto"), words.meant("", "https://example.org/ontology#memberOf")
        ('csto', 'memberOf')
        """
        return self.local(prefix, word).removeprefix(f"{prefix}:")

    def short(self, iri: str) -> str:
        """Return the shortest usual name: a bare id for an entity, else a CURIE, else the IRI.

        >>> words = Vocabulary("https://example.org/")
        >>> words.short("https://example.org/id/csto"), words.short("http://www.w3.org/ns/org#holds")
        ('csto', 'org:holds')
        """
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace) and len(iri) > len(namespace):
                local = iri[len(namespace) :]
                return local if prefix == "id" else f"{prefix}:{local}"
        return iri


def text_of(node: object) -> str:
    """Return the text of a term: an IRI, a literal's form, a label; "" where nothing is bound.

    >>> text_of(NamedNode("https://example.org/ada")), text_of(None)
    ('https://example.org/ada', '')
    """
    return getattr(node, "value", "")
