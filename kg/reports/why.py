"""Why: the statements behind a fact, with dates, ranks, references, rule and premises.

Store → an Explanation that can be printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal

from kg.errors import UsageError
from kg.model.counted import lists
from kg.model.edtf import asked_period, parse_date
from kg.model.literals import literal, literal_problem
from kg.model.namespaces import Vocabulary, text_of
from kg.model.statement import in_order
from kg.model.values import VALUED, value
from kg.query.complete import counted_in
from kg.query.names import entity, entity_called, is_entity, property_called
from kg.query.slice import slice_of
from kg.reports.explanation import Explanation
from kg.reports.undecided import Undecided
from kg.store.base import select
from kg.store.read_back import History

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model.counted import Known
    from kg.model.dates import Period
    from kg.reports.archive import Archive
    from kg.store.base import Store


def why(
    store: Store,
    subject: str,
    predicate: str | None = None,
    object: str | None = None,  # noqa: A002 - RDF's own word
    *,
    as_of: str | None = None,
    known_by: str | None = None,
    surely: bool = False,
    archive: Archive | None = None,
) -> Explanation:
    """Return the statements that say it: all about an entity, or those of a triple.

    With the subject alone, statements that have it as their object are included.
    What a one-premise rule added counts as said by the statement that it follows from.
    As of a date or a span, as `slice_of` takes them, it is those that can be true at some time in
    it, also when they do not count; with `surely` those that count and must be true throughout it.

    Raises UsageError for a name that is that of none or of several, with the nearest or with all of
    them, and when a text is not a date, or `surely` stands without one.
    """
    period = asked_period(as_of, surely=surely)
    if known_by:
        store = slice_of(store, known_by=known_by)
    history = History(store)
    subject = entity(store, subject, "subject")
    if predicate:
        predicate = meant_predicate(predicate, history)
    if object:
        object = _object(object, subject, history)  # noqa: A001
    undecided = Undecided(history, period) if period else None
    saying = (
        _saying(store, subject, predicate, object) if predicate else _about(store, subject, object)
    )
    by_id = history.statements_with(saying)
    found = [
        one
        for one in sorted(by_id.values(), key=in_order)
        if one.id in saying
        and (undecided is None or (undecided.is_sure if surely else undecided.is_possible)(one))
    ]
    asked = (subject, predicate) if predicate else None
    day = as_of or store.issued
    known = () if object else _lists(history, subject, predicate, period)
    return Explanation(
        tuple(found), by_id, history, day, asked, archive, undecided, lists=tuple(known)
    )


def _lists(
    history: History, subject: str, predicate: str | None, period: Period | None
) -> Iterator[Known]:
    """Yield the lists of the subject that are counted, as of the time or the day of issue."""
    store = history.store
    counted = [one for one in counted_in(store) if predicate in {None, one.property, one.number}]
    if not counted:
        return
    about = history.statements_with(_about(store, subject, None)).values()
    day = period or parse_date(store.issued).period
    yield from (one for one in lists(counted, about, day) if one.here == subject)


def _saying(store: Store, subject: str, predicate: str, value: str | None) -> set[str]:
    """Return the ids of the statements in whose graphs the triple stands, asserted or entailed."""
    words = store.words
    pattern = f"{words.entity(subject)} {words.iri(predicate)} ?object"
    return {
        words.local("st", text_of(row["st"]))
        for row in select(store, f"SELECT ?st ?object {{ GRAPH ?st {{ {pattern} }} }}")
        if value is None or _is_named(words, row["object"], value)
    }


def _about(store: Store, entity: str, value: str | None) -> set[str]:
    """Return the ids of the statements that have the entity as subject or object."""
    words = store.words
    node = words.entity(entity)
    ends = f"{{ ?st rdf:subject {node} }} UNION {{ ?st rdf:object {node} }}"
    return {
        words.local("st", text_of(row["st"]))
        for row in select(store, f"SELECT ?st ?object {{ {ends} ?st rdf:object ?object }}")
        if value is None or _is_named(words, row["object"], value)
    }


def _is_named(words: Vocabulary, node: object, word: str) -> bool:
    """Say whether a user may mean the node: by its text, a spelling of its value, or its id."""
    text = text_of(node)
    if isinstance(node, Literal) and word != text:
        datatype = words.short(node.datatype.value)
        return _as_value(word, datatype) == value(text, datatype)
    return word in {text, words.short(text)}


def _as_value(word: str, datatype: str) -> str | None:
    """Return the spelling of the word's value in which a graph has it, None if it has no value."""
    return None if literal_problem(word, datatype) else literal(word, datatype).value


def _object(word: str, subject: str, history: History) -> str:
    """Return the id that the word means, or the word where it is a literal that a statement has.

    A literal of the subject's own comes before a name, and a name before a literal of others.
    """
    store = history.store
    identifier = store.words.meant("id", word)
    if is_entity(store, identifier):
        return identifier
    spellings = {word, *(_as_value(word, datatype) for datatype in VALUED)}
    texts = ", ".join(sorted(str(Literal(text)) for text in spellings if text is not None))
    is_it = f"?st rdf:object ?o FILTER(isLiteral(?o) && STR(?o) IN ({texts}))"
    # A text in any type is found only by going through statements.
    own = f"?st rdf:subject {store.words.entity(subject)} . {is_it}"
    if any(select(store, f"SELECT ?o {{ {own} }} LIMIT 1")):
        return word
    try:
        return entity_called(store, word, "object")
    except UsageError:
        if any(select(store, f"SELECT ?o {{ {is_it} }} LIMIT 1")):
            return word
        raise


def meant_predicate(predicate: str, history: History) -> str:
    """Return the name of the property, or the CURIE of one of another vocabulary."""
    curie = history.store.words.short(predicate)
    prefix = curie.rpartition(":")[0]
    if not prefix:
        return property_called(history.store, curie, "predicate")
    if prefix not in history.store.words.prefixes:
        msg = f"predicate '{predicate}' has a prefix that is not declared"
        raise UsageError(msg)
    if not _is_used(curie, history.store):
        msg = f"predicate '{predicate}' is not known; nothing in the graph has it"
        raise UsageError(msg)
    return curie


def _is_used(predicate: str, store: Store) -> bool:
    """Say whether some triple of the graph has the predicate."""
    try:
        node = store.words.iri(predicate)
    except ValueError:
        return False
    triple = f"{{ ?s {node} ?o }}"
    return any(select(store, f"SELECT ?s {{ {triple} UNION {{ GRAPH ?g {triple} }} }} LIMIT 1"))
