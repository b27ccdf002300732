"""The worker process, spoken to over its standard input and output; `worker.COMMAND` starts it.

The first frame names a module, which makes what the worker works at and knows its jobs; then the
worker gives up what it does not need, and answers one task after the other until the parent goes
away.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, BinaryIO, cast

from kg.workers import confine
from kg.workers.limits import Limits, out_of_memory, too_deep
from kg.workers.wire import Reply, Task, pack, packed_error, read_frame

Job = Callable[[Any, Task], Reply]


def main() -> None:
    """Answer tasks on standard input until the parent closes the pipe."""
    serve(cast("BinaryIO", sys.stdin.buffer))


def serve(tasks: BinaryIO) -> None:
    """Answer tasks on standard output until the parent closes the pipe."""
    # Ctrl-C is for the parent, which then ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever is printed by mistake must not end up among the frames.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        task = _read(tasks)
    except EOFError:
        return
    limits = Limits(**task["limits"])
    confine.leave_no_core()
    is_cut = not task.get("has_network") and confine.cut_network()
    try:
        bench, jobs = import_module(task["module"]).set_up(task, limits, is_cut=is_cut)
    except Exception as error:  # noqa: BLE001 - told to the parent, who decides
        _say(replies, packed_error(error))
        return
    del task
    confine.confine(limits.memory)
    # The limit counts from here, and so does what a worker has grown by.
    full = confine.memory_now() + limits.memory // 2
    _say(replies, pack({"type": "ready", "is_cut": is_cut, "base": getattr(bench, "base", "")}))
    while True:
        try:
            task = _read(tasks)
        except EOFError:
            return
        _say(replies, _answer(bench, jobs, task, limits, full))


def _read(tasks: BinaryIO) -> dict[str, Any]:
    """Return the next task; bytes that came with it are its "body"."""
    task, body = read_frame(tasks)
    return {**task, "body": body}


def _say(replies: BinaryIO, frame: bytes) -> None:
    try:
        replies.write(frame)
        replies.flush()
    except BrokenPipeError:
        # Nobody is left to answer to, and nothing that the interpreter may still flush matters.
        os._exit(0)


def _answer(bench: object, jobs: Mapping[str, Job], task: Task, limits: Limits, full: int) -> bytes:
    """Return the reply; it is the last one when the process came to hold more than `full`."""
    confine.limit_processor(task.get("seconds", limits.seconds))
    try:
        reply = jobs[task["job"]](bench, task)
    except MemoryError:
        return packed_error(out_of_memory(limits))
    except RecursionError:
        return packed_error(too_deep())
    except Exception as error:  # noqa: BLE001 - a fault of one task must not end the worker
        return packed_error(error)
    is_last = confine.memory_now() > full
    return pack({**reply.about, "type": reply.type, "is_last": is_last}, reply.body)


if __name__ == "__main__":
    main()
