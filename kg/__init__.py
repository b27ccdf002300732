"""Hand-curated, sourced, dated facts as a knowledge graph that can be asked, seen and analysed.

>>> import kg
>>> graph = kg.open()
>>> sorted(row[0] for row in graph.query("SELECT ?s { ?s :memberOf id:csto }").rows)
['armenia', 'belarus', 'kazakhstan', 'kyrgyzstan', 'russia', 'tajikistan']
"""

from __future__ import annotations

# What `typing` calls by this name, without waiting for `typing`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kg.analysis.measures import Measures
    from kg.analysis.plots import Plots
    from kg.analysis.together import Shared
    from kg.changes.compare import (
        Change,
        EntityChange,
        IssueChange,
        ReferenceChange,
        Side,
        SourceChange,
        StatementChange,
    )
    from kg.changes.sides import Diff, diff
    from kg.errors import (
        AfterIssueWarning,
        DataError,
        EndedError,
        Finding,
        InputError,
        KGError,
        LimitError,
        MissingError,
        QueryError,
        RefusedError,
        RemoteError,
        ReplacedWarning,
        StoreError,
        TableError,
        UsageError,
    )
    from kg.graph import Graph, build, open, publish, validate  # noqa: A004 - read as kg.open
    from kg.model.coverage import Coverage
    from kg.model.dates import PartialDate, Period
    from kg.model.sparql import Parameter, Question
    from kg.model.statement import Entity, Proof, Reference, Source, Statement
    from kg.page.document import Page
    from kg.pipeline.tidy import tidy
    from kg.pipeline.validate import Report
    from kg.published.comparison import Comparison
    from kg.published.rows import Claim, Claims
    from kg.published.verdicts import Verdict
    from kg.query.result import Result
    from kg.record.frames import Table
    from kg.reports.archive import Passage
    from kg.reports.audit import Audit
    from kg.reports.explanation import Explanation
    from kg.reports.weaknesses import Weakness
    from kg.site.site import WrittenSite, write_site
    from kg.store.base import Store

    __version__: str

_HOME = {
    "analysis.measures": ("Measures",),
    "analysis.plots": ("Plots",),
    "analysis.together": ("Shared",),
    "changes.compare": (
        "Change",
        "EntityChange",
        "IssueChange",
        "ReferenceChange",
        "Side",
        "SourceChange",
        "StatementChange",
    ),
    "changes.sides": ("Diff", "diff"),
    "cli.magics": ("load_ipython_extension",),
    "errors": (
        "AfterIssueWarning",
        "DataError",
        "EndedError",
        "Finding",
        "InputError",
        "KGError",
        "LimitError",
        "MissingError",
        "QueryError",
        "RefusedError",
        "RemoteError",
        "ReplacedWarning",
        "StoreError",
        "TableError",
        "UsageError",
    ),
    "graph": ("Graph", "build", "open", "publish", "validate"),
    "model.coverage": ("Coverage",),
    "model.dates": ("PartialDate", "Period"),
    "model.sparql": ("Parameter", "Question"),
    "model.statement": ("Entity", "Proof", "Reference", "Source", "Statement"),
    "page.document": ("Page",),
    "pipeline.tidy": ("tidy",),
    "pipeline.validate": ("Report",),
    "published.comparison": ("Comparison",),
    "published.rows": ("Claim", "Claims"),
    "published.verdicts": ("Verdict",),
    "query.result": ("Result",),
    "record.frames": ("Table",),
    "reports.archive": ("Passage",),
    "reports.audit": ("Audit",),
    "reports.explanation": ("Explanation",),
    "reports.weaknesses": ("Weakness",),
    "site.site": ("WrittenSite", "write_site"),
    "store.base": ("Store",),
}

__all__ = [
    "AfterIssueWarning",
    "Audit",
    "Change",
    "Claim",
    "Claims",
    "Comparison",
    "Coverage",
    "DataError",
    "Diff",
    "EndedError",
    "Entity",
    "EntityChange",
    "Explanation",
    "Finding",
    "Graph",
    "InputError",
    "IssueChange",
    "KGError",
    "LimitError",
    "Measures",
    "MissingError",
    "Page",
    "Parameter",
    "PartialDate",
    "Passage",
    "Period",
    "Plots",
    "Proof",
    "QueryError",
    "Question",
    "Reference",
    "ReferenceChange",
    "RefusedError",
    "RemoteError",
    "ReplacedWarning",
    "Report",
    "Result",
    "Shared",
    "Side",
    "Source",
    "SourceChange",
    "Statement",
    "StatementChange",
    "Store",
    "StoreError",
    "Table",
    "TableError",
    "UsageError",
    "Verdict",
    "Weakness",
    "WrittenSite",
    "build",
    "diff",
    "open",
    "publish",
    "tidy",
    "validate",
    "write_site",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562: the type is that of the name
    """Import a public name when it is first used, so that the command line starts at once."""
    if name == "__version__":
        from kg.project import version

        return version()
    from importlib import import_module

    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"kg.{module}"), name)
    msg = f"module 'kg' has no attribute '{name}'"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    """Name what is public, imported or not."""
    return sorted([*__all__, "__version__"])
