"""Render: lines about changes → text, Markdown, HTML; changes → JSON.

Whatever stands in the data is escaped here, so a label can be neither markup nor a command to the
terminal.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from typing import Any

from kg.changes.compare import AnyChange, Change, Side, StatementChange, cells
from kg.changes.wording import Cited, Group, Labels, Line, Piece, groups, kind, line, summary, tally
from kg.model import schema
from kg.model.statement import Entity, Reference, Source, Statement
from kg.text import markdown
from kg.text.markdown import on_one_line
from kg.text.objects import reference_object, statement_object


def to_text(changes: Iterable[AnyChange], names: Labels) -> str:
    """Return one line a change; no control character reaches the terminal."""
    lines = (line(change, names) for change in changes)
    return "\n".join(
        on_one_line(f"{each.mark} {_sentence(each)}{'  ' if each.row else ''}{each.row}")
        for each in lines
    )


def _sentence(each: Line) -> str:
    about = f"Source {each.about.id}" if isinstance(each.about, Cited) else each.about
    words = "".join(piece.id if isinstance(piece, Cited) else piece for piece in each.pieces)
    return f"{about}: {words}"


# ---------------------------------------------------------------- Markdown


def to_markdown(changes: Sequence[AnyChange], names: Labels) -> str:
    """Return headings and lists of GitHub Flavored Markdown, fit for a pull request."""
    parts = [f"**{summary(changes)}**\n"]
    for group in groups(changes, names):
        bullets = [
            f"- {''.join(map(_markdown, _told(group, each)))}{_code(each.row)}\n"
            for each in group.lines
        ]
        parts.append(f"### {_markdown(group.heading)}\n\n{''.join(bullets)}")
    return "\n".join(parts)


def _told(group: Group, each: Line) -> tuple[Piece, ...]:
    """Return what stands on the line, under the group's heading."""
    return (each.about, ": ", *each.pieces) if group.mixed else each.pieces


def _markdown(piece: Piece) -> str:
    if isinstance(piece, Cited):
        return markdown.link(piece.id, piece.url, piece.title)
    return markdown.text(piece)


def _code(place: str) -> str:
    return f" {markdown.code(place)}" if place else ""


def _is_link(cited: Cited) -> bool:
    return cited.url.startswith(("http://", "https://"))


# ---------------------------------------------------------------- HTML


def to_html(changes: Sequence[AnyChange], names: Labels) -> str:
    """Return headings and lists of HTML, for a notebook."""
    parts = [f"<p><strong>{html.escape(summary(changes))}</strong></p>"]
    for group in groups(changes, names):
        items = "".join(
            f"<li>{''.join(map(_html, _told(group, each)))}{_row(each.row)}</li>"
            for each in group.lines
        )
        parts.append(f"<h4>{_html(group.heading)}</h4><ul>{items}</ul>")
    return "".join(parts)


def _row(place: str) -> str:
    return f" <code>{_html(place)}</code>" if place else ""


def _html(piece: Piece) -> str:
    if not isinstance(piece, Cited):
        return html.escape(on_one_line(piece))
    if not _is_link(piece):
        return _html(piece.id)
    link = f'<a href="{html.escape(piece.url)}" title="{_html(piece.title)}" rel="noopener">'
    return f"{link}{_html(piece.id)}</a>"


# ---------------------------------------------------------------- JSON


def to_json(changes: Sequence[AnyChange], names: Labels, old: Side, new: Side) -> str:
    """Return the changes as JSON; `Diff.to_json` describes it."""
    body = {
        "differ": bool(changes),
        "old": {"name": old.name, "issued": old.issued},
        "new": {"name": new.name, "issued": new.issued},
        "summary": tally(changes),
        "changes": [_object(change, names, old, new) for change in changes],
    }
    return json.dumps(body, ensure_ascii=False, indent=1)


def _object(change: AnyChange, names: Labels, old: Side, new: Side) -> dict[str, Any]:
    told = line(change, names)
    found: dict[str, Any] = {
        "kind": kind(change),
        "change": change.what,
        "text": _sentence(told),
        "row": told.row,
        "fields": list(change.fields),
        "old": _record(change.old, old),
        "new": _record(change.new, new),
    }
    if isinstance(change, StatementChange):
        found["references"] = [_both(one, old, new) for one in change.references]
        found["disputes"] = [_both(one, old, new) for one in change.disputes]
        # Of an attestation that went it is a period of now, of one that came a period of before.
        found["period"] = _record(change.period, old if change.old is None else new)
    return found


def _both(change: Change[Any], old: Side, new: Side) -> dict[str, Any]:
    sides = {"old": _record(change.old, old), "new": _record(change.new, new)}
    return {"change": change.what, **sides}


def _record(record: object | None, side: Side) -> dict[str, Any] | None:
    """Return a statement or reference of the side in its form, of others their cells and row."""
    if record is None:
        return None
    found: dict[str, Any] = dict(cells(record))
    match record:
        case Statement():
            return statement_object(record, side.sources, side.issued)
        case Reference():
            return reference_object(record, side.sources)
        case Source():
            found |= schema.values("sources", record.more)
            return {"id": record.id} | found | {"row": record.row}
        case Entity():
            return {"id": record.id} | found | {"row": record.row}
        case _:
            return found
