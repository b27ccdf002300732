"""What rows cite of a text: paragraphs as locators count them, and what no row cites."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.adding.citing import Citing
from kg.adding.known import Known, Text
from kg.model.statement import Source
from kg.reports.archive import Archive
from kg.text.paragraphs import numbers

if TYPE_CHECKING:
    from conftest import Tiny

NEWS = (
    "Boris won the City Open.\n\nThe Knights have Anna.\nAnna, of Rooks, rests. Clara met Boris.\n"
)


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        cwd=folder, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def citing(tiny: Tiny) -> Citing:
    path = tiny.path / "news.txt"
    path.write_text(NEWS, encoding="utf-8")
    return Citing(Text.read(path), Known(tiny.path), ["gazette-1999"])


class TestCiting:
    def test_each_paragraph_has_the_rows_that_cite_it(self, citing: Citing) -> None:
        assert [one.triple for one in citing.of(1)] == [
            "boris won city-open", "knights hosts city-open",
        ]  # fmt: skip
        assert [one.triple for one in citing.of(2)] == ["anna playsFor knights"]

    def test_an_end_that_the_paragraph_does_not_name_is_told(self, citing: Citing) -> None:
        assert [one.unnamed for one in citing.of(1)] == [(), ("knights",)]

    def test_a_value_is_named_when_it_stands_there(self, citing: Citing) -> None:
        (rating,) = citing.of(3)
        assert (rating.triple, rating.unnamed) == ("anna rating 2100", ("2100",))

    def test_a_sentence_of_which_no_row_cites_the_paragraph_is_listed(self, citing: Citing) -> None:
        assert list(citing.uncited(3)) == [("Clara met Boris.", ["clara", "boris"])]
        assert list(citing.uncited(1)) == []

    def test_a_row_that_cites_no_paragraph_is_told_apart(self, tiny: Tiny, citing: Citing) -> None:
        tiny.add("clara,playsFor,rooks,2001,,,gazette-1999,¶9,,", "data/statements/facts.csv")
        anew = Citing(citing.text, Known(tiny.path), ["gazette-1999"])
        assert [one.triple for one in anew.elsewhere()] == ["clara playsFor rooks"]

    def test_a_name_inside_of_a_longer_one_is_named(self, tiny: Tiny) -> None:
        tiny.add("open-hall,Club,City Open Hall,,,,", "data/entities.csv")
        path = tiny.path / "news.txt"
        path.write_text("Boris won in the City Open Hall.", encoding="utf-8")
        found = Citing(Text.read(path), Known(tiny.path), ["gazette-1999"])
        assert found.of(1)[0].unnamed == ()


@pytest.mark.parametrize(
    ("locator", "found"),
    [("¶3", [3]), ("¶3-5, 8", [3, 4, 5, 8]), ("heading", []), ("¶2, ¶4", [2, 4])],
)
def test_a_locator_names_paragraphs(locator: str, found: list[int]) -> None:
    assert numbers(locator) == found


def test_an_archive_counts_the_paragraphs_of_a_page_in_the_same_way(tmp_path: Path) -> None:
    page = b"<!DOCTYPE html>\n<body>\n<p>One</p>\n<p>Two</p>"
    (tmp_path / "page.html").write_bytes(page)
    source = Source("page", "Page", sha256=hashlib.sha256(page).hexdigest())
    assert Archive(tmp_path).passage(source, "¶2").paragraphs == ((2, "Two"),)


@pytest.mark.usefixtures("citing")
class TestCommand:
    def test_the_text_is_shown_with_its_digest_and_what_cites_it(self, tiny: Tiny) -> None:
        code, out, told = run(tiny.path, "cite", "news.txt", "--source", "gazette-1999")
        lines = out.splitlines()
        assert code == 0
        assert lines[0] == f"sha256  {hashlib.sha256(NEWS.encode()).hexdigest()}"
        assert lines[1:4] == ["source  gazette-1999", "", "¶1  Boris won the City Open."]
        assert lines[4].endswith(": boris won city-open; both ends are named")
        assert lines[5].endswith(": knights hosts city-open; not named: knights")
        assert "    cited by no row: clara, boris: Clara met Boris." in lines
        assert told == "3 paragraphs, 4 rows; of 2 an end is not named where it is cited\n"

    def test_a_source_is_found_by_the_digest(self, tiny: Tiny) -> None:
        sha256 = hashlib.sha256(NEWS.encode()).hexdigest()
        tiny.replace("data/sources.csv", "1999-06-14,,en,news,", f"1999-06-14,,en,news,{sha256}")
        assert "source  gazette-1999" in run(tiny.path, "cite", "news.txt")[1].splitlines()

    def test_another_digest_is_told(self, tiny: Tiny) -> None:
        tiny.replace("data/sources.csv", "1999-06-14,,en,news,", f"1999-06-14,,en,news,{'0' * 64}")
        _, out, _ = run(tiny.path, "cite", "news.txt", "--source", "gazette-1999")
        assert out.splitlines()[1] == "source  gazette-1999, which was read with another digest"

    def test_a_text_that_nothing_cites_is_numbered_all_the_same(self, tiny: Tiny) -> None:
        code, out, _ = run(tiny.path, "cite", "news.txt")
        assert code == 0
        assert out.splitlines()[1].startswith("source  none has this digest; 'kg add source URL")
        assert "¶3  Anna, of Rooks, rests. Clara met Boris." in out.splitlines()

    def test_the_page_about_adding_shows_what_is_printed(self, tiny: Tiny) -> None:
        page = (Path(__file__).parent.parent / "docs" / "adding.md").read_text(encoding="utf-8")
        text = (
            "Boris won the City Open in a hall of the Knights. Anna, of the Rooks, came second.\n"
        )
        tiny.write("news.txt", text)
        _, out, told = run(tiny.path, "cite", "news.txt", "--source", "gazette-1999")
        assert f"$ kg cite news.txt --source gazette-1999\n{out}{told}```" in page
        tiny.write("news.txt", "News.\nClara plays for the Knights since September 1995.\n")
        _, out, told = run(tiny.path, "suggest", "news.txt", "--source", "gazette-1999")
        assert f"$ kg suggest news.txt --source gazette-1999\n{out}{told}```" in page
        given = ("clara", "playsFor", "rooks", "--start", "2001", "--source", "almanac-2001")
        _, out, _ = run(tiny.path, "add", *given)
        assert f"$ kg add {' '.join(given)}\n{out}write? [y/N] y\n" in page
