"""What rows say comes back as it was, whichever way it went: for any small project."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from pyoxigraph import RdfFormat, parse
from strategies import SOURCES, Said, Small, profile, smalls
from test_columns import agree

from kg.exports.dump import dump, dump_rows
from kg.pipeline.builder import build
from kg.pipeline.edits import edits
from kg.store.embedded import EmbeddedStore
from kg.store.read_back import History

pytestmark = pytest.mark.slow

FORMATS = {".trig": RdfFormat.TRIG, ".nq": RdfFormat.N_QUADS}


def said_by(history: History) -> Counter[Said]:
    """The rows that a graph says of the drawn entities, each reference a row."""
    return Counter(
        Said(
            one.subject, one.predicate, one.object,
            *((one.start, one.end) if not reference.at else ("", "")),
            reference.at or one.at, reference.source, reference.locator,
            note=reference.note,
        )
        for one in history.statements
        for reference in one.references
        if reference.source in SOURCES
    )  # fmt: skip


def of_named(history: History) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """The rows of entities and sources that a graph says."""
    entities: set[tuple[str, ...]] = {
        (one.id, one.class_name, one.labels.get("en", ""), one.labels.get("ru", ""),
         "|".join(sorted(one.aliases)), one.wikidata, one.description)
        for one in history.entities.values()
    }  # fmt: skip
    sources: set[tuple[str, ...]] = {
        (one.id, *one.cells.values()) for one in history.sources.values()
    }
    return entities, sources


@profile(25)
@given(project=smalls())
def test_rows_come_back_from_every_dump_of_their_graph(
    project: Small, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = project.write(tmp_path_factory.mktemp("any"))
    store = build(folder / "data", folder / "ontology").store()

    for suffix, form in FORMATS.items():
        again = History(EmbeddedStore.of(parse(dump(store, suffix), form)))
        assert said_by(again) == Counter(project.rows)
        entities, sources = of_named(again)
        drawn = {
            (*one[:4], "|".join(sorted(one[4].split("|"))), *one[5:]) for one in project.entities
        }
        assert drawn <= entities
        assert set(project.sources) <= sources


@profile(10)
@given(project=smalls())
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_rows_come_back_from_workbooks_of_tables_and_of_their_graph(
    suffix: str, project: Small, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = project.write(tmp_path_factory.mktemp("any"))
    data, book = folder / "data", folder / f"rows{suffix}"
    store = build(data, folder / "ontology").store()

    for content in (dump_rows(data, suffix), dump(store, suffix)):
        book.write_bytes(content)
        assert edits(data, book, remove=True).tables == []


@profile(15)
@given(project=smalls())
def test_both_walks_make_the_same_of_any_project(
    project: Small, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = agree(project.write(tmp_path_factory.mktemp("any")))

    assert [one for one in rows.findings if one.severity == "error"] == []
