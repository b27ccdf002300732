"""Entry: where the command `kg` begins and ends, whatever its streams and signals are.

It imports next to nothing before an interrupt is guarded against, so that Ctrl-C is never answered
by a traceback.
"""

from __future__ import annotations

import errno
import io
import os
import sys

# What `typing` calls by this name, without waiting for `typing`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from _typeshed import ReadableBuffer

# With this shells ask what a word may be completed to.
OFFER = "--offer"
# And so where only the whole line says what kind of word it is.
LINE = "line"
# As shells count: 128 and the number of the signal.
_INTERRUPTED = 130
_UNWRITABLE = 3


def main() -> None:
    """Run the command line and exit with the command's own code, also when nobody reads it."""
    if sys.argv[1:2] == [OFFER]:
        if sys.argv[2:3] == [LINE]:
            from kg.cli.lines import answer as answer_line

            answer_line(sys.argv[3:])
        else:
            from kg.cli.offers import answer

            answer(sys.argv[2:])
        sys.stdout.flush()
        os._exit(0)
    code: str | int | None
    is_bare = False
    try:
        _begin()
        from kg.cli.commands import main as run

        _heed_interrupts()
        run()
    except SystemExit as end:
        code = end.code
        is_bare = type(end) is not SystemExit
    except KeyboardInterrupt:
        code = _INTERRUPTED
    code = _end(code)
    if is_bare and isinstance(code, int):
        # See `kg.workers.apart.DoneApart`: tidying up takes longer than the command line did.
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _begin() -> None:
    """Guard against interrupts, and see to it that there are streams."""
    import gc
    import signal

    # Looking for garbage while modules load finds none; `commands` turns it on for long commands.
    gc.disable()

    # In a background job interrupts are ignored, and remain so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    # An interrupt that comes in a finalizer would be printed and then forgotten.
    sys.unraisablehook = _unraisable
    # The next file to be opened would take the place of a closed stream and get what it is told.
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = _outlet(1, sys.stdout)
    sys.stderr = _outlet(2, sys.stderr)


def _heed_interrupts() -> None:
    """Let an interrupt end the command in an orderly way from now on."""
    import signal

    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(code: str | int | None) -> str | int | None:
    """Write out what waits and return the exit code; an interrupt now ends the process at once."""
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        sys.stdout.flush()
    except OSError as error:
        # Python would try once more, and print a traceback.
        _send_nowhere(1)
        if not code:
            sys.stderr.write(f"kg: {error.filename}: {error.strerror}\n")
            return _UNWRITABLE
    return code


def _unraisable(what: sys.UnraisableHookArgs) -> None:
    if issubclass(what.exc_type, KeyboardInterrupt):
        os._exit(_INTERRUPTED)
    sys.__unraisablehook__(what)


def _outlet(descriptor: int, stream: TextIO | None) -> TextIO:
    """Return a stream to print to that shows a question mark for letters it does not have."""
    if isinstance(stream, io.TextIOWrapper) and stream.isatty():
        stream.reconfigure(errors="replace")
        return stream
    encoding, at_once = "utf-8", descriptor == 2
    if isinstance(stream, io.TextIOWrapper):
        encoding, at_once = stream.encoding, at_once or stream.write_through
    raw = io.BufferedWriter(_Outlet(descriptor, "wb", closefd=False))
    return io.TextIOWrapper(raw, encoding, "replace", line_buffering=at_once)


def _send_nowhere(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


class _Outlet(io.FileIO):
    """Standard output or error; once nobody reads it, the rest goes nowhere."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Write, or forget it when the reader went away, as `| head` does: nothing is wrong.

        Raises OSError for standard output that is lost for another reason, such as a full disk.
        """
        try:
            return super().write(data)
        except OSError as error:
            # Windows calls a pipe without a reader an invalid argument.
            gone = errno.EINVAL if os.name == "nt" else errno.EPIPE
            if error.errno != gone and self.fileno() == 1:
                raise OSError(error.errno, error.strerror, "standard output") from error
            _send_nowhere(self.fileno())
            return memoryview(data).nbytes
