"""Queries: the files of rules and questions below `ontology/`, and the heads of the questions.

*.rq files → (path, text) of each that can be asked, and Questions; the rest as findings.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from kg.errors import Finding, did_you_mean
from kg.files import require_file
from kg.model.foreign import at, syntax_problem
from kg.model.heads import topic_in, wordings_in
from kg.model.namespaces import Vocabulary
from kg.model.sparql import Question, first_comment, service_problem
from kg.model.texts import read_text, uncarried


def read_questions(
    folder: Path, words: Vocabulary, classes: Collection[str] | None, findings: list[Finding]
) -> Iterator[Question]:
    """Yield the questions below the folder; what is wrong with their heads joins the findings.

    `classes` are all that a parameter can name; None where they are not known.
    """
    asked: dict[str, str] = {}
    for path, text in read_queries(folder, words, findings):
        label = f"{folder.parent.name}/{folder.name}/{path.name}"
        asked.setdefault(first_comment(text).casefold(), f"{label}:1")
        # Below its head a query may say "also" in a comment of its own.
        head, is_head = r"#\s*also\b", True
        for number, line in enumerate(text.splitlines(), start=1):
            is_head &= line.lstrip().startswith("#")
            problem = _parameter_problem(line, text, classes) or _topic_problem(line, text)
            if re.match(head if is_head else rf"{head}\s*:", line.strip()):
                problem = _wording_problem(line, f"{label}:{number}", asked)
            if problem:
                findings.append(Finding(label, number, 1, "error", *problem))
        yield Question.parse(path.stem, text)


def _topic_problem(line: str, sparql: str) -> tuple[str, str] | None:
    """Return (message, repair) of what is wrong with a comment line that names a topic."""
    if not re.match(r"#\s*topic\s*:", line):
        return None
    if not (topic := topic_in(line)):
        return "the topic is not named", "write # topic: what the question is listed below"
    if topic != (first := topic_in(sparql)):
        return f"the question has the topic '{first}' already", "keep one of them"
    return None


def _wording_problem(line: str, place: str, asked: dict[str, str]) -> tuple[str, str] | None:
    """Return (message, repair) of what is wrong with a line of other words for a question.

    `asked` are the words of the questions that were read, and where each stands.
    """
    wording = next(wordings_in(line), "")
    if not wording:
        return "the other wording cannot be read", "write # also: the question in other words"
    if (first := asked.setdefault(wording.casefold(), place)) != place:
        message = f"the wording stands at {first} already"
        return message, "keep it where it belongs: it can lead to one question alone"
    return None


def _parameter_problem(
    line: str, sparql: str, classes: Collection[str] | None
) -> tuple[str, str] | None:
    """Return (message, repair) of what is wrong with a comment line that declares a parameter."""
    if not re.match(r"#\s*param\b", line):
        return None
    declared = Question.parse("", line).parameters
    if not declared:
        return "the parameter cannot be read", "write # param NAME (TYPE): what it is"
    name = declared[0].name
    for kind in declared[0].types:
        class_name = kind.removeprefix(":")
        if kind.startswith(":") and classes is not None and class_name not in classes:
            hint = did_you_mean(class_name, classes) or "name a class of the ontology"
            return f"the parameter's type '{class_name}' is not a class of the ontology", hint
    if not re.search(rf"[?$]{name}\b", sparql):
        return f"the query has no variable ?{name}", "name the parameter as its variable"
    return None


def read_queries(
    folder: Path, words: Vocabulary, findings: list[Finding]
) -> Iterable[tuple[Path, str]]:
    """Yield each well-formed *.rq file below the folder with its text."""
    for path in sorted(folder.glob("*.rq")):
        label = f"{folder.parent.name}/{folder.name}/{path.name}"
        before = len(findings)
        require_file(path, label)
        text = read_text(path, label, findings)
        findings += uncarried(text, label)
        if not text and len(findings) > before:
            continue
        with at(label):
            problem = syntax_problem(text, words.prefixes, functions=True)
        if problem:
            message, line, column = problem
            repair = "correct the SPARQL here"
            findings.append(Finding(label, line, column, "error", message, repair))
        elif problem := service_problem(text):
            _, line, column = problem
            message = "SERVICE asks another server, and what a project says must stand in it"
            repair = "put the facts into a table, or ask that server by kg query --allow-service"
            findings.append(Finding(label, line, column, "error", message, repair))
        elif not first_comment(text):
            message = "the first line does not say what this is"
            repair = "start the file with a comment line"
            findings.append(Finding(label, 1, 1, "error", message, repair))
        else:
            yield path, text
