"""Starting: the command `kg init`, with what it asks and what it says to do next."""

from __future__ import annotations

import os
import shlex
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.cli.context import Context
from kg.errors import UsageError, noun, visible
from kg.model.packed import bare
from kg.model.tables import WORKBOOKS
from kg.text import formats

if TYPE_CHECKING:
    from kg.starter.found import Found
    from kg.starter.wishes import Wish

# How files end that hold others, or one that no module of Python unpacks.
_ARCHIVES: Final = {".7z", ".rar", ".tar", ".tbz2", ".tgz", ".txz", ".zip", ".zst"}


def init(context: Context, options: Namespace) -> int:
    """Write the first files of a project, and say what to do next."""
    from kg.project import version
    from kg.starter.files import example, of_found, put
    from kg.starter.found import singular
    from kg.starter.wishes import INCLUSIVE, WISHES, place, wishes

    name = place(options.name).resolve().name
    given = {one.name: getattr(options, one.name) for one in WISHES}
    given = {key: value for key, value in given.items() if value is not None}
    # What was given is judged before anything is asked.
    wishes(name, given)
    asks = not context.quiet and sys.stdin.isatty() and sys.stderr.isatty()
    # Periods with one day more are the fewer to be refused before it is known.
    has_ends = bool(options.end) or bool(options.table and not _is_table(options.table))
    is_open = asks and has_ends and options.inclusive is None
    found = _table(options, inclusive=is_open or bool(options.inclusive))
    if asks:
        missing = [one for one in WISHES if one.name not in given]
        given |= {one.name: _answer(one, one.default(name)) for one in missing}
        if is_open and _answer(INCLUSIVE, INCLUSIVE.default(name)) == "no":
            found = _table(options, inclusive=False)
    wanted = wishes(name, given)
    made = of_found(wanted, version(), found) if found else example(wanted, version())
    # Somebody may have put something there meanwhile.
    folder = place(options.name)
    put(folder, made)
    shown = Path(os.path.relpath(folder))
    what = "it builds as it is, and its facts are invented"
    if found:
        facts, entities, properties = map(len, (found.facts, found.entities, found.properties))
        same = noun(facts, "is a fact", "are facts")
        made_of = f"{noun(found.taken, 'makes', 'make')} {facts:,} {noun(facts, 'fact')}"
        things = noun(found.seen, singular(found.things), found.things)
        what = f"{found.taken:,} of {found.seen:,} {things} "
        what += f"{same if found.taken == facts else made_of}; "
        what += f"{entities:,} {noun(entities, 'entity', 'entities')}, "
        what += f"{properties:,} {noun(properties, 'property', 'properties')}"
    context.say(f"wrote {shown} ({len(made)} files); {what}")
    if found:
        context.say_all(f"left out {line}" for line in found.reasons)
        context.say_all(f"note: {line}" for line in found.notes)
    enter = "" if shown == Path() else f"cd {shlex.quote(str(shown))} && "
    context.say(f"next: {enter}kg build")
    context.say("      open build/graph.html in a browser")
    put_own = "put your own facts into data/statements/facts.csv"
    context.say(
        f"      {'look at ontology/ontology.ttl' if found else put_own}; README.md says how"
    )
    return 0


def _table(options: Namespace, *, inclusive: bool) -> Found | None:
    """Read the table that was named, None when there is none."""
    from kg.published.rows import Roles

    roles = {one.name: getattr(options, one.name) for one in fields(Roles)}
    roles = {role: column for role, column in roles.items() if column}
    given = {"year": bool(options.year), "inclusive": options.inclusive is not None}
    given["sheet"] = bool(options.sheet)
    told = [*roles, *(name for name, is_given in given.items() if is_given)]
    if not options.table:
        if told:
            msg = f"--{min(told)} is about a table; name it with --from"
            raise UsageError(msg)
        return None
    path = Path(options.table)
    held = bare(path)
    is_packed_book = held != path and held.suffix.lower() in WORKBOOKS
    if held.suffix.lower() in _ARCHIVES or is_packed_book:
        msg = f"{path.name} is packed; unpack it, and name what was in it"
        raise UsageError(msg)
    if not _is_table(options.table):
        times = {role: text for role, text in roles.items() if role in {"start", "end", "at"}}
        if named := [one for one in told if one not in {"inclusive", *times}]:
            msg = f"--{min(named)} is about a table, and {path.name} is none; leave it out"
            raise UsageError(msg)
        return _other(path, times, inclusive=inclusive)
    if options.year:
        others = sorted(roles.keys() & {"start", "end", "first", "last", "at"})
        if others:
            msg = f"--year says the time of the rows; leave --{others[0]} out"
            raise UsageError(msg)
        roles |= {"first": options.year, "last": options.year}
    from kg.starter.table import read

    return read(path, Roles(**roles), inclusive=inclusive, sheet=options.sheet)


def _other(path: Path, times: Mapping[str, str], *, inclusive: bool) -> Found:
    """Read a file that is no table; properties of Wikibase may be named that say when."""
    from kg.published.wikibase import json as wikibase_json
    from kg.starter import ftm, networks, rdf, wikibase

    held = bare(path)
    is_json = held.suffix.lower() in {".json", ".jsonl"}
    if is_json and wikibase_json.is_wikibase(path):
        return wikibase.read(path, times, inclusive=inclusive)
    if held.suffix.lower() in formats.FILES.suffixes:
        return rdf.read(path, times, inclusive=inclusive)
    if times:
        msg = f"--{min(times)} is about a table, and {path.name} is none; leave it out"
        raise UsageError(msg)
    if held.name.lower().endswith((".ftm.json", ".jsonl")):
        return ftm.read(path, inclusive=inclusive)
    return networks.read(path, inclusive=inclusive)


def _is_table(name: str) -> bool:
    """Say whether a file is a table, as all are whose suffix says nothing else."""
    tables = (".csv", *WORKBOOKS)
    others = (suffix for suffix in formats.BEGINNINGS.suffixes if suffix not in tables)
    return not bare(Path(name)).name.lower().endswith(tuple(others))


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
