"""Ahead: about how many facts a rule will find in a round, before it is applied.

What a rule finds is counted for some of the statements that the round begins with. Their numbers
are digests, so those below a bound are a fair share of all, and the same ones each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kg.errors import Finding, noun
from kg.model.rules import Rule
from kg.pipeline.joins.sql import Sql
from kg.pipeline.joins.tables import Tables

# Of about how many statements all is counted, and after how many solutions counting ends.
SAMPLE: Final = 1_000
_MOST: Final = 1_000_000
# From how many facts on the curator is told.
MANY: Final = 1_000_000
_NUMBERS: Final = 2**64


@dataclass(frozen=True)
class Ahead:
    """How many facts are to come; `share` of the statements were looked at, 1 if all were.

    `is_cut` says that counting was ended, so that there are more.
    """

    counted: int
    statements: int
    share: float = 1.0
    is_cut: bool = False

    @property
    def facts(self) -> int:
        """How many there are, two figures of it where not all were counted.

        >>> Ahead(251, 80_000, share=0.01).facts, Ahead(251, 800).facts
        (25000, 251)
        """
        if self.share == 1.0:
            return self.counted
        return int(float(f"{self.counted / self.share:.2g}"))

    def __str__(self) -> str:
        """Return it in words.

        >>> str(Ahead(1, 5)), str(Ahead(251, 80_000, share=0.01))
        ('1 fact', 'about 25,000 facts')
        """
        about = "about " if self.share < 1 else ""
        how = "more than " if self.is_cut else about
        return f"{how}{self.facts:,} {noun(self.facts, 'fact', 'facts')}"

    def finding(self, rule: Rule) -> Finding | None:
        """Return the note that there are very many, None when there are not."""
        if self.facts < MANY:
            return None
        every = f"its {self.statements:,} statements"
        of = every if self.share == 1.0 else f"about {SAMPLE:,} of {every}"
        repair = f"counted for {of}; narrow it down if that is not meant"
        return Finding(rule.path, 1, 1, "note", f"the rule will infer {self}", repair)


def ahead(tables: Tables, sql: Sql, round_: int) -> Ahead:
    """Return about how many facts a rule will find in a round."""
    ((statements,),) = tables.rows(sql.begins(round_))
    share = min(1.0, SAMPLE / max(statements, 1))
    below = None if share == 1.0 else int(share * _NUMBERS)
    # What several statements prove is a fact of its own, what follows from one stands in its graph.
    is_joined = sql.plan.premises > 1
    queries = sql.ways(round_, 0, below) if is_joined else sql.entailed(round_, below)
    every = " UNION ALL ".join(f"SELECT s, p, o FROM ({one})" for one in queries)
    ((solutions, facts),) = tables.rows(
        f"""SELECT count(*), count(DISTINCT hash(s, p, o)) FROM
        (SELECT * FROM ({every}) ANTI JOIN stated USING (s, p, o) LIMIT {_MOST})"""
    )
    return Ahead(facts, statements, share, is_cut=solutions == _MOST)
