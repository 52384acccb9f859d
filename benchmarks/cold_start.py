"""`cold_start`: `wedealer demo` when everything is set up: seconds to the first 200, to fresh data from the kept copy,
and when the data has to be made.

Floor: a bare two-worker Sanic process with the product's libraries imported, measured in the same run.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from app.embedded.ports import free_port
from app.embedded.state import REPOSITORY, scratch_folder

GOAL_FIRST_RATIO = 3.0
GOAL_DEMO_RATIO = 8.0
GOAL_MADE_SECONDS = 60.0
"""Made once for each version of the code; a fresh clone has 120 seconds for this and the set-up together."""
LONGEST_SECONDS = 180.0
_BARE = """
import sys, sanic, tortoise, redis.asyncio, aiohttp, pydantic, cryptography, pgqueuer
from sanic import Sanic, HTTPResponse
Sanic.start_method = "fork"
app = Sanic("bare", configure_logging=False)
app.add_route(lambda request: HTTPResponse("ok"), "/healthz", name="h")
if __name__ == "__main__":
    app.prepare(host="127.0.0.1", port=int(sys.argv[1]), workers=2, access_log=False, motd=False)
    Sanic.serve(primary=app)
"""


def run() -> list[dict[str, Any]]:
    """Seconds of a first start that makes its data, of one that keeps it, and of one that takes a fresh copy."""
    with scratch_folder(on_disk=True) as folder:
        state = folder / "state"
        state.mkdir()
        _, made = _demo(state)
        first, _ = _demo(state)
        _, ready = _demo(state, "--fresh")
        bare = _bare(folder)
    common = {"unit": "s", "floor": "bare two-worker Sanic, same libraries", "floor_value": round(bare, 2)}
    return [
        {
            "name": "cold_start",
            "value": round(first, 2),
            **common,
            "ratio": round(first / bare, 2),
            "goal": f"<= {GOAL_FIRST_RATIO:g} x to the first 200",
            "met": first <= GOAL_FIRST_RATIO * bare,
        },
        {
            "name": "cold_start_with_data",
            "value": round(ready, 2),
            **common,
            "ratio": round(ready / bare, 2),
            "goal": f"<= {GOAL_DEMO_RATIO:g} x to the demo with fresh data",
            "met": ready <= GOAL_DEMO_RATIO * bare,
        },
        {
            "name": "cold_start_making_data",
            "value": round(made, 2),
            **common,
            "ratio": round(made / bare, 2),
            "goal": f"<= {GOAL_MADE_SECONDS:g} s, once for each version",
            "met": made <= GOAL_MADE_SECONDS,
        },
    ]


def _demo(state: Path, *options: str) -> tuple[float, float]:
    """Start the demo, wait for the first 200 and for its banner, stop it."""
    port, simulator_port = free_port(), free_port()
    command = [
        str(Path(sys.executable).with_name("wedealer")),
        "demo",
        "--port",
        str(port),
        "--simulator-port",
        str(simulator_port),
        *options,
    ]
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=REPOSITORY, env={**os.environ, "WEDEALER_STATE_DIR": str(state)}, stdout=subprocess.DEVNULL
    )
    try:
        first = _until(f"http://127.0.0.1:{port}/healthz", started)
        while not (state / "running.json").exists():
            if time.monotonic() - started > LONGEST_SECONDS:
                raise TimeoutError("the demo did not become ready")
            time.sleep(0.02)
        return first, time.monotonic() - started
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _bare(folder: Path) -> float:
    script, port = folder / "bare.py", free_port()
    script.write_text(_BARE)
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, str(script), str(port)], stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return _until(f"http://127.0.0.1:{port}/healthz", started)
    finally:
        # Killed, not terminated: its second worker is still starting, and Sanic would wait half a minute for it.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        shutil.rmtree(folder / "__pycache__", ignore_errors=True)


def _until(address: str, started: float) -> float:
    while time.monotonic() - started < LONGEST_SECONDS:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(address, timeout=1.0).status_code < 500:
                return time.monotonic() - started
        time.sleep(0.02)
    raise TimeoutError(address)
