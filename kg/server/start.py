"""Start: what the command line said → a place to serve, and the words with which it begins."""

from __future__ import annotations

import tempfile
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.errors import UsageError, missing_extra, noun
from kg.server.settings import Settings
from kg.workers.limits import KIB, MIB, MOST, Limits, can_be_held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.query.bench.place import Place

JOBS: Final = "kg.server.jobs"
PUBLIC: Final = """\
note: --public lets every machine that reaches this address ask. That means: anybody may read the
  whole graph and use up to {workers} of {seconds} each; nothing is encrypted, and
  nobody has to log in. Put a web server with TLS before it, and name its Host with --name.
"""

Say = Callable[[str], None]


def settings_of(options: Namespace) -> Settings:
    """Return the settings that the options of the command make.

    Raises UsageError for a limit of nothing, or an address for which --public is missing.
    """
    for name in (
        "seconds",
        "memory",
        "text",
        "depth",
        "rows",
        "answer",
        "workers",
        "queue",
        "idle",
    ):
        if not can_be_held(getattr(options, name)):
            msg = (
                f"--{name} must be more than 0 and at most {MOST:,}: "
                "there is no way to ask without limits"
            )
            raise UsageError(msg)
    if options.per_client is not None and not can_be_held(options.per_client):
        msg = f"--per-client must be more than 0 and at most {MOST:,}; leave it out for any number"
        raise UsageError(msg)
    chosen = {
        "seconds": options.seconds,
        "memory": options.memory * MIB,
        "text": options.text * KIB,
        "depth": options.depth,
        "rows": options.rows,
        "answer": options.answer * MIB,
        "workers": options.workers,
        "queue": options.queue,
    }
    host = options.host or ("0.0.0.0" if options.public else "127.0.0.1")  # noqa: S104 - asked for
    settings = Settings(
        host=host,
        port=options.port,
        names=frozenset(name.lower() for name in options.name),
        origins=frozenset(options.cors),
        access_log=options.access_log,
        limits=Limits(**chosen),
        idle=options.idle,
        per_client=options.per_client or 0,
    )
    if not settings.is_local and not options.public:
        msg = f"{host} can be reached from other machines; add --public if you mean that"
        raise UsageError(msg)
    return settings


def serve(files: Sequence[str], build: Path | None, options: Namespace, say: Say) -> None:
    """Serve files, a build, or with neither the shipped graph, until the process is told to stop.

    Raises UsageError when the libraries of the extra `serve` are not installed, InputError for
    files that cannot be read, StoreError for a damaged build.
    """
    try:
        from kg.server.run import run
    except ImportError as error:
        raise missing_extra(error.name, "serve") from error
    settings = settings_of(options)
    with place_of(build, say, JOBS, files) as place:

        def ready(address: str) -> None:
            _greet(address, settings, say, is_public=options.public)

        run(place, settings, ready)


@contextmanager
def place_of(build: Path | None, say: Say, jobs: str, files: Sequence[str] = ()) -> Iterator[Place]:
    """Give the place of files, of a build, or with neither of the shipped graph, built for now.

    `jobs` is the module of what its workers know besides SPARQL.
    """
    from kg.query.bench.place import Place

    if build is not None and not files:
        place = Place(build, jobs=jobs)
        place.store()
        yield place
        return
    with tempfile.TemporaryDirectory(prefix="kg-serve-") as folder:
        store = Path(folder) / "store"
        if files:
            from kg.server.files import load_files
            from kg.store.rdf import rootless

            store.mkdir()
            quads = load_files([Path(name) for name in files], store)
            for name in files:
                for note in rootless(Path(name), name):
                    say(str(note))
            say(f"{quads:,} quads from {len(files)} {noun(len(files), 'file')}")
            yield Place(store, is_plain=True, jobs=jobs)
        else:
            from kg.pipeline.builder import build as build_quads
            from kg.pipeline.generations import save
            from kg.project import shipped

            project = shipped()
            built = build_quads(project / "data", project / "ontology")
            say("note: there is no build here, so the shipped graph is served")
            save(built.quads, built.trig(), "", Path(folder), {}, built.record)
            yield Place(Path(folder), jobs=jobs)


def _greet(address: str, settings: Settings, say: Say, *, is_public: bool) -> None:
    limits = settings.limits
    workers = f"{limits.workers} {noun(limits.workers, 'worker')}"
    seconds = f"{limits.seconds:g} {noun(limits.seconds, 'second')}"
    say(f"kg serves {address}   (Ctrl-C stops it)")
    say(f"  {address}query    for people: ask, see, download")
    say(f"  {address}sparql   for programs: SPARQL 1.1 Protocol, read-only")
    say(
        f"  limits: {limits.seconds:g} s and {limits.memory // MIB:,} MiB a query, "
        f"{limits.text // KIB:,} KiB of text, {limits.rows:,} {noun(limits.rows, 'row')}, "
        f"{limits.answer // MIB:,} MiB of answer, {workers}, queue {limits.queue}"
    )
    if is_public:
        say(PUBLIC.format(workers=workers, seconds=seconds).rstrip())
