"""Publishing: `kg site` and `kg publish`, their options, and what they say of what they did."""

from __future__ import annotations

import argparse
import os
from argparse import Namespace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cli.context import Context
from kg.errors import UsageError, noun, parameter
from kg.progress import at_work

if TYPE_CHECKING:
    from kg.pipeline.spark.shards import Shards

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


PUBLISH_DESCRIPTION = """\
Put the build into another SPARQL 1.1 store, in batches; asked again after a failure, it goes on.

It is done when the store counts as many triples as were sent.

A store whose default graph shows the triples of all its graphs (GraphDB, Virtuoso, Amazon Neptune,
QLever) needs --union-default-graph: what holds today then stands in a named graph, other data of
the store stay as they are, and kg --store URL asks it as any other.

With --loader a program takes N-Quads on its standard input instead; it is run without a shell, and
done when it ends with exit code 0 and has read all.
"""
PUBLISH_EXAMPLES = """\
examples:
  kg publish http://127.0.0.1:7878/update
  kg publish http://127.0.0.1:7878/store --graph-store
  kg publish http://127.0.0.1:7878/update --union-default-graph
  kg publish --shards --loader 'oxigraph load --location DIR --format nq'
"""


def _add_publish(command: argparse.ArgumentParser) -> None:
    command.add_argument("url", metavar="URL", nargs="?", help="where the store takes changes")
    command.add_argument(
        "--queries", metavar="URL",
        help="where it answers queries; default: guessed from URL (…/update → …/query)",
    )  # fmt: skip
    command.add_argument(
        "--graph-store", action="store_true",
        help="send graphs by the Graph Store HTTP Protocol, not by SPARQL Update",
    )  # fmt: skip
    command.add_argument(
        "--replace", action="store_true",
        help="first remove everything that the store holds; with --union-default-graph, of builds",
    )  # fmt: skip
    command.add_argument(
        "--union-default-graph", action="store_true",
        help="for a store whose default graph is the union of all graphs",
    )  # fmt: skip
    command.add_argument(
        "--shards", action="store_true", help="put the shards there that kg build --engine made"
    )
    command.add_argument(
        "--loader", metavar="COMMAND", help="instead of URL: a program that loads N-Quads"
    )


PUBLISH = (
    "put the build into another SPARQL 1.1 store",
    PUBLISH_DESCRIPTION,
    PUBLISH_EXAMPLES,
    _add_publish,
)


def publish(context: Context, options: Namespace) -> int:
    """Put the build or its shards into another store, or hand them to its loader."""
    if bool(options.url) == bool(options.loader):
        given = parameter("loader", "COMMAND")
        msg = f"name where the store takes changes, or its bulk loader with {given}: one of them"
        raise UsageError(msg)
    if options.loader:
        return _load(context, options)
    from kg.exports.publish import target

    sent, union = partial(at_work, "quads sent"), options.union_default_graph
    to = target(options.url, options.queries, graph_store=options.graph_store, union=union)
    if options.shards:
        from kg.exports.publish import publish_shards

        count = publish_shards(_shards(context), to, sent, replace=options.replace)
    else:
        from kg.graph import publish as put

        count = put(
            context.graph(),
            options.url,
            queries=options.queries,
            graph_store=options.graph_store,
            replace=options.replace,
            union_default_graph=union,
            progress=sent,
        )
    context.note(f"{to.queries} counts {count:,} {noun(count, 'triple')}, as many as were sent")
    return 0


def _load(context: Context, options: Namespace) -> int:
    """Hand the quads to a loader."""
    from kg.exports.loading import load, of_quads, of_shards

    for name in ("queries", "graph_store", "replace"):
        if given := getattr(options, name):
            msg = f"{parameter(name, given)} is about a store at a URL; leave it out with a loader"
            raise UsageError(msg)
    union = options.union_default_graph
    if options.shards:
        shards = _shards(context)
        quads, pieces = shards.quads, of_shards(shards, union=union)
    else:
        every = list(context.graph().store.quads())
        quads, pieces = len(every), of_quads(every, union=union)
    count = load(options.loader, pieces, quads, partial(at_work, "quads handed over"))
    context.note(f"the loader read {count:,} {noun(count, 'quad')} and ended well")
    return 0


def _shards(context: Context) -> Shards:
    from kg.pipeline.spark.shards import open_shards

    return open_shards(Path(context.named_store) if context.named_store else context.folder)
