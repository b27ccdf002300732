"""How often the tools of `kg mcp` lead from a sentence to the right answer with its sources.

A plain client by rules takes the place of a language model: it looks up what the sentence names,
chooses a question by the words that both have, asks it, and compares. It knows no word of the
data: everything comes from the tools and resources. The sentences are those of a file, which
`docs/mcp.md` describes.

    python benchmarks/mcp_questions.py benchmarks/mcp_questions.json
"""

from __future__ import annotations

import asyncio
import calendar
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any, Final

from mcp import Client, StdioServerParameters

LONGEST_NAME: Final = 9
MOST_NAMED: Final = 5
TRIED: Final = 3
ROWS: Final = 500
_APOSTROPHES: Final = "'\N{RIGHT SINGLE QUOTATION MARK}"
_WORD: Final = re.compile(rf"[^\W_]+(?:[-.{_APOSTROPHES}][^\W_]+)*")
_GENITIVE: Final = re.compile(rf"[{_APOSTROPHES}]s$")
_MONTHS: Final = tuple(month.casefold() for month in calendar.month_name if month)
_MONTH: Final = "|".join(_MONTHS)
_DATE: Final = re.compile(
    rf"\b(?:(?P<iso>\d{{4}}-\d\d(?:-\d\d)?)|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{_MONTH})"
    rf",?\s+(?P<year>\d{{4}})|(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
    rf"(?P<year2>\d{{4}})|(?P<month3>{_MONTH}),?\s+(?P<year3>\d{{4}})"
    r"|(?P<year4>(?:19|20)\d\d))\b",
    re.IGNORECASE,
)
# Words that say nothing about what is asked.
_EMPTY: Final = frozenset(
    word
    for line in (
        "a an and any are as at be been by did do does for from had has have how i in is it its",
        "me of on or one s tell that the their them there these they this those to us was were",
        "what when where which who whom whose why will with would you",
    )
    for word in line.split()
)


@dataclass(frozen=True)
class Case:
    """One sentence, and what a right answer has."""

    sentence: str
    question: str
    expected: frozenset[str] = frozenset()
    includes: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Case:
        sets = {name: frozenset(told.get(name, ())) for name in ("expected", "includes", "sources")}
        if not (sets["expected"] or sets["includes"]):
            msg = f"neither 'expected' nor 'includes' stands beside: {told['sentence']}"
            raise ValueError(msg)
        return cls(told["sentence"], told.get("question", ""), **sets)

    def verdict(self, answer: Mapping[str, Any]) -> str:
        """Return "right", or what is wrong with the answer."""
        columns = [_column(answer, name) for name in answer.get("columns", ())]
        if self.expected and self.expected not in columns:
            return "another answer"
        if not self.includes <= frozenset().union(*columns):
            return "not all of the answer"
        if self.sources and self.sources.isdisjoint(_cited(answer)):
            return "not the source"
        return "right"


@dataclass
class Found:
    """What a sentence names: entities by their spans, dates, and the words that are left."""

    entities: list[dict[str, Any]] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def _column(answer: Mapping[str, Any], name: str) -> frozenset[str]:
    cells = (row[name] for row in answer["rows"] if name in row)
    return frozenset(cell["id"] if isinstance(cell, dict) else str(cell) for cell in cells)


def _cited(answer: Mapping[str, Any]) -> frozenset[str]:
    """Return the sources of the facts of an answer, and those that its rows name."""
    facts = answer.get("facts", ())
    cited = (
        one for fact in facts for key in ("references", "evidence") for one in fact.get(key, ())
    )
    named = frozenset().union(*(_column(answer, name) for name in answer["columns"]))
    return frozenset(one["source"] for one in cited) | named


def dates_in(sentence: str) -> tuple[list[str], str]:
    """Return the dates of a sentence, and the sentence without them."""
    found = []
    for match in _DATE.finditer(sentence):
        said = {name.rstrip("234"): text for name, text in match.groupdict().items() if text}
        month = f"-{_MONTHS.index(said['month'].lower()) + 1:02}" if "month" in said else ""
        day = f"-{int(said['day']):02}" if "day" in said else ""
        found.append(said.get("iso") or f"{said['year']}{month}{day}")
    return found, _DATE.sub(" ", sentence)


def first_day(text: str) -> str:
    return "-".join([*text.split("-"), "01", "01"][:3])


def day_after(text: str) -> str:
    """Return the first day after a day, a month or a year."""
    year, *rest = map(int, text.split("-"))
    if len(rest) == 2:
        return (date(year, *rest) + timedelta(days=1)).isoformat()
    if rest:
        return date(year + rest[0] // 12, rest[0] % 12 + 1, 1).isoformat()
    return date(year + 1, 1, 1).isoformat()


def stems(text: str) -> list[str]:
    """Return the beginnings of the words that say something, which is enough to compare them."""
    words = (_GENITIVE.sub("", word.casefold()) for word in _WORD.findall(text))
    return [word[:5] for word in words if word not in _EMPTY]


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold().replace("-", " ")))


class Chooser:
    """Which question the words of a sentence are about."""

    def __init__(self, questions: Sequence[dict[str, Any]], terms: Mapping[str, str]) -> None:
        """Weigh the words of each question: its own, and those of the relations that it asks."""
        self.questions = questions
        self._weights = [self._weighed(one, terms) for one in questions]
        seen = Counter(stem for weights in self._weights for stem in weights)
        self._rare = {stem: math.log(1 + len(questions) / count) for stem, count in seen.items()}

    @staticmethod
    def _weighed(one: Mapping[str, Any], terms: Mapping[str, str]) -> dict[str, float]:
        parts = [(2.0, one["text"]), (2.0, one["name"].replace("-", " "))]
        parts += [(0.5, each["text"]) for each in one["parameters"]]
        used = set(re.findall(r":(\w+)", one["sparql"]))
        parts += [(0.6, terms[name]) for name in sorted(used) if name in terms]
        weights: dict[str, float] = {}
        for weight, text in parts:
            for stem in stems(text):
                weights[stem] = max(weights.get(stem, 0), weight)
        return weights

    def ranked(self, found: Found) -> Iterator[tuple[float, dict[str, Any], dict[str, str]]]:
        """Yield questions, the best first, with their parameters."""
        sought = set(stems(" ".join(found.words)))
        scored = []
        for one, weights in zip(self.questions, self._weights, strict=True):
            filled = _filled(one, found)
            if filled is None:
                continue
            parameters, unused = filled
            size = math.sqrt(sum((self._rare[each] * w) ** 2 for each, w in weights.items()))
            hit = sum(self._rare[each] ** 2 * weights[each] for each in sought & weights.keys())
            scored.append((hit / math.sqrt(size) / 2**unused, one, parameters))
        yield from sorted(scored, key=lambda each: -each[0])


def _filled(one: Mapping[str, Any], found: Found) -> tuple[dict[str, str], int] | None:
    """Return the parameters of a question as the sentence gives them, and how much is left over.

    None where something required is missing.
    """
    things = [each for each in one["parameters"] if not each["type"].startswith("xsd:")]
    best = max(
        (_taken(things, order) for order in permutations(found.entities[:MOST_NAMED])), key=len
    )
    if any(each["required"] and each["name"] not in best for each in things):
        return None
    days = [each["name"] for each in one["parameters"] if each["type"] == "xsd:date"]
    if days and not found.dates:
        return None
    given = dict(best)
    if len(days) == 2:
        given |= {days[0]: first_day(found.dates[0]), days[1]: day_after(found.dates[-1])}
    elif days:
        given[days[0]] = first_day(found.dates[0])
    return given, len(found.entities) - len(best)


def _taken(
    things: Sequence[Mapping[str, Any]], order: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """Return each parameter with the first entity of the order that it takes."""
    left, given = list(order), {}
    for each in things:
        at = next((thing for thing in left if _fits(thing, each["type"])), None)
        if at is not None:
            left.remove(at)
            given[each["name"]] = at["id"]
    return given


def _fits(thing: Mapping[str, Any], types: str) -> bool:
    kinds = types.split("|")
    if thing["kind"] == "source":
        return "kg:Source" in kinds
    return "owl:Thing" in kinds or f":{thing.get('class')}" in kinds


class Asking:
    """The client: what it does with one sentence."""

    def __init__(self, client: Client, chooser: Chooser) -> None:
        self._client = client
        self._chooser = chooser
        self._known: dict[str, dict[str, Any] | None] = {}

    async def found(self, sentence: str) -> Found:
        """Return what the sentence names, the longest names first."""
        dates, rest = dates_in(sentence)
        words = _WORD.findall(rest)
        taken: set[int] = set()
        found = Found(dates=dates)
        for size in range(min(LONGEST_NAME, len(words)), 0, -1):
            for first in range(len(words) - size + 1):
                span = range(first, first + size)
                edges = {words[first].casefold(), words[first + size - 1].casefold()}
                if not taken.isdisjoint(span) or edges & _EMPTY:
                    continue
                thing = await self._named(" ".join(words[at] for at in span))
                if thing is not None:
                    taken.update(span)
                    if thing not in found.entities:
                        found.entities.append(thing)
        found.words = [word for at, word in enumerate(words) if at not in taken]
        return found

    async def _named(self, name: str) -> dict[str, Any] | None:
        """Return what has exactly this name, or of several words alone has them."""
        name = _GENITIVE.sub("", name)
        if name not in self._known:
            told = await self._call("search", name=name, limit=20)
            exact = [one for one in told["matches"] if _is_called(one, name)]
            alone = told["matches"] if told["total"] == 1 and " " in name else []
            kept = [one for one in exact or alone if one["kind"] != "relation"]
            self._known[name] = kept[0] if kept else None
        return self._known[name]

    async def answers(self, sentence: str) -> list[tuple[str, dict[str, Any]]]:
        """Return the first question whose answer has rows, with its answer; or none."""
        found = await self.found(sentence)
        for _, question, parameters in list(self._chooser.ranked(found))[:TRIED]:
            used = any(each["type"] == "xsd:date" for each in question["parameters"])
            as_of = {} if used or not found.dates else {"as_of": found.dates[-1]}
            asked = {"question": question["name"], "parameters": parameters, "limit": ROWS}
            told = await self._call("ask_question", **asked, **as_of)
            if told.get("rows"):
                return [(question["name"], told)]
        return []

    async def _call(self, tool: str, **arguments: object) -> dict[str, Any]:
        answer = await self._client.call_tool(tool, arguments)
        if answer.is_error:
            return {"matches": [], "total": 0, "rows": [], "columns": []}
        told: dict[str, Any] = answer.structured_content
        return told


def _is_called(one: Mapping[str, Any], name: str) -> bool:
    called = (one["id"], one["label"], one.get("matched", ""))
    return _plain(name) in {_plain(each) for each in called}


async def _resource(client: Client, uri: str) -> dict[str, Any]:
    content = (await client.read_resource(uri)).contents[0]
    told: dict[str, Any] = json.loads(getattr(content, "text", ""))
    return told


async def connected(client: Client) -> Asking:
    """Return the client's rules over what the server says of itself."""
    questions = (await _resource(client, "kg://questions"))["questions"]
    ontology = await _resource(client, "kg://ontology")
    terms = {
        one["id"]: " ".join([*one["labels"].values(), *one.get("comment", ())])
        for one in ontology["relations"]
    }
    return Asking(client, Chooser(questions, terms))


async def measure(cases: Sequence[Case], server: StdioServerParameters) -> list[str]:
    """Return a line for each sentence: the verdict, the question that was asked, the sentence."""
    lines = []
    async with Client(server) as client:
        asking = await connected(client)
        for case in cases:
            answers = await asking.answers(case.sentence)
            name, told = answers[0] if answers else ("-", {"columns": [], "rows": []})
            verdict = case.verdict(told)
            meant = f" (meant {case.question})" if case.question not in {"", name} else ""
            lines.append(f"{verdict:22} {name}{meant}: {case.sentence}")
    return lines


def read(path: Path) -> list[Case]:
    """Return the cases of a file."""
    return [Case.of(one) for one in json.loads(path.read_text(encoding="utf-8"))]


def command() -> StdioServerParameters:
    root = Path(__file__).parent.parent
    arguments = ["-m", "kg", "--project", str(root), "--quiet", "mcp"]
    return StdioServerParameters(command=sys.executable, args=arguments, cwd=root)


def main() -> None:
    lines = asyncio.run(measure(read(Path(sys.argv[1])), command()))
    right = sum(line.startswith("right ") for line in lines)
    print("\n".join(sorted(lines, key=lambda line: line.startswith("right "))))
    print(f"{right} of {len(lines)} right, with sources")


if __name__ == "__main__":
    main()
