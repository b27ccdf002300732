"""Labels in any language: the dataset names its languages, and the first is its own."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal

import kg
from kg.cli.commands import main
from kg.model.languages import UNNAMED, first_label, ordered
from kg.pipeline.builder import check_large
from kg.pipeline.columns import size
from kg.store.read_back import History

if TYPE_CHECKING:
    from pathlib import Path

    from pages import Visitor

    from conftest import Tiny

# In French, which the ontology knows as well, in Kazakh and in Serbian, each with its own gaps.
ENTITIES = """\
id,class,label_fr,label_kk,label_sr-latn,aliases,wikidata,description
anna,Player,Anne,Анна,Ana,,,
boris,Player,Boris,,,,,
city-open,Tournament,Tournoi de la ville,Қала турнирі,,,,
clara,Player,,Клара,Klara,,,
knights,Club,Cavaliers,,,Chess Club Knights|The Knights,Q1,"Un club, le doyen de la ligue."
rooks,Club,Tours,Ладьялар,,,,
"""


@pytest.fixture
def french(tiny: Tiny) -> Tiny:
    """The tiny project of a curator who writes French."""
    name_languages(tiny, '( "fr" "kk" "sr-Latn" )')
    tiny.write("data/entities.csv", ENTITIES)
    tiny.replace("ontology/ontology.ttl", '"club"@en', '"club"@en , "club d\'échecs"@fr')
    return tiny


def name_languages(tiny: Tiny, languages: str) -> None:
    said = f'dcat:version "1" ; <https://w3id.org/kg-builder#languages> {languages} ;'
    tiny.replace("data/dataset.ttl", 'dcat:version "1" ;', said)


def made(tiny: Tiny) -> kg.Graph:
    return kg.build(tiny.data, tiny.ontology)


def test_labels_stand_in_the_order_of_the_languages_and_the_first_there_is_names(
    french: Tiny,
) -> None:
    entities = french.records().entities

    assert entities["anna"].labels == {"fr": "Anne", "kk": "Анна", "sr-latn": "Ana"}
    assert [entities[one].label for one in ("anna", "clara")] == ["Anne", "Клара"]


def test_the_graph_holds_each_label_in_its_language_and_descriptions_in_the_first(
    french: Tiny,
) -> None:
    graph = made(french)
    rows = graph.query(
        "SELECT ?text { id:knights rdfs:label|dcterms:description ?text } ORDER BY ?text"
    ).terms

    assert [text for (text,) in rows] == [
        Literal("Cavaliers", language="fr"),
        Literal("Un club, le doyen de la ligue.", language="fr"),
    ]


def test_questions_and_rules_are_told_in_the_language_of_the_dataset(french: Tiny) -> None:
    rows = made(french).query("SELECT ?text { ?q a kg:Question ; rdfs:comment ?text }").terms

    assert rows
    assert {text.language for (text,) in rows if isinstance(text, Literal)} == {"fr"}


def test_what_is_read_back_has_the_same_labels_in_the_same_order(french: Tiny) -> None:
    history = History(made(french).store)
    read = french.records().entities

    assert history.languages == ("fr", "kk", "sr-latn")
    assert {key: list(one.labels.items()) for key, one in history.entities.items()} == {
        key: list(one.labels.items()) for key, one in read.items()
    }
    # The ontology has no French for it.
    assert [history.label(name) for name in ("Club", "Player")] == ["club d'échecs", "player"]


def test_a_dataset_that_names_no_languages_has_english_and_russian(tiny: Tiny) -> None:
    history = History(made(tiny).store)

    assert history.languages == UNNAMED == ("en", "ru")
    assert history.entities["knights"].labels == {"en": "Knights", "ru": "Кони"}


def test_russian_may_come_first(tiny: Tiny) -> None:
    """The same table: only what the dataset says of its languages has changed."""
    name_languages(tiny, '( "ru" "en" )')
    node = made(tiny).network().nodes["knights"]

    assert {key: node[key] for key in ("label", "label_en", "class_label")} == {
        "label": "Кони",
        "label_en": "Knights",
        "class_label": "клуб",
    }
    assert "label_ru" not in node


def test_the_network_has_the_title_in_each_language(tiny: Tiny) -> None:
    """The first of the languages gives it as the title, as it does with labels."""
    name_languages(tiny, '( "ru" "en" )')
    told = made(tiny).network().graph

    assert (told["title"], told["title_en"]) == ("Шахматная лига", "Chess league")
    assert "title_ru" not in told


def test_the_network_has_the_first_label_and_the_others_by_language(french: Tiny) -> None:
    graph = made(french).network()

    assert graph.graph["languages"] == ["fr", "kk", "sr-latn"]
    assert graph.nodes["anna"]["label"] == "Anne"
    assert graph.nodes["anna"]["label_sr-latn"] == "Ana"
    assert graph.nodes["clara"]["label"] == "Клара"


@pytest.mark.parametrize(("as_of", "known_by"), [("1999-01-01", None), (None, "2000-01-01")])
def test_a_slice_keeps_the_languages_and_their_order(
    french: Tiny, as_of: str | None, known_by: str | None
) -> None:
    graph = made(french).network(as_of=as_of, known_by=known_by)

    assert graph.graph["languages"] == ["fr", "kk", "sr-latn"]
    assert graph.nodes["anna"]["label"] == "Anne"


def test_the_network_says_in_which_language_a_label_is_if_not_in_the_first(french: Tiny) -> None:
    graph = made(french).network()

    assert "label_language" not in graph.nodes["anna"]
    assert graph.nodes["clara"]["label_language"] == "kk"
    assert graph.nodes["clara"]["class_label_language"] == "en"
    (edge,) = graph["knights"]["rooks"].values()
    assert (edge["label"], edge["label_language"]) == ("rival of", "en")


@pytest.mark.parametrize("language", ["fr", "kk", "sr-latn"])
def test_a_named_language_in_which_nobody_has_a_label_is_a_warning(
    tiny: Tiny, language: str
) -> None:
    name_languages(tiny, '( "fr" "kk" "sr-Latn" )')
    header, *rows = ENTITIES.splitlines()
    place = header.split(",").index(f"label_{language}")
    emptied = [row.split(",", 5) for row in rows]
    for cells in emptied:
        cells[place] = ""
    tiny.write("data/entities.csv", "\n".join([header, *map(",".join, emptied), ""]))

    found = [str(one) for one in tiny.check().findings if "no entity has" in one.message]

    (line,) = found
    assert line == (
        "data/entities.csv:1:1: warning: no entity has a label in "
        f"'{language}', which kg:languages names; "
        f"write one in the column label_{language}, or name it no longer"
    )


HERE = "in data/dataset.ttl: kg:languages"
LIST = 'write a list such as kg:languages ( "fr" "en" ), the language of the data first'
NO_LIST = f"kg:languages is not a list of language tags; {LIST}"


@pytest.mark.parametrize(
    ("languages", "columns", "found"),
    [
        (
            '( "pt-BR" )',
            ("label_pt-BR",),
            [
                (
                    "column 'label_pt-BR' is called label_pt-br, without capitals or blanks; "
                    "write label_pt-br"
                )
            ],
        ),
        (
            "",
            ("label_fr", "label_zh-Hant"),
            [
                (
                    "column 'label_en' is missing; add it, or name the languages there are "
                    f'{HERE} ( "fr" "zh-hant" )'
                ),
                (
                    "column 'label_ru' is missing; add it, or name the languages there are "
                    f'{HERE} ( "fr" "zh-hant" )'
                ),
                (
                    "column 'label_fr' is not one of this table's; "
                    f'name its language {HERE} ( "fr" "zh-hant" )'
                ),
                (
                    "column 'label_zh-Hant' is not one of this table's; call it label_zh-hant and "
                    f'name its language {HERE} ( "fr" "zh-hant" )'
                ),
            ],
        ),
        (
            '( "fr" )',
            ("label_fr", "label_kk", "label_en"),
            [
                f"column '{one}' is not one of this table's; "
                f'name its language {HERE} ( "fr" "kk" "en" )'
                for one in ("label_kk", "label_en")
            ],
        ),
        ('"fr"', ("label_fr", "label_kk"), [NO_LIST]),
        ('( "fr" ( "kk" ) )', ("label_fr", "label_kk"), [NO_LIST]),
        ("( <https://example.org/fr> )", ("label_fr",), [NO_LIST]),
        (
            '( "french" )',
            ("label_fr",),
            [f"kg:languages names 'french', which is not a language tag; {LIST}"],
        ),
    ],
)
def test_each_fault_of_the_languages_is_told_once_with_a_repair_that_makes_it_right(
    tiny: Tiny,
    languages: str,
    columns: tuple[str, ...],
    found: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if languages:
        name_languages(tiny, languages)
    header = ",".join(("id", "class", *columns, "aliases", "wikidata", "description"))
    ids = ("anna,Player", "boris,Player", "city-open,Tournament", "knights,Club", "rooks,Club")
    rows = [",".join((one, *("x" for _ in columns), "", "", "")) for one in ids]
    tiny.write("data/entities.csv", "\n".join([header, *rows, ""]))
    shutil.rmtree(tiny.ontology / "rules")
    (tiny.ontology / "shapes.ttl").unlink()

    by_rows = tiny.check()
    monkeypatch.setattr(size, "LARGE", 1)
    by_columns = check_large(tiny.data, tiny.ontology, lambda _: None)

    faults = [one for one in by_rows.findings if one.severity != "note"]
    assert [f"{one.message}; {one.repair}" for one in faults] == found
    # What rests on the table is a note beside its fault.
    assert len(by_rows.findings) - len(faults) <= 1
    assert by_columns is not None
    assert by_columns.findings == by_rows.findings


def test_both_walks_read_the_same_labels_and_find_the_same(
    french: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    from test_columns import agree

    agree(french.path)
    text = ENTITIES.replace(",Klara", ",").replace(",Ana", ",")
    french.write("data/entities.csv", text)
    shutil.rmtree(french.ontology / "rules")
    (french.ontology / "shapes.ttl").unlink()
    by_rows = french.check()
    monkeypatch.setattr(size, "LARGE", 1)
    by_columns = check_large(french.data, french.ontology, lambda _: None)

    assert by_columns is not None
    assert by_columns.findings == by_rows.findings
    assert [one.message for one in by_rows.findings if "no entity has" in one.message] == [
        "no entity has a label in 'sr-latn', which kg:languages names"
    ]


def test_a_difference_names_the_column_of_the_label(french: Tiny, tmp_path: Path) -> None:
    before = shutil.copytree(french.path, tmp_path / "before")
    french.replace("data/entities.csv", "Қала турнирі", "Ашық турнир")
    difference = kg.diff(before, french.path)

    (change,) = json.loads(difference.to_json())["changes"]
    assert change["fields"] == ["label_kk"]
    assert (change["old"]["label_kk"], change["new"]["label_kk"]) == ("Қала турнирі", "Ашық турнир")
    assert "label_en" not in change["new"]
    assert "Tournoi de la ville" in str(difference)


def test_what_english_and_russian_were_called_still_works_and_says_what_to_use(
    tiny: Tiny,
) -> None:
    knights = tiny.records().entities["knights"]

    with pytest.warns(DeprecationWarning, match=r"label_en goes .* use Entity\.labels"):
        assert knights.label_en == "Knights"
    with pytest.warns(DeprecationWarning, match=r"label_ru goes .* use Entity\.labels"):
        assert knights.label_ru == "Кони"


def test_a_language_that_is_not_named_comes_last_by_its_tag() -> None:
    labels = {"be": "Мінск", "en": "Minsk", "ru": "Минск"}

    assert list(ordered(labels, ("ru",))) == ["ru", "be", "en"]
    assert first_label({"ru": "", "en": "Minsk"}, ("ru", "en"), "minsk") == "Minsk"


class TestPage:
    @pytest.fixture
    def page(self, french: Tiny) -> Path:
        return made(french).view().save(french.path / "page.html")

    def test_the_first_language_shows_first_and_the_others_can_be_chosen(
        self, visit: Visitor, page: Path
    ) -> None:
        tab = visit(page, "#n=anna").tab
        assert tab.inner_text("#details h2") == "Anne"
        assert tab.locator("#details .other").all_inner_texts() == ["Анна", "Ana"]
        names = tab.locator("#languages option").all_inner_texts()
        assert names == ["Français", "Қазақ тілі", "Srpski (latinica)"]
        assert tab.is_hidden("#language")

        assert tab.input_value("#languages") == "fr"
        tab.select_option("#languages", "kk")

        assert tab.inner_text("#details h2") == "Анна"
        assert tab.locator("#details .other").all_inner_texts() == ["Anne", "Ana"]
        assert "lang=kk" in tab.evaluate("location.hash")
        # The page's own words are English where they are not translated.
        assert tab.inner_text("[data-say=table]") == "Table"

    def test_an_entity_without_a_label_in_the_language_has_its_first_one(
        self, visit: Visitor, page: Path
    ) -> None:
        tab = visit(page, "#n=knights&lang=kk").tab

        assert tab.input_value("#languages") == "kk"
        assert tab.inner_text("#details h2") == "Cavaliers"

    def test_each_label_says_its_language_where_that_is_not_the_one_of_the_words(
        self, visit: Visitor, page: Path
    ) -> None:
        """WCAG 2.2, 3.1.2: the words are English, the labels are not.

        Clara has no French name, and French is what the ontology has of clubs alone.
        """
        opened = visit(page, "#n=clara")
        tongues = """(place) => [...document.querySelectorAll(place)]
            .map((element) => [element.textContent, element.closest('[lang]').lang])"""

        def said(place: str) -> list[list[str]]:
            found: list[list[str]] = opened.tab.evaluate(tongues, place)
            return found

        assert said("#details h2 bdi") == [["Клара", "kk"]]
        assert said("#details .other bdi") == [["Klara", "sr-latn"]]
        kinds = said("#legend [data-kind=class] .what")
        assert ["club d'échecs", "fr"] in kinds
        assert ["player", "en"] in kinds
        opened.table()
        rows = said("#facts tbody bdi")
        assert ["Anne", "fr"] in rows
        assert ["plays for", "en"] in rows

    def test_a_name_is_found_in_every_language(self, visit: Visitor, page: Path) -> None:
        opened = visit(page)
        for typed in ("klara", "КЛАРА"):
            opened.find(typed)
            assert opened.tab.inner_text("#details h2") == "Клара"

    def test_one_language_needs_no_switch(self, visit: Visitor, tiny: Tiny) -> None:
        name_languages(tiny, '( "en" )')
        text = (tiny.data / "entities.csv").read_text(encoding="utf-8")
        lines = [line.split(",", 4) for line in text.splitlines()]
        kept = [",".join((*cells[:3], cells[4])) for cells in lines]
        tiny.write("data/entities.csv", "\n".join([*kept, ""]))
        tab = visit(made(tiny).view().save(tiny.path / "page.html"), "#n=knights").tab

        assert tab.inner_text("#details h2") == "Knights"
        assert tab.is_hidden("#language")
        assert tab.is_hidden("#languages")

    def test_a_language_that_the_browser_does_not_know_shows_by_its_tag(
        self, visit: Visitor, tiny: Tiny
    ) -> None:
        """Cantonese by its extended tag, a private part and a private language: all of BCP 47."""
        tags = ("zh-yue", "fr-x-abc", "x-elvish", "en")
        name_languages(tiny, "( {} )".format(" ".join(f'"{tag}"' for tag in tags)))
        header = ",".join(f"label_{tag}" for tag in tags)
        text = (tiny.data / "entities.csv").read_text(encoding="utf-8")
        rows = [line.split(",", 4) for line in text.splitlines()[1:]]
        lines = [",".join((one[0], one[1], *(f"{one[2]} {n}" for n in range(4)), one[4]))
                 for one in rows]  # fmt: skip
        head = f"id,class,{header},aliases,wikidata,description"
        tiny.write("data/entities.csv", "\n".join([head, *lines, ""]))
        page = made(tiny).view().save(tiny.path / "page.html")

        for tag, label in zip(tags, ("Anna 0", "Anna 1", "Anna 2", "Anna 3"), strict=True):
            opened = visit(page, f"#n=anna&view=lanes&lang={tag}")
            assert opened.tab.inner_text("#details h2") == label
            opened.table()
            assert len(opened.rows()) > 1
        names = opened.tab.locator("#languages option").all_inner_texts()
        assert names == ["zh-yue", "fr-x-abc", "x-elvish", "English"]

    def test_the_list_of_languages_stands_in_the_menu_of_a_narrow_page(
        self, visit: Visitor, page: Path
    ) -> None:
        tab = visit(page, viewport={"width": 380, "height": 720}).tab
        tab.click("#menu")
        tops = {name: tab.locator(name).bounding_box() for name in ("#theme", "#languages")}

        assert tops["#theme"] is not None
        assert tops["#languages"] is not None
        assert all(0 <= box["x"] <= 380 - box["width"] for box in tops.values() if box)

    def test_two_languages_take_turns(self, visit: Visitor, tiny: Tiny) -> None:
        name_languages(tiny, '( "ru" "en" )')
        tab = visit(made(tiny).view().save(tiny.path / "page.html"), "#n=knights").tab
        assert tab.inner_text("#details h2") == "Кони"
        assert tab.inner_text("[data-say=table]") == "Таблица"

        tab.click("#language")

        assert tab.inner_text("#details h2") == "Knights"
        assert tab.inner_text("#language") == "Русский"


def test_the_command_names_the_language_that_is_missing(
    french: Tiny, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A language without labels: place and repair."""
    french.replace("data/dataset.ttl", '"sr-Latn"', '"sr-Latn" "be"')
    monkeypatch.chdir(french.path)

    with pytest.raises(SystemExit):
        main(["validate"])

    assert capsys.readouterr().out == (
        "data/entities.csv:1:1: error: column 'label_be' is missing; add it, or take 'be' out of "
        "kg:languages in data/dataset.ttl\n"
        "data/entities.csv:1:1: note: 9 rows in 1 table name entities of this table, and are not "
        "judged by it; mend the table first\n"
    )
