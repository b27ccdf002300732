"""The options that choose how people read the names of things, and what heeds them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from kg.errors import UsageError

if TYPE_CHECKING:
    from typing import Self

    from kg.changes.sides import Diff
    from kg.graph import Graph


class Named(Protocol):
    """What can be told with labels or whole IRIs in place of ids."""

    def named(self, *, labels: str = "", ids: str = "") -> Self:
        """Return the same, told so."""


N = TypeVar("N", bound=Named)


def add_names(command: ArgumentParser) -> None:
    """Add what chooses how people read the names of things; `named` heeds it."""
    add_labels(command)
    command.add_argument(
        "--ids", choices=("short", "full"),
        help="ids as csto or as whole IRIs; with --labels they stand behind the labels",
    )  # fmt: skip


def add_labels(command: ArgumentParser) -> None:
    """Add what chooses the language of labels."""
    command.add_argument(
        "--labels", metavar="LANG",
        help="call things by their labels in this language, such as en; none for ids alone",
    )  # fmt: skip


def named(found: N, graph: Graph, options: Namespace, style: str, read: Sequence[str]) -> N:
    """Return what was found with its names as --labels and --ids want them.

    Raises UsageError for a format that is not among those that people `read`, and for a language
    without labels.
    """
    if options.labels is None and not options.ids:
        return found
    from kg.query.names import language
    from kg.store.read_back import History

    languages = History(graph.store).languages
    labels = "" if options.labels is None else language(languages, options.labels)
    if not labels and not options.ids:
        return found
    _require_read(style, read)
    return found.named(labels=labels, ids=options.ids or "")


def renamed(found: Diff, options: Namespace) -> Diff:
    """Return what differs, told with labels as --labels wants them.

    Raises UsageError as `named` does.
    """
    if options.labels is None:
        return found
    from kg.query.names import language

    labels = language(found.new.languages, options.labels)
    _require_read(options.style, ("text", "markdown"))
    return found.named(labels=labels)


def _require_read(style: str, read: Sequence[str]) -> None:
    from kg.text.formats import either

    if style not in read:
        msg = f"--labels and --ids are for what people read: --format {either(read)}"
        raise UsageError(msg)
