"""Reading customers: the list, one person's page, and how he stands with us.

Names and plates are shown as the reader's roles allow; a phone leaves here masked, whoever asks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson

from crm_core.customers import people
from crm_core.customers.consents import live_purposes
from crm_core.customers.dormancy import DormancyVerdict, judge_dormancy
from crm_core.customers.models import Purpose
from crm_core.customers.rfm import Rfm, grade_rfm
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_name, mask_phone, mask_plate, mask_vin
from crm_core.dealerships.permissions import PERMISSIONS, Reach, authorize, field_mask, is_allowed
from foundation import clock, database

PAGE = 30
LARGEST_PAGE = 100
LONGEST_SEARCH = 40

_LAST_FOUR = re.compile(r"\d{4}")
_MOBILE = re.compile(r"1\d{10}")


@dataclass(frozen=True)
class CustomerRow:
    """A line of the list."""

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
    dormancy: str | None
    marketing_stopped: bool


@dataclass(frozen=True)
class CustomerPage:
    """A page of the list; `next_cursor` is None at its end."""

    items: list[CustomerRow]
    next_cursor: str | None


@dataclass(frozen=True)
class Friend:
    """A staff member he is, or was, a WeCom friend of."""

    staff_id: int
    name: str
    since: datetime
    ended_at: datetime | None
    ended_by: str
    add_way: int


@dataclass(frozen=True)
class Car:
    """A car he has, or had."""

    vehicle_id: int
    model: str
    plate: str
    vin: str
    mileage_km: int
    mileage_on: date | None
    next_service_due_on: date | None
    insurance_ends_on: date | None
    until_on: date | None


@dataclass(frozen=True)
class ConsentLine:
    """A line of the ledger."""

    purpose: Purpose
    text_version: str
    given_at: datetime
    how: str
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """How he stands with us, each with the sentence behind its ⓘ. Dormancy needs a visit or a car to judge from."""

    dormancy: DormancyVerdict | None
    rfm: Rfm
    purposes: frozenset[Purpose]
    marketing_stopped_at: datetime | None
    complaint_until: date | None


@dataclass(frozen=True)
class CustomerCard:
    """All of page S11 but the timeline."""

    id: int
    version: int
    name: str
    phone: str | None
    phone_verified: bool
    can_reveal_phone: bool
    home_store: str | None
    consultant: tuple[int, str] | None
    advisor: tuple[int, str] | None
    first_source: str
    tags: list[str]
    visit_count: int
    spend_fen: int | None
    has_openid: bool
    has_unionid: bool
    friends: list[Friend] = field(default_factory=list)
    cars: list[Car] = field(default_factory=list)
    consents: list[ConsentLine] = field(default_factory=list)
    standing: Standing | None = None


_LIST = """
SELECT c.id, c.name, c.phone, c.last_visit_on, c.visit_count, c.next_service_due_on, c.gone_reason,
  c.marketing_stopped_at, c.created_at, h.short_name AS home_store, k.name AS consultant, a.name AS advisor,
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


async def list_customers(
    actor: Actor, *, search: str = "", store_id: int | None = None, cursor: str | None = None, limit: int = PAGE
) -> CustomerPage:
    """Customers the actor may see, the newest first.

    `search` is part of a name, a whole phone, its last four digits, or a plate.
    """
    where, arguments = _visible(actor)
    if store_id is not None:
        arguments.append(store_id)
        where.append(f"c.home_store_id = ${len(arguments)}")
    if text := search.strip()[:LONGEST_SEARCH]:
        where.append(_matches(text, arguments))
    if cursor is not None and cursor.isdigit():
        arguments.append(int(cursor[:18]))
        where.append(f"c.id < ${len(arguments)}")
    limit = max(1, min(limit, LARGEST_PAGE))
    rows = await database.fetch(
        f"{_LIST} WHERE c.merged_into_id IS NULL AND {' AND '.join(where)} ORDER BY c.id DESC LIMIT {limit + 1}",
        *arguments,
    )
    items = [_row(actor, row) for row in rows[:limit]]
    return CustomerPage(items, str(items[-1].id) if len(rows) > limit else None)


async def customer_page(actor: Actor, customer_id: int) -> CustomerCard:
    """Everything page S11 shows about one person.

    Raises:
        CustomerNotFound, NotAllowed: none such, or outside the actor's scope.
    """
    kept_id = await people.current_id(customer_id)
    row = await database.fetch_one(
        "SELECT c.*, h.short_name AS home_store, k.name AS consultant, a.name AS advisor FROM customer c "
        "LEFT JOIN store h ON h.id = c.home_store_id LEFT JOIN staff k ON k.id = c.consultant_id "
        "LEFT JOIN staff a ON a.id = c.advisor_id WHERE c.id = $1",
        kept_id,
    )
    assert row is not None
    on = await people.scope(row)
    authorize(actor, "customers.read", on)
    kinds = {r["kind"] for r in await database.fetch("SELECT kind FROM identity WHERE customer_id = $1", kept_id)}
    return CustomerCard(
        id=kept_id,
        version=row["version"],
        name=_name(actor, row["name"]),
        phone=_phone(actor, row["phone"]),
        phone_verified=row["phone_verified_at"] is not None,
        can_reveal_phone=row["phone"] is not None and is_allowed(actor, "customers.reveal_phone", on),
        home_store=row["home_store"],
        consultant=(row["consultant_id"], row["consultant"]) if row["consultant_id"] else None,
        advisor=(row["advisor_id"], row["advisor"]) if row["advisor_id"] else None,
        first_source=row["first_source"],
        tags=orjson.loads(row["tags"]),
        visit_count=row["visit_count"],
        spend_fen=None if field_mask(actor, "amount") == "hidden" else row["spend_fen"],
        has_openid="OPENID" in kinds,
        has_unionid="UNIONID" in kinds,
        friends=await _friends(kept_id),
        cars=await _cars(actor, kept_id),
        consents=await _consents(kept_id),
        standing=await standing(kept_id),
    )


async def standing(customer_id: int) -> Standing:
    """How he stands with us today."""
    row = await database.fetch_one("SELECT * FROM customer WHERE id = $1", await people.current_id(customer_id))
    assert row is not None
    paid = await database.fetch_one(
        "SELECT count(*) AS visits, max(visited_on) AS last_on FROM service_visit "
        "WHERE customer_id = $1 AND paid_fen > 0 AND visited_on > ($2::date - interval '24 months')",
        row["id"],
        clock.today(),
    )
    assert paid is not None
    return Standing(
        dormancy=_dormancy(row),
        rfm=grade_rfm(
            last_paid_visit_on=paid["last_on"],
            paid_visits_in_window=paid["visits"],
            self_paid_in_window_fen=row["spend_24_months_fen"],
            today=clock.today(),
        ),
        purposes=await live_purposes(row["id"]),
        marketing_stopped_at=row["marketing_stopped_at"],
        complaint_until=row["complaint_until"],
    )


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


def _matches(text: str, arguments: list[Any]) -> str:
    digits = re.sub(r"[\s-]", "", text)
    if _MOBILE.fullmatch(digits):
        arguments.append(digits)
        return f"c.phone = ${len(arguments)}"
    if _LAST_FOUR.fullmatch(digits):
        arguments.append(digits)
        number = f"${len(arguments)}"
        return f"(right(c.phone, 4) = {number} OR {_owns_plate(f'right(v.plate, 4) = {number}')})"
    arguments.append(_like(text))
    name = f"c.name ILIKE ${len(arguments)}"
    plate = re.sub(r"[·•.\s-]", "", text).upper()
    if len(plate) < 3:
        return name
    arguments.append(_like(plate))
    return f"({name} OR {_owns_plate(f'v.plate LIKE ${len(arguments)}')})"


def _owns_plate(condition: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id "
        f"WHERE o.customer_id = c.id AND o.until_on IS NULL AND {condition})"
    )


def _like(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def _row(actor: Actor, row: dict[str, Any]) -> CustomerRow:
    verdict = _dormancy(row)
    return CustomerRow(
        id=row["id"],
        name=_name(actor, row["name"]),
        phone=_phone(actor, row["phone"]),
        home_store=row["home_store"],
        consultant=row["consultant"],
        advisor=row["advisor"],
        cars=[
            car.removesuffix(plate) + _plate(actor, plate)
            for car, plate in zip(row["cars"], row["plates"], strict=True)
        ],
        is_friend=row["is_friend"],
        last_visit_on=row["last_visit_on"],
        visit_count=row["visit_count"],
        dormancy=verdict.state.value if verdict else None,
        marketing_stopped=row["marketing_stopped_at"] is not None,
    )


def _dormancy(row: dict[str, Any]) -> DormancyVerdict | None:
    if row["next_service_due_on"] is None:
        return None
    return judge_dormancy(
        last_visit_on=row["last_visit_on"] or clock.local(row["created_at"]).date(),
        next_service_due_on=row["next_service_due_on"],
        today=clock.today(),
        gone_because=row["gone_reason"] or None,
    )


async def _friends(customer_id: int) -> list[Friend]:
    rows = await database.fetch(
        "SELECT f.staff_id, s.name, f.since, f.ended_at, f.ended_by, f.add_way FROM friendship f "
        "JOIN staff s ON s.id = f.staff_id WHERE f.customer_id = $1 ORDER BY f.ended_at NULLS FIRST, f.since DESC",
        customer_id,
    )
    return [Friend(**row) for row in rows]


async def _cars(actor: Actor, customer_id: int) -> list[Car]:
    rows: Sequence[dict[str, Any]] = await database.fetch(
        "SELECT v.id AS vehicle_id, m.series || ' ' || m.trim AS model, v.plate, v.vin, v.mileage_km, v.mileage_on, "
        "  v.next_service_due_on, v.insurance_ends_on, o.until_on FROM ownership o "
        "JOIN vehicle v ON v.id = o.vehicle_id JOIN vehicle_model m ON m.id = v.model_id "
        "WHERE o.customer_id = $1 ORDER BY o.until_on NULLS FIRST, v.id",
        customer_id,
    )
    return [Car(**row | {"plate": _plate(actor, row["plate"]), "vin": mask_vin(row["vin"])}) for row in rows]


async def _consents(customer_id: int) -> list[ConsentLine]:
    rows = await database.fetch(
        "SELECT purpose, text_version, given_at, how, withdrawn_at FROM consent WHERE customer_id = $1 "
        "ORDER BY given_at DESC, id DESC",
        customer_id,
    )
    return [ConsentLine(**row | {"purpose": Purpose(row["purpose"])}) for row in rows]


def _name(actor: Actor, name: str) -> str:
    return name if field_mask(actor, "name") == "plain" else mask_name(name)


def _phone(actor: Actor, phone: str | None) -> str | None:
    return None if phone is None or field_mask(actor, "phone") == "hidden" else mask_phone(phone)


def _plate(actor: Actor, plate: str) -> str:
    return plate if field_mask(actor, "plate") == "plain" else mask_plate(plate)
