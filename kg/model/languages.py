"""Languages: those of a dataset's labels, the first of which is its own.

A table of entities has a column of labels for each, called by its tag: `label_kk`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar

from pyoxigraph import Literal

# Those of a dataset that names none.
UNNAMED: Final = ("en", "ru")
T = TypeVar("T")
_PREFIX: Final = "label_"
_LETTERS: Final = 3


def label_column(language: str) -> str:
    """Return the column of labels in a language.

    >>> label_column("kk")
    'label_kk'
    """
    return _PREFIX + language


def language_of(column: str) -> str:
    """Return the language of a column of labels, "" when it is no such column.

    >>> language_of("label_sr-Latn"), language_of("label_of_it"), language_of("aliases")
    ('sr-latn', '', '')
    """
    return tag(column.removeprefix(_PREFIX)) if column.startswith(_PREFIX) else ""


def parted(text: str, languages: Iterable[str]) -> dict[str, str]:
    """Return the parts of a cell that says something in each language, in their order.

    >>> parted("CSTO|ОДКБ", ("en", "ru")), parted("|ОДКБ", ("en", "ru"))
    ({'en': 'CSTO', 'ru': 'ОДКБ'}, {'ru': 'ОДКБ'})
    """
    parts = (part.strip() for part in text.split("|"))
    return {language: part for language, part in zip(languages, parts, strict=False) if part}


def tag(text: str) -> str:
    """Return a language tag as the graph has it, in lower case; "" when it is none (BCP 47).

    >>> tag("sr-Latn"), tag("old norse"), tag("french")
    ('sr-latn', '', '')
    """
    # No language has more letters, though the grammar would allow it.
    if len(text.partition("-")[0]) > _LETTERS:
        return ""
    try:
        return Literal("", language=text).language or ""
    except ValueError:
        return ""


# ISO 639-2 codes of languages that have one of two letters, which BCP 47 §2.2.1 wants.
_CODES: Final = """
    alb=sq ara=ar arm=hy aze=az baq=eu bel=be ben=bn bul=bg cat=ca ces=cs chi=zh cze=cs dan=da
    deu=de dut=nl ell=el eng=en est=et eus=eu fas=fa fin=fi fra=fr fre=fr geo=ka ger=de gle=ga
    glg=gl gre=el heb=he hin=hi hrv=hr hun=hu hye=hy ice=is ind=id isl=is ita=it jpn=ja kat=ka
    kaz=kk kir=ky kor=ko lat=la lav=lv lit=lt mac=mk mkd=mk mon=mn nld=nl nor=no per=fa pol=pl
    por=pt pus=ps ron=ro rum=ro rus=ru slk=sk slo=sk slv=sl spa=es sqi=sq srp=sr swe=sv tam=ta
    tat=tt tgk=tg tha=th tuk=tk tur=tr ukr=uk urd=ur uzb=uz vie=vi zho=zh
"""
_SHORTER: Final = dict(pair.split("=") for pair in _CODES.split())
LONGER: Final = frozenset(_SHORTER)


def shorter(text: str) -> str:
    """Return the tag of two letters for a code of three, "" where there is none.

    >>> shorter("rus"), shorter("grc")
    ('ru', '')
    """
    return _SHORTER.get(text, "")


def tags_problem(texts: Sequence[str]) -> str:
    """Return what a list of language tags does that it must not, "" when it is right.

    >>> tags_problem(["en", "french"]), tags_problem(["en", "fr", "EN"])
    ("names 'french', which is not a language tag", "names 'en' twice")
    """
    found = [tag(text) for text in texts]
    if "" in found:
        return f"names '{texts[found.index('')]}', which is not a language tag"
    twice = next((one for one, many in Counter(found).items() if many > 1), "")
    return f"names '{twice}' twice" if twice else ""


def given_labels(cells: Mapping[str, str], languages: Iterable[str]) -> dict[str, str]:
    """Return the labels of a row by language, in the order of the languages.

    >>> given_labels({"label_en": "Minsk", "label_ru": "Минск"}, ("ru", "en"))
    {'ru': 'Минск', 'en': 'Minsk'}
    """
    texts = ((one, cells.get(label_column(one), "")) for one in languages)
    return {language: text for language, text in texts if text}


def ordered(labels: Mapping[str, T], languages: Iterable[str]) -> dict[str, T]:
    """Return what goes by language in the order of the languages; others follow by their tags.

    >>> ordered({"fr": "Minsk", "be": "Мінск", "ru": "Минск"}, ("ru", "en"))
    {'ru': 'Минск', 'be': 'Мінск', 'fr': 'Minsk'}
    """
    places = {language: place for place, language in enumerate(languages)}
    return dict(sorted(labels.items(), key=lambda one: (places.get(one[0], len(places)), one[0])))


def first_label(labels: Mapping[str, str], languages: Iterable[str], otherwise: str) -> str:
    """Return the label in the first of the languages, else in no or another, else the other text.

    >>> first_label({"fr": "dirige"}, ("en", "ru"), "leads"), first_label({}, ("en",), "leads")
    ('dirige', 'leads')
    """
    return next((text for text in ordered(labels, languages).values() if text), otherwise)


def by_name(labels: Mapping[tuple[str, str], str]) -> dict[str, dict[str, str]]:
    """Return labels that go by (name, language) as those of each name by language.

    >>> by_name({("leads", "en"): "leads", ("leads", "fr"): "dirige"})
    {'leads': {'en': 'leads', 'fr': 'dirige'}}
    """
    found: dict[str, dict[str, str]] = {}
    for (name, language), text in labels.items():
        found.setdefault(name, {})[language] = text
    return found


def labelled(
    labels: Mapping[str, str], languages: Sequence[str], otherwise: str, prefix: str = ""
) -> dict[str, str]:
    """Return the label in the first of the languages, and under label_xx those in the others.

    `label_language` says in which language the first is, if not in that of the dataset.

    >>> labelled({"ru": "Минск", "be": "Мінск"}, ("en", "be", "ru"), "minsk")
    {'label': 'Мінск', 'label_ru': 'Минск', 'label_language': 'be'}
    """
    found = ordered(labels, languages)
    first = next(iter(found), "")
    named = {"label": found.pop(first, "") or otherwise}
    named |= {label_column(one): text for one, text in found.items() if one}
    if first and first != languages[0]:
        named["label_language"] = first
    return {prefix + name: text for name, text in named.items()}
