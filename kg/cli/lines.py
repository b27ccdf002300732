"""Lines: what the last word of a line may be, for a shell whose script holds no words itself.

The parser is asked, which takes longer than `offers` alone; where it says nothing, files are meant.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from kg.cli import offers
from kg.cli.arguments import parser
from kg.cli.completion import OFFERED
from kg.cli.parsing import Parser


def answer(arguments: Sequence[str]) -> None:
    """Print what the word may be completed to; it comes with = before it, as it may be empty."""
    typed = [one.removeprefix("=") for one in arguments[:1]]
    offers.answer(["word", *typed, *arguments[1:]], {"word": line})


def line(word: str, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield commands, options, their choices, or what the project holds, each with what it is.

    >>> [name for name, _ in line("", ["kg", "view"]) if name.startswith("--known")]
    []
    >>> [name for name, _ in line("--", ["kg", "view"]) if name.startswith("--known")]
    ['--known-by']
    """
    here: Parser = parser()
    value_of: argparse.Action | None = None
    place = 0
    for one in words[1:]:
        commands = here.commands()
        if value_of:
            value_of = None
        elif one.startswith("-"):
            value_of = _option(here, one)
        elif one in commands:
            here, place = commands[one], 0
            here.fill()
        else:
            place += 1
    name, equals, value = word.partition("=")
    if value_of:
        yield from _values(value_of, word, words)
    elif word.startswith("-") and equals:
        found = ((f"{name}=", option) for option in [_option(here, name)] if option)
        for start, option in found:
            yield from ((start + one, said) for one, said in _values(option, value, words))
    elif word.startswith("-"):
        yield from _options(here)
    else:
        yield from _places(here, place, word, words)


def _option(here: Parser, word: str) -> argparse.Action | None:
    """Return the option that a word is when a value follows it."""
    found = here.options().get(word)
    return found if found and found.nargs != 0 else None


def _options(here: Parser) -> Iterator[tuple[str, str]]:
    for name, option in here.options().items():
        if name.startswith("--"):
            yield name, here.told(option)


def _places(here: Parser, place: int, word: str, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what may stand where no option does."""
    if commands := here.commands():
        about = ((name, one.description or "") for name, one in commands.items())
        yield from ((name, said.partition("\n\n")[0]) for name, said in about)
        return
    there = here.places()
    if place < len(there) or (there and there[-1].nargs in {"*", "+"}):
        yield from _values(there[min(place, len(there) - 1)], word, words)


def _values(action: argparse.Action, word: str, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    if action.choices is not None:
        yield from ((str(one), "") for one in action.choices)
    elif kind := OFFERED.get(str(action.metavar)):
        yield from offers.KINDS[kind](word, words)
