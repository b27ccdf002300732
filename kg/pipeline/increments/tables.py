"""Tables: what the tables of a project hold beside what they held when something was kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg.files import digest, named
from kg.model.contents import conflict
from kg.pipeline.columns.size import tables
from kg.pipeline.increments.kept import Kept, closes_quotes, named_paths
from kg.pipeline.increments.moved import Moved, Numbered, moved


class WholeError(Exception):
    """All rows have to be looked at: the text says why."""


@dataclass(frozen=True)
class Tables:
    """The tables of a project, and what was kept of them."""

    data: Path
    kept: Kept

    @cached_property
    def paths(self) -> dict[str, Path]:
        """The tables of statements by their names."""
        return {named(self.data, path): path for path in tables(self.data)}

    @cached_property
    def named_labels(self) -> dict[str, str]:
        """How the tables of entities and sources are called."""
        return {name: named(self.data, path) for name, path in named_paths(self.data).items()}

    @cached_property
    def texts(self) -> dict[str, bytes]:
        """What all tables hold now."""
        others = dict(zip(self.named_labels.values(), named_paths(self.data).values(), strict=True))
        return {label: path.read_bytes() for label, path in {**self.paths, **others}.items()}

    @cached_property
    def numbered(self) -> dict[str, Numbered]:
        """The lines of all tables by their numbers."""
        return {label: Numbered(text) for label, text in self.texts.items()}

    @cached_property
    def moves(self) -> dict[str, Moved]:
        """Which lines of each table went and came."""
        found = {}
        for label, text in self.texts.items():
            is_same = digest(text) == self.kept.said["tables"][label]
            one = moved(text if is_same else self.kept.content(label), text)
            _refuse_odd(one)
            found[label] = one
        return found

    @property
    def moves_of_rows(self) -> dict[str, Moved]:
        """Which lines of each table of statements went and came."""
        return {label: self.moves[label] for label in self.paths}

    @property
    def named_moved(self) -> bool:
        """Whether a line of the tables of entities and sources went or came."""
        return any(not self.moves[label].is_same for label in self.named_labels.values())


def _refuse_odd(one: Moved) -> None:
    """Refuse changes that may matter to rows which did not change.

    Raises WholeError.
    """
    changed = [*one.gone.values(), *one.come.values()]
    if 1 in one.gone or 1 in one.come:
        msg = "a header changed"
        raise WholeError(msg)
    if not closes_quotes(b"\n".join([*changed, b""])) or any(
        not line.strip(b'\r\t ,;|"') for line in changed
    ):
        msg = "a row is empty, or begins what another ends"
        raise WholeError(msg)
    if conflict(b"\n".join([b"", *changed]).decode()):
        msg = "two versions were not merged"
        raise WholeError(msg)
