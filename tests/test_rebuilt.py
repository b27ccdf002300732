"""After an edit a build takes over what did not change, and is what a build of all rows is."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("polars")

import polars as pl
import pyoxigraph
from test_increments import League, made

from kg.pipeline.builder import BuiltLarge, build_large, check_large
from kg.pipeline.columns import partitions, size
from kg.pipeline.columns.layout import LAYOUT, N_QUADS
from kg.pipeline.generations import current, damage, read_manifest, roll_back
from kg.pipeline.increments import changed as parts
from kg.pipeline.increments import patch, rebuilt
from kg.pipeline.increments.rebuilt import Rebuilt, build_again
from kg.pipeline.joins.engine import Engine
from kg.pipeline.writing import writing
from kg.record.tables import TABLES
from kg.store.embedded import EmbeddedStore
from kg.store.marks import RECORD, STORE, VALIDATED, marked

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from kg.pipeline.validate import Report


@dataclass
class Builds:
    """Builds a project in its folder, each time of what is there, and whole in another folder."""

    project: League
    patched: pytest.MonkeyPatch
    # Bytes of a part: of a project of three thousand there are many.
    part: int
    # What each build took over, None where all was made anew.
    taken: list[Rebuilt | None] = field(default_factory=list)
    report: Report | None = None

    def __post_init__(self) -> None:
        """Take down what each build takes over; let tables of some hundred bytes be many parts."""

        def noticed(*given: object) -> Rebuilt | None:
            self.taken.append(build_again(*given))  # type: ignore[arg-type]
            return self.taken[-1]

        self.patched.setattr(rebuilt, "build_again", noticed)
        self.patched.setattr(partitions, "PART", self.part)
        self.patched.setattr(size, "MANY", 0)

    @property
    def whole(self) -> Path:
        return self.project.path / "whole"

    def again(self) -> BuiltLarge:
        return self._built(self.project.kept, full=False)

    def full(self) -> BuiltLarge:
        return self._built(self.whole, full=True)

    def _built(self, folder: Path, *, full: bool) -> BuiltLarge:
        data, ontology = self.project.data, self.project.ontology
        with writing(folder) as room:
            found = build_large(data, ontology, room, lambda _: None, full=full)
        assert found is not None
        return found

    def agree(self) -> bool:
        """What a build of all rows makes is what the other made: bytes, quads, tables, figures.

        Say whether anything was made: not where there are errors.
        """
        one, other = self.again(), self.full()
        self.report = other.report
        assert {*one.report.findings} ^ {*other.report.findings} == set()
        assert one.report == other.report
        assert one == other
        if not one.report.conforms:
            return False
        first, second = (current(folder) for folder in (self.project.kept, self.whole))
        assert first
        assert second
        # The name follows from the digests of the files, of the record, and of the tables read.
        assert first[0].name == second[0].name
        assert (first[0] / N_QUADS).read_bytes() == (second[0] / N_QUADS).read_bytes()
        stores = [sorted(map(str, quads_in(place / STORE))) for place in (first[0], second[0])]
        assert stores[0] == stores[1]
        assert len(stores[0]) == one.quads
        for name in TABLES:
            # Places in files as well, which no digest has.
            frames = [
                pl.read_parquet(place / RECORD / f"{name}.parquet")
                for place in (first[0], second[0])
            ]
            assert frames[0].equals(frames[1]), name
        return True


def quads_in(store: Path) -> list[Quad]:
    return [*EmbeddedStore.open(store).quads()]


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Builds]:
    def begun(seed: int, part: int = 600) -> Builds:
        found = Builds(made(tmp_path / "league", monkeypatch, seed), monkeypatch, part)
        found.again()
        return found

    return begun


# More of them outside of CI: KG_PROJECTS=500 .venv/bin/pytest tests/test_rebuilt.py
PROJECTS = int(os.environ.get("KG_PROJECTS", "20"))


@pytest.mark.parametrize("seed", range(PROJECTS))
def test_twenty_edits_of_a_project_are_found_and_built_as_all_rows_are(
    build: Callable[..., Builds], seed: int
) -> None:
    """Findings, their order and the counts, also of what is wrong; bytes, quads and tables.

    Every fourth project has rules, of which some add to given statements. What is wrong may stay
    for some edits. A validation between edit and build begins with what the build before kept.
    """
    builds = build(seed, part=1100)
    project, chance = builds.project, builds.project.chance
    named = [project.data / "entities.csv", project.data / "sources.csv"]
    first = good = {path: path.read_bytes() for path in [*project.tables, *named]}
    wrong = 0
    for _ in range(20):
        project.edit()
        validated = [project.increment()] if chance.random() < 0.2 else []
        is_good = builds.agree()
        assert all(one in (None, builds.report) for one in validated)
        wrong += not is_good
        if is_good:
            good = {path: path.read_bytes() for path in good}
        back = first if chance.random() < 0.2 else good
        if chance.random() < (0.1 if is_good else 0.8):
            for path, content in back.items():
                path.write_bytes(content)
    assert sum(one is not None for one in builds.taken) > 5
    assert sum(one is not None and one.made is not None for one in builds.taken) > 3
    assert 2 < wrong < 18


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_what_did_not_change_is_taken_over(build: Callable[..., Builds]) -> None:
    """Of a row at the end its part is made anew, and most files of the store stay the same."""
    builds = build(0)
    before = current(builds.project.kept)
    with builds.project.tables[-1].open("a", encoding="utf-8") as file:
        file.write("c5,hosts,t4,,,,s1,p. 170,,\n")
    assert builds.agree()
    after = current(builds.project.kept)
    assert before
    assert after
    assert builds.taken[-1]
    assert builds.taken[-1].earlier == before[0]
    tables = {one.name for one in (before[0] / STORE).glob("*.sst")}
    there = {one.name for one in (after[0] / STORE).glob("*.sst")}
    assert tables < there
    assert all((after[0] / STORE / one).samefile(before[0] / STORE / one) for one in tables)
    # And the build before is what it was.
    assert not list(damage(builds.project.kept))
    with writing(builds.project.kept) as room:
        pass
    roll_back(room.folder, say=lambda _: None)
    assert not list(damage(builds.project.kept))


def test_a_build_without_a_change_stays(build: Callable[..., Builds]) -> None:
    """A file that somebody removed is shown again; its time is that of the newer look."""
    builds = build(0)
    before = read_manifest(builds.project.kept)
    (builds.project.kept / N_QUADS).unlink()
    assert builds.agree()
    assert builds.taken[-1] is not None
    assert builds.taken[-1].made is None
    assert read_manifest(builds.project.kept) == before
    assert (builds.project.kept / N_QUADS).is_file()


def test_a_table_whose_last_line_ends_otherwise_is_what_the_build_is_of(
    build: Callable[..., Builds],
) -> None:
    """No row changed, but a build says of which files it is, and is out of date for others."""
    builds = build(0)
    for path in (builds.project.tables[0], builds.project.data / "sources.csv"):
        path.write_bytes(path.read_bytes().removesuffix(b"\n"))
        assert builds.agree()
        found = current(builds.project.kept)
        assert found
        label = path.relative_to(builds.project.path).as_posix()
        assert found[2]["sources"][label] == sha256(path.read_bytes()).hexdigest()
    assert all(one and one.made for one in builds.taken[1:])


def test_an_end_that_nobody_dates_follows_its_source(build: Callable[..., Builds]) -> None:
    """A row that did not change says something else when its source is of another day."""
    builds = build(0)
    with builds.project.tables[0].open("a", encoding="utf-8") as file:
        file.write("c5,rivalOf,c4,1950,unknown,,s5,p. 170,,\n")
    assert builds.agree()
    said = read_manifest(builds.project.kept)["record"]
    changed(
        builds.project.data / "sources.csv",
        "https://example.org/s5,2021-05",
        "https://example.org/s5,2019-05",
    )
    assert builds.agree()
    assert builds.taken[-1] is not None
    assert read_manifest(builds.project.kept)["record"] != said


def test_rows_that_get_another_number_have_their_place_in_the_graph(
    build: Callable[..., Builds], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row at the end of a table changes its part alone, one at the top nearly all."""
    builds = build(0)
    monkeypatch.setattr(parts, "_FEW", 2)
    for table, share in ((builds.project.tables[1], 1), (builds.project.tables[0], 40)):
        lines = table.read_text(encoding="utf-8").split("\n")
        lines.insert(len(lines) - share, f"c5,hosts,t4,,,,s1,p. {170 + share},,")
        table.write_text("\n".join(lines), encoding="utf-8")
        assert builds.agree()
    assert [one is None for one in builds.taken[-2:]] == [False, True]


@pytest.mark.parametrize("what", [N_QUADS, "layout.json", f"{RECORD}/statements.parquet", STORE])
def test_a_build_that_is_damaged_is_not_taken_over(build: Callable[..., Builds], what: str) -> None:
    """All is made anew, and is whole."""
    builds = build(0)
    there = current(builds.project.kept)
    assert there
    place = there[0] / what
    if place.is_dir():
        # A store from which something went that the change of a row takes away.
        store = pyoxigraph.Store(str(place))
        for quad in [*store]:
            store.remove(quad)
        store.flush()
        del store
    else:
        content = bytearray(place.read_bytes())
        content[len(content) // 2] ^= 1
        place.chmod(0o644)
        place.write_bytes(content)
    changed(builds.project.tables[0], ",p. ", ",pp. ")
    assert builds.agree()
    assert builds.taken[-1] is None
    # Of the build before is told that there is no way back to it.
    assert {one.severity for one in damage(builds.project.kept)} <= {"warning"}


def test_a_build_of_other_rows_is_not_taken_over(build: Callable[..., Builds]) -> None:
    """A validation of all rows kept what it found after the build: that is no more of its rows."""
    builds = build(0)
    changed(builds.project.tables[0], ",p. ", ",pp. ")
    (folder,) = marked(builds.project.kept, VALIDATED)
    with writing(builds.whole):
        pass
    assert check_large(
        builds.project.data, builds.project.ontology, lambda _: None, builds.project.kept, full=True
    )
    assert marked(builds.project.kept, VALIDATED) != [folder]
    changed(builds.project.tables[0], ",p. ", ",pp. ")
    assert builds.agree()
    assert builds.taken[-1] is None


@pytest.mark.parametrize(("where", "limit"), [(patch, "MOST"), (rebuilt, "MOST_ROWS")])
def test_of_very_much_all_is_made_anew(
    build: Callable[..., Builds], monkeypatch: pytest.MonkeyPatch, where: ModuleType, limit: str
) -> None:
    """Many quads that differ are loaded quicker, and a large record would take much memory."""
    builds = build(0)
    monkeypatch.setattr(where, limit, 3)
    changed(builds.project.tables[0], ",p. ", ",pp. ")
    assert builds.agree()
    assert builds.taken[-1] is None


def test_the_store_is_arranged_for_reading_after_some_builds(
    build: Callable[..., Builds], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then its files are as many as those of a build of all rows."""
    builds = build(0)
    monkeypatch.setattr(rebuilt, "COMPACT", 3)
    found = []
    for number in range(4):
        changed(builds.project.tables[0], ",p. ", f",{number} p. ")
        assert builds.agree()
        folders = builds.project.kept, builds.whole
        there = [current(folder) for folder in folders]
        found.append([len(list((one[0] / STORE).glob("*.sst"))) for one in there if one])
        assert builds.taken[-1] is not None
    assert found[0][0] > found[0][1]
    assert found[2][0] == found[2][1]


def test_rules_are_applied_where_they_see_another_row(
    build: Callable[..., Builds], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A locator is nothing to them; a date is, and whatever is said of an entity may be."""
    builds = build(1)
    applied: list[bool] = []
    run = Engine.run

    def noticed(self: Engine) -> None:
        applied.append(True)
        run(self)

    monkeypatch.setattr(Engine, "run", noticed)
    facts, entities = builds.project.tables[0], builds.project.data / "entities.csv"
    with facts.open("a", encoding="utf-8") as file:
        file.write("c5,rivalOf,c4,1950,1951,,s1,p. 170,,\n")
    assert builds.agree()
    found = []
    for path, old, new in (
        (facts, "1950,1951,,s1,p. 170", "1950,1951,,s1,p. 171"),
        (entities, "p1,Player,p1,", "p1,Player,Paul,"),
        (facts, "1950,1951,,s1,p. 171", "1949,1951,,s1,p. 171"),
        (entities, "p12,Player,p12,,,,", "p12,Player,p12,,,,\np13,Player,p13,,,,"),
    ):
        changed(path, old, new)
        applied.clear()
        again = builds.again()
        found.append((len(applied), builds.taken[-1] is None))
        assert again == builds.full()
        assert builds.agree()
    assert found == [(0, False), (1, False), (1, False), (1, False)]


def test_all_is_made_anew_where_what_was_kept_goes_meanwhile(
    build: Callable[..., Builds], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process keeps something else, and the rows of before cannot be read."""
    builds = build(0)
    assemble_changed = rebuilt._Rewalk.assemble_changed

    def gone(self: rebuilt._Rewalk) -> None:
        for place in self.again.kept.folder.glob("rows-*.parquet"):
            place.unlink()
        assemble_changed(self)

    monkeypatch.setattr(rebuilt._Rewalk, "assemble_changed", gone)
    changed(builds.project.tables[0], ",p. ", ",pp. ")
    assert builds.agree()
    assert builds.taken[-1] is None


@pytest.mark.parametrize("how", ["longer", "shorter", "otherwise", "gone"])
@pytest.mark.parametrize("name", [N_QUADS, LAYOUT])
def test_what_is_known_by_pieces_is_found_damaged(
    build: Callable[..., Builds], name: str, how: str
) -> None:
    """A look at all files names the one, in the generation and where it is shown."""
    folder = build(0).project.kept
    there = current(folder)
    assert there
    assert not [*damage(folder)]
    place = there[0] / name
    content = place.read_bytes()
    place.chmod(0o644)
    match how:
        case "longer":
            place.write_bytes(content + b"\n")
        case "shorter":
            place.write_bytes(content[:-2])
        case "otherwise":
            # In the last piece.
            place.write_bytes(content[:-9] + b"otherwise")
        case _:
            place.unlink()
    found = {(one.path, one.severity) for one in damage(folder)}
    expected = {(place.as_posix(), "error")}
    if name == N_QUADS and how != "gone":
        # One file under two names.
        expected |= {((folder / name).as_posix(), "error")}
    if name == LAYOUT and how == "longer":
        # What it says is the same.
        expected = set()
    assert found == expected
