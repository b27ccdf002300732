"""Jobs: what the workers of the server know besides SPARQL; loaded by name in each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kg.hypertext.asking import question_page
from kg.hypertext.entities import entity_page, source_page
from kg.hypertext.home import about, home, questions_page, sources
from kg.hypertext.searching import search
from kg.hypertext.statements import statement_json, statement_page
from kg.hypertext.telling import Teller, teller
from kg.query.bench.bench import Bench, Job
from kg.server.describe import describe
from kg.server.exploring import bound, draw, graph, picture, rows, vocabulary
from kg.server.lost import lost, query_page
from kg.workers.wire import Reply, Task


def _told(work: Callable[[Teller, Task], Reply]) -> Job:
    """Return the job that makes a page of what the graph says, by the dates of its task."""
    return lambda bench, task: work(teller(bench, task), task)


def _question(bench: Bench, task: Task) -> Reply:
    """Answer a question: its dates are those of the answer, and the form is that of all times."""
    return question_page(teller(bench, {}), task)


JOBS: Final[dict[str, Job]] = {
    "about": _told(about),
    "bound": bound,
    "describe": describe,
    "draw": draw,
    "entity": _told(entity_page),
    "graph": graph,
    "home": _told(home),
    "lost": lost,
    "picture": picture,
    "query": query_page,
    "question": _question,
    "questions": _told(questions_page),
    "rows": rows,
    "search": _told(search),
    "source": _told(source_page),
    "sources": _told(sources),
    "statement": _told(statement_page),
    "statement-json": _told(statement_json),
    "vocabulary": vocabulary,
}
