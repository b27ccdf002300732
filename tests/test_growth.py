"""What is asked of a known name is looked up: as little of a large store as of a small one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pyoxigraph import QuerySolutions

import kg
from benchmarks.synthetic import write_project
from kg.errors import UsageError
from kg.query.questions import query
from kg.reports.why import why
from kg.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from pathlib import Path

    from kg.store.base import Answer

QUESTION = """# Which unions did a party ever join?
# param party (:Party): the party
SELECT ?union { ?st rdf:subject ?party ; rdf:predicate :memberOf ; rdf:object ?union }
"""
# A party has about ten statements, of at most twenty properties each with their references.
A_FEW = 500


class Watched(EmbeddedStore):
    """A store that keeps its queries, and counts the rows that their answers have."""

    def __init__(self, store: EmbeddedStore) -> None:
        super().__init__(store.pyoxigraph)
        self.queries: list[str] = []
        self.rows = 0

    def run(self, sparql: str, prefixes: dict[str, str], **options: Any) -> Answer:
        self.queries.append(sparql)
        again = super().run(sparql, prefixes, **options)
        if isinstance(again, QuerySolutions):
            self.rows += sum(1 for _ in again)
        return super().run(sparql, prefixes, **options)


@pytest.fixture(scope="module", params=[1000, 5000])
def large(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    folder: Path = tmp_path_factory.mktemp("large")
    write_project(folder, request.param)
    (folder / "ontology" / "questions").mkdir()
    (folder / "ontology" / "questions" / "joined.rq").write_text(QUESTION, encoding="utf-8")
    store = kg.build(folder / "data", folder / "ontology").store
    assert isinstance(store, EmbeddedStore)
    return Watched(store)


@pytest.fixture
def store(large: Watched) -> Watched:
    """The same store, of which nothing was asked yet but how its project is called."""
    assert large.words
    assert large.issued
    large.queries.clear()
    large.rows = 0
    return large


def test_a_question_with_a_known_id_reads_a_few_rows(store: Watched) -> None:
    query(store, "joined", {"party": "party-7"})

    assert 0 < store.rows < A_FEW


def test_every_query_for_a_known_id_names_it_or_the_question(store: Watched) -> None:
    """One that names neither goes through all there are, whatever it returns."""
    query(store, "joined", {"party": "party-7"})

    assert [one for one in store.queries if "id/party-7" not in one and "/joined" not in one] == []


def test_an_unknown_id_is_looked_for_among_all_only_then(store: Watched) -> None:
    with pytest.raises(UsageError, match="did you mean 'party-7'"):
        query(store, "joined", {"party": "partie-7"})

    assert store.rows > A_FEW / 5


def test_the_names_of_a_text_are_looked_up(store: Watched) -> None:
    query(store, "SELECT ?union { id:party-7 :memberOf ?union }")

    assert 0 < store.rows < A_FEW


def test_a_reason_reads_a_few_rows(store: Watched) -> None:
    (union, *_) = [row[0] for row in query(store, "joined", {"party": "party-7"}).rows]
    store.queries.clear()
    store.rows = 0

    assert why(store, "party-7", "memberOf", str(union).removeprefix("id:")).statements
    assert 0 < store.rows < A_FEW
    assert not [one for one in store.queries if "isLiteral" in one]


def test_only_so_many_names_are_read_as_can_be_searched() -> None:
    from kg.errors import SEARCHED, did_you_mean

    names = iter([f"party-{number}" for number in range(SEARCHED + 5)])

    assert did_you_mean("partie-1", names) == ""
    assert len([*names]) == 4


def test_a_misspelt_name_of_a_query_is_not_searched_for_among_too_many() -> None:
    from kg.errors import SEARCHED
    from kg.model.spelling import Name, nearest

    start = "https://example.org/id/"
    names = [f"{start}party-{number}" for number in range(SEARCHED + 1)]
    name = Name("id:partie-1", f"{start}partie-1", 1, 1)

    assert nearest(name, names) == ""
    assert nearest(name, names[:-1]) == "did you mean 'id:party-1'?"
