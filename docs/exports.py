"""Write what dumps keep anew: python docs/exports.py > docs/exports.md.

It is made from the table in `kg/exports/kept.py`; a test holds the page to it.
"""

from __future__ import annotations

import sys
from typing import Final

from kg.exports.kept import FEATURES, FORMATS

HEAD: Final = """\
# What dumps keep

What each format of `kg dump` keeps of a graph, from the table in `kg/exports/kept.py`.
When it changes, write this page anew: `python docs/exports.py > docs/exports.md`.
`kg dump --format NAME --explain` says it of one format, and counts what it would lose of your
graph; `kg dump` prints the counts as one line.

Each cell is a test, which writes a small graph and reads the file back by another program:
`tests/test_exports.py::test_a_cell_is_what_is_read[FORMAT-FEATURE]`, with the name of the row and
that of the column.
"""


def render() -> str:
    """Return the page."""
    columns = [f"{words} (`{feature}`)" for feature, words in FEATURES.items()]
    rows = [["format", *columns], ["---"] * (len(columns) + 1)]
    rows += [[f"`{name}`", *(cells[one] for one in FEATURES)] for name, cells in FORMATS.items()]
    return HEAD + "\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    sys.stdout.write(render())
