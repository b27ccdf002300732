"""The record: tables beside the store that say what SPARQL finds in it."""

from __future__ import annotations

import csv
import json
import re
import shutil
from dataclasses import FrozenInstanceError
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kg
from kg.cli.commands import main
from kg.errors import StoreError
from kg.model.dates import iso
from kg.model.edtf import parse_date
from kg.model.statement import Entity, Statement
from kg.record.days import bounds
from kg.record.digests import BUCKETS, bucket_of, digests, of_named, whole
from kg.record.files import MANIFEST
from kg.record.frames import Table
from kg.record.reading import Cells
from kg.record.record import Record, StoredRecord
from kg.record.tables import TABLES, TableName
from kg.store.embedded import EmbeddedStore
from kg.store.read_back import History

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Tiny

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs" / "record.md"


def agree(store: EmbeddedStore) -> None:
    """Hold the record to what SPARQL finds in the same quads."""
    read, asked = History(store), History(EmbeddedStore.of(store.quads()))
    assert store.record is not None
    assert asked.store.record is None
    assert read.statements == asked.statements
    assert dict(read.sources) == dict(asked.sources)
    assert dict(read.entities) == dict(asked.entities)
    for key, one in read.entities.items():
        assert list(one.labels) == list(asked.entities[key].labels)


@pytest.fixture
def odd(tiny: Tiny) -> Tiny:
    """The league with what rows can say: attestations, ranks, disputes, literals, far years."""
    tiny.add("clara,playsFor,rooks,,,1999-05-03,gazette-1999,p. 2,,")
    tiny.add("clara,playsFor,knights,1996,1998,,gazette-1999,,deprecated,a slip")
    tiny.add("boris,playsFor,rooks,-0043-03,Y12020,,almanac-2001,,,")
    return tiny


@pytest.fixture
def stored(odd: Tiny, tmp_path: Path) -> StoredRecord:
    """The record of that league, written to disk and opened."""
    record = odd.build().store().record
    assert isinstance(record, Record)
    record.write(tmp_path / "record")
    return StoredRecord(tmp_path / "record")


def test_a_graph_in_memory_holds_its_record(odd: Tiny) -> None:
    agree(odd.build().store())


def test_the_record_of_the_shipped_graph_is_what_sparql_finds() -> None:
    graph = kg.build(ROOT / "data", ROOT / "ontology")

    agree(cast("EmbeddedStore", graph.store))


def test_what_was_known_by_a_date_has_a_record_of_its_own(odd: Tiny) -> None:
    from kg.query.slice import slice_of

    store = slice_of(odd.build().store(), known_by="2000")

    agree(cast("EmbeddedStore", store))
    assert "almanac-2001" not in History(store).sources


def test_the_world_of_another_date_has_the_same_record(odd: Tiny) -> None:
    from kg.query.slice import slice_of

    store = odd.build().store()

    assert slice_of(store, as_of="1996").record is store.record


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
def test_what_somebody_takes_out_of_a_graph_in_memory_is_no_longer_told(tiny: Tiny) -> None:
    """It may be changed through rdflib, and the record does not know of that."""
    from rdflib import RDFS, URIRef

    graph = kg.build(tiny.data, tiny.ontology)
    anna = URIRef("https://example.org/tiny/id/anna")
    graph.rdflib.remove((anna, RDFS.label, None))  # type: ignore[arg-type]

    assert graph.store.record is None
    assert graph.network().nodes["anna"]["label"] == "anna"


def test_what_was_written_is_read_again(odd: Tiny, stored: StoredRecord) -> None:
    record = odd.build().store().record

    assert record is not None
    assert stored.statements == record.statements
    assert stored.entities == record.entities
    assert stored.sources == record.sources
    assert stored.languages == ("en", "ru")


def test_rows_that_stand_otherwise_are_sorted(stored: StoredRecord, tmp_path: Path) -> None:
    """Those of a build of many rows are in order within its parts alone."""
    from kg.record import files

    tables = {name: pa.table(stored.table(name)) for name in TABLES}
    tables["statements"] = tables["statements"].take([*range(stored.count)][::-1])
    turned = {name: (table.column_names, [table]) for name, table in tables.items()}
    files.write(tmp_path / "turned", turned, stored.languages, [], ("", ""))
    found = StoredRecord(tmp_path / "turned")

    assert list(found.lists("statements")["id"]) == list(stored.lists("statements")["id"])[::-1]
    assert found.statements == stored.statements


def test_what_was_read_cannot_be_changed(stored: StoredRecord) -> None:
    one = stored.statements[0]

    for part in (one, one.references[0]):
        with pytest.raises(FrozenInstanceError):
            part.at = "2001"  # type: ignore[misc]


def test_the_files_beside_a_store_are_its_record(
    odd: Tiny, stored: StoredRecord, tmp_path: Path
) -> None:
    from kg.store.embedded import write

    assert stored.folder.parent == tmp_path
    (tmp_path / "store").mkdir()
    write(odd.build().quads, tmp_path / "store")

    agree(EmbeddedStore.open(tmp_path / "store"))


# ---------------------------------------------------------------- what stands in the tables

DAY_0 = date(1970, 1, 1)


def day(year: int, month: int, number: int) -> int:
    return (date(year, month, number) - DAY_0).days


@pytest.mark.parametrize(
    ("kind", "dates", "expected"),
    [
        ("state", {"start": "1999-05-03"}, (day(1999, 5, 3), day(1999, 5, 3), None, None)),
        (
            "state",
            {"start": "1999", "end": "2001-02"},
            (day(1999, 1, 1), day(1999, 12, 31), day(2001, 2, 2), day(2001, 3, 1)),
        ),
        (
            "state",
            {"at": "2000-02"},
            (day(2000, 2, 1), day(2000, 2, 29), day(2000, 2, 2), day(2000, 3, 1)),
        ),
        ("event", {"at": "2000-02-29"}, (day(2000, 2, 29), day(2000, 2, 29), None, None)),
        ("timeless", {}, (None, None, None, None)),
        # The year 0 is a leap year of 366 days: 1 January 0000 lies 719,528 days before 1970.
        ("state", {"start": "0000", "end": "0001"}, (-719528, -719163, -719161, -718797)),
    ],
)
def test_bounds_are_whole_days(
    kind: str, dates: dict[str, str], expected: tuple[int | None, ...]
) -> None:
    assert bounds(Statement("a", "p", "b", kind, **dates)) == expected  # type: ignore[arg-type]


def test_other_libraries_read_the_files(stored: StoredRecord) -> None:
    table = pl.read_parquet(stored.folder / "statements.parquet")
    rooks = table.filter(subject="anna", predicate="playsFor", object="rooks")

    assert rooks["start"].to_list() == ["2000-01-01"]
    first = rooks.select(pl.col("start_from").cast(pl.Int32).cast(pl.Date))
    assert first.to_series().to_list() == [date(2000, 1, 1)]
    aliases = pq.read_table(stored.folder / "entities.parquet").to_pylist()
    assert {one["id"]: one["aliases"] for one in aliases}["knights"] == [
        "Chess Club Knights",
        "The Knights",
    ]


def test_a_reference_knows_its_row_apart_from_its_statement(odd: Tiny) -> None:
    table = kg.build(odd.data, odd.ontology).references().to_polars()
    (row,) = table.filter(note="a slip").select("path", "line", "source").rows()
    lines = (odd.path / "data/statements/facts.csv").read_text(encoding="utf-8").splitlines()

    assert row[0] == "data/statements/facts.csv"
    assert "a slip" in lines[row[1] - 1]


def test_every_table_and_column_is_documented(odd: Tiny) -> None:
    page = DOCS.read_text(encoding="utf-8")
    rows = re.findall(r"^\|(?: (\w+))? \| (`[^|]+) \| [^|]+ \| [^|]+ \|$", page, re.MULTILINE)
    told: dict[str, set[str]] = {}
    table = ""
    for name, cells in rows:
        table = name or table
        told.setdefault(table, set()).update(re.findall(r"`(\w+)`", cells))
    record = odd.build().store().record
    assert record is not None
    made = {name: set(record.table(name).column_names) for name in TABLES}
    # Those of `sources.csv` stand in data/README.md, and are held to it elsewhere.
    made["sources"] &= {"id", "path", "line"}

    assert told == made


# ---------------------------------------------------------------- digests


def test_the_digest_of_a_bucket_is_the_sum_of_the_hashes_of_its_lines() -> None:
    years = [Statement("a", "p", "b", "state", start=year) for year in ("1999", "2004", "2009")]
    ids = [sha256(f"a\x1fp\x1fb\x1f{one.start}\x1f\x1f".encode()).hexdigest() for one in years]
    lines = [
        f'["{known[:16]}","a","p","b","","state","{one.start}","","","normal",'
        "[],[],[],0,[[],[],[]]]\n"
        for known, one in zip(ids, years, strict=True)
    ]
    total = sum(int(sha256(line.encode()).hexdigest(), 16) for line in lines)
    bucket = int(sha256(b"a\x1fp\x1fb").hexdigest()[:2], 16) % 64
    expected = ["0" * 64] * 64
    expected[bucket] = f"{total % 2**256:064x}"

    assert digests(years) == digests(reversed(years)) == expected


def test_the_digest_of_entities_is_the_sum_of_the_hashes_of_their_given_cells() -> None:
    ada = Entity("ada", "Person", {"en": "Ada", "ru": "Ада"}, ("Z", "B", "Z"), row="e.csv:2")
    bob = Entity("bob", "Person", description="Somebody\\", more=(("mood", "glad"),))
    lines = [
        '{"aliases":["B","Z"],"class":"Person","id":"ada","label_en":"Ada","label_ru":"Ада"}\n',
        '{"class":"Person","description":"Somebody\\\\","id":"bob","mood":"glad"}\n',
    ]
    total = sum(int(sha256(line.encode()).hexdigest(), 16) for line in lines)

    assert of_named([ada, bob]) == of_named([bob, ada]) == f"{total % 2**256:064x}"


def test_a_row_that_moves_changes_no_digest(tiny: Tiny) -> None:
    before = kg.build(tiny.data, tiny.ontology).store.record
    facts = tiny.path / "data/statements/facts.csv"
    header, *rows = facts.read_text(encoding="utf-8").splitlines(keepends=True)
    facts.write_text(header + "".join(reversed(rows)), encoding="utf-8")
    after = kg.build(tiny.data, tiny.ontology).store.record

    assert before is not None
    assert after is not None
    assert before.statements != after.statements
    assert digests(before.statements) == digests(after.statements)


def test_a_statement_that_changes_changes_its_bucket_alone(tiny: Tiny) -> None:
    before = tiny.build().store().record
    tiny.replace("data/statements/facts.csv", "almanac-2001,p. 2,,", "almanac-2001,p. 20,,")
    after = tiny.build().store().record
    assert before is not None
    assert after is not None
    pairs = zip(digests(before.statements), digests(after.statements), strict=True)
    changed = [bucket for bucket, (one, other) in enumerate(pairs) if one != other]
    moved = set(after.statements) - set(before.statements)

    assert changed
    assert set(changed) == {bucket_of(one.triple) for one in moved}


def test_entities_and_sources_have_digests_that_forget_their_rows(tiny: Tiny) -> None:
    def named() -> list[str]:
        record = tiny.build().store().record
        assert record is not None
        return [of_named(one.values()) for one in (record.entities, record.sources)]

    entities, sources = named()
    path = tiny.data / "entities.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(header + "".join(reversed(rows)), encoding="utf-8")
    assert named() == [entities, sources]

    tiny.replace("data/entities.csv", "Борис", "Борислав")
    other, same = named()
    assert (other != entities, same) == (True, sources)


def test_the_manifest_names_version_content_and_files(stored: StoredRecord) -> None:
    said = json.loads((stored.folder / MANIFEST).read_text(encoding="utf-8"))

    assert said["version"] == 1
    assert len(said["buckets"]) == BUCKETS == 64
    assert said["buckets"] == digests(stored.statements)
    assert said["digest"] == whole([*said["buckets"], said["entities"], said["sources"]])
    assert {name: own["rows"] for name, own in said["tables"].items()} == {
        name: stored.table(name).num_rows for name in TABLES
    }


# ---------------------------------------------------------------- damage


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_is_damaged_is_named(stored: StoredRecord, name: str) -> None:
    place = stored.folder / f"{name}.parquet"
    place.write_bytes(place.read_bytes()[:-9] + b"x" * 9)

    with pytest.raises(StoreError, match=rf"{name}\.parquet is damaged.*run 'kg build'"):
        stored.table(name)  # type: ignore[arg-type]


def test_a_table_that_is_missing_is_named(stored: StoredRecord) -> None:
    (stored.folder / "links.parquet").unlink()

    with pytest.raises(StoreError, match=r"links\.parquet cannot be read.*run 'kg build'"):
        _ = stored.statements


def test_a_record_of_another_version_is_refused(stored: StoredRecord) -> None:
    place = stored.folder / MANIFEST
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace('"version": 1', '"version": 2'), encoding="utf-8")

    with pytest.raises(StoreError, match=r"is of version 2, and this kg reads 1; run 'kg build'"):
        StoredRecord(stored.folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_manifest_that_is_damaged_is_named(stored: StoredRecord, text: str) -> None:
    (stored.folder / MANIFEST).write_text(text, encoding="utf-8")

    with pytest.raises(StoreError, match=r"record\.json is missing or damaged; run 'kg build'"):
        StoredRecord(stored.folder)


def test_a_record_that_cannot_be_written_says_where(odd: Tiny, tmp_path: Path) -> None:
    record = odd.build().store().record
    assert isinstance(record, Record)

    with pytest.raises(StoreError, match="the record cannot be written to"):
        record.write(tmp_path / "missing" / "record")


# ---------------------------------------------------------------- files that somebody rewrote


def rewrite(record: StoredRecord, name: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Write a table anew with another library, and put its digest right."""
    place = record.folder / f"{name}.parquet"
    pq.write_table(change(pq.read_table(place)), place)
    said = record.folder / MANIFEST
    manifest = json.loads(said.read_text(encoding="utf-8"))
    manifest["tables"][name]["sha256"] = sha256(place.read_bytes()).hexdigest()
    said.write_text(json.dumps(manifest), encoding="utf-8")


def with_column(column: str, make: Callable[[pa.ChunkedArray], object]) -> Any:
    def change(table: pa.Table) -> pa.Table:
        at = table.column_names.index(column)
        return table.set_column(at, column, make(table[column]))

    return change


def without_first(cells: pa.ChunkedArray) -> object:
    return pa.array([None, *cells.to_pylist()[1:]], cells.type)


def as_type(kind: pa.DataType) -> Callable[[pa.ChunkedArray], object]:
    return lambda cells: cells.cast(kind)


@pytest.mark.parametrize(
    ("name", "column", "make", "message"),
    [
        (
            "statements",
            "start_from",
            as_type(pa.float64()),
            "is of type Float64, not whole numbers",
        ),
        ("statements", "proof_count", as_type(pa.string()), "is of type Utf8, not whole numbers"),
        ("references", "line", as_type(pa.float32()), "is of type Float32, not whole numbers"),
        ("statements", "subject", lambda one: pa.array(range(len(one))), "type Int64, not text"),
        (
            "statements",
            "rank",
            lambda one: pa.array(range(len(one))).dictionary_encode(),
            r"is of type Dictionary\(Int32, Int64\), not text",
        ),
        ("sources", "title", lambda one: pa.array([b""] * len(one)), "is of type Binary, not text"),
        ("entities", "label_ru", lambda one: pa.array(range(len(one))), "type Int64, not text"),
        ("entities", "aliases", lambda one: pa.array(["a"] * len(one)), "Utf8, not lists of text"),
        ("entities", "aliases", lambda one: pa.array([[1]] * len(one)), "not lists of text"),
        ("statements", "id", without_first, "has no value in some row"),
        ("statements", "start", without_first, "has no value in some row"),
        ("statements", "proof_count", without_first, "has no value in some row"),
        ("statements", "kind", lambda one: pa.nulls(len(one)), "has no value in some row"),
        ("references", "source", without_first, "has no value in some row"),
        ("entities", "aliases", without_first, "has no value in some row"),
        ("entities", "aliases", lambda one: pa.array([["a", None]] * len(one)), "has no value"),
    ],
)
def test_a_column_of_another_type_is_named(
    stored: StoredRecord, name: str, column: str, make: Any, message: str
) -> None:
    rewrite(stored, name, with_column(column, make))
    place = rf"{name}\.parquet: column {column} .*"

    with pytest.raises(StoreError, match=rf"{place}{message}.*; run 'kg build' to make it anew"):
        StoredRecord(stored.folder).check()


@pytest.mark.parametrize(
    ("name", "column"),
    [
        *(("statements", one) for one in ("id", "subject", "kind", "start_from", "proof_count")),
        *(("references", one) for one in ("statement", "source", "line")),
        *(("entities", one) for one in ("id", "class", "label_en", "aliases")),
        *(("sources", one) for one in ("id", "published")),
        *(("links", "to"), ("proofs", "premise")),
    ],
)
def test_a_column_that_is_missing_is_named(stored: StoredRecord, name: str, column: str) -> None:
    rewrite(stored, name, lambda table: table.drop_columns([column]))

    with pytest.raises(StoreError, match=rf"{name}\.parquet has no column {column}; run 'kg build"):
        StoredRecord(stored.folder).check()


FRAMES: tuple[TableName, ...] = ("statements", "references", "entities", "sources")


@pytest.mark.parametrize("name", FRAMES)
def test_polars_reads_a_stored_table_itself_and_finds_the_same(
    stored: StoredRecord, name: TableName, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_arrow = pl.DataFrame(cast("Any", Table(name, stored)))

    def head_alone(*_: object, of_rows: bool = True) -> None:
        assert not of_rows

    monkeypatch.setattr(StoredRecord, "parsed", head_alone)

    assert Table(name, stored).to_polars().equals(by_arrow)


@pytest.mark.parametrize(
    ("name", "column", "make"),
    [
        ("statements", "subject", as_type(pa.large_string())),
        ("statements", "rank", lambda one: one.dictionary_encode()),
        ("statements", "proof_count", as_type(pa.int32())),
    ],
)
def test_polars_gets_the_usual_types_of_a_table_that_somebody_rewrote(
    stored: StoredRecord, name: TableName, column: str, make: Any
) -> None:
    before = Table(name, stored).to_polars()
    rewrite(stored, name, with_column(column, make))

    again = Table(name, StoredRecord(stored.folder)).to_polars()

    assert again.schema == before.schema
    assert again.equals(before)


@pytest.mark.parametrize(
    ("name", "column", "make"),
    [
        ("statements", "id", without_first),
        ("statements", "proof_count", without_first),
        ("entities", "aliases", without_first),
        ("entities", "aliases", lambda one: pa.array([["a", None]] * len(one))),
    ],
)
def test_polars_gets_no_table_that_lacks_values(
    stored: StoredRecord, name: TableName, column: str, make: Any
) -> None:
    rewrite(stored, name, with_column(column, make))

    with pytest.raises(StoreError, match=f"column {column} has no value in some row"):
        Table(name, StoredRecord(stored.folder)).to_polars()


def test_types_that_mean_the_same_are_taken(stored: StoredRecord) -> None:
    before = (stored.statements, stored.entities, stored.sources)
    were = {name: pa.table(stored.table(name)) for name in TABLES}
    other = {
        pa.string(): pa.large_string(),
        pa.int64(): pa.int32(),
        pa.list_(pa.string()): pa.large_list(pa.large_string()),
    }

    def change(table: pa.Table) -> pa.Table:
        kinds = [pa.list_(pa.string()) if pa.types.is_list(k) else k for k in table.schema.types]
        fields = zip(table.column_names, (other[one] for one in kinds), strict=True)
        return table.cast(pa.schema(list(fields)))

    for name in TABLES:
        rewrite(stored, name, change)
    rewrite(stored, "statements", with_column("rank", lambda one: one.dictionary_encode()))
    rewrite(stored, "statements", with_column("subject", as_type(pa.string_view())))
    again = StoredRecord(stored.folder)

    assert (again.statements, again.entities, again.sources) == before
    for name in TABLES:
        read = pa.table(again.table(name))
        assert read.to_pydict() == were[name].to_pydict()
        assert [str(one).replace("element", "item") for one in read.schema.types] == [
            str(one).replace("element", "item") for one in were[name].schema.types
        ]


def test_a_column_of_a_later_kg_is_left_alone(stored: StoredRecord) -> None:
    before = stored.statements
    rewrite(stored, "statements", lambda one: one.append_column("weight", pa.nulls(len(one))))

    assert StoredRecord(stored.folder).statements == before


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", "1"),
        ("version", None),
        ("version", True),
        ("languages", "en"),
        ("languages", ["en", 7]),
        ("languages", []),
        ("languages", None),
        ("tables", []),
        ("tables", "statements"),
    ],
)
def test_a_manifest_of_another_shape_is_named(
    stored: StoredRecord, key: str, value: object
) -> None:
    place = stored.folder / MANIFEST
    said = json.loads(place.read_text(encoding="utf-8"))
    place.write_text(json.dumps({**said, key: value}), encoding="utf-8")

    with pytest.raises(StoreError, match=r"record\.json is missing or damaged; run 'kg build'"):
        StoredRecord(stored.folder)


@pytest.mark.parametrize("own", [None, [], {}, {"rows": 1}, {"sha256": 7}])
def test_a_manifest_that_tells_nothing_of_a_table_is_named(
    stored: StoredRecord, own: object
) -> None:
    place = stored.folder / MANIFEST
    said = json.loads(place.read_text(encoding="utf-8"))
    said["tables"]["links"] = own
    place.write_text(json.dumps(said), encoding="utf-8")

    with pytest.raises(StoreError, match=r"record\.json does not name the table links|is damaged"):
        StoredRecord(stored.folder).check()


def test_a_record_whose_build_was_replaced_says_so(stored: StoredRecord) -> None:
    shutil.rmtree(stored.folder)

    with pytest.raises(StoreError, match=r"is gone; if newer builds took its place open the build"):
        _ = stored.statements
    with pytest.raises(StoreError, match=r"is gone; if newer builds took its place open the build"):
        StoredRecord(stored.folder)


def run(*words: str) -> object:
    """Run the command, and return its exit code."""
    with pytest.raises(SystemExit) as end:
        main(list(words))
    return end.value.code


class TestBuild:
    """What `kg build` writes."""

    @pytest.fixture
    def folder(self, odd: Tiny, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(odd.path)
        assert not run("build")
        return odd.path / "build"

    def test_it_has_a_record_beside_its_store(self, folder: Path) -> None:
        graph = kg.open(folder)

        assert isinstance(graph.store.record, StoredRecord)
        agree(cast("EmbeddedStore", graph.store))
        assert graph.store.record.folder.parent.parent == folder

    def test_its_manifest_names_the_digest_of_its_record(self, folder: Path, odd: Tiny) -> None:
        def named() -> tuple[str, str]:
            manifest = json.loads((folder / "kg.json").read_text(encoding="utf-8"))
            text = (folder / manifest["generation"] / "record" / MANIFEST).read_text("utf-8")
            assert json.loads(text)["digest"] == manifest["record"]
            return manifest["record"], manifest["generation"]

        before = named()
        table = odd.data / "statements/facts.csv"
        header, *rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
        table.write_text(header + "".join(reversed(rows)), encoding="utf-8")
        assert not run("build")
        moved = named()
        odd.replace("data/entities.csv", "Борис", "Борислав")
        assert not run("build")

        assert moved[0] == before[0]
        assert moved[1] != before[1]
        assert named()[0] != before[0]

    def test_a_record_that_the_manifest_does_not_name_is_made_anew(self, folder: Path) -> None:
        (place,) = folder.glob(f"generation-*/record/{MANIFEST}")
        text = place.read_text(encoding="utf-8")
        said = json.loads(text)
        place.write_text(json.dumps({**said, "digest": "0" * 64}), encoding="utf-8")
        assert not run("build")

        assert place.read_text(encoding="utf-8") == text

    def test_a_build_without_a_record_answers_the_same(self, folder: Path) -> None:
        """A build of Spark has none yet, and neither has one of an earlier kg."""
        graph = kg.open(folder)
        told = (str(graph.audit()), graph.why("anna").to_json(), graph.dump(".parquet"))
        edges = list(graph.network().edges(keys=True, data=True))
        assert isinstance(graph.store.record, StoredRecord)
        shutil.rmtree(graph.store.record.folder)

        bare = kg.open(folder)
        assert bare.store.record is None
        assert (str(bare.audit()), bare.why("anna").to_json(), bare.dump(".parquet")) == told
        assert list(bare.network().edges(keys=True, data=True)) == edges

    def test_a_folder_of_yours_beside_a_store_of_an_earlier_kg_is_not_read(
        self, folder: Path
    ) -> None:
        (store,) = folder.glob("generation-*/store")
        old = shutil.copytree(store, folder / "store-0123456789abcdef")
        (folder / "record").mkdir()

        assert EmbeddedStore.open(old).record is None

    def test_one_that_is_damaged_ends_the_command_with_what_to_do(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (place,) = folder.glob("generation-*/record/statements.parquet")
        place.write_bytes(b"cut off")
        capsys.readouterr()

        assert run("audit") == 4
        assert re.search(
            r"statements\.parquet is damaged: .*; run 'kg build' to make it anew",
            capsys.readouterr().err,
        )

    def test_one_that_somebody_rewrote_ends_with_what_to_do(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (place,) = folder.glob("generation-*/record")
        change = with_column("start_from", as_type(pa.float64()))
        rewrite(StoredRecord(place), "statements", change)
        capsys.readouterr()

        for words in (["audit"], ["network", "-o", "edges.csv"]):
            assert run(*words) == 4
            assert "column start_from is of type Float64" in capsys.readouterr().err
        with pytest.raises(StoreError, match="column start_from is of type Float64"):
            kg.open(folder).statements()

    def test_building_again_mends_it(self, folder: Path) -> None:
        (place,) = folder.glob("generation-*/record/statements.parquet")
        whole_file = place.read_bytes()
        place.write_bytes(b"cut off")

        assert not run("build")

        assert place.read_bytes() == whole_file

    def test_what_is_saved_has_the_same_record(self, folder: Path, tmp_path: Path) -> None:
        graph = kg.open(folder)
        again = kg.open(graph.save(tmp_path / "saved"))

        assert again.store.record is not None
        assert graph.store.record is not None
        for name in TABLES:
            assert Cells(again.store.record.table(name)) == Cells(graph.store.record.table(name))


# ---------------------------------------------------------------- frames


def test_the_tables_of_a_graph_are_frames(shipped: kg.Graph) -> None:
    statements = shipped.statements()

    assert repr(statements).startswith(f"Table of {len(statements)} statements: id, subject, ")
    assert pl.DataFrame(cast("object", statements)).height == len(statements)  # type: ignore[arg-type]
    assert statements.to_pandas()["start_from"].dtype.name == "Int64"
    with (ROOT / "data" / "entities.csv").open(encoding="utf-8", newline="") as file:
        assert len(shipped.entities()) == len(list(csv.DictReader(file)))
    assert "sha256" in shipped.sources().columns


def test_a_table_as_of_a_date_has_what_holds_then(shipped: kg.Graph) -> None:
    then = shipped.statements(as_of="2003-06-01").to_polars()
    members = then.filter(predicate="memberOf", object="csto")["subject"].to_list()
    asked = shipped.query("SELECT ?s { ?s :memberOf id:csto }", as_of="2003-06-01")

    assert sorted(members) == sorted(str(name) for (name,) in asked.rows)


def test_a_table_known_by_a_date_has_no_later_source(odd: Tiny) -> None:
    graph = kg.build(odd.data, odd.ontology)

    assert graph.references(known_by="2000").to_polars()["source"].unique().to_list() == [
        "gazette-1999"
    ]


def test_a_store_without_a_record_gives_the_same_tables(odd: Tiny) -> None:
    graph = kg.build(odd.data, odd.ontology)
    bare = kg.Graph(EmbeddedStore.of(graph.store.quads()))

    assert bare.store.record is None
    for name in ("statements", "references"):
        own, other = (Cells(getattr(one, name)()._inner) for one in (graph, bare))
        assert own == other
    shutil.rmtree(odd.path)


DAYS = ("0900", "1994-12-31", "1995", "1996-07", "1999-01-01", "2004-02-29", "2012-06-28", "3000")


@pytest.mark.parametrize("day", DAYS)
def test_the_world_by_columns_is_that_of_the_statements(stored: StoredRecord, day: str) -> None:
    period = parse_date(day).period

    assert stored.world(period) == {one.id for one in stored.statements if one.in_world(period)}


@pytest.mark.parametrize("day", ["1991-12-08", "1999", "2004-02", "2012-12-19", "2020-05-26"])
def test_the_world_of_the_shipped_record_is_what_the_engine_finds(
    shipped: kg.Graph, day: str, tmp_path: Path
) -> None:
    from kg.query.as_of import HOLDING
    from kg.store.base import select

    record = shipped.store.record
    assert isinstance(record, Record)
    record.write(tmp_path / "record")
    period = parse_date(day).period
    since, until = (iso(bound) for bound in period if bound)
    rows = select(shipped.store, HOLDING.format(since=since, until=until))
    found = {shipped.store.words.local("st", row["st"].value) for row in rows}

    assert StoredRecord(tmp_path / "record").world(period) == found == record.world(period)


def test_the_record_begins_on_the_first_day_that_a_statement_names(
    odd: Tiny, stored: StoredRecord
) -> None:
    from kg.query.slice import Beginning

    store = odd.build().store()
    assert store.record is not None
    told = (store.record.first_day, stored.first_day)
    store.forget_record()

    assert told == ((-43, 3, 1), (-43, 3, 1))
    assert Beginning.of(store).dated == "-0043-03-01"
