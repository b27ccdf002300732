"""What tests draw at random: texts, dates, rows and whole small projects that kg takes.

In CI the examples are the same in every run; `HYPOTHESIS_PROFILE=thorough` draws ever new ones.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

HERE = Path(__file__).parent
Row = tuple[str, ...]
SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)


def profile(few: int) -> settings:
    """The settings of a test that builds: so many examples in CI, fifty times as many by wish."""
    if os.environ.get("HYPOTHESIS_PROFILE") == "thorough":
        return settings(max_examples=50 * few, suppress_health_check=SLOW)
    return settings(max_examples=few, derandomize=True, database=None, suppress_health_check=SLOW)


def tables(rows: st.SearchStrategy[Row]) -> st.SearchStrategy[list[Row]]:
    """Some rows, or so many that most of what they may say is said: that costs hardly more."""
    return st.lists(rows, max_size=6) | st.lists(rows, min_size=25, max_size=60)


# What XML, a terminal, or a table with one row on each line cannot hold.
_REFUSED = dict.fromkeys(["\ufffe", "\uffff"])
_ANY = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters=_REFUSED)
# What programs are known to get wrong in a cell, an attribute, a literal or a line of a terminal.
AWKWARD = st.sampled_from(
    [
        *("=1+1", "+1", "-1", "@x", "#N/A", "TRUE", "1e5", "2012", "2012-05", "-0043", "1/2"),
        *("_x0041_", "_x005F_", "'x", '"q"', '""', "a,b", "a;b", 'a "b" c', "١٢", "a\\", "\\n"),
        *("<b>&amp;</b>", "]]>", "{{x}}", "${x}", "%s %20", "a\N{TAB}b", "a  b", "'''", '"""'),
        # From right to left, marks that turn the direction, and those that join or part letters.
        *(
            "שלום",
            "\u202eabc\u202c",
            "\u2066x\u2069",
            "a\u200db",
            "a\u200cb",
            "a\u200bb",
            "\u00ad-",
        ),
        # One letter in two forms, letters with many marks, and what stands beyond 16 bits.
        *(
            "é",
            "e\u0301",
            "Z" + "\u0335" * 9,
            "𒀀",
            "👩‍👩‍👧",
            "\N{COMBINING ACUTE ACCENT}a",
            "ﬁ",
            "İ",
            "ẞ",
        ),
        *("a\N{NO-BREAK SPACE}b", "a\u3000b", "\ufeffa", "\U0010fffd", "x" * 5_000),
    ]
)
# A cell has no blanks at its ends.
TEXTS = st.one_of(AWKWARD, st.text(_ANY, max_size=12)).map(str.strip)
LABELS = TEXTS.filter(bool)


def plain_dates(first: int, last: int) -> st.SearchStrategy[str]:
    """Years, months and days."""
    years = st.integers(first, last)
    months = st.builds("{}-{:02}".format, years, st.integers(1, 12))
    days = st.builds("{}-{:02}".format, months, st.integers(1, 28))
    return st.one_of(years.map(str), months, days)


def dates(first: int, last: int) -> st.SearchStrategy[str]:
    """Dates in these years in every form that has two sides."""
    plain = plain_dates(first, last)
    # About a year means one more on both sides.
    inner = st.integers(first + 1, last - 1).map(str)
    return st.one_of(
        plain,
        st.builds("{}?".format, plain),
        st.builds("{}{}".format, inner, st.sampled_from("~%")),
        st.builds("{}-{}".format, inner, st.sampled_from(["21", "22", "23", "24", "XX"])),
        st.builds("{}-{:02}-XX".format, inner, st.integers(1, 12)),
        st.builds("[{}..{}]".format, st.just(first), inner),
    )


# Every start is before every end, whatever day in them is meant.
STARTS = st.one_of(
    st.just(""), dates(1992, 1999), st.builds("[..{}]".format, plain_dates(1992, 1999))
)
ENDS = st.one_of(st.just(""), st.just("unknown"), dates(2002, 2010), st.just("[2003..]"))
EVENTS = st.one_of(dates(1992, 2010), st.sampled_from(["[..1999]", "199X", "[2003..]"]))


class Said(NamedTuple):
    """A row of statements."""

    subject: str
    predicate: str
    object: str
    start: str = ""
    end: str = ""
    at: str = ""
    source: str = ""
    locator: str = ""
    rank: str = ""
    note: str = ""


class Small(NamedTuple):
    """What the tables of a project say beside those of the tiny one."""

    entities: Sequence[tuple[str, ...]]
    sources: Sequence[tuple[str, ...]]
    rows: list[Said]

    def write(self, folder: Path) -> Path:
        """Write the project into the folder, above the tiny one; return the folder."""
        shutil.copytree(HERE / "tiny", folder, dirs_exist_ok=True)
        for file, rows in (("entities", self.entities), ("sources", self.sources)):
            _append(folder / "data" / f"{file}.csv", rows)
        _append(folder / "data" / "statements" / "facts.csv", self.rows)
        return folder


def _append(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("a", encoding="utf-8", newline="") as table:
        csv.writer(table, lineterminator="\n").writerows(rows)


PLAYERS, CLUBS = ("p.1", "p-2", "p3"), ("c.1", "c-2")
SOURCES = ("s.1", "s-2", "s-3")
_ALIASES = st.lists(LABELS.filter(lambda one: "|" not in one), max_size=2, unique=True)


def _said(
    predicate: str, of: Iterable[str], what: Iterable[str], *times: st.SearchStrategy[str]
) -> st.SearchStrategy[Said]:
    triple = (st.sampled_from([*of]), st.just(predicate), st.sampled_from([*what]))
    said = st.builds(Said, *triple, *times, st.sampled_from(SOURCES[:2]), TEXTS, st.just(""), TEXTS)
    return said.filter(lambda one: bool(one.start or one.end or one.at))


_PERIOD, _DAY = (STARTS, ENDS, st.just("")), (st.just(""), st.just(""), EVENTS)
ROWS = st.one_of(
    _said("playsFor", PLAYERS, CLUBS, *_PERIOD),
    _said("playsFor", PLAYERS, CLUBS, *_DAY),
    _said("rating", PLAYERS, ("2100", "02100", "-7", "0"), *_PERIOD),
    _said("rivalOf", CLUBS[:1], CLUBS[1:], *_PERIOD),
    _said("won", PLAYERS, ["city-open"], *_DAY),
)


_PUBLISHED = st.tuples(
    st.sampled_from(["", "https://example.org/a?b=%20#c", "http://example.org/я"]),
    st.sampled_from(["2011", "2011-02", "2012-02-29"]),
    st.sampled_from(["", "2023-12-31"]),
    st.sampled_from(["", "en", "ru"]),
    st.sampled_from(["", "book"]),
    st.sampled_from(["", "0" * 64]),
)


def _once(row: Said) -> tuple[str, ...]:
    """What no second row may have: the periods of one triple would overlap, events may not."""
    is_period = row.start or row.end
    return (row.subject, row.predicate, row.object.lstrip("0")) if is_period else row


@st.composite
def smalls(draw: st.DrawFn) -> Small:
    """Draw a project without an error; some statements have a reference in each source."""
    classes = [*((one, "Player") for one in PLAYERS), *((one, "Club") for one in CLUBS)]
    entities = [
        (*one, draw(LABELS), draw(TEXTS), "|".join(draw(_ALIASES)), "", draw(TEXTS))
        for one in classes
    ]
    sources = [(one, draw(LABELS), draw(TEXTS), *draw(_PUBLISHED)) for one in SOURCES]
    rows = draw(st.lists(ROWS, max_size=8, unique_by=_once))
    twice = [one._replace(source="s-3", locator=draw(TEXTS)) for one in rows[::2]]
    return Small(entities, sources, [*rows, *twice])
