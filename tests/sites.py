"""Sites under test: every link of every page, checked against the files that are there."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def below_a_path(site: Path) -> Iterator[str]:
    """Yield the address at which the site is served below a path that is named as its folder."""
    handler = partial(_Quiet, directory=str(site.parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{site.name}"
    finally:
        server.shutdown()
        server.server_close()


class Seen(HTMLParser):
    """What a page leads to, what it has names for, and its words."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.names: set[str] = set()

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"href", "src", "action"}:
                self.links.append(value or "")
            elif name == "id":
                self.names.add(value or "")


def seen(page: Path) -> Seen:
    """What is on a page; a page that stays as it is is read once."""
    return _seen(page, page.stat().st_mtime_ns)


@lru_cache(maxsize=20_000)
def _seen(page: Path, _changed: int) -> Seen:
    found = Seen()
    found.feed(page.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=200_000)
def target_of(folder: Path, link: str) -> Path:
    """The file that a link on a page of the folder leads to, which many pages have."""
    return Path(os.path.normpath(folder / unquote(link)))


def broken_links(folder: Path) -> list[str]:
    """Return each link that leads to no file, out of the folder, or to no place on its page."""
    folder = folder.resolve()
    pages = {path: seen(path) for path in folder.rglob("*.html")}
    files = {path for path in folder.rglob("*") if path.is_file()}
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in {"data", "http", "https"}:
                continue
            target = target_of(path.parent, parts.path) if parts.path else path
            is_here = not parts.scheme and target in files
            # The graph page reads what stands behind "#" itself.
            is_named = target.name == "graph.html" or not parts.fragment
            if not is_here or not (is_named or parts.fragment in pages[target].names):
                broken.append(f"{path.relative_to(folder)}: {link}")
    return broken
