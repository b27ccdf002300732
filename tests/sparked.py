"""A Spark session that builds projects one after the other, in small blocks and parts.

    python tests/sparked.py MASTER

Reads the folder of a project a line, and answers with a line of JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from kg.errors import KGError
from kg.model.dataset import read_dataset
from kg.model.namespaces import Vocabulary
from kg.model.ontology import read_ontology
from kg.pipeline.builder import joined
from kg.pipeline.columns import shapes
from kg.pipeline.spark import engine, session
from kg.pipeline.writing import writing

# Constants that only the driver reads: what follows from them goes to the workers.
SMALL = {"BLOCK": 20_000, "ROWS": 300, "PART": 8_000}
# Triples that shapes look at together.
FEW = 500


def build(spark: Any, project: Path) -> dict[str, Any]:
    """Build the project and say how many shards there are, None when something was wrong."""
    dataset, findings = read_dataset(project / "data")
    known = read_ontology(project / "ontology", Vocabulary(dataset.base))
    infer = joined(known, dataset.issued)
    given = engine.Project(project / "data", known, dataset, tuple(findings), infer)
    with writing(project / "build") as room:
        done = engine.run(spark, given, room.folder, room.aside)
    return {
        "shards": done.shards and len(done.shards.files),
        "counts": done.counts,
        "coverage": [str(line) for line in done.coverage],
    }


def main(master: str) -> None:
    """Answer until nobody asks any more."""
    for name, value in SMALL.items():
        setattr(engine, name, value)
    setattr(shapes, "PART", FEW)  # noqa: B010 - it is a name that walk took over
    with session.session(master) as spark:
        for line in sys.stdin:
            try:
                answer = build(spark, Path(line.strip()))
            except Exception as error:  # noqa: BLE001 - whatever it is, the test is told
                reason = error if isinstance(error, KGError) else session.failure(error, master)
                answer = {"error": str(reason), "exit_code": reason.exit_code}
            print(json.dumps(answer), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main(sys.argv[1])
