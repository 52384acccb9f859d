"""Starts `wedealer` commands as forks of one process that has loaded the code: one import for a demo instead of six.

Of multiprocessing's three start methods, `forkserver` is the one that is safe beside threads and event loops, since the
process that forks has only imported modules. It begins to load them when `warm_up` is called.
"""

import asyncio
import contextlib
import multiprocessing
import multiprocessing.forkserver
import os
import signal
import sys
from pathlib import Path

_context = multiprocessing.get_context("forkserver")
_COMM = Path("/proc/self/comm")


def warm_up() -> None:
    """Begin to load the code; returns at once."""
    _context.set_forkserver_preload(["app.preload"])
    multiprocessing.forkserver.ensure_running()


class Command:
    """A running `wedealer <arguments>` in a session of its own, which Ctrl-C at our terminal does not reach."""

    def __init__(self, process: "multiprocessing.process.BaseProcess") -> None:
        loop = asyncio.get_running_loop()
        assert process.pid is not None
        self.pid = process.pid
        self._process = process
        self._ended: asyncio.Future[int] = loop.create_future()
        loop.add_reader(process.sentinel, self._on_end)

    @classmethod
    async def start(cls, arguments: list[str], environment: dict[str, str], log_path: Path | None = None) -> "Command":
        """Fork a process once the code is loaded; its output goes to a file, or to our own terminal."""
        warm_up()
        # The fork server answers only after it has loaded the code. Wait with a process that does nothing: if the
        # caller is cancelled meanwhile, no process of the product is left running.
        await asyncio.to_thread(_wait_for_load)
        process = _context.Process(target=_run, args=(arguments, environment, log_path))
        process.start()
        return cls(process)

    @property
    def status(self) -> int | None:
        """The exit status, minus a signal's number as in `subprocess`; None while it runs."""
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int:
        """Its exit status, when it has one; cancelling this leaves it running."""
        return await asyncio.shield(self._ended)

    def terminate(self) -> None:
        """Ask it to stop."""
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)

    def _on_end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._process.join()
        status = self._process.exitcode
        assert status is not None
        self._process.close()
        self._ended.set_result(status)


def _wait_for_load() -> None:
    nothing = _context.Process(target=os.getpid)
    nothing.start()
    nothing.join()
    nothing.close()


def _run(arguments: list[str], environment: dict[str, str], log_path: Path | None) -> None:
    """In the child process: do what `python -m app.cli <arguments>` would do."""
    os.setsid()
    if log_path is not None:
        log = os.open(log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    if _COMM.exists():
        _COMM.write_text(f"wd-{arguments[0]}")  # The name that `ps -o comm` and `top` show.
    for name in [name for name in os.environ if name.startswith("WEDEALER_") and name not in environment]:
        del os.environ[name]
    os.environ.update(environment)
    multiprocessing.set_start_method(None, force=True)  # Sanic sets its own name.
    from app.cli import main

    main(arguments, prog_name="wedealer")
