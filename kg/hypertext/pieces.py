"""Pieces: the smallest parts of the pages as HTML, of which a page has thousands.

They are functions of Python, because a macro of a template takes several times as long. Every text
in them is escaped here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup, escape

from kg.errors import noun
from kg.hypertext.places import Links

Told = Mapping[str, Any]

# So many names are kept as HTML: most pages have those of a few relations and publishers.
_KEPT: Final = 4096


def pieces(links: Links) -> dict[str, Callable[..., Any]]:
    """Return what the templates call by name, for pages that write addresses so."""

    def end(thing: Told) -> Markup:
        return linked(links, thing)

    def cited(one: Told) -> Markup:
        return reference(links, one)

    return {
        "label": label,
        "end": end,
        "when": when,
        "chips": chips,
        "reference": cited,
        "behind": behind,
        "noun": noun,
    }


def label(said: Told) -> Markup:
    """Return a text with its language, apart from the direction of what stands around it.

    >>> label({"text": "A&B", "language": "ru"})
    Markup('<bdi lang="ru">A&amp;B</bdi>')
    """
    return _label(said["text"], said["language"])


@lru_cache(maxsize=_KEPT)
def _label(text: str, language: str) -> Markup:
    return _made(f"<bdi{_lang(language)}>{escape(text)}</bdi>")


def linked(links: Links, thing: Told) -> Markup:
    """Return an end of a fact: a value, the name of what the page is about, or a link.

    >>> from kg.hypertext.places import SERVED
    >>> linked(SERVED, {"text": "1 < 2", "is_value": True})
    Markup('<bdi class="value">1 &lt; 2</bdi>')
    """
    if thing["is_value"]:
        return _made(f'<bdi class="value">{escape(thing["text"])}</bdi>')
    name = label(thing)
    if thing["is_here"]:
        return name
    return _made(f'<a href="{escape(links.to("id", thing["id"]))}">{name}</a>')


def when(fact: Told) -> Markup:
    """Return when a fact holds, for people and programs; "" without a date.

    >>> when({"when": "since 1992", "machine": "1992-01-01"})
    Markup('<time datetime="1992-01-01">since 1992</time>')
    """
    words, machine = escape(fact["when"]), fact["machine"]
    if words and machine:
        return _made(f'<time datetime="{escape(machine)}">{words}</time>')
    return words


def chips(fact: Told) -> Markup:
    """Return in a word each what is not as with most facts.

    >>> chips({"status": "ended", "rank": "", "more": (), "proofs": ()})
    Markup('<span class="chip ended">ended</span>')
    """
    status = fact["status"]
    shown = f'<span class="chip {status}">{status}</span>' if status != "current" else ""
    said = [fact["rank"]] if fact["rank"] else []
    said += fact["more"]
    said += ["inferred"] if fact["proofs"] else []
    return _made(shown + "".join(f' <span class="chip">{escape(one)}</span>' for one in said))


def behind(fact: Told) -> str:
    """Return in words how much a fact rests on.

    >>> behind({"references": [{}, {}]}), behind({"references": [], "proofs": []})
    ('2 references', 'no source')
    """
    if count := len(fact["references"]):
        return f"{count} {'source' if count == 1 else 'references'}"
    return "why" if fact["proofs"] else "no source"


def reference(links: Links, one: Told) -> Markup:
    """Return who says it and where, with a link to the source and to the original."""
    said = [_title(links, one["source"], one["title"], one["language"])]
    if one["publisher"]:
        said.append(_label(one["publisher"], ""))
    if one["published"]:
        said.append(escape(one["published"]))
    said += [_label(text, "") for text in one["more"]]
    if one["locator"]:
        said.append(_label(one["locator"], ""))
    if one["at"]:
        said.append(_made(f"for {escape(one['at'])}"))
    text = ", ".join(said)
    if one["url"]:
        url = escape(one["url"])
        text += f' (<a href="{url}" rel="noopener noreferrer">original</a>)'
    if one["note"]:
        text += f"<br>{_label(one['note'], '')}"
    return _made(text)


@lru_cache(maxsize=_KEPT)
def _title(links: Links, source: str, title: str, language: str) -> Markup:
    return _made(f'<a href="{escape(links.to("source", source))}">{_label(title, language)}</a>')


def _lang(language: str) -> str:
    return f' lang="{escape(language)}"' if language else ""


def _made(html: str) -> Markup:
    """Return what was put together of parts that are escaped."""
    return Markup(html)  # noqa: S704
