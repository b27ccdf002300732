"""The command line: what it prints, where, and the exit code with which it ends."""

from __future__ import annotations

import csv
import gc
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from endpoint import sparql_server
from gitted import commit, repository

from kg.cli.arguments import COMMANDS
from kg.cli.commands import main

if TYPE_CHECKING:
    from conftest import Tiny

HERE = Path(__file__).parent
HELP = HERE / "expected" / "help"
WRONG_ROW = "ana,playsFor,rooks,2020,,,almanac-2001,,,"
CLARA = "clara,playsFor,rooks,2020,,,almanac-2001,p. 9,,"
CLARA_CAME = (
    "+ Clara: plays for Rooks since 2020 (added; source almanac-2001 p. 9)"
    "  data/statements/facts.csv:11\n"
)


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


Kg = Callable[..., Ended]


@pytest.fixture
def kg(capfd: pytest.CaptureFixture[str]) -> Kg:
    """Run a command in this process."""

    def run(*arguments: str | Path) -> Ended:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        assert "Traceback" not in out + err
        return Ended(ended.value.code, out, err)

    return run


@pytest.fixture
def project(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    """The tiny project, with the current folder inside it."""
    monkeypatch.chdir(tiny.path)
    return tiny


@pytest.fixture
def built(tiny_built: Tiny, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    """The tiny project, built, with the current folder inside it."""
    monkeypatch.chdir(tiny_built.path)
    return tiny_built


def make(folder: Path, paths: str) -> None:
    """Make empty files, and folders where a path ends with a stroke."""
    for name in paths.split():
        path = folder / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.touch()


def in_a_process(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        cwd=cwd,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.usefixtures("project")
class TestBuild:
    def test_it_writes_page_graph_and_store(self, project: Tiny, kg: Kg) -> None:
        kg("build")

        suffixes = {path.suffix for path in (project.path / "build").iterdir()}
        assert suffixes == {".html", ".trig", ".json", ""}

    def test_it_counts_what_it_built(self, kg: Kg) -> None:
        """Nine rows are eight statements, for one is a further reference; one is inferred."""
        done = kg("build")

        assert done.out.startswith(
            "built 8 statements, 6 entities, 2 sources, 2 rules, 1 question, 1 inferred; "
        )

    def test_it_names_the_files_to_look_at(self, kg: Kg) -> None:
        assert f"  {Path('build') / 'graph.html'}   open it in a browser" in kg("build").out

    def test_it_tells_how_many_warnings_there_are(self, project: Tiny, kg: Kg) -> None:
        project.replace("data/entities.csv", "Clara,Клара", "Clara,")

        assert "1 warning; 'kg validate' shows it" in kg("build").out

    def test_wrong_data_end_with_one(self, project: Tiny, kg: Kg) -> None:
        project.add(WRONG_ROW)

        assert kg("build").code == 1

    def test_wrong_data_are_printed_with_their_place(self, project: Tiny, kg: Kg) -> None:
        project.add(WRONG_ROW)

        assert kg("build").out.startswith(
            "data/statements/facts.csv:11:1: error: subject 'ana' is not a known id; "
            "did you mean 'anna'?"
        )

    def test_a_warning_that_is_counted_is_printed_too(self, project: Tiny, kg: Kg) -> None:
        project.replace("data/entities.csv", "Clara,Клара", "Clara,")
        project.add(WRONG_ROW)

        done = kg("build")

        assert [line.split(": ")[1] for line in done.out.splitlines()] == ["error", "warning"]
        assert done.err == "1 error, 1 warning; nothing was written\n"

    def test_wrong_data_leave_the_old_build(self, built: Tiny, kg: Kg) -> None:
        before = (built.path / "build" / "graph.trig").read_bytes()
        built.add(WRONG_ROW)
        kg("build")

        assert before == (built.path / "build" / "graph.trig").read_bytes()

    def test_a_folder_that_cannot_be_made_ends_with_three(self, project: Tiny, kg: Kg) -> None:
        (project.path / "build").touch()

        assert kg("build").code == 3

    def test_quiet_prints_nothing_of_good_data(self, project: Tiny, kg: Kg) -> None:
        assert kg("build", "--quiet") == Ended(0, "", "")
        assert (project.path / "build/graph.html").is_file()

    def test_quiet_prints_warnings_and_no_notes(self, project: Tiny, kg: Kg) -> None:
        project.replace("data/entities.csv", "Clara,Клара", "Clara,")
        with_notes(project, 2)

        done = kg("build", "--quiet")
        assert (done.code, done.err) == (0, "")
        assert [line.split(": ")[1] for line in done.out.splitlines()] == ["warning"]

    def test_quiet_prints_errors(self, project: Tiny, kg: Kg) -> None:
        project.add(WRONG_ROW)

        done = kg("build", "--quiet")
        assert (done.code, done.err) == (1, "")
        assert "subject 'ana' is not a known id" in done.out

    def test_quiet_says_nothing_of_a_build_that_is_the_current_one_again(
        self, project: Tiny, kg: Kg
    ) -> None:
        kg("build")
        project.add(CLARA)
        kg("build")

        assert kg("build", "--rollback", "--quiet") == Ended(0, "", "")

    def test_it_works_from_a_folder_below(
        self, project: Tiny, kg: Kg, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(project.data)
        kg("build")

        assert (project.path / "build" / "graph.trig").is_file()


def with_notes(project: Tiny, count: int) -> None:
    """Add attestations outside every period, each of which is a note."""
    for number in range(count):
        project.add(f"clara,playsFor,rooks,,,{1970 + number}-01-01,almanac-2001,,,")


@pytest.mark.usefixtures("project")
class TestValidate:
    def test_good_data_end_with_zero(self, kg: Kg) -> None:
        assert kg("validate") == Ended(
            0,
            "",
            "8 statements, 6 entities, 2 sources, 2 rules, 1 question, 1 inferred: "
            "nothing to report\n",
        )

    def test_quiet_says_nothing_of_good_data(self, kg: Kg) -> None:
        assert kg("validate", "--quiet") == Ended(0, "", "")

    def test_wrong_data_end_with_one(self, project: Tiny, kg: Kg) -> None:
        project.add(WRONG_ROW)

        assert kg("validate").code == 1

    def test_warnings_end_with_zero(self, project: Tiny, kg: Kg) -> None:
        project.replace("data/entities.csv", "Clara,Клара", "Clara,")

        assert kg("validate").code == 0

    def test_one_note_stands_for_all_of_its_kind_after_the_one_error(
        self, project: Tiny, kg: Kg
    ) -> None:
        with_notes(project, 12)
        project.add(WRONG_ROW)

        error, note, more = kg("validate").out.splitlines()

        assert (": error: " in error, ": note: " in note) == (True, True)
        assert more == "  11 more such notes; 'kg validate --notes' lists them"

    def test_all_notes_are_listed_when_they_are_asked_for(self, project: Tiny, kg: Kg) -> None:
        with_notes(project, 12)

        assert kg("validate", "--notes").out.count(": note: ") == 12

    def test_quiet_prints_no_notes_but_every_warning(self, project: Tiny, kg: Kg) -> None:
        with_notes(project, 12)
        project.replace("data/entities.csv", "Clara,Клара", "Clara,")

        done = kg("validate", "--quiet")

        assert (done.out.count(": warning: "), done.out.count("\n"), done.err) == (1, 1, "")

    def test_programs_get_one_entry_a_row(self, project: Tiny, kg: Kg) -> None:
        for _ in range(3):
            project.add(WRONG_ROW)

        found = json.loads(kg("validate", "--format", "json").out)["findings"]

        assert [one["line"] for one in found] == [11, 12, 13]
        assert kg("validate", "--format", "github").out.count("::error ") == 3
        assert kg("validate").out.count("error: ") == 1

    def test_it_says_that_what_rests_on_a_refused_table_was_not_checked(
        self, project: Tiny, kg: Kg
    ) -> None:
        project.replace("data/entities.csv", "id,class", "id,klass")

        done = kg("validate")

        assert "what rests on it was not checked" in done.err
        assert {line.split(":")[0] for line in done.out.splitlines()} == {"data/entities.csv"}

    def test_a_missing_ontology_is_called_missing(self, project: Tiny, kg: Kg) -> None:
        (project.ontology / "ontology.ttl").unlink()

        (line,) = kg("validate").out.splitlines()

        assert line.startswith("ontology/ontology.ttl: error: the file is missing")

    def test_json_is_json(self, project: Tiny, kg: Kg) -> None:
        project.add(WRONG_ROW)

        (finding,) = json.loads(kg("validate", "--format", "json").out)["findings"]
        assert (finding["path"], finding["line"]) == ("data/statements/facts.csv", 11)

    def test_github_gets_annotations(self, project: Tiny, kg: Kg) -> None:
        project.add(WRONG_ROW)

        done = kg("validate", "--format", "github")
        place = "::error file=data/statements/facts.csv,line=11,col=1::"
        assert done.out.startswith(f"{place}subject 'ana' is not a known id")


@pytest.mark.usefixtures("built")
class TestQuery:
    def test_it_lists_the_questions_by_topic_and_those_without_one_last(
        self, project: Tiny, kg: Kg
    ) -> None:
        query = "SELECT ?who { ?who :won ?what } ORDER BY ?who ?what\n"
        project.write("ontology/questions/z.rq", f"# Who won?\n# topic: Prizes\n{query}")
        project.write("ontology/questions/y.rq", f"# Who ever won?\n# topic: Glory\n{query}")
        kg("build")

        lines = kg("query").out.splitlines()

        assert [line for line in lines if not line.startswith(" ")] == [
            *("# Glory", "y", "# Prizes", "z", "# Other questions", "squad"),
        ]

    def test_without_arguments_it_lists_the_questions(self, kg: Kg) -> None:
        assert kg("query").out == (
            "squad\n"
            "    Who plays for a club, and since when?\n"
            "      -p club=…  the club; all of them when left out (:Club)\n"
        )

    @pytest.mark.parametrize(
        ("text", "header"),
        [
            ("SELECT * { ?player :playsFor ?club }", "player,club"),
            ("SELECT DISTINCT * { ?z :playsFor ?b . ?b :rivalOf ?a }", "z,b,a"),
            # ?more and ?x are not of the answer.
            ("SELECT * { ?z :playsFor ?b FILTER EXISTS { ?z ?more ?x } }", "z,b"),
            ("SELECT * { ?z :playsFor ?b { SELECT ?y { ?y :rivalOf ?x } } }", "z,b,y"),
            ("SELECT ?b ?a { ?a :playsFor ?b }", "b,a"),
        ],
    )
    def test_all_variables_stand_in_the_order_of_the_query(
        self, kg: Kg, text: str, header: str
    ) -> None:
        assert kg("query", text, "--format", "csv").out.splitlines()[0] == header

    @pytest.mark.parametrize("name", ["playsFor", "rating"])
    def test_the_cells_go_with_their_variables(self, kg: Kg, name: str) -> None:
        """With names that sort the other way the columns change places, and nothing else."""
        starred = kg("query", f"SELECT * {{ ?z :{name} ?a }} ORDER BY ?z ?a", "--as-of", "1999")
        named = kg("query", f"SELECT ?z ?a {{ ?z :{name} ?a }} ORDER BY ?z ?a", "--as-of", "1999")

        assert starred == named
        assert "anna" in starred.out

    def test_an_answer_without_rows_says_that_there_are_some_at_other_times(self, kg: Kg) -> None:
        """Anna played for the Knights until 2000, and for the Rooks since."""
        done = kg("query", "SELECT ?p { ?p :playsFor id:knights FILTER(?p = id:anna) }")

        assert done.out.endswith("(0 rows)\n")
        assert done.err == "note: no row is current, 1 row at other times; --as-of DATE asks then\n"

    @pytest.mark.parametrize(
        "words",
        [
            # Never, at a time that was named, for programs, and where none is wanted.
            ("SELECT ?p { ?p :playsFor id:knights FILTER(?p = id:clara) }",),
            ("SELECT ?p { id:anna :playsFor id:rooks, ?p }", "--as-of", "1998"),
            ("SELECT ?p { ?p :playsFor id:knights FILTER(?p = id:anna) }", "--format", "csv"),
            ("SELECT ?p { ?p :playsFor id:knights FILTER(?p = id:anna) }", "--quiet"),
            ("ASK { id:anna :playsFor id:knights }",),
        ],
    )
    def test_nothing_is_said_of_other_answers_without_rows(
        self, kg: Kg, words: tuple[str, ...]
    ) -> None:
        assert kg("query", *words).err == ""

    def test_a_question_is_asked_with_its_parameters(self, kg: Kg) -> None:
        done = kg("query", "squad", "-p", "club=rooks", "--format", "tsv")

        assert len(done.out.splitlines()) == 2

    def test_sparql_is_asked_as_of_a_date(self, kg: Kg) -> None:
        text = "SELECT ?club { id:anna :playsFor ?club }"

        assert kg("query", text, "--as-of", "1999", "--format", "csv").out.split() == [
            "club",
            "https://example.org/tiny/id/knights",
        ]

    def test_what_is_sure_is_asked_as_of_a_date(self, kg: Kg) -> None:
        """Anna's time at the Knights ended on the first day of 2000."""
        text = "ASK { id:anna :playsFor id:knights }"
        asked = [kg("query", text, "--as-of", day, "--surely").out for day in ("1999", "2000")]

        assert asked == ["yes\n", "no\n"]

    def test_what_is_sure_needs_a_date(self, kg: Kg) -> None:
        done = kg("query", "ASK { id:anna :playsFor id:knights }", "--surely")

        assert done.code == 2
        assert "--surely says how sure, not when; give --as-of as well" in done.err

    @pytest.mark.parametrize(
        ("first", "last", "surely", "answer"),
        [
            ("1999", "2000", (), "yes"),
            ("1998", "1999", ("--surely",), "yes"),
            ("1998", "2000-01-01", ("--surely",), "no"),
            ("2000-01-01", "2005", (), "no"),
        ],
    )
    def test_a_span_is_asked_from_its_first_day_to_its_last(
        self, kg: Kg, first: str, last: str, surely: tuple[str, ...], answer: str
    ) -> None:
        text = "ASK { id:anna :playsFor id:knights }"
        done = kg("query", text, "--from", first, "--to", last, *surely)

        assert done.out == f"{answer}\n"

    @pytest.mark.parametrize("command", ["query", "network", "dump"])
    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ("--from 2001 --to 1999", "--from 2001 is after --to 1999; swap them"),
            ("--from 2001", "--from 2001 is one side of a span; give --from and --to, or --as-of"),
            ("--to 1 --from 2 --as-of 3", "--as-of asks for one date, --from and --to for a span;"),
            ("--from 99 --to 2001", "'99' is not a date"),
        ],
    )
    def test_a_span_that_is_none_ends_with_2(
        self, kg: Kg, command: str, wrong: str, said: str
    ) -> None:
        what = (
            ("ASK {}",)
            if command == "query"
            else ("-o", "out.ttl" if command == "dump" else "o.json")
        )
        done = kg(command, *what, *wrong.split())

        assert (done.code, done.out) == (2, "")
        assert said in done.err

    def test_sparql_is_asked_as_known_by_a_date(self, kg: Kg) -> None:
        text = "ASK { id:boris :playsFor id:knights }"

        assert kg("query", text, "--known-by", "2000").out == "no\n"

    def test_sparql_is_read_from_a_file(self, kg: Kg, tmp_path: Path) -> None:
        (tmp_path / "mine.rq").write_text("ASK { id:knights :hosts ?what }", encoding="utf-8")

        assert kg("query", f"@{tmp_path / 'mine.rq'}").out == "yes\n"

    @pytest.mark.parametrize(
        ("style", "start"),
        [
            ("table", "s        o\n"),
            ("csv", "s,o"),
            ("tsv", "?s\t?o\n"),
            ("json", "{"),
            ("markdown", "| s | o |\n"),
        ],
    )
    def test_every_format_of_rows(self, kg: Kg, style: str, start: str) -> None:
        done = kg("query", "SELECT ?s ?o { ?s :hosts ?o }", "--format", style)

        assert done.out.startswith(start)

    def test_triples_are_turtle_unless_told_otherwise(self, kg: Kg) -> None:
        done = kg("query", "CONSTRUCT WHERE { ?s :hosts ?o }")

        assert done.out.endswith("id:knights :hosts id:city-open .\n")

    def test_csv_can_be_read_by_a_spreadsheet(self, kg: Kg) -> None:
        done = kg("query", "squad", "--format", "csv")

        rows = list(csv.DictReader(io.StringIO(done.out)))
        assert [row["since"] for row in rows] == ["1995-09-01", "1998-01-01", "2000-01-01"]

    @pytest.mark.parametrize("name", ["as_of", "known_by", "text", "self", "clubb"])
    def test_a_parameter_that_is_none_ends_with_two(self, kg: Kg, name: str) -> None:
        done = kg("query", "squad", "-p", f"{name}=1")

        message = f"kg: question 'squad' has no parameter '{name}'; "
        assert (done.code, done.err.startswith(message)) == (2, True)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["squat"], "there is no question 'squat'; did you mean 'squad'?"),
            (["SELECT * { ?s"], "line 1, column 14: unexpected end of the query"),
            ([""], "line 1, column 1: unexpected end of the query"),
            (["squad", "-p", "club"], "-p club: write NAME=VALUE"),
            (["squad.rq"], "squad.rq: a file is named with @ before it, as @squad.rq"),
            (["squad", "-p", "club=rook"], "'rook' is not known; did you mean 'rooks'?"),
            (["squad", "--as-of", "2001-02-29"], "'2001-02-29' is not a date"),
            (["squad", "--known-by", "soon"], "'soon' is not a date"),
            (["squad", "--format", "turtle"], "only CONSTRUCT and DESCRIBE give Turtle"),
            (["squad", "--format", "xml"], "invalid choice: 'xml'"),
            (["squad", "-p"], "expected one argument"),
        ],
    )
    def test_a_wrong_command_ends_with_two(
        self, kg: Kg, arguments: list[str], message: str
    ) -> None:
        done = kg("query", *arguments)

        assert (done.code, message in done.err) == (2, True)

    @pytest.mark.parametrize("name", ["nowhere.rq", "."])
    def test_a_file_that_cannot_be_read_ends_with_three(self, kg: Kg, name: str) -> None:
        done = kg("query", f"@{name}")

        assert (done.code, done.err.startswith(f"kg: {name} cannot be read")) == (3, True)

    def test_a_file_that_is_not_utf_8_ends_with_three(self, kg: Kg, tmp_path: Path) -> None:
        (tmp_path / "mine.rq").write_bytes(b"ASK { \xff }")

        assert kg("query", f"@{tmp_path / 'mine.rq'}").code == 3


@pytest.mark.usefixtures("built")
class TestWhy:
    def test_it_shows_the_statements(self, kg: Kg) -> None:
        done = kg("why", "anna", "playsFor", "rooks")

        assert done.out.startswith("anna playsFor rooks  since 2000-01-01\n")

    def test_it_says_when_there_is_none(self, kg: Kg) -> None:
        assert kg("why", "boris", "playsFor", "rooks", "--as-of", "1999") == Ended(
            0, "", "no statement says so as of 1999\n"
        )

    def test_it_says_which_time_was_asked_about_when_nothing_is_sure(self, kg: Kg) -> None:
        """Boris plays for the Knights since 1998, some day of it."""
        asked = ("why", "boris", "playsFor", "knights")
        assert kg(*asked, "--as-of", "1998", "--surely") == Ended(
            0, "", "no statement surely says so as of 1998\n"
        )
        assert kg(*asked, "--from", "1998", "--to", "2003", "--surely") == Ended(
            0, "", "no statement surely says so from 1998 to 2003\n"
        )
        found = kg(*asked, "--from", "1999", "--to", "2003", "--surely").out
        assert found.startswith("boris playsFor knights  since 1998\n")

    def test_an_unknown_id_ends_with_two(self, kg: Kg) -> None:
        assert kg("why", "ana") == Ended(
            2, "", "kg: subject 'ana' is not known; did you mean 'anna'?\n"
        )


class TestDiff:
    @pytest.fixture
    def kept(self, project: Tiny) -> Tiny:
        """The tiny project, in a repository with one commit."""
        repository(project.path)
        commit(project.path)
        return project

    def test_what_changed_ends_with_one(self, kept: Tiny, kg: Kg) -> None:
        kept.add(CLARA)

        assert kg("diff", "HEAD") == Ended(1, CLARA_CAME, "1 statement added\n")

    @pytest.mark.usefixtures("kept")
    def test_a_time_is_asked_of_both_sides(self, kept: Tiny, kg: Kg) -> None:
        kept.add(CLARA)

        asked = ("diff", "HEAD", "--surely")
        assert kg(*asked, "--as-of", "2020").code == 0
        assert kg(*asked, "--as-of", "2021") == Ended(1, CLARA_CAME, "1 statement added\n")
        assert kg(*asked, "--from", "2020-12-31", "--to", "2021").code == 1
        assert kg(*asked).err.startswith("kg: --surely says how sure, not when; give --as-of")

    def test_what_did_not_ends_with_zero_and_prints_nothing(self, kg: Kg) -> None:
        assert kg("diff", "main") == Ended(0, "", "no differences\n")

    def test_quiet_says_only_what_changed(self, kept: Tiny, kg: Kg) -> None:
        kept.add(CLARA)

        assert kg("diff", "HEAD", "--quiet") == Ended(1, CLARA_CAME, "")
        assert kg("--quiet", "diff", "HEAD", "HEAD") == Ended(0, "", "")

    def test_the_sides_may_be_folders(self, project: Tiny, kg: Kg, tmp_path: Path) -> None:
        other = shutil.copytree(project.path, tmp_path / "other")
        project.add(CLARA)

        assert kg("diff", other, ".").out == CLARA_CAME
        assert kg("diff", ".", other).out == CLARA_CAME.replace("+", "-").replace(
            "added", "removed"
        )

    def test_the_build_is_a_side(self, built: Tiny, kg: Kg) -> None:
        built.add(CLARA)

        assert kg("diff", "build").out == CLARA_CAME

    def test_the_new_side_may_be_the_store_that_is_named(self, built: Tiny, kg: Kg) -> None:
        built.add(CLARA)

        assert kg("--store", "build", "diff", ".").out.startswith("- Clara: plays for Rooks")

    def test_the_repository_is_that_of_the_project(
        self, kept: Tiny, kg: Kg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept.add(CLARA)
        monkeypatch.chdir(tmp_path)

        assert kg("diff", "HEAD", "--project", kept.path).out == CLARA_CAME

    def test_markdown_has_a_summary_and_headings(self, kept: Tiny, kg: Kg) -> None:
        kept.add(CLARA)

        done = kg("diff", "HEAD", "--format", "markdown")
        assert done.out.startswith("**1 statement added**\n\n### Clara\n\n- plays for Rooks since")

    def test_json_is_json(self, kept: Tiny, kg: Kg) -> None:
        kept.add(CLARA)

        (change,) = json.loads(kg("diff", "HEAD", "--format", "json").out)["changes"]
        assert (change["change"], change["new"]["start"]) == ("added", "2020")

    @pytest.mark.usefixtures("kept")
    def test_json_and_markdown_say_that_nothing_differs(self, kg: Kg) -> None:
        found = json.loads(kg("diff", "HEAD", "--format", "json").out)

        assert (found["differ"], found["changes"]) == (False, [])
        assert kg("diff", "HEAD", "--format", "markdown").out == "**no differences**\n"

    @pytest.mark.usefixtures("kept")
    @pytest.mark.parametrize(
        ("arguments", "code", "message"),
        [
            (["nowhere"], 2, "'nowhere' is neither a folder nor a revision of the repository"),
            (["HEAD", "nowhere"], 2, "'nowhere' is neither a folder nor a revision"),
            (["../nowhere"], 2, "'../nowhere' is neither a folder nor a revision"),
            ([""], 2, "the name of a side is empty"),
            (["HEAD", ""], 2, "the name of a side is empty"),
            (["--", "-x"], 2, "'-x' is neither a folder nor the name of a revision"),
            (["data"], 3, "data holds neither a project (data/dataset.ttl and ontology/) nor"),
        ],
    )
    def test_a_side_that_is_none_is_refused_in_one_line(
        self, kg: Kg, arguments: list[str], code: int, message: str
    ) -> None:
        done = kg("diff", *arguments)

        assert (done.code, done.out, done.err.count("\n")) == (code, "", 1)
        assert done.err.startswith(f"kg: {message}")

    def test_outside_a_repository_there_is_no_revision(self, project: Tiny, kg: Kg) -> None:
        done = kg("diff", "HEAD")

        message = f"kg: 'HEAD' is not a folder, and {project.path} has no revisions: "
        assert (done.code, done.err.startswith(message)) == (2, True)

    def test_a_side_with_errors_ends_with_three(self, kept: Tiny, kg: Kg) -> None:
        """Not with one, which would mean that the sides were compared."""
        kept.add(WRONG_ROW)

        done = kg("diff", "HEAD")
        assert (done.code, done.out) == (3, "")
        assert "'kg validate --project " in done.err

    def test_outside_any_project_it_says_what_it_compares_with(
        self, kg: Kg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)

        assert kg("diff", HERE.parent) == Ended(
            0,
            "",
            "no project here or above: comparing with the graph that comes with kg\n"
            "no differences\n",
        )

    def test_nothing_is_written(self, kept: Tiny, kg: Kg) -> None:
        kept.add(CLARA)
        before = sorted(kept.path.rglob("*"))
        kg("diff", "HEAD")

        assert sorted(kept.path.rglob("*")) == before


@pytest.mark.usefixtures("built")
class TestCompare:
    """Anna played for the Knights from September 1995 until 1 January 2000, then for the Rooks."""

    SQUADS = ("--subject", "player", "--object", "club", "--predicate", "playsFor")

    @pytest.fixture
    def squads(self, project: Tiny) -> str:
        project.write("squads.csv", "player,club\nAnna,Knights\nAnna,Rooks\n")
        return "squads.csv"

    def test_a_report_ends_with_zero_also_when_the_two_differ(self, kg: Kg, squads: str) -> None:
        done = kg("compare", squads, *self.SQUADS, "--as-of", "1999-06-01")

        assert (done.code, done.err, done.out.splitlines()[:2]) == (
            0,
            "",
            [
                "squads.csv against the record of 2024-01-01",
                (
                    "1 fact agrees, 0 disagree, 1 only in the table, 1 only in the record; "
                    "0 of 2 rows left out"
                ),
            ],
        )

    def test_facts_on_which_both_agree_are_printed_when_asked(self, kg: Kg, squads: str) -> None:
        command = ("compare", squads, *self.SQUADS, "--as-of", "1999-06-01")

        fact = "anna playsFor knights  1999-06-01\n"
        assert (fact in kg(*command).out, fact in kg(*command, "--all").out) == (False, True)

    @pytest.mark.parametrize(
        ("style", "start"),
        [
            ("text", "squads.csv against"),
            ("markdown", "**squads.csv against"),
            ("json", "{"),
            ("csv", "verdict,subject,predicate,object,period,"),
        ],
    )
    def test_every_format(self, kg: Kg, squads: str, style: str, start: str) -> None:
        assert kg("compare", squads, *self.SQUADS, "--format", style).out.startswith(start)

    def test_only_what_was_known_can_be_compared(self, kg: Kg, squads: str) -> None:
        """Anna's transfer stands in the almanac of May 2001 alone."""
        command = ("compare", squads, *self.SQUADS, "--as-of", "2000-06", "--format", "csv")

        assert "agree,anna,playsFor,rooks" in kg(*command).out
        assert "only-table,anna,playsFor,rooks" in kg(*command, "--known-by", "2000").out

    def test_values_are_mapped_on_the_line_and_in_a_file(self, project: Tiny, kg: Kg) -> None:
        """Only the record has Boris, who also played for the Knights in 1999."""
        project.write("map.csv", "column,value,target\n,Kn.,knights\n")
        project.write("t.csv", "who,what,where\nAnka,squad,kn.\nAnna,guest,kn.\n")
        done = kg(
            "compare", "t.csv", "--subject", "who", "--object", "where", "--status", "what",
            "--as-of", "1999", "--map", "@map.csv", "--map", "Anka=anna",
            "--map", "what:squad=playsFor", "--map", "guest=",
        )  # fmt: skip

        assert done.out.splitlines()[1:3] == [
            (
                "1 fact agrees, 0 disagree, 0 only in the table, 1 only in the record; "
                "1 of 2 rows left out"
            ),
            "left out by the mapping: 'guest' (1 row)",
        ]

    def test_what_is_not_understood_ends_with_two_and_prints_no_result(
        self, project: Tiny, kg: Kg
    ) -> None:
        project.write("t.csv", "player,club\nAnna,Knigths\nOtto,Rooks\n")

        assert kg("compare", "t.csv", *self.SQUADS) == Ended(
            2,
            "",
            "t.csv:2:6: error: object 'Knigths' fits no entity; did you mean 'knights'? Then write "
            "--map Knigths=knights; with an empty target, such rows are left out\n"
            "t.csv:3:1: error: subject 'Otto' fits no entity; "
            "write --map Otto=ID; with an empty target, such rows are left out\n",
        )

    def test_rows_that_are_not_understood_can_be_skipped(self, project: Tiny, kg: Kg) -> None:
        project.write("t.csv", "player,club\nOtto,Rooks\nAnna,Rooks\n")
        done = kg("compare", "t.csv", *self.SQUADS, "--skip-unmatched")

        assert (done.code, done.err) == (0, "")
        assert done.out.endswith(
            "Not understood, and left out (1)\n\n"
            "t.csv:2:1: error: subject 'Otto' fits no entity; "
            "write --map Otto=ID; with an empty target, such rows are left out\n"
        )

    def test_with_csv_they_are_listed_beside_the_result(self, project: Tiny, kg: Kg) -> None:
        project.write("t.csv", "player,club\nOtto,Rooks\n")
        done = kg("compare", "t.csv", *self.SQUADS, "--skip-unmatched", "--format", "csv")

        assert (done.out.count("\n"), done.err.count("Otto")) == (1, 2)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--predicate", "playFor"], "--predicate: error: 'playFor' is not a property; did"),
            (["--map", "guest"], "--map guest: write VALUE=TARGET, COLUMN:VALUE=TARGET or @FILE"),
            (["--map", "x=ana"], "--map x=ana: error: 'ana' is not the id of an entity; did you"),
            (["--status", "club"], "one of --predicate and --status cannot both be given"),
            (["--start", "club", "--at", "club"], "the rows say their time in more than one way"),
            (["--as-of", "soon"], "'soon' is not a date"),
            (["--known-by", "soon"], "'soon' is not a date"),
            (["--subject", "team"], "squads.csv:1:1: error: there is no column 'team'; name it"),
            (["--format", "xml"], "invalid choice: 'xml'"),
        ],
    )
    def test_a_wrong_command_ends_with_two(
        self, kg: Kg, squads: str, arguments: list[str], message: str
    ) -> None:
        done = kg("compare", squads, *self.SQUADS, *arguments)

        assert (done.code, done.out, message in done.err) == (2, "", True)

    @pytest.mark.parametrize("name", ["nowhere.csv", ".", "latin1.csv", "empty.csv"])
    def test_a_table_that_cannot_be_read_ends_with_three(
        self, project: Tiny, kg: Kg, name: str
    ) -> None:
        (project.path / "latin1.csv").write_bytes(b"player,club\nJos\xe9,Rooks\n")
        project.write("empty.csv", "")
        done = kg("compare", name, *self.SQUADS)

        assert (done.code, done.out, done.err.count("\n")) == (3, "", 1)
        assert done.err.startswith(f"kg: {name}")

    def test_a_mapping_that_cannot_be_read_ends_with_three(self, kg: Kg, squads: str) -> None:
        done = kg("compare", squads, *self.SQUADS, "--map", "@nowhere.csv")

        assert (done.code, done.err) == (
            3,
            "kg: nowhere.csv cannot be read: No such file or directory\n",
        )

    def test_nothing_is_written(self, project: Tiny, kg: Kg, squads: str) -> None:
        before = sorted(project.path.rglob("*"))
        kg("compare", squads, *self.SQUADS)

        assert before == sorted(project.path.rglob("*"))


@pytest.mark.usefixtures("built")
class TestFiles:
    @pytest.mark.parametrize(
        ("command", "name"),
        [
            *(("dump", f"graph.{suffix}") for suffix in ("trig", "nq", "jsonld")),
            *(("network", f"graph.{suffix}") for suffix in ("graphml", "gexf", "json")),
            ("view", "page.html"),
        ],
    )
    def test_the_file_that_was_named_is_written(
        self, kg: Kg, tmp_path: Path, command: str, name: str
    ) -> None:
        done = kg(command, "-o", tmp_path / name)

        size = (tmp_path / name).stat().st_size
        assert done == Ended(0, "", f"wrote {tmp_path / name} ({size:,} bytes)\n")

    @pytest.mark.parametrize(
        ("suffix", "lost"),
        [
            # A rating, a membership and what follows from it ended in 2000.
            (
                "ttl",
                (
                    "3 triples that do not hold on the day are described and not asserted, "
                    "with no graph of a statement"
                ),
            ),
            # Clara, and Knights.
            (
                "parquet",
                (
                    "1 entity is left out: no statement names them; 1 entity has its description "
                    "or aliases left out: the labels are kept"
                ),
            ),
        ],
    )
    def test_what_a_format_cannot_hold_is_told_in_a_line(
        self, kg: Kg, tmp_path: Path, suffix: str, lost: str
    ) -> None:
        done = kg("dump", "-o", tmp_path / f"graph.{suffix}")

        first, second = done.err.splitlines()
        assert first.startswith("wrote ")
        assert (done.code, done.out, second) == (0, "", f"note: not in {suffix}: {lost}")

    def test_what_a_table_of_edges_cannot_hold_is_told_in_a_line(
        self, kg: Kg, tmp_path: Path
    ) -> None:
        done = kg("network", "-o", tmp_path / "graph.csv")

        # Anna's rating is a number.
        told = "note: not in csv: 1 statement is left out: the object is a literal; "
        told += "6 entities are told by their ids alone, without labels and descriptions"
        assert (done.code, done.err.splitlines()[1]) == (0, told)

    def test_a_network_has_its_labels_in_the_language_that_is_asked_for(self, kg: Kg) -> None:
        done = kg("network", "-o", "-", "--format", "json", "--labels", "ru")

        (knights,) = (one for one in json.loads(done.out)["nodes"] if one["id"] == "knights")
        assert (knights["label"], knights["label_en"]) == ("Кони", "Knights")

    def test_a_table_of_edges_has_no_labels_in_any_language(self, kg: Kg) -> None:
        done = kg("network", "-o", "-", "--format", "csv", "--labels", "ru")

        message = "kg: --labels: a table of edges has ids alone; write graphml, gexf or json\n"
        assert (done.code, done.err) == (2, message)

    def test_what_it_would_lose_is_explained_without_a_file(self, kg: Kg, tmp_path: Path) -> None:
        done = kg("dump", "-o", tmp_path / "graph.parquet", "--explain")

        assert (done.code, done.err, [*tmp_path.glob("*.parquet")]) == (0, "", [])
        assert done.out.splitlines()[1:] == [
            "of this graph:",
            # Clara, and Knights.
            "  1 entity is left out: no statement names them",
            "  1 entity has its description or aliases left out: the labels are kept",
        ]

    @pytest.mark.parametrize(("called", "suffix"), [("turtle", "ttl"), ("nquads", "nq")])
    def test_turtle_and_nquads_go_by_their_names_too(
        self, kg: Kg, called: str, suffix: str
    ) -> None:
        done = kg("dump", "-o", "-", "--format", called)

        assert (done.code, done.out) == (0, kg("dump", "-o", "-", "--format", suffix).out)

    def test_a_format_may_be_named_where_several_share_a_suffix(
        self, kg: Kg, tmp_path: Path
    ) -> None:
        kg("dump", "--format", "rdf12", "-o", tmp_path / "graph.ttl")

        assert b"rdf:reifies <<( id:anna " in (tmp_path / "graph.ttl").read_bytes()

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("--explain",), "name it: --format trig, nq, "),
            ((), "name what to write with -o"),
            (("-o", ".", "--format", "rdf12"), ". is a folder, and rdf12 is one file; name a file"),
            (("-o", "x", "--format", "docx"), "invalid choice: 'docx' (choose from 'trig', 'nq', "),
        ],
    )
    def test_what_cannot_be_dumped_ends_with_two(
        self, kg: Kg, words: tuple[str, ...], message: str
    ) -> None:
        done = kg("dump", *words)

        assert (done.code, done.out) == (2, "")
        assert message in done.err

    def test_a_folder_of_files_is_made_and_never_mixed(self, kg: Kg, tmp_path: Path) -> None:
        folder = tmp_path / "neo"
        done = kg("dump", "--format", "neo4j", "-o", folder)

        size = sum(path.stat().st_size for path in folder.iterdir())
        assert done == Ended(0, "", f"wrote {folder} (3 files, {size:,} bytes)\n")
        again = kg("dump", "--format", "neo4j", "-o", folder)
        told = f"kg: {folder} is not empty; name a new folder, or an empty one\n"
        assert again == Ended(2, "", told)
        other = kg("dump", "--format", "neo4j", "-o", folder / "nodes.csv")
        told = "is a file, and neo4j is a folder of files; name a folder\n"
        assert (other.code, other.err.endswith(told)) == (2, True)

    def test_quiet_writes_and_says_nothing(self, kg: Kg, tmp_path: Path) -> None:
        assert kg("--quiet", "dump", "-o", tmp_path / "graph.nq") == Ended(0, "", "")

    def test_a_dump_is_of_the_date(self, kg: Kg, tmp_path: Path) -> None:
        kg("dump", "-o", tmp_path / "graph.ttl", "--as-of", "1999")

        turtle = (tmp_path / "graph.ttl").read_text(encoding="utf-8")
        assert ":playsFor id:knights" in turtle

    def test_a_view_keeps_what_is_near(self, kg: Kg, tmp_path: Path) -> None:
        done = kg("view", "-o", tmp_path / "page.html", "--focus", "clara", "--as-of", "1999")

        assert done.code == 0

    def test_a_view_can_be_opened(
        self, kg: Kg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[str] = []
        monkeypatch.setattr("webbrowser.open", opened.append)
        kg("view", "-o", tmp_path / "page.html", "--open")

        assert opened == [(tmp_path / "page.html").as_uri()]

    @pytest.mark.parametrize("command", ["dump", "network"])
    def test_an_unknown_suffix_ends_with_two(self, kg: Kg, command: str) -> None:
        done = kg(command, "-o", "graph.docx")

        assert (done.code, "'.docx' is not a format" in done.err) == (2, True)

    @pytest.mark.parametrize("command", ["dump", "network"])
    def test_a_file_must_be_named(self, kg: Kg, command: str) -> None:
        assert kg(command).code == 2

    @pytest.mark.parametrize(
        ("command", "suffix"), [("dump", "trig"), ("network", "graphml"), ("view", "html")]
    )
    def test_a_hyphen_is_standard_output(
        self, kg: Kg, tmp_path: Path, command: str, suffix: str
    ) -> None:
        """In the first of its formats, byte for byte what the file has, and nothing is said."""
        kg(command, "-o", tmp_path / f"file.{suffix}")

        done = kg(command, "-o", "-")
        assert done == Ended(0, (tmp_path / f"file.{suffix}").read_bytes().decode(), "")
        assert not Path("-").exists()

    @pytest.mark.parametrize(("command", "style"), [("dump", "nq"), ("network", "csv")])
    def test_standard_output_has_the_format_that_is_named(
        self, kg: Kg, tmp_path: Path, command: str, style: str
    ) -> None:
        kg(command, "-o", tmp_path / f"file.{style}")

        done = kg(command, "-o", "-", "--format", style)
        assert done.out.encode() == (tmp_path / f"file.{style}").read_bytes()

    def test_a_format_beside_a_file_ends_with_two(self, kg: Kg) -> None:
        done = kg("network", "-o", "graph.gexf", "--format", "csv")

        assert (done.code, "--format is about standard output" in done.err) == (2, True)

    def test_a_workbook_on_standard_output_is_whole(self, built: Tiny) -> None:
        """What is left out of it is said beside it."""
        done = subprocess.run(
            [sys.executable, "-m", "kg", "dump", "-o", "-", "--format", "xlsx"],
            cwd=built.path, check=True, capture_output=True, timeout=60,
        )  # fmt: skip

        with zipfile.ZipFile(io.BytesIO(done.stdout)) as book:
            assert book.testzip() is None

    def test_the_page_of_the_build_is_named_where_none_is_to_be_written(self, kg: Kg) -> None:
        done = kg("view")

        assert (done.code, done.err) == (0, "")
        assert done.out.startswith(f"{Path('build') / 'graph.html'}   the page of the build;")

    def test_the_page_of_the_build_can_be_opened(
        self, built: Tiny, kg: Kg, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[str] = []
        monkeypatch.setattr("webbrowser.open", opened.append)
        kg("view", "--open")

        assert opened == [(built.path / "build/graph.html").resolve().as_uri()]

    def test_another_page_must_be_named(self, kg: Kg) -> None:
        done = kg("view", "--as-of", "1999")

        assert (done.code, done.out) == (2, "")
        assert "--as-of asks for a page of its own; name it with -o page.html" in done.err

    def test_a_build_without_a_page_says_how_one_is_written(self, built: Tiny, kg: Kg) -> None:
        (built.path / "build/graph.html").unlink()

        done = kg("view")
        assert (done.code, "kg view -o page.html" in done.err) == (2, True)

    def test_a_page_that_is_printed_is_not_opened(self, kg: Kg) -> None:
        assert kg("view", "-o", "-", "--open").code == 2

    def test_a_folder_that_is_not_there_ends_with_three(self, kg: Kg) -> None:
        done = kg("dump", "-o", "nowhere/graph.nq")

        assert (done.code, "nowhere/graph.nq cannot be written" in done.err) == (3, True)

    def test_a_focus_that_is_not_known_ends_with_two(self, kg: Kg) -> None:
        assert kg("view", "-o", "page.html", "--focus", "ana").code == 2


class TestPlaces:
    TEXT = "SELECT ?club { id:anna :playsFor ?club }"

    def test_a_project_is_named(self, tiny: Tiny, kg: Kg) -> None:
        kg("--project", tiny.path, "build")

        assert "rooks" in kg("--project", tiny.path, "query", self.TEXT).out

    def test_common_options_may_stand_behind_the_command(self, tiny: Tiny, kg: Kg) -> None:
        kg("build", "--project", tiny.path)

        assert "rooks" in kg("query", self.TEXT, "--project", tiny.path).out

    def test_paths_are_as_seen_from_here(self, tiny: Tiny, kg: Kg) -> None:
        """Whoever clicks on the place gets the file."""
        tiny.add(WRONG_ROW)
        here = os.path.relpath(tiny.path)

        done = kg("--project", tiny.path, "validate")
        assert done.out.startswith(f"{Path(here).as_posix()}/data/statements/facts.csv:11:1: error")

    def test_github_gets_paths_from_the_root(self, tiny: Tiny, kg: Kg) -> None:
        tiny.add(WRONG_ROW)
        here = Path(os.path.relpath(tiny.path)).as_posix()

        done = kg("--project", tiny.path, "validate", "--format", "github")
        assert done.out.startswith(f"::error file={here}/data/statements/facts.csv,")

    def test_a_folder_without_project_ends_with_three(self, kg: Kg, tmp_path: Path) -> None:
        done = kg("--project", tmp_path, "query")

        assert (done.code, "holds no project" in done.err) == (3, True)
        assert "'kg init NAME' begins a project" in done.err

    @pytest.mark.parametrize(
        "command", ["build", "validate", "query", "why x", "audit", "diff HEAD", "dump -o x.nq"]
    )
    @pytest.mark.parametrize(
        ("made", "missing"),
        [
            ("data/statements/", "data/dataset.ttl ontology/"),
            ("data/entities.csv", "data/dataset.ttl ontology/"),
            ("data/dataset.ttl", "ontology/"),
            ("data/ ontology/", "data/dataset.ttl"),
        ],
    )
    def test_a_project_that_is_not_whole_is_not_replaced(
        self,
        kg: Kg,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        command: str,
        made: str,
        missing: str,
    ) -> None:
        """Else the shipped graph would be built and asked in its place."""
        make(tmp_path, made)
        monkeypatch.chdir(tmp_path)

        done = kg(*command.split())
        assert (done.code, done.out) == (3, "")
        told = {what for what in ("data/dataset.ttl", "ontology/") if f" {what}" in done.err}
        assert told == set(missing.split())
        assert not (tmp_path / "build").exists()

    def test_a_nearer_project_that_is_not_whole_hides_one_further_up(
        self, tiny: Tiny, kg: Kg, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make(tiny.path, "mine/data/statements/")
        monkeypatch.chdir(tiny.path / "mine" / "data" / "statements")

        done = kg("validate")
        assert (done.code, done.out) == (3, "")
        assert done.err.startswith(f"kg: the project in {tiny.path / 'mine'} is not whole: ")

    def test_an_unrelated_folder_called_data_is_no_project(
        self, tiny: Tiny, kg: Kg, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make(tiny.path, "mine/data/photos/")
        monkeypatch.chdir(tiny.path / "mine")

        assert kg("validate").code == 0

    def test_a_project_that_is_named_and_not_whole_says_what_is_missing(
        self, tiny: Tiny, kg: Kg
    ) -> None:
        shutil.rmtree(tiny.ontology)

        done = kg("--project", tiny.path, "validate")
        assert (done.code, "there is no folder ontology/" in done.err) == (3, True)

    def test_two_builds_are_compared_wherever_one_stands(
        self, built: Tiny, kg: Kg, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        make(tmp_path, "mine/data/statements/")
        monkeypatch.chdir(tmp_path / "mine")

        assert kg("diff", built.path / "build", built.path).code == 0

    def test_the_lines_that_a_message_offers_make_a_project_whole(self, tiny: Tiny, kg: Kg) -> None:
        (tiny.data / "dataset.ttl").unlink()
        told = kg("--project", tiny.path, "validate").err.partition("\n\n")[2]
        own = told.replace("https://example.org/mine/", "https://example.org/tiny/")
        (tiny.data / "dataset.ttl").write_text(own, encoding="utf-8")

        assert kg("--project", tiny.path, "validate").code == 0

    def test_a_store_is_named_by_its_folder(
        self, built: Tiny, kg: Kg, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.chdir(tmp_path)

        assert "rooks" in kg("--store", built.path / "build", "query", self.TEXT).out

    @pytest.mark.usefixtures("built")
    def test_a_store_may_have_the_name_of_a_command(self, kg: Kg) -> None:
        done = kg("--store", "build", "query", "squad", "-p", "club=rooks", "--format", "csv")

        assert (done.code, len(done.out.splitlines())) == (0, 2)

    def test_a_store_is_named_by_its_address(self, project: Tiny, kg: Kg, tmp_path: Path) -> None:
        with sparql_server(project.build().trig(), tmp_path) as url:
            done = kg("--store", url, "query", self.TEXT, "--as-of", "1999")

        assert "knights" in done.out

    @pytest.mark.parametrize("command", [["query"], ["why", "anna"], ["dump", "-o", "x.nq"]])
    def test_a_folder_without_build_ends_with_four(
        self, kg: Kg, tmp_path: Path, command: list[str]
    ) -> None:
        done = kg("--store", tmp_path, *command)

        assert (done.code, "run 'kg build' first" in done.err) == (4, True)

    @pytest.mark.usefixtures("project")
    def test_a_project_without_build_ends_with_four(self, kg: Kg) -> None:
        assert kg("query").code == 4

    def test_an_address_without_anybody_ends_with_six(self, kg: Kg) -> None:
        """Port 9 of loopback is the discard service, which nobody runs."""
        done = kg("--store", "http://127.0.0.1:9/sparql", "query")

        assert (done.code, "did not answer" in done.err) == (6, True)

    def test_an_address_that_is_none_ends_with_two(self, kg: Kg) -> None:
        assert kg("--store", "http://[", "query").code == 2

    def test_outside_any_project_the_shipped_graph_answers(
        self, kg: Kg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        done = kg("query", "ASK { id:armenia :memberOf id:csto }")

        assert (done.code, done.out) == (0, "yes\n")

    def test_a_build_that_is_out_of_date_says_so(self, built: Tiny, kg: Kg) -> None:
        built.add("clara,playsFor,rooks,2020,,,almanac-2001,,,")

        done = kg("query", self.TEXT)
        assert done.err == "note: data/ or ontology/ changed since the build; run 'kg build'\n"

    def test_quiet_does_not(self, built: Tiny, kg: Kg) -> None:
        built.add("clara,playsFor,rooks,2020,,,almanac-2001,,,")

        assert kg("--quiet", "query", self.TEXT).err == ""

    @pytest.mark.usefixtures("built")
    def test_a_build_of_these_files_says_nothing(self, kg: Kg) -> None:
        assert kg("query", self.TEXT).err == ""


@pytest.mark.usefixtures("built")
class TestClocks:
    @pytest.mark.parametrize(
        "command",
        [
            ("query", "squad"),
            ("query", "SELECT ?s { ?s :playsFor id:rooks }"),
            ("why", "anna"),
            ("view", "-o", "page.html"),
            ("network", "-o", "net.csv"),
            ("dump", "-o", "dump.nq"),
        ],
    )
    @pytest.mark.parametrize(
        ("clock", "message"),
        [
            (("--as-of", "1989-12"), "the record begins on 1990-01-01; as of 1989-12 it says"),
            (("--known-by", "1998"), "the first source is of 1999-06-14; nothing was known by"),
            (("--as-of", "2001-02-29"), "'2001-02-29' is not a date: 2001-02 has 28 days"),
            (("--as-of", ""), "'' is not a date; write YYYY, YYYY-MM or YYYY-MM-DD"),
            (("--known-by", "soon"), "'soon' is not a date; write YYYY, YYYY-MM or YYYY-MM-DD"),
        ],
    )
    def test_a_date_that_means_nothing_ends_with_2_and_writes_nothing(
        self, kg: Kg, command: tuple[str, ...], clock: tuple[str, str], message: str
    ) -> None:
        done = kg(*command, *clock)

        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"kg: {message}")
        assert not [name for name in ("page.html", "net.csv", "dump.nq") if Path(name).exists()]

    def test_both_clocks_turn_together(self, kg: Kg) -> None:
        """The almanac of 2001 dates the years with the Knights, the gazette saw one day of them."""
        asked = ("query", "ASK { id:anna :playsFor id:knights }", "--known-by", "2000")

        assert kg(*asked, "--as-of", "1999-05-03").out == "yes\n"
        assert kg(*asked, "--as-of", "1999-05-04").out == "no\n"

    def test_a_misspelt_name_ends_with_2(self, kg: Kg) -> None:
        done = kg("query", "ASK { ?s :playFor ?o }")

        assert (done.code, done.out) == (2, "")
        assert "line 1, column 10: ':playFor' names nothing in the graph; did you" in done.err

    def test_a_misspelt_name_may_be_asked_for(self, kg: Kg) -> None:
        assert kg("query", "--lenient", "ASK { ?s :playFor ?o }").out == "no\n"


@pytest.mark.usefixtures("built")
class TestWhyFormats:
    def test_json(self, kg: Kg) -> None:
        found = json.loads(kg("why", "boris", "playsFor", "--format", "json").out)

        assert [one["object"] for one in found["explained"]] == ["knights"]

    def test_turtle(self, kg: Kg) -> None:
        assert "rdf:subject id:boris" in kg("why", "boris", "playsFor", "--format", "turtle").out

    def test_an_archive_that_is_none_ends_with_3(self, kg: Kg) -> None:
        done = kg("why", "anna", "--archive", "nowhere")

        assert (done.code, done.out) == (3, "")
        assert done.err == "kg: nowhere is not a folder; name the folder that holds the texts\n"


@pytest.mark.usefixtures("built")
class TestAudit:
    def test_it_is_a_report_and_ends_with_0(self, kg: Kg) -> None:
        done = kg("audit")

        assert done.code == 0
        assert "single-source: 7 facts with a single source" in done.out

    @pytest.mark.parametrize(
        ("refused", "code"),
        [("single-source", 1), ("any", 1), ("disjoint", 0)],
    )
    def test_what_is_refused_ends_with_1(self, kg: Kg, refused: str, code: int) -> None:
        done = kg("audit", "--fail-on", refused)

        assert done.code == code
        assert ("found what --fail-on refuses" in done.err) == bool(code)

    @pytest.mark.parametrize(("kind", "code"), [("disjoint", 0), ("single-source", 1)])
    def test_any_means_any_of_those_looked_for(self, kg: Kg, kind: str, code: int) -> None:
        assert kg("audit", "--kind", kind, "--fail-on", "any").code == code

    def test_what_is_refused_is_looked_for_whatever_is_shown(self, kg: Kg) -> None:
        done = kg("audit", "--kind", "dates", "--fail-on", "single-source")

        assert done.code == 1
        assert "single-source: 7" in done.out

    @pytest.mark.parametrize("style", ["text", "json", "markdown"])
    def test_what_is_undecided_is_in_every_format(self, kg: Kg, style: str) -> None:
        asked = ("--kind", "undecided", "--as-of", "1998-05-03")
        done = kg("audit", "boris", *asked, "--format", style, "--fail-on", "undecided")

        assert done.code == 1
        assert "its start is 1998: the first day lies from 1998-01-01 to 1998-12-31" in done.out

    @pytest.mark.parametrize("style", ["json", "markdown"])
    def test_other_formats(self, kg: Kg, style: str) -> None:
        out = kg("audit", "anna", "--format", style).out

        assert (json.loads(out)["facts"] == 4) if style == "json" else out.startswith("# Audit")

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            (("ana",), "kg: id 'ana' is not known; did you mean 'anna'?"),
            (("--since", "2001-13"), "kg: '2001-13' is not a date: there is no month 13"),
            (("--kind", "unconfirmed"), "kg: 'unconfirmed' needs a date; give it with --since"),
            (("--kind", "undecided"), "kg: 'undecided' needs a date; give it with --as-of"),
            (("--fail-on", "undecided"), "kg: 'undecided' needs a date; give it with --as-of"),
            (("--as-of", "1998-13"), "kg: '1998-13' is not a date: there is no month 13"),
            (("--fail-on", "unconfirmed"), "kg: 'unconfirmed' needs a date; give it with"),
            (("--limit", "-1"), "argument --limit: '-1' is not a count"),
            (("--kind", "date"), "argument --kind: invalid choice: 'date'"),
        ],
    )
    def test_a_wrong_word_ends_with_2(self, kg: Kg, wrong: tuple[str, ...], message: str) -> None:
        done = kg("audit", *wrong)

        assert (done.code, done.out) == (2, "")
        assert message in done.err


class TestHelp:
    """When the help changes, write the file anew: kg COMMAND --help > tests/expected/help/…"""

    @pytest.mark.parametrize("command", sorted(COMMANDS))
    def test_the_help_of_each_command(self, kg: Kg, command: str) -> None:
        assert kg(command, "--help").out == (HELP / f"{command}.txt").read_text(encoding="utf-8")

    def test_the_help_of_the_whole(self, kg: Kg) -> None:
        assert kg("--help").out == (HELP / "kg.txt").read_text(encoding="utf-8")

    def test_every_file_has_its_command(self) -> None:
        assert {path.stem for path in HELP.glob("*.txt")} == {"kg", *COMMANDS}

    def test_the_version_is_a_number(self, kg: Kg) -> None:
        assert re.fullmatch(r"kg \d+\.\d+\.\d+\n", kg("--version").out)

    def test_without_a_command_it_ends_with_two_and_names_five_to_start_with(self, kg: Kg) -> None:
        """A script with an empty variable must not go on; nothing stands where results stand."""
        done = kg()

        assert (done.code, done.out) == (2, "")
        assert re.findall(r"^  kg (\w+)", done.err, re.MULTILINE) == [
            *("init", "build", "query", "why", "view")
        ]
        assert "kg help" in done.err

    def test_help_alone_is_the_help_of_the_whole(self, kg: Kg) -> None:
        assert kg("help") == kg("--help")

    def test_help_of_a_command_is_its_own(self, kg: Kg) -> None:
        assert kg("help", "query") == kg("query", "--help")


@pytest.mark.usefixtures("built")
class TestDoctor:
    def test_it_names_the_versions_that_are_installed(self, kg: Kg) -> None:
        said = kg("doctor").out

        assert re.search(rf"^Python +{re.escape(platform.python_version())} ", said, re.MULTILINE)
        for name in ("kg", "pyoxigraph", "shtab"):
            installed = metadata.version({"kg": "eurasia-kg"}.get(name, name))
            assert re.search(rf"(^| ){name} +{re.escape(installed)}( |$)", said, re.MULTILINE)

    def test_it_names_each_extra_for_users_once(self, kg: Kg) -> None:
        """Those for tests and documents are for whoever works on kg."""
        named = re.findall(r"^  ([\w-]+) +(?:not )?installed", kg("doctor").out, re.MULTILINE)
        known = metadata.metadata("eurasia-kg").get_all("Provides-Extra") or []

        others = {one for one in known if one.startswith("test") or one == "docs"}
        assert sorted(named) == sorted({*known} - others)

    def test_an_extra_of_which_a_part_is_missing_is_named_with_its_command(
        self, kg: Kg, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = metadata.version

        def without(name: str) -> str:
            if name == "openpyxl":
                raise metadata.PackageNotFoundError(name)
            return found(name)

        monkeypatch.setattr(metadata, "version", without)
        said = kg("doctor").out

        assert re.search(r"^  sheets +not installed ", said, re.MULTILINE)
        assert "pip install 'eurasia-kg[sheets]'" in said

    def test_the_build_is_current_until_the_data_change(self, built: Tiny, kg: Kg) -> None:
        before = kg("doctor")
        built.add(CLARA)
        after = kg("doctor")

        assert (before.code, before.err, after.code, after.err) == (0, "", 0, "")
        assert re.search(r"^project   \.$", before.out, re.MULTILINE)
        assert re.search(r"^build     build   \d+ quads, current$", before.out, re.MULTILINE)
        assert "changed since; kg build makes it anew\n" in after.out

    def test_a_damaged_build_is_no_failure_of_it(self, built: Tiny, kg: Kg) -> None:
        (built.path / "build/kg.json").write_text("{", encoding="utf-8")

        done = kg("doctor")
        assert (done.code, "is damaged" in done.out) == (0, True)

    def test_a_missing_build_is_no_failure_of_it(self, built: Tiny, kg: Kg) -> None:
        shutil.rmtree(built.path / "build")

        assert "build     build   there is none; kg build makes it\n" in kg("doctor").out

    def test_a_project_that_is_not_whole_is_named(self, built: Tiny, kg: Kg) -> None:
        (built.data / "dataset.ttl").unlink()

        done = kg("doctor")
        assert (done.code, "is not whole" in done.out) == (0, True)


class TestMisspelt:
    """Of a misspelt word is said which was meant, below the usage of what was meant."""

    @pytest.mark.parametrize(
        ("words", "usage", "message"),
        [
            ("quarry", "query", "'quarry' is no command; did you mean 'query'?"),
            ("biuld", "build", "'biuld' is no command; did you mean 'build'?"),
            ("help biuld", "build", "'biuld' is no command; did you mean 'build'?"),
            ("xyzzy", "", "'xyzzy' is no command; 'kg help' lists them"),
            ("query --asof 2012", "query", "--asof; did you mean '--as-of'?"),
            ("query x --knownby=2012", "query", "--knownby; did you mean '--known-by'?"),
            ("dump --outptu x.nq", "dump", "--outptu; did you mean '--output'?"),
            ("query --format jsn x", "query", "'jsn'; did you mean 'json'?"),
            ("validate --xyzzy", "validate", "unrecognized arguments: --xyzzy"),
            ("validate more", "validate", "unrecognized arguments: more"),
            ("--versoin", "", "--versoin; did you mean '--version'?"),
            ("--projct . build", "", "--projct; did you mean '--project'?"),
        ],
    )
    def test_it_ends_with_two(self, kg: Kg, words: str, usage: str, message: str) -> None:
        done = kg(*words.split())

        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"usage: kg {usage}".rstrip())
        assert message in done.err.splitlines()[-1]

    def test_a_word_of_a_value_is_no_option(self, kg: Kg) -> None:
        """Text with a blank and what stands behind -- are values, whatever they begin with."""
        assert "unrecognized" not in kg("why", "--", "--nobody").err
        assert "unrecognized" not in kg("query", "--surley is no option").err

    def test_the_beginning_of_an_option_is_that_option(self, kg: Kg) -> None:
        assert "kg: 'x'" in kg("query", "--known", "x", "ASK {}").err


class TestProcess:
    """What only a process of its own can show."""

    def test_python_m_kg_is_kg(self, tmp_path: Path) -> None:
        assert in_a_process("--help", cwd=tmp_path).stdout == (HELP / "kg.txt").read_text(
            encoding="utf-8"
        )

    def test_the_program_is_installed(self) -> None:
        program = shutil.which("kg", path=str(Path(sys.executable).parent))

        assert program is not None

    def test_the_exit_code_leaves_the_process(self, tiny: Tiny) -> None:
        assert in_a_process("query", cwd=tiny.path).returncode == 4

    def test_the_exit_code_of_an_audit_leaves_it_with_all_of_its_text(self, built: Tiny) -> None:
        """It ends its process without tidying up."""
        done = in_a_process("audit", "--fail-on", "single-source", cwd=built.path)

        assert (done.returncode, done.stdout.count("\nsingle-source: ")) == (1, 1)

    @pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are not told here")
    def test_an_audit_leaves_no_file_open_where_the_process_goes_on(
        self, built: Tiny, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(built.path)

        def opened() -> int:
            gc.collect()
            return len(list(Path("/proc/self/fd").iterdir()))

        before = opened()
        for _ in range(2):
            with pytest.raises(SystemExit):
                main(["audit"])
        assert opened() == before

    def test_an_audit_of_what_was_known_leaves_no_copy(self, tiny: Tiny) -> None:
        """Where no rule concludes anything, a copy of the store loses what is later."""
        shutil.rmtree(tiny.path / "ontology" / "rules")
        in_a_process("build", cwd=tiny.path)

        done = in_a_process("audit", "--known-by", "2030", cwd=tiny.path)

        assert (done.returncode, [*tiny.path.glob("build/slice-*")]) == (0, [])

    def test_without_debug_there_is_no_traceback(self, tiny: Tiny) -> None:
        assert in_a_process("query", cwd=tiny.path).stderr.startswith("kg: there is no build in")

    def test_with_debug_there_is_one(self, tiny: Tiny) -> None:
        assert "Traceback" in in_a_process("--debug", "query", cwd=tiny.path).stderr

    @pytest.mark.parametrize("read", [0, 10])
    def test_a_reader_that_goes_away_is_no_fault(self, built: Tiny, read: int) -> None:
        """As `kg query … | head -c 10` does; the answer is larger than any pipe."""
        text = "SELECT * { GRAPH ?g { ?s ?p ?o } ?a ?b ?c }"
        process = subprocess.Popen(
            [sys.executable, "-m", "kg", "query", text, "--format", "csv"],
            cwd=built.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(read)
        process.stdout.close()
        error = process.stderr.read()
        process.stderr.close()

        assert (process.wait(timeout=60), error) == (0, b"")

    def test_a_terminal_without_the_letters_gets_question_marks(self, built: Tiny) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "kg", "query", "SELECT ?l { id:rooks rdfs:label ?l }"],
            cwd=built.path,
            check=False,
            capture_output=True,
            env=os.environ | {"PYTHONIOENCODING": "ascii"},
            timeout=60,
        )

        assert (done.returncode, b"?????" in done.stdout) == (0, True)

    def test_an_argument_that_is_no_text_ends_with_two(self, built: Tiny) -> None:
        done = subprocess.run(
            [sys.executable.encode(), b"-m", b"kg", b"why", b"\xff\xfe"],
            cwd=built.path,
            check=False,
            capture_output=True,
            timeout=60,
        )

        assert (done.returncode, b"Traceback" in done.stderr) == (2, False)
