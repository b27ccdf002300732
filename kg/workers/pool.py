"""A pool of workers for a server: nobody waits for ever, and a bad query harms only itself."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kg.errors import KGError, LimitError, StoreError
from kg.workers.ends import LAST_WORDS_SECONDS, Said, why_ended
from kg.workers.limits import KIB, MIB, Limits
from kg.workers.wire import LENGTHS, Reply, Task, pack, reply, unpack_lengths
from kg.workers.worker import COMMAND, Place

# From here on a query has to stand back behind the others: another worker takes the place of its
# own, which ends with it.
PATIENCE: Final = 0.5
NICE: Final = 10
# How long a query waits for a worker, in what one may take: each worker may have just begun with
# one that takes all of its time, and is then started anew.
WAITS: Final = 2
START_SECONDS: Final = 30.0
# What reading from a process that has ended raises.
_ENDED: Final = (asyncio.IncompleteReadError, ConnectionError)
_log = logging.getLogger("kg.workers")


@dataclass(eq=False)
class _Worker:
    """One process; `traits` are the affinities of the tasks that it has answered."""

    process: asyncio.subprocess.Process
    store: Path
    listening: asyncio.Task[None] = field(init=False)
    traits: set[str] = field(default_factory=set)
    said: Said = field(default_factory=Said)
    is_spent: bool = False
    is_stopped: bool = False
    is_cut: bool = False
    base: str = ""

    def __post_init__(self) -> None:
        """Begin to listen."""
        self.listening = asyncio.create_task(self.listen())

    async def exchange(self, frame: bytes) -> Reply:
        """Send a frame and read the reply.

        Raises asyncio.IncompleteReadError or ConnectionError when the process died.
        """
        sink, source = self.process.stdin, self.process.stdout
        if sink is None or source is None:
            raise ConnectionError
        sink.write(frame)
        await sink.drain()
        header, body = unpack_lengths(await source.readexactly(LENGTHS.size))
        about = json.loads(await source.readexactly(header))
        content = await source.readexactly(body)
        self.is_spent = self.is_spent or bool(about.get("is_last"))
        return reply(about, content)

    def stand_back(self) -> None:
        """Let shorter queries go first, when the system knows of niceness."""
        self.is_spent = True
        with suppress(AttributeError, OSError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, NICE)

    async def listen(self) -> None:
        """Read what the process writes to its standard error, to the end."""
        source = self.process.stderr
        while source is not None and (part := await source.read(4 * KIB)):
            self.said.add(part)

    async def why_ended(self, limits: Limits) -> KGError:
        """Return why the process, which is gone or about to go, has not answered."""
        code = await self.process.wait()
        # A process that it left behind could hold its standard error open.
        await asyncio.wait({self.listening}, timeout=LAST_WORDS_SECONDS)
        return why_ended(code, self.said.text, limits, "stopped" if self.is_stopped else "nothing")

    async def end(self) -> None:
        """Kill the process and wait until it is gone."""
        self.is_stopped = True
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        self.listening.cancel()


class Pool:
    """Several workers on one place, and a queue of bounded length before them.

    A worker that overruns or crashes is replaced; one that has grown stays until the one after it
    is there, and one that stands back until it has answered, so that there are up to twice as many.
    A new build is noticed, and workers on the old one are replaced after their task.
    """

    def __init__(self, place: Place, limits: Limits) -> None:
        """Keep the place; nothing is started yet."""
        self.place = place
        self.limits = limits
        self.is_cut = False
        self.base = ""
        self._store = place.store()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._waiting: deque[asyncio.Future[_Worker]] = deque()
        self._starting: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._looked = 0.0
        self._is_open = False
        # How long it took to start the last worker.
        self._starting_takes = 0.0
        # Why the last attempt to start a worker failed; None after one that did not.
        self._trouble: Exception | None = None

    async def start(self) -> None:
        """Start the workers.

        Raises StoreError when the store cannot be opened.
        """
        self._is_open = True
        first = await self._new()
        self.is_cut, self.base = first.is_cut, first.base
        self._offer(first)
        self._refill()

    async def close(self) -> None:
        """End all workers."""
        self._is_open = False
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for future in self._waiting:
            future.cancel()
        for worker in [*self._idle, *self._busy]:
            self._end(worker)
        self._idle.clear()
        while self._ending:
            await asyncio.gather(*self._ending)

    def renew(self) -> Path:
        """Return the folder of the store that new answers come from, looked up once a second.

        When it has changed, idle workers on the one before are ended, and others started.
        """
        now = asyncio.get_running_loop().time()
        if now - self._looked > 1:
            self._looked = now
            try:
                current = self.place.store()
            except StoreError as error:
                # A build that is being damaged does no harm to those who read the old one.
                _log.warning("%s", error)
                current = self._store
            if current != self._store:
                self._store = current
                for worker in [one for one in self._idle if one.store != current]:
                    self._idle.remove(worker)
                    self._end(worker)
                self._refill()
        return self._store

    @property
    def counts(self) -> dict[str, int]:
        """How many workers are idle and busy, and how many tasks wait."""
        return {
            "idle": len(self._idle),
            "busy": len(self._busy),
            "waiting": sum(not future.done() for future in self._waiting),
        }

    async def ask(self, task: Task, affinity: str = "") -> Reply:
        """Return the reply to a task; cancelling the call kills the worker, or lets it soon end.

        Among idle workers one that has answered a task of the same affinity is chosen.

        Raises LimitError for a full queue, time and memory, EndedError for a crash or a kill, and
        what the task itself raises.
        """
        frame = pack(task)
        while True:
            worker = await self._take(affinity)
            was_spent = worker.is_spent
            try:
                return await self._answer(worker, frame, affinity)
            except LimitError as error:
                # One that has grown had less left than a task may take: a new one decides.
                if error.limit != "memory" or not was_spent:
                    raise

    async def _answer(self, worker: _Worker, frame: bytes, affinity: str) -> Reply:
        self._busy.add(worker)
        stand_back = asyncio.get_running_loop().call_later(PATIENCE, self._stand_back, worker)
        work = asyncio.ensure_future(worker.exchange(frame))
        is_whole = False
        try:
            async with asyncio.timeout(self.limits.seconds):
                found = await asyncio.shield(work)
            is_whole = True
        except _ENDED as error:
            raise await worker.why_ended(self.limits) from error
        except TimeoutError as error:
            raise why_ended(None, "", self.limits, "timed out") from error
        except asyncio.CancelledError:
            # Nobody waits any more; what ends sooner than another worker starts may end.
            if not worker.is_spent:
                await asyncio.wait({work}, timeout=self._starting_takes)
            is_whole = work.done() and not isinstance(work.exception(), _ENDED)
            raise
        except Exception as error:
            # The worker told of an error and is well, unless it had too little memory left.
            is_whole = not (worker.is_spent and isinstance(error, LimitError))
            raise
        finally:
            stand_back.cancel()
            work.cancel()
            self._busy.discard(worker)
            if affinity:
                worker.traits.add(affinity)
            self._give_back(worker, is_whole=is_whole)
        return found

    def _stand_back(self, worker: _Worker) -> None:
        """Let one that takes long answer in its own time, and start another in its place."""
        worker.stand_back()
        self._refill()

    async def _take(self, affinity: str) -> _Worker:
        self.renew()
        while self._idle:
            able = [one for one in self._idle if not one.is_spent] or self._idle
            fitting = [one for one in able if affinity in one.traits] if affinity else []
            # The last one in is the warmest.
            worker = (fitting or able)[-1]
            self._idle.remove(worker)
            if worker.process.returncode is None:
                return worker
            self._refill()
        waiting = [future for future in self._waiting if not future.done()]
        if len(waiting) >= self.limits.queue:
            raise LimitError("too many queries are waiting; try again in a moment", "queue")
        future: asyncio.Future[_Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        if not (self._idle or self._busy or self._starting):
            # Whatever kept workers from starting may be mended.
            self._refill()
        try:
            async with asyncio.timeout(WAITS * self.limits.seconds):
                try:
                    return await future
                except asyncio.CancelledError:
                    # A worker may have come in the same moment; it belongs to the next in line.
                    if future.done() and not future.cancelled():
                        self._busy.discard(future.result())
                        self._offer(future.result())
                    raise
        except TimeoutError as error:
            if self._trouble and not self._busy:
                msg = f"no worker can be started: {self._trouble}"
                raise StoreError(msg) from error
            msg = "no worker became free in time; try again in a moment"
            raise LimitError(msg, "queue") from error

    def _offer(self, worker: _Worker) -> None:
        """Hand a worker to the first who waits, else let it idle."""
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                self._busy.add(worker)
                future.set_result(worker)
                return
        self._idle.append(worker)

    def _give_back(self, worker: _Worker, *, is_whole: bool) -> None:
        is_able = is_whole and worker.store == self._store and self._is_open
        others = len(self._idle) + len(self._busy)
        if is_able and (not worker.is_spent or others < self.limits.workers):
            self._offer(worker)
        else:
            self._end(worker)
        self._refill()

    def _relieve(self) -> None:
        """End those that have only stayed until there were enough others."""
        for worker in [one for one in self._idle if one.is_spent]:
            if len(self._idle) + len(self._busy) > self.limits.workers:
                self._idle.remove(worker)
                self._end(worker)

    def _end(self, worker: _Worker) -> None:
        task = asyncio.create_task(worker.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    def _refill(self) -> None:
        """Start what is missing, and what is to come after those that only stay for a while."""
        there = [*self._idle, *self._busy]
        lasting = sum(not one.is_spent for one in there) + len(self._starting)
        missing = self.limits.workers - lasting
        room = 2 * self.limits.workers - len(there) - len(self._starting)
        for _ in range(min(missing, room) if self._is_open else 0):
            task = asyncio.create_task(self._add())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _add(self) -> None:
        for delay in (0.1, 1.0, 5.0):
            try:
                worker = await self._new()
            except (StoreError, OSError, RuntimeError) as error:
                self._trouble = error
                _log.warning("a worker could not be started: %s", error)
                await asyncio.sleep(delay)
            else:
                self._trouble = None
                self._offer(worker)
                self._relieve()
                return

    async def _new(self) -> _Worker:
        store = self._store
        began = asyncio.get_running_loop().time()
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=MIB,
            # Ctrl-C is for the server, which then ends its workers.
            start_new_session=True,
        )
        worker = _Worker(process, store)
        try:
            async with asyncio.timeout(START_SECONDS):
                ready = await worker.exchange(self.place.greeting(store, self.limits))
        except _ENDED as error:
            reason = await worker.why_ended(self.limits)
            self._end(worker)
            msg = f"a worker ended before it had opened the store: {reason}"
            raise StoreError(msg) from error
        except TimeoutError as error:
            self._end(worker)
            msg = f"a worker had not opened the store after {START_SECONDS:g} seconds"
            raise StoreError(msg) from error
        except BaseException:
            self._end(worker)
            raise
        self._starting_takes = asyncio.get_running_loop().time() - began
        worker.is_cut, worker.base = bool(ready.about["is_cut"]), str(ready.about["base"])
        return worker
