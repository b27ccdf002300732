"""Why: the statements behind a fact, with dates, ranks, references, rule and premises.

Ninth step of the walk: store → an Explanation that can be printed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import Literal

from kg.coverage import last_source_of_end
from kg.dates import iso
from kg.errors import UsageError, did_you_mean, visible
from kg.history import History, in_order
from kg.slice import parse_date, slice_of
from kg.statement import Proof, Reference, Statement
from kg.store import select
from kg.vocab import Vocabulary, is_id

if TYPE_CHECKING:
    from kg.archive import Archive, Passage
    from kg.store import Store

FORMATS: Final = ("text", "json", "turtle")
WIDTH: Final = 100


@dataclass(frozen=True, repr=False)
class Explanation:
    """The statements that were asked for, and all that is needed to explain them.

    With an archive the cited paragraphs are shown, or why they cannot be.
    """

    statements: tuple[Statement, ...]
    by_id: dict[str, Statement]
    history: History
    issued: str
    asked: tuple[str, str] | None = None
    archive: Archive | None = None

    def __len__(self) -> int:
        """The number of statements that were asked for."""
        return len(self.statements)

    @property
    def explained(self) -> tuple[Statement, ...]:
        """The statements, their premises, better-ranked rivals, and periods they may confirm.

        Each stands once, before what it rests on. Of what was asked for all proofs are followed, of
        what they rest on the shortest: the others would soon lead through all of a large graph.
        """
        found: dict[str, Statement] = {}
        waiting = list(reversed(self.statements))
        while waiting:
            one = waiting.pop()
            if one.id not in found:
                found[one.id] = one
                asked = one in self.statements
                premises = one.all_premises if asked else one.premises
                below = (*premises, *one.disputed_by, *one.may_confirm)
                waiting += [self.by_id[other] for other in reversed(below)]
        return tuple(found.values())

    def __str__(self) -> str:
        """A tree: statement, status, references; for an inferred one rule and premises.

        What was explained once is not explained again.
        """
        seen: set[str] = set()
        return visible(
            "\n".join(
                line for statement in self.statements for line in self.lines(statement, "", seen)
            )
        )

    def __repr__(self) -> str:
        """The same tree, because a notebook or a prompt shows this."""
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"

    def to(self, name: str) -> str:
        """Return the explanation in the named format, one of `FORMATS`.

        Raises UsageError for another name.
        """
        if name not in FORMATS:
            msg = f"'{name}' is not a format of explanations; choose one of {' '.join(FORMATS)}"
            raise UsageError(msg)
        return {"text": self.__str__, "json": self.to_json, "turtle": self.to_turtle}[name]()

    def to_json(self) -> str:
        """Return an object with `statements`, the ids asked for, and `explained`, one object each.

        Dates are as written; `premises`, `disputed_by` and `may_confirm` are ids of other objects
        of `explained`.
        `proofs` are those that the graph keeps, the shortest first, for what was asked for; of what
        that rests on the shortest alone. `proof_count` says how many were found, at least.
        """
        body = {
            "statements": [statement.id for statement in self.statements],
            "explained": [self._object(statement) for statement in self.explained],
        }
        return json.dumps(body, ensure_ascii=False, indent=1)

    def to_turtle(self) -> str:
        """Return what the graph says of the statements, their references, sources and rules.

        Raises UsageError with an archive, whose texts are not part of the graph.
        """
        from pyoxigraph import Quad, RdfFormat

        from kg.dump import to_rdf

        if self.archive:
            raise UsageError("paragraphs of an archive are shown in the formats text and json")
        words = self.history.store.words
        named = [words.statement(one.id) for one in self.explained]
        for one in self.explained:
            named += [words.source(reference.source) for reference in one.references]
            rules = (*(proof.rule for proof in one.proofs), *one.entailed_by)
            named += [words.rule(rule) for rule in rules]
        values = " ".join(str(node) for node in dict.fromkeys(named))
        rows = select(
            self.history.store,
            f"""SELECT ?s ?p ?o {{
              {{ VALUES ?s {{ {values} }} ?s ?p ?o }} UNION
              {{ VALUES ?st {{ {values} }} ?st prov:wasDerivedFrom ?s . ?s a kg:Reference ; ?p ?o }}
              UNION {{ VALUES ?st {{ {values} }} ?st kg:proof ?s . ?s ?p ?o }}
            }}""",
        )
        quads = {Quad(row["s"], row["p"], row["o"]) for row in rows}
        return to_rdf(quads, words, RdfFormat.TURTLE).decode()

    def _object(self, statement: Statement) -> dict[str, Any]:
        given: dict[str, Any] = {
            "id": statement.id,
            "subject": statement.subject,
            "predicate": statement.predicate,
            "object": statement.object,
            "datatype": statement.datatype,
            "kind": statement.kind,
            "start": statement.start,
            "end": statement.end,
            "at": statement.at,
            "rank": statement.rank,
            "status": status(statement, self.issued),
            "inferred": bool(statement.rule),
            "references": [self._reference_object(one) for one in statement.references],
            "disputed_by": list(statement.disputed_by),
            "may_confirm": list(statement.may_confirm),
            "entailed_by": [self._rule_object(rule) for rule in statement.entailed_by],
        }
        if statement.rule:
            given["rule"] = self._rule_object(statement.rule)
            given["premises"] = list(statement.premises)
            given["proofs"] = [self._proof_object(one) for one in self._proofs(statement)]
            given["proof_count"] = statement.proof_count
        return given

    def _proofs(self, statement: Statement) -> tuple[Proof, ...]:
        """Return the proofs to show: all that are kept of what was asked for, else the shortest."""
        return statement.proofs if statement in self.statements else statement.proofs[:1]

    def _proof_object(self, proof: Proof) -> dict[str, Any]:
        return {
            "rule": self._rule_object(proof.rule),
            "premises": list(proof.premises),
            "since": proof.since,
            "until": proof.until,
        }

    def _reference_object(self, reference: Reference) -> dict[str, Any]:
        source = self.history.sources[reference.source]
        given: dict[str, Any] = {
            "source": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "published": source.published,
            "url": source.url,
            "locator": reference.locator,
            "at": reference.at,
            "row": reference.row,
            "note": reference.note,
        }
        passage = self._passage(reference)
        if passage:
            given["paragraphs"] = dict(passage.paragraphs)
            given["missing"] = passage.missing
        return given

    def _rule_object(self, name: str) -> dict[str, str]:
        rule = self.history.rules[name]
        return {"name": name, "text": rule.text, "path": rule.path}

    def _passage(self, reference: Reference) -> Passage | None:
        if self.archive is None:
            return None
        return self.archive.passage(self.history.sources[reference.source], reference.locator)

    def lines(
        self, statement: Statement, indent: str = "", seen: set[str] | None = None
    ) -> Iterator[str]:
        """Yield what is known of one statement, each line behind the indent.

        `seen` holds the ids of those explained before; they are not explained again.
        """
        seen = set() if seen is None else seen
        # Not one generator inside the other: a proof may be deeper than Python calls may nest.
        open_ones = [self._parts(statement, indent, seen)]
        while open_ones:
            part = next(open_ones[-1], None)
            if part is None:
                open_ones.pop()
            elif isinstance(part, str):
                yield part
            else:
                open_ones.append(self._parts(*part, seen))

    def _parts(
        self, statement: Statement, indent: str, seen: set[str]
    ) -> Iterator[str | tuple[Statement, str]]:
        """Yield lines, and statements to explain between them with their indent."""
        yield f"{indent}{_claim(statement)}"
        if statement.id in seen:
            yield f"{indent}  explained above  st:{statement.id}"
            return
        seen.add(statement.id)
        yield f"{indent}  {', '.join(self._status(statement))}  st:{statement.id}"
        if self.asked and not indent and self.asked != statement.triple[:2]:
            for name in statement.entailed_by:
                yield f"  entails it by  {self._rule_line(name)}"
        for reference in statement.references:
            yield from self._reference_lines(reference, f"{indent}  ")
        if last := last_source_of_end(statement, self.history.sources):
            yield f"{indent}  of the end  no source after {last}, so it was foretold or added later"
        for other in statement.disputed_by:
            better = self.by_id[other]
            yield f"{indent}  disputed by  {_claim(better)}  st:{other}"
        for other in statement.may_confirm:
            yield f"{indent}  may confirm  {_claim(self.by_id[other])}  st:{other}"
        yield from self._proof_parts(statement, indent)

    def _proof_parts(
        self, statement: Statement, indent: str
    ) -> Iterator[str | tuple[Statement, str]]:
        proofs = self._proofs(statement)
        for number, proof in enumerate(proofs):
            days = f"  {dates}" if (dates := _proof_days(statement, proof)) else ""
            word = "also inferred by" if number else "inferred by"
            yield f"{indent}  {word}  {self._rule_line(proof.rule)}{days}"
            for premise in proof.premises:
                yield self.by_id[premise], f"{indent}    "
        if others := statement.proof_count - len(proofs):
            more = "at least " if statement.proof_count > len(statement.proofs) else ""
            ways = "1 other way" if others == 1 else f"{others} other ways"
            yield f"{indent}  also inferred in {more}{ways}"

    def _rule_line(self, name: str) -> str:
        rule = self.history.rules[name]
        return f"{rule.path}: {rule.text}"

    def _status(self, statement: Statement) -> Iterator[str]:
        yield status(statement, self.issued)
        if statement.rule:
            yield "inferred"
        else:
            yield f"rank {statement.rank}"

    def _reference_lines(self, reference: Reference, indent: str) -> Iterator[str]:
        source = self.history.sources[reference.source]
        attested = f", for {reference.at}" if reference.at else ""
        place = f", {reference.locator}" if reference.locator else ""
        facts = ", ".join(filter(None, (source.publisher, source.published)))
        yield f"{indent}says  {source.title} ({facts}){place}{attested}"
        if source.url:
            yield f"{indent}      {source.url}"
        yield f"{indent}      {reference.row}  src:{source.id}"
        if reference.note:
            yield f"{indent}      note: {reference.note}"
        passage = self._passage(reference)
        if passage:
            yield from _passage_lines(passage, f"{indent}      ")


def why(
    store: Store,
    subject: str,
    predicate: str | None = None,
    object: str | None = None,  # noqa: A002 - RDF's own word
    *,
    as_of: str | None = None,
    known_by: str | None = None,
    archive: Archive | None = None,
) -> Explanation:
    """Return the statements that say it: all about an entity, or those of a triple.

    With the subject alone, statements that have it as their object are included.
    What a one-premise rule added counts as said by the statement that it follows from.

    Raises UsageError for an unknown id or property, with the nearest known one.
    """
    if known_by:
        store = slice_of(store, known_by=known_by)
    history = History(store)
    _check_entity(subject, "subject", history)
    if predicate:
        _check_predicate(predicate, history)
    if object:
        _check_object(object, history)
    period = parse_date(as_of).period if as_of else None
    saying = (
        _saying(store, subject, predicate, object) if predicate else _about(store, subject, object)
    )
    by_id = history.statements_with(saying)
    found = [
        one
        for one in sorted(by_id.values(), key=in_order)
        if one.id in saying and (period is None or one.holds.overlaps(period))
    ]
    asked = (subject, predicate.removeprefix(":")) if predicate else None
    return Explanation(tuple(found), by_id, history, as_of or store.issued, asked, archive)


def status(statement: Statement, day: str) -> str:
    """Return disputed, undecided, future, ended or current, as seen from the day.

    Undecided is an attestation that fits several periods.

    >>> status(Statement("uzbekistan", "memberOf", "csto", "state", end="2012-12-19"), "2020-05-26")
    'ended'
    """
    if not statement.counts:
        return "undecided" if statement.is_undecided else "disputed"
    period = parse_date(day).period
    if statement.holds.overlaps(period):
        return "current"
    since = statement.holds.since
    return "future" if since and period.until and since >= period.until else "ended"


def dates_in_words(statement: Statement) -> str:
    """Return the dates as written, in words.

    >>> dates_in_words(Statement("uzbekistan", "memberOf", "csto", "state", "", "2006", "2012"))
    'from 2006 until 2012'
    """
    if statement.at:
        return f"on {statement.at}"
    if statement.start and statement.end:
        return f"from {statement.start} until {statement.end}"
    if statement.start:
        return f"since {statement.start}"
    return f"until {statement.end}" if statement.end else ""


def _saying(store: Store, subject: str, predicate: str, value: str | None) -> set[str]:
    """Return the ids of the statements in whose graphs the triple stands, asserted or entailed."""
    words = store.words
    pattern = f"{words.entity(subject)} {words.iri(predicate)} ?object"
    return {
        words.local("st", getattr(row["st"], "value", ""))
        for row in select(store, f"SELECT ?st ?object {{ GRAPH ?st {{ {pattern} }} }}")
        if value is None or value in _names(words, row["object"])
    }


def _about(store: Store, entity: str, value: str | None) -> set[str]:
    """Return the ids of the statements that have the entity as subject or object."""
    words = store.words
    node = words.entity(entity)
    ends = f"{{ ?st rdf:subject {node} }} UNION {{ ?st rdf:object {node} }}"
    return {
        words.local("st", getattr(row["st"], "value", ""))
        for row in select(store, f"SELECT ?st ?object {{ {ends} ?st rdf:object ?object }}")
        if value is None or value in _names(words, row["object"])
    }


def _names(words: Vocabulary, node: object) -> tuple[str, ...]:
    """The names under which a user may mean the node: its text, or its id."""
    text = getattr(node, "value", "")
    return (text, words.short(text))


def _check_entity(word: str, what: str, history: History) -> None:
    if not _is_id(word, history):
        raise _unknown(word, what, history.entities)


def _check_object(word: str, history: History) -> None:
    """Refuse what is neither an entity nor a literal that some statement has."""
    text = Literal(word)
    values = f"?st rdf:object ?o FILTER(isLiteral(?o) && STR(?o) = {text})"
    is_literal = any(select(history.store, f"SELECT ?o {{ {values} }} LIMIT 1"))
    if not is_literal and not _is_id(word, history):
        raise _unknown(word, "object", history.entities)


def _check_predicate(predicate: str, history: History) -> None:
    """Refuse a bare name that the ontology does not have, and a prefix that is not declared."""
    prefix, _, local = predicate.rpartition(":")
    if not prefix:
        if local not in history.properties:
            raise _unknown(local, "predicate", history.properties)
    elif prefix not in history.store.words.prefixes:
        msg = f"predicate '{predicate}' has a prefix that is not declared"
        raise UsageError(msg)
    elif not _is_used(predicate, history.store):
        msg = f"predicate '{predicate}' is not known; nothing in the graph has it"
        raise UsageError(msg)


def _is_used(predicate: str, store: Store) -> bool:
    """Say whether some triple of the graph has the predicate."""
    try:
        node = store.words.iri(predicate)
    except ValueError:
        return False
    triple = f"{{ ?s {node} ?o }}"
    return any(select(store, f"SELECT ?s {{ {triple} UNION {{ GRAPH ?g {triple} }} }} LIMIT 1"))


def _is_id(word: str, history: History) -> bool:
    """Say whether the word is the id of an entity, without reading all of them."""
    if not is_id(word):
        return False
    node = history.store.words.entity(word)
    return any(select(history.store, f"SELECT ?class {{ {node} a ?class }} LIMIT 1"))


def _unknown(word: str, what: str, known: Iterable[str]) -> UsageError:
    hint = did_you_mean(word, known) or "it is not in the graph"
    return UsageError(f"{what} '{word}' is not known; {hint}")


def _claim(statement: Statement) -> str:
    """The triple and its dates on one line."""
    return f"{' '.join(statement.triple)}  {dates_in_words(statement)}".rstrip()


def _proof_days(statement: Statement, proof: Proof) -> str:
    """Return the days of a proof that does not hold for as long as the statement."""
    since, until = (iso(day) if day else "" for day in statement.holds)
    is_event = statement.kind == "event"
    if proof.since == since and (is_event or proof.until == until):
        return ""
    days = (
        f"since {proof.since}" if proof.since else "",
        f"until {proof.until}" if proof.until else "",
    )
    return " ".join(filter(None, days)) or "always"


def _passage_lines(passage: Passage, indent: str) -> Iterator[str]:
    import textwrap

    if passage.missing:
        yield f"{indent}text not shown: {passage.missing}"
    for number, text in passage.paragraphs:
        # A text is foreign: nothing in it may steer the terminal.
        shown = "".join(letter if letter.isprintable() else " " for letter in text)
        first, rest = f"{indent}¶{number}  ", " " * (len(indent) + 5)
        yield from textwrap.wrap(shown, WIDTH, initial_indent=first, subsequent_indent=rest)
