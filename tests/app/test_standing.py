"""The metrics of every process are true, are served on a port of their own, and are not public."""

import asyncio
import os
import re
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.metrics_core import Metric

from app import server, standing
from app.embedded.ports import free_port
from app.prefork import LARGEST_REPORT, Board
from bot.models import InboxMessage
from crm_core.messaging.models import Message, MessageState
from foundation import clock, database, jobs, metrics
from foundation.settings import Settings, get_settings
from tests import factories as make
from tests.app.test_web_workers import PATIENCE_SECONDS, WORKERS, serving
from tests.fixtures.servers import Environment

pytestmark = pytest.mark.usefixtures("database")

ASKED = 40
_ROUTE = "GET /api/staff/sign-in"


def _value(page: str, sample: str) -> float:
    found = re.search(rf"^{re.escape(sample)} (\S+)$", page, re.MULTILINE)
    return float(found[1]) if found else 0.0


def _gauge(name: str, **labels: str) -> float | None:
    return metrics.standing.get_sample_value(f"wedealer_{name}", labels)


@pytest.mark.slow
async def test_the_page_of_a_server_counts_what_all_its_workers_did_those_that_died_too(
    environment: Environment, tmp_path: Path
) -> None:
    port = free_port()
    async with serving(environment, tmp_path / "web.log", WEDEALER_METRICS_PORT=str(port)) as served:
        await served.until_replaced(set())
        answered = f'wedealer_requests_total{{method="GET",route="{_ROUTE}",status="200"}}'

        async def page() -> str:
            async with httpx.AsyncClient(timeout=5) as watcher:
                return (await watcher.get(f"http://127.0.0.1:{port}/metrics")).text

        async def until_counted(wanted: int) -> None:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while _value(await page(), answered) != wanted:
                    await asyncio.sleep(0.1)

        for _ in range(ASKED):
            # A connection of its own for each: any worker may take it.
            async with httpx.AsyncClient(base_url=served.address) as browser:
                assert (await browser.get("/api/staff/sign-in")).status_code == 200
        await until_counted(ASKED)
        assert _value(await page(), 'wedealer_dependency_up{dependency="postgresql"}') == 1
        assert _value(await page(), 'wedealer_dependency_up{dependency="valkey"}') == 1

        gone = served.workers()
        for pid in gone:
            os.kill(pid, signal.SIGKILL)
        await served.until_replaced(gone)
        assert len(served.workers()) == WORKERS
        assert _value(await page(), answered) == ASKED, "a counter never goes back"

        async with httpx.AsyncClient() as watcher:
            assert (await watcher.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200
            assert (await watcher.get(f"{served.address}/metrics")).status_code == 404, "the world is told nothing"


async def test_the_queue_the_inbox_and_the_messages_are_shown_as_they_stand() -> None:
    await standing.look()
    assert [_gauge("jobs_waiting", lane=lane) for lane in ("urgent", "normal", "bulk")] == [0, 0, 0]
    await jobs.enqueue("bot.handle_callback", {"inbox_id": 1}, priority=jobs.URGENT)
    await jobs.enqueue_many("messaging.sweep", [{}, {}])
    await jobs.enqueue("bot.purge_inbox", {}, delay_seconds=3600)
    await database.execute("UPDATE jobs.pgqueuer SET execute_after = now() - interval '7 minutes' WHERE priority = 100")
    await jobs.enqueue_many("campaigns.watch_running", [{}, {}, {}])
    await database.execute("UPDATE jobs.pgqueuer SET status = 'failed' WHERE entrypoint = 'campaigns.watch_running'")
    received: dict[str, Any] = {"source": "wecom", "event": "x", "body": "", "dedupe_key": "1"}
    await InboxMessage.create(**received, received_at=clock.now() - timedelta(minutes=3))
    handled = received | {"dedupe_key": "2", "handled_at": clock.now()}
    await InboxMessage.create(**handled, received_at=clock.now() - timedelta(days=3))
    said: dict[str, Any] = {
        "template": "welcome",
        "customer_id": (await make.make_customer()).id,
        "facts": {},
        "about": "x:1",
    }
    waiting = said | {"state": MessageState.PENDING, "dedupe_key": "1"}
    await Message.create(**waiting, created_at=clock.now() - timedelta(seconds=90))
    await Message.create(**said, state=MessageState.SENT, dedupe_key="2", created_at=clock.now() - timedelta(days=1))

    await standing.look()
    assert [_gauge("jobs_waiting", lane=lane) for lane in ("urgent", "normal", "bulk")] == [1, 2, 1]
    assert _gauge("jobs_oldest_seconds", lane="urgent") == pytest.approx(0, abs=30)
    assert _gauge("jobs_oldest_seconds", lane="bulk") == 0, "what is to come back later has not waited"
    assert _gauge("jobs_parked", job="campaigns.watch_running") == 3
    assert (_gauge("inbox_waiting"), _gauge("messages_waiting")) == (1, 1)
    assert _gauge("inbox_lag_seconds") == pytest.approx(180, abs=30)
    assert _gauge("messages_oldest_seconds") == pytest.approx(90, abs=30)

    await database.execute("UPDATE jobs.pgqueuer SET created = now() - interval '1 hour' WHERE priority = 100")
    await database.execute("DELETE FROM jobs.pgqueuer WHERE status = 'failed'")
    await standing.look()
    assert _gauge("jobs_oldest_seconds", lane="urgent") == pytest.approx(7 * 60, abs=30)
    assert _gauge("jobs_parked", job="campaigns.watch_running") is None, "nobody is called to a job that is gone"


@pytest.mark.parametrize(("environment_name", "is_shown"), [("production", False), ("demo", True)])
async def test_production_does_not_show_its_api_to_strangers(
    environment_name: str, is_shown: bool, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEDEALER_ENVIRONMENT", environment_name)
    monkeypatch.setenv("WEDEALER_SIMULATOR_URL", "")
    get_settings.cache_clear()
    app = server.create_app(f"shown-in-{environment_name}")
    addresses = {route.uri for route in app.router.routes}
    assert {"/healthz", "/readyz"} <= addresses
    assert ("/docs" in addresses, "/openapi.json" in addresses) == (is_shown, is_shown)
    assert "/metrics" not in addresses


def test_figures_of_several_workers_are_added_up_and_of_a_gauge_the_worst_is_shown() -> None:
    def one(requests: float, up: float) -> bytes:
        counted, there = Metric("requests", "r", "counter"), Metric("up", "u", "gauge")
        counted.add_sample("requests_total", {"route": "a"}, requests)
        there.add_sample("up", {}, up)
        return metrics.dump([counted, there])

    reports = [one(2.0, 1.0), one(3.0, 0.0), b""]
    assert metrics.dump(metrics.add_up(reports)) == one(5.0, 0.0)
    past = metrics.remember(reports)
    assert metrics.dump(metrics.add_up([past, one(1.0, 1.0)])) == one(6.0, 1.0), "the dead say nothing about today"


def test_a_report_is_read_whole_or_as_it_was_before() -> None:
    board = Board()
    assert board.read() == b""
    for report in (b"first", b"the second, longer", b"3"):
        board.write(report)
        assert board.read() == report
    board.write(b"x" * (LARGEST_REPORT + 1))
    assert board.read() == b"3"
