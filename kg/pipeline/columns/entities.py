"""Entities: tables of entities and sources on columns; a record is made when it is looked at."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    ValuesView,
)
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from pyoxigraph import Quad, RdfFormat, serialize

from kg.model import schema
from kg.model.case import Named
from kg.model.languages import label_column
from kg.model.namespaces import Vocabulary, term
from kg.model.ontology import Ontology
from kg.model.scripts import patterns
from kg.model.statement import Entity, Source
from kg.model.table import Row
from kg.model.table_checks import (
    LABEL_SCRIPT,
    SAME_LABEL,
    SAME_WIKIDATA,
    UNLABELLED,
    about_entities,
    out_of_order,
)
from kg.pipeline.assemble import describe_entity, describe_source
from kg.pipeline.columns.batches import Lines, header_of
from kg.pipeline.columns.lines import given, line, properties, quoted
from kg.pipeline.columns.surely import right
from kg.pipeline.columns.texts import escape
from kg.pipeline.load import Loader

if TYPE_CHECKING:
    import polars as pl

RecordT = TypeVar("RecordT", Entity, Source)

# How many records are written at a time.
_SLICE: Final = 50_000


class Rows(Mapping[str, RecordT]):
    """Records by their id, in the order of their table, kept as columns."""

    def __init__(
        self, frame: pl.DataFrame, label: str, make: Callable[[Mapping[str, str], str], RecordT]
    ) -> None:
        """Take the good rows of a table, with `line`, and what makes a record of one."""
        self.frame, self.label = frame, label
        self.make: Callable[[Mapping[str, str], str], RecordT] = make
        # Which rows they are in the order of their ids; none where the rows stand in it.
        self.order: pl.Series | None = frame["id"].arg_sort()
        self.ids = frame["id"].gather(self.order)

    def __len__(self) -> int:
        """How many there are."""
        return self.frame.height

    def __iter__(self) -> Iterator[str]:
        """Yield the ids."""
        return iter(self.frame["id"])

    def __contains__(self, key: object) -> bool:
        """Whether there is a record of this id."""
        return isinstance(key, str) and self._place(key) is not None

    def __getitem__(self, key: str) -> RecordT:
        """Make the record of this id."""
        place = self._place(key)
        if place is None:
            raise KeyError(key)
        return self._record(self.frame.row(place, named=True))

    def among(self, ids: pl.Series, *columns: str) -> pl.DataFrame:
        """Return the columns of those of the ids that there are, in no order."""
        asked, cells = ids.drop_nulls().unique(), self.frame.select(columns)
        if not len(self) or not len(asked):
            return cells.clear()
        at = self.ids.search_sorted(asked).clip(upper_bound=len(self) - 1)
        found = at.filter(self.ids.gather(at) == asked)
        return cells[found if self.order is None else self.order.gather(found)]

    def only(self, ids: Collection[str]) -> Rows[RecordT]:
        """Return those of these ids."""
        import polars as pl

        return Rows(self.frame.filter(pl.col("id").is_in([*ids])), self.label, self.make)

    def values(self) -> ValuesView[RecordT]:
        """Return all records, each made as it is come to."""
        return _Records(self)

    def placed(self) -> Iterator[tuple[str, tuple[str, int]]]:
        """Yield each id with its place, in the order of the table."""
        for name, number in zip(self.frame["id"], self.frame["line"], strict=True):
            yield name, (self.label, number)

    def whole(self) -> dict[str, RecordT]:
        """Return all records."""
        return {record.id: record for record in self.values()}

    def some(self, frame: pl.DataFrame) -> list[RecordT]:
        """Return the records of some of the rows."""
        return list(self.each(frame))

    def each(self, frame: pl.DataFrame) -> Iterator[RecordT]:
        """Yield the records of some of the rows."""
        return map(self._record, frame.iter_rows(named=True))

    def _record(self, cells: dict[str, Any]) -> RecordT:
        return self.make(cells, f"{self.label}:{cells['line']}")

    def _place(self, key: str) -> int | None:
        # One after the other they are asked for some thousand times, and to compare some cells
        # takes a twentieth of what a query of the columns does.
        at = bisect_left(cast("Sequence[str]", self.ids), key)
        if at == len(self.ids) or self.ids[at] != key:
            return None
        return at if self.order is None else cast("int", self.order[at])


class _Records(ValuesView[RecordT]):
    """The records of rows, which are gone through one after the other."""

    _mapping: Rows[RecordT]

    def __iter__(self) -> Iterator[RecordT]:
        """Yield them, in the order of their table."""
        yield from self._mapping.each(self._mapping.frame)


def read_named(loader: Loader) -> None:
    """Do what `Loader.read_named` does, column by column.

    Raises InputError when a table cannot be opened or changes while it is read.
    """
    table = _Table("entities", schema.every("entities", loader.languages))
    frame, label = table.read(loader, loader.entity)
    entities = entities_in(frame, label, loader.languages)
    loader.entities = entities
    texts = {language: frame[label_column(language)] for language in loader.languages}
    loader.warn_unlabelled({one for one, cells in texts.items() if (cells != "").any()})
    _look_over(loader, entities)
    read = _Table("sources", schema.every("sources")).read(loader, loader.source)
    sources = sources_in(*read)
    in_one = (("", *of) for of in sources.placed())
    loader.findings += out_of_order("sources", in_one, loader.rules)
    loader.sources = sources
    loader.look_over_dataset()


def entities_in(frame: pl.DataFrame, label: str, languages: tuple[str, ...]) -> Rows[Entity]:
    """Return the entities of a table whose good rows are in a frame."""
    return Rows(frame, label, partial(Entity.of, languages=languages))


def sources_in(frame: pl.DataFrame, label: str) -> Rows[Source]:
    """Return the sources of a table whose good rows are in a frame."""
    return Rows(frame, label, Source.of)


def _look_over(loader: Loader, entities: Rows[Entity]) -> None:
    """Ask the house rules about whole tables of the entities."""
    import polars as pl

    frame = entities.frame
    labels = [label_column(language) for language in loader.languages]
    # Only of these can anything be said.
    asked = [
        *(name for name in labels if SAME_LABEL.name in loader.rules),
        *(["wikidata"] if SAME_WIKIDATA.name in loader.rules else []),
    ]
    is_odd = [pl.col(name).is_duplicated() & (pl.col(name) != "") for name in asked]
    is_odd += [pl.col(name) == "" for name in labels if UNLABELLED.name in loader.rules]
    if LABEL_SCRIPT.name in loader.rules:
        is_odd += [
            pl.col(label_column(one)).str.contains(has)
            & ~pl.col(label_column(one)).str.contains(has_not)
            for one in loader.languages
            for has, has_not in [patterns(one)]
            if has
        ]
    odd = entities.some(frame.filter(pl.any_horizontal(is_odd))) if is_odd else []
    loader.findings += about_entities(odd, loader.languages, loader.rules)
    in_classes = zip(frame["class"], entities.placed(), strict=True)
    rows = ((group, *of) for group, of in in_classes)
    loader.findings += out_of_order("entities", rows, loader.rules)


@dataclass(frozen=True)
class _Table:
    """A table whose rows have an id; `columns` are all, also those that the file leaves out."""

    name: Named
    columns: tuple[str, ...]

    def read(
        self, loader: Loader, make: Callable[[Row], RecordT | None]
    ) -> tuple[pl.DataFrame, str]:
        """Return the good rows, marked when they are `plain`, and how messages call the table."""
        import polars as pl

        table: Lines = loader.table_of(self.name, Lines)
        found = pl.concat(
            [pl.DataFrame(schema=self._schema), *(batch for batch in table.batches())]
        )
        if not table.complete:
            found = found.clear()
        plain = right(self.name, loader) & ~pl.col("id").is_duplicated()
        found = found.with_columns(plain.alias("plain"))
        rows = (self._row(cells) for cells in found.filter(~pl.col("plain")).iter_rows(named=True))
        lines = [row.line for row, _ in loader.judge(table, rows, make)]
        loader.close_named(self.name, table)
        good = found.filter(pl.col("plain") | pl.col("line").is_in(lines))
        return good.select(*self.columns, "line", "plain").rechunk(), table.label

    @property
    def _schema(self) -> dict[str, type[pl.DataType]]:
        import polars as pl

        names = (*self.columns, "file", "line", "text", "header")
        return {name: pl.Int64 if name == "line" else pl.String for name in names}

    def _row(self, cells: dict[str, Any]) -> Row:
        named = {column: cells[column] for column in self.columns}
        header, separator = header_of(cells["header"])
        return Row(cells["file"], cells["line"], cells["text"], header, named, separator)


def descriptions(loader: Loader) -> Iterator[memoryview]:
    """Yield what `assemble` says of the entities and sources that `read_named` read, as N-Quads."""
    words, ontology = loader.ontology.words, loader.ontology
    if isinstance(loader.entities, Rows):
        for frame, odd in _slices(loader.entities):
            yield _text(_entities(frame, ontology, loader.languages))
            told = (describe_entity(words, ontology, one, loader.languages[0]) for one in odd)
            yield _quads(chain.from_iterable(told))
    if isinstance(loader.sources, Rows):
        for frame, odd in _slices(loader.sources):
            yield _text(_sources(frame, words))
            yield _quads(quad for one in odd for quad in describe_source(words, one))


@dataclass(frozen=True)
class Descriptions:
    """The same, to be gone through again."""

    loader: Loader

    def __len__(self) -> int:
        """How many entities and sources there are."""
        return len(self.loader.entities) + len(self.loader.sources)

    def __iter__(self) -> Iterator[memoryview]:
        """Yield N-Quads."""
        return descriptions(self.loader)


def _slices(rows: Rows[RecordT]) -> Iterator[tuple[pl.DataFrame, list[RecordT]]]:
    """Yield plain rows by the thousands, each with the records of the other rows among them."""
    import polars as pl

    for start in range(0, len(rows), _SLICE):
        part = rows.frame.slice(start, _SLICE)
        yield part.filter("plain"), rows.some(part.filter(~pl.col("plain")))


def _quads(quads: Iterable[Quad]) -> memoryview:
    return memoryview(cast("bytes", serialize(quads, format=RdfFormat.N_QUADS)))


def _text(cells: pl.Series) -> memoryview:
    """Return cells of whole lines, one after the other."""
    return memoryview("".join(cells.to_list()).encode())


def _with_node(frame: pl.DataFrame, prefix: str) -> pl.DataFrame:
    """Name each row's subject, and escape its texts."""
    import polars as pl

    texts = [name for name in frame.columns if name not in {"id", "class", "line", "plain"}]
    node = pl.concat_str(pl.lit(f"<{prefix}"), "id", pl.lit(">"))
    return frame.with_columns(node.alias("node"), *(escape(frame[name]) for name in texts))


def _entities(frame: pl.DataFrame, ontology: Ontology, languages: tuple[str, ...]) -> pl.Series:
    """Return the lines of each entity; its description is in the first language."""
    import polars as pl

    words = ontology.words
    above = {name: sorted(names) for name, names in ontology.classes.items()}
    deepest = max((len(names) for names in above.values()), default=0)
    frame = _with_node(frame, words.prefixes["id"])
    node = pl.col("node")
    pieces = []
    for depth in range(deepest):
        types = {
            name: str(words.ontology(names[depth])) if depth < len(names) else ""
            for name, names in above.items()
        }
        kind = pl.col("class").replace_strict(types, return_dtype=pl.String)
        pieces.append(given(kind != "", line(node, "rdf:type", kind)))
    for language in languages:
        label = pl.col(label_column(language))
        pieces.append(given(label != "", line(node, "rdfs:label", quoted(label, language))))
    alias = pl.col("aliases").str.split("|").list.eval(pl.element().str.strip_chars())
    named = frame.select(node, alias.list.unique(maintain_order=True)).explode("aliases")
    named = named.filter(pl.col("aliases") != "")
    told = line(node, "skos:altLabel", quoted(pl.col("aliases")))
    pieces += properties(node, "entities", languages[0])
    lines = frame.select(pl.concat_str(pieces).alias("quads"))["quads"]
    return pl.concat([lines, named.select(told.alias("quads"))["quads"]])


def _sources(frame: pl.DataFrame, words: Vocabulary) -> pl.Series:
    """Return the lines of each source."""
    import polars as pl

    frame = _with_node(frame, words.prefixes["src"])
    node = pl.col("node")
    kind = line(node, "rdf:type", pl.lit(str(term("kg:Source"))))
    pieces = [kind, *properties(node, "sources")]
    return frame.select(pl.concat_str(pieces).alias("quads"))["quads"]


def whole(loader: Loader) -> None:
    """Make all records, for those who look at each more than once."""
    if isinstance(loader.entities, Rows):
        loader.entities = loader.entities.whole()
    if isinstance(loader.sources, Rows):
        loader.sources = loader.sources.whole()


class KnownIds(Collection[str]):
    """The IRIs of all entities and sources."""

    def __init__(self, loader: Loader) -> None:
        """Take what the loader has read."""
        prefixes = loader.ontology.words.prefixes
        self.tables: dict[str, Mapping[str, object]] = {
            prefixes["id"]: loader.entities,
            prefixes["src"]: loader.sources,
        }

    def __contains__(self, iri: object) -> bool:
        """Whether the IRI is that of an entity or source."""
        return isinstance(iri, str) and any(
            iri.startswith(prefix) and iri.removeprefix(prefix) in table
            for prefix, table in self.tables.items()
        )

    def __iter__(self) -> Iterator[str]:
        """Yield the IRIs."""
        for prefix, table in self.tables.items():
            yield from (prefix + name for name in table)

    def __len__(self) -> int:
        """How many there are."""
        return sum(map(len, self.tables.values()))
