"""The walks and forms in which a project's tables are read, for tests that compare them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from kg.errors import Finding
from kg.model.dataset import read_dataset
from kg.model.namespaces import Vocabulary
from kg.model.ontology import read_ontology
from kg.pipeline.builder import check_large
from kg.pipeline.load import load
from kg.pipeline.validate import validate

if TYPE_CHECKING:
    from _pytest.monkeypatch import MonkeyPatch

FACTS = "data/statements/facts.csv"
HEADER = "subject,predicate,object,start,end,at,source,locator,rank,note\n"

Read = Callable[[Path], Sequence[Finding]]
Keep = Callable[[Path], None]


def make_plain(project: Path, monkeypatch: MonkeyPatch) -> None:
    """Let any walk take the project: without rules and shapes, and called large."""
    from kg.pipeline.columns import size

    shutil.rmtree(project / "ontology" / "rules")
    (project / "ontology" / "shapes.ttl").unlink()
    monkeypatch.setattr(size, "LARGE", 1)


def describe(project: Path, said: str) -> None:
    """Let the league's description say something more of the dataset."""
    path = project / "data" / "dataset.ttl"
    text = path.read_text(encoding="utf-8").replace(
        "@prefix void:", "@prefix kg: <https://w3id.org/kg-builder#> .\n@prefix void:"
    )
    path.write_text(text.replace('dcat:version "1" ;', f'dcat:version "1" ; {said} ;'), "utf-8")


def by_rows(project: Path) -> Sequence[Finding]:
    dataset, _ = read_dataset(project / "data")
    known = read_ontology(project / "ontology", Vocabulary(dataset.base))
    return validate(load(project / "data", known, dataset), known, []).findings


def by_columns(project: Path) -> Sequence[Finding]:
    report = check_large(project / "data", project / "ontology", lambda _: None)
    assert report is not None
    return report.findings


def as_it_is(project: Path) -> None:
    assert (project / FACTS).is_file()


def as_parts(project: Path) -> None:
    table = project / FACTS
    header, *text = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.unlink()
    table.mkdir()
    for number, lines in enumerate((text[::2], text[1::2])):
        part = table / f"part-{number}.csv"
        part.write_text(header + "".join(lines), encoding="utf-8")


def as_parquet(project: Path) -> None:
    table = project / FACTS
    pl.read_csv(table, infer_schema=False).write_parquet(table.with_suffix(".parquet"))
    table.unlink()


def place(keep: Keep, index: int) -> tuple[str, int]:
    """Return where the row of this index, counted from 0, stands in that form."""
    if keep is as_parts:
        return f"{FACTS}/part-{index % 2}.csv", index // 2 + 2
    if keep is as_parquet:
        return FACTS.replace(".csv", ".parquet"), index + 1
    return FACTS, index + 2


FORMS: dict[str, Keep] = {"CSV": as_it_is, "parts": as_parts, "Parquet": as_parquet}
WAYS: dict[str, tuple[Read, Keep]] = {
    "rows, CSV": (by_rows, as_it_is),
    "rows, parts": (by_rows, as_parts),
    "columns, CSV": (by_columns, as_it_is),
    "columns, parts": (by_columns, as_parts),
    "columns, Parquet": (by_columns, as_parquet),
}
