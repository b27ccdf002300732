"""Measure what each kind of quad of a build costs, and what is answered otherwise without it.

Costs are of `benchmarks/synthetic.py --shipped`: the store is loaded from N-Quads with all quads,
and with all but those of a kind, each time in a process of its own and into an empty folder, the
sides taking turns; a second load of all quads says how far two of the same lie apart. Answers are
of the shipped graph, in memory and without a record, as an endpoint has it: every named question,
the statements as `kg why` reads them, and the graph as of a date and as known by one. A question
is asked of everything, without the parameters that only choose among entities.

    python -m benchmarks.quads [--statements 20000] [--rounds 3] [--write]
"""

from __future__ import annotations

import argparse
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple

import kg
from kg.model.namespaces import Vocabulary, term, text_of
from kg.model.sparql import Question
from kg.pipeline.generations import open_build
from kg.query.questions import bind
from kg.query.slice import slice_of
from kg.store.embedded import EmbeddedStore
from kg.store.read_back import History

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "benchmarks-quads.md"
# Kinds below the first share are not looked at; those below the second are loaded together, if
# they are as many then.
LEAST: Final = 0.005
ALONE: Final = 0.02
DATE: Final = "2015"
# What a question needs that cannot be asked of everything.
GIVEN: Final = {
    "from": "1990-01-01",
    "until": "2025-01-01",
    "since": "2026-01-01",
    "organization": "cis",
    "document": "cis-charter",
    "first": "csto",
    "second": "shanghai-cooperation-organisation",
}
NEEDING: Final = frozenset({
    "joined", "left", "meetings-in-period", "members-of-one-only", "membership-days",
    "missing-signatories", "not-confirmed-since", "operations-in-period",
})  # fmt: skip
SUBJECTS: Final = {
    "st": "statement",
    "ref": "reference",
    "proof": "proof",
    "id": "entity",
    "src": "source",
}
OWN: Final = "own graph, the triple"
FOLLOWS: Final = "own graph, what follows"
WORLD: Final = "world of today"
# What stands apart by its object.
APART: Final = frozenset({"rdf:type", "kg:rank"})
READERS: Final = ("analysis", "exports", "hypertext", "page", "query", "reports", "server", "store")
# In a query: comments, what a rule concludes, what is asked of own graphs, and properties that are
# named and not followed.
ELSEWHERE: Final = (
    r"(?m)^#.*$",
    r"CONSTRUCT \{[^}]*\}",
    r"GRAPH \?\w+ \{[^}]*\}",
    r"VALUES[^}]*\}",
    r"rdf:predicate[^;.}]*",
)


class Kinds:
    """Which kind each quad of a store is."""

    def __init__(self, quads: Collection[Quad], words: Vocabulary) -> None:
        self.words = words
        self._short = cache(words.short)
        said: dict[str, dict[str, object]] = {}
        for quad in quads:
            name = self._short(quad.predicate.value)
            if name in {"rdf:subject", "rdf:predicate", "rdf:object"}:
                said.setdefault(text_of(quad.subject), {})[name] = quad.object
        self._own = dict(_triples(said))
        self._named: set[Triple] = {
            quad.triple for quad in quads if isinstance(quad.graph_name, NamedNode)
        }

    def of(self, quad: Quad) -> str:
        if isinstance(quad.graph_name, NamedNode):
            triple = (quad.subject, quad.predicate, quad.object)
            return OWN if self._own.get(quad.graph_name.value) == triple else FOLLOWS
        subject = self.subject(text_of(quad.subject))
        if subject == "entity" and quad.triple in self._named:
            return WORLD
        name = self._short(quad.predicate.value)
        if subject not in {"statement", "reference", "proof"}:
            return f"{subject} {name}"
        if name in APART:
            value = self._short(text_of(quad.object))
            return f"{subject} {'a' if name == 'rdf:type' else name} {value}"
        if subject == "statement" and name == "prov:wasDerivedFrom":
            return f"{subject} {name} {self.subject(text_of(quad.object))}"
        return f"{subject} {name}"

    def subject(self, iri: str) -> str:
        prefixes = self.words.prefixes
        found = (name for one, name in SUBJECTS.items() if iri.startswith(prefixes[one]))
        return next(found, "other")


def _triples(
    said: Mapping[str, Mapping[str, object]],
) -> Iterator[tuple[str, tuple[object, ...]]]:
    for name, cells in said.items():
        yield name, tuple(cells.get(f"rdf:{part}") for part in ("subject", "predicate", "object"))


# What names a kind.


def word_of(kind: str) -> str:
    """Return the word by which a query asks for the kind: a class, or a property."""
    subject, name, *value = kind.split()
    return value[0] if name == "a" and subject != "entity" else name


class Texts(NamedTuple):
    """What may ask: the questions, rules, and shapes of the shipped ontology, and code of kg."""

    questions: list[str]
    rules: list[str]
    shapes: list[str]
    modules: list[str]

    @classmethod
    def read(cls) -> Texts:
        folder = ROOT / "ontology"
        blocks = (
            block
            for path in folder.rglob("*.ttl")
            for block in path.read_text(encoding="utf-8").split("\n\n")
        )
        modules = (
            path
            for name in READERS
            for suffix in ("py", "js")
            for path in (ROOT / "kg" / name).rglob(f"*.{suffix}")
        )
        return cls(
            [path.read_text(encoding="utf-8") for path in folder.glob("questions/*.rq")],
            [path.read_text(encoding="utf-8") for path in folder.glob("rules/*.rq")],
            [block for block in blocks if " sh:" in block],
            [path.read_text(encoding="utf-8") for path in modules],
        )

    def naming(self, kind: str, followed: Collection[str]) -> list[str]:
        """Return how many of each name the kind; the world is asked for by any of its properties.

        Code of kg has no word for it: it reads the properties from the graph.
        """
        if kind == WORLD:
            pattern = _word("|".join(map(re.escape, followed)))
            counts = [
                sum(1 for text in texts if re.search(pattern, _in_world(text)))
                for texts in (self.questions, self.rules, self.shapes)
            ]
            return [*map(str, counts), ""]
        word = "GRAPH" if kind in {OWN, FOLLOWS} else re.escape(word_of(kind))
        return [str(sum(1 for text in texts if re.search(_word(word), text))) for texts in self]


def _word(pattern: str) -> str:
    return rf"(?<![\w:-])(?:{pattern})(?![\w-])"


def _in_world(text: str) -> str:
    for pattern in ELSEWHERE:
        text = re.sub(pattern, " ", text)
    return text


# What is answered without a kind.


class Answers(NamedTuple):
    """What a store without a record answers."""

    questions: dict[str, Counter[str]]
    # By the id of the statement.
    why: dict[str, str]
    as_of: frozenset[Quad]
    known_by: dict[str, str]

    @classmethod
    def of(cls, quads: Iterable[Quad], queries: Mapping[str, str], words: Vocabulary) -> Answers:
        store = EmbeddedStore.of(quads)
        found = {name: Counter(map(str, store.solutions(text))) for name, text in queries.items()}
        graphs: dict[str, list[str]] = {}
        for row in store.solutions("SELECT ?st ?s ?p ?o { GRAPH ?st { ?s ?p ?o } }"):
            graphs.setdefault(words.local("st", text_of(row["st"])), []).append(str(row))
        why = {
            one.id: f"{one} {sorted(graphs.get(one.id, ()))}" for one in History(store).statements
        }
        then = slice_of(store, as_of=DATE).quads()
        known = slice_of(store, known_by=DATE)
        return cls(
            found,
            why,
            frozenset(quad for quad in then if _is_of_world(quad, words)),
            {one.id: str(one) for one in History(known).statements},
        )

    def unlike(self, other: Answers) -> list[str]:
        """Return how many questions, statements and quads are others; names of few questions."""
        names = [name for name, rows in self.questions.items() if rows != other.questions[name]]
        few = f": {', '.join(names)}" if 0 < len(names) < 3 else ""
        why, known = (
            sum(1 for one in ours if ours[one] != theirs.get(one))
            for ours, theirs in ((self.why, other.why), (self.known_by, other.known_by))
        )
        return [
            f"{len(names)}{few}",
            f"{why:,}",
            f"{len(self.as_of ^ other.as_of):,}",
            f"{known:,}",
        ]


def _is_of_world(quad: Quad, words: Vocabulary) -> bool:
    if not isinstance(quad.graph_name, DefaultGraph):
        return False
    return quad.object == term("kg:CurrentStatement") or text_of(quad.subject).startswith(
        words.prefixes["id"]
    )


def query_of(store: EmbeddedStore, question: Question) -> str:
    """Return the text of the question, of everything where that can be."""
    given = GIVEN if question.name in NEEDING else {}
    own = tuple(one for one in question.parameters if one.required and one.name in given)
    return bind(
        store, question._replace(parameters=own), {one.name: given[one.name] for one in own}
    )


def answered(
    quads: Collection[Quad], kinds: Kinds, wanted: Iterable[str]
) -> tuple[dict[str, list[str]], list[str]]:
    """Return how the answers differ without each kind, and the kinds without which none does."""
    store = EmbeddedStore.of(quads)
    asked = kg.Graph(store).questions
    queries = {name: query_of(store, question) for name, question in asked.items()}
    empty = [n for n, text in queries.items() if not any(store.solutions(text))]
    print(f"questions: {len(queries)}, without an answer: {empty}", file=sys.stderr)
    by_kind: dict[str, set[Quad]] = {}
    for quad in quads:
        by_kind.setdefault(kinds.of(quad), set()).add(quad)
    full = Answers.of(quads, queries, kinds.words)

    def without(*names: str) -> list[str]:
        gone = set().union(*(by_kind.get(name, set()) for name in names))
        left = (quad for quad in quads if quad not in gone)
        return full.unlike(Answers.of(left, queries, kinds.words))

    found = {}
    for name in wanted:
        found[name] = without(name) if name in by_kind else ["not there", "", "", ""]
        print(name, *found[name], file=sys.stderr, flush=True)
    idle = [name for name, cells in found.items() if set(cells) == {"0"}]
    found["all without which nothing differs"] = without(*idle)
    return found, idle


# What a kind costs.


def load(data: Path) -> None:
    """Load a file into a store in an empty folder, and print how many bytes that takes."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder)
        store.bulk_load(path=str(data), format=RdfFormat.N_QUADS)
        store.flush()
        store.optimize()
        del store
        print(sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()))


def measure(lines: Iterable[bytes], folder: Path) -> tuple[float, int]:
    """Return seconds of processor time, and bytes, of a store of these quads."""
    data = folder / "some.nq"
    with data.open("wb") as file:
        file.writelines(lines)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "benchmarks.quads", "--load", str(data)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, int(done.stdout)


class Costs:
    """The quads of a build by kind."""

    def __init__(self, build: Path) -> None:
        store = open_build(build)
        quads = list(store.quads())
        kinds = Kinds(quads, store.words)
        self.lines: dict[str, list[bytes]] = {}
        short, self.followed = store.words.short, set[str]()
        for quad in quads:
            kind = kinds.of(quad)
            self.lines.setdefault(kind, []).append(f"{quad} .\n".encode())
            if kind == WORLD:
                self.followed.add(short(quad.predicate.value))
        self.count = len(quads)
        self.bytes = sum(map(self.bytes_of, self.lines))
        self.shown = [
            kind
            for kind, lines in sorted(self.lines.items(), key=lambda item: -len(item[1]))
            if len(lines) >= LEAST * self.count
        ]

    def bytes_of(self, *kinds: str) -> int:
        return sum(len(line) for kind in kinds for line in self.lines[kind])

    def count_of(self, *kinds: str) -> int:
        return sum(len(self.lines[kind]) for kind in kinds)

    def groups(self, idle: Iterable[str]) -> dict[str, list[str]]:
        """Return what is loaded without: large kinds alone, the others by what they are about."""
        found: dict[str, list[str]] = {}
        for kind in sorted(self.lines, key=lambda kind: -len(self.lines[kind])):
            is_large = len(self.lines[kind]) >= ALONE * self.count
            found.setdefault(kind if is_large else f"{kind.split()[0]}, smaller kinds", []).append(
                kind
            )
        large = {
            name: own for name, own in found.items() if self.count_of(*own) >= ALONE * self.count
        }
        references = [kind for kind in self.lines if kind.startswith("reference ")]
        together = [one for one in idle if one in self.lines]
        return {
            "(no kind, all quads again)": [],
            **large,
            "all of references": references,
            "all without which nothing differs": together,
        }

    def measured(self, rounds: int, folder: Path, idle: Iterable[str]) -> Iterator[str]:
        """Yield the rows of the table."""
        groups = self.groups(idle)
        seconds: dict[str, list[float]] = {name: [] for name in groups}
        sizes: dict[str, list[float]] = {name: [] for name in groups}
        all_seconds, all_sizes = [], []
        for number in range(rounds):
            used, size = measure(self._without([]), folder)
            all_seconds.append(used)
            all_sizes.append(size)
            for name, gone in groups.items():
                one, small = measure(self._without(gone), folder)
                seconds[name].append(1 - one / used)
                sizes[name].append(1 - small / size)
            print(f"round {number + 1} is done", file=sys.stderr, flush=True)
        for name, gone in groups.items():
            cells = (
                self.count_of(*gone) / self.count,
                self.bytes_of(*gone) / self.bytes,
                statistics.median(seconds[name]),
                statistics.median(sizes[name]),
            )
            yield f"| {name} | {' | '.join(f'{100 * cell:.1f}' for cell in cells)} |"
        self.said = (
            f"All {self.count:,} quads are {self.bytes / 1e6:.1f} MB of N-Quads; to load them "
            f"takes {statistics.median(all_seconds):.1f} s of processor time and a folder of "
            f"{statistics.median(all_sizes) / 1e6:.1f} MB (medians of {rounds} rounds)."
        )

    def _without(self, gone: Collection[str]) -> Iterator[bytes]:
        for kind, lines in self.lines.items():
            if kind not in gone:
                yield from lines


def tables(options: argparse.Namespace, folder: Path) -> list[str]:
    """Return both tables, and what they are of."""
    project = folder / "project"
    size = str(options.statements)
    made = [sys.executable, "-m", "benchmarks.synthetic", str(project), "--statements", size]
    subprocess.run([*made, "--shipped"], cwd=ROOT, check=True, capture_output=True)
    command = [sys.executable, "-m", "kg", "build", "--quiet"]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    costs = Costs(project / "build")
    shipped = kg.open().store
    quads = list(shipped.quads())
    found, idle = answered(quads, Kinds(quads, shipped.words), costs.shown)
    rows = list(costs.measured(options.rounds, folder, idle))
    texts = Texts.read()
    names = [texts.naming(kind, costs.followed) for kind in costs.shown]
    counts = ", ".join(f"{len(own)} {what}" for what, own in zip(texts._fields, texts, strict=True))
    statements = sum(1 for _ in History(shipped).statements)
    return [
        "## Costs",
        "",
        f"Of {options.statements:,} statements of tables, and what follows. {costs.said}",
        (
            "What is saved without a kind, in percent of all. What the first row saves of loading "
            "is chance, and so is what lies no farther from nothing:"
        ),
        "",
        "| without | quads | N-Quads | loading | folder |",
        "|---|---|---|---|---|",
        *rows,
        "",
        "## Who names a kind",
        "",
        (
            f"Of {counts} of kg that read a graph, so many have the property or the class as a "
            "word; for own graphs it is GRAPH, and for the world of today any of its properties "
            "where one is followed outside GRAPH. Texts do not say what a property is asked of: "
            "`kg:start` counts for statements and for proofs."
        ),
        "",
        "| kind | quads, % | questions | rules | shapes | modules |",
        "|---|---|---|---|---|---|",
        *(
            f"| {kind} | {100 * costs.count_of(kind) / costs.count:.1f} | {' | '.join(cells)} |"
            for kind, cells in zip(costs.shown, names, strict=True)
        ),
        "",
        "## What is answered otherwise",
        "",
        (
            f"Without a kind among the {len(quads):,} quads of the shipped graph: how many "
            f"questions have other rows, how many of {statements:,} statements `kg why` finds or "
            f"reads otherwise, how many quads of the world are others as of {DATE}, and how many "
            f"statements are others as known by {DATE}. What describes entities counts as world, "
            "so of these kinds the quads that are gone are counted themselves."
        ),
        "",
        "| without | questions | why | as of | known by |",
        "|---|---|---|---|---|",
        *(f"| {kind} | {' | '.join(cells)} |" for kind, cells in found.items()),
        "",
        f"Nothing differs without: {', '.join(idle) or 'none of them'}.",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--statements", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    parser.add_argument("--load", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.load:
        load(options.load)
        return
    with tempfile.TemporaryDirectory() as folder:
        table = tables(options, Path(folder))
    about = (__doc__ or "").partition("\n\n")[2].partition("\n\n    ")[0]
    head = [
        "# Benchmarks of quads",
        "",
        "Written by `python -m benchmarks.quads --write`.",
        *about.splitlines(),
    ]
    text = "\n".join([*head, "", *table, ""])
    print(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
