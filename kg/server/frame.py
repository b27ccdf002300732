"""Frame: the templates of the pages, each within the one frame with its header.

Every text goes through a template that escapes it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import jinja2

HTML: Final = "text/html; charset=utf-8"
# Where the header leads: the words, the address, and whether files that kg did not build have it.
PLACES: Final = (
    ("Graph", "/graph", False),
    ("Questions", "/questions", False),
    ("Query", "/query", True),
    ("Sources", "/sources", False),
    ("About", "/about", False),
)


def rendered(template: str, here: str = "", **values: Any) -> str:  # noqa: ANN401 - what a template says
    """Return a page of the template; `here` is the address of the header that it stands at.

    `site` is the title of the dataset as a label, None for files that kg did not build.

    >>> "Not here" in rendered("problem.html", site=None, problem={"status": 404,
    ...     "title": "Not here", "detail": "no such page"}, near=[], sought="")
    True
    """
    places = [place for place in PLACES if values["site"] or place[2]]
    return _templates().get_template(template).render(here=here, places=places, **values)


@cache
def _templates() -> jinja2.Environment:
    import jinja2

    folder = files("kg.server") / "pages"
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
