"""One graph used by many at once: threads, processes that were forked, and others that begin anew.

And what it says when another build takes the place of the one that it holds open.
"""

from __future__ import annotations

import multiprocessing
import os
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from test_generations import hire, save_build

import kg

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Tiny

ROOKS = "SELECT ?who { ?who :playsFor id:rooks } ORDER BY ?who"


def answers(graph: kg.Graph) -> tuple[object, ...]:
    """What each part of the handle says: question, slice, evidence, tables, network, triples."""
    return (
        graph.query(ROOKS).rows,
        graph.query(ROOKS, as_of="1996").rows,
        [one.start for one in graph.why("anna", "playsFor").statements],
        len(graph.statements(as_of="1996")),
        sorted(graph.network().nodes),
        len(graph.rdflib.default_graph),
    )


@pytest.fixture
def folder(tiny: Tiny) -> Path:
    return save_build(tiny)


@pytest.fixture(params=["on disk", "in memory"])
def graph(tiny: Tiny, folder: Path, request: pytest.FixtureRequest) -> kg.Graph:
    return kg.open(folder) if request.param == "on disk" else kg.build(tiny.data, tiny.ontology)


def test_sixteen_threads_get_what_one_gets(graph: kg.Graph, folder: Path) -> None:
    alone = answers(kg.open(folder))

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: answers(graph), range(32)))

    assert found == [alone] * 32


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs forks")
def test_forked_processes_get_what_their_parent_gets(graph: kg.Graph) -> None:
    alone = graph.query(ROOKS).rows
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()

    def ask() -> None:
        theirs.send([graph.query(ROOKS).rows, graph.query(ROOKS, as_of="1996").rows])

    with warnings.catch_warnings():
        # From 3.12 on Python warns of forks beside threads.
        warnings.simplefilter("ignore", DeprecationWarning)
        children = [context.Process(target=ask) for _ in range(3)]
        for one in children:
            one.start()
    found = [ours.recv() for _ in children if ours.poll(60)]
    for one in children:
        one.join(60)

    assert [one.exitcode for one in children] == [0, 0, 0]
    assert [rows for rows, _ in found] == [alone] * 3
    assert graph.query(ROOKS).rows == alone


def asked_elsewhere(folder: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in kg.open(folder).query(ROOKS, as_of="1996").rows]


def test_processes_that_begin_anew_open_the_same_build(folder: Path) -> None:
    alone = asked_elsewhere(str(folder))

    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(asked_elsewhere, [str(folder)] * 4)) == [alone] * 4


class TestReplaced:
    def test_a_newer_build_is_told_once_and_loaded_when_it_is_asked_for(
        self, tiny: Tiny, folder: Path
    ) -> None:
        graph = kg.open(folder)
        hire(tiny, "clara")
        save_build(tiny)

        with pytest.warns(kg.ReplacedWarning, match=r"a newer build stands in .*; graph.reload"):
            before = graph.query(ROOKS).rows
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert graph.query(ROOKS).rows == before == [("anna",)]
        assert graph.is_replaced
        assert graph.reload().query(ROOKS).rows == [("anna",), ("clara",)]
        assert not graph.reload().is_replaced

    def test_the_same_build_once_more_is_nothing_new(self, tiny: Tiny, folder: Path) -> None:
        graph = kg.open(folder)
        save_build(tiny)

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert graph.query(ROOKS).rows == [("anna",)]

    def test_a_graph_in_memory_cannot_be_reloaded(self, tiny: Tiny) -> None:
        with pytest.raises(kg.UsageError, match="built in memory: build it again"):
            kg.build(tiny.data, tiny.ontology).reload()

    def test_of_a_folder_that_is_gone_nothing_is_said(self, tiny: Tiny, folder: Path) -> None:
        graph = kg.open(folder)
        folder.rename(tiny.path / "elsewhere")

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert graph.query(ROOKS).rows == [("anna",)]
        with pytest.raises(kg.StoreError, match="there is no build in"):
            graph.reload()
