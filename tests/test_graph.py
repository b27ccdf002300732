"""The front door: what `import kg` gives, and the handle that users hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import pytest
import rdflib
from endpoint import sparql_server

import kg
from kg.files import digests
from kg.pipeline.generations import save

if TYPE_CHECKING:
    from conftest import Tiny

SQUAD = [
    ("knights", "anna", "1995-09-01"),
    ("knights", "boris", "1998-01-01"),
    ("rooks", "anna", "2000-01-01"),
]
HEAVY = (
    "click", "jinja2", "networkx", "oxrdflib", "pandas", "pyarrow", "pyoxigraph", "pyvis",
    "rdflib", "rustworkx", "shifty",
)  # fmt: skip


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has after running the code."""
    listing = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{listing}"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return set(done.stdout.split())


@pytest.fixture
def graph(tiny: Tiny) -> kg.Graph:
    return kg.build(tiny.data, tiny.ontology)


class TestImport:
    @pytest.mark.parametrize(
        "code", ["import kg", "import kg; kg.UsageError", "import kg.cli.commands"]
    )
    def test_importing_loads_nothing_heavy(self, code: str) -> None:
        allowed = {"click"} if code.endswith("cli") else set()

        assert loaded_by(code) & set(HEAVY) <= allowed

    def test_importing_loads_no_room(self) -> None:
        code = "import kg, sys; assert not [m for m in sys.modules if m.startswith('kg.')]"

        assert "kg" in loaded_by(code)

    def test_asking_does_not_wait_for_drawing(self, tiny: Tiny) -> None:
        code = f"import kg; kg.build({str(tiny.data)!r}, {str(tiny.ontology)!r}).query('squad')"

        assert loaded_by(code) & {"pyvis", "networkx", "pandas", "rdflib", "jinja2"} == set()

    @pytest.mark.parametrize("name", kg.__all__)
    def test_every_public_name_resolves(self, name: str) -> None:
        assert getattr(kg, name) is not None

    def test_public_names_are_sorted(self) -> None:
        assert sorted(kg.__all__) == kg.__all__

    def test_an_unknown_name_is_an_attribute_error(self) -> None:
        with pytest.raises(AttributeError, match="no attribute 'graphs'"):
            _ = kg.graphs

    @pytest.mark.parametrize(
        "first", ["kg.open", "kg.build", "kg.Result", "import kg.pipeline.builder"]
    )
    def test_build_stays_callable_whatever_was_loaded_before(self, tiny: Tiny, first: str) -> None:
        """No module of the package may take the place of the function in the package's names."""
        line = first if first.startswith("import") else f"_ = {first}"
        code = f"import kg\n{line}\nkg.build({str(tiny.data)!r}, {str(tiny.ontology)!r})\n"

        assert "kg" in loaded_by(code + "assert callable(kg.build) and callable(kg.open)")


class TestDoors:
    def test_build_takes_texts_and_paths(self, tiny: Tiny) -> None:
        graph = kg.build(str(tiny.data), tiny.ontology)

        assert graph.query("squad").rows == SQUAD

    def test_build_of_wrong_data_raises_every_finding(self, tiny: Tiny) -> None:
        tiny.add("ana,playsFor,rooks,2020,,,almanac-2001,,,")
        tiny.add("clara,playsFor,rook,2020,,,almanac-2001,,,")

        with pytest.raises(kg.DataError) as caught:
            kg.build(tiny.data, tiny.ontology)
        assert [finding.line for finding in caught.value.findings] == [11, 12]

    def test_open_takes_a_build_folder(self, tiny: Tiny) -> None:
        built = tiny.build()
        folder = tiny.path / "build"
        save(built.quads, built.trig(), "", folder, digests(tiny.data, tiny.ontology))

        assert kg.open(folder).query("squad").rows == SQUAD

    def test_open_takes_the_address_of_an_endpoint(self, tiny: Tiny, tmp_path: Path) -> None:
        with sparql_server(tiny.build().trig(), tmp_path) as url:
            assert kg.open(url).query("squad").rows == SQUAD

    def test_an_endpoint_can_be_asked_as_of_a_date(self, tiny: Tiny, tmp_path: Path) -> None:
        with sparql_server(tiny.build().trig(), tmp_path) as url:
            found = kg.open(url).query("SELECT ?c { id:anna :playsFor ?c }", as_of="1999").rows

        assert found == [("knights",)]

    def test_open_without_a_place_is_the_shipped_graph(self, shipped: kg.Graph) -> None:
        assert shipped.store.words.base == "https://w3id.org/eurasia-kg/"

    def test_open_of_nothing_is_a_store_error(self, tmp_path: Path) -> None:
        with pytest.raises(kg.StoreError, match="run 'kg build' first"):
            kg.open(tmp_path)


class TestHandle:
    def test_a_question_takes_parameters_and_a_date(self, graph: kg.Graph) -> None:
        assert graph.query("squad", club="rooks", as_of="1999").rows == [SQUAD[2]]

    def test_sparql_is_asked_as_of_a_date(self, graph: kg.Graph) -> None:
        text = "SELECT ?club { id:anna :playsFor ?club }"

        assert graph.query(text, as_of="1999").rows == [("knights",)]

    def test_sparql_is_asked_as_known_by_a_date(self, graph: kg.Graph) -> None:
        assert not graph.query("ASK { id:boris :playsFor ?club }", known_by="2000")

    def test_a_slice_of_the_same_dates_is_made_once(self, graph: kg.Graph) -> None:
        assert graph.slice("1999") is graph.slice("1999")

    def test_why_gives_the_statements(self, graph: kg.Graph) -> None:
        assert [one.start for one in graph.why("anna", "playsFor").statements] == [
            "1995-09",
            "2000-01-01",
        ]

    def test_network_is_of_networkx(self, graph: kg.Graph) -> None:
        assert isinstance(graph.network(as_of="1999"), nx.MultiDiGraph)

    def test_view_is_a_page(self, graph: kg.Graph) -> None:
        assert "Chess league" in graph.view(as_of="1999").html

    def test_dump_is_of_the_slice(self, graph: kg.Graph) -> None:
        assert b"id:anna" in graph.dump(".ttl", as_of="1999")

    def test_questions_go_by_name(self, graph: kg.Graph) -> None:
        assert graph.questions["squad"].text == "Who plays for a club, and since when?"

    def test_rdflib_is_a_dataset_on_the_same_store(self, graph: kg.Graph) -> None:
        assert isinstance(graph.rdflib, rdflib.Dataset)

    def test_it_says_what_it_is(self, graph: kg.Graph) -> None:
        assert repr(graph) == "<kg.Graph of https://example.org/tiny/, current for 2024-01-01>"
