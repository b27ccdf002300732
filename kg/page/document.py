"""A finished page that saves and displays itself."""

from __future__ import annotations

import base64
import html
import os
from dataclasses import dataclass
from pathlib import Path

from kg.files import write_file

# Scripts run, but in an origin of their own: a hostile label cannot reach the notebook's cookies.
SANDBOX = "allow-scripts allow-downloads allow-popups"


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """One HTML document with everything in it, and the same picture as a still.

    `html` is the whole document, `svg` the still drawing of the first view, `title` one line
    saying what is shown.
    """

    html: str
    svg: str
    title: str

    def __repr__(self) -> str:
        """One line, because the document has megabytes."""
        return f"<kg.Page {self.title}>"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the document as UTF-8, lines ended as on Unix, and return where it is.

        The file appears whole or not at all: it is written beside its place and then renamed.
        Raises InputError when the folder does not exist or cannot be written.
        """
        place = Path(path)
        write_file(place, self.html.encode())
        return place

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Return what a notebook shows: the live page over the still, and one line of text.

        A notebook that is not trusted strips the frame; the still and the sentence remain.
        """
        alt = html.escape(self.title, quote=True)
        still = base64.b64encode(self.svg.encode()).decode()
        page = html.escape(self.html, quote=True)
        shown = (
            '<div style="position:relative;min-height:640px">'
            f"<p><strong>{alt}</strong> <em>The interactive page needs a trusted notebook "
            "(File &gt; Trust Notebook).</em></p>"
            f'<img alt="{alt}" src="data:image/svg+xml;base64,{still}" style="max-width:100%">'
            f'<iframe title="{alt}" sandbox="{SANDBOX}" srcdoc="{page}" '
            'style="position:absolute;inset:0;width:100%;height:100%;border:0;background:#fff">'
            "</iframe></div>"
        )
        return {"text/html": shown, "text/plain": repr(self)}
