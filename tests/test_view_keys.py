"""Keys on the page, pressed one by one: in a field they write, elsewhere they are shortcuts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from firefox import Firefox
    from pages import Visit, Visitor
    from playwright.sync_api import Locator

    import kg

SHORTCUTS = "/[]glta?+-0"
# All that can be typed but quotes: the editor closes an open one, and brackets that stay open.
TYPED = "abcdefghijklmnopqrstuvwxyz0123456789?/[](){}+-*.,:;<>=!#$%&@\\^_`|~ GLTA"
# What a screen reader calls a field that takes letters; selects go to the entry that begins so.
ROLES = ("textbox", "searchbox", "combobox", "spinbutton")
# What a shortcut could change.
STATE = """() => ({
  view: document.body.dataset.view,
  date: kgPage.visible().date,
  help: document.querySelector('#manual').open,
  details: document.querySelector('#details').innerText,
  theme: document.documentElement.dataset.theme,
  language: document.documentElement.lang,
  share: document.querySelector('#share-list').hidden,
  focus: document.activeElement.outerHTML.replace(/>.*/s, '').replace(/ aria-[a-z]+="[^"]*"/g, ''),
})"""
# The field that has the focus, also one in a shadow root, and the text in it.
TEXT = """() => {
  let field = document.activeElement;
  while (field.shadowRoot) field = field.shadowRoot.activeElement;
  return 'value' in field ? field.value : field.innerText.replace(/\\n$/, '');
}"""


@pytest.fixture(scope="module")
def asked(shipped: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped graph's page with everything that can be typed into."""
    return shipped.view(with_sparql=True).save(tmp_path_factory.mktemp("keys") / "page.html")


def fields(page: Visit) -> Locator:
    """Return the fields that can be seen now."""
    first, *others = (page.tab.get_by_role(role) for role in ROLES)  # type: ignore[arg-type,unused-ignore]
    for other in others:
        first = first.or_(other)
    return first


def state(page: Visit) -> dict[str, Any]:
    found: dict[str, Any] = page.tab.evaluate(STATE)
    return found


@pytest.mark.parametrize("view", ["graph", "lanes", "table", "ask"])
def test_every_field_takes_every_key_as_a_letter(visit: Visitor, asked: Path, view: str) -> None:
    """The fields are those that the document has, so a new one is held to the same."""
    page = visit(asked, f"#view={view}&n=csto")
    if view == "ask":
        page.tab.get_by_role("button", name="members of both of two organisations").first.click()
        page.tab.wait_for_selector("#ask[aria-busy=false]")
    every, names, wrong = fields(page), [], {}
    for place in range(every.count()):
        field = every.nth(place)
        field.focus()
        name = field.evaluate(
            "e => e.id || e.name || e.dataset.part || e.getAttribute('aria-label')"
        )
        names.append(name)
        page.tab.keyboard.press("ControlOrMeta+A")
        page.tab.keyboard.press("Delete")
        before = state(page)
        for letter in TYPED:
            page.tab.keyboard.press(letter)
        written = page.tab.evaluate(TEXT)
        if state(page) != before:
            wrong[name] = str(state(page))
        elif field.evaluate("e => e.localName") != "select" and written != TYPED:
            wrong[name] = written

    assert wrong == {}
    assert {"search", "typed", "least-links", "least-sources"} <= set(names)
    assert view != "ask" or {"first", "second", "SPARQL query"} <= set(names)


@pytest.mark.parametrize("modifier", ["Control", "Alt", "Meta"])
def test_a_key_with_a_modifier_is_no_shortcut(visit: Visitor, asked: Path, modifier: str) -> None:
    """They belong to the browser, whatever has the focus: nothing, the picture, or a bar."""
    page = visit(asked, "#n=csto")
    page.tab.wait_for_timeout(600)  # the picture has come to rest
    changed = {}
    for place in ("body", "#canvas"):
        page.tab.evaluate(f"document.querySelector('{place}').focus()")
        for key in [*SHORTCUTS, "ArrowRight", "Escape", "Enter"]:
            before = state(page) | {"at": page.tab.evaluate("kgPage.where('armenia')")}
            page.tab.keyboard.press(f"{modifier}+{key}")
            after = state(page) | {"at": page.tab.evaluate("kgPage.where('armenia')")}
            if after != before:
                changed[place, key] = after
    page = visit(asked, "#view=lanes")
    page.tab.focus(".period-bar[tabindex='0']")
    before = state(page)
    page.tab.keyboard.press(f"{modifier}+ArrowDown")

    assert changed == {}
    assert state(page) == before


@pytest.mark.parametrize(
    ("key", "what", "value"),
    [
        ("l", "view", "lanes"),
        ("t", "view", "table"),
        ("a", "view", "ask"),
        ("?", "help", True),
        ("]", "date", "2012-12-19"),
        ("[", "date", "2012-06-27"),
        ("Escape", "details", ""),
    ],
)
@pytest.mark.parametrize("place", ["", "#canvas", "#legend input[type=checkbox]", "#slider"])
def test_where_nothing_is_typed_a_key_is_a_shortcut(
    visit: Visitor,
    asked: Path,
    saved: Path,
    place: str,
    key: str,
    what: str,
    value: object,
) -> None:
    """Also on a switch and on the slider, which take no letters."""
    page = visit(asked if value == "ask" else saved, "#n=csto&t=2012-11-01")
    if place:
        page.tab.locator(place).first.focus()
    page.tab.keyboard.press(key)

    if what == "date":
        shown = state(page)["date"]
        assert (shown > "2012-11-01") == (key == "]")
        assert shown != "2012-11-01"
    else:
        assert state(page)[what] == value


def test_a_slash_leads_to_the_search(visit: Visitor) -> None:
    """And is not written there."""
    page = visit()
    page.tab.keyboard.press("/")
    page.tab.keyboard.type("t/")

    assert page.tab.input_value("#search") == "t/"


@pytest.mark.parametrize("field", ["#search", "#typed", "#least-links", ".cm-content"])
def test_escape_leads_out_of_a_field_and_takes_nothing_back(
    visit: Visitor, asked: Path, field: str
) -> None:
    """What is selected stays; the next letter is a shortcut again."""
    view = "ask" if field == ".cm-content" else "graph"
    page = visit(asked, f"#n=csto&view={view}")
    page.tab.locator(field).focus()
    before = state(page)
    page.tab.keyboard.press("Escape")
    after = state(page)
    page.tab.keyboard.press("l")

    assert before["focus"] != after["focus"]
    assert before | {"focus": ""} == after | {"focus": ""}
    assert state(page)["view"] == "lanes"


def test_escape_gives_up_a_date_half_typed(visit: Visitor) -> None:
    """The field shows the date of the page again, and the page stays on it."""
    page = visit(address="#t=2012-06-27")
    page.tab.focus("#typed")
    page.tab.keyboard.press("ControlOrMeta+A")
    page.tab.keyboard.type("1999-01-01")
    page.tab.keyboard.press("Escape")

    assert (page.tab.input_value("#typed"), page.visible()["date"]) == ("2012-06-27",) * 2
    assert page.tab.inner_text("#wrong-date") == ""


def test_escape_first_closes_what_the_editor_offers(visit: Visitor, asked: Path) -> None:
    """The list of names is gone, the caret is still in the text."""
    page = visit(asked, "#view=ask")
    page.tab.locator(".cm-content").click()
    page.tab.keyboard.press("ControlOrMeta+End")
    page.tab.keyboard.type("id:arm")
    page.tab.wait_for_selector(".cm-tooltip-autocomplete")
    # For a moment after it opens the editor lets no key act on the list.
    page.tab.wait_for_timeout(200)
    page.tab.keyboard.press("Escape")
    page.tab.wait_for_selector(".cm-tooltip-autocomplete", state="detached")
    page.tab.keyboard.type("e")

    assert page.tab.evaluate(TEXT).endswith("id:arme")


def test_a_letter_that_is_being_composed_is_nobodys_key(visit: Visitor) -> None:
    """Enter ends the composition of a word; it does not choose an entity as well."""
    page = visit()
    page.tab.focus("#search")
    keyboard = page.tab.context.new_cdp_session(page.tab)
    keyboard.send(
        "Input.imeSetComposition", {"text": "lavrov", "selectionStart": 6, "selectionEnd": 6}
    )
    page.tab.wait_for_selector("#found [role=option]")
    for kind in ("rawKeyDown", "keyUp"):
        keyboard.send(
            "Input.dispatchKeyEvent",
            {"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229},
        )

    assert page.tab.is_hidden("#details")


# ---- Firefox ----


@pytest.mark.parametrize("field", ["#search", "[data-part=search]", ".cm-content"])
def test_keys_are_letters_in_the_fields_of_firefox(fox: Firefox, asked: Path, field: str) -> None:
    fox.open(f"{asked.as_uri()}#view=ask&q=%23")
    root = "document.querySelector('[data-part=editor]').shadowRoot"
    place = root if field == ".cm-content" else "document"
    fox.run(f"{place}.querySelector('{field}').focus()")
    before = fox.run(f"({STATE})()")
    fox.press(TYPED)

    assert fox.run(f"({TEXT})()").replace("#" + TYPED, TYPED).replace(TYPED + "#", TYPED) == TYPED
    assert fox.run(f"({STATE})()") == before


def test_keys_are_shortcuts_elsewhere_in_firefox(fox: Firefox, asked: Path) -> None:
    fox.open(asked.as_uri())
    fox.press("t")

    assert fox.run("document.body.dataset.view") == "table"
