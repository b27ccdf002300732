"""Telling: what was said → days to conclude from, and what was concluded → statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, Triple

from kg.errors import DataError, Finding
from kg.model.dates import UNKNOWN, Period, iso
from kg.model.edtf import moved, over_after
from kg.model.ids import conclusion_id, content_id
from kg.model.namespaces import Vocabulary, text_of
from kg.model.statement import Proof, Statement
from kg.pipeline.conclusions import Conclusion, Held, Node, Way, texts_of

if TYPE_CHECKING:
    from kg.model.ontology import Ontology, Property
    from kg.model.rules import Rule


# How many signs of a key stand before its text.
_BEFORE: Final = 5


def held_by(statement: Statement) -> tuple[Held, ...]:
    """Return the days on which a statement may be concluded from, with their texts."""
    if not statement.counts or not statement.concludes:
        return ()
    # Rules take ends of many properties together, and these count in one way.
    end = moved(statement.end, 1) if statement.ends_on_last_day else statement.end
    return (Held(statement.holds, statement.start or statement.at, end),)


def property_of(triple: Triple, words: Vocabulary, ontology: Ontology) -> Property | None:
    """Return what the ontology says of the triple's property."""
    return ontology.properties.get(words.local("", triple.predicate.value))


def recurs(known: Property | None) -> bool:
    """Say whether what a property says can happen on several days, which are several statements."""
    return known is not None and known.kind == "event" and not known.once


def begun(triple: Triple, words: Vocabulary, ontology: Ontology, step: int) -> Conclusion:
    """Return a conclusion that has no proof yet."""
    known = property_of(triple, words, ontology)
    return Conclusion(
        content_id("conclusion", str(triple.subject), str(triple.predicate), str(triple.object)),
        triples={triple: None},
        kind=known.kind if known else "timeless",
        recurs=recurs(known),
        since_step=step,
    )


def told_of(
    conclusion: Conclusion, words: Vocabulary, ontology: Ontology, nodes: Mapping[str, Node]
) -> list[Statement]:
    """Return what the conclusion says for each of its pieces, yet without its proofs."""
    subject, value = conclusion.triple.subject, conclusion.triple.object
    predicate = words.local("", conclusion.triple.predicate.value)
    known = ontology.properties.get(predicate)
    has_last_days = known is not None and known.last_days
    found = []
    for piece, held in zip(conclusion.pieces, conclusion.held, strict=True):
        end, until = held.end, piece.period.until
        if conclusion.kind == "event":
            first = (way for way in piece.ways if way.period.since == piece.period.since)
            longest = max(first, key=lambda w: (w.period.until is None, w.period.until or ()))
            end, until = texts_of(longest, nodes)[1], longest.period.until
        is_day = conclusion.kind == "event" and not end
        if has_last_days:
            end = moved(end, -1)
        by = iso(until) if end == UNKNOWN and until else ""
        found.append(
            Statement(
                words.local("id", text_of(subject)),
                predicate,
                words.local("id", text_of(value)),
                conclusion.kind,
                words.short(value.datatype.value) if isinstance(value, Literal) else "",
                "" if is_day else held.start,
                end,
                held.start if is_day else "",
                entailed_by=tuple(sorted(conclusion.rules)),
                over_by=over_after(end) if has_last_days and not by else by,
            )
        )
    return found


def ids_of(told: Sequence[Statement]) -> list[str]:
    """Return the ids that conclusions will have once they have their proofs."""
    return [conclusion_id(one.triple, one.datatype, one.span) for one in told]


def proof_of(way: Way, ids: Mapping[str, Sequence[str]], nodes: Mapping[str, Node]) -> Proof:
    """Return the proof with the ids of its premises and their days as they are now.

    `ids` has those of conclusions by name, one for each of their pieces.
    """
    period = Period()
    identifiers = []
    for name in way.premises:
        node = nodes[name]
        places = (i for i, held in enumerate(node.held) if held.period.covers(way.period))
        # Of events that go before it is the last.
        place = max(places)
        period = period.intersection(node.held[place].period) or period
        identifiers.append(ids[name][place] if name in ids else name)
    since, until = (iso(day) if day else "" for day in period)
    return Proof(way.rule, tuple(sorted(identifiers)), since, until)


def not_about_an_entity(rule: Rule, triple: str) -> DataError:
    """Return the error of a rule that joins statements into something else."""
    message = f"the rule joins statements into {triple}, which is not about an entity"
    repair = "a rule with several premises concludes an entity's own property"
    return DataError([Finding(rule.path, 1, 1, "error", message, repair)])


def key_of(text: str) -> str | None:
    """Return what sorts texts for the bound of days: the least precise first, None for none.

    >>> sorted(map(key_of, ["1999-05-01", "1999", "unknown"]))
    ['00007unknown', '100041999', '100101999-05-01']
    """
    return f"{int(text != UNKNOWN)}{len(text):04}{text}" if text else None


def text_of_key(key: str | None) -> str:
    """Return the text of a key."""
    return key[_BEFORE:] if key else ""
