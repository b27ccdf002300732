"""The network: one node an entity, one edge a statement, no period lost on the way out."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest

import kg
from kg.errors import UsageError
from kg.exports.network import network, to_format
from kg.model.statement import Statement
from kg.store.embedded import EmbeddedStore
from kg.store.read_back import History
from kg.text import formats
from kg.text.objects import statement_object

if TYPE_CHECKING:
    from conftest import Tiny

CLARA_FIRST = Statement("clara", "playsFor", "rooks", "state", start="1992-05", end="1995").id
CLARA_AGAIN = Statement("clara", "playsFor", "rooks", "state", start="2006-08-16", end="2012").id


@pytest.fixture
def store(tiny: Tiny) -> EmbeddedStore:
    """The league, with Clara twice at the Rooks and once, wrongly, at the Knights."""
    tiny.add("clara,playsFor,rooks,1992-05,1995,,almanac-2001,p. 6,,left in a huff")
    tiny.add("clara,playsFor,rooks,2006-08-16,2012,,almanac-2001,p. 7,,")
    tiny.add("clara,playsFor,knights,1996,,,gazette-1999,,deprecated,")
    return tiny.build().store()


@pytest.fixture
def graph(store: EmbeddedStore) -> nx.MultiDiGraph[str]:
    return network(store)


def edge(graph: nx.MultiDiGraph[str], subject: str, predicate: str, target: str) -> dict[str, Any]:
    """The one edge of the triple."""
    (found,) = (e for e in graph[subject][target].values() if e["predicate"] == predicate)
    return dict(found)


class TestNodes:
    def test_the_nodes_are_the_entities(self, graph: nx.MultiDiGraph[str]) -> None:
        assert set(graph) == {"anna", "boris", "city-open", "clara", "knights", "rooks"}

    def test_another_language_may_come_first(self, store: EmbeddedStore) -> None:
        graph = network(store, labels="ru")

        node, told = graph.nodes["knights"], edge(graph, "anna", "playsFor", "rooks")
        assert (node["label"], node["label_en"]) == ("Кони", "Knights")
        assert (node["class_label"], node["class_label_en"]) == ("клуб", "club")
        assert (told["label"], told["label_en"]) == ("играет за", "plays for")
        assert graph.graph["languages"] == ["ru", "en"]
        assert "label_ru" not in node

    def test_a_language_without_labels_is_refused(self, store: EmbeddedStore) -> None:
        with pytest.raises(UsageError, match="there are no labels in 'fr'; choose en, ru or none"):
            network(store, labels="fr")

    def test_a_node_has_everything_that_is_known(self, graph: nx.MultiDiGraph[str]) -> None:
        assert graph.nodes["knights"] == {
            "label": "Knights",
            "label_ru": "Кони",
            "class": "Club",
            "class_label": "club",
            "class_label_ru": "клуб",
            "aliases": ["Chess Club Knights", "The Knights"],
            "description": "A club, the oldest of the league.",
            "wikidata": "Q1",
        }

    def test_what_is_not_known_is_absent(self, graph: nx.MultiDiGraph[str]) -> None:
        assert set(graph.nodes["rooks"]) == {
            "label", "label_ru", "class", "class_label", "class_label_ru",
        }  # fmt: skip

    def test_a_fact_with_a_literal_stands_on_its_node(self, graph: nx.MultiDiGraph[str]) -> None:
        (fact,) = graph.nodes["anna"]["facts"]

        assert (fact["predicate"], fact["value"], fact["since"]) == ("rating", "2100", "1999-01-01")

    def test_the_graph_says_where_it_comes_from(self, graph: nx.MultiDiGraph[str]) -> None:
        assert graph.graph == {
            "title": "Chess league",
            "title_ru": "Шахматная лига",
            "version": "1",
            "licence": "https://creativecommons.org/licenses/by/4.0/",
            "base": "https://example.org/tiny/",
            "issued": "2024-01-01",
            "languages": ["en", "ru"],
        }


class TestEdges:
    def test_two_periods_are_two_edges(self, graph: nx.MultiDiGraph[str]) -> None:
        assert set(graph["clara"]["rooks"]) == {CLARA_FIRST, CLARA_AGAIN}

    def test_every_statement_between_entities_is_an_edge(self, graph: nx.MultiDiGraph[str]) -> None:
        """Seven rows of the league, three of Clara, and Anna's teams: with Boris, with Clara.

        The attestation of May 1999 is a reference of another row; the rating is no edge.
        """
        assert graph.number_of_edges() == 7 + 3 + 2

    def test_an_edge_has_everything_that_is_known(self, graph: nx.MultiDiGraph[str]) -> None:
        assert graph["clara"]["rooks"][CLARA_FIRST] == {
            "predicate": "playsFor",
            "label": "plays for",
            "label_ru": "играет за",
            "kind": "state",
            "start": "1992-05",
            "end": "1995",
            "since": "1992-05-01",
            "until": "1996-01-01",
            "rank": "normal",
            "status": "ended",
            "inferred": False,
            "symmetric": False,
            "note": "left in a huff",
            "references": [
                {
                    "source": "almanac-2001",
                    "title": "Almanac of the League",
                    "publisher": "The League",
                    "url": "https://example.org/almanac",
                    "published": "2001-05",
                    "accessed": "2024-01-01",
                    "locator": "p. 6",
                    "row": "data/statements/facts.csv:11",
                }
            ],
        }

    def test_an_event_has_its_day_and_no_end(self, graph: nx.MultiDiGraph[str]) -> None:
        won = edge(graph, "boris", "won", "city-open")

        assert (won["kind"], won["at"], won["since"], "until" in won) == (
            "event", "1999-06-12", "1999-06-12", False,
        )  # fmt: skip

    def test_a_timeless_edge_has_no_dates(self, graph: nx.MultiDiGraph[str]) -> None:
        hosts = edge(graph, "knights", "hosts", "city-open")

        assert not {"start", "end", "at", "since", "until"} & set(hosts)

    def test_an_inferred_edge_shows_its_proof(self, graph: nx.MultiDiGraph[str]) -> None:
        team = edge(graph, "anna", "teammateOf", "boris")

        assert (team["inferred"], team["rule"], team["rule_text"]) == (
            True,
            "teammates",
            "Two players are teammates while both play for the same club.",
        )

    def test_the_premises_of_an_inferred_edge_are_edges(self, graph: nx.MultiDiGraph[str]) -> None:
        keys = {key for _, _, key in graph.edges(keys=True)}

        assert set(edge(graph, "anna", "teammateOf", "boris")["premises"]) < keys

    def test_a_symmetric_property_gives_one_edge(self, graph: nx.MultiDiGraph[str]) -> None:
        assert graph["knights"]["rooks"]
        assert not graph.has_edge("rooks", "knights")

    def test_a_symmetric_edge_says_so(self, graph: nx.MultiDiGraph[str]) -> None:
        assert edge(graph, "knights", "rivalOf", "rooks")["symmetric"] is True

    def test_the_deprecated_stays_and_is_disputed(self, graph: nx.MultiDiGraph[str]) -> None:
        wrong = edge(graph, "clara", "playsFor", "knights")

        assert (wrong["rank"], wrong["status"]) == ("deprecated", "disputed")


class TestClocks:
    def test_as_of_a_date_only_what_held_then(self, store: EmbeddedStore) -> None:
        assert set(network(store, as_of="1994").edges()) == {
            ("anna", "knights"),  # founded in 1990
            ("clara", "rooks"),
            ("knights", "city-open"),
            ("knights", "rooks"),
        }

    def test_as_of_a_date_the_status_is_of_that_date(self, store: EmbeddedStore) -> None:
        graph = network(store, as_of="1994")

        assert graph["clara"]["rooks"][CLARA_FIRST]["status"] == "current"

    def test_as_of_a_date_all_entities_stay(self, store: EmbeddedStore) -> None:
        assert network(store, as_of="1900").number_of_nodes() == 6

    def test_known_by_a_date_only_what_was_known(self, store: EmbeddedStore) -> None:
        """By 1999 the Gazette alone was out: Anna, the tournament twice, and the wrong Clara."""
        assert network(store, known_by="1999-12-31").number_of_edges() == 4

    def test_an_impossible_date_is_the_users_mistake(self, store: EmbeddedStore) -> None:
        with pytest.raises(UsageError, match="there is no month 13"):
            network(store, as_of="1999-13")

    def test_the_store_is_left_alone(self, store: EmbeddedStore) -> None:
        before = set(store.quads())

        network(store, as_of="1994", known_by="2000")
        assert before == set(store.quads())


class TestFormats:
    def test_graphml_keeps_both_edges(self, graph: nx.MultiDiGraph[str]) -> None:
        back = nx.parse_graphml(to_format(graph, ".graphml"), force_multigraph=True)

        assert set(back["clara"]["rooks"]) == {CLARA_FIRST, CLARA_AGAIN}

    def test_graphml_keeps_the_dates_of_each(self, graph: nx.MultiDiGraph[str]) -> None:
        back = nx.parse_graphml(to_format(graph, ".graphml"), force_multigraph=True)

        assert [
            (back["clara"]["rooks"][key]["since"], back["clara"]["rooks"][key]["until"])
            for key in (CLARA_FIRST, CLARA_AGAIN)
        ] == [("1992-05-01", "1996-01-01"), ("2006-08-16", "2013-01-01")]

    def test_gexf_keeps_both_edges_with_their_first_and_last_days(
        self, graph: nx.MultiDiGraph[str]
    ) -> None:
        """GEXF includes its end, so an edge has the last day there and not the first after it."""
        back = nx.read_gexf(io.BytesIO(to_format(graph, ".gexf").encode()))

        assert sorted((e["start"], e["end"]) for e in back["clara"]["rooks"].values()) == [
            ("1992-05-01", "1995-12-31"),
            ("2006-08-16", "2012-12-31"),
        ]

    def test_gexf_ends_a_period_on_the_day_before_its_end(
        self, graph: nx.MultiDiGraph[str]
    ) -> None:
        """Anna plays for the Knights until 1 January 2000, exclusive, and for the Rooks since."""
        back = nx.read_gexf(io.BytesIO(to_format(graph, ".gexf").encode()))
        (knights,) = (e for e in back["anna"]["knights"].values() if e["label"] == "plays for")

        assert (knights["start"], knights["end"]) == ("1995-09-01", "1999-12-31")

    def test_gexf_keeps_the_dates_as_written(self, graph: nx.MultiDiGraph[str]) -> None:
        back = nx.read_gexf(io.BytesIO(to_format(graph, ".gexf").encode()))

        texts = ((e["start_text"], e["end_text"]) for e in back["clara"]["rooks"].values())
        assert sorted(texts) == [("1992-05", "1995"), ("2006-08-16", "2012")]

    def test_gexf_tells_edges_by_their_statements_and_relations(
        self, graph: nx.MultiDiGraph[str]
    ) -> None:
        """Gephi merges parallel edges of one kind only where it is told to."""
        root = ET.fromstring(to_format(graph, ".gexf"))
        edges = list(root.iter("{http://gexf.net/1.3}edge"))

        assert {(e.get("source"), e.get("target"), e.get("kind"), e.get("id")) for e in edges} == {
            (subject, target, told["predicate"], key)
            for subject, target, key, told in graph.edges(keys=True, data=True)
        }
        assert len({e.get("id") for e in edges}) == len(edges)

    def test_gexf_has_one_block_of_attributes_for_edges(self, graph: nx.MultiDiGraph[str]) -> None:
        root = ET.fromstring(to_format(graph, ".gexf"))
        blocks = [one.get("class") for one in root.iter("{http://gexf.net/1.3}attributes")]

        assert sorted(map(str, blocks)) == ["edge", "node"]

    def test_graphml_has_the_id_of_each_edge_once(self, graph: nx.MultiDiGraph[str]) -> None:
        root = ET.fromstring(to_format(graph, ".graphml"))
        edges = list(root.iter("{http://graphml.graphdrawing.org/xmlns}edge"))

        assert sorted(str(one.get("id")) for one in edges) == sorted(
            key for *_, key in graph.edges(keys=True)
        )

    def test_gexf_has_no_clock(self, graph: nx.MultiDiGraph[str]) -> None:
        """networkx would write the day on which it ran."""
        assert 'lastmodifieddate="2024-01-01"' in to_format(graph, ".gexf")

    def test_gexf_says_that_its_times_are_dates(self, graph: nx.MultiDiGraph[str]) -> None:
        assert 'mode="dynamic" name="" timeformat="date"' in to_format(graph, ".gexf")

    def test_json_is_the_same_network(self, graph: nx.MultiDiGraph[str]) -> None:
        back = nx.node_link_graph(json.loads(to_format(graph, ".json")), edges="edges")

        assert nx.utils.graphs_equal(graph, back)

    def test_csv_has_one_line_an_edge(self, graph: nx.MultiDiGraph[str]) -> None:
        rows = list(csv.DictReader(io.StringIO(to_format(graph, ".csv"))))

        assert len(rows) == graph.number_of_edges()

    def test_csv_says_who_what_whom_and_when(self, graph: nx.MultiDiGraph[str]) -> None:
        rows = csv.DictReader(io.StringIO(to_format(graph, ".csv")))

        assert next(row for row in rows if row["statement"] == CLARA_FIRST) == {
            "subject": "clara",
            "predicate": "playsFor",
            "object": "rooks",
            "start": "1992-05",
            "end": "1995",
            "at": "",
            "since": "1992-05-01",
            "until": "1996-01-01",
            "rank": "normal",
            "status": "ended",
            "inferred": "False",
            "statement": CLARA_FIRST,
            "sources": "almanac-2001",
        }

    @pytest.mark.parametrize("suffix", formats.NETWORKS.suffixes)
    def test_the_network_is_left_alone(self, graph: nx.MultiDiGraph[str], suffix: str) -> None:
        before = json.dumps(nx.node_link_data(graph, edges="edges"))

        to_format(graph, suffix)
        assert before == json.dumps(nx.node_link_data(graph, edges="edges"))

    @pytest.mark.parametrize("suffix", formats.NETWORKS.suffixes)
    def test_the_same_network_gives_the_same_text(self, store: EmbeddedStore, suffix: str) -> None:
        assert to_format(network(store), suffix) == to_format(network(store), suffix)

    @pytest.mark.parametrize("suffix", ["", ".png", ".GraphML", "graphml"])
    def test_another_suffix_is_the_users_mistake(
        self, graph: nx.MultiDiGraph[str], suffix: str
    ) -> None:
        with pytest.raises(UsageError, match=r"choose one of \.graphml \.gexf \.json \.csv"):
            to_format(graph, suffix)


ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("project", [".", "examples/alliance", "examples/seleucids"])
def test_edges_made_of_columns_tell_what_the_form_tells_of_each_statement(project: str) -> None:
    """Of every statement everything that is known, and no word of what is not."""
    graph = kg.build(ROOT / project / "data", ROOT / project / "ontology")
    history = History(graph.store)
    drawn = graph.network()
    told = {key: edge for *_, key, edge in drawn.edges(keys=True, data=True)}
    for _, node in drawn.nodes(data=True):
        told |= {fact["id"]: fact for fact in node.get("facts", ())}

    assert set(told) == {one.id for one in history.statements}
    for one in history.statements:
        form = statement_object(one, history.sources, graph.store.issued)
        names = [*list(form)[5:13], "rule", "premises", "note", "disputed_by", *list(form)[24:]]
        expected = {name: form[name] for name in names if form[name]}
        expected["references"] = [
            {name: cell for name, cell in each.items() if cell and name != "note"}
            for each in form["references"]
        ]
        expected["inferred"] = form["inferred"]
        others = [list(proof.premises) for proof in one.proofs[1:]]

        found = dict(told[one.id])
        assert [each["premises"] for each in found.pop("proofs", [])] == others
        apart = {"id", "value", "predicate", "symmetric", "rule_text"}
        kept = {
            name: cell
            for name, cell in found.items()
            if name not in apart and not name.startswith("label")
        }
        assert kept == {name: cell for name, cell in expected.items() if cell or cell is False}
