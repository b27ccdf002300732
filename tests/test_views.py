"""The views of a project: what `data/views.csv` may say, and what the graph says of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from pages import small

import kg
from kg.cli.commands import main
from kg.errors import UsageError
from kg.page.draw import view
from kg.query.views import Views, views_of

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Tiny

TABLE = "data/views.csv"
ONTOLOGY = "ontology/ontology.ttl"
HEADER = "id,label_en,label_ru,sentence_en,sentence_ru,classes,properties,date,focus,layout\n"


def found(tiny: Tiny, row: str) -> list[str]:
    """Return what is wrong with a project that has such a view."""
    tiny.write(TABLE, f"{HEADER}{row}\n")
    return [str(one) for one in tiny.check().findings if one.path == TABLE]


def test_views_that_name_what_there_is_are_right(tiny: Tiny) -> None:
    """A class, two properties, a date, an entity and a layout."""
    row = "clubs,Clubs,Клубы,All clubs.,,Club|Player,playsFor|rivalOf,2020,rooks,lanes"

    assert found(tiny, row) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "clubs,,,,,Clubb,,,,",
            (
                "2:11: error: 'Clubb' is not a class of the ontology; did you mean 'Club'? "
                "If not, name a class of the ontology"
            ),
        ),
        (
            "clubs,,,,,,playFor,,,",
            (
                "2:12: error: 'playFor' is not a property of the ontology; "
                "did you mean 'playsFor'? If not, name a property of the ontology"
            ),
        ),
        (
            "clubs,,,,,,,,rook,",
            (
                "2:14: error: 'rook' is not an entity; did you mean 'rooks'? "
                "If not, name an entity of entities.csv, or leave the cell empty"
            ),
        ),
        (
            "clubs,,,,,,,,,lane",
            (
                "2:15: error: 'lane' is not a layout; did you mean 'lanes'? "
                "If not, write one of map, lanes, table"
            ),
        ),
        (
            "clubs,,,,,,,26.5.2020,,",
            (
                "2:13: error: '26.5.2020' is not a date; did you mean 2020-05-26? "
                "If not, write a date or 'all', or leave the cell empty"
            ),
        ),
        (
            "table,,,,,,,,,",
            "2:1: error: the page calls one of its own parts 'table'; give the view another id",
        ),
        (
            "Clubs,,,,,,,,,",
            "2:1: error: 'Clubs' cannot be the id of a view; use small letters, digits and hyphens",
        ),
        (
            "clubs,,,,,,,,,\nclubs,,,,,,,,,",
            "3:1: error: there is a view 'clubs' already; give one of them another id",
        ),
        (
            "clubs,,,,,,kg:Backbone,,,",
            (
                "2:12: error: no property is a kg:Backbone; "
                "mark some by 'a kg:Backbone' in the ontology, or name properties here"
            ),
        ),
    ],
)
def test_what_a_view_names_must_be_there(tiny: Tiny, row: str, said: str) -> None:
    """Each is an error at its cell, with the nearest name that exists."""
    assert found(tiny, row) == [f"{TABLE}:{said}"]


def test_a_column_that_views_do_not_have_is_an_error(tiny: Tiny) -> None:
    """As of any table."""
    tiny.write(TABLE, "id,sentense_en\nclubs,All.\n")

    assert any("sentense_en" in str(one) for one in tiny.check().findings)


def test_what_leads_to_no_entity_cannot_be_the_backbone(tiny: Tiny) -> None:
    """A rating is a number, and no page draws a line to it."""
    tiny.replace(ONTOLOGY, ":rating a kg:", ":rating a kg:Backbone , kg:")

    assert [str(one) for one in tiny.check().findings] == [
        (
            "ontology: error: 'rating' has kg:Backbone but leads to no entity, so that no page can "
            "draw it; make it an owl:ObjectProperty, or leave kg:Backbone out"
        )
    ]


def test_a_graph_gives_back_its_views_in_their_order(tiny: Tiny) -> None:
    """With the classes below those that are named, and the properties that are marked."""
    tiny.replace(ONTOLOGY, ":playsFor a kg:", ":playsFor a kg:Backbone , kg:")
    rows = "two,Two,,Both.,,Competitor,kg:Backbone,all,rooks,table\none,One,Один,,,,,,,\n"
    tiny.write(TABLE, HEADER + rows)
    two, one = views_of(tiny.build().store()).views

    assert (two.id, one.id) == ("two", "one")
    assert two.labels == {"en": "Two"}
    assert two.sentences == {"en": "Both."}
    assert two.classes == ("Club", "Competitor", "Player")
    assert two.properties == ("playsFor",)
    assert (two.date, two.focus, two.layout) == ("all", ("rooks",), "table")
    assert one.labels == {"en": "One", "ru": "Один"}
    assert (one.classes, one.properties, one.focus) == ((), (), ())


def test_what_a_view_is_around_keeps_its_order(tiny: Tiny, shipped: kg.Graph) -> None:
    """Lanes have it so: what is done before what is only planned or proposed."""
    tiny.write(TABLE, HEADER + "clubs,Clubs,,,,,,,rooks|anna|knights,lanes\n")
    (clubs,) = views_of(tiny.build().store()).views
    (outcomes,) = [one for one in views_of(shipped.store).views if one.id == "outcomes"]

    assert clubs.focus == ("rooks", "anna", "knights")
    assert outcomes.focus == (
        *("adopted", "completed", "in-progress", "under-discussion", "planned", "proposed"),
    )


def test_views_are_there_in_a_graph_as_it_was_known(shipped: kg.Graph) -> None:
    """They are the project's, not the sources'."""
    known = views_of(shipped.slice(known_by="2021"))

    assert [one.id for one in known.views] == [
        "members", "initiatives", "outcomes", "meetings", "people", "everything"
    ]  # fmt: skip


def test_a_backbone_without_views_is_the_first_of_two() -> None:
    """The marked relations of what the dataset is about, and everything."""
    page = view(small(), views=Views(("memberOf",), ("csto",)))

    content = re.search(r'id="kg-content"[^>]*>(.*?)</script>', page.html, re.DOTALL)
    assert content
    views = json.loads(content[1])["views"]
    assert [(one["id"], one.get("focus"), one.get("predicates")) for one in views] == [
        ("backbone", ["csto"], ["memberOf"]),
        ("everything", None, None),
    ]
    # The still shows the same: the CSTO with its two members of today.
    assert page.svg.count("<polygon") == 3


def test_a_backbone_on_which_nothing_holds_is_no_view() -> None:
    """Then the page opens as if there were none."""
    assert view(small(), views=Views(("allyOf",), ("sco",))).html == view(small()).html


def test_an_unknown_view_is_refused_with_the_nearest(shipped: kg.Graph) -> None:
    """As on the command line."""
    with pytest.raises(UsageError, match=r"no view 'meeting'; did you mean 'meetings'\?"):
        shipped.view(named="meeting")


def test_a_focus_is_a_view_by_itself(shipped: kg.Graph) -> None:
    """Both at once are refused."""
    assert '"views":' not in shipped.view(focus="lavrov").html
    with pytest.raises(UsageError, match="leave out the focus or the view"):
        shipped.view(focus="lavrov", named="meetings")


def test_a_date_that_was_asked_for_is_that_of_the_view_that_opens(tiny: Tiny) -> None:
    """Without it the view has its own."""
    tiny.write(TABLE, f"{HEADER}clubs,,,,,,,2001,,\n")
    built = kg.Graph(tiny.build().store())

    assert '"date":"2001-01-01","id":"clubs"' in built.view().html
    assert '"views":[{"id":"clubs"' in built.view(as_of="2015").html


def test_the_command_opens_on_a_view(tiny_built: Tiny, capsys: pytest.CaptureFixture[str]) -> None:
    """A view that does not exist ends it, and what exists is said."""
    page: Path = tiny_built.path / "page.html"
    with pytest.raises(SystemExit, match="2"):
        main(["--project", str(tiny_built.path), "view", "-o", str(page), "--view", "clubs"])

    assert "this graph has no view 'clubs'; it has none" in capsys.readouterr().err
    assert not page.exists()


STORIES = "data/stories.csv"
STEPS = "story,step,title_en,caption_en,view,date,focus,classes,source\n"


def told(tiny: Tiny, rows: str) -> list[str]:
    """Return what is wrong with a project that has such steps, and one view."""
    tiny.write(TABLE, f"{HEADER}clubs,Clubs,,,,,,,,\n")
    tiny.write(STORIES, f"{STEPS}{rows}\n")
    return [str(one) for one in tiny.check().findings if one.path == STORIES]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("rise,1,,,clubs,,,,", []),
        (
            "rise,1,,,club,,,,",
            [
                (
                    "2:10: error: 'club' is not a view; did you mean 'clubs'? "
                    "If not, name a view of views.csv"
                )
            ],
        ),
        (
            "rise,one,,,,,,,",
            ["2:6: error: 'one' is not the number of a step; number the steps 1, 2, 3 and so on"],
        ),
        (
            "rise,1,,,,,,,\nrise,1,,,,,,,",
            ["3:6: error: story 'rise' has a step 1 already; give one of them another number"],
        ),
        (
            "rise,1,,,,,,,almanac-2002",
            [
                (
                    "2:14: error: 'almanac-2002' is not a source; did you mean 'almanac-2001'? "
                    "If not, name a source of sources.csv"
                )
            ],
        ),
        (
            "rise,1,,,,,rook,Clubb,",
            [
                (
                    "2:12: error: 'rook' is not an entity; did you mean 'rooks'? "
                    "If not, name an entity of entities.csv, or leave the cell empty"
                ),
                (
                    "2:17: error: 'Clubb' is not a class of the ontology; did you mean 'Club'? "
                    "If not, name a class of the ontology"
                ),
            ],
        ),
        (
            "The Rise,1,,,,,,,",
            [
                (
                    "2:1: error: 'The Rise' cannot be the id of a story; "
                    "use small letters, digits and hyphens"
                )
            ],
        ),
    ],
)
def test_what_a_step_names_must_be_there(tiny: Tiny, rows: str, said: list[str]) -> None:
    """Each is an error at its cell, with the nearest name that exists."""
    assert told(tiny, rows) == [f"{STORIES}:{one}" for one in said]


def test_a_graph_gives_back_its_stories_step_by_step(tiny: Tiny) -> None:
    """By their numbers, of which ten comes after nine, with the sources in full."""
    rows = "rise,10,Last,,,all,,,\nrise,9,First,They meet.,clubs,,rooks,Club,almanac-2001"
    assert told(tiny, rows) == []
    read = views_of(tiny.build().store())
    first, last = read.steps

    assert (first.story, first.number, last.number) == ("rise", 9, 10)
    assert (first.view, first.otherwise.focus, first.otherwise.classes) == (
        "clubs", ("rooks",), ("Club",)
    )  # fmt: skip
    assert first.otherwise.labels == {"en": "First"}
    assert first.otherwise.sentences == {"en": "They meet."}
    assert last.otherwise.date == "all"
    assert first.sources == ("almanac-2001",)
    assert read.sources["almanac-2001"].title == "Almanac of the League"


def test_the_shipped_story_cites_a_source_in_each_step(shipped: kg.Graph) -> None:
    """And it begins with the article on the day of which it tells."""
    steps = views_of(shipped.store).steps

    assert [step.number for step in steps] == [1, 2, 3, 4, 5, 6, 7]
    assert all(step.sources for step in steps)
    assert "tass-2020-05-26" in steps[0].sources
    assert all(set(step.otherwise.sentences) == {"en", "ru"} for step in steps)


def test_a_source_that_only_a_story_cites_is_on_the_page(tiny: Tiny) -> None:
    """A page of facts alone would not have it."""
    tiny.add("handbook,Handbook of Clubs,Chess Press,,2001,,en,reference,", "data/sources.csv")
    told(tiny, "rise,1,,,,,,,handbook")
    page = kg.Graph(tiny.build().store()).view()

    assert '"steps":[{"id":"rise~1","sources":[' in page.html
    assert "Handbook of Clubs" in page.html
