"""Magics: `%load_ext kg` gives `%%sparql` and `%sparql` to IPython and Jupyter.

%%sparql --as-of 2012-06-27 -o members
SELECT ?state { ?state :memberOf id:csto }
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, cast

from kg.cli.context import option, world
from kg.errors import KGError, UsageError, parameters_as
from kg.graph import Graph
from kg.graph import open as open_graph
from kg.model.edtf import asked_time
from kg.workers.limits import MIB, OWN, limited

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from kg.page.document import Page
    from kg.query.result import Result


class Shell(Protocol):
    """What is used of IPython's InteractiveShell."""

    user_ns: dict[str, Any]

    def push(self, variables: dict[str, Any]) -> None:
        """Set variables of the notebook."""

    def register_magic_function(self, func: Any, magic_kind: str, magic_name: str) -> None:  # noqa: ANN401
        """Make a function a magic."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        msg = f"{message}; %sparql --help shows what may be written"
        raise UsageError(msg)


def _parser() -> _Parser:
    parser = _Parser(
        prog="%sparql",
        description="Ask a graph: SPARQL in the cell, or a named question on the line.",
        epilog="The graph is the variable 'graph' of the notebook, else the one that kg ships.",
    )
    parser.add_argument("question", nargs="*", help="the name of a question, or SPARQL")
    parser.add_argument("-p", dest="parameters", action="append", default=[], metavar="NAME=VALUE",
                        help="a parameter of the question")  # fmt: skip
    parser.add_argument("-o", dest="name", metavar="NAME",
                        help="put the answer into this variable, as a data frame")  # fmt: skip
    parser.add_argument("--on", metavar="NAME", help="the variable that holds the graph")
    parser.add_argument("--as-of", metavar="DATE", help="ask the graph as of the date")
    parser.add_argument("--known-by", metavar="DATE", help="ask what was known by the date")
    parser.add_argument("--from", dest="from_", metavar="DATE", help="or of a span: its first date")
    parser.add_argument("--to", metavar="DATE", help="and its last date")
    parser.add_argument("--surely", action="store_true",
                        help="only what must be true on every day of the date or span")  # fmt: skip
    parser.add_argument("--labels", metavar="LANGUAGE", default="",
                        help="call entities by their labels, such as: en")  # fmt: skip
    parser.add_argument("--graph", action="store_true",
                        help="draw what the answer names")  # fmt: skip
    parser.add_argument("--seconds", type=float, default=OWN.seconds, metavar="N",
                        help="end the query after this time, 0 for never "
                        f"(default: {OWN.seconds:g})")  # fmt: skip
    parser.add_argument("--memory", type=int, default=OWN.memory // MIB, metavar="MIB",
                        help=f"end it above this much (default: {OWN.memory // MIB})")  # fmt: skip
    parser.add_argument("--allow-service", action="append", default=[], metavar="HOST",
                        help="let SERVICE ask this server")  # fmt: skip
    parser.add_argument("--lenient", action="store_true",
                        help="allow names that are nowhere in the graph")  # fmt: skip
    return parser


def load_ipython_extension(shell: Shell) -> None:
    """Register the magics; IPython calls this for `%load_ext kg`."""
    shell.register_magic_function(_Magic(shell), "line_cell", "sparql")


class _Magic:
    """The magic function of one shell; it keeps the shipped graph once it was opened."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.shipped: Graph | None = None

    def __call__(self, line: str, cell: str | None = None) -> Result | Page | pd.DataFrame | None:
        """Run the line or cell and return what is displayed; an error is one line."""
        try:
            with parameters_as(option):
                return self.run(line, cell)
        except KGError as error:
            import sys

            print(f"kg: {error}", file=sys.stderr)  # noqa: T201 - where notebooks show errors
            return None

    def run(self, line: str, cell: str | None) -> Result | Page | pd.DataFrame | None:
        import shlex

        try:
            options = _parser().parse_args(shlex.split(line))
        except ValueError as error:
            msg = f"the line cannot be read: {error}"
            raise UsageError(msg) from error
        except SystemExit:  # --help has printed itself
            return None
        text = " ".join(options.question) if cell is None else cell
        if cell is not None and options.question:
            msg = f"'{options.question[0]}' stands beside the cell; write options only on its line"
            raise UsageError(msg)
        parameters = dict(_parameter(text) for text in options.parameters)
        graph = self.graph(options.on)
        result = graph.ask(
            text,
            parameters,
            **world(options),
            lenient=options.lenient,
            hosts=options.allow_service,
            limits=limited(options.seconds, options.memory),
        )
        shown: Any = result
        if options.name or options.labels:
            shown = result.to_pandas(labels=options.labels)
        if options.name:
            self.shell.push({options.name: shown})
        if options.graph:
            asked_of = asked_time(options.as_of, options.from_, options.to)
            # A page opens on one date: of a span on its first.
            opening = asked_of and asked_of.partition("/")[0]
            known_by, surely = options.known_by, options.surely
            return draw(graph, result, as_of=opening, known_by=known_by, surely=surely)
        return None if options.name else cast("Result | pd.DataFrame", shown)

    def graph(self, name: str | None) -> Graph:
        found = self.shell.user_ns.get(name or "graph")
        if isinstance(found, Graph):
            return found
        if name:
            msg = f"there is no graph in the variable '{name}'; make one with kg.open or kg.build"
            raise UsageError(msg)
        self.shipped = self.shipped or open_graph()
        return self.shipped


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        msg = f"'-p {text}' has no value; write -p {text}=…"
        raise UsageError(msg)
    return name, value


def draw(
    graph: Graph,
    result: Result,
    *,
    as_of: str | None = None,
    known_by: str | None = None,
    surely: bool = False,
) -> Page:
    """Return the page of what a result names: its statements, and the facts among its entities.

    Raises UsageError when it names nothing that can be drawn.
    """
    from kg.page.draw import view

    network = graph.network(known_by=known_by)
    return view(named_in(network, result), as_of=as_of, surely=surely, within=network)


def named_in(network: nx.MultiDiGraph[str], result: Result) -> nx.MultiDiGraph[str]:
    """Return the part of the network that a result names.

    Where it names statements these are the edges; else, where it is triples, those; else all
    between its entities.

    Raises UsageError when it names nothing of the network.
    """
    cells = {cell for row in result.rows for cell in row if isinstance(cell, str)}
    triples = set(result.rows) if result.form == "CONSTRUCT" else set()
    every: list[tuple[str, str, str, str]] = list(network.edges(keys=True, data="predicate"))
    edges = [edge for edge in every if f"st:{edge[2]}" in cells]
    edges = edges or [edge for edge in every if (edge[0], f":{edge[3]}", edge[1]) in triples]
    if edges:
        part = network.edge_subgraph([edge[:3] for edge in edges])  # type: ignore[misc]
    else:
        part = network.subgraph([node for node in network if node in cells])
    if not part:
        msg = "the answer names no entity or statement; ask for some to draw them"
        raise UsageError(msg)
    return part.copy()
