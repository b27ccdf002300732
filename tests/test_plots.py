"""Figures: what is drawn is what is on record, and where nothing is, a sentence says so."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import kg
from conftest import HERE, Tiny
from kg.model.calendar import number_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

pytest.importorskip("matplotlib", reason="install it with: pip install -e '.[test]'")
ISSUED = number_of((2024, 1, 1))
# How light red, green and blue are (ITU-R BT.709).
LIGHT = (0.2126, 0.7152, 0.0722)


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


def ends(line: Any) -> list[int]:
    """The days of a line or of marks."""
    return [*map(int, line.get_xdata())]


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
            "Clara": bars(graph.plot.lanes("clara"))["plays for Rooks"]
        }

    def test_a_day_beside_a_start_and_an_end_is_drawn_too(self, graph: kg.Graph) -> None:
        """Of three columns, as named questions have them, none is left out."""
        answer = graph.query(
            """SELECT ?what ?start ?end ?at {
                 VALUES (?what ?start ?end ?at)
                 { ("came" "1992" "1993" UNDEF) ("seen" UNDEF UNDEF "1995-03-01") }
               }"""
        )
        figure = graph.plot.result(answer)

        assert [one.get_text() for one in figure.axes[0].get_yticklabels()] == ["came", "seen"]
        (mark,) = [line for line in figure.axes[0].lines if line.get_label() == "so on this day"]
        assert ends(mark) == [number_of((1995, 3, 1))]

    def test_what_stands_in_two_columns_is_said_once(self, graph: kg.Graph) -> None:
        answer = graph.query(
            "SELECT ?who ?label ?start { GRAPH ?st { ?who :founded id:knights } "
            "?st kg:start ?start . ?who rdfs:label ?label FILTER(LANG(?label) = 'en') }"
        )

        names = graph.plot.result(answer).axes[0].get_yticklabels()
        assert [one.get_text() for one in names] == ["Anna"]

    def test_words_stand_in_their_bars_as_far_as_there_is_room(self, graph: kg.Graph) -> None:
        answer = graph.query(
            """SELECT ?what ?step ?start ?end {
                 VALUES (?what ?step ?start ?end) {
                   ("plan" "under discussion" "2000-01-01" "2008-01-01")
                   ("plan" "abandonment" "2008-01-01" "2008-10-01")
                   ("plan" "resumed" "2008-10-01" "2008-10-03")
                 }
               }"""
        )
        figure = graph.plot.result(answer, label="what", inside="step")
        (axes,) = figure.axes

        first, cut = [one.get_text() for one in axes.texts]
        assert first == "under discussion"
        assert re.fullmatch("aba[ndomet]*…", cut)
        assert len(axes.get_yticklabels()) == 1

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


class TestTogether:
    def test_the_shades_are_the_days_of_each_two(self, graph: kg.Graph) -> None:
        """Anna and Boris are both at the Knights in 1998 and 1999, Anna and Clara at the Rooks."""
        figure = graph.plot.together("playsFor")
        (image,) = figure.axes[0].images
        names = [one.get_text() for one in figure.axes[0].get_yticklabels()]
        cells = image.get_array().filled(-1).tolist()  # type: ignore[union-attr]

        assert names == ["Anna", "Boris", "Clara"]
        assert cells == [[-1, 730, 365], [730, -1, 0], [365, 0, -1]]
        assert {"730", "365"} <= {one.get_text() for one in figure.axes[0].texts}
        assert figure.axes[0].get_title(loc="left") == "Days together (plays for)"

    def test_those_who_were_never_together_are_a_sentence(self, graph: kg.Graph) -> None:
        figure = graph.plot.together("playsFor", to="1992-06-01")

        assert "No two were together on any of these days." in texts(figure)


class TestOverTime:
    def test_a_line_is_a_column_and_a_missing_number_a_gap(self, graph: kg.Graph) -> None:
        numbers = graph.measures.degree(
            as_of=["1996-01-01", "1999-01-01", "2001-01-01"], by="playsFor"
        )
        figure = graph.plot.over_time(numbers[["anna", "rooks"]], unit="links")
        drawn = {line.get_label(): line for line in figure.axes[0].lines}

        assert {name: str(line.get_ydata()) for name, line in drawn.items()} == {
            "Anna": "[1. 1. 1.]",
            "Rooks": "[nan nan  1.]",
        }
        assert ends(drawn["Anna"]) == [number_of((year, 1, 1)) for year in (1996, 1999, 2001)]
        assert figure.axes[0].get_ylabel() == "links"
        assert figure.axes[0].get_title(loc="left") == "Links over time"

    def test_years_in_the_index_begin_with_their_first_day(self, graph: kg.Graph) -> None:
        figure = graph.plot.over_time(graph.measures.overlap("anna", "boris"), unit="days")

        assert ends(figure.axes[0].lines[0])[0] == number_of((1998, 1, 1))

    def test_more_lines_than_can_be_told_apart_are_said_and_not_drawn(
        self, graph: kg.Graph
    ) -> None:
        import pandas as pd

        frame = pd.DataFrame({f"line {one}": [one] for one in range(9)}, index=["2000"])
        figure = graph.plot.over_time(frame, unit="things")

        assert len(figure.axes[0].lines) == 8
        assert "The first 8 of 9 are drawn." in texts(figure)

    def test_without_numbers_there_is_a_sentence(self, graph: kg.Graph) -> None:
        numbers = graph.measures.degree(as_of="1990-01-01", by="playsFor")

        assert "There are no numbers." in texts(graph.plot.over_time(numbers, unit="links"))

    def test_an_index_without_dates_is_an_error_that_names_it(self, graph: kg.Graph) -> None:
        import pandas as pd

        with pytest.raises(kg.UsageError, match="'Anna' in the index is no date"):
            graph.plot.over_time(pd.DataFrame({"days": [1]}, index=["Anna"]), unit="days")

    def test_a_column_without_numbers_is_an_error_that_names_it(self, graph: kg.Graph) -> None:
        parts = graph.measures.components(as_of="1999-06-01", by="playsFor")

        with pytest.raises(kg.UsageError, match="the column 'anna' has 'anna' and no number"):
            graph.plot.over_time(parts, unit="parts")


class TestGreyPrint:
    """Everything that a figure tells apart stays apart where there is no colour."""

    def test_what_is_sure_is_dark_and_what_is_possible_is_light_with_strokes(
        self, graph: kg.Graph
    ) -> None:
        figure = graph.plot.lanes("clara")
        grey = printed(figure)
        patches: Any = figure.axes[0].patches
        looks = {bool(bar.get_hatch()): inside(bar, figure, grey) for bar in patches}

        assert looks[False].max() < 0.3
        assert looks[True].mean() > 0.6
        assert looks[True].min() < 0.4

    def test_words_in_a_bar_stand_out_from_it(self, graph: kg.Graph) -> None:
        answer = graph.query(
            'SELECT ?what ?start ?end { VALUES (?what ?start ?end) { ("plan" "2000" "2008") } }'
        )
        figure = graph.plot.result(answer, inside="what")
        grey = printed(figure)

        (word,) = figure.axes[0].texts
        found = inside(word, figure, grey)
        assert found.max() - found.min() > 0.6

    def test_no_two_lines_have_the_same_dashes_or_marks_and_all_are_dark(
        self, graph: kg.Graph
    ) -> None:
        import pandas as pd
        from matplotlib.colors import to_rgb

        frame = pd.DataFrame({f"line {one}": [one] for one in range(8)}, index=["2000"])
        drawn = graph.plot.over_time(frame, unit="things").axes[0].lines

        assert len({str(line._dash_pattern) for line in drawn}) == 8  # type: ignore[attr-defined]
        assert len({line.get_marker() for line in drawn}) == 8
        for line in drawn:
            assert sum(LIGHT[at] * part for at, part in enumerate(to_rgb(line.get_color()))) < 0.5

    def test_shades_are_grey_themselves(self, graph: kg.Graph) -> None:
        (image,) = graph.plot.overlap("anna", "boris").axes[0].images
        shades = [image.cmap(step / 10)[:3] for step in range(11)]

        assert all(max(one) - min(one) < 0.01 for one in shades)
        assert [sum(one) for one in shades] == sorted((sum(one) for one in shades), reverse=True)


def printed(figure: Figure) -> Any:
    """The lightness of each point of a figure, rows from below, as a printer without colour."""
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    return (np.asarray(canvas.buffer_rgba())[::-1, :, :3] / 255) @ LIGHT


def inside(artist: Any, figure: Figure, grey: Any) -> Any:
    """What is printed within an artist, without its edge."""
    box = artist.get_window_extent(figure.canvas.get_renderer())  # type: ignore[attr-defined]
    x0, y0, x1, y1 = (round(float(one)) for one in box.extents)
    return grey[y0 + 2 : y1 - 2, x0 + 2 : x1 - 2]


def test_a_notebook_displays_a_figure_and_nothing_is_shown_by_itself(graph: kg.Graph) -> None:
    figure: Any = graph.plot.lanes("clara")

    picture, about = figure._repr_png_()
    assert picture.startswith(b"\x89PNG")
    assert about == {"alt": "Clara: periods on record"}
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
