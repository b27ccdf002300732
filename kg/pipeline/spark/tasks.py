"""Tasks: what Spark's workers do, with the functions that one machine runs.

A task may run twice, on another machine or at the same time: it writes files under names of their
own and moves them to their places when they are whole, so the last one to come changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from kg.errors import Finding, StoreError
from kg.files import whole_file
from kg.model import schema
from kg.model.saved import Seen
from kg.model.statement import Statement
from kg.pipeline.columns.assemble import assemble
from kg.pipeline.columns.batches import statement_lines
from kg.pipeline.columns.blocks import Block, read
from kg.pipeline.columns.partitions import part_numbers
from kg.pipeline.columns.pieces import Packer
from kg.pipeline.columns.quads import Scheme
from kg.pipeline.columns.sieve import Known, check, placed
from kg.text.findings import kind_of

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from kg.pipeline.columns.record import Recorder

SAID: Final = "said binary"
_TYPES: Final = {"string": "string", "long": "int64", "int": "int32", "binary": "binary"}
_WRONG: Final = "wrong"
# The folders of what parts add to the record, of what rules and shapes look at, and of the cells
# by which rows are found again that shapes find something about.
RECORD: Final = "of-record"
PREMISES: Final = "premises"
SAYS: Final = "says"
PLACED: Final = "placed"
LINES: Final = "lines"
PLACES: Final = "places"
LEFT: Final = (PREMISES, SAYS, PLACED, LINES, PLACES)
_OF_PLACES: Final = (
    "subject",
    "predicate",
    "object",
    "value",
    "start",
    "end",
    "at",
    "file",
    "line",
)


def checked() -> tuple[tuple[str, str], ...]:
    """Return the columns of rows between the stages, with Spark's types; `said` is a Told.

    >>> checked()[-1]
    ('said', 'binary')
    """
    return (
        *((name, "string") for name in (*schema.every("statements"), "file")),
        *(("line", "long"), ("over_by", "string"), ("value", "string")),
        *((f"{name}_at", "int") for name in placed()),
        *(("part", "int"), ("said", "binary")),
    )


@dataclass(frozen=True)
class Plan:
    """What all tasks know; it can be pickled.

    `folder` is where all of them can write; with `record` they write what belongs to it, too, with
    `premises` what rules look at, and with `shapes` what these do, also of statements the
    `predicates` at which constraints look. `asked` are the ids that matter
    when they stand in rows left out, None for all.
    """

    known: Known
    scheme: Scheme
    blocks: tuple[Block, ...]
    parts: int
    folder: Path
    subjects: tuple[str, ...] = ()
    asked: frozenset[str] | None = frozenset()
    record: bool = False
    premises: bool = False
    shapes: bool = False
    predicates: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Shard:
    """A file of N-Quads: its lines, those of them in named graphs, bytes and SHA-256 of its text.

    The bytes are those of the file, which is packed.
    """

    name: str
    quads: int
    in_graphs: int
    size: int
    sha256: str


@dataclass
class Told:
    """What a task has to say: findings in short, counts, and the file that it wrote.

    `kinds` has for each kind of finding how many there are, and the first; `ancient` is what is
    doubtful about a date before the year 1, of two at most; `seen` says how tables were
    saved.
    """

    kinds: dict[tuple[str, str], tuple[int, Finding]] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()
    complete: bool = True
    statements: int = 0
    kept: tuple[Statement, ...] = ()
    shard: Shard | None = None
    ancient: tuple[Finding, ...] = ()
    seen: dict[str, Seen] = field(default_factory=dict)

    def add(self, findings: Iterable[Finding]) -> None:
        """Take findings in."""
        for one in findings:
            self._count(kind_of(one), 1, one)

    def merge(self, other: Told) -> None:
        """Take in what another task has to say; its file stays its own."""
        for kind, (count, first) in other.kinds.items():
            self._count(kind, count, first)
        self.doubtful |= other.doubtful
        self.complete &= other.complete
        self.statements += other.statements
        self.kept += other.kept
        self.ancient = (*self.ancient, *other.ancient)[:2]
        for label, seen in other.seen.items():
            self.seen.setdefault(label, Seen()).merge(seen)

    @property
    def notes(self) -> list[Finding]:
        """How whole tables were saved, where that is not the plain form."""
        return [note for label, seen in self.seen.items() for note in seen.notes(label)]

    def _count(self, kind: tuple[str, str], count: int, first: Finding) -> None:
        before = self.kinds.get(kind, (0, first))
        self.kinds[kind] = (before[0] + count, min(before[1], first))

    def tally(self) -> dict[str, int]:
        """Return how many findings there are of each severity."""
        found: dict[str, int] = {}
        for (severity, _), (count, _) in self.kinds.items():
            found[severity] = found.get(severity, 0) + count
        return found


def check_blocks(batches: Iterable[pa.RecordBatch], plan: Plan) -> Iterator[pa.RecordBatch]:
    """Yield the good rows of the blocks whose numbers come in, and what each block has to say.

    What a block says is a row of its own, in a part below 0.
    """
    for batch in batches:
        for number in batch.column(0).to_pylist():
            yield from _checked(plan, number)


def _checked(plan: Plan, number: int) -> Iterator[pa.RecordBatch]:
    block, told = plan.blocks[number], Told()
    table = statement_lines(block.path, block.label)
    findings: list[Finding] = []
    lost: set[str] = set()
    for batch in read(block, table):
        if not table.complete:
            lost.update(batch["subject"], batch["object"])
            continue
        checked = check(batch, plan.known)
        findings += checked.findings
        lost |= checked.doubtful
        told.ancient = (*told.ancient, *checked.ancient)[:2]
        rows = checked.rows.with_columns(part_numbers(checked.rows, plan.parts))
        yield from _arrow(rows)
    findings += table.findings
    told.seen = {block.label: table.seen}
    lost |= table.lost
    told.doubtful = frozenset(lost if plan.asked is None else lost & plan.asked)
    told.complete = table.complete
    told.add(findings)
    save_findings(plan.folder, f"check-{number:05}", findings)
    yield from _arrow(_message(-1 - number, told))


def assemble_part(number: int, rows: pa.Table, plan: Plan) -> pa.Table:
    """Write the rows of a part as N-Quads and return what there is to say.

    What blocks had to say is passed on. Nothing is written when a block has found an error.
    """
    import polars as pl
    import pyarrow as pa

    if number < 0:
        return rows.select(["said"])
    write = not (plan.folder / _WRONG).exists()
    frame = cast("pl.DataFrame", pl.from_arrow(rows.drop_columns(["part", "said"])))
    made = assemble(
        frame,
        plan.scheme,
        plan.subjects,
        write=write,
        record=write and plan.record,
        premises=write and plan.premises,
        said=plan.shapes,
        predicates=plan.predicates,
    )
    told = Told(statements=made.statements, kept=tuple(made.kept))
    told.add(made.findings)
    save_findings(plan.folder, f"part-{number:05}", made.findings)
    if write:
        name = f"part-{number:05}.nq.gz"
        told.shard = write_shard(plan.folder / "shards" / name, made.lines(), made.statements)
    if made.record:
        with _whole(plan.folder / RECORD / f"{number:05}") as file:
            pickle.dump(made.record, file)
    seen = made.seen
    left = {
        PREMISES: made.premises,
        SAYS: made.said,
        PLACED: frame.select(_OF_PLACES) if plan.shapes else None,
        LINES: seen.lines if seen else None,
        PLACES: seen.places if seen else None,
    }
    for folder, table in left.items():
        if table is not None:
            with _whole(plan.folder / folder / f"{number:05}.parquet") as file:
                table.write_parquet(file, compression="zstd", compression_level=1)
    return pa.table({"said": pa.array([pickle.dumps(told)], pa.binary())})


def write_shard(path: Path, texts: Iterable[memoryview | bytes], in_graphs: int) -> Shard:
    """Write whole lines of N-Quads into a packed file, the same bytes for the same lines.

    So many of them are said to be in named graphs.
    Raises StoreError when the disk refuses.
    """
    digest, quads, packing = hashlib.sha256(), 0, Packer()
    with _whole(path) as file:
        for text in texts:
            content = bytes(text)
            file.write(packing.compress(content))
            digest.update(content)
            quads += content.count(b"\n")
        file.write(packing.flush())
    return Shard(path.name, quads, in_graphs, path.stat().st_size, digest.hexdigest())


def add_record(folder: Path, recorder: Recorder) -> None:
    """Give the recorder what the parts add to the record, in their order.

    Raises StoreError when the disk refuses.
    """
    # A task that was ended in the middle leaves files of other names.
    for path in sorted((folder / RECORD).glob("[0-9]*")):
        recorder.add(pickle.loads(path.read_bytes()))  # noqa: S301 - our workers'
        path.unlink()


def save_findings(folder: Path, name: str, findings: Iterable[Finding]) -> None:
    """Write findings as JSON lines, if there are any, and leave a mark when one is an error.

    Raises StoreError when the disk refuses.
    """
    ordered = sorted(set(findings))
    if not ordered:
        return
    lines = [json.dumps(one._asdict(), ensure_ascii=False) for one in ordered]
    with _whole(folder / "findings" / f"{name}.jsonl") as file:
        file.write("".join(f"{line}\n" for line in lines).encode())
    if any(one.severity == "error" for one in ordered):
        with _whole(folder / _WRONG):
            pass


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    try:
        with whole_file(path) as file:
            yield file
    except OSError as error:
        msg = f"{path.name} cannot be written: {error.strerror}"
        raise StoreError(msg) from error


def _message(number: int, told: Told) -> pl.DataFrame:
    import polars as pl

    cells: dict[str, Any] = {"part": [number], "said": [pickle.dumps(told)]}
    return pl.DataFrame(cells, schema_overrides={"part": pl.Int32})


def _arrow(frame: pl.DataFrame) -> Iterator[pa.RecordBatch]:
    """Yield rows with all columns that Spark expects, in its types."""
    import pyarrow as pa

    table = frame.to_arrow()
    columns = [
        table[name].cast(_TYPES[kind])
        if name in table.column_names
        else pa.nulls(table.num_rows, _TYPES[kind])
        for name, kind in checked()
    ]
    yield from pa.table(columns, names=[name for name, _ in checked()]).to_batches()
