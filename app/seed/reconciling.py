"""Yesterday's statement of WeChat Pay: somebody paid by a printed code at the till, which our books do not know."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import orjson

from crm_core.reconciliation import comparing
from crm_core.reconciliation.models import ReconciliationDay
from crm_core.reconciliation.rules import DayState
from foundation import clock
from foundation.http import HttpClient
from foundation.settings import get_settings

_PAYER: Final = "liuyan"
_FAILED: Final = 300
_PAID_FEN: Final = 188_00
_SAME_MINUTE: Final = 60
_PAUSE: Final = 0.05
_PATIENCE: Final = 400
"""How often the simulator's clock is looked at before that counts as broken."""


async def make(now: datetime) -> None:
    """Pay past the product the day before, and compare that day. The clock stands at `now` afterwards."""
    day = clock.local(now).date() - timedelta(days=1)
    client = HttpClient("simulator", get_settings().simulator_url)
    try:
        await _both_clocks_to(client, clock.at(day, 16, 20))
        path = f"control/people/{_PAYER}/payments-elsewhere"
        response = await client.request("POST", path, json={"amount_fen": _PAID_FEN})
        if response.status >= _FAILED:
            raise RuntimeError(f"the simulator refused the payment: {response.body[:300]!r}")
        await _both_clocks_to(client, now)
    finally:
        await client.close()
    owed = await ReconciliationDay.create(day=day, state=DayState.OWED, opened_at=now)
    await comparing.fetch(owed.id)


async def _both_clocks_to(client: HttpClient, moment: datetime) -> None:
    """Move the clock, and wait until the simulator has seen it."""
    await clock.set_to(moment)
    for _ in range(_PATIENCE):
        shown = orjson.loads((await client.request("GET", "control/clock")).body)["timestamp"]
        if abs(shown - moment.timestamp()) < _SAME_MINUTE:
            return
        await asyncio.sleep(_PAUSE)
    raise RuntimeError("the simulator's clock does not follow")
