"""Nothing leaves the machine: only `kg publish`, `kg serve` and an endpoint that was named do.

The system calls of each command and of its children are counted, by strace.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from needed import lacking

from kg.cli.arguments import COMMANDS

HERE = Path(__file__).parent
# Asked on purpose: a server that is named, on a port that no system gives away.
NOBODY = "http://127.0.0.1:65535/sparql"
SERVICE = f"SELECT * {{ SERVICE <{NOBODY}> {{ ?s ?p ?o }} }}"
RULE = f"""# Whoever is a rival far away is one.
CONSTRUCT {{ ?a :rivalOf ?b }}
WHERE {{ SERVICE <{NOBODY}> {{ ?a ?is ?b }} GRAPH ?g {{ ?a :rivalOf ?b }} }}
"""
TALKATIVE = {"mcp", "publish", "serve"}
SQUADS = "club,player\nKnights,Anna\n"
COLUMNS = ("--subject", "player", "--object", "club", "--predicate", "playsFor")
QUIET = [
    ("build",),
    ("init", "club"),
    ("validate",),
    ("tidy", "--check"),
    ("query",),
    ("query", "squad"),
    ("query", "squad", "-p", "club=rooks", "--as-of", "2001"),
    ("query", "SELECT ?s { ?s :playsFor id:rooks }", "--known-by", "2001"),
    ("query", SERVICE),
    ("query", "SELECT ?s { ?s ?p 'in service' }", "--as-of", "2001"),
    ("why", "anna", "playsFor", "rooks"),
    ("audit",),
    ("compare", "squads.csv", *COLUMNS, "--as-of", "2001"),
    ("diff", "build"),
    ("view", "-o", "page.html"),
    ("view", "-o", "page.html", "--with-sparql"),
    ("network", "-o", "network.graphml"),
    ("dump", "-o", "graph.trig"),
    ("dump", "-o", "graph.parquet"),
    ("dump", "-o", "graph.xlsx"),
    ("dump", "-o", "graph.ods"),
    ("load", "edited", "--yes"),
    ("site", "public"),
    ("completion", "bash"),
    ("doctor",),
    ("help", "add"),
    ("add", "clara", "playsFor", "rooks", "--at", "2001", "--source", "almanac-2001", "--yes"),
    ("cite", "news.txt", "--source", "gazette-1999"),
    ("suggest", "news.txt", "--source", "gazette-1999"),
]  # fmt: skip


class Traced(NamedTuple):
    """How a command ended, what it said, and its calls that are about the network."""

    code: int
    said: str
    calls: list[str]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project, built, with a table to compare it with."""
    if shutil.which("strace") is None:
        lacking("strace", "apt-get install strace")
    folder = shutil.copytree(HERE / "tiny", tmp_path_factory.mktemp("sockets") / "tiny")
    (folder / "squads.csv").write_text(SQUADS, encoding="utf-8")
    (folder / "news.txt").write_text("Anna plays for the Knights.", encoding="utf-8")
    (folder / "edited").mkdir()
    facts = (folder / "data" / "statements" / "facts.csv").read_text(encoding="utf-8")
    edited = facts.replace("knights,1998", "knights,1997")
    (folder / "edited" / "facts.csv").write_text(edited, encoding="utf-8")
    assert traced(folder, "build").code == 0
    return folder


def traced(folder: Path, *arguments: str) -> Traced:
    """Run the command, and its children, under strace."""
    log = folder / "calls.log"
    strace = ["strace", "-f", "-qq", "-e", "trace=execve,socket,connect", "-o", str(log)]
    done = subprocess.run(
        [*strace, sys.executable, "-m", "kg", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    calls = log.read_text(encoding="utf-8").splitlines()
    # Otherwise nothing was traced, and nothing could have been found.
    assert any("execve(" in call for call in calls), done.stderr
    return Traced(done.returncode, done.stdout + done.stderr, [c for c in calls if is_network(c)])


def is_network(call: str) -> bool:
    return re.search(r"socket\(AF_INET6?,|sa_family=AF_INET6?,", call) is not None


def test_every_command_is_traced_or_is_meant_to_talk() -> None:
    assert {arguments[0] for arguments in QUIET} | TALKATIVE == set(COMMANDS)


@pytest.mark.parametrize("arguments", QUIET, ids=" ".join)
def test_a_command_opens_no_socket(project: Path, arguments: tuple[str, ...]) -> None:
    done = traced(project, *arguments)
    assert done.calls == []
    # It was the command's work that was traced, and not its refusal of the arguments.
    assert done.code == (2 if SERVICE in arguments else 0), done.said


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("questions/far.rq", f"# What is there?\n{SERVICE}\n"),
        ("questions/far.rq", f"# Is it there?\nASK {{ SERVICE SILENT <{NOBODY}> {{}} }}\n"),
        ("rules/far.rq", RULE),
    ],
    ids=["question", "silent question", "rule"],
)
def test_a_project_that_asks_a_server_opens_no_socket(
    project: Path, tmp_path: Path, file: str, text: str
) -> None:
    """Not even to learn that it may not: the engine runs what it parses."""
    folder = shutil.copytree(project, tmp_path / "far")
    (folder / "ontology" / file).write_text(text, encoding="utf-8")
    done = traced(folder, "validate")
    assert done.calls == []
    assert f"ontology/{file}" in done.said
    assert "SERVICE asks another server" in done.said


def test_a_shape_that_asks_a_server_opens_no_socket(project: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(project, tmp_path / "far")
    shapes = folder / "ontology" / "shapes.ttl"
    text = shapes.read_text(encoding="utf-8")
    old = "SELECT $this ?value ?day WHERE {"
    assert old in text
    far = text.replace(old, f"{old} SERVICE <{NOBODY}> {{ ?this ?is ?value }}")
    shapes.write_text(far, encoding="utf-8")
    done = traced(folder, "validate")
    assert done.calls == []
    assert "must not contain SERVICE" in done.said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--store", NOBODY, "query", "ASK {}"), 6),
        (("publish", NOBODY), 6),
        (("query", "--allow-service", "127.0.0.1", SERVICE), 4),
    ],
    ids=["--store", "publish", "--allow-service"],
)
def test_a_server_that_is_named_is_asked(
    project: Path, arguments: tuple[str, ...], code: int
) -> None:
    done = traced(project, *arguments)
    assert any("127.0.0.1" in call for call in done.calls), done.said
    assert done.code == code


def test_who_asks_another_machine_is_heard(asked_of_the_network: list[str]) -> None:
    """What all tests rest on: they fail in the end when this listener hears anything of them."""
    asked = "import urllib.request; urllib.request.urlopen('http://kg.invalid/thing', timeout=5)"

    done = subprocess.run([sys.executable, "-c", asked], check=False, capture_output=True)

    assert done.returncode == 1
    assert asked_of_the_network == ["GET http://kg.invalid/thing HTTP/1.1"]
    asked_of_the_network.clear()
