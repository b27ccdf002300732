"""Telling: what the graph says, as the templates of the pages take it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import Literal

from kg.errors import MissingError, did_you_mean
from kg.hypertext.frame import HTML, rendered
from kg.hypertext.lines import Lines
from kg.hypertext.places import SERVED, Links
from kg.model import schema
from kg.model.languages import ordered
from kg.model.namespaces import text_of
from kg.query.complete import counted_in
from kg.query.questions import questions
from kg.store.base import select
from kg.store.read_back import History
from kg.text.naming import isolated
from kg.text.objects import Form
from kg.text.statements import dates_in_words
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    from kg.model.counted import Counted
    from kg.model.sparql import Question
    from kg.model.statement import Proof, Source, Statement
    from kg.query.bench.bench import Bench

# The language of the words in the templates.
_SPOKEN: Final = "en"
# Above so many letters a name is told by its abbreviation where another fact names it.
_LONG: Final = 22
_ABOUT: Final = """
SELECT ?property ?value {
  ?dataset a dcat:Dataset ; ?property ?value .
  FILTER(?property IN (dcterms:title, dcterms:description, dcterms:license, dcat:version,
    dcterms:subject))
} ORDER BY ?property STR(?value)"""

_RESTING: Final = """
SELECT ?source (COUNT(DISTINCT ?st) AS ?facts) {
  ?reference prov:hadPrimarySource ?source . ?st prov:wasDerivedFrom ?reference .
} GROUP BY ?source"""


class Indexed(History):
    """Everything the graph says, with its statements by what they name."""

    @cached_property
    def by_end(self) -> dict[str, list[Statement]]:
        """The statements by their subjects and objects."""
        found: dict[str, list[Statement]] = {}
        for one in self.statements:
            for end in {one.subject, one.object}:
                found.setdefault(end, []).append(one)
        return found

    @cached_property
    def by_source(self) -> dict[str, list[Statement]]:
        """The statements by the sources of their references."""
        found: dict[str, list[Statement]] = {}
        for one in self.statements:
            for source in {reference.source for reference in one.references}:
                found.setdefault(source, []).append(one)
        return found

    @cached_property
    def resting(self) -> dict[str, int]:
        """How many statements rest on each source, without reading them."""
        local = self.store.words.local
        return {
            local("src", text_of(row["source"])): int(text_of(row["facts"]))
            for row in select(self.store, _RESTING)
        }

    @cached_property
    def counted(self) -> tuple[Counted, ...]:
        """The properties of which another says how many there are."""
        return counted_in(self.store)

    @cached_property
    def naming(self) -> dict[tuple[str, str], list[Statement]]:
        """The statements by how they name which: "disputes", "confirmed" or "concluded"."""
        found: dict[tuple[str, str], list[Statement]] = {}
        for one in sorted(self.statements, key=lambda one: one.id):
            named = {("disputes", other) for other in one.disputed_by}
            named |= {("confirmed", other) for other in one.may_confirm}
            named |= {("concluded", other) for other in one.all_premises}
            for each in named:
                found.setdefault(each, []).append(one)
        return found


class Teller:
    """Tells of entities, facts and sources in the languages of the dataset, as seen from a day."""

    def __init__(self, bench: Bench, history: Indexed, day: str, links: Links) -> None:
        """Keep what the graph says, the day, and where pages stand, as the one at hand sees it."""
        self.bench = bench
        self.history = history
        self.day = day
        self.links = links
        self._form = Form(history.sources, day)
        self._named: dict[str, dict[str, str]] = {}
        self._lines: dict[Links, Lines] = {}

    @cached_property
    def dataset(self) -> dict[str, list[dict[str, str]]]:
        """What the dataset says of itself, by CURIE, each in the order of the languages."""
        found: dict[str, dict[str, list[str]]] = {}
        words = self.history.store.words
        for row in select(self.history.store, _ABOUT):
            value = row["value"]
            language = value.language or "" if isinstance(value, Literal) else ""
            said = found.setdefault(words.short(text_of(row["property"])), {})
            said.setdefault(language, []).append(text_of(value))
        return {
            name: [
                label(text, language)
                for language, texts in ordered(said, self.history.languages).items()
                for text in texts
            ]
            for name, said in found.items()
        }

    @cached_property
    def subjects(self) -> list[str]:
        """The ids of what the dataset is about."""
        local = self.history.store.words.local
        named = (local("id", one["text"]) for one in self.dataset.get("dcterms:subject", ()))
        return [one for one in named if one in self.history.entities]

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The named questions that the graph carries, by name."""
        return questions(self.bench.store)

    @property
    def site(self) -> dict[str, str]:
        """The title of the dataset."""
        return next(iter(self.dataset.get("dcterms:title", ())), label("The graph", _SPOKEN))

    def named(self, identifier: str) -> dict[str, str]:
        """Return the label of an entity, a class or a property, and its language."""
        if identifier not in self._named:
            self._named[identifier] = self._label_of(identifier)
        return self._named[identifier]

    def _label_of(self, identifier: str) -> dict[str, str]:
        entity = self.history.entities.get(identifier)
        labels = self.history.labels_of.get(identifier, {}) if entity is None else entity.labels
        found = ordered(labels, self.history.languages)
        language, text = next(iter(found.items()), ("", identifier))
        return label(text, language)

    def short(self, identifier: str) -> dict[str, str]:
        """Return the name, of a long one the abbreviation that the pictures have too."""
        named = self.named(identifier)
        entity = self.history.entities.get(identifier)
        if entity and len(named["text"]) > _LONG:
            for alias in entity.aliases:
                if 2 <= len(alias) <= 8 and alias.isascii() and alias.isupper():
                    return label(alias, "")
        return named

    def said(self, text: str) -> dict[str, str]:
        """Return a text of the curators, which is in the first language of the dataset."""
        return label(text, self.history.languages[0])

    @property
    def lines(self) -> Lines:
        """The facts as lines of lists, for pages that write addresses as the one at hand."""
        if self.links not in self._lines:
            self._lines[self.links] = Lines(self.links, self.named, self.fact)
        return self._lines[self.links]

    def fact(self, one: Statement, only: str = "") -> dict[str, Any]:
        """Return a fact as its page tells it.

        `only` is the one source whose references are told.
        """
        told = self._form.statement(one)
        return {
            "id": told["id"],
            "subject": self.end(one.subject),
            "predicate": self.named(one.predicate),
            "object": {"text": one.object, "is_value": True}
            if one.datatype
            else self.end(one.object),
            "when": dates_in_words(one),
            "machine": told["since"],
            "since": told["since"],
            "until": told["until"],
            "kind": one.kind,
            "status": told["status"],
            "rank": one.rank if one.rank != "normal" else "",
            "more": schema.in_words("statements", one.more),
            "proofs": [self._proof(proof) for proof in one.proofs],
            "note": told["note"],
            "references": [
                self._reference(reference, self.history.sources[reference["source"]])
                for reference in told["references"]
                if not only or reference["source"] == only
            ],
        }

    def end(self, identifier: str) -> dict[str, Any]:
        """Return an entity as an end of a fact, on a page that is not about it."""
        return {"id": identifier, **self.named(identifier), "is_value": False, "is_here": False}

    def _proof(self, proof: Proof) -> dict[str, Any]:
        premises = (self.history.by_id[one] for one in proof.premises if one in self.history.by_id)
        return {
            "rule": self.said(self.history.rules[proof.rule].text),
            "name": proof.rule,
            "premises": [
                {"id": one.id, "text": self.sentence(one), "when": dates_in_words(one)}
                for one in premises
            ],
        }

    def sentence(self, one: Statement) -> str:
        """Return a statement in words, without its dates."""
        return " ".join(isolated(self.named(part)["text"]) for part in one.triple)

    def _reference(self, told: dict[str, Any], source: Source) -> dict[str, Any]:
        """Return a reference as a page tells it: with a name, and an address to follow."""
        return told | {
            "title": told["title"] or source.id,
            "language": source.language,
            "url": web(source.url),
            "sha256": source.sha256,
            "more": schema.in_words("sources", source.more),
        }


def teller(bench: Bench, task: Task, links: Links = SERVED) -> Teller:
    """Return who tells what the graph says, as known by the date of the task and seen from its day.

    Raises MissingError for files that kg did not build.
    """
    if bench.is_plain:
        raise MissingError("these files were not built by kg: they have no entity pages")
    store = bench.slice(None, task.get("known_by"))
    history: Indexed = bench.remember(("history", task.get("known_by")), lambda: Indexed(store))
    return Teller(bench, history, task.get("as_of") or store.issued, links)


def page(told: Teller, template: str, here: str = "", **values: Any) -> Reply:  # noqa: ANN401 - what a template says
    """Return the page of a template, within the frame of the dataset."""
    body = rendered(template, told.links, here, **{"site": told.site, "day": told.day, **values})
    return Reply(HTML, body.encode(), {"lasting": True})


def label(text: str, language: str) -> dict[str, str]:
    """Return the text with its language, "" where that is the language of the page.

    >>> label("клуб", "ru"), label("club", "en")
    ({'text': 'клуб', 'language': 'ru'}, {'text': 'club', 'language': ''})
    """
    return {"text": text, "language": "" if language == _SPOKEN else language}


def unknown(what: str, identifier: str, known: Iterable[str]) -> MissingError:
    """Return the error for an id that nothing has, with the nearest that something has."""
    hint = did_you_mean(identifier, known)
    return MissingError(f"there is no {what} '{identifier}'" + (f"; {hint}" if hint else ""))


def web(url: str) -> str:
    """Return the address if a browser may follow it: never "javascript:".

    >>> web("https://example.org/"), web("javascript:alert(1)")
    ('https://example.org/', '')
    """
    return url if url.startswith(("https://", "http://")) else ""
