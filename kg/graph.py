"""Graph: the handle that users hold; each method calls the room of the same name.

Nothing is computed here, and nothing heavy is imported before it is needed.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg.generations import open_build
from kg.query import Result, questions
from kg.query import query as ask
from kg.store import RemoteStore, Store

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from kg.sparql import Question
    from kg.view import Page
    from kg.why import Explanation


class Graph:
    """A knowledge graph in a store, ready to be asked, drawn and analysed.

    >>> import kg
    >>> graph = kg.open()
    >>> len(graph.query("members", organization="csto", as_of="2012-06-27"))
    7
    """

    def __init__(self, store: Store) -> None:
        """Hold the store."""
        self.store = store
        # A slice is built once and serves every further question of the same dates.
        self.slice = lru_cache(maxsize=8)(self._slice)

    def _slice(self, as_of: str | None = None, known_by: str | None = None) -> Store:
        if not as_of and not known_by:
            return self.store
        from kg.slice import slice_of

        return slice_of(self.store, as_of, known_by)

    def query(
        self,
        text: str,
        *,
        as_of: str | None = None,
        known_by: str | None = None,
        **parameters: str,
    ) -> Result:
        """Ask a named question, or any SPARQL, as of a date and as known by a date.

        Raises QueryError when the text is wrong, UsageError when a date or id is.
        """
        return ask(self.slice(as_of, known_by), text, parameters)

    def why(
        self,
        subject: str,
        predicate: str | None = None,
        object: str | None = None,  # noqa: A002 - RDF's own word
        *,
        as_of: str | None = None,
        known_by: str | None = None,
    ) -> Explanation:
        """Return the statements behind a fact, with references, rules and premises.

        >>> import kg
        >>> office = "minister-of-foreign-affairs-of-russia"
        >>> print(kg.open().why("lavrov", "holdsOffice", office).statements[0].start)
        2004-03-09
        """
        from kg.why import why

        return why(self.store, subject, predicate, object, as_of=as_of, known_by=known_by)

    def network(
        self, *, as_of: str | None = None, known_by: str | None = None
    ) -> nx.MultiDiGraph[str]:
        """Return the graph as a networkx MultiDiGraph: node id "csto", edge key = statement id."""
        from kg.network import network

        return network(self.store, as_of=as_of, known_by=known_by)

    def view(
        self,
        *,
        as_of: str | None = None,
        known_by: str | None = None,
        focus: str | None = None,
        hops: int = 1,
        positions: str | Path | None = None,
    ) -> Page:
        """Return the page, which displays itself in a notebook; `.save("page.html")` writes it.

        `as_of` is the date on which it opens; `focus` keeps what is within `hops` of an entity;
        `positions` is a file that the page saved: what is in it stays where it was.

        >>> import kg
        >>> kg.open().view(focus="lavrov", as_of="2020-05-26").title.partition(":")[0]
        'Eurasian security organisations'
        """
        from kg.view import read_positions, view

        kept = read_positions(Path(positions)) if positions else None
        network = self.network(known_by=known_by)
        return view(network, as_of=as_of, focus=focus, hops=hops, positions=kept)

    def dump(self, suffix: str, *, as_of: str | None = None, known_by: str | None = None) -> bytes:
        """Return the graph in the format of the suffix, such as ".trig"."""
        from kg.dump import dump

        return dump(self.slice(as_of, known_by), suffix)

    @property
    def questions(self) -> dict[str, Question]:
        """The named questions that the graph carries, by name."""
        return questions(self.store)

    @property
    def rdflib(self) -> rdflib.Dataset:
        """The same store as an `rdflib.Dataset`; nothing is copied."""
        return self.store.rdflib()

    def __repr__(self) -> str:
        return f"<kg.Graph of {self.store.words.base}, current for {self.store.issued}>"


def build(data: str | Path, ontology: str | Path) -> Graph:
    """Load, validate and infer; return the graph in memory.

    Raises DataError with every finding when the data are wrong.
    """
    from kg.builder import build

    return Graph(build(Path(data), Path(ontology)).store())


def open(place: str | Path | None = None) -> Graph:  # noqa: A001 - reads as kg.open
    """Open a build folder, a SPARQL 1.1 endpoint by its URL, or else the shipped graph.

    Raises StoreError when a folder holds no build, RemoteError when an endpoint does not answer.
    """
    if place is None:
        from kg.project import shipped

        project = shipped()
        return build(project / "data", project / "ontology")
    if isinstance(place, str) and place.startswith(("http://", "https://")):
        return Graph(RemoteStore(place))
    return Graph(open_build(Path(place)))
