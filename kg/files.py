"""Files: written in one step, and known by their digests."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from kg.errors import InputError

# With these begin the names of files by which Excel and LibreOffice say that they hold another.
HELD: Final = "~$"
LOCKED: Final = ".~lock."
# The folder of other people's tables: they are compared with the graph and no part of it.
COMPARISONS: Final = "comparisons"
# Whether links of a project may lead out of it: 1 in the environment.
FOLLOW: Final = "KG_FOLLOW_LINKS"

# What systems say of a place that has no locks.
NO_LOCKS: Final = frozenset({errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP})


def can_lock(folder: Path) -> bool:
    """Say whether files in the folder can be locked, as some file systems of networks cannot.

    Raises OSError when nothing can be written there.
    """
    import tempfile

    try:
        import fcntl
    except ImportError:
        # Windows locks everywhere.
        return True
    with tempfile.TemporaryFile(dir=folder) as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno not in NO_LOCKS
    return True


def write_file(path: Path, content: bytes, *, aside: Path | None = None) -> None:
    """Write a file in one step: readers see the old content or the new, never a part.

    Until it is whole it stands beside its place, or in the folder `aside` on the same disk.

    Raises InputError when the place cannot be written to.
    """
    try:
        with whole_file(path, aside=aside) as file:
            file.write(content)
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror}"
        raise InputError(msg) from error


@contextmanager
def whole_file(path: Path, mode: int = 0o644, *, aside: Path | None = None) -> Iterator[BinaryIO]:
    """Open a file that comes to its place when it is whole; readers see the old one until then.

    Until then it stands beside its place, or in the folder `aside` on the same disk.
    An exception within the block leaves the old one.
    """
    import tempfile

    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=aside or path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files that only their owner can read.
        Path(name).chmod(mode)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def digest(content: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal digits.

    >>> digest(b"")[:8]
    'e3b0c442'
    """
    import hashlib

    return hashlib.sha256(content).hexdigest()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digests(*folders: Path) -> dict[str, str]:
    """Return the SHA-256 of every file that a build can read, by `folder/path` with `/`."""
    return {
        named(folder, path): digest_of(path) for folder in folders for path in files_below(folder)
    }


def files_below(folder: Path) -> list[Path]:
    """Return every file below the folder that a build can read, in the order of their paths."""
    return sorted(map(Path, _files_in(str(folder), aside=COMPARISONS)))


def _files_in(folder: str, aside: str = "") -> Iterator[str]:
    """Yield the files; as texts, because every command looks at all of them before it answers."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith((HELD, LOCKED)):
                    continue
                if entry.is_file():
                    yield entry.path
                elif entry.is_dir(follow_symlinks=False) and entry.name != aside:
                    yield from _files_in(entry.path)
    except FileNotFoundError:
        return


def refuse_device(path: Path, label: str) -> None:
    """Refuse what is there and is neither a file nor a folder, because reading it may never end.

    Raises InputError.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        msg = f"{label} is a pipe or a device; put a file in its place"
        raise InputError(msg)


def require_file(path: Path, label: str) -> None:
    """Refuse what is no file of the project: its label is its path as seen from the project.

    What a link leads to outside belongs to whoever reads it, and a project may come from anybody.

    Raises InputError.
    """
    refuse_device(path, label)
    project, top = path.absolute().parents[label.count("/")], label.partition("/")[0]
    own = path.resolve()
    # The folder of the data may be elsewhere as a whole: who named the project sees that.
    if any(own.is_relative_to(one.resolve()) for one in (project, project / top)):
        return
    if os.environ.get(FOLLOW) != "1":
        msg = f"{label} leads out of the project, to {own}; put the file itself there"
        msg += f", or set {FOLLOW}=1 if you know where all links of this project lead"
        raise InputError(msg)


def named(folder: Path, path: Path) -> str:
    """Return the path as seen from beside the folder, with `/`.

    >>> named(Path("project/data"), Path("project/data/statements/csto.csv"))
    'data/statements/csto.csv'
    """
    return f"{folder.name}/{path.relative_to(folder).as_posix()}"


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yield a new folder that comes to its place when it is whole, instead of what is there.

    An exception within the block leaves the old one. Between the two there is none for an instant,
    because no system exchanges folders in one step.
    """
    import shutil
    import tempfile

    place = path.resolve()
    aside = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    old = aside.with_name(f"{aside.name}.old")
    try:
        yield aside
        # mkdtemp makes folders that only their owner can read.
        aside.chmod(0o755)
        if place.exists():
            place.rename(old)
        try:
            aside.rename(place)
        except OSError:
            if old.exists():
                old.rename(place)
            raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
