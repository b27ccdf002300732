"""`%%sparql`: asking a graph from a notebook, in a real IPython shell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from IPython.testing.globalipapp import start_ipython

import kg
from kg.page.document import Page

TINY = Path(__file__).parent / "tiny"


@pytest.fixture(scope="module")
def shell() -> Iterator[Any]:
    shell = start_ipython()  # type: ignore[no-untyped-call]
    shell.run_line_magic("load_ext", "kg")
    shell.push({"graph": kg.build(TINY / "data", TINY / "ontology")})
    yield shell
    shell.reset()


SQUAD = "SELECT ?who { ?who :playsFor id:knights } ORDER BY ?who"


class TestAsking:
    def test_a_cell_of_sparql_is_answered_from_the_variable_graph(self, shell: Any) -> None:
        answer = shell.run_cell_magic("sparql", "--as-of 1999-01-01", SQUAD)

        assert answer.rows == shell.user_ns["graph"].query(SQUAD, as_of="1999-01-01").rows
        assert answer.rows

    def test_a_line_names_a_question_and_its_parameters(self, shell: Any) -> None:
        answer = shell.run_line_magic("sparql", "squad -p club=knights")

        assert answer.rows == shell.user_ns["graph"].query("squad", club="knights").rows

    def test_o_puts_a_data_frame_into_a_variable_and_displays_nothing(self, shell: Any) -> None:
        assert shell.run_cell_magic("sparql", "-o found", SQUAD) is None
        assert isinstance(shell.user_ns["found"], pd.DataFrame)
        assert list(shell.user_ns["found"].columns) == ["who"]

    def test_labels_replace_the_ids(self, shell: Any) -> None:
        ids = shell.run_cell_magic("sparql", "", SQUAD).rows
        frame = shell.run_cell_magic("sparql", "--labels en", SQUAD)

        assert len(frame) == len(ids)
        assert not {name for (name,) in ids} & set(frame["who"])

    def test_another_variable_can_hold_the_graph(self, shell: Any) -> None:
        shell.push({"league": shell.user_ns["graph"]})

        assert shell.run_cell_magic("sparql", "--on league", "ASK { id:knights ?p ?o }")


class TestDrawing:
    def test_what_the_answer_names_is_drawn(self, shell: Any) -> None:
        page = shell.run_cell_magic(
            "sparql", "--graph", "SELECT ?who ?club { ?who :playsFor ?club }"
        )

        assert isinstance(page, Page)

    def test_a_construct_draws_its_triples_alone(self, shell: Any) -> None:
        from kg.cli.magics import named_in

        graph = shell.user_ns["graph"]
        text = "CONSTRUCT WHERE { ?who :playsFor id:knights }"
        drawn = named_in(graph.network(), graph.query(text))

        assert {edge["predicate"] for _, _, edge in drawn.edges(data=True)} == {"playsFor"}
        assert {club for _, club in drawn.edges()} == {"knights"}

    def test_a_statement_draws_its_edge_alone(self, shell: Any) -> None:
        from kg.cli.magics import named_in

        graph = shell.user_ns["graph"]
        (first, *_) = graph.network().edges(keys=True)
        drawn = named_in(
            graph.network(), graph.query(f"SELECT ?s {{ VALUES ?s {{ st:{first[2]} }} }}")
        )

        assert list(drawn.edges(keys=True)) == [first]


class TestMistakes:
    @pytest.mark.parametrize(
        ("line", "cell", "said"),
        [
            ("", "SELECT nonsense", "kg: line 1, column 8"),
            ("--as-of yesterday", SQUAD, "kg: 'yesterday' is not a date"),
            ("--on nothing", SQUAD, "kg: there is no graph in the variable 'nothing'"),
            ("--nonsense", SQUAD, "kg: unrecognized arguments: --nonsense; %sparql --help shows"),
            ("-p club", SQUAD, "kg: '-p club' has no value; write -p club=…"),
            ("squad", SQUAD, "kg: 'squad' stands beside the cell"),
            ("--as-of '", SQUAD, "kg: the line cannot be read: No closing quotation"),
            ("--graph", "SELECT ?x { VALUES ?x { 1 } }", "kg: the answer names no entity"),
        ],
    )
    def test_a_mistake_is_one_line_and_no_traceback(
        self, shell: Any, capsys: pytest.CaptureFixture[str], line: str, cell: str, said: str
    ) -> None:
        assert shell.run_cell_magic("sparql", line, cell) is None

        err = capsys.readouterr().err
        assert err.startswith(said)
        assert err.count("\n") == 1

    def test_a_cell_is_bounded(self, shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
        pairs = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
        cell = f"SELECT (COUNT(*) AS ?n) {{ {pairs} FILTER(STR(?c) != STR(?f)) }}"
        shown = shell.run_cell_magic("sparql", "--seconds 0.05", cell)

        assert (shown, capsys.readouterr().err) == (
            None,
            "kg: the query took longer than 0.05 seconds\n",
        )
        assert len(shell.run_line_magic("sparql", "'SELECT ?s { ?s a :Club }'")) == 2

    def test_help_is_shown(self, shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
        shell.run_line_magic("sparql", "--help")

        assert capsys.readouterr().out.startswith("usage: %sparql")
