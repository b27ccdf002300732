"""The count of how the code is built, held to small checkouts that were counted by hand."""

from __future__ import annotations

import doctest
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from gitted import commit, git, repository

ROOT = Path(__file__).parent.parent
TOOL = ROOT / "tools" / "structure"


def loaded(name: str) -> Any:
    """The script as a module, which no package holds."""
    spec = importlib.util.spec_from_file_location(f"structure_{name}", TOOL / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


count = loaded("count")
follow = loaded("follow")


def checkout(folder: Path, files: dict[str, str]) -> Path:
    """A checkout with these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script in the folder."""
    return subprocess.run(
        [sys.executable, str(TOOL / "count.py"), *arguments],
        cwd=folder,
        # As in a hook of git, where the variables of its repository are set.
        env={key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
        check=False,
        capture_output=True,
        encoding="utf-8",
    )


FLAT = {
    "kg/__init__.py": "",
    "kg/a.py": (
        "from typing import TYPE_CHECKING\n"
        "import kg.b\n"
        "if TYPE_CHECKING:\n"
        "    from kg.d import Thing\n"
        "def late():\n"
        "    from kg.c import one, other\n"
    ),
    "kg/b.py": "from kg import c\n",
    "kg/c.py": "import os\n",
    "kg/d.py": "import kg.c\nfrom kg.c import one\n",
}
# The same, a and b in a package, which says by a relative import what was said by a full one.
PACKED = {
    "kg/__init__.py": "",
    "kg/m/__init__.py": '"""The two."""\n',
    "kg/m/a.py": FLAT["kg/a.py"].replace("import kg.b", "from . import b"),
    "kg/m/b.py": FLAT["kg/b.py"],
    "kg/c.py": FLAT["kg/c.py"],
    "kg/d.py": FLAT["kg/d.py"],
}


def test_flat_modules_are_counted_as_by_hand(tmp_path: Path) -> None:
    counted = count.count(checkout(tmp_path, FLAT))

    assert counted["boxes"] == ["__init__", "a", "b", "c", "d"]
    assert counted["modules"] == ["kg", "kg.a", "kg.b", "kg.c", "kg.d"]
    assert counted["lines"] == 0 + 6 + 1 + 1 + 2
    assert counted["arrows between boxes"] == [("a", "b"), ("a", "c"), ("b", "c"), ("d", "c")]
    assert counted["arrows between modules"] == [
        ("kg.a", "kg.b"),
        ("kg.a", "kg.c"),
        ("kg.b", "kg.c"),
        ("kg.d", "kg.c"),
    ]
    assert counted["floors"] == 3


def test_a_package_is_one_box_and_its_inner_arrows_are_its_own(tmp_path: Path) -> None:
    counted = count.count(checkout(tmp_path, PACKED))

    assert counted["boxes"] == ["__init__", "c", "d", "m"]
    assert len(counted["modules"]) == 6
    assert counted["lines"] == 0 + 1 + 6 + 1 + 1 + 2
    assert counted["arrows between boxes"] == [("d", "c"), ("m", "c")]
    assert ("kg.m.a", "kg.m.b") in counted["arrows between modules"]
    assert len(counted["arrows between modules"]) == 4
    assert counted["floors"] == 2


def test_an_import_that_leads_back_is_on_a_circle_also_inside_a_function(tmp_path: Path) -> None:
    files = {
        "kg/__init__.py": "",
        "kg/low.py": "def late():\n    import kg.high\n",
        "kg/high.py": "import kg.low\n",
        "kg/attic.py": "import kg.high\n",
    }
    counted = count.count(checkout(tmp_path, files))

    assert counted["arrows on circles of boxes"] == [("high", "low"), ("low", "high")]
    assert counted["floors"] == len(["high and low", "attic"])


def test_a_circle_of_boxes_need_not_be_one_of_modules(tmp_path: Path) -> None:
    files = {
        "kg/p/one.py": "import kg.q.one\n",
        "kg/p/two.py": "",
        "kg/q/one.py": "import kg.p.two\n",
    }
    counted = count.count(checkout(tmp_path, files))

    assert counted["arrows on circles of boxes"] == [("p", "q"), ("q", "p")]
    assert counted["arrows on circles of modules"] == []


@pytest.mark.parametrize(
    ("name", "text", "is_named"),
    [
        ("kg/a.py", "shelfmark = 1", True),
        ("kg/a.py", "x.shelfmark", True),
        ("kg/a.py", "f(shelfmark=1)", True),
        ("kg/a.py", "def f(shelfmark): ...", True),
        ("kg/a.py", "from kg import shelfmark", True),
        ("kg/a.py", "x = 'kg:shelfmark'", True),
        ("kg/a.py", "x = f'{x} kg:shelfmark ?shelfmark'", True),
        ("kg/a.py", '"""Read the shelfmark."""', False),
        ("kg/a.py", 'def f():\n    """Read the shelfmark."""', False),
        ("kg/a.py", "x = 1  # the shelfmark", False),
        ("kg/a.py", "shelfmarks = shelfmark_of(x)", False),
        ("kg/a.py", "x = 'all-shelfmark'", False),
        ("kg/a.csv", "source,shelfmark,rank\nbook,p. 1,\n", True),
        ("kg/a.csv", "source,note\nbook,shelfmark\n", False),
        ("docs/a.md", "Write `kg:shelfmark` there.", True),
        ("docs/a.md", "See:\n\n```\nsource,shelfmark\n```\n", True),
        ("docs/a.md", "Write the shelfmark of `p` and `q` there.", False),
        ("kg/a.js", "row.shelfmark", True),
        ("kg/a.js", "/* the shelfmark */\n * shelfmark\n  // shelfmark\n", False),
        ("kg/a.ttl", "kg:shelfmark a rdf:Property .", True),
        ("kg/a.rq", "# Which shelfmark?\nSELECT * { ?s ?p ?o }", False),
        ("kg/a.html", "<td>{{ fact.shelfmark }}</td>", True),
        ("kg/a.css", ".shelfmark { color: red }", True),
        ("kg/a.css", ".shelfmark-cell { color: red }", False),
        ("kg/a.txt", "column 'shelfmark' is missing", True),
        ("kg/a.LICENSE.txt", "shelfmark", False),
        ("kg/a.png", "shelfmark", False),
    ],
)
def test_a_file_counts_when_its_code_names_the_column(
    tmp_path: Path, name: str, text: str, is_named: bool
) -> None:
    found = count.files(checkout(tmp_path, {name: text}), ["shelfmark"])["shelfmark"]

    assert [path for part in found.values() for path in part] == [name] * is_named


def test_words_of_a_message_are_found_between_what_is_filled_in(tmp_path: Path) -> None:
    text = "x = f'{one} spills over the rim at {other}'"
    words = "spills over the rim"
    found = count.files(checkout(tmp_path, {"kg/a.py": text}), [words])

    assert found[words]["code"] == ["kg/a.py"]


def test_files_are_told_apart_by_the_part_of_the_project(tmp_path: Path) -> None:
    files = dict.fromkeys(["kg/p/a.py", "tests/test_a.py"], "shelfmark = 1")
    files |= dict.fromkeys(["docs/a.md", "data/README.md", "README.md"], "`shelfmark`")
    files |= dict.fromkeys(["data/statements/a.csv", "tests/wrong/a.csv"], "shelfmark\n")
    files |= {"ontology/a.rq": "?shelfmark", "benchmarks/a.py": "shelfmark = 1"}
    found = count.files(checkout(tmp_path, files), ["shelfmark"])["shelfmark"]

    assert found == {
        "code": ["kg/p/a.py"],
        "tests and docs": ["tests/test_a.py", "tests/wrong/a.csv", "docs/a.md", "data/README.md"],
        "shipped data": ["data/statements/a.csv", "ontology/a.rq"],
    }


# A kg of a few lines: a row is read, cut, put into words and handed on.
LOAD = """
from {table} import cells

def load(data, ontology, dataset):
    for line in others():
        cells(line)
    text = (data / "statements" / "facts.csv").read_text(encoding="utf-8")
    return cells(text.splitlines()[1])

def others():
    return ["a,b"]
"""
ASSEMBLE = """
def assemble(records, ontology):
    words = ontology
    words.entity("somebody-else")
    return [words.entity(records[0]), records[2]]
"""
VOCABULARY = """
class Vocabulary:
    def __init__(self, base):
        self.base = base

    def entity(self, name):
        return name.strip()
"""
TABLE = "def cells(line):\n    return line.split(',')\n"
DATASET = (
    "class Info:\n    base = 'https://example.org/'\n"
    "def read_dataset(folder):\n    return Info, []\n"
)
ONTOLOGY = "def read_ontology(folder, words):\n    return words\n"
DECOY = (
    "def load(*given):\n    raise AssertionError\n\ndef assemble(*given):\n    raise SystemExit\n"
)

WALK_FLAT = {
    "kg/__init__.py": "",
    "kg/assemble.py": ASSEMBLE,
    "kg/bulk/assemble.py": DECOY,
    "kg/bulk/walk.py": DECOY,
    "kg/dataset.py": DATASET,
    "kg/load.py": LOAD.format(table="kg.table"),
    "kg/ontology.py": ONTOLOGY,
    "kg/table.py": TABLE,
    "kg/vocab.py": VOCABULARY,
}
WALK_PACKED = {
    "kg/__init__.py": "",
    "kg/model/dataset.py": DATASET,
    "kg/model/namespaces.py": VOCABULARY,
    "kg/model/ontology.py": ONTOLOGY,
    "kg/model/table.py": TABLE,
    "kg/pipeline/assemble.py": ASSEMBLE,
    "kg/pipeline/columns/assemble.py": DECOY,
    "kg/pipeline/columns/load.py": DECOY,
    "kg/pipeline/load.py": LOAD.format(table="kg.model.table"),
}


def test_a_row_walks_through_flat_modules(tmp_path: Path) -> None:
    """Load, cut, assemble, and the subject put into words; what others are given is not its way."""
    walked = count.follow(checkout(tmp_path, WALK_FLAT))

    assert walked == {
        "boxes": ["load", "table", "assemble", "vocab"],
        "modules": ["kg.load", "kg.table", "kg.assemble", "kg.vocab"],
        "moves between boxes": 3,
        "moves between modules": 3,
        "calls": 4,
    }


def test_a_row_walks_through_packages(tmp_path: Path) -> None:
    walked = count.follow(checkout(tmp_path, WALK_PACKED))

    assert walked == {
        "boxes": ["pipeline", "model"],
        "modules": [
            "kg.pipeline.load",
            "kg.model.table",
            "kg.pipeline.assemble",
            "kg.model.namespaces",
        ],
        "moves between boxes": 3,
        "moves between modules": 3,
        "calls": 4,
    }


def test_moves_within_a_package_are_moves_between_modules_only(tmp_path: Path) -> None:
    files = {key: text for key, text in WALK_PACKED.items() if "table" not in key}
    files["kg/pipeline/table.py"] = TABLE
    files["kg/pipeline/load.py"] = LOAD.format(table="kg.pipeline.table")
    walked = count.follow(checkout(tmp_path, files))

    assert (walked["moves between boxes"], walked["moves between modules"]) == (1, 3)


def test_a_checkout_without_the_entry_says_which_is_missing(tmp_path: Path) -> None:
    files = {key: text for key, text in WALK_FLAT.items() if key != "kg/load.py"}
    done = run(checkout(tmp_path, files))

    assert done.returncode == 0
    assert "no module called load.py in kg/ can be asked for `load`" in done.stdout


def test_two_entries_of_one_depth_are_named_and_none_is_guessed(tmp_path: Path) -> None:
    files = WALK_FLAT | {"kg/other.py": DATASET}
    walked = count.follow(checkout(tmp_path, files))

    assert "several modules (kg.dataset, kg.other)" in walked["problem"]


def test_a_row_that_does_not_arrive_is_no_walk(tmp_path: Path) -> None:
    files = WALK_FLAT | {"kg/assemble.py": "def assemble(records, ontology):\n    return []\n"}
    walked = count.follow(checkout(tmp_path, files))

    assert "did not become quads" in walked["problem"]


def test_each_own_text_of_the_followed_row_stands_nowhere_else() -> None:
    texts = "\n".join(follow.PROJECT.values())
    row = follow.PROJECT["data/statements/facts.csv"].splitlines()[1]

    assert [texts.count(text) for text in follow.OWN] == [1] * len(follow.OWN)
    assert all(text in row for text in (*follow.OWN, *follow.SHARED))


def test_a_revision_stands_beside_the_checkout_that_came_of_it(tmp_path: Path) -> None:
    folder = repository(tmp_path / "project")
    before = commit(checkout(folder, FLAT))
    git(folder, "rm", "--quiet", "kg/a.py", "kg/b.py")
    checkout(folder, PACKED)

    done = run(folder, "--git", before, ".")

    assert done.stdout.splitlines()[0] == f"|  | {before} | . |"
    assert "| boxes | 5 | 4 |" in done.stdout.splitlines()
    assert "| floors | 3 | 2 |" in done.stdout.splitlines()
    assert "How this was counted:" in done.stdout


def test_as_json_it_gives_the_names_of_all_that_was_counted(tmp_path: Path) -> None:
    counted = json.loads(run(checkout(tmp_path, WALK_FLAT), "--json").stdout)["."]

    assert counted["row"]["boxes"] == ["load", "table", "assemble", "vocab"]
    assert set(counted["files"]) == {
        "an interval check",
        "a column",
        "an export format",
        "a command",
        "a result format",
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere",), "error: nowhere has no modules in kg/; name the folder of a checkout\n"),
        (("--git", "no-such"), "error: git cannot take out 'no-such'"),
        (("wrong",), "wrong/kg/a.py:1: "),
    ],
)
def test_what_cannot_be_counted_is_refused_with_its_reason(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    folder = checkout(repository(tmp_path / "project"), {"wrong/kg/a.py": "def def\n"})
    done = run(folder, *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_this_checkout_is_counted_whole_and_a_row_is_followed_through_it() -> None:
    counted = count.count(ROOT)
    below = [p for p in (ROOT / "kg").iterdir() if p.suffix == ".py" or any(p.rglob("*.py"))]

    assert counted["boxes"] == sorted(path.stem for path in below)
    assert counted["arrows on circles of boxes"] == []
    assert {"kg.load", "kg.pipeline.load"} & set(counted["row"]["modules"])
    assert {"kg.assemble", "kg.pipeline.assemble"} & set(counted["row"]["modules"])
    assert all(found["code"] for found in counted["files"].values())


@pytest.mark.parametrize("module", [count, follow], ids=["count", "follow"])
def test_the_examples_in_the_script_run(module: Any) -> None:
    done = doctest.testmod(module)

    assert (done.failed, done.attempted > 0) == (0, True)
