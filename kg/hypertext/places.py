"""Places: where the pages stand that link to each other, as a page writes their addresses."""

from __future__ import annotations

from typing import Final, Protocol
from urllib.parse import quote, urlencode

# Where the header leads: the words, the kind of page, and whether files that kg did not build have
# it.
Places = tuple[tuple[str, str, bool], ...]
SERVED_PLACES: Final[Places] = (
    ("Graph", "graph", False),
    ("Questions", "questions", False),
    ("Query", "query", True),
    ("Sources", "sources", False),
    ("About", "about", False),
)
_FOLDERS: Final = ("id", "source", "statement", "question", "rule", "assets")


class Links(Protocol):
    """The addresses of pages, as one of them writes them."""

    is_served: bool
    # Whether each list of facts tells what they rest on, or their own pages alone.
    has_evidence: bool
    places: Places

    def __hash__(self) -> int:
        """Return what keeps apart those for which templates are kept."""
        ...

    def to(self, kind: str, name: str = "", form: str = "") -> str:
        """Return the address of a page, or of what it is about in another form."""
        ...

    def asked(self, question: str, parameter: str, value: str) -> str:
        """Return the address of a question with a parameter."""
        ...


class Served:
    """The addresses of a server, which are the same from everywhere.

    >>> links = Served()
    >>> links.to("home"), links.to("id", "anna", "ttl"), links.to("class", "Club")
    ('/', '/id/anna.ttl', '/search?class=Club')
    """

    is_served = True
    has_evidence = True
    places = SERVED_PLACES

    def to(self, kind: str, name: str = "", form: str = "") -> str:
        """Return the address of a page, or of what it is about in another form."""
        match kind:
            case "home":
                return "/"
            case "class":
                return f"/search?class={quote(name)}"
            case "focus":
                return f"/graph?focus={quote(name)}"
            case "sources" if name:
                return f"/sources?page={name}"
            case _ if kind in _FOLDERS:
                return f"/{kind}/{quote(name)}{form and f'.{form}'}"
            case _:
                return f"/{kind}"

    def asked(self, question: str, parameter: str, value: str) -> str:
        """Return the address of a question with a parameter."""
        return f"{self.to('question', question)}?{urlencode({f'p.{parameter}': value})}"


SERVED: Final = Served()
