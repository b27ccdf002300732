"""Publishing: the command `kg site`, its options, and what it says of what it wrote."""

from __future__ import annotations

import argparse
import os
from argparse import Namespace
from pathlib import Path

from kg.cli.context import Context

DESCRIPTION = """\
Write the graph as a folder of pages that need no server: from disk, or below any address.

It has the graph page, a page for each entity, source, statement and question with its answer, the
ontology, downloads with their descriptions (VoID, DCAT, Data Package), a search, and the notebooks
of a folder.

The folder must be new, empty, or a site that kg wrote and nobody changed, which is replaced when
the new one is whole.
"""
EXAMPLES = """\
examples:
  kg site public
  kg site public --base-url https://example.org/graph/
  kg site then --as-of 2012-06-27
  kg site public --notebooks notebooks
"""


def _add_options(command: argparse.ArgumentParser) -> None:
    """Add what may be written after `kg site`."""
    command.add_argument("folder", metavar="DIR", help="the folder of the site")
    command.add_argument(
        "--base-url", metavar="URL", default="",
        help="where the site will stand; without it there is no sitemap.xml",
    )  # fmt: skip
    command.add_argument(
        "--as-of", metavar="DATE", help="the date from which the pages see the record"
    )
    command.add_argument(
        "--notebooks", metavar="FOLDER",
        help="a page for each notebook (.ipynb) of it, as it was saved (extra notebook)",
    )  # fmt: skip


# As the commands stand in `cli/arguments`.
SITE = ("write pages that need no server", DESCRIPTION, EXAMPLES, _add_options)


def site(context: Context, options: Namespace) -> int:
    """Write the site, and say what of it there is not."""
    from kg.site.site import write_site

    place = Path(options.folder)
    written = write_site(
        context.graph(),
        place,
        base_url=options.base_url,
        as_of=options.as_of,
        notebooks=options.notebooks,
    )
    shown = Path(os.path.relpath(place))
    context.note(f"wrote {shown} ({written.files:,} files, {written.size:,} bytes)")
    for one in written.missing:
        context.note(f"note: left out {one}")
    context.tell(f"{shown / 'index.html'}   opens in a browser as it is")
    return 0
