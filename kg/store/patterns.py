"""Patterns: the queries by which what a graph says is read back."""

from __future__ import annotations

from typing import Final

from kg.model import schema
from kg.model.dates import UNKNOWN

# The first pattern is put in when only some statements are asked for.
PROOFS: Final = """
SELECT ?st ?position ?rule ?premise ?since ?until {%s
  ?st kg:proof ?proof .
  ?proof kg:position ?position ; kg:rule ?rule ; prov:wasDerivedFrom ?premise .
  OPTIONAL { ?proof kg:start ?since }
  OPTIONAL { ?proof kg:end ?until }
}"""
# By when that was over whose end nobody dates.
OVER_BY: Final = f'SELECT ?st ?end {{%s ?st kg:endText "{UNKNOWN}" ; kg:end ?end }}'
# The variable of a required column has its name.
SOURCES: Final = """
SELECT * {%s
  ?id a kg:Source .%s
}"""
ENTITIES: Final = """
SELECT * {%s
  ?id a ?class .
  FILTER STRSTARTS(STR(?id), STR(id:))
  FILTER NOT EXISTS { ?id a ?narrow . ?narrow rdfs:subClassOf ?class FILTER(?narrow != ?class) }%s
}"""
ALIASES: Final = "SELECT ?id ?alias {%s ?id skos:altLabel ?alias } ORDER BY STR(?id) STR(?alias)"
NAMES: Final = """
SELECT ?id ?label {%s
  ?id rdfs:label ?label .
  FILTER(STRSTARTS(STR(?id), STR(id:)) && LANG(?label) != "")
}"""
IS_ENTITY: Final = "?node a ?class . FILTER STRSTARTS(STR(?node), STR(id:))"
# The nodes of all lists of literals, each with the one after it; not every store follows rdf:rest*.
LANGUAGES: Final = """
SELECT ?node ?language ?next ?dataset {
  ?node rdf:first ?language ; rdf:rest ?next .
  FILTER isLiteral(?language)
  OPTIONAL { ?dataset kg:languages ?node }
}"""
LABELS: Final = """
SELECT ?term ?label {
  ?term rdfs:label ?label .
  FILTER STRSTARTS(STR(?term), STR(:))
}"""
RULES: Final = """
SELECT ?rule ?text ?path ?sparql {
  ?rule a kg:Rule ; rdfs:comment ?text ; prov:atLocation ?path ; kg:sparql ?sparql .
}"""


def columns(table: schema.TableName) -> str:
    """Return the patterns of required columns that are one property each."""
    return "".join(
        f"\n  OPTIONAL {{ ?id {one.term} ?{one.name} }}" for one in schema.required_cells(table)
    )


def of(which: str) -> str:
    """Return the pattern that names the nodes of a page, of ?id."""
    return which.replace("?node", "?id")
