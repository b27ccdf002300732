"""Asking: the command `kg query`, what it prints of an answer, and what it says of an empty one."""

from __future__ import annotations

import signal
import sys
from argparse import Namespace
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from kg.cli.context import Context, read_file, world
from kg.cli.naming import named
from kg.errors import KGError, UsageError, noun, visible

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.query.result import Result

# Above so many statements the history is not asked without having been meant.
_MOST: Final = 50_000
_EVER: Final[dict[str, Any]] = {"from_": "Y-99999", "to": "Y99999"}


def query(context: Context, options: Namespace) -> int:
    """Ask, or list the questions."""
    from kg.workers import confine

    # The engine does not return to Python before it is done; the default ends it at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    text = options.question or ""
    if text.startswith("@"):
        text = read_file(text[1:])
    elif text.endswith((".rq", ".sparql")):
        msg = f"{text}: a file is named with @ before it, as @{text}"
        raise UsageError(msg)
    limits = context.limits
    confine.leave_no_core()
    if "service" in text.lower() and not options.allow_service and not context.has_remote_store:
        confine.cut_network()
    graph = context.graph()
    # What opening the store takes is the store's, and not the query's.
    confine.confine(limits.memory)
    if options.question is None:
        _list_questions(context, graph)
        return 0
    values = _values(options.parameter)
    given: dict[str, Any] = {
        "lenient": options.lenient, "hosts": options.allow_service, "limits": limits
    }  # fmt: skip
    # Not by graph.query(**values): a parameter may have the name of one of its arguments.
    result = graph.ask(text, values, **world(options), **given)
    style = options.style or ("turtle" if result.form == "CONSTRUCT" else "table")
    result = named(result, graph, options, style, ("table", "csv", "markdown"))
    context.put(_on_terminal(result) if style == "table" else result.to(style))
    is_empty = result.form == "SELECT" and not result
    if style == "table" and is_empty and not any(world(options).values()):
        _tell_of_history(context, graph, text, values, given)
    return 0


def _values(parameters: list[str]) -> dict[str, str]:
    values = {}
    for parameter in parameters:
        name, equals, value = parameter.partition("=")
        if not equals:
            msg = f"-p {parameter}: write NAME=VALUE"
            raise UsageError(msg)
        values[name] = value
    return values


def _on_terminal(result: Result) -> str:
    """Return the table, on a terminal as wide as that is and with a paler head."""
    if not sys.stdout.isatty() or result.form == "ASK":
        return result.to_table()
    import shutil

    text = result.to_table(width=shutil.get_terminal_size().columns)
    from kg.cli.colour import is_painted, painted

    if not is_painted(sys.stdout):
        return text
    head, rule, rest = text.split("\n", 2)
    return f"{painted(head, 'dim')}\n{painted(rule, 'dim')}\n{rest}"


def _tell_of_history(
    context: Context, graph: Graph, text: str, values: dict[str, str], given: dict[str, Any]
) -> None:
    """Note that there are answers at other times, where none holds now and some did or will."""
    record = getattr(graph.store, "record", None)
    if context.quiet or record is None or record.count > _MOST:
        return
    sys.stdout.flush()
    # The answer is there already; whatever is wrong, it stays.
    with suppress(KGError, MemoryError):
        ever = len(graph.ask(text, values, **_EVER, **given))
        if ever:
            rows = f"{ever} {noun(ever, 'row')}"
            context.note(f"note: no row is current, {rows} at other times; --as-of DATE asks then")


def _list_questions(context: Context, graph: Graph) -> None:
    from kg.query.questions import by_topic

    topics = by_topic(graph.questions.values())
    for topic, found in topics.items():
        if [*topics] != [""]:
            context.say(visible(f"# {topic or 'Other questions'}"))
        for question in found:
            context.say(visible(f"{question.name}\n    {question.text}"))
            for one in question.parameters:
                need = ", required" if one.required else ""
                kinds = " or ".join(one.types)
                context.say(visible(f"      -p {one.name}=…  {one.text} ({kinds}{need})"))
