"""Dumps: each format is read back by other programs and says the same."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import rdflib
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Quad,
    RdfFormat,
    Triple,
    parse,
)
from rdflib.compare import isomorphic

from kg.errors import UsageError
from kg.exports.dump import dump
from kg.model.statement import Statement
from kg.query.slice import slice_of

if TYPE_CHECKING:
    import kg
    from conftest import Tiny
    from kg.store.embedded import EmbeddedStore

RDF_FORMATS = {
    ".trig": RdfFormat.TRIG,
    ".nq": RdfFormat.N_QUADS,
    ".ttl": RdfFormat.TURTLE,
    ".jsonld": RdfFormat.JSON_LD,
}
DATASETS = [".trig", ".nq", ".jsonld"]
KNIGHTS = Statement("anna", "playsFor", "knights", "state", start="1995-09", end="2000-01-01").id


@pytest.fixture
def store(tiny: Tiny) -> EmbeddedStore:
    return tiny.build().store()


def canonical(quads: list[Quad]) -> Dataset:
    """Blank nodes named by content, so that two readings can be compared."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def by_rdflib(content: bytes, suffix: str) -> rdflib.Dataset:
    form = {".trig": "trig", ".nq": "nquads", ".jsonld": "json-ld", ".ttl": "turtle"}[suffix]
    dataset = rdflib.Dataset()
    dataset.parse(data=content.decode(), format=form)
    return dataset


class TestRdf:
    def test_nquads_there_and_back_change_nothing(self, store: EmbeddedStore) -> None:
        back = parse(dump(store, ".nq"), RdfFormat.N_QUADS)

        assert set(store.quads()) == set(back)

    @pytest.mark.parametrize("suffix", DATASETS)
    def test_every_graph_is_read_back_by_oxigraph(self, store: EmbeddedStore, suffix: str) -> None:
        back = list(parse(dump(store, suffix), RDF_FORMATS[suffix]))

        assert canonical(list(store.quads())) == canonical(back)

    def test_turtle_holds_the_default_graph(self, store: EmbeddedStore) -> None:
        back = list(parse(dump(store, ".ttl"), RdfFormat.TURTLE))

        default = [quad for quad in store.quads() if quad.graph_name == DefaultGraph()]
        assert canonical(default) == canonical(back)

    # rdflib 7.6 warns of its own use of ConjunctiveGraph and Dataset.default_context.
    @pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")
    @pytest.mark.parametrize("suffix", RDF_FORMATS)
    def test_rdflib_reads_the_same_default_graph(self, store: EmbeddedStore, suffix: str) -> None:
        plain = rdflib.Graph()
        plain.parse(data=dump(store, ".ttl").decode(), format="turtle")

        assert isomorphic(plain, by_rdflib(dump(store, suffix), suffix).default_graph)

    @pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")
    @pytest.mark.parametrize("suffix", DATASETS)
    def test_rdflib_finds_a_statement_in_its_graph(self, store: EmbeddedStore, suffix: str) -> None:
        base = "https://example.org/tiny/"
        dataset = by_rdflib(dump(store, suffix), suffix)

        assert [*map(str, next(iter(dataset.graph(f"{base}statement/{KNIGHTS}"))))] == [
            f"{base}id/anna",
            f"{base}ontology#playsFor",
            f"{base}id/knights",
        ]

    @pytest.mark.parametrize("suffix", [".trig", ".ttl"])
    def test_texts_use_the_projects_prefixes(self, store: EmbeddedStore, suffix: str) -> None:
        assert b"@prefix id: <https://example.org/tiny/id/> ." in dump(store, suffix)

    @pytest.mark.parametrize("suffix", RDF_FORMATS)
    def test_the_order_of_the_quads_does_not_matter(
        self, store: EmbeddedStore, suffix: str
    ) -> None:
        turned = type(store).of(reversed(list(store.quads())))

        assert dump(store, suffix) == dump(turned, suffix)

    def test_a_slice_is_dumped_as_it_is(self, store: EmbeddedStore) -> None:
        triples = set(parse(dump(slice_of(store, "1999"), ".ttl"), RdfFormat.TURTLE))

        words = store.words
        plays = Triple(words.entity("anna"), words.ontology("playsFor"), words.entity("knights"))
        assert Quad(*plays) in triples

    def test_the_shipped_graph_comes_back_whole(self, shipped: kg.Graph) -> None:
        back = list(parse(shipped.dump(".trig"), RdfFormat.TRIG))

        assert sum(not has_blank(quad) for quad in shipped.store.quads()) == sum(
            not has_blank(quad) for quad in back
        )


def has_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


class TestParquet:
    @pytest.fixture
    def frame(self, store: EmbeddedStore) -> pd.DataFrame:
        return pd.read_parquet(io.BytesIO(dump(store, ".parquet")))

    def test_a_row_is_a_reference(self, frame: pd.DataFrame) -> None:
        """Nine rows of the league, and the one inferred statement without any."""
        assert len(frame) == 10

    def test_a_row_has_statement_dates_and_place(self, frame: pd.DataFrame) -> None:
        row = frame[frame["row"] == "data/statements/facts.csv:3"].iloc[0]

        assert row[["statement", "since", "until", "source", "locator", "attested"]].tolist() == [
            KNIGHTS,
            "1995-09-01",
            "2000-01-01",
            "gazette-1999",
            "¶2",
            "1999-05-03",
        ]

    def test_an_inferred_statement_has_its_rule(self, frame: pd.DataFrame) -> None:
        row = frame[frame["predicate"] == "teammateOf"].iloc[0]

        assert (row["rule"], row["source"]) == ("teammates", "")

    def test_a_row_says_of_statement_and_source_all(self, frame: pd.DataFrame) -> None:
        """By facts.csv, sources.csv and entities.csv; nobody disputes it, and it is over."""
        row = frame[frame["row"] == "data/statements/facts.csv:3"].iloc[0]

        assert row[["status", "disputed_by", "title", "publisher", "published"]].tolist() == [
            *("ended", "", "The Gazette", "Gazette House", "1999-06-14"),
        ]
        labels = [f"{end}_label_{of}" for end in ("subject", "object") for of in ("en", "ru")]
        assert row[labels].tolist() == ["Anna", "Анна", "Knights", "Кони"]

    def test_a_bound_that_is_not_known_is_missing(self, frame: pd.DataFrame) -> None:
        row = frame[frame["predicate"] == "hosts"].iloc[0]

        assert row[["since", "until"]].isna().all()

    def test_the_same_graph_gives_the_same_bytes(self, store: EmbeddedStore) -> None:
        assert dump(store, ".parquet") == dump(store, ".parquet")


@pytest.mark.parametrize("suffix", ["", ".rdf", ".TRIG", "trig", ".csv"])
def test_another_suffix_is_the_users_mistake(store: EmbeddedStore, suffix: str) -> None:
    with pytest.raises(UsageError, match="is not a format of dumps"):
        dump(store, suffix)


def test_the_message_names_every_suffix(store: EmbeddedStore) -> None:
    with pytest.raises(UsageError) as caught:
        dump(store, ".rdf")

    known = ".trig .nq .jsonld .parquet .xlsx .ods .ttl .tsv .cypher .ftm.json .duckdb"
    assert str(caught.value).endswith(f"choose one of {known}")
