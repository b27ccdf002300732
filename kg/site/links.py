"""Links: under which names pages stand as files, and how one of them writes the way to another."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from kg.hypertext.places import Places

PLACES: Final[Places] = (
    ("Graph", "graph", False),
    ("Questions", "questions", False),
    ("Notebooks", "notebooks", False),
    ("Sources", "sources", False),
    ("Ontology", "ontology", False),
    ("Downloads", "downloads", False),
    ("About", "about", False),
)
# Kinds of pages of which there are many, each in a folder of its own.
FOLDERS: Final = ("id", "source", "statement", "question", "class", "notebook")
# Names that are the same on every file system, whatever it thinks of case and of Unicode.
_SAFE: Final = re.compile(r"[a-z0-9]([a-z0-9.-]{0,98}[a-z0-9])?")
# Windows opens devices by these, whatever their suffix.
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_LONGEST: Final = 60


@lru_cache(maxsize=2**16)
def file_name(identifier: str) -> str:
    """Return a name for the file of an id: the id itself where every file system takes it.

    Else it is what of it is safe, with a digest that keeps apart what differs in case alone.

    >>> file_name("csto-pa"), file_name("con"), file_name("Q42")
    ('csto-pa', 'con_1143da2bc54c', 'q42_a6bc65d622c4')
    """
    if _SAFE.fullmatch(identifier) and not _DEVICES.fullmatch(identifier):
        return identifier
    plain = unicodedata.normalize("NFKD", identifier).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST]
    return f"{stem}_{hashlib.sha256(identifier.encode()).hexdigest()[:12]}"


def place_of(kind: str, name: str = "") -> str:
    """Return where a page stands, from the folder of the site, with `/`.

    >>> place_of("home"), place_of("id", "csto"), place_of("sources", "2")
    ('index.html', 'id/csto.html', 'sources-2.html')
    """
    match kind:
        case "home":
            return "index.html"
        case "assets" | "downloads" if name:
            return f"{kind}/{name}"
        case "sources" if name not in {"", "1"}:
            return f"sources-{name}.html"
        case _ if kind in FOLDERS:
            return f"{kind}/{file_name(name)}.html"
        case _:
            return f"{kind}.html"


class OnDisk:
    """The addresses of a site, as a page so many folders below its first page writes them.

    >>> OnDisk(1).to("id", "csto"), OnDisk(0).to("rule", "allies")
    ('../id/csto.html', 'ontology.html#rule-allies')
    """

    is_served = False

    def __init__(
        self, depth: int, places: Places = PLACES, shared: Mapping[str, str] | None = None
    ) -> None:
        """Keep how deep the page stands, and where its header leads.

        `shared` has the page of each statement by its id, where statements share pages; lists of
        facts then leave what they rest on to them.
        """
        self.has_evidence = shared is None
        self.places = places
        self._shared = shared or {}
        self._up = "../" * depth

    def to(self, kind: str, name: str = "", form: str = "") -> str:  # noqa: ARG002 - files have one
        """Return the address of a page."""
        match kind:
            case "rule":
                return f"{self._up}ontology.html#rule-{file_name(name)}"
            case "focus":
                return f"{self._up}graph.html#n={_escaped(name)}&f={_escaped(name)}"
            case "statement" if name in self._shared:
                return f"{self._up}{self._shared[name]}#{name}"
            case _:
                return self._up + place_of(kind, name)

    def asked(self, question: str, parameter: str, value: str) -> str:  # noqa: ARG002
        """Return the address of the question, whose page has the answers that the site gives."""
        return self.to("question", question)


def _escaped(text: str) -> str:
    return quote(text, safe="")
