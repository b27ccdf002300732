"""Comparison: the record against a published table, fact by fact, with the sources of our side.

Store and table → a Comparison that can be printed, saved and analysed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from kg.errors import missing_extra, noun, shown, visible
from kg.model.statement import Statement
from kg.published.rows import Claim, Claims, Roles, read_claims
from kg.published.verdicts import KINDS, Agreement, Verdict, judge
from kg.query.names import Names
from kg.query.slice import slice_of
from kg.reports.explanation import Explanation, evidence
from kg.store.read_back import History
from kg.text import formats, markdown
from kg.text.objects import reference_object, statement_object
from kg.text.statements import dates_in_words

if TYPE_CHECKING:
    import pandas as pd

    from kg.store.base import Store

FIELDS: Final = (
    "verdict", "subject", "predicate", "object", "period", "first", "last",
    "rows", "status", "statements", "sources", "kept",
)  # fmt: skip

# What else is said of statements of Wikidata.
_THEIRS: Final = ("dates", "ranks", "references")

_TITLES: Final[dict[Agreement, str]] = {
    "disagree": "{Side} says one thing, the record another",
    "only-table": "Only in {side}",
    "only-record": "Only in the record",
    "agree": "Both say so",
}
# As many rows of one status are named; a table of years may have dozens for one fact.
_MOST_ROWS: Final = 4
# What a spreadsheet takes for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
# What JSON says by null here, and elsewhere by "".
_NULL: Final = ("start", "end", "at", "rule")
_NULL_OF_REFERENCE: Final = ("publisher", "url", "published", "locator", "at", "note")


@dataclass(frozen=True, repr=False)
class Comparison:
    """The verdicts on a table, in the order of object, subject and time.

    `claims` is what the table says, `history` the record that it was held against.
    """

    verdicts: tuple[Verdict, ...]
    claims: Claims
    history: History
    known_by: str = ""

    def __len__(self) -> int:
        """The number of verdicts."""
        return len(self.verdicts)

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns of CSV and data frames: of Wikidata its dates, ranks and references, too."""
        return (*FIELDS, *_THEIRS) if self.claims.known else FIELDS

    @property
    def counts(self) -> dict[Agreement, int]:
        """The number of facts under each verdict."""
        kinds = [one.verdict for one in self.verdicts]
        return {kind: kinds.count(kind) for kind in KINDS}

    def __str__(self) -> str:
        """The text report without the facts on which both sides agree."""
        return self.to_text()

    def __repr__(self) -> str:
        return f"<kg.Comparison of {shown(self.claims.table)}: {self._tally()}>"

    def to_text(self, *, agreed: bool = False) -> str:
        """Return the report as text, with the facts on which both sides agree when asked."""
        lines = [self._head(), self._tally(), *self._left_out()]
        for kind in self._kinds(agreed=agreed):
            lines += ["", f"{self._title(kind)} ({self.counts[kind]})"]
            for one in self.verdicts:
                if one.verdict == kind:
                    lines += ["", *self._lines(one)]
        if self.claims.skipped:
            lines += ["", f"Not understood, and left out ({self.claims.skipped_rows})", ""]
            lines += [str(finding) for finding in self.claims.skipped]
        return visible("\n".join(lines) + "\n")

    def to_markdown(self, *, agreed: bool = False) -> str:
        """Return the report as Markdown, a table for each verdict."""
        lines = [f"**{markdown.text(self._head())}**", "", markdown.text(self._tally())]
        lines += ["", *(f"{markdown.text(line)}  " for line in self._left_out())]
        for kind in self._kinds(agreed=agreed):
            lines += ["", f"### {self._title(kind)} ({self.counts[kind]})", ""]
            lines += [f"| fact | time | {self._side} | record | sources |", "|---|---|---|---|---|"]
            for one in self.verdicts:
                if one.verdict == kind:
                    cells = [markdown.cell(cell) for cell in self._cells(one)]
                    links = [markdown.link(title, url) for title, url in self._links(one)]
                    lines.append(f"| {' | '.join([*cells, '; '.join(links)])} |")
        if self.claims.skipped:
            lines += ["", f"### Not understood, and left out ({self.claims.skipped_rows})", ""]
            lines += [f"- {markdown.text(str(finding))}" for finding in self.claims.skipped]
        return "\n".join(lines) + "\n"

    def to_json(self) -> str:
        """Return everything as JSON: counts, what was left out, and one object a verdict.

        docs/json.md describes the statements of `record` and `kept`. Each has its `evidence`
        besides: where it stands, and of an inferred one, where its premises stand.
        """
        report = {
            "table": self.claims.table,
            "issued": self.history.store.issued,
            "knownBy": self.known_by or None,
            "rows": self.claims.rows,
            "counts": self.counts,
            "leftOut": self.claims.left_out,
            **({"leftOutOfRecord": self.claims.unmatched} if self.claims.known else {}),
            "notUnderstood": [finding._asdict() for finding in self.claims.skipped],
            "verdicts": [self._object(one) for one in self.verdicts],
        }
        return json.dumps(report, ensure_ascii=False, indent=2) + "\n"

    def to_csv(self) -> str:
        """Return one line a verdict, with the columns `fields`.

        A cell that a spreadsheet would take for a formula starts with an apostrophe.
        """
        import csv
        import io

        text = io.StringIO()
        # RFC 4180 §2.1: lines end with CR LF.
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(self.fields)
        for row in self._records():
            writer.writerow(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row)
        return text.getvalue()

    def to_pandas(self) -> pd.DataFrame:
        """Return a data frame with one row a verdict and the columns `fields`, all of them text.

        Raises UsageError when pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise missing_extra("pandas", "pandas") from error
        return pd.DataFrame(self._records(), columns=list(self.fields))

    def to(self, style: str, *, agreed: bool = False) -> str:
        """Return the report as "text", "markdown", "json" or "csv".

        JSON and CSV always hold every verdict.

        Raises UsageError for another name.
        """
        form = formats.COMPARISONS.named(style)
        shown = {"agreed": agreed} if form.name in {"text", "markdown"} else {}
        return cast("str", getattr(self, f"to_{form.name}")(**shown))

    def _repr_html_(self) -> str:
        from html import escape

        head = "".join(
            f"<th>{name}</th>" for name in ("fact", "time", self._side, "record", "sources")
        )
        parts = [f"<p><strong>{escape(self._head())}</strong><br>{escape(self._tally())}</p>"]
        for kind in self._kinds(agreed=False):
            rows = ""
            for one in (one for one in self.verdicts if one.verdict == kind):
                cells = "".join(f"<td>{escape(cell)}</td>" for cell in self._cells(one))
                links = "<br>".join(
                    f'<a href="{escape(url)}">{escape(title)}</a>' if url else escape(title)
                    for title, url in self._links(one)
                )
                rows += f"<tr>{cells}<td>{links}</td></tr>"
            title = escape(f"{self._title(kind)} ({self.counts[kind]})")
            table = f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"
            parts.append(f"<table><caption>{title}</caption>{table}</table>")
        return "".join(parts)

    # ------------------------------------------------------------ words

    def _kinds(self, *, agreed: bool) -> list[Agreement]:
        return [k for k in _TITLES if self.counts[k] and (agreed or k != "agree")]

    def _head(self) -> str:
        record = f"the record of {self.history.store.issued}"
        if self.known_by:
            record += f", as known by {self.known_by}"
        return f"{shown(self.claims.table)} against {record}"

    def _tally(self) -> str:
        counts = self.counts
        agree = noun(counts["agree"], "fact agrees", "facts agree")
        disagree = noun(counts["disagree"], "disagrees", "disagree")
        rows = self.claims.rows
        left_out = sum(self.claims.left_out.values()) + self.claims.skipped_rows
        return (
            f"{counts['agree']} {agree}, {counts['disagree']} {disagree}, "
            f"{counts['only-table']} only in {self.claims.side.called}, "
            f"{counts['only-record']} only in the record; {left_out} of {rows} {self._noun(rows)} "
            "left out"
        )

    @property
    def _side(self) -> str:
        return self.claims.side.name

    def _noun(self, count: int) -> str:
        return noun(count, self.claims.side.one, self.claims.side.several)

    def _title(self, kind: Agreement) -> str:
        called = self.claims.side.called
        return _TITLES[kind].format(side=called, Side=called[0].upper() + called[1:])

    def _left_out(self) -> list[str]:
        if self.claims.known:
            return [
                *(f"left out of {self._side}: {n} {self._noun(n)}: {why}"
                  for why, n in self.claims.left_out.items()),
                *(f"left out of the record: {n} {self._noun(n)} {why}"
                  for why, n in self.claims.unmatched.items()),
            ]  # fmt: skip
        values = (f"'{shown(v)}' ({n} {self._noun(n)})" for v, n in self.claims.left_out.items())
        return [f"left out by the mapping: {', '.join(values)}"] if self.claims.left_out else []

    def _lines(self, one: Verdict) -> list[str]:
        explanation = Explanation((), self.history.by_id, self.history, self.history.store.issued)
        lines = [f"{_fact(one)}  {one.period}"]
        width = max(len(self._side), len("record")) + 2
        side, record = (f"  {name:{width}}" for name in (self._side, "record"))
        lines += [f"{side}{text}" for text in self._their_texts(one)]
        if not one.statements:
            lines.append(f"{record}no statement")
        else:
            times = "at other times" if one.verdict == "only-table" else ""
            lines.append(f"{record}{times}".rstrip())
        for statement in one.statements:
            lines += explanation.lines(statement, "    ")
        if one.kept:
            lines.append(f"{record}keeps {self.claims.side.own} claim, which does not count")
        for statement in one.kept:
            lines += explanation.lines(statement, "    ")
        return lines

    def _cells(self, one: Verdict) -> list[str]:
        """Return fact, time, table and record as texts for one line of a table."""
        record = "; ".join(map(_statement_text, one.statements)) or "no statement"
        if one.verdict == "only-table" and one.statements:
            record = f"at other times {record}"
        if one.kept:
            kept = "; ".join(map(_statement_text, one.kept))
            record += f"; keeps {self.claims.side.own} claim, which does not count: {kept}"
        return [_fact(one), one.period, "; ".join(self._their_texts(one)), record]

    def _links(self, one: Verdict) -> list[tuple[str, str]]:
        """Return (title, address) of every source of our side, each once."""
        references = [r for s in (*one.statements, *one.kept) for r in evidence(s, self.history)]
        sources = (
            self.history.sources[name] for name in dict.fromkeys(r.source for r in references)
        )
        return [
            (f"{s.title} ({', '.join(filter(None, (s.publisher, s.published)))})", s.url)
            for s in sources
        ]

    def _records(self) -> list[list[str]]:
        return [
            [
                *(one.verdict, *one.triple, one.period, one.first, one.last),
                "; ".join(claim.place for claim in one.claims),
                "; ".join(dict.fromkeys(claim.status for claim in one.claims if claim.status)),
                "; ".join(map(_statement_text, one.statements)),
                "; ".join(url or title for title, url in self._links(one)),
                "; ".join(map(_statement_text, one.kept)),
                *(self._theirs(one) if self.claims.known else ()),
            ]
            for one in self.verdicts
        ]

    @staticmethod
    def _theirs(one: Verdict) -> Iterator[str]:
        yield "; ".join(claim.dates for claim in one.claims)
        yield "; ".join(claim.rank for claim in one.claims)
        yield "; ".join(text for claim in one.claims for text in claim.references)

    def _object(self, one: Verdict) -> dict[str, Any]:
        return {
            "verdict": one.verdict,
            "subject": one.subject,
            "predicate": one.predicate,
            "object": one.object,
            "datatype": one.datatype,
            "period": one.period,
            "first": one.first or None,
            "last": one.last or None,
            "table": [self._claim(claim) for claim in one.claims],
            **({"outranked": [*map(self._claim, one.outranked)]} if self.claims.known else {}),
            "record": [self._statement(statement) for statement in one.statements],
            "kept": [self._statement(statement) for statement in one.kept],
        }

    def _claim(self, claim: Claim) -> dict[str, Any]:
        told: dict[str, Any] = {"row": claim.place, "status": claim.status}
        if self.claims.known:
            told |= {"dates": claim.dates, "rank": claim.rank, "references": claim.references}
        return told

    def _their_texts(self, one: Verdict) -> list[str]:
        """Return what the other side says; the rows of one status of a table together."""
        if not self.claims.known:
            return _table_texts(one)
        counting = [_claim_text(claim) for claim in one.claims] or ["no statement"]
        return [*counting, *(f"{_claim_text(claim)}, not held there" for claim in one.outranked)]

    def _statement(self, statement: Statement) -> dict[str, Any]:
        """Return the form and its evidence, with what it is still read by: `objects.KEPT`."""
        told = statement_object(statement, self.history.sources, self.history.store.issued)
        told["evidence"] = [
            reference_object(one, self.history.sources) for one in evidence(statement, self.history)
        ]
        references = [_with_null(one, _NULL_OF_REFERENCE) for one in told["evidence"]]
        return _with_null(told, _NULL) | {"statement": told["id"], "references": references}


def compare(
    store: Store,
    table: Path | pd.DataFrame,
    columns: Roles,
    *,
    mapping: Mapping[str, str] | None = None,
    mapping_files: Iterable[Path] = (),
    as_of: str = "",
    known_by: str = "",
    skip_unmatched: bool = False,
    sheet: str = "",
) -> Comparison:
    """Hold the record against a table that others published.

    `columns` says which column holds what, `mapping` and `mapping_files` what its values mean
    here; see `kg.published.rows.read_claims`.
    Names are looked up in the whole graph, also when only what was known by a date is compared.

    Raises UsageError when the columns do not go together, TableError with every finding when
    something in the table or the mapping is not understood, InputError when a file cannot be read.
    """
    whole = History(store)
    claims = read_claims(
        table,
        columns,
        Names(whole),
        mapping=mapping,
        mapping_files=mapping_files,
        as_of=as_of,
        skip_unmatched=skip_unmatched,
        sheet=sheet,
    )
    history = History(slice_of(store, known_by=known_by)) if known_by else whole
    # What a report needs is read now: the store may be gone when it is printed.
    _ = history.sources, history.rules
    return Comparison(judge(claims, history), claims, history, known_by)


def compare_wikibase(store: Store, source: str, *, known_by: str = "") -> Comparison:
    """Hold the record against Wikidata: a file of Wikibase, or the URL of a query service.

    Facts are compared by the ids of Wikidata that entities and properties have.

    Raises UsageError when the record names no such id, or the file is none of Wikibase, InputError
    when it cannot be read or says nothing of the record, RemoteError when the service fails.
    """
    from kg.published.wikibase.claims import claims_of, items_of, words_of
    from kg.published.wikibase.service import said_by

    whole = History(store)
    said = said_by(source, items_of(whole), words_of(whole))
    history = History(slice_of(store, known_by=known_by)) if known_by else whole
    # What a report needs is read now: the store may be gone when it is printed.
    _ = history.sources, history.rules
    label = source if "://" in source else Path(source).name
    claims = claims_of(said, history, label)
    return Comparison(judge(claims, history), claims, history, known_by)


def _fact(one: Verdict) -> str:
    """Return the triple on one line; a literal of a table can be anything."""
    return f"{one.subject} {one.predicate} {shown(one.object) if one.datatype else one.object}"


def _with_null(told: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return told | {name: told[name] or None for name in names}


def _statement_text(statement: Statement) -> str:
    triple, when = " ".join(statement.triple), dates_in_words(statement)
    rank = f", {statement.rank}" if statement.rank != "normal" else ""
    return f"{triple} {when}".rstrip() + f" (st:{statement.id}{rank})"


def _claim_text(claim: Claim) -> str:
    said = f"; says {'; '.join(claim.references)}" if claim.references else "; no reference"
    return f"{claim.place}: {claim.dates}, rank {claim.rank}{said}"


def _table_texts(one: Verdict) -> list[str]:
    """Return what the table says, the rows of one status together."""
    if not one.claims:
        return ["no row"]
    by_status: dict[str, list[str]] = {}
    for claim in one.claims:
        by_status.setdefault(claim.status, []).append(claim.place)
    texts = []
    for status, places in by_status.items():
        more = f" and {len(places) - _MOST_ROWS} more" if len(places) > _MOST_ROWS else ""
        where = f"{noun(len(places), 'row')} {', '.join(map(shown, places[:_MOST_ROWS]))}{more}"
        texts.append(f"{where}: {shown(status)}" if status else where)
    if one.verdict == "only-record":
        texts = [f"at other times {text}" for text in texts]
    return texts
