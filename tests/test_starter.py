"""A project of one's own: what `kg init` writes builds, and what it cannot write it says."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import rdflib
import yaml
from transcripts import transcript

import kg
from kg.cli.commands import main
from kg.project import version
from kg.starter.files import put

if TYPE_CHECKING:
    from pages import Visitor

ROOT = Path(__file__).parent.parent
BOAT = "نوادي التجديف في مدينتي"
ALL = {
    ".github/workflows/checks.yml",
    ".gitignore",
    ".pre-commit-config.yaml",
    "README.md",
    "data/dataset.ttl",
    "data/entities.csv",
    "data/sources.csv",
    "data/statements/facts.csv",
    "ontology/ontology.ttl",
    "ontology/questions/members.rq",
    "ontology/rules/active-in.rq",
    "ontology/shapes.ttl",
}


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, and all that it printed."""

    code: int
    said: str


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run kg in an empty folder, or in one below it; there is no terminal."""

    def in_folder(*words: str, cwd: str = ".") -> Ended:
        monkeypatch.chdir(tmp_path / cwd)
        with pytest.raises(SystemExit) as end:
            main(words)
        assert isinstance(end.value.code, int)
        said = "".join(capfd.readouterr())
        assert "Traceback" not in said
        return Ended(end.value.code, said)

    return in_folder


@pytest.fixture
def mine(run: Run, tmp_path: Path) -> Path:
    """A project as it is written."""
    assert run("init", "mine", "--languages", "en,fr", "--issued", "2026-01-01").code == 0
    return tmp_path / "mine"


def written(folder: Path) -> set[str]:
    """The files below a folder, those of git aside."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if path.parts[0] != ".git"}


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


# ---------------------------------------------------------------- what is written


def test_all_files_are_there_and_nothing_else(mine: Path) -> None:
    assert written(mine) == ALL
    assert list(mine.parent.iterdir()) == [mine]


def test_what_to_do_next_is_said_in_four_lines(run: Run) -> None:
    assert run("init", "mine").said.splitlines() == [
        "wrote mine (12 files); it builds as it is, and its facts are invented",
        "next: cd mine && kg build",
        "      open build/graph.html in a browser",
        "      put your own facts into data/statements/facts.csv; README.md says how",
    ]


def test_what_is_left_open_has_a_default(run: Run, tmp_path: Path) -> None:
    before = datetime.now().astimezone().date()
    run("init", "two-words")
    after = datetime.now().astimezone().date()
    data = rdflib.Graph().parse(tmp_path / "two-words" / "data" / "dataset.ttl")
    said = {
        str(value)
        for name in ("title", "issued")
        for value in data.objects(None, rdflib.DCTERMS[name])
    }

    assert "Two words" in said
    assert said & {before.isoformat(), after.isoformat()}
    assert (rdflib.URIRef("https://example.org/two-words/"), None, None) in data
    header = (tmp_path / "two-words" / "data" / "entities.csv").read_text().splitlines()[0]
    assert header == "id,class,label_en,aliases,wikidata,description"


def test_it_validates_without_a_finding(run: Run, mine: Path) -> None:
    done = run("validate", cwd=mine.name)

    assert done.code == 0
    assert done.said == (
        "4 statements, 4 entities, 2 sources, 1 rule, 1 question, 2 inferred: nothing to report\n"
    )


@pytest.mark.parametrize(
    "wanted",
    [
        ("--languages", "sr-Latn, zh-Hant ru"),
        ("--issued", "0100-02-28"),
        ("--issued", "2028-02-29"),
        ("--issued", "2999-12-31"),
        ("--base", "http://example.org/a(b)/?c=d/"),
        ("--title", r'A "title" \ with $marks, {{ those }} of §base and `others` <b>'),
    ],
)
def test_whatever_is_wanted_is_valid(run: Run, wanted: tuple[str, str]) -> None:
    run("init", "mine", *wanted)
    done = run("validate", cwd="mine")

    assert done.said.endswith(": nothing to report\n")
    assert done.code == 0


def test_one_property_of_each_kind_is_used_in_a_row(mine: Path) -> None:
    graph = kg.build(mine / "data", mine / "ontology")

    kinds = {
        one["predicate"]: one["kind"] for one in graph.statements().to_pandas().to_dict("records")
    }
    assert kinds == {
        "belongsTo": "state",
        "founded": "event",
        "locatedIn": "timeless",
        "activeIn": "state",
    }


@pytest.mark.parametrize(
    ("day", "members"),
    [
        (None, "ada"),
        ("2024-08-31", "ada ben"),
        ("2024-09-01", "ada"),
        ("2020", "ada ben"),
        ("2018-05-12", "ada"),
    ],
)
def test_the_question_answers_as_of_a_day(mine: Path, day: str | None, members: str) -> None:
    graph = kg.build(mine / "data", mine / "ontology")

    found = graph.query("members", club="rowing-club", as_of=day).to_pandas()
    assert found["person"].tolist() == members.split()


def test_the_rule_infers_with_a_proof(mine: Path) -> None:
    """Ben belongs to the club from some day of 2020 until 2024-09-01, and it is in Exampleton."""
    graph = kg.build(mine / "data", mine / "ontology")
    said = graph.why("ben", "activeIn", "exampleton")
    (fact,) = said.statements

    assert (fact.start, fact.end) == ("2020", "2024-09-01")
    assert "active-in.rq" in str(said)
    assert "ben belongsTo rowing-club" in str(said)
    assert "rowing-club locatedIn exampleton" in str(said)


def test_the_shape_finds_a_club_that_nobody_founded(run: Run, mine: Path) -> None:
    facts = mine / "data" / "statements" / "facts.csv"
    replace(facts, "ada,founded,rowing-club,,,2018-05-12,gazette,¶1,,\n", "")
    done = run("validate", cwd=mine.name)

    assert done.code == 1
    assert done.said.startswith(
        "data/entities.csv:5:1: error: rowing-club: was founded by nobody; "
        "add a row with the predicate founded"
    )


def test_the_workflow_installs_this_version_validates_and_builds(mine: Path) -> None:
    text = (mine / ".github" / "workflows" / "checks.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    steps = workflow["jobs"]["checks"]["steps"]

    assert [step["run"] for step in steps if "run" in step] == [
        f"pip install eurasia-kg=={version()}",
        "kg validate --format github",
        "kg build",
    ]
    assert workflow["permissions"] == {"contents": "read"}
    own = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    uses = r"uses: (actions/.*)"
    assert set(re.findall(uses, text)) <= set(re.findall(uses, own))


def test_the_hook_runs_a_command_that_ends_well(run: Run, mine: Path) -> None:
    hooks = yaml.safe_load((mine / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (hook,) = hooks["repos"][0]["hooks"]
    program, *words = hook["entry"].split()

    assert program == "kg"
    assert run(*words, cwd=mine.name).code == 0
    assert re.search(hook["files"], "data/statements/facts.csv")


def test_the_commands_of_its_readme_end_well(mine: Path) -> None:
    readme = (mine / "README.md").read_text(encoding="utf-8")
    printed = {command: printed for command, _, printed in transcript(readme, mine)}

    assert len(printed) == 5
    assert [text for text in printed.values() if "error" in text or "kg:" in text] == []
    assert "(1 row)" in printed["kg query members -p club=rowing-club"]
    assert "(2 rows)" in printed["kg query members --as-of 2021"]


@pytest.mark.slow
def test_the_page_about_it_prints_what_it_shows(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "own-project.md").read_text(encoding="utf-8")
    lines = list(transcript(page, tmp_path))

    assert len(lines) > 10
    assert [printed for _, _, printed in lines] == [said for _, said, _ in lines]


@pytest.mark.parametrize(("language", "title"), [("ar", BOAT), ("ru", "Гребные клубы")])
def test_a_title_of_another_script_stands_on_the_page(
    run: Run, tmp_path: Path, visit: Visitor, language: str, title: str
) -> None:
    run("init", "mine", "--languages", f"{language},en", "--title", title)
    assert run("build", cwd="mine").code == 0
    page = visit(tmp_path / "mine" / "build" / "graph.html")

    assert page.tab.locator("h1").inner_text() == title
    assert page.tab.title() == title
    direction = page.tab.locator("h1 bdi").evaluate("one => getComputedStyle(one).direction")
    assert direction == ("rtl" if language == "ar" else "ltr")


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            ["My Club"],
            2,
            "full stops between; write my-club",
        ),
        (["..."], 2, "write one such as my-club"),
        (["nowhere/mine"], 3, "make it first"),
        (["mine", "--title", " "], 2, "--title ''"),
        (["mine", "--title", "two\nlines"], 2, "a title is one line of text; write one"),
        (["mine", "--title", "a\x07"], 2, "character 2 is U+0007"),
        (["mine", "--base", "example.org/mine/"], 2, "--base example.org/mine/: a base address"),
        (["mine", "--base", "https://example.org/mine"], 2, "ends with / and has no #; write one"),
        (["mine", "--base", "https://example.org/mine#"], 2, "has no #; write one"),
        (["mine", "--base", 'https://example.org/"/'], 2, "a base address starts with http"),
        (
            ["mine", "--languages", "en,french"],
            2,
            "--languages en,french: the list of languages names 'french', which is not a language",
        ),
        (["mine", "--languages", "en,EN"], 2, "names 'en' twice; write tags"),
        (["mine", "--languages", ", "], 2, "names none; write tags"),
        (["mine", "--issued", "2026-02-30"], 2, "--issued 2026-02-30: '2026-02-30' is not a date"),
        (["mine", "--issued", "20260131"], 2, "did you mean 2026-01-31?"),
        (["mine", "--issued", "2026-01"], 2, "2026-01 is no day; write a day such as 2026-01-31"),
        (["mine", "--issued", "0099-01-01"], 2, "not before the year 100; correct it"),
    ],
)
def test_what_cannot_be_is_refused_with_a_repair(
    run: Run, tmp_path: Path, words: list[str], code: int, message: str
) -> None:
    done = run("init", *words)

    assert done.code == code
    assert message in done.said
    assert len(done.said.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(run: Run, mine: Path) -> None:
    replace(mine / "README.md", "# Mine\n", "# Ours\n")
    before = {path: (mine / path).read_bytes() for path in written(mine)}
    done = run("init", "mine")

    assert done.code == 3
    assert done.said == (
        "kg: mine is not empty, and nothing in it is overwritten; "
        "give the project another name, or empty the folder\n"
    )
    assert {path: (mine / path).read_bytes() for path in written(mine)} == before


def test_a_file_of_that_name_stays(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    done = run("init", "mine")

    assert done.code == 3
    assert done.said == "kg: mine is a file; give the project another name\n"
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("has_git", [True, False])
def test_the_folder_where_one_stands_may_be_taken(
    run: Run, tmp_path: Path, *, has_git: bool
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    if has_git:
        (folder / ".git").mkdir()
    number = folder.stat().st_ino
    done = run("init", ".", cwd="mine")

    assert done.said.splitlines()[1] == "next: kg build"
    assert written(folder) == ALL
    assert folder.stat().st_ino == number


@pytest.mark.parametrize("is_there", [True, False])
def test_what_fails_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    folder = tmp_path / "mine"
    if is_there:
        folder.mkdir()
    rename = Path.rename

    def full(path: Path, target: Path) -> Path:
        if path.name in {"README.md", "mine"} and target.parent in {folder, tmp_path}:
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(kg.InputError, match=r"mine cannot be written: No space left on device$"):
        put(folder, {"data/a.csv": b"a", "README.md": b"b", ".gitignore": b"c"})

    assert list(tmp_path.rglob("*")) == ([folder] if is_there else [])


# ---------------------------------------------------------------- from a table


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts_of(project: Path) -> set[tuple[str, ...]]:
    """What a project says, in the words of the table: ids and names by their labels."""
    entities = rows_of(project / "data" / "entities.csv")
    labels = {row["id"]: row["label_en"] for row in entities}
    graph = rdflib.Graph().parse(project / "ontology" / "ontology.ttl")
    said = graph.subject_objects(rdflib.RDFS.label)
    words = {str(name).partition("#")[2]: str(label) for name, label in said}
    return {
        (
            labels[row["subject"]],
            words[row["predicate"]],
            labels.get(row["object"], row["object"]),
            row["start"],
            row["end"],
            row["at"],
        )
        for row in rows_of(project / "data" / "statements" / "facts.csv")
    }


def test_a_published_table_becomes_a_project_that_says_the_same(run: Run, tmp_path: Path) -> None:
    """One of its 46 rows has no date; both of the years of the others are included."""
    table = ROOT / "data" / "comparisons" / "cia-world-factbook-editions-1990-2025.csv"
    columns = "--subject state --object organisation --status status --first from --last to"
    done = run("init", "mine", "--from", str(table), *columns.split())
    frame = pd.read_csv(table, dtype=str, keep_default_na=False)
    dated = frame[frame["from"] != ""]

    assert done.said.splitlines()[:2] == [
        "wrote mine (10 files); 45 of 46 rows are facts; 23 entities, 8 properties",
        f"left out 1 row: the row has no date, first at {table}:47:31",
    ]
    assert facts_of(tmp_path / "mine") == {
        (
            row["state"],
            row["status"],
            row["organisation"],
            row["from"],
            f"{int(row['to']) + 1}-01-01",
            "",
        )
        for row in dated.to_dict("records")
    }
    assert run("validate", cwd="mine").said.endswith(": nothing to report\n")


@pytest.fixture
def made(run: Run, tmp_path: Path) -> Callable[..., Ended]:
    """Make a project of a table with three columns and say how that ended."""

    def of_rows(text: str, *words: str, header: str = "who,what,when") -> Ended:
        (tmp_path / "t.csv").write_text(f"{header}\n{text}", encoding="utf-8")
        given = ("--from", "t.csv", "--subject", "who", "--object", "what", *words)
        return run("init", "mine", *given)

    return of_rows


def test_what_happened_is_an_event_and_a_month_00_is_none(
    run: Run, made: Callable[..., Ended], tmp_path: Path
) -> None:
    made("Ada,A Boat,2001-02-00\nBen,B,2002-00-00\n", "--predicate", "won a", "--at", "when")

    assert facts_of(tmp_path / "mine") == {
        ("Ada", "won a", "A Boat", "", "", "2001-02"),
        ("Ben", "won a", "B", "", "", "2002"),
    }
    text = (tmp_path / "mine" / "ontology" / "ontology.ttl").read_text(encoding="utf-8")
    assert ":wonA a kg:EventProperty , owl:ObjectProperty" in text
    assert run("validate", cwd="mine").said.endswith(": nothing to report\n")


def test_what_has_no_dates_is_timeless_and_numbers_are_numbers(
    run: Run, made: Callable[..., Ended], tmp_path: Path
) -> None:
    made("Ada,1.5,\nBen,2,\n", "--predicate", "height")

    assert facts_of(tmp_path / "mine") == {
        ("Ada", "height", "1.5", "", "", ""),
        ("Ben", "height", "2", "", "", ""),
    }
    text = (tmp_path / "mine" / "ontology" / "ontology.ttl").read_text(encoding="utf-8")
    assert ":height a owl:DatatypeProperty" in text
    assert "rdfs:range xsd:decimal" in text
    assert run("validate", cwd="mine").said.endswith(": nothing to report\n")


def test_a_number_is_spelled_as_in_the_first_row_that_says_it_of_its_subject(
    run: Run, made: Callable[..., Ended], tmp_path: Path
) -> None:
    done = made(
        "Ada,1.50,2001\nAda,1.5,2002\nAda,+1.5,2001\nBen,1.5,2001\n",
        *("--predicate", "height", "--first", "when", "--last", "when"),
    )

    assert "line 2" in done.said
    assert facts_of(tmp_path / "mine") == {
        ("Ada", "height", "1.50", "2001", "", ""),
        ("Ben", "height", "1.5", "2001", "2001", ""),
    }
    assert run("validate", cwd="mine").said.endswith(": nothing to report\n")


@pytest.mark.parametrize(
    ("number", "datatype"),
    [
        ("9223372036854775807", "xsd:integer"),
        ("9223372036854775808", "xsd:decimal"),
        ("999999999999999999999", "xsd:string"),
    ],
)
def test_a_number_that_the_store_cannot_hold_is_a_text(
    run: Run, made: Callable[..., Ended], tmp_path: Path, number: str, datatype: str
) -> None:
    made(f"Ada,{number},\nBen,2,\n", "--predicate", "height")

    text = (tmp_path / "mine" / "ontology" / "ontology.ttl").read_text(encoding="utf-8")
    assert f"rdfs:range {datatype} " in text
    assert run("validate", cwd="mine").said.endswith(": nothing to report\n")


def test_half_open_periods_are_taken_as_they_are(
    run: Run, made: Callable[..., Ended], tmp_path: Path
) -> None:
    rows = "Ada,A,2001,2003-05-01\nBen,A,,2002\nCleo,A,2004,\n"
    words = ("--predicate", "in", "--start", "from", "--end", "to")
    made(rows, *words, header="who,what,from,to")

    assert facts_of(tmp_path / "mine") == {
        ("Ada", "in", "A", "2001", "2003-05-01", ""),
        ("Ben", "in", "A", "", "2002", ""),
        ("Cleo", "in", "A", "2004", "", ""),
    }
    assert run("validate", cwd="mine").said.endswith(": nothing to report\n")


def test_names_of_other_scripts_have_ids_that_differ(
    run: Run, made: Callable[..., Ended], tmp_path: Path
) -> None:
    """A name without a Latin letter is counted, and so is one whose letters another has."""
    made("Ада,Köln,\nБил,Koln,\nЖди,ada,\nada,Koln,\n", "--predicate", "знает")

    found = rows_of(tmp_path / "mine" / "data" / "entities.csv")
    assert {row["label_en"]: row["id"] for row in found} == {
        "Koln": "koln",
        "Köln": "koln-2",
        "ada": "ada",
        "Ада": "entity",
        "Бил": "entity-2",
        "Жди": "entity-3",
    }
    # One stands in both columns, so both are of one class.
    assert {row["class"] for row in found} == {"Thing"}
    said = run("validate", cwd="mine").said
    assert said.count("is in the letters of another language") == 3
    assert said.endswith(": 3 warnings\n")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Ada,A,2001,2002", "the row repeats line 2, first at t.csv:3:7"),
        ("Ada,A,2002,2003", "its period meets that of line 2, first at t.csv:3:7"),
        ("Ada,B,2003,2002", "it ends before it begins, first at t.csv:3:7"),
        (",A,2003,2004", "no subject is named, first at t.csv:3:1"),
        ("Ben,A,20x3,2004", "'20x3' is not a date, first at t.csv:3:7"),
        ("Ben,A,2003,9999", "'9999' is hardly a date, first at t.csv:3:12"),
        ("Ben,A,,", "the row has no date, first at t.csv:3:7"),
        ("Ben,A", "2 cells where the header has 4, 2 too few, first at t.csv:3:6"),
    ],
)
def test_a_row_that_cannot_be_taken_is_counted_with_its_reason(
    run: Run, made: Callable[..., Ended], tmp_path: Path, row: str, reason: str
) -> None:
    words = ("--predicate", "in", "--first", "from", "--last", "to")
    done = made(f"Ada,A,2001,2002\n{row}\n", *words, header="who,what,from,to")

    assert f"left out 1 row: {reason}" in done.said.splitlines()
    assert "1 of 2 rows is a fact" in done.said
    assert facts_of(tmp_path / "mine") == {("Ada", "in", "A", "2001", "2003-01-01", "")}
    assert run("validate", cwd="mine").said.endswith(": nothing to report\n")


def test_rows_that_are_left_out_for_one_reason_are_counted_together(
    made: Callable[..., Ended],
) -> None:
    rows = "Ada,A,2001\nBen,A,x\nCleo,A,y\n,A,2001\n"
    done = made(rows, "--predicate", "won", "--at", "when")

    assert done.said.splitlines()[1:3] == [
        "left out 2 rows: '…' is not a date, first at t.csv:3:7",
        "left out 1 row: no subject is named, first at t.csv:5:1",
    ]


def test_an_event_of_another_date_is_another_fact(
    run: Run, made: Callable[..., Ended], tmp_path: Path
) -> None:
    rows = "Ada,A,2001\nAda,A,2002-05\nAda,A,2001-00\n"
    done = made(rows, "--predicate", "won", "--at", "when")

    assert "left out 1 row: the row repeats line 2, first at t.csv:4:7" in done.said
    assert facts_of(tmp_path / "mine") == {
        ("Ada", "won", "A", "", "", "2001"),
        ("Ada", "won", "A", "", "", "2002-05"),
    }
    assert run("validate", cwd="mine").said.endswith(": nothing to report\n")


def test_the_readme_of_a_table_gives_commands_that_end_well(
    made: Callable[..., Ended], tmp_path: Path
) -> None:
    made("Ada,A,2001\n", "--predicate", "won", "--at", "when")
    readme = (tmp_path / "mine" / "README.md").read_text(encoding="utf-8")
    printed = {command: text for command, _, text in transcript(readme, tmp_path / "mine")}

    assert list(printed) == [
        "kg validate", "kg build", "kg query facts -p subject=ada", "kg why ada",
    ]  # fmt: skip
    assert [text for text in printed.values() if "error" in text or "kg: " in text] == []
    assert "(1 row)" in printed["kg query facts -p subject=ada"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--first", "x"], 2, "--first is about a table; name it with --from"),
        (["--from", "no.csv", "--predicate", "p"], 3, "no.csv cannot be read"),
        (
            ["--from", "t.csv"],
            2,
            ("one of --predicate and --status is needed: the property of the whole table, or the "
            "column that says it row by row; the columns are: who, what\n"),
        ),
        (
            ["--from", "t.csv", "--predicate", "p", "--subject", "whom", "--object", "what"],
            2,
            "t.csv:1:1: error: there is no column 'whom'; did you mean 'who'? If not, name it with",
        ),
        (
            ["--from", "t.csv", "--predicate", "p", "--subject", "who", "--object", "what"],
            2,
            "t.csv: error: no row of the table can be taken over",
        ),
    ],
)  # fmt: skip
def test_a_table_that_is_not_understood_is_refused(
    run: Run, tmp_path: Path, words: list[str], code: int, message: str
) -> None:
    (tmp_path / "t.csv").write_text("who,what\n,A\n", encoding="utf-8")
    done = run("init", "mine", *words)

    assert done.code == code
    assert message in done.said
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


def test_columns_are_named_however_a_table_is_separated(run: Run, tmp_path: Path) -> None:
    """Nobody has said yet which of them are looked for."""
    (tmp_path / "t.csv").write_text("who;what, in words;from\nAda;Row, boat;2001\n", "utf-8")
    done = run("init", "mine", "--from", "t.csv")

    assert done.code == 2
    assert done.said.endswith("the columns are: who, what, in words, from\n")


# ---------------------------------------------------------------- a row for each year

PANEL = """\
Ada,Rowers,2001
Ada,Rowers,2002
Ada,Rowers,2004
Ben,Rowers,2003
Ben,Rowers,2004
Ben,Rowers,2004
Cleo,Rowers,1999-00-00
,Rowers,2001
Ben,Rowers,2004
Dan,Rowers,2003-05
"""
BY_YEAR = ("--predicate", "in", "--year", "when")


def test_years_that_follow_on_each_other_are_one_period(
    run: Run, made: Callable[..., Ended], tmp_path: Path
) -> None:
    """The last year of the table is 2004: what it has then is not said to be over."""
    done = made(PANEL, *BY_YEAR)

    assert facts_of(tmp_path / "mine") == {
        ("Ada", "in", "Rowers", "2001", "2002", ""),
        ("Ada", "in", "Rowers", "2004", "", ""),
        ("Ben", "in", "Rowers", "2003", "", ""),
        ("Cleo", "in", "Rowers", "1999", "1999", ""),
    }
    facts = rows_of(tmp_path / "mine" / "data" / "statements" / "facts.csv")
    assert [row["locator"] for row in facts] == ["lines 2-3", "line 4", "lines 5-6", "line 8"]
    assert done.said.splitlines()[:4] == [
        "wrote mine (10 files); 6 of 10 rows make 4 facts; 4 entities, 1 property",
        "left out 2 rows: the row repeats line …, first at t.csv:7:12",
        "left out 1 row: no subject is named, first at t.csv:9:1",
        "left out 1 row: '2003-05' is a month where others are a year, first at t.csv:11:12",
    ]
    assert run("validate", cwd="mine").said.endswith(": nothing to report\n")


@pytest.mark.parametrize(
    ("day", "people"),
    [("1999-06", "cleo"), ("2000", ""), ("2002-06-01", "ada"), ("2004-12-31", "ada ben")],
)
def test_a_panel_is_asked_as_of_a_day(
    made: Callable[..., Ended], tmp_path: Path, day: str, people: str
) -> None:
    made(PANEL, *BY_YEAR)
    graph = kg.build(tmp_path / "mine" / "data", tmp_path / "mine" / "ontology")

    assert graph.query("facts", as_of=day).to_pandas()["subject"].tolist() == people.split()


def test_one_column_that_is_first_and_last_is_that_of_a_panel(
    made: Callable[..., Ended], tmp_path: Path
) -> None:
    """Days go as years do; an end that is a day is the first without the fact."""
    rows = "Ada,A,2001-02-28\nAda,A,2001-03-01\nBen,A,2001-03-02\n"
    made(rows, "--predicate", "in", "--first", "when", "--last", "when")

    assert facts_of(tmp_path / "mine") == {
        ("Ada", "in", "A", "2001-02-28", "2001-03-02", ""),
        ("Ben", "in", "A", "2001-03-02", "", ""),
    }


def test_a_table_of_one_year_does_not_say_when_anything_began(
    run: Run, made: Callable[..., Ended], tmp_path: Path
) -> None:
    done = made("Ada,A,2001\nBen,A,2001\n", *BY_YEAR)

    assert facts_of(tmp_path / "mine") == {
        ("Ada", "in", "A", "[..2001]", "", ""),
        ("Ben", "in", "A", "[..2001]", "", ""),
    }
    assert (
        "note: all rows are of 2001, so that each fact began by then ([..2001]), first in line 2"
        in done.said.splitlines()
    )
    assert run("validate", cwd="mine").said.endswith(": nothing to report\n")


def test_a_published_table_by_year_gives_the_periods_that_it_was_made_of(
    run: Run, tmp_path: Path
) -> None:
    """Each of its periods written as years, and all years in another order."""
    table = ROOT / "data" / "comparisons" / "cia-world-factbook-editions-1990-2025.csv"
    frame = pd.read_csv(table, dtype=str, keep_default_na=False)
    frame = frame[frame["from"] != ""]
    panel = pd.DataFrame(
        row | {"year": year}
        for row in frame.to_dict("records")
        for year in range(int(row["from"]), int(row["to"]) + 1)
    )
    panel.sort_values(["year", "state"]).to_csv(tmp_path / "panel.csv", index=False)
    columns = "--subject state --object organisation --status status --year year"
    run("init", "mine", "--from", "panel.csv", *columns.split())

    newest = frame["to"].max()
    assert facts_of(tmp_path / "mine") == {
        (
            row["state"],
            row["status"],
            row["organisation"],
            row["from"],
            "" if row["to"] == newest else row["to"],
            "",
        )
        for row in frame.to_dict("records")
    }
    assert run("validate", cwd="mine").said.endswith(": nothing to report\n")


def test_a_locator_with_many_lines_says_how_many(
    made: Callable[..., Ended], tmp_path: Path
) -> None:
    """Ada has every other line, from line 2 to line 20."""
    rows = "".join(f"Ada,A,{year}\nBen,B{year},{year}\n" for year in range(2001, 2011))
    made(rows, *BY_YEAR)

    facts = rows_of(tmp_path / "mine" / "data" / "statements" / "facts.csv")
    assert facts[0]["locator"] == "10 lines from 2 to 20"


# ---------------------------------------------------------------- last days

ENDS = ("--predicate", "in", "--start", "from", "--end", "to")
PERIODS = "Ada,A,2001-05-01,2001-05-01\nBen,A,2001,2002-12-31\n"


def test_ends_that_are_last_days_stay_and_the_ontology_says_so(
    run: Run, made: Callable[..., Ended], tmp_path: Path
) -> None:
    made(PERIODS, *ENDS, "--inclusive", header="who,what,from,to")

    assert facts_of(tmp_path / "mine") == {
        ("Ada", "in", "A", "2001-05-01", "2001-05-01", ""),
        ("Ben", "in", "A", "2001", "2002-12-31", ""),
    }
    text = (tmp_path / "mine" / "ontology" / "ontology.ttl").read_text(encoding="utf-8")
    assert ":in a kg:StateProperty , kg:InclusiveEnds , owl:ObjectProperty" in text
    assert run("validate", cwd="mine").said.endswith(": nothing to report\n")
    graph = kg.build(tmp_path / "mine" / "data", tmp_path / "mine" / "ontology")
    for day, people in (("2001-05-01", "ada ben"), ("2002-12-31", "ben"), ("2003-01-01", "")):
        assert graph.query("facts", as_of=day).to_pandas()["subject"].tolist() == people.split()


@pytest.mark.parametrize("words", [(), ("--no-inclusive",)])
def test_a_fact_that_is_over_on_the_day_it_begins_is_left_out(
    made: Callable[..., Ended], words: tuple[str, ...]
) -> None:
    done = made(PERIODS, *ENDS, *words, header="who,what,from,to")

    assert "left out 1 row: it ends before it begins, first at t.csv:2:7" in done.said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--year", "x"], "--year is about a table; name it with --from"),
        (["--no-inclusive"], "--inclusive is about a table; name it with --from"),
        (
            ["--from", "t.csv", "--predicate", "p", "--year", "when", "--at", "when"],
            "--year says the time of the rows; leave --at out",
        ),
        (
            ["--from", "t.csv", "--predicate", "p", "--subject", "who", "--year", "whn"],
            "there is no column 'whn'; did you mean 'when'? If not, name it with --year",
        ),
        (
            ["--from", "t.csv", "--predicate", "p", "--inclusive", "--last", "when"],
            "--inclusive is about a column of ends; name it with --end",
        ),
    ],
)
def test_what_is_said_of_time_must_go_together(
    run: Run, tmp_path: Path, words: list[str], message: str
) -> None:
    (tmp_path / "t.csv").write_text("who,object,when\nAda,A,2001\n", encoding="utf-8")
    done = run("init", "mine", *words)

    assert done.code == 2
    assert message in done.said


# ---------------------------------------------------------------- what is asked


class Terminal:
    """A command on a terminal of its own: what it is told and what it says there."""

    def __init__(self, folder: Path, *words: str) -> None:
        pty = pytest.importorskip("pty")
        self.master, inner = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kg", *words],
            cwd=folder,
            env=os.environ | {"NO_COLOR": "1"},
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
        )
        os.close(inner)
        self.said = ""

    def wait_for(self, text: str) -> None:
        """Read until the text is there, for at most a minute."""
        until = time.monotonic() + 60
        while text not in self.said:
            assert time.monotonic() < until, self.said
            try:
                self.said += os.read(self.master, 4096).decode()
            except OSError:
                # Linux says so when the other end is gone.
                break
        assert text in self.said

    def answer(self, question: str, text: str) -> None:
        """Wait for the question and type."""
        self.wait_for(question)
        self.said = self.said.partition(question)[2]
        os.write(self.master, text.encode())

    def end(self) -> int:
        """Wait for the end and return the exit code."""
        code = self.process.wait(60)
        while True:
            try:
                more = os.read(self.master, 4096).decode()
            except OSError:
                break
            if not more:
                break
            self.said += more
        os.close(self.master)
        return code


def test_on_a_terminal_it_asks_until_the_answer_can_be_taken(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "init", "mine", "--issued", "2026-01-01")
    terminal.answer("[Mine]: ", "Clubs of my town\n")
    terminal.answer("[https://example.org/mine/]: ", "my-town.example\n")
    terminal.answer("ends with / and has no #", "")
    terminal.answer("[https://example.org/mine/]: ", "https://my-town.example/\n")
    terminal.answer("[en]: ", "\n")

    assert terminal.end() == 0
    # What an option gave is not asked.
    assert "current?" not in terminal.said
    text = (tmp_path / "mine" / "data" / "dataset.ttl").read_text(encoding="utf-8")
    assert 'dcterms:title "Clubs of my town"@en' in text
    assert "<https://my-town.example/> a dcat:Dataset" in text


def test_what_an_option_gives_is_judged_before_anything_is_asked(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "init", "mine", "--languages", "french")

    assert terminal.end() == 2
    assert "[" not in terminal.said


def test_who_wants_quiet_is_not_asked(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "init", "mine", "--quiet")

    assert terminal.end() == 0
    assert "[Mine]" not in terminal.said


@pytest.mark.parametrize(
    ("key", "code", "line"),
    [
        ("\x04", 2, "kg: no answer; nothing was written; --title gives it beforehand"),
        (signal.SIGINT, 130, "kg: interrupted; nothing was written"),
    ],
)
def test_who_does_not_answer_is_told_in_one_line(
    tmp_path: Path, key: str | signal.Signals, code: int, line: str
) -> None:
    terminal = Terminal(tmp_path, "init", "mine")
    terminal.answer("[Mine]: ", key if not isinstance(key, signal.Signals) else "")
    if isinstance(key, signal.Signals):
        terminal.process.send_signal(key)

    assert terminal.end() == code
    assert [one for one in terminal.said.splitlines() if one.strip("^CD\b ")] == [line]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("answer", "count"), [("yes", "2 of 2 rows are facts"), ("", "1 of 2 rows is a fact")]
)
def test_on_a_terminal_it_asks_whether_ends_are_last_days(
    tmp_path: Path, answer: str, count: str
) -> None:
    (tmp_path / "t.csv").write_text(f"who,what,from,to\n{PERIODS}", encoding="utf-8")
    told = ("--title", "T", "--base", "https://a.example/", "--languages", "en")
    table = ("--from", "t.csv", "--subject", "who", "--object", "what", *ENDS)
    terminal = Terminal(tmp_path, "init", "mine", "--issued", "2026-01-01", *told, *table)
    terminal.answer("the day that is its end? yes or no [no]: ", "perhaps\n")
    terminal.answer("write yes or no", "")
    terminal.answer("yes or no [no]: ", f"{answer}\n")

    assert terminal.end() == 0
    assert count in terminal.said
    text = (tmp_path / "mine" / "ontology" / "ontology.ttl").read_text(encoding="utf-8")
    assert ("kg:InclusiveEnds" in text) == (answer == "yes")
