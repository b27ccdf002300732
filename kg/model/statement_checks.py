"""The checks on rows of statements, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final

from kg.errors import Finding, article, did_you_mean, hint
from kg.model import likely
from kg.model.called import meant, odd_character, plain, several
from kg.model.case import Case, Named, Side
from kg.model.conditions import (
    ByRows,
    Condition,
    Fits,
    HasProperty,
    IsExcused,
    IsForetold,
    IsHeld,
    IsKnown,
    IsLiteral,
    IsTimely,
    Matches,
    PropertyIs,
    empty,
    one_of,
)
from kg.model.dates import UNKNOWN, PartialDate
from kg.model.edtf import TIMES
from kg.model.literals import literal_problem
from kg.model.pairs import EndsAfter, Equals
from kg.model.row_check import (
    Cells,
    RowCheck,
    Say,
    alone,
    at,
    characters,
    dates,
    doubts,
    legible,
    optional,
)
from kg.model.shifts import is_shifted, shifted
from kg.model.statement import RANKS
from kg.model.values import unheld


def _named(column: str, table: Named, when: Condition | None = None) -> Iterator[RowCheck]:
    """Yield what is asked of a cell that has to hold an id of another table."""
    unmet = ~(IsKnown(column, table) | IsExcused(column, table))
    unmet = when & unmet if when else unmet

    def missing(case: Case) -> Iterator[Finding]:
        repair = f"write an id of {case.world.homes[table]}"
        yield case.row.error(column, f"the {column} is missing", repair)

    def unknown(case: Case) -> Iterator[Finding]:
        identifier, known, called = case.cells[column], case.named(table), case.world.called[table]
        if ids := several(identifier, known, called):
            message = f"{column} '{identifier}' names {len(ids)}, where one can stand"
            repair = f"one {column} a row: write '{ids[0]}', and repeat the row for "
            repair += " and for ".join(f"'{other}'" for other in ids[1:])
            yield case.row.error(column, message, repair)
            return
        message = f"{column} '{identifier}' is not a known id{_odd(identifier, known)}"
        otherwise = f"correct it or add it to {case.world.homes[table]}"
        yield case.row.error(column, message, hint(meant(identifier, known, called), otherwise))

    good = "almanac-2001" if table == "sources" else "anna" if column == "subject" else "rooks"
    yield RowCheck(
        name=f"{column}-missing",
        table="statements",
        finds=f"no id in `{column}`",
        wrong=empty(column) & unmet,
        say=missing,
        fails=({column: ""},),
        passes=({column: good},),
        group=column,
    )
    yield RowCheck(
        name=f"{column}-unknown",
        table="statements",
        finds=f"an id in `{column}` that the table of {table} has not",
        wrong=unmet,
        say=unknown,
        fails=({column: "nobody"},),
        passes=({column: good},),
        group=column,
    )


def _odd(text: str, known: Container[str]) -> str:
    """Say which character is not the one of something known that it looks like."""
    return odd_character(text) if plain(text) in known else ""


def _class(column: str, side: Side, *fails: Cells, passes: Cells) -> RowCheck:
    def say(case: Case) -> Iterator[Finding]:
        # What is wrong with the ontology is told there, and not at each row.
        if case.property is not None and case.world.ontology.complete:
            entity = case.world.entities[case.cells[column]]
            kind, allowed = entity.class_name, getattr(case.property, side)
            message = f"{column} '{entity.id}' is {article(kind)} {kind}"
            kinds = " or ".join(f"{article(one)} {one}" for one in sorted(allowed))
            repair = f"the {column} of '{case.property.name}' must be {kinds}"
            yield case.row.error(column, message, repair)

    return RowCheck(
        name=f"{column}-class",
        table="statements",
        finds=f"an entity in `{column}` of a class that the property does not take there",
        wrong=(OF_ENTITIES if side == "range" else HasProperty()) & ~Fits(column, side),
        say=say,
        fails=fails,
        passes=(passes,),
    )


def _unknown_property(case: Case) -> Iterator[Finding]:
    # Where the ontology could not be read, that is what is said.
    if case.world.ontology.complete:
        name, known = case.cells["predicate"], case.world.ontology.properties
        message = f"predicate '{name}' is not a property of the ontology{_odd(name, known)}"
        near = meant(name, known, case.world.ontology.called)
        repair = hint(near, "correct it or add it to the ontology")
        yield case.row.error("predicate", message, repair)


def _of_property(column: str, message: str, repair: str) -> Say:
    """Return what says the same of every row; both texts may name the property."""

    def say(case: Case) -> Iterator[Finding]:
        if case.property is not None:
            texts = (text.format(of=case.property) for text in (message, repair))
            yield case.row.error(column, *texts)

    return say


def _no_literal(case: Case) -> Iterator[Finding]:
    if case.property is not None:
        problem = literal_problem(case.cells["object"], case.property.datatype)
        name, datatype = case.property.name, case.property.datatype
        otherwise = f"the object of '{name}' is a literal of type {datatype}"
        repair = hint(likely.literal(case.cells["object"], datatype), otherwise)
        yield case.row.error("object", problem, repair)


def _unheld(case: Case) -> Iterator[Finding]:
    if case.property is not None:
        problem = unheld(case.cells["object"], case.property.datatype)
        repair = f"write fewer digits, or make xsd:string the range of '{case.property.name}'"
        yield case.row.error("object", problem, repair)


def _ended_by_start(case: Case) -> bool:
    """Whether the source was published before what it says has ended can have lasted a day."""
    source, start = case.world.sources.get(case.cells["source"]), case.date("start")
    day = source.over_by(case.world.doubts.issued) if source else ""
    first = start.earliest if start else None
    return bool(day) and first is not None and PartialDate.stored(day).latest <= first


def _too_early(case: Case) -> Iterator[Finding]:
    source = case.world.sources[case.cells["source"]]
    said = f"was published {source.published}" if source.published else "has no date"
    message = f"source '{source.id}' {said} and cannot say that it has ended since"
    repair = f"correct the start {case.cells['start']}, or cite a source that is later"
    yield case.row.error("end", message, repair)


def _foretold(case: Case) -> Iterator[Finding]:
    source, begins = case.world.sources[case.cells["source"]], case.cells["start"]
    what = f"begins {begins}" if begins else f"is dated {case.cells['at']}"
    message = f"source '{source.id}' is of {source.dated}, older than the fact, which {what}"
    repair = "cite one that can have seen it, or write 'foretold' in the note if it was announced"
    yield case.row.error("source", message, repair)


def _end_first(case: Case) -> Iterator[Finding]:
    message = f"end {case.cells['end']} is not after start {case.cells['start']}"
    repair = "an end that is a day is the first on which the fact no longer holds"
    if case.property is not None and case.property.last_days:
        repair = f"the end of '{case.property.name}' is its last day; correct one of the two"
    yield case.row.error("end", message, repair)


def _timeless(case: Case) -> Iterator[Finding]:
    if not case.world.ontology.complete:
        return
    column = next(name for name in TIMES if case.cells[name])
    repair = (
        "make it a kg:StateProperty or kg:EventProperty in the ontology, "
        "or leave start, end and at empty"
    )
    said = _of_property(column, "'{of.name}' is timeless but the row has a date", repair)
    yield from said(case)


def _unknown_rank(case: Case) -> Iterator[Finding]:
    rank = case.cells["rank"]
    known = did_you_mean(rank, RANKS)
    repair = hint(known, "leave it empty or write preferred or deprecated")
    yield case.row.error("rank", f"rank '{rank}' is unknown", repair)


# What a note says of a row whose source is older than its fact, and was right to be.
FORETOLD: Final = r"(?s:.*)\b(?:foretold|announced)\b(?s:.*)"
OF_ENTITIES: Final = PropertyIs("datatype", "")
OF_LITERALS: Final = HasProperty() & ~OF_ENTITIES
HAS_PERIOD: Final = ~(empty("start") & empty("end"))
IS_ENDED: Final = one_of("end", (UNKNOWN,))
HAS_DATE: Final = HAS_PERIOD | ~empty("at")
# An event is of one day, or has both ends.
HAS_DAY: Final = ~empty("at") | (~empty("start") & ~empty("end"))

_CLUB: Final = {"subject": "knights"}
_WON: Final = {"predicate": "won", "object": "city-open", "start": ""}
_RATED: Final = {"predicate": "rating", "object": "2400"}
_WITH: Final = {"predicate": "teammateOf"}
_HOSTS: Final = _CLUB | {"predicate": "hosts", "object": "city-open", "start": ""}

STATEMENTS: Final = (
    characters("statements", "note"),
    RowCheck(
        name="shifted",
        table="statements",
        finds="cells that all stand one column beside their own",
        wrong=~HasProperty() & ByRows(("subject", "predicate", "object"), is_shifted),
        say=shifted,
        fails=(
            {"subject": "playsFor", "predicate": "rooks", "object": "1999", "start": ""},
            {"subject": "", "predicate": "anna", "object": "playsFor", "start": "rooks"},
        ),
        passes=({},),
        alone=True,
    ),
    RowCheck(
        name="predicate-missing",
        table="statements",
        finds="no predicate",
        wrong=empty("predicate"),
        say=at(
            "predicate",
            "the predicate is missing",
            "write the name of a property of the ontology",
        ),
        fails=({"predicate": ""},),
        passes=({},),
        group="predicate",
    ),
    RowCheck(
        name="predicate-unknown",
        table="statements",
        finds="a predicate that is no property of the ontology",
        wrong=~HasProperty(),
        say=_unknown_property,
        fails=({"predicate": "playFor"},),
        passes=({},),
        group="predicate",
    ),
    *_named("subject", "entities"),
    *_named("source", "sources"),
    _class("subject", "domain", _CLUB, _RATED | _CLUB, passes=_WON | _CLUB | {"at": "1999"}),
    *_named("object", "entities", OF_ENTITIES),
    _class("object", "range", {"object": "boris"}, passes={"object": "knights"}),
    RowCheck(
        name="literal-missing",
        table="statements",
        finds="no object where the property takes a literal",
        wrong=empty("object") & OF_LITERALS,
        say=_of_property(
            "object", "the object is missing", "write a literal of type {of.datatype}"
        ),
        fails=(_RATED | {"object": ""},),
        passes=(_RATED,),
        group="object",
    ),
    RowCheck(
        name="literal-type",
        table="statements",
        finds="an object that is not of the datatype of the property",
        wrong=OF_LITERALS & ~IsLiteral("object"),
        say=_no_literal,
        fails=(_RATED | {"object": "high"}, _RATED | {"object": "2400.5"}),
        passes=(_RATED, _RATED | {"object": "-1"}),
        group="object",
    ),
    RowCheck(
        name="literal-held",
        table="statements",
        finds="a number that the store cannot hold, so that FILTER would drop the row unnoticed",
        wrong=OF_LITERALS & ~IsHeld("object"),
        say=_unheld,
        fails=(
            _RATED | {"object": "9223372036854775808"},
            _RATED | {"object": "-9223372036854775809"},
        ),
        passes=(
            _RATED | {"object": "9223372036854775807"},
            _RATED | {"object": "-9223372036854775808"},
        ),
        group="object",
    ),
    *dates("statements", TIMES, "time"),
    RowCheck(
        name="at-and-period",
        table="statements",
        finds="a day together with a period",
        wrong=~empty("at") & HAS_PERIOD,
        say=at(
            "at",
            "'at' stands together with 'start' or 'end'",
            "give the one day in 'at', or the period in 'start' and 'end'",
        ),
        fails=({"at": "1999"}, {"start": "", "end": "2001", "at": "1999"}),
        passes=(alone("at", "1999"),),
        group="time",
    ),
    RowCheck(
        name="end-before-start",
        table="statements",
        finds="an end that is surely not after the start",
        wrong=~empty("start") & ~one_of("end", ("", UNKNOWN)) & ~EndsAfter("end", "start"),
        say=_end_first,
        fails=(
            {"start": "2001-05", "end": "2001-04"},
            {"start": "2001-05-02", "end": "2001-05-02"},
        ),
        passes=(
            {"start": "2001-05-02", "end": "2001-05"},
            {"start": "2000-02", "end": "2000-02-29"},
        ),
        group="time",
    ),
    RowCheck(
        name="end-before-source",
        table="statements",
        finds="an end that nobody dates, of what began when its source had been published",
        wrong=IS_ENDED & ByRows(("end",), _ended_by_start),
        say=_too_early,
        fails=({"start": "2003", "end": UNKNOWN}, {"start": "2001-05-31", "end": UNKNOWN}),
        passes=(
            {"start": "1999", "end": UNKNOWN},
            {"start": "2001-05-30", "end": UNKNOWN},
            alone("end", UNKNOWN),
        ),
        group="time",
    ),
    RowCheck(
        name="timeless-dated",
        table="statements",
        finds="a date where the property is timeless",
        wrong=PropertyIs("kind", "timeless") & HAS_DATE,
        say=_timeless,
        fails=(_HOSTS | {"at": "1999"}, _HOSTS | {"end": "1999"}),
        passes=(_HOSTS,),
        group="time",
    ),
    RowCheck(
        name="state-undated",
        table="statements",
        finds="no date where the property holds for a time",
        wrong=PropertyIs("kind", "state") & ~HAS_DATE,
        say=_of_property(
            "start",
            "'{of.name}' holds for a time but the row has no date",
            "give start, end or at",
        ),
        fails=({"start": ""},),
        passes=({}, alone("end", "2001"), alone("at", "2001")),
        group="time",
    ),
    RowCheck(
        name="event-undated",
        table="statements",
        finds="neither a day nor a whole period where the property happens on a day",
        wrong=PropertyIs("kind", "event") & ~HAS_DAY,
        say=_of_property(
            "at",
            "'{of.name}' happens on a day but the row does not say which",
            "give at, or start and end for what took several days",
        ),
        fails=(_WON, _WON | {"start": "1999"}),
        passes=(_WON | {"at": "1999"}, _WON | {"start": "1999", "end": "2000"}),
        group="time",
    ),
    RowCheck(
        name="rank",
        table="statements",
        finds="a rank that does not exist",
        wrong=~one_of("rank", ("", *RANKS)),
        say=_unknown_rank,
        fails=({"rank": "best"}, {"rank": "Preferred"}),
        passes=({"rank": "preferred"}, {"rank": "normal"}),
    ),
    RowCheck(
        name="source-before-fact",
        table="statements",
        finds="a source that was published before what it vouches for, and no word that it foretold"
        " that",
        # Of a date that was hardly meant only that is said.
        wrong=((IsForetold("start") & IsTimely("start")) | (IsForetold("at") & IsTimely("at")))
        & ~Matches("note", FORETOLD),
        say=_foretold,
        fails=(
            {"start": "2001-06-01"},
            alone("at", "2002"),
            {"start": "2002", "note": "unforetold"},
        ),
        passes=(
            {"start": "2001-05-31"},
            {"start": "2001"},
            {"start": "2002", "note": "term: two years; foretold"},
            {"start": "2002", "note": "announced"},
            alone("end", "2002"),
        ),
        severity="warning",
    ),
    RowCheck(
        name="deprecated-unexplained",
        table="statements",
        finds="a deprecated row whose note does not say why",
        wrong=one_of("rank", ("deprecated",)) & empty("note"),
        say=at("rank", "the row is deprecated without a reason", "say in the note why"),
        fails=({"rank": "deprecated"},),
        passes=({"rank": "deprecated", "note": "misprint"}, {}),
        severity="note",
        rule="off",
    ),
    RowCheck(
        name="about-itself",
        table="statements",
        finds="a subject that is its own object",
        wrong=OF_ENTITIES & Equals("object", "subject"),
        say=at("object", "subject and object are both '{cell}'", "correct one of the two"),
        fails=(
            _WITH | {"object": "anna"},
            {"subject": "rooks", "predicate": "rivalOf", "object": "rooks"},
        ),
        passes=(_WITH | {"object": "boris"},),
        severity="warning",
        rule="on",
    ),
    *legible("statements", "note"),
    optional("statements", ({"confidence": "1.5"},), ({"confidence": "0.50"},)),
    *doubts("statements", TIMES),
)
