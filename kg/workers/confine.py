"""Confine: what a worker gives up before it sees a query.

Where the system does not offer a means, the worker goes on without it and says so.
"""

from __future__ import annotations

import os
import sys
from typing import Final

# Linux: a user namespace lets anybody have a network namespace, and a new one has no network.
CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWNET: Final = 0x40000000


def cut_network() -> bool:
    """Leave the network for good; say whether the system let us.

    Must come before the first thread: a user namespace is for processes of one thread.
    """
    if sys.platform != "linux":
        return False
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    unshare = getattr(libc, "unshare", None)
    if unshare is None:
        return False
    # An administrator needs no user namespace, and some systems allow only one of the two ways.
    return any(unshare(flags) == 0 for flags in (CLONE_NEWUSER | CLONE_NEWNET, CLONE_NEWNET))


def limit_memory(size: int) -> bool:
    """Allow so many bytes of address space beyond what is in use now; say whether that is held.

    The store's cache reserves address space when it is opened, so the limit counts from there.
    """
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - no Path yet
            in_use = int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (in_use + size, in_use + size))
    except (ImportError, OSError, ValueError):
        return False
    return True


def leave_no_core() -> None:
    """Leave no core file when the engine crashes, which would be as large as the memory.

    Nor a backtrace: without memory, the engine would take seconds for it.
    """
    os.environ["RUST_BACKTRACE"] = "0"
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        return


def limit_processor(seconds: float) -> None:
    """End this process by itself when it computes for so much longer than now.

    It is the parent who ends a query in time; this is for a worker whose parent was killed.
    """
    try:
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime + seconds) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    except (ImportError, OSError, ValueError):
        return


def memory_peak() -> int:
    """Return the most memory that this process ever had, in bytes; 0 where nobody counts."""
    try:
        import resource
    except ImportError:
        return 0
    # Linux counts in kibibytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
