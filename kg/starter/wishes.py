"""Wishes: what a new project is called and made for, each with its default and its rule."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from kg.errors import InputError, UsageError, parameter, shown
from kg.model.dataset import is_base
from kg.model.dates import NotADateError, PartialDate
from kg.model.ids import slug
from kg.model.languages import tag, tags_problem
from kg.model.literals import character_problem
from kg.model.namespaces import is_id

# The facts of the example are some years older than the day of issue, and no years before Christ.
FIRST_YEAR: Final = 100
DAY: Final = "write a day such as 2026-01-31"


class Wishes(NamedTuple):
    """What somebody wants of a new project, all of it checked."""

    title: str
    base: str
    languages: tuple[str, ...]
    issued: PartialDate


class Wish(NamedTuple):
    """One thing to ask: its name, what it means, its default for a project, what is wrong with it.

    `problem` returns a sentence with the repair, or "" when nothing is wrong.
    """

    name: str
    meaning: str
    default: Callable[[str], str]
    problem: Callable[[str], str]


def wishes(name: str, given: dict[str, str]) -> Wishes:
    """Return what is wanted of the project of this name, with defaults for what is not given.

    Raises UsageError that names what was given, what is wrong with it, and the repair.

    >>> wishes("my-club", {"languages": "fr, en"})[:3]
    ('My club', 'https://example.org/my-club/', ('fr', 'en'))
    """
    found = {one.name: given.get(one.name, one.default(name)) for one in WISHES}
    for one in WISHES:
        if problem := one.problem(found[one.name]):
            value = shown(found[one.name]) or "''"
            msg = f"{parameter(one.name, value)}: {problem}"
            raise UsageError(msg)
    languages = tuple(map(tag, listed(found["languages"])))
    return Wishes(found["title"], found["base"], languages, PartialDate.parse(found["issued"]))


def place(text: str) -> Path:
    """Return the folder in which the project is to stand: there is none yet, or it is empty.

    Raises UsageError when it cannot be called so, InputError when something stands there or the
    folder around it is missing.

    >>> place("My Club")
    Traceback (most recent call last):
    kg.errors.UsageError: 'My Club' is no name of a project, which is in lower case, with digits, \
hyphens and full stops between; write my-club
    """
    folder = Path(text).absolute()
    name = folder.resolve().name
    if not is_id(name):
        rule = "which is in lower case, with digits, hyphens and full stops between"
        repair = f"write {slug(name) or 'one such as my-club'}"
        msg = f"'{shown(name or text)}' is no name of a project, {rule}; {repair}"
        raise UsageError(msg)
    if not folder.parent.is_dir():
        msg = f"there is no folder {folder.parent}; make it first"
        raise InputError(msg)
    if folder.exists() and not folder.is_dir():
        msg = f"{text} is a file; give the project another name"
        raise InputError(msg)
    # Whoever begins with an empty repository of git has one folder in it.
    if folder.exists() and {path.name for path in folder.iterdir()} - {".git"}:
        repair = "give the project another name, or empty the folder"
        msg = f"{text} is not empty, and nothing in it is overwritten; {repair}"
        raise InputError(msg)
    return folder


def listed(text: str) -> list[str]:
    """Return the words of a list with commas or blanks between them.

    >>> listed("fr, en"), listed("fr en,")
    (['fr', 'en'], ['fr', 'en'])
    """
    return text.replace(",", " ").split()


def _title(name: str) -> str:
    return re.sub(r"[-.]", " ", name).capitalize()


def _no_title(text: str) -> str:
    if not text.strip() or "\n" in text or "\t" in text:
        return "a title is one line of text; write one"
    problem = character_problem(text)
    return "; ".join(problem) if problem else ""


def _no_base(text: str) -> str:
    if is_base(text):
        return ""
    rule = "a base address starts with http:// or https://, ends with / and has no #"
    return f"{rule}; write one such as https://example.org/mine/"


def _no_languages(text: str) -> str:
    tags = listed(text)
    problem = tags_problem(tags) if tags else "names none"
    repair = "write tags such as en,fr, that of the dataset first"
    return f"the list of languages {problem}; {repair}" if problem else ""


def _no_day(text: str) -> str:
    try:
        day = PartialDate.parse(text)
    except NotADateError as error:
        return f"{error.problem}; {error.repair or DAY}"
    if day.precision != "day":
        return f"{text} is no day; {DAY}"
    is_early = day.year < FIRST_YEAR
    return f"a day of issue is not before the year {FIRST_YEAR}; correct it" if is_early else ""


WISHES: Final = (
    Wish("title", "What is it about? One line", _title, _no_title),
    Wish(
        "base",
        "With which address shall its names begin? Best one of your own",
        "https://example.org/{}/".format,
        _no_base,
    ),
    Wish(
        "languages",
        "In which languages are its labels? Tags, that of the dataset first",
        lambda _: "en",
        _no_languages,
    ),
    Wish(
        "issued",
        "For which day are the facts current?",
        lambda _: datetime.now().astimezone().date().isoformat(),
        _no_day,
    ),
)

# Asked of a table with a column of ends, unless an option says it.
INCLUSIVE: Final = Wish(
    "inclusive",
    "Does a fact still hold on the day that is its end? yes or no",
    lambda _: "no",
    lambda text: "" if text in {"yes", "no"} else "write yes or no",
)
