"""Serve: a read-only web service over a store: SPARQL 1.1 Protocol for programs, pages for people.

`run` is the door; what it needs is imported when it is called, so importing this room is cheap.
"""

from kg.serve.settings import Settings

__all__ = ["Settings"]
