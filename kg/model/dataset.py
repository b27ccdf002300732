"""Dataset: `data/dataset.ttl` → the base of every IRI, the day of issue, and the main subjects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import Finding, InputError, did_you_mean, hint
from kg.model.house_rules import BY_NAME, DEFAULT
from kg.model.languages import UNNAMED, language_of, tag, tags_problem
from kg.model.literals import is_web_address, literal_problem
from kg.model.namespaces import Vocabulary, no_dataset, term, text_of
from kg.model.ontology import NO_BASE, Ontology, read_turtle
from kg.model.publishers import Group, by_publisher, groups_of, vain
from kg.model.saved import Seen, above_header, cells, decoded, lines_of, separator_of
from kg.model.slips import unmeant
from kg.model.statement import Entity, Source
from kg.model.stories import Step, read_stories
from kg.model.tables import named_tables
from kg.model.terms import misnamed, written
from kg.model.views import View, read_views

# The day of issue when there is none.
NO_DAY: Final = "0001-01-01"
# The house rules that are on beside those that are anyway, and those that are off.
_ON: Final = term("kg:houseRules")
_OFF: Final = term("kg:withoutHouseRules")


@dataclass(frozen=True)
class DatasetInfo:
    """`data/dataset.ttl`: the base of every IRI and the day for which the data are current.

    `subjects` are the ids of the entities that `dcterms:subject` names, in their order, and
    `languages` the tags in the list of `kg:languages`, none if there is no list, and None if the
    list is wrong. `rules` are the names of the house rules that are on, with which the tables are
    kept; the graph says nothing of them. `views` are those of `views.csv`, of which it does,
    and `steps` those of `stories.csv`; `groups` are those of publishers.
    """

    base: str
    issued: str
    quads: tuple[Quad, ...] = ()
    subjects: tuple[str, ...] = ()
    languages: tuple[str, ...] | None = ()
    rules: frozenset[str] = DEFAULT
    views: tuple[View, ...] = ()
    steps: tuple[Step, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def group_of(self) -> dict[str, str]:
        """The label of the group of each publisher that is in one."""
        return by_publisher(self.groups)

    def vain(
        self,
        ontology: Ontology,
        entities: Mapping[str, Entity],
        sources: Mapping[str, Source],
        label: str,
    ) -> Iterator[Finding]:
        """Yield what views, stories and groups of publishers name and the project does not have."""
        for view in self.views:
            yield from view.vain(ontology, entities)
        views = [view.id for view in self.views]
        for step in self.steps:
            yield from step.vain(ontology, entities, sources, views)
        yield from vain(self.groups, sources, label)


def read_dataset(folder: Path) -> tuple[DatasetInfo, list[Finding]]:
    """Read `dataset.ttl`: base IRI, day of issue, languages, and what is wrong with them.

    Raises InputError when the folder or the file is missing.
    """
    if not folder.is_dir():
        msg = f"{folder} is not a folder; name the folder that holds entities.csv"
        raise InputError(msg)
    findings: list[Finding] = []
    label = f"{folder.name}/dataset.ttl"
    if not (folder / "dataset.ttl").is_file():
        raise InputError(no_dataset(label, labelled(folder)))
    quads = read_turtle(folder / "dataset.ttl", label, findings, "urn:kg:dataset")
    kinds = {q.subject for q in quads if q.object == term("dcat:Dataset")}
    if not findings and len(kinds) != 1:
        message = f"{len(kinds) or 'no'} subjects are a dcat:Dataset"
        repair = "describe exactly one: <…> a dcat:Dataset ; void:uriSpace … ; dcterms:issued …"
        findings.append(Finding(label, 1, 1, "error", message, repair))
    values = {
        q.predicate.value: q.object.value
        for q in quads
        if q.subject in kinds and isinstance(q.object, Literal)
    }
    base = values.get(term("void:uriSpace").value, "")
    issued = values.get(term("dcterms:issued").value, "")
    if not findings and not is_base(base):
        message = "the dataset has no void:uriSpace that starts with http, ends with / and has no #"
        repair = 'add void:uriSpace "https://…/", the base of every IRI'
        findings.append(Finding(label, 1, 1, "error", message, repair))
    if findings:
        return DatasetInfo(NO_BASE, NO_DAY), findings
    if problem := literal_problem(issued, "xsd:date"):
        message = "the dataset has no day in dcterms:issued" + (f": {problem}" if issued else "")
        repair = 'add dcterms:issued "YYYY-MM-DD"^^xsd:date, the day for which the data are current'
        findings.append(Finding(label, 1, 1, "error", message, repair))
        issued = NO_DAY
    prefix = Vocabulary(base).prefixes["id"]
    about = [text_of(q.object) for q in quads if q.predicate == term("dcterms:subject")]
    subjects = tuple(iri.removeprefix(prefix) for iri in about if iri.startswith(prefix))
    languages = _languages(quads, label, findings)
    rules = _rules(quads, label, findings)
    paths = {label: folder / "dataset.ttl"}
    findings += misnamed(quads, paths)
    findings += unmeant(quads, partial(written, paths), label, folder / "dataset.ttl")
    views = read_views(folder, languages or UNNAMED, findings)
    steps = read_stories(folder, languages or UNNAMED, findings)
    told = (
        *(quad for quad in quads if quad.predicate not in {_ON, _OFF}),
        *(
            quad
            for place, one in enumerate(views, start=1)
            for quad in one.quads(Vocabulary(base), place)
        ),
        *(quad for step in steps for quad in step.quads(Vocabulary(base))),
    )
    groups = tuple(groups_of(quads, languages or UNNAMED))
    return DatasetInfo(
        base, issued, told, subjects, languages, rules, views, steps, groups
    ), findings


def is_base(text: str) -> bool:
    """Say whether every IRI of a project may begin so: a web address that ends with /.

    It has no #, because the ontology's own stands behind it and no IRI has two.

    >>> is_base("https://example.org/mine/"), is_base("https://example.org/mine#")
    (True, False)
    """
    return is_web_address(text) and text.endswith("/") and "#" not in text


def _languages(quads: list[Quad], label: str, findings: list[Finding]) -> tuple[str, ...] | None:
    """Return the languages of the labels; what is wrong with their list is a finding."""
    lists = [quad.object for quad in quads if quad.predicate == term("kg:languages")]
    items = [item for one in lists for item in _items(one, quads)]
    said = [item.value for item in items if isinstance(item, Literal)]
    problem = ""
    if len(lists) > 1:
        problem = "kg:languages stands more than once"
    elif lists and (not said or len(said) < len(items)):
        problem = "kg:languages is not a list of language tags"
    elif wrong := tags_problem(said):
        problem = f"kg:languages {wrong}"
    if problem:
        repair = 'write a list such as kg:languages ( "fr" "en" ), the language of the data first'
        findings.append(Finding(label, 1, 1, "error", problem, repair))
        return None
    return tuple(map(tag, said))


def _rules(quads: list[Quad], label: str, findings: list[Finding]) -> frozenset[str]:
    """Return the house rules that are on; a name that is none is a finding."""
    named: dict[NamedNode, set[str]] = {_ON: set(), _OFF: set()}
    for quad in quads:
        if quad.predicate in named:
            named[quad.predicate].add(text_of(quad.object))
    for predicate, names in named.items():
        for name in sorted(names - BY_NAME.keys()):
            term_of = f"kg:{predicate.value.rpartition('#')[2]}"
            message = f"{term_of} names '{name}', which is no house rule"
            repair = hint(did_you_mean(name, BY_NAME), f"write one of {', '.join(sorted(BY_NAME))}")
            findings.append(Finding(label, 1, 1, "warning", message, repair))
    return (DEFAULT | named[_ON]) & BY_NAME.keys() - named[_OFF]


def labelled(folder: Path) -> list[str]:
    """Return the languages of which `entities.csv` in the folder has a column of labels."""
    try:
        text = decoded(named_tables(folder, "entities")[0].read_bytes(), Seen())
    except (OSError, ValueError):
        return []
    lines = lines_of(text, Seen())
    above, declared = above_header(lines, Seen())
    names = cells(lines[above], separator_of(lines[above], ("id", "class"), declared))
    return [one for one in map(language_of, map(str.strip, names)) if one]


def _items(node: object, quads: list[Quad]) -> Iterator[object]:
    """Yield the members of an RDF list."""
    first: dict[object, object] = {}
    rest: dict[object, object] = {}
    for quad in quads:
        if quad.predicate == term("rdf:first"):
            first[quad.subject] = quad.object
        elif quad.predicate == term("rdf:rest"):
            rest[quad.subject] = quad.object
    while node in first:
        yield first.pop(node)
        node = rest.get(node)
