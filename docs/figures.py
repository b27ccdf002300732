"""Draw the figures that docs/analysis.md and the README show, from the graph that is shipped.

    python docs/figures.py [FOLDER]

Needs the extra `plot`; writes PNG files into docs/images.
"""

from __future__ import annotations

import sys
from pathlib import Path

import kg

IMAGES = Path(__file__).resolve().parent / "images"


def main(folder: Path) -> None:
    """Write the figures into the folder."""
    graph = kg.open()
    plot = graph.plot
    figures = {
        "figure-lanes": plot.lanes("csto-pa", by=["memberOf", "observerOf"]),
        "figure-overlap": plot.overlap("csto", "sco"),
        "figure-initiatives": plot.result(
            graph.query("status-history"),
            label="initiative",
            inside="label",
            title="Status of the nine initiatives of 26 May 2020",
        ),
    }
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png", dpi=80, metadata={"Software": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES)
