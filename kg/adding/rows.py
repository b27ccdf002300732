"""Rows: a row that somebody wants to add → the table where its like stand, with it in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from kg.errors import DataError, Finding, InputError
from kg.files import named
from kg.model import schema
from kg.model.dataset import read_dataset
from kg.model.ids import slug
from kg.model.statement import Source
from kg.model.table import Row
from kg.model.table_checks import is_ordered
from kg.pipeline.edited import Edited
from kg.pipeline.edits import Edits
from kg.pipeline.held import Held, held_sheets

# What a row that is still nowhere is called.
HERE: Final = "the new row"
_FACTS: Final = "facts"


class Wanted(NamedTuple):
    """A row that is to be added to a kind of table."""

    table: schema.TableName
    cells: Mapping[str, str]


class Judged(NamedTuple):
    """The errors that refuse new rows, and what may be said of rows that are right."""

    errors: list[str]
    remarks: list[str]


@dataclass(frozen=True)
class Addition:
    """Rows at their places in the tables of a project, not yet written."""

    edits: Edits
    rows: tuple[Row, ...]

    def shown(self) -> Iterator[str]:
        """Yield each new row with the rows around it, as its table will have them."""
        for table in self.edits.to_write:
            made = table.made
            for at, one in enumerate(made):
                if one.given is None or one.given.path != HERE:
                    continue
                yield f"{table.label}:{table.line(at)}"
                yield from (f"  {around.text.rstrip()}" for around in made[max(0, at - 1) : at])
                yield f"+ {one.text.rstrip()}"
                yield from (f"  {around.text.rstrip()}" for around in made[at + 1 : at + 2])

    def judged(self, findings: Iterable[Finding]) -> Judged:
        """Return what of the findings about the data as they are to be matters to the new rows.

        Those are the errors, wherever they are, and what else is said of the rows themselves.
        """
        located = [self.edits.located(one) for one in findings]
        errors = [_told(one) for one in located if one.severity == "error"]
        others = [one for one in located if one.path == HERE and one.severity != "error"]
        return Judged(errors, [f"{one.severity}: {_told(one)}" for one in others])


def addition(data: Path, wanted: Sequence[Wanted]) -> Addition:
    """Put rows into the tables where their like stand, in order where the table is to be.

    Raises DataError when a table cannot be read for certain, InputError when there is none of
    text, a column that is filled is in none, or a row says what another says already.
    """
    held = held_sheets(data)
    dataset, _ = read_dataset(data)
    rows = {name: [*table] for name, table in held.items()}
    wrong = [found for table in held.values() for found in table.findings]
    if wrong:
        raise DataError(wrong)
    added: dict[str, list[Row]] = {}
    for one in wanted:
        _refuse_double(one, [row for name in held for row in rows[name]])
        name = one.table if one.table != "statements" else _like(held, rows, one.cells)
        if name not in held and one.table != "statements":
            where = named(data, data / f"{name}.csv")
            msg = f"{where} is no table of text; add the row where the table of {name} is"
            raise InputError(msg)
        added.setdefault(name, []).append(_row(held.get(name), one))
    edits = Edits(data)
    for name, new in added.items():
        own = held.get(name)
        kind = own.name if own else "statements"
        path = own.path if own else data / "statements" / f"{name}.csv"
        before = rows.get(name, [])
        told = (named(data, path), path, kind, own, is_ordered(kind, dataset.rules), before)
        edits.tables.append(Edited(*told, [*before, *new], new[0].header, removes=False))
    return Addition(edits, tuple(row for new in added.values() for row in new))


def _told(found: Finding) -> str:
    """Return a finding in one line; one about a new row has no place."""
    text = str(found)
    if found.path == HERE:
        text = f"{found.message}; {found.repair}" if found.repair else found.message
    return text.replace(f"{HERE}:1", HERE)


def _refuse_double(wanted: Wanted, rows: Iterable[Row]) -> None:
    """Raise InputError when a row says what is to be said, or a source has the address."""
    names = schema.required(wanted.table)
    keys = [name for name in names if name not in {"rank", "note"}]
    if wanted.table != "statements":
        keys = ["url"]
    for row in rows:
        if any(row.cells.get(key) != wanted.cells.get(key, "") for key in keys):
            continue
        if wanted.table == "statements":
            msg = f"{row.place} says so already; nothing is to be added"
            raise InputError(msg)
        if wanted.cells.get("url"):
            msg = f"{row.place} has this address already: the source is '{row.cells['id']}'"
            raise InputError(msg)


def _row(table: Held | None, wanted: Wanted) -> Row:
    own = table.header if table else schema.required(wanted.table)
    more = (name for name, cell in wanted.cells.items() if cell and name not in own)
    header = (*own, *more)
    known = {*own, *schema.required(wanted.table), *schema.optional(wanted.table)}
    for name in header:
        if name not in known:
            msg = f"a table of {wanted.table} has no column '{name}'; leave it out"
            raise InputError(msg)
    cells = {name: wanted.cells.get(name, "") for name in header}
    return Row(HERE, 1, "", header, cells)


def _like(
    held: Mapping[str, Held], rows: Mapping[str, Sequence[Row]], cells: Mapping[str, str]
) -> str:
    """Return the name of the table of statements that has most rows like one."""
    names = [name for name, table in held.items() if table.name == "statements"]
    kept = ("predicate", "object"), ("predicate", "subject"), ("predicate",), ("source",)

    def alike(name: str) -> tuple[int, ...]:
        return tuple(
            sum(all(row.cells[key] == cells.get(key) for key in keys) for row in rows[name])
            for keys in kept
        )

    return max(names, key=alike, default=_FACTS)


def source_id(publisher: str, published: str, sources: Mapping[str, Source]) -> str:
    """Return an id for a source, made as those of its publisher are: a short name and the date.

    >>> source_id("The Gazette", "2020-05", {})
    'the-gazette-2020-05'
    """
    own = [one for one in sources.values() if one.publisher == publisher and one.published]
    prefixes = [one.id.partition(one.published[:4])[0].rstrip("-") for one in own]
    short = max(sorted({*prefixes} - {""}), key=prefixes.count, default=slug(publisher))
    return free(f"{short or 'source'}-{published}".strip("-"), sources)


def free(identifier: str, known: Iterable[str]) -> str:
    """Return the id, with a number behind it when it is taken.

    >>> free("a", ["a", "a-2"])
    'a-3'
    """
    taken = {*known}
    numbered = (f"{identifier}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (identifier, *numbered) if one not in taken)
