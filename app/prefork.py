"""The web server's parent: it holds the address, forks the workers that answer on it, and replaces those that fail.

Once a second a worker reports that its event loop runs. A worker that dies or falls silent is replaced. When none
answers and new ones die at once, the parent ends, so that whatever started it can start it again. A worker whose parent
is gone ends too. The parent does no other work, so nothing can block it.
"""

import asyncio
import contextlib
import mmap
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from foundation.logging import logger

BEAT_SECONDS: Final = 1.0
BEATS_PER_REPORT = 5
LARGEST_REPORT: Final = 2 * 1024 * 1024
"""Bytes of the largest report. Our 150 routes with their histograms take a fifth; unused memory costs nothing."""
_LENGTH: Final = struct.Struct("<I")
SILENCE_SECONDS = 20.0
"""A worker that is silent for so long hangs; on a busy machine a loop is blocked for a second or two at most."""
START_SECONDS = 90.0
"""Time until a new worker's first beat: it connects to PostgreSQL and loads the modules not loaded yet."""
STOP_SECONDS: Final = 8.0
"""Time to finish the answers in progress; less than the ten seconds that our own supervisor waits for us."""
FIRST_PAUSE_SECONDS: Final = 0.2
LONGEST_PAUSE_SECONDS: Final = 5.0
DEATHS_ALLOWED: Final = 4
"""So many workers may die in a row before their first beat while no other answers; with one more the parent ends."""
_FORK = multiprocessing.get_context("fork")


class Board:
    """Shared memory that a worker writes and its parent reads, without either ever waiting for the other.

    It has two halves; the first byte says which one was written last.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 1 + 2 * (_LENGTH.size + LARGEST_REPORT))

    def write(self, report: bytes) -> None:
        """Replace the last report; one that is too large is left out."""
        if len(report) > LARGEST_REPORT:
            return
        half = 1 - self._memory[0]
        start = self._start(half)
        _LENGTH.pack_into(self._memory, start, len(report))
        self._memory[start + _LENGTH.size : start + _LENGTH.size + len(report)] = report
        self._memory[0] = half

    def read(self) -> bytes:
        """The last report; empty before the first."""
        start = self._start(self._memory[0])
        (length,) = _LENGTH.unpack_from(self._memory, start)
        return self._memory[start + _LENGTH.size : start + _LENGTH.size + length]

    def _start(self, half: int) -> int:
        return 1 + half * (_LENGTH.size + LARGEST_REPORT)


@dataclass(frozen=True)
class Lifeline:
    """A worker's connection to its parent: beats and reports go one way, the parent's end is noticed the other way."""

    beats: "multiprocessing.connection.Connection[Any, Any]"
    board: Board
    parent: int
    """Readable once the parent is gone."""

    async def hold(self, stop: Callable[[], None], report: Callable[[], bytes]) -> None:
        """Beat and report for ever; call `stop` when the parent is gone."""
        asyncio.get_running_loop().add_reader(self.parent, stop)
        with contextlib.suppress(OSError):
            while True:
                self.board.write(report())
                for _ in range(BEATS_PER_REPORT):
                    self.beats.send_bytes(b".")
                    await asyncio.sleep(BEAT_SECONDS)


@dataclass
class _Worker:
    process: "multiprocessing.process.BaseProcess"
    beats: "multiprocessing.connection.Connection[Any, Any]"
    board: Board
    started: float = field(default_factory=time.monotonic)
    heard: float | None = None

    def listen(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while self.beats.poll():
                self.beats.recv_bytes()
                if self.heard is None:
                    logger.info("web_worker_answers", pid=self.process.pid)
                self.heard = time.monotonic()

    def is_silent(self) -> bool:
        if self.heard is None:
            return time.monotonic() - self.started > START_SECONDS
        return time.monotonic() - self.heard > SILENCE_SECONDS


class Prefork:
    """`workers` forks of this process, each running `answer(lifeline)` on `listening`, until SIGTERM or SIGINT.

    `remember` adds up the reports of workers that have ended.
    """

    def __init__(
        self,
        workers: int,
        listening: socket.socket,
        answer: Callable[[Lifeline], None],
        remember: Callable[[list[bytes]], bytes],
    ) -> None:
        self._listening = listening
        self._answer = answer
        self._remember = remember
        self._wanted = workers
        self._workers: list[_Worker] = []
        self._deaths = 0
        self._start_at = 0.0
        self._is_stopping = False
        self._parent_read, self._parent_write = os.pipe()
        self._past = b""
        """The sum of what workers that have ended reported: without it a counter would go back when one ends."""
        self.forking = threading.Lock()
        """Held while a worker is forked. A thread whose work must not be interrupted by a fork takes it too."""

    def reports(self) -> list[bytes]:
        """The reports of each worker; those of workers that have ended are added up to one."""
        return [self._past, *(worker.board.read() for worker in self._workers)]

    def answers(self) -> bool:
        """Whether the event loop of any worker runs."""
        return any(worker.heard is not None and not worker.is_silent() for worker in self._workers)

    def run(self) -> int:
        """Return the exit status: 0 after a signal, 1 when no worker stays up."""
        self._wake, signalled = socket.socketpair()
        signalled.setblocking(False)
        signal.set_wakeup_fd(signalled.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        try:
            while not self._is_stopping:
                if self._deaths > DEATHS_ALLOWED and not any(worker.heard for worker in self._workers):
                    logger.error("web_gives_up", deaths=self._deaths)
                    return 1
                self._fill()
                self._look()
            return 0
        finally:
            self._stop()

    def _on_signal(self, number: int, frame: object) -> None:
        self._is_stopping = True

    def _fill(self) -> None:
        while len(self._workers) < self._wanted and time.monotonic() >= self._start_at:
            beats, theirs = _FORK.Pipe(duplex=False)
            board = Board()
            process = _FORK.Process(target=self._in_the_child, args=(Lifeline(theirs, board, self._parent_read),))
            with self.forking:
                process.start()
            theirs.close()
            self._workers.append(_Worker(process, beats, board))

    def _in_the_child(self, lifeline: Lifeline) -> None:
        # Only the parent holds this end of the pipe: when the parent is gone, the other end becomes readable.
        os.close(self._parent_write)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        self._answer(lifeline)

    def _look(self) -> None:
        """Wait for the next beat, death or signal, and react to it."""
        lines = [line for worker in self._workers for line in (worker.process.sentinel, worker.beats)]
        ready = multiprocessing.connection.wait([self._wake, *lines], timeout=BEAT_SECONDS)
        for worker in list(self._workers):
            worker.listen()
            if worker.process.sentinel not in ready and worker.is_silent():
                logger.error("web_worker_silent", pid=worker.process.pid)
                worker.process.kill()
                worker.process.join()
            if not worker.process.is_alive():
                self._bury(worker)

    def _bury(self, worker: _Worker) -> None:
        worker.process.join()
        if not self._is_stopping:
            logger.warning("web_worker_died", pid=worker.process.pid, status=worker.process.exitcode)
        with self.forking:
            self._workers.remove(worker)
            self._past = self._remember([self._past, worker.board.read()])
        worker.beats.close()
        # A worker that has answered was healthy, so its death does not count as one in a row.
        self._deaths = 0 if worker.heard else self._deaths + 1
        pause = FIRST_PAUSE_SECONDS * 2.0 ** (self._deaths - 1) if self._deaths else 0.0
        self._start_at = time.monotonic() + min(pause, LONGEST_PAUSE_SECONDS)

    def _stop(self) -> None:
        # As long as a process holds the address, the kernel accepts connections. A client that connects after the
        # workers stopped accepting would be cut off, instead of being refused and going to the next server.
        self._listening.close()
        for worker in self._workers:
            worker.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for worker in self._workers:
            worker.process.join(max(deadline - time.monotonic(), 0))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
