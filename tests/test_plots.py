"""Figures: what is drawn is what is on record, and where nothing is, a sentence says so."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from conftest import HERE, Tiny

import kg
from kg.model.calendar import number_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

pytest.importorskip("matplotlib", reason="install it with: pip install -e '.[test]'")
ISSUED = number_of((2024, 1, 1))


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    """The league, with two periods, an end that is a year, and a label like a formula."""
    tiny = Tiny(shutil.copytree(HERE / "tiny", tmp_path_factory.mktemp("league") / "tiny"))
    tiny.add("clara,playsFor,rooks,1992-05-01,1995,,almanac-2001,p. 6,,")
    tiny.add("clara,playsFor,rooks,2006-01-01,2007-01-01,,almanac-2001,p. 7,,")
    tiny.add("dollar,Player,$x_1 and \\frac$,Доллар,,,", "data/entities.csv")
    return kg.build(tiny.data, tiny.ontology)


def bars(figure: Figure) -> dict[str, list[tuple[int, int, bool]]]:
    """Lane → first day, last day, and whether it is full rather than hatched."""
    (axes,) = figure.axes
    names = [one.get_text() for one in axes.get_yticklabels()]
    found: dict[str, list[tuple[int, int, bool]]] = {name: [] for name in names}
    patches: Any = axes.patches
    for bar in patches:
        first, wide = int(bar.get_x()), int(bar.get_width())
        lane = names[round(bar.get_y() + bar.get_height() / 2)]
        found[lane].append((first, first + wide - 1, not bar.get_hatch()))
    return {name: sorted(those) for name, those in found.items()}


def texts(figure: Figure) -> str:
    """Everything that stands in a figure."""
    import matplotlib.text as mt

    found: Any = figure.findobj(mt.Text)
    return "\n".join(one.get_text() for one in found)


class TestLanes:
    def test_two_periods_of_a_fact_share_a_lane_and_doubt_is_hatched(self, graph: kg.Graph) -> None:
        """Clara's first end is a year: on 2 May 1992 it can be over no sooner than January 1995."""
        assert bars(graph.plot.lanes("clara")) == {
            "plays for Rooks": [
                (number_of((1992, 5, 1)), number_of((1995, 1, 1)), True),
                (number_of((1995, 1, 2)), number_of((1995, 12, 31)), False),
                (number_of((2006, 1, 1)), number_of((2006, 12, 31)), True),
            ]
        }

    def test_what_goes_on_is_drawn_to_the_day_of_issue(self, graph: kg.Graph) -> None:
        figure = graph.plot.lanes("anna", by="playsFor")

        assert bars(figure)["plays for Rooks"] == [(number_of((2000, 1, 1)), ISSUED, True)]
        assert "goes on" in texts(figure)

    def test_a_figure_names_its_title_its_unit_and_its_sources(self, graph: kg.Graph) -> None:
        figure = graph.plot.lanes("clara")

        assert figure.axes[0].get_title(loc="left") == "Clara: periods on record"
        assert figure.axes[0].get_xlabel() == "year"
        assert "Current for 2024-01-01." in texts(figure)
        assert "Sources: " in texts(figure)

    def test_a_label_is_no_formula(self, graph: kg.Graph) -> None:
        figure = graph.plot.lanes("dollar")
        figure.canvas.draw()

        assert "$x_1 and \\frac$: periods on record" in texts(figure)

    def test_an_entity_without_dates_is_a_sentence(self, graph: kg.Graph) -> None:
        assert "The record has no such fact of city-open." in texts(graph.plot.lanes("city-open"))

    def test_an_entity_that_is_none_is_an_error_with_the_nearest(self, graph: kg.Graph) -> None:
        with pytest.raises(kg.UsageError, match="did you mean 'clara'"):
            graph.plot.lanes("clarra")


def test_a_timeline_is_in_the_order_of_time(graph: kg.Graph) -> None:
    figure = graph.plot.timeline("anna", by=["founded", "playsFor"])

    assert [one.get_text() for one in figure.axes[0].get_yticklabels()] == [
        "founded Knights, 1990",
        "plays for Knights, 1995-09 to 2000-01-01",
        "plays for Rooks, since 2000-01-01",
    ]
    assert "happened, on which day is not known" in texts(figure)


class TestOverlap:
    def test_the_shades_are_the_days(self, graph: kg.Graph) -> None:
        """Anna and Boris are both at the Knights in 1998 and 1999."""
        figure = graph.plot.overlap("anna", "boris", to="2000")
        (image,) = figure.axes[0].images

        assert image.get_array().tolist() == [[365, 365, 0]]  # type: ignore[union-attr]
        assert [one.get_text() for one in figure.axes[0].get_yticklabels()] == ["Knights"]
        assert figure.axes[0].get_title(loc="left") == "Shared by Anna and Boris (plays for)"

    def test_those_who_share_nothing_are_a_sentence(self, graph: kg.Graph) -> None:
        figure = graph.plot.overlap("boris", "clara", by="playsFor")

        assert "Boris and Clara shared nothing on any of these days." in texts(figure)


class TestResult:
    def test_two_columns_of_dates_are_a_start_and_an_end(self, graph: kg.Graph) -> None:
        answer = graph.query(
            "SELECT ?who ?end ?start { GRAPH ?st { ?who :playsFor id:rooks } "
            "?st kg:startText ?start OPTIONAL { ?st kg:endText ?end } FILTER(?who = id:clara) }"
        )

        assert bars(graph.plot.result(answer)) == {
            "clara": bars(graph.plot.lanes("clara"))["plays for Rooks"]
        }

    def test_an_answer_without_rows_is_a_sentence(self, graph: kg.Graph) -> None:
        answer = graph.query("SELECT ?who ?start { ?who :won id:anna ; kg:start ?start }")

        assert "The answer has no rows." in texts(graph.plot.result(answer))

    def test_an_answer_without_dates_is_an_error_with_its_columns(self, graph: kg.Graph) -> None:
        answer = graph.query("SELECT ?who { ?who :playsFor id:rooks }")

        with pytest.raises(kg.UsageError, match="no column of dates among who"):
            graph.plot.result(answer)

    def test_a_column_that_is_not_there_is_named(self, graph: kg.Graph) -> None:
        answer = graph.query("SELECT ?who { ?who :playsFor id:rooks }")

        with pytest.raises(kg.UsageError, match="no column 'begin'; it has who"):
            graph.plot.result(answer, start="begin")


def test_a_notebook_displays_a_figure_and_nothing_is_shown_by_itself(graph: kg.Graph) -> None:
    figure: Any = graph.plot.lanes("clara")

    assert figure._repr_png_().startswith(b"\x89PNG")
    assert (
        "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    )


def test_without_matplotlib_one_line_says_what_to_install() -> None:
    program = (
        "import sys\nsys.modules['matplotlib.figure'] = None\nimport kg\n"
        "try:\n    kg.open().plot.lanes('serbia')\n"
        "except kg.UsageError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8"
    )

    assert done.stdout == (
        "matplotlib is not installed; install it with: pip install 'eurasia-kg[plot]'\n"
    )
