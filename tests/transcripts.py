"""The console examples of a document: run, with what is said and what they print."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def transcript(text: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield each command of the console examples with what is said and what it printed.

    They are run by a shell that remembers the folder it is in.
    """
    prelude = f'kg() {{ "{sys.executable}" -m kg "$@"; }}\n'
    for block in BLOCK.findall(text):
        for command, said in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            if command.startswith("cd "):
                folder = (folder / command.removeprefix("cd ")).resolve()
                continue
            done = subprocess.run(
                ["bash", "-c", prelude + command],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                check=False,
                timeout=60,
            )
            yield command, said, done.stdout
