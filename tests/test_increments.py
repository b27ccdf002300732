"""After an edit what changed is looked at again, and the same is found as in all rows."""

from __future__ import annotations

import errno
import json
import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Tiny
from kg.cli.commands import main
from kg.model.dataset import read_dataset
from kg.model.namespaces import Vocabulary
from kg.model.ontology import read_ontology
from kg.pipeline.builder import check_large
from kg.store.marks import VALIDATED, marked

if TYPE_CHECKING:
    import polars as pl

    from kg.pipeline.validate import Report

pytest.importorskip("polars")

from kg.pipeline.columns import size
from kg.pipeline.increments import again
from kg.pipeline.increments import moved as moves
from kg.pipeline.increments.again import checked_again
from kg.pipeline.increments.kept import Keeper, kept
from kg.pipeline.increments.moved import Numbered, moved
from kg.pipeline.joins.tables import Tables

TINY = Path(__file__).parent / "tiny"
HEADER = "subject,predicate,object,start,end,at,source,locator,rank,note"
# With those of the project: what follows from conclusions, and what asks about entities.
RULES = {
    "friends": "{ ?a :teammateOf ?c } WHERE { GRAPH ?x { ?a :teammateOf ?b } "
    "GRAPH ?y { ?b :teammateOf ?c } FILTER (?a != ?c) }",
    "guests": "{ ?player :hosts ?cup } WHERE { ?player a :Player . "
    "GRAPH ?x { ?player :playsFor ?club } GRAPH ?y { ?club :hosts ?cup } }",
    "winners": "{ ?club :won ?cup } WHERE { GRAPH ?x { ?player :playsFor ?club } "
    "GRAPH ?y { ?player :won ?cup } }",
}
HOUSE = ' ;\n    kg:houseRules "unused-entity" , "unused-source" , "statements-order" .'


# ---------------------------------------------------------------- lines


texts = st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b""]), max_size=12).map(b"\n".join)


@given(texts, texts)
def test_lines_of_both_texts_are_those_that_stay_and_those_that_went_or_came(
    old: bytes, new: bytes
) -> None:
    found = moved(old, new)
    sides = [split(old), split(new)]

    assert [*found.runs] == sorted(found.runs)
    for number, (lines, own) in enumerate(zip(sides, (found.gone, found.come), strict=True)):
        there = {run[number] + n for run in found.runs for n in range(run.many)}
        assert there | own.keys() == {*range(1, len(lines) + 1)}
        assert not there & own.keys()
        assert all(lines[at - 1] == line for at, line in own.items())
    for run in found.runs:
        for n in range(run.many):
            assert found.line(run.old + n) == run.new + n
            assert sides[0][run.old + n - 1] == sides[1][run.new + n - 1]
    assert all(found.line(at) is None for at in found.gone)
    # What follows each other in one text without a gap between does in the other.
    assert found.is_same == (sides[0] == sides[1])
    spans = [*found.gaps()]
    assert {at for then, _ in spans for at in then} >= found.gone.keys()
    assert {at for _, now in spans for at in now} >= found.come.keys()


def split(text: bytes) -> list[bytes]:
    lines = text.split(b"\n")
    return lines if lines[-1] else lines[:-1]


@given(st.lists(st.binary(max_size=5).filter(lambda line: b"\n" not in line)), st.integers(1, 9))
def test_lines_are_read_by_their_numbers(lines: list[bytes], block: int) -> None:
    text = b"\n".join(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moves, "_BLOCK", block)
        found = Numbered(text)
        expected = text.split(b"\n")
        assert [found[number + 1] for number in range(len(found))] == expected


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        ("a\nb\nc\n", "a\nB\nc\n", {2: b"b"}, {2: b"B"}),
        ("a\nb\nc\n", "a\nc\n", {2: b"b"}, {}),
        ("a\nb\n", "a\nb", {}, {}),
        ("a\nb\n", "a\nb\nb\n", {}, {3: b"b"}),
        # Of two lines in each other's place one moved.
        ("a\nb\nc\nd\n", "a\nc\nb\nd\n", {2: b"b"}, {3: b"b"}),
        # Two edits far from each other leave what stands between them.
        ("a\nb\nc\nd\ne\n", "a\nx\nc\nd\ny\n", {2: b"b", 5: b"e"}, {2: b"x", 5: b"y"}),
    ],
)
def test_some_changes_of_lines(
    old: str, new: str, gone: dict[int, bytes], come: dict[int, bytes]
) -> None:
    found = moved(old.encode(), new.encode())
    assert (found.gone, found.come) == (gone, come)


# ---------------------------------------------------------------- projects


@dataclass(frozen=True)
class League(Tiny):
    """A project about a league that is large enough to be checked in columns."""

    chance: random.Random

    @property
    def kept(self) -> Path:
        return self.path / "build"

    @property
    def tables(self) -> list[Path]:
        return sorted((self.data / "statements").glob("*.csv"))

    def row(self) -> str:
        """Return a row, mostly a good one."""
        chance = self.chance
        player, club = f"p{chance.randint(1, 12)}", f"c{chance.randint(1, 5)}"
        year = chance.randint(1980, 2020)
        end = chance.choice(("", str(year + chance.randint(1, 9)), "unknown"))
        source = f"s{chance.randint(1, 4)},p. {chance.randint(1, 99)}"
        note = chance.choice(("", "", '"one, and another"'))
        return chance.choice((
            f"{player},playsFor,{club},{year},{end},,{source},,{note}",
            f"{player},playsFor,{club},,,{year}-05-03,{source},,{note}",
            f"{player},founded,{club},,,{year},{source},,{note}",
            f"{player},rating,{chance.choice((2100, 2200, 3100))},{year},{end},,{source},,{note}",
            f"{player},won,t{chance.randint(1, 4)},,,{year}-06-12,{source},,{note}",
            f"{club},hosts,t{chance.randint(1, 4)},,,,{source},,{note}",
            f"{club},rivalOf,c{chance.randint(1, 5)},{year},{end},,{source},,{note}",
            f"{player},playsFor,{club},{year},{end},,{source},deprecated,{note}",
        ))  # fmt: skip

    def edit_named(self) -> None:
        """Change an entity or a source, or add one."""
        path = self.data / self.chance.choice(("entities.csv", "sources.csv"))
        lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
        at = self.chance.randint(1, len(lines) - 1)
        cells = lines[at].split(",")
        new = f"{cells[0]}{self.chance.randint(10, 99)}"
        if path.stem == "entities":
            old, other = ",".join(cells[:2]), self.chance.choice(("Player", "Club", "Tournament"))
            edited = f"{cells[0]},{other},{cells[2]},{self.chance.choice(('', 'Имя'))},,,"
            lines[at] = self.chance.choice((edited, lines[at] + "described", f"{old},,,,,"))
            added = f"{new},{other},{new},,,,"
        else:
            cells[4] = self.chance.choice(("2021-05", "1999", "2030-01-01", ""))
            lines[at] = ",".join(cells)
            added = f"{new},S,The League,https://example.org/{new},2021-05,,en,book,"
        if self.chance.random() < 0.5:
            lines.insert(self.chance.randint(1, len(lines)), added)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def edit(self) -> None:
        """Change something in one of the tables, or in two places of it."""
        if self.chance.random() < 0.25:
            self.edit_named()
            return
        path = self.chance.choice(self.tables)
        lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
        for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
            self.edit_lines(lines)
        end = self.chance.choice(("\n", "\n", "\n", ""))
        path.write_text("\n".join(lines) + end, encoding="utf-8")

    def edit_lines(self, lines: list[str]) -> None:
        chance = self.chance
        at = chance.randint(1, len(lines) - 1)
        cells = lines[at].split(",")
        match chance.randint(0, 11):
            case 0 | 1 | 2:
                lines.insert(at, self.row())
            case 3 | 4:
                lines[at] = self.row()
            case 5:
                del lines[at]
            case 6 | 7 if len(cells) > 4:
                cells[3 if cells[3] else 5] = str(chance.randint(1970, 2020))
                lines[at] = ",".join(cells)
            case 8:
                lines.append(lines[at])
            case 9:
                # An id that there is not.
                lines[at] = lines[at].replace(",p", ",q", 1).replace("c1", "c11", 1)
            case 10 if '"' not in lines[at]:
                lines[at] = lines[at].rpartition(",")[0]
            case _:
                other = chance.randint(1, len(lines) - 1)
                lines[at], lines[other] = lines[other], lines[at]

    def full(self) -> Report:
        found = check_large(self.data, self.ontology, lambda _: None)
        assert found is not None
        return found

    def again(self) -> Report:
        found = check_large(self.data, self.ontology, lambda _: None, self.kept)
        assert found is not None
        return found

    def increment(self) -> Report | None:
        """What follows from what was kept alone."""
        found = kept(self.kept, self.data, self.ontology)
        dataset, _ = read_dataset(self.data)
        known = read_ontology(self.ontology, Vocabulary(dataset.base))
        return checked_again(self.data, known, dataset, found) if found else None


@pytest.fixture
def league(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> League:
    return made(tmp_path / "league", monkeypatch, 0)


def made(place: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> League:
    """Return a project in which no error is, and what was kept of it."""
    for name in ("LARGE", "LARGE_WITH_RULES"):
        monkeypatch.setattr(size, name, 0)
    shutil.copytree(TINY, place)
    shutil.rmtree(place / "ontology" / "questions")
    rules = place / "ontology" / "rules"
    if seed % 4 == 1:
        for name, text in RULES.items():
            (rules / f"{name}.rq").write_text(f"# Rule {name}.\nCONSTRUCT {text}\n")
    else:
        shutil.rmtree(rules)
    chance = random.Random(seed)
    found = League(place, chance)
    if chance.random() < 0.5:
        text = (place / "data" / "dataset.ttl").read_text(encoding="utf-8")
        text = "@prefix kg: <https://w3id.org/kg-builder#> .\n" + text
        (place / "data" / "dataset.ttl").write_text(
            text.removesuffix(" .\n") + HOUSE + "\n", encoding="utf-8"
        )
    entities = ["id,class,label_en,label_ru,aliases,wikidata,description"]
    for kind, letter, many in (("Player", "p", 12), ("Club", "c", 5), ("Tournament", "t", 4)):
        entities += [f"{letter}{n},{kind},{letter}{n},,,," for n in range(1, many + 1)]
    entities.append("c11,Club,c11,,,,")
    (place / "data" / "entities.csv").write_text("\n".join(entities) + "\n")
    sources = ["id,title,publisher,url,published,accessed,language,kind,sha256"]
    sources += [
        f"s{n},S{n},The League,https://example.org/s{n},2021-05,,en,book," for n in range(1, 6)
    ]
    (place / "data" / "sources.csv").write_text("\n".join(sources) + "\n")
    statements = place / "data" / "statements"
    (statements / "facts.csv").unlink()
    for name, many in (("facts", 40), ("more", 15)):
        rows = {found.row() for _ in range(many)}
        rows |= {f"c1,hosts,t{n},,,,s1,p. 1,," for n in range(1, 5)} if name == "facts" else set()
        (statements / f"{name}.csv").write_text("\n".join([HEADER, *sorted(rows)]) + "\n")
    (place / "build").mkdir()
    # Rows about which there is an error go, one after the other.
    while errors := found.full().errors:
        lines: dict[str, set[int]] = {}
        for one in errors:
            lines.setdefault(one.path, set()).add(one.line)
        for path in found.tables:
            own = lines.get(f"data/statements/{path.name}", set())
            every = enumerate(path.read_text().split("\n"), 1)
            path.write_text("\n".join(line for number, line in every if number not in own))
    assert found.again().conforms
    assert marked(found.kept, VALIDATED)
    return found


def test_every_row_is_looked_at_where_a_change_may_matter_to_all(league: League) -> None:
    """And what is kept then is what was found."""
    facts = league.tables[0]

    def changed(path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    for path, old, new in (
        (facts, HEADER, f"{HEADER},confidence"),
        (facts, "c1,hosts", 'c1,"hosts'),
        (facts, "c1,hosts", "\nc1,hosts"),
        (facts, "c1,hosts", "<<<<<<< mine\nc1,hosts"),
        (league.data / "entities.csv", "p1,Player,p1", "pp1,Player,p1"),
        (league.data / "sources.csv", "\ns2,", "\ns1,"),
        (league.data / "sources.csv", "id,title", "id,Title"),
        (league.data / "dataset.ttl", "Chess league", "League of chess"),
        (league.ontology / "shapes.ttl", "3000", "2900"),
    ):
        content = path.read_bytes()
        changed(path, old, new)
        assert league.increment() is None, (old, new)
        assert league.again() == league.full()
        path.write_bytes(content)
        assert league.again() == league.full()
        assert league.increment() == league.full()


def test_rules_are_applied_to_all_where_what_they_ask_of_entities_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`guests` asks who is a player: a new player is another answer, another name is none."""
    project = made(tmp_path / "league", monkeypatch, 1)
    entities, facts = project.data / "entities.csv", project.tables[0]
    first = {path: path.read_text() for path in (entities, facts)}
    added = first[facts] + "p1,playsFor,c5,1960-01-01,1961-01-01,,s1,p. 7,,\n"
    added += "p2,playsFor,c5,1960-01-01,1961-01-01,,s1,p. 7,,\n"

    before = project.full().counts["inferred"]
    facts.write_text(added)
    expected = project.full()
    assert project.increment() == expected
    # They were teammates then, if not in other years as well.
    assert expected.counts["inferred"] > before
    for old, new, is_whole in (
        ("p1,Player,p1,", "p1,Player,Paul,", False),
        ("p12,Player,p12,,,,", "p12,Player,p12,,,,\np13,Player,p13,,,,", True),
    ):
        entities.write_text(first[entities].replace(old, new))
        assert (project.increment() is None) is is_whole
        assert project.again() == project.full()


@pytest.mark.parametrize("separator", [",", ";"])
def test_rows_are_read_as_their_table_has_them(league: League, separator: str) -> None:
    """With a mark, ends of lines of two characters, and semicolons, and a row that is empty."""
    facts = league.tables[0]
    rows = [line.replace('"one, and another"', "one") for line in facts.read_text().split("\n")]
    rows.insert(5, "")

    def write() -> None:
        text = "\r\n".join(line.replace(",", separator) for line in rows)
        facts.write_bytes(b"\xef\xbb\xbf" + text.encode())

    write()
    assert league.again() == league.full()
    found = []
    for at in (3, 6, 7, len(rows) - 1):
        rows.insert(at, f"p1,playsFor,c{at % 5},1971,1972,,s1,p. 7,,")
        write()
        found.append(league.increment())
        assert found[-1] in (None, league.full())
    # One finding names a row by its number, which is another after the first change.
    assert [one is None for one in found] == [True, False, False, False]


def test_what_is_kept_is_not_used_once_it_is_damaged(league: League) -> None:
    (folder,) = marked(league.kept, VALIDATED)
    for place in sorted(folder.glob("*.parquet")):
        content = place.read_bytes()
        place.write_bytes(content[:-9] + b"otherwise")
        assert league.increment() is None
        place.unlink()
        assert league.increment() is None
        place.write_bytes(content)
        assert league.increment() == league.full()


@pytest.mark.parametrize("failing", [0, 1, 2, 3, 4])
def test_nothing_is_kept_where_a_part_of_it_cannot_be_written(
    league: League, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """The disk was full for a moment: rows of two tables, the tables, entities, sources."""
    written: list[str] = []
    write = Keeper._write

    def refused(self: Keeper, frame: pl.DataFrame, name: str) -> None:
        written.append(name)
        if len(written) == failing + 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, frame, name)

    with (league.data / "dataset.ttl").open("a", encoding="utf-8") as file:
        file.write("# A change for which all rows are looked at.\n")
    (before,) = marked(league.kept, VALIDATED)
    monkeypatch.setattr(Keeper, "_write", refused)

    assert league.again() == league.full()
    assert len(written) > failing
    assert [*marked(league.kept, VALIDATED)] == [before]
    assert league.increment() is None


def test_nothing_is_kept_where_what_rules_conclude_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is given a folder that there is not, and says so in its own words."""
    project = made(tmp_path / "league", monkeypatch, 1)
    (before,) = marked(project.kept, VALIDATED)
    with (project.data / "dataset.ttl").open("a", encoding="utf-8") as file:
        file.write("# A change for which all rows are looked at.\n")
    save = Tables.save

    def refused(self: Tables, sql: str, place: Path) -> None:
        save(self, sql, place.parent / "nowhere" / place.name)

    monkeypatch.setattr(Tables, "save", refused)

    assert project.again() == project.full()
    assert marked(project.kept, VALIDATED) == [before]


def test_nothing_is_kept_of_a_project_in_which_something_is_wrong(league: League) -> None:
    (before,) = marked(league.kept, VALIDATED)
    facts = league.tables[0]
    content = facts.read_bytes()
    # A change of a header has all rows looked at.
    facts.write_bytes(content.replace(HEADER.encode(), f"{HEADER},confidence".encode()))
    with facts.open("ab") as file:
        file.write(b"p1,playsFor,nobody,,,,s1,,,,\n")

    assert not league.again().conforms
    assert marked(league.kept, VALIDATED) == [before]
    facts.write_bytes(content)
    assert league.increment() == league.full()


@pytest.mark.parametrize(
    "more",
    [
        # A statement that has nothing in common with the focus node.
        """:Other a sh:NodeShape ; sh:targetClass kg:Statement ; sh:sparql [ sh:message "m" ;
            sh:prefixes <https://example.org/tiny/shapes> ;
            sh:select "SELECT $this { $this kg:start ?d . ?s kg:end ?d }" ] .""",
        # Two steps away.
        """:Other a sh:NodeShape ; sh:targetClass :Player ; sh:property [
            sh:path ( :playsFor :hosts ) ; sh:maxCount 5 ] .""",
    ],
)
def test_nothing_is_kept_where_a_shape_looks_far(league: League, more: str) -> None:
    with (league.ontology / "shapes.ttl").open("a", encoding="utf-8") as file:
        file.write(more)
    (before,) = marked(league.kept, VALIDATED)
    league.again()

    assert marked(league.kept, VALIDATED) == [before]
    assert league.increment() is None


def test_the_command_says_the_same_again(
    league: League, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`kg validate` after `kg build` begins with what that kept, `--full` does not."""
    seen: list[bool] = []
    found = again.checked_again

    def noticed(*given: object) -> Report | None:
        report = found(*given)  # type: ignore[arg-type]
        seen.append(report is not None)
        return report

    monkeypatch.setattr(again, "checked_again", noticed)
    monkeypatch.chdir(league.path)

    def said(*words: str) -> str:
        with pytest.raises(SystemExit):
            main([*words, "--format", "json"] if words[0] == "validate" else [*words])
        return capsys.readouterr().out

    said("build")
    (folder,) = marked(league.kept, VALIDATED)
    with league.tables[1].open("a", encoding="utf-8") as file:
        file.write("p1,playsFor,c1,1971,1972,,s1,p. 7,,\np1,playsFor,c0,1971,1972,,s1,p. 7,,\n")
    first, second = said("validate"), said("validate", "--full")

    assert seen == [True]
    assert json.loads(first) == json.loads(second)
    assert "c0" in first
    assert marked(league.kept, VALIDATED) == [folder]
