"""A project as git keeps it: which revision, what of it, and what git is asked."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from gitted import commit, git, repository

from kg.changes.revision import taken_out
from kg.errors import InputError, UsageError

if TYPE_CHECKING:
    from conftest import Tiny

HERE = Path(__file__).parent
FACTS = "data/statements/facts.csv"


@pytest.fixture
def project(tiny: Tiny) -> Tiny:
    """The tiny project as a repository of its own, with one commit."""
    repository(tiny.path)
    commit(tiny.path, "first")
    return tiny


def files(folder: Path) -> dict[str, bytes]:
    """Every file of the project below the folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for part in ("data", "ontology")
        for path in (folder / part).rglob("*")
        if path.is_file()
    }


def taken(revision: str, project: Path) -> dict[str, bytes]:
    with taken_out(revision, project) as folder:
        return files(folder)


class TestWhat:
    def test_every_file_as_it_was(self, project: Tiny) -> None:
        before = files(project.path)
        project.add("clara,playsFor,rooks,2020,,,almanac-2001,,,")

        assert taken("HEAD", project.path) == before

    @pytest.mark.parametrize("revision", ["main", "v1", "heads/main", "HEAD", "HEAD~1", "@{0}~1"])
    def test_a_revision_has_many_names(self, project: Tiny, revision: str) -> None:
        git(project.path, "tag", "--annotate", "--message", "first", "v1")
        if revision.endswith("~1"):
            git(project.path, "commit", "--quiet", "--allow-empty", "--message", "second")

        assert taken(revision, project.path) == files(project.path)

    def test_a_commit_may_be_shortened(self, project: Tiny) -> None:
        name = commit_of(project)

        assert taken(name[:10], project.path) == files(project.path)

    def test_the_project_may_lie_in_a_folder_of_the_repository(self, tmp_path: Path) -> None:
        root = repository(tmp_path / "repository")
        project = shutil.copytree(HERE / "tiny", root / "graphs" / "of chess ♞")
        (root / "data").mkdir()
        (root / "data" / "other.csv").touch()
        commit(root)

        assert taken("HEAD", project) == files(HERE / "tiny")

    def test_a_folder_that_git_was_told_not_to_export_is_there(self, project: Tiny) -> None:
        project.write(".gitattributes", "data/statements export-ignore\n*.csv export-subst\n")
        commit(project.path)

        assert taken("HEAD", project.path) == files(project.path)

    def test_line_ends_are_as_git_stores_them(self, project: Tiny) -> None:
        project.write(".gitattributes", "*.csv text eol=crlf\n")
        commit(project.path)

        assert b"\r" not in taken("HEAD", project.path)[FACTS]

    def test_names_of_files_may_be_in_any_script(self, project: Tiny) -> None:
        project.write("data/statements/игра ♞.csv", "x\n")
        commit(project.path)

        assert taken("HEAD", project.path)["data/statements/игра ♞.csv"] == b"x\n"

    def test_an_empty_file_stays_empty(self, project: Tiny) -> None:
        project.write("data/statements/empty.csv", "")
        commit(project.path)

        assert taken("HEAD", project.path)["data/statements/empty.csv"] == b""


def commit_of(project: Tiny) -> str:
    return git(project.path, "rev-parse", "HEAD").strip()


class TestTraces:
    def test_the_folder_goes_away_again(
        self, project: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(scratch))
        seen = []

        def fail() -> None:
            with taken_out("HEAD", project.path) as folder:
                seen.append(folder.parent)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert (seen, [*scratch.iterdir()]) == ([scratch], [])

    def test_nothing_is_written_into_the_repository(self, project: Tiny) -> None:
        everything = [path for path in project.path.rglob("*") if path.is_file()]
        before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in everything}
        taken("HEAD", project.path)

        after = {path for path in project.path.rglob("*") if path.is_file()}
        assert after == before.keys()
        assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in after} == before

    def test_a_hook_of_another_repository_does_not_lead_astray(
        self, project: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Git names its own repository to the hooks that it runs."""
        other = repository(tmp_path / "other")
        monkeypatch.setenv("GIT_DIR", str(other / ".git"))
        monkeypatch.setenv("GIT_INDEX_FILE", "index")
        monkeypatch.setenv("GIT_WORK_TREE", str(other))

        assert taken("main", project.path) == files(project.path)


class TestMistakes:
    def message(self, revision: str, project: Path, error: type[Exception] = UsageError) -> str:
        with pytest.raises(error) as raised, taken_out(revision, project):
            pass
        assert "\n" not in str(raised.value)
        return str(raised.value)

    def test_an_unknown_revision_says_what_can_be_written(self, project: Tiny) -> None:
        assert self.message("nowhere", project.path) == (
            f"'nowhere' is neither a folder nor a revision of the repository around {project.path};"
            " write a project or build folder, a branch, a tag, a commit, or HEAD~1"
        )

    def test_a_misspelt_branch_is_recognised(self, project: Tiny) -> None:
        assert self.message("mian", project.path).endswith("did you mean 'main'?")

    def test_a_branch_that_only_the_others_have_is_recognised(
        self, project: Tiny, tmp_path: Path
    ) -> None:
        clone = tmp_path / "clone"
        git(tmp_path, "clone", "--quiet", str(project.path), str(clone))
        git(clone, "checkout", "--quiet", "--detach")
        git(clone, "branch", "--delete", "main")

        assert self.message("main", clone).endswith("did you mean 'origin/main'?")

    @pytest.mark.parametrize(
        "revision", ["HEAD:data", "HEAD^{tree}", "HEAD~9", "HEAD..main", "deadbeef"]
    )
    def test_what_names_no_commit_is_no_revision(self, project: Tiny, revision: str) -> None:
        assert "neither a folder nor a revision" in self.message(revision, project.path)

    @pytest.mark.parametrize("revision", ["-h", "--all", "--output=x", "^HEAD", "", "a\nb", "a\0b"])
    def test_an_option_of_git_is_no_revision(self, project: Tiny, revision: str) -> None:
        with pytest.raises(UsageError, match="is neither a folder nor the name of a revision"):
            taken(revision, project.path)

    def test_a_folder_outside_any_repository_has_no_revisions(self, tiny: Tiny) -> None:
        assert self.message("HEAD", tiny.path).startswith(
            f"'HEAD' is not a folder, and {tiny.path} has no revisions: not a git repository"
        )

    def test_a_repository_without_commits_has_no_revisions(self, tiny: Tiny) -> None:
        repository(tiny.path)

        assert "neither a folder nor a revision" in self.message("HEAD", tiny.path)

    def test_a_revision_from_before_the_project_holds_none(self, tmp_path: Path) -> None:
        root = repository(tmp_path / "repository")
        (root / "README").touch()
        commit(root)
        project = shutil.copytree(HERE / "tiny", root / "graph")
        commit(root)

        assert self.message("HEAD~1", project, InputError) == (
            "revision 'HEAD~1' holds no project in 'graph': it needs data/dataset.ttl and ontology/"
        )

    def test_a_revision_without_ontology_holds_none(self, project: Tiny) -> None:
        git(project.path, "rm", "-rq", "--cached", "ontology")
        git(project.path, "commit", "--quiet", "--message", "less")

        assert self.message("HEAD", project.path, InputError).startswith(
            "revision 'HEAD' holds no project in its top folder: it needs"
        )

    def test_a_link_is_refused_and_never_followed(self, project: Tiny, tmp_path: Path) -> None:
        secret = tmp_path / "secret.csv"
        secret.write_text("secret", encoding="utf-8")
        (project.path / "data/statements/link.csv").symlink_to(secret)
        commit(project.path)

        assert self.message("HEAD", project.path, InputError) == (
            "revision 'HEAD' cannot be read: data/statements/link.csv is not a plain file"
        )

    def test_a_content_that_is_not_here_is_named(self, project: Tiny) -> None:
        """As in a clone that fetched only a part and has lost its origin."""
        blob = git(project.path, "rev-parse", f"HEAD:{FACTS}").strip()
        stored = project.path / ".git" / "objects" / blob[:2] / blob[2:]
        stored.chmod(0o600)
        stored.unlink()

        assert self.message("HEAD", project.path, InputError) == (
            f"revision 'HEAD' is not whole here: {FACTS} is missing; fetch it"
        )

    def test_without_git_folders_can_still_be_named(
        self, project: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))

        assert self.message("HEAD", project.path, InputError) == (
            "'HEAD' is not a folder, and to read a revision git must be installed"
        )
