"""Load the tables: `data/*.csv` → entities, sources and statements, every bad row a finding.

A wrong row is left out and reported with its line and column; reading goes on to the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, cast

from kg.errors import Finding, article, did_you_mean, hint
from kg.files import named
from kg.model import schema
from kg.model.dataset import NO_DAY, DatasetInfo
from kg.model.dates import NotADateError, PartialDate
from kg.model.doubts import Doubts
from kg.model.literals import is_web_address, literal_problem
from kg.model.merge import merge
from kg.model.namespaces import is_id
from kg.model.ontology import Ontology, Property
from kg.model.patterns import SHA256, WIKIDATA_ID
from kg.model.statement import RANKS, Entity, Rank, Reference, Source, Statement
from kg.model.table import Row, Table, statement_tables

RecordT = TypeVar("RecordT", Entity, Source)


@dataclass(frozen=True)
class Records:
    """What the tables say; `findings` holds everything that was wrong with them.

    `doubtful` names the ids that occur in rows left out, and `complete` is false when a whole
    file could not be read, so that later checks can keep quiet about what only follows from that.
    """

    dataset: DatasetInfo
    entities: Mapping[str, Entity]
    sources: Mapping[str, Source]
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    doubtful: frozenset[str] = frozenset()
    complete: bool = True


def load(folder: Path, ontology: Ontology, dataset: DatasetInfo) -> Records:
    """Read entities, sources and all of `statements/*.csv` below the folder.

    Rows with the same triple and period become one statement with several references; an
    attestation inside the period of a statement of the same triple becomes its reference.

    Raises InputError when a table cannot be opened.
    """
    return Loader(folder, ontology, dataset.issued).read(dataset)


class _Wrong(Exception):  # noqa: N818 - never leaves this module: one bad cell ends its row
    """A cell that makes its row unusable: column, message, repair."""

    def __init__(self, column: str, message: str, repair: str) -> None:
        super().__init__(column, message, repair)
        self.column, self.message, self.repair = column, message, repair


class _Unsure(Exception):  # noqa: N818 - never leaves this module
    """A row that cannot be judged, because the ontology could not be read."""


class Loader:
    """Reads the tables of one project and gathers what they say and what is wrong with them.

    `statement` judges a single row, once entities and sources are read.
    """

    def __init__(self, folder: Path, ontology: Ontology, issued: str = NO_DAY) -> None:
        self.folder = folder
        self.ontology = ontology
        self.issued = issued
        self.doubts = Doubts(None if issued == NO_DAY else PartialDate.parse(issued).earliest)
        self.findings: list[Finding] = []
        self.entities: Mapping[str, Entity] = {}
        self.sources: Mapping[str, Source] = {}
        self.doubtful: set[str] = set()
        self.unreadable: set[str] = set()
        self.unknown: set[str] = set()
        self.complete = True

    def read(self, dataset: DatasetInfo) -> Records:
        """Read all tables."""
        self.read_named()
        statements, findings = merge(self.singles())
        self.findings += findings
        return self.records_of(dataset, statements)

    def read_named(self) -> None:
        """Read entities and sources, which rows of statements name."""
        entities = self.named("entities", self.entity)
        self.entities = {entity.id: entity for entity in entities}
        sources = self.named("sources", self.source)
        self.sources = {source.id: source for source in sources}

    def records_of(self, dataset: DatasetInfo, statements: Iterable[Statement]) -> Records:
        """Return what was read, with the statements that were made of it."""
        return Records(
            dataset,
            self.entities,
            self.sources,
            tuple(statements),
            (*self.findings, *self.doubts.lone()),
            frozenset(self.doubtful),
            self.complete,
        )

    def named(
        self, name: Literal["entities", "sources"], make: Callable[[Row], RecordT]
    ) -> list[RecordT]:
        """Read a table whose rows have an id of their own."""
        path, label = self.folder / f"{name}.csv", f"{self.folder.name}/{name}.csv"
        table = Table(path, label, schema.required(name), schema.optional(name))
        found = [record for _, record in self.judge(table, table, make)]
        self.close_named(name, table)
        return found

    def judge(
        self, table: Table, rows: Iterable[Row], make: Callable[[Row], RecordT]
    ) -> Iterator[tuple[Row, RecordT]]:
        """Yield each good row of such a table with its record; the others become findings."""
        first: dict[str, Row] = {}
        for row in rows:
            identifier = row.cells["id"]
            if not table.complete:
                continue
            if identifier in first:
                message = f"id '{identifier}' is already that of line {first[identifier].line}"
                repair = "remove this row or give it another id"
                self.findings.append(row.error("id", message, repair))
                continue
            first[identifier] = row
            if uncarried := row.uncarried():
                self.findings += uncarried
                table.lost.add(identifier)
                continue
            try:
                record = make(row)
            except _Unsure:
                table.lost.add(identifier)
            except _Wrong as wrong:
                self.findings.append(row.error(wrong.column, wrong.message, wrong.repair))
                table.lost.add(identifier)
            except schema.NotOfTypeError as wrong:
                self.findings.append(row.error(wrong.column, wrong.problem, wrong.repair))
                table.lost.add(identifier)
            else:
                yield row, record

    def close_named(self, name: str, table: Table) -> None:
        """Keep what was wrong with such a table, and which ids cannot be judged."""
        self.close(table)
        self.unreadable |= table.lost
        if not table.complete:
            self.unknown.add(name)

    def entity(self, row: Row) -> Entity:
        """Return the row's entity."""
        cells = row.cells
        self.check_id(cells["id"])
        if cells["class"] not in self.ontology.classes:
            if not self.ontology.complete:
                raise _Unsure
            message = f"class '{cells['class']}' is not in the ontology"
            known = did_you_mean(cells["class"], self.ontology.classes)
            raise _Wrong("class", message, hint(known, "correct it or add it to the ontology"))
        if cells["wikidata"] and not re.fullmatch(WIKIDATA_ID, cells["wikidata"]):
            message = f"'{cells['wikidata']}' is not a Wikidata id"
            raise _Wrong("wikidata", message, "write Q and a number, or leave the cell empty")
        return Entity.of(cells, row.place)

    def source(self, row: Row) -> Source:
        """Return the row's source."""
        cells = row.cells
        self.check_id(cells["id"])
        given = (column for column in ("published", "accessed") if cells[column])
        dates = {column: _date(column, cells[column]) for column in given}
        if cells["url"] and not is_web_address(cells["url"]):
            message = f"'{cells['url']}' is not a web address"
            raise _Wrong("url", message, "write the whole address, starting with https://")
        if cells["sha256"] and not re.fullmatch(SHA256, cells["sha256"]):
            message = "the digest is not 64 hexadecimal digits in lower case"
            raise _Wrong("sha256", message, "write the output of sha256sum, or leave it empty")
        self.findings += self.doubts.about(row, dates)
        return Source.of(cells, row.place)

    def check_id(self, identifier: str) -> None:
        """Refuse what is no id."""
        if not is_id(identifier):
            message = f"'{identifier}' is not an id"
            repair = "use lower-case Latin letters, digits and single hyphens or dots"
            raise _Wrong("id", message, repair)

    def singles(self) -> Iterator[tuple[Row, Statement]]:
        """Yield each good row of the statement tables as a statement with one reference."""
        seen: dict[tuple[str, ...], Row] = {}
        paths = statement_tables(self.folder, ".csv")
        if not paths:
            where = f"{self.folder.name}/statements"
            message, repair = "there is no table of statements", f"add one as {where}/facts.csv"
            self.findings.append(Finding(where, 0, 0, "warning", message, repair))
        self.warn_of_others(paths)
        said = [c for c in schema.required("statements") if c not in {"rank", "note"}]
        for path in paths:
            label = named(self.folder, path)
            table = Table(path, label, schema.required("statements"), schema.optional("statements"))
            for row in table:
                single = self.statement(row) if table.complete else None
                if single is None:
                    table.lost.update((row.cells["subject"], row.cells["object"]))
                    continue
                key = tuple(row.cells[column] for column in said)
                if key in seen:
                    message = f"the row repeats {seen[key].place}"
                    repair = "remove one of the two"
                    self.findings.append(row.error("subject", message, repair))
                else:
                    seen[key] = row
                    yield row, single
            self.close(table)

    def warn_of_others(self, tables: list[Path]) -> None:
        """Name the files below `statements/` that are not read."""
        folder = self.folder / "statements"
        for path in sorted(folder.rglob("*")):
            # Whoever writes a folder of parts says with `_SUCCESS` that it is whole.
            is_aside = path.name.startswith(".") or path.name == "_SUCCESS"
            if path.is_file() and path not in tables and not is_aside:
                label = f"{self.folder.name}/statements/{path.relative_to(folder).as_posix()}"
                repair = "tables of statements are the *.csv files directly in that folder"
                finding = Finding(label, 0, 0, "warning", "the file is not read", repair)
                self.findings.append(finding)

    def statement(self, row: Row) -> Statement | None:
        """Return the row's statement, or None after noting every wrong cell of the row."""
        cells = row.cells
        before = len(self.findings)
        self.findings += row.uncarried()
        known = self.property(row)
        self.check_known(row, "subject", "entities", self.entities)
        self.check_known(row, "source", "sources", self.sources)
        if known:
            self.check_sides(row, known)
        dates = self.check_times(row, known)
        if cells["rank"] and cells["rank"] not in RANKS:
            message = f"rank '{cells['rank']}' is unknown"
            repair = hint(
                did_you_mean(cells["rank"], RANKS),
                "leave it empty or write preferred or deprecated",
            )
            self.findings.append(row.error("rank", message, repair))
        more: schema.More = ()
        try:
            more = schema.given("statements", cells)
        except schema.NotOfTypeError as wrong:
            self.findings.append(row.error(wrong.column, wrong.problem, wrong.repair))
        if known is None or len(self.findings) > before:
            return None
        self.findings += self.doubts.about(row, dates)
        triple = (cells["subject"], cells["predicate"], cells["object"])
        reference = Reference(
            cells["source"], cells["locator"], cells["at"], row.place, cells["note"]
        )
        return Statement(
            *triple,
            known.kind,
            known.datatype,
            cells["start"],
            cells["end"],
            cells["at"],
            cast("Rank", cells["rank"] or "normal"),
            (reference,),
            more=more,
        )

    def property(self, row: Row) -> Property | None:
        """Return the property that the row names; an unknown one is a finding."""
        name = row.cells["predicate"]
        found = self.ontology.properties.get(name)
        if not name:
            repair = "write the name of a property of the ontology"
            self.findings.append(row.error("predicate", "the predicate is missing", repair))
        elif found is None and self.ontology.complete:
            message = f"predicate '{name}' is not a property of the ontology"
            known = did_you_mean(name, self.ontology.properties)
            repair = hint(known, "correct it or add it to the ontology")
            self.findings.append(row.error("predicate", message, repair))
        return found

    def check_known(
        self, row: Row, column: str, table: str, known: Mapping[str, Entity] | Mapping[str, Source]
    ) -> None:
        """Check that the cell is an id of the other table."""
        identifier = row.cells[column]
        if identifier in known or table in self.unknown or identifier in self.unreadable:
            return
        where = f"{self.folder.name}/{table}.csv"
        if identifier:
            message = f"{column} '{identifier}' is not a known id"
            repair = hint(did_you_mean(identifier, known), f"correct it or add it to {where}")
        else:
            message = f"the {column} is missing"
            repair = f"write an id of {where}"
        self.findings.append(row.error(column, message, repair))

    def check_sides(self, row: Row, known: Property) -> None:
        """Check that subject and object are of the kinds that the property joins."""
        self.check_class(row, "subject", known.name, known.domain)
        if not known.datatype:
            self.check_known(row, "object", "entities", self.entities)
            self.check_class(row, "object", known.name, known.range)
        elif not row.cells["object"]:
            repair = f"write a literal of type {known.datatype}"
            self.findings.append(row.error("object", "the object is missing", repair))
        elif problem := literal_problem(row.cells["object"], known.datatype):
            repair = f"the object of '{known.name}' is a literal of type {known.datatype}"
            self.findings.append(row.error("object", problem, repair))

    def check_class(self, row: Row, column: str, name: str, allowed: frozenset[str]) -> None:
        """Check that the entity in the cell is of one of the allowed classes."""
        entity = self.entities.get(row.cells[column])
        if entity and not self.ontology.is_a(entity.class_name, allowed):
            kind = entity.class_name
            message = f"{column} '{entity.id}' is {article(kind)} {kind}"
            kinds = " or ".join(f"{article(kind)} {kind}" for kind in sorted(allowed))
            repair = f"the {column} of '{name}' must be {kinds}"
            self.findings.append(row.error(column, message, repair))

    def check_times(self, row: Row, known: Property | None) -> dict[str, PartialDate]:
        """Check each date, and that those given suit the property's kind; return them."""
        cells = row.cells
        dates: dict[str, PartialDate] = {}
        for column in ("start", "end", "at"):
            if cells[column]:
                try:
                    dates[column] = _date(column, cells[column])
                except _Wrong as wrong:
                    self.findings.append(row.error(column, wrong.message, wrong.repair))
                    return dates
        problem = _time_problem(dates, known)
        if problem:
            self.findings.append(row.error(*problem))
        return dates

    def close(self, table: Table) -> None:
        """Keep what was wrong with a table that was read to its end."""
        self.findings += table.findings
        self.doubtful |= table.lost - {""}
        self.complete &= table.complete


def _date(column: str, text: str) -> PartialDate:
    try:
        return PartialDate.parse(text)
    except NotADateError as error:
        raise _Wrong(column, error.problem, error.repair or "correct the date") from error


def _time_problem(
    dates: dict[str, PartialDate], known: Property | None
) -> tuple[str, str, str] | None:
    """Return (column, message, repair) of what is wrong with the dates of a row."""
    if "at" in dates and len(dates) > 1:
        message = "'at' stands together with 'start' or 'end'"
        return "at", message, "give the one day in 'at', or the period in 'start' and 'end'"
    if "start" in dates and "end" in dates and dates["end"].latest <= dates["start"].earliest:
        message = f"end {dates['end'].text} is not after start {dates['start'].text}"
        return "end", message, "the end is the first day on which the fact no longer holds"
    if known is None:
        return None
    if known.kind == "timeless" and dates:
        message = f"'{known.name}' is timeless but the row has a date"
        return next(iter(dates)), message, "leave start, end and at empty"
    if known.kind == "state" and not dates:
        message = f"'{known.name}' holds for a time but the row has no date"
        return "start", message, "give start, end or at"
    if known.kind == "event" and "at" not in dates and len(dates) < 2:
        message = f"'{known.name}' happens on a day but the row does not say which"
        return "at", message, "give at, or start and end for what took several days"
    return None
