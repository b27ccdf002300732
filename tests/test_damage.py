"""A build whose files are not as they were written is not asked, and says which they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from test_generations import hire

from kg.cli.commands import main
from kg.errors import Finding, StoreError
from kg.files import digests, write_file
from kg.pipeline.generations import MANIFEST, damage, open_build, read_manifest, save
from kg.store.damage import OWN
from kg.store.marks import MARK

if TYPE_CHECKING:
    from conftest import Tiny


def save_build(tiny: Tiny) -> Path:
    """Build the project with all its parts, and return the folder."""
    built = tiny.build()
    folder = tiny.path / "build"
    sources = digests(tiny.data, tiny.ontology)
    save(built.quads, built.trig(), "<html>", folder, sources, built.record)
    return folder


def generation(folder: Path) -> Path:
    return folder / str(read_manifest(folder)["generation"])


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def change(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def told(folder: Path) -> list[tuple[str, str]]:
    """Return what is told of each damaged file, its path as seen from the build."""
    return [
        (Path(one.path).relative_to(folder).as_posix(), one.message)
        for one in damage(folder)
        if one.severity == "error"
    ]


def without_digests(folder: Path) -> None:
    """Make the build look as one of an earlier kg."""
    mark = generation(folder) / MARK
    said = json.loads(mark.read_text())
    del said["store"]
    mark.write_text(json.dumps(said))


class TestOpening:
    @pytest.mark.parametrize("pattern", ["CURRENT", "MANIFEST-*", "OPTIONS-*", "*.log", "IDENTITY"])
    @pytest.mark.parametrize("spoil", [shorten, change, Path.unlink])
    def test_a_store_of_which_a_small_file_was_spoilt_is_not_asked(
        self, tiny: Tiny, pattern: str, spoil: Callable[[Path], None]
    ) -> None:
        folder = save_build(tiny)
        spoilt = max(
            generation(folder).glob(f"store/{pattern}"), key=lambda one: one.stat().st_size
        )
        spoil(spoilt)

        with pytest.raises(StoreError, match=rf"damaged: {spoilt.name} .*; run 'kg build'"):
            open_build(folder)

    @pytest.mark.parametrize("spoil", [shorten, Path.unlink])
    def test_a_store_of_which_any_table_has_another_length_is_not_asked(
        self, tiny: Tiny, spoil: Callable[[Path], None]
    ) -> None:
        folder = save_build(tiny)
        for table in generation(folder).glob("store/*.sst"):
            whole = table.read_bytes()
            spoil(table)

            with pytest.raises(StoreError, match=rf"damaged: {table.name} "):
                open_build(folder)

            table.write_bytes(whole)

        open_build(folder)

    def test_a_log_that_the_engine_would_find_is_not_let_in(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        (generation(folder) / "store" / "000999.log").touch()

        with pytest.raises(StoreError, match=r"damaged: 000999\.log was not built"):
            open_build(folder)

    @pytest.mark.parametrize("name", sorted(OWN))
    def test_what_the_engine_notes_for_itself_may_change(self, tiny: Tiny, name: str) -> None:
        folder = save_build(tiny)
        (generation(folder) / "store" / name).write_text("changed")

        open_build(folder)

    def test_a_count_that_the_build_did_not_have_is_a_damaged_manifest(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        said = read_manifest(folder)
        (folder / MANIFEST).write_text(json.dumps(said | {"quads": said["quads"] + 1}))

        with pytest.raises(StoreError, match=rf"{MANIFEST} is damaged; run 'kg build'"):
            open_build(folder)

    @pytest.mark.parametrize("text", ["", "{", '{"kg": "generation", "store": [1]}'])
    def test_a_mark_that_was_spoilt_is_told(self, tiny: Tiny, text: str) -> None:
        folder = save_build(tiny)
        (generation(folder) / MARK).write_text(text)

        with pytest.raises(StoreError, match=r"damaged.*run 'kg build'"):
            open_build(folder)

    def test_a_build_of_an_earlier_kg_opens(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        without_digests(folder)

        assert len(open_build(folder).pyoxigraph) == read_manifest(folder)["quads"]


class TestDeep:
    def test_of_a_whole_build_nothing_is_told(self, tiny: Tiny) -> None:
        assert list(damage(save_build(tiny))) == []

    @pytest.mark.parametrize("spoil", [shorten, change, Path.unlink])
    def test_each_file_that_was_spoilt_is_told_by_its_name(
        self, tiny: Tiny, spoil: Callable[[Path], None]
    ) -> None:
        folder = save_build(tiny)
        place = generation(folder)
        files = [
            one
            for one in sorted(place.rglob("*"))
            if one.is_file() and one.name not in {*OWN, MARK, "record.json"} and one.stat().st_size
        ]
        for file in files:
            whole = file.read_bytes()
            spoil(file)
            names = {name for name, _ in told(folder)}
            file.write_bytes(whole)

            # A page or a graph is one file with two names, and may be told by both.
            assert file.relative_to(folder).as_posix() in names, file
            assert names <= {file.relative_to(folder).as_posix(), file.name}, file
        assert len(files) > 10

    def test_a_build_that_was_ended_before_its_manifest_is_no_damage(
        self, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The old build is whole and answers; what is shown beside it is whole, and the new one."""
        folder = save_build(tiny)
        old = read_manifest(folder)
        hire(tiny, "clara")

        def end(path: Path, content: bytes, *, aside: Path | None = None) -> None:
            if path.name == MANIFEST:
                raise KeyboardInterrupt
            write_file(path, content, aside=aside)

        with monkeypatch.context() as patch:
            patch.setattr("kg.pipeline.generations.write_file", end)
            with pytest.raises(KeyboardInterrupt):
                save_build(tiny)

        (one,) = damage(folder)
        assert read_manifest(folder) == old
        assert one == Finding(
            (folder / "graph.trig").as_posix(), 0, 0, "warning",
            "this file is of another build, which was ended before it took the place of this one",
            "run 'kg build'",
        )  # fmt: skip

        save_build(tiny)
        assert list(damage(folder)) == []

    @pytest.mark.parametrize("name", [MARK, "record/record.json"])
    def test_half_of_what_describes_the_files_is_told(self, tiny: Tiny, name: str) -> None:
        folder = save_build(tiny)
        file = generation(folder) / name
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 2])

        assert [path for path, _ in told(folder)] == [file.relative_to(folder).as_posix()]

    def test_a_mark_with_another_count_is_told(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        mark = generation(folder) / MARK
        said = json.loads(mark.read_text())
        mark.write_text(json.dumps(said | {"quads": said["quads"] + 1}))

        assert (
            f"{mark.parent.name}/{MARK}",
            "this file of the build is missing, or not what was built",
        ) in told(folder)

    def test_the_way_back_is_named_when_it_is_whole(self, tiny: Tiny) -> None:
        save_build(tiny)
        hire(tiny, "clara")
        folder = save_build(tiny)
        change(next(generation(folder).glob("store/*.sst")))

        (found,) = damage(folder)

        assert found.repair == (
            "run 'kg build' to make it anew, or 'kg build --rollback' to have the one before, "
            "which is whole"
        )

    def test_a_way_back_that_is_damaged_is_told(self, tiny: Tiny) -> None:
        before = generation(save_build(tiny))
        hire(tiny, "clara")
        folder = save_build(tiny)
        change(next(before.glob("store/*.sst")))

        (found,) = damage(folder)

        assert (Path(found.path), found.severity) == (before, "warning")
        assert "no way back" in found.message

    def test_a_build_of_an_earlier_kg_is_told_that_it_has_no_digests(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        without_digests(folder)

        (found,) = damage(folder)

        assert found.severity == "warning"
        assert "kept no digests" in found.message

    def test_the_next_build_of_the_same_files_mends_what_was_changed(self, tiny: Tiny) -> None:
        folder = save_build(tiny)
        change(next(generation(folder).glob("store/*.sst")))

        assert list(damage(save_build(tiny))) == []

    def test_the_next_build_of_the_same_files_gives_an_old_one_its_digests(
        self, tiny: Tiny
    ) -> None:
        folder = save_build(tiny)
        without_digests(folder)

        assert list(damage(save_build(tiny))) == []


def ended(*arguments: str) -> object:
    """Run a command in this process, and return its exit code."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return end.value.code


class TestCommand:
    def test_a_whole_build_is_said_to_be_so(
        self, tiny: Tiny, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = save_build(tiny)

        assert ended("validate", "--store", str(folder), "--deep") == 0
        assert "is as it was written" in capsys.readouterr().err

    def test_a_damaged_build_ends_with_4_and_one_line_a_file(
        self, tiny: Tiny, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = save_build(tiny)
        tables = sorted(generation(folder).glob("store/*.sst"))[:2]
        for table in tables:
            change(table)

        assert ended("validate", "--store", str(folder), "--deep") == 4
        lines = capsys.readouterr().out.splitlines()
        assert [table.name in line for table, line in zip(tables, lines, strict=True)] == [True] * 2

    def test_as_json_it_does_not_conform(
        self, tiny: Tiny, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = save_build(tiny)
        change(next(generation(folder).glob("store/*.sst")))

        assert ended("validate", "--store", str(folder), "--deep", "--format", "json") == 4
        assert json.loads(capsys.readouterr().out)["conforms"] is False

    @pytest.mark.parametrize(
        "options",
        [["--data", "x.ttl"], ["--format", "turtle"], ["--store", "http://localhost:1/"]],
    )
    def test_it_is_about_the_files_of_a_build_alone(
        self, options: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert ended("validate", "--deep", *options) == 2
        assert "; " in capsys.readouterr().err
