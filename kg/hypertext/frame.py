"""Frame: the templates of the pages, each within the one frame with its header.

Every text goes through a template that escapes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, cast

from kg.hypertext.pieces import pieces
from kg.hypertext.places import Links, Places

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

HTML: Final = "text/html; charset=utf-8"


def rendered(template: str, links: Links, here: str = "", **values: Any) -> str:  # noqa: ANN401 - what a template says
    """Return a page of the template; `here` is the kind of page in the header that it stands at.

    `site` is the title of the dataset as a label, None for files that kg did not build.

    >>> from kg.hypertext.places import SERVED
    >>> "Not here" in rendered("problem.html", SERVED, site=None, near=[], sought="",
    ...     problem={"status": 404, "title": "Not here", "detail": "no such page"})
    True
    """
    site = values["site"]
    named = (site["text"], site["language"]) if site else None
    header = _header(links, here, named, values.get("sought", ""))
    places = _places(links, has_site=bool(site))
    has_graph = any(kind == "graph" for _, kind, _ in places)
    more = {"here": here, "header": header, "places": places, "has_graph": has_graph}
    return _templates(links).get_template(template).render(more | values)


def macro(template: str, name: str, links: Links) -> Callable[..., Markup]:
    """Return a macro of a template, which gives its part of a page as HTML."""
    return cast(
        "Callable[..., Markup]", getattr(_templates(links).get_template(template).module, name)
    )


def assets(names: Iterable[str]) -> dict[str, bytes]:
    """Return the styles and scripts of the pages, by name."""
    folder = files("kg.hypertext") / "assets"
    return {name: (folder / name).read_bytes() for name in names}


@lru_cache(maxsize=64)
def _header(links: Links, here: str, site: tuple[str, str] | None, sought: str) -> Markup:
    """Return the header, which is the same on all pages of a kind."""
    from markupsafe import Markup

    label = dict(zip(("text", "language"), site, strict=True)) if site else None
    places = _places(links, has_site=site is not None)
    values = {"here": here, "site": label, "sought": sought, "places": places}
    # What the template makes of the texts is escaped.
    return Markup(_templates(links).get_template("header.html").render(values))  # noqa: S704


def _places(links: Links, *, has_site: bool) -> Places:
    """Return where the header leads; to files that kg did not build there is less to say."""
    return tuple(place for place in links.places if has_site or place[2])


@lru_cache(maxsize=8)
def _templates(links: Links) -> jinja2.Environment:
    """Return the templates for pages that write addresses so; all take them from here.

    What they import from each other is then made once, and not for each page.
    """
    import jinja2

    folder = files("kg.hypertext") / "templates"
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.globals |= {"links": links, **pieces(links)}
    return made
