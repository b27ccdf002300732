"""Audit: where the record contradicts itself or rests on little, with the sources of each side.

Store → an Audit that can be printed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Final, cast

from kg.errors import UsageError, noun, parameter, visible
from kg.model.collection import without_collection
from kg.model.coverage import Coverage, coverage, share
from kg.model.edtf import asked_period, parse_date
from kg.model.namespaces import text_of
from kg.model.publishers import publishers
from kg.model.statement import Reference, Source, Statement
from kg.progress import at_work
from kg.query.names import UNNAMED, Naming, entity, naming
from kg.query.slice import slice_of
from kg.reports.weaknesses import KINDS, NEEDS, ONE, Evidence, Weakness
from kg.store.base import select
from kg.store.read_back import History
from kg.text import formats, markdown
from kg.text.objects import statement_object
from kg.text.statements import dates_in_words

if TYPE_CHECKING:
    from kg.store.base import Store

LIMIT: Final = 10

_SUBJECTS = """
SELECT ?entity { ?dataset a dcat:Dataset ; dcterms:subject ?entity } ORDER BY STR(?entity)"""


@dataclass(frozen=True, repr=False)
class Audit:
    """What an audit found, in the order of `KINDS` and of the facts, and what is covered.

    `facts` are the asserted statements that were looked at and count, `issued` the day for which
    the data are current, `groups` the label of the group of each publisher that is in one.
    """

    findings: tuple[Weakness, ...]
    coverage: tuple[Coverage, ...]
    facts: tuple[Statement, ...]
    sources: dict[str, Source]
    kinds: tuple[str, ...]
    issued: str
    groups: Mapping[str, str]
    evidence: Evidence
    naming: Naming = UNNAMED

    def named(self, *, labels: str = "", ids: str = "") -> Audit:
        """Return the same, in whose text entities and properties are called as `Result.named` does.

        JSON, a document for programs, stays as it is.
        """
        return replace(self, naming=naming(self.evidence.history, labels=labels, ids=ids))

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each kind that was looked for."""
        return {kind: len(self.of(kind)) for kind in self.kinds}

    def of(self, kind: str) -> list[Weakness]:
        """Return the findings of a kind."""
        return [*self._found.get(kind, ())]

    @cached_property
    def _found(self) -> dict[str, list[Weakness]]:
        return _by_kinds(self.findings)

    @cached_property
    def _told(self) -> dict[str, list[Weakness]]:
        """The findings by their kinds, with messages that call things as people want them."""
        if self.naming is UNNAMED:
            return self._found
        return _by_kinds(_found(replace(self.evidence, naming=self.naming), self.kinds))

    def __str__(self) -> str:
        """The text, with at most `LIMIT` findings of each kind."""
        return self.to_text()

    def __repr__(self) -> str:
        """The same text, because a notebook or a prompt shows this."""
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"

    def to(self, name: str, limit: int = LIMIT) -> str:
        """Return the audit in the named format, "text", "json" or "markdown".

        `limit` is how many findings of each kind are shown, 0 for all; JSON always has all.
        Raises UsageError for another name.
        """
        form = formats.AUDITS.named(name)
        shown = {"limit": limit} if form.name in {"text", "markdown"} else {}
        return cast("str", getattr(self, f"to_{form.name}")(**shown))

    def to_text(self, limit: int = LIMIT) -> str:
        """Return the coverage, then the findings by kind; both sides where two disagree."""
        lines = list(self._numbers())
        for kind, found in self._by_kind():
            what = noun(len(found), ONE.get(kind, KINDS[kind]), KINDS[kind])
            lines += ["", f"{kind}: {len(found)} {what}"]
            for finding in found[: limit or None]:
                lines += [f"  {line}" for line in self._text(finding)]
            if limit and len(found) > limit:
                rest = len(found) - limit
                lines.append(f"  … and {rest} more; {parameter('limit', 0)} shows all")
        clean = [kind for kind, count in self.counts.items() if not count]
        if clean:
            lines += ["", f"nothing found: {', '.join(clean)}"]
        return visible("\n".join(lines))

    def to_markdown(self, limit: int = LIMIT) -> str:
        """Return the same as Markdown, a table for each kind."""
        lines = ["# Audit", "", *(f"- {markdown.text(line)}" for line in self._numbers())]
        for kind, found in self._by_kind():
            heading = f"{KINDS[kind][0].upper()}{KINDS[kind][1:]}"
            lines += ["", f"## {heading}: {len(found)}", ""]
            lines += ["| fact | dates | counts | remark | sources |", "|---|---|---|---|---|"]
            for finding in found[: limit or None]:
                lines += list(self._rows(finding))
            if limit and len(found) > limit:
                lines += ["", f"… and {len(found) - limit} more."]
        return visible("\n".join(lines))

    def to_json(self) -> str:
        """Return an object with `counts`, `coverage` and `findings`; each has its statements.

        docs/json.md describes a statement; its status is as of the day of issue.
        """
        body = {
            "facts": len(self.facts),
            "sources": len(self.sources),
            "publishers": len(self._publishers),
            "counts": self.counts,
            "coverage": [asdict(one) for one in self.coverage],
            "findings": [
                {
                    "kind": finding.kind,
                    "message": finding.message,
                    "statements": [
                        statement_object(one, self.sources, self.issued)
                        for one in finding.statements
                    ],
                }
                for finding in self.findings
            ],
        }
        return json.dumps(body, ensure_ascii=False, indent=1)

    @property
    def _publishers(self) -> set[str]:
        return {source.first_publisher for source in self.sources.values()} - {""}

    def _by_kind(self) -> Iterator[tuple[str, list[Weakness]]]:
        for kind in self.kinds:
            if found := self._told.get(kind):
                yield kind, found

    def _numbers(self) -> Iterator[str]:
        """Yield how much there is, and how well it is covered."""
        # Most facts have one reference.
        many = [one for one in self.facts if len(one.references) > 1]
        single = sum(len({r.source for r in one.references}) == 1 for one in many)
        single += sum(len(one.references) == 1 for one in self.facts)
        several = sum(len(publishers(one, self.sources, self.groups)) > 1 for one in many)
        counted = ((self.facts, "fact"), (self.sources, "source"), (self._publishers, "publisher"))
        facts, sources, first = (f"{len(some)} {noun(len(some), one)}" for some, one in counted)
        independent = {self.groups.get(name, name) for name in self._publishers}
        if len(independent) < len(self._publishers):
            first += f", who count as {len(independent)} by their groups"
        yield (
            f"{facts} from {sources} of {first}; "
            f"{share(single, len(self.facts))} have a single source, "
            f"{share(several, len(self.facts))} more than one publisher"
        )
        for one in self.coverage:
            longest = one.longest
            if longest:
                subject, predicate, end = longest
                names = self.naming
                longest = names.entity(subject), names.property(predicate), names.entity(end)
            yield str(replace(one, entity=self.naming.entity(one.entity), longest=longest))

    def _text(self, finding: Weakness) -> Iterator[str]:
        first = finding.statements[0]
        if len(finding.statements) == 1:
            yield f"{self.naming.fact(first)}  {finding.message}"
            for reference in first.references:
                yield f"    {self._said(reference)}"
            return
        yield finding.message
        for one in finding.statements:
            yield f"  {'counts' if one.counts else 'does not count'}:  {self.naming.fact(one)}"
            for reference in one.references:
                yield f"      {self._said(reference)}"

    def _said(self, reference: Reference) -> str:
        source = self.sources[reference.source]
        who = ", ".join(filter(None, (source.publisher, source.published, reference.locator)))
        return f"src:{source.id} ({who})  {reference.row}"

    def _rows(self, finding: Weakness) -> Iterator[str]:
        for number, one in enumerate(finding.statements):
            sources = "<br>".join(self._link(reference) for reference in one.references)
            cells = (
                " ".join(self.naming.triple(one)),
                dates_in_words(one),
                "yes" if one.counts else "no",
                "" if number else finding.message,
            )
            yield f"| {' | '.join(map(markdown.cell, cells))} | {sources} |"

    def _link(self, reference: Reference) -> str:
        source = self.sources[reference.source]
        who = ", ".join(filter(None, (source.publisher, source.published))) or source.id
        place = f" {markdown.text(reference.locator)}" if reference.locator else ""
        return markdown.link(who, source.url) + place


def audit(
    store: Store,
    entities: Collection[str] = (),
    *,
    kinds: Sequence[str] = (),
    since: str | None = None,
    as_of: str | None = None,
    ending_by: str | None = None,
    known_by: str | None = None,
) -> Audit:
    """Look through the record for contradictions, and for facts that rest on little.

    With `entities` only statements that name one of them are looked at, with `kinds` only those
    kinds of findings are; `unconfirmed` is among them only when `since` says since when, and
    `undecided` only when `as_of` says at what time, `ending` only when `ending_by` says by when.

    Raises UsageError for a name that is that of none or of several, an unknown kind, or an
    impossible date.
    """
    for kind in kinds:
        if kind not in KINDS:
            msg = f"'{kind}' is not a kind of finding; choose among {' '.join(KINDS)}"
            raise UsageError(msg)
    given = {"since": since, "as_of": as_of, "ending_by": ending_by}
    without = {kind for kind, name in NEEDS.items() if not given[name]}
    for kind in kinds:
        if kind in without:
            msg = f"'{kind}' needs a date; give it with {parameter(NEEDS[kind])}"
            raise UsageError(msg)
    history = History(slice_of(store, known_by=known_by))
    entities = tuple(entity(history.store, word, "id") for word in entities)
    asked = asked_period(as_of, surely=False)
    since_when = parse_date(since) if since else None
    by = parse_date(ending_by) if ending_by else None
    evidence = Evidence(history, frozenset(entities), since_when, asked, by)
    chosen = [kind for kind in KINDS if kind in (kinds or KINDS) and kind not in without]
    words = store.words
    subjects = [words.local("id", text_of(row["entity"])) for row in select(store, _SUBJECTS)]
    with without_collection():
        used = {reference.source for one in evidence.asserted for reference in one.references}
        return Audit(
            tuple(_found(evidence, chosen)),
            tuple(
                coverage(
                    entities or subjects,
                    history.statements,
                    history.sources,
                    store.issued,
                    evidence.group_of,
                )
            ),
            tuple(evidence.facts),
            {name: source for name, source in sorted(history.sources.items()) if name in used},
            tuple(chosen),
            store.issued,
            evidence.group_of,
            evidence,
        )


def _by_kinds(findings: Iterable[Weakness]) -> dict[str, list[Weakness]]:
    found: dict[str, list[Weakness]] = {}
    for finding in findings:
        found.setdefault(finding.kind, []).append(finding)
    return found


def _found(evidence: Evidence, kinds: Sequence[str]) -> Iterator[Weakness]:
    for number, kind in enumerate(kinds):
        at_work(f"looking for {kind}; kinds looked for", number, len(kinds))
        yield from evidence.find(kind)
