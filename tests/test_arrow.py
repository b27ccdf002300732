"""Data frames of results: what pandas, Polars and Arrow are given is what the rows say."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import UsageError
from kg.model.namespaces import Vocabulary, term
from kg.query.questions import run
from kg.query.result import Result
from kg.store.embedded import EmbeddedStore

BASE = "https://example.org/"
DATASET = NamedNode("urn:dataset")
XSD = "http://www.w3.org/2001/XMLSchema#"


def store_of(*quads: Quad) -> EmbeddedStore:
    space = Quad(DATASET, term("void:uriSpace"), Literal(BASE))
    return EmbeddedStore.of([Quad(DATASET, term("rdf:type"), term("dcat:Dataset")), space, *quads])


def values(*written: str) -> Result:
    return run(store_of(), f"SELECT ?x {{ VALUES ?x {{ {' '.join(written)} }} }}")


class TestArrow:
    @pytest.mark.parametrize(
        ("written", "kind", "expected"),
        [
            (("1", "UNDEF", "-2"), pa.int64(), [1, None, -2]),
            (("true", "UNDEF"), pa.bool_(), [True, None]),
            (('"2001-05-02"^^xsd:date',), pa.date32(), [dt.date(2001, 5, 2)]),
            (('"2001"^^xsd:gYear', '"2001-05-02"^^xsd:date'), pa.string(), ["2001", "2001-05-02"]),
            (("id:anna", "id:boris"), pa.string(), ["anna", "boris"]),
            (("id:anna", "st:0123"), pa.string(), ["anna", "st:0123"]),
            (("st:0123", "UNDEF", "st:ab"), pa.string(), ["st:0123", None, "st:ab"]),
            ((":memberOf",), pa.string(), [":memberOf"]),
            (("1", "true", '"x"'), pa.string(), ["1", "true", "x"]),
            (('""', "UNDEF"), pa.string(), ["", None]),
            (('"a\\tb\\nc\\"d\\\\"',), pa.string(), ['a\tb\nc"d\\']),
            (("<https://example.org/id/a%2Fb>",), pa.string(), ["a%2Fb"]),
            (("99999999999999999999",), pa.string(), ["99999999999999999999"]),
        ],
    )
    def test_a_column_has_the_type_of_its_values(
        self, written: tuple[str, ...], kind: pa.DataType, expected: list[object]
    ) -> None:
        column = values(*written).to_arrow().column("x")

        assert (column.type, column.to_pylist()) == (kind, expected)

    def test_columns_are_known_without_rows(self) -> None:
        table = run(store_of(), "SELECT ?a ?b { FILTER(false) }").to_arrow()

        assert (table.column_names, table.num_rows) == (["a", "b"], 0)

    # Arrow reads blocks of 16 MiB, and the engine lines of 16 MiB at most.
    @pytest.mark.parametrize("size", [16_777_000, 40_000_000])
    def test_a_very_long_text_is_read(self, size: int) -> None:
        text = "x" * size
        store = store_of(Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal(text)))

        answer = run(store, "SELECT ?x { <urn:s> <urn:p> ?x }").to_arrow()

        assert answer.column("x").to_pylist() == [text]

    def test_a_construct_has_three_columns(self) -> None:
        store = store_of(Quad(NamedNode(f"{BASE}id/a"), NamedNode("urn:p"), Literal(7)))

        table = run(store, "CONSTRUCT { ?s ?p ?o } WHERE { ?s <urn:p> ?o . ?s ?p ?o }").to_arrow()

        assert table.to_pylist() == [{"subject": "a", "predicate": "urn:p", "object": 7}]

    def test_names_are_shortened_as_in_the_rows(self) -> None:
        # A namespace within another: which of them a name belongs to is decided one by one.
        result = values("<https://example.org/x>", "<https://example.org/id/>", "rdf:type")

        assert result.to_arrow().column("x").to_pylist() == [row[0] for row in result.rows]

    @settings(max_examples=200)
    @given(
        st.lists(
            st.one_of(
                st.none(),
                st.text().map(Literal),
                st.text().map(lambda text: Literal(text, language="ru")),
                st.integers().map(Literal),
                st.booleans().map(Literal),
                st.dates().map(lambda day: Literal(str(day), datatype=NamedNode(f"{XSD}date"))),
                st.from_regex(r"[A-Za-z0-9._~-]{1,9}", fullmatch=True).map(
                    lambda name: NamedNode(f"{BASE}id/{name}")
                ),
            ),
            max_size=6,
        )
    )
    def test_the_frames_say_what_the_rows_say(
        self, cells: list[Literal | NamedNode | None]
    ) -> None:
        result = Result(("x",), tuple((cell,) for cell in cells), Vocabulary(BASE))
        rows = [row[0] for row in result.rows]

        frame = result.to_pandas()["x"]
        found = [None if frame.isna()[i] else value for i, value in enumerate(frame)]

        if str(frame.dtype).startswith("datetime"):
            found = [value and f"{value:%Y-%m-%d}" for value in found]
            found = [value and value.zfill(10) for value in found]
        assert found == rows
        assert [value is None for value in result.to_polars()["x"]] == [v is None for v in rows]


class TestPolars:
    def test_dates_and_numbers_have_their_types(self) -> None:
        schema = values('"2001-05-02"^^xsd:date').to_polars().schema

        assert schema == {"x": pl.Date}


class TestLabels:
    @pytest.fixture
    def store(self) -> EmbeddedStore:
        named = [("anna", "Anna", "en"), ("anna", "Анна", "ru"), ("boris", "Борис", "ru")]
        return store_of(
            *(
                Quad(NamedNode(f"{BASE}id/{name}"), term("rdfs:label"), Literal(text, language=at))
                for name, text, at in named
            )
        )

    TEXT = "SELECT ?x { VALUES ?x { id:anna id:boris } }"

    @pytest.mark.parametrize(
        ("language", "expected"),
        [("", ["anna", "boris"]), ("en", ["Anna", "boris"]), ("ru", ["Анна", "Борис"])],
    )
    def test_entities_are_called_by_label_where_they_have_one(
        self, store: EmbeddedStore, language: str, expected: list[str]
    ) -> None:
        result = run(store, self.TEXT)

        assert result.to_pandas(labels=language)["x"].tolist() == expected
        assert result.to_arrow(labels=language).column("x").to_pylist() == expected

    def test_rows_keep_their_ids(self, store: EmbeddedStore) -> None:
        result = run(store, self.TEXT)
        result.to_pandas(labels="en")

        assert result.rows == [("anna",), ("boris",)]


class TestDisplay:
    def many(self, count: int) -> Result:
        return values(*map(str, range(count)))

    def test_all_of_a_short_answer_is_displayed(self) -> None:
        shown = self.many(60)._repr_html_()

        assert shown.count("<tr>") == 61
        assert "of 60" not in shown

    def test_of_a_long_answer_the_first_rows_are_displayed_and_the_rest_counted(self) -> None:
        result = self.many(100_000)

        assert result._repr_html_().endswith("<p>60 of 100000 rows</p>")
        assert repr(result).endswith("59\n(60 rows) of 100000")

    def test_the_text_of_a_long_answer_is_whole(self) -> None:
        assert str(self.many(61)).endswith("60\n(61 rows)\n")


class TestMissingLibraries:
    @pytest.mark.parametrize("library", ["pandas", "polars"])
    def test_the_extra_to_install_is_named(
        self, library: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

        with pytest.raises(UsageError, match=rf"pip install 'eurasia-kg\[{library}\]'"):
            getattr(values("1"), f"to_{library}")()
