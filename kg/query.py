"""Query: SPARQL text and named questions over a store → Result.

Eighth step of the walk.
A Result always knows its columns, also when it has no rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    RdfFormat,
    Triple,
    serialize,
)

from kg.errors import QueryError, UsageError, did_you_mean
from kg.store import read, select
from kg.vocab import Vocabulary, term

if TYPE_CHECKING:
    import pandas as pd

    from kg.sparql import Parameter, Question
    from kg.store import Store

Term = NamedNode | BlankNode | Literal | Triple
Value = str | int | bool | None


FORMATS: Final = ("table", "csv", "tsv", "json", "markdown", "turtle")

_QUESTIONS = "SELECT ?question ?sparql { ?question a kg:Question ; kg:sparql ?sparql }"
_EXISTS: Final = (
    "EXISTS {{ {0} ?p ?o }} || EXISTS {{ ?s ?p {0} }} || EXISTS {{ ?s {0} ?o }} || "
    "EXISTS {{ GRAPH ?g {{ ?s {0} ?o }} }}"
)
# The engine evaluates such checks one inside the other, so a few at a time.
BATCH: Final = 40
_NAMED: Final = 'SELECT DISTINCT ?node {{ ?node a ?class FILTER STRSTARTS(STR(?node), "{0}") }}'
_INTEGERS: Final = (term("xsd:integer").value, term("xsd:int").value, term("xsd:long").value)


class Result:
    """The answer to a query: columns `vars` and the RDF `terms` of each row, None where unbound.

    A CONSTRUCT or DESCRIBE has the columns subject, predicate and object; an ASK has one row with
    the column ask.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        terms: tuple[tuple[Term | None, ...], ...],
        words: Vocabulary,
        form: str = "SELECT",
    ) -> None:
        """Keep the columns, the terms, and the names by which rows are shortened."""
        self.vars = names
        self.terms = terms
        self.words = words
        self.form = form

    @cached_property
    def rows(self) -> list[tuple[Value, ...]]:
        """The rows as Python values.

        An entity is its id ("csto"), any other IRI a CURIE; integers and booleans have their types;
        dates and other literals are text as written; unbound is None.
        """
        return [tuple(self._value(cell) for cell in row) for row in self.terms]

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.terms)

    def __bool__(self) -> bool:
        """The answer of an ASK; for other forms, whether there are rows."""
        return bool(self.rows[0][0]) if self.form == "ASK" else bool(self.terms)

    def to_pandas(self) -> pd.DataFrame:
        """Return a pandas DataFrame with one column for each variable, also when it is empty.

        Integers are Int64, booleans boolean, whole dates datetime64 when every value of the column
        is one; partial dates stay text, never a silent first of January.

        Raises UsageError when pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            msg = "pandas is not installed; install it with: pip install 'eurasia-kg[pandas]'"
            raise UsageError(msg) from error
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self.vars)
        return pd.DataFrame(
            {
                name: pd.Series(list(values), dtype=self._dtype(index))
                for index, (name, values) in enumerate(zip(self.vars, columns, strict=True))
            },
            columns=list(self.vars),
        )

    def _dtype(self, index: int) -> str:
        """Return the narrowest type that every value of the column has."""
        cells = [row[index] for row in self.terms if row[index] is not None]
        values = [self._value(cell) for cell in cells]
        if not cells:
            return "object"
        if all(isinstance(value, bool) for value in values):
            return "boolean"
        if all(type(value) is int and abs(value) < 2**63 for value in values):
            return "Int64"
        if all(isinstance(cell, Literal) and _is_day(cell) for cell in cells):
            return "datetime64[s]"
        return "object"

    def _value(self, cell: Term | None) -> Value:
        if isinstance(cell, Literal):
            return _typed(cell)
        if isinstance(cell, NamedNode):
            return self.words.short(cell.value)
        return None if cell is None else str(cell)

    def to_table(self) -> str:
        """Return the rows as an aligned text table with a count below it."""
        if self.form == "ASK":
            return "yes\n" if self else "no\n"
        cells = [list(self.vars), *([_shown(v) for v in row] for row in self.rows)]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.vars))]
        lines = [
            "  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in cells
        ]
        lines.insert(1, "  ".join("─" * width for width in widths))
        count = "1 row" if len(self) == 1 else f"{len(self)} rows"
        return "\n".join([*lines, f"({count})", ""])

    def to_markdown(self) -> str:
        """Return the rows as a Markdown table."""
        cells = [
            list(self.vars),
            ["---"] * len(self.vars),
            *([_shown(v).replace("|", "\\|").replace("\n", " ") for v in row] for row in self.rows),
        ]
        return "".join(f"| {' | '.join(row)} |\n" for row in cells)

    def to_csv(self) -> str:
        """Return SPARQL 1.1 Query Results CSV: plain values, full IRIs."""
        import csv
        import io

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
            msg = (
                "only CONSTRUCT and DESCRIBE give Turtle; choose table, csv, tsv, json or markdown"
            )
            raise UsageError(msg)
        triples = [Triple(*row) for row in self.terms]  # type: ignore[arg-type]
        raw = serialize(triples, format=RdfFormat.TURTLE, prefixes=self.words.prefixes)
        return cast("bytes", raw).decode()

    def to(self, name: str) -> str:
        """Return the text in the named format, one of `FORMATS`.

        Raises UsageError for another name, or when the format does not suit the result.
        """
        if name not in FORMATS:
            msg = f"'{name}' is not a format of results; choose one of {' '.join(FORMATS)}"
            raise UsageError(msg)
        return cast("str", getattr(self, f"to_{name}")())

    def __str__(self) -> str:
        """The text table."""
        return self.to_table()

    def _repr_html_(self) -> str:
        from html import escape

        def line(tag: str, cells: Iterable[str]) -> str:
            return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

        body = "".join(line("td", map(_shown, row)) for row in self.rows)
        return f"<table><thead>{line('th', self.vars)}</thead><tbody>{body}</tbody></table>"


def questions(store: Store) -> dict[str, Question]:
    """Return the named questions that the graph carries, by name."""
    from kg.sparql import Question

    found = {}
    for row in select(store, _QUESTIONS):
        name = store.words.local("question", cast("NamedNode", row["question"]).value)
        found[name] = Question.parse(name, cast("Literal", row["sparql"]).value)
    return dict(sorted(found.items()))


def query(
    store: Store,
    text: str,
    parameters: Mapping[str, str] | None = None,
    *,
    lenient: bool = False,
    whole: Store | None = None,
) -> Result:
    """Ask a named question with its parameters, or run SPARQL text.

    A single word is the name of a question; no SPARQL query is a single word.
    A text that uses a name of the graph's own namespaces which does not exist is refused, unless
    `lenient`; of a slice, `whole` is the store whose names may be used.

    Raises QueryError for a syntax error, an unknown name, an unknown question, or a wrong
    parameter.
    """
    if text.strip().replace("-", "").replace("_", "").isalnum():
        question = _question(store, text.strip())
        return run(store, bind(store, question, parameters or {}))
    if parameters:
        msg = "parameters go with a named question; write values into the SPARQL text itself"
        raise QueryError(msg)
    if not lenient:
        _check_names(whole or store, text)
    return run(store, text)


def _check_names(store: Store, sparql: str) -> None:
    """Refuse a text that looks for a name of ours which is nowhere in the graph.

    SPARQL would find nothing, which looks like an answer.
    """
    from kg.sparql import syntax_problem, tokens
    from kg.spelling import namespace, nearest, own_names

    names = list(own_names(sparql, store.words))
    missing = _missing(store, [NamedNode(iri) for iri in {name.iri: None for name in names}])
    for name in names:
        if name.iri in missing:
            # Where the text is no query at all, that comes first; a SERVICE would be called.
            is_local = all(token[0].upper() != "SERVICE" for token in tokens(sparql))
            if is_local and (problem := syntax_problem(sparql, store.words.prefixes)):
                raise QueryError(*problem)
            found = select(store, _NAMED.format(namespace(name.iri)))
            hint = nearest(name, (getattr(row["node"], "value", "") for row in found))
            message = f"'{name.text}' names nothing in the graph; {hint}".strip()
            message += " If it is meant so, ask with --lenient"
            raise QueryError(message.replace("; If", "; if"), name.line, name.column)


def _missing(store: Store, iris: list[NamedNode]) -> set[str]:
    """Return those of the IRIs that are nowhere in the graph."""
    no, missing = Literal(value=False), set()
    for first in range(0, len(iris), BATCH):
        batch = iris[first : first + BATCH]
        checks = " ".join(f"BIND({_EXISTS.format(iri)} AS ?is{i})" for i, iri in enumerate(batch))
        (known,) = select(store, f"SELECT * {{ {checks} }}")
        missing |= {iri.value for i, iri in enumerate(batch) if known[f"is{i}"] == no}
    return missing


def run(store: Store, sparql: str) -> Result:
    """Run SPARQL text and read the answer to its end."""
    answer = store.query(sparql)
    words = store.words
    if isinstance(answer, QueryBoolean):
        truth = Literal("true" if answer else "false", datatype=term("xsd:boolean"))
        return Result(("ask",), ((truth,),), words, "ASK")
    if isinstance(answer, QuerySolutions):
        names = tuple(variable.value for variable in answer.variables)
        return Result(names, tuple(tuple(row) for row in read(answer)), words)
    triples = tuple((t.subject, t.predicate, t.object) for t in read(answer))
    return Result(("subject", "predicate", "object"), triples, words, "CONSTRUCT")


def bind(store: Store, question: Question, parameters: Mapping[str, str]) -> str:
    """Return the question's SPARQL with its parameters joined in by VALUES.

    Raises QueryError for a parameter that is unknown, missing, or of the wrong type.
    """
    declared = {parameter.name: parameter for parameter in question.parameters}
    for name in parameters:
        if name not in declared:
            choices = ", ".join(declared) or "none"
            hint = did_you_mean(name, declared) or f"its parameters: {choices}"
            msg = f"question '{question.name}' has no parameter '{name}'; {hint}"
            raise QueryError(msg)
    for parameter in question.parameters:
        if parameter.required and parameter.name not in parameters:
            msg = f"question '{question.name}' needs -p {parameter.name}=…: {parameter.text}"
            raise QueryError(msg)
    if not parameters:
        return question.sparql
    names = " ".join(f"?{name}" for name in parameters)
    cells = [str(_parameter_term(store, declared[name], text)) for name, text in parameters.items()]
    head, tail = halves(question.sparql)
    return f"{head} VALUES ({names}) {{ ({' '.join(cells)}) }} {tail}"


def halves(sparql: str) -> tuple[str, str]:
    """Return the text of a query up to the inside of its pattern, and the rest.

    Between them stands the VALUES block that gives parameters their values, so that the pattern's
    filters see them; behind the query (SPARQL 1.1 §18.2.4.3) it would be joined too late.

    >>> halves("SELECT ?a WHERE { ?a ?b ?c }")
    ('SELECT ?a WHERE {', ' ?a ?b ?c }')
    """
    from kg.sparql import tokens

    found = tokens(sparql)
    words = [token[0].upper() for token in found]
    first = words.index("WHERE") if "WHERE" in words else 0
    start = found[words.index("{", first)].end()
    return sparql[:start], sparql[start:]


def _question(store: Store, name: str) -> Question:
    known = questions(store)
    if name not in known:
        hint = did_you_mean(name, known) or "'kg query' lists the questions"
        msg = f"there is no question '{name}'; {hint}"
        raise QueryError(msg)
    return known[name]


def _parameter_term(store: Store, parameter: Parameter, text: str) -> Term:
    from kg.literals import literal_problem

    if parameter.type.startswith("xsd:"):
        problem = literal_problem(text, parameter.type)
        if problem:
            msg = f"parameter {parameter.name}: {problem}"
            raise QueryError(msg)
        return Literal(text, datatype=term(parameter.type))
    return _known(store, parameter, text)


def _known(store: Store, parameter: Parameter, name: str) -> NamedNode:
    """Return the entity or source, which must be of one of the parameter's classes."""
    allowed = parameter.types
    prefix = "src" if allowed == ["kg:Source"] else "id"
    namespace = store.words.prefixes[prefix]
    classes: dict[str, set[str]] = {}
    for node, kind in run(store, "SELECT ?node ?class { ?node a ?class }").terms:
        if isinstance(node, NamedNode) and node.value.startswith(namespace):
            local = store.words.local(prefix, node.value)
            classes.setdefault(local, set()).add(store.words.short(getattr(kind, "value", "")))
    if name not in classes:
        hint = did_you_mean(name, classes) or "it is not in the graph"
        msg = f"parameter {parameter.name}: '{name}' is not a known id; {hint}"
        raise QueryError(msg)
    if "owl:Thing" not in allowed and not classes[name] & set(allowed):
        found = " and ".join(sorted(classes[name]))
        msg = f"parameter {parameter.name}: '{name}' is a {found}, not a {' or a '.join(allowed)}"
        raise QueryError(msg)
    return NamedNode(namespace + name)


def _typed(cell: Literal) -> Value:
    """Return an integer or a boolean when the literal is well-formed as one, else its text."""
    if cell.datatype.value in _INTEGERS and _is_well_formed(cell, "xsd:integer"):
        return int(cell.value)
    if cell.datatype == term("xsd:boolean") and _is_well_formed(cell, "xsd:boolean"):
        return cell.value in {"true", "1"}
    return cell.value


def _is_day(cell: Literal) -> bool:
    """Say whether the literal is an `xsd:date` without time zone that pandas can hold."""
    from kg.dates import PartialDate

    is_date = cell.datatype == term("xsd:date") and _is_well_formed(cell, "xsd:date")
    return is_date and 1 <= PartialDate.parse(cell.value).year <= 9999


def _is_well_formed(cell: Literal, datatype: str) -> bool:
    from kg.literals import literal_problem

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
