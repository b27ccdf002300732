"""Measure a named question with a parameter in a small store and in a large one, in one run.

    python -m benchmarks.growth [--statements 100000] [--rounds 9]

Prints a section of the page that `benchmarks/run.py --write` writes.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.run import Side, kg
from benchmarks.synthetic import write_project

SMALL = 10_000
NAME, PARAMETER = "joined", "party=party-7"
QUESTION = """# Which unions did a party ever join?
# param party (:Party): the party
SELECT ?union { ?st rdf:subject ?party ; rdf:predicate :memberOf ; rdf:object ?union }
"""
WAYS = {
    f"kg query {NAME} -p {PARAMETER}": kg("query", NAME, "-p", PARAMETER),
    "kg query 'SELECT …'": kg("query", "SELECT ?union { id:party-7 :memberOf ?union }"),
    "kg why party-7": kg("why", "party-7"),
}


def built(folder: Path, statements: int) -> Path:
    """Build a project of the size that has the question."""
    write_project(folder, statements)
    (folder / "ontology" / "questions").mkdir()
    (folder / "ontology" / "questions" / f"{NAME}.rq").write_text(QUESTION, encoding="utf-8")
    Side("kg build", kg("build"), folder).run()
    return folder


def section(small: Path, large: Path, statements: int, rounds: int) -> Iterator[str]:
    yield "## A question about one entity in a larger store"
    yield ""
    yield "What is asked of a known id costs the same, however much else the graph says."
    yield "The projects are made by `benchmarks/synthetic.py`."
    yield ""
    yield f"| command | rounds | {SMALL:,} statements, s | {statements:,}, s | ratio, aim ≤ 1.1 |"
    yield "|---|---|---|---|---|"
    for name, command in WAYS.items():
        sides = [Side(name, command, folder) for folder in (small, large)]
        for side in sides:
            side.run()
        for _ in range(rounds):
            for side in sides:
                side.runs.append(side.run())
        less, more = (median(side.times) for side in sides)
        yield f"| `{name}` | {rounds} | {less:.3f} | {more:.3f} | {more / less:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        small, large = Path(name) / "small", Path(name) / "large"
        built(small, SMALL)
        built(large, arguments.statements)
        print("\n".join(section(small, large, arguments.statements, arguments.rounds)))


if __name__ == "__main__":
    main()
