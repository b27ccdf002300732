"""docs/reliability.md promises what tests hold; and the promises that no other file is about."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from greedy import listener

import kg
from conftest import FACTS
from kg.files import write_file
from kg.model.dataset import read_dataset

if TYPE_CHECKING:
    from conftest import Tiny

HERE = Path(__file__).parent
PAGE = (HERE.parent / "docs" / "reliability.md").read_text(encoding="utf-8")
# A row has an id, the fault, the promise, the test, and what peers do.
ROWS = re.findall(r"^\| ([A-Z]\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
FAULTS = {"N": 10, "Q": 12, "S": 16, "I": 18, "G": 5, "P": 8}
PROVED = re.findall(r"^- \*\*([A-Z]\d+)\*\*", PAGE, re.MULTILINE)


def names_in(module: str) -> Iterator[str]:
    """Yield the names of the tests of a module, as pytest has them without parameters."""
    tree = ast.parse((HERE / f"{module}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield f"{module}::{node.name}"
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield f"{module}::{node.name}::{inner.name}"


def test_every_fault_has_its_row_in_order() -> None:
    assert [row[0] for row in ROWS] == [
        f"{letter}{number}" for letter, most in FAULTS.items() for number in range(1, most + 1)
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_the_test_of_a_promise_exists(row: tuple[str, ...]) -> None:
    (name,) = re.findall(r"^`(\S+)`$", row[3])

    assert name.rpartition("::")[2].startswith("test_")
    assert name in set(names_in(name.partition("::")[0]))


def test_ten_promises_were_broken_by_hand_and_the_page_says_how() -> None:
    assert len(PROVED) >= 10
    assert [row[0] for row in ROWS if "●" in row[2]] == PROVED


# ---- Promises that no other file is about ----


def run(
    *arguments: str, folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        cwd=folder,
        env=os.environ | (environment or {}),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("name", ["facts.jsonld", "facts.rdf", "facts.xml", "facts.trix"])
def test_files_of_other_formats_are_refused_by_their_names(tmp_path: Path, name: str) -> None:
    # What stands in them is never looked at: a pipe would be waited for.
    os.mkfifo(tmp_path / name)
    (tmp_path / "shapes.ttl").touch()
    began = time.monotonic()

    done = run("validate", "--data", name, "--shapes", "shapes.ttl", folder=tmp_path)

    assert (done.returncode, done.stdout) == (3, "")
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("folder", ["data", "ontology"])
@pytest.mark.parametrize(
    "suffix", ["jsonld", "rdf", "owl", "xml", "trix", "n3", "nt", "nq", "trig"]
)
def test_rdf_that_a_project_does_not_read_is_told(tiny: Tiny, folder: str, suffix: str) -> None:
    # What stands in it is never looked at: a pipe would be waited for.
    os.mkfifo(tiny.path / folder / f"more.{suffix.upper()}")
    os.mkfifo(tiny.path / folder / f".more.{suffix}")

    told = tiny.build().report.findings

    assert [(one.path, one.severity, one.message) for one in told] == [
        (f"{folder}/more.{suffix.upper()}", "warning", "the file is not read")
    ]


def test_turtle_beside_the_dataset_is_told(tiny: Tiny) -> None:
    tiny.write("data/facts.ttl", "")

    assert [one.path for one in tiny.build().report.findings] == ["data/facts.ttl"]


def test_what_an_ontology_imports_is_told_until_it_stands_in_the_folder(tiny: Tiny) -> None:
    owl = "@prefix owl: <http://www.w3.org/2002/07/owl#> ."
    with listener() as (address, hits):
        tiny.write("ontology/shapes-more.ttl", f"{owl}\n<urn:a> owl:imports <{address}> .")
        told = tiny.build().report.findings
        tiny.write("ontology/more.ttl", f"{owl}\n<{address}> a owl:Ontology .")
        assert not tiny.build().report.findings

    assert hits == []
    assert [(one.place, one.severity) for one in told] == [("ontology/shapes-more.ttl:2:9", "note")]
    assert address in told[0].message


def test_what_a_dataset_imports_is_told(tiny: Tiny) -> None:
    path = tiny.path / "data" / "dataset.ttl"
    text = path.read_text(encoding="utf-8")
    more = "<urn:a> <http://www.w3.org/2002/07/owl#imports> <urn:b> ."
    path.write_text(f"{text}{more}\n", encoding="utf-8")

    (told,) = tiny.build().report.findings

    line = text.count("\n") + 1
    assert (told.place, told.severity) == (f"data/dataset.ttl:{line}:9", "note")


def test_a_proxy_of_the_environment_is_not_asked(tiny: Tiny) -> None:
    with listener() as (address, hits):
        proxy = {f"{name}_proxy": address for name in ("http", "https", "all")}
        environment = proxy | {name.upper(): value for name, value in proxy.items()}
        for command in (["build"], ["query", "squad", "-p", "club=rooks"], ["validate", "--deep"]):
            done = run(*command, folder=tiny.path, environment=environment)
            assert done.returncode == 0, done.stderr

    assert hits == []


@pytest.mark.parametrize(
    "rows", [5_000, pytest.param(200_000, marks=pytest.mark.slow)], ids="{:,}".format
)
def test_the_one_wrong_row_behind_very_many_is_named_by_its_line(
    tiny_built: Tiny, rows: int
) -> None:
    project = tiny_built.path
    for rule in (project / "ontology/rules").glob("*.rq"):
        rule.unlink()
    before = {path: path.stat().st_mtime_ns for path in (project / "build").iterdir()}
    with (project / "data/statements/more.csv").open("w", encoding="utf-8") as file:
        file.write("subject,predicate,object,start,end,at,source,locator,rank,note\n")
        good = "anna,won,city-open,,,2001,almanac-2001,p. {},,\n"
        file.writelines(good.format(one) for one in range(rows))
        file.write("anna,won,nowhere,,,2001,almanac-2001,p. 1,,\n")

    done = run("build", folder=project)

    # The header is line 1; the object stands behind "anna,won,".
    told = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert done.returncode == 1
    assert [line.partition(": error")[0] for line in told] == [
        f"data/statements/more.csv:{rows + 2}:10"
    ]
    assert {path: path.stat().st_mtime_ns for path in (project / "build").iterdir()} == before


def test_a_label_of_a_hundred_thousand_letters_is_whole_where_it_is_kept_and_cut_where_it_is_shown(
    tiny: Tiny,
) -> None:
    long = "x" * 100_000
    tiny.replace("data/entities.csv", "Clara,", f"{long},")
    tiny.add("clara,playsFor,nowhere,2001,,,almanac-2001,,,")
    refused = run("validate", folder=tiny.path)
    tiny.replace(FACTS, "clara,playsFor,nowhere,2001,,,almanac-2001,,,\n", "")
    asked = "SELECT ?l { id:clara rdfs:label ?l FILTER(LANG(?l) = 'en') }"

    assert run("build", folder=tiny.path).returncode == 0
    answer = json.loads(run("query", asked, "--format", "json", folder=tiny.path).stdout)
    tiny.replace("data/entities.csv", long, "x" * 131_073)
    longer = run("validate", folder=tiny.path)

    assert all(len(line) < 1_000 for line in (refused.stdout + longer.stdout).splitlines())
    assert [row["l"]["value"] for row in answer["results"]["bindings"]] == [long]
    assert longer.returncode == 1
    assert "data/entities.csv:5:" in longer.stdout


def test_an_empty_table_is_an_error_and_a_header_alone_is_a_table_without_rows(tiny: Tiny) -> None:
    header = (tiny.path / FACTS).read_text(encoding="utf-8").partition("\n")[0]
    tiny.write("data/statements/more.csv", f"{header}\n")
    before = tiny.check()
    tiny.write("data/statements/more.csv", "")
    after = tiny.check()

    assert before.findings == ()
    assert [(one.place, one.severity) for one in after.findings] == [
        ("data/statements/more.csv:1:1", "error")
    ]


@pytest.mark.parametrize("walk", ["rows", "columns"])
def test_a_project_in_which_nothing_is_said_is_warned_of(tiny: Tiny, walk: str) -> None:
    header = (tiny.path / FACTS).read_text(encoding="utf-8").partition("\n")[0]
    tiny.write(FACTS, f"{header}\n")
    warning = (
        "data/statements: warning: no table of statements has a row; "
        "add what is said, a row each; 'kg add' writes one"
    )
    if walk == "rows":
        found = tiny.records().findings
    else:
        columns = pytest.importorskip("kg.pipeline.columns.walk")
        known = tiny.known()
        found = columns.load(tiny.data, known, read_dataset(tiny.data)[0]).findings

    assert warning in [str(one) for one in found]


def test_a_file_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "kg.json"
    synced: list[bool] = []
    sync = os.fsync

    def watched(handle: int) -> None:
        synced.append(place.exists())
        sync(handle)

    monkeypatch.setattr(os, "fsync", watched)

    write_file(place, b"whole")

    assert synced == [False]
    assert place.read_bytes() == b"whole"


@pytest.mark.parametrize(
    "text",
    [
        '<urn:a> <urn:p> "\\uD800" .',
        "<urn:a b> <urn:p> 1 .",
        "<urn:a%zz> <urn:p> <urn:{}> .",
        '<urn:a> <urn:p> "colour"@english_GB .',
        '<urn:a> <urn:p> "colour"@abcdefghij .',
    ],
)
def test_what_is_no_rdf_is_an_error_with_its_place(tmp_path: Path, text: str) -> None:
    (tmp_path / "facts.ttl").write_text(f"# One line.\n{text}\n")
    (tmp_path / "shapes.ttl").touch()

    done = run("validate", "--data", "facts.ttl", "--shapes", "shapes.ttl", folder=tmp_path)

    assert done.returncode in {1, 3}
    assert re.search(r"facts\.ttl:2:\d+: ", done.stdout + done.stderr)


_IMPORT = re.compile(r"^\s*(?:import|from) (?:ox)?rdflib\b", re.MULTILINE)


def test_no_file_is_given_to_the_parsers_of_rdflib() -> None:
    """Texts go through the engine's parser; rdflib sees terms that were made of it."""
    package = Path(kg.__file__).parent
    calls = [
        f"{path.relative_to(package)}:{node.lineno}"
        for path in sorted(package.rglob("*.py"))
        if _IMPORT.search(text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"parse", "load"}
    ]

    assert calls == []
