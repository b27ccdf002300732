"""What people read calls things by ids or by labels, as they want it; programs get ids alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import pytest

import kg
from kg.cli.commands import main
from kg.text.naming import called

if TYPE_CHECKING:
    from conftest import Tiny


class Ended(NamedTuple):
    """How a command ended."""

    code: object
    out: str
    err: str


Kg = Callable[..., Ended]


@pytest.fixture
def league(
    tiny_built: Tiny, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Kg:
    """The command line in the built project of the league."""
    monkeypatch.chdir(tiny_built.path)

    def run(*arguments: str) -> Ended:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        return Ended(ended.value.code, *capfd.readouterr())

    return run


TINY = "https://example.org/tiny"
ASKED = ("query", "squad", "-p", "club=Rooks", "--as-of", "2001")


@pytest.mark.parametrize(
    ("options", "row"),
    [
        ((), f"{TINY}/id/rooks,{TINY}/id/anna,2000-01-01"),  # SPARQL 1.1 Query Results CSV
        (("--ids", "short"), "rooks,anna,2000-01-01"),
        (("--ids", "full"), f"{TINY}/id/rooks,{TINY}/id/anna,2000-01-01"),
        (("--labels", "none"), f"{TINY}/id/rooks,{TINY}/id/anna,2000-01-01"),
        (("--labels", "en"), "Rooks,Anna,2000-01-01"),
        (("--labels", "RU"), "Ладьи,Анна,2000-01-01"),
        (("--labels", "en", "--ids", "short"), "Rooks (rooks),Anna (anna),2000-01-01"),
        (
            ("--labels", "ru", "--ids", "full"),
            f"Ладьи ({TINY}/id/rooks),Анна ({TINY}/id/anna),2000-01-01",
        ),
    ],
)
def test_a_column_of_ids_shows_what_is_wanted(
    league: Kg, options: tuple[str, ...], row: str
) -> None:
    done = league(*ASKED, "--format", "csv", *options)

    assert (done.code, done.out.split()) == (0, ["club,player,since", *row.split()])


def test_a_table_and_markdown_have_labels_too(league: Kg) -> None:
    table = league(*ASKED, "--labels", "ru").out.splitlines()[2]
    markdown = league(*ASKED, "--labels", "ru", "--format", "markdown").out.splitlines()[2]

    assert table.split() == ["Ладьи", "Анна", "2000-01-01"]
    assert markdown == "| Ладьи | Анна | 2000-01-01 |"


@pytest.mark.parametrize(
    ("options", "fact"),
    [
        ((), "anna playsFor rooks  since 2000-01-01"),
        (("--labels", "none"), "anna playsFor rooks  since 2000-01-01"),
        (("--labels", "ru"), "Анна играет за Ладьи  since 2000-01-01"),
        (
            ("--labels", "en", "--ids", "short"),
            "Anna (anna) plays for (playsFor) Rooks (rooks)  since 2000-01-01",
        ),
        (
            ("--ids", "full"),
            f"{TINY}/id/anna {TINY}/ontology#playsFor {TINY}/id/rooks  since 2000-01-01",
        ),
    ],
)
def test_an_explanation_tells_facts_as_wanted(
    league: Kg, options: tuple[str, ...], fact: str
) -> None:
    done = league("why", "anna", "playsFor", "rooks", *options)

    assert done.out.splitlines()[0] == fact


def test_a_literal_of_a_fact_stays_as_it_is_written(league: Kg) -> None:
    (first, *_) = league("why", "anna", "rating", "--labels", "en").out.splitlines()

    assert first == "Anna rating 2100  from 1999-01-01 until 2000-01-01"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((*ASKED, "--labels", "fr"), "there are no labels in 'fr'; choose en, ru or none"),
        (("why", "anna", "--labels", ""), "there are no labels in ''; choose en, ru or none"),
        (
            (*ASKED, "--labels", "en", "--format", "json"),
            "--labels and --ids are for what people read: --format table, csv or markdown",
        ),
        (
            ("why", "anna", "--ids", "full", "--format", "turtle"),
            "--labels and --ids are for what people read: --format text",
        ),
        (
            ("audit", "--labels", "en", "--format", "json"),
            "--labels and --ids are for what people read: --format text or markdown",
        ),
    ],
)
def test_what_cannot_be_shown_so_is_refused(
    league: Kg, arguments: tuple[str, ...], message: str
) -> None:
    done = league(*arguments)

    assert (done.code, done.out, done.err) == (2, "", f"kg: {message}\n")


def test_what_shares_its_label_keeps_its_id_behind_it() -> None:
    ids = {1: "georgia", 2: "georgia-us", 3: "cis", 4: "x"}
    labels = {1: "Georgia", 2: "Georgia", 3: "CIS"}

    assert [*called(ids, labels).values()] == [
        "Georgia (georgia)", "Georgia (georgia-us)", "CIS", "x"
    ]  # fmt: skip


def test_json_of_an_explanation_stays_as_it_is(tiny: Tiny) -> None:
    graph = kg.build(tiny.data, tiny.ontology)
    plain = graph.why("anna", as_of="1999")

    assert json.loads(plain.named(labels="ru").to_json()) == json.loads(plain.to_json())


def test_an_open_premise_is_told_with_its_labels(tiny: Tiny) -> None:
    """Boris joined on an unknown day of 1998, so whether they were team mates is open then."""
    graph = kg.build(tiny.data, tiny.ontology)
    told = str(graph.why("anna", "teammateOf", "boris", as_of="1998").named(labels="en"))

    assert "left open  a premise is not sure: Boris plays for Knights  since 1998" in told


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        ((), ["+ Anna: won City Open on 2001 (added; source almanac-2001)"]),
        (("--labels", "en"), ["+ Anna: won City Open on 2001 (added; source almanac-2001)"]),
        (
            ("--labels", "ru"),
            ["+ Анна: выиграл Открытый турнир on 2001 (added; source almanac-2001)"],
        ),
        (("--labels", "none"), ["+ anna: won city-open on 2001 (added; source almanac-2001)"]),
    ],
)
def test_changes_are_told_in_the_language_that_is_wanted(
    league: Kg, tiny: Tiny, options: tuple[str, ...], lines: list[str]
) -> None:
    place = tiny.add("anna,won,city-open,,,2001,almanac-2001,,,")
    done = league("diff", "build", str(tiny.path), *options)

    assert (done.code, done.out.splitlines()) == (1, [f"{one}  {place}" for one in lines])


def test_changes_for_programs_have_no_other_labels(league: Kg, tiny: Tiny) -> None:
    tiny.add("anna,won,city-open,,,2001,almanac-2001,,,")
    done = league("diff", "build", str(tiny.path), "--format", "json", "--labels", "ru")
    differ = kg.diff(tiny.data.parent, tiny.path)

    assert (done.code, done.out) == (2, "")
    assert "--format text or markdown" in done.err
    assert differ.named(labels="ru").to_json() == differ.to_json()


def test_an_audit_tells_facts_findings_and_coverage_as_wanted(tiny: Tiny) -> None:
    """Anna plays for two at a time, and the Knights won what they host."""
    ontology = tiny.path / "ontology" / "ontology.ttl"
    more = ":playsFor a owl:FunctionalProperty . :won owl:propertyDisjointWith :hosts .\n"
    ontology.write_text(ontology.read_text(encoding="utf-8") + more, encoding="utf-8")
    facts = "data/statements/facts.csv"
    tiny.add("anna,playsFor,rooks,1996,1998,,almanac-2001,p. 9,,", facts)
    tiny.add("knights,won,city-open,,,1999-06-12,almanac-2001,p. 9,,", facts)
    audit = kg.build(tiny.data, tiny.ontology).audit("anna", "knights")

    by_ids, by_labels = str(audit), str(audit.named(labels="ru"))

    assert "  playsFor anna: knights and rooks\n" in by_ids
    assert "  играет за Анна: Кони and Ладьи\n" in by_labels
    assert "exclude each other" in by_labels
    assert not any(name in by_labels for name in ("playsFor", " anna ", " knights ", " hosts "))
    assert "| Анна играет за Ладьи |" in audit.named(labels="ru").to_markdown()
    assert audit.named(labels="ru").to_json() == audit.to_json()
    assert audit.named(labels="ru").counts == audit.counts


@pytest.mark.parametrize(
    ("options", "fact"),
    [
        ((), "anna playsFor rooks"),
        (("--labels", "none"), "anna playsFor rooks"),
        (("--labels", "ru"), "Анна играет за Ладьи"),
        (("--labels", "en", "--ids", "short"), "Anna (anna) plays for (playsFor) Rooks (rooks)"),
        (("--ids", "full"), f"{TINY}/id/anna {TINY}/ontology#playsFor {TINY}/id/rooks"),
    ],
)
def test_the_command_audit_tells_facts_as_wanted(
    league: Kg, options: tuple[str, ...], fact: str
) -> None:
    done = league("audit", "--kind", "single-source", *options)

    assert f"\n  {fact}  since 2000-01-01  only almanac-2001\n" in done.out
