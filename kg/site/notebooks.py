"""Notebooks: those of a folder, with the outputs that they keep, as pages that run nothing."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

from kg.errors import InputError, UsageError, missing_extra, shown
from kg.files import refuse_device
from kg.hypertext.frame import assets
from kg.hypertext.telling import Teller, page
from kg.site.links import file_name, place_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from kg.workers.wire import Reply

# Of the forms that an output has, the first of these is shown: none of them needs a script.
_FORMS: Final = (
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/latex",
    "text/plain",
)
_PICTURES: Final = ("image/svg+xml", "image/png", "image/jpeg")
# What runs or fetches something, or is drawn by what does.
_ACTIVE: Final = re.compile(
    r"<(script|iframe|object|embed|form|video|audio|svg|canvas)\b", re.IGNORECASE
)
# Headings keep their ids, without a sign beside them.
_ANCHORS: Final = re.compile(r'<a class="anchor-link" [^>]*>[^<]*</a>')
_EMBEDDED: Final = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,")
_MOST_NAMED: Final = 5
# That of nbconvert, with wide outputs in a part that scrolls and can be reached with keys.
_TEMPLATE: Final = """\
{%- extends 'basic/index.html.j2' -%}
{% block output_group %}
<div class="scroll outputs" tabindex="0" role="region"
 aria-label="Output of cell {{ cell.metadata['number'] }}">
{{ super() }}
</div>
{% endblock output_group %}
{% block data_svg scoped %}
<img src="data:image/svg+xml;base64,{{ output.data['image/svg+xml'] | text_base64 }}"
 alt="{{ output.metadata['image/svg+xml']['alt'] | escape_html }}">
{% endblock data_svg %}
"""


class Rendered(NamedTuple):
    """A notebook as HTML: its name, first heading and first words, and in words what it lost."""

    name: str
    title: str
    lead: str
    html: str
    source: bytes
    lost: tuple[str, ...]


def found(folder: Path) -> list[Path]:
    """Return the notebooks of a folder by name.

    Raises UsageError where there is none.
    """
    if not folder.is_dir():
        msg = f"{folder} is no folder; name one with notebooks (.ipynb)"
        raise UsageError(msg)
    every = sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))
    if not every:
        msg = f"{folder} has no notebooks (.ipynb); save them there, with their outputs"
        raise UsageError(msg)
    return every


def rendered(paths: list[Path]) -> Iterator[Rendered]:
    """Yield each notebook as it was saved; nothing of it is run, here or by who reads it.

    Raises InputError for what is no notebook, UsageError without nbconvert or nh3.
    """
    try:
        import nbconvert  # noqa: F401
        import nh3  # noqa: F401
    except ModuleNotFoundError as error:
        raise missing_extra(error.name, "notebook") from None
    names = {path.stem for path in paths}
    for path in paths:
        source = _read(path)
        yield _rendered(path, source, names)


def notebook_pages(
    at: Callable[[int], Teller], notebooks: list[Rendered]
) -> Iterator[tuple[str, Reply]]:
    """Yield the page of each notebook, after the one that lists them, where there are any."""
    from markupsafe import Markup

    if notebooks:
        yield place_of("notebooks"), page(at(0), "notebooks.html", "notebooks", notebooks=notebooks)
    for one in notebooks:
        made = page(
            at(1),
            "notebook.html",
            "notebooks",
            title=one.title or one.name,
            has_heading=bool(one.title),
            # It was cleaned of all that runs.
            html=Markup(one.html),  # noqa: S704
            file=f"{file_name(one.name)}.ipynb",
        )
        yield place_of("notebook", one.name), made


def notebook_files(notebooks: list[Rendered]) -> Iterator[tuple[str, bytes]]:
    """Yield the notebooks themselves, and the styles of their pages, where there are any."""
    for one in notebooks:
        yield f"notebook/{file_name(one.name)}.ipynb", one.source
    if notebooks:
        (style,) = assets(["notebook.css"]).values()
        yield "assets/notebook.css", style + _palette()


def _palette() -> bytes:
    """Return the colours of code, in light and in dark."""
    from pygments.formatters import HtmlFormatter

    light, dark = (
        HtmlFormatter(style=style, nobackground=True).get_style_defs(".highlight")
        for style in ("default", "github-dark")
    )
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n".encode()


def _read(path: Path) -> bytes:
    refuse_device(path, str(path))
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}"
        raise InputError(msg) from error


def _parsed(path: Path, source: bytes) -> NotebookNode:
    """Return the notebook, in the newest form of its format."""
    import nbformat
    from nbformat.reader import NotJSONError

    try:
        with warnings.catch_warnings():
            # That cells of older notebooks have no ids is nothing that a page needs.
            warnings.simplefilter("ignore")
            read: NotebookNode = cast("Any", nbformat).reads(source.decode("utf-8"), as_version=4)
            return read
    except (NotJSONError, UnicodeDecodeError):
        msg = f"{path} is no notebook: it is not JSON; save it again from Jupyter"
    except Exception as error:  # noqa: BLE001 - what a broken one gives rise to has no one kind
        why = shown(str(error).partition("\n")[0]) or type(error).__name__
        msg = f"{path} is no whole notebook: {why}; save it again from Jupyter"
    raise InputError(msg)


def _rendered(path: Path, source: bytes, names: set[str]) -> Rendered:
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    notebook = _parsed(path, source)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    lost = []
    if code and not any(cell.outputs for cell in code):
        lost.append(f"the outputs of {path.name}, which was saved without any: run it first")
    for number, cell in enumerate(code, 1):
        cell.metadata["number"] = number
        for output in cell.outputs:
            _prepare(output, cell.metadata, f"Picture of cell {number}")
    exporter = cast("Any", HTMLExporter)(
        config=Config({"NbConvertBase": {"display_data_priority": list(_FORMS)}}),
        template_name="basic",
        raw_template=_TEMPLATE,
        embed_images=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    resources = {"metadata": {"name": path.stem, "path": str(path.parent)}}
    html, _ = exporter.from_notebook_node(notebook, resources)
    cleaned = _Cleaned(_ANCHORS.sub("", html), names)
    if cleaned.lost:
        lost.append(f"of {path.name} what a page of the site cannot have: {cleaned.lost}")
    title, lead = (_text(tag, cleaned.html) for tag in ("h1", "p"))
    name = path.stem
    return Rendered(name, title, lead, cleaned.html, source, tuple(lost))


def _prepare(output: NotebookNode, cell: NotebookNode, else_said: str) -> None:
    """Leave of an output the forms that can be shown, and say of its pictures what they show."""
    data = output.get("data", {})
    pictures = [form for form in _PICTURES if form in data]
    if pictures and _ACTIVE.search(data.get("text/html", "")):
        del data["text/html"]
    for form in pictures:
        told = output.metadata.setdefault(form, {})
        if not told.get("alt"):
            title = _svg_title(data[form]) if form == "image/svg+xml" else ""
            told["alt"] = title or cell.get("alt") or else_said


def _svg_title(svg: str) -> str:
    """Return the title of a picture, which is what it says to those who do not see it."""
    try:
        title = ET.fromstring(svg).find("{http://www.w3.org/2000/svg}title")  # noqa: S314 - no entities: expat refuses those that grow
    except ET.ParseError:
        return ""
    return "" if title is None else "".join(title.itertext()).strip()


class _Cleaned:
    """HTML without what runs, what is fetched, and what leads to where no page is."""

    def __init__(self, html: str, names: set[str]) -> None:
        """Clean it; `names` are those of the notebooks of the site."""
        import nh3

        self._names = names
        self._lost: Counter[str] = Counter(f"<{tag.lower()}>" for tag in _ACTIVE.findall(html))
        allowed = {tag: set(some) for tag, some in nh3.ALLOWED_ATTRIBUTES.items()}
        allowed["*"] = {"class", "dir", "id", "lang", "title"}
        allowed["div"] = allowed.get("div", set()) | {"aria-label", "role", "tabindex"}
        cleaned = nh3.clean(
            html,
            attributes=allowed,
            attribute_filter=self._attribute,
            url_schemes={"data", "http", "https", "mailto"},
            link_rel="noopener noreferrer",
        )
        # The corner of a data frame heads nothing.
        self.html = cleaned.replace("<th></th>", "<td></td>")

    @property
    def lost(self) -> str:
        """What was taken away, each kind once."""
        named = [
            f"{what} ({count} times)" if count > 1 else what for what, count in self._lost.items()
        ]
        more = len(named) - _MOST_NAMED
        return ", ".join(named[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")

    def _attribute(self, _tag: str, name: str, value: str) -> str | None:
        if name == "src" and not _EMBEDDED.match(value):
            self._lost[f"the picture {shown(value)}"] += 1
            return None
        if name == "href":
            return self._link(value)
        return value

    def _link(self, address: str) -> str | None:
        parts = urlsplit(address)
        if parts.scheme in {"http", "https", "mailto"} or address.startswith("#"):
            return address
        name, _, suffix = unquote(parts.path).rpartition(".")
        if suffix == "ipynb" and not parts.netloc and name in self._names:
            fragment = f"#{parts.fragment}" if parts.fragment else ""
            return f"{file_name(name)}.html{fragment}"
        self._lost[f"the link to {shown(address)}"] += 1
        return None


def _text(tag: str, html: str) -> str:
    """Return the text of the first such element."""
    found = re.search(rf"<{tag}\b[^>]*>(.*?)</{tag}>", html, re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", "", found[1])).strip() if found else ""
