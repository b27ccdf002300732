"""Batches: tables → columns, a piece of a file at a time.

A row of CSV is one line. Lines without a quote or an odd control character are cut at their
commas, or what stands in the place of commas; the others go through `table`, so what is wrong with
them is told in the same words. A table whose lines are not those of the plain form, with a line
above the header or columns without a name, goes through `table` as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.errors import Finding, InputError, did_you_mean, shown
from kg.model import schema
from kg.model.contents import conflict
from kg.model.saved import LONGEST_CELL, LONGEST_LINE, marked
from kg.model.table import Row, Table

if TYPE_CHECKING:
    import polars as pl

# How much of a file is looked at together; a row of it takes some ten times as much as columns.
PIECE: Final = 8 * 2**20
MARK: Final = "\ufeff"
# Quotes, and what Python counts among white space or line ends and others do not.
_ODD: Final = r'["\r\x0b\x0c\x1c-\x1f\x85\u{2028}\u{2029}]'


class ChangedError(InputError):
    """A table changed while it was read."""


class Lines(Table):
    """A table that gives whole batches; `findings`, `lost` and `complete` are as in `Table`."""

    def batches(self) -> Iterator[pl.DataFrame]:
        """Yield the well-formed rows as columns of cells with `file`, `line`, `text`, `header`.

        Raises InputError when the file cannot be read, or changes in the meantime.
        """
        before = stamp(self.path, self.label)
        header = self._regular_header()
        if not header:
            # Whatever is wrong with such a file is told as for a small one.
            yield self._columns_of(list(self), ())
            return
        yield from self.block(0, before[1], 1)
        if stamp(self.path, self.label) != before:
            msg = f"{self.label} changed while it was read; run the command again"
            raise ChangedError(msg)

    def block(self, start: int, stop: int, line: int) -> Iterator[pl.DataFrame]:
        """Yield what `batches` does, of the lines that begin between two bytes of a regular file.

        `line` is the number of the first of them.
        """
        top = first_line(self.path, self.label)
        header = self._header(top)
        for piece in pieces(self.path, self.label, start, stop):
            lines = piece.decode().removesuffix("\n").split("\n")
            if line == 1:
                if lines[0].startswith(MARK):
                    marked(self.seen)
                self._see(top)
            rows = lines if line > 1 else lines[1:]
            yield self._columns(rows, range(max(line, 2), line + len(lines)), header)
            line += len(lines)

    def some(self, header: str, numbers: Sequence[int], lines: Sequence[str]) -> pl.DataFrame:
        """Return the well-formed rows among lines with their numbers, of a regular file.

        Each of them closes the quotes that it opens.
        """
        return self._columns(lines, numbers, self._header(header))

    def is_regular(self, line: str) -> bool:
        """Say whether the first line names the columns it must, and no others but optional ones."""
        return self._suits(self._header(line))

    def _suits(self, header: tuple[str, ...]) -> bool:
        names = set(header)
        is_known = set(self.columns) <= names <= set(self.every)
        return is_known and len(names) == len(header) and not self.unnamed

    def _regular_header(self) -> tuple[str, ...]:
        """Return the header of a file in UTF-8 that `is_regular`, else ()."""
        header: tuple[str, ...] | None = None
        for piece in pieces(self.path, self.label):
            if is_overlong(piece):
                return ()
            try:
                text = piece.decode()
            except UnicodeDecodeError:
                return ()
            if conflict(text):
                return ()
            if header is None:
                header = self._header(_top(text))
        return header if header and self._suits(header) else ()

    def _columns(
        self, lines: Sequence[str], numbers: Sequence[int], header: tuple[str, ...]
    ) -> pl.DataFrame:
        import polars as pl

        frame = pl.DataFrame([
            pl.Series("line", numbers, dtype=pl.Int64), pl.Series("text", lines, dtype=pl.String)
        ])  # fmt: skip
        frame = frame.with_columns(pl.col("text").str.strip_suffix("\r"))
        text = pl.col("text")
        separator = self.delimiter
        is_empty = text.str.replace_all(separator, "", literal=True).str.strip_chars() == ""
        empty = frame.filter(is_empty)["line"]
        if empty.len():
            self.seen.empty(empty[0], empty.len())
            frame = frame.filter(~is_empty)
        is_plain = (
            (text.str.count_matches(separator, literal=True) == len(header) - 1)
            & ~text.str.contains(_ODD)
            & (text.str.len_bytes() <= LONGEST_CELL)
            # Perhaps the header once more.
            & ~text.str.contains(rf"(?i)^\s*{re.escape(header[0])}\s*[{separator}]")
            & ~_is_within(frame)
        )
        frame = frame.with_columns(is_plain.alias("is_plain"))
        cut = text.str.split_exact(separator, len(header) - 1).struct.rename_fields(list(header))
        plain = frame.filter("is_plain").with_columns(cut.alias("cells")).unnest("cells")
        plain = plain.with_columns(pl.col(header).str.strip_chars())
        found = [self._whole(plain, header)]
        odd = frame.filter(~pl.col("is_plain"))
        if odd.height:
            rows = list(self._rows(zip(odd["line"], odd["text"], strict=True), header))
            found.append(self._columns_of(rows, header))
        return pl.concat(found).sort("line")

    def _columns_of(self, rows: list[Row], header: tuple[str, ...]) -> pl.DataFrame:
        import polars as pl

        cells = [{**row.cells, "line": row.line, "text": row.text} for row in rows]
        texts = [(name, pl.String) for name in (*self.every, "text")]
        frame = pl.DataFrame(cells, schema=[*texts, ("line", pl.Int64)])
        return self._whole(frame, header or (rows[0].header if rows else ()))

    def _whole(self, frame: pl.DataFrame, header: tuple[str, ...]) -> pl.DataFrame:
        import polars as pl

        given = frame.with_columns(
            pl.lit(self.label).alias("file"),
            pl.lit(self.delimiter.join(("", *header))).alias("header"),
            *(pl.lit("").alias(name) for name in self.every if name not in frame.columns),
        )
        return given.select(*self.every, "file", "line", "text", "header")


def _is_within(frame: pl.DataFrame) -> pl.Expr:
    """Say of each line whether a quote that one before it opened is still open."""
    import polars as pl

    text = pl.col("text")
    if not frame.filter(text.str.contains('"', literal=True)).height:
        return pl.lit(value=False)
    opens = text.str.count_matches('"', literal=True) % 2
    return (opens.cum_sum() - opens) % 2 == 1


def header_of(text: str) -> tuple[tuple[str, ...], str]:
    """Return the names of columns in a cell of `header`, and what stands between the cells.

    >>> header_of(";id;title")
    (('id', 'title'), ';')
    """
    return tuple(text[1:].split(text[0])) if text else (), text[:1] or ","


def statement_lines(path: Path, label: str) -> Lines:
    """Return a table of statements."""
    return Lines(path, label, schema.required("statements"), schema.optional("statements"))


def _strangers(names: Sequence[str], label: str) -> Iterator[Finding]:
    """Yield a warning for each column of Parquet that is not read.

    Programs that write Parquet add columns of their own; in a table that is written by hand one is
    an error.
    """
    absent = [name for name in schema.every("statements") if name not in names]
    for name in names:
        if name not in schema.every("statements"):
            repair = did_you_mean(name, absent) or "it is not read"
            message = f"column '{shown(name)}' is not one of this table's"
            yield Finding(label, 0, 0, "warning", message, repair)


def parquet_batches(
    path: Path, label: str, findings: list[Finding], rows: range | None = None
) -> Iterator[pl.DataFrame]:
    """Yield the rows of a Parquet table as `Lines.batches` does; a row counts as a line, from 1.

    `rows` are those that are wanted, counted from 0; all by default.
    Raises InputError when the file cannot be read.
    """
    import polars as pl

    step = 100_000
    before = stamp(path, label)
    try:
        table = pl.scan_parquet(path, glob=False)
        names = table.collect_schema().names()
        problems = [name for name in schema.required("statements") if name not in names]
        for name in problems:
            message, repair = f"column '{name}' is missing", "name the columns as in the CSV tables"
            findings.append(Finding(label, 0, 0, "error", message, repair))
        if problems:
            return
        columns = schema.every("statements")
        if rows is None or rows.start == 0:
            findings += _strangers(names, label)
        cells = [
            pl.col(name).cast(pl.String).fill_null("").str.strip_chars()
            if name in names
            else pl.lit("").alias(name)
            for name in columns
        ]
        wanted = range(table.select(pl.len()).collect().item()) if rows is None else rows
        for start in range(wanted.start, wanted.stop, step):
            size = min(step, wanted.stop - start)
            frame = table.slice(start, size).select(cells).collect()
            yield frame.with_row_index("line", offset=start + 1).select(
                *columns,
                pl.lit(label).alias("file"),
                pl.col("line").cast(pl.Int64),
                pl.lit("").alias("text"),
                pl.lit("").alias("header"),
            )
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"{label} cannot be read as Parquet: {str(error).partition(chr(10))[0]}"
        raise InputError(msg) from error
    if stamp(path, label) != before:
        msg = f"{label} changed while it was read; run the command again"
        raise ChangedError(msg)


def stamp(path: Path, label: str) -> tuple[int, int, int]:
    """Return what changes with the file's content."""
    try:
        found = path.stat()
    except OSError as error:
        msg = f"{label} cannot be read: {error.strerror}"
        raise InputError(msg) from error
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def first_line(path: Path, label: str) -> str:
    """Return the first line of a file that is text.

    Raises InputError when the file cannot be read.
    """
    first = next(pieces(path, label, 0, 1), b"")
    return _top(first.decode(errors="replace"))


def _top(text: str) -> str:
    return text.removeprefix(MARK).partition("\n")[0].removesuffix("\r")


def is_overlong(piece: bytes) -> bool:
    """Say whether a piece ends with a line so long that it is told and not looked at."""
    return len(piece) > PIECE + LONGEST_LINE


def pieces(path: Path, label: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """Yield the lines that begin between two bytes, in pieces that end with a line.

    Raises InputError when the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            if start:
                # A line that began before belongs to whoever reads what is before.
                file.seek(start - 1)
                file.readline()
            while (wanted := PIECE if stop is None else min(PIECE, stop - file.tell())) > 0:
                piece = file.read(wanted)
                if not piece:
                    return
                # A line that begins where the piece ends belongs to what follows.
                yield piece if piece.endswith(b"\n") else piece + file.readline()
    except OSError as error:
        msg = f"{label} cannot be read: {error.strerror}"
        raise InputError(msg) from error
