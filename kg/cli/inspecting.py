"""Inspecting: `kg validate --deep`, the files of a build against the digests that it kept."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from kg.cli.context import Context
from kg.errors import StoreError, UsageError, noun


def validate(context: Context, options: Namespace) -> int:
    """Look at every file of the build; exit with 4 when one is damaged."""
    from kg.pipeline.generations import damage
    from kg.pipeline.validate import Report

    for name in ("data", "shapes"):
        if getattr(options, name):
            msg = f"--deep looks at the files of a build; leave --{name} out"
            raise UsageError(msg)
    if options.style == "turtle":
        msg = "--format turtle is the report of SHACL; name files with --data and --shapes"
        raise UsageError(msg)
    if context.has_remote_store:
        msg = f"{context.named_store} is an endpoint, whose files are not here; name a build folder"
        raise UsageError(msg)
    folder = Path(context.named_store or context.folder)
    found = tuple(one._replace(path=os.path.relpath(one.path)) for one in damage(folder))
    report = Report(found, {})
    if options.style == "json":
        context.say(report.to_json())
    elif options.style == "github":
        context.annotations(found)
    else:
        context.say_all(map(str, found))
    bad = len(report.errors)
    shown = os.path.relpath(folder)
    if bad:
        context.note(
            f"{bad} {noun(bad, 'file')} of the build in {shown} {noun(bad, 'is', 'are')} damaged"
        )
    elif not found:
        context.note(f"every file of the build in {shown} is as it was written")
    return StoreError.exit_code if bad else 0
