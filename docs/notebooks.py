"""Run the notebooks from top to bottom and keep what they show, the same for the same data.

    python docs/notebooks.py [--html FOLDER] [NAME...]

Needs the extras `notebook` and `test-notebook`. Each `notebooks/NAME.py` becomes `NAME.ipynb` with
its outputs; names are such as `01-tour`, and without one all are run. With `--html` a page of each
is written too, by nbconvert, which `notebook` brings.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
SECONDS_A_CELL = 120
# The one that says what a figure shows to those who do not see it.
TEMPLATE = "classic"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def run(script: Path) -> Any:  # noqa: ANN401 - nbformat has no types
    """Return the notebook of a script with its outputs, without times and versions."""
    notebook = jupytext.read(script)
    resources = {"metadata": {"path": str(script.parent)}}
    NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        kernel_name=KERNEL["name"],
        resources=resources,
        record_timing=False,
    ).execute()
    notebook.metadata = {
        "jupytext": {"formats": "ipynb,py:percent"},
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{number:02}"
        cell.metadata = {}
    return notebook


def main() -> None:
    """Run what is named, and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="a notebook, such as 01-tour")
    parser.add_argument("--html", type=Path, metavar="FOLDER", help="write a page of each there")
    asked = parser.parse_args()
    scripts = {path.stem: path for path in sorted(FOLDER.glob("*.py"))}
    if missing := [name for name in asked.names if name not in scripts]:
        parser.error(f"'{missing[0]}' is no notebook; choose among {', '.join(scripts)}")
    for name in asked.names or scripts:
        notebook = run(scripts[name])
        nbformat.write(notebook, scripts[name].with_suffix(".ipynb"))
        if asked.html:
            from nbconvert import HTMLExporter

            page, _ = HTMLExporter(template_name=TEMPLATE).from_notebook_node(
                notebook, {"metadata": {"name": name}}
            )
            asked.html.mkdir(parents=True, exist_ok=True)
            (asked.html / f"{name}.html").write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
