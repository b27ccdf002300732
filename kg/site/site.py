"""Site: the pages of a graph, made one after the other, and put in place as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.errors import InputError
from kg.files import digest, whole_folder
from kg.hypertext.entities import entity_page, source_page
from kg.hypertext.frame import assets
from kg.hypertext.home import SOURCES, about, home, questions_page, sources
from kg.hypertext.ontology import ontology_page
from kg.hypertext.searching import search
from kg.hypertext.statements import statement_page
from kg.hypertext.telling import Teller, page, teller, web
from kg.pipeline.columns.size import MOST_SHOWN
from kg.progress import at_work, counted
from kg.query.bench.bench import Bench
from kg.site.downloads import Downloads
from kg.site.evidence import evidence_pages, shared
from kg.site.graph_page import graph_page
from kg.site.links import PLACES, OnDisk, place_of
from kg.site.lookup import scripts
from kg.site.marker import MARKER, marker, refuse_foreign
from kg.site.notebooks import Rendered, found, notebook_files, notebook_pages, rendered
from kg.site.questions import question_page
from kg.site.sitemap import checked_base, sitemap
from kg.store.embedded import EmbeddedStore
from kg.workers.limits import OWN

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.workers.wire import Reply

_STYLES: Final = ("serve.css", "site.css")
# All of a class stand on one page.
_ALL: Final = 10**9


class WrittenSite(NamedTuple):
    """A site that was written: its folder, its files and their bytes, and what it has not."""

    folder: Path
    files: int
    size: int
    missing: tuple[str, ...]


def write_site(
    graph: Graph | str | Path,
    folder: str | Path,
    *,
    base_url: str = "",
    as_of: str | None = None,
    notebooks: str | Path | None = None,
) -> WrittenSite:
    """Write a graph, or the build in a folder, as pages that need no server, as `kg site` does.

    The folder must be new, empty, or a site that kg wrote and nobody changed, which is replaced
    when the new one is whole.
    With `as_of` the pages see the record from that date; `base_url` is where the site will stand,
    which only the sitemap and the descriptions for catalogues need. `notebooks` is a folder: each
    `.ipynb` of it becomes a page with the outputs that it keeps, and nothing of it is run (needs
    the extra `notebook`).
    Returns the folder, the number of files and of bytes, and in words what was left out.

    Raises UsageError for another folder, a date that is none or lies before the record, an address
    that is none, or a folder without notebooks, InputError for what is no notebook, or when the
    folder cannot be written to.

    >>> import kg, tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     written = kg.write_site(kg.open(), f"{place}/site")
    ...     (written.folder / "id" / "csto.html").exists()
    True
    """
    from kg.graph import Graph as Handle
    from kg.graph import open as opened

    place, base = Path(folder), checked_base(base_url) if base_url else ""
    refuse_foreign(place)
    made = list(rendered(found(Path(notebooks)))) if notebooks is not None else []
    graph = graph if isinstance(graph, Handle) else opened(graph)
    store = graph.store
    if not isinstance(store, EmbeddedStore):
        store = EmbeddedStore.of(store.quads())
    own = Handle(store)
    own.tell = _once(graph)
    bench = Bench(store, OWN, is_plain=False, is_cut=False)
    bench.check_date(as_of)
    site = Site(own, bench, base, as_of or "", made)
    try:
        with whole_folder(place) as aside:
            return site.write(aside)._replace(folder=place)
    except OSError as error:
        msg = f"{place} cannot be written: {error.strerror or error}"
        raise InputError(msg) from error


def _once(graph: Graph) -> Callable[[str], None]:
    """Return who hears each sentence once, however many questions give rise to it."""
    heard: set[str] = set()

    def tell(text: str) -> None:
        if text not in heard:
            heard.add(text)
            graph.tell(text)

    return tell


class Site:
    """The pages of one graph."""

    def __init__(
        self, graph: Graph, bench: Bench, base: str, as_of: str, notebooks: list[Rendered]
    ) -> None:
        """Keep what is shown, where it will stand, and from which date it is seen."""
        self.graph = graph
        self.base = base
        self.as_of = as_of
        self.told: Teller = teller(bench, {"as_of": as_of})
        self._history = self.told.history
        self._is_small = len(self._history.statements) <= MOST_SHOWN
        self._notebooks = notebooks
        lacking = {"graph": not self._is_small, "notebooks": not notebooks}
        self._places = tuple(place for place in PLACES if not lacking.get(place[1]))
        together = None if self._is_small else shared(self._history.statements)
        self._links = [OnDisk(at, self._places, together) for at in (0, 1)]
        self._missing: tuple[str, ...] = ()

    def write(self, folder: Path) -> WrittenSite:
        """Write all files below a folder that is there and empty."""
        digests: dict[str, str] = {}
        folders: set[Path] = set()
        size = 0
        for name, content in self._files():
            path = folder / name
            if path.parent not in folders:
                path.parent.mkdir(exist_ok=True)
                folders.add(path.parent)
            path.write_bytes(content)
            digests[name] = digest(content)
            size += len(content)
        told = marker(digests)
        (folder / MARKER).write_bytes(told)
        return WrittenSite(folder, len(digests) + 1, size + len(told), self._missing)

    def _files(self) -> Iterator[tuple[str, bytes]]:
        """Yield each file with its name, pages before what is made of their names."""
        pages = []
        for name, reply in self._pages():
            pages.append(name)
            yield name, reply.body
        if self._is_small:
            at_work("drawing the graph")
            pages.append("graph.html")
            yield "graph.html", graph_page(self._at(0), self.graph, self.as_of)
        base = self.base and f"{self.base}downloads/"
        made = Downloads(self.told.bench, base, is_small=self._is_small)
        yield from ((f"downloads/{name}", content) for name, content in made.made())
        pages.append("downloads.html")
        yield "downloads.html", self._downloads(made).body
        for name, content in {**assets(_STYLES), **scripts(self._at(0))}.items():
            yield f"assets/{name}", content
        yield from notebook_files(self._notebooks)
        # GitHub Pages would run the folder through another program.
        yield ".nojekyll", b""
        self._missing = tuple(made.missing)
        self._missing += tuple(lost for one in self._notebooks for lost in one.lost)
        if not self._is_small:
            many = f"because of more than {MOST_SHOWN:,} statements"
            self._missing += (f"graph.html, graph.trig and graph.xlsx, {many}",)
        if self.base:
            yield from sitemap(sorted(pages), self.base, self._history.store.issued).items()
        else:
            self._missing += ("sitemap.xml, which needs the address of the site (--base-url)",)

    def _pages(self) -> Iterator[tuple[str, Reply]]:
        """Yield the pages that the record itself has."""
        yield place_of("home"), home(self._at(0), {})
        yield place_of("about"), about(self._at(0), {})
        yield place_of("questions"), questions_page(self._at(0), {})
        yield place_of("ontology"), ontology_page(self._at(0), {})
        yield place_of("search"), self._search()
        yield from self._sources()
        yield from notebook_pages(self._at, self._notebooks)
        for kind in sorted({one.class_name for one in self._history.entities.values()}):
            task = {"sought": "", "class": kind, "most": _ALL}
            yield place_of("class", kind), search(self._at(1), task)
        questions = self.told.questions
        for name in counted(questions, "questions answered", len(questions)):
            made = question_page(self._at(1), self.graph, questions[name], self.as_of)
            yield place_of("question", name), made
        yield from self._each("id", self._history.entities, "pages of entities")
        yield from self._each("source", self._history.sources, "pages of sources")
        if self._is_small:
            yield from self._each("statement", self._history.by_id, "pages of statements")
        else:
            yield from evidence_pages(self._at(1))

    def _each(self, kind: str, names: Iterable[str], stage: str) -> Iterator[tuple[str, Reply]]:
        """Yield the pages of all things of a kind."""
        make = {"id": entity_page, "source": source_page, "statement": statement_page}[kind]
        every = sorted(names)
        for name in counted(every, stage, len(every)):
            yield place_of(kind, name), make(self._at(1), {"id": name, "as_of": self.as_of})

    def _at(self, depth: int) -> Teller:
        """Return who tells it on a page so many folders down."""
        self.told.links = self._links[depth]
        return self.told

    def _sources(self) -> Iterator[tuple[str, Reply]]:
        for number in range(1, max(1, -(-len(self._history.sources) // SOURCES)) + 1):
            made = sources(self._at(0), {"page": number})
            yield place_of("sources", str(number)), made

    def _search(self) -> Reply:
        told = self._at(0)
        kinds = {one.class_name for one in self._history.entities.values()}
        named = [{"id": kind, **told.named(kind)} for kind in kinds]
        named.sort(key=lambda one: (one["text"].casefold(), one["id"]))
        return page(told, "lookup.html", "search", classes=named)

    def _downloads(self, made: Downloads) -> Reply:
        told = self._at(0)
        said = told.dataset.get("dcterms:license", ())
        licenses = [web(one["text"]) or one["text"] for one in said]
        shown = {"files": made.files, "missing": made.missing, "licenses": licenses}
        return page(told, "downloads.html", "downloads", **shown)
