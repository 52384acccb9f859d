"""A `wedealer demo` of its own, started as a person would, for tests that look at it from outside."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import asyncpg

from app.embedded.ports import free_port
from app.embedded.state import REPOSITORY

WEDEALER = Path(sys.executable).with_name("wedealer")
"""The command as `make run` calls it."""
READY_SECONDS = 300
STOP_SECONDS = 40
NAMES = {"web": "wd-serve", "simulator": "wd-simulator", "worker": "wd-worker", "scheduler": "wd-scheduler"}


class RunningDemo:
    """One `wedealer demo` in a state folder of its own; of an installed wheel if `command` is its command."""

    def __init__(
        self,
        folder: Path,
        command: Path = WEDEALER,
        environment: Mapping[str, str] = os.environ,
        cwd: Path = REPOSITORY,
    ) -> None:
        self.folder = folder
        self.command = command
        self.environment = environment
        self.cwd = cwd
        self.port, self.simulator_port = free_port(), free_port()
        self.said = ""

    async def start(self, *options: str, until: str = "stop: Ctrl-C") -> None:
        """Return once it says that it is ready (the last line of its banner), or something else before that."""
        self.said = ""
        self.process = await self.launch(*options)
        assert self.process.stdout is not None
        async with asyncio.timeout(READY_SECONDS):
            while until not in self.said:
                line = await self.process.stdout.readline()
                assert line, f"the demo ended: {self.said}\n{self.logs()}"
                self.said += line.decode()

    async def stop(self) -> int:
        """Press Ctrl-C and return the exit status."""
        self.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(STOP_SECONDS):
            await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode

    async def prepared(self) -> str:
        """What `--prepare` says until it has made the data."""
        process = await self.launch("--prepare")
        output, _ = await asyncio.wait_for(process.communicate(), READY_SECONDS)
        assert process.returncode == 0, output.decode()
        return output.decode()

    async def refused(self) -> str:
        """What a second demo in the same folder says before it gives up."""
        process = await self.launch()
        output, _ = await asyncio.wait_for(process.communicate(), STOP_SECONDS)
        assert process.returncode == 1
        return output.decode()

    def pids(self) -> dict[str, int]:
        """Our processes by name; a web process's own workers bear its name and come after it."""
        found: dict[str, int] = {}
        for pid in sorted(self.everything()):
            for name, title in NAMES.items():
                if title_of(pid) == title:
                    found.setdefault(name, pid)
        return found

    def everything(self) -> set[int]:
        """Every process below the supervisor, servers and watchers included."""
        found: set[int] = set()
        queue = [self.process.pid]
        while queue:
            children = _children(queue.pop())
            found.update(children)
            queue += children
        return found

    def logs(self) -> str:
        """The end of each process's log."""
        return "\n".join(f"--- {log.name}\n{log.read_text()[-1500:]}" for log in self.folder.glob("logs/*.log"))

    @contextlib.asynccontextmanager
    async def database(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection to its PostgreSQL."""
        password = (self.folder / "postgres" / "password").read_text()
        port = (self.folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[3]
        connection = await asyncpg.connect(f"postgresql://wedealer:{password}@127.0.0.1:{port}/wedealer")
        yield connection
        await connection.close()

    async def launch(self, *options: str) -> asyncio.subprocess.Process:
        """Start it without waiting for anything."""
        ports = ["--port", str(self.port), "--simulator-port", str(self.simulator_port)]
        return await asyncio.create_subprocess_exec(
            *[str(self.command), "demo", "--owners", "30", *ports, *options],
            cwd=self.cwd,
            env={**self.environment, "WEDEALER_STATE_DIR": str(self.folder)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )


def _children(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = status.read_text().rsplit(") ", 1)[1].split()
            if int(fields[1]) == parent and fields[0] != "Z":
                found.append(int(status.parent.name))
    return found


def title_of(pid: int) -> str:
    """What a process calls itself, empty when it has gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


async def status_of(port: int, path: str) -> int:
    """The status with which a port of this machine answers a request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    line = await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    return int(line.split()[1])


async def until(condition, seconds: float = 30) -> None:
    """Another process's state can only be looked at."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)
