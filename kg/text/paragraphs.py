"""Paragraphs: a text as locators count it, one paragraph a line, of HTML one a block."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from kg.errors import InputError

# One or more numbers or ranges behind a pilcrow, such as "¶3-5, 8".
_LIST: Final = re.compile("¶\\s*(\\d+(?:\\s*[-\u2013,]\\s*¶?\\s*\\d+)*)")
_ITEM: Final = re.compile("(\\d+)(?:\\s*[-\u2013]\\s*¶?\\s*(\\d+))?")
# A range of more paragraphs is hardly meant.
_MOST: Final = 100
# No text has a paragraph of more digits, and Python refuses to read very many.
_DIGITS: Final = 9
_HTML: Final = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
# What begins and ends a paragraph, and what a reader does not see as text.
_TAGS: Final = (
    "address article aside blockquote body br caption dd div dl dt figcaption footer form h1 h2 h3"
    " h4 h5 h6 header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul"
)
_BLOCKS: Final = frozenset(_TAGS.split())
_HIDDEN: Final = frozenset({"script", "style", "template", "noscript", "title"})


def paragraphs(content: bytes, name: str) -> list[str]:
    r"""Return the paragraphs of a text or of HTML; the first of them is ¶1.

    Lines without a letter do not count. Of HTML each block is a paragraph.

    Raises InputError when the content is not UTF-8.

    >>> paragraphs(b"One.\n\nTwo.\n", "text.txt")
    ['One.', 'Two.']
    >>> paragraphs(b"<html><body><p>One <b>and</b>\nhalf.</p><div>Two.</div>", "page.html")
    ['One and half.', 'Two.']
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"{name} is not UTF-8 text; save it as UTF-8"
        raise InputError(msg) from error
    if _HTML.match(text):
        text = _Blocks.read(text)
    lines = text.replace("\r\n", "\n").split("\n")
    return [line.strip() for line in lines if line.strip()]


def numbers(locator: str) -> list[int]:
    """Return the numbers of the paragraphs that a locator names.

    >>> numbers("¶3-5, 8"), numbers("p. 7")
    ([3, 4, 5, 8], [])
    """
    return [
        number
        for found in _LIST.findall(locator)
        for first, last in _ITEM.findall(found)
        if max(len(first), len(last)) <= _DIGITS
        for number in range(int(first), min(int(last or first) + 1, int(first) + _MOST))
    ]


class _Blocks(HTMLParser):
    """Gathers the text of a page, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]
        self.hidden = 0

    @classmethod
    def read(cls, text: str) -> str:
        """Return the text of the page."""
        reader = cls()
        reader.feed(text)
        reader.close()
        return "\n".join(" ".join(line.split()) for line in reader.lines)

    def handle_starttag(self, tag: str, _: object) -> None:
        self.hidden += tag in _HIDDEN
        self._block(tag)

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in _HIDDEN))
        self._block(tag)

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.lines[-1] += data

    def _block(self, tag: str) -> None:
        if tag in _BLOCKS and self.lines[-1].strip():
            self.lines.append("")
