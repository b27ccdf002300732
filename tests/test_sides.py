"""Two sides as a user names them, compared: projects, builds, revisions, endpoints, graphs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path

import pytest
from endpoint import sparql_server
from gitted import commit, git, repository

import kg
from conftest import Tiny
from kg.errors import InputError, StoreError, UsageError
from kg.files import digests
from kg.model import foreign
from kg.pipeline.generations import save
from kg.workers.limits import OWN

ROOT = Path(__file__).parent.parent
FACTS = "data/statements/facts.csv"
CLARA = "clara,playsFor,rooks,2020,,,almanac-2001,p. 9,,"
CLARA_CAME = "+ Clara: plays for Rooks since 2020 (added; source almanac-2001 p. 9)"


@pytest.fixture
def changed(tiny: Tiny, tmp_path: Path) -> Tiny:
    """A copy of the tiny project in which Clara plays for the Rooks."""
    other = Tiny(shutil.copytree(tiny.path, tmp_path / "changed"))
    other.add(CLARA)
    return other


def build(project: Tiny) -> Path:
    """Build the project, page aside, and return the folder."""
    folder = project.path / "build"
    built = project.build()
    save(built.quads, built.trig(), "", folder, digests(project.data, project.ontology))
    return folder


def words(diff: kg.Diff) -> list[str]:
    """The lines without their rows."""
    return [line.partition("  ")[0] for line in str(diff).splitlines()]


class TestSides:
    """Whatever the sides are, Clara's row is the one difference, and its row is known."""

    EXPECTED = f"{CLARA_CAME}  {FACTS}:11"

    def test_two_projects(self, tiny: Tiny, changed: Tiny) -> None:
        assert str(kg.diff(tiny.path, changed.path)) == self.EXPECTED

    def test_two_builds(self, tiny: Tiny, changed: Tiny) -> None:
        assert str(kg.diff(build(tiny), build(changed))) == self.EXPECTED

    def test_a_build_and_a_project(self, tiny: Tiny, changed: Tiny) -> None:
        assert str(kg.diff(str(build(tiny)), changed.path)) == self.EXPECTED

    def test_two_graphs(self, tiny: Tiny, changed: Tiny) -> None:
        graphs = [kg.build(one.data, one.ontology) for one in (tiny, changed)]

        assert str(kg.diff(*graphs)) == self.EXPECTED

    def test_an_endpoint_and_a_project(self, tiny: Tiny, changed: Tiny, tmp_path: Path) -> None:
        with sparql_server(tiny.build().trig(), tmp_path) as url:
            assert str(kg.diff(url, changed.path)) == self.EXPECTED

    def test_a_revision_and_the_project_as_it_is(self, tiny: Tiny) -> None:
        repository(tiny.path)
        commit(tiny.path)
        tiny.add(CLARA)

        assert str(kg.diff("main", project=tiny.path)) == self.EXPECTED

    def test_two_revisions(self, tiny: Tiny) -> None:
        repository(tiny.path)
        commit(tiny.path)
        tiny.add(CLARA)
        commit(tiny.path)

        assert str(kg.diff("HEAD~1", "HEAD", project=tiny.path)) == self.EXPECTED

    def test_the_project_is_the_one_here(self, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
        repository(tiny.path)
        commit(tiny.path)
        tiny.add(CLARA)
        monkeypatch.chdir(tiny.data)

        assert str(kg.diff("HEAD")) == self.EXPECTED

    def test_a_folder_wins_over_a_revision_of_its_name(
        self, tiny: Tiny, changed: Tiny, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repository(tiny.path)
        commit(tiny.path)
        git(tiny.path, "branch", "changed")
        monkeypatch.chdir(changed.path.parent)

        assert kg.diff("changed", changed.path, project=tiny.path).changes == ()
        assert str(kg.diff("heads/changed", changed.path, project=tiny.path)) == self.EXPECTED


class TestWhatIsNoDifference:
    def test_a_build_says_what_its_project_says(self, tiny: Tiny) -> None:
        """Ranks, notes, literals, attestations and disputes come back from the store as they are.

        What was inferred is no difference.
        """
        tiny.add("clara,playsFor,rooks,2001-02,2003,,almanac-2001,p. 9,preferred,a note")
        tiny.add("clara,playsFor,rooks,2002,2004,,gazette-1999,,,")
        tiny.add("boris,rating,02100,1999,2000,,gazette-1999,,deprecated,")
        tiny.replace("data/entities.csv", "anna,Player,Anna,Анна,", "anna,Player,Anna,Анна,Z|A|Я|Z")

        assert kg.diff(build(tiny), tiny.path).changes == ()
        assert kg.diff(tiny.path, build(tiny)).changes == ()

    def test_so_does_the_shipped_graph(self, shipped: kg.Graph) -> None:
        assert kg.diff(ROOT, shipped).changes == ()

    def test_reordered_rows_and_renamed_tables(self, tiny: Tiny, tmp_path: Path) -> None:
        other = Tiny(shutil.copytree(tiny.path, tmp_path / "other"))
        head, *rows = (tiny.path / FACTS).read_text(encoding="utf-8").splitlines()
        (other.path / FACTS).unlink()
        other.write("data/statements/a.csv", "\n".join([head, *rows[:3:-1], ""]))
        other.write("data/statements/z.csv", "\r\n".join([head, *rows[3::-1], ""]))

        assert kg.diff(tiny.path, other.path).changes == ()

    def test_shapes_rules_and_questions(self, tiny: Tiny, changed: Tiny) -> None:
        """They may be broken in the old revision: no statement is lost with them."""
        tiny.write("ontology/shapes.ttl", "this is no Turtle")
        tiny.write("ontology/questions/odd.rq", "no SPARQL")
        tiny.write("ontology/rules/odd.rq", "no SPARQL")

        assert words(kg.diff(tiny.path, changed.path)) == [CLARA_CAME]

    def test_a_question_above_a_limit(
        self, tiny: Tiny, changed: Tiny, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What judges it is not asked: `kg validate` ends with the limit."""
        low = OWN._replace(depth=1)
        monkeypatch.setattr(foreign, "_limits", ContextVar("limits", default=low))
        tiny.write("ontology/questions/deep.rq", "# Is it so?\nASK { { ?s ?p ?o } }\n")

        with pytest.raises(kg.LimitError, match="brackets within one another"):
            kg.validate(tiny.data, tiny.ontology)
        assert words(kg.diff(tiny.path, changed.path)) == [CLARA_CAME]


class TestMistakes:
    def test_a_folder_that_is_neither_says_so(
        self, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tiny.path)

        with pytest.raises(InputError) as raised:
            kg.diff("data")
        assert str(raised.value) == (
            "data holds neither a project (data/dataset.ttl and ontology/) nor a build (kg.json); "
            "for a branch of that name write heads/data"
        )

    def test_a_path_is_never_a_revision(self, tiny: Tiny) -> None:
        with pytest.raises(InputError, match="main holds neither a project"):
            kg.diff(Path("main"), tiny.path)

    def test_no_name_is_no_side(self, tiny: Tiny) -> None:
        with pytest.raises(UsageError, match="the name of a side is empty"):
            kg.diff("", tiny.path)

    def test_a_damaged_build_says_so(self, tiny: Tiny) -> None:
        folder = tiny.path / "old"
        folder.mkdir()
        (folder / "kg.json").write_text("{", encoding="utf-8")

        with pytest.raises(StoreError, match="is damaged"):
            kg.diff(folder, tiny.path)

    @pytest.mark.parametrize(
        ("spoil", "first"),
        [
            (lambda tiny: tiny.add("ana,playsFor,rooks,2020,,,almanac-2001,,,"), f"{FACTS}:11:1:"),
            (
                lambda tiny: tiny.replace("data/entities.csv", "anna,Player", "anna,Plaier"),
                "data/entities.csv:2:6:",
            ),
            (
                lambda tiny: tiny.write("data/dataset.ttl", "<x> a <y> ."),
                "data/dataset.ttl:1:1:",
            ),
            (
                lambda tiny: tiny.write("ontology/ontology.ttl", "this is no Turtle"),
                "ontology/ontology.ttl:1:",
            ),
        ],
        ids=["a statement", "an entity", "the dataset", "the ontology"],
    )
    def test_half_a_side_is_not_compared(
        self, tiny: Tiny, changed: Tiny, spoil: Callable[[Tiny], object], first: str
    ) -> None:
        spoil(tiny)

        with pytest.raises(InputError) as raised:
            kg.diff(tiny.path, changed.path)
        message = str(raised.value)
        assert message.startswith(f"{tiny.path} has ")
        assert f"'kg validate --project {tiny.path}' shows them all; the first: {first}" in message

    def test_errors_are_counted(self, tiny: Tiny, changed: Tiny) -> None:
        for name in ("ana", "bors"):
            tiny.add(f"{name},playsFor,rooks,2020,,,almanac-2001,,,")

        with pytest.raises(InputError, match="has 2 errors and cannot be compared"):
            kg.diff(changed.path, tiny.path)

    def test_a_table_that_is_missing_is_named_with_its_side(
        self, tiny: Tiny, changed: Tiny
    ) -> None:
        (tiny.data / "entities.csv").unlink()

        with pytest.raises(InputError) as raised:
            kg.diff(tiny.path, changed.path)
        assert str(raised.value).startswith(
            f"{tiny.path}: data/entities.csv is missing; put it back, or write it with the header "
        )

    def test_a_broken_revision_is_named(self, tiny: Tiny) -> None:
        repository(tiny.path)
        tiny.add("ana,playsFor,rooks,2020,,,almanac-2001,,,")
        commit(tiny.path)
        tiny.replace(FACTS, "ana,playsFor", "anna,playsFor")

        with pytest.raises(InputError) as raised:
            kg.diff("HEAD", project=tiny.path)
        assert str(raised.value).startswith(
            "revision 'HEAD' has 1 error and cannot be compared; 'git worktree add DIR HEAD' and "
            f"'kg validate --project DIR' show them all; the first: {FACTS}:11:1: error: "
            "subject 'ana' is not a known id; did you mean 'anna'?"
        )


class TestDiff:
    def test_it_is_true_when_something_differs(self, tiny: Tiny, changed: Tiny) -> None:
        assert kg.diff(tiny.path, changed.path)
        assert not kg.diff(tiny.path, tiny.path)

    def test_it_has_as_many_changes_as_it_says(self, tiny: Tiny, changed: Tiny) -> None:
        diff = kg.diff(tiny.path, changed.path)

        assert (len(diff), diff.summary) == (1, "1 statement added")

    def test_a_prompt_shows_the_lines(self, tiny: Tiny, changed: Tiny) -> None:
        diff = kg.diff(tiny.path, changed.path)

        assert repr(diff) == str(diff)
        assert repr(kg.diff(tiny.path, tiny.path)) == "no differences"

    def test_a_notebook_shows_html_or_markdown(self, tiny: Tiny, changed: Tiny) -> None:
        diff = kg.diff(tiny.path, changed.path)

        assert diff._repr_html_().startswith("<p><strong>1 statement added</strong></p><h4>Clara<")
        assert diff._repr_markdown_() == diff.to_markdown()

    def test_its_name_is_not_that_of_a_module(self) -> None:
        import kg.changes.sides

        assert kg.diff is kg.changes.sides.diff

    def test_the_sides_are_named_in_json(self, tiny: Tiny) -> None:
        repository(tiny.path)
        commit(tiny.path)
        diff = kg.diff("HEAD", project=tiny.path)

        assert (diff.old.name, diff.new.name) == ("revision 'HEAD'", str(tiny.path))


class TestShippedData:
    """The examples by which the command was asked for."""

    PARTY = "uzbekistan,partyTo,collective-security-treaty,2006-08-16"

    @pytest.fixture
    def old(self, tmp_path: Path) -> Tiny:
        return self.copy(tmp_path / "old")

    @pytest.fixture
    def new(self, tmp_path: Path) -> Tiny:
        return self.copy(tmp_path / "new")

    def copy(self, folder: Path) -> Tiny:
        for part in ("data", "ontology"):
            shutil.copytree(ROOT / part, folder / part)
        return Tiny(folder)

    def rewrite(self, project: Tiny, before: str, after: str) -> None:
        """Write the rows of the organisation that start so anew; there must be some."""
        path = project.data / "statements" / "csto.csv"
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")

    def without(self, project: Tiny, start: str) -> None:
        """Take the rows away that start so; there must be some."""
        found = 0
        for path in sorted(project.data.glob("statements/*.csv")):
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            kept = [line for line in lines if not line.startswith(start)]
            found += len(lines) - len(kept)
            path.write_text("".join(kept), encoding="utf-8")
        assert found

    def test_belarus_joins_the_sco(self, old: Tiny, new: Tiny) -> None:
        self.without(old, "belarus,memberOf,sco,")

        (line,) = str(kg.diff(old.path, new.path)).splitlines()
        assert line.startswith("+ Belarus: member of the SCO since 2024-07-04 (added; sources ")

    def test_uzbekistan_leaves_the_csto_later(self, old: Tiny, new: Tiny) -> None:
        """The shipped data keep the earlier day as a deprecated statement, left out here."""
        for one in (old, new):
            self.without(one, "uzbekistan,memberOf,csto,2006-08-16,2012-06-28,")
        start = "uzbekistan,memberOf,csto,2006-08-16"
        self.rewrite(old, f"{start},2012-12-19", f"{start},2012-06-28")

        assert words(kg.diff(old.path, new.path)) == [
            "~ Uzbekistan: member of the CSTO until 2012-12-19 (was 2012-06-28)"
        ]

    def test_of_two_periods_as_a_party_one_moves(self, old: Tiny, new: Tiny) -> None:
        self.rewrite(old, f"{self.PARTY},2012-12-19", f"{self.PARTY},2012-06-28")

        assert words(kg.diff(old.path, new.path)) == [
            "~ Uzbekistan: party to the CST from 2006-08-16 until 2012-12-19 (was until 2012-06-28)"
        ]

    def test_of_two_periods_as_a_party_one_goes(self, old: Tiny, new: Tiny) -> None:
        self.without(new, "uzbekistan,partyTo,collective-security-treaty,1992-05-15")

        (line,) = str(kg.diff(old.path, new.path)).splitlines()
        assert line.startswith(
            "- Uzbekistan: party to the CST from 1992-05-15 until 1999-04-20 (removed; sources "
        )

    def test_the_example_of_the_readme(self, new: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
        """Belarus has not joined yet on main, and Uzbekistan left too early."""
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        repository(new.path)
        self.without(new, "belarus,memberOf,sco,")
        self.rewrite(new, f"{self.PARTY},2012-12-19", f"{self.PARTY},2012-06-28")
        commit(new.path)
        for path in sorted((ROOT / "data" / "statements").iterdir()):
            shutil.copy(path, new.path / "data" / "statements")
        monkeypatch.chdir(new.path)

        assert f"\n$ kg diff main\n{kg.diff('main')}\n```\n" in readme

    def test_an_event_is_told_with_its_paragraphs(self, old: Tiny, new: Tiny) -> None:
        self.without(old, "lavrov,proposed,biosecurity-measures-2020,")

        assert words(kg.diff(old.path, new.path)) == [
            (
                "+ Sergey Lavrov: proposed Priority measures for biosecurity cooperation in the "
                "CSTO on 2020-05-26 (added; source tass-2020-05-26 ¶3, ¶5)"
            )
        ]


class TestATime:
    """Anna's years with the Knights get their day of beginning, and a claim of Clara's is refused.

    She began in September 1995, now on the 15th; Clara played for the Rooks in 2001.
    """

    @pytest.fixture
    def sides(self, tiny: Tiny, tmp_path: Path) -> tuple[Path, Path]:
        tiny.add("clara,playsFor,rooks,2001-01-01,2002-01-01,,almanac-2001,,,")
        other = Tiny(shutil.copytree(tiny.path, tmp_path / "dated"))
        other.replace(FACTS, "anna,playsFor,knights,1995-09,", "anna,playsFor,knights,1995-09-15,")
        other.replace(FACTS, "2002-01-01,,almanac-2001,,,", "2002-01-01,,almanac-2001,,deprecated,")
        return tiny.path, other.path

    DATED = "~ Anna: plays for Knights from 1995-09-15 (was 1995-09)"
    SURE = "+ Anna: plays for Knights from 1995-09-15 until 2000-01-01 (added"
    GONE = "- Anna: plays for Knights from 1995-09 until 2000-01-01 (removed"
    REFUSED = "- Clara: plays for Rooks from 2001-01-01 until 2002-01-01 (removed"

    @pytest.mark.parametrize(
        ("time", "possible", "sure"),
        [
            ({"as_of": "1995-08-31"}, [], []),
            # The first of September is no day of it any more.
            ({"as_of": "1995-09-01"}, [GONE], []),
            ({"as_of": "1995-09-20"}, [DATED], [SURE]),
            ({"as_of": "1995-09"}, [DATED], []),
            ({"from_": "1995-09-20", "to": "1999"}, [DATED], [SURE]),
            ({"as_of": "1999"}, [DATED], [DATED]),
            ({"as_of": "2001-06"}, [REFUSED], [REFUSED]),
            ({"as_of": "2002"}, [], []),
        ],
    )  # fmt: skip
    def test_only_what_holds_then_is_compared(
        self, sides: tuple[Path, Path], time: dict[str, str], possible: list[str], sure: list[str]
    ) -> None:
        for surely, expected in ((False, possible), (True, sure)):
            found = words(kg.diff(*sides, **time, surely=surely))
            assert len(found) == len(expected)
            for line, start in zip(found, expected, strict=True):
                assert line.startswith(start)

    def test_what_is_sure_needs_a_time(self, sides: tuple[Path, Path]) -> None:
        with pytest.raises(UsageError, match="not when"):
            kg.diff(*sides, surely=True)
