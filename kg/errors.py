"""Errors and findings: what went wrong, where, and how to repair it.

Wrong data are results (`Finding`), impossible work is an exception (`KGError`).
Each exception class carries the exit code with which the command line ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ClassVar, Final, Literal, NamedTuple

# How much of a foreign text a message shows.
LONGEST: Final = 100

Severity = Literal["error", "warning", "note"]


class Finding(NamedTuple):
    """One thing to look at in the project's files; findings sort by place.

    `path` is relative to the project's folder, with `/`.
    `line` and `column` count from 1, `column` in characters; 0 means the whole file or line.

    >>> print(Finding("data/statements/sco.csv", 7, 20, "error", "end is not after start", "swap"))
    data/statements/sco.csv:7:20: error: end is not after start; swap
    """

    path: str
    line: int
    column: int
    severity: Severity
    message: str
    repair: str = ""

    @property
    def place(self) -> str:
        """`path:line:column`, as far as they are known; of a sheet `path[sheet]!C5`.

        >>> Finding("data/league.xlsx[facts]", 5, 3, "error", "'x' is not a date").place
        'data/league.xlsx[facts]!C5'
        """
        if self.column and file_and_sheet(self.path)[1]:
            return f"{self.path}!{coordinate(self.line, self.column)}"
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part)

    def __str__(self) -> str:
        repair = f"; {self.repair}" if self.repair else ""
        return visible(f"{self.place}: {self.severity}: {self.message}{repair}")


def file_and_sheet(path: str) -> tuple[str, str]:
    """Return the file of a finding's path, and the sheet in brackets where it is a workbook.

    >>> file_and_sheet("data/league.xlsx[facts]"), file_and_sheet("data/entities.csv")
    (('data/league.xlsx', '[facts]'), ('data/entities.csv', ''))
    """
    file, bracket, sheet = path.partition("[") if path.endswith("]") else (path, "", "")
    return file, bracket + sheet


def coordinate(row: int, column: int) -> str:
    """Return how a spreadsheet calls the cell.

    >>> coordinate(5, 3), coordinate(1, 27), coordinate(1, 702), coordinate(1, 703)
    ('C5', 'AA1', 'ZZ1', 'AAA1')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


class KGError(Exception):
    """Whatever kg raises on purpose; the text is one sentence for the user."""

    exit_code: ClassVar[int] = 1


class DataError(KGError):
    """The data are wrong: `findings` holds every finding, the errors among them."""

    exit_code = 1

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Keep the findings; the text is the errors, one a line."""
        self.findings = tuple(findings)
        super().__init__("\n".join(str(f) for f in self.findings if f.severity == "error"))


class UsageError(KGError):
    """The command or call was wrong: an unknown id, an impossible date, an unknown suffix.

    `candidates` are the ids that a name fits, where it fits several.
    """

    exit_code = 2
    candidates: tuple[str, ...] = ()


class TableError(UsageError):
    """A table that was handed over cannot be understood; `findings` says where and why."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Keep the findings; the text is one line for each."""
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


class QueryError(UsageError):
    """The SPARQL text or the question was wrong; `line` and `column` count from 1, 0 if unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        """Put the place, where it is known, before the message."""
        self.message = message
        self.line = line
        self.column = column
        super().__init__(f"line {line}, column {column}: {message}" if line else message)


class RefusedError(QueryError):
    """The query asks for what is not allowed here, such as SERVICE or an update."""


class MissingError(UsageError):
    """What was asked for by its name is not in the graph."""


class AfterIssueWarning(UserWarning):
    """A question is as of a day after the one for which the data are current."""


class ReplacedWarning(UserWarning):
    """A newer build stands where the one that is asked was opened."""


class InputError(KGError):
    """The input cannot be read at all: no such folder, a folder instead of a file."""

    exit_code = 3


class StoreError(KGError):
    """The store is missing, damaged or locked."""

    exit_code = 4


class LimitError(KGError):
    """A limit was hit; `limit` says which: time, memory, depth, text, rows, answer or queue."""

    exit_code = 5

    def __init__(self, message: str, limit: str) -> None:
        """Keep which limit it was."""
        self.limit = limit
        super().__init__(message)


class EndedError(KGError):
    """The process that worked on a query ended before it had answered.

    `cause` is "crash" when the engine gave up on the query, "outside" when somebody ended it.
    """

    exit_code = 5

    def __init__(self, message: str, cause: Literal["crash", "outside"]) -> None:
        """Keep the cause."""
        self.cause = cause
        super().__init__(message)


class RemoteError(KGError):
    """The remote SPARQL endpoint failed or answered something that is not an answer."""

    exit_code = 6


def warn_deprecated(old: str, new: str) -> None:
    """Give a DeprecationWarning that names what goes and what takes its place."""
    warn_caller(f"{old} goes with the next minor release; use {new}", DeprecationWarning)


def warn_caller(text: str, kind: type[Warning] = AfterIssueWarning) -> None:
    """Give a warning for the line that called this package."""
    import inspect
    import warnings

    frame, level = inspect.currentframe(), 1
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == "kg":
        frame, level = frame.f_back, level + 1
    warnings.warn(text, kind, stacklevel=level)


SEARCHED: Final = 20_000


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "did you mean 'x'?" for the known word nearest to `word`, or "" when none is near.

    >>> did_you_mean("belaruss", ["armenia", "belarus"])
    "did you mean 'belarus'?"
    >>> did_you_mean("atlantis", ["armenia", "belarus"])
    ''
    """
    near = near_word(word, known)
    return f"did you mean '{near}'?" if near else ""


def near_word(word: str, known: Iterable[str]) -> str:
    """Return the known word nearest to `word`, or "" when none is near or there are too many.

    So many words as are too many take longer to search than a reader waits, for each of many
    mistakes; no more of them are read.

    >>> near_word("belaruss", ["armenia", "belarus"])
    'belarus'
    """
    from itertools import islice

    words = list(islice(known, SEARCHED + 1))
    return nearest(word, words) if len(words) <= SEARCHED else ""


def hint(known: str, otherwise: str) -> str:
    """Return what may have been meant, and what to do when it was not.

    >>> hint("did you mean 'x'?", "add it")
    "did you mean 'x'? If not, add it"
    """
    return f"{known} If not, {otherwise}" if known else otherwise


def article(noun: str) -> str:
    """Return "an" before a vowel, else "a"."""
    return "an" if noun[0] in "AEIOUaeiou" else "a"


def noun(count: float, one: str, many: str = "") -> str:
    """Return what so many are called; `many` is `one` with an s when it is not given.

    >>> noun(1, "fact"), noun(0.5, "second"), noun(2, "entity", "entities")
    ('fact', 'seconds', 'entities')
    """
    return one if count == 1 else many or f"{one}s"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word nearest to `word`, or "" when none is near.

    Nearness is `difflib.SequenceMatcher.ratio() >= 0.6`, ignoring case.
    """
    import difflib

    by_case = {candidate.casefold(): candidate for candidate in sorted(known)}
    near = difflib.get_close_matches(word.casefold(), by_case, n=1, cutoff=0.6)
    return by_case[near[0]] if near else ""


# Controls, line ends of other systems, the characters that reverse the direction of a text, what is
# no character at all, half a character.
_UNSEEN: Final = (
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ufffe\uffff\ud800-\udfff]"
)


def visible(text: str) -> str:
    r"""Return the text with a mark for each character that a terminal obeys or hides.

    Line ends stay. Whatever people read on a terminal goes through here.

    >>> visible("a" + chr(27) + "[31m" + chr(10) + "é")
    'a�[31m\né'
    """
    import re

    return re.sub(_UNSEEN, "\N{REPLACEMENT CHARACTER}", text)


def shown(text: str) -> str:
    """Return a cell's text as it can stand in a message: one line, printable, not too long.

    >>> shown("a  b" + chr(10) + "c" + chr(7))
    'a b c�'
    """
    line = " ".join(text.split())
    clean = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line
    )
    return clean if len(clean) <= LONGEST else f"{clean[: LONGEST - 1]}…"


def missing_extra(library: str | None, extra: str) -> UsageError:
    """Return the error for a library that is not there, with the extra of kg that brings it.

    >>> print(missing_extra("polars", "bulk"))
    polars is not installed; install it with: pip install 'eurasia-kg[bulk]'
    """
    return UsageError(f"{library} is not installed; install it with: {install(extra)}")


def install(extra: str) -> str:
    """Return the command that installs an extra of kg.

    >>> install("spark")
    "pip install 'eurasia-kg[spark]'"
    """
    return f"pip install 'eurasia-kg[{extra}]'"


def _in_python(name: str, value: object) -> str:
    if name == "parameters" and isinstance(value, Mapping):
        # Those of a question are given by their own names.
        return ", ".join(f"{key}={given}" for key, given in value.items())
    return f"{name}=" if value is None else f"{name}={value!r}"


_form: ContextVar[Callable[[str, object], str]] = ContextVar("form", default=_in_python)


def parameter(name: str, value: object = None) -> str:
    """Return how a parameter is given, with a value or without one, by whoever calls.

    That is Python unless `parameters_as` says otherwise: a message names what its reader can write.

    >>> parameter("since"), parameter("lenient", True)
    ('since=', 'lenient=True')
    """
    return _form.get()(name, value)


@contextmanager
def parameters_as(form: Callable[[str, object], str]) -> Iterator[None]:
    """Let messages within this block give parameters in another form: that of name and value.

    >>> with parameters_as(lambda name, value: f"--{name}"):
    ...     parameter("since")
    '--since'
    """
    token = _form.set(form)
    try:
        yield
    finally:
        _form.reset(token)
