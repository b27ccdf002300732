"""Orders: no query of kg sorts a column in which values of several kinds may stand.

SPARQL 1.1 §15.1 leaves the order of a date and a number, or of two dates of which one has no time
zone, to the engine; some engines give up on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from kg.model.sparql import tokens

ROOT = Path(__file__).parent.parent
FOLDERS = ("kg", "ontology", "docs", "notebooks", "benchmarks", "tests/tiny")
SUFFIXES = {".py", ".rq", ".js", ".md", ".html"}
# The values of these are of one kind: the day of a bound, or text without a language.
UNIFORM = {
    "kg:start", "kg:end", "kg:startText", "kg:endText", "kg:locator", "dcterms:publisher",
}  # fmt: skip
# The values of these are IRIs.
LINKS = {
    "a", "rdf:type", "rdf:subject", "rdf:predicate", "rdfs:subClassOf", "rdfs:subPropertyOf",
    "kg:rank", "prov:wasDerivedFrom", "prov:hadPrimarySource",
}  # fmt: skip
# What is made of a value, whatever its kind, is a text, a number or a tag.
MAKERS = ("STR", "STRLEN", "LANG", "COUNT")
VARIABLE = r"[?$]\w+"
IS_OF_ONE_KIND = (
    r"\((?:COUNT|STR|STRLEN)\s*\([^()]*\)\s+AS\s+{0}\)",
    r"\((?:\d+\s*\+\s*)?SUM\s*\([^()]*\)\s+AS\s+{0}\)",
    r"\((?:MIN|MAX)\s*\(\s*STR\s*\([^()]*\)\s*\)\s+AS\s+{0}\)",
    r"BIND\s*\(\s*(?:STR|LANG|YEAR|xsd:integer)\s*\(.*\)\s+AS\s+{0}\s*\)",
    r"GRAPH\s+{0}\b",
    r"VALUES\s+{0}\s*\{{[^}}\"'0-9]*\}}",
    r"isIRI\({0}\)",
)


def properties_between_entities() -> set[str]:
    """The names of the object properties of the shipped ontology and of the tiny one."""
    kind = NamedNode("http://www.w3.org/2002/07/owl#ObjectProperty")
    return {
        ":" + re.split("[#/]", str(getattr(quad.subject, "value", "")))[-1]
        for folder in (ROOT / "ontology", ROOT / "tests/tiny/ontology")
        for path in sorted(folder.glob("*.ttl"))
        for quad in parse(path.read_bytes(), RdfFormat.TURTLE)
        if quad.object == kind
    }


BETWEEN = properties_between_entities()


def mixed(sparql: str) -> list[str]:
    """Return the keys of the query's ORDER BYs whose values may be of several kinds."""
    found = []
    for clause in re.findall(r"(?s)ORDER BY\s+(.*?)(?:LIMIT|OFFSET|[}]|$)", sparql):
        keys = re.findall(rf"(?:\w+\s*\((?:[^()]|\([^()]*\))*\)|{VARIABLE})", clause)
        found += [key for key in keys if not is_of_one_kind(key, sparql)]
    return found


def is_of_one_kind(key: str, sparql: str) -> bool:
    inner = re.sub(r"^(?:DESC|ASC)\s*\((.*)\)$", r"\1", key.strip())
    if made := re.fullmatch(r"(\w+)\s*\((.*)\)", inner):
        if made[1] == "COALESCE":
            first = made[2].split(",")[0]
            return is_of_one_kind(first.strip(), sparql)
        return made[1] in MAKERS
    if any(re.search(form.format(re.escape(inner)), sparql) for form in IS_OF_ONE_KIND):
        return True
    if least := re.search(rf"\((?:MIN|MAX)\(({VARIABLE})\)\s+AS\s+{re.escape(inner)}\)", sparql):
        return is_of_one_kind(least[1], sparql)
    return any(places(inner, sparql))


def places(variable: str, sparql: str) -> Iterator[bool]:
    """Say of each place of the variable in a pattern whether it lets only one kind stand there."""
    words = [token[0] for token in tokens(sparql)]
    for place in range(1, len(words) - 1):
        if words[place] != variable:
            continue
        before, after = words[place - 1], words[place + 1]
        if before in {"{", "}", "."}:
            # A subject, unless it is a lone variable.
            yield not re.fullmatch(r"[{}.;,()]|ORDER|GROUP|AS", after)
        elif before == ";" or words[place - 2] in {"{", "}", "."}:
            # A predicate, or the object of one that is named.
            yield (
                before == ";"
                or (bool(re.fullmatch(VARIABLE, before)) and bool(re.match(r"[?$\w:\"]", after)))
                or is_uniform(words, place, sparql)
            )
        else:
            yield is_uniform(words, place, sparql)


def is_uniform(words: list[str], place: int, sparql: str) -> bool:
    """Whether all values of the property whose object stands there are of one kind."""
    before = place - 1
    while words[before] in {",", "+", "*"}:
        # A second object, or a path of one property.
        before -= 2 if words[before] == "," else 1
    if words[before] != "rdf:object":
        return words[before] in UNIFORM | LINKS | BETWEEN
    # The object of a statement, whose predicate stands before it.
    kind, predicate = words[before - 3 : before - 1]
    listed = re.search(rf"VALUES\s+{re.escape(predicate)}\s*\{{([^}}]*)\}}", sparql)
    named = set(listed[1].split()) if listed else {predicate}
    return kind == "rdf:predicate" and named <= BETWEEN


def plain(query: str) -> str:
    """Return the query without the escapes of the language in whose text it stands."""
    return query.replace("\\n", "\n").replace("{{", "{").replace("}}", "}")


def queries() -> dict[str, str]:
    """Every text of the project that sorts, by its file and line."""
    found = {}
    paths = [path for name in FOLDERS for path in sorted((ROOT / name).rglob("*"))]
    for path in [*paths, ROOT / "README.md"]:
        if path.suffix not in SUFFIXES or path.name == "editor.js" or "node_modules" in path.parts:
            continue
        # SQL, whose columns are of one type each.
        if "joins" in path.parts or path.name == "duckdb.py":
            continue
        text = path.read_text(encoding="utf-8")
        for match in re.finditer("ORDER BY", text):
            start = text.rfind("SELECT", 0, match.start())
            if path.suffix == ".rq":
                start = 0
            elif start < 0:
                continue
            end = re.compile(r'"""|["\'`](?:\)|$|,|;|\n)|;|\n```|\'$').search(text, match.end())
            query = text[start : end.start() if end else None]
            line = text.count("\n", 0, match.start()) + 1
            found[f"{path.relative_to(ROOT)}:{line}"] = plain(query)
    return found


QUERIES = queries()


def test_the_questions_and_the_queries_of_kg_are_all_looked_at() -> None:
    files = {place.rpartition(":")[0] for place in QUERIES}

    assert {str(p.relative_to(ROOT)) for p in (ROOT / "ontology/questions").glob("*.rq")} <= files
    for name in ("reports/audit.py", "reports/weaknesses.py", "store/patterns.py",
                 "exports/network.py", "page/web/ask.js",
                 "hypertext/described.py", "server/exploring.py", "server/people.py"):  # fmt: skip
        assert f"kg/{name}" in files


@pytest.mark.parametrize("place", QUERIES)
def test_no_column_of_mixed_kinds_is_sorted(place: str) -> None:
    assert mixed(QUERIES[place]) == [], f"{place}: sort by STR(?x)"


@pytest.mark.parametrize(
    ("sparql", "keys"),
    [
        ("SELECT * { ?s :p ?o } ORDER BY ?s STR(?o)", []),
        ("SELECT * { ?s :p ?o } ORDER BY ?s ?o", ["?o"]),
        ("SELECT * { ?s ?p ?o } ORDER BY ?p DESC(?o) LIMIT 3", ["DESC(?o)"]),
        ("SELECT * { ?s kg:at ?at } ORDER BY ?at", ["?at"]),
        ('SELECT * { ?s kg:at ?at } ORDER BY COALESCE(STR(?at), "")', []),
        ('SELECT * { ?s kg:at ?at } ORDER BY COALESCE(?at, "")', ['COALESCE(?at, "")']),
        ("SELECT * { ?s kg:start ?day } ORDER BY DESC(?day)", []),
        ("SELECT * { ?s rdf:object ?o } ORDER BY ?o", ["?o"]),
        ("SELECT (MIN(?day) AS ?first) { ?s kg:end ?day } ORDER BY ?first", []),
        ("SELECT (MIN(?at) AS ?first) { ?s kg:at ?at } ORDER BY ?first", ["?first"]),
        ("SELECT (MIN(STR(?o)) AS ?least) { ?s :p ?o } ORDER BY ?least", []),
        ("SELECT * { ?s :p ?o BIND (YEAR(?o) AS ?year) } ORDER BY ?year", []),
        ("SELECT * { ?s :p ?o BIND (xsd:integer(?o) AS ?n) } ORDER BY DESC(?n)", []),
        ("SELECT (COUNT(?o) AS ?n) { ?s :p ?o } GROUP BY ?s ORDER BY DESC(?n)", []),
        ("SELECT * { VALUES ?o { :a :b } ?s :p ?o } ORDER BY ?o", []),
        ("SELECT * { VALUES ?o { 1 'a' } ?s :p ?o } ORDER BY ?o", ["?o"]),
    ],
)
def test_the_rule_tells_one_kind_from_several(sparql: str, keys: list[str]) -> None:
    assert mixed(sparql) == keys
