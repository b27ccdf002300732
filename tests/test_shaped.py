"""SHACL for RDF of anybody's: what is found, where, in which form, and what is told of the shapes.

Expected values are those of the Recommendation; pySHACL, another engine, says the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pyshacl
import pytest
import rdflib
from greedy import listener
from rdflib.compare import isomorphic

from kg.cli.commands import main
from kg.errors import InputError, LimitError
from kg.model.foreign import bounded
from kg.model.shacl import WORDS
from kg.pipeline.shaped import Shaped, check

SH: Final = rdflib.Namespace("http://www.w3.org/ns/shacl#")
HEAD: Final = """\
@prefix e: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DATA: Final = """\
e:ada a e:Person ;
    e:age "old" ;
    e:knows e:bob .
e:bob a e:Person ; e:age 3 .
"""
AGE: Final = """\
e:Shape a sh:NodeShape ; sh:targetClass e:Person ;
    sh:property [ sh:path e:age ; sh:datatype xsd:integer ; sh:minCount 1 ] .
"""
# Somebody whom these shapes look at and find right.
ADA: Final = "e:p a e:Person ; e:age 1 ."
# Lines of HEAD.
ABOVE: Final = 6

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder without a project."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def kg(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process; return its exit code, output and errors."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return run


def put(name: str, text: str) -> Path:
    """Write a file in the current folder, with the usual prefixes."""
    Path(name).write_text(HEAD + text, encoding="utf-8")
    return Path(name)


def checked(shapes: str, data: str = DATA) -> Shaped:
    return check([put("data.ttl", data)], [put("shapes.ttl", shapes)])


def places(found: Shaped) -> list[tuple[str, str]]:
    return [(one.place, one.severity) for one in found.report.findings]


def said(found: Shaped) -> list[str]:
    return [one.message for one in found.report.findings]


# ---------------------------------------------------------------- places


def test_a_violation_stands_where_its_path_is_said_of_its_focus_node() -> None:
    found = checked(AGE)

    assert [str(one) for one in found.report.findings] == [
        f"data.ttl:{ABOVE + 2}:5: error: e:ada: Value old does not have datatype xsd:integer"
    ]
    assert not found.report.conforms


def test_what_is_missing_stands_where_the_focus_node_begins() -> None:
    assert places(checked(AGE, "e:bob a e:Person .")) == [(f"data.ttl:{ABOVE + 1}:1", "error")]


def test_what_has_no_name_is_told_by_its_file_alone() -> None:
    put("more.ttl", "[] a e:Person .")
    put("data.ttl", "e:bob a e:Person ; e:age 3 .")
    found = check([Path("data.ttl"), Path("more.ttl")], [put("shapes.ttl", AGE)])

    assert [str(one) for one in found.report.findings] == [
        "more.ttl: error: a node without a name: Fewer than 1 values on path e:age"
    ]


@pytest.mark.parametrize("name", ["data.trig", "data.nt", "data.nq"])
def test_every_format_that_is_read_knows_its_lines(name: str) -> None:
    person = "<http://example.org/bob> a <http://example.org/Person>"
    text = {
        "data.trig": f"<http://example.org/g> {{\n{person} }}",
        "data.nt": f"\n{person.replace(' a ', f' <{rdflib.RDF.type}> ')} .\n",
        "data.nq": f"\n{person.replace(' a ', f' <{rdflib.RDF.type}> ')} <http://example.org/g> .",
    }[name]
    Path(name).write_text(text, encoding="utf-8")

    assert places(check([Path(name)], [put("shapes.ttl", AGE)])) == [(f"{name}:2:1", "error")]


def test_severities_are_those_of_the_shapes_and_warnings_are_no_errors() -> None:
    shapes = "".join(
        f"e:S{one} sh:targetNode e:bob ; sh:nodeKind sh:Literal ; sh:severity sh:{one} .\n"
        for one in ("Info", "Warning")
    )
    found = checked(shapes)

    assert [one.severity for one in found.report.findings] == ["note", "warning"]
    assert found.report.conforms
    assert "sh:conforms false" in found.turtle


# ---------------------------------------------------------------- SHACL's own report

PATHS: Final = {
    "inverse": ("[ sh:inversePath e:knows ]", "^e:knows"),
    "alternative": ("[ sh:alternativePath ( e:a e:b ) ]", "e:a|e:b"),
    "sequence": ("( e:a [ sh:zeroOrMorePath e:b ] )", "e:a/e:b*"),
    "nested": ("( e:a [ sh:alternativePath ( e:b e:c ) ] )", "e:a/(e:b|e:c)"),
    "one or more": ("[ sh:oneOrMorePath [ sh:inversePath e:a ] ]", "(^e:a)+"),
    "zero or one": ("( e:a [ sh:zeroOrOnePath e:b ] )", "e:a/e:b?"),
}


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("shape", ["[ {} ]", "e:Named . e:Named {}"])
def test_a_path_is_whole_in_the_report_and_written_out_in_its_message(
    name: str, shape: str
) -> None:
    path, written = PATHS[name]
    inner = shape.format(f"sh:path {path} ; sh:minCount 9")
    found = checked(f"e:S sh:targetNode e:ada ; sh:property {inner} .")

    assert said(found) == [f"e:ada: Fewer than 9 values on path {written}"]
    assert isomorphic(essence(graph(found.turtle)), essence(peer()))


def graph(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="turtle")


def peer() -> rdflib.Graph:
    """The report of pySHACL about the files that were checked."""
    both = [rdflib.Graph().parse(name, format="turtle") for name in ("data.ttl", "shapes.ttl")]
    _, report, _ = pyshacl.validate(both[0], shacl_graph=both[1], inference="none")
    assert isinstance(report, rdflib.Graph)
    return report


def essence(report: rdflib.Graph) -> rdflib.Graph:
    """What of a report the Recommendation fixes, paths with all their nodes."""
    kept = rdflib.Graph()
    for result in report.subjects(rdflib.RDF.type, SH.ValidationResult):
        for name in ("focusNode", "value", "resultSeverity", "sourceConstraintComponent"):
            for value in report.objects(result, SH[name]):
                kept.add((result, SH[name], value))
        todo: list[Any] = [
            (result, SH.resultPath, path) for path in report.objects(result, SH.resultPath)
        ]
        while todo:
            triple = todo.pop()
            if triple not in kept:
                kept.add(triple)
                if isinstance(triple[2], rdflib.BNode):
                    todo += list(report.triples((triple[2], None, None)))
    return kept


def test_a_file_that_is_both_is_read_once_so_that_its_nodes_are_one() -> None:
    """A node without a name is another one in each file, even if the text is the same."""
    both = put("both.ttl", AGE + "[] a e:Person .\n")

    assert len(check([both], [both]).report.errors) == 1
    assert len(check([both, both], [both]).report.errors) == 1


def test_shapes_see_the_data_alone() -> None:
    """SHACL §1.5: the shapes graph is no part of the data graph."""
    found = checked(
        AGE + "e:eve a e:Person . e:Pilot rdfs:subClassOf e:Person .", "e:x a e:Pilot ."
    )

    assert found.report.conforms


def test_unique_languages_are_asked_for_by_the_word_true_alone() -> None:
    shape = "e:S sh:targetNode e:ada ; sh:property [ sh:path e:name ; sh:uniqueLang {} ] ."
    names = 'e:ada e:name "Ada"@en , "Augusta"@en .'

    assert not checked(shape.format("true"), names).report.conforms
    found = checked(shape.format('"1"^^xsd:boolean'), names)
    assert "sh:conforms true" in found.turtle
    assert places(found) == [(f"shapes.ttl:{ABOVE + 1}:58", "warning")]


def test_the_same_files_give_the_same_report_byte_for_byte() -> None:
    shapes = AGE + "e:S sh:targetNode e:ada ; sh:property [ sh:path ( e:a e:b ) ; sh:minCount 1 ] ."
    data = DATA + "[] a e:Person ; e:knows [ a e:Person ] ."

    assert checked(shapes, data).turtle == checked(shapes, data).turtle


# ---------------------------------------------------------------- what shapes do not check


@pytest.mark.parametrize(
    ("shape", "column", "message", "repair"),
    [
        (
            "e:S sh:targetNode e:ada ; sh:minCout 1 .",
            27,
            "SHACL has no term minCout, so that nothing is checked by it",
            "did you mean 'sh:minCount'?",
        ),
        (
            "e:S sh:targetNode e:ada ; sh:nodeKind sh:Iri .",
            39,
            "SHACL has no term Iri, so that nothing is checked by it",
            "did you mean 'sh:IRI'?",
        ),
        (
            "e:S sh:targetNode e:ada ; sh:property [ sh:path e:age ; sh:pattern '^(?=o)old' ] .",
            57,
            'the pattern "^(?=o)old" cannot be read, so that nothing is checked by it',
            r"write it without look-around, back-references, \i and \c",
        ),
        (
            "e:S sh:targetNode e:ada; sh:property [ sh:path e:i; sh:minInclusive '1'^^xsd:gYear ].",
            53,
            "SPARQL has no order for xsd:gYear, so that every value is a violation",
            "compare xsd:date or xsd:integer",
        ),
        (
            "e:S sh:targetNode e:ada ; sh:js [ sh:jsFunctionName 'f' ] .",
            27,
            "JavaScript is not run, so that nothing is checked by it",
            "say it in SPARQL",
        ),
    ],
)
def test_what_would_check_nothing_is_told_with_its_place(
    shape: str, column: int, message: str, repair: str
) -> None:
    found = checked(shape)
    first = found.report.findings[0]

    assert found.report.conforms
    assert (first.place, first.severity) == (f"shapes.ttl:{ABOVE + 1}:{column}", "warning")
    assert (first.message, first.repair) == (message, repair)


@pytest.mark.parametrize(
    ("pattern", "is_read"),
    [("^[A-Z]+$", True), (r"^\\d{4}$", True), (r"\\p{L}", True), ("(?!a)", False), (r"\\i", False)],
)
def test_only_patterns_that_cannot_be_read_are_left_out(pattern: str, *, is_read: bool) -> None:
    shape = f'e:S sh:targetNode e:ada ; sh:property [ sh:path e:age ; sh:pattern "{pattern}" ] .'
    found = checked(shape, 'e:ada e:age "?" .')

    assert found.report.conforms is not is_read


def test_of_two_patterns_the_wrong_one_is_named() -> None:
    shapes = """\
e:S sh:targetNode e:ada ;
    sh:property [ sh:path e:age ; sh:pattern "o" ] ,
        [ sh:path e:age ; sh:pattern "(?=o)" ] .
"""
    assert places(checked(shapes)) == [(f"shapes.ttl:{ABOVE + 3}:27", "warning")]


@pytest.mark.parametrize(
    "target",
    ["targetClass e:Persn", "targetNode e:adda", "targetSubjectsOf e:aged", "targetObjectsOf e:of"],
)
def test_a_target_that_is_nothing_in_the_data_is_noted(target: str) -> None:
    found = checked(f"e:S sh:{target} ; sh:nodeKind sh:IRI .")

    assert places(found) == [
        (f"shapes.ttl:{ABOVE + 1}:{len('e:S sh: ') + len(target.split(maxsplit=1)[0]) + 1}", "note")
    ]


@pytest.mark.parametrize(
    "target",
    [
        "targetClass e:Being",
        "targetNode e:bob",
        "targetSubjectsOf e:age",
        "targetObjectsOf e:knows",
    ],
)
def test_a_target_that_is_something_in_the_data_is_not(target: str) -> None:
    data = DATA + "e:Person rdfs:subClassOf e:Living . e:Living rdfs:subClassOf e:Being ."

    assert places(checked(f"e:S sh:{target} ; sh:message 'x' .", data)) == []


def test_shapes_without_a_target_check_nothing_and_this_is_told() -> None:
    found = checked("e:S a sh:NodeShape ; sh:nodeKind sh:Literal .")

    assert said(found) == ["no shape has a target, so that nothing is checked"]


def test_a_shape_that_is_a_class_is_its_own_target() -> None:
    found = checked("e:Person a sh:NodeShape , rdfs:Class ; sh:nodeKind sh:Literal .")

    assert [one.severity for one in found.report.findings] == ["error", "error"]


def test_the_words_of_shacl_are_those_of_its_vocabulary() -> None:
    """The vocabulary comes with pySHACL; it names each with rdfs:isDefinedBy."""
    source = Path(pyshacl.__file__).parent / "assets" / "shacl.ttl"
    known = rdflib.Graph().parse(source, format="turtle")
    names = {str(one).removeprefix(str(SH)) for one in known.subjects(rdflib.RDFS.isDefinedBy)}

    words = {one for one in names if one and one[0].isalpha() and "-" not in one and ":" not in one}

    assert words <= WORDS


# ---------------------------------------------------------------- nothing is fetched


def test_what_is_imported_is_not_fetched_but_told() -> None:
    with listener() as (url, hits):
        graph = f"<{url}>"
        found = checked(
            AGE + f"<> owl:imports {graph} .",
            f"<> owl:imports {graph} ; sh:shapesGraph {graph} . e:x a e:Person ; e:age 1 .",
        )

        assert hits == []
    assert places(found) == [
        (f"data.ttl:{ABOVE + 1}:4", "note"),
        (f"data.ttl:{ABOVE + 1}:{len(graph) + 19}", "note"),
        (f"shapes.ttl:{ABOVE + 3}:4", "note"),
    ]


# ---------------------------------------------------------------- relative addresses


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("e:x a e:T ; e:knows <ada> .", 1, 21),
        ("<> e:knows e:x .\n<../ada#me> e:knows <ada> .", 2, 1),
        ("@prefix r: <more#> . r:ada e:knows e:x .", 1, 22),
        ("<ada> e:knows e:x . @base <http://example.org/> . <bob> e:knows e:x .", 1, 1),
    ],
)
def test_an_address_that_is_relative_to_nothing_is_noted_once_with_its_place(
    text: str, line: int, column: int
) -> None:
    found = checked(AGE, f"{text}\n{ADA}")

    assert places(found) == [(f"data.ttl:{ABOVE + line}:{column}", "note")]
    assert "is relative, and the file names no base" in said(found)[0]


@pytest.mark.parametrize(
    "text",
    [
        "<> e:knows e:x .",
        "@base <http://example.org/> . <ada> e:knows <#me> .",
        "BASE <http://example.org/>\n<ada> e:knows e:x .",
        "e:x e:says '<b>' . # <ada>",
        "<urn:ada> e:knows <mailto:ada@example.org> .",
    ],
)
def test_an_address_that_is_whole_or_has_a_base_is_not(text: str) -> None:
    assert places(checked(AGE, f"{text}\n{ADA}")) == []


def test_in_shapes_and_trig_it_is_noted_as_well() -> None:
    data = put("data.trig", f"e:g {{ e:x e:knows <ada> . {ADA} }}")
    found = check([data], [put("shapes.ttl", f"{AGE}<s> a e:T .")])

    assert places(found) == [
        (f"data.trig:{ABOVE + 1}:19", "note"),
        (f"shapes.ttl:{ABOVE + 3}:1", "note"),
    ]


# ---------------------------------------------------------------- look-alikes

E: Final = "http://example.org/"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{E}Ada", f"{E}ada"),
        (f"{E}Caf\u00e9", f"{E}Cafe\u0301"),
        (f"{E}ada", f"{E}ada."),
        (f"{E}ada", f"{E}ada/"),
        (f"{E}ada", "https://example.org/ada"),
    ],
)
def test_addresses_that_look_alike_are_told_with_both_places(one: str, other: str) -> None:
    found = checked(AGE, f"{ADA}\ne:p e:knows <{one}> .\n\n<{other}> e:knows e:p .")

    (told,) = found.report.findings
    assert (told.place, told.severity) == (f"data.ttl:{ABOVE + 4}:1", "warning")
    assert told.message == f"the IRI <{other}> looks like <{one}> at data.ttl:{ABOVE + 2}:13"
    assert found.report.conforms


def test_each_of_several_is_held_against_the_first() -> None:
    found = checked(AGE, f"{ADA}\ne:p e:knows e:x .\ne:p e:knows e:X .\ne:p e:knows <{E}x.> .")

    at = f"data.ttl:{ABOVE + 2}:13"
    assert [(one.line, one.message) for one in found.report.findings] == [
        (ABOVE + 3, f"the IRI <{E}X> looks like <{E}x> at {at}"),
        (ABOVE + 4, f"the IRI <{E}x.> looks like <{E}x> at {at}"),
    ]


@pytest.mark.parametrize(
    ("shapes", "what", "one", "other"),
    [
        ("e:S sh:targetClass e:Person ; sh:property [ sh:path e:Age ] .", "property", "age", "Age"),
        ("e:S sh:targetClass e:Person, e:person .", "class", "Person", "person"),
    ],
)
def test_what_shapes_ask_for_is_held_against_what_the_data_say(
    shapes: str, what: str, one: str, other: str
) -> None:
    told = next(text for text in said(checked(shapes, ADA)) if "looks like" in text)

    assert told.startswith(f"the {what} <{E}{other}> looks like <{E}{one}> at data.ttl:{ABOVE + 1}")


@pytest.mark.parametrize(
    "text",
    [
        # A class, a property and somebody may have one name.
        "e:person e:Person e:p . e:p a e:Person .",
        "e:Club a owl:Class . e:p e:club e:PERSON .",
        "e:match a owl:ObjectProperty . e:p e:knows e:Match .",
        # Literals are no addresses, nor is what stands in them.
        'e:p e:says "<http://example.org/X> <http://example.org/x>", "X", "x" .',
        # What is no end, and other schemes.
        "e:p e:knows <http://example.org/a/b>, <http://example.org/ab>, <ftp://example.org/ab> .",
    ],
)
def test_what_is_something_else_or_no_address_looks_like_none(text: str) -> None:
    assert places(checked(AGE, f"{ADA}\n{text}")) == []


# ---------------------------------------------------------------- files and limits


def test_files_may_stand_anywhere_and_be_named_from_the_root(here: Path) -> None:
    outside = here / "elsewhere"
    outside.mkdir()
    put(str(outside / "data.ttl"), DATA)
    Path("link.ttl").symlink_to(outside / "data.ttl")
    shapes = put("shapes.ttl", AGE)

    for path in (outside / "data.ttl", Path("link.ttl"), Path("elsewhere/../link.ttl")):
        (found,) = check([path], [shapes]).report.findings
        assert found.place == f"{path.as_posix()}:{ABOVE + 2}:5"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_refused_since_it_may_never_end() -> None:
    os.mkfifo("data.ttl")

    with pytest.raises(InputError, match=r"^data\.ttl is a pipe or a device"):
        check([Path("data.ttl")], [put("shapes.ttl", AGE)])


def test_triples_of_rdf_1_2_are_left_out_and_counted() -> None:
    found = checked(
        AGE, "e:x rdf:reifies <<( e:a e:b e:c )>> ; e:said 'a'@en--ltr ; a e:Person ; e:age 1 ."
    )

    assert said(found) == ["2 triples of RDF 1.2 left out"]
    assert found.report.counts == {"triples": 2}


def test_a_query_that_goes_wrong_is_told_where() -> None:
    shapes = """\
e:S sh:targetNode e:ada ; sh:sparql [ sh:select "SELECT $this { $this ?p }" ] .
"""
    found = checked(shapes)

    assert (found.turtle, found.report.complete) == ("", False)
    assert [(one.path, one.severity) for one in found.report.findings] == [("shapes.ttl", "error")]
    assert "line 1, column 25 of a constraint's query: " in found.report.findings[0].message


@pytest.mark.parametrize("many", [3, 600])
def test_a_shape_that_leads_back_to_itself_ends_on_people_who_do_too(many: int) -> None:
    """Everybody knows the next, the last the first; of one without an age the first hears."""
    shapes = """\
e:Shape a sh:NodeShape ; sh:targetNode e:n0 ;
    sh:property [ sh:path e:knows ; sh:node e:Shape ] ;
    sh:property [ sh:path e:age ; sh:minCount 1 ] ."""
    people = [f"e:n{one} e:knows e:n{(one + 1) % many} ; e:age {one} ." for one in range(many)]

    with bounded(2**32, 60):
        whole = checked(shapes, "\n".join(people))
        people[many // 2] = f"e:n{many // 2} e:knows e:n{many // 2 + 1} ."
        broken = checked(shapes, "\n".join(people))

    assert places(whole) == []
    assert places(broken) == [(f"data.ttl:{ABOVE + 1}:6", "error")]


def test_shapes_that_take_too_long_are_ended() -> None:
    """A hundred million triples of lines, none of which is a violation: some seconds."""
    query = "SELECT $this { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = e:none && ?i = $this) }"
    data = "\n".join(f"e:n{one} e:next e:n{one + 1} ." for one in range(500))
    shapes = f"""\
e:S sh:targetSubjectsOf e:next ; sh:sparql [ sh:prefixes e: ; sh:select "{query}" ] .
e: sh:declare [ sh:prefix "e" ; sh:namespace "http://example.org/"^^xsd:anyURI ] ."""

    with bounded(2**32, 0.5), pytest.raises(LimitError, match=r"^shapes\.ttl: ") as ended:
        checked(shapes, data)

    assert ended.value.limit == "time"


# ---------------------------------------------------------------- the command


def test_the_command_ends_with_one_when_there_is_a_violation(kg: Run) -> None:
    put("data.ttl", DATA)
    put("shapes.ttl", AGE)
    code, out, err = kg("validate", "--data", "data.ttl", "--shapes", "shapes.ttl")

    assert (code, err) == (1, "5 triples: 1 error\n")
    assert out == (
        f"data.ttl:{ABOVE + 2}:5: error: e:ada: Value old does not have datatype xsd:integer\n"
    )


def test_the_command_ends_with_zero_when_there_is_none(kg: Run) -> None:
    put("data.ttl", "e:bob a e:Person ; e:age 3 .")
    put("shapes.ttl", AGE)

    assert kg("validate", "--data", "data.ttl", "--shapes", "shapes.ttl") == (
        0,
        "",
        "2 triples: nothing to report\n",
    )


def test_programs_are_told_in_json_and_forges_in_theirs(kg: Run) -> None:
    put("data.ttl", DATA)
    put("shapes.ttl", AGE)
    command = ("validate", "--data", "data.ttl", "--shapes", "shapes.ttl", "--format")

    told = json.loads(kg(*command, "json")[1])
    assert (told["conforms"], told["counts"]) == (False, {"triples": 5})
    assert [(one["path"], one["line"]) for one in told["findings"]] == [("data.ttl", ABOVE + 2)]
    assert kg(*command, "github")[1].startswith(f"::error file=data.ttl,line={ABOVE + 2},col=5::")


def test_turtle_is_the_report_alone_and_what_else_there_is_to_say_stands_beside(kg: Run) -> None:
    put("data.ttl", DATA)
    put("shapes.ttl", AGE + "e:S sh:targetClass e:Persn .")
    code, out, err = kg(
        "validate", "--data", "data.ttl", "--shapes", "shapes.ttl", "--format", "turtle"
    )

    assert code == 1
    assert isomorphic(essence(graph(out)), essence(peer()))
    assert err.splitlines()[0].startswith(f"shapes.ttl:{ABOVE + 3}:20: note: nothing in the data")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--data", "data.ttl"), 2, "--data is checked with --shapes"),
        (("--shapes", "data.ttl"), 2, "--shapes is checked with --data"),
        (("--data", "data.ttl", "--shapes", "data.ttl", "--store", "x"), 2, "--store has no part"),
        (("--format", "turtle"), 2, "name files with --data and --shapes"),
        (("--data", "none.ttl", "--shapes", "data.ttl"), 3, "none.ttl cannot be read"),
        (("--data", "wrong.ttl", "--shapes", "data.ttl"), 3, "wrong.ttl:1:"),
        (("--data", "data.rdf", "--shapes", "data.ttl"), 3, "data.rdf: '.rdf' is not one of"),
        (("--data", "data.ttl", "--shapes", "s.jsonld"), 3, "s.jsonld: '.jsonld' is not one of"),
        (("--data", "http://example.org/x.ttl", "--shapes", "data.ttl"), 3, "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    kg: Run, arguments: tuple[str, ...], code: int, says: str
) -> None:
    put("data.ttl", DATA)
    for name in ("data.rdf", "s.jsonld"):
        Path(name).write_text("", encoding="utf-8")
    Path("wrong.ttl").write_text("<a> <b> .", encoding="utf-8")

    ended, out, err = kg("validate", *arguments)

    assert (ended, out, err.count("\n")) == (code, "", 1)
    assert says in err
