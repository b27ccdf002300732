"""SPARQL texts: named questions with their parameters, and where a syntax error stands."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise
from typing import Final, NamedTuple

from kg.errors import LimitError, near_word, noun
from kg.model.heads import parameters_in, topic_in, wordings_in
from kg.workers.limits import Limits

# Kept as text: re compiles a pattern when it is first used, and most commands use none of these.
_PLACE: Final = r"(?s)error at (\d+):(\d+): (.*)"

# SPARQL 1.1 §19.8: what may hold any mark as text (comments, IRIs, strings), then variables,
# prefixed names, words and single marks.
_OPAQUE: Final = (
    r"(?s)#[^\n]*"
    r"|<[^<>\"{}|^`\\\s]*>"
    r"|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''"
    r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
)
_IN_NAMES: Final = r"\w\u0300-\u036f\u00b7\u203f\u2040"
_LEXEME: Final = (
    _OPAQUE + r"|[?$]\w+"
    # PNAME: within a name also dots, colons, %-escapes and backslash escapes.
    # Signs above letters are in names, and Python counts them as none.
    rf"|(?:\w(?:[{_IN_NAMES}.-]*[{_IN_NAMES}-])?)?:"
    rf"(?:(?:[{_IN_NAMES}:.-]|%[0-9A-Fa-f]{{2}}|\\.)*(?:[{_IN_NAMES}:-]|%[0-9A-Fa-f]{{2}}|\\.))?"
    r"|\w+|\S"
)
# The keyword; also behind a number or boolean without a space, and where the engine reads what
# looks like an IRI as a comparison and a bracket that closes before the keyword.
_SERVICE: Final = r"(?i)(?:\d\w*|true|false)?service|<[^>]*\)\.?service[^>]*#[^>]*>"
# Brackets, and what is none: an escaped one in a prefixed name.
_BRACKET: Final = _OPAQUE + r"|\\.|<<|>>|[{}()\[\]]"
_OPENING: Final = frozenset({"{", "(", "[", "<<"})
_CLOSING: Final = frozenset({"}", ")", "]", ">>"})
# Among the marks that the parser expected stands what it has to say in words, if anything.
_SENTENCE: Final = r"[A-Z][a-z]+ (?:\w+ ){2,}\w+"
_NO_FUNCTION: Final = r"function <([^>]*)> is not supported"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
# The types that the engine casts to.
_CASTS: Final = ("boolean", "date", "dateTime", "dayTimeDuration", "decimal", "double", "duration",
                 "float", "gDay", "gMonth", "gMonthDay", "gYear", "gYearMonth", "integer", "string",
                 "time", "yearMonthDuration")  # fmt: skip
_CALLABLE: Final = "SPARQL's own can be called, and casts such as xsd:date"
FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
NO_SERVICE: Final = "SERVICE is not allowed here: queries have no network"
MAX_TOKENS: Final = 5000
_FAR: Final = 40


class Parameter(NamedTuple):
    """A parameter of a question.

    `type` is an XSD type, or the classes that the value may belong to, separated by `|`: classes of
    the ontology (":State"), kg:Source, owl:Thing for any entity, or rdf:Property.
    """

    name: str
    type: str
    required: bool
    text: str

    @property
    def types(self) -> list[str]:
        """The alternatives of the type, as CURIEs."""
        return self.type.split("|")


class Question(NamedTuple):
    """A named question: its text in words, its parameters and the SPARQL text.

    `also` are other words in which people ask it, each in whatever language; `topic` is what it
    is listed below, "" where its file names none.
    """

    name: str
    text: str
    sparql: str
    parameters: tuple[Parameter, ...] = ()
    also: tuple[str, ...] = ()
    topic: str = ""

    @classmethod
    def parse(cls, name: str, sparql: str) -> Question:
        """Read the comment lines at the head of the SPARQL text.

        >>> question = Question.parse("members", '''# Who are the members?
        ... # topic: Membership
        ... # also: Who belongs to it?
        ... # param organization (:InternationalOrganization): of which organisation
        ... SELECT * { ?state :memberOf ?organization }''')
        >>> question.text, question.topic, question.also, question.parameters[0].name
        ('Who are the members?', 'Membership', ('Who belongs to it?',), 'organization')
        """
        parameters = tuple(Parameter(*one) for one in parameters_in(sparql))
        also = tuple(wordings_in(sparql))
        return cls(name, first_comment(sparql), sparql, parameters, also, topic_in(sparql))


def tokens(sparql: str) -> list[re.Match[str]]:
    """Return the tokens of a SPARQL text, without its comments.

    >>> [token[0] for token in tokens("ASK { ?s :p 'a b' } # why")]
    ['ASK', '{', '?s', ':p', "'a b'", '}']
    """
    return [token for token in re.finditer(_LEXEME, sparql) if not token[0].startswith("#")]


def names_dataset(sparql: str) -> bool:
    """Say whether a query says itself which graphs it asks, by FROM.

    >>> names_dataset("ASK FROM <urn:a> {}"), names_dataset("ASK { ?from :from 'from' }")
    (True, False)
    """
    if not re.search(r"(?i)from", sparql):
        return False
    return any(token[0].upper() == "FROM" for token in tokens(sparql))


def query_form(sparql: str) -> str:
    """Return SELECT, ASK, CONSTRUCT or DESCRIBE, whichever a query is; "" for what is none.

    >>> query_form("PREFIX ask: <urn:ask> select * {}"), query_form("")
    ('SELECT', '')
    """
    words = (token[0].upper() for token in tokens(sparql))
    return next((word for word in words if word in FORMS), "")


def starred(sparql: str) -> list[str]:
    """Return the variables of a `SELECT *` in their order in the text, none of another query.

    >>> starred("SELECT * { ?z :memberOf ?a }"), starred("SELECT ?a { ?z :memberOf ?a }")
    (['z', 'a'], [])
    """
    found = [token[0] for token in tokens(sparql)]
    words = [word.upper() for word in found]
    first = words.index("SELECT") + 1 if "SELECT" in words else len(words)
    if words[first : first + 1] in (["DISTINCT"], ["REDUCED"]):
        first += 1
    if words[first : first + 1] != ["*"]:
        return []
    return list(dict.fromkeys(word[1:] for word in found if word[0] in "?$" and len(word) > 1))


def depth(sparql: str) -> int:
    """Return how many brackets of a SPARQL text stand within one another, of whatever kind.

    Reads the text once, in time that grows with its length alone.

    >>> depth("ASK { { ?s :p (1 2) } FILTER(?s != '(((') }")
    3
    """
    now = deepest = 0
    for mark in re.finditer(_BRACKET, sparql):
        if mark[0] in _OPENING:
            now += 1
            deepest = max(deepest, now)
        elif mark[0] in _CLOSING:
            now = max(now - 1, 0)
    return deepest


def refuse_large(sparql: str, limits: Limits) -> None:
    """Refuse a text that is too long or too deep for the engine to be asked.

    Raises LimitError.
    """
    if len(sparql.encode()) > limits.text:
        msg = f"the query is longer than {limits.text:,} {noun(limits.text, 'byte')}"
        raise LimitError(msg, "text")
    # The engine reads brackets by recursion, on a stack that it may not outgrow.
    if depth(sparql) > limits.depth:
        msg = f"the query has more than {limits.depth:,} brackets within one another"
        raise LimitError(msg, "depth")


def place(sparql: str, token: re.Match[str]) -> tuple[int, int]:
    r"""Return the line and the column of the token, both counted from 1.

    >>> place("ASK {\n ?s ?p ?o }", tokens("ASK {\n ?s ?p ?o }")[2])
    (2, 2)
    """
    line = sparql.count("\n", 0, token.start()) + 1
    return line, token.start() - sparql.rfind("\n", 0, token.start())


def service_problem(
    sparql: str, hosts: Collection[str] = (), *, strict: bool = False
) -> tuple[str, int, int] | None:
    """Return (message, line, column) of the first SERVICE that may not be asked, if any.

    Only servers on `hosts` may be asked, and by their address in full.
    With `strict` the mere word is refused too, for whoever takes texts from strangers and has a
    network; elsewhere it may stand in strings, names and comments.

    >>> service_problem("SELECT * { SERVICE <https://example.org/sparql> { ?s ?p ?o } }")[1:]
    (1, 12)
    >>> service_problem("ASK { ?state ?in 'military service' }")
    """
    if not re.search(r"(?i)service", sparql):
        return None
    found = tokens(sparql)
    for at, token in enumerate(found):
        if not re.fullmatch(_SERVICE, token[0]):
            continue
        if not hosts:
            return (NO_SERVICE, *place(sparql, token))
        after = [other[0] for other in found[at + 1 : at + 3]]
        address = after[-1] if after[:1] and after[0].upper() == "SILENT" else "".join(after[:1])
        if (host := _host(address)) not in hosts:
            allowed = ", ".join(sorted(hosts))
            message = f"SERVICE may not ask {host or address}, only {allowed} by full addresses"
            return (message, *place(sparql, token))
    if strict:
        message = (
            "SERVICE is not allowed here, and as this system does not let the network be cut, "
            "neither is the word 'service' anywhere in a query"
        )
        return message, 0, 0
    return None


def _host(address: str) -> str:
    """Return the host of `<https://host/path>`, "" for what is no such address."""
    match = re.fullmatch(r"<https?://([^/?#@<>]+?)(?::\d+)?(?:[/?#][^<>]*)?>", address)
    return match[1].lower() if match else ""


def first_comment(sparql: str) -> str:
    r"""Return the text of the first line when it is a comment, else "".

    >>> first_comment("# Who are the members?\nSELECT * {}")
    'Who are the members?'
    """
    line = sparql.partition("\n")[0].strip()
    return line.lstrip("#").strip() if line.startswith("#") else ""


def syntax_problem(
    sparql: str, prefixes: dict[str, str], *, functions: bool = False
) -> tuple[str, int, int] | None:
    r"""Return (message, line, column) of the first syntax error in the SPARQL query, if any.

    With `functions` also of a call of a function that the engine has not; an endpoint may have it.
    Line and column count from 1; both are 0 where the parser gives no place.
    No server is asked, whatever the query says.

    >>> syntax_problem("SELECT * {\n ?s ?p }", {})
    ("unexpected '}'", 2, 8)
    """
    from pyoxigraph import Store

    try:
        Store().query(_without_service(sparql), prefixes=prefixes)
    except SyntaxError as error:
        return describe_syntax_error(str(error), sparql, prefixes)
    except ValueError as error:
        return str(error), 0, 0
    except RuntimeError as error:
        return function_problem(str(error), sparql) if functions else None
    return None


def function_problem(error: str, sparql: str) -> tuple[str, int, int] | None:
    """Return (message, line, column) where the engine's error is of a function that it has not.

    >>> function_problem(f"The custom function <{_XSD}dat> is not supported",
    ...     "SELECT (xsd:dat('2020') AS ?day) {}")
    ("there is no function 'xsd:dat'; did you mean 'xsd:date'?", 1, 9)
    """
    match = re.search(_NO_FUNCTION, error)
    if match is None:
        return None
    name, line, column = f"<{match[1]}>", 0, 0
    for token, after in pairwise(tokens(sparql)):
        if after[0] == "(" and match[1].endswith(_last(token[0])):
            name, (line, column) = token[0], place(sparql, token)
            break
    near = near_word(match[1].removeprefix(_XSD), _CASTS) if match[1].startswith(_XSD) else ""
    repair = f"did you mean 'xsd:{near}'?" if near else _CALLABLE
    return f"there is no function '{name}'; {repair}", line, column


def _last(token: str) -> str:
    """Return the part of a name that its IRI ends with, of what is no name something that none has.

    >>> _last("f:near"), _last("<near>"), _last("IN")
    ('near', 'near', ' ')
    """
    if token.startswith("<") and token.endswith(">"):
        return token[1:-1]
    prefix, colon, local = token.partition(":")
    return re.sub(r"\\(.)", r"\1", local) if colon and prefix[:1] not in {'"', "'"} else " "


def _without_service(sparql: str) -> str:
    """Return the text with GRAPH for SERVICE, which is followed by the same, at the same places.

    The engine parses a query only in order to run it, and a SERVICE at its beginning is asked at
    once.
    """
    if not re.search(r"(?i)service", sparql):
        return sparql
    text, found = sparql, tokens(sparql)
    for token, after in pairwise([*found, *found[-1:]]):
        if re.fullmatch(_SERVICE, token[0]):
            silent = after[0] if after[0].upper() == "SILENT" else ""
            graph = re.sub(r"(?i)service", "GRAPH  ", token[0])
            text = text[: token.start()] + graph + text[token.end() :]
            text = text[: after.start()] + " " * len(silent) + text[after.start() + len(silent) :]
    return text


def describe_syntax_error(
    error: str, sparql: str, prefixes: dict[str, str]
) -> tuple[str, int, int]:
    """Turn the parser's list of what it expected into what stands there instead, and where.

    The parser's own place can lie behind the mistake by the length of a keyword that it tried, so
    the place is found anew: it is the first token with which the text can no longer be completed.
    """
    match = re.match(_PLACE, error)
    if match is None or not match[3].startswith("expected"):
        return (match[3], int(match[1]), int(match[2])) if match else (error, 0, 0)
    for token in tokens(sparql)[:MAX_TOKENS]:
        if not _can_go_on(sparql[: token.end()], prefixes):
            line, column = place(sparql, token)
            what = f"unexpected '{token[0]}'"
            if "Prefix not found" in error and ":" in token[0]:
                what = f"the prefix of '{token[0]}' is not declared"
            return what, line, column
    lines = sparql.rstrip().split("\n")
    if sentence := re.search(_SENTENCE, match[3]):
        return sentence[0], int(match[1]), int(match[2])
    return "unexpected end of the query", len(lines), len(lines[-1]) + 1


def _can_go_on(text: str, prefixes: dict[str, str]) -> bool:
    """Whether some text could follow to make a query.

    Then the first thing to fail is an impossible mark far behind the text, farther than the
    parser's place can be off.
    """
    from pyoxigraph import Store

    try:
        Store().query(f"{text}{' ' * _FAR}\x01", prefixes=prefixes)
    except SyntaxError as error:
        match = re.match(_PLACE, str(error))
        lines = text.split("\n")
        return match is not None and (int(match[1]), int(match[2])) > (
            len(lines),
            len(lines[-1]) + _FAR,
        )
    return True
