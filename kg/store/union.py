"""Union: a query over a build → the same where every default graph is the union of all graphs.

Such stores (sd:UnionDefaultGraph of SPARQL 1.1 Service Description) have no graph beside the named
ones, so the build's default graph stands in one named graph, and a query is asked inside it.
"""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg.model.namespaces import KG, term

DEFAULT_GRAPH: Final = NamedNode(f"{KG}DefaultGraph")
# Only a store in this form has a graph of that name.
IS_THERE: Final = f"ASK {{ GRAPH {DEFAULT_GRAPH} {{ ?s ?p ?o }} }}"
_NAMES: Final = frozenset({"?", "$"})
_VARIABLE: Final = r"[?$]\w+"
# A line of N-Quads that names no graph.
_OF_NO_GRAPH: Final = re.compile(
    rb'^([<_]\S+ <\S+ (?:[<_]\S+|"[^"\\\n]*(?:\\.[^"\\\n]*)*"(?:@\S+|\^\^\S+)?)) \.$', re.MULTILINE
)
_IN_OURS: Final = rb"\1 " + str(DEFAULT_GRAPH).encode() + b" ."
# What DESCRIBE stands for: the triples about each node, and about the nodes without a name behind
# it, which are at most two lists or descriptions deep in what kg builds.
_BEHIND: Final = f"(<urn:any>|!<urn:any>)?/{term('rdf:rest')}*"
_DESCRIBED: Final = (
    "CONSTRUCT {{ ?kgNode ?kgProperty ?kgValue }} WHERE {{ "
    "{{ {parts} FILTER(BOUND(?kgDescribed)) }} "
    "?kgDescribed {behind} ?kgFirst FILTER(?kgFirst = ?kgDescribed || isBlank(?kgFirst)) "
    "?kgFirst {behind} ?kgNode FILTER(?kgNode = ?kgFirst || isBlank(?kgNode)) "
    "?kgNode ?kgProperty ?kgValue }}"
)


def placed(quad: Quad) -> Quad:
    """Return the quad as such a store holds it: what is in no graph is in the graph of that name.

    >>> a = NamedNode("urn:a")
    >>> placed(Quad(a, a, a)).graph_name
    <NamedNode value=https://w3id.org/kg-builder#DefaultGraph>
    """
    return (
        Quad(quad.subject, quad.predicate, quad.object, DEFAULT_GRAPH)
        if quad.graph_name == DefaultGraph()
        else quad
    )


def placed_lines(lines: bytes) -> bytes:
    """Return whole lines of N-Quads as such a store holds them.

    >>> placed_lines(b"<urn:a> <urn:b> <urn:c> .").split()[-2]
    b'<https://w3id.org/kg-builder#DefaultGraph>'
    """
    return re.sub(_OF_NO_GRAPH, _IN_OURS, lines)


def within(sparql: str, statements: str) -> str:
    """Return the query asked inside the graph that holds the default graph of a build.

    Every outermost pattern becomes one of that graph, and `GRAPH ?name` finds the graphs whose
    names begin with `statements`, which are those of a build. DESCRIBE becomes the CONSTRUCT of
    what it means here. What says FROM has named its graphs itself, and is left as it is, like what
    SERVICE asks elsewhere. Lines keep their numbers.

    >>> within("SELECT ?g { ?s :p ?o . GRAPH ?g { ?s :q 1 } } LIMIT 9", "urn:st:").replace(KG, "")
    'SELECT ?g { GRAPH <DefaultGraph> { ?s :p ?o . GRAPH ?g { ?s :q 1 } FILTER STRSTARTS(STR(?g), "urn:st:") } } LIMIT 9'
    """  # noqa: E501 - what is returned is one line
    from kg.model.sparql import FORMS, names_dataset

    if names_dataset(sparql):
        return sparql
    found, words = _read(sparql)
    form = next((at for at, word in enumerate(words) if word in FORMS), None)
    if form is not None and words[form] == "DESCRIBE":
        sparql = _spelt_out(sparql, found, words, form)
        found, words = _read(sparql)
    edits = _edits(sparql, found, words, statements)
    parts, last = [], 0
    # Of two at one place the first stands before the second.
    for place, text in sorted(edits, key=lambda edit: edit[0]):
        parts += [sparql[last:place], text]
        last = place
    return "".join([*parts, sparql[last:]])


def _read(sparql: str) -> tuple[list[re.Match[str]], list[str]]:
    """Return the tokens, and of each the keyword that it may be; the tag of a language is none."""
    from kg.model.sparql import tokens

    found = tokens(sparql)
    words = [token[0].upper() for token in found]
    for at, word in enumerate(words[:-1]):
        if word == "@":
            words[at + 1] = ""
    return found, words


def _edits(
    sparql: str, found: list[re.Match[str]], words: list[str], statements: str
) -> list[tuple[int, str]]:
    """Return what is put in, and where; nothing where the brackets of a text do not fit."""
    edits: list[tuple[int, str]] = []
    # What each bracket that is open began, and at which token.
    open_: list[tuple[str, int]] = []
    for at, (token, word) in enumerate(zip(found, words, strict=True)):
        if word == "{":
            kind = _kind(words, at, is_outermost=not open_)
            open_.append((kind, at))
            if kind == "pattern":
                edits.append((token.end(), f" GRAPH {DEFAULT_GRAPH} {{"))
        elif word == "}":
            if not open_:
                return []
            kind, first = open_.pop()
            if kind == "pattern":
                edits.append((token.start(), "} "))
                if words[first - 2 : first] == ["CONSTRUCT", "WHERE"]:
                    body = sparql[found[first].end() : token.start()]
                    edits.append((found[first - 2].end(), f" {{{body}}}"))
            elif kind == "graph" and all(outer != "service" for outer, _ in open_):
                name = found[first - 1][0]
                only = f" FILTER STRSTARTS(STR({name}), {Literal(statements)})"
                edits.append((token.end(), only))
    return [] if open_ else edits


def _kind(words: list[str], at: int, *, is_outermost: bool) -> str:
    """Return what a bracket begins."""
    before = ["", "", "", *words[:at]]
    if is_outermost:
        # VALUES stands before its variables, which may stand in parentheses.
        behind = at
        while behind and (words[behind - 1] in {"(", ")"} or words[behind - 1][:1] in _NAMES):
            behind -= 1
        is_values = behind < at and behind > 0 and words[behind - 1] == "VALUES"
        return "data" if is_values or before[-1] == "CONSTRUCT" else "pattern"
    if "SERVICE" in {before[-2], before[-3] if before[-2] == "SILENT" else ""}:
        return "service"
    return "graph" if before[-2] == "GRAPH" and before[-1][:1] in _NAMES else "inner"


def _spelt_out(sparql: str, found: list[re.Match[str]], words: list[str], form: int) -> str:
    """Return a DESCRIBE as the CONSTRUCT of what is said about each of its nodes."""
    last = form + 1
    while last < len(words) and (words[last] == "*" or re.match(r"[?$<]|\S*:", words[last])):
        last += 1
    head = sparql[: found[form].start()]
    # A comment at the end may not take what follows with it.
    rest = sparql[found[last - 1].end() :] + "\n"
    named = [token[0] for token in found[form + 1 : last]]
    if "*" in named:
        named = list(dict.fromkeys(one[0] for one in found if re.fullmatch(_VARIABLE, one[0])))
    variables = [name for name in named if re.fullmatch(_VARIABLE, name)]
    nodes = [name for name in named if name not in variables]
    has_pattern = "{" in words[last:]
    pattern = rest if has_pattern else f"{{}} {rest}"
    parts = [f"{{ SELECT ({name} AS ?kgDescribed) {pattern} }}" for name in variables]
    if nodes:
        parts.append(f"{{ VALUES ?kgDescribed {{ {' '.join(nodes)} }} }}")
    text = _DESCRIBED.format(parts=" UNION ".join(parts), behind=_BEHIND)
    return f"{head}{text}" if has_pattern or variables else f"{head}{text} {rest}"
