"""Pure rules of a promise that moves by itself: when a job runs over its time, and when work has to be done again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.repair_orders.remaining_rules import rework_minutes
from crm_core.repair_orders.risk_rules import AFTER_WORK, LineAtWork, expected_finish, to_five_minutes
from crm_core.repair_orders.rules import LineState

_OVER: Final = frozenset({LineState.PROPOSED, LineState.QC_OK, LineState.DECLINED, LineState.CANCELLED})


@dataclass(frozen=True)
class MovingPromisePolicy(Policy, key="moving_promises", title="承诺自动顺延"):
    """House rules of promises that nobody moved in time. Most moves 0 leaves every move to a person."""

    minutes_before: int = rule(10, "到承诺时间前多久顺延", Unit.MINUTES, 0, 60)
    """Late enough for the advisor, who was warned before, to decide; early enough for the owner not to set out."""
    least_minutes: int = rule(30, "一次至少顺延", Unit.MINUTES, 10, 240)
    """An owner is told rarely and enough, not every few minutes a little."""
    most_moves: int = rule(2, "一张工单最多自动顺延", Unit.TIMES, 0, 5)
    """After that the owner should hear a voice."""


def is_due(promised_at: datetime, now: datetime, *, is_said_to_be_kept: bool, policy: MovingPromisePolicy) -> bool:
    """Whether it is time to move it. Whoever answered 能按时 is believed until the promised time has come."""
    return now >= (promised_at if is_said_to_be_kept else promised_at - timedelta(minutes=policy.minutes_before))


def overrun(
    lines: Sequence[LineAtWork],
    promised_at: datetime,
    now: datetime,
    policy: MovingPromisePolicy,
    overrun_minutes: int,
) -> datetime | None:
    """When to promise an order whose running job is over its time; None while none is, or nobody can say."""
    if not any(line.state is LineState.WORKING and line.clocked_minutes > line.minutes for line in lines):
        return None
    finish_at = expected_finish([line for line in lines if line.state not in _OVER], now, overrun_minutes)
    return None if finish_at is None else _later(finish_at, promised_at, policy)


def rework(
    lines: Sequence[LineAtWork], promised_at: datetime, now: datetime, policy: MovingPromisePolicy
) -> datetime | None:
    """When to promise an order with jobs that are done again; None if the promise holds all the same."""
    again = sum(rework_minutes(line.minutes) for line in lines if line.state is LineState.QC_FAIL)
    return _later(now + timedelta(minutes=again) + AFTER_WORK, promised_at, policy)


def _later(finish_at: datetime, promised_at: datetime, policy: MovingPromisePolicy) -> datetime | None:
    if finish_at <= promised_at:
        return None
    return max(to_five_minutes(finish_at), promised_at + timedelta(minutes=policy.least_minutes))
