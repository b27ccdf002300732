"""How often the tools of `kg mcp` lead from a sentence to the right answer with its sources.

A plain client by rules takes the place of a language model: it has the server rank its questions
for the sentence, asks the first as that is filled, where it has no rows the next, and compares. It
knows no word of the data: everything comes from the tools. The sentences are those of a file, which
`docs/mcp.md` describes.

    python benchmarks/mcp_questions.py benchmarks/mcp_questions.json
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mcp import Client, StdioServerParameters

TRIED: Final = 3
ROWS: Final = 500


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


async def answer(client: Client, sentence: str) -> tuple[str, dict[str, Any]]:
    """Return the first question that the server offers and that has rows, with its answer."""
    offered = await _call(client, "list_questions", about=sentence)
    for one in offered.get("questions", [])[:TRIED]:
        dates = {"as_of": one["as_of"]} if "as_of" in one else {}
        asked = {"question": one["name"], "parameters": one["fill"], "limit": ROWS, **dates}
        told = await _call(client, "ask_question", **asked)
        if told.get("rows"):
            return one["name"], told
    return "-", {"columns": [], "rows": []}


async def _call(client: Client, tool: str, **arguments: object) -> dict[str, Any]:
    """Return the answer of a tool, {} where it refuses."""
    answer = await client.call_tool(tool, arguments)
    told: dict[str, Any] = {} if answer.is_error else answer.structured_content
    return told


async def measure(cases: Sequence[Case], server: StdioServerParameters) -> list[str]:
    """Return a line for each sentence: the verdict, the question that was asked, the sentence."""
    lines = []
    async with Client(server) as client:
        for case in cases:
            name, told = await answer(client, case.sentence)
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
