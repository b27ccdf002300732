"""Negotiate: an Accept header → the format to answer in (RFC 9110 §12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from kg.text import formats
from kg.text.formats import media_types, rdf_format, results_format

# Format → the media types under which it may be asked for; the first format is the default.
RESULTS: Final[Mapping[str, Sequence[str]]] = {
    form.name: media_types(results_format(form.name), form) for form in formats.SOLUTIONS
}
GRAPHS: Final[Mapping[str, Sequence[str]]] = {
    form.name: media_types(rdf_format(form.name), form) for form in formats.GRAPHS
}
HTML: Final[Mapping[str, Sequence[str]]] = {form.name: form.types for form in formats.PAGES}
PICTURES: Final[Mapping[str, Sequence[str]]] = {form.name: form.types for form in formats.PICTURES}
# What some clients call a format in a parameter of that name.
SHORT_NAMES: Final = {form.called: form.name for form in formats.GRAPHS if form.called}

Range = tuple[str, float]


def choose(accept: str | None, formats: Mapping[str, Sequence[str]]) -> str | None:
    """Return the format that the client likes best, None when it accepts none of them.

    Without a header, or where the client does not mind, it is the first.

    >>> choose("text/csv;q=0.5, application/sparql-results+xml", RESULTS)
    'xml'
    >>> choose("image/*", RESULTS)
    """
    if not accept or not accept.strip():
        return next(iter(formats))
    ranges = _ranges(accept)
    # max keeps the first of equals, and formats are in our own order.
    best = max(formats, key=lambda name: _quality(formats[name], ranges))
    return best if _quality(formats[best], ranges) > 0 else None


def prefers_html(accept: str | None, formats: Mapping[str, Sequence[str]]) -> bool:
    """Say whether the client would rather see a page than any of the formats, as browsers do.

    >>> prefers_html("text/html,application/xml;q=0.9,*/*;q=0.8", GRAPHS), prefers_html("*/*", {})
    (True, False)
    """
    if not accept:
        return False
    named = [one for one in _ranges(accept) if not one[0].startswith("*")]
    best = max((_quality(types, _ranges(accept)) for types in formats.values()), default=0.0)
    return _quality(HTML["html"], named) >= best and _quality(HTML["html"], named) > 0


def _quality(types: Sequence[str], ranges: Sequence[Range]) -> float:
    """Return the best weight of any of the types, each by the most specific range that fits."""
    best = 0.0
    for media_type in types:
        wild = media_type.partition("/")[0] + "/*"
        for pattern in (media_type, wild, "*/*"):
            weights = [weight for name, weight in ranges if name == pattern]
            if weights:
                best = max(best, *weights)
                break
    return best


@lru_cache(maxsize=256)
def _ranges(accept: str) -> tuple[Range, ...]:
    found = []
    for part in accept[:4000].split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = min(1.0, max(0.0, float(parameter[2:])))
                except ValueError:
                    weight = 0.0
        if name:
            found.append((name, weight))
    return tuple(found)
