"""Confine: what a worker gives up before it sees a query.

Where the system does not offer a means, the worker goes on without it and says so.
"""

from __future__ import annotations

import os
import sys
from typing import Final

# With this code a worker ends that watched its own memory, where the system does not.
MEMORY_CODE: Final = 86
_WATCHED_EVERY: Final = 0.02
_is_confined = False


def confine(memory: int) -> None:
    """Bound the memory of this process, a worker, and remember that it is one."""
    global _is_confined  # noqa: PLW0603 - a process is confined once, for good
    _is_confined = True
    if not limit_memory(memory):
        watch_memory(memory)


def is_confined() -> bool:
    """Say whether this process is a worker: whatever it runs may be ended."""
    return _is_confined


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

        in_use = _pages(0)
        resource.setrlimit(resource.RLIMIT_AS, (in_use + size, in_use + size))
    except (ImportError, OSError, ValueError):
        return False
    return True


def watch_memory(size: int) -> None:
    """End this process by itself once it holds so many bytes more than now.

    For systems that bound no process; the engine lets other threads run while it works.
    """
    import _thread
    import time

    most = memory_now() + size

    def watch() -> None:
        while memory_now() <= most:
            time.sleep(_WATCHED_EVERY)
        os._exit(MEMORY_CODE)

    _thread.start_new_thread(watch, ())


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
    """End this process by itself when it computes for so much longer than now; 0 is no limit.

    It is the parent who ends a query in time; this is for a worker whose parent was killed.
    """
    try:
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime + seconds) + 2 if seconds else -1
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    except (ImportError, OSError, ValueError):
        return


def memory_now() -> int:
    """Return the memory that this process holds, in bytes; where nobody says, the most it had."""
    try:
        return _pages(1)
    except OSError:
        return memory_peak()


def _pages(which: int) -> int:
    """Return a number of proc_pid_statm(5) in bytes: 0 is the address space, 1 what is resident."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - no Path yet
        return int(statm.read().split()[which]) * os.sysconf("SC_PAGE_SIZE")


def memory_peak() -> int:
    """Return the most memory that this process ever had, in bytes; 0 where nobody counts."""
    try:
        import resource
    except ImportError:
        return _windows_memory_peak()
    # Linux counts in kibibytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _windows_memory_peak() -> int:
    """Ask Windows: PROCESS_MEMORY_COUNTERS of psapi, PeakWorkingSetSize."""
    import ctypes

    windows = getattr(ctypes, "windll", None)
    if windows is None:
        return 0
    # DWORD cb, DWORD PageFaultCount, SIZE_T PeakWorkingSetSize and seven more.
    fields = [("cb", ctypes.c_ulong), ("faults", ctypes.c_ulong), ("sizes", ctypes.c_size_t * 8)]
    counters = type("Counters", (ctypes.Structure,), {"_fields_": fields})()
    counters.cb = ctypes.sizeof(counters)
    current = windows.kernel32.GetCurrentProcess
    current.restype = ctypes.c_void_p
    found = windows.kernel32.K32GetProcessMemoryInfo
    found.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong]
    return counters.sizes[0] if found(current(), ctypes.byref(counters), counters.cb) else 0
