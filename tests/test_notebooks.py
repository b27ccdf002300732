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
# That on published tables begins with how it reads them.
SHOWING = [path for path in NOTEBOOKS if not path.stem.startswith("02")]
# Folders of a machine, and addresses in its memory.
PLACES = re.compile(r"(?:/home/|/tmp/|/Users/|[A-Z]:\\)\S*|0x[0-9a-f]{8,}")

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


@each_notebook
def test_a_notebook_is_kept_without_times_versions_and_places(path: Path) -> None:
    """The same data give the same file wherever and whenever it is run."""
    kept = read(path)

    assert kept.metadata.language_info == {"name": "python"}, "run: python docs/notebooks.py"
    assert all(cell.metadata == {} for cell in kept.cells)
    shown = [
        text
        for cell in code_cells(kept)
        for one in cell.outputs
        for kind, text in one.get("data", {"text": one.get("text", "")}).items()
        if not kind.startswith("image/")
    ]
    assert [word for text in shown for word in PLACES.findall(text)] == []
    assert not any(str(ROOT) in text for text in shown)


@each_notebook
def test_a_notebook_ends_with_the_questions_it_answered(path: Path) -> None:
    *_, last = read(path).cells
    _, questions = last.source.split("## The questions that were answered\n\n")

    assert all(re.fullmatch(r"- .+\?", line) for line in questions.splitlines())
    assert len(questions.splitlines()) >= 5


@pytest.mark.parametrize("path", SHOWING, ids=lambda path: path.stem)
def test_the_first_cell_shows_a_picture_and_what_follows_answers_in_words(path: Path) -> None:
    question, picture, answer, *_ = read(path).cells

    assert question.source.rstrip().endswith("?")
    assert [
        (list(one.data), bool(one.metadata["image/png"]["alt"])) for one in picture.outputs
    ] == [(["image/png", "text/plain"], True)]
    assert answer.cell_type == "markdown"


@pytest.mark.parametrize("path", SHOWING, ids=lambda path: path.stem)
def test_a_notebook_asserts_nothing_before_a_reader(path: Path) -> None:
    """What it shows is held by its kept outputs."""
    assert [cell.source for cell in code_cells(read(path)) if "assert " in cell.source] == []


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
