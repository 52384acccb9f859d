"""Reads what the rules of waking need, of many owners in order or of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from campaigns.channels.subscribe_mass import TAKES_NOTICES
from campaigns.measuring import WINDOW, Cohort
from campaigns.waking.rules import Limits, OwnerFacts, WakingPolicy
from crm_core.customers.dormancy import LAST_SEEN_SQL, DormancyPolicy
from crm_core.customers.models import Purpose
from crm_core.customers.rfm import RfmPolicy
from crm_core.dealerships.calendar import add_months
from crm_core.policies.current import group_policy
from foundation import clock
from foundation.reading import Query, literals, read_model

HABIT_FOR: Final = timedelta(days=3 * 365)
"""Visits longer ago say nothing about the weekday on which somebody comes."""
HABIT_VISITS: Final = 12
HAS_CLASS: Final = "c.merged_into_id IS NULL AND c.restricted_at IS NULL AND c.next_service_due_on IS NOT NULL"
"""SQL: whether customer `c` has a class: without a due date of a car there is nothing to judge."""

HELD_OUT: Final = (
    "EXISTS (SELECT FROM broadcast_recipient h JOIN broadcast b ON b.id = h.broadcast_id "
    f"WHERE h.customer_id = c.id AND h.cohort = {literals(Cohort.CONTROL)} AND b.frozen_at >= {{measured_at}})"
)
"""SQL: whether customer `c` is in a control group drawn since `measured_at`, which is still compared."""


@read_model
class _Facts:
    customer_id: int
    store_id: int | None
    last_visit_on: date | None
    last_seen_on: date
    due_on: date
    gone_reason: str
    paid_on: date | None
    paid_visits: int
    paid_fen: int
    has_opted_out: bool
    is_held_out: bool
    has_phone: bool
    is_friend: bool
    takes_notices: bool
    purposes: list[str]
    came_on: list[int]


_FACTS: Final = f"""
    SELECT c.id AS customer_id, c.home_store_id AS store_id, c.last_visit_on, {LAST_SEEN_SQL} AS last_seen_on,
      c.next_service_due_on AS due_on,
      c.gone_reason, p.paid_on, p.paid_visits, p.paid_fen, c.marketing_stopped_at IS NOT NULL AS has_opted_out,
      {HELD_OUT.format(measured_at="$4::timestamptz")} AS is_held_out,
      c.phone IS NOT NULL AND c.is_phone_usable AS has_phone,
      EXISTS (SELECT FROM friendship f JOIN staff s ON s.id = f.staff_id AND s.is_active
              WHERE f.customer_id = c.id AND f.ended_at IS NULL) AS is_friend,
      {TAKES_NOTICES} AS takes_notices,
      ARRAY(SELECT k.purpose FROM consent k WHERE k.customer_id = c.id AND k.withdrawn_at IS NULL) AS purposes,
      ARRAY(SELECT extract(isodow FROM v.visited_on)::int FROM service_visit v
            WHERE v.customer_id = c.id AND v.is_real_work AND v.visited_on > $2
            ORDER BY v.visited_on DESC, v.id DESC LIMIT {HABIT_VISITS}) AS came_on
    FROM customer c CROSS JOIN LATERAL (
        SELECT count(*) AS paid_visits, max(v.visited_on) AS paid_on, coalesce(sum(v.paid_fen), 0)::bigint AS paid_fen
        FROM service_visit v
        WHERE v.customer_id = c.id AND v.is_real_work AND v.paid_fen > 0 AND v.visited_on > $1
    ) p WHERE {HAS_CLASS}
"""
_AFTER: Final = Query(_Facts, _FACTS + " AND c.id > $3 ORDER BY c.id LIMIT $5")
_ONE: Final = Query(_Facts, _FACTS + " AND c.id = $3")


@dataclass(frozen=True)
class Owner:
    """Somebody with what is known of them."""

    customer_id: int
    facts: OwnerFacts


async def limits() -> Limits:
    """The group's rules that hold now."""
    return Limits(await group_policy(DormancyPolicy), await group_policy(RfmPolicy), await group_policy(WakingPolicy))


async def owners_after(customer_id: int, at_most: int, today: date, rules: Limits) -> list[Owner]:
    """The next owners in the order of their ids."""
    return _known(await _AFTER.all(*_spans(today, rules), customer_id, _measured_at(today), at_most))


async def of_owner(customer_id: int, today: date, rules: Limits) -> OwnerFacts | None:
    """What is known of one owner; None for somebody who has no class."""
    found = _known(await _ONE.all(*_spans(today, rules), customer_id, _measured_at(today)))
    return found[0].facts if found else None


def _spans(today: date, rules: Limits) -> tuple[date, date]:
    return add_months(today, -rules.rfm.window_months), today - HABIT_FOR


def _measured_at(today: date) -> datetime:
    return clock.at(today - WINDOW)


def _known(rows: Sequence[_Facts]) -> list[Owner]:
    return [
        Owner(
            row.customer_id,
            OwnerFacts(
                store_id=row.store_id,
                last_seen_on=row.last_seen_on,
                due_on=row.due_on,
                never_came=row.last_visit_on is None,
                gone_reason=row.gone_reason,
                paid_on=row.paid_on,
                paid_visits=row.paid_visits,
                paid_fen=row.paid_fen,
                has_opted_out=row.has_opted_out,
                is_held_out=row.is_held_out,
                has_phone=row.has_phone,
                is_friend=row.is_friend,
                agreed_to_messages=Purpose.MARKETING_WECOM in row.purposes,
                agreed_to_sms=Purpose.MARKETING_SMS in row.purposes,
                agreed_to_calls=Purpose.MARKETING_CALL in row.purposes,
                agreed_to_ads=Purpose.AD_AUDIENCE in row.purposes,
                takes_notices=row.takes_notices,
                came_on=tuple(row.came_on),
            ),
        )
        for row in rows
    ]
