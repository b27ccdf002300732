"""Wire: what a worker and its parent say to each other, over pipes.

A frame is twelve bytes of lengths, a header in JSON and a body of bytes; nothing is pickled, so
a worker that went mad cannot make its parent run anything.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO, Final, NamedTuple

from kg.errors import (
    InputError,
    KGError,
    LimitError,
    MissingError,
    QueryError,
    RefusedError,
    StoreError,
    UsageError,
)

LENGTHS: Final = struct.Struct(">IQ")

Task = Mapping[str, Any]

# What a worker may raise; anything else is a fault.
_RAISED: Final = (InputError, MissingError, StoreError, UsageError)
_KINDS: Final = {kind.__name__: kind for kind in _RAISED}


# Not a dataclass, for which each new worker would have to wait.
class Reply(NamedTuple):
    """What a worker answers: the media type, the body, and what else is to be said about it."""

    type: str
    body: bytes
    about: Mapping[str, Any]


def pack(header: Mapping[str, Any], body: bytes = b"") -> bytes:
    """Return the frame.

    >>> unpack_lengths(pack({}, b"abc")[:12])
    (2, 3)
    """
    return head(header, len(body)) + body


def head(header: Mapping[str, Any], size: int) -> bytes:
    """Return all of a frame but its body of so many bytes, which may be too much to be copied.

    >>> head({}, 3) + b"abc" == pack({}, b"abc")
    True
    """
    text = json.dumps(header).encode()
    return LENGTHS.pack(len(text), size) + text


def unpack_lengths(head: bytes) -> tuple[int, int]:
    """Return the lengths of header and body."""
    header, body = LENGTHS.unpack(head)
    return header, body


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Read one frame; blocks until it is there.

    Raises EOFError when the other side went away.
    """
    header, body = unpack_lengths(_exactly(stream, LENGTHS.size))
    return json.loads(_exactly(stream, header)), _exactly(stream, body)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    found = stream.read(size)
    if len(found) < size:
        raise EOFError
    return found


def packed_error(error: Exception) -> bytes:
    """Return the frame that tells of an error; one that kg did not raise keeps its traceback."""
    if not isinstance(error, KGError):
        import traceback

        return pack({"fault": "".join(traceback.format_exception(error))})
    told: dict[str, Any] = {"error": type(error).__name__, "message": str(error)}
    if isinstance(error, QueryError):
        told |= {"message": error.message, "line": error.line, "column": error.column}
    if isinstance(error, LimitError):
        told["limit"] = error.limit
    return pack(told)


def reply(header: Mapping[str, Any], body: bytes) -> Reply:
    """Return the reply of a frame.

    Raises the error that it tells of, or RuntimeError with the traceback of the worker's fault.
    """
    if "fault" in header:
        raise RuntimeError(header["fault"])
    if "error" in header:
        if header["error"] in {"QueryError", "RefusedError"}:
            kind = QueryError if header["error"] == "QueryError" else RefusedError
            raise kind(header["message"], header["line"], header["column"])
        if header["error"] == "LimitError":
            raise LimitError(header["message"], header["limit"])
        raise _KINDS.get(header["error"], StoreError)(header["message"])
    return Reply(header["type"], body, header)
