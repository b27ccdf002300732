"""Workbooks for tests, written by three libraries from the same cells."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLES = {"entities": "entities.csv", "sources": "sources.csv", "facts": "statements/facts.csv"}


@dataclass(frozen=True)
class Shown:
    """A day, of which the cell shows as much as its format says."""

    day: dt.date
    form: str


@dataclass(frozen=True)
class Formula:
    """A formula with the result that was saved, None without one."""

    text: str
    result: str | None = None


@dataclass(frozen=True)
class Percent:
    """A number of which the cell shows a hundred times as much."""

    number: float


@dataclass(frozen=True)
class Error:
    """What a cell shows whose formula cannot be worked out."""

    formula: str
    text: str


Written = str | int | float | bool | dt.date | dt.time | Shown | Formula | Percent | Error
Value = Written | None
Rows = Sequence[Sequence[Value]]


def typed(text: str) -> Value:
    """A text as people type it into a spreadsheet, which makes dates and numbers of it."""
    parts = text.split("-")
    if all(part.isdigit() for part in parts):
        numbers = [int(part) for part in parts]
        match numbers:
            case [year, month, day]:
                return dt.date(year, month, day)
            case [year, month]:
                return Shown(dt.date(year, month, 1), "yyyy-mm")
            case [number]:
                return number
    return text or None


def rows(path: Path, cell: Callable[[str], Value] = typed) -> list[list[Value]]:
    """The rows of a table of text."""
    with path.open(encoding="utf-8", newline="") as file:
        return [[cell(text) for text in row] for row in csv.reader(file)]


def by_openpyxl(path: Path, sheets: Mapping[str, Rows]) -> None:
    """Errors and results of formulas are not among what it writes."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for line, row in enumerate(table, start=1):
            for column, value in enumerate(row, start=1):
                if isinstance(value, Formula):
                    sheet.cell(line, column, value.text)
                elif isinstance(value, Shown):
                    sheet.cell(line, column, value.day).number_format = value.form
                elif isinstance(value, Percent):
                    sheet.cell(line, column, value.number).number_format = "0 %"
                elif isinstance(value, Error):
                    sheet.cell(line, column, value.text).data_type = "e"
                else:
                    sheet.cell(line, column, value)
    book.save(path)


def by_xlsxwriter(path: Path, sheets: Mapping[str, Rows], *, since_1904: bool = False) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"date_1904": since_1904}) as book:
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(table):
                for column, value in enumerate(row):
                    if isinstance(value, Error):
                        sheet.write_formula(line, column, value.formula, None, value.text)
                    elif isinstance(value, Formula):
                        assert value.result is not None  # it always writes one
                        sheet.write_formula(line, column, value.text, None, value.result)
                    elif isinstance(value, Shown):
                        form = book.add_format({"num_format": value.form})
                        sheet.write_datetime(line, column, value.day, form)
                    elif isinstance(value, dt.date | dt.time):
                        form = book.add_format({"num_format": _form(value)})
                        sheet.write_datetime(line, column, value, form)
                    elif isinstance(value, Percent):
                        form = book.add_format({"num_format": "0.0%"})
                        sheet.write_number(line, column, value.number, form)
                    elif isinstance(value, str):
                        sheet.write_string(line, column, value)
                    else:
                        sheet.write(line, column, value)


def _form(value: dt.date | dt.time) -> str:
    if isinstance(value, dt.time):
        return "hh:mm"
    return "dd/mm/yyyy hh:mm" if isinstance(value, dt.datetime) else "dd/mm/yyyy"


def by_odfpy(path: Path, sheets: Mapping[str, Rows]) -> None:
    from odf import number, style, table
    from odf.opendocument import OpenDocumentSpreadsheet

    book = OpenDocumentSpreadsheet()
    forms: dict[str, Any] = {}

    def styled(form: str) -> Any:
        if form not in forms:
            shows = number.DateStyle(name=f"N{len(forms)}")
            for letters, part in (("y", number.Year), ("m", number.Month), ("d", number.Day)):
                if letters in form:
                    shows.addElement(part())
            book.automaticstyles.addElement(shows)
            forms[form] = style.Style(
                name=f"ce{len(forms)}", family="table-cell", datastylename=shows
            )
            book.automaticstyles.addElement(forms[form])
        return forms[form]

    for name, lines in sheets.items():
        sheet = table.Table(name=name)
        for line in lines:
            row = table.TableRow()
            for value in line:
                row.addElement(_odf_cell(value, styled))
            sheet.addElement(row)
        # What LibreOffice writes below and right of the last cell.
        row = table.TableRow(numberrowsrepeated=1_048_000)
        row.addElement(table.TableCell(numbercolumnsrepeated=16_384))
        sheet.addElement(row)
        book.spreadsheet.addElement(sheet)
    book.save(str(path))


def _odf_cell(value: Value, styled: Callable[[str], Any]) -> Any:
    from odf import table, text

    if value is None:
        return table.TableCell()
    shows, attributes = _odf_value(value)
    if isinstance(value, Shown):
        attributes["stylename"] = styled(value.form)
    made = table.TableCell(**attributes)
    if shows:
        made.addElement(text.P(text=shows))
    return made


def _odf_value(value: Written) -> tuple[str, dict[str, Any]]:
    """What a cell shows, and its attributes but for the style."""
    match value:
        case bool():
            truth = str(value).lower()
            return truth.upper(), {"valuetype": "boolean", "booleanvalue": truth}
        case int() | float():
            return str(value), {"valuetype": "float", "value": value}
        case Shown():
            return "a date", {"valuetype": "date", "datevalue": value.day.isoformat()}
        case dt.date():
            return "a date", {"valuetype": "date", "datevalue": value.isoformat()}
        case dt.time():
            return f"{value:%H:%M}", {"valuetype": "time", "timevalue": f"{value:PT%HH%MM%SS}"}
        case Percent():
            return "51 %", {"valuetype": "percentage", "value": value.number}
        case Error():
            return value.text, {"valuetype": "float", "value": 0, "formula": f"of:{value.formula}"}
        case Formula(result=None):
            return "", {"formula": f"of:{value.text}"}
        case Formula():
            return value.result or "", {"valuetype": "string", "formula": f"of:{value.text}"}
    return value, {"valuetype": "string"}


WRITERS: dict[str, tuple[str, Callable[[Path, Mapping[str, Rows]], None]]] = {
    "openpyxl": ("league.xlsx", by_openpyxl),
    "xlsxwriter": ("league.xlsx", by_xlsxwriter),
    "odfpy": ("league.ods", by_odfpy),
}


def tables_of(data: Path, names: Iterable[str] = TABLES) -> dict[str, list[list[Value]]]:
    """The tables of a project of text, which are taken away."""
    found = {name: rows(data / TABLES[name]) for name in names}
    for name in names:
        (data / TABLES[name]).unlink()
    return found
