"""Jobs: what the workers of the server know besides SPARQL; loaded by name in each of them."""

from __future__ import annotations

from typing import Final

from kg.query.bench.bench import Job
from kg.server.asking import question_page
from kg.server.describe import describe
from kg.server.entities import entity_page, source_page
from kg.server.exploring import bound, draw, graph, picture, rows, vocabulary
from kg.server.home import about, home, lost, query_page, questions_page, sources
from kg.server.searching import search
from kg.server.statements import statement_json, statement_page

JOBS: Final[dict[str, Job]] = {
    "about": about,
    "bound": bound,
    "describe": describe,
    "draw": draw,
    "entity": entity_page,
    "graph": graph,
    "home": home,
    "lost": lost,
    "picture": picture,
    "query": query_page,
    "question": question_page,
    "questions": questions_page,
    "rows": rows,
    "search": search,
    "source": source_page,
    "sources": sources,
    "statement": statement_page,
    "statement-json": statement_json,
    "vocabulary": vocabulary,
}
