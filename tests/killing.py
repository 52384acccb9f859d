"""Real workers that tests kill, and queries that tell how far their work is."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from app.embedded.state import REPOSITORY
from foundation import database

LOOK_SECONDS: Final = 0.02
MOST_MEGABYTES: Final = 150
"""Of a worker, however much lies before it."""


@asynccontextmanager
async def worker() -> AsyncIterator["subprocess.Popen[bytes]"]:
    """`wedealer worker`, killed at the latest when the block ends."""
    process = await asyncio.to_thread(
        subprocess.Popen, [sys.executable, "-m", "app.cli", "worker"], cwd=REPOSITORY, env={**os.environ},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)


async def until(condition: str) -> None:
    """Wait until this SQL condition holds."""
    while not await database.fetch_value(f"SELECT {condition}"):
        await asyncio.sleep(LOOK_SECONDS)


def most_megabytes(pid: int) -> float:
    """The most memory a running process has used."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024
