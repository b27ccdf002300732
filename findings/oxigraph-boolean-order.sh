#!/usr/bin/env bash
# Comparing booleans by their order, in Oxigraph.
#
# A good guess: false < true is true. The table of operators of SPARQL 1.1 (section 17.3) maps < and
# > of two xsd:boolean to op:boolean-less-than and op:boolean-greater-than, which put false first.
# What happens: Oxigraph gives no value (an error of the expression), so that FILTER drops the row
# without a word; <= and >= have a value only where both sides are equal. ORDER BY and MAX of the
# same engine do put false before true, and rdflib answers all of it as the table says.
# Why users care: whoever compares two flags of a dated fact (was it in force before and is it now:
# FILTER(?before < ?now)) gets fewer rows and no error, and a query checked with rdflib loses rows
# when the graph moves to the quicker engine. Write FILTER(!?before && ?now) in its place.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q 'pyoxigraph==0.5.13' 'rdflib==7.6.0'
cat > try.py <<'PY'
from importlib.metadata import version

import pyoxigraph
import rdflib

TEXTS = {
    "false < true": "SELECT (false < true AS ?is) {}",
    "true > false": "SELECT (true > false AS ?is) {}",
    "false <= true": "SELECT (false <= true AS ?is) {}",
    "true >= true": "SELECT (true >= true AS ?is) {}",
    "MAX of both": "SELECT (MAX(?flag) AS ?is) { VALUES ?flag { true false } }",
    "rows that FILTER(?before < ?now) keeps": "SELECT (COUNT(*) AS ?is) { VALUES (?before ?now) "
    "{ (false true) (false false) (true true) (true false) } FILTER(?before < ?now) }",
}


def by_oxigraph(text: str) -> str | None:
    (row,) = pyoxigraph.Store().query(text)
    return row["is"] and row["is"].value


def by_rdflib(text: str) -> str | None:
    (row,) = rdflib.Graph().query(text)
    return row["is"] if row["is"] is None else str(row["is"])


seen = {name: (by_oxigraph(text), by_rdflib(text)) for name, text in TEXTS.items()}
for name in ("pyoxigraph", "rdflib"):
    print(name, version(name))
for name, (ours, theirs) in seen.items():
    print(f"{name}: Oxigraph {ours}, rdflib {theirs}")
expected = {
    "false < true": (None, "true"),
    "true > false": (None, "true"),
    "false <= true": (None, "true"),
    "true >= true": ("true", "true"),
    "MAX of both": ("true", "true"),
    "rows that FILTER(?before < ?now) keeps": ("0", "1"),
}
raise SystemExit(0 if seen == expected else 1)
PY
venv/bin/python try.py
