"""Doctor: the command `kg doctor`, which says what is installed, and where and how the build is."""

from __future__ import annotations

import os
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kg.cli.context import Context
from kg.errors import KGError, install
from kg.project import shipped, version

DISTRIBUTION: Final = "eurasia-kg"
DESCRIPTION = """\
Say which Python, kg and libraries run, which extras are installed and what each adds, where the
project and its build are, and whether the build is current.

For whoever sets kg up, or tells of a mistake in it. Exits with 0 whatever it finds.
"""
# The extras for whoever uses kg, with what each adds.
EXTRAS: Final = {
    "bulk": "checks and builds many rows several times faster; tables of Parquet",
    "sheets": "workbooks: tables of a project, kg load, kg dump -o rows.xlsx",
    "serve": "kg serve",
    "mcp": "kg mcp",
    "pandas": "answers as data frames of pandas",
    "polars": "answers as data frames of Polars",
    "parquet": "kg dump -o graph.parquet",
    "plot": "figures of matplotlib: graph.plot",
    "notebook": "notebooks, with figures and data frames",
    "spark": "kg build --engine spark",
}


def _add_options(_: ArgumentParser) -> None:
    """Add nothing: there is nothing to be said behind `kg doctor`."""


# As the commands stand in `cli/arguments`.
DOCTOR = ("say what is installed, and how project and build are", DESCRIPTION, "", _add_options)


def doctor(context: Context, _: Namespace) -> int:
    """Say it all."""
    import platform

    context.say(f"kg        {version()}   {Path(__file__).parent.parent}")
    context.say(f"Python    {platform.python_version()}   {sys.executable}")
    context.say(f"system    {platform.platform()}")
    context.say_all(_libraries())
    context.say("extras")
    context.say_all(_extras())
    context.say_all(_places(context))
    return 0


def _needs(extra: str = "") -> Iterator[str]:
    """Yield the distributions that kg needs, or that an extra adds on this system."""
    from importlib import metadata

    for text in metadata.requires(DISTRIBUTION) or ():
        name = re.match(r"[\w.-]+", text)
        of_extra = re.search(r"extra == ['\"]([\w-]+)['\"]", text)
        elsewhere = re.search(r"sys_platform != ['\"](\w+)['\"]", text)
        if name is None or (of_extra[1] if of_extra else "") != extra:
            continue
        if inner := re.match(rf"{DISTRIBUTION}\[([\w,-]+)\]", text):
            for one in inner[1].split(","):
                yield from _needs(one)
        elif not elsewhere or elsewhere[1] != sys.platform:
            yield name[0]


def _libraries() -> Iterator[str]:
    title = "libraries"
    for name in sorted(_needs()):
        yield f"{title:9} {name} {_installed(name) or 'is not installed'}"
        title = ""


def _extras() -> Iterator[str]:
    for extra, adds in EXTRAS.items():
        missing = [name for name in _needs(extra) if not _installed(name)]
        yield f"  {extra:9} {'not installed' if missing else 'installed':14} {adds}"
        if missing:
            yield f"{'':12}{'':14} {install(extra)}"


def _installed(name: str) -> str:
    """Return the version of a distribution, "" where there is none."""
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _places(context: Context) -> Iterator[str]:
    try:
        project = context.project
        what = "   comes with kg" if project.resolve() == shipped().resolve() else ""
        yield f"project   {os.path.relpath(project)}{what}"
        yield f"build     {_build(context)}"
    except KGError as error:
        yield f"project   {error}"


def _build(context: Context) -> str:
    from kg.pipeline.generations import MANIFEST, is_stale, open_build, read_manifest

    if context.has_remote_store:
        return f"{context.named_store}   an endpoint"
    folder = Path(context.named_store or context.folder)
    shown = os.path.relpath(folder)
    if not (folder / MANIFEST).is_file():
        return f"{shown}   there is none; kg build makes it"
    try:
        quads = read_manifest(folder)["quads"]
        # Whether it can be opened at all.
        open_build(folder)
        if context.named_store:
            return f"{shown}   {quads} quads"
        stale = is_stale(folder, context.project)
    except KGError as error:
        return f"{shown}   {error}"
    how = "data/ or ontology/ changed since; kg build makes it anew" if stale else "current"
    return f"{shown}   {quads} quads, {how}"
