"""One writer at a time in a build folder; what is removed there; and the way back."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

import filelock
import pyoxigraph
import pytest

import kg
from kg.errors import InputError, StoreError
from kg.files import digests
from kg.pipeline.columns.layout import Layout
from kg.pipeline.columns.pieces import Piece
from kg.pipeline.columns.writer import Writer
from kg.pipeline.generations import (
    MANIFEST,
    current_store,
    damage,
    is_stale,
    open_build,
    put_large,
    read_manifest,
    roll_back,
    save,
)
from kg.pipeline.spark.shards import replace_findings
from kg.pipeline.spark.shards import save as save_shards
from kg.pipeline.writing import writing
from kg.query.questions import run
from kg.store.embedded import EmbeddedStore, write

if TYPE_CHECKING:
    from conftest import Tiny

# Holds the folder for ever; a line says when it does.
HOLD = (
    "import sys, time; from pathlib import Path; from kg.pipeline.writing import writing\n"
    "with writing(Path(sys.argv[1])) as room:\n"
    "    (room.aside / 'half').write_text('half a store')\n"
    "    print('held', flush=True)\n"
    "    time.sleep(600)\n"
)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "kg", *arguments]


def build(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command("build", *options), cwd=project, capture_output=True, encoding="utf-8", check=False
    )


def started(project: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command("build", *options),
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def holder(folder: Path) -> subprocess.Popen[str]:
    """A process of its own that holds the folder."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, encoding="utf-8"
    )
    assert child.stdout
    assert child.stdout.readline() == "held\n"
    return child


def end(child: subprocess.Popen[str]) -> None:
    child.kill()
    child.communicate()


def save_build(tiny: Tiny) -> Path:
    built = tiny.build()
    folder = tiny.path / "build"
    page = f"<html>{len(built.quads)}"
    save(built.quads, built.trig(), page, folder, digests(tiny.data, tiny.ontology))
    return folder


def hire(tiny: Tiny, who: str) -> None:
    tiny.add(f"{who},playsFor,rooks,2020,,,almanac-2001,,,")


def players(folder: Path) -> list[object]:
    text = "SELECT ?who { ?who :playsFor id:rooks } ORDER BY ?who"
    return [row[0] for row in run(open_build(folder), text).rows]


def shown(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("graph.*")}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def as_before(folder: Path, name: str = f"store-{'a' * 16}") -> Path:
    """Make of a build what an earlier kg would have left: a store by itself, and no marks."""
    manifest = read_manifest(folder)
    store = current_store(folder)
    store.rename(folder / name)
    shutil.rmtree(store.parent)
    old = {"store": name, "quads": manifest["quads"], "sources": manifest["sources"]}
    (folder / MANIFEST).write_text(json.dumps(old))
    return folder / name


class TestOneWriter:
    def test_a_second_build_ends_at_once_and_says_who_writes(self, tiny: Tiny) -> None:
        child = holder(tiny.path / "build")
        try:
            done = build(tiny.path)
        finally:
            end(child)

        assert (done.returncode, done.stdout) == (4, "")
        assert re.fullmatch(
            rf"kg: process {child.pid} on \S+ \(since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC\) "
            r"writes to \S*build; --wait waits until it is done\n",
            done.stderr,
        )

    def test_in_python_the_repair_is_a_parameter(self, tiny: Tiny) -> None:
        graph = kg.build(tiny.data, tiny.ontology)
        with (
            writing(tiny.path / "build"),
            pytest.raises(StoreError, match=rf"process {os.getpid()} .*; wait=True waits"),
        ):
            graph.save(tiny.path / "build")

    def test_a_build_that_waits_says_so_and_builds_when_the_other_is_done(self, tiny: Tiny) -> None:
        child = holder(tiny.path / "build")
        waiting = started(tiny.path, "--wait")
        try:
            assert waiting.stderr
            line = waiting.stderr.readline()
        finally:
            end(child)
        _, rest = waiting.communicate(timeout=60)

        assert line.startswith(f"waiting for process {child.pid} on ")
        assert (waiting.returncode, rest) == (0, "")
        assert players(tiny.path / "build") == ["anna"]

    def test_the_lock_goes_with_a_holder_that_is_killed(self, tiny: Tiny) -> None:
        end(holder(tiny.path / "build"))

        done = build(tiny.path)

        assert (done.returncode, done.stderr) == (0, "")

    def test_readers_do_not_wait(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        with writing(folder):
            done = subprocess.run(
                command("query", "ASK { id:anna :playsFor id:rooks }"),
                cwd=tiny.path, capture_output=True, encoding="utf-8", check=False, timeout=60,
            )  # fmt: skip

        assert (done.returncode, done.stderr) == (0, "")

    def test_of_four_builds_at_once_those_that_give_up_say_who_builds(self, tiny: Tiny) -> None:
        four = [started(tiny.path) for _ in range(4)]
        done = [(one, *one.communicate(timeout=120)) for one in four]

        assert {one.returncode for one in four} <= {0, 4}
        assert 0 in {one.returncode for one in four}
        pids = {str(one.pid) for one in four}
        for one, _, said in done:
            if one.returncode == 4:
                found = re.match(r"kg: process (\d+) on ", said)
                assert found
                assert found[1] in pids - {str(one.pid)}
        assert players(tiny.path / "build") == ["anna"]
        assert not [name for name in names(tiny.path / "build") if name.startswith((".", "aside"))]

    def test_four_builds_that_wait_all_end_well(self, tiny: Tiny) -> None:
        four = [started(tiny.path, "--wait") for _ in range(4)]
        done = [(one, *one.communicate(timeout=120)) for one in four]

        assert [one.returncode for one, *_ in done] == [0] * 4
        folder = tiny.path / "build"
        assert names(folder) == {
            "graph.html", "graph.trig", MANIFEST, read_manifest(folder)["generation"],
        }  # fmt: skip
        assert (folder / "graph.trig").read_bytes() == tiny.build().trig()

    def test_a_build_that_waited_reads_the_files_as_they_are_then(self, tiny: Tiny) -> None:
        child = holder(tiny.path / "build")
        waiting = started(tiny.path, "--wait")
        assert waiting.stderr
        waiting.stderr.readline()
        hire(tiny, "clara")
        end(child)
        waiting.communicate(timeout=60)

        assert players(tiny.path / "build") == ["anna", "clara"]

    def test_a_build_of_wrong_rows_makes_no_folder(self, tiny: Tiny) -> None:
        hire(tiny, "nobody")

        assert build(tiny.path).returncode == 1
        assert not (tiny.path / "build").exists()

    @pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
    def test_where_there_are_no_locks_it_is_told_and_nothing_on_its_way_is_removed(
        self, tiny: Tiny, monkeypatch: pytest.MonkeyPatch, number: int
    ) -> None:
        folder = tiny.path / "build"
        end(holder(folder))
        left = set(folder.glob("aside-*"))

        def refuse(*_: object, **__: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
        with pytest.warns(UserWarning, match="build cannot be locked .*; let nobody else build"):
            save_build(tiny)

        assert players(folder) == ["anna"]
        assert left == set(folder.glob("aside-*")) != set()

    @pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
    def test_a_folder_that_nobody_may_write_to_is_an_input_error(
        self, tiny: Tiny, monkeypatch: pytest.MonkeyPatch, number: int
    ) -> None:
        """Tests may run as root, whom no mode stops."""

        def refuse(*_: object, **__: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
        with pytest.raises(InputError, match=f"cannot be written to: {os.strerror(number)}"):
            save_build(tiny)


class TestNoLocks:
    """A folder on a network whose files cannot be locked: neither by kg nor by the engine."""

    @pytest.fixture
    def folder(self, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Path:
        folder = tiny.path / "build"
        real = pyoxigraph.Store

        class Locking:
            read_only = real.read_only

            def __new__(cls, path: str | None = None) -> pyoxigraph.Store:  # type: ignore[misc]
                if path and Path(path).is_relative_to(folder):
                    raise OSError("IO error: While lock file: No locks available")
                return real(path)

        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

        def refuse_there(file: IO[bytes], how: int) -> None:
            if Path(f"/proc/self/fd/{file.fileno()}").readlink().is_relative_to(folder):
                refuse()
            assert how == fcntl.LOCK_EX | fcntl.LOCK_NB

        monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
        monkeypatch.setattr(fcntl, "lockf", refuse_there)
        monkeypatch.setattr(pyoxigraph, "Store", Locking)
        return folder

    @pytest.fixture
    def elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        place = tmp_path / "elsewhere"
        place.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(place))
        monkeypatch.setenv("XDG_CACHE_HOME", str(place))
        return place

    def test_a_build_is_made_elsewhere_and_asked_as_ever(
        self, tiny: Tiny, folder: Path, elsewhere: Path
    ) -> None:
        with pytest.warns(UserWarning, match="cannot be locked"):
            save_build(tiny)
        assert list(elsewhere.iterdir()) == []

        hire(tiny, "clara")
        with pytest.warns(UserWarning, match="cannot be locked"):
            save_build(tiny)

        assert players(folder) == ["anna", "clara"]
        assert not [one for one in damage(folder) if one.severity == "error"]

    def test_a_copy_of_it_stands_elsewhere(self, tiny: Tiny, folder: Path, elsewhere: Path) -> None:
        with pytest.warns(UserWarning, match="cannot be locked"):
            save_build(tiny)

        copy = open_build(folder).copy()

        assert copy.folder
        assert copy.folder.is_relative_to(elsewhere)
        assert run(copy, "ASK { id:anna :playsFor id:rooks }")
        assert not list(folder.glob("slice-*"))

    def test_a_build_of_columns_is_made_elsewhere_too(self, folder: Path, elsewhere: Path) -> None:
        folder.mkdir()
        with Writer(folder) as writer:
            writer.write(memoryview(b"<urn:a> <urn:b> <urn:c> .\n"))
            assert writer.finish([]) == 1
            assert not writer.place.exists()

        assert [str(one.subject) for one in EmbeddedStore.open(writer.place).quads()] == ["<urn:a>"]
        assert list(elsewhere.iterdir()) == []


class TestKilled:
    @pytest.mark.parametrize(
        ("at", "of"),
        [
            ("kg.pipeline.writing.new_folder", ""),
            ("kg.pipeline.writing.mark", ""),
            ("kg.store.marks.Path.replace", "/aside-"),
            ("kg.pipeline.generations.write", ""),
            ("kg.pipeline.generations.mark", ""),
            ("kg.pipeline.generations._name", ""),
            ("kg.pipeline.generations._show", ""),
            ("kg.files.os.fsync", ""),
            ("kg.files.Path.replace", "/.kg.json."),
            ("kg.pipeline.generations.discard", ""),
            ("os.rmdir", "/aside-"),
        ],
    )
    def test_what_a_killed_build_leaves_does_no_harm_and_goes_with_the_next(
        self, tiny: Tiny, at: str, of: str
    ) -> None:
        """The build ends itself where it would make a folder, write, mark, name, show or remove.

        `of` is a part of the path that is written or removed then.
        """
        folder = save_build(tiny)
        hire(tiny, "boris")
        save_build(tiny)
        before = players(folder)
        hire(tiny, "clara")
        code = (
            "import os, pkgutil, signal\n"
            f"place, _, name = {at!r}.rpartition('.')\n"
            "place = pkgutil.resolve_name(place)\n"
            "real = getattr(place, name)\n"
            "def ended(*given, **named):\n"
            f"    if {of!r} in str(given[0]):\n"
            "        os.kill(os.getpid(), signal.SIGKILL)\n"
            "    return real(*given, **named)\n"
            "setattr(place, name, ended)\n"
            "from kg.cli.commands import main; main(['build'])\n"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=tiny.path, check=False)

        assert done.returncode == -signal.SIGKILL
        is_named = at in {"kg.pipeline.generations.discard", "os.rmdir"}
        assert players(folder) == (["anna", "boris", "clara"] if is_named else before)
        assert build(tiny.path).returncode == 0
        assert players(folder) == ["anna", "boris", "clara"]
        manifest = read_manifest(folder)
        assert names(folder) == {
            "graph.html", "graph.trig", MANIFEST, manifest["generation"], manifest["before"],
        }  # fmt: skip

    def test_what_another_build_has_on_its_way_stays(self, tiny: Tiny) -> None:
        child = holder(tiny.path / "build")
        try:
            (aside,) = (tiny.path / "build").glob("aside-*")
            build(tiny.path)
            assert (aside / "half").read_text() == "half a store"
        finally:
            end(child)


class TestWhatIsYours:
    NAMES = (
        "store-mine", "generation-mine", "aside-mine", "slice-mine", "shards-mine",
        "store-0123456789abcdef", "generation-0123456789abcdef", "shards-0123456789abcdef",
        "aside-01234567", "slice-01234567", "aside-0123456789abcdef", "slice-0123456789abcdef",
    )  # fmt: skip

    @pytest.mark.parametrize("files", [("notes.txt",), ("CURRENT", "notes.txt"), ()])
    def test_a_folder_of_yours_stays_whatever_its_name(
        self, tiny: Tiny, files: tuple[str, ...]
    ) -> None:
        for name in self.NAMES:
            yours = tiny.path / "build" / name
            yours.mkdir(parents=True)
            for file in files:
                (yours / file).write_text("mine")
            os.utime(yours, (0, 0))
        folder = save_build(tiny)
        for who in ("boris", "clara"):
            hire(tiny, who)
            save_build(tiny)
        (tiny.path / "made").mkdir()
        save_shards(tiny.path / "made", folder, "https://example.org/", [])

        for name in self.NAMES:
            assert names(folder / name) == set(files)

    def test_a_store_of_yours_with_a_note_in_its_copy_stays(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        yours = folder / "slice-abcdefgh"
        yours.mkdir()
        write([], yours / "store")
        (yours / "notes.txt").write_text("mine")
        os.utime(yours, (0, 0))

        save_build(tiny)

        assert names(yours) == {"store", "notes.txt"}

    def test_a_link_to_a_generation_elsewhere_is_not_followed(
        self, tiny: Tiny, tmp_path: Path
    ) -> None:
        elsewhere = tmp_path / "elsewhere"
        other = save_build(tiny).rename(elsewhere)
        (generation,) = other.glob("generation-*")
        folder = tiny.path / "build"
        folder.mkdir()
        (folder / generation.name).symlink_to(generation)
        hire(tiny, "clara")
        save_build(tiny)

        assert players(elsewhere) == ["anna"]

    def test_a_folder_of_yours_with_the_very_name_is_an_error(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        generation = folder / read_manifest(folder)["generation"]
        shutil.rmtree(folder)
        generation.mkdir(parents=True)
        (generation / "notes.txt").write_text("mine")

        with pytest.raises(InputError, match="is in the way and was not made by kg; move it away"):
            save_build(tiny)

        assert names(folder) == {generation.name}

    def test_files_of_yours_in_findings_are_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "findings").mkdir()
        (tmp_path / "findings" / "thesis.txt").write_text("mine")
        (tmp_path / "given").mkdir()

        with pytest.raises(InputError, match="holds files that are not kg's; move them away"):
            replace_findings(tmp_path / "given", tmp_path)

        assert (tmp_path / "findings" / "thesis.txt").read_text() == "mine"

    def test_a_file_of_yours_that_no_build_showed_stays(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        (folder / "graph.nq").write_text("mine")
        hire(tiny, "clara")

        save_build(tiny)

        assert (folder / "graph.nq").read_text() == "mine"


class TestEarlier:
    """Builds of a kg that had no generations yet."""

    def test_they_open(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        as_before(folder)

        assert players(folder) == ["anna"]
        assert not is_stale(folder, tiny.path)

    def test_their_store_stays_for_one_build_and_then_goes(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        old = as_before(folder)
        older = folder / f"store-{'b' * 16}"
        shutil.copytree(old, older)
        hire(tiny, "boris")
        save_build(tiny)

        assert old.is_dir()
        assert not older.exists()
        hire(tiny, "clara")
        save_build(tiny)
        assert not old.exists()

    def test_there_is_no_way_back_to_them(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        as_before(folder)
        hire(tiny, "boris")
        save_build(tiny)

        with pytest.raises(StoreError, match=r"was made by an earlier kg, .*; to have it again"):
            roll_back(folder, say=print)

        assert players(folder) == ["anna", "boris"]

    def test_their_copies_are_removed(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        left = folder / "slice-abcdefgh"
        left.mkdir()
        write([], left / "store")
        for one in (left, left / "store"):
            os.utime(one, (0, 0))

        save_build(tiny)

        assert not left.exists()


class TestRollBack:
    @pytest.fixture
    def folder(self, tiny: Tiny) -> Path:
        save_build(tiny)
        hire(tiny, "clara")
        return save_build(tiny)

    def test_it_brings_back_store_page_and_graph(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        first = (players(folder), shown(folder), current_store(folder))
        hire(tiny, "clara")
        save_build(tiny)
        assert (players(folder), shown(folder), current_store(folder)) != first

        roll_back(folder, say=print)

        assert (players(folder), shown(folder), current_store(folder)) == first

    def test_done_twice_all_is_as_it_was(self, folder: Path) -> None:
        before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}

        roll_back(folder, say=print)
        roll_back(folder, say=print)

        after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        assert after == before

    def test_a_build_of_the_same_files_keeps_the_way_back(self, tiny: Tiny, folder: Path) -> None:
        save_build(tiny)

        roll_back(folder, say=print)

        assert players(folder) == ["anna"]

    def test_a_file_that_the_build_before_did_not_have_goes_and_returns(
        self, tiny: Tiny, folder: Path
    ) -> None:
        """As when the table has come to have many rows: `graph.nq.gz` in place of page and TriG."""
        with writing(folder) as room:
            write(tiny.build().quads, room.aside / "store")
            (room.aside / "graph.nq.gz").write_text("")
            empty = hashlib.sha256(b"").hexdigest()
            nothing = Layout(pieces=[Piece(0, empty, 0, empty)])
            built = tiny.build()
            assert built.record is not None
            built.record.write(room.aside / "record")
            size, place = len(built.quads), room.aside / "graph.nq.gz"
            put_large(room, room.aside / "store", size, place, nothing, {}, room.aside / "record")

        assert shown(folder).keys() == {"graph.nq.gz"}
        roll_back(folder, say=print)
        assert shown(folder).keys() == {"graph.html", "graph.trig"}
        roll_back(folder, say=print)
        assert shown(folder).keys() == {"graph.nq.gz"}

    def test_it_is_stale_until_the_files_are_those_of_then(self, tiny: Tiny, folder: Path) -> None:
        table = tiny.path / "data/statements/facts.csv"
        assert not is_stale(folder, tiny.path)

        roll_back(folder, say=print)
        assert is_stale(folder, tiny.path)
        table.write_text("\n".join(table.read_text().splitlines()[:-1]) + "\n")
        assert not is_stale(folder, tiny.path)

    def test_without_a_build_before_it_is_an_error(self, tiny: Tiny) -> None:
        with pytest.raises(StoreError, match=r"there is no build before this one in .*build"):
            roll_back(save_build(tiny), say=print)

    def test_without_any_build_it_is_an_error_and_makes_no_folder(self, tiny: Tiny) -> None:
        with pytest.raises(StoreError, match=r"there is no build in .*; run 'kg build' first"):
            roll_back(tiny.path / "build", say=print)

        assert not (tiny.path / "build").exists()

    def test_a_project_that_is_opened_in_place_of_its_build_names_the_build(
        self, tiny: Tiny, folder: Path
    ) -> None:
        with pytest.raises(StoreError, match=rf"no build in {tiny.path}; it is in {folder}$"):
            open_build(tiny.path)

    @pytest.mark.parametrize("part", ["graph.trig", "graph.html", "store/CURRENT", ".kg"])
    def test_a_build_before_that_was_changed_is_not_taken(self, folder: Path, part: str) -> None:
        (folder / str(read_manifest(folder)["before"]) / part).write_text("changed")
        before = shown(folder)

        with pytest.raises(StoreError, match="is damaged or gone; run 'kg build'"):
            roll_back(folder, say=print)

        assert (players(folder), shown(folder)) == (["anna", "clara"], before)

    def test_a_shown_file_that_was_changed_in_place_is_mended_by_a_build(
        self, tiny: Tiny, folder: Path
    ) -> None:
        before = shown(folder)
        with (folder / "graph.html").open("a") as page:
            page.write("changed")

        save_build(tiny)

        assert shown(folder) == before

    def test_where_a_file_has_one_name_only_copies_are_shown(
        self, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> None:
            raise OSError(errno.EPERM, "no hard links")

        monkeypatch.setattr(os, "link", refuse)
        folder = save_build(tiny)

        assert (folder / "graph.html").stat().st_nlink == 1
        assert (folder / "graph.trig").read_bytes() == tiny.build().trig()

    def test_the_command_says_what_it_did(self, tiny: Tiny, folder: Path) -> None:
        manifest = read_manifest(folder)
        done = build(tiny.path, "--rollback")

        assert (done.returncode, done.stderr) == (
            0, "note: data/ or ontology/ changed since the build; run 'kg build'\n",
        )  # fmt: skip
        assert f"build/{manifest['before']}   was build/{manifest['generation']}" in done.stdout
        assert players(folder) == ["anna"]

    @pytest.mark.parametrize("options", [["--load"], ["--engine", "spark"]])
    def test_it_takes_no_options_of_building(self, tiny: Tiny, options: list[str]) -> None:
        done = build(tiny.path, "--rollback", *options)

        assert done.returncode == 2
        assert done.stderr.startswith("kg: --rollback takes the build before as it is; leave ")

    def test_it_does_not_write_while_another_does(self, tiny: Tiny, folder: Path) -> None:
        with writing(folder):
            done = build(tiny.path, "--rollback")

        assert done.returncode == 4
        assert "--wait waits until it is done" in done.stderr
        assert players(folder) == ["anna", "clara"]


class TestReaders:
    def test_over_two_further_builds_a_reader_goes_on_with_what_it_has_open(
        self, tiny: Tiny
    ) -> None:
        graph = kg.open(save_build(tiny))
        for who in ("boris", "clara"):
            hire(tiny, who)
            save_build(tiny)
        assert isinstance(graph.store, EmbeddedStore)
        assert graph.store.folder
        assert not graph.store.folder.exists()

        with pytest.warns(kg.ReplacedWarning):
            rows = graph.query("SELECT ?who { ?who :playsFor id:rooks }").rows
        assert rows == [("anna",)]
        assert graph.query("SELECT ?who { ?who :playsFor id:rooks }", as_of="2019").rows == [
            ("anna",)
        ]

    def test_a_store_that_two_builds_replaced_says_what_happened(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        store = current_store(folder)
        for who in ("boris", "clara"):
            hire(tiny, who)
            save_build(tiny)

        with pytest.raises(StoreError, match="it is gone; if newer builds took its place open the"):
            EmbeddedStore.open(store)

    def test_a_copy_outlives_the_build_that_it_was_taken_of(self, tiny: Tiny) -> None:
        copy = open_build(save_build(tiny)).copy()
        for who in ("boris", "clara"):
            hire(tiny, who)
            save_build(tiny)

        assert copy.folder
        assert copy.folder.is_dir()
        assert run(copy, "SELECT ?who { ?who :playsFor id:rooks }").rows == [("anna",)]
