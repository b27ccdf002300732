#!/usr/bin/env bash
# rdflib's initBindings on a graph that oxrdflib holds.
#
# A good guess: Graph.query(text, initBindings={…}) gives the same rows on every rdflib store,
# because rdflib documents initBindings as variables that are bound before the query runs.
# What happens: on an oxrdflib store the query is refused with a RuntimeError when the variable does
# not stand in the SELECT projection; with rdflib's own memory store the same call gives the row.
# With the variable added to the projection both stores agree.
# Why users care: initBindings is how programs put values into a query safely, and a query that
# selects only what it wants to know stops to work when the graph moves to the quicker store.
# The repair in their code is to select the variable too, or to write VALUES into the text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q 'rdflib==7.6.0' 'oxrdflib==0.5.0' 'pyoxigraph==0.5.13'
cat > try.py <<'PY'
from importlib.metadata import version

from rdflib import Graph, URIRef

data = "<urn:anna> <urn:playsFor> <urn:rooks> . <urn:boris> <urn:playsFor> <urn:knights> ."
bound = {"club": URIRef("urn:rooks")}
narrow = "SELECT ?who { ?who <urn:playsFor> ?club }"
wide = "SELECT ?who ?club { ?who <urn:playsFor> ?club }"


def ask(store: str, text: str) -> str:
    graph = Graph(store=store)
    graph.parse(data=data, format="turtle")
    try:
        return " ".join(str(row[0]) for row in graph.query(text, initBindings=bound))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


seen = {
    "rdflib, club not selected": ask("default", narrow),
    "oxrdflib, club not selected": ask("Oxigraph", narrow),
    "rdflib, club selected": ask("default", wide),
    "oxrdflib, club selected": ask("Oxigraph", wide),
}
for name in ("rdflib", "oxrdflib", "pyoxigraph"):
    print(name, version(name))
for name, outcome in seen.items():
    print(f"{name}: {outcome}")
refused = seen["oxrdflib, club not selected"]
same = [seen["rdflib, club not selected"], seen["rdflib, club selected"], seen["oxrdflib, club selected"]]
raise SystemExit(0 if same == ["urn:anna"] * 3 and "Error" in refused else 1)
PY
venv/bin/python try.py
