"""Count how the code of kg is built, to lay two states of it side by side.

    python tools/structure/count.py                       the checkout in this folder
    python tools/structure/count.py --git HEAD~1 .        a revision beside a checkout
    python tools/structure/count.py --json --git v1 --git v2

Each checkout or revision is a column of one Markdown table; `--json` prints the same with all
names. Below the table stands how everything was counted.
Only the standard library is needed. To follow a row the checkout itself is imported, in a process
of its own (`follow.py`), which needs what kg needs.
"""

from __future__ import annotations

import argparse
import ast
import csv
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

Arrows = Mapping[str, set[str]]
Counts = dict[str, Any]


class Change(NamedTuple):
    """A kind of change, what exists of its kind, and the words that name it wherever it stands."""

    kind: str
    example: str
    words: str


CHANGES: Final = (
    Change("an interval check", "the finding “… overlaps the period …”", "overlaps the period"),
    Change("a column", "`locator`", "locator"),
    Change("an export format", "`gexf`", "gexf"),
    Change("a command", "`kg publish`", "publish"),
    Change("a result format", "`tsv`", "tsv"),
)
PARTS: Final = ("code", "tests and docs", "shipped data")
_FOLDERS: Final = {"kg": 0, "tests": 1, "docs": 1, "data": 2, "ontology": 2}
# Lines of comments; other languages are read whole.
_COMMENTS: Final = {
    ".js": re.compile(r"^\s*(//|/?\*).*$", re.MULTILINE),
    ".rq": re.compile(r"^\s*#.*$", re.MULTILINE),
    ".ttl": re.compile(r"^\s*#.*$", re.MULTILINE),
}
_MARKED_AS_CODE: Final = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)

RULES: Final = """\
How this was counted:

- A **box** is a module or package directly in `kg/`. **Modules** are all `*.py` files below \
`kg/`, **lines** are theirs.
- An **arrow** is a pair of boxes (or modules) of which the first imports the second, inside \
functions too, but not under `if TYPE_CHECKING`.
- **Floors** are the boxes of the longest chain of arrows; boxes on a common circle share one.
- **Arrows on circles** lead to a box (or module) from which one can come back. Without them every \
box can stand above all that it imports, and no arrow runs upwards.
- **What a row visits** was traced in `load` and `assemble`, on a project with one row of \
statements. Counted is each call of a Python function of `kg/` that follows the row: one that is \
given, holds at its end, or returns something that shows (in its `repr`) a text which stands only \
in that row; and one that is called by such a call and given the id of the row's subject, \
predicate or source. A generator is called each time it goes on. **Moves** are the neighbours in \
this list of calls that are in different boxes (or modules).
- **Files of a change** are those that name an example of its kind. Its words must stand there \
whole: in an identifier or a string constant of Python, docstrings aside (*.py); in a cell of the \
header (*.csv); in what is marked as code (*.md); anywhere (*.html, *.css, *.txt), but not in \
lines of comments (*.js, *.ttl, *.rq). Licences and other files are not read. Code is `kg/`; tests \
and docs are `tests/`, `docs/` and every *.md; shipped data are `data/` and `ontology/`.
"""


class UnreadableError(Exception):
    """What was asked for cannot be counted; the text says why."""


def count(checkout: Path) -> Counts:
    """Return everything that is counted of one checkout.

    Raises UnreadableError when there is no `kg/` in it, or a file of Python is wrong.
    """
    known = modules(checkout)
    if not known:
        msg = f"{checkout} has no modules in kg/; name the folder of a checkout"
        raise UnreadableError(msg)
    between = {name: set(imports(name, path, known)) for name, path in known.items()}
    boxes = _of_boxes(between)
    named = files(checkout, [change.words for change in CHANGES])
    return {
        "boxes": sorted(boxes),
        "modules": sorted(known),
        "lines": sum(len(_text(path).splitlines()) for path in known.values()),
        "arrows between boxes": _pairs(boxes),
        "arrows between modules": _pairs(between),
        "floors": floors(boxes),
        "arrows on circles of boxes": on_circles(boxes),
        "arrows on circles of modules": on_circles(between),
        "row": follow(checkout),
        "files": {change.kind: named[change.words] for change in CHANGES},
    }


def modules(checkout: Path) -> dict[str, Path]:
    """Return the file of each module of kg, by its dotted name."""
    found = {}
    for path in sorted((checkout / "kg").rglob("*.py")):
        parts = path.relative_to(checkout).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def box(module: str) -> str:
    """Return the module or package of kg in which a module is, or that it is itself.

    >>> box("kg.model.dates"), box("kg.dates"), box("kg")
    ('model', 'dates', '__init__')
    """
    return module.split(".")[1] if "." in module else "__init__"


def imports(module: str, path: Path, known: Collection[str]) -> Iterator[str]:
    """Yield the known modules that a module imports, other than for the type checker."""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in _run(_tree(path)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            home = [*above, *filter(None, [node.module])]
            names = [".".join([*home, alias.name]) for alias in node.names]
        for name in names:
            # A name in a module, or a module in a package: the longest that is a module.
            while name and name not in known:
                name = name.rpartition(".")[0]  # noqa: PLW2901 - shortened step by step
            if name and name != module:
                yield name


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the node and all below it that also runs when nobody checks types."""
    yield node
    below = ast.iter_child_nodes(node)
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        is_denied = isinstance(node.test, ast.UnaryOp)
        below = iter(node.body if is_denied else node.orelse)
    for child in below:
        yield from _run(child)


def _of_boxes(between: Arrows) -> dict[str, set[str]]:
    """Return the arrows between the boxes of these modules."""
    found: dict[str, set[str]] = {box(module): set() for module in between}
    for module, used in between.items():
        found[box(module)] |= {box(name) for name in used} - {box(module)}
    return found


def _pairs(arrows: Arrows) -> list[tuple[str, str]]:
    return sorted((one, other) for one, used in arrows.items() for other in used)


def reach(arrows: Arrows) -> dict[str, set[str]]:
    """Return what can be reached from each, by one arrow or more.

    >>> sorted(reach({"a": {"b"}, "b": {"c"}, "c": set()})["a"])
    ['b', 'c']
    """
    found = {}
    for start, used in arrows.items():
        seen: set[str] = set()
        ahead = set(used)
        while ahead:
            seen.add(here := ahead.pop())
            ahead |= arrows[here] - seen
        found[start] = seen
    return found


def on_circles(arrows: Arrows) -> list[tuple[str, str]]:
    """Return the arrows that lead to where one can come back from.

    >>> on_circles({"a": {"b"}, "b": {"c"}, "c": {"b"}})
    [('b', 'c'), ('c', 'b')]
    """
    reached = reach(arrows)
    return [(one, other) for one, other in _pairs(arrows) if one in reached[other]]


def floors(arrows: Arrows) -> int:
    """Return how many stand in the longest chain; those on a common circle count as one.

    >>> floors({"a": {"b", "c"}, "b": {"c"}, "c": set()})
    3
    """
    reached = reach(arrows)
    heights: dict[str, int] = {}
    # Whoever stands higher reaches all that the lower one reaches, and the lower one itself.
    for one in sorted(arrows, key=lambda name: len(reached[name] | {name})):
        below = [heights[other] for other in reached[one] if one not in reached[other]]
        heights[one] = 1 + max(below, default=0)
    return max(heights.values(), default=0)


def follow(checkout: Path) -> Counts:
    """Return the boxes and modules that one row visits, or under `problem` why none is known."""
    program = Path(__file__).with_name("follow.py")
    done = subprocess.run(
        [sys.executable, "-P", str(program), str(checkout.resolve())],
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        return {"problem": (done.stderr.splitlines() or ["it ended without a word"])[-1]}
    calls: list[str] = json.loads(done.stdout)
    in_boxes = [box(module) for module in calls]
    return {
        "boxes": list(dict.fromkeys(in_boxes)),
        "modules": list(dict.fromkeys(calls)),
        "moves between boxes": moves(in_boxes),
        "moves between modules": moves(calls),
        "calls": len(calls),
    }


def moves(places: Sequence[str]) -> int:
    """Return how often the next place is another.

    >>> moves(["a", "a", "b", "a"])
    2
    """
    return sum(one != other for one, other in pairwise(places))


def files(checkout: Path, words: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Return by the words the files that name them as code, by the part they belong to."""
    whole = {each: re.compile(rf"(?<![\w-]){re.escape(each)}(?![\w-])") for each in words}
    found: dict[str, dict[str, list[str]]] = {each: {part: [] for part in PARTS} for each in whole}
    for folder, number in _FOLDERS.items():
        for path in sorted((checkout / folder).rglob("*")):
            name = path.relative_to(checkout).as_posix()
            part = PARTS[1 if path.suffix == ".md" else number]
            texts = list(pieces(path)) if path.is_file() else []
            for each, pattern in whole.items():
                if any(pattern.search(text) for text in texts):
                    found[each][part].append(name)
    return found


def pieces(path: Path) -> Iterable[str]:
    """Return the texts in a file that are code; none of a file that is not read."""
    reader = None if "LICENSE" in path.name else _READERS.get(path.suffix)
    return reader(path) if reader else ()


def _of_python(path: Path) -> Iterator[str]:
    tree = _tree(path)
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, owners)
        and ast.get_docstring(node, clean=False) is not None
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if id(node) not in docstrings:
            yield from (value for _, value in ast.iter_fields(node) if isinstance(value, str))


def _of_table(path: Path) -> list[str]:
    return next(csv.reader(_text(path).splitlines()), [])


def _of_markdown(path: Path) -> list[str]:
    return _MARKED_AS_CODE.findall(_text(path))


def _of_text(path: Path) -> list[str]:
    text = _text(path)
    comments = _COMMENTS.get(path.suffix)
    return [comments.sub("", text) if comments else text]


_READERS: Final[dict[str, Callable[[Path], Iterable[str]]]] = {
    ".py": _of_python,
    ".csv": _of_table,
    ".md": _of_markdown,
    **dict.fromkeys((".css", ".html", ".js", ".rq", ".ttl", ".txt"), _of_text),
}


def _text(path: Path) -> str:
    # Examples of wrong input may be anything.
    return path.read_text(encoding="utf-8", errors="replace")


def _tree(path: Path) -> ast.Module:
    try:
        return ast.parse(_text(path))
    except SyntaxError as error:
        msg = f"{path}:{error.lineno}: {error.msg}; only what Python can read can be counted"
        raise UnreadableError(msg) from error


def taken_out(revision: str, folder: Path) -> Path:
    """Take a revision out of the repository of the current folder, and return where it is.

    Raises UnreadableError when git does not know it.
    """
    done = subprocess.run(
        ["git", "archive", "--format=tar", f"{revision}^{{tree}}"],  # noqa: S607 - the user's own
        check=False,
        capture_output=True,
    )
    if done.returncode:
        msg = f"git cannot take out '{revision}': {done.stderr.decode(errors='replace').strip()}"
        raise UnreadableError(msg)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def rows(counted: Counts) -> Iterator[tuple[str, str]]:
    """Yield the rows of the table: what was counted, and how much there is of it."""
    for name, found in counted.items():
        if name == "row":
            yield from _row_rows(found)
        elif name == "files":
            yield from _file_rows(found)
        else:
            yield name, str(found if isinstance(found, int) else len(found))


def _row_rows(row: Counts) -> Iterator[tuple[str, str]]:
    problem = f"not known: {row['problem']}" if "problem" in row else ""
    for name in ("boxes", "modules"):
        yield f"{name} that a row visits", problem or f"{len(row[name])}"
        yield f"moves of a row between {name}", problem or str(row[f"moves between {name}"])


def _file_rows(found: Mapping[str, Mapping[str, Collection[str]]]) -> Iterator[tuple[str, str]]:
    for change in CHANGES:
        name = f"files of {change.kind}, {change.example}: {' + '.join(PARTS)}"
        yield name, " + ".join(str(len(found[change.kind][part])) for part in PARTS)


def table(columns: Mapping[str, Counts]) -> str:
    """Return the Markdown table, a column for each checkout."""
    by_column = [dict(rows(counted)) for counted in columns.values()]
    lines = [["", *columns], ["---"] * (len(columns) + 1)]
    lines += [[name, *(each[name] for each in by_column)] for name in by_column[0]]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Count what the arguments name, print it, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("checkouts", nargs="*", metavar="CHECKOUT", help="the folder of a checkout")
    parser.add_argument(
        "--git",
        action="append",
        default=[],
        metavar="REV",
        help="a revision of the repository in this folder; these columns come first",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, with all names")
    given = parser.parse_args(arguments)
    checkouts = given.checkouts or ([] if given.git else ["."])
    columns: dict[str, Counts] = {}
    try:
        with ExitStack() as stack:
            for revision in given.git:
                aside = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                columns[revision] = count(taken_out(revision, aside))
            for checkout in checkouts:
                columns[checkout] = count(Path(checkout))
    except (OSError, UnreadableError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    shown = json.dumps(columns, indent=2, ensure_ascii=False) if given.json else table(columns)
    sys.stdout.write(shown + ("\n" if given.json else f"\n\n{RULES}"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
