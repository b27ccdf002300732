"""FollowTheMoney: entities as lines of JSON → what a project begins with.

A line has `id`, `schema` and `properties`, each a list of texts. The lines are read as they are:
the package of that name brings some forty others and 300 MB, and of its model only the schemata
that link two entities are needed, which have been the same for years and stand in `EDGES`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

from kg.errors import Finding, InputError, TableError
from kg.model.dates import NotADateError, PartialDate
from kg.model.literals import character_problem
from kg.model.patterns import WIKIDATA_ID
from kg.model.statement import Kind
from kg.model.texts import read_text
from kg.published.place import Place
from kg.starter.found import Found
from kg.starter.gathering import FILE, Gathering, Link, Node, Times, one_line


class Edge(NamedTuple):
    """A schema that links two entities: the properties of its ends, in words, how it lives."""

    source: str
    target: str
    words: str
    kind: Kind = "state"


EDGES: Final[Mapping[str, Edge]] = {
    "Associate": Edge("person", "associate", "associated with"),
    "ContractAward": Edge("contract", "supplier", "awarded to", "event"),
    "Control": Edge("controller", "controlled", "controls"),
    "CourtCaseParty": Edge("party", "case", "involved in"),
    "Debt": Edge("debtor", "creditor", "owes"),
    "Directorship": Edge("director", "organization", "directs"),
    "Documentation": Edge("document", "entity", "documents"),
    "Employment": Edge("employee", "employer", "works for"),
    "Family": Edge("person", "relative", "related to"),
    "Membership": Edge("member", "organization", "belongs to"),
    "Occupancy": Edge("holder", "post", "holds"),
    "Ownership": Edge("owner", "asset", "owns"),
    "Payment": Edge("payer", "beneficiary", "paid", "event"),
    "ProjectParticipant": Edge("participant", "project", "participates in"),
    "Representation": Edge("agent", "client", "represents"),
    "Succession": Edge("predecessor", "successor", "precedes", "event"),
    "UnknownLink": Edge("subject", "object", "linked to"),
}
# Things that happen: what they link to does so on their day.
HAPPENINGS: Final = frozenset({"Event", "Trip"})
START: Final = ("startDate", "periodStart")
END: Final = ("endDate", "periodEnd")
AT: Final = ("date",)
OTHER_NAMES: Final = ("alias", "previousName", "weakAlias", "abbreviation")
NOTED: Final = ("role", "relationship", "status", "percentage", "sharesCount", "amount", "currency")
# What is said where it is taken over, or says where a link comes from.
SOURCED: Final = ("sourceUrl", "publisher", "retrievedAt")
FORM: Final = 'a line is an object with "id", "schema" and "properties"'


@dataclass
class _Entity:
    """One entity: the lines about it come together."""

    id: str
    schema: str
    line: int
    caption: str
    properties: dict[str, list[str]]

    def first(self, *names: str) -> str:
        """Return the first value of the first of these properties that has one."""
        return next((text for name in names for text in self.properties.get(name, [])), "")

    def date(self, *names: str) -> str:
        """Return the date of the first of these that has one, without its time of day.

        The longest is meant where others say the same with less; else they are returned together,
        which is no date.
        """
        values = next((self.properties[name] for name in names if self.properties.get(name)), [])
        dates = sorted({re.sub(r"(?:-00)+$", "", one.partition("T")[0]) for one in values}, key=len)
        if not dates or all(dates[-1].startswith(one) for one in dates):
            return dates[-1] if dates else ""
        return " or ".join(sorted(dates))


def read(path: Path, *, inclusive: bool = False) -> Found:
    """Read a file of FollowTheMoney; `inclusive` says that a day in `endDate` is the last one.

    Raises InputError when the file cannot be read, TableError when it is no such file, or nothing
    of it can be taken over.
    """
    gathering = Gathering(path, "links", inclusive=inclusive)
    entities = _entities(path, gathering)
    for one in entities.values():
        if one.schema not in EDGES:
            _add_node(one, gathering)
    for one in entities.values():
        if one.schema in EDGES:
            _take_edge(one, gathering)
        elif one.id in gathering.nodes:
            _take_references(one, gathering)
    return gathering.found()


def _entities(path: Path, gathering: Gathering) -> dict[str, _Entity]:
    """Return the entities by id; a line that is none is left out, unless it is the first."""
    entities: dict[str, _Entity] = {}
    for number, line in _lines(path):
        entity, problem = _entity(line, number)
        if entity is None:
            finding = Place(path, number).error(problem, FORM)
            if not entities and not gathering.aside:
                raise TableError([finding])
            gathering.leave("lines", finding)
        elif entity.id in entities:
            known = entities[entity.id].properties
            for name, texts in entity.properties.items():
                known[name] = list(dict.fromkeys([*known.get(name, []), *texts]))
        else:
            entities[entity.id] = entity
    if not entities:
        raise TableError([Place(path, 1).error("the file has no line", FORM)])
    return entities


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    findings: list[Finding] = []
    text = read_text(path, str(path), findings)
    # A byte-order mark harms nothing; bytes that are no UTF-8 leave no text.
    if findings and not text:
        raise InputError(str(findings[-1]))
    lines = enumerate(text.split("\n"), start=1)
    return ((number, line) for number, line in lines if line.strip())


def _entity(line: str, number: int) -> tuple[_Entity | None, str]:
    """Return an entity, or what is wrong with its line."""
    try:
        given = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        return None, f"the line is not JSON: {getattr(error, 'msg', 'too many brackets')}"
    if not isinstance(given, dict):
        return None, "the line is no entity"
    texts = (given.get("id"), given.get("schema"))
    properties = given.get("properties")
    if not all(isinstance(one, str) and one for one in texts) or not isinstance(properties, dict):
        return None, "the line is no entity"
    values = {
        str(name): [one for one in listed if isinstance(one, str) and one.strip()]
        for name, listed in properties.items()
        if isinstance(listed, list)
    }
    if character_problem(json.dumps([given["id"], values], ensure_ascii=False)):
        return None, "the line has a character that not every format carries"
    caption = given.get("caption")
    named = caption if isinstance(caption, str) else ""
    return _Entity(given["id"], given["schema"], number, named, values), ""


def _add_node(one: _Entity, gathering: Gathering) -> None:
    """Take an entity with a name; its other names and its id are aliases."""
    names = one.properties.get("name", [])
    label = one.caption if one.caption in names else one.first("name", "full")
    if not one_line(label):
        message = f"{one.schema} without a name"
        gathering.leave("entities", Place(gathering.path, one.line).error(message))
        return
    others = [text for name in ("name", *OTHER_NAMES) for text in one.properties.get(name, [])]
    item = next(
        (text for text in (one.first("wikidataId"), one.id) if re.fullmatch(WIKIDATA_ID, text)), ""
    )
    code = [] if one.id == item else [one.id]
    node = Node(one.id, one.schema, {"": label}, (*others, *code), item)
    gathering.add(node, Place(gathering.path, one.line))


def _take_edge(one: _Entity, gathering: Gathering) -> None:
    edge = EDGES[one.schema]
    place = Place(gathering.path, one.line)
    ends = [one.properties.get(name, []) for name in (edge.source, edge.target)]
    for name, keys in zip((edge.source, edge.target), ends, strict=True):
        if not keys:
            gathering.refuse(f"{one.schema} without {name}", place)
            return
    note = "; ".join(
        f"{name}: {', '.join(map(one_line, one.properties[name]))}"
        for name in NOTED
        if one.properties.get(name)
    )
    address = one.first("sourceUrl")
    source = gathering.source(
        address, publisher=one.first("publisher"), accessed=_day(one.date("retrievedAt"))
    )
    locator = f"line {one.line}" if source == FILE else ""
    for subject, target in product(*ends):
        times = _times(one, edge.kind)
        link = Link(
            subject, edge.words, target, times, locator, edge.kind, source=source, note=note
        )
        gathering.take(link, place)
    taken = {edge.source, edge.target, *START, *END, *AT, *NOTED}
    _leave_values(one, taken | set(SOURCED if source != FILE else ()), gathering)


def _take_references(one: _Entity, gathering: Gathering) -> None:
    """Take what a thing says of other things of the file."""
    place = Place(gathering.path, one.line)
    is_happening = one.schema in HAPPENINGS
    kind: Kind = "event" if is_happening else "timeless"
    times = _times(one, kind) if is_happening else Times()
    taken = {"name", "full", *OTHER_NAMES, "wikidataId"}
    taken |= {*START, *END, *AT} if is_happening else set()
    for name, texts in one.properties.items():
        keys = [text for text in texts if text in gathering.nodes and name not in taken]
        for key in keys:
            locator = f"line {one.line}"
            gathering.take(Link(one.id, name, key, times, locator, kind), place)
        taken |= {name} if keys else set()
    _leave_values(one, taken, gathering)


def _times(one: _Entity, kind: Kind) -> Times:
    """Return when a link holds; an event has one day unless it says when it ended.

    Where a state has a `date` and no other, a source saw on that day that it held.
    """
    start, end, at = one.date(*START), one.date(*END), one.date(*AT)
    if kind == "event" and not end:
        return Times(at=at or start)
    return Times(start, end) if start or end else Times(at=at)


def _day(text: str) -> str:
    try:
        return PartialDate.parse(text).text if text else ""
    except NotADateError:
        return ""


def _leave_values(one: _Entity, taken: set[str], gathering: Gathering) -> None:
    """Note the properties that are not taken over."""
    for name, texts in one.properties.items():
        if texts and name not in taken:
            place = Place(gathering.path, one.line)
            gathering.leave("values", place.error(f"{name} of {one.schema}"))
