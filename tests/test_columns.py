"""Bulk: the walk on columns makes and finds what the walk on rows does."""

from __future__ import annotations

import gzip
import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad, RdfFormat, Store, parse
from strategies import profile, tables

import kg
from benchmarks.synthetic import write_project
from conftest import BASE, Tiny
from kg import files
from kg.cli.commands import main
from kg.errors import StoreError
from kg.model import schema
from kg.model.dataset import read_dataset
from kg.model.languages import UNNAMED
from kg.model.namespaces import Vocabulary
from kg.model.ontology import Ontology, read_ontology
from kg.model.saved import LONGEST_LINE
from kg.pipeline import builder
from kg.pipeline.assemble import describe, describe_entity, describe_source, graph_triple, world
from kg.pipeline.builder import build_large, check_large
from kg.pipeline.columns import batches, blocks, partitions, size
from kg.pipeline.columns.assemble import assemble
from kg.pipeline.columns.entities import descriptions
from kg.pipeline.columns.partitions import Spill
from kg.pipeline.columns.quads import Scheme
from kg.pipeline.columns.record import Recorder
from kg.pipeline.columns.sieve import Known, check
from kg.pipeline.columns.walk import ColumnWalk
from kg.pipeline.columns.walk import load as load_columns
from kg.pipeline.generations import open_build, read_manifest, save
from kg.pipeline.load import Records, load
from kg.pipeline.world import statements_on
from kg.pipeline.writing import writing
from kg.record.digests import digests
from kg.record.digests import of_named as of_named_records
from kg.record.record import Record, StoredRecord
from kg.record.tables import TABLES

HERE = Path(__file__).parent
FACTS = "data/statements/facts.csv"
HEADER = "subject,predicate,object,start,end,at,source,locator,rank,note"
BROKEN = sorted(path for path in (HERE / "broken").iterdir() if path.is_dir())
pytestmark = pytest.mark.slow


def opened(project: Path) -> tuple[Path, Ontology, Any]:
    dataset = read_dataset(project / "data")[0]
    return project / "data", read_ontology(project / "ontology", Vocabulary(dataset.base)), dataset


def by_rows(records: Records, ontology: Ontology, issued: str) -> set[Quad]:
    """Statements and world as the walk on rows makes them."""
    words, statements = ontology.words, records.statements
    quads = {quad for one in statements for quad in describe(words, one)}
    graphs = {one.id: [graph_triple(words, one).triple] for one in statements}
    today = statements_on(statements, Scheme.of(ontology, issued).today)
    return (
        quads | {graph_triple(words, one) for one in statements} | set(world(words, graphs, today))
    )


def by_columns(
    project: Path, columns: ColumnWalk, scheme: Scheme, recorder: Recorder, parts: int = 3
) -> Iterator[str]:
    """The lines of N-Quads that the walk on columns makes, in several parts, which are recorded."""
    with Spill(project, 0) as one:
        rows = list(columns.batches())
        assert one.parts == 1
    spill = Spill(project, 0)
    spill.parts = parts
    with spill:
        for batch in rows:
            spill.add(batch)
        for part in spill:
            done = assemble(part, scheme, record=True)
            assert done.record is not None
            recorder.add(done.record)
            for column in (*done.quads, *done.world):
                for cell in column:
                    yield from cell.split("\n")


def agree(project: Path) -> Records:
    """Hold both walks to the same records, findings, tables, and N-Quads of which none is twice."""
    data, ontology, dataset = opened(project)
    rows = load(data, ontology, dataset)
    columns = load_columns(data, ontology, dataset)
    assert sorted(columns.findings) == sorted(rows.findings)
    assert (columns.statements, columns.entities) == (rows.statements, rows.entities)
    assert list(columns.entities) == list(rows.entities)
    assert list(columns.sources.items()) == list(rows.sources.items())
    assert (columns.doubtful, columns.complete) == (rows.doubtful, rows.complete)
    again = ColumnWalk(data, ontology, dataset)
    scheme = Scheme.of(ontology, dataset.issued)
    for parts in (3, 1):
        with Recorder(project) as recorder:
            lines = list(by_columns(project, again, scheme, recorder, parts))
            recorder.finish(again.loader)
        agree_on_tables(rows, StoredRecord(recorder.place), in_parts=parts > 1)
        shutil.rmtree(recorder.place)
    assert len(lines) == len(set(lines))
    quads = set(parse("\n".join(lines), RdfFormat.N_QUADS))
    assert quads == by_rows(rows, ontology, dataset.issued)
    described = b"".join(descriptions(again.loader))
    assert sorted(map(str, parse(described, RdfFormat.N_QUADS))) == sorted(
        map(str, of_named(rows, ontology))
    )
    return rows


def agree_on_tables(rows: Records, stored: StoredRecord, *, in_parts: bool) -> None:
    """Hold the tables that the walk on columns wrote to those of the walk on rows."""
    named = (rows.entities.values(), rows.sources.values())
    record = Record(rows.statements, *named, rows.dataset.languages or UNNAMED)
    place = {one.id: number for number, one in enumerate(record.statements)}
    for name in TABLES:
        made, expected = stored.table(name), record.table(name)
        assert made.schema.names == expected.schema.names
        for column in expected.schema.names:
            assert made[column].type == expected[column].type
        cells = zip(*(made[column].to_pylist() for column in made.column_names), strict=True)
        # In several parts the statements are in order within each.
        by_place = name not in {"entities", "sources"} and in_parts
        found = sorted(cells, key=lambda one: place[one[0]]) if by_place else list(cells)
        assert found == list(
            zip(*(expected[column].to_pylist() for column in made.column_names), strict=True)
        )
    assert stored.statements == record.statements
    said = stored.manifest
    assert said["buckets"] == digests(record.statements)
    assert [said["entities"], said["sources"]] == [
        of_named_records(one.values()) for one in (record.entities, record.sources)
    ]
    assert {name: own["rows"] for name, own in said["tables"].items()} == {
        name: record.table(name).num_rows for name in TABLES
    }
    assert tuple(said["languages"]) == record.languages


def of_named(records: Records, ontology: Ontology) -> Iterator[Quad]:
    """What the walk on rows says of entities and sources."""
    for entity in records.entities.values():
        language = (records.dataset.languages or UNNAMED)[0]
        yield from describe_entity(ontology.words, ontology, entity, language)
    for source in records.sources.values():
        yield from describe_source(ontology.words, source)


def test_both_walks_agree_on_the_shipped_data(tmp_path: Path) -> None:
    for name in ("data", "ontology"):
        shutil.copytree(HERE.parent / name, tmp_path / name)

    assert len(agree(tmp_path).statements) > 1000


def test_both_walks_tell_a_line_that_is_too_long_to_be_looked_at(tiny: Tiny) -> None:
    long = "x" * (batches.PIECE + LONGEST_LINE)
    place = tiny.add(f"clara,playsFor,knights,1996,1998,,gazette-1999,,,{long}")

    (finding,) = [one for one in agree(tiny.path).findings if one.severity == "error"]
    # 8 MiB, a million, and the 49 letters before.
    assert finding.message.startswith("the line has 9,388,657 characters")
    assert f"{finding.path}:{finding.line}" == place


@pytest.mark.parametrize("case", BROKEN, ids=lambda path: path.name)
def test_both_walks_find_the_same_in_broken_tables(case: Path, tmp_path: Path) -> None:
    project = Tiny(shutil.copytree(HERE / "tiny", tmp_path / "tiny"))
    shutil.copytree(case, project.path, dirs_exist_ok=True)

    agree(project.path)


DATES = st.sampled_from(
    ["", "", "1999", "1999-05", "1999-05-03", "2000-02-29", "1900-02-29", "2000", "2001-04-31",
     "9999-12-31", "12345", "-0044-03", "-0000", "1999-5", "x", "2000-02", "2000-12",
     "2024-01-01", "2024-01-02", "2044", "2044-01-01", "2044-01-02", "Y12020", "20000503",
     "0000-01", "1999?", "1999~", "2000-02%", "199X", "2000-XX", "[1999..2000]", "[..2000-02]",
     "[2001..]", "1999-24", "2000-25", "[2001..1999]", "2044~", "[2044-02..]", "c. 1999"]
)  # fmt: skip
ROWS = st.tuples(
    st.sampled_from(["anna", "boris", "knights", "nobody", "", " anna "]),
    st.sampled_from(["playsFor", "playsFor", "won", "rating", "rivalOf", "hosts", "odd", ""]),
    st.sampled_from(["knights", "rooks", "city-open", "2100", "01", "anna", "", "2.5"]),
    DATES,
    DATES,
    DATES,
    st.sampled_from(["almanac-2001", "gazette-1999", "nowhere", ""]),
    st.sampled_from(["", "p. 1", '"a ""b"", c"', "p\\3", "\t¶ 4", 'broken "', "\x1c", "a,b"]),
    st.sampled_from(["", "", "preferred", "deprecated", "normal", "best"]),
    st.sampled_from(["", "a note", '"unclosed', "\xa0note\x0b"]),
    st.sampled_from(["", "", "0.8", "0.80", "1", "0", "1.5", "sure"]),
)


@profile(40)
@given(rows=tables(ROWS), ends=st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_both_walks_agree_on_any_table(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], ends: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    shutil.copytree(HERE / "tiny", folder, dirs_exist_ok=True)
    text = ends.join([f"{HEADER},confidence", *(",".join(row) for row in rows)])
    (folder / FACTS).write_bytes(text.encode())

    agree(folder)


IDS = st.sampled_from(["a", "a", "b-1", "c.d", "A", "a--b", "", " e ", "\u0430"])
TEXTS = st.sampled_from(["", "Anna", "Анна", 'a ""quote""', "back\\slash", "tab\there", '"a, b"'])
ENTITY_ROWS = st.tuples(
    IDS,
    st.sampled_from(["Player", "Club", "Nothing", ""]),
    TEXTS,
    TEXTS,
    st.sampled_from(["", "x|y", " x | x |", "|", "a\\b|Ж"]),
    st.sampled_from(["", "", "Q42", "Q0", "42"]),
    TEXTS,
)
SOURCE_ROWS = st.tuples(
    IDS,
    TEXTS,
    TEXTS,
    st.sampled_from(
        ["", "https://example.org/a?b=%20#c", "http://example.org", "ftp://example.org", "a b",
         "https://пример.рф/я", "https://[::1]/", "https://[", "https://example.org/a|b"]
    ),
    DATES,
    DATES,
    st.sampled_from(["", "en", "ru"]),
    st.sampled_from(["", "book"]),
    st.sampled_from(["", "0" * 64, "0" * 63, "A" * 64]),
)  # fmt: skip


@profile(40)
@given(entities=tables(ENTITY_ROWS), sources=tables(SOURCE_ROWS))
def test_both_walks_agree_on_any_entities_and_sources(
    tmp_path_factory: pytest.TempPathFactory,
    entities: list[tuple[str, ...]],
    sources: list[tuple[str, ...]],
) -> None:
    folder = tmp_path_factory.mktemp("any")
    shutil.copytree(HERE / "tiny", folder, dirs_exist_ok=True)
    for name, rows in (("entities", entities), ("sources", sources)):
        with (folder / "data" / f"{name}.csv").open("a", encoding="utf-8") as table:
            table.writelines(",".join(row) + "\n" for row in rows)

    agree(folder)


def test_both_walks_agree_on_columns_that_a_table_may_leave_out(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables: tuple[schema.TableName, ...] = ("entities", "sources", "statements")
    for table in tables:
        texts = [
            schema.Column("mood", "text", "kg:mood", "A feeling."),
            schema.Column("share", "number", "kg:share", "A part."),
            schema.Column("seen", "date", "kg:seen", "A day."),
        ]
        monkeypatch.setitem(schema.OPTIONAL, table, (*schema.OPTIONAL[table], *texts))
    told = ["", "glad \\,0.50,1999-02", '"a ""b""",1,2100-02-29', "x,0.5,Y12345", "y,0.25,1999"]
    for file in ("entities.csv", "sources.csv", "statements/facts.csv"):
        path = tiny.data / file
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        lines = [f"{row},{told[n % 5] or ',,'}" for n, row in enumerate(rows)]
        path.write_text("\n".join([f"{head},mood,share,seen", *lines]) + "\n", encoding="utf-8")

    records = agree(tiny.path)

    assert {one.line for one in records.findings} == {4, 9}
    stored = {value for one in records.statements for value in one.more}
    assert {("mood", "glad \\"), ("share", "0.5"), ("seen", "Y12345")} <= stored


def test_both_walks_agree_on_years_of_more_than_four_digits(tiny: Tiny) -> None:
    tiny.replace(
        "ontology/ontology.ttl",
        ":won a kg:Event",
        ":bornIn a owl:DatatypeProperty ; rdfs:domain :Player ; rdfs:range xsd:gYear .\n"
        ":won a kg:Event",
    )
    tiny.add("boris,bornIn,Y-20030,,,,gazette-1999,,,")
    tiny.add("clara,bornIn,1985,,,,gazette-1999,,,")
    tiny.add("clara,playsFor,rooks,Y-17000,Y-16000,,gazette-1999,,,")
    records = agree(tiny.path)

    assert {"Y-20030", "1985"} <= {one.object for one in records.statements}


def test_a_record_is_found_by_its_id_and_only_by_its_id(tiny: Tiny) -> None:
    entities = ColumnWalk(*opened(tiny.path)).loader.entities

    assert entities["anna"].labels["ru"] == "Анна"
    assert "anna" in entities
    assert [name for name in ("", "ann", "annaa", "zzz") if name in entities] == []
    with pytest.raises(KeyError):
        entities["ann"]


GOOD = st.tuples(
    st.sampled_from(["anna", "boris"]),
    st.just("playsFor"),
    st.sampled_from(["knights", "rooks"]),
    st.sampled_from(["", "1990", "1995-09", "1999-05-03", "2001", "1990?", "[1994..1996]", "199X"]),
    st.sampled_from(["", "1999", "2001", "2002", "2003-02", "2004-02-29", "2002~", "[..2003]"]),
    st.just(""),
    st.sampled_from(["almanac-2001", "gazette-1999"]),
    st.sampled_from(["p. 1", "p. 2"]),
    st.sampled_from(["", "preferred", "deprecated"]),
    st.just(""),
    st.sampled_from(["", "", "0.8", "0.80", "1"]),
)
# Days, months and years inside the periods, at their edges and in the gaps between them.
SEEN = st.tuples(
    GOOD,
    st.sampled_from(
        [
            "1999-07",
            "1990",
            "1995",
            "1995-09-01",
            "2002",
            "2003",
            "2003-02",
            "2005",
            "1995~",
            "[..1995]",
            "[2002..]",
            "2002-22",
        ]
    ),
).map(lambda pair: (*pair[0][:3], "", "", pair[1], *pair[0][6:]))


@profile(40)
@given(rows=tables(GOOD | SEEN))
def test_both_walks_agree_on_ranks_periods_and_attestations(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    shutil.copytree(HERE / "tiny", folder, dirs_exist_ok=True)
    text = "\n".join([f"{HEADER},confidence", *(",".join(row) for row in rows)])
    (folder / FACTS).write_text(text + "\n", encoding="utf-8")

    agree(folder)


def test_lines_keep_their_numbers_over_many_pieces(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "PIECE", 50)
    tiny.add("anna,playsFor,nowhere,2001,,,almanac-2001,,,")
    tiny.add("")
    place = tiny.add('boris,playsFor,rooks,2003,,,almanac-2001,"p. 1, 2",,')

    assert place in {r.row for one in agree(tiny.path).statements for r in one.references}


@settings(max_examples=60)
@given(
    rows=st.lists(ROWS, max_size=12),
    ends=st.sampled_from(["\n", "\r\n", "\n\n"]),
    last=st.sampled_from(["", "\n"]),
    size=st.integers(1, 300),
)
def test_a_table_in_blocks_has_the_rows_and_lines_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, ...]],
    ends: str,
    last: str,
    size: int,
) -> None:
    path = tmp_path_factory.mktemp("any") / "facts.csv"
    path.write_bytes((ends.join([HEADER, *(",".join(row) for row in rows)]) + last).encode())
    whole = batches.statement_lines(path, FACTS)
    expected = pl.concat(whole.batches())
    cut = blocks.cut(path, FACTS, size)
    table = batches.statement_lines(path, FACTS)
    numbered = blocks.number(cut, map(blocks.count, cut), 1)
    found = pl.concat(batch for block in numbered for batch in blocks.read(block, table))

    assert len(cut) == -(-path.stat().st_size // size)
    assert found.equals(expected)
    assert (table.findings, table.notes) == (whole.findings, whole.notes)


def without_rules(tiny: Tiny) -> Path:
    """The tiny project as one that is built on columns from end to end."""
    shutil.rmtree(tiny.ontology / "rules", ignore_errors=True)
    for path in tiny.ontology.glob("shapes*"):
        path.unlink()
    return tiny.path


def as_parquet(tiny: Tiny) -> None:
    """Write the statements as Parquet in place of CSV."""
    table = tiny.path / FACTS
    pl.read_csv(table, infer_schema=False).write_parquet(table.with_suffix(".parquet"))
    table.unlink()


def run(project: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *arguments]
    return subprocess.run(
        command, cwd=project, capture_output=True, encoding="utf-8", check=False, **options
    )


def places(quads: Iterator[Quad]) -> set[str]:
    """The quads as text, without the places of rows."""
    return {str(quad) for quad in quads if "atLocation" not in quad.predicate.value}


def test_parquet_gives_the_graph_that_csv_gives(tiny: Tiny) -> None:
    project = without_rules(tiny)
    expected = places(iter(tiny.build().quads))
    as_parquet(tiny)
    done = run(project, "build")

    assert done.returncode == 0, done.stderr
    assert places(open_build(project / "build").quads()) == expected
    text = gzip.decompress((project / "build" / "graph.nq.gz").read_bytes())
    store = Store()
    store.load(text, RdfFormat.N_QUADS)
    assert len(store) == read_manifest(project / "build")["quads"]
    assert f"<{BASE}id/anna>" in text.decode()


def test_a_row_of_parquet_has_its_number_as_its_place(tiny: Tiny) -> None:
    without_rules(tiny)
    tiny.add("anna,playsFor,nowhere,2001,,,almanac-2001,,,")
    count = len((tiny.path / FACTS).read_text(encoding="utf-8").splitlines()) - 1
    as_parquet(tiny)
    done = run(tiny.path, "validate")

    assert done.returncode == 1
    assert f"data/statements/facts.parquet:{count}:1: error: object 'nowhere'" in done.stdout


def test_a_column_of_parquet_that_is_not_read_is_told(tiny: Tiny) -> None:
    table = tiny.path / "data" / "statements" / "facts.csv"
    rows = pl.read_csv(table, infer_schema=False)
    rows = rows.with_columns(pl.lit("0.5").alias("confidense"), pl.lit("7").alias("__index__"))
    rows.write_parquet(table.with_suffix(".parquet"))
    table.unlink()
    report = check_large(tiny.data, tiny.ontology, lambda _: None)
    found = tiny.check() if report is None else report

    assert [str(one) for one in found.findings if "one of this table's" in one.message] == [
        (
            "data/statements/facts.parquet: warning: column '__index__' is not one of this "
            "table's; it is not read"
        ),
        (
            "data/statements/facts.parquet: warning: column 'confidense' is not one of this "
            "table's; did you mean 'confidence'?"
        ),
    ]
    assert found.conforms


def test_a_project_with_rules_may_have_parquet_too(tiny: Tiny) -> None:
    expected = places(iter(tiny.build().quads))
    as_parquet(tiny)

    assert places(iter(tiny.build().quads)) == expected


def test_the_same_tables_give_the_same_bytes(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by more threads, of which each may be done first."""
    project = without_rules(tiny)
    as_parquet(tiny)
    made = []
    for threads in ("1", "4"):
        monkeypatch.setenv("POLARS_MAX_THREADS", threads)
        assert run(project, "build").returncode == 0
        made.append((project / "build" / "graph.nq.gz").read_bytes())

    assert made[0] == made[1]


def test_wrong_rows_leave_the_build_before_and_nothing_else(tiny: Tiny) -> None:
    project = without_rules(tiny)
    as_parquet(tiny)
    assert run(project, "build").returncode == 0
    before = {path: path.stat().st_mtime_ns for path in (project / "build").iterdir()}
    bad = "subject,predicate,object,start\nanna,playsFor,nowhere,2001\n"
    tiny.write("data/statements/more.csv", bad)
    done = run(project, "build")

    assert done.returncode == 1
    assert "nothing was written" in done.stderr
    assert {path: path.stat().st_mtime_ns for path in (project / "build").iterdir()} == before


def test_a_disk_that_is_full_is_one_line_and_leaves_nothing(tiny: Tiny) -> None:
    project = without_rules(tiny)
    as_parquet(tiny)
    assert run(project, "build").returncode == 0
    before = sorted((project / "build").iterdir())

    def full() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    done = run(project, "build", preexec_fn=full)

    assert done.returncode == 4
    assert len(done.stderr.splitlines()) == 1
    assert "cannot be written" in done.stderr
    assert sorted((project / "build").iterdir()) == before


@contextmanager
def full_disk(limit: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_is_full_refuses_the_record_too(tiny: Tiny) -> None:
    data, ontology, dataset = opened(tiny.path)
    columns = ColumnWalk(data, ontology, dataset)
    part = assemble(
        pl.concat(columns.batches()), Scheme.of(ontology, dataset.issued), record=True
    ).record
    assert part is not None
    refusal = pytest.raises(StoreError, match="cannot be written to: File too")
    with Recorder(tiny.path) as recorder, full_disk(500), refusal:
        recorder.add(part)
    with Recorder(tiny.path) as recorder:
        recorder.add(part)
        with full_disk(500), pytest.raises(StoreError, match="the record cannot be written to"):
            recorder.finish(columns.loader)
    assert not list(tiny.path.glob("*.part"))


@pytest.fixture
def both(tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Builds of one project without rules by rows, and by columns in several parts."""
    project = without_rules(tiny)
    tiny.add("clara,playsFor,rooks,,,1999-05-03,gazette-1999,p. 2,,")
    tiny.add("clara,playsFor,knights,1996,1998,,gazette-1999,,deprecated,a slip")
    tiny.add("boris,playsFor,rooks,-0043-03,Y12020,,almanac-2001,,,")
    built = tiny.build()
    sources = files.digests(tiny.data, tiny.ontology)
    save(built.quads, built.trig(), "", tmp_path / "rows", sources, built.record)
    monkeypatch.setattr(size, "LARGE", 1)
    monkeypatch.setattr(partitions, "PART", 300)
    with writing(project / "build") as room:
        made = build_large(tiny.data, tiny.ontology, room, lambda _: None)
    assert made is not None
    assert made.report.conforms
    return tmp_path / "rows", project / "build"


def test_the_trig_of_a_column_build_is_that_of_a_row_build(both: tuple[Path, Path]) -> None:
    rows, columns = ((folder / "graph.trig").read_bytes() for folder in both)

    assert columns == rows
    assert not (both[1] / "graph.nq.gz").exists()


@pytest.mark.parametrize(
    ("limits", "files"),
    [
        ({}, {"graph.html", "graph.trig"}),
        ({"MOST_SHOWN": 3}, {"graph.nq.gz"}),
    ],
)
def test_a_column_build_has_the_files_that_suit_its_size(
    tiny: Tiny,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    limits: dict[str, int],
    files: set[str],
) -> None:
    monkeypatch.chdir(without_rules(tiny))
    assert not command("build")
    page, by_rows = Path("build/graph.html").read_bytes(), capsys.readouterr().out
    monkeypatch.setattr(size, "LARGE", 1)
    for name, limit in limits.items():
        monkeypatch.setattr(builder, name, limit)
    assert not command("build")
    told = capsys.readouterr().out

    assert {path.name for path in Path("build").glob("graph.*")} == files
    assert (told == by_rows) == (not limits)
    assert ("no graph.html and no graph.trig" in told) == ("graph.html" not in files)
    if "graph.html" in files:
        assert Path("build/graph.html").read_bytes() == page


def test_all_that_is_wrong_is_told_of_a_medium_project(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(without_rules(tiny))
    for number in range(30):
        tiny.add(f"anna,playsFor,nowhere-{number},2001,,,almanac-2001,,,")
    told = []
    for limit in (10**9, 1):
        monkeypatch.setattr(size, "LARGE", limit)
        for verb in ("validate", "build"):
            assert command(verb) == 1
            told.append(capsys.readouterr())

    assert told[0].out.count("error: object 'nowhere-") == 5
    assert told[0].out.endswith("\n  25 more of this kind: data/statements/facts.csv lines 16-40\n")
    assert told[0].err.endswith(": 30 errors\n")
    assert told[:2] == told[2:]


def command(*words: str) -> object:
    """Run a command in this process, and return its exit code."""
    with pytest.raises(SystemExit) as end:
        main(list(words))
    return end.value.code


def test_what_reads_the_record_says_the_same_of_builds_of_both_walks(
    both: tuple[Path, Path],
) -> None:
    rows, columns = (kg.open(folder) for folder in both)

    assert isinstance(columns.store.record, StoredRecord)
    named = [read_manifest(folder)["record"] for folder in both]
    assert named == [columns.store.record.digest] * 2
    assert str(columns.audit()) == str(rows.audit())
    assert sorted(columns.network().edges(keys=True)) == sorted(rows.network().edges(keys=True))
    assert (
        columns.statements().to_polars().sort("id").equals(rows.statements().to_polars().sort("id"))
    )
    assert not kg.diff(*both).changes


def test_a_column_build_whose_record_is_damaged_is_made_anew(
    both: tuple[Path, Path], tiny: Tiny
) -> None:
    folder = both[1]
    (place,) = folder.glob("generation-*/record/statements.parquet")
    whole = place.read_bytes()
    place.write_bytes(whole[:-9])
    with writing(folder) as room:
        build_large(tiny.data, tiny.ontology, room, lambda _: None)

    assert place.read_bytes() == whole


def test_a_table_that_changes_while_it_is_read_is_refused(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "PIECE", 50)
    found = ColumnWalk(*opened(tiny.path)).batches()
    next(found)
    tiny.add("anna,playsFor,rooks,2003,,,almanac-2001,,,")

    with pytest.raises(batches.ChangedError, match=r"facts\.csv changed while it was read"):
        list(found)


def test_workers_elsewhere_can_be_sent_what_is_known(tiny: Tiny) -> None:
    import pickle

    columns = ColumnWalk(*opened(tiny.path))
    table = batches.statement_lines(tiny.path / FACTS, FACTS)
    batch = pl.concat(table.batches())
    known = Known(columns.loader)
    elsewhere = pickle.loads(pickle.dumps(known))

    assert check(batch, elsewhere).rows.equals(check(batch, known).rows)


def test_the_first_error_of_a_cause_is_told_at_once_and_the_others_are_counted_last(
    tiny: Tiny,
) -> None:
    without_rules(tiny)
    for number in range(30):
        tiny.add(f"anna,playsFor,nowhere-{number},2001,,,almanac-2001,,,")
    for _ in range(3):
        tiny.add("nobody,playsFor,rooks,2001,,,almanac-2001,,,")
    as_parquet(tiny)
    # A table of Parquet has no header: nine rows, and the first of these is the tenth.
    text = run(tiny.path, "validate")
    whole = json.loads(run(tiny.path, "validate", "--format", "json").stdout)

    *told, of_kind, of_cause = text.stdout.splitlines()
    assert sum(": error: object 'nowhere-" in line for line in told) == 5
    assert sum(": error: subject 'nobody'" in line for line in told) == len(told) - 5 == 1
    assert of_kind == "  25 more of this kind: data/statements/facts.parquet lines 15-39"
    assert of_cause == "data/statements/facts.parquet:40:1: 2 more such errors: lines 41-42"
    assert len([one for one in whole["findings"] if one["severity"] == "error"]) == 33


def test_six_times_as_many_rows_do_not_take_six_times_the_memory(tmp_path: Path) -> None:
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from kg.pipeline.builder import check_large\n"
        "from kg.pipeline.columns import size; size.LARGE = 1\n"
        "folder = Path(sys.argv[1])\n"
        "report = check_large(folder / 'data', folder / 'ontology', lambda _: 0)\n"
        "assert report is not None and report.conforms\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    peaks = []
    for rows in (60_000, 360_000):
        folder = tmp_path / str(rows)
        write_project(folder, rows)
        command = [sys.executable, "-c", program, str(folder)]
        peaks.append(int(subprocess.run(command, capture_output=True, check=True).stdout))

    assert peaks[1] < 3 * peaks[0]
