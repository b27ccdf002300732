"""GitHub Flavored Markdown that shows texts as they are, whatever stands in them.

No text of the data is markup there, ends its cell or line, calls a user, or commands a terminal.
"""

from __future__ import annotations

import html
import re
from typing import Final

from kg.errors import visible

# What means something within a line, what makes an address a link, what starts a list.
_MARKS: Final = re.compile(r"[\\`*_{}\[\]#|~!$^]|(?<=:)//|(?<=www)\.|^\s*(?:[-+]|\d+[.)])")
_PUNCTUATION: Final = re.compile(r"(?=[!-/:-@\[-`{-~])")


def text(shown: str) -> str:
    r"""Return Markdown for a text within a line.

    >>> print(text("a|b *c* <d> @someone"))
    a\|b \*c\* &lt;d&gt; @<!-- -->someone
    """
    # Forges link mail addresses, call users and name issues even after a backslash.
    return re.sub(r"@|#(?=\w)", r"\g<0><!-- -->", _escaped(shown))


def cell(shown: str) -> str:
    r"""Return Markdown for a text in the cell of a table, where a line cannot end.

    >>> print(cell("a|b\nc"))
    a\|b c
    """
    return text(shown.replace("\n", " "))


def link(words: str, url: str, title: str = "") -> str:
    """Return a link to a web address; the words alone where the address is none.

    >>> link("almanac", "https://example.org/a b", "The Almanac")
    '[almanac](<https://example.org/a%20b> "The Almanac")'
    """
    if not url.startswith(("http://", "https://")):
        return text(words)
    quoted = _escaped(title).replace('"', "&quot;")
    said = f' "{quoted}"' if title else ""
    address = re.sub(r"[<>|\\\s]", lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), url)
    address = address.replace("&", "&amp;")
    return f"[{text(words)}](<{address}>{said})"


def code(shown: str) -> str:
    """Return a text as code, such as the place of a row.

    >>> code("data/statements/facts.csv:9")
    '`data/statements/facts.csv:9`'
    """
    return text(shown) if "`" in shown else f"`{on_one_line(shown)}`"


def on_one_line(shown: str) -> str:
    """Return the text with marks for what a terminal would obey, and for the ends of lines."""
    return visible(shown).replace("\n", "\N{REPLACEMENT CHARACTER}")


def _escaped(shown: str) -> str:
    # CommonMark §2.4: a backslash before ASCII punctuation takes its meaning away.
    marked = _MARKS.sub(lambda m: _PUNCTUATION.sub(r"\\", m[0], 1), on_one_line(shown))
    return html.escape(marked, quote=False)
