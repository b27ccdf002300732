"""Nearest: the date that a text which is no date probably means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import Final

from kg.errors import shown
from kg.model.patterns import DATE

# Excel counts days from here, in all workbooks but the oldest of the Macintosh; its 29 February
# of 1900, which never was, lies before every number of five digits.
_EXCEL: Final = date(1899, 12, 30)
# No longer text is any way to write a date.
_LONGEST: Final = 40
# Years outside are more likely to be something else.
_YEARS: Final = range(1000, 3000)
# The months in English, Russian, German, French and Spanish, each as it is written and shortened.
_MONTHS: Final = (
    "january jan январь января янв januar janvier enero",
    "february feb февраль февраля фев февр februar février fevrier febrero",
    "march mar март марта мар märz maerz mars marzo",
    "april apr апрель апреля апр avril abril",
    "may май мая mai mayo",
    "june jun июнь июня июн juni juin junio",
    "july jul июль июля июл juli juillet julio",
    "august aug август августа авг août aout agosto",
    "september sep sept сентябрь сентября сен сент septembre septiembre",
    "october oct октябрь октября окт oktober okt octobre octubre",
    "november nov ноябрь ноября ноя нояб novembre noviembre",
    "december dec декабрь декабря дек dezember dez décembre decembre diciembre",
)
MONTHS: Final = {
    word: str(number) for number, words in enumerate(_MONTHS, 1) for word in words.split()
}
# What people write where no date is known, and where something goes on.
_NOTHING: Final = frozenset(
    {"?", "??", "-", "--", "_", ".", "…", "...", "..", "*", "x", "n/a", "n.a.", "na", "n.d."}
    | {"none", "null", "nil", "nan", "unknown", "undated", "tbd", "tba", "#n/a", "#ref!"}
    | {"#value!", "#name?", "нет", "неизвестно", "б.д.", "н/д"}  # noqa: RUF001 - Russian
)
_GOES_ON: Final = frozenset(
    {"present", "now", "today", "ongoing", "current", "still", "open", "infinity", "∞", "date"}
    | {"сейчас", "н.в."}
)
# Letters that look like digits.
_DIGITS: Final = str.maketrans("OoОоlIІӀЗ", "000011113")  # noqa: RUF001 - that is why they are here
_DASHES: Final = re.compile("[\N{HYPHEN}-\N{HORIZONTAL BAR}\N{MINUS SIGN}]")
# A time of day, with or without its zone, or a zone alone.
_TIME: Final = re.compile(r"(?:[Tt ]\d{1,2}:\d\d.*|T\d{4,6}.*|(?<=\d)(?:Z|[+-]\d\d:\d\d))$")
# The names of the seasons, in the order of their numbers.
_SEASONS: Final = ("spring", "summer", "autumn|fall", "winter")
_ISO: Final = r"(-?\d{4}(?:-\d\d){0,2})"
# How people say what marks and brackets say, and the form of it; each group is a date.
_SAID: Final = (
    (r"(?:circa|about|around|approx(?:imately)?|ca?)(?:\.? |\.|(?=\d))(.+)", "{}~"),
    (r"(.+?),? (?:ca?\.?|circa|approx\.?)", "{}~"),
    (r"(?:perhaps|possibly|probably|maybe) (.+)|(.+?) ?\(\?\)", "{}?"),
    (r"(?:before|by|until|till|up to|not after) (.+)|(?:[</]|\.\./?) ?(.+)", "[..{}]"),
    (r"(?:after|since|from|not before) (.+)|> ?(.+)|(.+?) ?(?:/(?:\.\.)?|\.\.)", "[{}..]"),
    (r"\[? ?(.+?) ?\.\. ?(.+?) ?\]?|\[(.+?)/(.+)\]", "[{}..{}]"),
    (r"(?:between )?(\S+) (?:or|and|to) (\S+)", "[{}..{}]"),
    (r"\[(.+?)\.\.(.+)\]", "[{1}..{0}]"),
    (r"\[(.+)\]", "{}"),
)
_TWO_CELLS: Final = "write {0} into start and {1} into end, or [{0}..{1}] for one day between them"
# What ISO 8601-2 has and cells do not take, and what to write; docs/dates.md says why.
_LEFT_OUT: Final = (
    (r"\{.*\}", "a set says that all of its dates hold: write a row for each of them"),
    (
        r"\[([^,. ]+)\b.*,(?:.*[,. ])?([^,. ]+)\]",
        "a list is not taken: write a range, as [{0}..{1}]",
    ),
    (r"\[.*[X?~%].*\]", "write years, months or days on both sides, without marks"),
    (rf"{_ISO}/{_ISO}|(\d{{4}})-(\d{{4}})", _TWO_CELLS),
    (r"Y?-?\d+E\d+(?:S\d+)?", "write all digits of the year"),
    (r"(Y-?\d{5,}).*[?~%].*", "a year of more than four digits takes no mark: write {0}"),
    (r"-?(\d\d)\d\dS[12]", "write the digits that are not known as X, as in {0}XX"),
    (r"-?[\dX]XXX.*", "only the last two digits of a year can be X"),
    (r"-?\d\d[\dX]X-.*", "a year with an X stands alone"),
    (r"(-?\d{4})-XX-\d\d[?~%]?", "a month that is not known has no known day: write {0}-XX"),
    (r"(?:-?\d{4}-2[5-9]|-?\d{4}-[34]\d)[?~%]?", "a season is 21 (spring), 22, 23 or 24 (winter)"),
    (r"(?:\.\.)?/(?:\.\.)?|\[? ?\.\. ?\]?", "leave the cell empty where nothing is known"),
)
_PARTED: Final = re.compile(r"(\w+)(?:[-./, ]+(\w+))?[-./, ]+(\w+)")


def repair(text: str) -> str:
    """Return how a text that is no date is to be written, or "" when nothing is likely.

    >>> repair("20120627")
    'did you mean 2012-06-27?'
    >>> repair("43977")
    "is it Excel's number for 2020-05-26? If it is a year, write Y43977"
    """
    clean = _DASHES.sub("-", " ".join(text[:_LONGEST].split()))
    # The word for year in Russian, and the characters for year, month and day in Chinese.
    clean = re.sub(r"(?<=\d) ?(?:гг?\.|г|года|году)$", "", clean)  # noqa: RUF001 - Russian
    clean = re.sub("[年月]", "-", clean).rstrip("日-. ") or clean
    # A spreadsheet that takes days for numbers may add .0, and .75 for an afternoon.
    clean = re.sub(r"^(\d{4})\.0+$|^(\d{5,8})\.\d+$", r"\1\2", clean)
    clean = re.sub(r"^\+0*", "", _TIME.sub("", clean))
    far = re.fullmatch(r"[Yy]?(-?[1-9]\d{4,8})(-\d\d(-\d\d)?)?", clean)
    if far is None:
        found = [*_compact(clean), *_year(clean), *_parted(clean)]
        return meant(found) or _in_letters(clean) or _short_year(clean)
    year = f"Y{far[1]}"
    if far[2]:
        return f"write {year}, because a year of more than four digits stands alone"
    if far[1] == clean and len(clean) == 5:
        day = (_EXCEL + timedelta(int(clean))).isoformat()
        return f"is it Excel's number for {day}? If it is a year, write {year}"
    return meant(_compact(clean)) or f"if it is a year, write {year}"


def _in_letters(text: str) -> str:
    """Return the date that the text is once letters are the digits that they look like."""
    plain = text.translate(_DIGITS)
    is_date = plain != text and re.search("[0-9]", text) and re.fullmatch(DATE, plain)
    return meant([plain]) if is_date else ""


def _short_year(text: str) -> str:
    """Return what to do about a year of two digits, alone or behind a month."""
    match = re.fullmatch(
        r"(?:(\w+)[-./ ]+)?(?:\d\d?[-./])*['\N{RIGHT SINGLE QUOTATION MARK}]?\d\d", text
    )
    if match is None or (match[1] and not _number(match[1])) or re.match(r"\d{3}", text):
        return ""
    return "write all four digits of the year"


def mended(year: str, month: str, day: str | None) -> str:
    """Return which date is meant by one whose month or day is not in the calendar.

    Zeros stand for what is not known; a month that is none may be the day.

    >>> mended("2020", "00", None), mended("2020", "05", "00"), mended("2020", "31", "12")
    ('did you mean 2020?', 'did you mean 2020-05?', 'did you mean 2020-12-31?')
    """
    if int(month) == 0:
        return meant([year])
    if day is None:
        return ""
    if int(day) == 0:
        return meant([f"{year}-{month}"] if int(month) <= 12 else [year])
    return meant(_real(year, day, month)) if int(month) > 12 else ""


def no_date(text: str, column: str) -> str:
    """Return what to do about a text that stands for no date, "" about any other.

    >>> no_date("present", "end"), no_date("n/a", "start")
    ('leave the cell empty, which means that it goes on', 'leave the cell empty')
    """
    words = _tidy(text).casefold().split()
    last = words[-1] if words else ""
    said = " ".join(words)
    if column == "end" and (last in _GOES_ON or said == "по настоящее время"):
        return "leave the cell empty, which means that it goes on"
    if said not in _NOTHING and last not in _GOES_ON:
        return ""
    if column == "end" and said == "unknown":
        return "write unknown"
    if column == "end":
        text = "leave the cell empty if it goes on; "
        return text + "write unknown if it is over and nobody says when"
    return "leave the cell empty"


def left_out(text: str) -> str:
    """Return the repair of what ISO 8601-2 has and a cell does not take, "" of anything else.

    >>> left_out("2001-05/2001-07")
    'write 2001-05 into start and 2001-07 into end, or [2001-05..2001-07] for one day between them'
    """
    clean = _tidy(text)
    for pattern, words in _LEFT_OUT:
        if match := re.fullmatch(pattern, clean):
            return words.format(*map(shown, filter(None, match.groups())))
    return ""


def of_time(text: str) -> Iterator[str]:
    """Yield what a text in a cell of time may mean, the likeliest first; not all are dates.

    >>> list(of_time("c. 1998"))[-1], list(of_time("before 2005"))[-1]
    ('1998~', '[..2005]')
    """
    clean = _tidy(text)
    close = clean.replace(" ", "")
    yield from dict.fromkeys((close, close.upper(), close.upper().replace("U", "X")))
    marks = set(re.findall("[?~%]", close))
    if marks:
        yield re.sub("[?~%]", "", close) + (marks.pop() if len(marks) == 1 else "%")
    for pattern, form in _SAID:
        if match := re.fullmatch(pattern, clean, re.IGNORECASE):
            sides = [list(_plain(part)) for part in match.groups() if part]
            yield from (form.format(*each) for each in product(*sides))
    if match := re.fullmatch(r"(?:the )?(\d\d)(\d)0'?s", clean, re.IGNORECASE):
        yield f"{match[1]}{match[2]}X"
        yield from [f"{match[1]}XX"] if match[2] == "0" else []
    if match := re.fullmatch(r"(\d\d)([\dUu?_-]?)[Uu?_-]", clean):
        yield match[1] + (match[2] if match[2].isdigit() else "X") + "X"
    for number, names in enumerate(_SEASONS, 21):
        either = rf"(?:{names})(?: of)?,? (\d{{4}})|(\d{{4}}),? (?:{names})"
        if match := re.fullmatch(either, clean, re.IGNORECASE):
            yield f"{match[1] or match[2]}-{number}"
    if match := re.fullmatch(r"(\d{1,4}) ?(?:BCE?|B\.C\.|до н\. ?э\.?)", clean, re.IGNORECASE):
        yield f"{'-' if match[1] != '1' else ''}{int(match[1]) - 1:04d}"


def _tidy(text: str) -> str:
    return _DASHES.sub("-", " ".join(text[:_LONGEST].split()))


def _plain(text: str) -> Iterator[str]:
    """Yield the text if it may be a date, and else what it can mean as one."""
    if re.fullmatch(DATE, text):
        yield text
    else:
        yield from dict.fromkeys([*_compact(text), *_year(text), *_parted(text)])


def meant(dates: Iterable[str]) -> str:
    """Return the question that offers the dates, "" without any.

    >>> meant(["2012", "2012"])
    'did you mean 2012?'
    """
    several = " or ".join(dict.fromkeys(dates))
    if several.endswith("?"):
        return f"write {several}"
    return f"did you mean {several}?" if several else ""


def _year(text: str) -> Iterator[str]:
    """Yield the year with the zeros and the sign that it is written with, or the date as it is."""
    match = re.fullmatch(r"[Yy+]?(-?)(\d{3,4}|(?<=-)\d{1,2})", text)
    if match:
        yield f"{match[1]}{int(match[2]):04d}"


def _compact(text: str) -> Iterator[str]:
    """Yield what digits without anything between them can mean."""
    if not text.isascii() or not text.isdigit():
        return
    if len(text) == 6:
        yield from _real(text[:4], text[4:])
    if len(text) == 8:
        yield from _real(text[:4], text[4:6], text[6:])
        yield from _real(text[4:], text[2:4], text[:2])
        yield from _real(text[4:], text[:2], text[2:4])


def _parted(text: str) -> Iterator[str]:
    """Yield what two or three parts can mean, each way round that makes a date."""
    match = _PARTED.fullmatch(text)
    if not match:
        return
    parts = [part for part in match.groups() if part]
    numbers = [_number(part) for part in parts]
    # As year, month and day.
    orders = [(0, 1, 2), (2, 1, 0), (2, 0, 1)] if len(parts) == 3 else [(0, 1), (1, 0)]
    for order in orders:
        # The name of a month is no day.
        if all(parts[at].isdigit() or at == order[1] for at in range(len(parts))):
            yield from _real(*(numbers[at] for at in order))


def _number(part: str) -> str:
    """Return a part as digits, the name of a month as its number; "" for any other word."""
    word = part.casefold()
    if word in MONTHS:
        return MONTHS[word]
    return word if word.isascii() and word.isdigit() else ""


def _real(year: str, month: str, day: str = "") -> Iterator[str]:
    """Yield the date if there is one, of a year with four digits."""
    if len(year) != 4 or int(year) not in _YEARS or not month or max(len(month), len(day)) > 2:
        return
    try:
        found = date(int(year), int(month), int(day or "1"))
    except ValueError:
        return
    yield found.isoformat() if day else found.isoformat()[:7]
