"""Meanings: what the cells of other people's tables stand for.

A cell and its role → an entity, a property, a literal, or a row to leave out.
A mapping comes first; then entities are found by their names, properties by name or label, and a
literal is read as the type of its property has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from kg.errors import Finding, InputError, did_you_mean, near_word, parameter, shown
from kg.model import likely
from kg.model.literals import character_problem, literal, literal_problem
from kg.model.table import Table
from kg.model.values import LIMITED, unheld
from kg.query.names import Names, Spellings, folded

MAPPING_COLUMNS: Final = ("column", "value", "target")
STATUS: Final = "status"

_TARGET: Final = {"subject": "ID", "object": "ID", STATUS: "PROPERTY"}
_KINDS: Final = {
    "subject": "the id of an entity", "object": "the id of an entity", STATUS: "a property",
}  # fmt: skip


class Meaning(NamedTuple):
    """What a cell stands for: an id, a property, a literal's value, "" for a row to leave out.

    When nothing was found, `problem` says why, and `repair` what to do.
    """

    target: str
    problem: str = ""
    repair: str = ""


class Meanings:
    """What the cells of one table mean; `findings` is what is wrong with the mapping.

    `columns` leads from the roles subject, object and status to the table's columns; `predicate`
    is the property of the whole table, if it has one.
    """

    def __init__(self, names: Names, columns: Mapping[str, str], predicate: str = "") -> None:
        """Read the names of the properties; mappings are added before anything is asked."""
        self.names = names
        self.columns = columns
        self.predicate = predicate
        self.findings: list[Finding] = []
        # What is wrong unless the table says one of the properties.
        self._unsure: list[tuple[Finding, frozenset[str]]] = []
        # (column or "" for any, folded value) → target; what was given first is asked first.
        self._given: dict[tuple[str, str], str] = {}
        self._filed: dict[tuple[str, str], str] = {}
        history = names.history
        self.properties = history.properties
        self.datatypes = {
            name: datatype
            for name, datatype in history.datatypes.items()
            if name in self.properties
        }
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
            self._note(Finding(place, 0, 0, "error", *problem), column, target.strip())
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
                self._note(row.error("target", *problem), column, target)
            seen.setdefault(key, row.line)
            self._filed[key] = target
        require_readable(table)
        self.findings += table.findings

    def _note(self, problem: Finding, column: str, target: str) -> None:
        """Keep what is wrong with a target, which can be the literal of a row's property."""
        is_object = column in {"", self.columns["object"]} and not self.predicate
        may_be = frozenset(
            name
            for name, datatype in self.datatypes.items()
            if is_object and not _unread(target, datatype)
        )
        if may_be:
            self._unsure.append((problem, may_be))
        else:
            self.findings.append(problem)

    def problems(self, said: frozenset[str]) -> list[Finding]:
        """Return what is wrong with the mapping of a table that says these properties."""
        unsure = [problem for problem, may_be in self._unsure if not may_be & said]
        return sorted(self.findings + unsure)

    def of(self, role: str, cell: str, datatype: str = "") -> Meaning:
        """Return what a cell of the subject's, object's or status's column stands for.

        The object of a property that leads to literals is one of the `datatype`.
        """
        if datatype:
            return self._literal(role, cell, datatype)
        known = self.properties if role == STATUS else self.names.history.entities
        target = self._mapped(role, cell, lambda _, target: target in known)
        if target is not None:
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

    def _literal(self, role: str, cell: str, datatype: str) -> Meaning:
        def fits(column: str, target: str) -> bool:
            # What is mapped in any column to a thing of the graph is a name, and no literal.
            is_thing = target in self.names.history.entities or target in self.properties
            return not _unread(target, datatype) and (bool(column) or not is_thing)

        target = self._mapped(role, cell, fits)
        if target == "":
            return Meaning("")
        text = cell if target is None else target
        if not text:
            return Meaning("", f"the {role} is missing", "fill the cell")
        problem = _unread(text, datatype)
        if not problem:
            return Meaning(literal(text, datatype).value)
        question = likely.literal(text, datatype)
        repair = f"{question} Then " if question else ""
        repair += f"{_mapping(cell, 'LITERAL')}; with an empty target, such rows are left out"
        return Meaning("", problem, repair)

    def _mapped(self, role: str, cell: str, fits: Callable[[str, str], bool]) -> str | None:
        """Return the first target that is empty, or fits in its column; None for none."""
        for given in (self._given, self._filed):
            for column in (self.columns[role], ""):
                target = given.get((column, folded(cell)))
                if target is not None and (not target or fits(column, target)):
                    return target
        return None

    def _property(self, cell: str) -> tuple[str, ...]:
        if cell in self.properties:
            return (cell,)
        return self._properties.find(cell)

    def property_problem(self, name: str) -> tuple[str, str] | None:
        """Return (message, repair) when the name is not that of a property."""
        if name in self.properties:
            return None
        repair = did_you_mean(name, self.properties) or "it is not in the graph"
        return f"'{shown(name)}' is not a property", repair

    def _problem(self, column: str, target: str) -> tuple[str, str] | None:
        """Return (message, repair) when nothing in the column can have the target."""
        asked = [role for role, name in self.columns.items() if column in {"", name}]
        roles = asked or [*_TARGET]
        datatype = self.datatypes.get(self.predicate, "") if "object" in roles else ""
        known: set[str] = set()
        kinds = []
        for role in roles:
            if role == "object" and datatype:
                kinds.append(f"a literal of type {datatype}")
                continue
            known |= self.properties if role == STATUS else self.names.history.entities.keys()
            kinds.append(_KINDS[role])
        if problem := character_problem(target):
            return problem
        if not target or target in known or (datatype and not _unread(target, datatype)):
            return None
        what = " or ".join(dict.fromkeys(kinds))
        other = "it is not in the graph" if known else "correct the target"
        repair = did_you_mean(target, known) or likely.literal(target, datatype) or other
        return f"'{shown(target)}' is not {what}", repair


def _unread(text: str, datatype: str) -> str:
    """Return why the text is no literal of the type, or none that a record holds, "" if it is."""
    problem = literal_problem(text, datatype)
    if not problem and datatype in LIMITED:
        problem = unheld(text, datatype)
    return shown(problem)


def _mapping(cell: str, target: str) -> str:
    return f"write {parameter('mapping', {shown(cell): target})}"


def require_readable(table: Table) -> None:
    """Raise InputError when the table that was read turned out to hold no text."""
    if not table.readable:
        raise InputError(str(table.findings[-1]))
