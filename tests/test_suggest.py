"""Drafts of a text: what is found, its dates and paragraphs, and what a curator's yes does."""

from __future__ import annotations

import csv
import importlib.util
import io
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.adding.drafts import Draft, Drafter
from kg.adding.known import Known, Text
from kg.adding.names import Names
from kg.adding.times import times_in
from kg.adding.words import is_name, words_of
from kg.model.statement import Entity
from kg.text.paragraphs import paragraphs

if TYPE_CHECKING:
    from conftest import Tiny

ROOT = Path(__file__).parent.parent
# A text of others, which is never part of the project.
ARTICLE = ROOT.parent / "shared" / "sources" / "tass-2020-05-26.txt"
FACTS = "data/statements/facts.csv"


def run(folder: Path, *arguments: str, answers: str | None = None) -> tuple[int, str, str]:
    """Run the command; with answers on a terminal that they are typed into."""
    ours, theirs = pty.openpty() if answers is not None else (0, subprocess.DEVNULL)
    if answers is not None:
        # Whoever is asked once more than was meant ends it.
        os.write(ours, f"{answers}q\n".encode())
    done = subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        cwd=folder, capture_output=True, encoding="utf-8", check=False, stdin=theirs, timeout=120,
    )  # fmt: skip
    if answers is not None:
        os.close(ours)
        os.close(theirs)
    return done.returncode, done.stdout, done.stderr


def drafted(tiny: Tiny, *texts: str, published: str = "") -> list[tuple[str, ...]]:
    known = Known(tiny.path)
    found = Drafter(known.ontology, known.entities).drafts(texts, published)
    return [(d.subject, d.predicate, d.object, d.start, d.end, d.at, d.locator) for d in found]


def teach(tiny: Tiny, property_: str, *phrases: str) -> None:
    labels = " , ".join(f'"{one}"@en' for one in phrases)
    path = tiny.path / "ontology" / "ontology.ttl"
    skos = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    text = path.read_text(encoding="utf-8") + f"\n{skos}:{property_} skos:hiddenLabel {labels} .\n"
    path.write_text(text, encoding="utf-8")


class TestDrafts:
    def test_a_sentence_that_says_a_label_between_two_names_is_a_draft(self, tiny: Tiny) -> None:
        assert drafted(tiny, "News.", "Anna plays for the Knights.", published="1999-06-14") == [
            ("anna", "playsFor", "knights", "", "", "1999-06-14", "¶2")
        ]

    def test_a_state_that_is_since_a_date_starts_then(self, tiny: Tiny) -> None:
        assert drafted(tiny, "Anna plays for Rooks since 3 May 1999.", published="2001") == [
            ("anna", "playsFor", "rooks", "1999-05-03", "", "", "¶1")
        ]

    def test_a_sentence_in_russian_is_read_by_russian_labels_and_their_endings(
        self, tiny: Tiny
    ) -> None:
        assert drafted(tiny, "Клара играла за Коней с мая 2001 года.") == [  # noqa: RUF001 - Russian
            ("clara", "playsFor", "knights", "2001-05", "", "", "¶1")
        ]

    def test_those_who_are_named_together_are_a_draft_each(self, tiny: Tiny) -> None:
        found = drafted(tiny, "Anna, Boris and Clara play for Rooks.")
        assert {one[0] for one in found} == {"anna", "boris", "clara"}

    def test_what_is_denied_is_no_draft(self, tiny: Tiny) -> None:
        assert drafted(tiny, "Anna never plays for Rooks. Boris does not play for Knights.") == []

    def test_names_of_the_wrong_class_are_no_ends(self, tiny: Tiny) -> None:
        assert drafted(tiny, "Rooks play for the Knights.") == []

    def test_each_date_goes_to_the_phrase_before_it(self, tiny: Tiny) -> None:
        found = drafted(tiny, "Anna founded Knights in 1990, and Boris won City Open in June 1999.")
        assert [(one[1], one[5]) for one in found] == [("founded", "1990"), ("won", "1999-06")]

    def test_a_number_of_a_name_is_no_date(self, tiny: Tiny) -> None:
        tiny.add("open-2001,Tournament,Open in 2001,,,,", "data/entities.csv")
        assert drafted(tiny, "Anna won Open in 2001.", published="2002")[0][5] == "2002"

    def test_a_project_teaches_words_of_its_own(self, tiny: Tiny) -> None:
        assert drafted(tiny, "Boris defected to Rooks in 2003.") == []
        teach(tiny, "playsFor", "{subject} defected to {object} {start}")
        assert drafted(tiny, "Boris defected to Rooks in 2003.") == [
            ("boris", "playsFor", "rooks", "2003", "", "", "¶1")
        ]

    def test_words_may_be_said_the_other_way_round(self, tiny: Tiny) -> None:
        teach(tiny, "playsFor", "{object} fields {subject}")
        assert drafted(tiny, "The Rooks field Anna and Clara.", published="2001") == [
            ("anna", "playsFor", "rooks", "", "", "2001", "¶1"),
            ("clara", "playsFor", "rooks", "", "", "2001", "¶1"),
        ]

    def test_what_is_new_has_a_label_of_a_few_words_and_no_sentence(self, tiny: Tiny) -> None:
        teach(tiny, "won", "{subject} triumphed at {new}")
        (one,) = drafted(tiny, "Clara triumphed at the Winter Cup of Oslo, which was cold.")
        assert one[:3] == ("clara", "won", "new:Winter Cup of Oslo")

    def test_a_label_of_what_is_new_ends_after_nine_words(self, tiny: Tiny) -> None:
        teach(tiny, "won", "{subject} triumphed at {new}")
        (one,) = drafted(
            tiny, "Clara triumphed at one two three four five six seven eight nine ten."
        )
        assert one[2] == "new:one two three four five six seven eight nine"

    def test_a_phrase_without_a_subject_is_the_speakers(self, tiny: Tiny) -> None:
        teach(tiny, "won", "we have {new}")
        texts = ("Boris said it was cold.", '"Now we have the Winter Cup," he went on.')
        assert drafted(tiny, *texts)[0][:3] == ("boris", "won", "new:Winter Cup")

    def test_a_phrase_that_cannot_be_read_is_none(self, tiny: Tiny) -> None:
        teach(
            tiny, "playsFor", "{subject} {object} clash", "{subjekt} of {object}", "…", "{object} …"
        )
        assert drafted(tiny, "Anna Rooks clash.") == []

    def test_a_text_without_words_has_no_drafts(self, tiny: Tiny) -> None:
        assert drafted(tiny, "", "…", "— . —", "12") == []


class TestNames:
    def test_a_name_of_several_entities_names_none(self) -> None:
        names = Names([Entity("a", "Club", {"en": "Rooks"}), Entity("b", "Club", {"en": "Rooks"})])
        assert names.mentions(words_of("Rooks")) == []

    def test_the_longer_name_wins(self) -> None:
        short = Entity("office", "Club", {"en": "Rooks"})
        long = Entity("youth", "Club", {"en": "Rooks Youth Club"})
        names = Names([short, long])
        assert [m.entity.id for m in names.mentions(words_of("the Rooks Youth Club"))] == ["youth"]

    def test_a_last_name_names_once_the_text_has_the_whole_name(self) -> None:
        names = Names([Entity("a", "Player", {"en": "Anna Berg"})])
        assert names.mentions(words_of("Berg")) == []
        names.learn(["Anna Berg came."])
        assert [m.entity.id for m in names.mentions(words_of("Berg"))] == ["a"]

    def test_a_proper_name_is_written_large(self) -> None:
        names = Names([Entity("a", "Operation", {"en": "Illegal"})])
        assert names.mentions(words_of("illegal trade")) == []

    @pytest.mark.parametrize(
        ("name", "word", "same"),
        [
            ("Россия", "России", True),
            ("Россия", "российской", False),
            ("Иран", "Ираном", True),
            ("Иран", "Ирак", False),
            ("Iran", "Iranian", False),
            ("UN", "un", False),
        ],
    )
    def test_a_name_may_be_declined_but_is_no_adjective(
        self, name: str, word: str, same: bool
    ) -> None:
        assert is_name(name, word) is same


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("on 26 May 2020", ["2020-05-26"]),
        ("May 26, 2020", ["2020-05-26"]),
        ("26 мая 2020 года", ["2020-05-26"]),
        ("on 26 May", ["2019-05-26"]),
        ("in May 2020", ["2020-05"]),
        ("2020-05-26", ["2020-05-26"]),
        ("since 2001", ["2001"]),
        ("to 2015-2020", []),
        ("30 February 2020", []),
        ("2020 people", []),
    ],
)
def test_dates_are_read_in_words(text: str, dates: list[str]) -> None:
    assert [one.date for one in times_in(text, "2019")] == dates


class TestParagraphs:
    def test_a_page_has_the_paragraphs_that_a_reader_sees(self) -> None:
        page = b"<!DOCTYPE html><title>T</title><script>x<p>y</script><h1>One</h1><ul><li>Two &amp;"
        assert paragraphs(page + b"\n more<li>Three</ul>", "a.html") == [
            "One", "Two & more", "Three",
        ]  # fmt: skip

    def test_lines_without_anything_do_not_count(self) -> None:
        assert paragraphs("\ufeffOne\r\n\r\n \nTwo".encode(), "a.txt") == ["One", "Two"]


class TestCommand:
    @pytest.fixture
    def news(self, tiny: Tiny) -> Path:
        path = tiny.path / "news.txt"
        path.write_text("Clara plays for Rooks since 2001.\nBoris won City Open.\n", "utf-8")
        return path

    def test_without_a_terminal_drafts_are_shown_and_nothing_is_written(
        self, tiny: Tiny, news: Path
    ) -> None:
        before = (tiny.path / FACTS).read_bytes()
        code, out, told = run(tiny.path, "suggest", news.name, "--source", "almanac-2001")
        assert code == 0
        assert out.splitlines()[0] == "¶1  clara playsFor rooks, start 2001"
        assert told == "2 drafts; nothing was written\n"
        assert (tiny.path / FACTS).read_bytes() == before

    def test_csv_has_the_drafts_as_rows(self, tiny: Tiny, news: Path) -> None:
        _, out, _ = run(
            tiny.path, "suggest", news.name, "--published", "2001-05", "--format", "csv"
        )
        first, second = csv.DictReader(io.StringIO(out))
        assert (first["subject"], first["start"], first["locator"]) == ("clara", "2001", "¶1")
        assert (second["object"], second["at"], second["source"]) == ("city-open", "2001-05", "")

    def test_what_the_record_has_from_there_is_left_out(self, tiny: Tiny, news: Path) -> None:
        tiny.add("boris,won,city-open,,,1999-06-12,almanac-2001,¶2,,", FACTS)
        _, out, told = run(tiny.path, "suggest", news.name, "--source", "almanac-2001")
        assert "boris" not in out
        assert told.startswith("1 draft left out that the record has; --all shows all\n")

    def test_a_yes_writes_the_row_and_a_no_does_not(self, tiny: Tiny, news: Path) -> None:
        before = (tiny.path / FACTS).read_text("utf-8").splitlines()
        source = ("--source", "almanac-2001")
        code, _, told = run(tiny.path, "suggest", news.name, *source, answers="y\nn\n")
        after = (tiny.path / FACTS).read_text("utf-8").splitlines()
        assert (code, told.splitlines()[-1][-13:]) == (0, "1 row written")
        assert [one for one in after if one not in before] == [
            "clara,playsFor,rooks,2001,,,almanac-2001,¶1,,"
        ]
        assert [one for one in after if one in before] == before

    def test_cells_are_changed_before_the_yes(self, tiny: Tiny, news: Path) -> None:
        typed = "e\nstart=2001-05 'note=by letter'\ny\nq\n"
        run(tiny.path, "suggest", news.name, "--source", "almanac-2001", answers=typed)
        rows = (tiny.path / FACTS).read_text("utf-8").splitlines()
        assert "clara,playsFor,rooks,2001-05,,,almanac-2001,¶1,,by letter" in rows

    def test_a_row_that_is_wrong_is_told_and_asked_about_again(
        self, tiny: Tiny, news: Path
    ) -> None:
        before = (tiny.path / FACTS).read_bytes()
        typed = "e\nsubject=clarra\ny\nq\n"
        _, out, told = run(
            tiny.path, "suggest", news.name, "--source", "almanac-2001", answers=typed
        )
        assert "did you mean 'clara'?" in out
        assert told.splitlines()[-1].endswith("0 rows written")
        assert (tiny.path / FACTS).read_bytes() == before

    def test_a_yes_to_what_is_new_adds_the_entity_too(self, tiny: Tiny) -> None:
        teach(tiny, "founded", "{subject} set up {new}")
        (tiny.path / "news.txt").write_text("Clara set up the Bishops Club.", "utf-8")
        source = ("--source", "gazette-1999")
        run(tiny.path, "suggest", "news.txt", *source, answers="y\n")
        entities = (tiny.path / "data/entities.csv").read_text("utf-8").splitlines()
        assert "bishops-club,Club,Bishops Club,,,," in entities
        assert "clara,founded,bishops-club,,,1999-06-14,gazette-1999,¶1,," in (
            (tiny.path / FACTS).read_text("utf-8").splitlines()
        )

    def test_a_source_that_is_not_there_is_refused_with_the_nearest(
        self, tiny: Tiny, news: Path
    ) -> None:
        code, out, told = run(tiny.path, "suggest", news.name, "--source", "gazete-1999")
        assert (code, out) == (3, "")
        assert told == "kg: there is no source 'gazete-1999'; did you mean 'gazette-1999'?\n"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("nothing.txt",), "nothing.txt cannot be read"),
            (("latin.txt",), "latin.txt is not UTF-8 text; save it as UTF-8"),
            (("news.txt", "--published", "soon"), "--published: "),
        ],
    )
    def test_what_cannot_be_read_is_one_line(
        self, tiny: Tiny, news: Path, arguments: tuple[str, ...], message: str
    ) -> None:
        news.with_name("latin.txt").write_bytes(b"caf\xe9")
        code, out, told = run(tiny.path, "suggest", *arguments)
        assert (code in {2, 3}, out, told.count("\n")) == (True, "", 1)
        assert message in told


@pytest.fixture(scope="module")
def page() -> Any:
    spec = importlib.util.spec_from_file_location("suggest_page", ROOT / "docs" / "suggest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def shipped() -> Known:
    return Known(ROOT)


class TestMeasures:
    def test_the_page_is_current_for_the_exercise(self, page: Any, shipped: Known) -> None:
        old = (ROOT / "docs" / "suggest.md").read_text(encoding="utf-8")
        assert page.page(shipped, None, old) == old, "write it anew: python docs/suggest.py"

    def test_three_in_four_rows_of_the_exercise_are_drafted_and_one_in_ten_is_wrong_at_most(
        self, page: Any, shipped: Known
    ) -> None:
        own = page.exercise(shipped)
        assert len(own.found) >= 0.75 * len(own.rows)
        assert len(own.right) >= 0.9 * len(own.drafts)

    def test_initiatives_and_memberships_of_the_article_are_drafted_and_few_are_wrong(
        self, page: Any, shipped: Known
    ) -> None:
        if not ARTICLE.is_file():
            pytest.skip("the article is not beside this checkout; its text is not ours to publish")
        text = Text.read(ARTICLE)
        if text.sha256 != shipped.sources[page.ARTICLE].sha256:
            pytest.skip("the text is not the article")
        told = page.article(shipped, text)
        assert len(told.initiatives) >= 8
        members = told.of("memberOf")
        assert len(members.found) == len(members.rows) == 6
        assert len(told.right) >= 0.8 * len(told.drafts)
        old = (ROOT / "docs" / "suggest.md").read_text(encoding="utf-8")
        assert page.page(shipped, text, old) == old

    def test_a_draft_of_another_paragraph_is_not_right(self, page: Any) -> None:
        row = page.Row("a", "p", "b", "¶1", ("", "", ""), "")
        assert row.is_met(Draft("a", "p", "b", "", "", "", 1))
        assert not row.is_met(Draft("a", "p", "b", "", "", "", 2))
