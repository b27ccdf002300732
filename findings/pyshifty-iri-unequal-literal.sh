#!/usr/bin/env bash
# An IRI compared with a literal in a SPARQL constraint of SHACL, checked by pyshifty.
#
# A good guess: ?value != ex:nobody holds of a number as of any other IRI. SPARQL 1.1 (section
# 17.4.1.7) has an IRI and a literal unequal; an error is for two literals alone.
# What happens: the comparison is an error where one side is a literal, so that the row is dropped
# and the focus node passes. sameTerm in its place finds it.
# Why users care: a property may have values of both kinds, and a constraint on all values but one
# passes silently for those that are texts or numbers. Write FILTER (!sameTerm(?value, ex:nobody)).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q 'pyshifty==0.5.1' 'pyoxigraph==0.5.13' 'rdflib==7.6.0'
cat > try.py <<'PY'
from importlib.metadata import version

import pyoxigraph
import shifty

DATA = """
@prefix ex: <http://example.org/> .
ex:ada a ex:Player ; ex:named ex:Lovelace .
ex:bob a ex:Player ; ex:named "Bob" .
"""
SHAPES = """
@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:Shape a sh:NodeShape ; sh:targetClass ex:Player ; sh:sparql [ sh:select "SELECT" ] .
"""
PATTERN = "?this <http://example.org/named> ?value FILTER (%s)"
TESTS = {
    "!=": "?value != <http://example.org/nobody>",
    "sameTerm": "!sameTerm(?value, <http://example.org/nobody>)",
}
EXPECTED = {"!=": (["ada"], ["ada", "bob"]), "sameTerm": (["ada", "bob"], ["ada", "bob"])}


def by_shapes(test: str) -> list[str]:
    select = f"SELECT $this ?value {{ {PATTERN % test} }}".replace("?this", "$this")
    shapes = SHAPES.replace("SELECT", select)
    _, report, _ = shifty.validate(DATA, shapes)
    focus = "http://www.w3.org/ns/shacl#focusNode"
    graph = pyoxigraph.Store()
    graph.load(report.serialize(format="nt").encode(), pyoxigraph.RdfFormat.N_TRIPLES)
    found = graph.quads_for_pattern(None, pyoxigraph.NamedNode(focus), None)
    return sorted(quad.object.value.rpartition("/")[2] for quad in found)


def by_query(test: str) -> list[str]:
    store = pyoxigraph.Store()
    store.load(DATA.encode(), pyoxigraph.RdfFormat.TURTLE)
    rows = store.query(f"SELECT ?this {{ {PATTERN % test} }}")
    return sorted(row["this"].value.rpartition("/")[2] for row in rows)


found = {name: (by_shapes(test), by_query(test)) for name, test in TESTS.items()}
print('pyshifty', version('pyshifty'), 'pyoxigraph', version('pyoxigraph'))
for name, (shapes, query) in found.items():
    print(f"{name}: the constraint finds {', '.join(shapes)}; as a query it finds {', '.join(query)}")
raise SystemExit(found != EXPECTED)
PY
venv/bin/python try.py
