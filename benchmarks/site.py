"""How long a site of a project of 10,000 entities takes, in CPU time of the command alone.

    python -m benchmarks.site [--statements 100000]

The project is that of benchmarks/synthetic.py, which has an entity for ten statements; it is built
first, in a folder that goes when all is measured.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.synthetic import write_project

KG = (sys.executable, "-m", "kg")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--statements", type=int, default=100_000)
    statements = options.parse_args().statements
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        project.mkdir()
        write_project(project, statements)
        subprocess.run([*KG, "--quiet", "build"], cwd=project, check=True, capture_output=True)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*KG, "--quiet", "site", "public"], cwd=project, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        entities = len(list((project / "public" / "id").iterdir()))
        files = [path for path in (project / "public").rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files) / 2**20
    print(f"{statements:,} statements, {entities:,} entities: {seconds:.1f} s of CPU")
    print(f"{len(files):,} files, {size:,.0f} MiB; memory {after.ru_maxrss / 1024:,.0f} MiB")


if __name__ == "__main__":
    main()
