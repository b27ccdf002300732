"""Write the list of formats anew: python docs/formats.py > docs/formats.md.

It is made from the table in `kg/text/formats.py`; a test holds the page to it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Final

from kg.model.packed import PACKED
from kg.text import formats
from kg.text.formats import Format, Formats, either, media_types, rdf_format, results_format

HEAD: Final = """\
# Formats

Every format that kg writes or reads, from the one table of them, `kg/text/formats.py`.
When the table changes, write this page anew: `python docs/formats.py > docs/formats.md`.

## Files

The suffix of the file chooses; of dumps `--format NAME` does where several share one, or where a
format is a folder of files. [exports.md](exports.md) says what each dump keeps of a graph.
What `kg init --from` reads, but for workbooks, may be packed: {packed} stands behind the suffix.

"""
PRINTED: Final = """
## What commands print

`--format` chooses; the first is the default, and of `kg query` it is `turtle` for triples.
In `table`, `csv`, `markdown` and `text` of `kg query`, `kg why` and `kg audit`
things go by their ids.
`--labels LANG` puts labels in their place, `--ids` chooses short ones (`csto`) or whole IRIs.
With both the id stands behind the label, and so it does where two have the same label.
`kg diff` tells changes with labels in the first language of the data,
`--labels` in another, and with `none` by ids.
Without them CSV is exactly that of SPARQL 1.1; the formats for programs never have them.

"""
SERVED: Final = """
## Over HTTP

The parameter `format` chooses, or the suffix of an address below `/id/` or `/source/`.
Else the `Accept` header does, and for whoever does not mind it is the first.
CONSTRUCT and DESCRIBE give graphs, other queries solutions.
An entity or a source is a graph or a page, an entity also a table (`csv`) or a picture.

"""
FILES: Final = {
    "`kg network -o FILE`": formats.NETWORKS,
    "`kg dump -o FILE`, `graph.dump(SUFFIX)`": formats.DUMPS,
    "`kg serve FILE`, `kg validate --data FILE --shapes FILE`": formats.FILES,
    "`kg init --from FILE`": formats.BEGINNINGS,
}
COMMANDS: Final = {
    "`kg query`": formats.RESULTS,
    "`kg why`": formats.EXPLANATIONS,
    "`kg audit`": formats.AUDITS,
    "`kg compare`": formats.COMPARISONS,
    "`kg diff`": formats.DIFFERENCES,
    "`kg validate`": formats.FINDINGS,
}
ANSWERS: Final = (formats.SOLUTIONS, formats.GRAPHS, formats.PAGES, formats.PICTURES)


def render() -> str:
    """Return the page."""
    files = ((where, _listed(of, ".")) for where, of in FILES.items())
    printed = ((where, _listed(of)) for where, of in COMMANDS.items())
    parts = (
        *(
            HEAD.format(packed=either([f"`{one}`" for one in PACKED])),
            *_table(("where", "suffixes"), files),
        ),
        *(PRINTED, *_table(("command", "formats"), printed)),
        *(SERVED, *_table(("what", "name", "media types"), _answers())),
    )
    return "".join(parts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for cells in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cells)} |\n"


def _listed(known: Formats, dot: str = "") -> str:
    """Return the formats by their suffixes, or by their names where these say more."""
    return ", ".join(
        f"`{dot}{one.name}`" + (f" ({', '.join(_remarks(one, dot))})" if _remarks(one, dot) else "")
        for one in known
    )


def _remarks(one: Format, dot: str) -> list[str]:
    place = "a folder" if one.is_folder else f"`*{one.suffix}`" if dot and one.ending else ""
    return [remark for remark in (place, one.remark) if remark]


def _answers() -> Iterator[tuple[str, ...]]:
    for known in ANSWERS:
        for one in known:
            names = ", ".join(f"`{name}`" for name in (one.name, one.called) if name)
            yield known.things, names, ", ".join(f"`{name}`" for name in _types(known, one))


def _types(known: Formats, one: Format) -> tuple[str, ...]:
    """Return the media types of a format, of which the engine knows the first of its own."""
    if known is formats.SOLUTIONS:
        return media_types(results_format(one.name), one)
    return media_types(rdf_format(one.name), one) if known is formats.GRAPHS else one.types


if __name__ == "__main__":
    sys.stdout.write(render())
