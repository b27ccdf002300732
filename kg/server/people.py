"""People: the addresses of the pages for people, and the files they are made of."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kg.errors import MissingError, parameters_as
from kg.hypertext.frame import HTML as HTML_TYPE
from kg.model.edtf import asked_period
from kg.server.answering import answering
from kg.server.negotiate import GRAPHS, HTML, PICTURES, RESULTS, choose
from kg.server.problems import HTTPProblem
from kg.server.protocol import in_address, is_so, read_query
from kg.workers.wire import Reply

if TYPE_CHECKING:
    from starlette.requests import Request

    from kg.server.dispatch import Dispatcher

_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
# Everything that is served as it is, and where it stands; nothing else can be reached.
ASSETS: Final = {
    "serve.css": "kg.hypertext.assets",
    "site.css": "kg.hypertext.assets",
    "query.js": "kg.server.assets",
    "editor.js": "kg.page.web",
}
# So much of what somebody seeks is looked at.
_LONGEST: Final = 200
_SPLIT: Final = 16
# RFC 3986: what may stand in a path without an escape, and letters of any script.
_IDENTIFIER: Final = re.compile(r"[\w.~!$&'()*+,;=:@-]{1,300}")
_ENTITY: Final[Mapping[str, Any]] = {
    **HTML, **GRAPHS, "csv": RESULTS["csv"], **PICTURES
}  # fmt: skip
_SOURCE: Final[Mapping[str, Any]] = {**HTML, **GRAPHS}
_STATEMENT: Final[Mapping[str, Any]] = {**HTML, "json": ("application/json",), **GRAPHS}

# What is said of an entity: its own triples, those that point at it, and the statements about it
# with their references and proofs.
_ENTITY_GRAPH: Final = """
CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ VALUES ?s {{ <{iri}> }} ?s ?p ?o }}
  UNION {{ VALUES ?o {{ <{iri}> }} ?s ?p ?o }}
  UNION {{ ?s (rdf:subject|rdf:object) <{iri}> ; ?p ?o }}
  UNION {{
    ?st (rdf:subject|rdf:object) <{iri}> ; prov:wasDerivedFrom ?s . ?s a kg:Reference ; ?p ?o
  }}
  UNION {{ ?st (rdf:subject|rdf:object) <{iri}> ; kg:proof ?s . ?s ?p ?o }}
}}"""
_ENTITY_TABLE: Final = """
SELECT ?statement ?subject ?predicate ?object ?start ?end ?at ?rank ?source WHERE {{
  ?statement a kg:Statement ; rdf:subject ?subject ; rdf:predicate ?predicate ;
    rdf:object ?object ; kg:rank ?rank .
  FILTER(?subject = <{iri}> || ?object = <{iri}>)
  OPTIONAL {{ ?statement kg:startText ?start }}
  OPTIONAL {{ ?statement kg:endText ?end }}
  OPTIONAL {{ ?statement kg:at ?at }}
  OPTIONAL {{ ?statement prov:wasDerivedFrom/prov:hadPrimarySource ?source }}
}} ORDER BY ?subject ?predicate STR(?object) ?start COALESCE(STR(?at), "") ?statement ?source"""
_ALONE: Final = "CONSTRUCT WHERE {{ <{iri}> ?p ?o }}"
_SOURCE_GRAPH: Final = """
CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ VALUES ?s {{ <{iri}> }} ?s ?p ?o }}
  UNION {{ ?s prov:hadPrimarySource <{iri}> ; ?p ?o }}
  UNION {{ ?s prov:wasDerivedFrom/prov:hadPrimarySource <{iri}> ; ?p ?o }}
}}"""


class People:
    """What people see."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        """Keep the dispatcher."""
        self.dispatcher = dispatcher
        self.made: OrderedDict[str, bytes] = OrderedDict()

    def routes(self) -> list[Route]:
        """Return the addresses of the pages."""
        return [
            Route("/", self.home),
            Route("/graph", self.graph),
            Route("/search", self.search),
            Route("/questions", self.questions),
            Route("/sources", self.sources),
            Route("/about", self.about),
            Route("/query", self.query),
            Route("/query/rows", self.rows, methods=["GET", "POST"]),
            Route("/query/draw", self.draw, methods=["GET", "POST"]),
            Route("/query/bound", self.bound),
            Route("/query/vocabulary", self.vocabulary),
            Route("/id/{name:path}", self.entity),
            Route("/source/{name:path}", self.source),
            Route("/assets/{name:str}", self.asset),
            Route("/statement/{name:path}", self.statement),
            Route("/question/{name:path}", self.question),
            Route("/{kind:str}/{name:str}", self.other),
            Route("/favicon.ico", self.favicon),
        ]

    @answering
    async def home(self, request: Request) -> Response:
        """The first page; files that kg did not build have none, and begin at the query page.

        The graph page stood here once, and is still found by whoever names what it shows.
        """
        if not self.dispatcher.pool.base:
            return RedirectResponse("/query", 303)
        if request.query_params:
            return RedirectResponse(str(request.url.replace(path="/graph")), 303)
        return await self._told(request, "home")

    @answering
    async def graph(self, request: Request) -> Response:
        """The graph page."""
        given = request.query_params
        task = {
            "job": "graph",
            "as_of": given.get("as-of", ""),
            "known_by": given.get("known-by", ""),
            "surely": is_so(given.get("surely", "")),
            "focus": given.get("focus", ""),
            "hops": "2" if given.get("hops") == "2" else "1",
        }
        return self._whole(await self.dispatcher.ask(request, task, "view"))

    @answering
    async def search(self, request: Request) -> Response:
        """What is called so; of a single thing its own page."""
        given = request.query_params
        task = {"sought": given.get("q", "")[:_LONGEST], "class": given.get("class", "")}
        return await self._told(request, "search", **task)

    @answering
    async def questions(self, request: Request) -> Response:
        """The questions that the project asks."""
        return await self._told(request, "questions")

    @answering
    async def sources(self, request: Request) -> Response:
        """All sources."""
        number = request.query_params.get("page", "1")
        if not re.fullmatch(r"[0-9]{1,9}", number):
            raise HTTPProblem(400, "The request is wrong", "'page' is a number")
        return await self._told(request, "sources", page=number)

    @answering
    async def about(self, request: Request) -> Response:
        """What is to be known of the dataset."""
        return await self._told(request, "about")

    @answering
    async def query(self, request: Request) -> Response:
        """The query page, the same for every visitor; the rest is in its address."""
        return await self._told(request, "query")

    @answering
    async def rows(self, request: Request) -> Response:
        """The first rows of an answer, with labels."""
        return self.dispatcher.respond(await self._asked(request, "rows"))

    @answering
    async def draw(self, request: Request) -> Response:
        """The triples of an answer, drawn."""
        return self._whole(await self._asked(request, "draw"))

    @answering
    async def bound(self, request: Request) -> Response:
        """A question's SPARQL with its parameters filled in: ?question=NAME&PARAMETER=VALUE."""
        given = dict(request.query_params)
        name = given.pop("question", "")
        task = {"job": "bound", "question": name, "parameters": sorted(given.items())}
        return self.dispatcher.respond(await self.dispatcher.ask(request, task))

    @answering
    async def vocabulary(self, request: Request) -> Response:
        """What the editor completes."""
        return self.dispatcher.respond(
            await self.dispatcher.ask(request, {"job": "vocabulary"}, "view")
        )

    @answering
    async def entity(self, request: Request) -> Response:
        """An entity as a page, as RDF, as a table or as a picture."""
        name, form = self._form(request, _ENTITY)
        dates = self._dates(request)
        if form == "html":
            task = {"job": "entity", "id": name, **dates}
            return self._named(await self.dispatcher.ask(request, task, "pages"), request, form)
        if form == "svg":
            task = {"job": "picture", "focus": name, **dates}
            return self._named(await self.dispatcher.ask(request, task, "view"), request, form)
        text = _ENTITY_TABLE if form == "csv" else _ENTITY_GRAPH
        return await self._data(request, "id", name, form, text, dates)

    @answering
    async def source(self, request: Request) -> Response:
        """A source as a page or as RDF, with what rests on it."""
        name, form = self._form(request, _SOURCE)
        dates = self._dates(request)
        if form == "html":
            task = {"job": "source", "id": name, **dates}
            return self._named(await self.dispatcher.ask(request, task, "pages"), request, form)
        return await self._data(request, "source", name, form, _SOURCE_GRAPH, dates)

    @answering
    async def statement(self, request: Request) -> Response:
        """A statement with its evidence, as a page, as JSON or as RDF."""
        name, form = self._form(request, _STATEMENT)
        dates = self._dates(request)
        if form in {"html", "json"}:
            job = "statement" if form == "html" else "statement-json"
            task = {"job": job, "id": name, **dates}
            return self._named(await self.dispatcher.ask(request, task, "pages"), request, form)
        return await self._data(request, "statement", name, form, _ALONE, dates)

    @answering
    async def question(self, request: Request) -> Response:
        """A question as a form with its answer, or as RDF."""
        name, form = self._form(request, _SOURCE)
        if form != "html":
            return await self._data(request, "question", name, form, _ALONE, self._dates(request))
        settings = self.dispatcher.settings
        asked = (await read_query(request, settings.body, settings.idle)).task("")
        task = {name: asked[name] for name in ("as_of", "known_by", "surely")}
        given = sorted(request.query_params.items())
        task |= {"job": "question", "id": name, "given": given}
        reply = await self.dispatcher.ask(request, task, "pages")
        response = self._named(reply, request, form)
        response.status_code = reply.about.get("status", 200)
        return response

    @answering
    async def other(self, request: Request) -> Response:
        """What else has an IRI here (a reference, a rule, …): as data, or a query about it."""
        kind = request.path_params["kind"]
        if kind not in {"reference", "proof", "rule"} or not self.dispatcher.pool.base:
            raise HTTPProblem(404, "Not here", "there is nothing at this address")
        name, form = self._form(request, _SOURCE)
        if form == "html":
            iri = f"{self.dispatcher.pool.base}{kind}/{name}"
            return RedirectResponse(f"/query#query=DESCRIBE%20%3C{iri}%3E", 303)
        return await self._data(request, kind, name, form, _ALONE, self._dates(request))

    @answering
    async def asset(self, request: Request) -> Response:
        """A style sheet or script, from a fixed table."""
        name = request.path_params["name"]
        headers = {"Cache-Control": "no-cache"}
        if name in self.made:
            kind = _TYPES[f".{name.rpartition('.')[2]}"]
            return Response(self.made[name], 200, headers, kind)
        if name not in ASSETS:
            raise HTTPProblem(404, "Not here", "there is nothing at this address")
        return Response(_asset(name), 200, headers, _TYPES[f".{name.rpartition('.')[2]}"])

    async def favicon(self, _: Request) -> Response:
        """Browsers ask for one; there is none."""
        return Response(status_code=204)

    async def _told(self, request: Request, job: str, **task: str) -> Response:
        """Return the page that a job makes, or lead to where it says."""
        reply = await self.dispatcher.ask(request, {"job": job, **task}, "pages")
        if place := reply.about.get("location"):
            return RedirectResponse(quote(place), 303)
        return self.dispatcher.respond(reply)

    async def _asked(self, request: Request, job: str) -> Reply:
        asked = await read_query(
            request, self.dispatcher.settings.body, self.dispatcher.settings.idle
        )
        if asked.query is None:
            raise HTTPProblem(400, "The request is wrong", "there is no query")
        task = asked.task(str(request.url.replace(query=""))) | {"job": job}
        return await self.dispatcher.ask(request, task, asked.affinity)

    async def _data(
        self, request: Request, kind: str, name: str, form: str, text: str, dates: dict[str, Any]
    ) -> Response:
        if not self.dispatcher.pool.base:
            raise MissingError("these files were not built by kg: they have no entity pages")
        iri = f"{self.dispatcher.pool.base}{kind}/{name}"
        task = {
            "job": "sparql",
            "query": text.format(iri=iri),
            "results": form,
            "graph": form,
            **dates,
        }
        reply = await self.dispatcher.ask(request, task)
        if not reply.about["rows"]:
            msg = f"there is no {'entity' if kind == 'id' else kind} '{name}'"
            raise MissingError(msg)
        return self._named(reply, request, form)

    def _named(self, reply: Reply, request: Request, form: str) -> Response:
        """Say which of the forms of a thing this is (RFC 9110 §8.7)."""
        response = self.dispatcher.respond(reply)
        path = request.url.path
        is_named = path.endswith(f".{form}")
        response.headers["Content-Location"] = path if is_named else f"{path}.{form}"
        return response

    def _form(self, request: Request, forms: Mapping[str, Any]) -> tuple[str, str]:
        """Return the name in the address without its suffix, and the form that is wanted."""
        name = request.path_params["name"]
        stem, dot, suffix = name.rpartition(".")
        if not (dot and suffix in forms):
            stem, suffix = name, choose(request.headers.get("accept"), forms) or ""
        if not _IDENTIFIER.fullmatch(stem):
            raise HTTPProblem(404, "Not here", "that is not an id")
        if not suffix:
            msg = "none of the accepted media types can hold this answer"
            raise HTTPProblem(406, "Not acceptable", msg)
        return stem, suffix

    @staticmethod
    def _dates(request: Request) -> dict[str, Any]:
        given = request.query_params
        as_of, surely = given.get("as-of", "").strip(), is_so(given.get("surely", ""))
        with parameters_as(in_address):
            asked_period(as_of or None, surely=surely)
        known_by = given.get("known-by", "").strip()
        return {"as_of": as_of, "known_by": known_by, "surely": surely}

    def _whole(self, reply: Reply) -> Response:
        """Return a page that was made to stand alone, with its scripts and style as files.

        Served pages have no inline script: the browser takes none, whoever may have put it there.
        """
        text = re.sub(
            r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", reply.body.decode(), count=1
        )
        text = re.sub(
            r"<style>(.*?)</style>",
            lambda m: f'<link rel="stylesheet" href="/assets/{self._made(m[1], "css")}">',
            text,
            flags=re.DOTALL,
        )
        text = re.sub(
            r"<script>(.*?)</script>",
            lambda m: f'<script src="/assets/{self._made(m[1], "js")}"></script>',
            text,
            flags=re.DOTALL,
        )
        return self.dispatcher.respond(Reply(HTML_TYPE, text.encode(), {}))

    def _made(self, text: str, suffix: str) -> str:
        name = f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.{suffix}"
        self.made[name] = text.encode()
        while len(self.made) > _SPLIT:
            self.made.popitem(last=False)
        return name


@cache
def _asset(name: str) -> bytes:
    package, _, folder = ASSETS[name].rpartition(".")
    return (files(package) / folder / name).read_bytes()
