"""Record the session on a terminal that the README shows, from the graph that is shipped.

    python docs/recording.py [FILE]

Needs the extra `docs`; writes docs/images/session.svg. The same session gives the same bytes.
"""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "session.svg"
COLUMNS, ROWS = 96, 60
COMMANDS = (
    "kg build",
    "kg query membrs",
    "kg query members -p organization=csto --as-of 2012-06-27",
    "kg why belarus observerOf sco",
)
PROMPT = "$ "


def session() -> list[tuple[str, str]]:
    """Run the commands one after the other in a project as it is shipped; return what each said.

    What is told beside results comes last, and without the line that says how far work is.
    """
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("data", "ontology"):
            shutil.copytree(ROOT / name, Path(scratch) / name)
        return [(command, _said(command, Path(scratch))) for command in COMMANDS]


def _said(command: str, folder: Path) -> str:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    environment.pop("NO_COLOR", None)
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-m", "kg", *shlex.split(command)[1:]],
        cwd=folder, env=environment,
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        os.close(theirs)
        written = b"".join(iter(lambda: _read(ours), b""))
        beside = process.stderr.read() if process.stderr else b""
    os.close(ours)
    return (written.replace(b"\r\n", b"\n") + beside).decode()


def _read(terminal: int) -> bytes:
    """Return what was written meanwhile, nothing once nobody has the terminal open."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def lines(told: list[tuple[str, str]]) -> list[str]:
    """Return what stands on the terminal, a text for each of its lines, without colours."""
    plain = (re.sub(r"\x1b\[[0-9;]*m", "", f"{PROMPT}{word}\n{said}") for word, said in told)
    return [
        line[at : at + COLUMNS].rstrip()
        for text in plain
        for line in text.rstrip("\n").split("\n")
        for at in range(0, max(1, len(line)), COLUMNS)
    ]


def drawn(told: list[tuple[str, str]]) -> str:
    """Return the picture, which loads nothing."""
    from rich._export_format import CONSOLE_SVG_FORMAT
    from rich.console import Console
    from rich.terminal_theme import DIMMED_MONOKAI
    from rich.text import Text

    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True,
        color_system="truecolor", legacy_windows=False,
    )  # fmt: skip
    for word, said in told:
        prompt = Text.assemble((PROMPT, "bold green"), (word, "bold"))
        for line in (prompt, *Text.from_ansi(said.rstrip("\n")).split("\n", allow_blank=True)):
            for part in line.divide(range(COLUMNS, len(line), COLUMNS)):
                console.print(part, soft_wrap=True)
    template = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return console.export_svg(
        title="kg", theme=DIMMED_MONOKAI, code_format=template, unique_id="session"
    )


if __name__ == "__main__":
    GIVEN = Path(sys.argv[1]) if sys.argv[1:] else PICTURE
    GIVEN.write_text(drawn(session()), encoding="utf-8")
