"""Suggesting: the command `kg suggest`, its options, what it shows and what it asks."""

from __future__ import annotations

import argparse
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.cli.adding import judged
from kg.cli.context import Context
from kg.errors import KGError, RemoteError, UsageError, noun, visible

if TYPE_CHECKING:
    from kg.adding.asked import Asked, Endpoint
    from kg.adding.drafts import Draft
    from kg.adding.known import Known

DESCRIPTION = """\
Draft rows from a text or HTML file: sentences that name entities of the project and say a property
of its ontology. No model and no network is asked unless you name an endpoint: the names are the
labels and aliases of the entities, the words are the labels of the properties and those that their
skos:altLabel and skos:hiddenLabel teach. Dates are read in words, and paragraphs are counted as
locators count them.

On a terminal each draft is shown with its sentence, and you are asked: y writes the row, n leaves
it out, e changes cells first, q ends. Nothing is written without a yes, and no sentence ever is. An
object that is no entity yet is shown as new:LABEL; a yes adds it to the entities as well.

With --endpoint the paragraphs, the entities they name and the properties are sent there (OpenAI's
chat completions), and what a model drafts is shown as well, marked in the note of the row. Its ids,
classes, dates and sentences are checked. A key is read from KG_ENDPOINT_KEY of the environment.
"""
EXAMPLES = """\
examples:
  kg suggest article.txt --source tass-2020-05-26
  kg suggest article.html --published 2020-05-26 --format csv > drafts.csv
  kg suggest article.txt --endpoint http://localhost:11434/v1 --model NAME
"""
ANSWERS: Final = "write it? [y/n/e/q] "


def _add_options(command: argparse.ArgumentParser) -> None:
    """Add what may be written after `kg suggest`."""
    command.add_argument("text", metavar="FILE", help="a text, or a page of HTML")
    command.add_argument(
        "--source",
        metavar="SOURCE",
        help="the source that it is; default: the one with its SHA-256",
    )
    command.add_argument(
        "--published", metavar="DATE", default="",
        help="when it was published, for what it does not date; default: as its source says",
    )  # fmt: skip
    command.add_argument(
        "--all", action="store_true", help="also drafts that the record has from this source"
    )
    command.add_argument(
        "--endpoint", metavar="URL",
        help="let a model behind this address draft as well, such as http://localhost:11434/v1",
    )  # fmt: skip
    command.add_argument(
        "--model", metavar="NAME", help="the model that is asked there; default: its own"
    )
    command.add_argument(
        "--format", dest="style", choices=("text", "csv"), default="text",
        help="text (the default), or csv: the drafts as rows, and nothing is asked",
    )  # fmt: skip


# As the commands stand in `cli/arguments`.
SUGGEST = ("draft rows from a text", DESCRIPTION, EXAMPLES, _add_options)


def suggest(context: Context, options: Namespace) -> int:
    """Draft rows; on a terminal ask of each whether it is to be written."""
    from kg.adding.drafts import Drafter
    from kg.adding.known import Known, Text
    from kg.model.dates import PartialDate

    endpoint = _endpoint(options)
    text, known = Text.read(Path(options.text)), Known(context.project)
    sources = known.sources_of(text, options.source)
    source = sources[0].id if sources else ""
    published = options.published or (sources[0].published if sources else "")
    if options.published:
        _refuse_date(options.published)
    if published:
        published = PartialDate.parse(published).lexical
    found = Drafter(known.ontology, known.entities).drafts(text.paragraphs, published)
    code = 0
    if endpoint:
        from kg.adding.asked import Asker

        asked = Asker(endpoint, known, text.paragraphs).ask(published)
        found = _together(found, asked.drafts)
        code = _say_how(context, asked)
    drafts = found if options.all else [one for one in found if not _is_there(one, known, source)]
    if options.style == "csv":
        context.put(_as_csv(drafts, source))
        return code
    if len(drafts) < len(found):
        there = len(found) - len(drafts)
        context.note(
            f"{there} {noun(there, 'draft')} left out that the record has; --all shows all"
        )
    if sys.stdin.isatty() and drafts:
        if not source:
            msg = "the text is no source of the project; name one with --source ID"
            raise UsageError(msg)
        return Curator(context, known, source).judge(drafts) or code
    context.say_all(line for one in drafts for line in _told(one, one.cells(source)))
    context.note(f"{len(drafts)} {noun(len(drafts), 'draft')}; nothing was written")
    return code


def _endpoint(options: Namespace) -> Endpoint | None:
    """Return the endpoint that was named, None without one."""
    if options.endpoint is not None:
        from kg.adding.asked import Endpoint

        return Endpoint.of(options.endpoint, options.model or "", os.environ)
    if options.model:
        msg = "--model is about an endpoint; name one with --endpoint URL"
        raise UsageError(msg)
    return None


def _together(drafts: list[Draft], others: list[Draft]) -> list[Draft]:
    """Return all drafts by their paragraphs; of the same one the first."""
    every: dict[object, Draft] = {}
    for one in (*drafts, *others):
        every.setdefault(one.key, one)
    return sorted(every.values(), key=lambda one: one.paragraph)


def _say_how(context: Context, asked: Asked) -> int:
    """Say what was left out of what an endpoint drafted, and what ended it; return the code."""
    if count := len(asked.left_out):
        first = asked.left_out[0]
        context.note(f"{count} {noun(count, 'row')} of the model left out, such as {first}")
    if not asked.failure:
        return 0
    context.make_way()
    sys.stderr.write(visible(f"kg: {asked.failure}; the drafts so far follow\n"))
    return RemoteError.exit_code


def _refuse_date(text: str) -> None:
    from kg.model.dates import NotADateError, PartialDate

    try:
        PartialDate.parse(text)
    except NotADateError as error:
        msg = f"--published: {error}"
        raise UsageError(msg) from error


def _is_there(draft: Draft, known: Known, source: str) -> bool:
    """Say whether the record has the triple from this place already."""
    cells = draft.cells(source)
    keys = ("subject", "predicate", "object", "source", "locator")
    return any(all(row.cells[key] == cells[key] for key in keys) for row in known.rows)


def _as_csv(drafts: list[Draft], source: str) -> str:
    import csv
    import io

    from kg.model.schema import required

    to = io.StringIO()
    writer = csv.DictWriter(to, required("statements"), lineterminator="\n")
    writer.writeheader()
    writer.writerows(one.cells(source) for one in drafts)
    return to.getvalue()


def _told(draft: Draft, cells: Mapping[str, str]) -> list[str]:
    """Return the lines that show a draft: its cells, and the sentence that it was made of."""
    dates = [f"{name} {cells[name]}" for name in ("start", "end", "at") if cells[name]]
    triple = f"{cells['subject']} {cells['predicate']} {cells['object']}"
    told = ", ".join([triple, *dates, *filter(None, [cells["note"]])])
    return [visible(f"{draft.locator}  {told}"), visible(f"      {draft.sentence}")]


class Curator:
    """Whoever judges drafts, one by one."""

    def __init__(
        self, context: Context, known: Known, source: str, ask: Callable[[str], str] | None = None
    ) -> None:
        """Take the project, the source of the drafts, and how to ask: by default the terminal."""
        self.context, self.known, self.source = context, known, source
        self.ask = ask or self._ask
        self.ids = {*known.entities}
        self.written = 0

    def judge(self, drafts: list[Draft]) -> int:
        """Ask of each draft; whatever goes wrong with one is told, and asked again."""
        for number, draft in enumerate(drafts, 1):
            self.context.say(f"\n{number} of {len(drafts)}")
            if not self._one(draft):
                break
        self.context.note(f"{self.written} {noun(self.written, 'row')} written")
        return 0

    def _one(self, draft: Draft) -> bool:
        """Ask of one draft until it is written or left out; return False to end."""
        cells, entity = draft.cells(self.source), self._entity(draft)
        if entity:
            cells["object"] = entity["id"]
        self.context.say_all(_told(draft, draft.cells(self.source)))
        while True:
            match self.ask(ANSWERS).strip().lower():
                case "y" | "yes":
                    if self._write(cells, entity):
                        return True
                case "n" | "no":
                    return True
                case "e" | "edit":
                    self._change(cells, entity)
                    shown = {**cells, "object": f"{cells['object']} (new)"} if entity else cells
                    self.context.say_all(_told(draft, shown)[:1])
                case "q" | "quit" | "":
                    return False

    def _entity(self, draft: Draft) -> dict[str, str]:
        """Return the row of the new entity that a draft names, {} without one."""
        from kg.adding.rows import free
        from kg.model.ids import slug
        from kg.model.languages import UNNAMED, label_column

        if not draft.new:
            return {}
        languages = self.known.dataset.languages or UNNAMED
        language = draft.language if draft.language in languages else languages[0]
        classes = sorted(self.known.ontology.properties[draft.predicate].range)
        name = slug(draft.new) or f"{slug(classes[0])}-{draft.at or draft.start}".strip("-")
        return {"id": free(name, self.ids), "class": classes[0], label_column(language): draft.new}

    def _change(self, cells: dict[str, str], entity: dict[str, str]) -> None:
        """Ask for cells, as NAME=VALUE; those that statements do not have are the new entity's."""
        import shlex

        try:
            parts = shlex.split(self.ask("cells to change, such as at=2001 'note=by video': "))
        except ValueError as error:
            self.context.note(f"{error}; write each cell as 'name=value'")
            return
        for part in parts:
            name, equals, value = part.partition("=")
            if not equals:
                self.context.note(f"'{part}' is no cell; write it as name=value")
            elif name in cells:
                cells[name] = value
                if name == "object" and value != entity.get("id"):
                    entity.clear()
            elif entity:
                entity[name] = value
                if name == "id":
                    cells["object"] = value
            else:
                self.context.note(f"a row of statements has no column '{name}'")

    def _write(self, cells: dict[str, str], entity: dict[str, str]) -> bool:
        from kg.adding.rows import Wanted, addition

        rows = [Wanted("entities", entity)] if entity else []
        rows.append(Wanted("statements", cells))
        try:
            found = addition(self.known.data, rows)
            wrong, remarks = judged(self.context, found)
            if not wrong:
                self.context.say_all(map(visible, (*found.shown(), *remarks)))
                found.edits.write()
        except KGError as error:
            wrong = [str(error)]
        if wrong:
            self.context.say_all(map(visible, wrong))
            return False
        self.written += 1
        self.ids |= {entity["id"]} if entity else set()
        return True

    def _ask(self, text: str) -> str:
        self.context.make_way()
        sys.stderr.write(text)
        sys.stderr.flush()
        return sys.stdin.readline()
