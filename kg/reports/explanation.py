"""Explanation: the statements behind a fact, as text, JSON, Turtle or HTML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any, Final, cast

from kg.errors import UsageError, noun, visible
from kg.model import schema
from kg.model.coverage import last_source_of_end
from kg.model.dates import iso
from kg.model.statement import Proof, Reference, Statement
from kg.store.base import select
from kg.store.read_back import History
from kg.text import formats
from kg.text.objects import statement_object
from kg.text.statements import fact_in_words, status

if TYPE_CHECKING:
    from kg.model.counted import Known
    from kg.query.names import Naming
    from kg.reports.archive import Archive, Passage
    from kg.reports.undecided import Undecided

WIDTH: Final = 100


@dataclass(frozen=True, repr=False)
class Explanation:
    """The statements that were asked for, and all that is needed to explain them.

    `issued` is the day or the span of which the status is told.
    With an archive the cited paragraphs are shown, or why they cannot be; where a time was asked
    about, what leaves a statement open then. `lists` are those of the subject that the ontology
    has counted, each with whether all of it is known.
    """

    statements: tuple[Statement, ...]
    by_id: dict[str, Statement]
    history: History
    issued: str
    asked: tuple[str, str] | None = None
    archive: Archive | None = None
    undecided: Undecided | None = None
    naming: Naming | None = None
    lists: tuple[Known, ...] = ()

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
                [
                    *(line for one in self.statements for line in self.lines(one, "", seen)),
                    *(f"{self._list(one)}  {one}, as of {self.issued}" for one in self.lists),
                ]
            )
        )

    def _list(self, known: Known) -> str:
        """Return what a list is a list of, in words."""
        one = known.open_statement
        return " ".join(self.naming.triple(one) if self.naming else one.triple)

    def __repr__(self) -> str:
        """The same tree, because a notebook or a prompt shows this."""
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"

    def named(self, *, labels: str = "", ids: str = "") -> Explanation:
        """Return the same, in whose text entities and properties are called as `Result.named` does.

        Documents for programs, JSON and Turtle, stay as they are.
        """
        from kg.query.names import naming

        return replace(self, naming=naming(self.history, labels=labels, ids=ids))

    def to(self, name: str) -> str:
        """Return the explanation in the named format, "text", "json" or "turtle".

        Raises UsageError for another name.
        """
        form = formats.EXPLANATIONS.named(name)
        return cast("str", getattr(self, f"to_{form.name}")())

    def to_text(self) -> str:
        """Return the tree that `str` gives."""
        return str(self)

    def to_json(self) -> str:
        """Return an object with `statements`, the ids asked for, and `explained`, one object each.

        docs/json.md describes these; `left_open` says what leaves one open at the time asked about,
        where something does; `premises`, `disputed_by` and `may_confirm` are ids of other
        objects of `explained`. `rules` holds text and path of the rules that they name.
        `proofs` are those that the graph keeps, the shortest first, for what was asked for; of what
        that rests on the shortest alone. `proof_count` says how many were found, at least.
        `lists` says of the lists of the subject that are counted whether all is known; without one
        it is absent.
        """
        explained = self.explained
        named = {rule for one in explained for rule in _rules_of(one)}
        body = {
            "statements": [statement.id for statement in self.statements],
            "explained": [self._object(statement) for statement in explained],
            "rules": {
                name: {"text": rule.text, "path": rule.path}
                for name, rule in self.history.rules.items()
                if name in named
            },
        }
        if self.lists:
            body["lists"] = [one.to_object() for one in self.lists]
        return json.dumps(body, ensure_ascii=False, indent=1)

    def to_turtle(self) -> str:
        """Return what the graph says of the statements, their references, sources and rules.

        Raises UsageError with an archive, whose texts are not part of the graph.
        """
        from pyoxigraph import Quad, RdfFormat

        from kg.store.rdf import to_rdf

        if self.archive:
            raise UsageError("paragraphs of an archive are shown in the formats text and json")
        words = self.history.store.words
        named = [words.statement(one.id) for one in self.explained]
        for one in self.explained:
            named += [words.source(reference.source) for reference in one.references]
            named += [words.rule(rule) for rule in _rules_of(one)]
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
        """Return the form, with what it is still read by: `kg.text.objects.KEPT`."""
        told = statement_object(statement, self.history.sources, self.issued)
        if statement.rule:
            told["rule"] = self._rule_object(statement.rule)
        proofs = told["proofs"][: len(self._proofs(statement))]
        told["proofs"] = [one | {"rule": self._rule_object(one["rule"])} for one in proofs]
        told["entailed_by"] = [self._rule_object(rule) for rule in statement.entailed_by]
        if self.undecided and (left := self.undecided.left_open(statement)):
            told["left_open"] = left
        if self.archive:
            for one, reference in zip(told["references"], statement.references, strict=True):
                if passage := self._passage(reference):
                    one["paragraphs"] = {str(number): text for number, text in passage.paragraphs}
                    one["missing"] = passage.missing
        return told

    def _fact(self, statement: Statement) -> str:
        return fact_in_words(statement, self.naming.triple(statement) if self.naming else ())

    def _left_open(self, statement: Statement) -> str:
        return self.undecided.left_open(statement, self._fact) if self.undecided else ""

    def _proofs(self, statement: Statement) -> tuple[Proof, ...]:
        """Return the proofs to show: all that are kept of what was asked for, else the shortest."""
        return statement.proofs if statement in self.statements else statement.proofs[:1]

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
        yield f"{indent}{self._fact(statement)}"
        if statement.id in seen:
            yield f"{indent}  explained above  st:{statement.id}"
            return
        seen.add(statement.id)
        yield f"{indent}  {', '.join(self._status(statement))}  st:{statement.id}"
        if left := self._left_open(statement):
            yield f"{indent}  left open  {left}"
        if self.asked and not indent and self.asked != statement.triple[:2]:
            for name in statement.entailed_by:
                yield f"  entails it by  {self._rule_line(name)}"
        for reference in statement.references:
            yield from self._reference_lines(reference, f"{indent}  ")
        if last := last_source_of_end(statement, self.history.sources):
            yield f"{indent}  of the end  no source after {last}, so it was foretold or added later"
        for other in statement.disputed_by:
            better = self.by_id[other]
            yield f"{indent}  disputed by  {self._fact(better)}  st:{other}"
        for other in statement.may_confirm:
            yield f"{indent}  may confirm  {self._fact(self.by_id[other])}  st:{other}"
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
            yield f"{indent}  also inferred in {more}{others} other {noun(others, 'way')}"

    def _rule_line(self, name: str) -> str:
        rule = self.history.rules[name]
        return f"{rule.path}: {rule.text}"

    def _status(self, statement: Statement) -> Iterator[str]:
        yield status(statement, self.issued)
        if statement.rule:
            yield "inferred"
        else:
            yield f"rank {statement.rank}"
            yield from schema.in_words("statements", statement.more)

    def _reference_lines(self, reference: Reference, indent: str) -> Iterator[str]:
        source = self.history.sources[reference.source]
        attested = f", for {reference.at}" if reference.at else ""
        place = f", {reference.locator}" if reference.locator else ""
        more = schema.in_words("sources", source.more)
        facts = ", ".join(filter(None, (source.publisher, source.published, *more)))
        yield f"{indent}says  {source.title} ({facts}){place}{attested}"
        if source.url:
            yield f"{indent}      {source.url}"
        yield f"{indent}      {reference.row}  src:{source.id}"
        if reference.note:
            yield f"{indent}      note: {reference.note}"
        passage = self._passage(reference)
        if passage:
            yield from _passage_lines(passage, f"{indent}      ")


def evidence(statement: Statement, history: History) -> list[Reference]:
    """Return where a statement stands; for an inferred one, where its premises stand."""
    found: dict[str, Statement] = {}
    waiting = [statement]
    while waiting:
        one = waiting.pop()
        if one.id not in found:
            found[one.id] = one
            waiting += [history.by_id[premise] for premise in reversed(one.premises)]
    return [reference for one in found.values() for reference in one.references]


def _rules_of(statement: Statement) -> tuple[str, ...]:
    """Return the names of the rules by which it follows, and of those that follow from it."""
    return (*(proof.rule for proof in statement.proofs), *statement.entailed_by)


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
