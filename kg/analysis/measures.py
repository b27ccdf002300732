"""Measures: numbers of the network on days and over time, as data frames and networks.

The algorithms are those of networkx, on plain networks of what held on a day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack

from kg.analysis.held import days_of_range, known, links, properties, step, window
from kg.analysis.together import Path, Shared, paths, projection, shared
from kg.errors import UsageError, missing_extra
from kg.model.dates import Period
from kg.model.edtf import asked_period, parse_date
from kg.query.tables import record_of
from kg.store.read_back import History

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from kg.model.calendar import Span
    from kg.store.base import Store


# Which store it is about, once the dates are found to be some.
Opener = Callable[..., "Store"]
_HOPS: Final = 3


class Asked(TypedDict, total=False):
    """When and of what it is asked.

    `as_of` is a date or several; else it is the days from `from_` to `to`, one `every` year, month
    or day; else the day of issue. `by` names the properties that link, else all do.
    """

    as_of: str | Iterable[str]
    from_: str
    to: str
    every: str
    by: str | Iterable[str]
    known_by: str
    surely: bool


class Spanned(TypedDict, total=False):
    """Within which days it is asked: from the beginning of the record to the day of issue."""

    from_: str
    to: str
    known_by: str
    surely: bool


class Measures:
    """Numbers of the network on days and over time.

    Two entities are linked on a day when a fact between them can be true then, with `surely` when
    one must be; what happened is true ever after, and conclusions link as other facts do. Which
    properties link is for you to say (`by`), and every number depends on it.
    All of them say what is on record: a link that nobody wrote down is missing, and what was
    recorded with more care looks better connected.
    Methods that take dates raise UsageError when one is none, or lies before the record begins.
    """

    def __init__(self, opened: Opener) -> None:
        """Keep how the store is opened: as known by a date, for the dates that are asked."""
        self._opened = opened

    def degree(self, **asked: Unpack[Asked]) -> pd.DataFrame:
        """Return with how many others each entity was linked: a row a date, a column an entity.

        However many facts two entities share, they count as one. <NA> is who had no link that day.
        A number grows with the record as with the world; compare dates that are recorded alike.

        >>> import kg
        >>> frame = kg.open().measures.degree(as_of=["2003", "2012"], by="memberOf")
        >>> frame["csto"].tolist()
        [6, 7]
        """
        return self.each(lambda network: dict(network.degree()), **asked).astype("Int64")

    def betweenness(self, *, backend: str | None = None, **asked: Unpack[Asked]) -> pd.DataFrame:
        """Return the share of shortest paths that lead through each entity, as networkx has it.

        It is a share of all pairs, so it moves when anybody joins or leaves, and one missing link
        can turn it over. Where all links are memberships it says little but who is in most.
        `backend` is one of networkx, which its own settings choose otherwise.

        >>> import kg
        >>> frame = kg.open().measures.betweenness(as_of="2012-06-27", by="memberOf")
        >>> frame.loc["2012-06-27"].idxmax()
        'cis'
        """
        import networkx as nx

        options: dict[str, Any] = {"backend": backend}
        return self.each(partial(nx.betweenness_centrality, **options), **asked)

    def components(self, *, backend: str | None = None, **asked: Unpack[Asked]) -> pd.DataFrame:
        """Return to which connected part each entity belonged, called after its first member.

        First is first by id, so a part may be called otherwise the next year and still be the same.
        One link joins two parts, however weak it is.

        >>> import kg
        >>> kg.open().measures.components(as_of="2003", by="memberOf")["csto"].tolist()
        ['armenia']
        """
        import networkx as nx

        options: dict[str, Any] = {"backend": backend}

        def parts(network: nx.Graph[str]) -> dict[str, str]:
            found: Iterable[set[str]] = nx.connected_components(network, **options)
            return {one: min(part) for part in found for one in part}

        return self.each(parts, **asked)

    def each(
        self, measure: Callable[[nx.Graph[str]], Mapping[str, Any]], **asked: Unpack[Asked]
    ) -> pd.DataFrame:
        """Return what a measure says of each entity: a row a date, a column an entity.

        A measure takes a `networkx.Graph` and returns a value for each node, as many of networkx
        do. Its limits are its own.

        >>> import kg, networkx
        >>> frame = kg.open().measures.each(networkx.core_number, as_of="2020-05-26", by="memberOf")
        >>> frame["csto"].tolist()
        [4]
        """
        _need_pandas()
        import pandas as pd

        store, dates = self._dates(asked)
        by = properties(History(store), asked.get("by"))
        surely = asked.get("surely", False)
        rows = [measure(slice_network(store, date, by, surely=surely)) for date in dates]
        names = pd.Index(sorted({name for row in rows for name in row}), dtype="str", name="entity")
        cells = [[row.get(name) for name in names] for row in rows]
        return pd.DataFrame(cells, index=_index(dates), columns=names)

    def _dates(self, asked: Asked) -> tuple[Store, list[str]]:
        """Return the store, and the dates that are asked for."""
        given, from_, to = asked.get("as_of"), asked.get("from_"), asked.get("to")
        if given and (from_ or to):
            raise UsageError(
                "as_of names dates, and from_ and to a range; give the one or the other"
            )
        known_by = asked.get("known_by")
        if given:
            dates = [given] if isinstance(given, str) else list(given)
            return self._opened(known_by, *dates), dates
        store = self._opened(known_by, *filter(None, (from_, to)))
        if from_ or to or "every" in asked:
            return store, days_of_range(store, from_, to, asked.get("every", "year"))
        return store, [store.issued]

    def projection(
        self, by: str, *, side: str = "subject", **asked: Unpack[Spanned]
    ) -> nx.Graph[str]:
        """Return who was together in something, as a network weighted by days.

        Of a property that leads from members to what they are in, two members are linked when they
        were in the same at the same time. `weight` is how many days that was, those of all that
        they shared added up; `shared` says the days of each. The `side` "object" links what the
        members were in by its members instead.

        A day together is no cooperation, and in a large body all are linked with all.

        >>> import kg
        >>> graph = kg.open().measures.projection("memberOf", from_="2003", to="2003")
        >>> graph["armenia"]["belarus"]["shared"]
        {'cis': 365, 'csto': 365}
        """
        store, within = self._within(asked)
        found = links(History(store), by, surely=asked.get("surely", False))
        return projection(found, side, within)

    def overlap(
        self,
        first: str,
        second: str,
        *,
        over: str = "year",
        each: bool = False,
        by: str | None = None,
        **asked: Unpack[Spanned],
    ) -> pd.DataFrame:
        """Return what two entities shared, such as members: a row for each year, month or day.

        `shared` is how many were in both at the same time on some day of it, `days` on how many
        days, those of all added up; with `each` the days of each one, in a column of its own.
        `by` is the property that leads to both; without it that by which most do, which stands in
        `frame.attrs["by"]`. Rows begin with the first that has any, unless `from_` says otherwise.

        Who is in both may do nothing there, and a large body overlaps with every other.
        Raises UsageError when an entity, a property or a date is none, or both are the same.

        >>> import kg
        >>> kg.open().measures.overlap("csto", "sco", from_="2006", to="2007").to_dict("list")
        {'shared': [5, 5], 'days': [1598, 1825]}
        """
        _need_pandas()
        import pandas as pd

        found = self.shared(first, second, over=over, by=by, **asked)
        index = pd.Index([name for name, _ in found.rows], name=over, dtype="str")
        if each:
            names = sorted({name for _, days in found.rows for name in days})
            cells = [[days.get(name, 0) for name in names] for _, days in found.rows]
        else:
            names = ["shared", "days"]
            cells = [[len(days), sum(days.values())] for _, days in found.rows]
        frame = pd.DataFrame(cells, index=index, columns=names, dtype="Int64")
        frame.attrs["by"] = found.by
        return frame

    def shared(
        self,
        first: str,
        second: str,
        *,
        over: str = "year",
        by: str | None = None,
        **asked: Unpack[Spanned],
    ) -> Shared:
        """Return the same as `overlap` without a data frame: for each step the days of each one.

        >>> import kg
        >>> found = kg.open().measures.shared("csto", "sco", over="month", from_="2012-12")
        >>> found.rows[0][1]["uzbekistan"], found.rows[0][1]["russia"]
        (18, 31)
        """
        store, within = self._within(asked)
        history = History(store)
        first, second = known(history, first), known(history, second)
        if first == second:
            msg = f"'{first}' is given twice; give two different entities"
            raise UsageError(msg)
        found = links(history, by, surely=asked.get("surely", False))
        return shared(found, (first, second), step(over), within, trim="from_" not in asked)

    def paths(
        self,
        first: str,
        second: str,
        *,
        hops: int = _HOPS,
        by: str | Iterable[str] | None = None,
        **asked: Unpack[Spanned],
    ) -> pd.DataFrame:
        """Return the ways from one entity to another whose links all held at the same time.

        A row is a way of at most so many links, whichever way these lead, and a period in which
        all of them held: `until` is its first day without one, or the first that was not asked for.
        Who was in something before another came is not linked with it so, however near the two
        look in a network of all times. Ways multiply with `hops`; more than four take long.

        That a way was open does not say that anything went along it.
        Raises UsageError when an entity, a property or a date is none.

        >>> import kg
        >>> frame = kg.open().measures.paths("uzbekistan", "armenia", hops=2, by="memberOf")
        >>> frame.loc[frame["path"].map(lambda way: "csto" in way), "until"].tolist()
        ['2012-12-19']
        """
        _need_pandas()
        import pandas as pd

        store, within = self._within(asked)
        history = History(store)
        first, second = known(history, first), known(history, second)
        found = links(history, by, surely=asked.get("surely", False))
        return pd.DataFrame(paths(found, (first, second), hops, within), columns=list(Path._fields))

    def _within(self, asked: Spanned) -> tuple[Store, Span]:
        from_, to = asked.get("from_"), asked.get("to")
        store = self._opened(asked.get("known_by"), *filter(None, (from_, to)))
        return store, window(store, from_, to)


def slice_network(
    store: Store, as_of: str, by: frozenset[str], *, surely: bool = False
) -> nx.Graph[str]:
    """Return who is linked with whom on a date, as a plain network without directions."""
    import networkx as nx

    record = record_of(store)
    period = asked_period(as_of, surely=surely) or Period()
    ids = record.sure_world(period) if surely else record.world(period)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from(
        (fact.subject, fact.object)
        for fact in record.facts(ids)
        if not fact.datatype and fact.subject != fact.object and (not by or fact.predicate in by)
    )
    return graph


def _index(dates: list[str]) -> pd.Index[Any]:
    """Return the dates as days where all of them are days that pandas can hold, else as texts."""
    import pandas as pd

    parsed = [parse_date(one) for one in dates if "/" not in one]
    is_days = len(parsed) == len(dates) and all(
        one.precision == "day" and 1 <= one.earliest[0] <= 9999 for one in parsed
    )
    return pd.Index(dates, dtype="datetime64[s]" if is_days else "str", name="date")


def _need_pandas() -> None:
    """Raise UsageError with the extra to install when pandas is not there."""
    try:
        import pandas  # noqa: F401, ICN001 - only whether it is there
    except ImportError as error:
        raise missing_extra("pandas", "pandas") from error
