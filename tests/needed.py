"""What tests need of the system and of extras: they skip without it, or fail if all must run."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(what: str, repair: str) -> NoReturn:
    """Skip the test for want of something; with CI set it fails, because there nothing may skip."""
    reason = f"no {what} found; install it with: {repair}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
