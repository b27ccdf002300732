"""Analysed: what a graph gives to whoever analyses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.model.edtf import asked_time
from kg.query.current import Placed
from kg.query.tables import Tables

if TYPE_CHECKING:
    import networkx as nx

    from kg.analysis.measures import Measures
    from kg.analysis.plots import Plots
    from kg.store.base import Store


class Analysed(Tables, Placed):
    """What a graph gives as tables, as a network, as numbers and as figures."""

    @property
    def measures(self) -> Measures:
        """Numbers of the network on days and over time.

        >>> import kg
        >>> kg.open().measures.degree(as_of="2020-05-26", by="memberOf")["csto"].tolist()
        [6]
        """
        from kg.analysis.measures import Measures

        return Measures(self._opened)

    @property
    def plot(self) -> Plots:
        """Figures of what is on record, one call each.

        >>> import kg
        >>> kg.open().plot.lanes("serbia").axes[0].get_xlabel()
        'year'
        """
        from kg.analysis.plots import Plots

        return Plots(self._opened, self.measures)

    def _opened(self, known_by: str | None, *dates: str) -> Store:
        """Return the store as known by a date, once the dates are found to be some."""
        for date in dates or (None,):
            self._check(date, known_by)
        return self.slice(None, known_by)

    def network(
        self,
        *,
        as_of: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        known_by: str | None = None,
        surely: bool = False,
        labels: str = "",
    ) -> nx.MultiDiGraph[str]:
        """Return the graph as a networkx MultiDiGraph: node id "csto", edge key = statement id.

        As of a date it has what can be true at any time in it, with `surely` what must be true on
        every day of it; so it has of a span, given as `from_` and `to`.
        Labels are in the first language of the dataset that has one, or in that of `labels`.

        >>> import kg
        >>> kg.open().network(as_of="2003").has_edge("uzbekistan", "csto")
        False
        """
        from kg.exports.network import network

        as_of = asked_time(as_of, from_, to)
        self._check(as_of, known_by)
        world = {"as_of": as_of, "known_by": known_by}
        return network(self.store, **world, surely=surely, labels=labels)
