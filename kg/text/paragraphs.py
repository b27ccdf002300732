"""Paragraphs: a text as locators count it, one paragraph a line, of HTML one a block."""

from __future__ import annotations

import re
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
        from kg.text.blocks import Blocks

        text = Blocks.read(text)
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
