"""Known: the graph as it was known by a date.

Store → store: what would have been built from the rows whose source was published by then.
Where no rule concludes anything, the rows of one triple say nothing of another triple; so a copy
loses what later sources say, and all else stays. Otherwise the graph is built again.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad, Triple

from kg.errors import UsageError
from kg.model.dates import UNKNOWN, Day, PartialDate, Period, iso
from kg.model.edtf import EVER, parse_date, stored
from kg.model.merge import gather
from kg.model.namespaces import text_of
from kg.model.statement import Entity, Rank, Statement
from kg.pipeline.assemble import describe, describe_references, graph_triple, world
from kg.pipeline.world import said as all_said
from kg.pipeline.world import statements_on, whole
from kg.query.as_of import CURRENT, nodes
from kg.record.record import Record
from kg.store.embedded import EmbeddedStore
from kg.store.read_back import History

if TYPE_CHECKING:
    from kg.model.namespaces import Vocabulary
    from kg.store.base import Store

# Taking a quad out costs about three times as much as putting one in.
_MOST: Final = 3 / 4


def as_known(store: Store, known_by: str) -> EmbeddedStore:
    """Return the graph as it would have been built from the rows published by the date.

    Raises UsageError when the text is not a date, or nothing was known by then.
    """
    history = History(store)
    known = _known(history, known_by)
    if store.record and isinstance(store, EmbeddedStore) and not history.rules:
        later = history.sources.keys() - known
        touched = store.record.said_by(later)
        if len(touched) < _MOST * store.record.count:
            return _without(store, history, store.record.of_ids(touched), known)
    return _rebuilt(history, known)


def _known(history: History, known_by: str) -> set[str]:
    """Return the sources that can have said what they say by the date.

    What has no date cannot speak of what had not begun: it counts from the first day on which all
    of its facts had.
    """
    asked, sources = parse_date(known_by), history.sources
    undated = {name for name, source in sources.items() if not source.dated}
    begun: dict[str, Day] = {}
    for one in history.statements if undated else ():
        for reference in one.references:
            text = reference.at or one.start or one.at
            if text and reference.source in undated:
                day = stored(text).earliest or EVER
                begun[reference.source] = max(begun.get(reference.source, day), day)
    late = {name for name, day in begun.items() if day > asked.latest}
    known = {name for name, one in sources.items() if one.known_by(asked)} - late
    if known or not sources:
        return known
    days = [PartialDate.stored(one.dated).earliest for one in sources.values() if one.dated]
    first = iso(min([*days, *begun.values()]))
    msg = f"the first source is of {first}; nothing was known by {known_by}"
    raise UsageError(msg)


def _without(
    store: EmbeddedStore, history: History, touched: Iterable[Statement], known: set[str]
) -> EmbeddedStore:
    """Return a copy in which these statements say no more than what is known.

    They are all statements of their triples.
    """
    words, today = store.words, parse_date(store.issued).period
    before = {one.id: one for one in touched}
    singles = _singles(history, before.values(), known)
    after = {one.id: one for one in gather(singles, history.once).statements}
    gone, come, moved = _changes(words, before, after)
    # All that is in the world by one of these properties stays there as long as one says it.
    mine = ([one for one in side.values() if one.triple[:2] in moved] for side in (before, after))
    worlds = [_world(words, side, today) for side in mine]
    gone += worlds[0] - worlds[1]
    come += worlds[1] - worlds[0]
    for name in history.sources.keys() - known:
        gone += store.pyoxigraph.quads_for_pattern(words.source(name), None, None, None)
    ours = store.copy()
    said = chain(_others(history, before.keys()), after.values())
    ours.change(gone, come, _record(history, said, known))
    return ours


def _others(history: History, ids: Container[str]) -> Iterator[Statement]:
    for one in history.statements:
        if one.id not in ids:
            yield one


def _changes(
    words: Vocabulary, before: Mapping[str, Statement], after: Mapping[str, Statement]
) -> tuple[list[Quad], list[Quad], set[tuple[str, ...]]]:
    """Return the quads that go and come, and of what by which property the world may be another."""
    gone: list[Quad] = []
    come: list[Quad] = []
    moved: set[tuple[str, ...]] = set()
    for one in dict.fromkeys((*before, *after)):
        old, new = before.get(one), after.get(one)
        if old == new:
            continue
        if old and new and replace(old, references=new.references) == new:
            # Where only sources are others, all else stays.
            unlike = {each.source for each in {*old.references} ^ {*new.references}}
            had, has = (_cited(words, one, side, unlike) for side in (old, new))
        else:
            had, has = _quads(words, old), _quads(words, new)
            moved |= {side.triple[:2] for side in (old, new) if side}
        gone += [quad for quad in had if quad not in has]
        come += [quad for quad in has if quad not in had]
    return gone, come, moved


def _cited(
    words: Vocabulary, name: str, one: Statement, sources: Container[str]
) -> dict[Quad, None]:
    references = (each for each in one.references if each.source in sources)
    return dict.fromkeys(describe_references(words, name, references))


def _quads(words: Vocabulary, one: Statement | None) -> dict[Quad, None]:
    return dict.fromkeys((*describe(words, one), graph_triple(words, one))) if one else {}


def _world(words: Vocabulary, statements: Iterable[Statement], day: Period) -> set[Quad]:
    now = statements_on(statements, day)
    return set(world(words, {one.id: [graph_triple(words, one).triple] for one in now}, now))


def _rebuilt(history: History, known: set[str]) -> EmbeddedStore:
    """Build the graph again from the rows of the sources that are known."""
    from kg.model.ontology import Ontology
    from kg.pipeline.infer import infer

    store = history.store
    statements = gather(_singles(history, history.statements, known), history.once).statements
    unknown = {store.words.source(name).value for name in history.sources.keys() - known}
    base = [quad for quad in _without_statements(store) if text_of(quad.subject) not in unknown]
    quads = list(base)
    for one in statements:
        quads += [*describe(store.words, one), graph_triple(store.words, one)]
    ontology = Ontology(store.words, tuple(base), rules=tuple(history.rules.values()))
    day = parse_date(store.issued).period
    inference = infer(quads, statements, ontology)
    every = whole(quads, statements, inference, store.words, day)
    told = all_said(statements, inference, store.words)
    return EmbeddedStore.of(every, _record(history, told, known))


def _record(history: History, statements: Iterable[Statement], known: set[str]) -> Record:
    """Return what is known as a record; each part is made when somebody looks at it."""

    def entities() -> Iterator[Entity]:
        yield from history.entities.values()

    sources = (source for name, source in history.sources.items() if name in known)
    return Record(statements, entities(), sources, history.languages)


def _singles(
    history: History, statements: Iterable[Statement], sources: set[str]
) -> Iterator[Statement]:
    """Yield what each row of the sources says, as the tables say it."""
    issued = PartialDate.stored(history.store.issued).earliest
    for one in statements:
        for reference in one.references:
            if reference.source in sources:
                row = replace(
                    one, references=(reference,), entailed_by=(), disputed_by=(), may_confirm=()
                )
                if one.end == UNKNOWN:
                    source = history.sources[reference.source]
                    row = replace(row, over_by=source.over_by(issued))
                if one.kind == "state" and reference.at:
                    rank: Rank = "deprecated" if one.deprecated else "normal"
                    row = replace(row, start="", end="", at=reference.at, rank=rank, over_by="")
                yield row


def _without_statements(store: Store) -> Iterator[Quad]:
    """Yield the default graph without descriptions of statements and without the world."""
    own = tuple(store.words.prefixes[prefix] for prefix in ("st", "ref", "proof"))
    current = nodes(store, CURRENT)
    world_now: set[Triple] = set()
    described: list[Quad] = []
    for quad in store.quads():
        if isinstance(quad.graph_name, NamedNode):
            if quad.graph_name.value in current:
                world_now.add(quad.triple)
        elif not text_of(quad.subject).startswith(own):
            described.append(quad)
    yield from (quad for quad in described if quad.triple not in world_now)
