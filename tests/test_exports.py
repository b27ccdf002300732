"""Exports: what each format of dumps keeps is what another program finds in its files.

What is expected stands in the rows below, which are written by hand.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from readers import READERS, Files, Said

from kg.exports.dump import dumped
from kg.exports.kept import FEATURES, FORMATS, KEPT, LOST
from kg.exports.losses import Dumped
from kg.text import formats

if TYPE_CHECKING:
    import kg
    from kg.store.embedded import EmbeddedStore

ROOT = Path(__file__).parent.parent
ROWS = """\
anna,rating,1900,1990,unknown,,almanac-2001,p. 7,,
boris,playsFor,rooks,1988~,1994,,almanac-2001,p. 6,,
clara,playsFor,knights,1992-05-15,1999-04-20,,almanac-2001,p. 8,,
clara,playsFor,knights,2006-08-16,2012-12-19,,almanac-2001,p. 9,,
clara,playsFor,rooks,2001,2003-06,,almanac-2001,p. 9,,
clara,rivalOf,rooks,1990,1995,,gazette-1999,¶7,deprecated,no such rivalry
clara,won,city-open,,,2001-05,gazette-1999,¶8,,
clara,won,city-open,,,2001-05-03,almanac-2001,p. 9,preferred,"""
# Feature → what is found of it in a file, and what the rows say.
Found = Callable[[Said], AbstractSet[Any]]
QUESTIONS: Final[dict[str, tuple[Found, AbstractSet[Any]]]] = {
    "periods": (
        lambda said: {(one.start, one.end) for one in said.of("clara", "playsFor", "knights")},
        {("1992-05-15", "1999-04-20"), ("2006-08-16", "2012-12-19")},
    ),
    "partial": (
        lambda said: {
            (one.start, one.end)
            for who in ("boris", "clara")
            for one in said.of(who, "playsFor", "rooks")
        },
        {("1988~", "1994"), ("2001", "2003-06")},
    ),
    "ends": (
        lambda said: {one.end for one in said.of("anna", "rating", "1900") if one.end},
        {"unknown"},
    ),
    "rank": (
        lambda said: {
            (one.predicate, one.at, one.rank)
            for predicate in ("rivalOf", "won")
            for one in said.of("clara", predicate)
            if one.rank not in {"", "normal"}
        },
        {("rivalOf", "", "deprecated"), ("won", "2001-05-03", "preferred")},
    ),
    "dispute": (
        lambda said: {one.at for one in said.of("clara", "won") if one.is_disputed},
        {"2001-05"},
    ),
    "references": (
        lambda said: {
            source for one in said.of("anna", "playsFor", "knights") for source, _ in one.sources
        },
        {"almanac-2001", "gazette-1999"},
    ),
    "locators": (
        lambda said: {
            place
            for one in said.of("anna", "playsFor", "knights")
            for _, place in one.sources
            if place
        },
        {"p. 3", "¶2"},
    ),
    "inference": (
        lambda said: {one.rule for one in said.facts if one.predicate == "teammateOf"},
        {"teammates"},
    ),
    "labels": (
        lambda said: {one for one in said.labels if one[0] == "anna"},
        {("anna", "en", "Anna"), ("anna", "ru", "Анна")},
    ),
    "literals": (
        lambda said: {one.object for one in said.of("anna", "rating")},
        {"1900", "2100"},
    ),
}
# What is found of features that a format keeps in part.
PARTS: Final[dict[tuple[str, str], AbstractSet[Any]]] = {}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """The league with two periods of one triple, vague dates, and whatever else is asked about."""
    from conftest import HERE, Tiny

    tiny = Tiny(shutil.copytree(HERE / "tiny", tmp_path_factory.mktemp("exports") / "tiny"))
    # Clara is a club of one here: what rivals must be clubs.
    tiny.replace("ontology/ontology.ttl", "rdfs:domain :Club ; rdfs:range :Club", "")
    for row in ROWS.splitlines():
        tiny.add(row)
    return tiny.build().store()


def files(written: Dumped) -> Files:
    return {"": written.content} if isinstance(written.content, bytes) else written.content


@pytest.fixture(scope="module")
def said(store: EmbeddedStore) -> Callable[[str], Said]:
    """What is read in a format, each read once."""
    known: dict[str, Said] = {}

    def read(name: str) -> Said:
        if name not in known:
            known[name] = READERS[name](files(dumped(store, formats.DUMPS.named(name))))
        return known[name]

    return read


@pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")
@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("name", formats.DUMPS.names)
def test_a_cell_is_what_is_read(said: Callable[[str], Said], name: str, feature: str) -> None:
    find, expected = QUESTIONS[feature]
    cell = FORMATS[name][feature]

    wanted = {KEPT: expected, LOST: set()}.get(cell) or PARTS.get((name, feature), set())
    assert find(said(name)) == wanted


# The one is of the Treaty, the other of the organisation.
UZBEKISTAN: Final = {
    ("partyTo", "collective-security-treaty", "1992-05-15", "1999-04-20"),
    ("memberOf", "csto", "2006-08-16", "2012-12-19"),
}


@pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")
@pytest.mark.parametrize("name", formats.DUMPS.names)
def test_two_periods_of_the_shipped_graph_are_found(shipped: kg.Graph, name: str) -> None:
    said = READERS[name](files(dumped(shipped.store, formats.DUMPS.named(name))))

    assert {one[1:5] for one in said.facts if one.subject == "uzbekistan"} >= UZBEKISTAN


def test_each_format_has_its_row() -> None:
    assert FORMATS.keys() == {*formats.DUMPS.names} == READERS.keys()
    assert [name for name, cells in FORMATS.items() if cells.keys() != FEATURES.keys()] == []


def test_each_cell_in_part_has_its_expectation() -> None:
    partly = {
        (name, feature)
        for name, cells in FORMATS.items()
        for feature, cell in cells.items()
        if cell not in {KEPT, LOST}
    }

    assert partly == PARTS.keys()


def test_the_page_says_what_the_table_says() -> None:
    spec = importlib.util.spec_from_file_location("exports_page", ROOT / "docs" / "exports.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    assert module.render() == (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", formats.DUMPS.names)
def test_the_same_graph_gives_the_same_bytes(store: EmbeddedStore, name: str) -> None:
    form = formats.DUMPS.named(name)
    turned = type(store).of(reversed(list(store.quads())))

    assert dumped(store, form) == dumped(turned, form)
