"""Jobs: what the workers of the server know besides SPARQL; loaded by name in each of them."""

from __future__ import annotations

from typing import Final

from kg.serve.describe import describe
from kg.workers.child import Job

JOBS: Final[dict[str, Job]] = {"describe": describe}
