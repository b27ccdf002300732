"""Texts: the files of a project as text, and what about their bytes and characters is wrong."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from pathlib import Path
from typing import Final

from kg.errors import Finding, InputError
from kg.model import saved
from kg.model.contents import POINTER, UNFETCHED, UNMERGED, conflict
from kg.model.literals import CANNOT, UNCARRIED, code_point
from kg.model.packed import opened

# What the form is called that keeps all characters.
IN_EXCEL: Final = " (in Excel: CSV UTF-8)"
_MARK: Final = (
    "the file starts with a byte-order mark (U+FEFF)",
    "save it as UTF-8 without a byte-order mark",
)


def read_bytes(path: Path, label: str) -> bytes:
    """Return the bytes of a file, of a packed one those that it holds.

    Raises InputError when it cannot be read.
    """
    try:
        with opened(path) as file:
            return file.read()
    except OSError as error:
        msg = f"{label} cannot be read: {error.strerror}"
        raise InputError(msg) from error


def read_text(path: Path, label: str, findings: list[Finding]) -> str:
    """Return the file's text, decoded strictly as UTF-8; what is wrong becomes a finding.

    After a byte-order mark reading goes on; after a wrong byte the text counts as empty.
    Raises InputError when the file cannot be read at all.
    """
    raw = read_bytes(path, label)
    if raw.startswith(POINTER):
        findings.append(Finding(label, 1, 1, "error", *UNFETCHED))
        return ""
    if raw.startswith(BOM_UTF8):
        raw = raw[len(BOM_UTF8) :]
        findings.append(Finding(label, 1, 1, "error", *_MARK))
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        findings.append(not_utf_8(raw, error, label))
        return ""
    if at := conflict(text):
        findings.append(Finding(label, at, 1, "error", *UNMERGED))
        return ""
    return text


def not_utf_8(raw: bytes, error: UnicodeDecodeError, label: str) -> Finding:
    """Return the error about bytes that are not UTF-8, with what they most likely are."""
    if error.encoding != "utf-8":
        message = "the file is UTF-16 and ends in the middle of a character"
        repair = f"save it once more, as UTF-8{IN_EXCEL}"
        return Finding(label, 1, 1, "error", message, repair)
    raw = raw.removeprefix(BOM_UTF8)
    before = raw[: error.start].decode()
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    message = f"byte {error.start} (0x{raw[error.start]:02x}) is not UTF-8"
    repair = "save the file as UTF-8"
    if encoding := saved.encoding_of(raw):
        message += f", the file was most likely saved as {encoding}"
        repair += IN_EXCEL if label.lower().endswith(".csv") else ""
    return Finding(label, line, column, "error", message, repair)


def uncarried(text: str, label: str) -> list[Finding]:
    """Return an error for each kind of character in a file that not every export can carry."""
    # Files of other systems end their lines with CR LF.
    text = text.replace("\r\n", "\n")
    first: dict[str, int] = {}
    for found in re.finditer(UNCARRIED, text):
        first.setdefault(found[0], found.start())
    return [uncarried_at(text, label, at, character) for character, at in first.items()]


def uncarried_at(text: str, label: str, at: int, character: str) -> Finding:
    """Return the error about the character that stands, or is written, at the place."""
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return Finding(label, line, column, "error", f"{code_point(character)}, {CANNOT}", "delete it")
