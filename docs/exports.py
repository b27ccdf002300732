"""Write what dumps keep anew: python docs/exports.py > docs/exports.md.

It is made from the table in `kg/exports/kept.py`; a test holds the page to it.
"""

from __future__ import annotations

import sys
from typing import Final

from kg.exports.kept import FEATURES, FORMATS

HEAD: Final = """\
# What dumps keep

What each format of `kg dump` keeps of a graph, from the table in `kg/exports/kept.py`.
When it changes, write this page anew: `python docs/exports.py > docs/exports.md`.
`kg dump --format NAME --explain` says it of one format, and counts what it would lose of your
graph; `kg dump` prints the counts as one line.

Each cell is a test, which writes a small graph and reads the file back by another program:
`tests/test_exports.py::test_a_cell_is_what_is_read[FORMAT-FEATURE]`, with the name of the row and
that of the column.

Dates are texts as they were written. Where a format has dates of its own (Wikibase,
QuickStatements, FollowTheMoney), an end that is a day is the first without the fact, also where the
ontology counts last days (`kg:InclusiveEnds`).
Formats other than RDF have neither the ontology nor rules and questions.

"""
FOOT: Final = """
## What has no format here

OpenAtlas takes tables of one class at a time, with the dates of a thing itself, and has no column
for a relation between two things with dates of its own
(<https://demo.openatlas.eu/static/manual/admin/import.html>, read on 2026-11-29).
All that this graph says is such relations, so that names would be left.
CIDOC-CRM, on which it rests, dates events (joining a group, a formation, a move) and no state of
affairs between two things; which event began a membership or an office is what a project's ontology
would have to say, property by property.
Map it there and take `--format trig`, or ask by CONSTRUCT.
"""
_BY: Final = "by document, "
READERS: Final = {
    "trig": "rdflib 7.6",
    "nq": "rdflib 7.6",
    "jsonld": "rdflib 7.6",
    "parquet": "pandas 3.1",
    "xlsx": "openpyxl 3.1",
    "ods": "pandas 3.1",
    "ttl": "rdflib 7.6",
    "rdf12": "pyoxigraph 0.5.13",
    "wikibase": "rdflib 7.6, and `kg init --from`",
    "quickstatements": f"{_BY}version 1: <https://www.wikidata.org/wiki/Help:QuickStatements>",
    "neo4j": f"{_BY}CSV header format, version 5: <https://neo4j.com/docs/operations-manual/5/>",
    "cypher": "Ladybug 0.22",
    "kgx": f"{_BY}KGX 2.7: <https://biolink.github.io/kgx/kgx_format.html>, with pandas 3.1",
    "ftm": "followthemoney 4.11, and `kg init --from`",
    "csvw": "csvw 4.1 and frictionless 5.21",
    "duckdb": "DuckDB 2.0",
}


def render() -> str:
    """Return the page."""
    columns = [f"{words} (`{feature}`)" for feature, words in FEATURES.items()]
    rows = [["format", *columns, "read by"], ["---"] * (len(columns) + 2)]
    for name, cells in FORMATS.items():
        rows.append([f"`{name}`", *(cells[one] for one in FEATURES), READERS[name]])
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows) + FOOT


if __name__ == "__main__":
    sys.stdout.write(render())
