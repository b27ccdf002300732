"""Start: what the command line said → a graph that language models can ask."""

from __future__ import annotations

from argparse import Namespace
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from kg.errors import UsageError, missing_extra, noun
from kg.server.start import PUBLIC, Say, place_of, settings_of
from kg.workers.limits import MIB

JOBS: Final = "kg.server.mcp.jobs"


def serve(build: Path | None, options: Namespace, say: Say) -> None:
    """Serve a build, or without one the shipped graph, until the client leaves or a signal comes.

    Raises UsageError when the libraries of the extra `mcp` are not installed or an option is
    wrong, StoreError for a damaged build.
    """
    try:
        from kg.server.mcp.transport import PATH, make_app, run_stdio
        from kg.server.run import run
    except ImportError as error:
        raise missing_extra(error.name, "mcp") from error
    settings = settings_of(options)
    if not options.http and (options.host or options.public or options.name):
        raise UsageError("--host, --public and --name are about --http; add it")
    limits = settings.limits
    workers = f"{limits.workers} {noun(limits.workers, 'worker')}"
    seconds = f"{limits.seconds:g} {noun(limits.seconds, 'second')}"

    def ready(address: str) -> None:
        say(f"kg serves MCP at {address.removesuffix('/')}{PATH}   (Ctrl-C stops it)")
        say(f"  limits: {seconds} and {limits.memory // MIB:,} MiB a call, {workers}")
        if options.public:
            say(PUBLIC.format(workers=workers, seconds=seconds).rstrip())

    with ExitStack() as leaving:
        place = leaving.enter_context(place_of(build, say, JOBS))
        if options.http:
            run(place, settings, ready, make_app)
        else:
            run_stdio(place, settings, leaving.close)
