"""Objects: one form of a statement in every document, and what each writes otherwise for now."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kg
from kg.model.statement import Reference, Source, Statement
from kg.store.read_back import History
from kg.text.objects import KEPT, reference_object, statement_object

if TYPE_CHECKING:
    from conftest import Tiny

PAGE = (Path(__file__).parent.parent / "docs" / "json.md").read_text(encoding="utf-8")
ISSUED = "2024-01-01"
Told = dict[str, Any]
# What a document says of a statement, and the form of that statement.
Pair = tuple[Told, Told]


@pytest.fixture
def graph(tiny: Tiny) -> kg.Graph:
    """The league with hearsay, a dispute, an attestation, and teammates in two clubs at once."""
    tiny.add("hearsay,Hearsay,,,,,,,", "data/sources.csv")
    tiny.add("anna,playsFor,rooks,1999,2000-01-01,,hearsay,,,")
    tiny.add("boris,playsFor,rooks,1999,2003,,almanac-2001,p. 6,,")
    tiny.add("boris,playsFor,rooks,1999,2004,,gazette-1999,,deprecated,misread")
    tiny.add("boris,playsFor,rooks,1999,2003,,hearsay,,,")
    return kg.build(tiny.data, tiny.ontology)


@pytest.fixture
def forms(graph: kg.Graph) -> dict[str, Told]:
    """Every statement in the form, by id."""
    history = History(graph.store)
    return {one.id: statement_object(one, history.sources, ISSUED) for one in history.statements}


def triple(told: Told) -> tuple[str, str, str]:
    return (told["subject"], told["predicate"], told["object"])


class TestTheForm:
    def test_of_a_statement_of_the_tables(self, forms: dict[str, Told]) -> None:
        (found,) = (
            one for one in forms.values() if triple(one) == ("boris", "playsFor", "knights")
        )
        assert list(found.items()) == [
            ("id", Statement("boris", "playsFor", "knights", "state", start="1998").id),
            ("subject", "boris"),
            ("predicate", "playsFor"),
            ("object", "knights"),
            ("datatype", ""),
            ("kind", "state"),
            ("start", "1998"),
            ("end", ""),
            ("at", ""),
            ("since", "1998-01-01"),
            ("until", ""),
            ("rank", "normal"),
            ("status", "current"),
            ("counts", True),
            ("inferred", False),
            ("rule", ""),
            ("premises", []),
            ("proofs", []),
            ("proof_count", 0),
            ("disputed_by", []),
            ("may_confirm", []),
            ("entailed_by", []),
            ("note", ""),
            (
                "references",
                [
                    {
                        "source": "almanac-2001",
                        "title": "Almanac of the League",
                        "publisher": "The League",
                        "url": "https://example.org/almanac",
                        "published": "2001-05",
                        "accessed": "2024-01-01",
                        "locator": "p. 5",
                        "at": "",
                        "row": "data/statements/facts.csv:7",
                        "note": "",
                    }
                ],
            ),
        ]

    def test_of_a_statement_that_follows(self, forms: dict[str, Told]) -> None:
        """Anna and Boris are together in the Knights, then twice in the Rooks."""
        ids = {
            (*triple(one)[::2], one["start"]): one["id"]
            for one in forms.values()
            if one["predicate"] == "playsFor" and one["rank"] != "deprecated"
        }
        (found,) = (one for one in forms.values() if one["predicate"] == "teammateOf")

        assert (found["rule"], found["inferred"], found["references"]) == ("teammates", True, [])
        # The last day of Boris with the Rooks lies in 2003.
        assert (found["since"], found["until"]) == ("1998-01-01", "2004-01-01")
        assert found["proof_count"] == 3
        told = [(one["since"], one["until"], {*one["premises"]}) for one in found["proofs"]]
        assert sorted(told, key=lambda one: one[:2]) == [
            (
                *("1998-01-01", "2000-01-01"),
                {ids["anna", "knights", "1995-09"], ids["boris", "knights", "1998"]},
            ),
            (
                *("1999-01-01", "2000-01-01"),
                {ids["anna", "rooks", "1999"], ids["boris", "rooks", "1999"]},
            ),
            (
                *("2000-01-01", "2004-01-01"),
                {ids["anna", "rooks", "2000-01-01"], ids["boris", "rooks", "1999"]},
            ),
        ]
        assert {one["rule"] for one in found["proofs"]} == {"teammates"}
        assert found["premises"] == found["proofs"][0]["premises"]

    def test_has_every_key_when_nothing_is_known(self) -> None:
        bare = statement_object(Statement("a", "p", "b", "timeless"), {}, ISSUED)
        reference = reference_object(Reference("gone"), {})

        assert {name for name, value in bare.items() if value not in ("", [], False, 0)} == {
            *("id", "subject", "predicate", "object", "kind", "rank", "status", "counts"),
        }
        assert {name for name, value in reference.items() if value != ""} == {"source"}

    def test_ends_with_the_optional_columns_that_are_given(self) -> None:
        one = Statement(
            "a", "p", "b", "timeless", references=(Reference("s"),), more=(("confidence", "0.8"),)
        )
        source = Source("s", "S", more=(("version_read", "2023-11"),))
        told = statement_object(one, {"s": source}, ISSUED)

        assert list(told.items())[-1] == ("confidence", 0.8)
        assert list(told["references"][0].items())[-1] == ("version_read", "2023-11")


# ---------------------------------------------------------------- documents


def in_why(graph: kg.Graph, forms: dict[str, Told], _: Path) -> Iterator[Pair]:
    for word in ("anna", "boris", "knights"):
        for one in json.loads(graph.why(word).to("json"))["explained"]:
            yield one, forms[one["id"]]


def in_audit(graph: kg.Graph, forms: dict[str, Told], _: Path) -> Iterator[Pair]:
    for finding in json.loads(graph.audit().to("json"))["findings"]:
        for one in finding["statements"]:
            yield one, forms[one["id"]]


def in_compare(graph: kg.Graph, forms: dict[str, Told], folder: Path) -> Iterator[Pair]:
    table = folder / "table.csv"
    rows = (
        "anna,playsFor,knights",
        "boris,playsFor,rooks",
        "anna,teammateOf,boris",
        "anna,founded,knights",
    )
    table.write_text("\n".join(("subject,property,object", *rows)) + "\n", encoding="utf-8")
    found = graph.compare(table, status="property", as_of="1999")
    for verdict in json.loads(found.to("json"))["verdicts"]:
        for one in (*verdict["record"], *verdict["kept"]):
            yield one, forms[one["id"]]


def in_diff(graph: kg.Graph, forms: dict[str, Told], _: Path) -> Iterator[Pair]:
    tiny = Path(__file__).parent / "tiny"
    before = kg.build(tiny / "data", tiny / "ontology")
    history = History(before.store)
    old = {one.id: statement_object(one, history.sources, ISSUED) for one in history.statements}
    for both, known in (
        (kg.diff(before, graph), (old, forms)),
        (kg.diff(graph, before), (forms, old)),
    ):
        for change in json.loads(both.to_json())["changes"]:
            if change["kind"] == "statement":
                for name, side in zip(("old", "new"), known, strict=True):
                    if change[name]:
                        yield change[name], side[change[name]["id"]]
                    for one in change["disputes"]:
                        if one[name]:
                            yield one[name], side[one[name]["id"]]


def in_network(graph: kg.Graph, forms: dict[str, Told], _: Path) -> Iterator[Pair]:
    network = graph.network()
    for *_ends, key, told in network.edges(keys=True, data=True):
        yield told, forms[key]
    for _name, told in network.nodes(data=True):
        for fact in told.get("facts", ()):
            yield (
                {name: fact[name] for name in fact if name not in {"id", "value"}},
                forms[fact["id"]],
            )


DOCUMENTS: dict[str, Callable[[kg.Graph, dict[str, Told], Path], Iterator[Pair]]] = {
    "why": in_why,
    "audit": in_audit,
    "compare": in_compare,
    "diff": in_diff,
    "network": in_network,
}


def differing(told: Told, form: Told) -> Iterator[str]:
    """Yield the keys that the document gives otherwise than the form, or that the form lacks.

    Where there are as many references, they are compared one by one.
    """
    for name, value in told.items():
        if name == "references" and len(value) == len(form[name]):
            for one, other in zip(value, form[name], strict=True):
                yield from (f"references[].{key}" for key in differing(one, other))
        elif name not in form or value != form[name]:
            yield name


def lacking(told: Told, form: Told, allowed: Sequence[object] = ()) -> Iterator[str]:
    """Yield the keys that the document leaves out, of references too, but for allowed values."""
    for name, value in form.items():
        if name not in told and value not in allowed:
            yield name
    for one, other in zip(told.get("references", ()), form.get("references", ()), strict=False):
        yield from (f"references[].{key}" for key in lacking(one, other, allowed))


def own_keys(document: str) -> set[str]:
    """The keys that docs/json.md calls a document's own."""
    (cell,) = re.findall(rf"^\| `kg {document} [^|]+ \|.*\| ([^|]+) \|$", PAGE, re.MULTILINE)
    return set() if cell.startswith("none") else set(re.findall(r"`(\w+)`", cell))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_differs_from_the_form_in_what_is_declared_and_in_nothing_else(
    document: str, graph: kg.Graph, forms: dict[str, Told], tmp_path: Path
) -> None:
    pairs = [*DOCUMENTS[document](graph, forms, tmp_path)]
    found = {name for told, form in pairs for name in differing(told, form)}

    assert len({form["id"] for _, form in pairs}) > 2
    kept = {key for one in KEPT if one.document == document for key in one.keys}
    assert found == kept | own_keys(document)


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if name != "network"])
def test_a_document_lacks_no_key_of_the_form(
    document: str, graph: kg.Graph, forms: dict[str, Told], tmp_path: Path
) -> None:
    pairs = DOCUMENTS[document](graph, forms, tmp_path)

    assert [name for told, form in pairs for name in lacking(told, form)] == []


def test_a_network_lacks_what_is_empty_and_what_the_page_says(
    graph: kg.Graph, forms: dict[str, Told], tmp_path: Path
) -> None:
    pairs = [*in_network(graph, forms, tmp_path)]
    bare = {key for told, form in pairs for key in lacking(told, form, ("", []))}
    told = PAGE.partition("A network is")[2].partition("\n\n")[0]
    said = set(re.findall(r"`(\w+)`", told))

    ever = {name for told, _ in pairs for name in told}
    never = said - {"note"}
    assert never == forms[next(iter(forms))].keys() - ever
    assert bare - never == {"references[].note"}


def test_the_rules_that_an_explanation_names_stand_beside_it(graph: kg.Graph) -> None:
    told = json.loads(graph.why("anna", "teammateOf").to("json"))

    text = "Two players are teammates while both play for the same club."
    path = "ontology/rules/teammates.rq"
    assert told["rules"] == {"teammates": {"text": text, "path": path}}
    (found,) = (one for one in told["explained"] if one["inferred"])
    assert found["rule"] == {"name": "teammates", "text": text, "path": path}


def test_the_evidence_of_what_follows_is_that_of_its_premises(
    graph: kg.Graph, forms: dict[str, Told], tmp_path: Path
) -> None:
    (found,) = (told for told, form in in_compare(graph, forms, tmp_path) if form["inferred"])

    wanted = [one for premise in found["premises"] for one in forms[premise]["references"]]
    assert len(wanted) > 2
    assert sorted(found["evidence"], key=str) == sorted(wanted, key=str)


# ---------------------------------------------------------------- the page


def keys_of(heading: str) -> list[str]:
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def test_the_page_names_every_key_in_its_order(forms: dict[str, Told]) -> None:
    found = next(one for one in forms.values() if one["proofs"])

    assert keys_of("A statement") == list(found)
    assert keys_of("A proof") == list(found["proofs"][0])
    assert keys_of("A reference") == list(reference_object(Reference("gone"), {}))


def test_the_page_tells_what_changes_in_the_words_of_the_declaration() -> None:
    section = PAGE.partition("## What changes with the next minor release\n")[2]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE)

    assert rows == [
        (one.document, ", ".join(f"`{key}`" for key in one.keys), one.now, one.later)
        for one in KEPT
    ]
