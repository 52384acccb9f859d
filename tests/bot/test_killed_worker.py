"""When a worker dies while it sends a welcome, another one sends it in time, and the record says so."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest

from app.embedded.state import REPOSITORY
from crm_core.messaging.models import Message, MessageState
from foundation import database
from tests.checkout import make_template

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

LOOK_SECONDS: Final = 0.05
PATIENCE_SECONDS: Final = 40.0


@asynccontextmanager
async def _worker() -> AsyncIterator["subprocess.Popen[bytes]"]:
    """`wedealer worker`, ready to work."""
    command = [sys.executable, "-m", "app.cli", "worker"]
    process = await asyncio.to_thread(
        subprocess.Popen, command, cwd=REPOSITORY, env={**os.environ}, stderr=subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            while b"worker_started" not in await asyncio.to_thread(process.stderr.readline):
                assert process.poll() is None, "the worker does not start"
        yield process
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)


async def _until(sql: str) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await database.fetch_value(sql):
            await asyncio.sleep(LOOK_SECONDS)


async def test_a_person_is_greeted_in_time_though_the_worker_dies_with_the_welcome_in_hand(town):
    way = await town.contact_way(coupon_template_id=(await make_template()).id, coupon_name="新客养护券")
    town.fail("externalcontact/send_welcome_msg", slow_seconds=3.0)
    async with _worker() as survivor, _worker() as victim:
        # The survivor is held until the victim has taken the welcome up.
        survivor.send_signal(signal.SIGSTOP)
        await town.hand("POST", "people/zhang/scan", {"code": way.config_id})
        await _until("SELECT count(*) FROM message WHERE template = 'welcome' AND state = 'SENDING'")
        victim.kill()
        survivor.send_signal(signal.SIGCONT)
        await _until("SELECT count(*) FROM message WHERE template = 'welcome' AND state <> 'SENDING'")
        # The platform takes a welcome for 20 seconds only.
        assert (await Message.get(template="welcome")).state is MessageState.SENT
    greetings = [chat for chat in town.chats() if chat.msgtype == "text"]
    assert len(greetings) == 1, "greeted, and once"
