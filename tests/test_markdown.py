"""Markdown by the renderer of GitHub: whatever a text holds, a reader sees that text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from cmarkgfm import github_flavored_markdown_to_html
from hypothesis import example, given
from hypothesis import strategies as st

from kg.query.result import Result
from kg.text import markdown

TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co", "Zs"])
    | st.sampled_from(" \\`*_{}[]<>()#+-.!|~$^@:/&;\"'=0123"),
    min_size=1,
    max_size=30,
)


class Cells(HTMLParser):
    """The texts of the cells, and the addresses of the links, of rendered Markdown."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(github_flavored_markdown_to_html(source))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in {"td", "th"}:
            self.cells.append("")
        if tag == "a":
            self.links.append(str(dict(attrs)["href"]))

    def handle_data(self, data: str) -> None:
        if self.cells and data != "\n":
            self.cells[-1] += data


def table(cell: str) -> Cells:
    return Cells(f"| head | more |\n|---|---|\n| {cell} | end |\n")


@given(TEXTS)
@example("a|b")
@example("\\|")
@example("www.example.org and https://example.org")
@example("- item")
@example("&amp; <b>bold</b> <!-- gone -->")
def test_a_cell_shows_the_text(text: str) -> None:
    seen = table(markdown.cell(text))

    assert [cell.strip() for cell in seen.cells] == ["head", "more", text.strip(), "end"]
    assert seen.links == []


@given(TEXTS)
@example("a](https://example.org/other) [b")
def test_the_words_of_a_link_stay_in_it(text: str) -> None:
    seen = table(markdown.link(text, "https://example.org/a"))

    assert [cell.strip() for cell in seen.cells] == ["head", "more", text.strip(), "end"]
    assert seen.links == ["https://example.org/a"]


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://e.org/?a=1&copy;2", "https://e.org/?a=1&copy;2"),
        ("https://e.org/a|b", "https://e.org/a%7Cb"),
        ("https://e.org/a_(b)", "https://e.org/a_(b)"),
    ],
)
def test_an_address_in_a_table_leads_where_it_says(url: str, href: str) -> None:
    seen = table(markdown.link("words", url))

    assert seen.links == [href]
    assert [cell.strip() for cell in seen.cells] == ["head", "more", "words", "end"]


@pytest.mark.parametrize("url", ["javascript:x", "data:,x", "", "example.org"])
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    assert table(markdown.link("words", url)).links == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a|b\nc", "a|b c"), ("<script>", "<script>"), ("*a*", "*a*"), ("~~a~~", "~~a~~")],
)
def test_the_answer_to_a_query_shows_its_texts(text: str, shown: str) -> None:
    from pyoxigraph import Literal

    from kg.model.namespaces import Vocabulary

    result = Result(("x",), ((Literal(text),),), Vocabulary("https://example.org/"))

    assert Cells(result.to_markdown()).cells == ["x", shown]
