"""Result: the answer to a query as terms, Python values, data frames and standard texts.

A Result always knows its columns, also when it has no rows.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse_query_results,
    serialize,
)

from kg.errors import UsageError, missing_extra, noun, visible
from kg.model.namespaces import Vocabulary, term
from kg.text import formats, markdown
from kg.text.naming import called

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from kg.query.arrow import CellKind, Column
    from kg.query.arrow import Value as Text

Term = NamedNode | BlankNode | Literal | Triple
Value = str | int | bool | None
# The rows as they come: as SPARQL 1.1 TSV, or as terms, None where unbound.
Found = bytes | tuple[tuple[Term | None, ...], ...]
Labels = Callable[[Sequence[NamedNode], str], Mapping["Term", str]]

# How many rows a notebook or terminal displays by itself.
SHOWN: Final = 60
_INTEGERS: Final = (term("xsd:integer").value, term("xsd:int").value, term("xsd:long").value)


def no_labels(nodes: Sequence[NamedNode], language: str) -> Mapping[Term, str]:  # noqa: ARG001
    """Return no labels: the result of a graph that is not at hand."""
    return {}


class Result:
    """The answer to a query: columns `vars` and the RDF `terms` of each row, None where unbound.

    A CONSTRUCT or DESCRIBE has the columns subject, predicate and object; an ASK has one row with
    the column ask.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        found: Found,
        words: Vocabulary,
        form: str = "SELECT",
        labels: Labels = no_labels,
    ) -> None:
        """Keep the columns, the rows as terms or as SPARQL 1.1 TSV, and how names are shortened."""
        self.vars = names
        self.words = words
        self.form = form
        self._found = found
        self._labels = labels

    @property
    def found(self) -> Found:
        """The rows as they came: as SPARQL 1.1 TSV, or as terms."""
        return self._found

    @cached_property
    def terms(self) -> tuple[tuple[Term | None, ...], ...]:
        """The rows as RDF terms, None where unbound."""
        if not isinstance(self._found, bytes):
            return self._found
        if not self.vars:
            return ((),) * len(self)
        solutions = parse_query_results(self._found, QueryResultsFormat.TSV)
        return tuple(tuple(row) for row in cast("QuerySolutions", solutions))

    @cached_property
    def rows(self) -> list[tuple[Value, ...]]:
        """The rows as Python values.

        An entity is its id ("csto"), any other IRI a CURIE; integers and booleans have their types;
        dates and other literals are text as written; unbound is None.
        """
        return [tuple(self._value(cell) for cell in row) for row in self.terms]

    def __len__(self) -> int:
        """The number of rows."""
        found = self._found
        return found.count(b"\n") - 1 if isinstance(found, bytes) else len(found)

    def __bool__(self) -> bool:
        """The answer of an ASK; for other forms, whether there are rows."""
        return bool(self.rows[0][0]) if self.form == "ASK" else len(self) > 0

    def to_pandas(self, *, labels: str = "") -> pd.DataFrame:
        """Return a pandas DataFrame with one column for each variable, also when it is empty.

        Integers are Int64, booleans boolean, whole dates datetime64 when every value of the column
        is one; partial dates stay text, never a silent first of January.
        With `labels`, a language such as "en", entities are called by their labels instead of ids.

        Raises UsageError when pandas or pyarrow is not installed.

        >>> import kg
        >>> answer = kg.open().query("members", organization="csto", as_of="2003")
        >>> answer.to_pandas().shape
        (6, 5)
        """
        _need("pandas")
        from kg.query.arrow import to_pandas

        return to_pandas(self.vars, self._columns(labels))

    def to_arrow(self, *, labels: str = "") -> pa.Table:
        """Return a pyarrow Table with one column for each variable, also when it is empty.

        Columns are int64, bool or date32 when every value is one, else text as in `rows`.
        With `labels`, a language such as "en", entities are called by their labels instead of ids.

        Raises UsageError when pyarrow is not installed.

        >>> import kg
        >>> kg.open().query("SELECT ?s { ?s a :State }").to_arrow().schema.field("s").type
        DataType(string)
        """
        from kg.query.arrow import to_arrow

        return to_arrow(self.vars, self._columns(labels))

    def to_polars(self, *, labels: str = "") -> pl.DataFrame:
        """Return a Polars DataFrame with the columns of `to_arrow`.

        Raises UsageError when Polars or pyarrow is not installed.

        >>> import kg
        >>> kg.open().query("SELECT ?s { ?s a :State }").to_polars().columns
        ['s']
        """
        _need("polars")
        import polars as pl

        return pl.DataFrame(pl.from_arrow(self.to_arrow(labels=labels)))

    def _columns(self, language: str) -> list[pa.ChunkedArray | Column]:
        """Return the columns with their kinds; what is said of a term is said once."""
        from kg.query.arrow import column_of, read_columns

        prefixes = {
            iri: "" if name == "id" else f"{name}:"
            for name, iri in self.words.prefixes.items()
            # What has a label is then looked at one by one.
            if not language or name == "st"
        }

        def decode(tsv: bytes) -> tuple[CellKind, list[Text]]:
            found = cast("QuerySolutions", parse_query_results(tsv, QueryResultsFormat.TSV))
            return judge([cast("Term", row[0]) for row in found])

        def judge(cells: Sequence[Term]) -> tuple[CellKind, list[Text]]:
            nodes = [cell for cell in cells if isinstance(cell, NamedNode)] if language else []
            called = self._labels(nodes, language)
            values = [called.get(cell) or self._value(cell) for cell in cells]
            return _kind(cells, values), [value for value in values if value is not None]

        if isinstance(self._found, bytes):
            return list(read_columns(self._found, self.vars, prefixes, decode))
        return [column_of(cells, judge) for cells in zip(*self._found, strict=True)] or [
            column_of((), judge) for _ in self.vars
        ]

    def _value(self, cell: Term | None) -> Value:
        if isinstance(cell, Literal):
            return _typed(cell)
        if isinstance(cell, NamedNode):
            return self.words.short(cell.value)
        return None if cell is None else str(cell)

    def named(self, *, labels: str = "", ids: str = "") -> Result:
        """Return the same with names as texts, for people: labels, ids, or labels with ids behind.

        `labels` is a language such as "en"; what has no label in it keeps its id, and so does what
        shares its label with another. `ids` are "short" ("csto") or "full", whole IRIs.

        >>> import kg
        >>> answer = kg.open().query("SELECT ?s { ?s :memberOf id:sco } ORDER BY ?s LIMIT 1")
        >>> answer.named(labels="ru").rows, answer.named(labels="en", ids="short").rows
        ([('Беларусь',)], [('Belarus (belarus)',)])
        """
        cells = (cell for row in self.terms for cell in row)
        nodes = [*dict.fromkeys(cell for cell in cells if isinstance(cell, NamedNode))]
        short = self.words.short
        written: dict[Term, str] = {
            node: node.value if ids == "full" else short(node.value) for node in nodes
        }
        found = self._labels(nodes, labels) if labels else {}
        names = called(written, found, beside=bool(ids))
        rows = (
            tuple(Literal(names[cell]) if isinstance(cell, NamedNode) else cell for cell in row)
            for row in self.terms
        )
        return Result(self.vars, tuple(rows), self.words, self.form)

    def to_table(self, *, width: int = 0) -> str:
        """Return the rows as an aligned text table with a count below it.

        With a width cells are cut so that a line takes at most so many places of a terminal.

        >>> import kg
        >>> text = "SELECT ?name { id:csto rdfs:label ?name FILTER(LANG(?name) = 'en') }"
        >>> print(kg.open().query(text).to_table(width=20).splitlines()[2])
        Collective Security…
        """
        if self.form == "ASK":
            return "yes\n" if self else "no\n"
        cells = [list(self.vars), *([_shown(v) for v in row] for row in self.rows)]
        measure: Callable[[str], int] = len
        if width:
            from kg.text.fitted import across, fitted

            cells, measure = fitted([[visible(c) for c in row] for row in cells], width), across
        widths = [max(measure(row[i]) for row in cells) for i in range(len(self.vars))]
        lines = [
            "  ".join(c + " " * (w - measure(c)) for c, w in zip(r, widths, strict=True)).rstrip()
            for r in cells
        ]
        lines.insert(1, "  ".join("─" * width for width in widths))
        count = f"{len(self)} {noun(len(self), 'row')}"
        return visible("\n".join([*lines, f"({count})", ""]))

    def to_markdown(self) -> str:
        """Return the rows as a Markdown table."""
        cells = [
            list(self.vars),
            ["---"] * len(self.vars),
            *([markdown.cell(_shown(value)) for value in row] for row in self.rows),
        ]
        return "".join(f"| {' | '.join(row)} |\n" for row in cells)

    def to_csv(self) -> str:
        """Return SPARQL 1.1 Query Results CSV: plain values, full IRIs."""
        import csv

        text = io.StringIO()
        # SPARQL 1.1 Query Results CSV §3: lines end with CR LF.
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(self.vars)
        writer.writerows(["" if c is None else _plain(c) for c in row] for row in self.terms)
        return text.getvalue()

    def to_tsv(self) -> str:
        """Return SPARQL 1.1 Query Results TSV: terms in Turtle syntax."""
        lines = ["\t".join(f"?{name}" for name in self.vars)]
        lines += ["\t".join("" if c is None else _turtle(c) for c in row) for row in self.terms]
        return "\n".join(lines) + "\n"

    def to_json(self) -> str:
        """Return SPARQL 1.1 Query Results JSON."""
        import json

        if self.form == "ASK":
            return json.dumps({"head": {}, "boolean": bool(self)}) + "\n"
        bindings = [
            {name: _binding(c) for name, c in zip(self.vars, row, strict=True) if c is not None}
            for row in self.terms
        ]
        body = {"head": {"vars": list(self.vars)}, "results": {"bindings": bindings}}
        return json.dumps(body, ensure_ascii=False, indent=1) + "\n"

    def to_turtle(self) -> str:
        """Return the triples of a CONSTRUCT or DESCRIBE as Turtle.

        Raises UsageError for other forms.
        """
        if self.form != "CONSTRUCT":
            others = formats.either([name for name in formats.RESULTS.names if name != "turtle"])
            msg = f"only CONSTRUCT and DESCRIBE give Turtle; choose {others}"
            raise UsageError(msg)
        triples = [Triple(*row) for row in self.terms]  # type: ignore[arg-type]
        raw = serialize(triples, format=RdfFormat.TURTLE, prefixes=self.words.prefixes)
        return cast("bytes", raw).decode()

    def to(self, name: str) -> str:
        """Return the text in the named format, such as "csv" or "markdown".

        Raises UsageError for another name, or when the format does not suit the result.
        """
        form = formats.RESULTS.named(name)
        return cast("str", getattr(self, f"to_{form.name}")())

    def __str__(self) -> str:
        """The text table."""
        return self.to_table()

    def __repr__(self) -> str:
        """The first rows as a text table, for a terminal."""
        head, rest = self._head()
        return head.to_table().rstrip() + (f" of {len(self)}" if rest else "")

    def _repr_html_(self) -> str:
        from html import escape

        def line(tag: str, cells: Iterable[str]) -> str:
            return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

        head, rest = self._head()
        body = "".join(line("td", map(_shown, row)) for row in head.rows)
        table = f"<table><thead>{line('th', self.vars)}</thead><tbody>{body}</tbody></table>"
        return table + (f"<p>{len(head)} of {len(self)} rows</p>" if rest else "")

    def _head(self) -> tuple[Result, int]:
        """Return the rows that are displayed, and how many are left out."""
        rest = len(self) - SHOWN
        if rest <= 0:
            return self, 0
        if isinstance(self._found, bytes):
            found: Any = b"".join(islice(io.BytesIO(self._found), SHOWN + 1))
        else:
            found = self._found[:SHOWN]
        return Result(self.vars, found, self.words, self.form), rest


def _need(library: str) -> None:
    """Raise UsageError with the extra to install when the library is not there."""
    from importlib.util import find_spec

    if find_spec(library) is None:
        raise missing_extra(library, library)


def _kind(cells: Sequence[Term], values: Sequence[Value]) -> CellKind:
    """Return the narrowest kind that every value of a column has."""
    if not cells:
        return "text"
    if all(isinstance(value, bool) for value in values):
        return "boolean"
    if all(type(value) is int and abs(value) < 2**63 for value in values):
        return "integer"
    if all(isinstance(cell, Literal) and _is_day(cell) for cell in cells):
        return "day"
    return "text" if all(isinstance(value, str) for value in values) else "mixed"


def _typed(cell: Literal) -> Value:
    """Return an integer or a boolean when the literal is well-formed as one, else its text.

    Python reads no integer of many thousand digits, so that stays a text.
    """
    if cell.datatype.value in _INTEGERS and _is_well_formed(cell, "xsd:integer"):
        try:
            return int(cell.value)
        except ValueError:
            return cell.value
    if cell.datatype == term("xsd:boolean") and _is_well_formed(cell, "xsd:boolean"):
        return cell.value in {"true", "1"}
    return cell.value


def _is_day(cell: Literal) -> bool:
    """Say whether the literal is an `xsd:date` without time zone that pandas can hold."""
    from kg.model.dates import PartialDate

    is_date = cell.datatype == term("xsd:date") and _is_well_formed(cell, "xsd:date")
    return is_date and 1 <= PartialDate.parse(cell.value).year <= 9999


def _is_well_formed(cell: Literal, datatype: str) -> bool:
    from kg.model.literals import literal_problem

    return not literal_problem(cell.value, datatype)


def _shown(value: Value) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _plain(cell: Term) -> str:
    if isinstance(cell, BlankNode):
        return f"_:{cell.value}"
    return cell.value if isinstance(cell, (NamedNode, Literal)) else str(cell)


def _turtle(cell: Term) -> str:
    # SPARQL 1.1 Query Results TSV §4: numbers without quotes, tabs and breaks escaped.
    if isinstance(cell, Literal) and cell.datatype == term("xsd:integer"):
        return str(_typed(cell)) if isinstance(_typed(cell), int) else str(cell)
    return str(cell).replace("\t", "\\t")


def _binding(cell: Term) -> dict[str, Any]:
    # SPARQL 1.1 Query Results JSON §3.2.2.
    if isinstance(cell, NamedNode):
        return {"type": "uri", "value": cell.value}
    if isinstance(cell, BlankNode):
        return {"type": "bnode", "value": cell.value}
    if isinstance(cell, Literal):
        if cell.language:
            return {"type": "literal", "value": cell.value, "xml:lang": cell.language}
        if cell.datatype == term("xsd:string"):
            return {"type": "literal", "value": cell.value}
        return {"type": "literal", "value": cell.value, "datatype": cell.datatype.value}
    parts = (cell.subject, cell.predicate, cell.object)
    inner = dict(zip(("subject", "predicate", "object"), map(_binding, parts), strict=True))
    return {"type": "triple", "value": inner}
