"""What stands in `build/`, and how a new build takes the place of the old one."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from pyoxigraph import NamedNode, Quad, Store

from kg.errors import InputError, StoreError
from kg.files import digests, write_file
from kg.pipeline.generations import MANIFEST, is_stale, open_build, read_manifest, save
from kg.query.questions import run
from kg.store import copies

if TYPE_CHECKING:
    from conftest import Tiny


def save_build(tiny: Tiny) -> Path:
    """Build the project as `kg build` does, and return the folder."""
    built = tiny.build()
    folder = tiny.path / "build"
    save(built.quads, built.trig(), "<html>", folder, digests(tiny.data, tiny.ontology))
    return folder


def players(folder: Path, club: str = "rooks") -> list[object]:
    text = f"SELECT ?who {{ ?who :playsFor id:{club} }} ORDER BY ?who"
    return [row[0] for row in run(open_build(folder), text).rows]


def generations(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("generation-*")}


def hire(tiny: Tiny, who: str) -> None:
    tiny.add(f"{who},playsFor,rooks,2020,,,almanac-2001,,,")


class TestSave:
    def test_what_was_saved_can_be_opened(self, tiny: Tiny) -> None:
        folder = save_build(tiny)

        assert players(folder) == ["anna"]

    def test_the_folder_holds_page_graph_manifest_and_store(self, tiny: Tiny) -> None:
        folder = save_build(tiny)

        generation = read_manifest(folder)["generation"]
        assert {path.name for path in folder.iterdir()} == {
            "graph.html", "graph.trig", MANIFEST, generation,
        }  # fmt: skip

    def test_the_graph_is_written_as_it_is(self, tiny: Tiny) -> None:
        folder = save_build(tiny)

        assert (folder / "graph.trig").read_bytes() == tiny.build().trig()

    def test_the_page_is_written_as_it_is(self, tiny: Tiny) -> None:
        assert (save_build(tiny) / "graph.html").read_text() == "<html>"

    def test_the_files_can_be_read_by_others(self, tiny: Tiny) -> None:
        folder = save_build(tiny)

        assert (folder / "graph.html").stat().st_mode & 0o777 == 0o644

    def test_a_second_build_takes_the_place_of_the_first(self, tiny: Tiny) -> None:
        save_build(tiny)
        hire(tiny, "clara")

        assert players(save_build(tiny)) == ["anna", "clara"]

    def test_the_same_data_again_make_no_new_generation(self, tiny: Tiny) -> None:
        before = generations(save_build(tiny))

        assert generations(save_build(tiny)) == before

    def test_a_reader_of_the_previous_build_can_go_on(self, tiny: Tiny) -> None:
        store = open_build(save_build(tiny))
        hire(tiny, "clara")
        save_build(tiny)

        rows = run(store, "SELECT ?who { ?who :playsFor id:rooks }").rows
        assert rows == [("anna",)]

    def test_the_previous_generation_is_kept(self, tiny: Tiny) -> None:
        first = generations(save_build(tiny))
        hire(tiny, "clara")

        assert first < generations(save_build(tiny))

    def test_older_generations_are_removed(self, tiny: Tiny) -> None:
        first = generations(save_build(tiny))
        hire(tiny, "clara")
        save_build(tiny)
        hire(tiny, "boris")

        left = generations(save_build(tiny))
        assert (len(left), first & left) == (2, set())

    def test_a_build_that_fails_leaves_the_old_one(
        self, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = save_build(tiny)
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        hire(tiny, "clara")

        def full(*_: object) -> None:
            msg = "the store cannot be written: no space left"
            raise StoreError(msg)

        monkeypatch.setattr("kg.pipeline.generations.write", full)
        with pytest.raises(StoreError):
            save_build(tiny)

        assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def test_a_build_that_fails_leaves_nothing_of_its_own(
        self, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            msg = "the store cannot be written: no space left"
            raise StoreError(msg)

        monkeypatch.setattr("kg.pipeline.generations.write", full)
        with pytest.raises(StoreError):
            save_build(tiny)

        assert not (tiny.path / "build").exists()

    def test_the_manifest_is_written_last(
        self, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Should the power fail before it, the old build is still the one that is opened."""
        folder = save_build(tiny)
        hire(tiny, "clara")
        written: list[str] = []

        def note(path: Path, content: bytes, **where: Path) -> None:
            written.append(path.name)
            if path.name != MANIFEST:
                write_file(path, content, **where)

        monkeypatch.setattr("kg.pipeline.generations.write_file", note)
        save_build(tiny)
        assert (written[-1], players(folder)) == (MANIFEST, ["anna"])

    def test_a_file_in_the_place_of_the_folder_is_an_input_error(self, tiny: Tiny) -> None:
        (tiny.path / "build").touch()

        with pytest.raises(InputError, match="cannot be written to"):
            save_build(tiny)


class TestDamage:
    def test_no_build_is_a_store_error(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="; run 'kg build' first"):
            open_build(tmp_path)

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", '"store"', "\x00"])
    def test_a_damaged_manifest_is_a_store_error(self, tiny: Tiny, text: str) -> None:
        folder = save_build(tiny)
        (folder / MANIFEST).write_text(text)

        with pytest.raises(StoreError, match="is damaged; run 'kg build'"):
            open_build(folder)

    def test_a_manifest_that_is_no_text_is_a_store_error(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        (folder / MANIFEST).write_bytes(b"\xff\xfe\xff")

        with pytest.raises(StoreError, match="is damaged"):
            open_build(folder)

    def test_a_store_that_is_gone_is_a_store_error(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        manifest = json.loads((folder / MANIFEST).read_text())
        (folder / MANIFEST).write_text(
            json.dumps(manifest | {"generation": f"generation-{'0' * 16}"})
        )

        with pytest.raises(StoreError, match="cannot be opened"):
            open_build(folder)

    @pytest.mark.parametrize("text", ["", "{", "{}"])
    def test_a_build_mends_a_damaged_manifest(self, tiny: Tiny, text: str) -> None:
        folder = save_build(tiny)
        (folder / MANIFEST).write_text(text)

        assert players(save_build(tiny)) == ["anna"]

    @pytest.mark.parametrize("pattern", ["*.sst", "CURRENT", "*"])
    def test_a_build_mends_a_damaged_store(self, tiny: Tiny, pattern: str) -> None:
        folder = save_build(tiny)
        for path in folder.glob(f"generation-*/store/{pattern}"):
            path.unlink()

        assert players(save_build(tiny)) == ["anna"]


class TestStale:
    @pytest.fixture
    def folder(self, tiny: Tiny) -> Path:
        return save_build(tiny)

    @staticmethod
    def touch(path: Path) -> None:
        later = path.stat().st_mtime_ns + 10**10
        os.utime(path, ns=(later, later))

    def test_a_build_of_the_same_files_is_fresh(self, tiny: Tiny, folder: Path) -> None:
        assert not is_stale(folder, tiny.path)

    def test_a_file_that_is_only_younger_changes_nothing(self, tiny: Tiny, folder: Path) -> None:
        self.touch(tiny.data / "entities.csv")

        assert not is_stale(folder, tiny.path)

    def test_a_row_that_was_added_makes_it_stale(self, tiny: Tiny, folder: Path) -> None:
        hire(tiny, "clara")
        self.touch(tiny.data / "statements" / "facts.csv")

        assert is_stale(folder, tiny.path)

    def test_an_older_file_that_was_put_in_its_place_makes_it_stale(
        self, tiny: Tiny, folder: Path
    ) -> None:
        """As when one is moved, unpacked or copied with its times."""
        path = tiny.data / "statements" / "facts.csv"
        other = tiny.path / "facts.csv"
        other.write_text(path.read_text() + "clara,playsFor,rooks,2020,,,almanac-2001,,,\n")
        os.utime(other, (0, 0))
        other.replace(path)

        assert is_stale(folder, tiny.path)

    def test_a_row_that_was_added_after_the_clock_was_put_back_makes_it_stale(
        self, tiny: Tiny, folder: Path
    ) -> None:
        ahead = time.time() + 10**6
        os.utime(folder / read_manifest(folder)["generation"] / ".kg", (ahead, ahead))
        hire(tiny, "clara")

        assert is_stale(folder, tiny.path)

    def test_a_clock_that_was_put_back_alone_makes_nothing_stale(
        self, tiny: Tiny, folder: Path
    ) -> None:
        ahead = time.time() + 10**6
        for path in (tiny.path, *tiny.path.rglob("*")):
            os.utime(path, (ahead, ahead))

        assert not is_stale(folder, tiny.path)

    def test_a_file_that_was_removed_makes_it_stale(self, tiny: Tiny, folder: Path) -> None:
        (tiny.ontology / "rules" / "rivals.rq").unlink()

        assert is_stale(folder, tiny.path)

    def test_a_file_that_was_added_makes_it_stale(self, tiny: Tiny, folder: Path) -> None:
        tiny.write("ontology/questions/who.rq", "# Who?\nSELECT * { ?s ?p ?o }\n")

        assert is_stale(folder, tiny.path)

    def test_a_file_that_was_renamed_makes_it_stale(self, tiny: Tiny, folder: Path) -> None:
        rules = tiny.ontology / "rules"
        (rules / "rivals.rq").rename(rules / "foes.rq")

        assert is_stale(folder, tiny.path)


def age(folder: Path, time_of_it: float = 0) -> None:
    """Make a folder one that nobody has touched since long ago, or since another time."""
    for one in (folder, *folder.rglob("*")):
        os.utime(one, (time_of_it, time_of_it))


def sweep_days_ahead(room: Path) -> None:
    """Look for what was left behind, in a process whose clock is some days ahead."""
    code = (
        "import time; from pathlib import Path; from kg.store.copies import sweep\n"
        "now = time.time; time.time = lambda: now() + 10**6\n"
        f"sweep(Path({str(room)!r}))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@contextmanager
def refusing_links() -> Iterator[None]:
    """A system that lets nobody link these files, as it does with those of somebody else."""

    def refuse(*_: object) -> None:
        message = "IO error: while link file to x: Operation not permitted"
        raise OSError(message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copies, "room_of", refuse)
        yield


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder of whoever runs the tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "kg"


class TestCopies:
    """A slice of a store on disk is a folder beside it, which a killed process leaves behind."""

    def leave_behind(self, folder: Path, at: str = "") -> Path:
        """Leave a copy that was whole, or one on its way when the process would call a function."""
        code = (
            "import os, pkgutil, signal; from pathlib import Path; "
            "from kg.pipeline.generations import open_build; import kg.store.copies\n"
            "end = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
            f"{at or 'mine'} = end\n"
            f"copy = open_build(Path({str(folder)!r})).copy(); end()"
        )
        subprocess.run([sys.executable, "-c", code], check=False)
        (left,) = folder.glob("slice-*")
        return left

    def test_the_next_build_removes_what_was_left_behind(self, tiny: Tiny) -> None:
        left = self.leave_behind(save_build(tiny))
        age(left)

        save_build(tiny)

        assert not left.exists()

    @pytest.mark.parametrize(("step", "content"), [("_held", []), ("mark", [".kg-lock"])])
    def test_the_next_build_removes_one_that_was_not_yet_marked(
        self, tiny: Tiny, step: str, content: list[str]
    ) -> None:
        left = self.leave_behind(save_build(tiny), f"kg.store.copies.{step}")
        assert [one.name for one in left.iterdir()] == content
        age(left)

        save_build(tiny)

        assert not left.exists()

    def test_a_copy_from_before_the_clock_was_put_back_goes_too(self, tiny: Tiny) -> None:
        left = self.leave_behind(save_build(tiny))
        age(left, time.time() + 10**6)

        save_build(tiny)

        assert not left.exists()

    def test_a_folder_of_the_last_minute_is_left_alone(self, tiny: Tiny) -> None:
        left = self.leave_behind(save_build(tiny))

        save_build(tiny)

        assert left.exists()

    def test_the_command_line_leaves_none_behind(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        asked = [sys.executable, "-m", "kg", "query", "squad", "-p", "club=rooks"]

        done = subprocess.run(
            [*asked, "--as-of", "1996"], check=True, cwd=tiny.path, capture_output=True, text=True
        )

        assert "anna" in done.stdout
        assert list(folder.glob("slice-*")) == []

    def test_what_somebody_has_open_is_left_alone(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        copy = open_build(folder).copy()
        (used,) = folder.glob("slice-*")
        age(used)

        save_build(tiny)

        assert used.exists()
        assert run(copy, "ASK { id:anna :playsFor id:rooks }")

    @pytest.mark.parametrize("place", ["the build", "the cache"])
    @pytest.mark.parametrize("step", ["new_folder", "mark", "fill"])
    def test_a_copy_on_its_way_is_whole_though_the_clock_of_another_process_is_days_ahead(
        self, tiny: Tiny, cache: Path, monkeypatch: pytest.MonkeyPatch, place: str, step: str
    ) -> None:
        """The other one looks for what was left right after the step, and so does each build."""
        folder = save_build(tiny)
        room = folder if place == "the build" else cache
        looked: list[bool] = []

        def then_look(make: Callable[..., object]) -> Callable[..., object]:
            def made(*arguments: object) -> object:
                done = make(*arguments)
                if not looked:
                    looked.append(True)
                    sweep_days_ahead(room)
                return done

            return made

        store = open_build(folder)
        if step != "fill":
            monkeypatch.setattr(copies, step, then_look(getattr(copies, step)))
        elif place == "the cache":
            monkeypatch.setattr(copies, "_copy_files", then_look(copies._copy_files))
        else:
            store.pyoxigraph = cast(
                "Store", SimpleNamespace(backup=then_look(store.pyoxigraph.backup))
            )

        with refusing_links() if place == "the cache" else nullcontext():
            copy = store.copy()

        assert looked
        assert run(copy, "ASK { id:anna :playsFor id:rooks }")
        assert copy.folder
        assert [copy.folder.parent] == list(room.glob("slice-*"))

    def test_where_nobody_may_link_the_copy_stands_in_the_cache_of_whoever_asks(
        self, tiny: Tiny, cache: Path
    ) -> None:
        """As on read-only media, and in the folder of somebody else: tests may run as root."""
        store = open_build(save_build(tiny))
        assert store.folder
        for one in (store.folder, *store.folder.iterdir()):
            one.chmod(one.stat().st_mode & ~0o222)
        with refusing_links():
            copy = store.copy()

        assert copy.folder
        assert all(one.stat().st_mode & 0o200 for one in (copy.folder, *copy.folder.iterdir()))

        (aside,) = cache.glob("slice-*")
        assert run(copy, "ASK { id:anna :playsFor id:rooks }")
        assert list(tiny.path.glob("build/slice-*")) == []
        copy.change([], [Quad(*(NamedNode("urn:x"),) * 3)])
        assert run(copy, "ASK { <urn:x> ?p ?o }")
        assert not run(store, "ASK { <urn:x> ?p ?o }")
        del copy
        gc.collect()
        assert not aside.exists()

    def test_where_no_cache_can_be_it_stands_among_what_may_go(
        self, tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        store = open_build(save_build(tiny))

        with refusing_links():
            copy = store.copy()

        assert run(copy, "ASK { id:anna :playsFor id:rooks }")
        assert list(tmp_path.glob("slice-*"))

    def test_a_disk_without_room_is_told_with_both_sizes_and_nothing_stays_behind(
        self, tiny: Tiny, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = open_build(save_build(tiny))
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2**10))

        with refusing_links(), pytest.raises(StoreError, match="has 0 MiB free") as refused:
            store.copy()

        assert str(cache) in str(refused.value)
        assert list(cache.iterdir()) == []

    @pytest.mark.parametrize("part", ["CURRENT", "MANIFEST-*"])
    def test_half_a_copy_is_removed_by_the_next_one_though_it_cannot_be_opened(
        self, tiny: Tiny, part: str
    ) -> None:
        folder = save_build(tiny)
        left = self.leave_behind(folder)
        for file in left.glob(f"store/{part}"):
            file.unlink()
        age(left)

        open_build(folder).copy()

        assert not left.exists()
