"""Readers: what other programs find in the formats of dumps, in one form.

A reader gives what stands in a file, and nothing that it would have to guess.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import ladybug
import openpyxl
import pandas as pd
import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

# The files of a dump by their names; the one file of most has none.
Files = Mapping[str, bytes]
PREFIXES = {
    "kg": "https://w3id.org/kg-builder#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "prov": "http://www.w3.org/ns/prov#",
}
# Subject → predicate → texts with their languages.
Described = dict[str, dict[str, list[tuple[str, str]]]]


class Fact(NamedTuple):
    """A statement as a file has it; "" or nothing where it does not say."""

    subject: str
    predicate: str
    object: str
    start: str = ""
    end: str = ""
    at: str = ""
    rank: str = ""
    is_disputed: bool = False
    sources: frozenset[tuple[str, str]] = frozenset()
    rule: str = ""


@dataclass
class Said:
    """What a file says: its facts, and the labels of entities with their languages."""

    facts: list[Fact] = field(default_factory=list)
    labels: set[tuple[str, str, str]] = field(default_factory=set)

    def of(self, subject: str, predicate: str, target: str = "") -> Iterator[Fact]:
        """The facts of a triple; of any object where none is named."""
        for one in self.facts:
            if (one.subject, one.predicate) == (subject, predicate) and target in {"", one.object}:
                yield one


def local(iri: str) -> str:
    return iri.rpartition("/")[2].rpartition("#")[2]


def short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def by_rdflib(form: str) -> Callable[[Files], Said]:
    """What rdflib finds in RDF: statements by rdf:subject, rdf:predicate and rdf:object."""

    def read(files: Files) -> Said:
        dataset = rdflib.Dataset()
        dataset.parse(data=files[""].decode(), format=form)
        about: Described = {}
        for subject, predicate, value in dataset.default_graph:
            texts = about.setdefault(str(subject), {}).setdefault(short(str(predicate)), [])
            texts.append((str(value), getattr(value, "language", None) or ""))
        parts = ("rdf:subject", "rdf:predicate", "rdf:object")
        triples = {
            node: tuple(described[part][0][0] for part in parts)
            for node, described in about.items()
            if "/statement/" in node
        }
        return _said(about, triples)

    return read


def by_reifiers(files: Files) -> Said:
    """What Oxigraph finds in RDF 1.2: the statements are the reifiers of their triples."""
    about: Described = {}
    triples: dict[str, list[tuple[str, ...]]] = {}
    for one in parse(files[""], RdfFormat.TURTLE):
        subject = _text(one.subject)
        if isinstance(one.object, Triple):
            triples.setdefault(subject, []).append(tuple(map(_text, one.object)))
            continue
        texts = about.setdefault(subject, {}).setdefault(short(one.predicate.value), [])
        language = one.object.language if isinstance(one.object, Literal) else None
        texts.append((_text(one.object), language or ""))
    # What follows for a wider property, or the other way round, is reified as well.
    own = {}
    for node, found in triples.items():
        parts = ("rdf:subject", "rdf:predicate", "rdf:object")
        named = tuple(about[node][part][0][0] for part in parts)
        own[node] = found[found.index(named)]
    return _said(about, own)


def _text(node: NamedNode | BlankNode | Literal | Triple) -> str:
    return str(node) if isinstance(node, Triple) else node.value


def _said(about: Described, triples: Mapping[str, tuple[str, ...]]) -> Said:
    def first(node: str, name: str) -> str:
        return about.get(node, {}).get(name, [("", "")])[0][0]

    said = Said()
    for node, triple in triples.items():
        references = [one for one, _ in about[node].get("prov:wasDerivedFrom", [])]
        pairs = ((first(one, "prov:hadPrimarySource"), first(one, "kg:locator"))
                 for one in references)  # fmt: skip
        said.facts.append(
            Fact(
                local(triple[0]),
                local(triple[1]),
                local(triple[2]),
                start=first(node, "kg:startText"),
                end=first(node, "kg:endText"),
                at=first(node, "kg:at"),
                rank=local(first(node, "kg:rank")).lower(),
                is_disputed=bool(first(node, "kg:disputedBy")),
                sources=frozenset((local(source), place) for source, place in pairs if source),
                rule=local(first(node, "kg:rule")),
            )
        )
    said.labels = {
        (local(node), language, text)
        for node, described in about.items()
        for text, language in described.get("rdfs:label", [])
        if "/id/" in node
    }
    return said


def _of_rows(rows: list[dict[str, Any]]) -> Said:
    """The facts of rows of which each is a reference."""
    found: dict[Fact, set[tuple[str, str]]] = {}
    columns = ("subject", "predicate", "object", "start", "end", "at", "rank", "rule")
    for row in rows:
        values: dict[str, Any] = {name: row.get(name) or "" for name in columns}
        key = Fact(**values, is_disputed=bool(row.get("disputed_by")))
        found.setdefault(key, set()).add((row["source"] or "", row["locator"] or ""))
    return Said([key._replace(sources=frozenset(pairs)) for key, pairs in found.items()])


def parquet(files: Files) -> Said:
    """What pandas finds."""
    frame = pd.read_parquet(io.BytesIO(files[""]))
    rows = [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]
    said = _of_rows(rows)
    said.labels = {
        (row[end], language, row[f"{end}_label_{language}"])
        for row in rows
        for end in ("subject", "object")
        for language in ("en", "ru")
        if row[f"{end}_label_{language}"]
    }
    return said


def xlsx(files: Files) -> Said:
    """What openpyxl finds."""
    book = openpyxl.load_workbook(io.BytesIO(files[""]))

    def rows(name: str) -> list[dict[str, Any]]:
        header, *others = book[name].iter_rows(values_only=True)
        return [dict(zip(map(str, header), row, strict=True)) for row in others]

    return _of_sheets({name: rows(name) for name in book.sheetnames})


def ods(files: Files) -> Said:
    """What pandas finds."""
    found = pd.read_excel(
        io.BytesIO(files[""]), engine="odf", sheet_name=None, dtype=str, keep_default_na=False
    )
    return _of_sheets(
        {
            name: [{str(column): cell for column, cell in row.items()} for row in rows]
            for name, rows in (
                (one, table.to_dict(orient="records")) for one, table in found.items()
            )
        }
    )


def _of_sheets(sheets: dict[str, list[dict[str, Any]]]) -> Said:
    tables = [rows for name, rows in sheets.items() if name not in {"entities", "sources"}]
    usual = [row | {"rank": row["rank"] or "normal"} for rows in tables for row in rows]
    said = _of_rows(usual)
    said.labels = {
        (row["id"], language, row[f"label_{language}"])
        for row in sheets["entities"]
        for language in ("en", "ru")
    }
    return said


WIKIDATA = "http://www.wikidata.org/"
WIKIBASE = "http://wikiba.se/ontology#"
# What the items, properties and sources are called in the graph; others keep their own names.
NAMES = {
    "Q1": "knights",
    "Q2": "rooks",
    "Q3": "anna",
    "Q4": "boris",
    "Q5": "clara",
    "Q6": "city-open",
    "Q265": "uzbekistan",
    "Q318693": "csto",
    "P54": "playsFor",
    "P1087": "rating",
    "P9001": "rivalOf",
    "P2522": "won",
    "P463": "memberOf",
    "Almanac of the League": "almanac-2001",
    "The Gazette": "gazette-1999",
}
_PRECISE = {8: 3, 9: 4, 10: 7, 11: 10}


def named(key: str) -> str:
    return NAMES.get(key, key)


def _date(moment: str, precision: int) -> str:
    text = moment[: _PRECISE[precision]]
    return f"{text}X" if precision == 8 else text


def wikibase(files: Files) -> Said:
    """What rdflib finds along the properties of Wikibase."""
    graph = rdflib.Graph()
    graph.parse(data=files[""].decode(), format="turtle")

    def times(node: Any, word: str) -> str:
        full = graph.value(node, rdflib.URIRef(f"{WIKIDATA}prop/qualifier/value/{word}"))
        if full:
            moment = graph.value(full, rdflib.URIRef(f"{WIKIBASE}timeValue"))
            precision = graph.value(full, rdflib.URIRef(f"{WIKIBASE}timePrecision"))
            return _date(str(moment), int(str(precision)))
        plain = graph.value(node, rdflib.URIRef(f"{WIKIDATA}prop/qualifier/{word}"))
        return "unknown" if plain and "/.well-known/genid/" in plain else ""

    said = Said()
    for item, word, node in graph:
        match = re.fullmatch(rf"{WIKIDATA}prop/(P[0-9]+)", str(word))
        if not match:
            continue
        main = graph.value(node, rdflib.URIRef(f"{WIKIDATA}prop/statement/{match[1]}"))
        rank = local(str(graph.value(node, rdflib.URIRef(f"{WIKIBASE}rank"))))
        pairs = set()
        for one in graph.objects(node, rdflib.PROV.wasDerivedFrom):
            told = {
                local(str(name)): str(value) for _, name, value in graph.triples((one, None, None))
            }
            pairs.add((named(told["P1476"]), told.get("P304") or told.get("P958", "")))
        said.facts.append(
            Fact(
                named(local(str(item))),
                named(match[1]),
                named(local(str(main)).removeprefix("+")),
                start=times(node, "P580"),
                end=times(node, "P582"),
                at=times(node, "P585"),
                rank=rank.removesuffix("Rank").lower(),
                sources=frozenset(pairs),
            )
        )
    said.labels = {
        (named(local(str(item))), label.language or "", str(label))
        for item, label in graph.subject_objects(rdflib.RDFS.label)
        if isinstance(label, rdflib.Literal)
    }
    return said


def quickstatements(files: Files) -> Said:
    """What the lines mean by the help page of QuickStatements; no program reads them here."""

    def value(cell: str) -> str:
        if time := re.fullmatch(r"\+([0-9]{4}-[0-9]{2}-[0-9]{2})T00:00:00Z/([0-9]+)", cell):
            return _date(time[1], int(time[2]))
        text = re.fullmatch(r'(?:[a-z]+:)?"(.*)"', cell)
        return "unknown" if cell == "somevalue" else named(text[1] if text else cell)

    said = Said()
    for line in files[""].decode().splitlines():
        item, word, main, *rest = line.split("\t")
        told: dict[str, str] = {}
        pairs: list[dict[str, str]] = []
        is_open = False
        for name, cell in zip(rest[::2], rest[1::2], strict=True):
            if name.startswith("P"):
                told[name] = value(cell)
                continue
            if name.startswith("!") or not is_open:
                pairs.append({})
            is_open = True
            pairs[-1][name.removeprefix("!")] = value(cell)
        sources = {(one["S1476"], one.get("S304") or one.get("S958", "")) for one in pairs}
        said.facts.append(
            Fact(
                named(item),
                named(word),
                value(main),
                start=told.get("P580", ""),
                end=told.get("P582", ""),
                at=told.get("P585", ""),
                sources=frozenset(sources),
            )
        )
    return said


# A field of a header in the Neo4j Operations Manual 5, "CSV header format".
HEADER = re.compile(
    r"(?P<name>[^:]*)(?::(?P<type>ID|LABEL|START_ID|END_ID|TYPE|int|long|float|double|boolean|byte|"
    r"short|char|string|point|date|localtime|time|localdatetime|datetime|duration)(?:\[\])?)?"
)


def _typed_rows(content: bytes) -> list[dict[str, Any]]:
    """The rows of a table with typed headers, each cell as its type has it."""
    header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    found = []
    for row in rows:
        cells: dict[str, Any] = {}
        for title, cell in zip(header, row, strict=True):
            match = HEADER.fullmatch(title)
            assert match, title
            if not cell:
                continue
            value: Any = cell.split("|") if title.endswith("[]") else cell
            if match["type"] == "date":
                value = dt.date.fromisoformat(cell)
            cells[match["name"] or title] = value
        found.append(cells)
    return found


def neo4j(files: Files) -> Said:
    """What the tables say by the manual of Neo4j, which is not at hand."""
    nodes = {one["key"]: one for one in _typed_rows(files["nodes.csv"])}
    links = [
        (nodes[one[":START_ID"]], one[":TYPE"], nodes[one[":END_ID"]], one)
        for one in _typed_rows(files["relationships.csv"])
    ]
    return _of_elements(list(nodes.values()), links)


def kgx(files: Files) -> Said:
    """What the lines say, as KGX calls things; pandas must find the same in the tables.

    KGX has it read its tables without quotes, and parts the cells of lists at bars.
    """
    records: dict[str, list[dict[str, Any]]] = {}
    for name in ("nodes", "edges"):
        lines = files[f"{name}.jsonl"].decode().splitlines()
        found: list[dict[str, Any]] = [json.loads(line) for line in lines]
        table = pd.read_csv(
            io.BytesIO(files[f"{name}.tsv"]), sep="\t", dtype=str, quoting=csv.QUOTE_NONE
        )
        same = [row.dropna().to_dict() for _, row in table.iterrows()]
        assert same == [
            {
                key: "|".join(cell) if isinstance(cell, list) else str(cell)
                for key, cell in one.items()
            }
            for one in found
        ]
        records[name] = found
    for one in records["nodes"]:
        assert one["category"] == ["biolink:NamedThing"]
    nodes = {one["id"]: one | {"id": one["id"].removeprefix("id:")} for one in records["nodes"]}
    edges = records["edges"]
    assert {one["predicate"] for one in edges} == {"biolink:related_to"}
    assert len({one["id"] for one in edges}) == len(edges)
    dated = [
        one | {key: dt.date.fromisoformat(one[key]) for key in ("since", "until") if key in one}
        for one in edges
    ]
    return _of_elements(
        list(nodes.values()),
        [(nodes[o["subject"]], o["original_predicate"], nodes[o["object"]], o) for o in dated],
    )


def _of_elements(
    nodes: list[dict[str, Any]],
    links: list[tuple[dict[str, Any], str, dict[str, Any], dict[str, Any]]],
) -> Said:
    """What nodes and relationships say."""
    said = Said()
    for start, word, end, told in links:
        references = json.loads(told.get("references") or "[]")
        said.facts.append(
            Fact(
                start["id"],
                word,
                end.get("value") or end["id"],
                start=told.get("start") or "",
                end=told.get("end") or "",
                at=told.get("at") or "",
                rank=told["rank"],
                is_disputed=bool(told.get("disputed_by")),
                sources=frozenset((one["source"], one.get("locator", "")) for one in references),
                rule=told.get("rule") or "",
            )
        )
        assert {one["source"] for one in references} == set(told.get("sources") or ())
        bounds = [told.get(name) for name in ("since", "until")]
        assert all(bound is None or isinstance(bound, dt.date) for bound in bounds)
    said.labels = {
        (one["id"], language, one[f"label_{language}"])
        for one in nodes
        for language in ("en", "ru")
        if one.get(f"label_{language}")
    }
    return said


TYPES = {
    **dict.fromkeys(("since", "until"), "DATE"),
    **dict.fromkeys(("sources", "premises", "disputed_by", "may_confirm", "aliases"), "STRING[]"),
}


def cypher(files: Files) -> Said:
    """What Ladybug finds when it has run the script; it wants to know its tables beforehand."""
    text = files[""].decode()
    lines = [one for one in text.splitlines() if not one.startswith("CREATE CONSTRAINT ")]
    constraints = text.count("CREATE CONSTRAINT IF NOT EXISTS FOR (n:")
    assert (constraints, len(lines)) == (3, len(text.splitlines()) - 3)
    connection = ladybug.Connection(ladybug.Database(":memory:"))

    def columns(variable: str) -> str:
        names = dict.fromkeys(re.findall(rf"(?:SET|,) {variable}\.`([a-z_0-9]+)` =", text))
        return "".join(f", `{name}` {TYPES.get(name, 'STRING')}" for name in names)

    for label in ("Entity", "Source", "Value"):
        connection.execute(f"CREATE NODE TABLE {label}(id STRING PRIMARY KEY{columns('n')})")
    words = set(re.findall(r"-\[r:`(\w+)`", text))
    for word in words:
        ends = "FROM Entity TO Entity, FROM Entity TO Value"
        connection.execute(f"CREATE REL TABLE `{word}`({ends}, id STRING{columns('r')})")
    # Whatever is run again adds nothing.
    for line in (*lines, *lines[-3:]):
        connection.execute(line.removesuffix(";"))

    def rows(query: str) -> list[list[Any]]:
        result = connection.execute(query)
        assert isinstance(result, ladybug.QueryResult)
        return [list(one) for one in result.get_all()]

    links = [
        (one[0], one[1], one[2], one[3])
        for one in rows("MATCH (a)-[r]->(b) RETURN a, label(r), b, r")
    ]
    assert len(links) == sum(line.startswith("MATCH ") for line in lines)
    return _of_elements([one for [one] in rows("MATCH (n:Entity) RETURN n")], links)


def ftm(files: Files) -> Said:
    """What the library of FollowTheMoney finds, and that it takes all that is written."""
    model = pytest.importorskip("followthemoney", reason=EXTRA).model
    proxies = []
    for line in files[""].decode().splitlines():
        given = json.loads(line)
        proxy = model.get_proxy(given, cleaned=False)
        taken = {name: sorted(proxy.get(name)) for name in given["properties"]}
        assert taken == {name: sorted(texts) for name, texts in given["properties"].items()}
        proxies.append(proxy)
    said = Said()
    for one in proxies:
        if not one.schema.edge:
            said.labels |= {(one.id, "", text) for text in (*one.get("name"), *one.get("alias"))}
            continue
        told = dict(text.split(": ", 1) for text in one.get("status") if ": " in text)
        role = one.first("summary" if one.schema.name == "Occupancy" else "role")
        said.facts.append(
            Fact(
                one.first(one.schema.source_prop),
                ROLES.get(role, role),
                one.first(one.schema.target_prop),
                start=one.first("startDate") or told.get("start", ""),
                end=one.first("endDate") or told.get("end", ""),
                at=one.first("date") or told.get("at", ""),
                is_disputed="disputed" in one.get("status"),
                sources=frozenset((address, "") for address in one.get("sourceUrl")),
            )
        )
    return said


def _of_record(tables: Mapping[str, list[dict[str, Any]]]) -> Said:
    """What the tables of the record say."""
    pairs: dict[str, set[tuple[str, str]]] = {}
    for one in tables["references"]:
        found = pairs.setdefault(one["statement"], set())
        found.add((one["source"], one["locator"] or ""))
    disputed = {one["statement"] for one in tables["links"] if one["link"] == "disputed_by"}
    rules = {one["statement"]: one["rule"] for one in tables["proofs"]}
    said = Said()
    for one in tables["statements"]:
        times = (one["start_from"], one["start_to"], one["end_from"], one["end_to"])
        assert all(time is None or isinstance(time, dt.date) for time in times)
        said.facts.append(
            Fact(
                one["subject"],
                one["predicate"],
                one["object"],
                start=one["start"] or "",
                end=one["end"] or "",
                at=one["at"] or "",
                rank=one["rank"],
                is_disputed=one["id"] in disputed,
                sources=frozenset(pairs.get(one["id"], ())),
                rule=rules.get(one["id"], ""),
            )
        )
    said.labels = {
        (one["id"], language, one[f"label_{language}"])
        for one in tables["entities"]
        for language in ("en", "ru")
        if one[f"label_{language}"]
    }
    return said


RECORD = ("statements", "references", "entities", "sources", "links", "proofs")


def duckdb_file(files: Files) -> Said:
    """What DuckDB finds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.duckdb"
        path.write_bytes(files[""])
        with duckdb.connect(path, read_only=True) as connection:
            tables = {}
            for name in RECORD:
                found = connection.execute(f'SELECT * FROM "{name}"')
                columns = [one[0] for one in found.description or ()]
                rows = found.fetchall()
                tables[name] = [dict(zip(columns, row, strict=True)) for row in rows]
    return _of_record(tables)


def csvw(files: Files) -> Said:
    """What csvw finds by csv-metadata.json, and that frictionless finds the same."""
    library = pytest.importorskip("csvw", reason=EXTRA)
    frictionless = pytest.importorskip("frictionless", reason=EXTRA)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        group = library.TableGroup.from_file(Path(folder) / "csv-metadata.json")
        group.check_referential_integrity(strict=True)
        tables = {
            one.url.string.removesuffix(".csv"): [dict(row) for row in one.iterdicts(strict=True)]
            for one in group.tables
        }
        with frictionless.system.use_context(trusted=True):
            package = frictionless.Package(str(Path(folder) / "datapackage.json"))
            report = package.validate()
            assert report.valid, report.flatten(["title", "message"])
            others = {
                one.name: [row.to_dict() for row in one.read_rows()] for one in package.resources
            }
    said = _of_record(tables)
    assert Counter(_of_record(others).facts) == Counter(said.facts)
    return said


EXTRA = "install it with: pip install -e '.[test-exports]'"
# What properties are called in words.
ROLES = {
    "plays for": "playsFor",
    "rival of": "rivalOf",
    "won": "won",
    "member of": "memberOf",
    "party to": "partyTo",
}
READERS: dict[str, Callable[[Files], Said]] = {
    "trig": by_rdflib("trig"),
    "nq": by_rdflib("nquads"),
    "jsonld": by_rdflib("json-ld"),
    "parquet": parquet,
    "xlsx": xlsx,
    "ods": ods,
    "ttl": by_rdflib("turtle"),
    "rdf12": by_reifiers,
    "wikibase": wikibase,
    "quickstatements": quickstatements,
    "neo4j": neo4j,
    "cypher": cypher,
    "kgx": kgx,
    "ftm": ftm,
    "csvw": csvw,
    "duckdb": duckdb_file,
}
