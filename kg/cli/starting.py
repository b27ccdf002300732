"""Starting: the command `kg init`, with what it asks and what it says to do next."""

from __future__ import annotations

import os
import shlex
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cli.context import Context
from kg.errors import UsageError, visible

if TYPE_CHECKING:
    from kg.starter.wishes import Wish


def init(context: Context, options: Namespace) -> int:
    """Write the first files of a project, and say what to do next."""
    from kg.project import version
    from kg.starter.files import files, put
    from kg.starter.wishes import WISHES, place, wishes

    name = place(options.name).resolve().name
    given = {one.name: getattr(options, one.name) for one in WISHES}
    given = {key: value for key, value in given.items() if value is not None}
    # What was given is judged before anything is asked.
    wishes(name, given)
    if not context.quiet and sys.stdin.isatty() and sys.stderr.isatty():
        missing = [one for one in WISHES if one.name not in given]
        given |= {one.name: _answer(one, one.default(name)) for one in missing}
    made = files(wishes(name, given), version())
    # Somebody may have put something there meanwhile.
    folder = place(options.name)
    put(folder, made)
    shown = Path(os.path.relpath(folder))
    context.say(
        f"wrote {shown} ({len(made)} files); it builds as it is, and its facts are invented"
    )
    enter = "" if shown == Path() else f"cd {shlex.quote(str(shown))} && "
    context.say(f"next: {enter}kg build")
    context.say("      open build/graph.html in a browser")
    context.say("      put your own facts into data/statements/facts.csv; README.md says how")
    return 0


def _answer(wish: Wish, default: str) -> str:
    """Ask until there is an answer that can be taken; an empty one is the default.

    Raises UsageError when there is none to come.
    """
    while True:
        try:
            sys.stderr.write(f"{wish.meaning} [{default}]: ")
            sys.stderr.flush()
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            sys.stderr.write("\nkg: interrupted; nothing was written\n")
            raise
        if not line:
            sys.stderr.write("\n")
            msg = f"no answer; nothing was written; --{wish.name} gives it beforehand"
            raise UsageError(msg)
        answer = line.strip() or default
        problem = wish.problem(answer)
        if not problem:
            return answer
        sys.stderr.write(visible(f"{problem}\n"))
