"""Tables: what rules are applied to, in a database that goes to disk where memory is short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.errors import LimitError, noun
from kg.model.foreign import allowed

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# Days farther away than any, for bounds that there are not.
EVER: Final = -(2**40)
NEVER: Final = 2**40
# What a term is: something whose name is not ours, an entity, a word of the ontology, a literal.
OTHER, ENTITY, WORD, LITERAL = range(4)
# How much memory the joins may take before they go to disk.
MEMORY: Final = 1024 * 2**20

# By what a triple is known as a conclusion, of its terms `s`, `p` and `o`.
NAME: Final = """CAST('0x' || substr(sha256(concat_ws(chr(31), 'conclusion',
    s.text, p.text, o.text)), 1, 16) AS UBIGINT)"""
# Whether a proof `w`, of a property marked as `m`, says more than what is asserted.
SAYS_MORE: Final = """NOT EXISTS (
    SELECT 1 FROM asserted a WHERE a.s = w.s AND a.p = w.p AND a.o = w.o
    AND a.since <= w.since AND a.until >= w.until
    AND (a.since = w.since OR NOT coalesce(m.recurs, FALSE)))"""
# Given statements, of which `given` has the terms, with the numbers of these.
NUMBERED: Final = """SELECT CAST('0x' || g.id AS UBIGINT) AS g,
    s.num AS s, p.num AS p, o.num AS o, g.* EXCLUDE (id, s, p, o)
    FROM given g JOIN term s ON s.text = g.s JOIN term p ON p.text = g.p
    JOIN term o ON o.text = g.o"""
TERMS: Final = "SELECT s FROM given UNION SELECT p FROM given UNION SELECT o FROM given"

_SCHEMA: Final = """
CREATE TABLE term (num INTEGER, text VARCHAR, plain VARCHAR, kind TINYINT);
CREATE TABLE said (g UBIGINT, s INTEGER, p INTEGER, o INTEGER);
CREATE TABLE held (g UBIGINT, since BIGINT, until BIGINT, start VARCHAR, finish VARCHAR);
CREATE TABLE day (number BIGINT, iso VARCHAR, key VARCHAR);
CREATE TABLE asserted (s INTEGER, p INTEGER, o INTEGER, since BIGINT, until BIGINT);
CREATE TABLE stated (s INTEGER, p INTEGER, o INTEGER);
CREATE TABLE world (s INTEGER, p INTEGER, o INTEGER);
CREATE TABLE silent (g UBIGINT);
CREATE TABLE changed (g UBIGINT);
CREATE TABLE marked (p INTEGER, is_event BOOLEAN, recurs BOOLEAN, last_days BOOLEAN);
CREATE TABLE way (s INTEGER, p INTEGER, o INTEGER, rule INTEGER, premises UBIGINT[],
    since BIGINT, until BIGINT, start VARCHAR, finish VARCHAR);
CREATE TABLE added (g UBIGINT, s INTEGER, p INTEGER, o INTEGER, rule INTEGER);
CREATE TABLE gained (g UBIGINT, s INTEGER, p INTEGER, o INTEGER, rule INTEGER);
CREATE TABLE conclusion (g UBIGINT, s INTEGER, p INTEGER, o INTEGER, since_step INTEGER,
    late INTEGER, apart BOOLEAN);
CREATE TABLE piece (g UBIGINT, place INTEGER, since BIGINT, until BIGINT, start VARCHAR,
    finish VARCHAR, more BOOLEAN);
CREATE TABLE proof (g UBIGINT, place INTEGER, step INTEGER, rule INTEGER, premises UBIGINT[],
    since BIGINT, until BIGINT, best BOOLEAN, ground BOOLEAN);
CREATE TABLE fresh (g UBIGINT, s INTEGER, p INTEGER, o INTEGER);
CREATE VIEW stale AS SELECT said.* FROM said ANTI JOIN changed USING (g);
"""


class Tables:
    """A database in a folder, for as long as rules are applied."""

    def __init__(self, folder: Path, memory: int = MEMORY) -> None:
        """Open an empty one, which keeps in the folder what does not fit into so many bytes."""
        import duckdb

        self.folder, self.memory = folder, memory
        self.db: duckdb.DuckDBPyConnection = duckdb.connect()
        self.db.execute(f"SET memory_limit = '{memory // 2**20}MiB'")
        self.db.execute("SET temp_directory = $1", [str(folder / "joins")])
        self.db.execute("SET preserve_insertion_order = false")
        # What a build reads is named by us; nothing is to be fetched or loaded on the way.
        self.db.execute("SET autoinstall_known_extensions = false")
        self.db.execute(_SCHEMA)

    def close(self) -> None:
        """Forget everything."""
        self.db.close()

    @contextmanager
    def bounded(self) -> Iterator[None]:
        """Say in our words what the database refuses, and end it after the time that is allowed.

        Raises LimitError when what is joined takes more than memory and disk have, or too long.
        """
        from threading import Timer

        import duckdb

        seconds = allowed().seconds
        alarm = Timer(seconds, self.db.interrupt)
        if seconds:
            alarm.daemon = True
            alarm.start()
        try:
            yield
        except duckdb.InterruptException as error:
            msg = f"the joins took longer than {seconds:g} {noun(seconds, 'second')} in one round"
            raise LimitError(msg, "time") from error
        except duckdb.OutOfMemoryException as error:
            msg = f"the joins need more than {self.memory // 2**20} MiB of memory"
            raise LimitError(msg, "memory") from error
        except (duckdb.IOException, duckdb.OperationalError) as error:
            msg = f"the joins cannot be kept in {self.folder}"
            raise LimitError(msg, "memory") from error
        finally:
            alarm.cancel()

    def run(self, sql: str, given: Sequence[Any] = ()) -> None:
        """Run a statement."""
        self.db.execute(sql, list(given))

    def rows(self, sql: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.db.execute(sql, list(given)).fetchall()

    def predicates(self, table: str) -> set[int]:
        """Return the predicates of a table of triples."""
        return {number for (number,) in self.rows(f"SELECT DISTINCT p FROM {table}")}

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def frame(self, sql: str) -> pl.DataFrame:
        """Return the rows of a query as a frame."""
        import polars as pl

        return pl.DataFrame(self.db.sql(sql))

    def begin_round(self) -> None:
        """Lay out in `fresh` what is said in the graphs that changed in the last round."""
        self.run(
            "CREATE OR REPLACE TABLE fresh AS SELECT said.* FROM said SEMI JOIN changed USING (g)"
        )

    def save(self, sql: str, place: Path) -> None:
        """Write the rows of a query into a file of Parquet."""
        self.run(f"COPY ({sql}) TO '{_quoted(place)}' (FORMAT parquet, COMPRESSION zstd)")

    def view(self, name: str, place: Path) -> None:
        """Name the rows of a file of Parquet."""
        self.run(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{_quoted(place)}')")

    def insert(self, table: str, frame: pl.DataFrame) -> None:
        """Add the rows of a frame, whose columns are those of the table.

        They go by way of a file: of frames in memory the database knows those of other libraries.
        """
        place = self.folder / "rows.parquet"
        frame.write_parquet(place, compression="zstd")
        self.run(f"INSERT INTO {table} BY NAME SELECT * FROM read_parquet($1)", [str(place)])
        place.unlink()


def _quoted(place: Path) -> str:
    return str(place).replace("'", "''")
