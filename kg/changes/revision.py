"""Revision: a project as git keeps it, taken out into a folder that goes away again.

A branch, tag or commit → a folder with `data/` and `ontology/`.
Files are read as git stores them, so that no attribute of the repository (`export-ignore`, a
filter) leaves one out or changes it, and nothing is written into the repository.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from kg.errors import InputError, UsageError, did_you_mean
from kg.project import is_project

# Set while git runs a hook; they would send every call to the hook's repository.
_OF_A_HOOK: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
_QUIET: Final = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
_PARTS: Final = ("data", "ontology")


class _GitError(InputError):
    """Git refused; the text is its own first line."""


@contextmanager
def taken_out(revision: str, project: Path) -> Iterator[Path]:
    """Give a folder that holds the project as it was at the revision of its repository.

    The project may lie anywhere in the repository; the folder is removed at the end.

    Raises UsageError when there is no such revision or no repository, InputError when git is
    missing or the revision holds no project there.
    """
    repository = _Repository(project, revision)
    commit = repository.commit()
    with tempfile.TemporaryDirectory(prefix="kg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for path, content in repository.files(commit):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        if not is_project(folder):
            raise repository.no_project()
        yield folder


class _Repository:
    """The repository around a project, asked about one revision."""

    def __init__(self, project: Path, revision: str) -> None:
        self.project = project
        self.revision = revision
        # A word that starts with "-" is an option to git, one with "^" what to leave out.
        if not revision or revision.startswith(("-", "^")) or not revision.isprintable():
            msg = f"'{revision}' is neither a folder nor the name of a revision"
            raise UsageError(msg)
        program = shutil.which("git")
        if program is None:
            msg = f"'{revision}' is not a folder, and to read a revision git must be installed"
            raise InputError(msg)
        self.program = program
        try:
            self.place = os.fsdecode(self.git("rev-parse", "--show-prefix")).rstrip("/\n")
        except _GitError as error:
            msg = f"'{revision}' is not a folder, and {project} has no revisions: {error}"
            raise UsageError(msg) from error

    def git(self, *arguments: str, given: bytes = b"") -> bytes:
        """Run git in the project's folder and return what it prints."""
        environment = {k: v for k, v in os.environ.items() if k not in _OF_A_HOOK} | _QUIET
        done = subprocess.run(  # noqa: S603 - a list of words; no shell reads them
            [self.program, "-C", str(self.project.resolve()), *arguments],
            input=given,
            capture_output=True,
            check=False,
            env=environment,
        )
        if done.returncode:
            lines = done.stderr.decode(errors="replace").splitlines() or ["git failed"]
            raise _GitError(lines[0].removeprefix("fatal: "))
        return done.stdout

    def commit(self) -> str:
        """Return the commit that the revision names."""
        try:
            found = self.git("rev-parse", "--verify", "--quiet", f"{self.revision}^{{commit}}")
        except _GitError as error:
            where = f"a revision of the repository around {self.project}"
            msg = f"'{self.revision}' is neither a folder nor {where}; {self.hint()}"
            raise UsageError(msg) from error
        return found.decode().strip()

    def hint(self) -> str:
        """Return which branch or tag may be meant, else what can be written."""
        names = self.git("for-each-ref", "--format=%(refname:short)").decode().splitlines()
        # A fresh clone has 'main' of the others as 'origin/main' only.
        elsewhere = [name for name in names if name.endswith(f"/{self.revision}")]
        if elsewhere:
            return f"did you mean '{elsewhere[0]}'?"
        otherwise = "write a project or build folder, a branch, a tag, a commit, or HEAD~1"
        return did_you_mean(self.revision, names) or otherwise

    def files(self, commit: str) -> Iterator[tuple[PurePosixPath, bytes]]:
        """Yield the path within the project, and the content, of every file of the project."""
        try:
            listed = self.git("ls-tree", "-rz", "--full-tree", f"{commit}:{self.place}", *_PARTS)
        except _GitError as error:
            raise self.no_project() from error
        # Each entry: mode SP type SP object TAB path NUL (git-ls-tree(1), "Output Format").
        entries = [entry.partition(b"\t") for entry in listed.split(b"\0") if entry]
        paths = [self.path(os.fsdecode(path), head.decode()) for head, _, path in entries]
        wanted = b"".join(head.split(b" ")[2] + b"\n" for head, _, _ in entries)
        contents = self.git("cat-file", "--batch", given=wanted)
        # Each answer: object SP type SP size LF content LF (git-cat-file(1), "Batch Output").
        start = 0
        for path in paths:
            head, _, _ = contents[start : start + 200].partition(b"\n")
            words = head.split(b" ")
            if len(words) != 3:
                msg = f"revision '{self.revision}' is not whole here: {path} is missing; fetch it"
                raise InputError(msg)
            start += len(head) + 1
            end = start + int(words[2])
            yield path, contents[start:end]
            start = end + 1

    def path(self, text: str, head: str) -> PurePosixPath:
        """Return the path of an entry; what is not a plain file is refused, never followed."""
        path = PurePosixPath(text)
        if not head.startswith("100") or ".." in path.parts or "\\" in text:
            msg = f"revision '{self.revision}' cannot be read: {text} is not a plain file"
            raise InputError(msg)
        return path

    def no_project(self) -> InputError:
        place = f"'{self.place}'" if self.place else "its top folder"
        msg = f"revision '{self.revision}' holds no project in {place}"
        return InputError(f"{msg}: it needs data/dataset.ttl and ontology/")
