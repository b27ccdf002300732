"""Likely: what somebody probably meant by a cell that is not of its kind, as it can be typed.

Each function gives a question such as "did you mean 'Q42'?", "" when nothing is likely.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from kg.model.languages import shorter
from kg.model.languages import tag as tag_of
from kg.model.literals import is_web_address, literal_problem
from kg.model.patterns import ID

# Letters of the Cyrillic and Greek alphabets that look like Latin ones, and those.
LOOK_ALIKES: Final = str.maketrans(
    "аеорсухіјѕӏАВЕКМНОРСТХІЈЅανικορυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijslABEKMHOPCTXIJSavikopuxABEZHIKMNOPTYX",
)
# What stands before an address: often with a letter or a sign too few.
_SCHEME: Final = re.compile(r"h?t{1,3}p{1,2}(s?)(?:[:;]/{1,3}|//)", re.IGNORECASE)
_DOMAIN: Final = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[/?#].*)?")
_UNTYPED: Final = re.compile(r"""[\s<>"{}|\\^`]""")
# A thousand is set apart by blanks, commas or apostrophes.
_THOUSANDS: Final = re.compile(r"(?<=\d)[\s,'\N{RIGHT SINGLE QUOTATION MARK}](?=\d{3}(?!\d))")
_BOOLEANS: Final = {
    "yes": "true",
    "no": "false",
    "y": "true",
    "n": "false",
    "да": "true",
    "нет": "false",
}
_LANGUAGES: Final = {
    "arabic": "ar", "armenian": "hy", "azerbaijani": "az", "belarusian": "be", "chinese": "zh",
    "english": "en", "french": "fr", "georgian": "ka", "german": "de", "italian": "it",
    "kazakh": "kk", "kyrgyz": "ky", "persian": "fa", "polish": "pl", "portuguese": "pt",
    "russian": "ru", "spanish": "es", "tajik": "tg", "turkish": "tr", "ukrainian": "uk",
    "uzbek": "uz", "английский": "en", "белорусский": "be", "казахский": "kk",
    "немецкий": "de", "русский": "ru", "французский": "fr",
}  # fmt: skip


def _question(meant: str) -> str:
    return f"did you mean '{meant}'?" if meant else ""


def item(text: str) -> str:
    """Return which Wikidata id is meant.

    >>> item("https://www.wikidata.org/wiki/Q42"), item("q7"), item("P31")
    ("did you mean 'Q42'?", "did you mean 'Q7'?", '')
    """
    found = re.fullmatch(r"(?:.*[^A-Za-z0-9])?[Qq] ?0*([1-9][0-9]*)|0*([1-9][0-9]*)", text)
    return _question(f"Q{found[1] or found[2]}") if found else ""


def address(text: str) -> str:
    """Return which web address is meant.

    >>> address("www.example.org/a b"), address("htp:/example.org"), address("see page 3")
    ("did you mean 'https://www.example.org/a%20b'?", "did you mean 'https://example.org'?", '')
    """
    if len(re.findall("https?://", text)) > 1:
        return ""
    found = re.search(r"https?://[^\s<>()\[\]]+", text)
    plain = found[0] if found and re.match(r"[<(\[\"]", text) else text
    if found := _SCHEME.match(plain):
        plain = f"http{found[1].lower() or 's'}://{plain[found.end() :]}"
        if text.startswith("http://"):
            plain = plain.replace("https://", "http://", 1)
    elif found := re.fullmatch(r"(?:doi:)? ?(10\.\d{4,}/\S+)", plain, re.IGNORECASE):
        plain = f"https://doi.org/{found[1]}"
    elif _DOMAIN.fullmatch(plain):
        plain = f"https://{plain}"
    else:
        return ""
    meant = _UNTYPED.sub(lambda one: "".join(f"%{byte:02X}" for byte in one[0].encode()), plain)
    return _question(meant) if is_web_address(meant) else ""


def digest(text: str) -> str:
    """Return which SHA-256 is meant.

    >>> digest("AB" * 32 + "  book.pdf") == f"did you mean '{'ab' * 32}'?"
    True
    """
    found = re.search(r"(?<![0-9a-z])[0-9a-f]{64}(?![0-9a-z])", text.lower())
    return _question(found[0]) if found else ""


def identifier(text: str) -> str:
    """Return which id is meant.

    >>> identifier("New_One's"), identifier("дора")
    ("did you mean 'new-ones'?", '')
    """
    if re.search("[A-Za-z]", text):
        text = text.translate(LOOK_ALIKES)
    letters = unicodedata.normalize("NFKD", text)
    plain = "".join(one for one in letters if not unicodedata.combining(one)).lower()
    plain = re.sub("['\N{RIGHT SINGLE QUOTATION MARK}]|[^\\w\\s.,;:/-]", "", plain)
    plain = re.sub(r"[\s_,;:/]+|-{2,}", "-", plain)
    plain = re.sub(r"[-.]*([-.])[-.]*", r"\1", plain).strip("-.")
    return _question(plain) if re.fullmatch(ID, plain) else ""


def literal(text: str, datatype: str) -> str:
    """Return which literal of an XSD type is meant.

    >>> literal("2 100", "xsd:integer"), literal("c. 2,5", "xsd:decimal")
    ("did you mean '2100'?", "did you mean '2.5'?")
    >>> literal("2.100", "xsd:integer"), literal("Yes", "xsd:boolean")
    ('', "did you mean 'true'?")
    """
    if datatype == "xsd:anyURI":
        return address(text)
    if datatype == "xsd:boolean":
        word = text.casefold()
        meant = _BOOLEANS.get(word, word)
    else:
        plain = _THOUSANDS.sub("", text.replace("\N{MINUS SIGN}", "-"))
        numbers = re.findall(r"(?<![\w.,-])[+-]?[0-9]+(?:[.,][0-9]+)*(?![\w,]|\.\d)", plain)
        meant = numbers[0].replace(",", ".") if len(numbers) == 1 else ""
        if datatype not in {"xsd:decimal", "xsd:double", "xsd:float"}:
            meant = re.sub(r"\.0{1,2}$", "", meant)
    is_one = meant and meant != text and not literal_problem(meant, datatype)
    return _question(meant) if is_one else ""


def language(text: str) -> str:
    """Return which language tag is meant.

    >>> language("Russian"), language("rus"), language("en_US"), language("en;ru")
    ("did you mean 'ru'?", "did you mean 'ru'?", "did you mean 'en-US'?", '')
    """
    word = text.casefold()
    meant = _LANGUAGES.get(word) or shorter(word) or text.replace("_", "-")
    return _question(meant) if meant != text and tag_of(meant) else ""
