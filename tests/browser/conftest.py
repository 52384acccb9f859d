"""The whole product as `wedealer demo` starts it, and a browser in front of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from app.embedded.ports import free_port
from app.embedded.state import REPOSITORY, scratch_folder, state_folder
from tests.fixtures.selection import chromium_path

READY_SECONDS = 600
STOP_SECONDS = 40
OWNERS = 12_000
"""As many as a demo has: the first store is full of other cars, and an earlier broadcast shows its effect."""
SCREEN: ViewportSize = {"width": 1480, "height": 1010}
ARGUMENTS: Final = ["--no-sandbox", "--force-prefers-reduced-motion"]
"""What glows without end would keep a core busy, which has no graphics card to do it."""


@dataclass(frozen=True)
class Demo:
    """Where a running demo answers."""

    folder: Path
    product: str
    simulator: str


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """`wedealer demo` in a folder of its own: PostgreSQL, Valkey, web, worker, scheduler, simulator."""
    if not (REPOSITORY / "simulator" / "web" / "dist" / "index.html").exists():
        pytest.fail("the simulator's page is not built; `make setup` builds it")
    ports = free_port(), free_port()
    options = ["--port", str(ports[0]), "--simulator-port", str(ports[1])]
    with scratch_folder() as scratch:
        output, folder = scratch / "demo.log", scratch / "state"
        folder.mkdir()
        with output.open("wb") as log:
            process = subprocess.Popen(
                [str(Path(sys.executable).with_name("wedealer")), "demo", "--owners", str(OWNERS), *options],
                cwd=REPOSITORY,
                env={
                    **os.environ,
                    "WEDEALER_STATE_DIR": str(folder),
                    # Two minutes of work, where nobody has started this version's demo here before.
                    "WEDEALER_CACHE_DIR": str(state_folder() / "cache"),
                },
                stdout=log,
                stderr=log,
            )
        try:
            _wait_for("stop: Ctrl-C", output, process)  # the last line of its banner
            # A welcome code lives twenty seconds; on a busy machine that is shorter than a worker takes to start.
            _wait_for("worker_started", folder / "logs" / "worker.log", process)
            product, simulator = (f"http://127.0.0.1:{port}" for port in ports)
            yield Demo(folder, product, simulator)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS)


def _wait_for(words: str, log: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not log.exists() or words not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace")[-3000:] if log.exists() else ""
            pytest.fail(f"the demo did not become ready, {log.name} ends with:\n{said}")
        time.sleep(0.1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium for several windows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()


TELL_WHAT_WAS_THROWN: Final = """
addEventListener('unhandledrejection', (event) => {
  if (event.reason instanceof Error) return
  event.preventDefault()
  setTimeout(() => { throw new Error(`rejected with ${JSON.stringify(event.reason)}`) })
})
"""
"""Chromium names a rejection that is no Error "Object", which tells nobody what broke."""


@pytest.fixture
def page() -> Iterator[Page]:
    """A tab of headless Chromium; a script error, or a request to another machine, fails the test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        tab = browser.new_page(viewport=SCREEN, locale="zh-CN", timezone_id="Asia/Shanghai")
        tab.add_init_script(TELL_WHAT_WAS_THROWN)
        broken: list[str] = []
        tab.on("pageerror", lambda error: broken.append(str(error)))
        asked: set[str | None] = set()
        tab.on("request", lambda request: asked.add(urlsplit(request.url).hostname))
        yield tab
        browser.close()
        assert broken == []
        # None is what never leaves the browser: pictures the page has drawn itself.
        assert asked <= {"127.0.0.1", None, ""}


@pytest.fixture
def pictures() -> Path | None:
    """Where screenshots go, None for none: `SCREENSHOTS=docs/images` renews those of the documentation."""
    chosen = os.environ.get("SCREENSHOTS")
    if not chosen:
        return None
    folder = REPOSITORY / chosen
    folder.mkdir(parents=True, exist_ok=True)
    return folder
