"""Sitemap: the addresses of the pages, for search engines (sitemaps.org)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from kg.errors import UsageError

# The protocol allows so many in a file.
MOST: Final = 50_000
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


def checked_base(url: str) -> str:
    """Return the address of the site, with a slash at the end.

    Raises UsageError for what is no address of the web.

    >>> checked_base("https://example.org/graph")
    'https://example.org/graph/'
    """
    start, _, rest = url.partition("://")
    if start not in {"http", "https"} or not rest.strip("/") or set(url) & set(' "<>?#'):
        msg = f"'{url}' is no address of a site; write it as https://example.org/graph/"
        raise UsageError(msg)
    return url.rstrip("/") + "/"


def sitemap(pages: Sequence[str], base: str, day: str) -> dict[str, bytes]:
    """Return the files of the sitemap by name; of too many pages for one an index of several.

    >>> list(sitemap(["index.html"], "https://example.org/", "2020-05-26"))
    ['sitemap.xml']
    """
    parts = [pages[first : first + MOST] for first in range(0, len(pages), MOST)]
    if len(parts) <= 1:
        return {"sitemap.xml": _xml("urlset", "url", pages, base, day)}
    files = {
        f"sitemap-{number}.xml": _xml("urlset", "url", part, base, day)
        for number, part in enumerate(parts, 1)
    }
    return {"sitemap.xml": _xml("sitemapindex", "sitemap", [*files], base, day), **files}


def _xml(root: str, one: str, places: Sequence[str], base: str, day: str) -> bytes:
    lines = [
        f"<{one}><loc>{escape(base + quote(place))}</loc><lastmod>{day}</lastmod></{one}>"
        for place in places
    ]
    text = "\n".join(lines)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<{root} xmlns="{_NAMESPACE}">\n{text}\n</{root}>\n'.encode()
