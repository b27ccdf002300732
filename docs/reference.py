"""Render the reference of the public names as HTML: python docs/reference.py FOLDER.

It is made from the docstrings by pdoc (extra `docs`), needs no network, and opens from disk.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pdoc

import kg


def render(folder: Path) -> None:
    """Write `kg.html`, an index and what the search needs into the folder."""
    # pdoc looks into the module as it stands, where a name appears only once it has been used.
    vars(kg).update({name: getattr(kg, name) for name in kg.__all__})
    # What only type checkers can evaluate, such as `nx.MultiDiGraph[str]`, is printed as written.
    warnings.filterwarnings("ignore", "Error parsing type annotation")
    pdoc.render.configure(docformat="google", show_source=False)
    pdoc.pdoc("kg", "!kg[.]", output_directory=folder)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python docs/reference.py FOLDER")
    render(Path(sys.argv[1]))
