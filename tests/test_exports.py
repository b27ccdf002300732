"""Exports: what each format of dumps keeps is what another program finds in its files.

What is expected stands in the rows below, which are written by hand.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import ladybug
import pytest
from beginnings import begin, facts
from readers import READERS, TYPES, Files, Said

from kg.errors import UsageError
from kg.exports.dump import dump, dumped
from kg.exports.kept import FEATURES, FORMATS, KEPT, LOST
from kg.exports.losses import Dumped
from kg.exports.wikidata import time_of
from kg.text import formats

if TYPE_CHECKING:
    import kg
    from conftest import Tiny
    from kg.store.embedded import EmbeddedStore

ROOT = Path(__file__).parent.parent
ROWS = """\
anna,rating,1900,1990,1995,,almanac-2001,p. 7,,
boris,playsFor,rooks,1988~,1994,,almanac-2001,p. 6,,
clara,playsFor,knights,1992-05-15,1999-04-20,,almanac-2001,p. 8,,
clara,playsFor,knights,2006-08-16,2012-12-19,,almanac-2001,p. 9,,
clara,playsFor,rooks,2001,2003-06,,almanac-2001,p. 9,,
clara,rivalOf,knights,1980,unknown,,almanac-2001,p. 7,,
clara,rivalOf,rooks,1990,1995,,gazette-1999,¶7,deprecated,no such rivalry
clara,won,city-open,,,2001-05,gazette-1999,¶8,,
clara,won,city-open,,,2001-05-03,almanac-2001,p. 9,preferred,"""
# Feature → what is found of it in a file, and what the rows say.
Found = Callable[[Said], AbstractSet[Any]]
QUESTIONS: Final[dict[str, tuple[Found, AbstractSet[Any]]]] = {
    "periods": (
        lambda said: {(one.start, one.end) for one in said.of("clara", "playsFor", "knights")},
        {("1992-05-15", "1999-04-20"), ("2006-08-16", "2012-12-19")},
    ),
    "partial": (
        lambda said: {
            (one.start, one.end)
            for who in ("boris", "clara")
            for one in said.of(who, "playsFor", "rooks")
        },
        {("1988~", "1994"), ("2001", "2003-06")},
    ),
    "ends": (
        lambda said: {one.end for one in said.of("clara", "rivalOf", "knights") if one.end},
        {"unknown"},
    ),
    "rank": (
        lambda said: {
            (one.predicate, one.at, one.rank)
            for predicate in ("rivalOf", "won")
            for one in said.of("clara", predicate)
            if one.rank not in {"", "normal"}
        },
        {("rivalOf", "", "deprecated"), ("won", "2001-05-03", "preferred")},
    ),
    "dispute": (
        lambda said: {one.at for one in said.of("clara", "won") if one.is_disputed},
        {"2001-05"},
    ),
    "references": (
        lambda said: {
            source for one in said.of("anna", "playsFor", "knights") for source, _ in one.sources
        },
        {"almanac-2001", "gazette-1999"},
    ),
    "locators": (
        lambda said: {
            place
            for one in said.of("anna", "playsFor", "knights")
            for _, place in one.sources
            if place
        },
        {"p. 3", "¶2"},
    ),
    "inference": (
        lambda said: {one.rule for one in said.facts if one.predicate == "teammateOf"},
        {"teammates"},
    ),
    "labels": (
        lambda said: {one for one in said.labels if one[0] == "anna"},
        {("anna", "en", "Anna"), ("anna", "ru", "Анна")},
    ),
    "literals": (
        lambda said: {one.object for one in said.of("anna", "rating")},
        {"1900", "2100"},
    ),
}
# What is found of features that a format keeps in part.
PARTS: Final[dict[tuple[str, str], AbstractSet[Any]]] = {
    ("wikibase", "partial"): {("unknown", "1994"), ("2001", "2003-06")},
    ("wikibase", "locators"): {"3", "¶2"},
    ("quickstatements", "periods"): {("1992-05-15", "1999-04-20")},
    ("quickstatements", "partial"): {("unknown", "1994"), ("2001", "2003-06")},
    ("quickstatements", "locators"): {"3", "¶2"},
    ("ftm", "partial"): {("1988~", "1994"), ("2001", "2003-06")},
    ("ftm", "ends"): {"unknown"},
    ("ftm", "rank"): set(),
    ("ftm", "references"): {"https://example.org/almanac", "https://example.org/gazette"},
    ("ftm", "labels"): {("anna", "", "Anna"), ("anna", "", "Анна")},
}
# What the league is called in Wikidata; knights has its item already.
ITEMS: Final = {"rooks": "Q2", "anna": "Q3", "boris": "Q4", "clara": "Q5", "city-open": "Q6"}
MATCHES: Final = """
@prefix org: <http://www.w3.org/ns/org#> .
@prefix schema: <https://schema.org/> .
:Player rdfs:subClassOf schema:Person . :Club rdfs:subClassOf org:Organization .
:playsFor rdfs:subPropertyOf org:memberOf .
:playsFor owl:equivalentProperty <http://www.wikidata.org/prop/direct/P54> .
:rating owl:equivalentProperty <http://www.wikidata.org/prop/direct/P1087> .
:rivalOf owl:equivalentProperty <http://www.wikidata.org/entity/P9001> .
:won <http://www.w3.org/2004/02/skos/core#exactMatch> <http://www.wikidata.org/entity/P2522> .
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """The league with two periods of one triple, vague dates, and whatever else is asked about."""
    from conftest import HERE, Tiny

    tiny = Tiny(shutil.copytree(HERE / "tiny", tmp_path_factory.mktemp("exports") / "tiny"))
    # Clara is a club of one here: what rivals must be clubs.
    tiny.replace("ontology/ontology.ttl", "rdfs:domain :Club ; rdfs:range :Club", "")
    ontology = tiny.ontology / "ontology.ttl"
    tiny.write("ontology/ontology.ttl", ontology.read_text(encoding="utf-8") + MATCHES)
    for name, item in ITEMS.items():
        rows = (tiny.data / "entities.csv").read_text(encoding="utf-8")
        tiny.write("data/entities.csv", re.sub(rf"(?m)^({name},.*),,$", rf"\1,{item},", rows))
    for row in ROWS.splitlines():
        tiny.add(row)
    return tiny.build().store()


def files(written: Dumped) -> Files:
    return {"": written.content} if isinstance(written.content, bytes) else written.content


@pytest.fixture(scope="module")
def said(store: EmbeddedStore) -> Callable[[str], Said]:
    """What is read in a format, each read once."""
    known: dict[str, Said] = {}

    def read(name: str) -> Said:
        if name not in known:
            known[name] = READERS[name](files(dumped(store, formats.DUMPS.named(name))))
        return known[name]

    return read


@pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")
@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("name", formats.DUMPS.names)
def test_a_cell_is_what_is_read(said: Callable[[str], Said], name: str, feature: str) -> None:
    find, expected = QUESTIONS[feature]
    cell = FORMATS[name][feature]

    wanted = {KEPT: expected, LOST: set()}.get(cell) or PARTS.get((name, feature), set())
    assert find(said(name)) == wanted


# The one is of the Treaty, the other of the organisation.
UZBEKISTAN: Final = {
    ("partyTo", "collective-security-treaty", "1992-05-15", "1999-04-20"),
    ("memberOf", "csto", "2006-08-16", "2012-12-19"),
}


@pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")
@pytest.mark.parametrize("name", formats.DUMPS.names)
def test_two_periods_of_the_shipped_graph_are_found(shipped: kg.Graph, name: str) -> None:
    said = READERS[name](files(dumped(shipped.store, formats.DUMPS.named(name))))

    # The Treaty has no item in Wikidata.
    has_both = name not in {"wikibase", "quickstatements"}
    wanted = UZBEKISTAN if has_both else {one for one in UZBEKISTAN if one[0] == "memberOf"}
    assert {one[1:5] for one in said.facts if one.subject == "uzbekistan"} >= wanted


def test_each_format_has_its_row() -> None:
    assert FORMATS.keys() == {*formats.DUMPS.names} == READERS.keys()
    assert [name for name, cells in FORMATS.items() if cells.keys() != FEATURES.keys()] == []


def test_each_cell_in_part_has_its_expectation() -> None:
    partly = {
        (name, feature)
        for name, cells in FORMATS.items()
        for feature, cell in cells.items()
        if cell not in {KEPT, LOST}
    }

    assert partly == PARTS.keys()


def test_the_page_says_what_the_table_says() -> None:
    spec = importlib.util.spec_from_file_location("exports_page", ROOT / "docs" / "exports.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    assert module.render() == (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", formats.DUMPS.names)
def test_the_same_graph_gives_the_same_bytes(store: EmbeddedStore, name: str) -> None:
    form = formats.DUMPS.named(name)
    turned = type(store).of(reversed(list(store.quads())))
    one, other = dumped(store, form), dumped(turned, form)

    if name == "duckdb":
        # DuckDB puts an identifier of its own into each file.
        assert READERS[name](files(one)) == READERS[name](files(other))
        return
    assert one == other


class TestWikibase:
    def test_a_project_that_begins_with_it_says_the_same(
        self,
        store: EmbeddedStore,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "league.ttl").write_bytes(dump(store, ".wikibase"))
        code, _ = begin(monkeypatch, capfd, "league.ttl")

        assert code == 0
        said = {(fact[1], fact[2], *fact[3:]) for fact in facts(tmp_path) if fact[0] == "clara"}
        assert said == {
            ("playsFor", "knights", "1992-05-15", "1999-04-20", ""),
            ("playsFor", "knights", "2006-08-16", "2012-12-19", ""),
            ("playsFor", "rooks", "2001", "2003-06", ""),
            ("rivalOf", "knights", "1980", "unknown", ""),
            ("rivalOf", "rooks", "1990", "1995", ""),
            ("won", "city-open", "", "", "2001-05"),
            ("won", "city-open", "", "", "2001-05-03"),
        }

    def test_what_has_no_words_there_is_counted(self, store: EmbeddedStore) -> None:
        losses = dumped(store, formats.DUMPS.named("wikibase")).losses

        # Anna founded a club, and a club hosts a tournament.
        left = "left out: no skos:exactMatch leads to a property of Wikidata"
        assert f"2 statements are {left}" in losses
        assert "1 date that Wikibase cannot hold becomes a value that is not known" in losses
        assert "1 statement is disputed or undecided, which no rank says" in losses

    @pytest.mark.parametrize(
        ("text", "time"),
        [
            ("2012", (2012, 0, 0, 9)),
            ("2012-12", (2012, 12, 0, 10)),
            ("2012-12-19", (2012, 12, 19, 11)),
            ("-0044-03-15", (-44, 3, 15, 11)),
            ("199X", (1990, 0, 0, 8)),
            ("[1801..1900]", (1900, 0, 0, 7)),
            ("[1001..2000]", (2000, 0, 0, 6)),
            ("19XX", None),
            ("[1990..1999]", (1990, 0, 0, 8)),
            ("1998~", None),
            ("1998?", None),
            ("[2005..]", None),
            ("2001-21", None),
        ],
    )
    def test_a_date_is_a_time_of_the_same_days_or_none(
        self, text: str, time: tuple[int, ...] | None
    ) -> None:
        assert time_of(text) == time


class TestQuickStatements:
    def test_a_line_is_as_the_help_page_has_it(self, store: EmbeddedStore) -> None:
        lines = dump(store, ".quickstatements").decode().splitlines()

        [line] = [one for one in lines if one.startswith("Q3\tP54\tQ1\t")]
        assert line.split("\t") == [
            *("Q3", "P54", "Q1"),
            *("P580", "+1995-09-00T00:00:00Z/10", "P582", "+2000-01-01T00:00:00Z/11"),
            *("S854", '"https://example.org/almanac"', "S1476", 'en:"Almanac of the League"'),
            *("S577", "+2001-05-00T00:00:00Z/10", "S813", "+2024-01-01T00:00:00Z/11"),
            *("S304", '"3"'),
            *("!S854", '"https://example.org/gazette"', "S1476", 'en:"The Gazette"'),
            *("S577", "+1999-06-14T00:00:00Z/11", "S958", '"¶2"'),
        ]

    def test_what_one_line_cannot_say_is_counted(self, store: EmbeddedStore) -> None:
        losses = dumped(store, formats.DUMPS.named("quickstatements")).losses

        assert "1 deprecated statement is left out" in losses
        assert "1 preferred rank is normal here" in losses
        # Clara was twice a member of the knights; of two days on which she won one is preferred.
        what = "left out, because it would be added to another"
        assert f"2 further periods of triples are {what}" in losses


class TestElements:
    def test_a_text_stays_what_it_is_in_a_script(self, tiny: Tiny) -> None:
        told = 'It\'s \\ a "club", `the` {first}; MATCH (n) DETACH DELETE n;'
        tiny.replace("data/entities.csv", '"A club, the oldest of the league."', _quoted(told))
        script = dump(tiny.build().store(), ".cypher").decode()

        [line] = [
            one for one in script.splitlines() if one.startswith("MERGE (n:Entity {id: 'knights'}")
        ]
        connection = ladybug.Connection(ladybug.Database(":memory:"))
        names = re.findall(r"n\.`(\w+)` =", line)
        columns = "".join(f", `{one}` {TYPES.get(one, 'STRING')}" for one in names)
        connection.execute(f"CREATE NODE TABLE Entity(id STRING PRIMARY KEY{columns})")
        connection.execute(line)
        result = connection.execute("MATCH (n) RETURN n.description")
        assert isinstance(result, ladybug.QueryResult)
        assert result.get_all() == [[told]]

    def test_a_day_after_the_year_9999_is_left_to_the_texts(self, tiny: Tiny) -> None:
        tiny.add("clara,playsFor,rooks,Y12020,,,almanac-2001,,,")
        written = dumped(tiny.build().store(), formats.DUMPS.named("neo4j"))

        # Hers, and that of her being a teammate of Anna, which follows.
        lost = "2 bounds are outside of the years 1 to 9999 and left to the texts"
        assert written.losses == (lost,)

    def test_the_folder_says_how_it_is_imported(self, store: EmbeddedStore) -> None:
        told = files(dumped(store, formats.DUMPS.named("neo4j")))

        assert {*told} == {"nodes.csv", "relationships.csv", "README.txt"}
        assert b"neo4j-admin database import full --nodes=nodes.csv " in told["README.txt"]

    def test_a_folder_of_files_has_no_bytes(self, store: EmbeddedStore) -> None:
        told = "'neo4j' is a folder of files; write it with 'kg dump --format neo4j'"
        with pytest.raises(UsageError, match=f"^{told}$"):
            dump(store, ".neo4j")


class TestKgx:
    def test_two_periods_of_one_edge_are_two_edges(self, store: EmbeddedStore) -> None:
        told = files(dumped(store, formats.DUMPS.named("kgx")))
        edges = [json.loads(line) for line in told["edges.jsonl"].decode().splitlines()]
        ends = {"subject": "id:clara", "object": "id:knights", "original_predicate": "playsFor"}
        found = [one for one in edges if ends.items() <= one.items()]

        assert {one["start"] for one in found} == {"1992-05-15", "2006-08-16"}
        assert len({one["id"] for one in found}) == 2

    def test_a_cell_of_its_table_stays_in_its_line(self, tiny: Tiny) -> None:
        entities = (tiny.data / "entities.csv").read_text(encoding="utf-8")
        told = 'of \tthe ""league""'
        tiny.write("data/entities.csv", entities.replace("the oldest of the league", told))
        written = files(dumped(tiny.build().store(), formats.DUMPS.named("kgx")))
        header, *rows = (line.split("\t") for line in written["nodes.tsv"].decode().splitlines())
        (knights,) = [dict(zip(header, row, strict=True)) for row in rows if row[0] == "id:knights"]

        assert knights["description"] == 'A club, of  the "league".'


class TestTables:
    @pytest.mark.parametrize("name", ["csvw", "duckdb"])
    def test_a_day_after_the_year_9999_is_left_to_the_texts(self, tiny: Tiny, name: str) -> None:
        tiny.add("clara,playsFor,rooks,Y12020,,,almanac-2001,,,")
        written = dumped(tiny.build().store(), formats.DUMPS.named(name))

        # The first and the last day that can be its start, of her and of Anna's being teammates.
        lost = "outside of the years 1 to 9999 and left to the texts"
        assert [line for line in written.losses if lost in line] != []
        [fact] = READERS[name](files(written)).of("clara", "playsFor", "rooks")
        assert fact.start == "Y12020"

    def test_a_column_of_dates_names_its_format(self, store: EmbeddedStore) -> None:
        told = files(dumped(store, formats.DUMPS.named("csvw")))
        table = json.loads(told["csv-metadata.json"])["tables"][0]
        fields = json.loads(told["datapackage.json"])["resources"][0]["schema"]["fields"]

        types = {one["name"]: one["datatype"] for one in table["tableSchema"]["columns"]}
        assert (types["start_from"], types["start"]) == (
            {"base": "date", "format": "yyyy-MM-dd"},
            "string",
        )
        [field] = [one for one in fields if one["name"] == "start_from"]
        assert (field["type"], field["format"]) == ("date", "%Y-%m-%d")

    def test_a_library_that_is_not_there_is_named(
        self, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "duckdb", None)

        with pytest.raises(UsageError, match=r"duckdb is not installed; .*eurasia-kg\[bulk\]"):
            dump(store, ".duckdb")


class TestFollowTheMoney:
    def test_a_project_that_begins_with_it_says_the_same(
        self,
        store: EmbeddedStore,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "league.ftm.json").write_bytes(dump(store, ".ftm"))
        code, lines = begin(monkeypatch, capfd, "league.ftm.json")

        assert code == 0
        # Who belongs to a club, and what is linked to something, is all that the schemata say.
        assert {fact[1:] for fact in facts(tmp_path) if fact[0] == "clara"} == {
            ("belongsTo", "knights", "1992-05-15", "1999-04-20", ""),
            ("belongsTo", "knights", "2006-08-16", "2012-12-19", ""),
            ("belongsTo", "rooks", "2001", "2003-06", ""),
            # That it has ended stands in its status.
            ("linkedTo", "knights", "1980", "", ""),
            ("linkedTo", "city-open", "", "", "2001-05"),
        }
        # May 2001 and a day of it are one to a link that does not say that it is an event.
        assert "its period meets that of line " in "".join(lines)

    @pytest.mark.parametrize("end", ["unknown", "[..1994]", "0999"])
    def test_an_end_that_no_date_says_is_a_text_and_never_none(self, tiny: Tiny, end: str) -> None:
        start = "0998" if end == "0999" else "1990"
        tiny.add(f"clara,playsFor,rooks,{start},{end},,gazette-1999,,,")
        lines = map(json.loads, dump(tiny.build().store(), ".ftm.json").decode().splitlines())

        [told] = [
            one["properties"] for one in lines if one["properties"].get("subject") == ["clara"]
        ]
        assert f"end: {end}" in told["status"]
        assert "endDate" not in told

    def test_what_has_no_place_is_counted(self, store: EmbeddedStore) -> None:
        losses = dumped(store, formats.DUMPS.named("ftm")).losses

        assert "1 statement is left out: it is deprecated" in losses
        assert "2 statements are left out: the object is a literal" in losses
        assert "2 dates are told in the status, because no date there says it" in losses
        # Six entities have a label in each of two languages.
        assert "12 labels are without their languages" in losses


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
