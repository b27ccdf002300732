"""Load the tables of `data/` → entities, sources and statements, every bad row a finding.

A wrong row is left out and reported with its line and column; reading goes on to the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, TypeVar, cast

from kg.errors import Finding, InputError, noun
from kg.files import HELD, named
from kg.model import schema
from kg.model.called import Names, of_entities, of_sources
from kg.model.case import Case, Named
from kg.model.checks import place_in
from kg.model.dataset import NO_DAY, DatasetInfo
from kg.model.dates import UNKNOWN, PartialDate
from kg.model.doubts import Doubts
from kg.model.edtf import TIMES, over_after
from kg.model.languages import UNNAMED, label_column, language_of
from kg.model.merge import merge
from kg.model.ontology import Ontology, Property
from kg.model.row_check import Asked
from kg.model.row_checks import of_table
from kg.model.sheets import Sheets, sheets
from kg.model.statement import Entity, Rank, Reference, Source, Statement
from kg.model.table import Row, Table
from kg.model.table_checks import about_entities, out_of_order
from kg.model.tables import (
    beside,
    copies,
    named_tables,
    statement_tables,
    strays,
    unread_rdf,
    without_parts,
    workbooks,
)
from kg.pipeline.whole_tables import WholeTables
from kg.progress import EVERY, at_work, counted

RecordT = TypeVar("RecordT", Entity, Source)
TableT = TypeVar("TableT", bound=Table)
LabelRepair = Callable[[str, Sequence[str]], str | None]

TABLES: Final[tuple[schema.TableName, ...]] = ("entities", "sources", "statements")
# What is told while tables of statements are read, by rows or by columns.
BYTES: Final = "bytes of tables read"


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
    return Loader(folder, ontology, dataset).read()


class Loader:
    """Reads the tables of one project and gathers what they say and what is wrong with them.

    `statement` judges a single row, once entities and sources are read.
    """

    def __init__(
        self,
        folder: Path,
        ontology: Ontology,
        dataset: DatasetInfo,
    ) -> None:
        self.folder = folder
        self.ontology = ontology
        self.dataset = dataset
        day = None if dataset.issued == NO_DAY else PartialDate.parse(dataset.issued).earliest
        self.doubts = Doubts(day)
        self.findings: list[Finding] = []
        self.homes = {name: f"{folder.name}/{name}.csv" for name in ("entities", "sources")}
        self.entities: Mapping[str, Entity] = {}
        self.sources: Mapping[str, Source] = {}
        self.doubtful: set[str] = set()
        self.unreadable: set[str] = set()
        self.unknown: set[str] = set()
        # How many rows of each table of statements rest on what could not be read.
        self.resting: Counter[str] = Counter()
        self.complete = True

    def read(self) -> Records:
        """Read all tables."""
        self.read_named()
        statements, findings = merge(self.singles(), self.ontology.once)
        self.findings += findings
        return self.records_of(statements)

    def read_named(self) -> None:
        """Read entities and sources, which rows of statements name."""
        self.findings += self.workbooks.notes
        entities = self.named("entities", self.entity)
        self.entities = {entity.id: entity for entity in entities}
        self.warn_unlabelled({language for one in entities for language in one.labels})
        self.findings += about_entities(entities, self.languages, self.rules)
        in_classes = ((one.class_name, one.id, place_in(one.row)) for one in entities)
        self.findings += out_of_order("entities", in_classes, self.rules)
        sources = self.named("sources", self.source)
        self.sources = {source.id: source for source in sources}
        in_one = (("", one.id, place_in(one.row)) for one in sources)
        self.findings += out_of_order("sources", in_one, self.rules)
        self.look_over_dataset()

    def look_over_dataset(self) -> None:
        """Find what the dataset names and the project does not have."""
        where = f"{self.folder.name}/dataset.ttl"
        self.findings += self.dataset.vain(self.ontology, self.entities, self.sources, where)

    def records_of(self, statements: Iterable[Statement]) -> Records:
        """Return what was read, with the statements that were made of it."""
        return Records(
            self.dataset,
            self.entities,
            self.sources,
            tuple(statements),
            (*self.findings, *self.doubts.lone()),
            frozenset(self.doubtful),
            self.complete,
        )

    def named(
        self, name: Literal["entities", "sources"], make: Callable[[Row], RecordT | None]
    ) -> list[RecordT]:
        """Read a table whose rows have an id of their own."""
        table = self.sheet_of(name) or self.table_of(name, Table)
        rows = counted(table, f"rows of {name} read")
        found = [record for _, record in self.judge(table, rows, make)]
        self.close_named(name, table)
        return found

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the labels, that of the dataset first."""
        return self.dataset.languages or UNNAMED

    @property
    def rules(self) -> frozenset[str]:
        """The house rules that are on."""
        return self.dataset.rules

    def table_of(self, name: Literal["entities", "sources"], kind: Callable[..., TableT]) -> TableT:
        """Return a table whose rows have an id of their own, not yet read.

        Raises InputError when there is none.
        """
        path, *others = named_tables(self.folder, name)
        label = named(self.folder, path)
        for other in others:
            hint = f"the table is {label}; put its rows there, or remove the file"
            place = named(self.folder, other)
            self.findings.append(Finding(place, 0, 0, "warning", "the file is not read", hint))
        columns = self.columns_of(name)
        if not path.exists():
            header = ",".join(columns[0])
            msg = f"{label} is missing; put it back, or write it with the header {header}"
            raise InputError(msg)
        return kind(path, label, *columns)

    def sheet_of(self, name: Literal["entities", "sources"]) -> Table | None:
        """Return the sheet that is a table whose rows have an id of their own, None without one.

        A second table of that name is an error, and no id of it is judged.
        """
        places = self.workbooks.called(name)
        files = [path for path in named_tables(self.folder, name) if path.is_file()]
        first = [*(named(self.folder, path) for path in files), *(one.label for one in places)]
        for other in places if files else places[1:]:
            message = f"the table of {name} is {first[0]} already"
            repair = "put all rows into one of the two, and delete the other"
            self.findings.append(Finding(other.label, 0, 0, "error", message, repair))
            self.unknown.add(name)
            self.complete = False
        if files or not places:
            return None
        self.homes[name] = places[0].label
        return places[0].table(*self.columns_of(name))

    @cached_property
    def workbooks(self) -> Sheets:
        """The sheets of workbooks that are tables of the project."""
        return sheets(self.folder)

    def columns_of(
        self, name: Literal["entities", "sources"]
    ) -> tuple[tuple[str, ...], tuple[str, ...], LabelRepair | None]:
        """Return the columns that such a table must and may have, and what repairs others."""
        repair = self.label_repair if name == "entities" else None
        return schema.required(name, self.languages), schema.optional(name), repair

    def label_repair(self, column: str, header: Sequence[str]) -> str | None:
        """Return what to do about a column of labels that is missing or unknown, "" about others.

        None where nothing can be said of it, because the list of languages is wrong.
        Where the dataset names no languages, the usual columns stand for themselves.
        """
        language, where = language_of(column), f"{self.folder.name}/dataset.ttl"
        if not language:
            return ""
        named = self.dataset.languages
        if named is None:
            return None
        there = {language_of(one): one for one in header if language_of(one)}
        every = " ".join(f'"{one}"' for one in dict.fromkeys((*named, *there)))
        if column in header:
            call = [f"call it {label_column(language)}"] if column != label_column(language) else []
            name = f"name its language in {where}: kg:languages ( {every} )"
            return " and ".join([*call, name] if language not in self.languages else call)
        if language in there:
            return f"call the column '{there[language]}' so"
        if named:
            return f"add it, or take '{language}' out of kg:languages in {where}"
        known = f"add it, or name the languages there are in {where}: kg:languages ( {every} )"
        return known if there else ""

    def warn_unlabelled(self, used: Collection[str]) -> None:
        """Name the languages of the dataset in which no entity has a label."""
        where = self.homes["entities"]
        for language in (self.dataset.languages or ()) if self.entities else ():
            if language not in used:
                message = f"no entity has a label in '{language}', which kg:languages names"
                repair = f"write one in the column {label_column(language)}, or name it no longer"
                self.findings.append(Finding(where, 1, 1, "warning", message, repair))

    def judge(
        self, table: Table, rows: Iterable[Row], make: Callable[[Row], RecordT | None]
    ) -> Iterator[tuple[Row, RecordT]]:
        """Yield each good row of such a table with its record; the others become findings."""
        first: dict[str, Row] = {}
        for row in rows:
            identifier = row.cells["id"]
            if not table.complete:
                continue
            if identifier and identifier in first:
                message = f"id '{identifier}' is already that of line {first[identifier].line}"
                repair = "remove this row or give it another id"
                self.findings.append(row.error("id", message, repair))
                continue
            first[identifier] = row
            record = make(row)
            if record is None:
                table.lost.add(identifier)
            else:
                yield row, record

    def close_named(self, name: str, table: Table) -> None:
        """Keep what was wrong with such a table, and which ids cannot be judged."""
        self.close(table)
        self.unreadable |= table.lost
        if not table.complete:
            self.unknown.add(name)

    def entity(self, row: Row) -> Entity | None:
        """Return the row's entity, or None after noting what is wrong with it."""
        good = self.good("entities", row)
        return Entity.of(row.cells, row.place, self.languages) if good else None

    def source(self, row: Row) -> Source | None:
        """Return the row's source, or None after noting what is wrong with it."""
        case = self.good("sources", row)
        if case is None:
            return None
        self.doubts.keep(row, {name: case.date(name) for name in ("published", "accessed")})
        return Source.of(row.cells, row.place)

    def good(self, table: schema.TableName, row: Row) -> Case | None:
        """Ask the checks, note what they find, and return the row as they saw it if it is good."""
        case = Case(row, self)
        found = self.checks[table].failed(case)
        for check in found:
            self.findings += check.look(case)
        return None if any(check.severity == "error" for check in found) else case

    @cached_property
    def checks(self) -> dict[schema.TableName, Asked]:
        """The checks on the rows of each table, ready to be asked."""
        return {table: Asked(of_table(table, self.rules)) for table in TABLES}

    @cached_property
    def called(self) -> dict[Named, Names]:
        """What entities and sources are called beside their ids, once both are read."""
        return {"entities": of_entities(self.entities), "sources": of_sources(self.sources)}

    def singles(self) -> Iterator[tuple[Row, Statement]]:
        """Yield each good row of the statement tables as a statement with one reference."""
        seen: dict[tuple[str, ...], Row] = {}
        paths = statement_tables(self.folder, ".csv")
        columns = schema.required("statements"), schema.optional("statements")
        tables = [Table(one, named(self.folder, one), *columns) for one in self.own(paths)]
        tables += [place.table(*columns) for place in self.workbooks.of_statements()]
        self.warn_of_others([*paths, *workbooks(self.folder)])
        seen_all = WholeTables(self)
        said = [c for c in schema.required("statements") if c not in {"rank", "note"}]
        done, total = 0, sum(table.size for table in tables)
        for table in tables:
            for row in _told(table, done, total):
                seen_all.see(row)
                self.rest(table, 1)
                single = self.statement(row) if table.complete else None
                if single is None:
                    table.lost.update((row.cells["subject"], row.cells["object"]))
                    continue
                seen_all.follow(row)
                key = tuple(row.cells[column] for column in said)
                if key in seen:
                    repeated = f"the row repeats {seen[key].place}"
                    self.findings.append(row.error("subject", repeated, "remove one of the two"))
                else:
                    seen[key] = row
                    yield row, single
            done += table.size
            self.close(table)
        self.findings += [*seen_all.bare(tables), *seen_all.unused(), *self.consequences()]

    def own(self, paths: list[Path]) -> list[Path]:
        """Return the tables without those that are copies of others, which are named."""
        found = copies(paths)
        for path, of in sorted(found.items()):
            message = f"the table is a copy of {named(self.folder, of)}"
            label, repair = named(self.folder, path), "delete one of the two"
            self.findings.append(Finding(label, 0, 0, "error", message, repair))
        return [path for path in paths if path not in found]

    def rest(self, table: Table, rows: int) -> None:
        """Count rows of a table of statements that rest on a table which could not be read."""
        if self.unknown and table.complete:
            self.resting[table.label] += rows

    def consequences(self) -> Iterator[Finding]:
        """Yield what is not judged because of a table that could not be read, once all are."""
        rows, tables = self.resting.total(), len(self.resting)
        for name in sorted(self.unknown) if rows else ():
            which = f"{rows:,} {noun(rows, 'row')} in {tables:,} {noun(tables, 'table')}"
            message = f"{which} {noun(rows, 'names', 'name')} {name} of this table, and "
            message += noun(rows, "is not judged by it", "are not judged by it")
            yield Finding(self.homes[name], 1, 1, "note", message, "mend the table first")

    def warn_of_others(self, tables: list[Path]) -> None:
        """Name what looks like a table and is not read, below `statements/` and beside it."""
        folder = self.folder / "statements"
        for path in without_parts(self.folder, (".csv", ".parquet")):
            message = "the folder is called as a table is, and no part of one is in it"
            repair = f"put the parts into it as *{path.suffix}, or delete it"
            label = named(self.folder, path)
            self.findings.append(Finding(label, 0, 0, "warning", message, repair))
        for path in strays(self.folder):
            what = "folder" if path.is_dir() else "file"
            repair = (
                "tables of statements stand in data/statements/, and beside it entities.csv, "
                "sources.csv, views.csv and stories.csv alone; move it, or call it so"
            )
            label, message = named(self.folder, path), f"the {what} is not read"
            self.findings.append(Finding(label, 0, 0, "warning", message, repair))
        self.findings += unread_rdf(self.folder, [self.folder / "dataset.ttl"])
        for path in beside(self.folder, [schema.required(one) for one in TABLES]):
            repair = f"tables stand in {self.folder.name}/; move it there, or delete it"
            self.findings.append(
                Finding(path.name, 0, 0, "warning", "the file is not read", repair)
            )
        for path in sorted(folder.rglob("*")):
            # Whoever writes a folder of parts says with `_SUCCESS` that it is whole.
            is_aside = path.name.startswith((".", HELD)) or path.name == "_SUCCESS"
            if path.is_file() and path not in tables and not is_aside:
                label = f"{self.folder.name}/statements/{path.relative_to(folder).as_posix()}"
                repair = "tables of statements are the *.csv, *.xlsx and *.ods files directly there"
                finding = Finding(label, 0, 0, "warning", "the file is not read", repair)
                self.findings.append(finding)

    def statement(self, row: Row) -> Statement | None:
        """Return the row's statement, or None after noting every wrong cell of the row."""
        case = self.good("statements", row)
        if case is None or case.property is None:
            return None
        self.doubts.keep(row, {name: case.date(name) for name in TIMES})
        cells = row.cells
        triple = (cells["subject"], cells["predicate"], cells["object"])
        reference = Reference(
            cells["source"], cells["locator"], cells["at"], row.place, cells["note"]
        )
        return Statement(
            *triple,
            case.property.kind,
            case.property.datatype,
            cells["start"],
            cells["end"],
            cells["at"],
            cast("Rank", cells["rank"] or "normal"),
            (reference,),
            more=schema.given("statements", cells),
            over_by=self.over_by(cells, case.property),
        )

    def over_by(self, cells: Mapping[str, str], of: Property) -> str:
        """Return the day by which a row says that it was over, where its `end` does not say it.

        That is where nobody dates the end, and where the days of an end are last ones.
        """
        if cells["end"] != UNKNOWN:
            return over_after(cells["end"]) if of.last_days else ""
        source = self.sources.get(cells["source"])
        return source.over_by(self.doubts.issued) if source else ""

    def close(self, table: Table) -> None:
        """Keep what was wrong with a table that was read to its end."""
        self.findings += [*table.findings, *table.notes]
        self.doubtful |= table.lost - {""}
        self.complete &= table.complete


def _told(table: Table, done: int, total: int) -> Iterator[Row]:
    """Yield the rows of one of the tables, and say how far into all of them they are."""
    for number, row in enumerate(table):
        if number % EVERY == 0:
            at_work(BYTES, done, total)
        done += len(row.text.encode()) + 1
        yield row
