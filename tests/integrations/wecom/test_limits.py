"""Calls over a limit are held back here, since WeCom silently drops them."""

import secrets
from time import time

import pytest

from foundation.cache import redis
from integrations.wecom.client import WeComApp, WeComClient
from integrations.wecom.errors import WeComLimitReached
from integrations.wecom.limits import CALL_BURST_SHARE, MEMBER_BURST_SHARE, CallLimits, steady
from tests.integrations.wecom.platform import WeComPlatform


@pytest.mark.parametrize("burst_share", [CALL_BURST_SHARE, MEMBER_BURST_SHARE])
@pytest.mark.parametrize("per_window", [30, 1000, 10_000])
def test_burst_and_flow_together_use_the_limit_and_never_pass_it(per_window: int, burst_share: float):
    limit = steady("test", per_window=per_window, window_seconds=60, burst_share=burst_share)
    assert limit.limit + 60_000_000 / limit.interval_us <= per_window * 1.001
    assert 60_000_000 / limit.interval_us >= per_window * (1 - burst_share) * 0.9


async def test_a_member_gets_ten_messages_at_once_and_then_waits(app: WeComApp, platform: WeComPlatform):
    client = WeComClient(app)
    started = time()
    for _ in range(10):
        await client.messages.send_text(["Zhang"], "新的预约")
    with pytest.raises(WeComLimitReached) as held:
        await client.messages.send_text(["zhang"], "再一条")  # userids are the same in any case
    assert 0 < held.value.retry_after_seconds <= 3
    assert held.value.is_retryable
    assert len(platform.calls["message/send"]) == 10 or time() - started > 3
    await client.messages.send_text(["li"], "别人不受影响")
    await client.close()


async def test_the_corps_allowance_is_shared_by_its_processes(app: WeComApp, platform: WeComPlatform):
    limits = CallLimits(calls_per_api_minute=40, calls_per_api_hour=0)
    clients = [WeComClient(app, limits=limits) for _ in range(2)]
    for client in clients:
        await client.transport.get("user/get")
    with pytest.raises(WeComLimitReached):
        await clients[0].transport.get("user/get")
    await clients[0].transport.get("department/get")  # each API has its own
    for client in clients:
        await client.close()


async def test_what_is_left_of_an_allowance_is_known_to_all_processes_and_takes_nothing(
    app: WeComApp, platform: WeComPlatform
):
    limits = CallLimits(calls_per_api_minute=0, calls_per_api_hour=1000)
    one, other = (WeComClient(app, limits=limits) for _ in range(2))
    before = await one.transport.calls_left("user/get")
    for _ in range(5):
        await one.transport.get("user/get")
    assert before is not None
    assert 990 < before <= 1000
    assert await other.transport.calls_left("user/get") == before - 5
    assert await other.transport.calls_left("department/get") == before
    unlimited = WeComClient(app, limits=CallLimits(0, 0, 0, 0))
    assert await unlimited.transport.calls_left("user/get") is None
    for client in (one, other, unlimited):
        await client.close()


async def test_limits_can_be_switched_off(app: WeComApp, platform: WeComPlatform):
    client = WeComClient(app, limits=CallLimits(0, 0, 0, 0))
    for _ in range(40):
        await client.messages.send_text([secrets.choice("ab")], "x")
    assert [key async for key in redis().scan_iter(f"rate:*{app.corp_id}*")] == []
    await client.close()
