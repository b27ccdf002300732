"""Hand-curated, sourced, dated facts as a knowledge graph that can be asked, seen and analysed.

>>> import kg
>>> graph = kg.open()
>>> sorted(row[0] for row in graph.query("SELECT ?s { ?s :memberOf id:csto }").rows)
['armenia', 'belarus', 'kazakhstan', 'kyrgyzstan', 'russia', 'tajikistan']
"""

from kg.errors import (
    DataError,
    Finding,
    InputError,
    KGError,
    QueryError,
    RemoteError,
    StoreError,
    UsageError,
)
from kg.graph import Graph, build, open  # noqa: A004 - read as kg.open
from kg.query import Result
from kg.statement import Entity, Reference, Source, Statement
from kg.validate import Report
from kg.why import Explanation

__all__ = [
    "DataError",
    "Entity",
    "Explanation",
    "Finding",
    "Graph",
    "InputError",
    "KGError",
    "QueryError",
    "Reference",
    "RemoteError",
    "Report",
    "Result",
    "Source",
    "Statement",
    "StoreError",
    "UsageError",
    "build",
    "open",
]
