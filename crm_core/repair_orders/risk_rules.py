"""Pure rules of promises at risk: when the work will be over as things stand, and what holds it up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.dealerships.hours.open_time import OpenTime
from crm_core.repair_orders import remaining_rules
from crm_core.repair_orders.promise_rules import ROUND_UP_MINUTES
from crm_core.repair_orders.rules import LineState, PauseReason

AFTER_WORK: Final = timedelta(minutes=15)
"""The final inspection and bringing the car out (house rule)."""
_OVER: Final = frozenset({LineState.QC_OK, LineState.DECLINED, LineState.CANCELLED})


class Risk(StrEnum):
    """What holds an order up, as the page of promises at risk names it."""

    OWNER = "OWNER"
    PARTS = "PARTS"
    DISPATCH = "DISPATCH"
    REWORK = "REWORK"
    QUALITY = "QUALITY"
    REST = "REST"
    QUEUE = "QUEUE"
    OVERRUN = "OVERRUN"
    READYING = "READYING"


REASONS: Final = {
    Risk.OWNER: "等您确认",
    Risk.PARTS: "等配件",
    Risk.DISPATCH: "车间排队",
    Risk.REWORK: "质检复检",
    Risk.QUALITY: "质检中",
    Risk.REST: "施工暂停",
    Risk.QUEUE: "车间排队",
    Risk.OVERRUN: "施工延长",
    Risk.READYING: "交车准备",
}
"""What the owner is told as the reason of a new promise, six characters at most."""


@dataclass(frozen=True)
class LineAtWork:
    """A line of an order in the workshop."""

    name: str
    state: LineState
    pause_reason: PauseReason | None
    minutes: int
    clocked_minutes: int
    """What the clocks counted; of a job that failed the inspection, since it did."""
    fail_count: int
    planned_ends_at: datetime | None
    parts_expected_at: datetime | None


@dataclass(frozen=True)
class House:
    """What the end of an order is reckoned with besides its lines."""

    open_time: OpenTime
    overrun_minutes: int
    """What a job over its time still takes."""


@dataclass(frozen=True)
class Outlook:
    """How an order stands against its promise. `finish_at` is None when nobody can say: an owner has not decided, or a
    part has no date.
    """

    risk: Risk
    blocking: tuple[str, ...]
    finish_at: datetime | None
    late_minutes: int


def outlook(
    lines: Sequence[LineAtWork],
    promised_at: datetime,
    now: datetime,
    *,
    waits_for_decision: bool,
    house: House,
) -> Outlook | None:
    """Why the promise is at risk; None while it can be kept."""
    to_do = [line for line in lines if line.state not in _OVER]
    finish_at = None if waits_for_decision else expected_finish(to_do, now, house)
    if finish_at is not None and finish_at <= promised_at:
        return None
    risk, blocking = _held_up_by(to_do, waits_for_decision=waits_for_decision)
    late = (finish_at or max(now, promised_at)) - promised_at
    return Outlook(risk, tuple(line.name for line in blocking), finish_at, max(0, -(-late // timedelta(minutes=1))))


def expected_finish(to_do: Sequence[LineAtWork], now: datetime, house: House) -> datetime | None:
    """When the car will be ready if everything goes on as planned from here; None when a part has no date.

    Each begun job takes what the board draws (`remaining_rules`), but only while the store is open.
    """
    ends, unplanned = now, timedelta()
    for line in to_do:
        if line.state is LineState.DONE:
            continue
        if remaining_rules.waits_for_parts(line) and line.parts_expected_at is None:
            return None
        left = remaining_rules.left(line, house.overrun_minutes)
        if line.planned_ends_at is None or line.state is LineState.QC_FAIL:
            unplanned += left
        elif line.state is LineState.ASSIGNED:
            ends = max(ends, line.planned_ends_at, house.open_time.after(now, left))
        else:
            ends = max(ends, house.open_time.after(remaining_rules.goes_on_at(line, now), left))
    return to_five_minutes(house.open_time.after(ends, unplanned + AFTER_WORK))


def _held_up_by(to_do: Sequence[LineAtWork], *, waits_for_decision: bool) -> tuple[Risk, list[LineAtWork]]:
    proposed = [line for line in to_do if line.state is LineState.PROPOSED]
    if waits_for_decision:
        return Risk.OWNER, proposed
    rests = {reason: [line for line in to_do if line.pause_reason is reason] for reason in PauseReason}
    found = {
        Risk.OWNER: rests[PauseReason.WAIT_OWNER],
        Risk.PARTS: rests[PauseReason.WAIT_PARTS],
        Risk.REWORK: [line for line in to_do if line.state is LineState.QC_FAIL],
        Risk.DISPATCH: [line for line in to_do if line.state is LineState.AUTHORISED],
        Risk.REST: rests[PauseReason.OTHER],
        Risk.OVERRUN: [line for line in to_do if line.state is LineState.WORKING],
        Risk.QUEUE: [line for line in to_do if line.state is not LineState.DONE],
        Risk.QUALITY: list(to_do),
    }
    risk = next((risk for risk, lines in found.items() if lines), Risk.READYING)
    return risk, found.get(risk, [])


def to_five_minutes(moment: datetime) -> datetime:
    """Up to the next full five minutes, as times are said."""
    step = ROUND_UP_MINUTES * 60
    return moment + timedelta(seconds=-moment.timestamp() % step)
