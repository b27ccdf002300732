"""Blocks: HTML → its text, a line for each block that a reader sees."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

# What begins and ends a paragraph, and what a reader does not see as text.
_TAGS: Final = (
    "address article aside blockquote body br caption dd div dl dt figcaption footer form h1 h2 h3"
    " h4 h5 h6 header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul"
)
_BLOCKS: Final = frozenset(_TAGS.split())
_HIDDEN: Final = frozenset({"script", "style", "template", "noscript", "title"})


class Blocks(HTMLParser):
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
        """Begin a line where a block begins."""
        """Begin a line where a block begins."""
        self.hidden += tag in _HIDDEN
        self._block(tag)

    def handle_endtag(self, tag: str) -> None:
        """End it where the block ends."""
        """End it where the block ends."""
        self.hidden = max(0, self.hidden - (tag in _HIDDEN))
        self._block(tag)

    def handle_data(self, data: str) -> None:
        """Put text that is seen into the line."""
        """Put text that is seen into the line."""
        if not self.hidden:
            self.lines[-1] += data

    def _block(self, tag: str) -> None:
        if tag in _BLOCKS and self.lines[-1].strip():
            self.lines.append("")
