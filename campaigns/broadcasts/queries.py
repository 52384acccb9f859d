"""What screens show of a plan: the list, the estimate before (M3), the progress during (M4), the result after (M6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from campaigns.broadcasts import rules, stopping
from campaigns.broadcasts.costs import face_value_fen
from campaigns.broadcasts.errors import BroadcastNotFound
from campaigns.broadcasts.models import Cohort, RecipientState
from campaigns.broadcasts.moving import about, author_may
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.tasks import reminders_today
from campaigns.channels.wecom_mass import WECOM_MASS
from campaigns.exclusions import Exclusion
from campaigns.lift import (
    Group,
    Lift,
    ReturnCost,
    conclusion,
    cost_per_return,
    cost_sentence,
    difference_sentence,
    measure_lift,
    smallest_difference_sentence,
    smallest_visible_difference,
)
from campaigns.scope import as_list, as_stores, stores_of
from campaigns.segments.definition import parse, reading
from campaigns.segments.queries import count_reach
from crm_core.approvals.rules import ApprovalKind
from crm_core.coupons.models import CouponTemplate
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import may_ever
from crm_core.policies.current import group_policy
from foundation import clock, database
from foundation.reading import literals

PAGE: Final = 50
HOUSE_RATES: Final = {"sent": 0.92, "claimed": 0.05, "arrived": 0.017}
"""Shares expected without an earlier broadcast to go by: of planned sent; of sent claimed, arrived. What was seen
takes their place after the first broadcast: no policy.
"""
CONTROL_RATE: Final = 0.005
"""Share that comes by itself within 30 days, expected without an earlier broadcast (house rule)."""

_PLANNED: Final = literals(Cohort.PLANNED)
_CONTROL: Final = literals(Cohort.CONTROL)
_SENT: Final = literals(RecipientState.SENT)

_ROW = f"""
SELECT c.*, u.name AS author, a.name AS approver,
  (SELECT p.id FROM approval p WHERE p.kind = {literals(ApprovalKind.CAMPAIGN)}
    AND p.about = 'broadcast:' || c.id ORDER BY p.id DESC LIMIT 1)
    AS approval_id
FROM broadcast c JOIN staff u ON u.id = c.author_id LEFT JOIN staff a ON a.id = c.approved_by
WHERE ($1::jsonb IS NULL OR (c.store_ids IS NOT NULL AND c.store_ids <@ $1::jsonb))
"""


async def list_broadcasts(actor: Actor, *, before_id: int | None = None, limit: int = PAGE) -> list[dict[str, Any]]:
    """Plans of the actor's stores, the newest first."""
    rows = await database.fetch(
        f"{_ROW} AND ($2::bigint IS NULL OR c.id < $2) ORDER BY c.id DESC LIMIT $3", _scope(actor), before_id, limit
    )
    return [_read(row) for row in rows]


async def one(actor: Actor, broadcast_id: int) -> dict[str, Any]:
    """One plan with its sentence and the message as customers get it.

    Raises:
        BroadcastNotFound: none, or outside the actor's stores.
    """
    row = await database.fetch_one(f"{_ROW} AND c.id = $2", _scope(actor), broadcast_id)
    if row is None:
        raise BroadcastNotFound
    return _read(row) | {"may_submit": await _may_submit(actor, row)}


async def _may_submit(actor: Actor, row: dict[str, Any]) -> bool:
    """Whether a draft is the actor's, or they may take it up because its author left."""
    if row["state"] != rules.BroadcastState.DRAFT or not may_ever(actor, "campaigns.draft"):
        return False
    return row["author_id"] == actor.id or not await author_may(row["author_id"], row["store_ids"])


def _scope(actor: Actor) -> str | None:
    stores = as_list(stores_of(actor, "campaigns.read"))
    return None if stores is None else str(stores)


def _read(row: dict[str, Any]) -> dict[str, Any]:
    for name in ("definition", "store_ids", "content"):
        row[name] = orjson.loads(row[name]) if row[name] is not None else None
    row["reading"] = reading(parse(row["definition"]))
    message = WECOM_MASS.preview(row["template"], row["content"] | {"store_short": "您的门店"})
    row["message_text"] = message.text
    row["card_title"] = message.card_title
    return row


@dataclass(frozen=True)
class Estimate:
    """M3: who would get it, what it may bring and cost, and what could be seen of it. Sums in fen."""

    chosen: int
    reachable: int
    control: int
    planned: int
    staff: int
    excluded: dict[Exclusion, int]
    expected_sent: int
    expected_claimed: int
    expected_arrived: int
    similar_broadcasts: int
    reach_fen: int
    coupon_fen: int
    """Coupons of those who are expected to come, at their face value."""
    smallest_visible_difference: float | None
    smallest_difference_sentence: str


async def estimate(actor: Actor, broadcast_id: int) -> Estimate:
    """Count the plan's people as they stand today."""
    plan = await one(actor, broadcast_id)
    reach = await count_reach(parse(plan["definition"]), as_stores(plan["store_ids"]))
    coupon = await CouponTemplate.get_or_none(id=plan["coupon_template_id"])
    control = rules.control_size(reach.reachable, plan["control_percent"])
    planned = reach.reachable - control
    rates, similar, own_rate = await _earlier_rates()
    sent = round(planned * rates["sent"])
    arrived = round(sent * rates["arrived"])
    smallest = smallest_visible_difference(planned, control, own_rate)
    return Estimate(
        chosen=reach.people,
        reachable=reach.reachable,
        control=control,
        planned=planned,
        staff=reach.staff,
        excluded=reach.excluded,
        expected_sent=sent,
        expected_claimed=round(sent * rates["claimed"]),
        expected_arrived=arrived,
        similar_broadcasts=similar,
        reach_fen=sent * (await group_policy(rules.BroadcastPolicy)).reach_fen,
        coupon_fen=arrived * await face_value_fen(coupon) if coupon is not None else 0,
        smallest_visible_difference=smallest,
        smallest_difference_sentence="" if smallest is None else smallest_difference_sentence(control, smallest),
    )


async def _earlier_rates() -> tuple[dict[str, float], int, float]:
    """Rates of the last broadcasts whose 30 days are over, how many they are, and the rate of those held out."""
    row = await database.fetch_one(
        f"WITH last AS (SELECT id FROM broadcast WHERE state = {literals(BroadcastState.FINISHED)} "
        "  AND started_at < $1 ORDER BY id DESC LIMIT 6) "
        f"SELECT (SELECT count(*) FROM last) AS broadcasts, count(*) FILTER (WHERE cohort = {_PLANNED}) AS planned, "
        "  count(sent_at) AS sent, count(claimed_at) AS claimed, count(*) FILTER (WHERE is_last_touch) AS arrived, "
        f"  count(*) FILTER (WHERE cohort = {_CONTROL}) AS control, "
        f"  count(arrived_at) FILTER (WHERE cohort = {_CONTROL}) AS came "
        "FROM broadcast_recipient WHERE broadcast_id IN (SELECT id FROM last)",
        clock.now() - rules.WINDOW,
    )
    assert row is not None
    if not row["sent"] or not row["control"]:
        return HOUSE_RATES, 0, CONTROL_RATE
    rates = {
        "sent": row["sent"] / row["planned"],
        "claimed": row["claimed"] / row["sent"],
        "arrived": row["arrived"] / row["sent"],
    }
    return rates, row["broadcasts"], row["came"] / row["control"]


async def progress(actor: Actor, broadcast_id: int) -> dict[str, Any]:
    """M4: what became of every customer, and each salesperson's task, those with something to do first."""
    plan = await one(actor, broadcast_id)
    states = await database.fetch(
        "SELECT r.cohort, r.state, r.reason, count(*) AS people, "
        f"  count(*) FILTER (WHERE r.state = {literals(RecipientState.TASKED)} AND (NOT s.is_active "
        "  OR b.declined_at IS NOT NULL)) AS stuck "
        "FROM broadcast_recipient r LEFT JOIN staff s ON s.id = r.staff_id "
        "LEFT JOIN send_batch b ON b.broadcast_id = r.broadcast_id AND b.staff_id = r.staff_id "
        "  AND b.number = r.batch_number "
        "WHERE r.broadcast_id = $1 GROUP BY r.cohort, r.state, r.reason",
        broadcast_id,
    )
    batches = await _batches(broadcast_id)
    away, policy = await stopping.turned_away(broadcast_id), await group_policy(rules.BroadcastPolicy)
    counts = _counts(states)
    coupon_left = await database.fetch_value(
        "SELECT quota - issued_count FROM coupon_template WHERE id = $1", plan["coupon_template_id"]
    )
    return {
        "broadcast": plan,
        "counts": counts,
        "excluded": _reasons(states, "EXCLUDED"),
        "excluded_at_sending": _reasons(states, "PLANNED"),
        "batches": batches,
        "staff": len({row["staff_id"] for row in batches}),
        "staff_confirmed": len({row["staff_id"] for row in batches if row["confirmed_at"] is not None}),
        "unknown_batches": sum(row["state"] in ("UNKNOWN", "CREATING") for row in batches),
        "opted_out": away.opted_out,
        "complained": away.complained,
        "unfriended": away.unfriended,
        "turned_away_share": away.people / away.sent if away.sent else 0.0,
        "stop_share": rules.stop_share(policy),
        "stop_line_sentence": rules.stop_line_sentence(away.people, away.sent, policy),
        "coupon_left": coupon_left,
        "synced_at": plan["synced_at"],
    }


def _counts(states: list[dict[str, Any]]) -> dict[str, int]:
    def people(*names: str, cohort: str = "PLANNED") -> int:
        return sum(row["people"] for row in states if row["state"] in names and row["cohort"] == cohort)

    stuck = sum(row["stuck"] for row in states)
    return {
        "planned": sum(row["people"] for row in states if row["cohort"] == "PLANNED"),
        "control": people("CONTROL", cohort="CONTROL"),
        "excluded": people("EXCLUDED", cohort="EXCLUDED"),
        "waiting_for_task": people("QUEUED"),
        "waiting_for_staff": people("TASKED") - stuck,
        "staff_unavailable": stuck,
        "sent": people("SENT"),
        "not_friend": people("NOT_FRIEND"),
        "quota": people("QUOTA"),
        "failed": people("FAILED"),
        "excluded_at_sending": people("EXCLUDED"),
        "dropped": people("DROPPED"),
    }


def _reasons(states: list[dict[str, Any]], cohort: str) -> list[dict[str, Any]]:
    counted = {row["reason"]: row["people"] for row in states if row["state"] == "EXCLUDED" and row["cohort"] == cohort}
    return [
        {"reason": reason.value, "label": reason.label, "people": counted[reason]}
        for reason in Exclusion
        if reason in counted
    ]


async def _batches(broadcast_id: int) -> list[dict[str, Any]]:
    rows = await database.fetch(
        "SELECT b.id, b.staff_id, s.name AS staff, s.is_active AS staff_is_active, b.state, b.reason, b.tasked_at, "
        "  b.confirmed_at, b.declined_at, b.reminded_at, b.synced_at, count(r.id) AS customers, "
        "  count(r.sent_at) AS sent FROM send_batch b JOIN staff s ON s.id = b.staff_id "
        "LEFT JOIN broadcast_recipient r ON r.broadcast_id = b.broadcast_id AND r.staff_id = b.staff_id "
        f"  AND r.batch_number = b.number AND r.cohort = {_PLANNED} "
        "WHERE b.broadcast_id = $1 GROUP BY b.id, s.id "
        "ORDER BY (b.confirmed_at IS NULL) DESC, count(r.id) DESC, b.id",
        broadcast_id,
    )
    now: datetime = clock.now()
    for row in rows:
        row["reminded_at"] = orjson.loads(row["reminded_at"])
        row["reminders_today"] = reminders_today(row, now)
        row["can_remind"] = (
            row["state"] == "CREATED"
            and row["confirmed_at"] is None
            and row["reminders_today"] < WECOM_MASS.reminders_per_day
        )
    return rows


@dataclass(frozen=True)
class Step:
    """A bar of the funnel: its count, its share of those sent, its share of the step before."""

    name: str
    label: str
    people: int
    of_sent: float | None
    of_step_before: float | None


@dataclass(frozen=True)
class Results:
    """M6. Sums in fen; shares from 0 to 1; None where nothing can be said (yet)."""

    funnel: list[Step]
    window_ends_at: datetime | None
    is_window_over: bool
    planned: Group
    control: Group
    lift: Lift | None
    difference_sentence: str
    conclusion: str
    cost_fen: int
    reach_fen: int
    coupon_fen: int
    cost_sentence: str
    cost_per_return: ReturnCost | None
    counted_at: datetime


async def results(actor: Actor, broadcast_id: int) -> Results:
    """What it brought: the funnel of those sent, and everybody planned against everybody held out. Who was given all
    their money back did not come back: neither a sale nor a return.
    """
    plan = await one(actor, broadcast_id)
    row = await _counted(broadcast_id, plan["started_at"])
    planned = Group(row["planned"], row["planned_came"])
    control = Group(row["control"], row["control_came"])
    measured = measure_lift(planned, control)
    coupon_fen = await _coupon_cost(broadcast_id)
    reach_fen = row["sent"] * (await group_policy(rules.BroadcastPolicy)).reach_fen
    cost = cost_per_return(reach_fen + coupon_fen, measured) if measured else None
    ends_at = plan["started_at"] + rules.WINDOW if plan["started_at"] else None
    return Results(
        funnel=_funnel(row),
        window_ends_at=ends_at,
        is_window_over=ends_at is not None and ends_at <= clock.now(),
        planned=planned,
        control=control,
        lift=measured,
        difference_sentence=difference_sentence(measured) if measured else "",
        conclusion=conclusion(measured) if measured else "还看不出效果，需要更多人或更久",
        cost_fen=reach_fen + coupon_fen,
        reach_fen=reach_fen,
        coupon_fen=coupon_fen,
        cost_sentence=cost_sentence(cost) if cost else "",
        cost_per_return=cost,
        counted_at=clock.now(),
    )


async def _counted(broadcast_id: int, started_at: datetime | None) -> dict[str, int]:
    row = await database.fetch_one(
        f"SELECT count(sent_at) AS sent, count(opened_at) FILTER (WHERE state = {_SENT}) AS opened, "
        f"  count(claimed_at) FILTER (WHERE state = {_SENT}) AS claimed, "
        f"  count(booked_at) FILTER (WHERE state = {_SENT}) AS booked, "
        f"  count(*) FILTER (WHERE state = {_SENT} AND is_last_touch) AS arrived, "
        f"  count(converted_at) FILTER (WHERE state = {_SENT}) AS converted, "
        f"  count(*) FILTER (WHERE cohort = {_PLANNED}) AS planned, "
        f"  count(*) FILTER (WHERE cohort = {_PLANNED} AND arrived_at <= $2 AND given_back_at IS NULL) "
        "  AS planned_came, "
        f"  count(*) FILTER (WHERE cohort = {_CONTROL}) AS control, "
        f"  count(*) FILTER (WHERE cohort = {_CONTROL} AND arrived_at <= $2 AND given_back_at IS NULL) AS control_came "
        "FROM broadcast_recipient WHERE broadcast_id = $1",
        broadcast_id,
        started_at + rules.WINDOW if started_at else None,
    )
    assert row is not None
    return row


_STEPS: Final = (
    ("sent", "送达"),
    ("opened", "点开"),
    ("claimed", "领券"),
    ("booked", "预约"),
    ("arrived", "到店"),
    ("converted", "成交"),
)


def _funnel(row: dict[str, int]) -> list[Step]:
    steps: list[Step] = []
    for name, label in _STEPS:
        before = steps[-1].people if steps else 0
        steps.append(
            Step(
                name=name,
                label=label,
                people=row[name],
                of_sent=row[name] / row["sent"] if row["sent"] and name != "sent" else None,
                of_step_before=row[name] / before if before else None,
            )
        )
    return steps


async def _coupon_cost(broadcast_id: int) -> int:
    """What the broadcast's coupons took off bills so far, without what fell on work that was refunded; a merged
    customer's second one is marked with `~`.
    """
    cost: int = await database.fetch_value(
        "SELECT coalesce(sum(d.discount_fen - d.cancelled_fen), 0)::bigint "
        "FROM coupon u JOIN redemption d ON d.coupon_id = u.id "
        "WHERE (u.source_ref = $1 OR u.source_ref LIKE $1 || '~%') AND d.undone_at IS NULL",
        about(broadcast_id),
    )
    return cost
