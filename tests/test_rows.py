"""A published table in the words of the graph, and every way in which it cannot be understood."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from kg.errors import InputError, TableError, UsageError
from kg.model.calendar import BEGIN, END, number_of
from kg.published.rows import Claims, Roles, read_claims
from kg.query.names import Names
from kg.store.read_back import History

if TYPE_CHECKING:
    from conftest import Tiny

PLAYS = Roles("player", "club", predicate="playsFor")
SPAN = Roles("player", "club", predicate="playsFor", first="from", last="to")
ROLES = Roles("player", "club", status="role")


@pytest.fixture
def names(tiny: Tiny) -> Names:
    return Names(History(tiny.build().store()))


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path that messages call t.csv."""
    monkeypatch.chdir(tmp_path)
    return Path("t.csv")


def read(table: Path, text: str, names: Names, columns: Roles, **options: Any) -> Claims:
    table.write_text(text, encoding="utf-8")
    return read_claims(table, columns, names, **options)


def refused(table: Path, text: str, names: Names, columns: Roles, **options: Any) -> list[str]:
    """The lines that say why the table was refused."""
    with pytest.raises(TableError) as error:
        read(table, text, names, columns, **options)
    return str(error.value).splitlines()


def day(text: str) -> int:
    given = date.fromisoformat(text)
    return number_of((given.year, given.month, given.day))


class TestTriples:
    def test_names_become_ids(self, table: Path, names: Names) -> None:
        (claim,) = read(table, "player,club\nANNA,Кони\n", names, PLAYS).claims

        assert (claim.subject, claim.predicate, claim.object) == ("anna", "playsFor", "knights")

    def test_a_claim_knows_its_line_and_its_status(self, table: Path, names: Names) -> None:
        text = "player,club,role\n\nanna,knights,Plays For\n"
        (claim,) = read(table, text, names, ROLES).claims

        assert (claim.place, claim.status) == ("3", "Plays For")

    @pytest.mark.parametrize("status", ["playsFor", "PLAYSFOR", "plays for", "играет за"])
    def test_a_status_is_a_property_by_name_or_label(
        self, table: Path, names: Names, status: str
    ) -> None:
        (claim,) = read(table, f"player,club,role\nanna,knights,{status}\n", names, ROLES).claims

        assert claim.predicate == "playsFor"

    @pytest.mark.parametrize(
        "mapping", [{"Squad": "playsFor"}, {" SQUAD ": "playsFor"}, {"role:squad": "playsFor"}]
    )
    def test_a_status_is_mapped(self, table: Path, names: Names, mapping: dict[str, str]) -> None:
        text = "player,club,role\nanna,knights,squad\n"
        (claim,) = read(table, text, names, ROLES, mapping=mapping).claims

        assert claim.predicate == "playsFor"

    def test_a_name_is_mapped_before_it_is_looked_up(self, table: Path, names: Names) -> None:
        text = "player,club\nanna,knights\n"
        (claim,) = read(table, text, names, PLAYS, mapping={"anna": "boris"}).claims

        assert claim.subject == "boris"

    def test_one_value_can_mean_two_things_in_two_columns(self, table: Path, names: Names) -> None:
        mapping = {"player:x": "anna", "club:x": "rooks"}
        (claim,) = read(table, "player,club\nx,x\n", names, PLAYS, mapping=mapping).claims

        assert (claim.subject, claim.object) == ("anna", "rooks")

    def test_a_mapping_of_any_column_serves_where_its_target_fits(
        self, table: Path, names: Names
    ) -> None:
        """The status is not mapped to an entity, so its label is asked."""
        text = "player,club,role\nanna,knights,plays for\n"
        mapping = {"plays for": "rooks"}

        assert [c.predicate for c in read(table, text, names, ROLES, mapping=mapping).claims] == [
            "playsFor"
        ]

    def test_a_colon_without_a_column_is_part_of_the_value(self, table: Path, names: Names) -> None:
        text = "player,club\nplayer no: 7,knights\n"
        (claim,) = read(table, text, names, PLAYS, mapping={"player no: 7": "anna"}).claims

        assert claim.subject == "anna"

    def test_rows_are_left_out_and_counted(self, table: Path, names: Names) -> None:
        """Nothing else in them has to be understood."""
        text = "player,club,role\nnobody,knights,guest\nx,y,guest\nanna,knights,playsFor\n"
        found = read(table, text, names, ROLES, mapping={"guest": ""})

        assert (found.left_out, found.rows, len(found.claims)) == ({"guest": 2}, 3, 1)

    def test_the_mapping_says_which_properties_are_compared(
        self, table: Path, names: Names
    ) -> None:
        mapping = {"rival": "rivalOf"}
        found = read(
            table, "player,club,role\nanna,rooks,playsFor\n", names, ROLES, mapping=mapping
        )

        assert found.properties == {"playsFor", "rivalOf"}


class TestMappingFiles:
    def test_a_file_maps_values(self, table: Path, names: Names, tmp_path: Path) -> None:
        file = tmp_path / "map.csv"
        file.write_text(
            "column,value,target\nrole,squad,playsFor\n,Kn.,knights\n", encoding="utf-8"
        )
        text = "player,club,role\nanna,kn.,Squad\n"
        (claim,) = read(table, text, names, ROLES, mapping_files=[file]).claims

        assert (claim.predicate, claim.object) == ("playsFor", "knights")

    def test_what_was_given_comes_before_the_file(
        self, table: Path, names: Names, tmp_path: Path
    ) -> None:
        file = tmp_path / "map.csv"
        file.write_text("column,value,target\nclub,k,knights\n", encoding="utf-8")
        options = {"mapping": {"k": "rooks"}, "mapping_files": [file]}
        (claim,) = read(table, "player,club\nanna,k\n", names, PLAYS, **options).claims

        assert claim.object == "rooks"

    def test_a_column_that_is_not_asked_about_is_not_used(
        self, table: Path, names: Names, tmp_path: Path
    ) -> None:
        """One mapping may serve several tables."""
        file = tmp_path / "map.csv"
        file.write_text("column,value,target\nrole,knights,playsFor\n", encoding="utf-8")
        found = read(table, "player,club\nanna,knights\n", names, PLAYS, mapping_files=[file])

        assert found.claims[0].object == "knights"

    def test_everything_wrong_with_it_is_told(self, table: Path, names: Names) -> None:
        file = table.with_name("map.csv")
        file.write_text(
            "column,value,target\nrole,a,playsfor\nclub,b,rook\n,c,castles\nrole,d,ratings\n"
            "club,B,rooks\nplayer,e\n",
            encoding="utf-8",
        )

        found = refused(
            table, "player,club,role\nanna,knights,playsFor\n", names, ROLES, mapping_files=[file]
        )
        assert found == [
            "map.csv:2:8: error: 'playsfor' is not a property; did you mean 'playsFor'?",
            "map.csv:3:8: error: 'rook' is not the id of an entity; did you mean 'rooks'?",
            (
                "map.csv:4:4: error: 'castles' is not the id of an entity or a property; "
                "it is not in the graph"
            ),
            "map.csv:5:8: error: 'ratings' is not a property; did you mean 'rating'?",
            "map.csv:6:6: error: 'B' is already mapped on line 3; remove one of the two",
            (
                "map.csv:7:9: error: 2 cells where the header has 3, 1 too few; "
                "put one comma between cells and quote a cell that contains a comma"
            ),
        ]

    def test_a_header_of_another_kind_is_told(self, table: Path, names: Names) -> None:
        file = table.with_name("map.csv")
        file.write_text("value,target\nx,anna\n", encoding="utf-8")

        assert refused(table, "player,club\nanna,rooks\n", names, PLAYS, mapping_files=[file]) == [
            "map.csv:1:1: error: column 'column' is missing; the header must be column,value,target"
        ]

    @pytest.mark.parametrize("content", [None, b"", b"column,value,target\n\xff,,\n"])
    def test_a_file_that_cannot_be_read_is_another_matter(
        self, table: Path, names: Names, tmp_path: Path, content: bytes | None
    ) -> None:
        if content is not None:
            (tmp_path / "map.csv").write_bytes(content)

        with pytest.raises(InputError, match=r"map\.csv"):
            read(table, "player,club\n", names, PLAYS, mapping_files=[tmp_path / "map.csv"])


class TestTimes:
    """What a row can mean, and what it means at least, as days."""

    @pytest.mark.parametrize(
        ("cells", "possible", "sure"),
        [
            ("2006,2009", ("2006-01-01", "2009-12-31"), ("2006-01-01", "2009-12-31")),
            ("2006-02,2006-02", ("2006-02-01", "2006-02-28"), ("2006-02-01", "2006-02-28")),
            ("2006-08-16,2012-12-18", ("2006-08-16", "2012-12-18"), ("2006-08-16", "2012-12-18")),
            ("2006,", ("2006-01-01", END), ("2006-01-01", END)),
            (",2009", (BEGIN, "2009-12-31"), ("2009-12-31", "2009-12-31")),
            # The tiny league is current for 2024-01-01.
            (",", (BEGIN, END), ("2024-01-01", END)),
        ],
    )
    def test_first_and_last_are_both_included(
        self, table: Path, names: Names, cells: str, possible: Any, sure: Any
    ) -> None:
        (claim,) = read(table, f"player,club,from,to\nanna,rooks,{cells}\n", names, SPAN).claims

        assert (claim.possible, claim.sure) == (span(possible), span(sure))

    @pytest.mark.parametrize(
        ("cells", "possible", "sure"),
        [
            ("2006-08-16,2012-12-19", ("2006-08-16", "2012-12-18"), ("2006-08-16", "2012-12-18")),
            ("2006,2013-01-01", ("2006-01-01", "2012-12-31"), ("2006-01-01", "2012-12-31")),
            # Its last day lies in 2012: it surely held on the first day of that year.
            ("2006,2012", ("2006-01-01", "2012-12-31"), ("2006-01-01", "2012-01-01")),
            # It began and ended within the year, so it held on some day of it.
            ("2012,2012", ("2012-01-01", "2012-12-31"), ("2012-01-01", "2012-01-01")),
            ("2012-02-29,2012-02", ("2012-02-29", "2012-02-29"), ("2012-02-29", "2012-02-29")),
            (",2012-12-19", (BEGIN, "2012-12-18"), ("2012-12-18", "2012-12-18")),
        ],
    )
    def test_a_day_that_is_an_end_is_excluded_and_in_a_year_lies_the_last_day(
        self, table: Path, names: Names, cells: str, possible: Any, sure: Any
    ) -> None:
        columns = Roles("player", "club", predicate="playsFor", start="from", end="to")
        (claim,) = read(table, f"player,club,from,to\nanna,rooks,{cells}\n", names, columns).claims

        assert (claim.possible, claim.sure) == (span(possible), span(sure))

    @pytest.mark.parametrize(
        ("cells", "possible", "sure"),
        [
            # Wherever in three years it began, it held on the last day of them.
            ("1998~,2006", ("1997-01-01", "2006-12-31"), ("1999-12-31", "2006-12-31")),
            ("1998?,2006", ("1998-01-01", "2006-12-31"), ("1998-01-01", "2006-12-31")),
            (
                "2001-05,[2003-02..2003-04]",
                ("2001-05-01", "2003-04-30"),
                ("2001-05-01", "2003-02-01"),
            ),
            ("[..1990],2006", (BEGIN, "2006-12-31"), ("1990-12-31", "2006-12-31")),
            ("2006,[2010..]", ("2006-01-01", END), ("2006-01-01", "2010-01-01")),
            ("[2005..],", ("2005-01-01", END), None),
            # It may have been over before the last day on which it can have begun.
            ("1998~,1998~", ("1997-01-01", "1999-12-31"), None),
            (",2005~", (BEGIN, "2006-12-31"), None),
        ],
    )
    def test_dates_of_several_years_say_less_for_sure(
        self, table: Path, names: Names, cells: str, possible: Any, sure: Any
    ) -> None:
        (claim,) = read(table, f"player,club,from,to\nanna,rooks,{cells}\n", names, SPAN).claims

        assert claim.possible == span(possible)
        assert claim.sure == span(sure) if sure else claim.sure[0] > claim.sure[1]

    def test_what_cannot_have_lasted_that_long_is_refused(self, table: Path, names: Names) -> None:
        content = "player,club,from,to\nanna,rooks,2006,199X~\nanna,rooks,2006,[..2005]\n"

        assert refused(table, content, names, SPAN) == [
            "t.csv:3:17: error: last [..2005] is before first 2006; correct one of the two"
        ]

    @pytest.mark.parametrize(
        ("when", "is_sure"), [("2001", True), ("2001?", True), ("2001~", False), ("2001-21", False)]
    )
    def test_a_date_in_several_units_is_sure_in_none(
        self, table: Path, names: Names, when: str, is_sure: bool
    ) -> None:
        columns = Roles("player", "club", predicate="playsFor", at="when")
        (claim,) = read(table, f"player,club,when\nanna,rooks,{when}\n", names, columns).claims

        assert (claim.sure[0] <= claim.sure[1]) == is_sure

    @pytest.mark.parametrize(
        ("cells", "precision"),
        [
            ("1998~,2006-05", "year"),
            ("2006,2009-12-31", "year"),
            ("2006-08,2009-12-31", "month"),
            ("2006-08-16,", "day"),
            (",", None),
        ],
    )
    def test_the_least_precise_date_says_in_which_units_it_counts(
        self, table: Path, names: Names, cells: str, precision: str | None
    ) -> None:
        (claim,) = read(table, f"player,club,from,to\nanna,rooks,{cells}\n", names, SPAN).claims

        assert claim.precision == precision

    def test_a_single_date_is_all_its_days(self, table: Path, names: Names) -> None:
        columns = Roles("player", "club", predicate="playsFor", at="when")
        (claim,) = read(table, "player,club,when\nanna,rooks,2000-02\n", names, columns).claims

        assert claim.possible == claim.sure == span(("2000-02-01", "2000-02-29"))

    def test_a_table_without_dates_speaks_for_the_day_of_issue(
        self, table: Path, names: Names
    ) -> None:
        (claim,) = read(table, "player,club\nanna,rooks\n", names, PLAYS).claims

        assert (claim.possible, claim.precision) == (span(("2024-01-01", "2024-01-01")), "day")

    def test_or_for_the_date_that_is_given(self, table: Path, names: Names) -> None:
        (claim,) = read(table, "player,club\nanna,rooks\n", names, PLAYS, as_of="1999").claims

        assert (claim.possible, claim.precision) == (span(("1999-01-01", "1999-12-31")), "year")


def span(ends: tuple[str | int, str | int]) -> tuple[int, int]:
    first, last = (day(end) if isinstance(end, str) else end for end in ends)
    return first, last


class TestWhatIsNotUnderstood:
    def test_every_problem_is_told_in_one_run_in_the_order_of_lines(
        self, table: Path, names: Names
    ) -> None:
        text = (
            "player,club,from,to\n"
            "ana,knights,1995,1999\n"
            "anna,knights,1995-13,1999\n"
            "anna,bishops,soon,1999\n"
            "anna,knights,1999,1995\n"
            "boris,knights\n"
            ",rooks,1999,1999\n"
        )

        assert refused(table, text, names, SPAN) == [
            (
                "t.csv:2:1: error: subject 'ana' fits no entity; did you mean 'anna'? "
                "Then write mapping={'ana': 'anna'}; with an empty target, such rows are left out"
            ),
            "t.csv:3:14: error: '1995-13' is not a date: there is no month 13; correct the date",
            (
                "t.csv:4:6: error: object 'bishops' fits no entity; "
                "write mapping={'bishops': 'ID'}; with an empty target, such rows are left out"
            ),
            "t.csv:4:14: error: 'soon' is not a date; write YYYY, YYYY-MM or YYYY-MM-DD",
            "t.csv:5:19: error: last 1995 is before first 1999; correct one of the two",
            (
                "t.csv:6:14: error: 2 cells where the header has 4, 2 too few; "
                "put one comma between cells and quote a cell that contains a comma"
            ),
            "t.csv:7:1: error: the subject is missing; fill the cell",
        ]

    def test_a_name_is_told_once_with_the_number_of_its_rows(
        self, table: Path, names: Names
    ) -> None:
        text = "player,club\nAtlantis,rooks\nATLANTIS,rooks\natlantis,knights\nlemuria,rooks\n"

        messages = [
            line.split("error: ")[1].split(";")[0] for line in refused(table, text, names, PLAYS)
        ]
        assert messages == [
            "subject 'Atlantis' fits no entity (and in 2 more rows)",
            "subject 'lemuria' fits no entity",
        ]

    def test_a_name_of_two_entities_names_both(self, tiny: Tiny, table: Path) -> None:
        tiny.replace("data/entities.csv", "Boris,Борис,,", "Boris,Борис,Anna,")
        names = Names(History(tiny.build().store()))

        assert refused(table, "player,club\nANNA,rooks\n", names, PLAYS) == [
            (
                "t.csv:2:1: error: subject 'ANNA' fits several: anna, boris; "
                "write mapping={'ANNA': 'ID'} with one of them"
            )
        ]

    def test_a_status_that_is_not_mapped_is_told_with_the_nearest_property(
        self, table: Path, names: Names
    ) -> None:
        text = 'player,club,role\nanna,rooks,plays\nanna,rooks,"a guest, who sits"\n'

        assert refused(table, text, names, ROLES) == [
            (
                "t.csv:2:12: error: status 'plays' is not mapped to a property; "
                "did you mean 'playsFor'? Then write mapping={'plays': 'playsFor'}; "
                "with an empty target, such rows are left out"
            ),
            (
                "t.csv:3:12: error: status 'a guest, who sits' is not mapped to a property; "
                "write mapping={'a guest, who sits': 'PROPERTY'}; "
                "with an empty target, such rows are left out"
            ),
        ]

    def test_an_empty_status_is_told(self, table: Path, names: Names) -> None:
        assert refused(table, "player,club,role\nanna,rooks,\n", names, ROLES) == [
            "t.csv:2:12: error: the status is missing; fill the cell"
        ]

    def test_an_empty_cell_can_be_mapped(self, table: Path, names: Names) -> None:
        text = "player,club,role\nanna,rooks,\n"
        found = read(table, text, names, ROLES, mapping={"role:": "playsFor"})

        assert [claim.predicate for claim in found.claims] == ["playsFor"]

    def test_a_date_that_must_be_there_is_missed(self, table: Path, names: Names) -> None:
        columns = Roles("player", "club", predicate="playsFor", at="when")

        assert refused(table, "player,club,when\nanna,rooks,\n", names, columns) == [
            "t.csv:2:12: error: the date is missing; write YYYY, YYYY-MM or YYYY-MM-DD"
        ]

    def test_a_period_that_ends_when_it_begins_is_told_of_the_other_way_to_count(
        self, table: Path, names: Names
    ) -> None:
        columns = Roles("player", "club", predicate="playsFor", start="from", end="to")

        assert refused(
            table, "player,club,from,to\nanna,rooks,1999-05-01,1999-05-01\n", names, columns
        ) == [
            (
                "t.csv:2:23: error: end 1999-05-01 is not after start 1999-05-01; "
                "an end that is a day is the first on which it no longer holds; "
                "if both hold, use first= and last="
            )
        ]

    def test_columns_that_are_missing_are_told_and_rows_are_not_read(
        self, table: Path, names: Names
    ) -> None:
        assert refused(table, "players,team\nana,castles\n", names, PLAYS) == [
            (
                "t.csv:1:1: error: there is no column 'player'; did you mean 'players'? "
                "If not, name it with subject=; there are: players, team"
            ),
            (
                "t.csv:1:1: error: there is no column 'club'; "
                "name it with object=; there are: players, team"
            ),
        ]

    def test_a_mapping_that_leads_nowhere_is_told_with_the_rest(
        self, table: Path, names: Names
    ) -> None:
        mapping = {"x": "anna", "club:k": "nights", "role:g": "anna", "h": "ratings"}

        assert refused(table, "player,club,role\nana,k,playsFor\n", names, ROLES, mapping=mapping)[
            :3
        ] == [
            (
                "mapping={'club:k': 'nights'}: error: 'nights' is not the id of an entity; "
                "did you mean 'knights'?"
            ),
            (
                "mapping={'h': 'ratings'}: error: 'ratings' is not the id of an entity or a "
                "property; did you mean 'rating'?"
            ),
            "mapping={'role:g': 'anna'}: error: 'anna' is not a property; it is not in the graph",
        ]

    def test_a_property_that_is_none_is_told(self, table: Path, names: Names) -> None:
        columns = Roles("player", "club", predicate="playFor")

        assert refused(table, "player,club\nanna,rooks\n", names, columns) == [
            "predicate=: error: 'playFor' is not a property; did you mean 'playsFor'?"
        ]

    def test_a_hostile_cell_stays_on_one_line_and_sends_no_escape(
        self, table: Path, names: Names
    ) -> None:
        escape = "\N{ESCAPE}[31m"
        text = f'player,club\n"{escape}red\nalert\N{RIGHT-TO-LEFT OVERRIDE}",rooks\n'
        found = refused(table, text, names, PLAYS)

        assert len(found) == 1
        assert found[0].isprintable()

    def test_a_very_long_cell_is_cut(self, table: Path, names: Names) -> None:
        assert len(refused(table, f"player,club\n{'x' * 5000},rooks\n", names, PLAYS)[0]) < 400


class TestLiterals:
    """What the object is follows from the property: a rating is a whole number."""

    RATED = Roles("player", "rating", predicate="rating")

    def test_a_cell_is_a_value_however_it_is_spelled(self, table: Path, names: Names) -> None:
        found = read(table, "player,rating\nanna,007\nboris,+7\n", names, self.RATED).claims

        assert [(one.subject, one.object, one.datatype) for one in found] == [
            ("anna", "7", "xsd:integer"),
            ("boris", "7", "xsd:integer"),
        ]

    @pytest.mark.parametrize(
        ("datatype", "cell", "value"),
        [
            ("xsd:decimal", "+02.50", "2.5"),
            ("xsd:boolean", "1", "true"),
            ("xsd:date", "1999-06-14", "1999-06-14"),
            ("xsd:gYear", "Y12020", "12020"),
            ("xsd:string", "007", "007"),
            ("xsd:string", "The Queen", "The Queen"),
            # What is an entity's id elsewhere is a text here.
            ("xsd:string", "knights", "knights"),
        ],
    )
    def test_a_value_has_the_type_of_its_property(
        self, tiny: Tiny, table: Path, datatype: str, cell: str, value: str
    ) -> None:
        tiny.replace("ontology/ontology.ttl", "rdfs:range xsd:integer", f"rdfs:range {datatype}")
        tiny.replace("data/statements/facts.csv", "anna,rating,2100", f"anna,rating,{cell}")
        (tiny.ontology / "shapes.ttl").unlink()
        names = Names(History(tiny.build().store()))
        (claim,) = read(table, f"player,rating\nanna,{cell}\n", names, self.RATED).claims

        assert (claim.object, claim.datatype) == (value, datatype)

    def test_a_cell_of_another_type_is_told_with_its_place_and_its_repair(
        self, table: Path, names: Names
    ) -> None:
        rows = ("anna,n/a", "boris,2 100", "clara,N/A", "boris,", "clara,9223372036854775808")
        text = "\n".join(["player,rating", *rows, ""])

        assert refused(table, text, names, self.RATED) == [
            (
                "t.csv:2:6: error: 'n/a' is not of type xsd:integer (and in 1 more row); "
                "write mapping={'n/a': 'LITERAL'}; with an empty target, such rows are left out"
            ),
            (
                "t.csv:3:7: error: '2 100' is not of type xsd:integer; did you mean '2100'? "
                "Then write mapping={'2 100': 'LITERAL'}; with an empty target, such rows are "
                "left out"
            ),
            "t.csv:5:7: error: the object is missing; fill the cell",
            (
                "t.csv:6:7: error: the store cannot hold 9223372036854775808 as xsd:integer, "
                "of which the most is 9223372036854775807; "
                "write mapping={'9223372036854775808': 'LITERAL'}; "
                "with an empty target, such rows are left out"
            ),
        ]

    def test_rows_of_another_type_can_be_left_out(self, table: Path, names: Names) -> None:
        found = read(
            table, "player,rating\nanna,n/a\nboris,7\n", names, self.RATED, skip_unmatched=True
        )

        assert ([one.place for one in found.claims], found.skipped_rows) == (["3"], 1)

    @pytest.mark.parametrize("key", ["Grandmaster", "rating:grandmaster"])
    def test_a_value_is_mapped_to_a_literal(self, table: Path, names: Names, key: str) -> None:
        text = "player,rating\nanna,grandmaster\nboris,\nclara,n/a\n"
        mapping = {key: "02500", "rating:": "", "n/a": ""}
        found = read(table, text, names, self.RATED, mapping=mapping)

        assert [(one.subject, one.object) for one in found.claims] == [("anna", "2500")]
        assert found.left_out == {"": 1, "n/a": 1}

    def test_a_name_that_is_mapped_for_any_column_is_no_literal(
        self, tiny: Tiny, table: Path
    ) -> None:
        tiny.replace("ontology/ontology.ttl", "rdfs:range xsd:integer", "rdfs:range xsd:string")
        (tiny.ontology / "shapes.ttl").unlink()
        names = Names(History(tiny.build().store()))
        mapping = {"the champion": "anna", "rating:The best": "boris"}
        text = "player,rating\nThe champion,The champion\nclara,The best\n"
        found = read(table, text, names, self.RATED, mapping=mapping).claims

        assert [(one.subject, one.object) for one in found] == [
            ("anna", "The champion"),
            ("clara", "boris"),
        ]

    def test_a_target_of_another_type_is_told(self, table: Path, names: Names) -> None:
        mapping = {"rating:a": "many", "b": "2 100", "rating:c": "anna"}

        assert refused(table, "player,rating\nanna,7\n", names, self.RATED, mapping=mapping) == [
            (
                "mapping={'b': '2 100'}: error: '2 100' is not the id of an entity or a literal of "
                "type xsd:integer; did you mean '2100'?"
            ),
            (
                "mapping={'rating:a': 'many'}: error: 'many' is not a literal of type xsd:integer; "
                "correct the target"
            ),
            (
                "mapping={'rating:c': 'anna'}: error: 'anna' is not a literal of type xsd:integer; "
                "correct the target"
            ),
        ]

    def test_a_table_can_say_both_row_by_row(self, table: Path, names: Names) -> None:
        text = "player,club,role\nanna,Knights,plays for\nanna,7,Rating\nboris,eight,rating\n"
        found = read(table, text, names, ROLES, mapping={"eight": "8"}).claims

        assert [(one.predicate, one.object, one.datatype) for one in found] == [
            ("playsFor", "knights", ""),
            ("rating", "7", "xsd:integer"),
            ("rating", "8", "xsd:integer"),
        ]

    def test_a_literal_of_what_the_table_never_says_leads_nowhere(
        self, table: Path, names: Names
    ) -> None:
        text = "player,club,role\nanna,knights,playsFor\n"

        assert refused(table, text, names, ROLES, mapping={"eight": "8"}) == [
            (
                "mapping={'eight': '8'}: error: '8' is not the id of an entity or a property; "
                "it is not in the graph"
            )
        ]

    def test_what_the_object_is_depends_on_the_status(self, table: Path, names: Names) -> None:
        """Of a row whose status means nothing, a number is not called an unknown entity."""
        text = "player,club,role\nanna,7,rating\nboris,8,strength\n"

        assert [line.split(";")[0] for line in refused(table, text, names, ROLES)] == [
            "t.csv:3:9: error: status 'strength' is not mapped to a property"
        ]


class TestSkipping:
    TEXT = "player,club,role\nana,rooks,playsFor\nanna,castle,guest\nanna,rooks,playsFor\n"

    def test_rows_with_unknown_names_can_be_left_out(self, table: Path, names: Names) -> None:
        found = read(table, self.TEXT, names, ROLES, skip_unmatched=True)

        assert ([claim.place for claim in found.claims], found.skipped_rows) == (["4"], 2)

    def test_they_are_listed_all_the_same(self, table: Path, names: Names) -> None:
        found = read(table, self.TEXT, names, ROLES, skip_unmatched=True)

        assert [(one.line, one.column) for one in found.skipped] == [(2, 1), (3, 6), (3, 13)]

    def test_a_date_that_is_none_is_still_an_error(self, table: Path, names: Names) -> None:
        text = "player,club,from,to\nanna,rooks,soon,\n"

        assert refused(table, text, names, SPAN, skip_unmatched=True) == [
            "t.csv:2:12: error: 'soon' is not a date; write YYYY, YYYY-MM or YYYY-MM-DD"
        ]


class TestColumns:
    @pytest.mark.parametrize(
        ("columns", "message"),
        [
            (
                Roles(),
                (
                    "one of predicate= and status= is needed: "
                    "the property of the whole table, or the column that says it row by row"
                ),
            ),
            (
                Roles(predicate="playsFor", status="role"),
                (
                    "one of predicate= and status= cannot both be given: "
                    "the property of the whole table, or the column that says it row by row"
                ),
            ),
            (
                Roles(predicate="playsFor", start="from", last="to"),
                (
                    "the rows say their time in more than one way; "
                    "choose start= and end=, first= and last=, or at="
                ),
            ),
            (
                Roles(predicate="playsFor", at="when", end="to"),
                (
                    "the rows say their time in more than one way; "
                    "choose start= and end=, first= and last=, or at="
                ),
            ),
        ],
    )
    def test_they_must_go_together(
        self, table: Path, names: Names, columns: Roles, message: str
    ) -> None:
        with pytest.raises(UsageError) as error:
            read(table, "subject,object\n", names, columns)

        assert message == str(error.value)

    def test_a_table_with_dates_has_no_other_date(self, table: Path, names: Names) -> None:
        with pytest.raises(UsageError, match="as_of= is the date of a table without dates"):
            read(table, "player,club,from,to\n", names, SPAN, as_of="2020")

    def test_the_date_must_be_one(self, table: Path, names: Names) -> None:
        with pytest.raises(UsageError, match="'soon' is not a date"):
            read(table, "player,club\n", names, PLAYS, as_of="soon")

    def test_one_column_can_be_first_and_last(self, table: Path, names: Names) -> None:
        """A table with a row a year."""
        columns = Roles("player", "club", predicate="playsFor", first="year", last="year")
        (claim,) = read(table, "player,club,year\nanna,rooks,2001\n", names, columns).claims

        assert claim.possible == span(("2001-01-01", "2001-12-31"))


class TestDataFrames:
    def test_a_row_keeps_its_index_as_place(self, names: Names) -> None:
        frame = pd.DataFrame({"player": ["Anna"], "club": ["Rooks"]}, index=["r1"])

        assert [claim.place for claim in read_claims(frame, PLAYS, names).claims] == ["r1"]

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            ([1995, 1998], [1999, None]),  # whole numbers become floats beside a gap
            (["1995", "1998"], ["1999", ""]),
            (
                pd.to_datetime(["1995-01-01", "1998-01-01"]),
                pd.to_datetime(["1999-12-31", "NaT"]),
            ),
            ([date(1995, 1, 1), date(1998, 1, 1)], [date(1999, 12, 31), None]),
        ],
    )
    def test_dates_may_be_numbers_texts_and_timestamps(
        self, names: Names, first: Any, last: Any
    ) -> None:
        frame = pd.DataFrame(
            {"player": ["anna", "boris"], "club": ["knights", "knights"], "from": first, "to": last}
        )

        claims = read_claims(frame, SPAN, names).claims
        assert [claim.possible for claim in claims] == [
            span(("1995-01-01", "1999-12-31")),
            span(("1998-01-01", END)),
        ]

    def test_what_is_not_understood_is_told_with_the_index(self, names: Names) -> None:
        frame = pd.DataFrame({"player": ["ana"], "club": ["rooks"]}, index=[17])

        with pytest.raises(TableError) as error:
            read_claims(frame, PLAYS, names)
        assert str(error.value).startswith(
            "row 17, column player: error: subject 'ana' fits no entity; did you mean 'anna'?"
        )

    def test_a_column_that_is_missing_is_told(self, names: Names) -> None:
        with pytest.raises(TableError) as error:
            read_claims(pd.DataFrame({"player": ["anna"]}), PLAYS, names)

        assert str(error.value) == (
            "the table: error: there is no column 'club'; name it with object=; there are: player"
        )

    def test_an_empty_frame_says_nothing(self, names: Names) -> None:
        assert read_claims(pd.DataFrame({"player": [], "club": []}), PLAYS, names).claims == ()


def test_a_file_that_is_not_there_cannot_be_read(table: Path, names: Names) -> None:
    with pytest.raises(InputError, match=r"^t\.csv cannot be read: No such file"):
        read_claims(table, PLAYS, names)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "t.csv:1:1: error: the file is empty; the first line must be player,club"),
        (
            b"player,club\nanna,\xff\n",
            (
                "t.csv:2:6: error: byte 17 (0xff) is not UTF-8, the file was most likely saved "
                "as Windows-1252; save the file as UTF-8 (in Excel: CSV UTF-8)"
            ),
        ),
    ],
)
def test_a_file_that_is_no_text_cannot_be_read(
    table: Path, names: Names, content: bytes, message: str
) -> None:
    table.write_bytes(content)

    with pytest.raises(InputError) as error:
        read_claims(table, PLAYS, names)
    assert message == str(error.value)
