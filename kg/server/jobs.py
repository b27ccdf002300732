"""Jobs: what the workers of the server know besides SPARQL; loaded by name in each of them."""

from __future__ import annotations

from typing import Final

from kg.query.bench.bench import Job
from kg.server.describe import describe
from kg.server.entities import entity_page, source_page
from kg.server.exploring import bound, draw, graph, picture, rows, vocabulary

JOBS: Final[dict[str, Job]] = {
    "bound": bound,
    "describe": describe,
    "draw": draw,
    "entity": entity_page,
    "graph": graph,
    "picture": picture,
    "rows": rows,
    "source": source_page,
    "vocabulary": vocabulary,
}
