"""Yesterday's statement of WeChat Pay: somebody paid by a printed code at the till, which our books do not know."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from crm_core.reconciliation import comparing
from crm_core.reconciliation.models import ReconciliationDay
from crm_core.reconciliation.rules import DayState
from foundation import clock
from foundation.http import HttpClient
from foundation.settings import get_settings

_PAYER: Final = "liuyan"
_FAILED: Final = 300
_PAID_FEN: Final = 188_00
_CLOCK_IS_READ_WITHIN: Final = 0.5
"""Seconds after which the simulator has seen that the clock was moved."""


async def make(now: datetime) -> None:
    """Pay past the product the day before, and compare that day. The clock stands at `now` afterwards."""
    day = clock.local(now).date() - timedelta(days=1)
    await clock.set_to(clock.at(day, 16, 20))
    await asyncio.sleep(_CLOCK_IS_READ_WITHIN)
    client = HttpClient("simulator", get_settings().simulator_url)
    try:
        path = f"control/people/{_PAYER}/payments-elsewhere"
        response = await client.request("POST", path, json={"amount_fen": _PAID_FEN})
        if response.status >= _FAILED:
            raise RuntimeError(f"the simulator refused the payment: {response.body[:300]!r}")
    finally:
        await client.close()
    await clock.set_to(now)
    await asyncio.sleep(_CLOCK_IS_READ_WITHIN)
    owed = await ReconciliationDay.create(day=day, state=DayState.OWED, opened_at=now)
    await comparing.fetch(owed.id)
