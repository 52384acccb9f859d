"""The results of a broadcast (page M6): the funnel of those sent to, and the planned compared with the control
group.
"""

from datetime import datetime
from typing import Final

from campaigns.broadcasts import costs, parts, queries, versions, ways
from campaigns.broadcasts.models import RecipientState
from campaigns.broadcasts.parts import Credit, DayPoint, LiftShown, StorePart, WayPart, WeekPart
from campaigns.broadcasts.rules import STEPS, BroadcastPolicy, StepName
from campaigns.broadcasts.versions import VersionsCompared
from campaigns.lift import (
    Group,
    ReturnCost,
    against_new_customer,
    conclusion,
    cost_per_return,
    cost_sentence,
    difference_sentence,
    measure_lift,
)
from campaigns.measuring import WINDOW, Cohort
from crm_core.dealerships.actors import Actor
from crm_core.policies.current import group_policy, group_version
from foundation import clock
from foundation.reading import Query, derive, literals, read_model


@read_model
class FunnelStep:
    """A bar of the funnel: its count, and its share (0 to 1) of those sent to and of the step before."""

    name: StepName
    label: str
    people: int
    of_sent: float | None
    of_step_before: float | None


@read_model
class GroupShown:
    """The people of one group, how many of them came, and their share."""

    people: int
    came: int
    rate: float


@read_model
class BroadcastResults:
    """The results of a broadcast. Sums in fen, shares from 0 to 1; null where nothing can be said (yet).

    `new_customer_version` counts the versions of the rule that says what a new customer costs. `asks_members` says
    whether members confirm by any of its ways.
    """

    funnel: list[FunnelStep]
    window_ends_at: datetime | None
    is_window_over: bool
    planned: GroupShown
    control: GroupShown
    lift: LiftShown | None
    difference_sentence: str
    conclusion: str
    cost_fen: int
    reach_fen: int
    coupon_fen: int
    cost_sentence: str
    cost_per_return: ReturnCost | None
    cost_per_arrival_fen: int | None
    new_customer_fen: int
    new_customer_version: int
    comparison_sentence: str
    paid_fen: int
    asks_members: bool
    stores: list[StorePart]
    versions: VersionsCompared | None
    ways: list[WayPart]
    weeks: list[WeekPart]
    days: list[DayPoint]
    credits: list[Credit]
    counted_at: datetime


@read_model
class _Counted:
    """Numbers of those sent to for each step of the funnel, and of the planned and the control group who came in
    time.
    """

    sent: int
    opened: int
    claimed: int
    booked: int
    arrived: int
    converted: int
    planned: int
    planned_came: int
    control: int
    control_came: int


_SENT: Final = f"state = {literals(RecipientState.SENT)}"
_PLANNED: Final = f"cohort = {literals(Cohort.PLANNED)}"
_CONTROL: Final = f"cohort = {literals(Cohort.CONTROL)}"
_CAME: Final = "arrived_at <= $2 AND given_back_at IS NULL"
"""A customer whose payment was refunded in full counts neither as a sale nor as a return."""
_COUNTED: Final = Query(
    _Counted,
    f"""
    SELECT count(sent_at) AS sent, count(opened_at) FILTER (WHERE {_SENT}) AS opened,
           count(claimed_at) FILTER (WHERE {_SENT}) AS claimed, count(booked_at) FILTER (WHERE {_SENT}) AS booked,
           count(*) FILTER (WHERE {_SENT} AND is_last_touch) AS arrived,
           count(converted_at) FILTER (WHERE {_SENT}) AS converted,
           count(*) FILTER (WHERE {_PLANNED}) AS planned,
           count(*) FILTER (WHERE {_PLANNED} AND {_CAME}) AS planned_came,
           count(*) FILTER (WHERE {_CONTROL}) AS control,
           count(*) FILTER (WHERE {_CONTROL} AND {_CAME}) AS control_came
    FROM broadcast_recipient WHERE broadcast_id = $1
    """,
)


async def results(actor: Actor, broadcast_id: int) -> BroadcastResults:
    """The results of a broadcast so far.

    Raises:
        BroadcastNotFound: there is none, or it is outside the actor's stores.
    """
    broadcast = await queries.kept(actor, broadcast_id)
    ends_at = broadcast.started_at + WINDOW if broadcast.started_at else None
    counted = await _COUNTED.first(broadcast_id, ends_at)
    assert counted is not None
    planned = Group(counted.planned, counted.planned_came)
    control = Group(counted.control, counted.control_came)
    measured = measure_lift(planned, control)
    coupon_fen = await costs.coupons_fen(broadcast_id)
    reach_fen = await costs.reach_fen(broadcast_id)
    cost = cost_per_return(reach_fen + coupon_fen, measured) if measured else None
    policy, now = await group_policy(BroadcastPolicy), clock.now()
    stores = await parts.by_store(broadcast_id, ends_at)
    return BroadcastResults(
        funnel=_funnel(counted, has_coupon=broadcast.coupon_template_id is not None),
        window_ends_at=ends_at,
        is_window_over=ends_at is not None and ends_at <= now,
        planned=derive(GroupShown, planned, rate=planned.rate),
        control=derive(GroupShown, control, rate=control.rate),
        lift=parts.lift_of(planned, control),
        difference_sentence=difference_sentence(measured) if measured else "",
        conclusion=conclusion(measured) if measured else "还看不出效果，需要更多人或更久",
        cost_fen=reach_fen + coupon_fen,
        reach_fen=reach_fen,
        coupon_fen=coupon_fen,
        cost_sentence=cost_sentence(cost) if cost else "",
        cost_per_return=cost,
        cost_per_arrival_fen=round((reach_fen + coupon_fen) / counted.arrived) if counted.arrived else None,
        new_customer_fen=policy.new_customer_fen,
        new_customer_version=await group_version(BroadcastPolicy, "new_customer_fen"),
        comparison_sentence=against_new_customer(cost, policy.new_customer_fen) if cost else "",
        paid_fen=sum(one.paid_fen for one in stores),
        asks_members=bool(await ways.asking_members(broadcast_id)),
        stores=stores,
        versions=await versions.compared(broadcast_id, has_coupon=broadcast.coupon_template_id is not None),
        ways=await parts.by_way(broadcast_id),
        weeks=await parts.by_week(broadcast_id, broadcast.started_at),
        days=await parts.day_by_day(broadcast_id, broadcast.started_at, now),
        credits=await parts.credits(broadcast_id),
        counted_at=now,
    )


def _funnel(counted: _Counted, *, has_coupon: bool) -> list[FunnelStep]:
    steps: list[FunnelStep] = []
    for name, label in STEPS.items():
        if name == "claimed" and not has_coupon:
            continue
        people: int = getattr(counted, name)
        before = steps[-1].people if steps else 0
        steps.append(
            FunnelStep(
                name=name,
                label=label,
                people=people,
                of_sent=people / counted.sent if counted.sent and name != "sent" else None,
                of_step_before=people / before if before else None,
            )
        )
    return steps
