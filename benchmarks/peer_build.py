"""The peer of `kg build`: the same tables and ontology through rdflib, pySHACL and stock pyvis.

It is what a good user of these libraries would write: rows in bulk into an `rdflib.Dataset` of the
same layout, the same shapes by pySHACL, the same rules as they stand until nothing new appears,
one TriG file, one page.

What it leaves out, all to its own advantage: it points no finding at a row and checks no syntax,
class or overlap of its own; an inferred statement names its rule but has no dates and no premises;
statements are not disputed; the files are in no fixed order; no store is written; the page has
neither layout, search, timeline nor sources beyond a tooltip.
pySHACL checks a flat graph in place, so that it copies nothing, with inference switched off.

    python benchmarks/peer_build.py PROJECT OUT [--without-sparql-constraints] [--union-rules]

rdflib is slow at a GRAPH pattern over hundreds of graphs.
With --union-rules the GRAPH is taken out of the rules and they run over the union of all graphs:
the quickest way in rdflib, open to this peer because it keeps no premises.

The last line that it prints is JSON: counts, and seconds for each step.
"""

from __future__ import annotations

import argparse
import calendar
import csv
import hashlib
import json
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import pyshacl
from pyvis.network import Network
from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, VOID, XSD, Dataset, Graph, Literal, URIRef
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.namespace import SH, Namespace
from rdflib.term import Node

KG = Namespace("https://w3id.org/kg-builder#")
SCHEMA = Namespace("https://schema.org/")
WIKIDATA = Namespace("http://www.wikidata.org/entity/")
ORG = Namespace("http://www.w3.org/ns/org#")

Triple = tuple[Node, Node, Node]

_GRAPH = re.compile(r"GRAPH \?\w+ (\{[^{}]*\})")


@dataclass
class Claim:
    """The rows of one statement: the same triple and the same dates."""

    subject: str
    predicate: str
    object: str
    start: str
    end: str
    at: str
    rank: str
    rows: list[tuple[dict[str, str], str]] = field(default_factory=list)

    @property
    def triple(self) -> tuple[str, str, str]:
        return (self.subject, self.predicate, self.object)

    @property
    def id(self) -> str:
        return digest(*self.triple, self.start, self.end, self.at)

    @property
    def since(self) -> str:
        text = self.start or self.at
        return earliest(text) if text else ""

    @property
    def until(self) -> str:
        return latest(self.end) if self.end else ""


class Peer:
    """One build: the dataset that grows, and the names in it."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.dataset = Dataset()
        self.default = self.dataset.graph(DATASET_DEFAULT_GRAPH_ID)
        self.seconds: dict[str, float] = {}
        self.counts: dict[str, int] = {}
        self.claims: list[Claim] = []
        self.inferred: dict[Triple, str] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)

    def load(self) -> None:
        """Read ontology and tables, and describe them in the default graph."""
        data, ontology = self.project / "data", self.project / "ontology"
        terms = files("kg").joinpath("terms.ttl").read_text(encoding="utf-8")
        self.default.parse(data=terms, format="turtle")
        self.default.parse(data / "dataset.ttl", format="turtle")
        self.default.parse(ontology / "ontology.ttl", format="turtle")
        base = str(next(self.default.objects(None, VOID.uriSpace)))
        self.issued = str(next(self.default.objects(URIRef(base), DCTERMS.issued)))
        self.words = Namespace(base + "ontology#")
        self.ids, self.sources = Namespace(base + "id/"), Namespace(base + "source/")
        self.statements = Namespace(base + "statement/")
        self.references = Namespace(base + "reference/")
        self.rules, self.questions = Namespace(base + "rule/"), Namespace(base + "question/")
        prefixes = {
            "": self.words, "id": self.ids, "src": self.sources, "st": self.statements,
            "ref": self.references, "kg": KG, "schema": SCHEMA, "wd": WIKIDATA, "org": ORG,
            "prov": PROV, "skos": SKOS, "dcterms": DCTERMS, "owl": OWL, "sh": SH,
        }  # fmt: skip
        for prefix, namespace in prefixes.items():
            self.dataset.bind(prefix, namespace)
        self.say(t for row, _ in rows(data / "entities.csv") for t in self.entity(row))
        self.say(t for row, _ in rows(data / "sources.csv") for t in self.source(row))
        self.say(self.queries(ontology))
        self.claims = merged(data / "statements")
        self.say(t for claim in self.claims for t in self.description(claim))
        self.dataset.addN(
            (*self.triple(claim), self.dataset.graph(self.statements[claim.id]))
            for claim in self.claims
        )

    def say(self, triples: Iterable[Triple]) -> None:
        self.default.addN((*triple, self.default) for triple in triples)

    def entity(self, row: dict[str, str]) -> Iterator[Triple]:
        node = self.ids[row["id"]]
        for kind in self.default.transitive_objects(self.words[row["class"]], RDFS.subClassOf):
            if isinstance(kind, URIRef) and kind.startswith(self.words):
                yield node, RDF.type, kind
        for language in ("en", "ru"):
            if row[f"label_{language}"]:
                yield node, RDFS.label, Literal(row[f"label_{language}"], lang=language)
        for alias in filter(None, row["aliases"].split("|")):
            yield node, SKOS.altLabel, Literal(alias.strip())
        if row["wikidata"]:
            yield node, SKOS.exactMatch, WIKIDATA[row["wikidata"]]
        if row["description"]:
            yield node, DCTERMS.description, Literal(row["description"], lang="en")

    def source(self, row: dict[str, str]) -> Iterator[Triple]:
        node = self.sources[row["id"]]
        yield node, RDF.type, KG.Source
        texts = {
            DCTERMS.title: "title", DCTERMS.publisher: "publisher", DCTERMS.language: "language",
            DCTERMS.type: "kind", KG.sha256: "sha256",
        }  # fmt: skip
        for predicate, column in texts.items():
            if row[column]:
                yield node, predicate, Literal(row[column])
        if row["url"]:
            yield node, SCHEMA.url, URIRef(row["url"])
        for predicate, column in ((DCTERMS.issued, "published"), (KG.accessed, "accessed")):
            if row[column]:
                yield node, predicate, date(row[column])

    def queries(self, ontology: Path) -> Iterator[Triple]:
        for path in sorted((ontology / "rules").glob("*.rq")):
            node, text = self.rules[path.stem], path.read_text(encoding="utf-8")
            yield node, RDF.type, KG.Rule
            yield node, RDFS.comment, Literal(text.splitlines()[0].lstrip("# "), lang="en")
            yield node, PROV.atLocation, Literal(f"ontology/rules/{path.name}")
            yield node, KG.sparql, Literal(text)
        for path in sorted((ontology / "questions").glob("*.rq")):
            node, text = self.questions[path.stem], path.read_text(encoding="utf-8")
            yield node, RDF.type, KG.Question
            yield node, RDFS.comment, Literal(text.splitlines()[0].lstrip("# "), lang="en")
            yield node, KG.sparql, Literal(text)

    def triple(self, claim: Claim) -> Triple:
        predicate = self.words[claim.predicate]
        if (predicate, RDF.type, OWL.DatatypeProperty) in self.default:
            datatype = self.default.value(predicate, RDFS.range) or XSD.string
            value: Node = Literal(claim.object, datatype=str(datatype))
        else:
            value = self.ids[claim.object]
        return self.ids[claim.subject], predicate, value

    def description(self, claim: Claim) -> Iterator[Triple]:
        node = self.statements[claim.id]
        subject, predicate, value = self.triple(claim)
        yield node, RDF.type, KG.Statement
        yield node, RDF.subject, subject
        yield node, RDF.predicate, predicate
        yield node, RDF.object, value
        yield node, KG.rank, KG[(claim.rank or "normal").capitalize()]
        dates = {KG.start: claim.since, KG.end: claim.until}
        if claim.at and not self.is_event(claim):
            dates[KG.end] = latest(claim.at)
        for place, bound in dates.items():
            if bound:
                yield node, place, Literal(bound, datatype=XSD.date)
        for place, text in {KG.startText: claim.start, KG.endText: claim.end}.items():
            if text:
                yield node, place, Literal(text)
        if claim.at:
            yield node, KG.at, date(claim.at)
        for row, where in claim.rows:
            yield from self.reference(node, row, where)

    def reference(self, node: URIRef, row: dict[str, str], where: str) -> Iterator[Triple]:
        reference = self.references[digest(node, row["source"], row["locator"], row["at"])]
        yield node, PROV.wasDerivedFrom, reference
        yield reference, RDF.type, KG.Reference
        yield reference, PROV.hadPrimarySource, self.sources[row["source"]]
        yield reference, PROV.atLocation, Literal(where)
        if row["locator"]:
            yield reference, KG.locator, Literal(row["locator"])
        if row["at"]:
            yield reference, KG["at"], date(row["at"])
        if row["note"]:
            yield reference, KG.note, Literal(row["note"])

    def is_event(self, claim: Claim) -> bool:
        return (self.words[claim.predicate], RDF.type, KG.EventProperty) in self.default

    def validate(self, *, without_sparql: bool) -> None:
        """Check everything said at any time, without what is deprecated, against the shapes."""
        shapes = Graph().parse(self.project / "ontology" / "shapes.ttl", format="turtle")
        if without_sparql:
            remove_sparql_constraints(shapes)
        out = {self.statements[claim.id] for claim in self.claims if claim.rank == "deprecated"}
        flat = Graph()
        flat.addN(
            (s, p, o, flat)
            for s, p, o, graph in self.dataset.quads((None, None, None, None))
            if graph not in out
        )
        conforms, report, _ = pyshacl.validate(
            flat, shacl_graph=shapes, inference="none", inplace=True, meta_shacl=False
        )
        self.counts["shape results"] = len(set(report.subjects(RDF.type, SH.ValidationResult)))
        self.counts["conforms"] = int(conforms)

    def infer(self, *, union: bool) -> None:
        """Run the rules until nothing new appears; each new triple becomes a statement."""
        folder = self.project / "ontology" / "rules"
        texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*"))}
        if union:
            self.dataset.default_union = True
            texts = {name: _GRAPH.sub(r"\1", text) for name, text in texts.items()}
        known = {(s, p, o) for s, p, o, _ in self.dataset.quads((None, None, None, None))}
        while True:
            fresh: dict[Triple, str] = {}
            for name, text in texts.items():
                for triple in self.dataset.query(text):
                    s, p, o = triple  # type: ignore[misc]
                    if (s, p, o) not in known:
                        fresh.setdefault((s, p, o), name)
            if not fresh:
                return
            known |= fresh.keys()
            self.inferred |= fresh
            for found, name in fresh.items():
                node = self.statements[digest(*map(str, found))]
                self.dataset.graph(node).add(found)
                self.say(
                    (
                        (node, RDF.type, KG.Statement),
                        (node, RDF.type, KG.InferredStatement),
                        (node, KG.rule, self.rules[name]),
                        found,
                    )
                )

    def world(self) -> None:
        """Put what holds on the day of issue into the default graph."""
        for claim in self.claims:
            is_over = not self.is_event(claim) and (
                (claim.until and claim.until <= self.issued)
                or (claim.at and latest(claim.at) < self.issued)
            )
            if claim.rank != "deprecated" and claim.since <= self.issued and not is_over:
                self.default.add((self.statements[claim.id], RDF.type, KG.CurrentStatement))
                self.default.add(self.triple(claim))

    def draw(self) -> str:
        """Return a page by stock pyvis: entities, and what is stated between them."""
        network = Network(directed=True, cdn_resources="in_line", height="900px")
        label = {
            subject: str(text)
            for subject, text in self.default.subject_objects(RDFS.label)
            if isinstance(text, Literal) and text.language == "en"
        }
        for row, _ in rows(self.project / "data" / "entities.csv"):
            title = f"{row['label_en']}\n{row['class']}\n{row['description']}"
            network.add_node(row["id"], label=row["label_en"], title=title, group=row["class"])
        for claim in self.claims:
            subject, predicate, value = self.triple(claim)
            if isinstance(value, URIRef):
                dates = claim.at or f"from {claim.start} until {claim.end}"
                says = "\n".join(f"{row['source']} {row['locator']}" for row, _ in claim.rows)
                title = f"{label[predicate]}\n{dates}\n{says}"
                network.add_edge(claim.subject, claim.object, title=title, label=label[predicate])
        for (subject, predicate, value), rule in self.inferred.items():
            if str(value).startswith(self.ids) and str(predicate).startswith(self.words):
                ends = (str(node).removeprefix(self.ids) for node in (subject, value))
                network.add_edge(*ends, title=f"{label[predicate]}\ninferred by {rule}")
        self.counts["nodes"], self.counts["edges"] = len(network.nodes), len(network.edges)
        return str(network.generate_html())


def rows(path: Path) -> Iterator[tuple[dict[str, str], str]]:
    """Yield each row with its place, `path:line`."""
    label = f"{path.parent.name}/{path.name}"
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            yield row, f"{label}:{line}"


def merged(folder: Path) -> list[Claim]:
    """Join the rows of one statement; an attestation inside a period is one of its references."""
    claims: dict[str, Claim] = {}
    for path in sorted(folder.glob("*.csv")):
        for row, where in rows(path):
            triple = (row["subject"], row["predicate"], row["object"])
            claim = Claim(*triple, row["start"], row["end"], row["at"], row["rank"])
            claims.setdefault(claim.id, claim).rows.append((row, where))
    periods: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in claims.values():
        if claim.start or claim.end:
            periods.setdefault(claim.triple, []).append(claim)
    kept = []
    for claim in claims.values():
        host = next(
            (h for h in periods.get(claim.triple, ()) if claim.at and within(claim, h)), None
        )
        if host:
            host.rows += claim.rows
        else:
            kept.append(claim)
    return kept


def within(claim: Claim, host: Claim) -> bool:
    is_before = host.until and latest(claim.at) >= host.until
    return claim.rank == host.rank and host.since <= claim.since and not is_before


def remove_sparql_constraints(shapes: Graph) -> None:
    for shape, constraint in list(shapes.subject_objects(SH.sparql)):
        shapes.remove((constraint, None, None))
        shapes.remove((shape, SH.sparql, constraint))


def digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def earliest(text: str) -> str:
    return text + "-01-01"[len(text) - 4 :]


def latest(text: str) -> str:
    month = text if len(text) > 4 else f"{text}-12"
    year, number = (int(part) for part in month.split("-")[:2])
    return text if len(text) > 7 else f"{month}-{calendar.monthrange(year, number)[1]}"


def date(text: str) -> Literal:
    datatypes = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
    return Literal(text, datatype=datatypes[len(text)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("project", type=Path, help="folder with data/ and ontology/")
    parser.add_argument("out", type=Path, help="folder for graph.trig and graph.html")
    parser.add_argument("--without-sparql-constraints", action="store_true")
    parser.add_argument("--union-rules", action="store_true")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)

    peer = Peer(arguments.project)
    with peer.step("load"):
        peer.load()
    with peer.step("validate"):
        peer.validate(without_sparql=arguments.without_sparql_constraints)
    with peer.step("infer"):
        peer.infer(union=arguments.union_rules)
        peer.dataset.default_union = False
        peer.world()
    with peer.step("serialise"):
        peer.dataset.serialize(arguments.out / "graph.trig", format="trig")
    with peer.step("draw"):
        (arguments.out / "graph.html").write_text(peer.draw(), encoding="utf-8")
    peer.counts |= {
        "statements": len(peer.claims),
        "inferred": len(peer.inferred),
        "quads": len(set(peer.dataset.quads((None, None, None, None)))),
    }
    print(json.dumps({"counts": peer.counts, "seconds": peer.seconds}))


if __name__ == "__main__":
    main()
