"""What a page needs to answer SPARQL by itself: the graph, its questions, and its clock.

The engine is Oxigraph's WebAssembly build (`tools/engine`); it runs in a worker of the page.
"""

from __future__ import annotations

import base64
import gzip
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kg.query.as_of import CURRENT, HOLDING
from kg.query.questions import by_topic, halves, questions

if TYPE_CHECKING:
    from kg.store.base import Store

# The worker's scripts: the engine, then what it is asked.
WORKER = ("engine.js", "answer.js")


@dataclass(frozen=True, slots=True)
class Asking:
    """The graph as packed N-Quads, and `about`: worker, prefixes, clock and questions."""

    quads: str
    about: dict[str, Any]


def asking(store: Store) -> Asking:
    """Return what a page needs so that the graph of the store can be asked there.

    The same graph gives the same bytes.
    """
    lines = sorted(f"{quad} .\n" for quad in store.quads())
    own = files("kg.page") / "web"
    about = {
        "worker": "".join((own / name).read_text(encoding="utf-8") for name in WORKER),
        "prefixes": store.words.prefixes,
        "issued": store.issued,
        "current": CURRENT,
        # A template of Python's: doubled braces stand for one.
        "holding": HOLDING.format(since="SINCE", until="UNTIL"),
        "questions": [
            {
                "name": question.name,
                "text": question.text,
                "topic": question.topic,
                "sparql": halves(question.sparql),
                "parameters": [parameter._asdict() for parameter in question.parameters],
            }
            for found in by_topic(questions(store).values()).values()
            for question in found
        ],
    }
    return Asking(_packed("".join(lines).encode()), about)


def engine() -> str:
    """Return the engine, compressed by gzip, as Base64."""
    return base64.b64encode((files("kg.page") / "web" / "engine.wasm.gz").read_bytes()).decode()


def _packed(data: bytes) -> str:
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()
