"""A separate port for monitoring: `/metrics` for Prometheus, and `/healthz`, which tells whether the process works.

The port is a setting (`WEDEALER_METRICS_PORT`) and never the public one, because outsiders must not see these figures.
A thread answers, so that there is an answer even when the event loop hangs.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest

from foundation.logging import logger
from foundation.settings import get_settings

BEAT_SECONDS: Final = 1.0
SILENCE_SECONDS: Final = 30.0
"""An event loop that has not run for this long is taken to hang."""


class Pulse:
    """Tells whether the event loop still runs: a task in it notes the time, another thread checks how old that is."""

    def __init__(self) -> None:
        self._beat = time.monotonic()

    async def keep(self) -> None:
        """Note the time every second, until cancelled."""
        while True:
            self._beat = time.monotonic()
            await asyncio.sleep(BEAT_SECONDS)

    def is_there(self) -> bool:
        """Whether the loop ran within the last `SILENCE_SECONDS`."""
        return time.monotonic() - self._beat < SILENCE_SECONDS


class _Silent(WSGIRequestHandler):
    timeout = 5

    def log_message(self, format: str, *arguments: object) -> None:
        """Log nothing: a line for each scrape would drown the other log lines."""


def show(
    registries: Iterable[CollectorRegistry], is_well: Callable[[], bool], guard: "threading.Lock | None" = None
) -> None:
    """Answer on the port from the settings, if there is one, until the process ends.

    `guard` is held while a page is made. A thread that forks takes it too, so that no fork inherits a lock that is
    held.
    """
    settings = get_settings()
    if not settings.metrics_port:
        return
    lock = guard or threading.Lock()
    shown = [*registries, REGISTRY]

    def page(environment: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        with lock:
            status, body = _answer(environment.get("PATH_INFO", ""), shown, is_well)
        start(status, [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")])
        return [body]

    server = make_server(settings.metrics_host, settings.metrics_port, page, handler_class=_Silent)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    logger.info("metrics_shown", port=settings.metrics_port)


def _answer(path: str, shown: list[CollectorRegistry], is_well: Callable[[], bool]) -> tuple[str, bytes]:
    if path == "/metrics":
        return "200 OK", b"".join(generate_latest(registry) for registry in shown)
    if path == "/healthz":
        return ("200 OK", b"ok") if is_well() else ("503 Service Unavailable", b"no answer")
    return "404 Not Found", b"/metrics and /healthz are here"
