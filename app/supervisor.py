"""Keeps a demo's processes running: starts them, starts one again that died, stops them all in order."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded.tether import Tether
from app.forkserver import Command

STOP_SECONDS = 10.0
"""A process gets this long to finish what it has in hand before it is killed."""
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0
SETTLED_SECONDS = 10.0
QUICK_DEATHS_ALLOWED = 4
"""So many deaths in a row are allowed; with one more the demo gives up and shows the log."""
_POLL_SECONDS = 0.05
_LOG_LINES_SHOWN = 25


class GaveUp(RuntimeError):
    """A process would not stay up; the message ends with what it logged."""


@dataclass
class Child:
    """One process of the product, `wedealer <arguments>`."""

    name: str
    arguments: list[str]
    log_path: Path
    running: Command | None = None
    stopping: bool = False
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    def log_tail(self) -> str:
        """The end of its log."""
        text = self.log_path.read_text(errors="replace") if self.log_path.exists() else ""
        return "\n".join(text.splitlines()[-_LOG_LINES_SHOWN:])


class Supervisor:
    """Runs child processes with one environment and reports through `say` what happens to them.

    A process that ran `settled_seconds` was healthy, so its next death does not count as one in a row.
    """

    def __init__(
        self,
        environment: dict[str, str],
        logs: Path,
        say: Callable[[str], None],
        *,
        settled_seconds: float = SETTLED_SECONDS,
    ) -> None:
        self.children: dict[str, Child] = {}
        self.gave_up: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.environment = environment
        self._logs = logs
        self._say = say
        self._settled_seconds = settled_seconds

    def start(self, name: str, *arguments: str) -> Child:
        """Start a process and keep it running from now on."""
        child = Child(name, list(arguments), self._logs / f"{name}.log")
        child.log_path.write_bytes(b"")
        self.children[name] = child
        child.task = asyncio.create_task(self._keep_running(child))
        return child

    async def run_once(self, *arguments: str) -> int:
        """Run a command on our own terminal to its end and return its exit status."""
        command = await Command.start(list(arguments), self.environment)
        tether = Tether(command.pid, signal.SIGTERM, group=True)
        try:
            return await command.wait()
        except asyncio.CancelledError:
            await _end(command)
            raise
        finally:
            tether.cut()

    async def stop(self) -> None:
        """Stop all children, all at once, and wait for them."""
        await asyncio.gather(*(self._stop_child(child) for child in self.children.values()))

    async def _stop_child(self, child: Child) -> None:
        child.stopping = True
        if child.running is not None:
            await _end(child.running)
        if child.task is not None:
            child.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await child.task

    async def _keep_running(self, child: Child) -> None:
        quick_deaths = 0
        while not child.stopping:
            began = time.monotonic()
            status = await self._run_to_end(child)
            if child.stopping:
                return
            quick_deaths = 0 if time.monotonic() - began > self._settled_seconds else quick_deaths + 1
            if quick_deaths > QUICK_DEATHS_ALLOWED:
                if not self.gave_up.done():
                    text = f"{child.name} does not stay up; {child.log_path} ends with:\n{child.log_tail()}"
                    self.gave_up.set_exception(GaveUp(text))
                return
            self._say(f"{child.name} stopped ({_reason(status)}), starting it again")
            await asyncio.sleep(min(FIRST_PAUSE_SECONDS * 2.0 ** max(quick_deaths - 1, 0), LONGEST_PAUSE_SECONDS))

    async def _run_to_end(self, child: Child) -> int:
        command = await Command.start(child.arguments, self.environment, child.log_path)
        child.running = command
        tether = Tether(command.pid, signal.SIGTERM, group=True)
        try:
            status = await command.wait()
        finally:
            tether.cut()
        # A web process killed from outside leaves its workers behind, on the port the next one needs.
        _signal_group(command.pid, signal.SIGKILL)
        return status


async def first_answer(port: int, path: str, *, seconds: float) -> bool:
    """Wait until an HTTP server on this machine answers `path` with 200; False when it does not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if await _status(port, path) == 200:
            return True
        await asyncio.sleep(_POLL_SECONDS)
    return False


async def _status(port: int, path: str) -> int | None:
    # The request is written by hand, since importing an HTTP client would cost a tenth of the whole start.
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return None
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        line = await asyncio.wait_for(reader.readline(), timeout=5)
        return int(line.split()[1])
    except (OSError, TimeoutError, IndexError, ValueError):
        return None
    finally:
        writer.close()


async def _end(command: Command) -> None:
    command.terminate()
    try:
        await asyncio.wait_for(command.wait(), STOP_SECONDS)
    except TimeoutError:
        _signal_group(command.pid, signal.SIGKILL)
        await command.wait()
    _signal_group(command.pid, signal.SIGKILL)


def _signal_group(leader: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def _reason(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
