"""Lines: the text of a table of which some rows change, and all else stays byte for byte."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from kg.model import saved

# With which marks a text begins, and how it is written behind them.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Lines:
    r"""The lines of a table, each with its carriage return but without its line feed.

    >>> lines = Lines(b"id,title\r\na,A\r\nb,B")
    >>> lines.encoded([*lines.all, lines.new(["c", "C, D"], ",")])
    b'id,title\r\na,A\r\nb,B\r\nc,"C, D"'
    """

    def __init__(self, content: bytes) -> None:
        """Take the bytes apart, which are a text as tables are."""
        found = ((mark, codec) for mark, codec in _MARKS if content.startswith(mark))
        self._mark, self._codec = next(found, (b"", "utf-8"))
        text = content.removeprefix(self._mark).decode(self._codec)
        self._end = "\r" if saved.has_returns(text) else "\n"
        self._is_ended = text.endswith(self._end)
        self.all = text.removesuffix(self._end).split(self._end)
        self._return = "\r" * self.all[0].endswith("\r")
        if not self._is_ended:
            self.all[-1] += self._return

    def new(self, cells: Iterable[str], separator: str) -> str:
        """Return a line with these cells, which ends as the first line does."""
        return separator.join(saved.written(cell, separator) for cell in cells) + self._return

    def encoded(self, lines: Sequence[str]) -> bytes:
        """Return these lines as bytes; the last one ends as the last one did."""
        text = self._end.join(lines)
        text = text + self._end if self._is_ended else text.removesuffix(self._return)
        return self._mark + text.encode(self._codec)


def rewritten(
    line: str, separator: str, cells: Mapping[int, str], more: Iterable[str] = (), width: int = 0
) -> str:
    r"""Return a line with some cells changed, and more behind the first ones that are so many.

    What is not changed stays as it is written.

    >>> rewritten('a,"b",c\r', ",", {2: "d, e"}, ["f"], 3)
    'a,"b","d, e",f\r'
    """
    plain = line.removesuffix("\r")
    found = list(saved.raw_cells(plain, separator))
    for index, cell in cells.items():
        found[index] = saved.written(cell, separator)
    found[width:width] = [saved.written(cell, separator) for cell in more]
    return separator.join(found) + line[len(plain) :]
