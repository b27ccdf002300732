"""Read statements, sources and entities back from any store.

What `load` made is returned whole, with what `infer` added, by plain
SPARQL 1.1 over the default graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

from pyoxigraph import Literal, NamedNode, QuerySolution

from kg.model import schema
from kg.model.dates import written
from kg.model.languages import UNNAMED, by_name, first_label, ordered, tag
from kg.model.statement import (
    Entity,
    Kind,
    Proof,
    Rank,
    Reference,
    Source,
    Statement,
    in_order,
)
from kg.store.base import select

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.model.rules import Rule
    from kg.store.base import Store

# The first pattern of the next four queries is put in when only some statements are asked for.
_STATEMENTS = """
SELECT ?st ?s ?p ?o ?oText ?kind ?startText ?endText ?at ?rank ?count {%s
  ?st a kg:Statement ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; kg:rank ?rank .
  OPTIONAL { ?st kg:objectText ?oText }
  OPTIONAL { ?st kg:startText ?startText }
  OPTIONAL { ?st kg:endText ?endText }
  OPTIONAL { ?st kg:at ?at }
  OPTIONAL { ?st kg:proofCount ?count }
  OPTIONAL { ?p a ?kind VALUES ?kind { kg:StateProperty kg:EventProperty } }
}"""
_REFERENCES = """
SELECT ?st ?source ?locator ?at ?row ?note {%s
  ?st prov:wasDerivedFrom ?ref .
  ?ref prov:hadPrimarySource ?source .
  OPTIONAL { ?ref kg:locator ?locator }
  OPTIONAL { ?ref kg:at ?at }
  OPTIONAL { ?ref prov:atLocation ?row }
  OPTIONAL { ?ref kg:note ?note }
}"""
_LINKS = """
SELECT ?st ?link ?to {
  {%s ?st kg:disputedBy ?to BIND(kg:disputedBy AS ?link) }
  UNION {%s ?st kg:mayConfirm ?to BIND(kg:mayConfirm AS ?link) }
  UNION {%s ?st kg:entailedBy ?to BIND(kg:entailedBy AS ?link) }
}"""
# Each link with the field of Statement that holds it.
_LINKED: Final = {
    "kg:entailedBy": "entailed_by",
    "kg:disputedBy": "disputed_by",
    "kg:mayConfirm": "may_confirm",
}
_PROOFS = """
SELECT ?st ?position ?rule ?premise ?since ?until {%s
  ?st kg:proof ?proof .
  ?proof kg:position ?position ; kg:rule ?rule ; prov:wasDerivedFrom ?premise .
  OPTIONAL { ?proof kg:start ?since }
  OPTIONAL { ?proof kg:end ?until }
}"""
# The variable of a required column has its name.
_SOURCES = """
SELECT * {
  ?id a kg:Source .%s
}"""
_ENTITIES = """
SELECT * {
  ?id a ?class .
  FILTER STRSTARTS(STR(?id), STR(id:))
  FILTER NOT EXISTS { ?id a ?narrow . ?narrow rdfs:subClassOf ?class FILTER(?narrow != ?class) }%s
}"""
_ALIASES = "SELECT ?id ?alias { ?id skos:altLabel ?alias } ORDER BY ?id STR(?alias)"
_NAMES = """
SELECT ?id ?label {
  ?id rdfs:label ?label .
  FILTER(STRSTARTS(STR(?id), STR(id:)) && LANG(?label) != "")
}"""
# A list has no other order than how many of its nodes stand before one.
_LANGUAGES = """
SELECT ?language (COUNT(?before) AS ?place) {
  ?dataset kg:languages ?list .
  ?list rdf:rest* ?before . ?before rdf:rest* ?node . ?node rdf:first ?language .
} GROUP BY ?node ?language ORDER BY ?place"""
_LABELS = """
SELECT ?term ?label {
  ?term rdfs:label ?label .
  FILTER STRSTARTS(STR(?term), STR(:))
}"""
_RULES = """
SELECT ?rule ?text ?path ?sparql {
  ?rule a kg:Rule ; rdfs:comment ?text ; prov:atLocation ?path ; kg:sparql ?sparql .
}"""


@dataclass(frozen=True)
class History:
    """Everything the graph says, at any time, each part read when first asked for.

    `statements` are in the order of their triples and dates; the dictionaries go by id.
    """

    store: Store

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All statements, asserted and inferred, with their references."""
        return tuple(sorted(self._statements(), key=in_order))

    @cached_property
    def by_id(self) -> dict[str, Statement]:
        """The statements by id."""
        return {statement.id: statement for statement in self.statements}

    def statements_with(self, identifiers: Iterable[str]) -> dict[str, Statement]:
        """Return by id the statements of these ids, and those that they name.

        These are their premises, their better rivals, and the periods that they may confirm.

        Only these are read, so that one fact of a large graph is explained at once: all proofs of
        the statements, and of what these rest on the shortest.
        """
        found: dict[str, Statement] = {}
        waiting = set(identifiers)
        while waiting:
            nodes = " ".join(str(self.store.words.statement(one)) for one in sorted(waiting))
            fresh = list(self._statements(f"\n  VALUES ?st {{ {nodes} }}"))
            rest = {
                other
                for one in fresh
                for other in (
                    *(one.premises if found else one.all_premises),
                    *one.disputed_by,
                    *one.may_confirm,
                )
            }
            found |= {one.id: one for one in fresh}
            waiting = rest - found.keys()
        return found

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources by id."""
        more = self._more("sources", " ?node a kg:Source .")
        return {
            self._local("src", row): Source(
                self._local("src", row),
                **self._cells("sources", row),
                more=more.get(_text(row, "id"), ()),
            )
            for row in self._rows(_SOURCES % _columns("sources"), "id")
        }

    @cached_property
    def entities(self) -> dict[str, Entity]:
        """The entities by id."""
        aliases: dict[str, list[str]] = {}
        for row in self._rows(_ALIASES, "id"):
            aliases.setdefault(_text(row, "id"), []).append(_text(row, "alias"))
        labels: dict[str, dict[str, str]] = {}
        for row in self._rows(_NAMES, "id", "label"):
            if isinstance(row["label"], Literal):
                own = labels.setdefault(_text(row, "id"), {})
                own.setdefault(row["label"].language or "", row["label"].value)
        more = self._more("entities", " FILTER STRSTARTS(STR(?node), STR(id:))")
        found = {}
        for row in self._rows(_ENTITIES % _columns("entities"), "id"):
            identifier = self._local("id", row)
            found[identifier] = Entity(
                identifier,
                self.store.words.local("", _text(row, "class")),
                ordered(labels.get(_text(row, "id"), {}), self.languages),
                tuple(aliases.get(_text(row, "id"), ())),
                **self._cells("entities", row),
                more=more.get(_text(row, "id"), ()),
            )
        return found

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the labels, that of the dataset first."""
        named = [tag(_text(row, "language")) for row in self._rows(_LANGUAGES, "language")]
        return tuple(named) or UNNAMED

    def label(self, name: str) -> str:
        """Return the label of a class or property, in the first language that it has one in."""
        return first_label(self.labels_of.get(name, {}), self.languages, name)

    @cached_property
    def labels_of(self) -> dict[str, dict[str, str]]:
        """Name of a class or property → its labels by language."""
        return by_name(self.labels)

    @cached_property
    def labels(self) -> dict[tuple[str, str], str]:
        """(name of a class or property, language) → label."""
        words = self.store.words
        return {
            (words.local("", _text(row, "term")), row["label"].language or ""): row["label"].value
            for row in self._rows(_LABELS, "term", "label")
            if isinstance(row["label"], Literal)
        }

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The rules by name, in the order of their files."""
        from kg.model.rules import Rule

        found = {}
        for row in self._rows(_RULES, "rule"):
            name = self._local("rule", row, "rule")
            text, path, sparql = (_text(row, column) for column in ("text", "path", "sparql"))
            found[name] = Rule.parse(name, text, path, sparql, self.store.words.prefixes)
        return dict(sorted(found.items(), key=lambda item: item[1].path))

    @cached_property
    def properties(self) -> frozenset[str]:
        """The names of the ontology's properties."""
        kinds = "owl:ObjectProperty owl:DatatypeProperty kg:StateProperty kg:EventProperty"
        rows = self._rows(f"SELECT DISTINCT ?p {{ ?p a ?kind VALUES ?kind {{ {kinds} }} }}", "p")
        own = self.store.words.prefixes[""]
        return frozenset(
            self._local("", row, "p") for row in rows if _text(row, "p").startswith(own)
        )

    @cached_property
    def symmetric(self) -> frozenset[str]:
        """The names of the symmetric properties."""
        rows = self._rows("SELECT ?p { ?p a owl:SymmetricProperty }", "p")
        return frozenset(self._local("", row, "p") for row in rows)

    def _statements(self, which: str = "") -> Iterator[Statement]:
        words = self.store.words
        references: dict[str, list[Reference]] = {}
        for row in self._rows(_REFERENCES.replace("%s", which), "st"):
            locator, at, place, note = (
                _text(row, name) for name in ("locator", "at", "row", "note")
            )
            source = self._local("src", row, "source")
            reference = Reference(source, locator, written(at), place, note)
            references.setdefault(self._local("st", row, "st"), []).append(reference)
        links: dict[tuple[str, str], list[str]] = {}
        for row in self._rows(_LINKS.replace("%s", which), "st"):
            link = words.short(_text(row, "link"))
            prefix = "rule" if link == "kg:entailedBy" else "st"
            links.setdefault((self._local("st", row, "st"), link), []).append(
                self._local(prefix, row, "to")
            )
        proofs = self._proofs(which)
        more = self._more("statements", f"{which.replace('?st', '?node')} ?node a kg:Statement .")

        for row in self._rows(_STATEMENTS.replace("%s", which), "st"):
            identifier = self._local("st", row, "st")
            value = row["o"]
            literal = isinstance(value, Literal)
            text = _text(row, "oText") or _text(row, "o")
            linked = {
                field: tuple(sorted(links.get((identifier, link), ())))
                for link, field in _LINKED.items()
            }
            yield Statement(
                subject=self._local("id", row, "s"),
                predicate=self._local("", row, "p"),
                object=text if literal else self._local("id", row, "o"),
                kind=_kind(words.short(_text(row, "kind"))),
                datatype=words.short(value.datatype.value) if isinstance(value, Literal) else "",
                start=_text(row, "startText"),
                end=_text(row, "endText"),
                at=written(_text(row, "at")),
                rank=cast("Rank", words.short(_text(row, "rank")).removeprefix("kg:").lower()),
                references=tuple(sorted(references.get(identifier, ()))),
                proofs=tuple(proofs.get(identifier, ())),
                proof_count=int(_text(row, "count") or 0),
                more=more.get(_text(row, "st"), ()),
                **linked,
            )

    def _proofs(self, which: str) -> dict[str, list[Proof]]:
        """Return the proofs of the statements by their ids, in their order."""
        found: dict[str, dict[int, Proof]] = {}
        for row in self._rows(_PROOFS.replace("%s", which), "st"):
            own = found.setdefault(self._local("st", row, "st"), {})
            position = int(_text(row, "position"))
            before = own[position].premises if position in own else ()
            premises = tuple(sorted((*before, self._local("st", row, "premise"))))
            dates = (_text(row, "since"), _text(row, "until"))
            own[position] = Proof(self._local("rule", row, "rule"), premises, *dates)
        return {name: [own[position] for position in sorted(own)] for name, own in found.items()}

    def _cells(self, table: schema.TableName, row: QuerySolution) -> dict[str, str]:
        """Return the cells of required columns that are one property each, by their names."""
        return {
            one.name: self._cell(one, _text(row, one.name)) for one in schema.required_cells(table)
        }

    def _cell(self, column: schema.Column, text: str) -> str:
        match column.type:
            case "date":
                return written(text)
            case "item":
                return self.store.words.local("wd", text)
            case _:
                return text

    def _more(self, table: schema.TableName, which: str) -> dict[str, schema.More]:
        """Return what nodes have of optional columns, by their IRIs."""
        columns = schema.OPTIONAL[table]
        if not columns:
            return {}
        parts = " UNION ".join(
            f'{{{which} ?node {one.term} ?value BIND("{one.name}" AS ?column) }}' for one in columns
        )
        found: dict[str, dict[str, str]] = {}
        for row in self._rows(f"SELECT ?node ?column ?value {{ {parts} }}", "node"):
            found.setdefault(_text(row, "node"), {})[_text(row, "column")] = _text(row, "value")
        return {
            node: tuple(
                (one.name, self._cell(one, texts[one.name])) for one in columns if one.name in texts
            )
            for node, texts in found.items()
        }

    def _rows(self, sparql: str, *needed: str) -> Iterator[QuerySolution]:
        for row in select(self.store, sparql):
            if all(row[name] is not None for name in needed):
                yield row

    def _local(self, prefix: str, row: QuerySolution, name: str = "id") -> str:
        return self.store.words.local(prefix, _text(row, name))


def _columns(table: schema.TableName) -> str:
    """Return the patterns of required columns that are one property each."""
    return "".join(
        f"\n  OPTIONAL {{ ?id {one.term} ?{one.name} }}" for one in schema.required_cells(table)
    )


def _text(row: QuerySolution, name: str) -> str:
    value = row[name]
    return value.value if isinstance(value, (NamedNode, Literal)) else ""


def _kind(curie: str) -> Kind:
    return {"kg:StateProperty": "state", "kg:EventProperty": "event"}.get(curie, "timeless")  # type: ignore[return-value]
