"""Ahead: about how many facts a rule will find in a round, counted as a join."""

from __future__ import annotations

from typing import Final

from kg.pipeline.ahead import MOST, SAMPLE, Ahead
from kg.pipeline.joins.sql import Sql
from kg.pipeline.joins.tables import Tables

_NUMBERS: Final = 2**64


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
        (SELECT * FROM ({every}) ANTI JOIN stated USING (s, p, o) LIMIT {MOST})"""
    )
    return Ahead(facts, statements, share, is_cut=solutions == MOST)
