"""Change one operator of kg at a time, and see whether a test notices.

    python -m benchmarks.mutation [model/dates model/edtf ...] [--most N] [--seed 0]

Each change is made in a copy of this checkout, and the tests that stand beside the module below run
there until the first that fails.
What no test notices is printed as a line of a Markdown table; docs/mutation.md says of each why.
The exit code is 1 when something was left that `docs/mutation.md` does not name.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
EXPLAINED = ROOT / "docs" / "mutation.md"
# What notices soonest stands first, because the first test that fails is the last that runs.
TESTS = {
    "model/dates": ("kg/model/dates.py", "test_dates", "test_edtf", "test_statement"),
    "model/edtf": ("kg/model/edtf.py", "test_edtf", "test_ended", "test_last_days"),
    "model/merge": ("kg/model/merge.py", "test_merge", "test_statement"),
    "model/checks": ("test_interval_checks", "test_checks", "test_recurring"),
    "model/statement_checks": ("test_row_checks", "test_compliance", "test_broken"),
    "query/slice": ("kg/query/slice.py", "test_after_issue", "test_slice", "test_asked"),
    "query/as_of": ("test_worlds", "test_slice"),
}
# What the last run said, in the copy.
SAID = "said.txt"
# What the tests import of others; each change would wait for it again.
HEAVY = ("networkx", "pandas", "polars", "pyarrow", "pyoxigraph", "rdflib")
# A change that makes a loop endless is noticed by the time that it takes: seconds of CPU, and of
# the clock where it waits.
LONGEST = 120
WAITING = 3600

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


class Mutant(NamedTuple):
    """One change: where it is, what stood there, what stands there now, and the whole module."""

    line: int
    before: str
    after: str
    module: str


def others(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in place of a node, each with one operator changed."""
    match node:
        case ast.Compare(ops=[one]) if type(one) in COMPARISONS:
            yield ast.Compare(node.left, [COMPARISONS[type(one)]()], node.comparators)
        case ast.BoolOp(op=ast.And()):
            yield ast.BoolOp(ast.Or(), node.values)
        case ast.BoolOp():
            yield ast.BoolOp(ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BinOp(op=op) if type(op) in ARITHMETIC:
            yield ast.BinOp(node.left, ARITHMETIC[type(op)](), node.right)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None))
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            yield ast.Call(ast.Name(CALLS[name]), node.args, node.keywords)


def places(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Every node that runs, as the field of its parent; types are no work and are left out."""
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns", "decorator_list", "pattern"}:
            continue
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if isinstance(child, ast.AST):
                yield tree, name, index
                yield from places(child)


def mutants(source: str) -> Iterator[Mutant]:
    """Every change of a module, in order."""
    tree = ast.parse(source)
    for parent, name, index in list(places(tree)):
        holder = getattr(parent, name)
        node = holder if index is None else holder[index]
        for other in others(node):
            changed = ast.copy_location(other, node)
            # A number alone does not tell which one it is.
            is_told = isinstance(node, ast.Constant) and isinstance(parent, ast.expr | ast.keyword)
            before = ast.unparse(parent if is_told else node)
            put(parent, name, index, changed)
            after = ast.unparse(parent if is_told else changed)
            module = ast.unparse(ast.fix_missing_locations(copy.deepcopy(tree)))
            put(parent, name, index, node)
            yield Mutant(node.lineno, before, after, module)


def put(parent: ast.AST, name: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[index] = node


def is_noticed(copied: Path, tests: Sequence[str], *, is_first: bool = False) -> bool:
    """Whether a test of the copy fails, or takes too long; the files are run one after another.

    The first run keeps what Python compiles; a change lies beside it and is compiled each time.
    """
    return any(fails(one, copied, keep=is_first) for one in tests)


def fails(test: str, copied: Path, *, keep: bool) -> bool:
    """Whether the file has a test that fails, in a process that has what kg imports already."""
    own = multiprocessing.get_context("fork").Process(target=run, args=(test, copied, keep))
    own.start()
    own.join(WAITING)
    if own.is_alive():
        own.kill()
        own.join()
    return own.exitcode != 0


def run(test: str, copied: Path, keep: bool) -> None:
    """Run the file here, and leave with the exit code of pytest."""
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
    sys.dont_write_bytecode = not keep
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "" if keep else "1", "PYTHONPATH": str(copied)}
    os.chdir(copied)
    sys.path[:0] = [str(copied)]
    said = os.open(SAID, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(said, stream)
    named = test if test.endswith(".py") else f"tests/{test}.py"
    which = "not (browser or spark or notebook or slow)"
    sys.exit(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-m", which, named]))


def copy_of(folder: Path) -> Path:
    """The checkout without what was built in it."""
    ignored = shutil.ignore_patterns(".*", "build", "__pycache__", "node_modules")
    return Path(shutil.copytree(ROOT, folder / "checkout", ignore=ignored))


def survivors(name: str, chosen: list[Mutant], copied: Path) -> Iterator[Mutant]:
    """The changes of a module that no test notices."""
    path = copied / "kg" / f"{name}.py"
    source = path.read_text(encoding="utf-8")
    if is_noticed(copied, TESTS[name], is_first=True):
        said = (copied / SAID).read_text(encoding="utf-8")
        msg = f"the tests of {name} fail without a change:\n{said}"
        raise SystemExit(msg)
    for one in chosen:
        path.write_text(one.module, encoding="utf-8")
        if not is_noticed(copied, TESTS[name]):
            yield one
    path.write_text(source, encoding="utf-8")


def row(name: str, one: Mutant) -> str:
    """A change as a line of the table; it names no line, because lines move."""
    return f"| `{name}` | `{one.before}` | `{one.after}` |".replace("\n", " ")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", default=[*TESTS])
    parser.add_argument("--most", type=int, default=10_000, help="changes of each module")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    explained = EXPLAINED.read_text(encoding="utf-8")
    for heavy in HEAVY:
        importlib.import_module(heavy)
    unexplained = 0
    for name in options.modules:
        began = time.monotonic()
        every = list(mutants((ROOT / "kg" / f"{name}.py").read_text(encoding="utf-8")))
        most = min(options.most, len(every))
        chosen = random.Random(options.seed).sample(every, most)
        left = 0
        with tempfile.TemporaryDirectory() as folder:
            for one in survivors(name, chosen, copy_of(Path(folder))):
                left += 1
                known = row(name, one) in explained
                unexplained += not known
                print(row(name, one), f"line {one.line}", "" if known else "NEW", flush=True)
        seconds = time.monotonic() - began
        print(f"{name}: {most} of {len(every)} changes, {left} left, {seconds:.0f} s", flush=True)
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
