"""Graph: the handle that users hold; each method calls the module that does the work.

Nothing is computed here, and nothing heavy is imported before it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.analysis.analysed import Analysed
from kg.errors import UsageError, parameter, warn_caller
from kg.model.edtf import asked_time
from kg.query.current import opened
from kg.query.questions import query as ask
from kg.query.questions import questions
from kg.query.result import Result
from kg.query.slice import slice_of
from kg.store.base import Store
from kg.store.embedded import EmbeddedStore
from kg.workers.confine import is_confined
from kg.workers.limits import MIB, OWN, Limits, limited

if TYPE_CHECKING:
    import pandas as pd
    import rdflib

    from kg.model.sparql import Question
    from kg.page.document import Page
    from kg.pipeline.validate import Report
    from kg.published.comparison import Comparison
    from kg.query.bench.asker import Asker
    from kg.reports.audit import Audit
    from kg.reports.explanation import Explanation


class Graph(Analysed):
    """A knowledge graph in a store, ready to be asked, drawn and analysed.

    >>> import kg
    >>> graph = kg.open()
    >>> len(graph.query("members", organization="csto", as_of="2012-06-27"))
    7
    """

    def __init__(self, store: Store, place: str | Path | None = None) -> None:
        """Hold the store, and the place where it was opened."""
        super().__init__(store, place)
        # A slice is built once and serves every further question of the same dates.
        self.slice: Callable[..., Store] = lru_cache(maxsize=8)(self._slice)
        self._asker = lru_cache(maxsize=2)(_asker)
        self.tell = warn_caller

    def _slice(
        self, as_of: str | None = None, known_by: str | None = None, *, surely: bool = False
    ) -> Store:
        if as_of is None and known_by is None and not surely:
            return self.store
        self._check(as_of, known_by)
        # Many dates of the same knowledge share what takes longest.
        store = self.slice(None, known_by) if as_of and known_by else self.store
        return slice_of(store, as_of, None if as_of else known_by, surely=surely)

    def query(
        self,
        text: str,
        *,
        as_of: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        known_by: str | None = None,
        surely: bool = False,
        lenient: bool = False,
        allow_service: Collection[str] = (),
        seconds: float = OWN.seconds,
        memory: int = OWN.memory // MIB,
        **parameters: str,
    ) -> Result:
        """Ask a named question, or any SPARQL, as of a date and as known by a date.

        As of a date there is what can be true at any time in it, with `surely` what must be true on
        every day of it; so there is of a span, given as `from_` and `to`, both dates included.
        A parameter takes an id, an IRI, or a name: a label, an alias or a code in any language.
        A text that names something of the graph's own namespaces which does not exist is refused,
        because it would find nothing; `lenient` asks it all the same.
        It is answered by another process, in at most so many seconds (0 lifts the limit) and MiB of
        memory; SERVICE reaches only the hosts that `allow_service` names.

        A date after the day of issue gives an AfterIssueWarning.
        Raises QueryError when the text is wrong, UsageError when a date or id is, LimitError when
        the answer takes more than it may.

        >>> import kg
        >>> kg.open().query("ASK { id:armenia :memberOf id:csto }", seconds=10).rows
        [(True,)]
        """
        limits = limited(seconds, memory)
        asked = asked_time(as_of, from_, to)
        clocks: dict[str, Any] = {"as_of": asked, "known_by": known_by, "surely": surely}
        hosts = allow_service
        return self.ask(text, parameters, **clocks, lenient=lenient, hosts=hosts, limits=limits)

    def ask(
        self,
        text: str,
        parameters: Mapping[str, str],
        *,
        as_of: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        known_by: str | None = None,
        surely: bool = False,
        lenient: bool = False,
        hosts: Collection[str] = (),
        limits: Limits = OWN,
    ) -> Result:
        """Do the same as `query`, for parameters that may have any name."""
        from kg.model.sparql import refuse_large

        refuse_large(text, limits)
        as_of = asked_time(as_of, from_, to)
        options: dict[str, Any] = {"lenient": lenient, "hosts": hosts}
        if isinstance(self.store, EmbeddedStore) and not is_confined():
            self._check(as_of, known_by)
            options |= {"as_of": as_of, "known_by": known_by, "surely": surely, "limits": limits}
            return self._asker(self.store).ask(text, parameters, **options)
        store = self.slice(as_of, known_by, surely=surely)
        if isinstance(store, EmbeddedStore) and not is_confined():
            # An endpoint's slice is in this process.
            return self._asker(store).ask(text, parameters, **options, limits=limits)
        return ask(store, text, parameters, whole=self.store, **options)

    def why(
        self,
        subject: str,
        predicate: str | None = None,
        object: str | None = None,  # noqa: A002 - RDF's own word
        *,
        as_of: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        known_by: str | None = None,
        surely: bool = False,
        archive: str | Path | None = None,
    ) -> Explanation:
        """Return the statements behind a fact, with references, rules and premises.

        Entities and properties are given by ids, IRIs or names in any language.
        As of a date it is those that can be true at some time in it, and each says what leaves it
        open then; with `surely` those that count and must be true on every day of it; so it is of
        a span, given as `from_` and `to`.
        `archive` is a folder with texts of sources; the cited paragraphs are then shown.

        Raises UsageError when a name is that of none or of several, a date is none, or `surely`
        stands without one.

        >>> import kg
        >>> office = "minister-of-foreign-affairs-of-russia"
        >>> print(kg.open().why("Sergey Lavrov", "holds office", office).statements[0].start)
        2004-03-09
        """
        from kg.reports.archive import Archive
        from kg.reports.why import why

        as_of = asked_time(as_of, from_, to)
        self._check(as_of, known_by)
        texts = None if archive is None else Archive(Path(archive))
        clocks: dict[str, Any] = {"as_of": as_of, "known_by": known_by, "surely": surely}
        return why(self.store, subject, predicate, object, archive=texts, **clocks)

    def audit(
        self,
        *entities: str,
        kinds: Sequence[str] = (),
        since: str | None = None,
        ending_by: str | None = None,
        as_of: str | None = None,
        known_by: str | None = None,
    ) -> Audit:
        """Return where the record contradicts itself or rests on little, with coverage in numbers.

        `since` is for the kind `unconfirmed`, `ending_by` for `ending`, `as_of` for `undecided`,
        which need a date; `kg audit --help` says what each kind is.

        >>> import kg
        >>> kg.open().audit("serbia", kinds=["rejected"]).counts
        {'rejected': 1}
        """
        from kg.reports.audit import audit

        self._check(as_of, known_by)
        clocks = {"as_of": as_of, "known_by": known_by}
        return audit(self.store, entities, kinds=kinds, since=since, ending_by=ending_by, **clocks)

    def compare(
        self,
        table: str | Path | pd.DataFrame | None = None,
        *,
        wikibase: str | Path = "",
        subject: str = "subject",
        object: str = "object",  # noqa: A002 - RDF's own word
        predicate: str = "",
        status: str = "",
        start: str = "",
        end: str = "",
        first: str = "",
        last: str = "",
        at: str = "",
        as_of: str = "",
        known_by: str = "",
        mapping: Mapping[str, str] | None = None,
        mapping_files: Iterable[str | Path] = (),
        skip_unmatched: bool = False,
        sheet: str = "",
    ) -> Comparison:
        """Hold the record against a table that others published: a file or a data frame.

        Of a workbook `sheet` names the one that is meant. `subject`, `object` and `status`, and the
        dates `start` and `end` (half open), `first` and `last` (both included) or `at`, name
        columns; `predicate` names the one property of the whole table instead of a `status`.
        `mapping` leads from a value, or "column:value", to an id, a property, a literal, or "" to
        leave such rows out; `mapping_files` are tables of column, value and target.
        Without dates the table speaks for `as_of`, or else for the day of issue.
        Or `wikibase` is a file of Wikibase, or the URL of a query service, and both are compared
        by the ids of Wikidata.

        Raises TableError with every finding when something is not understood, UsageError when
        both are given, or neither.

        >>> import kg, pandas
        >>> table = pandas.DataFrame({"country": ["Uzbekistan"], "organisation": ["CSTO"]})
        >>> columns = {"subject": "country", "object": "organisation", "predicate": "memberOf"}
        >>> [one.verdict for one in kg.open().compare(table, **columns, as_of="2012").verdicts][-1]
        'agree'
        """
        from kg.published.comparison import compare, compare_wikibase
        from kg.published.rows import Roles

        columns = Roles(subject, object, predicate, status, start, end, first, last, at)
        files = [Path(path) for path in mapping_files]
        of_table = (columns != Roles(), as_of, mapping, files, skip_unmatched, sheet)
        if (table is None) == (not wikibase) or (wikibase and any(of_table)):
            option = parameter("wikibase")
            msg = f"name a table, with options that say what its columns mean, or {option} alone"
            raise UsageError(msg)
        if table is None:
            return compare_wikibase(self.store, str(wikibase), known_by=known_by)
        self._note(as_of)
        table = Path(table) if isinstance(table, str) else table
        more: dict[str, Any] = {"mapping": mapping, "mapping_files": files, "sheet": sheet}
        more |= {"as_of": as_of, "known_by": known_by, "skip_unmatched": skip_unmatched}
        return compare(self.store, table, columns, **more)

    def view(
        self,
        *,
        as_of: str | None = None,
        known_by: str | None = None,
        surely: bool = False,
        focus: str | None = None,
        hops: int = 1,
        positions: str | Path | None = None,
        with_sparql: bool = False,
        named: str | None = None,
    ) -> Page:
        """Return the page, which displays itself in a notebook; `.save("page.html")` writes it.

        `as_of` is the date on which it opens, `surely` leaves what is sure then; `focus` keeps what
        is within `hops` of an entity; `positions` is a file that the page saved: places stay.
        `with_sparql` puts the whole graph and a SPARQL engine into the page, some 3 MB more;
        `named` is the view on which it opens, instead of the first one that the graph has.

        >>> import kg
        >>> kg.open().view(focus="lavrov", as_of="2020-05-26").title.partition(":")[0]
        'Eurasian security organisations'
        """
        from kg.page.asking import asking
        from kg.page.draw import view
        from kg.page.positions import read_positions, read_positions_of_views
        from kg.query.names import entity
        from kg.query.views import views_of

        self._check(as_of, known_by)
        own = self.slice(known_by=known_by)
        near = focus and entity(own, focus, "focus")
        more: dict[str, Any] = {"focus": near, "hops": hops, "named": named}
        if positions:
            place = Path(positions)
            more |= {"positions": read_positions(place)}
            more |= {"kept_in_views": read_positions_of_views(place)}
        more |= {"asking": asking(own) if with_sparql else None, "views": views_of(own)}
        return view(self.network(known_by=known_by), as_of=as_of, surely=surely, **more)

    def dump(
        self,
        suffix: str,
        *,
        as_of: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        known_by: str | None = None,
        surely: bool = False,
    ) -> bytes:
        """Return the graph in the format of the suffix, such as ".trig"."""
        from kg.exports.dump import dump

        return dump(self.slice(asked_time(as_of, from_, to), known_by, surely=surely), suffix)

    def save(self, folder: str | Path, *, wait: bool = False) -> Path:
        """Write what `kg build` writes into the folder, and return where it is.

        That is the store, `graph.trig` and `graph.html`; `kg.open(folder)` then gives this graph,
        and `kg --store FOLDER` its command line.
        What a build left there is replaced when the new one is whole; with `wait` another process
        that writes there is waited for.

        Raises InputError when the folder cannot be written to, StoreError when another process
        writes there, or the disk refuses.

        >>> import kg, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = kg.open().save(folder)
        ...     kg.open(folder).query("ASK { id:armenia :memberOf id:csto }").rows
        [(True,)]
        """
        from pyoxigraph import RdfFormat

        from kg.pipeline.generations import save
        from kg.query.tables import record_of
        from kg.store.rdf import to_rdf

        place = Path(folder)
        quads = list(self.store.quads())
        trig = to_rdf(quads, self.store.words, RdfFormat.TRIG)
        save(quads, trig, self.view().html, place, {}, record_of(self.store), wait=wait)
        return place

    @property
    def questions(self) -> dict[str, Question]:
        """The named questions that the graph carries, by name."""
        return questions(self.store)

    @property
    def rdflib(self) -> rdflib.Dataset:
        """The same store as an `rdflib.Dataset`; nothing is copied.

        Strings have no type, as rdflib reads them. As the engine has it, tags are in lower case,
        numbers say their value and not how it was written (10.50 is 10.5), and what is bound
        beforehand must be among the variables of the SELECT.

        >>> import kg, rdflib
        >>> rdflib.Literal("TASS") in kg.open().rdflib.default_graph.objects()
        True
        """
        from kg.query.bench.dataset import dataset

        store = self.store
        return dataset(store, self._asker(store) if isinstance(store, EmbeddedStore) else None)

    def __repr__(self) -> str:
        return f"<kg.Graph of {self.store.words.base}, current for {self.store.issued}>"


def _asker(store: EmbeddedStore) -> Asker:
    from kg.query.bench.asker import Asker

    return Asker(store)


def build(data: str | Path, ontology: str | Path, *, memory: int = OWN.memory // MIB) -> Graph:
    """Load, validate and infer; return the graph in memory.

    Rules, shapes and questions run in another process, which may take so many MiB of memory.

    Raises DataError with every finding when the data are wrong, LimitError when a rule, shape or
    question takes more than it may.
    """
    from kg.model.foreign import bounded
    from kg.pipeline.builder import build

    with bounded(limited(0, memory).memory):
        return Graph(build(Path(data), Path(ontology)).store())


def open(place: str | Path | None = None) -> Graph:  # noqa: A001 - reads as kg.open
    """Open a build folder, a SPARQL 1.1 endpoint by its URL, or else the shipped graph.

    Raises StoreError when a folder holds no build, RemoteError when an endpoint does not answer.
    """
    if place is None:
        from kg.project import shipped

        project = shipped()
        return build(project / "data", project / "ontology")
    return Graph(opened(place), place)


def validate(data: str | Path, ontology: str | Path, *, memory: int = OWN.memory // MIB) -> Report:
    """Check every row, date, shape, rule and question; nothing is built.

    The report has the findings in the order of their places, each with its repair; it conforms
    when none of them is an error.
    Rules, shapes and questions run in another process, which may take so many MiB of memory.

    Raises InputError when a folder or table cannot be read at all, LimitError when a rule, shape or
    question takes more than it may.

    >>> import kg
    >>> from kg.project import shipped
    >>> report = kg.validate(shipped() / "data", shipped() / "ontology")
    >>> report.conforms
    True
    """
    from kg.model.foreign import bounded
    from kg.pipeline.builder import check, check_large

    folders = (Path(data), Path(ontology))
    with bounded(limited(0, memory).memory):
        large = check_large(*folders, lambda _: None)
        return check(*folders) if large is None else large


def publish(
    graph: Graph | str | Path,
    url: str,
    *,
    queries: str | None = None,
    graph_store: bool = False,
    replace: bool = False,
    union_default_graph: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Put a graph, or the build in a folder, into another SPARQL 1.1 store.

    `url` takes changes; where queries are answered is guessed from it unless `queries` says so.
    Changes go by SPARQL 1.1 Update, with `graph_store` by the Graph Store HTTP Protocol.
    `union_default_graph` is for a store whose default graph is the union of all graphs.
    Other triples there are left alone unless `replace`; what an earlier call began is gone on with.
    Returns how many triples the store then counts, all of them; `progress` is told as they come.

    Raises UsageError when the store is not empty, RemoteError when it fails or counts otherwise.
    """
    from kg.exports import publish as put

    store = (graph if isinstance(graph, Graph) else open(graph)).store
    to = put.target(url, queries, graph_store=graph_store, union=union_default_graph)
    quads = list(store.quads())
    return put.publish(quads, store.words.base, to, progress or (lambda *_: None), replace=replace)
