"""The front door: what is public, that it is whole, and that it speaks Python."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import shutil
import subprocess
import sys
import typing
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import rdflib

import kg
from kg.cli.arguments import COMMANDS
from kg.cli.context import option
from kg.errors import UsageError, parameters_as
from kg.model import schema

if TYPE_CHECKING:
    from conftest import Tiny

ROOT = Path(__file__).parent.parent
KG = ROOT / "kg"
STABILITY = (ROOT / "docs" / "stability.md").read_text(encoding="utf-8")
# Parts of the machinery that can be reached from results; docs/stability.md promises nothing of
# them.
MACHINERY = {
    *("Archive", "EmbeddedStore", "Evidence", "History", "Known", "Limits", "Naming"),
    *("Record", "Rule", "StoredRecord", "Undecided", "Vocabulary"),
}


# ---------------------------------------------------------------- what is public


def everything() -> dict[str, Any]:
    """Every class of kg, and those of the libraries that public signatures name, by name."""
    found: dict[str, Any] = {"pd": pd, "pl": pl, "pa": pa, "rdflib": rdflib}
    # What the type checker knows as generic is none when it runs.
    found["nx"] = SimpleNamespace(Graph=list, MultiDiGraph=list)
    found |= {"Iterable": Iterable, "Iterator": Iterator, "Figure": list}
    for name in kg.__all__:
        found[name] = getattr(kg, name)
    for module in pkgutil.walk_packages(kg.__path__, "kg."):
        if "spark" not in module.name and not module.name.endswith("__main__"):
            for name, one in vars(importlib.import_module(module.name)).items():
                if inspect.isclass(one) and one.__module__ == module.name:
                    found.setdefault(name, one)
    return found


def types_in(annotation: object) -> Iterator[type]:
    """Yield the classes that an annotation is made of."""
    if isinstance(annotation, type):
        yield annotation
    for part in typing.get_args(annotation):
        yield from types_in(part)


def returned(one: object, known: dict[str, Any]) -> Iterator[type]:
    """Yield what a public function gives back, or the fields and methods of a public class do."""
    members: list[object] = [one]
    if inspect.isclass(one):
        public = [member for name, member in vars(one).items() if not name.startswith("_")]
        members = [getattr(m, "fget", None) or getattr(m, "func", None) or m for m in public]
        names = {**known, **vars(sys.modules[one.__module__])}
        for name, annotation in typing.get_type_hints(one, names).items():
            if not name.startswith("_"):
                yield from types_in(annotation)
    for member in members:
        function = getattr(member, "__func__", member)
        if inspect.isfunction(function):
            names = {**known, **vars(sys.modules[function.__module__])}
            hints = {"return": function.__annotations__.get("return")}
            probe = type("probe", (), {"__annotations__": hints})
            yield from types_in(typing.get_type_hints(probe, names, names).get("return"))


def test_everything_that_a_public_name_gives_back_is_public() -> None:
    known = everything()
    hidden = {
        f"{one.__name__}, from {name}"
        for name in kg.__all__
        for one in returned(getattr(kg, name), known)
        if one.__module__.startswith("kg.")
        and not one.__name__.startswith("_")
        and one.__name__ not in {*kg.__all__, *MACHINERY}
    }

    assert hidden == set()


def test_the_names_are_there_before_they_are_used() -> None:
    program = "import kg; print(*dir(kg)); print(kg.__version__)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8"
    )
    names, release = done.stdout.splitlines()

    assert names.split() == sorted([*kg.__all__, "__version__"])
    assert release == version("eurasia-kg")


def test_every_public_name_says_what_it_is() -> None:
    assert [name for name in kg.__all__ if not inspect.getdoc(getattr(kg, name))] == []


# ---------------------------------------------------------------- the same verbs everywhere

# A command that is no call of the library, and why.
NO_CALL = {
    "init": "it writes files for people to go on with; a program writes its own",
    "serve": "a server runs until it is told to stop",
    "mcp": "a server runs until it is told to stop",
    "load": "it shows what was edited before it writes; a program edits tables itself",
    "add": "it shows the row before it writes; a program edits tables itself",
    "cite": "it is read beside the text that it is about",
    "suggest": "its drafts are taken one by one",
    "doctor": "it is about how the command is installed",
    "completion": "it is for a shell",
    "help": "Python has a help of its own",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_called_the_same_in_python(command: str) -> None:
    is_call = hasattr(kg, command) or hasattr(kg.Graph, command)

    assert is_call != (command in NO_CALL)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_stands_in_the_documents(command: str) -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]

    assert any(f"kg {command}" in page.read_text(encoding="utf-8") for page in pages)


# ---------------------------------------------------------------- what the library says


def texts(path: Path) -> Iterator[str]:
    """Yield the strings of a module that are no docstrings; a gap stands for what is put in."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            parts = ast.unparse(node)
            yield re.sub(r"\{[^{}]*\}", "{}", parts)
        elif isinstance(node, ast.Constant) and id(node) not in said:
            yield str(node.value)


# Who speaks to a command line: the command, the server that it starts, Spark that it chooses; and
# git, which is one.
SPEAKERS = ("cli", "server", "pipeline/spark", "changes/revision.py")


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted(KG.rglob("*.py"))
        if not path.relative_to(KG).as_posix().startswith(SPEAKERS)
    ],
    ids=lambda path: path.relative_to(KG).as_posix(),
)
def test_the_library_names_no_option(path: Path) -> None:
    # An option of a command that is named whole, as in 'kg validate --project DIR', is no riddle.
    named = [one for one in texts(path) if re.search(r"(?<!\S)--[a-z]", one)]

    assert [one for one in named if not re.search(r"(kg|git|neo4j-admin) \S.* --[a-z]", one)] == []


def test_a_missing_extra_is_told_in_one_place() -> None:
    told = {path.name for path in KG.rglob("*.py") for one in texts(path) if "not installed" in one}

    # What a list of all that is installed says is no refusal.
    assert told - {"doctor.py"} == {"errors.py"}


def test_a_message_names_the_parameter_in_python_and_the_option_on_the_command_line(
    tiny: Tiny,
) -> None:
    graph = kg.build(tiny.data, tiny.ontology)

    with pytest.raises(UsageError, match=r"give it with since=$"):
        graph.audit(kinds=["unconfirmed"])
    with parameters_as(option), pytest.raises(UsageError, match=r"give it with --since$"):
        graph.audit(kinds=["unconfirmed"])


# ---------------------------------------------------------------- validate, save, publish


def test_validate_finds_what_the_command_finds(tiny: Tiny) -> None:
    shutil.copytree(ROOT / "tests" / "broken" / "bad-id", tiny.path, dirs_exist_ok=True)
    report = kg.validate(tiny.data, tiny.ontology)
    done = subprocess.run(
        [sys.executable, "-m", "kg", "--quiet", "validate"],
        cwd=tiny.path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert not report.conforms
    assert "".join(f"{finding}\n" for finding in report.findings) == done.stdout
    assert done.returncode == 1


def test_a_graph_that_was_saved_is_the_same_when_it_is_opened(tiny: Tiny, tmp_path: Path) -> None:
    graph = kg.build(tiny.data, tiny.ontology)
    place = graph.save(tmp_path / "build")

    assert kg.open(place).dump(".nq") == graph.dump(".nq")
    assert (place / "graph.trig").read_bytes() == graph.dump(".trig")
    assert "<!doctype html>" in (place / "graph.html").read_text(encoding="utf-8")


def test_a_graph_is_not_saved_where_a_file_stands(tiny: Tiny, tmp_path: Path) -> None:
    (tmp_path / "build").write_text("mine", encoding="utf-8")

    with pytest.raises(kg.InputError, match="cannot be written to"):
        kg.build(tiny.data, tiny.ontology).save(tmp_path / "build")
    assert (tmp_path / "build").read_text(encoding="utf-8") == "mine"


def test_a_page_shows_itself_on_one_line(tiny: Tiny) -> None:
    page = kg.build(tiny.data, tiny.ontology).view()

    assert repr(page) == f"<kg.Page {page.title}>"
    assert "\n" not in repr(page)


# ---------------------------------------------------------------- what is promised


def test_the_page_on_stability_names_every_public_name() -> None:
    section = STABILITY.partition("## Names in Python")[2].partition("\n## ")[0]

    assert set(re.findall(r"`(\w+)`", section)) >= {*kg.__all__, "__version__"}


def test_the_page_on_stability_names_the_exit_codes() -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", STABILITY, re.MULTILINE)}
    known = {
        one.exit_code
        for name in kg.__all__
        if inspect.isclass(one := getattr(kg, name)) and issubclass(one, kg.KGError)
    }

    assert codes == known | {0, 70}


def test_the_page_on_stability_names_the_columns() -> None:
    section = STABILITY.partition("## Columns")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", section))

    for table in ("statements", "entities", "sources"):
        assert named >= set(schema.every(table))
