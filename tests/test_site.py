"""`kg site`: a folder of pages that needs no server, in which every link leads somewhere."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
import rdflib
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat
from sites import below_a_path, broken_links, seen, target_of

import kg
from kg.cli.commands import main
from kg.errors import UsageError
from kg.exports.dump import dump
from kg.model.namespaces import Vocabulary
from kg.site.links import file_name
from kg.site.marker import MARKER
from kg.site.sitemap import sitemap
from kg.store.embedded import EmbeddedStore
from kg.store.rdf import Lines, to_rdf

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

    from conftest import Tiny

DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
VOID = rdflib.Namespace("http://rdfs.org/ns/void#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
# One of each kind.
PAGES = (
    "index.html",
    "id/csto.html",
    "source/tass-2012-12-19.html",
    "statement",
    "question/overlap.html",
    "questions.html",
    "class",
    "ontology.html",
    "downloads.html",
    "sources.html",
    "about.html",
    "search.html?q=armenia",
)


@pytest.fixture(scope="module")
def site(shipped: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the shipped graph."""
    folder = tmp_path_factory.mktemp("sites") / "site"
    kg.write_site(shipped, folder)
    return folder


@pytest.fixture(scope="module")
def league(prototype: Path) -> kg.Graph:
    """The graph of the tiny project."""
    return kg.open(prototype / "build")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def number(graph: rdflib.Graph, node: Any, predicate: rdflib.URIRef) -> int:
    return int(str(graph.value(node, predicate)))


def files_of(folder: Path) -> dict[str, bytes]:
    every = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in every}


class TestPages:
    def test_every_link_leads_to_a_file_of_the_folder(self, site: Path) -> None:
        assert broken_links(site) == []

    def test_the_check_of_links_sees_a_broken_one(self, tmp_path: Path) -> None:
        (tmp_path / "a.html").write_text('<a href="b.html"></a><a href="#c"></a>', "utf-8")

        assert broken_links(tmp_path) == ["a.html: b.html", "a.html: #c"]

    def test_each_thing_has_a_page(self, site: Path, shipped: kg.Graph) -> None:
        """Counted by SPARQL, not by what the site is made of."""
        for folder, kind in (("source", "kg:Source"), ("statement", "kg:Statement")):
            answer = shipped.query(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a {kind} }}")
            assert len(list((site / folder).iterdir())) == answer.rows[0][0]
        entities = shipped.query(
            "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a ?kind FILTER STRSTARTS(STR(?x), STR(id:)) }"
        )
        assert len(list((site / "id").iterdir())) == entities.rows[0][0]
        assert len(list((site / "question").iterdir())) == len(shipped.questions)

    def test_every_page_can_be_reached_from_the_first(self, site: Path) -> None:
        todo, met = [site / "index.html"], set()
        while todo:
            page = todo.pop()
            if page in met or page.suffix != ".html":
                continue
            met.add(page)
            links = {link.partition("#")[0] for link in seen(page).links if "://" not in link}
            todo += [target_of(page.parent, link) for link in links if link]

        assert set(site.rglob("*.html")) - met == set()

    def test_an_answer_names_its_date_and_leads_to_what_it_names(self, site: Path) -> None:
        page = site / "question" / "members.html"

        assert '<time datetime="2026-11-23">' in text_of(page)
        assert {"../id/armenia.html", "../id/csto.html"} <= set(seen(page).links)

    def test_as_of_a_date_pages_tell_of_it(self, shipped: kg.Graph, tmp_path: Path) -> None:
        """Uzbekistan was a member of the CSTO in 2010, and is none on the day of issue."""
        kg.write_site(shipped, tmp_path / "then", as_of="2010")
        page = text_of(tmp_path / "then" / "question" / "members-of-one-only.html")

        assert 'As of <time datetime="2010">' in page
        assert "seen from 2010" in text_of(tmp_path / "then" / "id" / "csto.html")
        members = text_of(tmp_path / "then" / "question" / "members.html")
        assert "../id/uzbekistan.html" in members

    def test_the_ontology_says_how_many_facts_each_property_has(
        self, site: Path, shipped: kg.Graph
    ) -> None:
        page = text_of(site / "ontology.html")
        counted = "SELECT (COUNT(?st) AS ?n) { ?st a kg:Statement ; rdf:predicate :memberOf }"
        count = shipped.query(counted).rows[0][0]
        (_, _, about) = page.partition('id="property-memberOf"')

        assert f"<dt>facts</dt><dd>{count}" in about.partition("</article>")[0]
        assert "<dt>kind</dt><dd>state</dd>" in about.partition("</article>")[0]
        assert 'href="#class-State"' in about.partition("</article>")[0]

    def test_a_question_that_needs_something_is_answered_for_the_main_subjects(
        self, site: Path
    ) -> None:
        """Those of data/dataset.ttl: CSTO, CIS and SCO."""
        page = text_of(site / "question" / "members-of-one-only.html")

        headings = page.count('<h2 id="answer-')
        assert headings == 3

    def test_a_question_without_rows_says_so(self, tiny: Tiny, tmp_path: Path) -> None:
        tiny.write(
            "ontology/questions/nobody.rq",
            "# Who won nothing?\nSELECT ?who { ?who :won ?what FILTER(false) }\n",
        )
        tiny.build()
        kg.write_site(kg.build(tiny.data, tiny.ontology), tmp_path / "site")

        assert "0 rows." in text_of(tmp_path / "site" / "question" / "nobody.html")

    def test_of_one_it_speaks_as_of_one(self, tiny: Tiny, tmp_path: Path) -> None:
        kg.write_site(kg.build(tiny.data, tiny.ontology), tmp_path / "site")
        pages = [text_of(path) for path in (tmp_path / "site").rglob("*.html")]

        plurals = r">1 (?:facts|sources|questions|properties|classes|rules)\b|\b1 sources"
        assert [found for page in pages for found in re.findall(plurals, page)] == []
        assert any(re.search(r">1 (fact|source)\b", page) for page in pages)

    def test_an_entity_of_which_nothing_is_said_has_a_page(
        self, tiny: Tiny, tmp_path: Path
    ) -> None:
        tiny.add("nobody,Player,Nobody,Никто,,,", "data/entities.csv")
        kg.write_site(kg.build(tiny.data, tiny.ontology), tmp_path / "site")

        assert "No fact." in text_of(tmp_path / "site" / "id" / "nobody.html")

    @pytest.mark.parametrize("most", [3, 50_000])
    def test_no_text_of_the_tables_becomes_markup(
        self, tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
    ) -> None:
        """Each text of a fact and of what it names, in the pages of a small and a large graph."""
        monkeypatch.setattr("kg.site.site.MOST_SHOWN", most)
        tiny.add("dora,Player,<u>1&,,<u>2&,,<u>3&", "data/entities.csv")
        source = "u,<u>4&,<u>5&,https://example.org/?a&b,2001,,en,<u>6&,"
        tiny.add(source, "data/sources.csv")
        tiny.add("dora,playsFor,rooks,2001,,,u,<u>7&,,<u>8&")
        kg.write_site(kg.build(tiny.data, tiny.ontology), tmp_path / "site")
        shown = [text_of(path) for path in (tmp_path / "site").rglob("*.html")]

        # The graph page has the texts in a script, and is tested by itself.
        pages = [page for page in shown if 'id="kg-' not in page]
        assert [page for page in pages if "<u>" in page] == []
        text = "".join(pages)
        assert [n for n in range(1, 9) if f"&lt;u&gt;{n}&amp;" not in text] == []

    def test_a_fact_stands_alike_with_its_subject_its_object_and_its_source(
        self, site: Path
    ) -> None:
        """But for the link to what the page is about."""

        ends = re.compile(
            r'<li id="st-([0-9a-f]{16})">\n<a href="../id/uzbekistan.html">.+member of'
            r'.+<a href="../id/csto.html">'
        )
        (one,) = ends.findall(text_of(site / "source" / "tass-2012-12-19.html"))

        def line(page: str) -> str:
            item = text_of(site / page).partition(f'<li id="st-{one}">')[2]
            return " ".join(re.sub("<[^>]*>", " ", item.partition('<a class="page"')[0]).split())

        pages = ("id/uzbekistan.html", "id/csto.html", "source/tass-2012-12-19.html")
        words = "Uzbekistan member of Collective Security Treaty Organization"
        for page in pages:
            assert line(page) == f"{words} from 2006-08-16 until 2012-12-19 ended"


class TestManyStatements:
    """A large graph has a page of evidence for each subject; here one of more than three is."""

    @pytest.fixture
    def large(self, league: kg.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr("kg.site.site.MOST_SHOWN", 3)
        kg.write_site(league, tmp_path / "large")
        return tmp_path / "large"

    def test_each_statement_stands_on_the_page_of_its_subject(
        self, large: Path, league: kg.Graph
    ) -> None:
        """By SPARQL, not by what the pages are made of."""
        asked = "SELECT ?st ?who { ?st a kg:Statement ; rdf:subject ?who }"
        said = [[str(cell).rpartition(":")[2] for cell in row] for row in league.query(asked).rows]

        assert len(said) > 3
        for statement, subject in said:
            assert statement in seen(large / "statement" / f"{subject}.html").names
        subjects = {f"{subject}.html" for _, subject in said}
        assert {path.name for path in (large / "statement").iterdir()} == subjects

    def test_every_link_leads_to_its_place(self, large: Path) -> None:
        links = {link for path in large.rglob("id/*.html") for link in seen(path).links}

        assert any(re.fullmatch(r"\.\./statement/.+\.html#[0-9a-f]{16}", link) for link in links)
        assert broken_links(large) == []

    def test_no_two_places_of_a_page_have_the_same_name(self, large: Path) -> None:
        for path in large.rglob("statement/*.html"):
            names = Counter(re.findall(r'\bid="([^"]+)"', text_of(path)))
            assert set(names.values()) == {1}

    def test_it_says_what_a_page_of_one_statement_says(
        self, large: Path, league: kg.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.undo()
        kg.write_site(league, tmp_path / "small")

        def words(page: Path) -> str:
            main = text_of(page).partition("<main")[2].partition("</main>")[0]
            return " ".join(re.sub("<[^>]*>", " ", main.partition(">")[2]).split())

        together = " ".join(words(path) for path in (large / "statement").iterdir())
        for path in (tmp_path / "small" / "statement").iterdir():
            assert words(path).removeprefix("statement ") in together

    def test_a_subject_of_many_has_several_pages_with_the_way_between_them(
        self, league: kg.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kg.site.site.MOST_SHOWN", 3)
        monkeypatch.setattr("kg.site.evidence.MOST", 1)
        kg.write_site(league, tmp_path / "site")
        count = len(league.query("SELECT ?st { ?st rdf:subject id:anna }").rows)
        pages = sorted((tmp_path / "site" / "statement").glob("anna*.html"))

        assert count > 1
        assert len(pages) == count
        assert "anna_2.html" in seen(tmp_path / "site" / "statement" / "anna.html").links
        assert broken_links(tmp_path / "site") == []


class TestBytes:
    def test_the_same_build_gives_the_same_bytes(
        self, prototype: Path, league: kg.Graph, tmp_path: Path
    ) -> None:
        """Once in this process, once in another with other hashes."""
        kg.write_site(league, tmp_path / "one")
        subprocess.run(
            [sys.executable, "-m", "kg", "site", tmp_path / "two"],
            cwd=prototype, check=True, capture_output=True, env={"PYTHONHASHSEED": "7"},
        )  # fmt: skip

        assert files_of(tmp_path / "one") == files_of(tmp_path / "two")

    def test_no_page_names_the_place_where_it_was_made(self, site: Path) -> None:
        inside = str(site).encode()

        assert [name for name, body in files_of(site).items() if inside in body] == []


class TestNames:
    @pytest.mark.parametrize(
        "identifier",
        [
            "con",
            "nul",
            "com1",
            "Q42",
            "a.",
            "con.a",
            "москва",
            "İzmir",
            "a" * 300,
            "x_y",
            "e\u0301",
            "..",
        ],
    )
    def test_a_name_is_safe_on_every_file_system(self, identifier: str) -> None:
        name = file_name(identifier)

        assert name.isascii()
        assert name == name.lower()
        assert len(name) <= 100
        assert not set(name) & set('<>:"/\\|?* ')
        assert name.partition(".")[0] not in {"con", "nul", "com1"}
        assert not name.endswith(".")

    def test_ids_that_differ_in_case_or_form_alone_have_files_of_their_own(self) -> None:
        ids = ["q42", "Q42", "\u00e9", "e\u0301", "e", "E", "москва", "Москва", "con", "CON"]

        assert len({file_name(one).casefold() for one in ids}) == len(ids)

    def test_a_plain_id_is_its_own_name(self) -> None:
        assert file_name("csto-cfm-2020-05-26") == "csto-cfm-2020-05-26"

    def test_an_id_that_is_a_device_of_windows_has_its_page_and_links(
        self, tiny: Tiny, tmp_path: Path
    ) -> None:
        for path in tiny.path.rglob("*.csv"):
            path.write_text(path.read_text("utf-8").replace("anna,", "con.a,"), "utf-8")
        kg.write_site(kg.build(tiny.data, tiny.ontology), tmp_path / "site")

        assert broken_links(tmp_path / "site") == []
        assert "Anna" in text_of(tmp_path / "site" / "id" / f"{file_name('con.a')}.html")


class TestDownloads:
    def test_void_counts_what_is_there(self, site: Path) -> None:
        """Counted by rdflib in the dump that stands beside it."""
        folder = site / "downloads"
        graph = rdflib.Graph().parse(folder / "graph.ttl")
        void = rdflib.Graph().parse(folder / "void.ttl")
        (dataset,) = void.subjects(rdflib.RDF.type, VOID.Dataset)

        assert number(void, dataset, VOID.triples) == len(graph)
        assert number(void, dataset, VOID.distinctSubjects) == len(set(graph.subjects()))
        told = {
            void.value(part, VOID["property"]): number(void, part, VOID.triples)
            for part in void.objects(dataset, VOID.propertyPartition)
        }
        assert told == Counter(graph.predicates())
        classes = {
            void.value(part, VOID["class"]): number(void, part, VOID.entities)
            for part in void.objects(dataset, VOID.classPartition)
        }
        typed = set(graph.subject_objects(rdflib.RDF.type))
        counts = Counter(kind for _, kind in typed if isinstance(kind, rdflib.URIRef))
        assert classes == counts

    def test_dcat_names_each_file_with_its_size_and_digest(self, site: Path) -> None:
        folder = site / "downloads"
        dcat = rdflib.Graph().parse(folder / "dcat.ttl", publicID=(folder / "dcat.ttl").as_uri())
        (dataset,) = dcat.subjects(rdflib.RDF.type, DCAT.Dataset)
        names = set()
        for part in dcat.objects(dataset, DCAT.distribution):
            url = str(dcat.value(part, DCAT.downloadURL))
            path = folder / url.rpartition("/")[2]
            assert url == path.as_uri()
            assert number(dcat, part, DCAT.byteSize) == path.stat().st_size
            digest = dcat.value(dcat.value(part, SPDX.checksum), SPDX.checksumValue)
            assert str(digest) == hashlib.sha256(path.read_bytes()).hexdigest()
            names.add(path.name)

        assert {"graph.ttl", "graph.trig", "graph.nq", "graph.xlsx", "statements.csv"} <= names
        assert str(dcat.value(dataset, rdflib.DCTERMS.license)).startswith(
            "https://creativecommons"
        )
        titles = dcat.objects(dataset, rdflib.DCTERMS.title)
        assert {getattr(one, "language", None) for one in titles} == {"en", "ru"}

    @pytest.mark.parametrize("suffix", ["ttl", "trig", "nq"])
    def test_rdf_is_what_the_dump_writes(self, site: Path, shipped: kg.Graph, suffix: str) -> None:
        """The dump makes an object of each quad; the site takes the lines of the engine."""
        assert (site / "downloads" / f"graph.{suffix}").read_bytes() == dump(
            shipped.store, f".{suffix}"
        )

    def test_rdf_is_in_the_same_order_whatever_their_names_begin_with(self) -> None:
        """One name begins another, texts have what ends a line, and one stands in both graphs."""
        names = [NamedNode(f"https://example.org/{end}") for end in ("a", "a-b", "a/b", "aé", "A")]
        texts = ["", "a", "a b", 'a"', "a\n\r\u2028> .", 'a" <urn:b>', "a\\", "é", "\U0001f600"]
        ends: list[NamedNode | Literal] = [*names, *map(Literal, texts)]
        ends += [Literal("a", language="en"), Literal("a", language="en-gb")]
        ends += [Literal("a <b", datatype=names[0]), Literal('"', datatype=names[1])]
        graphs: list[DefaultGraph | NamedNode] = [DefaultGraph(), *names]
        store = EmbeddedStore.of(
            Quad(one, names[0], end, graph) for one in names for end in ends for graph in graphs
        )
        words = Vocabulary("https://example.org/")

        lines = Lines.of(store)
        assert lines.n_quads() == to_rdf(store.quads(), words, RdfFormat.N_QUADS)
        assert lines.turtle(words) == to_rdf(store.quads(), words, RdfFormat.TURTLE)

    def test_frictionless_reads_the_tables(self, site: Path) -> None:
        frictionless = pytest.importorskip("frictionless")
        package = frictionless.Package(str(site / "downloads" / "datapackage.json"))
        report = package.validate()

        assert report.flatten(["type", "message"]) == []
        assert {one.name for one in package.resources} >= {"statements", "entities", "sources"}

    def test_what_needs_an_extra_that_is_not_there_is_left_out_and_said(
        self, league: kg.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "openpyxl", None)
        written = kg.write_site(league, tmp_path / "site")

        assert not (tmp_path / "site" / "downloads" / "graph.xlsx").exists()
        (said,) = (one for one in written.missing if one.startswith("graph.xlsx"))
        assert "pip install 'eurasia-kg[sheets]'" in said
        assert "graph.xlsx" in text_of(tmp_path / "site" / "downloads.html")


class TestPython:
    def test_the_build_in_a_folder_gives_the_site_of_its_graph(
        self, prototype: Path, league: kg.Graph, tmp_path: Path
    ) -> None:
        of_graph = kg.write_site(league, tmp_path / "one")
        of_folder = kg.write_site(str(prototype / "build"), str(tmp_path / "two"))

        assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
        assert of_graph == of_folder._replace(folder=tmp_path / "one")

    def test_it_says_where_it_is_how_large_and_what_is_missing(
        self, league: kg.Graph, tmp_path: Path
    ) -> None:
        written = kg.write_site(league, tmp_path / "site")
        files = files_of(written.folder)

        assert written.folder == tmp_path / "site"
        assert (written.files, written.size) == (len(files), sum(map(len, files.values())))
        assert [one.partition(",")[0] for one in written.missing] == ["sitemap.xml"]

    def test_a_folder_without_a_build_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        with pytest.raises(kg.StoreError, match="kg build"):
            kg.write_site(tmp_path / "empty", tmp_path / "site")

        assert not (tmp_path / "site").exists()


class TestSitemap:
    def test_with_an_address_it_lists_every_page(self, league: kg.Graph, tmp_path: Path) -> None:
        kg.write_site(league, tmp_path / "site", base_url="https://example.org/graph")
        root = ET.parse(tmp_path / "site" / "sitemap.xml").getroot()
        listed = {one[0].text for one in root}

        pages = (tmp_path / "site").rglob("*.html")
        base = "https://example.org/graph/"
        assert listed == {base + p.relative_to(tmp_path / "site").as_posix() for p in pages}
        assert (base + "downloads/graph.nq") in text_of(tmp_path / "site/downloads/dcat.ttl")

    def test_without_one_there_is_none_and_it_is_said(
        self, league: kg.Graph, tmp_path: Path
    ) -> None:
        written = kg.write_site(league, tmp_path / "site")

        assert not (tmp_path / "site" / "sitemap.xml").exists()
        assert any("--base-url" in one for one in written.missing)

    def test_of_too_many_pages_there_are_several(self) -> None:
        """A sitemap has at most 50,000 addresses."""
        files = sitemap([f"{n}.html" for n in range(50_001)], "https://example.org/", "2020-01-01")

        assert list(files) == ["sitemap.xml", "sitemap-1.xml", "sitemap-2.xml"]
        assert files["sitemap-2.xml"].count(b"<url>") == 1
        assert b"https://example.org/sitemap-2.xml" in files["sitemap.xml"]

    @pytest.mark.parametrize("url", ["example.org", "file:///tmp", "https://", "https://a b/"])
    def test_what_is_no_address_is_refused(
        self, league: kg.Graph, tmp_path: Path, url: str
    ) -> None:
        with pytest.raises(UsageError, match="is no address of a site; write it as"):
            kg.write_site(league, tmp_path / "site", base_url=url)


class TestPlace:
    def test_a_site_that_kg_wrote_is_replaced(self, league: kg.Graph, tmp_path: Path) -> None:
        kg.write_site(league, tmp_path / "site", base_url="https://example.org/")
        kg.write_site(league, tmp_path / "site")

        assert not (tmp_path / "site" / "sitemap.xml").exists()
        assert [path.name for path in tmp_path.iterdir()] == ["site"]

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda site: (site / "mine.txt").write_text("x"), "mine.txt is not of kg"),
            (lambda site: (site / "about.html").write_text("x"), "about.html was changed there"),
            (lambda site: (site / MARKER).write_text("{"), "no site that kg wrote"),
            (lambda site: (site / MARKER).unlink(), "is not empty, and no site that kg wrote"),
        ],
    )
    def test_what_kg_did_not_write_is_never_replaced(
        self, league: kg.Graph, tmp_path: Path, change: Callable[[Path], Any], said: str
    ) -> None:
        site = tmp_path / "site"
        kg.write_site(league, site)
        change(site)
        before = files_of(site)
        with pytest.raises(UsageError, match=said):
            kg.write_site(league, site)

        assert files_of(site) == before

    def test_a_file_in_the_way_is_refused(self, league: kg.Graph, tmp_path: Path) -> None:
        (tmp_path / "site").write_text("mine")
        with pytest.raises(UsageError, match="is a file, and a site is a folder"):
            kg.write_site(league, tmp_path / "site")

    def test_a_failure_leaves_the_old_site_and_nothing_else(
        self, league: kg.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kg.write_site(league, tmp_path / "site")
        before = files_of(tmp_path / "site")

        def full(*_: object) -> kg.WrittenSite:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("kg.site.site.Site.write", full)
        with pytest.raises(kg.KGError, match="cannot be written: No space left on device"):
            kg.write_site(league, tmp_path / "site")

        assert files_of(tmp_path / "site") == before
        assert [path.name for path in tmp_path.iterdir()] == ["site"]

    def test_the_command_says_what_it_wrote_and_what_it_left_out(
        self, prototype: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SystemExit) as end:
            main(["--store", str(prototype / "build"), "site", "public"])
        out, err = capsys.readouterr()

        assert end.value.code == 0
        assert out == "public/index.html   opens in a browser as it is\n"
        assert err.startswith("wrote public (")
        assert "note: left out sitemap.xml" in err

    def test_a_date_before_the_record_is_refused_before_anything_is_written(
        self, league: kg.Graph, tmp_path: Path
    ) -> None:
        with pytest.raises(UsageError, match="the record begins on"):
            kg.write_site(league, tmp_path / "site", as_of="1000")

        assert list(tmp_path.iterdir()) == []


def test_the_marker_names_every_other_file(site: Path) -> None:
    told = json.loads((site / MARKER).read_text(encoding="utf-8"))["files"]
    every = {name: hashlib.sha256(body).hexdigest() for name, body in files_of(site).items()}
    every.pop(MARKER)

    assert told == every


@pytest.fixture
def watched(open_tab: Callable[[dict[str, Any]], Tab]) -> Callable[..., tuple[Tab, list[str]]]:
    """Open a page, and keep what it asks for and complains of."""

    def watch(url: str, **settings: Any) -> tuple[Tab, list[str]]:
        size = {"viewport": {"width": 1300, "height": 900}}
        tab = open_tab(size | settings)
        met: list[str] = []

        def told(message: Any) -> None:
            if message.type == "error":
                met.append(f"error: {message.text}")

        tab.on("request", lambda one: met.append(one.url))
        tab.on("requestfailed", lambda one: met.append(f"failed: {one.url}"))
        tab.on("pageerror", lambda one: met.append(f"error: {one}"))
        tab.on("console", told)
        tab.goto(url)
        return tab, met

    return watch


@pytest.fixture(scope="module")
def below(site: Path) -> Iterator[str]:
    """The address of the site below a path, where the parent has nothing else."""
    with below_a_path(site) as address:
        yield address


class TestInABrowser:
    @pytest.mark.parametrize(("sought", "first"), [("Россия", "Russia"), ("armenia", "Armenia")])
    @pytest.mark.parametrize("where", ["disk", "below a path"])
    def test_a_name_is_found_and_leads_to_entity_statement_and_source(
        self, watched: Any, site: Path, below: str, where: str, sought: str, first: str
    ) -> None:
        root = site.as_uri() if where == "disk" else below
        tab, met = watched(f"{root}/index.html", offline=where == "disk")
        tab.fill("nav input[type=search]", sought)
        tab.click("nav button")
        tab.locator("#hits bdi", has_text=re.compile(f"^{first}$")).first.click()
        assert tab.inner_text("h1") == first
        tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        # What is inferred rests on statements, not on sources.
        tab.locator("ul.facts > li:has(a[href*='source/']) a.page").first.click()
        assert "/statement/" in tab.url
        tab.locator("main a[href*='source/']").first.click()
        assert "What rests on it" in tab.inner_text("main")

        assert [one for one in met if not one.startswith(root)] == []

    def test_sources_stand_below_all_that_they_speak_of(self, watched: Any, site: Path) -> None:
        """Titles of sources begin with Armenia; the offices of Armenia only have it in them."""
        tab, _ = watched(f"{site.as_uri()}/search.html?q=armenia", offline=True)

        kinds = tab.locator("#hits h2").all_inner_texts()
        assert [one.casefold() for one in kinds] == ["state", "office", "source"]

    def test_the_graph_page_opens_on_an_entity(self, watched: Any, site: Path) -> None:
        tab, met = watched(f"{site.as_uri()}/id/csto.html", offline=True)
        tab.click("text=Open as a graph")
        tab.get_by_text("Tashkent Pact").first.wait_for()
        tab.click("nav.site >> text=Ontology")
        assert tab.inner_text("h1") == "Ontology"
        assert [one for one in met if not one.startswith(site.as_uri())] == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("page", PAGES)
    def test_axe_finds_nothing(self, watched: Any, site: Path, page: str, scheme: str) -> None:
        from axe_playwright_python.sync_playwright import Axe

        place = site / page
        address = next(iter(sorted(place.iterdir()))) if place.is_dir() else place
        tab, met = watched(address.as_uri().replace("%3F", "?"), color_scheme=scheme, offline=True)
        tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert [one for one in met if not one.startswith("file:")] == []
        # What looks at the page asks for its styles, which a page on disk may not.
        found = Axe().run(tab).response["violations"]

        assert [(rule["id"], [n["html"][:120] for n in rule["nodes"]]) for rule in found] == []

    @pytest.mark.parametrize("page", PAGES)
    def test_a_phone_does_not_scroll_sideways(self, watched: Any, site: Path, page: str) -> None:
        place = site / page
        address = next(iter(sorted(place.iterdir()))) if place.is_dir() else place
        size = {"width": 390, "height": 844}
        tab, _ = watched(address.as_uri().replace("%3F", "?"), viewport=size, offline=True)

        assert tab.evaluate("document.documentElement.scrollWidth") == 390
