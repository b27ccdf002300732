"""Meanings: what the cells of other people's tables stand for.

A cell and its role → an entity, a property, or a row to leave out.
A mapping comes first; then entities are found by their names, properties by name or label.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from kg.errors import Finding, InputError, did_you_mean, near_word, parameter, shown
from kg.model.namespaces import text_of
from kg.model.table import Table
from kg.query.names import Names, Spellings, folded
from kg.store.base import select

MAPPING_COLUMNS: Final = ("column", "value", "target")
STATUS: Final = "status"

_TARGET: Final = {"subject": "ID", "object": "ID", STATUS: "PROPERTY"}
_KINDS: Final = {
    "subject": "the id of an entity", "object": "the id of an entity", STATUS: "a property",
}  # fmt: skip

_LITERALS: Final = "SELECT DISTINCT ?property { ?property a owl:DatatypeProperty }"


class Meaning(NamedTuple):
    """What a cell stands for: `target` is an id or a property, "" for a row to leave out.

    When nothing was found, `problem` says why, and `repair` what to do.
    """

    target: str
    problem: str = ""
    repair: str = ""


class Meanings:
    """What the cells of one table mean; `findings` is what is wrong with the mapping.

    `columns` leads from the roles subject, object and status to the table's columns.
    """

    def __init__(self, names: Names, columns: Mapping[str, str]) -> None:
        """Read the names of the properties; mappings are added before anything is asked."""
        self.names = names
        self.columns = columns
        self.findings: list[Finding] = []
        # (column or "" for any, folded value) → target; what was given first is asked first.
        self._given: dict[tuple[str, str], str] = {}
        self._filed: dict[tuple[str, str], str] = {}
        history = names.history
        words = history.store.words
        found = select(history.store, _LITERALS)
        literal = {words.local("", text_of(row["property"])) for row in found}
        self._literal = history.properties & literal
        self.properties = history.properties - literal
        labels = [(name, text) for (name, _), text in history.labels.items()]
        named = [*((name, name) for name in self.properties), *labels]
        own = ((name, text) for name, text in named if name in self.properties)
        self._properties = Spellings(own)

    @property
    def mapped(self) -> frozenset[str]:
        """The properties to which the mapping leads."""
        return self.properties & {*self._given.values(), *self._filed.values()}

    def add(self, key: str, target: str) -> None:
        """Add one mapping of a value, or of "column:value"; it comes before those of files."""
        column, colon, value = key.partition(":")
        if not colon or column not in self.columns.values():
            column, value = "", key
        problem = self._problem(column, target.strip())
        if problem:
            place = parameter("mapping", {shown(key): shown(target)})
            self.findings.append(Finding(place, 0, 0, "error", *problem))
        self._given[column, folded(value)] = target.strip()

    def add_file(self, path: Path) -> None:
        """Add the mappings of a table with the columns column, value and target.

        A mapping for a column that is not asked about is not used.

        Raises InputError when the file cannot be read.
        """
        table = Table(path, str(path), MAPPING_COLUMNS)
        seen: dict[tuple[str, str], int] = {}
        for row in table:
            column, value, target = (row.cells[name] for name in MAPPING_COLUMNS)
            key = (column, folded(value))
            problem = self._problem(column, target)
            if key in seen:
                message = f"'{shown(value)}' is already mapped on line {seen[key]}"
                self.findings.append(row.error("value", message, "remove one of the two"))
            elif problem and table.complete:
                self.findings.append(row.error("target", *problem))
            seen.setdefault(key, row.line)
            self._filed[key] = target
        require_readable(table)
        self.findings += table.findings

    def of(self, role: str, cell: str) -> Meaning:
        """Return what a cell of the subject's, object's or status's column stands for."""
        known = self.properties if role == STATUS else self.names.history.entities
        for given in (self._given, self._filed):
            for column in (self.columns[role], ""):
                target = given.get((column, folded(cell)))
                if target is not None and (not target or target in known):
                    return Meaning(target)
        if not cell:
            return Meaning("", f"the {role} is missing", "fill the cell")
        found = self._property(cell) if role == STATUS else self.names.find(cell)
        if len(found) == 1:
            return Meaning(found[0])
        if found:
            several = f"{role} '{shown(cell)}' fits several: {', '.join(found)}"
            return Meaning("", several, f"{_mapping(cell, _TARGET[role])} with one of them")
        if role == STATUS:
            problem = f"status '{shown(cell)}' is not mapped to a property"
            near = near_word(cell, self._properties.written)
            target = min(self._properties.find(near), default="")
        else:
            problem = f"{role} '{shown(cell)}' fits no entity"
            near, target = self.names.suggest(cell)
        hint = f"did you mean '{near}'? Then " if near else ""
        repair = f"{hint}{_mapping(cell, target or _TARGET[role])}; "
        return Meaning("", problem, repair + "with an empty target, such rows are left out")

    def _property(self, cell: str) -> tuple[str, ...]:
        if cell in self.properties:
            return (cell,)
        return self._properties.find(cell)

    def property_problem(self, name: str) -> tuple[str, str] | None:
        """Return (message, repair) when the name is not that of a property between entities."""
        if name in self.properties:
            return None
        if name in self._literal:
            message = f"the objects of '{name}' are literals"
            return message, "name a property between entities"
        repair = did_you_mean(name, self.properties) or "it is not in the graph"
        return f"'{shown(name)}' is not a property", repair

    def _problem(self, column: str, target: str) -> tuple[str, str] | None:
        """Return (message, repair) when nothing in the column can have the target."""
        asked = [role for role, name in self.columns.items() if column in {"", name}]
        roles = asked or [*_TARGET]
        if STATUS in roles and target in self._literal:
            return self.property_problem(target)
        known: set[str] = set()
        for role in roles:
            known |= self.properties if role == STATUS else self.names.history.entities.keys()
        if not target or target in known:
            return None
        what = " or ".join(dict.fromkeys(_KINDS[role] for role in roles))
        repair = did_you_mean(target, known) or "it is not in the graph"
        return f"'{shown(target)}' is not {what}", repair


def _mapping(cell: str, target: str) -> str:
    return f"write {parameter('mapping', {shown(cell): target})}"


def require_readable(table: Table) -> None:
    """Raise InputError when the table that was read turned out to hold no text."""
    if not table.readable:
        raise InputError(str(table.findings[-1]))
