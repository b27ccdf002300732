"""Quads as RDF texts, the same text for the same quads; and files of RDF that others made."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from pyoxigraph import Quad, RdfFormat, parse, serialize

from kg.errors import Finding, InputError
from kg.model.namespaces import Vocabulary, text_of
from kg.model.terms import in_turtle
from kg.progress import at_work, counted
from kg.text.formats import FILES, rdf_format

if TYPE_CHECKING:
    from kg.store.embedded import EmbeddedStore

_SCHEME: Final = "[A-Za-z][A-Za-z0-9+.-]*:"
# A line of N-Quads that names a graph, which comes last.
_IN_A_GRAPH: Final = re.compile(
    rb'\S+ \S+ (?:[<_]\S+|"[^"\\]*(?:\\.[^"\\]*)*"(?:@\S+|\^\^\S+)?) ([<_]\S+) \.'
)
_RELATIVE: Final = re.compile(rf"<(?!{_SCHEME})[^<>\s\"{{}}|^`]+>".encode())


def to_rdf(quads: Iterable[Quad], words: Vocabulary, rdf_format: RdfFormat) -> bytes:
    """Return the quads as RDF, sorted, with the project's prefixes."""
    ordered = sorted(counted(quads, "quads read to be written"), key=_key)
    at_work("writing RDF")
    if not rdf_format.supports_datasets:
        triples = [quad.triple for quad in ordered if not _graph(quad)]
        return cast("bytes", serialize(triples, format=rdf_format, prefixes=words.prefixes))
    return cast("bytes", serialize(ordered, format=rdf_format, prefixes=words.prefixes))


class Lines(NamedTuple):
    """All quads of a store as lines of N-Quads, in the order of `to_rdf`: of no graph, and of some.

    What is written from them has the bytes of `to_rdf`, and is there much sooner: no quad is an
    object for long, and the store is read once for all of it.
    """

    described: list[bytes]
    named: list[bytes]

    @classmethod
    def of(cls, store: EmbeddedStore) -> Lines:
        """Read them.

        Raises StoreError when a part of the store cannot be read.
        """
        at_work("reading quads as text")
        described: list[bytes] = []
        graphs: dict[bytes, list[bytes]] = {}
        for line in store.written(RdfFormat.N_QUADS).splitlines():
            if match := _IN_A_GRAPH.fullmatch(line):
                graphs.setdefault(match[1][1:-1], []).append(line)
            else:
                described.append(line)
        named = [line for graph in sorted(graphs) for line in sorted(graphs[graph])]
        return cls(sorted(described), named)

    def n_quads(self) -> bytes:
        """Return them as N-Quads."""
        # A text that is empty ends the last line; of many lines none is made a second time.
        return b"\n".join([*self.described, *self.named, b""])

    def turtle(self, words: Vocabulary) -> bytes:
        """Return the triples of no graph as Turtle."""
        # The engine wrote them, and need not look at every name again.
        text = b"\n".join(self.described)
        quads = parse(text, format=RdfFormat.N_TRIPLES, lenient=True)
        triples = (quad.triple for quad in quads)
        form = RdfFormat.TURTLE
        return cast("bytes", serialize(triples, format=form, prefixes=words.prefixes))


def _key(quad: Quad) -> tuple[str, str, str, str]:
    return (_graph(quad), str(quad.subject), str(quad.predicate), str(quad.object))


def _graph(quad: Quad) -> str:
    return text_of(quad.graph_name)


def form_of(path: Path) -> RdfFormat:
    """Return the format of a file by its suffix.

    Raises InputError for any but Turtle, TriG, N-Triples and N-Quads: what reads the others may
    fetch what they name, or never end.

    >>> form_of(Path("facts.nt")).name
    'N-Triples'
    """
    if path.suffix not in FILES.suffixes:
        msg = f"{path}: '{path.suffix}' is not one of {' '.join(FILES.suffixes)}"
        raise InputError(msg)
    return rdf_format(FILES.of_suffix(path.suffix).name)


def rootless(path: Path, label: str) -> list[Finding]:
    """Return a note at the first address of a file that is relative, and to no base of its own.

    `<>`, the file itself, may be so. The file is one that can be read.
    """
    form = form_of(path)
    if form not in {RdfFormat.TURTLE, RdfFormat.TRIG} or not path.stat().st_size:
        return []
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as body:
        if not _RELATIVE.search(body):
            return []
    try:
        # What looks so may stand in a text; the parser knows.
        deque(parse(path=str(path), format=form), maxlen=0)
    except SyntaxError:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        names = [name for name in in_turtle(text, label) if not re.match(_SCHEME, name.iri)]
    else:
        return []
    if not names:
        return []
    first, more = names[0], len(names) - 1
    message = f"<{first.iri}> is relative, and the file names no base"
    message += f", and so with {more} more" if more else ""
    repair = "write @base with a whole address above it: elsewhere the file says something else"
    return [Finding(*first[2:], "note", message, repair)]


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say which file it is that cannot be read in this block.

    Raises InputError, with line and column of what is not RDF.
    """
    try:
        yield
    except SyntaxError as error:
        place = f"{path}:{error.lineno or 0}:{error.offset or 0}"
        msg = f"{place}: {str(error.msg).split(': ', 1)[-1]}"
        raise InputError(msg) from error
    except MemoryError as error:
        msg = f"{path}: a literal is longer than the parser can hold"
        raise InputError(msg) from error
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be read: {error}"
        raise InputError(msg) from error
