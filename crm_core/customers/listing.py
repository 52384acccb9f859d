"""Finds customers the reader may see: by name, phone, plate, state, store, and who looks after them."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from crm_core.customers.dormancy import LAST_SEEN_SQL, Dormancy, DormancyPolicy
from crm_core.customers.finding import forms_of_owner, forms_of_person
from crm_core.customers.queries import dormancy_of, seen_name, seen_phone, seen_plate
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.dealerships.permissions import (
    authorise,
    may_ever,
    owners_for,
    stores_within,
    subject,
)
from crm_core.policies.current import group_policy
from crm_core.spelling.search import read_search
from foundation import clock, database
from foundation.errors import NotAllowed
from foundation.reading import Query, derive, fetch_as, literals, read_model

PAGE = 30
LARGEST_PAGE = 100
LONGEST_SEARCH = 40
MANY = 20
"""How many customers one look may show without a line in the audit log: somebody at work looks for one (house rule)."""

RECENT = 20_000
"""How many of the newest customers are looked through for a single character before its index is asked."""

_RECENT = "c.id > (SELECT id FROM customer WHERE id < ${0}::bigint ORDER BY id DESC OFFSET {1} LIMIT 1)"
_HAS_SIGN = "strpos(upper(normalize(left({}, 50), NFKC)), ${}::text) > 0"
"""Of one character the same as `search_parts`, which takes a name apart and costs fifty times as much a row."""


@read_model
class CustomerRow:
    """A line of the list; the phone is masked, name and plates depending on the reader's role."""

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
class FoundCustomer:
    """A customer of the list, unmasked, with the data that decides their dormancy."""

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


async def of_reader(
    actor: Actor,
    *,
    search: str = "",
    store_id: int | None = None,
    staff_id: int | None = None,
    states: Collection[Dormancy] = (),
    cursor: str | None = None,
    limit: int = PAGE,
) -> CustomerPage:
    """Customers the actor may see, the newest first. More than MANY of them at once are noted in the audit log.

    `search` is part of a name, a nickname or a plate, a phone or its last digits, a VIN or its last six, in any
    spelling; `staff_id` their consultant or advisor.

    Raises:
        NotAllowed: no role of the actor sees customers.
    """
    page = await unnoted_page(
        actor, search=search, store_id=store_id, staff_id=staff_id, states=states, cursor=cursor, limit=limit
    )
    if len(page.items) > MANY and actor.kind == "staff":
        async with database.transaction():
            # What was typed may be a name or a number, and what the log says cannot be deleted.
            await audit.note(
                actor,
                "customers.search",
                "customer",
                rows=len(page.items),
                further=bool(cursor),
                search=bool(search),
                store=store_id,
                staff=staff_id,
                states=sorted(states),
            )
    return page


async def unnoted_page(
    actor: Actor,
    *,
    search: str = "",
    store_id: int | None = None,
    staff_id: int | None = None,
    states: Collection[Dormancy] = (),
    cursor: str | None = None,
    limit: int = PAGE,
) -> CustomerPage:
    """The same, for an export, which is noted as a whole."""
    policy = await group_policy(DormancyPolicy)
    rows = await _found(
        actor, policy, search=search, store_id=store_id, staff_id=staff_id, states=states, cursor=cursor, limit=limit
    )
    limit = _bounded(limit)
    items = [_row(actor, row, policy) for row in rows[:limit]]
    return CustomerPage(items, str(items[-1].id) if len(rows) > limit else None)


async def find(actor: Actor, text: str, *, limit: int) -> list[FoundCustomer]:
    """The newest customers that `text` may mean and the actor may see, unmasked, for the search box."""
    return await _found(actor, await group_policy(DormancyPolicy), search=text, limit=limit - 1)


async def _found(
    actor: Actor,
    policy: DormancyPolicy,
    *,
    search: str,
    limit: int,
    store_id: int | None = None,
    staff_id: int | None = None,
    states: Collection[Dormancy] = (),
    cursor: str | None = None,
) -> list[FoundCustomer]:
    """The matching customers, one more than `limit` if there are more, so that the caller sees whether a page
    follows.
    """
    if actor.kind == "staff" and not may_ever(actor, "customers.read"):
        raise NotAllowed(action="customers.read")
    where, arguments = _visible(actor)
    if store_id is not None:
        arguments.append(store_id)
        where.append(f"c.home_store_id = ${len(arguments)}")
    if staff_id is not None:
        arguments.append(staff_id)
        where.append(f"${len(arguments)} IN (c.consultant_id, c.advisor_id)")
    if states:
        where.append(_stands(states, arguments, policy))
    arguments.append(int(cursor[:18]) if cursor is not None and cursor.isdigit() else 2**63 - 1)
    where.append(f"c.id < ${len(arguments)}::bigint")
    if text := search.strip()[:LONGEST_SEARCH]:
        if sign := _single_sign(text):
            recent = await _fetched([*where, *_recently(len(arguments))], [*arguments, sign], limit)
            if len(recent) > _bounded(limit):
                return recent
        where.append(_matches(actor, text, arguments))
    return await _fetched(where, arguments, limit)


async def _fetched(where: list[str], arguments: list[Any], limit: int) -> list[FoundCustomer]:
    return await fetch_as(
        FoundCustomer,
        f"{_LIST} WHERE c.merged_into_id IS NULL AND c.erased_at IS NULL AND {' AND '.join(where)} "
        f"ORDER BY c.id DESC LIMIT {_bounded(limit) + 1}",
        *arguments,
    )


def _single_sign(text: str) -> str | None:
    """The one character of a name that is looked for, such as 王."""
    name = read_search(text).name
    return name.upper() if name is not None and len(name) == 1 else None


def _recently(cursor: int) -> list[str]:
    """SQL conditions for the newest customers before the cursor who have this character in a name.

    A common surname is that of tens of thousands: a page is full after a few hundred rows, while its index would name
    them all. If these do not fill it, the character is rare, and the index names few.
    """
    return [
        _RECENT.format(cursor, RECENT),
        f"({_HAS_SIGN.format('c.name', cursor + 1)} OR {_HAS_SIGN.format('c.nickname', cursor + 1)})",
    ]


def _bounded(limit: int) -> int:
    return max(1, min(limit, LARGEST_PAGE))


def _visible(actor: Actor) -> tuple[list[str], list[Any]]:
    """SQL conditions and arguments for the customers that this actor may read."""
    arguments: list[Any] = []
    if actor.kind == "system":
        return ["true"], arguments
    if actor.is_owner:
        return ["c.id = $1"], [actor.id]
    reaches: list[str] = []
    stores = stores_within(actor, "customers.read")
    if stores is None:
        return ["true"], []
    if own := owners_for(actor, "customers.read"):
        arguments.append(sorted(own))
        reaches.append(
            "c.consultant_id = ANY($1) OR c.advisor_id = ANY($1) OR EXISTS (SELECT 1 FROM friendship f "
            "WHERE f.customer_id = c.id AND f.staff_id = ANY($1) AND f.ended_at IS NULL)"
        )
    if stores:
        arguments.append(sorted(stores))
        reaches.append(f"c.home_store_id IS NULL OR c.home_store_id = ANY(${len(arguments)})")
    return [f"({' OR '.join(reaches) or 'false'})"], arguments


def _stands(states: Collection[Dormancy], arguments: list[Any], policy: DormancyPolicy) -> str:
    """The rule of `judge_dormancy` as an SQL condition, for many rows at once."""

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
    """SQL condition for a search text, with an index look-up for each form the text may have.

    The matching ids are collected into an array first. As a joined set, whose size PostgreSQL overestimates a hundred
    times, it would read all customers from the newest on until the page is full, which takes seconds with a million.
    """
    sought = read_search(text)
    found: list[str] = []
    for query, value in [*forms_of_person(actor, sought), *forms_of_owner(sought)]:
        arguments.append(value)
        found.append(query.format(f"${len(arguments)}::text"))
    return f"c.id = ANY(ARRAY({' UNION ALL '.join(found)}))" if found else "false"


def _row(actor: Actor, found: FoundCustomer, policy: DormancyPolicy) -> CustomerRow:
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
    """The consultants (SC) and advisors (SA) of the actor's stores."""
    authorise(actor, "staff.read", subject())
    stores = stores_within(actor, "staff.read")
    return await _CARETAKERS.all(None if stores is None else sorted(stores))
