"""Undecided: what possibly but not surely holds at a time, and what leaves it open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kg.text.statements import fact_in_words, open_dates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kg.model.dates import Period
    from kg.model.statement import Statement
    from kg.store.read_back import History

    Saying = Callable[[Statement], str]


@dataclass(frozen=True)
class Undecided:
    """What lies between possibly and surely in the history, at the time that is asked about."""

    history: History
    asked: Period

    def is_possible(self, one: Statement) -> bool:
        """Say whether the statement can hold on some day of the time, whether it counts or not."""
        return one.possibly(self.asked)

    def is_sure(self, one: Statement) -> bool:
        """Say whether the statement counts and holds on every day of the time.

        What was inferred is asked of the whole record, because its premises may be inferred too.
        """
        return one.id in self._sure if one.rule else one.surely_in_world(self.asked)

    def left_open(self, one: Statement, say: Saying = fact_in_words) -> str:
        """Return what lets it hold on some days and not surely on all; "" when nothing does.

        What does not count, or cannot hold at that time, is not open. `say` tells a premise.
        """
        if not one.in_world(self.asked) or self.is_sure(one):
            return ""
        return self.reason(one, say)

    def among(self, statements: Iterable[Statement]) -> Iterator[Statement]:
        """Yield those of many statements that are open, looking once at the whole record."""
        ids = self._possible - self._sure
        yield from (one for one in statements if one.id in ids)

    def reason(self, one: Statement, say: Saying = fact_in_words) -> str:
        """Return what leaves an open statement open: its dates, or premises that are not sure."""
        return self._premises(one, say) if one.rule else open_dates(one, self.asked)

    def _premises(self, one: Statement, say: Saying) -> str:
        """Return which premises of the shortest proof that can be true are not sure."""
        named = {premise for proof in one.proofs for premise in proof.premises}
        by_id = self.history.statements_with(named)
        proofs = (
            proof
            for proof in one.proofs
            if all(by_id[premise].in_world(self.asked) for premise in proof.premises)
        )
        proof = next(proofs, one.proofs[0])
        unsure = [by_id[it] for it in proof.premises if not self.is_sure(by_id[it])]
        what = "a premise is not sure" if len(unsure) == 1 else "premises are not sure"
        return f"{what}: {'; '.join(map(say, unsure))}"

    @cached_property
    def _possible(self) -> set[str]:
        return self.history.record.world(self.asked)

    @cached_property
    def _sure(self) -> set[str]:
        return self.history.record.sure_world(self.asked)
