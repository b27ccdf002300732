"""Service: the tools and resources over a pool of workers, in the protocol's own words (SDK)."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import mcp_types as types
from mcp.server import Server, ServerRequestContext
from mcp.shared.exceptions import MCPError

from kg.errors import KGError, UsageError, did_you_mean, visible
from kg.project import version
from kg.server.mcp.tools import BY_NAME, TOOLS

if TYPE_CHECKING:
    from kg.workers.pool import Pool

_log = logging.getLogger("kg.serve")
_FAULT: Final = "a fault of kg itself; the server's log says more"
_READING: Final = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
INSTRUCTIONS: Final = """\
A knowledge graph of dated facts, each with its sources. Ask it instead of remembering. Every fact \
has an id of its statement, dates, a rank and sources with title, URL and locator: cite them. A \
fact holds on the date asked surely, possibly or not; what is disputed or only possible must be \
said. Begin with list_questions and ask_question; search finds what a name means; sparql is for \
what no question asks. Names are taken wherever ids are."""

# Address → (name, title, description, job).
_RESOURCES: Final = {
    "kg://ontology": (
        "ontology",
        "Classes and relations",
        "What can be said: classes and relations with labels, comments, domains, ranges; prefixes.",
        "ontology",
    ),
    "kg://questions": (
        "questions",
        "Questions",
        "The prepared questions with parameters, each with its SPARQL, to be asked or learnt from.",
        "all_questions",
    ),
    "kg://sources": (
        "sources",
        "Sources",
        "Every source that is cited: title, publisher, URL, dates, language.",
        "all_sources",
    ),
}
_TEMPLATES: Final = {
    "kg://question/": (
        "question",
        "A question",
        "One prepared question with its SPARQL.",
        "one_question",
    ),
    "kg://source/": ("source", "A source", "One source, and facts that rest on it.", "one_source"),
    "kg://statement/": (
        "statement",
        "A statement",
        "One statement with its dates, rank and sources.",
        "one_statement",
    ),
}
_JSON: Final = "application/json"

Context = ServerRequestContext[Any]


def make_server(pool: Pool) -> Server[Any]:
    """Return the server over a pool of workers that know `kg.server.mcp.jobs`."""
    service = _Service(pool)
    return Server(
        "kg",
        version=version(),
        title="kg: a knowledge graph with sources",
        instructions=INSTRUCTIONS,
        on_list_tools=service.list_tools,
        on_call_tool=service.call_tool,
        on_list_resources=service.list_resources,
        on_list_resource_templates=service.list_templates,
        on_read_resource=service.read_resource,
    )


class _Service:
    """The handlers."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def list_tools(self, _: Context, __: object) -> types.ListToolsResult:
        tools = [
            types.Tool(
                name=one.name,
                title=one.title,
                description=one.text,
                input_schema=one.input,
                output_schema=one.output,
                annotations=_READING,
            )
            for one in TOOLS
        ]
        return types.ListToolsResult(tools=tools)

    async def call_tool(
        self, _: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        """Answer a call; what is wrong is an answer too, for the model to read and repair."""
        try:
            tool = BY_NAME.get(params.name)
            if tool is None:
                hint = did_you_mean(params.name, BY_NAME) or f"there are {', '.join(BY_NAME)}"
                msg = f"there is no tool '{params.name}'; {hint}"
                raise UsageError(msg)  # noqa: TRY301 - told as all else
            told = await self._ask(tool.task(params.arguments or {}))
        except KGError as error:
            return _refused(str(error))
        except Exception:  # noqa: BLE001 - what fails here must not end the server
            _log.exception("the tool %r failed", params.name)
            return _refused(_FAULT)
        content = types.TextContent(type="text", text=told)
        return types.CallToolResult(content=[content], structured_content=json.loads(told))

    async def list_resources(self, _: Context, __: object) -> types.ListResourcesResult:
        found = [
            types.Resource(uri=uri, name=name, title=title, description=text, mime_type=_JSON)
            for uri, (name, title, text, _) in _RESOURCES.items()
        ]
        return types.ListResourcesResult(resources=found)

    async def list_templates(self, _: Context, __: object) -> types.ListResourceTemplatesResult:
        found = [
            types.ResourceTemplate(
                uri_template=f"{uri}{{id}}",
                name=name,
                title=title,
                description=text,
                mime_type=_JSON,
            )
            for uri, (name, title, text, _) in _TEMPLATES.items()
        ]
        return types.ListResourceTemplatesResult(resource_templates=found)

    async def read_resource(
        self, _: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """Return a resource as JSON.

        Raises MCPError where there is none of this address.
        """
        uri = str(params.uri)
        try:
            told = await self._ask(_resource_task(uri))
        except UsageError as error:
            raise MCPError(types.INVALID_PARAMS, visible(str(error)), {"uri": uri}) from error
        except KGError as error:
            raise MCPError(types.INTERNAL_ERROR, visible(str(error)), {"uri": uri}) from error
        content = types.TextResourceContents(uri=uri, mime_type=_JSON, text=told)
        return types.ReadResourceResult(contents=[content])

    async def _ask(self, task: dict[str, Any]) -> str:
        # Who has made the graph of the same dates before need not make it again.
        dates = " ".join(task.get(name) or "" for name in ("as_of", "known_by"))
        return (await self._pool.ask(task, dates.strip())).body.decode()


def _resource_task(uri: str) -> dict[str, Any]:
    if uri in _RESOURCES:
        return {"job": _RESOURCES[uri][3]}
    for beginning, (*_, job) in _TEMPLATES.items():
        if uri.startswith(beginning) and uri != beginning:
            return {"job": job, "id": unquote(uri.removeprefix(beginning))}
    known = ", ".join([*_RESOURCES, *(f"{one}{{id}}" for one in _TEMPLATES)])
    msg = f"there is no resource '{uri}'; there are {known}"
    raise UsageError(msg)


def _refused(message: str) -> types.CallToolResult:
    content = types.TextContent(type="text", text=visible(message))
    return types.CallToolResult(content=[content], is_error=True)
