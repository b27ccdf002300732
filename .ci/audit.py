#!/usr/bin/env python3
"""Ask for known vulnerabilities of the locked packages of Python and of the page's tools.

    python3 .ci/audit.py

Where nobody can be asked it says "not run", and of packages that nobody knows how many they are;
"none known" is said of those alone that were looked up. Ends with 1 when there are any.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
# A release of its own, so that what is audited does not change with the auditor.
AUDITOR = "pip-audit>=2.9,<3"
SECONDS = 300


def main() -> None:
    found = python_packages()
    for folder in sorted(path.parent for path in ROOT.glob("tools/*/package-lock.json")):
        found += node_packages(folder)
    for one in found:
        print(f"  {one}")
    sys.exit(bool(found))


def python_packages() -> list[str]:
    """Say how the lock stands, and return what is known of its packages."""
    what = "packages of Python"
    with tempfile.TemporaryDirectory() as folder:
        bin_ = Path(folder) / "venv" / "bin"
        try:
            run([sys.executable, "-m", "venv", str(bin_.parent)])
            run([str(bin_ / "pip"), "install", "-q", AUDITOR])
            asked = [str(bin_ / "pip-audit"), "-r", str(LOCK), "--disable-pip"]
            text = run([*asked, "--progress-spinner", "off", "-f", "json"], codes=(0, 1))
            packages: list[dict[str, Any]] = json.loads(text)["dependencies"]
        except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
            return not_run(what, str(error))
    known = [one for one in packages if "vulns" in one]
    if not known:
        return not_run(
            what, packages[0].get("skip_reason", "") if packages else "the lock is empty"
        )
    left = f"; {len(packages) - len(known)} could not be looked up" if known != packages else ""
    found = [
        f"{one['name']} {one['version']}: {vulnerability['id']}"
        for one in known
        for vulnerability in one["vulns"]
    ]
    print(f"{what}: {len(known)} looked up, {len(found) or 'none'} known to be vulnerable{left}")
    return found


def node_packages(folder: Path) -> list[str]:
    """Say how the lock of a tool stands, and return what is known of its packages."""
    what = f"packages of {folder.relative_to(ROOT).as_posix()}"
    if not shutil.which("npm"):
        return not_run(what, "there is no npm")
    try:
        asked = ["npm", "audit", "--package-lock-only", "--json", "--prefix", str(folder)]
        said = json.loads(run(asked, codes=(0, 1)))
        count, found = said["metadata"]["dependencies"]["total"], said["vulnerabilities"]
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return not_run(what, str(error))
    except KeyError:
        return not_run(what, str(said.get("message", "")))
    print(f"{what}: {count} looked up, {len(found) or 'none'} known to be vulnerable")
    return [f"{name}: {one['severity']}" for name, one in sorted(found.items())]


def not_run(what: str, why: str) -> list[str]:
    """Say that nobody could be asked, and why."""
    print(f"{what}: not run, {why.strip().partition(chr(10))[0][:200] or 'nobody answered'}")
    return []


def run(command: Sequence[str], codes: Sequence[int] = (0,)) -> str:
    """Return what the command prints.

    Raises SubprocessError when it ends otherwise than with these codes, or not in time.
    """
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode not in codes:
        raise subprocess.CalledProcessError(done.returncode, command[0], done.stdout, done.stderr)
    return done.stdout


if __name__ == "__main__":
    main()
