"""Positions kept from an earlier page: a map that readers know stays where it was.

The file is what the page's "Save positions" writes: CSV with the columns id, x and y, and
view where views are laid out by themselves.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from kg.errors import InputError

Position = tuple[int, int]
COLUMNS = ["id", "x", "y"]
# A page with views that are laid out by themselves says in one more column which of them is meant.
VIEW = "view"


def read_positions(path: Path) -> dict[str, Position]:
    """Return where each entity of the file stands in the whole picture, in pixels.

    Raises InputError when the file cannot be read, or a row is not an id with two numbers.
    """
    return _read(path).get("", {})


def read_positions_of_views(path: Path) -> dict[str, dict[str, Position]]:
    """Return the same for each view that is laid out by itself.

    Raises InputError as `read_positions` does.
    """
    return {view: places for view, places in _read(path).items() if view}


def _read(path: Path) -> dict[str, dict[str, Position]]:
    """Return the places by view, those of the whole picture under ""."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}"
        raise InputError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{path} is not UTF-8: byte {error.start} is wrong"
        raise InputError(msg) from error
    rows = csv.reader(io.StringIO(text, newline=""))
    header = next(rows, None)
    if header not in (COLUMNS, [*COLUMNS, VIEW]):
        msg = f"{path}:1: the columns are not {','.join(COLUMNS)}; save positions from a page anew"
        raise InputError(msg)
    places: dict[str, dict[str, Position]] = {}
    for row in rows:
        try:
            node, x, y, *more = row if len(header) > len(COLUMNS) else [*row, ""]
            (view,) = more
            places.setdefault(view, {})[node] = (round(float(x)), round(float(y)))
        except (ValueError, OverflowError) as error:
            msg = f"{path}:{rows.line_num}: '{','.join(row)}' is not an id with two numbers"
            raise InputError(msg) from error
    return places


def pinned(
    placed: dict[str, Position], near: dict[str, set[str]], kept: dict[str, Position]
) -> dict[str, Position]:
    """Return the positions with those that were kept.

    What is new keeps its place relative to its neighbours that were kept, so that it does not
    land in what used to be empty ground far from them.
    """
    fixed = {node: kept[node] for node in placed if node in kept}
    moved = dict(fixed)
    for node in sorted(set(placed) - set(fixed)):
        anchors = sorted(near[node] & set(fixed)) or sorted(fixed)
        if anchors:
            dx = sum(fixed[one][0] - placed[one][0] for one in anchors) / len(anchors)
            dy = sum(fixed[one][1] - placed[one][1] for one in anchors) / len(anchors)
            x, y = placed[node]
            moved[node] = (round(x + dx), round(y + dy))
        else:
            moved[node] = placed[node]
    return dict(sorted(moved.items()))
