"""Real servers and processes for a benchmark: durable PostgreSQL and Valkey on disk, the product, the bare floors."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from app import migrations
from app.demo_secrets import DemoSecrets
from app.embedded import EmbeddedPostgres, EmbeddedValkey
from app.embedded.ports import free_port
from app.embedded.state import REPOSITORY, scratch_folder
from app.supervisor import first_answer
from foundation.settings import get_settings

START_SECONDS = 90.0
STOP_SECONDS = 15.0


@dataclass
class Stack:
    """The running servers, and the environment variables that a process of the product needs to use them."""

    folder: Path
    database_url: str
    product: dict[str, str]
    simulator: dict[str, str]
    port: int
    simulator_port: int

    @contextlib.asynccontextmanager
    async def process(self, *command: str, port: int | None = None, **extra: str) -> AsyncIterator[int]:
        """Run `python …` with the product's environment; yields its process id once it answers on `port`."""
        environment = {**os.environ, **self.product, **extra}
        log_path = self.folder / f"{'-'.join(command).replace('/', '_')}.log"
        child = await asyncio.to_thread(_start, command, environment, log_path)
        try:
            if port is not None and not await first_answer(port, "/healthz", seconds=START_SECONDS):
                raise RuntimeError(f"{command} gave no answer: {await asyncio.to_thread(log_path.read_text)}")
            yield child.pid
        finally:
            await asyncio.to_thread(_stop, child)


def _start(command: tuple[str, ...], environment: dict[str, str], log_path: Path) -> "subprocess.Popen[bytes]":
    with log_path.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=REPOSITORY,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _stop(child: "subprocess.Popen[bytes]") -> None:
    """End a process and everything it forked."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


@contextlib.contextmanager
def servers(*, web_workers: int = 1) -> Iterator[Stack]:
    """Durable servers in a folder that is removed afterwards; this process's settings point at them."""
    with (
        scratch_folder(on_disk=True) as folder,
        EmbeddedPostgres(folder / "postgres") as postgres,
        EmbeddedValkey(folder / "valkey") as valkey,
    ):
        secrets = DemoSecrets.invent()
        port, simulator_port = free_port(), free_port()
        product = secrets.environment(
            name="test",
            database_url=postgres.url,
            redis_url=valkey.url,
            port=port,
            simulator_port=simulator_port,
            media_dir=folder / "media",
        ) | {"WEDEALER_WEB_WORKERS": str(web_workers), "WEDEALER_LOG_LEVEL": "WARNING"}
        os.environ.update(product)
        get_settings.cache_clear()
        yield Stack(folder, postgres.url, product, secrets.simulator_environment(product), port, simulator_port)


async def migrated(stack: Stack) -> None:
    """Run the migrations."""
    await migrations.migrate(stack.database_url)
