"""After statements went and came as much is concluded as when rules are applied to all of them."""

from __future__ import annotations

import os
import random
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("polars")

import polars as pl
from test_joins import ISSUED, RULES, answers_of, ontology_of, random_statements

from kg.model.statement import Statement
from kg.pipeline.columns.premises import premises_of
from kg.pipeline.joins import touched, written
from kg.pipeline.joins.engine import Engine
from kg.pipeline.joins.filled import fill, plans_of
from kg.pipeline.joins.outcome import Outcome
from kg.pipeline.joins.tables import Tables
from kg.pipeline.joins.touched import TooManyError, applied_in, keep, more_concluded
from kg.pipeline.joins.written import Written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg.model.ontology import Ontology


# More of them outside of CI: KG_SEEDS=200 .venv/bin/pytest tests/test_touched.py
SEEDS = int(os.environ.get("KG_SEEDS", "8"))


class Before:
    """What was concluded from statements, and kept in a folder."""

    def __init__(self, statements: Sequence[Statement], known: Ontology, folder: Path) -> None:
        self.known, self.folder = known, folder
        folder.mkdir()
        self.statements, self.frame = statements, frame_of(statements, known)
        self.premises = folder / "premises.parquet"
        self.frame.write_parquet(self.premises)
        with closing(Tables(folder)) as tables:
            outcome = concluded(self.frame, known, tables)
            self.count = outcome.count
            keep(outcome, answers_of(known), folder)

    def more(self, statements: Sequence[Statement]) -> int:
        """How many more conclusions there are of these statements in place of those."""
        now = frame_of(statements, self.known)
        gone, come = (
            one.join(other, on=one.columns, how="anti", nulls_equal=True)
            for one, other in ((self.frame, now), (now, self.frame))
        )
        folder = self.folder / "again"
        folder.mkdir(exist_ok=True)
        applied = applied_in(self.folder, self.known)
        assert applied.plans == plans_of(self.known)[0]
        given = self.folder, [self.premises], applied, self.known
        return more_concluded(*given, gone, come, folder)


def frame_of(statements: Sequence[Statement], known: Ontology) -> pl.DataFrame:
    names = ("id", "s", "p", "o", "kind", "rank", "since", "until", "start", "end", "at")
    none = pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    return premises_of(none, statements, known.words, ISSUED)


def concluded(frame: pl.DataFrame, known: Ontology, tables: Tables) -> Outcome:
    place = tables.folder / "all.parquet"
    frame.write_parquet(place)
    plans, _ = plans_of(known)
    engine = Engine(tables, plans, fill(tables, [place], plans, answers_of(known), known), known)
    engine.run()
    return Outcome(engine)


def all_anew(statements: Sequence[Statement], known: Ontology, folder: Path) -> int:
    folder.mkdir(exist_ok=True)
    with closing(Tables(folder)) as tables:
        return concluded(frame_of(statements, known), known, tables).count


@pytest.mark.parametrize("seed", range(SEEDS))
def test_as_much_is_concluded_as_from_all_statements(tmp_path: Path, seed: int) -> None:
    """Random statements and rules that go in circles; some statements go, and others come."""
    chance = random.Random(seed)
    rules = chance.sample(sorted(RULES), chance.randint(1, len(RULES)))
    known = ontology_of(tmp_path / "ontology", rules)
    statements = random_statements(chance)
    before = Before(statements, known, tmp_path / "kept")
    for number in range(3):
        others = random_statements(chance)
        kept = [one for one in statements if chance.random() < chance.choice((0.7, 0.95, 1))]
        new = chance.sample(others, min(len(others), chance.randint(0, 3)))
        now = list({one.id: one for one in (*kept, *new)}.values())

        expected = all_anew(now, known, tmp_path / f"all{number}")
        assert before.count + before.more(now) == expected, (seed, number, rules)


def test_more_than_a_limit_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain of six is concluded between any two of it; its last link matters to five."""
    known = ontology_of(tmp_path / "ontology", ["parts"])
    chain = [Statement(f"e{n}", "part", f"e{n + 1}", "timeless") for n in range(6)]
    before = Before(chain[:5], known, tmp_path / "kept")

    assert before.count == 4 + 3 + 2 + 1
    assert before.more(chain) == 5
    monkeypatch.setattr(touched, "MOST", 6)
    assert before.more(chain) == 5
    monkeypatch.setattr(touched, "MOST", 5)
    with pytest.raises(TooManyError):
        before.more(chain)


def test_a_conclusion_that_loses_one_of_two_proofs_stays(tmp_path: Path) -> None:
    """Two ways lead from e0 to e3: when one of them is gone only what rests on it alone is."""
    known = ontology_of(tmp_path / "ontology", ["parts"])
    links = [("e0", "e1"), ("e1", "e3"), ("e0", "e2"), ("e2", "e3")]
    every = [Statement(one, "part", other, "timeless") for one, other in links]
    before = Before(every, known, tmp_path / "kept")

    assert before.count == 1
    assert before.more(every[1:]) == 0
    assert before.more(every[2:]) == 0
    assert before.more(every[3:]) == -1
    # Nothing is concluded of what is asserted.
    assert before.more([*every, Statement("e0", "part", "e3", "timeless")]) == -1


def test_of_a_rule_that_finds_too_much_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four facts follow in the first round, as many as the limit or one less."""
    known = ontology_of(tmp_path / "ontology", ["parts"])
    chain = [Statement(f"e{n}", "part", f"e{n + 1}", "timeless") for n in range(5)]
    for limit, kept in ((5, True), (4, False)):
        monkeypatch.setattr(written, "MANY", limit)
        folder = tmp_path / f"kept{limit}"
        folder.mkdir()
        with closing(Tables(folder)) as tables:
            outcome = concluded(frame_of(chain, known), known, tables)
            names = Written(outcome, ISSUED, answers_of(known)).keep(folder)
        assert bool(names) is kept
        assert all((folder / name).is_file() for name in names)


def test_all_is_looked_at_where_a_rule_may_find_too_much_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four facts follow in the first round; the last link touches itself and five more."""
    known = ontology_of(tmp_path / "ontology", ["parts"])
    chain = [Statement(f"e{n}", "part", f"e{n + 1}", "timeless") for n in range(6)]
    before = Before(chain[:5], known, tmp_path / "kept")

    monkeypatch.setattr(touched, "MANY", 4 + 6 + 1)
    assert before.more(chain) == 5
    monkeypatch.setattr(touched, "MANY", 4 + 6)
    with pytest.raises(TooManyError):
        before.more(chain)
