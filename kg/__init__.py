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

    from kg.changes.sides import Diff, diff
    from kg.errors import (
        AfterIssueWarning,
        DataError,
        EndedError,
        Finding,
        InputError,
        KGError,
        LimitError,
        QueryError,
        RefusedError,
        RemoteError,
        StoreError,
        TableError,
        UsageError,
    )
    from kg.graph import Graph, build, open  # noqa: A004 - read as kg.open
    from kg.model.statement import Entity, Reference, Source, Statement
    from kg.pipeline.validate import Report
    from kg.published.comparison import Comparison
    from kg.published.verdicts import Verdict
    from kg.query.result import Result
    from kg.reports.explanation import Explanation

_HOME = {
    "published.comparison": ("Comparison",),
    "changes.sides": ("Diff", "diff"),
    "errors": (
        "AfterIssueWarning",
        "DataError",
        "EndedError",
        "Finding",
        "InputError",
        "KGError",
        "LimitError",
        "QueryError",
        "RefusedError",
        "RemoteError",
        "StoreError",
        "TableError",
        "UsageError",
    ),
    "graph": ("Graph", "build", "open"),
    "cli.magics": ("load_ipython_extension",),
    "query.result": ("Result",),
    "model.statement": ("Entity", "Reference", "Source", "Statement"),
    "pipeline.validate": ("Report",),
    "published.verdicts": ("Verdict",),
    "reports.explanation": ("Explanation",),
}

__all__ = [
    "AfterIssueWarning",
    "Comparison",
    "DataError",
    "Diff",
    "EndedError",
    "Entity",
    "Explanation",
    "Finding",
    "Graph",
    "InputError",
    "KGError",
    "LimitError",
    "QueryError",
    "Reference",
    "RefusedError",
    "RemoteError",
    "Report",
    "Result",
    "Source",
    "Statement",
    "StoreError",
    "TableError",
    "UsageError",
    "Verdict",
    "build",
    "diff",
    "open",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562: the type is that of the name
    """Import a public name when it is first used, so that the command line starts at once."""
    from importlib import import_module

    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"kg.{module}"), name)
    msg = f"module 'kg' has no attribute '{name}'"
    raise AttributeError(msg)
