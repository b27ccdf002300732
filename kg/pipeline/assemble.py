"""Assemble the graph: statements + ontology → quads.

The default graph describes; each statement's triple stands in a graph named after the statement.
Which triples of the statements also stand in the default graph is decided last, by `world`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.model import certainty, schema
from kg.model.dates import iso
from kg.model.edtf import stored
from kg.model.ids import content_id
from kg.model.languages import UNNAMED
from kg.model.literals import literal
from kg.model.namespaces import Vocabulary, term
from kg.model.ontology import Ontology, with_stable_blank_nodes
from kg.model.statement import Entity, Proof, Reference, Source, Statement
from kg.progress import counted

if TYPE_CHECKING:
    from kg.pipeline.load import Records
    from kg.record.world import Fact

_A = term("rdf:type")
_LABEL = term("rdfs:label")


def assemble(records: Records, ontology: Ontology) -> list[Quad]:
    """Return the quads of the graph without its world: descriptions, and one graph a statement.

    The order is that of the input; nothing stands twice.
    """
    words = ontology.words
    # Named together: the blank nodes of two files must never become one.
    given = [*records.dataset.quads, *builder_terms(), *ontology.quads]
    quads = list(dict.fromkeys(with_stable_blank_nodes(given)))

    language = (records.dataset.languages or UNNAMED)[0]
    for entity in counted(records.entities.values(), "entities assembled", len(records.entities)):
        quads += describe_entity(words, ontology, entity, language)
    for source in records.sources.values():
        quads += describe_source(words, source)
    quads += _describe_queries(words, ontology, language)
    said = records.statements
    for statement in counted(said, "statements assembled", len(said)):
        quads += describe(words, statement)
        quads.append(graph_triple(words, statement))
    return quads


def world(
    words: Vocabulary, graphs: dict[str, list[Triple]], statements: Iterable[Statement]
) -> list[Quad]:
    """Return what the default graph says of one date: which statements hold, and their triples.

    `graphs` holds each statement's triples by its id; each quad stands once, in order.
    """
    quads: dict[Quad, None] = {}
    for statement in statements:
        quads[Quad(words.statement(statement.id), _A, term("kg:CurrentStatement"))] = None
        quads |= {Quad(*triple): None for triple in graphs[statement.id]}
    return list(quads)


def graph_triple(words: Vocabulary, statement: Statement | Fact) -> Quad:
    """Return the statement's own triple, in the graph named after the statement."""
    return Quad(
        words.entity(statement.subject),
        words.ontology(statement.predicate),
        object_term(words, statement),
        words.statement(statement.id),
    )


def object_term(words: Vocabulary, statement: Statement | Fact) -> NamedNode | Literal:
    """Return the statement's object: an entity, or a literal of the property's type."""
    if statement.datatype:
        return literal(statement.object, statement.datatype)
    return words.entity(statement.object)


def describe(words: Vocabulary, statement: Statement) -> list[Quad]:
    """Return what the default graph says of the statement: dates, rank, references or proofs."""
    identifier = statement.id
    node = words.statement(identifier)
    quads = [
        Quad(node, _A, term("kg:Statement")),
        Quad(node, term("rdf:subject"), words.entity(statement.subject)),
        Quad(node, term("rdf:predicate"), words.ontology(statement.predicate)),
        Quad(node, term("rdf:object"), object_term(words, statement)),
    ]
    if statement.datatype not in {"", "xsd:string"}:
        # The object is a value, in one spelling (01 is 1); the id stands for what was written.
        quads.append(Quad(node, term("kg:objectText"), Literal(statement.object)))
    quads.append(Quad(node, term("kg:rank"), term(f"kg:{statement.rank.capitalize()}")))
    quads += _describe_times(node, statement)
    if statement.more:
        quads += _describe_cells(node, "statements", dict(statement.more))
    for other in statement.disputed_by:
        quads.append(Quad(node, term("kg:disputedBy"), words.statement(other)))
    for other in statement.may_confirm:
        quads.append(Quad(node, term("kg:mayConfirm"), words.statement(other)))
    for rule in statement.entailed_by:
        quads.append(Quad(node, term("kg:entailedBy"), words.rule(rule)))
    if statement.proofs:
        quads.append(Quad(node, _A, term("kg:InferredStatement")))
        quads += _describe_derivation(words, node, statement.proofs[0])
        count = Literal(str(statement.proof_count), datatype=term("xsd:integer"))
        quads.append(Quad(node, term("kg:proofCount"), count))
    for number, proof in enumerate(statement.proofs, start=1):
        quads += _describe_proof(words, node, proof, number)
    quads += describe_references(words, identifier, statement.references)
    return quads


def _describe_proof(
    words: Vocabulary, statement: NamedNode, proof: Proof, number: int
) -> Iterator[Quad]:
    node = words.proof(content_id(statement.value, proof.rule, *proof.premises))
    yield Quad(statement, term("kg:proof"), node)
    yield Quad(node, _A, term("kg:Proof"))
    yield Quad(node, term("kg:position"), Literal(str(number), datatype=term("xsd:integer")))
    yield from _describe_derivation(words, node, proof)
    for curie, day in (("kg:start", proof.since), ("kg:end", proof.until)):
        if day:
            yield Quad(node, term(curie), Literal(day, datatype=term("xsd:date")))


def _describe_derivation(words: Vocabulary, node: NamedNode, proof: Proof) -> Iterator[Quad]:
    yield Quad(node, term("kg:rule"), words.rule(proof.rule))
    for premise in proof.premises:
        yield Quad(node, term("prov:wasDerivedFrom"), words.statement(premise))


def _describe_times(node: NamedNode, statement: Statement) -> Iterator[Quad]:
    span = statement.span
    days = {"kg:start": span.since, "kg:end": span.until}
    if not statement.proofs:
        core = statement.core
        if certainty.is_unbounded(core):
            yield Quad(node, _A, term("kg:UnboundedStatement"))
        late, soon = certainty.inner(span, core)
        days |= {"kg:latestStart": late, "kg:earliestEnd": soon}
    for curie, day in days.items():
        if day:
            yield Quad(node, term(curie), Literal(iso(day), datatype=term("xsd:date")))
    if statement.start:
        yield Quad(node, term("kg:startText"), Literal(statement.start))
    if statement.end:
        yield Quad(node, term("kg:endText"), Literal(statement.end))
    if statement.at:
        yield Quad(node, term("kg:at"), _date(statement.at))


def _describe_cells(
    node: NamedNode, table: schema.TableName, cells: Mapping[str, str], language: str = ""
) -> Iterator[Quad]:
    """Yield what stands in columns that are one property each; what is told is in the language."""
    for column in schema.cells_of(table):
        if text := cells.get(column.name):
            yield Quad(node, term(column.term), _cell(column, text, language))


def _cell(column: schema.Column, text: str, language: str) -> NamedNode | Literal:
    match column.type:
        case "date":
            return _date(text)
        case "number":
            return Literal(text, datatype=term("xsd:decimal"))
        case "iri":
            return NamedNode(text)
        case "item":
            return term(f"wd:{text}")
        case "told":
            return Literal(text, language=language)
        case _:
            return Literal(text)


def builder_terms() -> list[Quad]:
    """Return the description of the builder's own words (`terms.ttl`)."""
    from importlib.resources import files

    text = files("kg").joinpath("terms.ttl").read_text(encoding="utf-8")
    return list(parse(text, RdfFormat.TURTLE, rename_blank_nodes=True))


def describe_entity(
    words: Vocabulary, ontology: Ontology, entity: Entity, language: str = UNNAMED[0]
) -> Iterator[Quad]:
    """Yield what the default graph says of the entity: classes, labels, aliases, Wikidata id.

    Its description is in the language.
    """
    node = words.entity(entity.id)
    for name in sorted(ontology.classes[entity.class_name]):
        yield Quad(node, _A, words.ontology(name))
    for its, label in entity.labels.items():
        yield Quad(node, _LABEL, Literal(label, language=its))
    for alias in dict.fromkeys(entity.aliases):
        yield Quad(node, term("skos:altLabel"), Literal(alias))
    yield from _describe_cells(node, "entities", entity.cells, language)


def describe_source(words: Vocabulary, source: Source) -> Iterator[Quad]:
    """Yield what the default graph says of the source."""
    node = words.source(source.id)
    yield Quad(node, _A, term("kg:Source"))
    yield from _describe_cells(node, "sources", source.cells)


def _describe_queries(words: Vocabulary, ontology: Ontology, language: str) -> Iterator[Quad]:
    """Keep rules and questions in the graph, so that whoever opens it has them at hand."""
    for rule in ontology.rules:
        node = words.rule(rule.name)
        yield Quad(node, _A, term("kg:Rule"))
        yield Quad(node, term("rdfs:comment"), Literal(rule.text, language=language))
        yield Quad(node, term("prov:atLocation"), Literal(rule.path))
        yield Quad(node, term("kg:sparql"), Literal(rule.sparql))
    for question in ontology.questions:
        node = words.question(question.name)
        yield Quad(node, _A, term("kg:Question"))
        yield Quad(node, term("rdfs:comment"), Literal(question.text, language=language))
        yield Quad(node, term("kg:sparql"), Literal(question.sparql))


def describe_references(
    words: Vocabulary, statement: str, references: Iterable[Reference]
) -> Iterator[Quad]:
    """Yield what the default graph says of these references of the statement of that id."""
    said = words.statement(statement)
    for one in references:
        node = words.reference(content_id(statement, one.source, one.locator, one.at))
        yield Quad(said, term("prov:wasDerivedFrom"), node)
        yield Quad(node, _A, term("kg:Reference"))
        yield Quad(node, term("prov:hadPrimarySource"), words.source(one.source))
        if one.locator:
            yield Quad(node, term("kg:locator"), Literal(one.locator))
        if one.at:
            yield Quad(node, term("kg:at"), _date(one.at))
        if one.note:
            yield Quad(node, term("kg:note"), Literal(one.note))
        yield Quad(node, term("prov:atLocation"), Literal(one.row))


def _date(text: str) -> Literal:
    date = stored(text)
    return Literal(date.lexical, datatype=term(date.datatype))
