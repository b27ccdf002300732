"""Parsing: argparse with our help, and with a word for whoever misspelt one."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, NoReturn

from kg.errors import did_you_mean, near_word, visible


class Parser(argparse.ArgumentParser):
    """A parser that repeats to a terminal nothing that the terminal would obey.

    Of a misspelt word it says which was meant, after the usage of the command that was meant.
    """

    def error(self, message: str) -> NoReturn:
        """Print the usage and what is wrong, and exit with 2."""
        super().error(visible(message))

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse what is known; a misspelt option comes before all that is missing without it."""
        for word in self._unknown(args or ()):
            self._refuse(word)
        known, rest = super().parse_known_args(args, namespace)
        if rest and not self.commands():
            self._refuse(rest[0])
        return known, rest

    def commands(self) -> Mapping[str, Command]:
        """Return the parsers of the commands, of which a command itself has none."""
        found = self._subparsers._group_actions if self._subparsers else ()  # noqa: SLF001
        return {name: one for action in found for name, one in (action.choices or {}).items()}  # type: ignore[attr-defined]

    def options(self) -> Mapping[str, argparse.Action]:
        """Return the options by each of their names."""
        return self._option_string_actions

    def places(self) -> Sequence[argparse.Action]:
        """Return what may be written that is no option, in its order."""
        return [one for one in self._actions if not one.option_strings]

    def told(self, action: argparse.Action) -> str:
        """Return the help of an action in full."""
        return self._get_formatter()._expand_help(action) if action.help else ""  # noqa: SLF001

    def _unknown(self, words: Sequence[str]) -> Iterator[str]:
        """Yield the long options that are none of this command, nor the beginning of one."""
        ends = {"--", *self.commands()}
        for word in takewhile(lambda one: one not in ends, words):
            name = word.partition("=")[0]
            is_option = name.startswith("--") and " " not in word
            if is_option and not any(one.startswith(name) for one in self._option_string_actions):
                yield name

    def _refuse(self, word: str) -> NoReturn:
        options = [name for name in self._option_string_actions if name.startswith("--")]
        near = did_you_mean(word, options) if word.startswith("-") else ""
        self.error(f"unrecognized arguments: {word}" + (f"; {near}" if near else ""))

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Refuse what is no choice, and name the nearest that is one."""
        choices = action.choices
        if choices is None or value in choices:
            return
        near = near_word(str(value), choices)
        if action.dest != "command":
            if near:
                msg = f"invalid choice: '{value}'; did you mean '{near}'?"
                raise argparse.ArgumentError(action, msg)
            super()._check_value(action, value)
        elif near:
            self.commands()[near].error(f"'{value}' is no command; did you mean '{near}'?")
        else:
            self.error(f"'{value}' is no command; 'kg help' lists them")


class Command(Parser):
    """The parser of one command, which has its options once it is asked for anything."""

    def __init__(self, *, fill: Callable[[argparse.ArgumentParser], None], **told: Any) -> None:  # noqa: ANN401 - as argparse takes it
        """Keep what adds the options."""
        super().__init__(**told, add_help=False)
        self._add: Callable[[argparse.ArgumentParser], None] | None = fill

    def fill(self) -> None:
        """Add the options, unless they are there."""
        add, self._add = self._add, None
        if add:
            self.add_argument("-h", "--help", action="help", help="show this help message and exit")
            add(self)

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse what is known."""
        self.fill()
        return super().parse_known_args(args, namespace)

    def format_usage(self) -> str:
        """Return the usage."""
        self.fill()
        return super().format_usage()

    def format_help(self) -> str:
        """Return the help."""
        self.fill()
        return super().format_help()


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal, at most a hundred columns, and that many in a pipe."""

    def __init__(self, prog: str) -> None:
        """Look how wide the terminal is."""
        try:
            width = min(os.get_terminal_size(sys.stdout.fileno()).columns, 100)
        except (OSError, ValueError):
            width = 100
        super().__init__(prog, max_help_position=28, width=width)


class Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print the version and exit."""
        from kg.project import version

        sys.stdout.write(f"kg {version()}\n")
        parser.exit()
