"""Rows become statements; a wrong row is left out and reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import FACTS
from kg.errors import InputError
from kg.model.dataset import read_dataset
from kg.model.dates import Period
from kg.model.literals import is_web_address, literal_problem
from kg.model.statement import Entity, Reference, Source, Statement

if TYPE_CHECKING:
    from conftest import Tiny

ANNA_KNIGHTS = ("anna", "playsFor", "knights")
BORIS_KNIGHTS = ("boris", "playsFor", "knights")


def statements(tiny: Tiny, triple: tuple[str, str, str]) -> list[Statement]:
    records = tiny.records()

    assert records.findings == ()
    return [statement for statement in records.statements if statement.triple == triple]


# ---------------------------------------------------------------- statements and references


def test_a_row_becomes_a_statement_with_its_source(tiny: Tiny) -> None:
    (statement,) = statements(tiny, BORIS_KNIGHTS)

    assert statement == Statement(
        "boris",
        "playsFor",
        "knights",
        "state",
        start="1998",
        references=(Reference("almanac-2001", "p. 5", "", "data/statements/facts.csv:7", ""),),
    )


def test_rows_of_the_same_triple_and_period_are_one_statement(tiny: Tiny) -> None:
    tiny.add("boris,playsFor,knights,1998,,,gazette-1999,¶4,,seen")

    (statement,) = statements(tiny, BORIS_KNIGHTS)

    assert statement.references == (
        Reference("almanac-2001", "p. 5", "", "data/statements/facts.csv:7", ""),
        Reference("gazette-1999", "¶4", "", "data/statements/facts.csv:11", "seen"),
    )


def test_the_same_period_written_otherwise_is_another_statement(tiny: Tiny) -> None:
    tiny.add("boris,playsFor,knights,1998-01-01,,,gazette-1999,¶4,,")

    assert len(statements(tiny, BORIS_KNIGHTS)) == 2


def test_two_periods_of_the_same_triple_are_two_statements(tiny: Tiny) -> None:
    tiny.add("anna,playsFor,knights,2006-08-16,2012-12-19,,almanac-2001,,,foretold")

    found = [(s.start, s.end) for s in statements(tiny, ANNA_KNIGHTS)]

    assert found == [("1995-09", "2000-01-01"), ("2006-08-16", "2012-12-19")]


def test_an_attestation_inside_the_period_is_a_reference_of_its_statement(tiny: Tiny) -> None:
    (statement,) = statements(tiny, ANNA_KNIGHTS)

    assert Reference("gazette-1999", "¶2", "1999-05-03", f"{FACTS}:3") in statement.references


@pytest.mark.parametrize("at", ["1995-09-01", "1995-09", "1995", "1999-12-31", "1999-12", "1999"])
def test_an_attestation_that_can_lie_inside_the_period_makes_no_statement(
    tiny: Tiny, at: str
) -> None:
    tiny.add(f"anna,playsFor,knights,,,{at},gazette-1999,¶9,,foretold")

    assert len(statements(tiny, ANNA_KNIGHTS)) == 1


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        ("2000-01-01", Period((2000, 1, 1), (2000, 1, 2))),
        ("1995-08-31", Period((1995, 8, 31), (1995, 9, 1))),
        ("2005-06", Period((2005, 6, 1), (2005, 7, 1))),
        ("1994", Period((1994, 1, 1), (1995, 1, 1))),
    ],
)
def test_an_attestation_that_is_not_inside_is_a_statement_of_its_own(
    tiny: Tiny, at: str, holds: Period
) -> None:
    tiny.add(f"anna,playsFor,knights,,,{at},gazette-1999,¶9,,foretold")

    (statement,) = (s for s in statements(tiny, ANNA_KNIGHTS) if s.at)

    assert statement.holds == holds


def test_a_deprecated_attestation_stays_apart(tiny: Tiny) -> None:
    tiny.add("anna,playsFor,knights,,,1999-06-01,gazette-1999,¶9,deprecated,a slip of the pen")

    assert [s.rank for s in statements(tiny, ANNA_KNIGHTS) if s.at] == ["deprecated"]


def test_an_attestation_is_no_reference_of_a_deprecated_period(tiny: Tiny) -> None:
    tiny.add("clara,playsFor,rooks,2001,,,almanac-2001,,deprecated,")
    tiny.add("clara,playsFor,rooks,,,2003-05-01,gazette-1999,,,foretold")

    assert len(statements(tiny, ("clara", "playsFor", "rooks"))) == 2


def test_an_attestation_of_a_period_without_end_is_its_reference(tiny: Tiny) -> None:
    tiny.add("boris,playsFor,knights,,,2023-01-01,gazette-1999,¶9,,foretold")

    (statement,) = statements(tiny, BORIS_KNIGHTS)

    assert len(statement.references) == 2


def test_an_event_is_no_attestation(tiny: Tiny) -> None:
    tiny.add("boris,won,city-open,1999-06-01,1999-07-01,,gazette-1999,,,")

    assert len(statements(tiny, ("boris", "won", "city-open"))) == 2


def test_a_start_counts_by_its_earliest_day(tiny: Tiny) -> None:
    (statement,) = statements(tiny, BORIS_KNIGHTS)

    assert statement.holds.since == (1998, 1, 1)


def test_a_month_that_is_an_end_is_over_at_the_latest_on_the_day_after_it(tiny: Tiny) -> None:
    tiny.replace(FACTS, "boris,playsFor,knights,1998,,", "boris,playsFor,knights,1998,2000-02,")

    (statement,) = statements(tiny, BORIS_KNIGHTS)

    assert statement.holds.until == (2000, 3, 1)


def test_a_statement_may_begin_and_end_in_the_same_year(tiny: Tiny) -> None:
    tiny.add("clara,playsFor,rooks,2003,2003,,almanac-2001,,,foretold")

    (statement,) = statements(tiny, ("clara", "playsFor", "rooks"))

    assert statement.holds == Period((2003, 1, 1), (2004, 1, 1))


def test_the_object_of_a_datatype_property_is_a_literal(tiny: Tiny) -> None:
    (statement,) = statements(tiny, ("anna", "rating", "2100"))

    assert statement.datatype == "xsd:integer"


def test_a_better_ranked_row_disputes_a_worse_one(tiny: Tiny) -> None:
    tiny.add("boris,playsFor,knights,1997,,,gazette-1999,,preferred,")

    normal, preferred = sorted(statements(tiny, BORIS_KNIGHTS), key=lambda s: s.rank)

    assert (normal.disputed_by, preferred.disputed_by) == ((preferred.id,), ())


def test_statements_come_in_the_order_of_their_triples(tiny: Tiny) -> None:
    found = [statement.triple for statement in tiny.records().statements]

    assert found == sorted(found)


def test_a_row_may_stand_in_any_table(tiny: Tiny) -> None:
    row = "boris,playsFor,knights,1998,,,almanac-2001,p. 5,,\n"
    (before,) = statements(tiny, BORIS_KNIGHTS)
    header = (tiny.path / FACTS).read_text(encoding="utf-8").partition("\n")[0]
    tiny.replace(FACTS, row, "")
    tiny.write("data/statements/boris.csv", f"{header}\n{row}")

    (after,) = statements(tiny, BORIS_KNIGHTS)

    assert (after.id, after.references[0].row) == (before.id, "data/statements/boris.csv:2")


# ---------------------------------------------------------------- entities and sources


def test_an_entity_knows_its_labels_aliases_and_row(tiny: Tiny) -> None:
    assert tiny.records().entities["knights"] == Entity(
        "knights",
        "Club",
        {"en": "Knights", "ru": "Кони"},
        ("Chess Club Knights", "The Knights"),
        "Q1",
        "A club, the oldest of the league.",
        "data/entities.csv:6",
    )


def test_a_source_keeps_its_dates_as_written(tiny: Tiny) -> None:
    assert tiny.records().sources["almanac-2001"] == Source(
        "almanac-2001",
        "Almanac of the League",
        "The League",
        "https://example.org/almanac",
        "2001-05",
        "2024-01-01",
        "en",
        "book",
        "",
        "data/sources.csv:2",
    )


@pytest.mark.parametrize("identifier", ["a", "csto-cfm-2020-05-26", "ru.wiki", "2020", "a1-b2.c3"])
def test_an_id_is_made_of_small_letters_digits_hyphens_and_dots(
    tiny: Tiny, identifier: str
) -> None:
    tiny.add(f"{identifier},Player,Someone,Кто-то,,,", "data/entities.csv")

    assert identifier in tiny.records().entities


@pytest.mark.parametrize(
    "identifier", ["", "A", "a_b", "-a", "a-", "a--b", "a.", "é", "a/b", "a b", "a:b", "анна"]
)
def test_any_other_id_is_refused(tiny: Tiny, identifier: str) -> None:
    place = tiny.add(f"{identifier},Player,Someone,Кто-то,,,", "data/entities.csv")

    (finding,) = tiny.records().findings

    assert (f"{finding.path}:{finding.line}", finding.message) == (
        place,
        f"'{identifier}' is not an id" if identifier else "the id is missing",
    )


# ---------------------------------------------------------------- wrong rows


def test_every_wrong_cell_of_a_row_is_found(tiny: Tiny) -> None:
    tiny.add("clra,playsFor,rook,2020-13,,,nowhere,,best,")

    assert [finding.column for finding in tiny.records().findings] == [1, 30, 15, 20, 39]


def test_a_wrong_row_makes_no_statement(tiny: Tiny) -> None:
    before = len(tiny.records().statements)
    tiny.add("clara,playsFor,rooks,2020-13,,,almanac-2001,,,foretold")

    assert len(tiny.records().statements) == before


def test_what_a_wrong_row_is_about_is_doubtful(tiny: Tiny) -> None:
    tiny.add("clara,playsFor,rooks,2020-13,,,almanac-2001,,,foretold")

    assert tiny.records().doubtful == {"clara", "rooks"}


def test_a_statement_about_an_entity_left_out_is_not_a_second_mistake(tiny: Tiny) -> None:
    tiny.replace("data/entities.csv", "boris,Player", "boris,Playr")

    assert [finding.path for finding in tiny.records().findings] == ["data/entities.csv"]


def test_a_reference_to_a_source_left_out_is_not_a_second_mistake(tiny: Tiny) -> None:
    tiny.replace("data/sources.csv", "2001-05,", "2001-5,")

    assert [finding.path for finding in tiny.records().findings] == ["data/sources.csv"]


def test_an_unknown_predicate_is_found_beside_a_broken_rule(tiny: Tiny) -> None:
    tiny.write("ontology/rules/broken.rq", "oops")
    place = tiny.add("clara,playFor,rooks,2001,,,almanac-2001,,,")

    assert [f"{f.path}:{f.line}" for f in tiny.records().findings] == [place]


@pytest.mark.parametrize(
    ("file", "header"),
    [
        ("entities.csv", "id,class,label_en,label_ru,aliases,wikidata,description"),
        ("sources.csv", "id,title,publisher,url,published,accessed,language,kind,sha256"),
    ],
)
def test_a_missing_table_is_called_missing(tiny: Tiny, file: str, header: str) -> None:
    (tiny.data / file).unlink()

    with pytest.raises(InputError) as raised:
        tiny.records()

    assert str(raised.value) == (
        f"data/{file} is missing; put it back, or write it with the header {header}"
    )


# ---------------------------------------------------------------- the dataset


def test_the_dataset_names_the_base_and_the_day(tiny: Tiny) -> None:
    dataset, findings = read_dataset(tiny.data)

    assert (dataset.base, dataset.issued, findings) == (
        "https://example.org/tiny/",
        "2024-01-01",
        [],
    )


@pytest.mark.parametrize(
    "base", ["", "example.org/", "https://example.org", "https://[/", "ftp://example.org/"]
)
def test_a_base_that_cannot_carry_names_is_refused(tiny: Tiny, base: str) -> None:
    tiny.replace("data/dataset.ttl", 'Space "https://example.org/tiny/"', f'Space "{base}"')

    assert [finding.line for finding in read_dataset(tiny.data)[1]] == [1]


@pytest.mark.parametrize("day", ["2024", "2024-13-01", "today"])
def test_a_day_of_issue_that_is_no_day_is_refused(tiny: Tiny, day: str) -> None:
    tiny.replace("data/dataset.ttl", '"2024-01-01"^^xsd:date', f'"{day}"')

    assert [finding.line for finding in read_dataset(tiny.data)[1]] == [1]


def test_a_missing_dataset_cannot_be_read(tiny: Tiny) -> None:
    (tiny.data / "dataset.ttl").unlink()

    with pytest.raises(InputError, match=r"^there is no file data/dataset\.ttl; write these lines"):
        read_dataset(tiny.data)


def test_the_lines_to_write_into_a_missing_dataset_are_a_dataset(tiny: Tiny) -> None:
    """Its languages are those of the labels that there are, or English to begin with."""
    for languages in (("en", "ru"), ("en",)):
        (tiny.data / "dataset.ttl").unlink()
        with pytest.raises(InputError) as told:
            read_dataset(tiny.data)
        tiny.write("data/dataset.ttl", str(told.value).partition(":\n\n")[2])

        dataset, findings = read_dataset(tiny.data)

        assert findings == []
        assert (dataset.issued, dataset.languages) == ("2025-01-01", languages)
        (tiny.data / "entities.csv").unlink(missing_ok=True)


def test_a_missing_folder_cannot_be_read(tiny: Tiny) -> None:
    with pytest.raises(InputError):
        read_dataset(tiny.path / "nowhere")


# ---------------------------------------------------------------- literals


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("-12", "xsd:integer"),
        ("+007", "xsd:integer"),
        ("1.5", "xsd:decimal"),
        (".5", "xsd:decimal"),
        ("true", "xsd:boolean"),
        ("2020-02-29", "xsd:date"),
        ("2020-02", "xsd:gYearMonth"),
        ("2020", "xsd:gYear"),
        ("https://example.org/a?b=c#d", "xsd:anyURI"),
        ("anything", "xsd:string"),
    ],
)
def test_a_literal_of_its_type_is_fine(text: str, datatype: str) -> None:
    assert not literal_problem(text, datatype)


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("1.5", "xsd:integer"),
        ("١٢", "xsd:integer"),
        ("1e5", "xsd:decimal"),
        (".", "xsd:decimal"),
        ("yes", "xsd:boolean"),
        ("2020", "xsd:date"),
        ("2020-02-30", "xsd:date"),
        ("2020-02-01", "xsd:gYear"),
        ("example.org", "xsd:anyURI"),
        ("https://[", "xsd:anyURI"),
    ],
)
def test_a_literal_of_another_type_is_refused(text: str, datatype: str) -> None:
    assert literal_problem(text, datatype)


@pytest.mark.parametrize("text", ["http://a", "https://example.org/ь", "https://a.b/c?d=e%20f"])
def test_a_web_address_is_an_iri_of_the_web(text: str) -> None:
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text", ["", "ftp://a", "https://a b", "https://[", "https://a/%zz", "//a"]
)
def test_what_is_no_iri_of_the_web_is_no_web_address(text: str) -> None:
    assert not is_web_address(text)


# ---------------------------------------------------------------- attestations and ranks


def test_an_attestation_confirms_the_period_whatever_its_rank(tiny: Tiny) -> None:
    tiny.add("clara,playsFor,rooks,2001,2005,,almanac-2001,,preferred,")
    tiny.add("clara,playsFor,rooks,,,2003-05-03,gazette-1999,,,foretold")

    (statement,) = statements(tiny, ("clara", "playsFor", "rooks"))

    assert {r.source for r in statement.references} == {"almanac-2001", "gazette-1999"}


def test_an_attestation_ranked_above_its_period_is_refused(tiny: Tiny) -> None:
    tiny.add("clara,playsFor,rooks,2001,2005,,almanac-2001,,,")
    place = tiny.add("clara,playsFor,rooks,,,2003-05-03,gazette-1999,,preferred,foretold")

    (finding,) = tiny.check().findings

    assert (f"{finding.path}:{finding.line}", finding.severity) == (place, "error")


def test_an_unknown_id_is_reported_in_every_row_that_names_it(tiny: Tiny) -> None:
    first = tiny.add("annna,playsFor,rooks,2001,,,almanac-2001,,,")
    second = tiny.add("annna,playsFor,rooks,2002,2003,,almanac-2001,,,foretold")

    assert [first, second] == [f"{f.path}:{f.line}" for f in tiny.check().findings]


def test_a_file_that_is_not_read_is_named(tiny: Tiny) -> None:
    tiny.write("data/statements/facts.tsv", "subject\n")

    (finding,) = tiny.check().findings

    assert (finding.path, finding.severity) == ("data/statements/facts.tsv", "warning")


def test_the_dataset_must_say_that_it_is_one(tiny: Tiny) -> None:
    tiny.replace("data/dataset.ttl", "a dcat:Dataset , void:Dataset", "a void:Dataset")

    assert [f.message for f in tiny.check().findings] == ["no subjects are a dcat:Dataset"]
