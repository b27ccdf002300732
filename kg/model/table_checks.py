"""The house rules on whole tables: what no row shows by itself, as data.

Each stands here with its examples: rows of a table, as those of `row_check`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.errors import Finding, Severity
from kg.model.checks import place_in
from kg.model.languages import label_column
from kg.model.row_check import Cells, Rule
from kg.model.schema import TableName
from kg.model.scripts import is_of_another
from kg.model.statement import Entity

# The columns by which the rows of a table are sorted; of entities within a class, and those of one
# class stand together.
ORDER: Final[Mapping[TableName, tuple[str, ...]]] = {
    "entities": ("id",),
    "sources": ("id",),
    "statements": (
        *("subject", "predicate", "object", "start", "end", "at", "source", "locator"),
    ),
}  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class TableCheck:
    """One check on a table: what it finds, and what is said at a row of it.

    `message` and `repair` may name what the row is about, in braces. `fails` and `passes` are
    examples: rows, of the last of which something is said, or nothing. With `in_pieces` it is asked
    also where many machines read tables of statements, each a piece.
    """

    name: str
    table: TableName
    finds: str
    message: str
    repair: str
    fails: tuple[tuple[Cells, ...], ...]
    passes: tuple[tuple[Cells, ...], ...]
    severity: Severity
    rule: Rule
    in_pieces: bool = False

    def at(self, place: tuple[str, int], **given: object) -> Finding:
        """Return what is said at a row."""
        texts = (text.format(**given) for text in (self.message, self.repair))
        return Finding(*place, 1, self.severity, *texts)


SAME_WIKIDATA: Final = TableCheck(
    name="same-wikidata",
    table="entities",
    finds="a Wikidata id that two entities have",
    message="Wikidata id {item} is already that of line {line}",
    repair="make one entity of both, or leave the cell of the wrong one empty",
    fails=(({"id": "x", "wikidata": "Q7"}, {"id": "y", "wikidata": "Q7"}),),
    passes=(({"id": "x", "wikidata": "Q8"}, {"id": "y", "wikidata": "Q9"}), ({"id": "x"},)),
    severity="warning",
    rule="on",
    in_pieces=True,
)
SAME_LABEL: Final = TableCheck(
    name="same-label",
    table="entities",
    finds="a label that two entities have in one language",
    message="'{label}' is already the label of line {line} in '{language}'",
    repair="name them apart, or make one entity of both",
    fails=(({"id": "x", "label_en": "Eva"}, {"id": "y", "label_en": "Eva"}),),
    passes=(({"id": "x", "label_en": "Ada"}, {"id": "y", "label_ru": "Ada"}), ({"id": "x"},)),
    severity="note",
    rule="off",
    in_pieces=True,
)
LABEL_SCRIPT: Final = TableCheck(
    name="label-script",
    table="entities",
    finds="a label in the letters of another language than that of its column",
    message="the label '{label}' stands in {column}, and is in the letters of another language",
    repair="write it into the column of its language",
    fails=(({"id": "x", "label_en": "Лия"},),),
    passes=(({"id": "x", "label_en": "Kim", "label_ru": "Chess Club"},),),
    severity="warning",
    rule="on",
    in_pieces=True,
)
UNLABELLED: Final = TableCheck(
    name="unlabelled",
    table="entities",
    finds="an entity without a label in a language of the dataset",
    message="'{id}' has no label in '{language}'",
    repair="write one in the column {column}",
    fails=(({"id": "x", "label_en": "Lea"},),),
    passes=(({"id": "x", "label_en": "Kim", "label_ru": "Ким"},),),
    severity="note",
    rule="off",
    in_pieces=True,
)
UNUSED_ENTITY: Final = TableCheck(
    name="unused-entity",
    table="entities",
    finds="an entity that no row of statements names",
    message="no row of statements names '{id}'",
    repair="add one, or remove this row",
    fails=(({"id": "x"},),),
    passes=(),
    severity="note",
    rule="off",
)
UNUSED_SOURCE: Final = TableCheck(
    name="unused-source",
    table="sources",
    finds="a source that no row of statements cites",
    message="no row of statements cites '{id}'",
    repair="add one, or remove this row",
    fails=(({"id": "x"},),),
    passes=(),
    severity="note",
    rule="off",
)


def _order(table: TableName, fails: Sequence[Cells], passes: Sequence[Cells]) -> TableCheck:
    order = "by " + ", ".join(ORDER[table])
    if table == "entities":
        order += " within each class, and the classes apart"
    return TableCheck(
        name=f"{table}-order",
        table=table,
        finds=f"a row out of order, {order}",
        message="the row does not belong behind the one above",
        repair=f"sort the rows {order}",
        fails=(tuple(fails),),
        passes=(tuple(passes),),
        severity="note",
        rule="off",
        in_pieces=table != "statements",
    )


_ORDERS: Final[Mapping[TableName, TableCheck]] = {
    "entities": _order(
        "entities",
        [{"id": "z", "class": "Club"}, {"id": "y", "class": "Club"}],
        [{"id": "y", "class": "Competitor"}, {"id": "z", "class": "Competitor"}],
    ),
    "sources": _order("sources", [{"id": "z"}, {"id": "y"}], [{"id": "y"}, {"id": "z"}]),
    "statements": _order(
        "statements",
        [{"subject": "boris", "start": "", "at": year} for year in ("2001", "2000", "1999")],
        [{"subject": "clara", "start": "", "at": year} for year in ("1999", "2000", "2001")],
    ),
}
TABLE_CHECKS: Final = (
    SAME_WIKIDATA, SAME_LABEL, LABEL_SCRIPT, UNLABELLED,
    UNUSED_ENTITY, UNUSED_SOURCE, *_ORDERS.values(),
)  # fmt: skip


def about_entities(
    entities: Iterable[Entity], languages: Iterable[str], rules: Container[str]
) -> Iterator[Finding]:
    """Yield what the rules find in entities, which stand in the order of their table.

    >>> eva, ada = (Entity(id, "Player", {}, wikidata="Q7", row=f"e.csv:{id}") for id in "23")
    >>> [one.line for one in about_entities([eva, ada], [], ["same-wikidata"])]
    [3]
    """
    first: dict[tuple[str, str], int] = {}
    for one in entities:
        place = place_in(one.row)
        if SAME_WIKIDATA.name in rules and one.wikidata:
            line = first.setdefault(("", one.wikidata), place[1])
            if line != place[1]:
                yield SAME_WIKIDATA.at(place, item=one.wikidata, line=line)
        for language in languages:
            label = one.labels.get(language)
            if label and LABEL_SCRIPT.name in rules and is_of_another(label, language):
                yield LABEL_SCRIPT.at(place, label=label, column=label_column(language))
            if label is None:
                if UNLABELLED.name in rules:
                    column = label_column(language)
                    yield UNLABELLED.at(place, id=one.id, language=language, column=column)
            elif SAME_LABEL.name in rules:
                line = first.setdefault((language, label), place[1])
                if line != place[1]:
                    yield SAME_LABEL.at(place, label=label, line=line, language=language)


def out_of_order(
    table: TableName, rows: Iterable[tuple[str, str, tuple[str, int]]], rules: Container[str]
) -> Iterator[Finding]:
    """Yield the rows, each a group, an id and a place, that stand behind one they belong before.

    >>> rows = [("Club", "b", ("e.csv", 2)), ("Club", "a", ("e.csv", 3))]
    >>> [one.line for one in out_of_order("entities", rows, ["entities-order"])]
    [3]
    """
    if not is_ordered(table, rules):
        return
    check = _ORDERS[table]
    groups: set[str] = set()
    last, before = "", ""
    for group, name, place in rows:
        is_late = group in groups if group != last else name < before
        if is_late:
            yield check.at(place)
        groups.add(group)
        last, before = group, name


def sorted_places(table: TableName, rows: Iterable[Mapping[str, str]]) -> list[int]:
    """Return which row of a table stands at each place once they are in order, counted from 0.

    Classes stay in the order in which they first stand there.

    >>> sorted_places("sources", [{"id": "b"}, {"id": "c"}, {"id": "a"}])
    [2, 0, 1]
    """
    groups: dict[str, int] = {}
    keys: list[tuple[int, str]] = []
    for cells in rows:
        group = cells["class"] if table == "entities" else ""
        name = order_key(cells) if table == "statements" else cells["id"]
        keys.append((groups.setdefault(group, len(groups)), name))
    return sorted(range(len(keys)), key=keys.__getitem__)


def is_ordered(table: TableName, rules: Container[str]) -> bool:
    """Say whether the rows of a table are to be in order.

    >>> is_ordered("sources", ["sources-order"]), is_ordered("sources", [])
    (True, False)
    """
    return _ORDERS[table].name in rules


def order_key(cells: Mapping[str, str]) -> str:
    """Return what sorts a row of statements as its columns do, one after the other.

    >>> order_key({**dict.fromkeys(ORDER["statements"], ""), "subject": "a"})[0]
    'a'
    """
    return BETWEEN.join(cells[column] for column in ORDER["statements"])


# What stands between the cells of a key, before every character that a cell can have.
BETWEEN: Final = "\0"
STATEMENTS_ORDER: Final = _ORDERS["statements"]
