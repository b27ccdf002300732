"""Saved: the forms in which programs save a table, and how what is meant is told from the bytes.

The plain form is UTF-8 without a mark, commas, lines that end with LF or CR LF, the header first,
and in each line a row. Every other form in which the meaning is certain is read, and noted.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from kg.errors import Finding

# What may stand between cells, the plain one first, and what several are called.
SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
# What else programs write there; it is not looked for, because cells hold it too.
OTHERS: Final = {"|": "vertical bars"}
# The line with which Excel is told what stands between cells.
_DECLARED: Final = re.compile(r'"?sep=([,;\t|])"?[,;\t]*', re.IGNORECASE)
# Longer lines are told and not looked at: each look at a line of 100 MB copies it.
LONGEST_LINE: Final = 1_000_000
# What a cell may have, whatever another library in the process has told Python's CSV reader.
LONGEST_CELL: Final = 131_072
_REPAIR: Final = "it is read as it is meant; 'kg tidy' saves the table plainly"


@dataclass
class Seen:
    """How a table differs from the plain form: each kind with its first place and how often.

    >>> seen = Seen()
    >>> seen.add("{} is empty", "{} are empty", 7, count=2)
    >>> print(*seen.notes("data/facts.csv"))
    data/facts.csv:7:1: note: 2 are empty; it is read as it is meant; 'kg tidy' saves the table plainly
    """  # noqa: E501 - a note is one line

    found: dict[tuple[str, str], tuple[int, int, int]] = field(default_factory=dict)

    def add(
        self, one: str, many: str = "", line: int = 1, column: int = 1, *, count: int = 1
    ) -> None:
        """Count what is called so, in the singular and in the plural."""
        before = self.found.get((one, many), (0, line, column))
        place = min(before[1:], (line, column))
        self.found[one, many] = (before[0] + count, *place)

    def empty(self, line: int, count: int = 1) -> None:
        """Count rows in which nothing stands."""
        self.add("{} row is empty", "{} rows are empty", line, count=count)

    def merge(self, other: Seen) -> None:
        """Take in what was met in another part of the same table."""
        for words, (count, line, column) in other.found.items():
            self.add(*words, line, column, count=count)

    def notes(self, label: str) -> list[Finding]:
        """Return a note for each kind."""
        return [
            Finding(label, line, column, "note", words[count > 1].format(count), _REPAIR)
            for words, (count, line, column) in self.found.items()
        ]


def decoded(raw: bytes, seen: Seen) -> str:
    """Return the text of a table in UTF-8, or in UTF-16 with its mark.

    Raises UnicodeDecodeError when it is neither.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = raw.decode("utf-16")
        seen.add("the file is UTF-16")
        return text
    if raw.startswith(codecs.BOM_UTF8):
        marked(seen)
        raw = raw[len(codecs.BOM_UTF8) :]
    return raw.decode()


def marked(seen: Seen) -> None:
    """Say that the file starts with a mark."""
    seen.add("the file starts with a byte-order mark (U+FEFF)")


def lines_of(text: str, seen: Seen) -> list[str]:
    r"""Return the lines without their ends, which are a CR alone where the text has no LF.

    >>> lines_of("a\r\nb\r\n", Seen()), lines_of("a\rb\r", Seen())
    (['a', 'b'], ['a', 'b'])
    """
    if has_returns(text):
        seen.add("lines end with a carriage return alone")
        return text.removesuffix("\r").split("\r")
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]


def has_returns(text: str) -> bool:
    """Say whether lines end with a carriage return alone, as on the first Macintosh."""
    return "\r" in text and "\n" not in text


def is_empty(line: str, separator: str) -> bool:
    """Say whether nothing stands in the row.

    >>> is_empty(" ; ;", ";"), is_empty(";", ",")
    (True, False)
    """
    return not line.replace(separator, "").strip()


def above_header(lines: list[str], seen: Seen) -> tuple[int, str]:
    """Return how many lines stand above the header, and what they say stands between cells.

    >>> above_header(["sep=;", "", "id;title"], Seen())
    (2, ';')
    """
    separator = ""
    for number, line in enumerate(lines):
        if found := not separator and _DECLARED.fullmatch(line.strip(" ")):
            separator = found[1]
            seen.add("a line above the header says what stands between cells", line=number + 1)
        elif line.strip(" \t,;"):
            return number, separator
        else:
            seen.empty(number + 1)
    return 0, ""


def separator_of(line: str, columns: Collection[str], declared: str = "") -> str:
    r"""Return what stands between the cells of a header: what finds most of the columns.

    Where none is found it is what makes most cells.

    >>> separator_of("id;title;note", ["id", "title"]), separator_of("who;what, in words;from", [])
    (';', ';')
    """
    marks = [*SEPARATORS, *([declared] if declared in OTHERS else [])]
    wanted = set(map(plainly, columns))
    found = {mark: len(wanted & set(map(plainly, cells(line, mark)))) for mark in marks}
    if not any(found.values()):
        found = {mark: len(cells(line, mark)) for mark in marks}
    return max(found, key=lambda mark: found[mark])


def plainly(name: str) -> str:
    """Return the name of a column as all of them are written: small, its words joined by _.

    >>> plainly("Version read"), plainly("label_sr-Latn")
    ('version_read', 'label_sr_latn')
    """
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def cells(line: str, separator: str) -> list[str]:
    """Return the cells of a line, none when it is not CSV."""
    try:
        return next(csv.reader([line], strict=True, delimiter=separator), [])
    except csv.Error:
        return []


def mixed(line: str, columns: Collection[str]) -> str:
    """Return what stands between the columns of a header when it is not one mark that is read.

    >>> mixed("id;title,note", ["id", "title", "note"]), mixed("id|note", ["id", "note"])
    ('commas and semicolons', 'vertical bars')
    """
    used = {mark: name for mark, name in (SEPARATORS | OTHERS).items() if mark in line}
    names = {one.strip() for one in re.split(f"[{re.escape(''.join(used))}]", line)} if used else ()
    return " and ".join(used.values()) if set(columns) <= set(names) else ""


def other_separator(line: str, separator: str, width: int) -> str:
    """Return what else stands between the cells of a row that has so many of them, else "".

    >>> other_separator("anna;knights", ",", 2)
    'semicolons'
    """
    for mark, name in (SEPARATORS | OTHERS).items():
        if mark != separator and width > 1 and len(cells(line, mark)) == width:
            return name
    return ""


def raw_cells(line: str, separator: str) -> Iterator[str]:
    """Yield the cells of a line as they are written, with their quotes.

    RFC 4180: a quote opens a quoted cell only at the cell's start.

    >>> list(raw_cells('armenia,"a, b",csto', ","))
    ['armenia', '"a, b"', 'csto']
    """
    quoted, opened, start = False, False, 0
    for position, character in enumerate(line):
        if character == '"' and (opened or position == start):
            quoted, opened = not quoted, True
        elif character == separator and not quoted:
            yield line[start:position]
            opened, start = False, position + 1
    yield line[start:]


def written(cell: str, separator: str) -> str:
    """Return a cell as it is written in a row, quoted where it must be.

    >>> written("a, b", ","), written('a "b" c', ","), written("a, b", ";")
    ('"a, b"', '"a ""b"" c"', 'a, b')
    """
    if separator not in cell and '"' not in cell:
        return cell
    return '"' + cell.replace('"', '""') + '"'


# How many lines of a row are looked for.
_MOST_LINES: Final = 10
# Quotes of other forms, which people and programs for texts write around a cell.
_OPENING: Final = "“”„«"
_CLOSING: Final = "”“»"


def joined(
    lines: Iterable[tuple[int, str]], separator: str, width: int
) -> Iterator[tuple[int, str, int]]:
    r"""Yield the lines, those together that are one row with a quoted cell over several.

    How many they are comes with them. They are one row only if all of its cells are there.

    >>> list(joined([(2, 'a,"b'), (3, 'c",d'), (4, "e,f,g")], ",", 3))
    [(2, 'a,"b\nc",d', 2), (4, 'e,f,g', 1)]
    """
    waiting: deque[tuple[int, str]] = deque()
    rest = iter(lines)
    while waiting or (following := next(rest, None)):
        number, line = waiting.popleft() if waiting else following or (0, "")
        if line.count('"') % 2 == 0:
            yield number, line, 1
            continue
        waiting.extend(islice(rest, _MOST_LINES - 1 - len(waiting)))
        count = _closed_after([line, *(text for _, text in waiting)])
        whole = "\n".join([line, *(text for _, text in islice(waiting, count - 1))])
        if count == 1 or len(cells(whole, separator)) != width:
            yield number, line, 1
            continue
        for _ in range(count - 1):
            waiting.popleft()
        yield number, whole, count


def too_long(line: str) -> tuple[str, str]:
    """Return what is wrong with a line that is longer than any cell may be, and the repair."""
    message = f"the line has {len(line):,} characters, and one cell may have {LONGEST_CELL:,}"
    repair = "write the text into a file of its own and cite it as a source, or shorten it"
    if line.count('"') % 2:
        repair = "close the quote that is open in it, and begin each row on a line of its own"
    return message, repair


def _closed_after(lines: Sequence[str]) -> int:
    """Return how many lines it takes until a quote that the first opens is closed, 1 if never."""
    for count, line in enumerate(lines[1:], start=2):
        if line.count('"') % 2:
            return count
    return 1


def are_the_same(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Say whether the cells are the names of the columns; most rows differ in the first.

    >>> are_the_same(["Id", "Title "], ["id", "title"]), are_the_same(["id", "x"], ["id", "title"])
    (True, False)
    """
    if not cells or not header or cells[0].strip().casefold() != header[0].casefold():
        return False
    names = [cell.strip().casefold() for cell in cells]
    return names[: len(header)] == [name.casefold() for name in header]


def curly(cells: Sequence[str]) -> int | None:
    """Return which cell begins with a quote of another form that a later one closes.

    >>> curly(["anna", "“p. 1", "2”"]), curly(["anna", "“p. 1”", "2"])
    (1, None)
    """
    opened = [n for n, cell in enumerate(cells) if cell.strip()[:1] in {*_OPENING}]
    closed = [n for n, cell in enumerate(cells) if cell.strip()[-1:] in {*_CLOSING}]
    return opened[0] if opened and closed and opened[0] < closed[-1] else None


# Bytes of letters in alphabets of one byte a letter, as they stand in words.
_WORDS: Final = (
    ("Windows-1251", rb"[\xc0-\xff\xa8\xb8]{2,}", rb"[\xe0-\xff]", rb"[\xc0-\xdf]"),
    ("KOI8-R", rb"[\xc0-\xff]{2,}", rb"[\xc0-\xdf]", rb"[\xe0-\xff]"),
    ("code page 866", rb"[\x80-\xaf\xe0-\xf1]{2,}", rb"[\xa0-\xaf\xe0-\xef]", rb"[\x80-\x9f]"),
)


def encoding_of(raw: bytes) -> str:
    """Name what a text that is not UTF-8 was most likely saved as, "" when it cannot be told.

    >>> encoding_of("Армения".encode("cp1251")), encoding_of("Café".encode("cp1252"))
    ('Windows-1251', 'Windows-1252')
    """
    text = raw.decode(errors="replace")
    wrong = text.count("\N{REPLACEMENT CHARACTER}")
    if sum(letter > "\x7f" for letter in text) > 2 * wrong:
        # It was UTF-8, and something was done to it.
        return ""
    high = len(re.findall(rb"[\x80-\xff]", raw))
    for name, words, small, large in _WORDS:
        found = b"".join(re.findall(words, raw))
        # Words have more small letters than large ones, and in Latin script most letters are ASCII.
        more = len(re.findall(small, found)) > len(re.findall(large, found))
        if more and len(found) > high / 2:
            return name
    western = len(re.findall(rb"[\xa0-\xff]", raw))
    return "Windows-1252" if western > high / 2 else ""
