"""The options that choose how people read the names of things, and what heeds them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from kg.errors import UsageError

if TYPE_CHECKING:
    from typing import Self

    from kg.graph import Graph


def add_names(command: ArgumentParser) -> None:
    """Add what chooses how people read the names of things; `named` heeds it."""
    command.add_argument(
        "--labels", metavar="LANG",
        help="call things by their labels in this language, such as en; none for ids alone",
    )  # fmt: skip
    command.add_argument(
        "--ids",
        choices=("short", "full"),
        help="ids as csto or as whole IRIs; with --labels they stand behind the labels",
    )


class Named(Protocol):
    """What can be told with labels or whole IRIs in place of ids."""

    def named(self, *, labels: str = "", ids: str = "") -> Self:
        """Return the same, told so."""


N = TypeVar("N", bound=Named)


def named(found: N, graph: Graph, options: Namespace, style: str, read: Sequence[str]) -> N:
    """Return what was found with its names as --labels and --ids want them.

    Raises UsageError for a format that is not among those that people `read`, and for a language
    without labels.
    """
    if options.labels is None and not options.ids:
        return found
    from kg.query.names import language
    from kg.text.formats import either

    labels = language(graph.store, "none" if options.labels is None else options.labels)
    if not labels and not options.ids:
        return found
    if style not in read:
        msg = f"--labels and --ids are for what people read: --format {either(read)}"
        raise UsageError(msg)
    return found.named(labels=labels, ids=options.ids or "")
