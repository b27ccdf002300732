"""Sides: two sides as the user names them → what differs, ready to be read.

A project, a build, a revision, an endpoint or a graph → a side; two sides
→ a Diff.
A project is only loaded, neither validated nor inferred, and its rules and questions are not read:
that is quick, and an old revision may break the shapes of today.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kg.changes.compare import AnyChange, Side, compare
from kg.changes.render import to_html, to_json, to_markdown, to_text
from kg.changes.wording import Labels, in_order, summary
from kg.errors import Finding, InputError, UsageError, noun
from kg.graph import Graph
from kg.model.edtf import asked_period, asked_time
from kg.model.statement import Statement
from kg.pipeline.generations import MANIFEST, open_build
from kg.progress import at_work
from kg.project import find, is_meant, is_project, require

if TYPE_CHECKING:
    from kg.model.dates import Period
    from kg.store.base import Store

Place = str | Path | Graph


@dataclass(frozen=True, repr=False)
class Diff:
    """What differs between two sides; true when something does.

    `changes` are the day of issue, then each entity with its statements by label, then the
    sources; each holds what stood there before and what stands there now.
    """

    old: Side
    new: Side
    changes: tuple[AnyChange, ...]
    language: str | None = None

    def __len__(self) -> int:
        """The number of changes."""
        return len(self.changes)

    @cached_property
    def _names(self) -> Labels:
        return Labels(self.old, self.new, self.language)

    def named(self, *, labels: str) -> Diff:
        """Return the same, told with labels in a language such as "ru", with ids for "".

        JSON, which programs read, stays as it is.
        """
        return replace(self, language=labels)

    @property
    def summary(self) -> str:
        """How much was added, removed and changed, in one line."""
        return summary(self.changes)

    def __str__(self) -> str:
        """One line a change: `+`, `-` or `~`, what happened in words, and its row."""
        return to_text(self.changes, self._names)

    def __repr__(self) -> str:
        """The same lines, because a prompt shows this."""
        return str(self) or self.summary

    def to_markdown(self) -> str:
        """Return the summary, and under a heading for each entity what changed of it."""
        return to_markdown(self.changes, self._names)

    def to_json(self) -> str:
        """Return the changes as a JSON object.

        `differ` says whether there are any, `old` and `new` name the sides and their day of issue,
        `summary` counts the statements, entities and sources that were added, removed and changed.

        Each of `changes` has a `kind` (dataset, entity, source, statement), the `change` (added,
        removed, changed), the `text` and `row` of its line, the `fields` that differ, and `old`
        and `new`, null where nothing stands: of an entity or source the cells of its row by their
        columns, of a statement what docs/json.md describes, as of the day of issue of its side.
        A statement's change has `references` and `disputes` besides, each with its change, old and
        new, and the `period` that an attestation went to or came from, else null.
        Keys stand in this order and none is left out; dates are as written, "" when not given.
        """
        return to_json(self.changes, Labels(self.old, self.new), self.old, self.new)

    def _repr_html_(self) -> str:
        return to_html(self.changes, self._names)

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


def diff(
    old: Place,
    new: Place | None = None,
    *,
    project: str | Path | None = None,
    as_of: str | None = None,
    from_: str | None = None,
    to: str | None = None,
    surely: bool = False,
) -> Diff:
    """Compare what two sides assert: statements, references, entities and sources, not bytes.

    A side is a project folder, a build folder, the URL of a SPARQL 1.1 endpoint, a Graph, or else
    a revision of the git repository around `project`, by default the project here or upwards.
    `new` left out means that project as it is now.
    As of a date the statements of each side are those that count and can be true at some time in
    it, with `surely` those that must be true on every day of it; so it is of a span, given as
    `from_` and `to`. What is added or removed then came into that world or left it.

    Raises UsageError when a revision is unknown, a text is not a date or `surely` stands without
    one, InputError when a folder is neither project nor
    build, is a project that is not whole or has errors, StoreError when a build is damaged.

    >>> from kg.project import shipped
    >>> bool(diff(shipped(), shipped()))
    False
    """
    period = asked_period(asked_time(as_of, from_, to), surely=surely)
    home = None if project is None else Path(project)
    before, after = _side(old, home), _side(_home(home) if new is None else new, home)
    if period:
        before, after = (_then(side, period, surely=surely) for side in (before, after))
    at_work("comparing the two sides")
    changes = compare(before, after)
    return Diff(before, after, in_order(changes, Labels(before, after)))


def _then(side: Side, period: Period, *, surely: bool) -> Side:
    """Return the side with the statements alone that make up its world in the period."""
    holds = Statement.surely_in_world if surely else Statement.in_world
    return replace(side, statements=tuple(one for one in side.statements if holds(one, period)))


def _home(named: Path | None) -> Path:
    """Return the project that was named, else the one here; two folders can do without."""
    return find(Path.cwd()) if named is None else named


def _side(place: Place, home: Path | None) -> Side:
    """Return what the place says."""
    if isinstance(place, Graph):
        return _of_store(place.store.words.base, place.store)
    if isinstance(place, str) and place.startswith(("http://", "https://")):
        from kg.store.remote import RemoteStore

        return _of_store(place, RemoteStore(place))
    if place == "":
        msg = "the name of a side is empty; write a project or build folder, or a revision"
        raise UsageError(msg)
    folder = Path(place)
    if is_project(folder):
        return _of_project(str(place), folder, f"'kg validate --project {place}' shows them all")
    if (folder / MANIFEST).is_file():
        return _of_store(str(place), open_build(folder))
    if is_meant(folder):
        require(folder)
    if folder.is_dir() or isinstance(place, Path):
        missing = "neither a project (data/dataset.ttl and ontology/) nor a build (kg.json)"
        instead = f"; for a branch of that name write heads/{place}" if folder.is_dir() else ""
        msg = f"{place} holds {missing}{instead}"
        raise InputError(msg)
    from kg.changes.revision import taken_out

    with taken_out(place, _home(home)) as old:
        way = f"'git worktree add DIR {place}' and 'kg validate --project DIR' show them all"
        return _of_project(f"revision '{place}'", old, way)


def _of_store(name: str, store: Store) -> Side:
    """Return what was asserted in the store."""
    from kg.store.read_back import History

    history = History(store)
    asserted = tuple(one for one in history.statements if not one.rule)
    named = (history.entities, history.sources, history.labels, history.languages)
    return Side(name, store.issued, asserted, *named, history.once)


def _of_project(name: str, folder: Path, way: str) -> Side:
    """Return what the tables say.

    Raises InputError when a row, the dataset or the ontology is wrong: half of a side would be
    compared, and what is left out would seem to be gone.
    """
    from kg.model.dataset import read_dataset
    from kg.model.languages import UNNAMED
    from kg.model.namespaces import Vocabulary
    from kg.model.ontology import read_terms
    from kg.pipeline.load import load

    data = folder / "data"
    try:
        dataset, findings = read_dataset(data)
        known = read_terms(folder / "ontology", Vocabulary(dataset.base))
        records = load(data, known, dataset)
    except InputError as error:
        msg = f"{name}: {error}"
        raise InputError(msg) from error
    errors = sorted(_in_the_way((*findings, *known.findings, *records.findings)))
    if errors:
        count = len(errors)
        msg = f"{name} has {count} {noun(count, 'error')} and cannot be compared; {way}; "
        msg += f"the first: {errors[0]}"
        raise InputError(msg)
    named = (records.entities, records.sources, known.labels, dataset.languages or UNNAMED)
    return Side(name, dataset.issued, records.statements, *named, known.once)


def _in_the_way(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Return the errors that lose a statement; shapes lose none."""
    return (
        finding
        for finding in findings
        if finding.severity == "error" and not Path(finding.path).name.startswith("shapes")
    )
