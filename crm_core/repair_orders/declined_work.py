"""Which declined work is still worth asking about."""

from typing import Final

from crm_core.repair_orders.rules import ENDED_WITHOUT_WORK, LineState
from foundation.reading import literals

DECLINED_MONTHS: Final = 12
"""Longer ago than this, declined work has to be looked at anew before anybody is told about it (house rule)."""


def still_open(now: str) -> str:
    """SQL condition on `declined_work w`: declined within the year before the moment `now`, and not done since."""
    return f"""
      w.declined_at > {now}::timestamptz - make_interval(months => {DECLINED_MONTHS})
      AND NOT EXISTS (
        SELECT FROM repair_line l JOIN repair_order o ON o.id = l.repair_order_id
        WHERE o.vehicle_id = w.vehicle_id AND l.name = w.name AND l.decided_at > w.declined_at
          AND l.state NOT IN ({literals(LineState.PROPOSED, *ENDED_WITHOUT_WORK)}))
    """
