"""Read statements, sources and entities back from any store.

What `load` made is returned whole, with what `infer` added, by plain
SPARQL 1.1 over the default graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar, cast

from pyoxigraph import Literal, NamedNode, QuerySolution

from kg.model import schema
from kg.model.dates import written
from kg.model.edtf import over_after
from kg.model.languages import UNNAMED, by_name, first_label, ordered, tag
from kg.model.namespaces import term
from kg.model.statement import Entity, Kind, Proof, Rank, Reference, Source, Statement
from kg.model.values import WHOLE
from kg.progress import at_work
from kg.record.record import Record, StoredRecord
from kg.store.base import select
from kg.store.pages import in_pages, stamp
from kg.store.patterns import (
    ALIASES,
    ENTITIES,
    IS_ENTITY,
    LABELS,
    LANGUAGES,
    NAMES,
    OVER_BY,
    PROOFS,
    RULES,
    SOURCES,
    columns,
    of,
)
from kg.store.remote import RemoteStore, changed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kg.model.rules import Rule
    from kg.store.base import Store

T = TypeVar("T")
# What nodes say, by the CURIEs of the properties.
_Said = dict[str, list[NamedNode | Literal]]
# What is read of statements and of references, all of it by one pattern: an OPTIONAL for each would
# take far longer.
_OF_STATEMENTS: Final = (
    *("rdf:subject", "rdf:predicate", "rdf:object", "kg:rank", "kg:objectText", "kg:startText"),
    *("kg:endText", "kg:at", "kg:proofCount", "kg:entailedBy", "kg:disputedBy", "kg:mayConfirm"),
    "prov:wasDerivedFrom",
)
_OF_REFERENCES: Final = (
    *("prov:hadPrimarySource", "kg:locator", "kg:at", "prov:atLocation", "kg:note"),
)
_KINDS: Final[dict[str, Kind]] = {"kg:EventProperty": "event", "kg:StateProperty": "state"}
_IS_STATEMENT: Final = frozenset(_OF_STATEMENTS[:4])


@dataclass(frozen=True)
class History:
    """Everything the graph says, at any time, each part read when first asked for.

    `statements` are in the order of their triples and dates; the dictionaries go by id.
    """

    store: Store

    @cached_property
    def record(self) -> Record | StoredRecord:
        """What the graph says, as tables: those beside the store, or what is read by SPARQL.

        Each part is read when it is first asked for.

        Raises StoreError when a table is damaged, RemoteError when an endpoint does not give all,
        or changes meanwhile.
        """
        if self.store.record:
            return self.store.record
        return Record(
            self._unchanged(self._statements_in_pages),
            self._unchanged(self._entities),
            self._unchanged(self._sources),
            self.languages,
        )

    def _unchanged(self, read: Callable[[], Iterator[T]]) -> Iterator[T]:
        """Yield what is read, as long as the store is the one that was read first."""
        before = self._stamp
        yield from read()
        if isinstance(self.store, RemoteStore) and stamp(self.store) != before:
            raise changed(self.store.url)

    @cached_property
    def _stamp(self) -> tuple[str, ...]:
        return stamp(self.store)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All statements, asserted and inferred, with their references."""
        at_work("reading the statements")
        return self.record.statements

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
        return self.record.sources

    @cached_property
    def entities(self) -> dict[str, Entity]:
        """The entities by id."""
        return self.record.entities

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the labels, that of the dataset first."""
        nodes = {row["node"]: row for row in self._rows(LANGUAGES)}
        node = next((one for one, row in nodes.items() if row["dataset"] is not None), None)
        named = []
        while row := nodes.pop(node, None):
            named.append(tag(_text(row, "language")))
            node = row["next"]
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
            for row in self._rows(LABELS, "term", "label")
            if isinstance(row["label"], Literal)
        }

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The rules by name, in the order of their files."""
        from kg.model.rules import Rule

        found = {}
        for row in self._rows(RULES, "rule"):
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
        return self._marked("owl:SymmetricProperty")

    @cached_property
    def once(self) -> frozenset[str]:
        """The names of the properties that happen once."""
        return self._marked("kg:HappensOnce")

    @cached_property
    def functional(self) -> frozenset[str]:
        """The names of the properties of which a subject has one object at a time.

        What is below such a property is one, too.
        """
        above = "?p rdfs:subPropertyOf* ?above . ?above a owl:FunctionalProperty"
        rows = self._rows(f"SELECT DISTINCT ?p {{ {above} }}", "p")
        return frozenset(self._local("", row, "p") for row in rows)

    @cached_property
    def datatypes(self) -> dict[str, str]:
        """The types of the literals that properties lead to, as CURIEs, by their names."""
        ranges = "?p rdfs:range/(owl:unionOf/rdf:rest*/rdf:first)? ?type"
        rows = self._rows(
            f"SELECT ?p ?type {{ ?p a owl:DatatypeProperty OPTIONAL {{ {ranges} }} }}", "p"
        )
        found = dict.fromkeys(self._marked("owl:DatatypeProperty"), "xsd:string")
        for row in rows:
            datatype = self.store.words.short(_text(row, "type"))
            if datatype.startswith("xsd:"):
                found[self._local("", row, "p")] = datatype
        return found

    def _sources(self) -> Iterator[Source]:
        return in_pages(self.store, "?node a kg:Source .", self._sources_of)

    def _sources_of(self, which: str) -> list[Source]:
        more = self._more("sources", f"{which} ?node a kg:Source .")
        return [
            Source(
                self._local("src", row),
                **self._cells("sources", row),
                more=more.get(_text(row, "id"), ()),
            )
            for row in self._rows(SOURCES % (of(which), columns("sources")), "id")
        ]

    def _entities(self) -> Iterator[Entity]:
        return in_pages(self.store, IS_ENTITY, self._entities_of)

    def _entities_of(self, which: str) -> list[Entity]:
        own = of(which)
        aliases: dict[str, list[str]] = {}
        for row in self._rows(ALIASES % own, "id"):
            aliases.setdefault(_text(row, "id"), []).append(_text(row, "alias"))
        labels: dict[str, dict[str, str]] = {}
        for row in self._rows(NAMES % own, "id", "label"):
            if isinstance(row["label"], Literal):
                said = labels.setdefault(_text(row, "id"), {})
                said.setdefault(row["label"].language or "", row["label"].value)
        more = self._more("entities", f"{which} FILTER STRSTARTS(STR(?node), STR(id:))")
        return [
            Entity(
                self._local("id", row),
                self.store.words.local("", _text(row, "class")),
                ordered(labels.get(_text(row, "id"), {}), self.languages),
                tuple(aliases.get(_text(row, "id"), ())),
                **self._cells("entities", row),
                more=more.get(_text(row, "id"), ()),
            )
            for row in self._rows(ENTITIES % (own, columns("entities")), "id")
        ]

    def _statements_in_pages(self) -> Iterator[Statement]:
        def read(which: str) -> list[Statement]:
            return list(self._statements(which.replace("?node", "?st")))

        return in_pages(self.store, "?node rdf:subject ?subject .", read)

    def _statements(self, which: str = "") -> Iterator[Statement]:
        words = self.store.words
        optional = schema.OPTIONAL["statements"]
        properties = (*_OF_STATEMENTS, *(column.term for column in optional))
        references = self._references(which)
        proofs = self._proofs(which)
        over_by = {
            _text(row, "st"): _text(row, "end") for row in self._rows(OVER_BY.replace("%s", which))
        }
        for node, said in self._said(which.replace("?st", "?node"), properties).items():
            if not said.keys() >= _IS_STATEMENT:
                continue
            identifier = words.local("st", node)
            value = said["rdf:object"][0]
            predicate = words.local("", _first(said, "rdf:predicate"))
            text, end = _first(said, "kg:objectText") or value.value, _first(said, "kg:endText")
            cells = ((one, _first(said, one.term)) for one in optional)
            yield Statement(
                subject=words.local("id", _first(said, "rdf:subject")),
                predicate=predicate,
                object=text if isinstance(value, Literal) else words.local("id", text),
                kind=self._kinds.get(predicate, "timeless"),
                datatype=(self._whole.get(predicate) or words.short(value.datatype.value))
                if isinstance(value, Literal)
                else "",
                start=_first(said, "kg:startText"),
                end=end,
                at=written(_first(said, "kg:at")),
                rank=cast("Rank", words.local("kg", _first(said, "kg:rank")).lower()),
                references=tuple(
                    sorted(
                        references[one.value]
                        for one in said.get("prov:wasDerivedFrom", ())
                        if one.value in references
                    )
                ),
                proofs=tuple(proofs.get(identifier, ())),
                proof_count=int(_first(said, "kg:proofCount") or 0),
                entailed_by=self._named("rule", said, "kg:entailedBy"),
                disputed_by=self._named("st", said, "kg:disputedBy"),
                may_confirm=self._named("st", said, "kg:mayConfirm"),
                more=tuple((one.name, self._cell(one, cell)) for one, cell in cells if cell),
                over_by=over_by.get(node)
                or over_after(end if predicate in self._last_days else ""),
            )

    def _references(self, which: str) -> dict[str, Reference]:
        """Return the references of the statements by their IRIs."""
        pattern = which and f"{which} ?st prov:wasDerivedFrom ?node ."
        return {
            node: Reference(
                self.store.words.local("src", _first(said, "prov:hadPrimarySource")),
                _first(said, "kg:locator"),
                written(_first(said, "kg:at")),
                _first(said, "prov:atLocation"),
                _first(said, "kg:note"),
            )
            for node, said in self._said(pattern, _OF_REFERENCES).items()
            if "prov:hadPrimarySource" in said
        }

    def _said(self, which: str, properties: Iterable[str]) -> dict[str, _Said]:
        """Return what is said by these properties, by the IRIs of all nodes or of some."""
        curies = {term(curie).value: curie for curie in properties}
        # Nodes that are named are looked up one by one; else each property is gone through.
        if which:
            only = f"FILTER(?property IN ({', '.join(curies.values())}))"
        else:
            only = f"VALUES ?property {{ {' '.join(curies.values())} }}"
        found: dict[str, _Said] = {}
        sparql = f"SELECT ?node ?property ?value {{{which} ?node ?property ?value . {only} }}"
        for node, name, value in select(self.store, sparql):
            said = found.setdefault(node.value, {})
            said.setdefault(curies[name.value], []).append(value)
        return found

    def _named(self, prefix: str, said: _Said, curie: str) -> tuple[str, ...]:
        """Return what the IRIs name below the prefix, in order."""
        iris = (one.value for one in said.get(curie, ()))
        return tuple(sorted(self.store.words.local(prefix, iri) for iri in iris))

    @cached_property
    def _last_days(self) -> frozenset[str]:
        """The names of the properties of which a day in `end` is the last one."""
        return self._marked("kg:InclusiveEnds")

    def _marked(self, curie: str) -> frozenset[str]:
        """Return the names of the properties that are of this class."""
        rows = self._rows(f"SELECT ?p {{ ?p a {curie} }}", "p")
        return frozenset(self._local("", row, "p") for row in rows)

    @cached_property
    def _kinds(self) -> dict[str, Kind]:
        """The kinds in time of properties that have one, by their names."""
        return {name: kind for curie, kind in _KINDS.items() for name in self._marked(curie)}

    @cached_property
    def _whole(self) -> dict[str, str]:
        """The types of whole numbers that properties have: the engine holds all of them as one."""
        rows = self._rows("SELECT ?p ?type { ?p rdfs:range ?type }", "p")
        types = ((self._local("", row, "p"), _text(row, "type")) for row in rows)
        short = self.store.words.short
        return {name: short(iri) for name, iri in types if short(iri) in WHOLE}

    def _proofs(self, which: str) -> dict[str, list[Proof]]:
        """Return the proofs of the statements by their ids, in their order."""
        found: dict[str, dict[int, Proof]] = {}
        for row in self._rows(PROOFS.replace("%s", which), "st"):
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


def _text(row: QuerySolution, name: str) -> str:
    value = row[name]
    return value.value if isinstance(value, (NamedNode, Literal)) else ""


def _first(said: _Said, curie: str) -> str:
    return said[curie][0].value if curie in said else ""
