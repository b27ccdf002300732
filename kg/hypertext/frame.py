"""Frame: the templates of the pages, each within the one frame with its header.

Every text goes through a template that escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from kg.hypertext.places import Links

if TYPE_CHECKING:
    import jinja2

HTML: Final = "text/html; charset=utf-8"


def rendered(template: str, links: Links, here: str = "", **values: Any) -> str:  # noqa: ANN401 - what a template says
    """Return a page of the template; `here` is the kind of page in the header that it stands at.

    `site` is the title of the dataset as a label, None for files that kg did not build.

    >>> from kg.hypertext.places import SERVED
    >>> "Not here" in rendered("problem.html", SERVED, site=None, near=[], sought="",
    ...     problem={"status": 404, "title": "Not here", "detail": "no such page"})
    True
    """
    places = [place for place in links.places if values["site"] or place[2]]
    has_graph = any(kind == "graph" for _, kind, _ in places)
    more = {"here": here, "links": links, "places": places, "has_graph": has_graph}
    return _templates().get_template(template).render(more | values)


def assets(names: Iterable[str]) -> dict[str, bytes]:
    """Return the styles and scripts of the pages, by name."""
    folder = files("kg.hypertext") / "assets"
    return {name: (folder / name).read_bytes() for name in names}


@cache
def _templates() -> jinja2.Environment:
    import jinja2

    folder = files("kg.hypertext") / "templates"
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
