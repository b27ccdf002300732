"""The house: who may import whom, which room holds which library, and what each file owes."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from kg.page.render import SCRIPTS

KG = Path(__file__).parent.parent / "kg"
MODULES = sorted(KG.rglob("*.py"))
LONGEST = 450

# A package or module imports only from layers before its own; what shares a layer is separate.
LAYERS = (
    ("errors",),
    ("files", "progress", "workers"),
    ("model",),
    ("record", "text"),
    ("store",),
    ("pipeline", "project"),
    ("query",),
    ("reports", "exports", "page"),
    ("published", "analysis", "hypertext"),
    ("graph",),
    ("adding", "changes", "server", "site", "starter"),
    ("cli",),
)
FRONT_DOORS = ("__init__", "__main__")

# Where each heavy library may be imported: a package, or a module of one.
HEAVY = {
    "IPython": set(),
    "arro3": {"record"},
    "click": set(),
    "duckdb": {"exports/dumps/duckdb", "pipeline/joins/tables"},
    "filelock": {"pipeline/writing"},
    "isal": {"pipeline/columns/pieces"},
    "jinja2": {"hypertext", "page"},
    "networkx": {
        "analysis",
        "cli/magics",
        "exports/network",
        "exports/networks",
        "server",
        "page",
        "starter/networks",
    },
    "numpy": {"query/arrow"},
    "odf": {"exports/dumps/ods", "model/ods"},
    "openpyxl": {"exports/dumps/xlsx", "model/xlsx"},
    "oxrdflib": {"query/bench"},
    "matplotlib": {"analysis"},
    "pandas": {
        *("analysis/measures", "published/comparison", "query/arrow", "query/result"),
        "record/frames",
    },
    "platformdirs": {"model/readings", "store/copies"},
    "polars": {
        *("pipeline/columns", "pipeline/increments", "pipeline/joins", "pipeline/spark"),
        *("query/result", "record/frames"),
    },
    "pyarrow": {
        *("exports/dumps", "pipeline/spark", "query/arrow", "query/result", "record/frames")
    },
    "pyshacl": set(),
    "pyspark": {"pipeline/spark"},
    "pyvis": {"page"},
    "rdflib": {"model/algebra", "pipeline/joins/plan", "query/bench"},
    "rustworkx": {"page"},
    "shifty": {"model/foreign"},
    "snowballstemmer": {"server/mcp"},
    "httptools": {"server"},
    "mcp": {"server/mcp"},
    "mcp_types": {"server/mcp"},
    "starlette": {"server"},
    "uvicorn": {"server"},
    "uvloop": {"server"},
}
LATE = (
    "filelock",
    "matplotlib",
    "pandas",
    "platformdirs",
    "polars",
    "pyspark",
    "pyvis",
    "networkx",
    "shifty",
    "rdflib",
    "IPython",
    "numpy",
    "starlette",
    "mcp",
    "snowballstemmer",
    "asyncio",
)

# Words of the shipped data and ontology; the name of the distribution is not among them.
DOMAIN = re.compile(
    r"\b(csto|cis|sco|eaeu|lavrov|tass|serbia|armenia|belarus|kazakhstan|kyrgyzstan|russia|"
    r"tajikistan|uzbekistan|memberOf|observerOf|proposed|holdsOffice|chairs|"
    r"InternationalOrganization|Initiative|Meeting)\b",
    re.IGNORECASE,
)

# A term of W3C's ontology of organisations, which has the name of one of the shipped ontology.
STANDARD = {"org:memberOf"}


def box(path: Path) -> str:
    """The package of a module, or the module itself where it stands at the top."""
    return path.relative_to(KG).parts[0].removesuffix(".py")


def named(path: Path) -> str:
    return path.relative_to(KG).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(node: ast.AST) -> set[str]:
    """The full names of everything imported below the node, inside functions too."""
    found = set()
    for child in ast.walk(node):
        if isinstance(child, ast.Import):
            found |= {alias.name for alias in child.names}
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "relative imports hide where a name comes from"
            found.add(child.module or "")
    return found


def without_typing(module: ast.Module) -> ast.Module:
    """The module without what is imported for the type checker only."""
    kept = [
        node
        for node in module.body
        if not (
            isinstance(node, ast.If)
            and isinstance(node.test, ast.Name)
            and node.test.id == "TYPE_CHECKING"
        )
    ]
    return ast.Module(kept, [])


def docstrings(module: ast.Module) -> set[int]:
    """The identities of the constants that are docstrings."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, owners)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and ast.get_docstring(node) is not None
    }


def examples(module: ast.Module) -> set[int]:
    """The identities of the constants that are help texts, or end one with examples."""
    helps = {
        id(node.value)
        for node in ast.walk(module)
        if isinstance(node, ast.keyword) and node.arg == "help"
    }
    return helps | {
        id(node.value)
        for node in module.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and re.search(r"^examples:$", node.value.value, re.MULTILINE)
    }


def floor(name: str) -> int:
    """The number of the layer in which a package or module stands."""
    return next(number for number, layer in enumerate(LAYERS) if name in layer)


def boxes_used(path: Path) -> set[str]:
    """The other packages that a module imports from, inside functions and for types too."""
    used = {name.split(".")[1] for name in imports(tree(path)) if name.startswith("kg.")}
    return used - {box(path)}


def modules_used(path: Path) -> set[Path]:
    """The modules of its own package that a module imports from, but for types."""
    found = set()
    for node in ast.walk(without_typing(tree(path))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kg."):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            found |= {KG.parent / (name.replace(".", "/") + ".py") for name in names}
        elif isinstance(node, ast.Import):
            found |= {KG.parent / (a.name.replace(".", "/") + ".py") for a in node.names}
    return {one for one in found if one in MODULES and box(one) == box(path)} - {path}


def test_every_module_has_its_place_in_the_order() -> None:
    named = [name for layer in LAYERS for name in layer]

    assert len(named) == len(set(named))
    assert {box(path) for path in MODULES} == {*named, *FRONT_DOORS}


@pytest.mark.parametrize("path", [p for p in MODULES if box(p) not in FRONT_DOORS], ids=named)
def test_a_module_imports_only_from_layers_before_its_own(path: Path) -> None:
    own = floor(box(path))

    assert {name for name in boxes_used(path) if floor(name) >= own} == set()


@pytest.mark.parametrize("package", sorted({box(path) for path in MODULES}))
def test_the_modules_of_a_package_stand_in_an_order(package: str) -> None:
    arrows = {path: modules_used(path) for path in MODULES if box(path) == package}

    graphlib.TopologicalSorter(arrows).prepare()


@pytest.mark.parametrize("path", [p for p in MODULES if p.name != "__main__.py"], ids=named)
def test_no_module_goes_out_through_the_front_door(path: Path) -> None:
    assert "kg" not in imports(tree(path))


def is_in(path: Path, places: set[str] | None) -> bool:
    """Say whether the module is one of the places, or stands in one; None is everywhere."""
    own = named(path).removesuffix(".py")
    return places is None or any(own == place or own.startswith(f"{place}/") for place in places)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_each_heavy_library_stays_in_its_rooms(path: Path) -> None:
    used = {name.partition(".")[0] for name in imports(without_typing(tree(path)))}

    assert {name for name in used if not is_in(path, HEAVY.get(name))} == set()


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_the_builder_knows_no_word_of_the_domain(path: Path) -> None:
    module = tree(path)
    allowed = docstrings(module) | examples(module)
    strings = [
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in allowed
    ]
    names = [node.id for node in ast.walk(module) if isinstance(node, ast.Name)]

    assert [text for text in strings + names if DOMAIN.search(text)] == [
        text for text in strings if text in STANDARD
    ]


@pytest.mark.parametrize(
    "path",
    sorted(
        p
        for p in KG.rglob("*")
        if p.suffix in {".css", ".html", ".js", ".ttl"} and "shipped" not in p.parts
    ),
    ids=named,
)
def test_what_the_page_is_made_of_knows_no_word_of_the_domain(path: Path) -> None:
    text = re.sub(r"^\s*(//|#|\*|/\*).*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert DOMAIN.findall(text) == []


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert path.name == "__main__.py" or ast.get_docstring(tree(path))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_everything_public_says_what_it_does(path: Path) -> None:
    silent = [name for name, node in public(tree(path)) if ast.get_docstring(node) is None]

    assert silent == []


Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def public(node: ast.Module | ast.ClassDef, prefix: str = "") -> list[tuple[str, Definition]]:
    """Every public class, function and method, by its dotted name."""
    found: list[tuple[str, Definition]] = []
    for child in node.body:
        if isinstance(child, Definition) and not child.name.startswith("_"):
            found.append((prefix + child.name, child))
            if isinstance(child, ast.ClassDef):
                found += public(child, f"{child.name}.")
    return found


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_every_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The top-level modules that a command leaves loaded."""
    program = (
        "import sys\n"
        "from kg.cli.commands import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "except SystemExit as end:\n"
        "    assert not end.code, end.code\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--quiet", *arguments],
        cwd=folder,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["query"],
        ["query", "squad", "-p", "club=knights"],
        ["query", "squad", "--as-of", "1999-01-01"],
        ["why", "anna", "playsFor", "knights"],
        ["compare", "data/entities.csv", "--subject", "id", "--object", "id", "--predicate", "won"],
    ],
    ids=" ".join,
)
def test_a_light_command_waits_for_no_heavy_library(prototype: Path, arguments: list[str]) -> None:
    assert loaded(prototype, *arguments) & set(LATE) == set()


def test_importing_kg_loads_no_heavy_library() -> None:
    program = "import sys, kg; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8"
    )

    assert set(done.stdout.split()) & set(LATE) == set()


def test_the_architecture_page_names_the_layers_in_their_order() -> None:
    page = (KG.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+ \| (`[^|]+`) \|", page, re.MULTILINE)

    assert [tuple(re.findall(r"`(\w+)/?`", row)) for row in rows] == list(LAYERS)


def test_the_architecture_page_names_every_module() -> None:
    page = (KG.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `([a-z0-9_/]+)` \|", page, re.MULTILINE))

    modules = {named(path).removesuffix(".py") for path in MODULES if path.stem not in FRONT_DOORS}
    assert told == modules


def test_the_scripts_of_a_page_share_one_scope_and_no_name() -> None:
    """A second function of a name would silently take the place of the first."""
    names = [
        name
        for script in (*SCRIPTS, "ask.js")
        for name in re.findall(
            r"^(?:async )?(?:function|const|let|class) (\w+)",
            (KG / "page" / "web" / script).read_text(encoding="utf-8"),
            flags=re.MULTILINE,
        )
    ]

    assert [name for name, count in Counter(names).items() if count > 1] == []
