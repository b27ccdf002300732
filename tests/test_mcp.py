"""The graph for language models: every tool by the SDK's own client, over both transports.

What is expected was read from the rows of the shipped tables, which are named beside it.
"""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kg.errors import UsageError
from kg.server.mcp.tools import BEST, BY_NAME, MOST, TOOLS

pytest.importorskip("mcp")

from assistants import Assistant, command, connected, serving
from greedy import SLOW
from mcp.shared.exceptions import MCPError

NAMES = [
    *("search", "describe", "list_questions", "ask_question", "sparql", "why", "as_of"),
    "compare_dates",
]
# csto.csv, rows 12 to 135 and 153: `memberOf` that had begun by 2012-12-18.
MEMBERS_OF_2012 = {
    *("armenia", "belarus", "kazakhstan", "kyrgyzstan", "russia", "tajikistan", "uzbekistan")
}


@pytest.fixture(scope="module", params=["stdio", "http"])
def assistant(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Assistant]:
    """A client of the shipped graph, over each transport; the folder is no project."""
    folder = tmp_path_factory.mktemp("nowhere")
    if request.param == "stdio":
        with connected(command(folder)) as found:
            yield found
    else:
        with serving(folder) as (address, _), connected(address) as found:
            yield found


# ---------------------------------------------------------------- what there is


def test_every_tool_says_that_it_only_reads_and_what_it_takes_and_gives(
    assistant: Assistant,
) -> None:
    tools = {one.name: one for one in assistant.run("list_tools").tools}

    assert [*tools] == NAMES
    for tool in tools.values():
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint
        assert not tool.annotations.open_world_hint
        assert tool.input_schema["additionalProperties"] is False
        assert tool.output_schema["type"] == "object"
        assert all(one["description"] for one in tool.input_schema["properties"].values())
    assert tools["describe"].input_schema["required"] == ["entity"]


def test_the_ontology_the_questions_and_the_sources_are_resources(assistant: Assistant) -> None:
    resources = [one.uri for one in assistant.run("list_resources").resources]
    templates = assistant.run("list_resource_templates").resource_templates

    assert resources == ["kg://ontology", "kg://questions", "kg://sources"]
    assert [one.uri_template for one in templates] == [
        *("kg://question/{id}", "kg://source/{id}", "kg://statement/{id}")
    ]


def test_the_ontology_names_classes_and_relations(assistant: Assistant) -> None:
    told = assistant.read("kg://ontology")
    relation = next(one for one in told["relations"] if one["id"] == "memberOf")

    assert "State" in {one["id"] for one in told["classes"]}
    assert relation["labels"]["en"] == "member of"
    assert "kg:StateProperty" in relation["kind"]


def test_each_question_is_there_with_its_sparql(assistant: Assistant) -> None:
    folder = Path(__file__).parent.parent / "ontology" / "questions"
    told = {one["name"]: one for one in assistant.read("kg://questions")["questions"]}

    assert sorted(told) == sorted(path.stem for path in folder.glob("*.rq"))
    assert told["members"]["sparql"] == (folder / "members.rq").read_text(encoding="utf-8")
    assert assistant.read("kg://question/members").items() >= told["members"].items()


def test_a_source_is_there_with_the_facts_that_rest_on_it(assistant: Assistant) -> None:
    """sources.csv and csto.csv, row 154."""
    told = assistant.read("kg://source/tass-2012-12-19")

    assert (told["title"], told["publisher"]) == (
        *("CSTO leaders suspend Uzbekistan's membership", "TASS"),
    )
    assert ("uzbekistan", "memberOf", "csto", "2012-12-19") in {
        (one["subject"], one["predicate"], one["object"], one.get("end")) for one in told["facts"]
    }


def test_an_unknown_resource_is_refused_with_those_there_are(assistant: Assistant) -> None:
    for uri, said in {
        "kg://nothing": "there is no resource 'kg://nothing'; there are kg://ontology",
        "kg://question/membres": "there is no question 'membres'; did you mean 'members'?",
        "kg://statement/abc": "there is no statement 'abc'",
    }.items():
        with pytest.raises(MCPError, match=said):
            assistant.read(uri)


# ---------------------------------------------------------------- search and describe


@pytest.mark.parametrize("name", ["csto", "CSTO", "ОДКБ", "Tashkent Pact", "Q318693"])
def test_a_name_an_alias_or_a_code_is_found_first(assistant: Assistant, name: str) -> None:
    """entities.csv, row of csto."""
    first = assistant.ask("search", name=name)["matches"][0]

    assert (first["id"], first["kind"], first["class"]) == (
        *("csto", "entity", "InternationalOrganization"),
    )
    assert first["description"] == "Alliance of post-Soviet states for collective defence."


def test_the_words_of_a_name_are_found_in_any_order(assistant: Assistant) -> None:
    """entities.csv: CSTO Council of Foreign Ministers; no name has the words so."""
    told = assistant.ask("search", name="Council of Foreign Ministers CSTO")

    assert told["matches"][0]["id"] == "csto-cfm"


def test_sources_and_relations_are_found_too(assistant: Assistant) -> None:
    source = assistant.ask("search", name="CSTO leaders suspend Uzbekistan's membership")
    relation = assistant.ask("search", name="member of")

    assert [(one["id"], one["kind"], one["url"]) for one in source["matches"]] == [
        ("tass-2012-12-19", "source", "http://tass.com/russia/687141")
    ]
    assert ("memberOf", "relation") in {(one["id"], one["kind"]) for one in relation["matches"]}


def test_a_misspelt_name_is_answered_with_the_nearest(assistant: Assistant) -> None:
    told = assistant.ask("search", name="Uzbekistann")

    assert told["matches"] == []
    assert told["suggestion"].casefold() == "uzbekistan (uzbekistan)"


def test_what_is_cut_is_said_with_how_to_ask_for_the_rest(assistant: Assistant) -> None:
    whole = assistant.ask("search", name="csto", limit=MOST)
    part = assistant.ask("search", name="csto", limit=3)
    rest = assistant.ask("search", name="csto", limit=MOST, offset=3)

    assert part["matches"] == whole["matches"][:3]
    assert part["cut"] == f"{whole['total'] - 3} more; ask again with offset 3"
    assert rest["matches"] == whole["matches"][3:]
    assert "cut" not in rest


def test_an_entity_is_described_as_of_a_date_with_all_that_a_citation_needs(
    assistant: Assistant,
) -> None:
    """csto.csv, rows 151 to 154."""
    told = assistant.ask("describe", entity="Узбекистан", relation="member of", as_of="2012-07")
    facts = {one["id"]: one for one in told["facts"] if one["object"] == "csto"}
    (fact,) = facts.values()

    assert told["entity"]["wikidata"] == "Q265"
    assert (fact["start"], fact["end"], fact["rank"]) == ("2006-08-16", "2012-12-19", "normal")
    assert (fact["holds"], fact["counts"], fact["inferred"]) == ("surely", True, False)
    assert fact["labels"]["object"] == "Collective Security Treaty Organization"
    assert {(one["source"], one["url"], one["row"]) for one in fact["references"]} == {
        (
            "obozrevatel-2006-12-14",
            "https://www.obozrevatel.com/news/2006/12/14/148879.htm",
            "data/statements/csto.csv:160",
        ),
        (
            "tass-2012-12-19",
            "http://tass.com/russia/687141",
            "data/statements/csto.csv:161",
        ),
    }


def test_what_is_disputed_stands_there_as_not_counted(assistant: Assistant) -> None:
    """csto.csv, rows 153 and 154: the deprecated end."""
    told = assistant.ask("describe", entity="uzbekistan", relation="memberOf", as_of="2012-06-01")
    ends = {one["end"]: one for one in told["facts"] if one["object"] == "csto"}

    rejected = ends["2012-06-28"]
    assert (rejected["rank"], rejected["holds"], rejected["counts"]) == (
        *("deprecated", "not-counted", False),
    )
    assert rejected["disputed_by"] == [ends["2012-12-19"]["id"]]


def test_what_is_only_possible_says_why(assistant: Assistant) -> None:
    """people.csv, row 30: deputy minister from April 1992, the day is not known."""
    office = "deputy-minister-of-foreign-affairs-of-russia"
    told = assistant.ask("describe", entity="lavrov", relation="holdsOffice", as_of="1992-04-15")
    (fact,) = [one for one in told["facts"] if one["object"] == office]

    assert fact["holds"] == "possibly"
    assert fact["left_open"].startswith("its start is 1992-04: the first day lies from 1992-04-01")


def test_the_future_is_told_as_what_was_known_on_the_day_of_issue(assistant: Assistant) -> None:
    told = assistant.ask("describe", entity="csto", as_of="2099")

    assert "is after the day of issue" in told["notes"][0]


# ---------------------------------------------------------------- questions and SPARQL


def test_the_questions_are_listed_with_their_parameters(assistant: Assistant) -> None:
    told = assistant.ask("list_questions")
    (question,) = [one for one in told["questions"] if one["name"] == "proposals"]

    assert question["text"].startswith("What was proposed or announced at a meeting")
    # proposals.rq, lines 2 to 8.
    assert question["also"][2:6:3] == [
        *("What did a minister propose at a meeting?", "Что было предложено на заседании, и кем?")
    ]
    assert question["parameters"] == [
        {
            "name": "meeting",
            "type": ":Meeting",
            "required": False,
            "text": "the meeting; all of them when left out",
        }
    ]


def test_a_sentence_gets_the_questions_that_it_can_mean_ready_to_be_asked(
    assistant: Assistant,
) -> None:
    told = assistant.ask("list_questions", about="Who belonged to the CSTO on 18 December 2012?")
    best = told["questions"][0]
    asked = {"question": best["name"], "parameters": best["fill"], "as_of": best["as_of"]}
    rows = assistant.ask("ask_question", **asked)["rows"]

    assert ([one["id"] for one in told["named"]], told["dates"]) == (["csto"], ["2012-12-18"])
    assert (best["name"], best["fill"]) == ("members", {"organization": "csto"})
    assert {row["state"]["id"] for row in rows} == MEMBERS_OF_2012
    scores = [one["score"] for one in told["questions"]]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == BEST


def test_a_date_that_a_parameter_takes_is_not_the_date_asked_of(assistant: Assistant) -> None:
    told = assistant.ask("list_questions", about="Кто вступил в ОДКБ в 2006 году?")
    best = told["questions"][0]

    assert best["fill"] == {"organization": "csto", "from": "2006-01-01", "until": "2007-01-01"}
    assert (best["name"], "as_of" in best) == ("joined", False)


def test_a_sentence_without_a_word_of_any_question_gets_none(assistant: Assistant) -> None:
    told = assistant.ask("list_questions", about="Xyzzy plugh")

    assert (told["questions"], told["named"]) == ([], [])
    assert told["notes"] == ["no question has a word of this and takes what it names"]


def test_a_question_is_answered_as_of_a_date_with_the_facts_of_each_row(
    assistant: Assistant,
) -> None:
    told = assistant.ask(
        "ask_question",
        question="members",
        parameters={"organization": "Tashkent Pact"},
        as_of="2012-12-18",
    )
    facts = {one["id"]: one for one in told["facts"]}

    assert told["parameters"] == {"organization": "csto"}
    assert {row["state"]["id"] for row in told["rows"]} == MEMBERS_OF_2012
    for row in told["rows"]:
        first = facts[row["facts"][0]]
        assert (first["subject"], first["predicate"], first["object"], first["holds"]) == (
            *(row["state"]["id"], "memberOf", "csto", "surely"),
        )
        assert all(one["title"] and one["source"] for one in first["references"])


def test_what_was_not_published_yet_is_not_known(assistant: Assistant) -> None:
    """csto.csv, row 153: the first to say that Uzbekistan had joined is of 2006-12-14."""
    for known_by, is_known in {"2006-12-13": False, "2006-12-14": True}.items():
        told = assistant.ask(
            "ask_question",
            question="members",
            parameters={"organization": "csto"},
            as_of="2007",
            known_by=known_by,
        )

        assert ("uzbekistan" in {row["state"]["id"] for row in told["rows"]}) == is_known


def test_sparql_is_answered_with_labels_and_with_the_facts_of_each_row(
    assistant: Assistant,
) -> None:
    told = assistant.ask("sparql", query="SELECT ?s { ?s :memberOf id:csto }", as_of="2012-12-18")
    facts = {one["id"]: one for one in told["facts"]}

    assert {row["s"]["id"] for row in told["rows"]} == MEMBERS_OF_2012
    assert {row["s"]["label"] for row in told["rows"]} >= {"Armenia", "Uzbekistan"}
    assert {facts[row["facts"][0]]["subject"] for row in told["rows"]} == MEMBERS_OF_2012


def test_a_yes_or_no_and_triples_are_answered_too(assistant: Assistant) -> None:
    asked = assistant.ask("sparql", query="ASK { id:armenia :memberOf id:csto }")
    made = assistant.ask("sparql", query="CONSTRUCT WHERE { id:lavrov :represents ?x }")

    assert [row["ask"] for row in asked["rows"]] == ["true"]
    assert asked["facts"][0]["subject"] == "armenia"
    assert {row["object"]["id"] for row in made["rows"]} == {"russia"}


def test_rows_that_are_cut_are_said_and_can_be_read_on(assistant: Assistant) -> None:
    query = "SELECT ?s { ?s a :State } ORDER BY ?s"
    first = assistant.ask("sparql", query=query, limit=2)
    second = assistant.ask("sparql", query=query, limit=1, offset=2)

    # entities.csv: the first three rows of class State.
    assert [row["s"]["id"] for row in first["rows"] + second["rows"]] == [
        *("afghanistan", "armenia", "azerbaijan")
    ]
    assert first["cut"] == "there are more rows; ask again with offset 2"


# ---------------------------------------------------------------- why, as of, two dates


def test_a_fact_is_explained_by_its_statements_and_what_they_rest_on(
    assistant: Assistant,
) -> None:
    """allies.rq: two members of one organisation for collective defence."""
    told = assistant.ask("why", subject="Armenia", relation="allyOf", object="Belarus")
    (fact,) = told["facts"]
    below = {(one["subject"], one["predicate"], one["object"]) for one in told["rests_on"]}

    assert fact["inferred"]
    assert {"armenia", "belarus"} == {fact["subject"], fact["object"]}
    assert any(one["path"].endswith("allies.rq") for one in told["proofs"])
    assert below >= {
        ("armenia", "memberOf", "csto"),
        ("belarus", "memberOf", "csto"),
        ("csto", "purpose", "collective-defence"),
    }
    assert {"csto-treaty", "csto-25-years"} <= {one["source"] for one in fact["evidence"]}


def test_a_statement_of_another_answer_is_explained(assistant: Assistant) -> None:
    first = assistant.ask("why", subject="uzbekistan", relation="memberOf", object="ОДКБ")
    assert [one["end"] for one in first["facts"]] == ["2012-12-19", "2012-06-28"]

    (again,) = assistant.ask("why", statement=first["facts"][1]["id"])["facts"]
    assert again == first["facts"][1]
    assert assistant.read(f"kg://statement/{again['id']}")["disputed_by"] == again["disputed_by"]


def test_who_held_an_office_on_a_date(assistant: Assistant) -> None:
    """people.csv, rows 98 to 100, and 85 and 86."""
    asked = {"relation": "holdsOffice", "entity": "csto-secretary-general"}
    before = assistant.ask("as_of", date="2022-12-31", **asked)
    after = assistant.ask("as_of", date="2023-01-01", **asked)

    assert [one["subject"] for one in before["facts"] if one["counts"]] == ["zas"]
    assert [one["subject"] for one in after["facts"] if one["counts"]] == ["tasmagambetov"]
    assert {one["source"] for one in before["facts"][0]["references"]} == {
        *("belta-2019-11-28", "pacsto-2022-11-23", "mid-news-conference-2020-05-26")
    }


def test_what_changed_between_two_dates(assistant: Assistant) -> None:
    """csto.csv, rows 153 and 154; sco.csv, row 31: Belarus on 2024-07-04."""
    ended = assistant.ask(
        "compare_dates", first="2012-12-18", second="2012-12-19", relation="memberOf", entity="csto"
    )
    began = assistant.ask(
        "compare_dates", first="2024-07-03", second="2024-07-04", relation="memberOf", entity="sco"
    )

    assert [(one["change"], one["fact"]["subject"]) for one in ended["changes"]] == [
        ("ended", "uzbekistan")
    ]
    assert ended["unchanged"] == len(MEMBERS_OF_2012) - 1
    assert [(one["change"], one["fact"]["subject"]) for one in began["changes"]] == [
        ("began", "belarus")
    ]


# ---------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("describe", {"entity": "Atlantis"}, "entity 'Atlantis' is not known"),
        ("describe", {"entity": "Kazakhstann"}, "did you mean '"),
        ("describe", {"entity": "csto", "as_of": "2012-13"}, "there is no month 13"),
        ("describe", {"entity": "csto", "as_of": "1066"}, "the record begins on"),
        ("describe", {"entity": "csto", "asof": "2012"}, "no argument 'asof'; did you mean"),
        ("describe", {}, "describe needs the argument 'entity'"),
        ("describe", {"entity": ["csto"]}, "'entity' must be of type string"),
        ("describe", {"entity": "x" * 1001}, "1,001 characters; at most 1,000 are read"),
        ("search", {"name": "csto", "limit": -1}, "'limit' must be 0 or more"),
        ("as_of", {"relation": "membersOf", "date": "2012"}, "did you mean"),
        ("as_of", {"date": "2012"}, "as_of needs a relation, an entity, or both"),
        ("compare_dates", {"first": "2013", "second": "2012"}, "is after second, 2012; swap"),
        ("why", {"relation": "memberOf"}, "why needs a statement, or a subject"),
        ("why", {"statement": "0" * 16}, "there is no statement '0000000000000000'"),
        ("ask_question", {"question": "membres"}, "did you mean 'members'?"),
        (
            "ask_question",
            {"question": "members", "parameters": {"state": "armenia"}},
            "question 'members' has no parameter 'state'",
        ),
        (
            "ask_question",
            {"question": "members", "parameters": {"organization": "armenia"}},
            "'armenia' is a :State, not a :InternationalOrganization or a :Body",
        ),
        ("ask_question", {"question": "evidence"}, "needs subject="),
        ("sparql", {"query": "SELECT ?s { ?s id:csto }"}, "line 1, column"),
        ("sparql", {"query": "SELECT ?s { ?s :membrOf ?o }"}, "did you mean ':memberOf'?"),
        ("sparql", {"query": f"ASK {{ }} #{'x' * 70_000}"}, "longer than 65,536 bytes"),
        ("sparql", {"query": "DELETE WHERE { ?s ?p ?o }"}, "DELETE is an update"),
        ("sparql", {"query": "ASK { SERVICE <http://127.0.0.1:9/> {} }"}, "SERVICE"),
        ("sparql", {"query": "ASK {}", "offset": 100_000}, "more than 100,000 rows"),
        ("delete", {}, "there is no tool 'delete'; there are search, describe"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_its_repair(
    assistant: Assistant, tool: str, arguments: dict[str, Any], said: str
) -> None:
    assert said in assistant.refused(tool, **arguments)
    assert assistant.ask("sparql", query="ASK { id:armenia a :State }")["rows"] == [{"ask": "true"}]


def test_a_query_that_takes_too_long_is_ended_and_harms_nobody(tmp_path: Path) -> None:
    with connected(command(tmp_path, "--seconds", "2")) as assistant:
        assert assistant.refused("sparql", query=SLOW) == "the query took longer than 2 seconds"
        assert assistant.ask("search", name="csto")["matches"][0]["id"] == "csto"


def test_an_answer_above_the_limit_is_refused(tmp_path: Path) -> None:
    with connected(command(tmp_path, "--rows", "60")) as assistant:
        query = "SELECT * { ?s ?p ?o }"
        assert len(assistant.ask("sparql", query=query, limit=60)["rows"]) == 60
        said = assistant.refused("sparql", query=query, limit=61)
    assert "more than 60 rows" in said


def test_a_name_of_several_is_answered_with_what_it_can_mean(prototype: Path) -> None:
    """A copy of the tiny project in which two clubs are called the same."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "tiny"
        subprocess.run(["cp", "-r", str(prototype), str(folder)], check=True)
        table = folder / "data" / "entities.csv"
        header, *rows = table.read_text(encoding="utf-8").splitlines()
        at = header.split(",").index("aliases")
        named = []
        for row in rows:
            cells = row.split(",")
            if cells[0] in {"rooks", "knights"}:
                cells[at] = f"{cells[at]}|The Club" if cells[at] else "The Club"
            named.append(",".join(cells))
        table.write_text("\n".join([header, *named, ""]), encoding="utf-8")
        subprocess.run([sys.executable, "-m", "kg", "build"], cwd=folder, check=True)
        with connected(command(folder)) as assistant:
            described = assistant.ask("describe", entity="The Club")
            asked = assistant.ask("ask_question", question="squad", parameters={"club": "The Club"})
    for told in (described, asked):
        assert [one["id"] for one in told["candidates"]] == ["knights", "rooks"]
        assert "fits 2" in told["message"]
        assert "facts" not in told


# ---------------------------------------------------------------- how it is served


def _post(address: str, headers: dict[str, str], body: bytes = b"{}") -> tuple[int, str]:
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
    try:
        connection.request("POST", place.path, body, {"Content-Type": "application/json"} | headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_foreign_hosts_and_origins_are_refused(tmp_path: Path) -> None:
    with serving(tmp_path) as (address, _):
        assert _post(address, {"Host": "example.org"})[0] == 421
        assert _post(address, {"Origin": "http://example.org"})[0] == 403
        assert _post(address, {}, b"x" * 2_000_000)[0] == 413
        with connected(address) as assistant:
            assert assistant.ask("list_questions")["questions"]


def test_other_machines_are_let_in_only_when_that_is_meant(tmp_path: Path) -> None:
    done = _run(tmp_path, "--http", "--host", "0.0.0.0", "--port", "0")

    assert done.returncode == 2
    assert "can be reached from other machines; add --public" in done.stderr


def test_an_address_without_http_is_refused(tmp_path: Path) -> None:
    assert "are about --http; add it" in _run(tmp_path, "--host", "127.0.0.1").stderr


def _run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg", "mcp", *options],
        cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=60,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_it_ends_well_when_the_client_leaves(tmp_path: Path) -> None:
    done = _run(tmp_path)

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_a_signal_and_leaves_nothing_behind(
    tmp_path: Path, which: signal.Signals
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "mcp"],
        cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={"TMPDIR": str(tmp_path), "PATH": ""}, encoding="utf-8",
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    ask = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    process.stdin.write(json.dumps(ask) + "\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["id"] == 1

    process.send_signal(which)
    assert process.wait(20) == 0
    process.stdin.close()
    process.stdout.close()
    assert [*tmp_path.iterdir()] == []


def test_without_the_library_the_command_says_how_to_get_it(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['mcp'] = None; from kg.cli.commands import main; main(['mcp'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == 2
    assert "is not installed; install it with: pip install 'eurasia-kg[mcp]'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_endpoint_is_not_served_again(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg", "--store", "http://127.0.0.1:9/sparql", "mcp"],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip

    assert "is an endpoint already; name a build folder" in done.stderr


def test_the_document_shows_an_answer_as_it_is(assistant: Assistant) -> None:
    page = (Path(__file__).parent.parent / "docs" / "mcp.md").read_text(encoding="utf-8")
    call, answer = re.findall(
        r"`describe` with `([^`]+)`:\n\n```json\n(.+?)\n```", page, flags=re.DOTALL
    )[0]

    assert assistant.ask("describe", **json.loads(call)) == json.loads(answer)


def test_the_document_shows_the_best_question_as_it_is(assistant: Assistant) -> None:
    page = (Path(__file__).parent.parent / "docs" / "mcp.md").read_text(encoding="utf-8")
    call, answer = re.findall(
        r"`list_questions` with `([^`]+)`.+?\n\n```json\n(.+?)\n```", page, flags=re.DOTALL
    )[0]
    best = assistant.ask("list_questions", **json.loads(call))["questions"][0]

    assert {key: best[key] for key in json.loads(answer)} == json.loads(answer)


# ---------------------------------------------------------------- the tools as data


def test_each_tool_has_a_job_of_its_name() -> None:
    from kg.server.mcp.jobs import JOBS

    assert {one.name for one in TOOLS} <= set(JOBS)


def test_a_year_may_be_a_number_and_null_is_not_given() -> None:
    task = BY_NAME["as_of"].task({"date": 2012, "relation": None, "entity": ""})

    assert (task["date"], task["relation"], task["entity"]) == ("2012", None, None)


def test_a_boolean_is_no_number() -> None:
    with pytest.raises(UsageError, match="'limit' must be of type integer"):
        BY_NAME["search"].task({"name": "csto", "limit": True})
