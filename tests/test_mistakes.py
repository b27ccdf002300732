"""The page of mistakes names every case of tests/broken, and what kg says of it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import InputError

if TYPE_CHECKING:
    from conftest import Tiny

ROOT = Path(__file__).parent.parent
CASES = sorted(folder.name for folder in (ROOT / "tests" / "broken").iterdir())


@pytest.fixture(scope="module")
def pages() -> Any:
    spec = importlib.util.spec_from_file_location("mistakes_page", ROOT / "docs" / "mistakes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_mistakes_is_made_from_the_cases(pages: Any) -> None:
    page = (ROOT / "docs" / "mistakes.md").read_text(encoding="utf-8")

    assert page == pages.page(), "write it anew: python docs/mistakes.py"


def test_every_case_stands_on_the_page_once_and_nothing_else_does(pages: Any) -> None:
    named = Counter(case for cases in pages.MISTAKES.values() for case in cases)

    assert named == Counter(CASES)


def test_a_line_of_the_page_says_what_the_case_gives() -> None:
    page = (ROOT / "docs" / "mistakes.md").read_text(encoding="utf-8")

    line = next(line for line in page.splitlines() if line.endswith("| `not-a-date` |"))
    assert line == (
        "| day, month and year with dots | "
        "error: '26.05.2020' is not a date; did you mean 2020-05-26? | `not-a-date` |"
    )


def test_a_mistake_of_which_nothing_is_said_is_told_so() -> None:
    page = (ROOT / "docs" / "mistakes.md").read_text(encoding="utf-8")

    silent = [
        case
        for case in CASES
        if not (ROOT / "tests" / "broken" / case / "expected.txt").read_text(encoding="utf-8")
    ]
    assert silent
    for case in silent:
        assert f"| nothing: it is read as it is meant | `{case}` |" in page


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize(
    "name",
    [
        "data/statements/more.csv",
        "data/statements/more.xlsx",
        "data/statements/more.csv/part.csv",
        "data/entities.csv",
        "data/sources.CSV",
        "ontology/more.ttl",
        "ontology/questions/more.rq",
        "ontology/rules/more.rq",
    ],
)
def test_a_pipe_in_the_place_of_a_file_is_refused_at_once(tiny: Tiny, name: str) -> None:
    path = tiny.path / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)

    done = subprocess.run(
        [sys.executable, "-m", "kg", "validate"],
        cwd=tiny.path,
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )

    said = f"kg: {name} is a pipe or a device; put a file in its place\n"
    assert (done.returncode, done.stderr) == (3, said)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("data/statements/facts.csv", "facts.csv"),
        ("data/statements/parts.csv/facts.csv", "facts.csv"),
        ("data/entities.csv", "entities.csv"),
        ("ontology/ontology.ttl", "ontology.ttl"),
        ("ontology/rules/more.rq", "more.rq"),
    ],
)
def test_a_link_out_of_the_project_is_followed_for_those_alone_who_know_of_it(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, own: str
) -> None:
    path, elsewhere = tiny.path / name, tmp_path / "elsewhere" / own
    elsewhere.parent.mkdir()
    path.parent.mkdir(exist_ok=True)
    if path.exists():
        path.rename(elsewhere)
    else:
        elsewhere.write_text("secret", encoding="utf-8")
    path.symlink_to(elsewhere)

    with pytest.raises(InputError) as refused:
        tiny.check()

    assert str(refused.value) == (
        f"{name} leads out of the project, to {elsewhere}; put the file itself there, or set "
        "KG_FOLLOW_LINKS=1 if you know where all links of this project lead"
    )
    monkeypatch.setenv("KG_FOLLOW_LINKS", "1")
    assert all("leads out" not in one.message for one in tiny.check().findings)


def test_a_link_within_the_project_and_one_in_place_of_the_data_are_followed(
    tiny: Tiny, tmp_path: Path
) -> None:
    facts, mine = tiny.path / "data/statements/facts.csv", tiny.path / "mine.csv"
    facts.rename(mine)
    facts.symlink_to("../../mine.csv")
    assert tiny.check().conforms

    facts.unlink()
    mine.rename(facts)
    tiny.data.rename(tmp_path / "shared")
    tiny.data.symlink_to(tmp_path / "shared")
    assert tiny.check().conforms


def test_an_empty_folder_called_as_a_table_is_named(tiny: Tiny) -> None:
    (tiny.data / "statements" / "more.csv").mkdir()

    (finding,) = tiny.check().findings

    assert str(finding) == (
        "data/statements/more.csv: warning: the folder is called as a table is, and no part of "
        "one is in it; put the parts into it as *.csv, or delete it"
    )


@pytest.mark.parametrize("name", ["Statements", "statement", "STATEMENTS"])
def test_a_folder_of_statements_in_other_letters_is_named(tiny: Tiny, name: str) -> None:
    """Where letters do not matter to the system it is the same folder."""
    (tiny.data / name).mkdir(exist_ok=True)

    found = [one.path for one in tiny.check().findings]

    is_same = (tiny.data / name).samefile(tiny.data / "statements")
    assert found == ([] if is_same else [f"data/{name}"])


def test_what_is_no_table_beside_the_tables_is_passed_over(tiny: Tiny) -> None:
    for name in ("README.md", "notes.txt", ".~lock.entities.csv#", ".hidden.csv"):
        (tiny.data / name).write_text("x", encoding="utf-8")

    assert tiny.check().findings == ()


def test_two_tables_with_a_header_alone_are_no_copies_of_each_other(tiny: Tiny) -> None:
    header = "subject,predicate,object,start,end,at,source,locator,rank,note\n"
    for name in ("data/statements/later.csv", "data/statements/more.csv"):
        tiny.write(name, header)

    assert tiny.check().findings == ()


@pytest.mark.parametrize("kind", ["newspaper", "report", "history", "map"])
def test_a_kind_of_source_of_its_own_is_not_taken_for_a_misspelt_one(tiny: Tiny, kind: str) -> None:
    tiny.replace("data/sources.csv", ",en,book,", f",en,{kind},")

    assert tiny.check().findings == ()


@pytest.mark.parametrize(
    ("language", "label"),
    [("en", "Я - Kim"), ("ru", "NATO"), ("ru", "Intel"), ("ru", "FIDE")],
)
def test_a_name_that_stays_as_it_is_in_another_script_is_not_told(
    tiny: Tiny, language: str, label: str
) -> None:
    own = {"en": "Clara", "ru": "Клара"} | {language: label}
    tiny.replace("data/entities.csv", ",Clara,Клара,", f",{own['en']},{own['ru']},")

    assert tiny.check().findings == ()


@pytest.mark.parametrize(
    "text", ["ESPAÑA", "«MAÇÃ»", "DÉJÀ «ÇA»", "Рёв", "Я…", "São Paulo", "Ñandú"]
)
def test_a_good_text_with_marks_or_accents_is_not_taken_for_a_wrong_encoding(
    tiny: Tiny, text: str
) -> None:
    tiny.add(f"clara,playsFor,rooks,1999,,,almanac-2001,p. 9,,{text}")

    assert tiny.check().findings == ()


def test_a_table_of_others_beside_the_data_is_passed_over(tiny: Tiny) -> None:
    tiny.write("more.csv", "subject,object,score\nclara,rooks,1\n")

    assert tiny.check().findings == ()
