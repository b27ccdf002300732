"""SPARQL texts: where a mistake stands, and what a question says of itself."""

from __future__ import annotations

import pytest

from kg.model.sparql import Parameter, Question, first_comment, syntax_problem

PREFIXES = {"": "https://example.org/ontology#", "id": "https://example.org/id/"}

# What is wrong, the text, and the line, the column and the token at which nothing can help it.
BROKEN = [
    ("a brace too early", "SELECT * { ?s ?p }", 1, 18, "}"),
    ("a brace on another line", "SELECT ?s {\n  ?s :p ?o .\n  ?s :q }", 3, 9, "}"),
    ("a misspelled keyword", "SELCT * { ?s ?p ?o }", 1, 1, "SELCT"),
    ("a misspelled FILTER", "SELECT * {\n  ?s ?p ?o .\n  FLTER (?o > 1)\n}", 3, 3, "FLTER"),
    ("a missing bracket", "SELECT * { ?s ?p ?o FILTER (?o > 1 }", 1, 36, "}"),
    ("a comma for a dot", "SELECT * { ?s ?p ?o , ?q ?r }", 1, 26, "?r"),
    ("a literal as predicate", 'SELECT * { ?s "p" ?o }', 1, 15, '"p"'),
    ("no variables", "SELECT { ?s ?p ?o }", 1, 8, "{"),
    ("no question mark", "SELECT name { ?s :p ?name }", 1, 8, "name"),
    ("a bracket too many", "ASK { ?s ?p ?o }}", 1, 17, "}"),
    ("a word for LIMIT", "SELECT * { ?s ?p ?o } LIMIT ten", 1, 29, "ten"),
    ("ORDER without BY", "SELECT * { ?s ?p ?o }\nORDER ?s", 2, 7, "?s"),
    ("after a comment", "# what\n# else\nSELECT * { ?s ?p }", 3, 18, "}"),
    ("after a string with a brace", 'SELECT * { ?s :p "}" ?x ?y ?z }', 1, 22, "?x"),
    ("after letters of another script", 'SELECT * { ?s :p "Ладьи" ?x }', 1, 26, "?x"),
    ("two texts in one", "ASK { ?s ?p ?o } ASK { ?s ?p ?o }", 1, 18, "ASK"),
    ("an update", "INSERT DATA { id:a :p id:b }", 1, 1, "INSERT"),
    ("an aggregate without a name", "SELECT COUNT(?s) { ?s ?p ?o }", 1, 8, "COUNT"),
    ("within a SERVICE", "ASK { SERVICE <x:y> { ?s ?p } }", 1, 29, "}"),
    ("after SILENT", "ASK { SERVICE SILENT ?s ?p }", 1, 25, "?p"),
    ("SILENT without SERVICE", "ASK { GRAPH SILENT ?g {} }", 1, 13, "SILENT"),
    ("a tab before it", "SELECT *\n{\t?s ?p }", 2, 9, "}"),
]


@pytest.mark.parametrize(
    ("text", "line", "column", "token"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_a_mistake_is_found_at_the_token_that_makes_it(
    text: str, line: int, column: int, token: str
) -> None:
    assert syntax_problem(text, PREFIXES) == (f"unexpected '{token}'", line, column)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * { ?s ?p ?o", 1, 20),
        ("SELECT * {\n  ?s ?p ?o .\n", 2, 13),
        ("SELECT", 1, 7),
        ("", 1, 1),
    ],
)
def test_a_text_that_stops_too_soon_is_wrong_at_its_end(text: str, line: int, column: int) -> None:
    assert syntax_problem(text, PREFIXES) == ("unexpected end of the query", line, column)


def test_a_prefix_that_nobody_declared_is_named_where_it_stands() -> None:
    problem = syntax_problem("SELECT * {\n  ?s foaf:name ?o }", PREFIXES)

    assert problem == ("the prefix of 'foaf:name' is not declared", 2, 6)


XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("text", "name", "line", "column"),
    [
        ("SELECT * {\n  ?s :p ?o FILTER(:near(?o)) }", ":near", 2, 19),
        ("SELECT (<urn:f>(1) AS ?x) {}", "<urn:f>", 1, 9),
        ("PREFIX f: <urn:f:> SELECT * { ?s :p ?o } ORDER BY DESC(f:near(?o))", "f:near", 1, 56),
        ("BASE <urn:f/> ASK { FILTER('near' = <near>('near')) }", "<near>", 1, 37),
        ("ASK { FILTER EXISTS { ?s :p ?o FILTER(:a\\-b(?o)) } }", ":a\\-b", 1, 39),
        ("ASK { FILTER(STRLEN(':near') = :near('') ) }", ":near", 1, 32),
    ],
)
def test_a_function_that_there_is_not_is_named_where_it_is_called(
    text: str, name: str, line: int, column: int
) -> None:
    message = (
        f"there is no function '{name}'; SPARQL's own can be called, and casts such as xsd:date"
    )

    assert syntax_problem(text, PREFIXES, functions=True) == (message, line, column)
    # It is SPARQL all the same, and an endpoint may have the function.
    assert syntax_problem(text, PREFIXES) is None


def test_of_a_misspelt_cast_the_nearest_is_told() -> None:
    problem = syntax_problem("ASK { FILTER(xsd:dat('2020')) }", {"xsd": XSD}, functions=True)

    assert problem == ("there is no function 'xsd:dat'; did you mean 'xsd:date'?", 1, 14)


@pytest.mark.parametrize(
    "text", ["ASK { FILTER(xsd:date('2020-01-01') = ?x) }", "ASK { FILTER(?x IN (1, 2)) }"]
)
def test_functions_that_there_are_can_be_called(text: str) -> None:
    assert syntax_problem(text, {"xsd": XSD}, functions=True) is None


def test_a_prefix_of_the_texts_own_is_declared() -> None:
    text = "PREFIX foaf: <http://xmlns.com/foaf/0.1/>\nSELECT * { ?s foaf:name ?o }"

    assert syntax_problem(text, PREFIXES) is None


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s :p id:a.b }",
        "SELECT * { ?s :p/:q* id:a } # the end",
        "ASK { ?s :p '''three\nlines''' }",
        "CONSTRUCT { ?s :p ?o } WHERE { GRAPH ?g { ?s :p ?o } }",
        "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING (?n > 1) ORDER BY ?s LIMIT 3",
    ],
)
def test_a_text_without_mistake_has_no_problem(text: str) -> None:
    assert syntax_problem(text, PREFIXES) is None


def test_a_variable_that_is_not_grouped_is_said_in_words() -> None:
    problem = syntax_problem("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", PREFIXES)

    assert problem is not None
    assert problem[0] == "The SELECT contains a variable that is unbound"


class TestQuestions:
    TEXT = """# Who plays for a club?
# param club (:Club): the club
#  param  day (xsd:date) required : the day
# parameters are joined at the end
SELECT ?club { ?s :playsFor ?club }"""

    def test_the_first_line_is_the_question_in_english(self) -> None:
        assert Question.parse("squad", self.TEXT).text == "Who plays for a club?"

    def test_parameters_are_read_from_the_comments(self) -> None:
        assert Question.parse("squad", self.TEXT).parameters == (
            Parameter("club", ":Club", required=False, text="the club"),
            Parameter("day", "xsd:date", required=True, text="the day"),
        )

    def test_the_text_is_kept_as_written(self) -> None:
        assert Question.parse("squad", self.TEXT).sparql == self.TEXT

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("# Who?\nASK {}", "Who?"),
            ("## Who?", "Who?"),
            ("ASK {} # Who?", ""),
            ("\n# Who?", ""),
            ("", ""),
        ],
    )
    def test_only_a_comment_in_the_first_line_counts(self, text: str, expected: str) -> None:
        assert first_comment(text) == expected
