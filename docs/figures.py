"""Draw the figures that docs/analysis.md shows, from the graph that is shipped.

    python docs/figures.py [FOLDER]

Needs the extra `plot`; writes PNG files into docs/images.
"""

from __future__ import annotations

import sys
from pathlib import Path

import kg

IMAGES = Path(__file__).resolve().parent / "images"


def main(folder: Path) -> None:
    """Write both figures into the folder."""
    plot = kg.open().plot
    figures = {
        "figure-lanes": plot.lanes("csto-pa", by=["memberOf", "observerOf"]),
        "figure-overlap": plot.overlap("csto", "sco"),
    }
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png", dpi=80, metadata={"Software": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES)
