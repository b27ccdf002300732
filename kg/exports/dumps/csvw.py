"""CSVW: a folder with the tables of the record as CSV, described for the Web and as Data Package.

Dates that may be partial are texts; a column of dates has whole days alone, in a format that is
named exactly, because what readers make of others differs.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

from kg.exports.losses import Dumped, Losses
from kg.exports.recorded import DAYS, KEYS, NAMED, cells, count_days, is_day, tables
from kg.model.dates import iso
from kg.record.days import day
from kg.record.tables import TableName, type_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from arro3.core import Table

    from kg.store.base import Store

# What stands between the texts of a list; no alias has it.
_BETWEEN: Final = "|"


def write(store: Store) -> Dumped:
    """Return a file for each table, csv-metadata.json and datapackage.json."""
    losses, found = Losses(), tables(store)
    count_days(found["statements"], losses)
    files = {f"{name}.csv": _csv(table) for name, table in found.items()}
    columns = {name: table.column_names for name, table in found.items()}
    files["csv-metadata.json"] = _json(_metadata(columns))
    files["datapackage.json"] = _json(_package(columns))
    return Dumped(files, losses.lines)


def _csv(table: Table) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.column_names)
    columns = [[_cell(name, one) for one in cells(table, name)] for name in table.column_names]
    rows = [tuple(map(str, row)) for row in zip(*columns, strict=True)]
    # Without its id first, a statement stands by its triple and dates.
    rows.sort(key=lambda row: (row[1:], row[0]))
    writer.writerows(rows)
    return text.getvalue().encode()


def _cell(column: str, value: Any) -> str:  # noqa: ANN401 - a cell of any column
    if value is None:
        return ""
    if column in DAYS:
        return iso(day(value)) if is_day(value) else ""
    return _BETWEEN.join(value) if isinstance(value, list) else str(value)


def _metadata(columns: Mapping[TableName, Sequence[str]]) -> dict[str, Any]:
    """Return what the recommendation "Metadata Vocabulary for Tabular Data" asks for."""
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "tables": [
            {
                "url": f"{name}.csv",
                "tableSchema": {
                    "columns": [_column(name, one) for one in own],
                    **({"primaryKey": KEYS[name]} if name in KEYS else {}),
                    "foreignKeys": [
                        {
                            "columnReference": column,
                            "reference": {"resource": f"{other}.csv", "columnReference": "id"},
                        }
                        for column, other in NAMED.get(name, {}).items()
                    ],
                },
            }
            for name, own in columns.items()
        ],
    }


def _column(table: TableName, name: str) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "titles": name, "datatype": "string"}
    if name in DAYS:
        told["datatype"] = {"base": "date", "format": "yyyy-MM-dd"}
    elif type_of(name) == "number":
        told["datatype"] = "integer"
    elif type_of(name) == "texts":
        told["separator"] = _BETWEEN
    if KEYS.get(table) == name:
        told["required"] = True
    return told


def _package(columns: Mapping[TableName, Sequence[str]]) -> dict[str, Any]:
    """Return what the specification of Data Packages asks for."""
    return {
        "name": "graph",
        "resources": [
            {
                "name": name,
                "type": "table",
                "path": f"{name}.csv",
                "scheme": "file",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [_field(name, one) for one in own],
                    "missingValues": [""],
                    **({"primaryKey": [KEYS[name]]} if name in KEYS else {}),
                    "foreignKeys": [
                        {"fields": [column], "reference": {"resource": other, "fields": ["id"]}}
                        for column, other in NAMED.get(name, {}).items()
                    ],
                },
            }
            for name, own in columns.items()
        ],
    }


def _field(table: TableName, name: str) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "type": "string"}
    if name in DAYS:
        told |= {"type": "date", "format": "%Y-%m-%d"}
    elif type_of(name) == "number":
        told["type"] = "integer"
    if KEYS.get(table) == name:
        told["constraints"] = {"required": True}
    return told


def _json(told: Mapping[str, Any]) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
