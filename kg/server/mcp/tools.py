"""Tools: what a language model can call, each with its arguments, told to the model.

Tool → name, description and schemas; a call → a task for a worker, or what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from kg.errors import UsageError, did_you_mean, shown
from kg.server.mcp.schemas import CANDIDATE, FACT, Schema, answer, count, several, text, thing

# So much stands in an answer when nothing else is asked for, and at most.
USUAL: Final = 50
MOST: Final = 500
# So many questions are told of those that a sentence can mean.
BEST: Final = 8
# Longer than any name; a query has a limit of its own.
LONGEST: Final = 1000
_TYPES: Final[dict[str, Any]] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "object": dict,
}


class Argument(NamedTuple):
    """One argument of a tool; of an "object" the values are texts."""

    name: str
    text: str
    type: str = "string"
    is_required: bool = False

    @property
    def schema(self) -> Schema:
        """Its JSON Schema."""
        more: Schema = {}
        if self.type == "object":
            more = {"additionalProperties": {"type": "string"}}
        elif self.type == "integer":
            more = {"minimum": 0}
        return {"type": self.type, "description": self.text, **more}


class Tool(NamedTuple):
    """A tool: `name` is also that of the job in the workers."""

    name: str
    title: str
    text: str
    arguments: tuple[Argument, ...]
    output: Schema

    @property
    def input(self) -> Schema:
        """The JSON Schema of its arguments."""
        return {
            "type": "object",
            "properties": {one.name: one.schema for one in self.arguments},
            "required": [one.name for one in self.arguments if one.is_required],
            "additionalProperties": False,
        }

    def task(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the task of a call: every argument, None for what is not given.

        Raises UsageError for an argument that is unknown, missing or of another type.

        >>> TOOLS[0].task({"name": "rooks"})
        {'job': 'search', 'name': 'rooks', 'limit': None, 'offset': None}
        """
        known = [one.name for one in self.arguments]
        for name in given:
            if name not in known:
                hint = did_you_mean(name, known) or f"its arguments: {', '.join(known) or 'none'}"
                msg = f"{self.name} has no argument '{shown(name)}'; {hint}"
                raise UsageError(msg)
        task: dict[str, Any] = {"job": self.name}
        for one in self.arguments:
            value = given.get(one.name)
            task[one.name] = None if value in (None, "") else _value(self.name, one, value)
            if one.is_required and task[one.name] is None:
                msg = f"{self.name} needs the argument '{one.name}': {one.text}"
                raise UsageError(msg)
        return task


def _value(tool: str, one: Argument, value: Any) -> Any:  # noqa: ANN401 - as JSON has it
    """Return the value of an argument; a year may be written as a number."""
    if one.type == "string" and type(value) is int:
        value = str(value)
    if type(value) is not _TYPES[one.type]:
        msg = f"{tool}: argument '{one.name}' must be of type {one.type}: {one.text}"
        raise UsageError(msg)
    if one.type == "integer" and value < 0:
        msg = f"{tool}: argument '{one.name}' must be 0 or more"
        raise UsageError(msg)
    if one.type == "object":
        texts = {name: str(each) for name, each in value.items() if each not in (None, "")}
        for name, each in texts.items():
            _refuse_long(f"{tool}: '{shown(name)}' of '{one.name}'", each)
        return texts
    if one.type == "string" and one.name != "query":
        _refuse_long(f"{tool}: argument '{one.name}'", value)
    return value


def _refuse_long(what: str, value: str) -> None:
    if len(value) > LONGEST:
        msg = f"{what} has {len(value):,} characters; at most {LONGEST:,} are read"
        raise UsageError(msg)


def _required(one: Argument) -> Argument:
    return one._replace(is_required=True)


_NAME_OR_ID: Final = "its id, or a name: label, alias or code in any language"
_ENTITY: Final = Argument("entity", f"who or what: {_NAME_OR_ID}")
_RELATION: Final = Argument(
    "relation", "only facts of this relation and of narrower ones: its id or label"
)
_DATE: Final = "YYYY, YYYY-MM or YYYY-MM-DD, or a span of two with a slash"
_AS_OF: Final = Argument(
    "as_of", f"the date asked about: {_DATE}; when left out, the day for which the data are current"
)
_KNOWN_BY: Final = Argument(
    "known_by", "only what sources published by this date say, as if asked on that day"
)
_LIMIT: Final = Argument(
    "limit", f"how many to return (default {USUAL}, at most {MOST})", "integer"
)
_OFFSET: Final = Argument("offset", "how many to pass over, to read on where a cut was", "integer")
_PAGE: Final = (_LIMIT, _OFFSET)
_CITE: Final = (
    "Each fact has the id of its statement, dates, rank and sources (title, URL, locator): cite "
    "them. Say so when a fact `holds` only possibly, or is not-counted."
)
_FACTS: Final = several(FACT, "the facts")
_COLUMNS: Final = several(text("a name"), "the columns of the rows")
_ROWS: Final = several(
    thing(
        "column → cell: a text, or an object with `id` and `label`; columns without a value are "
        "left out; `facts` holds ids of statements that the row rests on, as far as they are seen",
        {},
    ),
    "the answer",
)
_LINKED: Final = several(
    FACT,
    "statements, at all times, that link what a row names with what else the row, the parameters "
    "or the query name; each has its own dates and `holds`",
)
_QUESTION: Final = thing(
    "a question",
    {
        "name": text("name of the question, for ask_question"),
        "text": text("what it asks"),
        "also": several(text("a wording"), "other words in which people ask it"),
        "parameters": several(
            thing(
                "a parameter",
                {
                    "name": text("name"),
                    "type": text("class of what it takes (an id or a name), or type of a value"),
                    "required": {"type": "boolean"},
                    "text": text("what it means"),
                },
                *("name", "type", "required", "text"),
            ),
            "its parameters",
        ),
    },
    *("name", "text", "also", "parameters"),
)
_RANKED: Final = {
    **_QUESTION,
    "properties": {
        **_QUESTION["properties"],
        "score": {"type": "number", "description": "how well it suits, beside the others"},
        "fill": thing("the parameters as the sentence gives them, for ask_question", {}),
        "as_of": text("the date of the sentence, for ask_question; not where a parameter has it"),
    },
}

TOOLS: Final = (
    Tool(
        "search",
        "Search by name",
        "Find out what a name means in this knowledge graph: entities, sources and relations whose "
        "label, alias, code, title or id is the text or contains it (or else all of its words), "
        "the best first, each with id, class and a short description. Use one name, not a "
        "sentence. Other tools take names too; search when a name may be ambiguous, or to see "
        "what there is.",
        (
            _required(Argument("name", "a name, a code, or a part of one, in any language")),
            *_PAGE,
        ),
        answer(
            "what has the name",
            matches=several(CANDIDATE, "the best first"),
            suggestion=text("the nearest name there is, when nothing has this one"),
        ),
    ),
    Tool(
        "describe",
        "Describe an entity",
        "Tell what the graph knows about one entity: what it is, its names, and its facts in both "
        "directions. Without as_of these are facts of all times; with as_of those that can hold "
        f"on that date. {_CITE}",
        (_required(_ENTITY), _RELATION, _AS_OF, _KNOWN_BY, *_PAGE),
        answer(
            "the entity and its facts",
            entity=thing("the entity: names, class, description, IRI", {"id": text("id")}),
            facts=_FACTS,
            relations=thing("relation → how many facts of it there are, before the cut", {}),
        ),
    ),
    Tool(
        "list_questions",
        "List the questions",
        "List the questions that the curators prepared and checked, each with its text, other "
        "wordings and parameters. Prefer one of them (ask_question) to writing SPARQL yourself. "
        "With about, a sentence as somebody asks it, those that it can mean come best first, each "
        "with a score, the parameters that it names and the date for ask_question: ask the first, "
        "and the next where that has no rows.",
        (
            Argument(
                "about",
                f"a sentence with the names and dates in it; the {BEST} best questions are told",
            ),
        ),
        answer(
            "the questions",
            questions=several(_RANKED, "all questions, or the best first"),
            named=several(CANDIDATE, "what the sentence names"),
            dates=several(text("a date"), "the dates of the sentence"),
        ),
    ),
    Tool(
        "ask_question",
        "Ask a prepared question",
        "Ask one of the questions of list_questions, as of any date. Parameters take ids or names. "
        f"The answer has rows, and the facts that they rest on. {_CITE}",
        (
            _required(Argument("question", "name of the question, from list_questions")),
            Argument("parameters", "name of a parameter → an id, a name or a value", "object"),
            _AS_OF,
            _KNOWN_BY,
            *_PAGE,
        ),
        answer(
            "the answer to the question",
            question=_QUESTION,
            parameters=thing("the parameters, with ids in place of names", {}),
            columns=_COLUMNS,
            rows=_ROWS,
            facts=_LINKED,
        ),
    ),
    Tool(
        "sparql",
        "Ask in SPARQL",
        "Ask a SPARQL 1.1 query (SELECT, ASK, CONSTRUCT, DESCRIBE; nothing can be changed, no "
        "SERVICE), as of any date. Prefixes are declared: `:` the ontology, id: entities, src: "
        "sources, st: statements, kg: the record's own terms, and the usual ones; see the resource "
        "kg://ontology. `?s :relation ?o` is what holds on the date; for all times ask "
        "statements: `?st rdf:subject ?s ; rdf:predicate :relation ; rdf:object ?o`, with "
        "kg:startText, kg:endText, kg:at and kg:rank. Time, memory and size are limited. "
        f"{_CITE}",
        (_required(Argument("query", "the text of the query")), _AS_OF, _KNOWN_BY, *_PAGE),
        answer("the answer to the query", columns=_COLUMNS, rows=_ROWS, facts=_LINKED),
    ),
    Tool(
        "why",
        "Explain a fact",
        "Show why the graph holds a fact: the statements that say it, with all their sources, and "
        "for an inferred one the rules and the statements that it follows from; also what "
        "disputes it. Name the fact by statement (an id from another answer), or by subject, "
        f"relation and object; what is left out may be anything. {_CITE}",
        (
            Argument("statement", "id of a statement, instead of the three below"),
            Argument("subject", f"of whom or what: {_NAME_OR_ID}"),
            Argument("relation", "which relation: its id or label"),
            Argument("object", f"the other end: {_NAME_OR_ID}; or a value"),
            _AS_OF,
            _KNOWN_BY,
            *_PAGE,
        ),
        answer(
            "the explanation",
            facts=_FACTS,
            rests_on=several(FACT, "premises, and rivals that dispute a fact"),
            proofs=several(
                thing(
                    "a conclusion",
                    {
                        "fact": text("id of the fact"),
                        "rule": text("the rule in words"),
                        "path": text("file of the rule"),
                        "premises": several(text("id"), "statements that it follows from"),
                    },
                    *("fact", "rule", "path", "premises"),
                ),
                "how inferred facts follow",
            ),
        ),
    ),
    Tool(
        "as_of",
        "Who was what on a date",
        "List the facts that hold on a date: of a relation (who was in it then), of an entity, or "
        "of both; name at least one of them. Facts that hold only possibly then, or are disputed, "
        f"stand behind the others and say so. {_CITE}",
        (
            _required(Argument("date", f"the date: {_DATE}")),
            _RELATION,
            _ENTITY,
            _KNOWN_BY,
            *_PAGE,
        ),
        answer("the facts of the date", date=text("the date asked about"), facts=_FACTS),
    ),
    Tool(
        "compare_dates",
        "Compare two dates",
        "Tell what changed between two dates: facts that hold on the second and not on the first "
        "began, those that hold on the first and not on the second ended. Narrow it by relation, "
        f"by entity, or both. {_CITE}",
        (
            _required(Argument("first", f"the earlier date: {_DATE}")),
            _required(Argument("second", f"the later date: {_DATE}")),
            _RELATION,
            _ENTITY,
            _KNOWN_BY,
            *_PAGE,
        ),
        answer(
            "what changed",
            changes=several(
                thing(
                    "a change",
                    {"change": text("began or ended"), "fact": FACT},
                    *("change", "fact"),
                ),
                "what began and what ended",
            ),
            unchanged=count("how many facts hold on both dates"),
        ),
    ),
)
BY_NAME: Final = {one.name: one for one in TOOLS}
