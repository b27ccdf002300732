"""Mojibake: texts in UTF-8 that a program read as another encoding, and what they were."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final


def _bytes_of(encoding: str) -> dict[str, int]:
    """Return the byte of each character; what the encoding lacks stands for itself."""
    pairs = ((bytes([byte]).decode(encoding, "replace"), byte) for byte in range(128, 256))
    return {chr(byte) if one == "\ufffd" else one: byte for one, byte in pairs}


_WESTERN: Final = _bytes_of("cp1252")
_CYRILLIC: Final = _bytes_of("cp1251")


def _second(bytes_of: Mapping[str, int]) -> str:
    """Return a pattern of what the second byte of a character in UTF-8 is read as."""
    return f"[{''.join(re.escape(one) for one, byte in bytes_of.items() if byte < 0xC0)}]"


# Where a text may be one: columns look for this, and show what has it to the rows.
SUSPECT: Final = rf"[ÃÂÐÑâ]{_second(_WESTERN)}|(?:[РС]{_second(_CYRILLIC)}){{2}}"  # noqa: RUF001
# Marks that stand behind a capital letter in good texts, too.
_MARKS: Final = "«»“”„‘’‚–—…"  # noqa: RUF001 - they are meant


def meant(text: str) -> str:
    """Return what the text was before it was read wrongly, "" where it surely is as it was.

    >>> meant("CafÃ©"), meant("Ð¡Ð¾ÑŽÐ· 1"), meant("РЎРѕСЋР·"), meant("Café «DÉJÀ»")
    ('Café', 'Союз 1', 'Союз', '')
    """
    if text.isascii() or not re.search(SUSPECT, text):
        return ""
    found = re.sub(r"[^\x00-\x7f]+", lambda run: _read_again(run[0]), text)
    return found if found != text else ""


def _read_again(run: str) -> str:
    if not re.match(SUSPECT, run) or (len(run) == len("Ã»") and run[1] in _MARKS):
        return run
    bytes_of = _WESTERN if run[0] in "ÃÂÐÑâ" else _CYRILLIC
    try:
        return bytes(bytes_of[one] for one in run).decode()
    except (KeyError, UnicodeDecodeError):
        return run
