"""Workers: foreign SPARQL runs in processes of its own, which may be killed at any time.

A query of six kilobytes can kill the process that parses it, and a running query cannot be
stopped from Python; so whoever evaluates a text that it does not know asks a worker.
`worker` is one such process for a program that waits, `pool` keeps several for a server.
"""

from kg.workers.limits import Limits

__all__ = ["Limits"]
