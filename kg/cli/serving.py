"""Serving: the options of the commands that others ask over a wire."""

from __future__ import annotations

import argparse
import os

import kg.cli.help as texts
from kg.text import formats


def _add_serve(command: argparse.ArgumentParser) -> None:
    """Add what may stand behind `kg serve`."""
    command.add_argument(
        "files", nargs="*", metavar="FILE",
        help=f"serve these {formats.FILES.patterns} files as they are, not a build",
    )  # fmt: skip
    _add_address(command)
    command.add_argument(
        "--cors", action="append", default=[], metavar="ORIGIN",
        help="a web origin whose pages may read answers, * for all; repeat as needed",
    )  # fmt: skip
    _add_limits(command)


def _add_mcp(command: argparse.ArgumentParser) -> None:
    """Add what may stand behind `kg mcp`."""
    command.add_argument(
        "--http", action="store_true",
        help="speak streamable HTTP at http://127.0.0.1:8000/mcp, not over standard input",
    )  # fmt: skip
    _add_address(command)
    _add_limits(command)
    command.set_defaults(cors=[])


def _add_address(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", type=int, default=8000, metavar="N", help="default: %(default)s")
    command.add_argument("--host", metavar="ADDRESS", help="default: 127.0.0.1, this machine only")
    command.add_argument(
        "--public", action="store_true", help="let other machines ask; prints what that means"
    )
    command.add_argument(
        "--name", action="append", default=[], metavar="HOST",
        help="a name under which the server may be asked for, besides localhost; repeat as needed",
    )  # fmt: skip


def _add_limits(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--access-log", action="store_true", help="write a line for each request to stderr"
    )
    for name, kind, default, text in (
        ("seconds", float, 10.0, "wall-clock time of a query"),
        ("memory", int, 1024, "MiB that a query may need"),
        ("text", int, 64, "KiB of SPARQL text"),
        ("depth", int, 100, "brackets of a query within one another"),
        ("rows", int, 100_000, "rows or triples of an answer"),
        ("answer", int, 50, "MiB of an answer"),
        ("workers", int, (os.cpu_count() or 1) + 2, "queries at the same time"),
        ("queue", int, 32, "queries that may wait, for twice --seconds"),
        ("idle", float, 15.0, "seconds that a connection may stand still"),
    ):
        shown = "processors + 2" if name == "workers" else "%(default)s"
        command.add_argument(
            f"--{name}", type=kind, default=default, metavar="N",
            help=f"{text} (default: {shown})",
        )  # fmt: skip
    command.add_argument(
        "--per-client", type=int, default=None, metavar="N",
        help="connections of one address at the same time (default: any number)",
    )  # fmt: skip


# As the commands stand in `cli/arguments`.
SERVE = (
    "serve SPARQL and pages over HTTP, read-only",
    texts.SERVE,
    texts.SERVE_EXAMPLES,
    _add_serve,
)
MCP = ("let language models ask, read-only (MCP)", texts.MCP, texts.MCP_EXAMPLES, _add_mcp)
