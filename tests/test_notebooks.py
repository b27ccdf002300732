"""The notebooks run from top to bottom, agree with their scripts, and hold no stale outputs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SCRIPTS = sorted((ROOT / "notebooks").glob("*.py"))
SECONDS_A_CELL = 120

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
pytestmark = pytest.mark.notebook
EXTRA = "install it with: pip install -e '.[test-notebook]'"
jupytext = pytest.importorskip("jupytext", reason=EXTRA)
nbclient = pytest.importorskip("nbclient", reason=EXTRA)
nbformat = pytest.importorskip("nbformat", reason=EXTRA)


@each_notebook
@pytest.mark.parametrize("folder", [ROOT / "notebooks", ROOT], ids=["notebooks", "root"])
def test_a_notebook_runs_from_top_to_bottom(
    path: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds its data from its own folder and from the root."""
    # The kernel neither reads the settings of whoever runs the tests nor writes beside them.
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    notebook = read(path)

    nbclient.NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    ).execute()

    assert all(cell.execution_count for cell in code_cells(notebook))
    if any(cell.outputs for cell in code_cells(read(path))):
        # Pictures differ with the version of the library that draws them, texts do not.
        assert texts(read(path)) == texts(notebook), "run all cells in Jupyter and save"


@each_notebook
def test_a_notebook_agrees_with_its_script(path: Path) -> None:
    script = jupytext.read(path.with_suffix(".py"))

    repair = f"run: jupytext --sync notebooks/{path.stem}.py"
    assert contents(script) == contents(read(path)), repair


@each_notebook
def test_a_notebook_is_kept_without_outputs_or_with_all_of_one_run(path: Path) -> None:
    counts = [cell.execution_count for cell in code_cells(read(path))]

    repair = f"run: jupytext --to notebook notebooks/{path.stem}.py, or run all cells and save"
    without = [None] * len(counts)
    assert counts in (without, list(range(1, len(counts) + 1))), repair
    assert counts != without or not any(cell.outputs for cell in code_cells(read(path))), repair


@each_notebook
def test_a_notebook_is_kept_without_complaints(path: Path) -> None:
    kept = [output for cell in code_cells(read(path)) for output in cell.outputs]

    assert [one for one in kept if one.output_type == "error" or one.get("name") == "stderr"] == []


def test_every_script_has_its_notebook() -> None:
    assert [path.stem for path in SCRIPTS] == [path.stem for path in NOTEBOOKS] != []


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(notebook: Any) -> list[list[str]]:
    """What each code cell shows as plain text; line numbers move with every row that is added."""
    return [
        [
            re.sub(r"\.csv:\d+", ".csv", one.get("text", "") or one.data.get("text/plain", ""))
            for one in cell.outputs
        ]
        for cell in code_cells(notebook)
    ]


def contents(notebook: Any) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]
