"""Entities that workers share: looked up as those in memory, handed over as the name of a file."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from kg.errors import StoreError
from kg.model.dataset import read_dataset
from kg.model.namespaces import Vocabulary
from kg.model.ontology import read_ontology
from kg.pipeline.columns.entities import Rows
from kg.pipeline.columns.walk import ColumnWalk
from kg.pipeline.spark.shared import Shared, shared

if TYPE_CHECKING:
    from conftest import Tiny
    from kg.pipeline.load import Loader

pytest.importorskip("pyarrow")


@pytest.fixture
def loader(tiny: Tiny) -> Loader:
    """What is read of a project in whose table `anna` stands behind all others."""
    table = tiny.path / "data/entities.csv"
    header, *lines = table.read_text(encoding="utf-8").splitlines()
    lines = [one for one in lines if not one.startswith("anna,")] + [
        one for one in lines if one.startswith("anna,")
    ]
    table.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    dataset, _ = read_dataset(tiny.data)
    ontology = read_ontology(tiny.ontology, Vocabulary(dataset.base))
    return ColumnWalk(tiny.data, ontology, dataset).loader


def test_they_are_those_in_memory_in_the_order_of_their_table(
    loader: Loader, tmp_path: Path
) -> None:
    found = shared(loader, tmp_path)
    for one, other in ((loader.entities, found.entities), (loader.sources, found.sources)):
        assert isinstance(one, Rows)
        assert isinstance(other, Shared)
        assert list(other) == list(one)
        assert dict(other) == dict(one)
    assert list(found.entities)[-1] == "anna"
    assert "anna" in found.entities
    assert "anne" not in found.entities
    assert "zzz" not in found.entities


@pytest.mark.parametrize("is_shared", [False, True])
def test_those_of_some_ids_are_found(loader: Loader, tmp_path: Path, *, is_shared: bool) -> None:
    """Before all, behind all, between them, twice, and none at all."""
    rows = (shared(loader, tmp_path) if is_shared else loader).entities
    assert isinstance(rows, Rows)
    asked = pl.Series(["zzz", "anna", None, "anna", "", "anne"], dtype=pl.String)

    assert rows.among(asked, "id").to_dict(as_series=False) == {"id": ["anna"]}
    assert rows.among(asked.clear(), "id", "class").is_empty()


def test_where_the_file_is_is_all_that_is_handed_over(loader: Loader, tmp_path: Path) -> None:
    found = shared(loader, tmp_path).entities
    before = len(pickle.dumps(found))
    assert isinstance(found, Shared)
    again = pickle.loads(pickle.dumps(found))

    assert dict(again) == dict(loader.entities)
    many = pl.concat([found.frame] * 1000)
    # In its place, and not over it: what is mapped must stay as it is.
    many.write_ipc(tmp_path / "many.arrow", compression="uncompressed")
    (tmp_path / "many.arrow").replace(found.place)
    assert len(pickle.dumps(pickle.loads(pickle.dumps(found)))) == before


def test_a_folder_that_a_machine_does_not_see_is_named(loader: Loader, tmp_path: Path) -> None:
    found = pickle.dumps(shared(loader, tmp_path).entities)
    (tmp_path / "entities.arrow").unlink()

    with pytest.raises(StoreError, match=r"entities\.arrow cannot be read .*under the same path"):
        pickle.loads(found)
