"""Completion: the script that lets a shell complete what is written after `kg`.

Commands, options and their choices stand in the script; what the project holds is asked of
`kg --offer` (`offers`), for which the shells' functions are here.
"""

from __future__ import annotations

import argparse
from argparse import Namespace
from pathlib import Path
from typing import Final

from kg.cli.context import Context

SHELLS: Final = ("bash", "zsh", "fish", "powershell")
# This one asks `kg --offer` about whole lines (`lines`), so that nothing of it is made here.
_ASKS: Final = "powershell"
DESCRIPTION = """\
Print the script with which a shell completes commands, options, files, ids, questions, parameters
and dates. Have it read when a shell starts, and anew after kg was brought up to date.
"""
EXAMPLES = """\
examples:
  kg completion bash >~/.local/share/bash-completion/completions/kg
  kg completion zsh >~/.zfunc/_kg     a folder of $fpath; or in .zshrc:
                                      eval "$(kg completion zsh)"
  kg completion fish >~/.config/fish/completions/kg.fish
  kg completion powershell >>$PROFILE
"""
# What stands for a value in the help → the kind of `offers` that completes it.
OFFERED: Final = {
    "DATE": "dates", "DAY": "dates", "ID": "ids", "ENTITY": "ids", "SUBJECT": "ids",
    "PREDICATE": "predicates", "OBJECT": "objects", "QUESTION": "questions",
    "NAME=VALUE": "parameters",
}  # fmt: skip
_FILES: Final = {"FILE", "PATH", "TABLE", "WORKBOOK"}
_FOLDERS: Final = {"DIR", "PATH|URL", "OLD", "NEW"}


def _add_options(command: argparse.ArgumentParser) -> None:
    """Add what may be written after `kg completion`."""
    command.add_argument(
        "shell", choices=SHELLS, metavar="SHELL", help="bash, zsh, fish or powershell"
    )


# As the commands stand in `cli/arguments`.
COMPLETION = ("print the script for completion in a shell", DESCRIPTION, EXAMPLES, _add_options)


def completion(context: Context, options: Namespace, parser: argparse.ArgumentParser) -> int:
    """Print the script of the shell for the whole parser."""
    functions = Path(__file__).parent / "shells" / f"kg.{options.shell}"
    if options.shell == _ASKS:
        context.say(functions.read_text(encoding="utf-8").rstrip("\n"))
        return 0
    import shtab

    _say_what(parser)
    script = shtab.complete(parser, options.shell, preamble=functions.read_text(encoding="utf-8"))
    if options.shell == "bash":
        script += "\ncomplete -o bashdefault -F _kg kg"
    elif options.shell == "zsh":
        # What shtab writes of arguments that may be repeated completes the first of them alone.
        script = script.replace('"(*)::', '"*:')
    context.say(script.rstrip("\n"))
    return 0


def _say_what(parser: argparse.ArgumentParser) -> None:
    """Say of each argument what completes it, in the way that shtab looks for it."""
    from shtab import DIRECTORY, FILE

    for action in parser._actions:  # noqa: SLF001 - argparse has no other list of them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for command in action.choices.values():
                command.fill()
                _say_what(command)
        what = action.metavar
        if what in OFFERED:
            kind = OFFERED[str(what)]
            action.complete = {  # type: ignore[attr-defined]
                "bash": f"_kg_{kind}", "zsh": f"_kg_{kind}", "fish": f"(_kg_offer {kind})"
            }  # fmt: skip
        elif what in _FILES | _FOLDERS:
            action.complete = FILE if what in _FILES else DIRECTORY  # type: ignore[attr-defined]
