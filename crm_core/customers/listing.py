"""Finding customers: by name, phone, plate, state, store and who looks after them, as far as the reader may see."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from crm_core.customers.dormancy import LAST_SEEN_SQL, Dormancy, DormancyPolicy
from crm_core.customers.queries import dormancy_of, seen_name, seen_phone, seen_plate
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.dealerships.permissions import (
    PERMISSIONS,
    Reach,
    authorise,
    field_mask,
    may_ever,
    stores_within,
    subject,
)
from crm_core.policies.current import group_policy
from crm_core.spelling.search import prefix_query, read_search
from foundation import clock
from foundation.errors import NotAllowed
from foundation.reading import Query, derive, fetch_as, literals, read_model

PAGE = 30
LARGEST_PAGE = 100
LONGEST_SEARCH = 40

_BY_NAME = "SELECT id FROM customer WHERE search_parts(name) @@ {}::tsquery"
_BY_NICKNAME = "SELECT id FROM customer WHERE nickname IS NOT NULL AND search_parts(nickname) @@ {}::tsquery"
_BY_PHONE = "SELECT id FROM customer WHERE phone = {}"
_BY_PHONE_TAIL = "SELECT id FROM customer WHERE right(phone, 4) = right({0}, 4) AND right(phone, length({0})) = {0}"
_OWNED = "SELECT o.customer_id FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id WHERE o.until_on IS NULL AND "
_BY_PLATE = _OWNED + "v.plate <> '' AND search_parts(v.plate) @@ {}::tsquery"
_BY_VIN = _OWNED + "right(v.vin, 6) = right({0}, 6) AND right(v.vin, length({0})) = {0}"


@read_model
class CustomerRow:
    """A line of the list; phone and, by role, name and plates are masked."""

    id: int
    name: str
    phone: str | None
    home_store: str | None
    consultant: str | None
    advisor: str | None
    cars: list[str]
    is_friend: bool
    last_visit_on: date | None
    visit_count: int
    dormancy: Dormancy | None
    dormancy_word: str | None
    marketing_stopped: bool


@read_model
class CustomerPage:
    """A page of the list; `next_cursor` is null at its end."""

    items: list[CustomerRow]
    next_cursor: str | None


@read_model
class CustomerStaff:
    """A colleague customers can be given to; `role` is `consultant` or `advisor`."""

    id: int
    name: str
    role: str
    store_id: int | None
    store: str | None


@read_model
class _Found:
    """A customer of the list, unmasked, with what their standing is judged by."""

    id: int
    name: str
    phone: str | None
    home_store: str | None
    consultant: str | None
    advisor: str | None
    cars: list[str]
    plates: list[str]
    is_friend: bool
    last_visit_on: date | None
    last_seen_on: date
    next_service_due_on: date | None
    gone_reason: str
    visit_count: int
    marketing_stopped: bool


_LIST = f"""
SELECT c.id, c.name, c.phone, c.last_visit_on, c.visit_count, c.next_service_due_on, c.gone_reason,
  c.marketing_stopped_at IS NOT NULL AS marketing_stopped, {LAST_SEEN_SQL} AS last_seen_on, h.short_name AS home_store,
  k.name AS consultant, a.name AS advisor,
  EXISTS (SELECT 1 FROM friendship f WHERE f.customer_id = c.id AND f.ended_at IS NULL) AS is_friend,
  array(SELECT m.series || ' ' || v.plate FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id
        JOIN vehicle_model m ON m.id = v.model_id
        WHERE o.customer_id = c.id AND o.until_on IS NULL ORDER BY v.id) AS cars,
  array(SELECT v.plate FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id
        WHERE o.customer_id = c.id AND o.until_on IS NULL ORDER BY v.id) AS plates
FROM customer c
LEFT JOIN store h ON h.id = c.home_store_id
LEFT JOIN staff k ON k.id = c.consultant_id
LEFT JOIN staff a ON a.id = c.advisor_id
"""
_CARETAKERS = Query(
    CustomerStaff,
    f"""
    SELECT DISTINCT s.id, s.name, CASE r.role WHEN {literals(Role.SC)} THEN 'consultant' ELSE 'advisor' END AS role,
           s.store_id, t.short_name AS store
    FROM staff_role r JOIN staff s ON s.id = r.staff_id LEFT JOIN store t ON t.id = s.store_id
    WHERE r.role IN ({literals(Role.SC, Role.SA)}) AND s.is_active AND ($1::bigint[] IS NULL OR s.store_id = ANY($1))
    ORDER BY s.store_id, role, s.id
    """,
)


async def list_customers(
    actor: Actor,
    *,
    search: str = "",
    store_id: int | None = None,
    staff_id: int | None = None,
    states: Collection[Dormancy] = (),
    cursor: str | None = None,
    limit: int = PAGE,
) -> CustomerPage:
    """Customers the actor may see, the newest first.

    `search` is part of a name, a nickname or a plate, a phone or its last digits, a VIN or its last six, in any
    spelling; `staff_id` their consultant or advisor.

    Raises:
        NotAllowed: no role of the actor sees customers.
    """
    if actor.kind == "staff" and not may_ever(actor, "customers.read"):
        raise NotAllowed(action="customers.read")
    policy = await group_policy(DormancyPolicy)
    where, arguments = _visible(actor)
    if store_id is not None:
        arguments.append(store_id)
        where.append(f"c.home_store_id = ${len(arguments)}")
    if staff_id is not None:
        arguments.append(staff_id)
        where.append(f"${len(arguments)} IN (c.consultant_id, c.advisor_id)")
    if states:
        where.append(_stands(states, arguments, policy))
    if text := search.strip()[:LONGEST_SEARCH]:
        where.append(_matches(actor, text, arguments))
    if cursor is not None and cursor.isdigit():
        arguments.append(int(cursor[:18]))
        where.append(f"c.id < ${len(arguments)}")
    limit = max(1, min(limit, LARGEST_PAGE))
    rows = await fetch_as(
        _Found,
        f"{_LIST} WHERE c.merged_into_id IS NULL AND {' AND '.join(where)} ORDER BY c.id DESC LIMIT {limit + 1}",
        *arguments,
    )
    items = [_row(actor, row, policy) for row in rows[:limit]]
    return CustomerPage(items, str(items[-1].id) if len(rows) > limit else None)


def _visible(actor: Actor) -> tuple[list[str], list[Any]]:
    """The rows `customers.read` reaches for this actor, as conditions."""
    row = PERMISSIONS["customers.read"]
    arguments: list[Any] = []
    if actor.kind == "system":
        return ["true"], arguments
    if actor.is_owner:
        return ["c.id = $1"], [actor.id]
    reaches: list[str] = []
    stores: set[int] = set()
    for grant in actor.grants:
        reach = row.get(grant.role.value)
        if reach is Reach.STORE and grant.store_ids is None:
            return ["true"], []
        if reach is Reach.STORE:
            stores |= grant.store_ids or set()
        if reach is Reach.SELF and not reaches:
            arguments.append(actor.id)
            reaches.append(
                "c.consultant_id = $1 OR c.advisor_id = $1 OR EXISTS (SELECT 1 FROM friendship f "
                "WHERE f.customer_id = c.id AND f.staff_id = $1 AND f.ended_at IS NULL)"
            )
    if stores:
        arguments.append(sorted(stores))
        reaches.append(f"c.home_store_id IS NULL OR c.home_store_id = ANY(${len(arguments)})")
    return [f"({' OR '.join(reaches) or 'false'})"], arguments


def _stands(states: Collection[Dormancy], arguments: list[Any], policy: DormancyPolicy) -> str:
    """The rule of `judge_dormancy` for many rows at once."""

    def days_ago(days: int) -> str:
        arguments.append(clock.today() - timedelta(days=days))
        return f"${len(arguments)}::date"

    due = "c.next_service_due_on"
    seen = LAST_SEEN_SQL
    tests = (
        (Dormancy.GONE, "c.gone_reason <> ''"),
        (Dormancy.ACTIVE, f"{due} >= {days_ago(policy.active_overdue_days)}"),
        (Dormancy.AT_RISK, f"{due} >= {days_ago(policy.at_risk_overdue_days)}"),
        (Dormancy.AT_RISK, f"{seen} >= {days_ago(policy.heavy_driver_recency_days)}"),
        (Dormancy.DORMANT, f"{seen} >= {days_ago(policy.dormant_recency_days)}"),
        (Dormancy.LAPSED, f"{seen} >= {days_ago(policy.lapsed_recency_days)}"),
    )
    cases = " ".join(f"WHEN {test} THEN '{state}'" for state, test in tests)
    arguments.append([state.value for state in states])
    return f"({due} IS NOT NULL AND CASE {cases} ELSE '{Dormancy.DEEP}' END = ANY(${len(arguments)}::text[]))"


def _matches(actor: Actor, text: str, arguments: list[Any]) -> str:
    """One index for each form the text may have, since a condition over several tables would read every row.

    As an array they are looked up first and then one by one; joined as a set, which PostgreSQL takes for a hundred
    times larger than it is, everybody would be read from the newest on until the page is full: seconds in a million.
    """
    sought = read_search(text)
    found: list[str] = []

    def look(query: str, *values: str) -> None:
        start = len(arguments) + 1
        arguments.extend(values)
        found.append(query.format(*(f"${start + i}::text" for i in range(len(values)))))

    if sought.name is not None:
        look(_BY_NAME, prefix_query(sought.name))
        look(_BY_NICKNAME, prefix_query(sought.name))
    if field_mask(actor, "phone") != "hidden":
        if sought.phone is not None:
            look(_BY_PHONE, sought.phone)
        if sought.phone_tail is not None:
            look(_BY_PHONE_TAIL, sought.phone_tail)
    if sought.plate is not None:
        look(_BY_PLATE, prefix_query(sought.plate))
    if sought.vin is not None:
        look(_BY_VIN, sought.vin)
    return f"c.id = ANY(ARRAY({' UNION ALL '.join(found)}))" if found else "false"


def _row(actor: Actor, found: _Found, policy: DormancyPolicy) -> CustomerRow:
    verdict = dormancy_of(found, policy)
    return derive(
        CustomerRow,
        found,
        name=seen_name(actor, found.name),
        phone=seen_phone(actor, found.phone),
        cars=[
            car.removesuffix(plate) + seen_plate(actor, plate)
            for car, plate in zip(found.cars, found.plates, strict=True)
        ],
        dormancy=verdict.state if verdict else None,
        dormancy_word=verdict.state.label if verdict else None,
    )


async def caretakers(actor: Actor) -> list[CustomerStaff]:
    """Colleagues of the actor's stores who look after customers: consultants (SC) and advisors (SA)."""
    authorise(actor, "staff.read", subject())
    stores = stores_within(actor, "staff.read")
    return await _CARETAKERS.all(None if stores is None else sorted(stores))
