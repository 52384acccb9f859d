"""Pure rules of a promise that moves by itself, whatever holds the order up: when, and to which time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.repair_orders.risk_rules import House, LineAtWork, Risk, expected_finish, outlook
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


def new_promise(
    lines: Sequence[LineAtWork],
    promised_at: datetime,
    now: datetime,
    policy: MovingPromisePolicy,
    *,
    waits_for_decision: bool,
    house: House,
) -> tuple[datetime, Risk] | None:
    """What to promise an order that will be late, and what holds it up; None if the promise holds, or while nobody can
    say because a part has no date.

    An owner who has not decided is reckoned with as if they did now. The new time lies within the opening hours, and
    at least `least_minutes` after the old one unless the store closes before.
    """
    seen = outlook(lines, promised_at, now, waits_for_decision=waits_for_decision, house=house)
    if seen is None:
        return None
    finish_at = seen.finish_at or expected_finish([line for line in lines if line.state not in _OVER], now, house)
    if finish_at is None or finish_at <= promised_at:
        return None
    enough = promised_at + timedelta(minutes=policy.least_minutes)
    return max(finish_at, min(enough, house.open_time.closing(finish_at))), seen.risk
