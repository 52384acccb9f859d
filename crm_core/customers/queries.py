"""Reading one customer: his page and how he stands with us. `listing` finds him.

Names and plates are shown as the reader's roles allow; a phone leaves here masked, whoever asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import orjson

from crm_core.customers import people
from crm_core.customers.consents import live_purposes
from crm_core.customers.dormancy import LAST_SEEN_SQL, DormancyPolicy, DormancyVerdict, judge_dormancy
from crm_core.customers.models import Purpose
from crm_core.customers.notes import proposals
from crm_core.customers.rfm import Rfm, RfmPolicy, grade_rfm
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.calendar import add_months
from crm_core.dealerships.masks import mask_name, mask_phone, mask_plate, mask_vin
from crm_core.dealerships.permissions import authorize, field_mask, is_allowed
from crm_core.policies.current import group_policy
from foundation import clock, database

_ON_THE_PAGE = (
    "customers.edit",
    "customers.assign",
    "customers.follow_up",
    "customers.reveal_phone",
    "customers.merge",
    "customers.consent",
)
"""Actions the page offers; each verb decides again."""


@dataclass(frozen=True)
class Friend:
    """A staff member he is, or was, a WeCom friend of."""

    staff_id: int
    name: str
    since: datetime
    ended_at: datetime | None
    ended_by: str
    add_way: int
    remark: str
    """What they call the customer in WeCom."""


@dataclass(frozen=True)
class ProposedNumber:
    """A number somebody noted in WeCom beside the one on file, as the reader may see it."""

    id: int
    phone: str | None
    by: str
    proposed_at: datetime


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
    nickname: str | None
    """What they call themselves in WeChat, where it is not the name that is shown."""
    phone: str | None
    phone_verified: bool
    allowed: list[str]
    """Which of the page's actions the reader may do."""
    home_store_id: int | None
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
    proposed_phones: list[ProposedNumber] = field(default_factory=list)
    cars: list[Car] = field(default_factory=list)
    consents: list[ConsentLine] = field(default_factory=list)
    standing: Standing | None = None


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
        name=seen_name(actor, row["name"]),
        nickname=seen_name(actor, row["nickname"]) if row["nickname"] and row["nickname"] != row["name"] else None,
        phone=seen_phone(actor, row["phone"]),
        phone_verified=row["phone_verified_at"] is not None,
        allowed=[action for action in _ON_THE_PAGE if is_allowed(actor, action, on)],
        home_store_id=row["home_store_id"],
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
        proposed_phones=[
            ProposedNumber(row["id"], seen_phone(actor, row["phone"]), row["by"], row["proposed_at"])
            for row in await proposals(kept_id)
        ],
        cars=await _cars(actor, kept_id),
        consents=await _consents(kept_id),
        standing=await standing(kept_id),
    )


async def readable_id(actor: Actor, customer_id: int) -> int:
    """The id of the record that stands for him today, once the actor may read it.

    Raises:
        CustomerNotFound, NotAllowed: none such, or outside the actor's scope.
    """
    kept_id = await people.current_id(customer_id)
    authorize(actor, "customers.read", await people.scope_of(kept_id))
    return kept_id


_MERGE: Final = (
    "SELECT m.id, m.merged_id, c.name AS merged_name, m.reason, m.at, m.undone_at, s.name AS by "
    "FROM customer_merge m JOIN customer c ON c.id = m.merged_id LEFT JOIN staff s ON m.actor = 'staff:' || s.id"
)


async def merges_into(actor: Actor, customer_id: int) -> list[dict[str, Any]]:
    """Records that were made part of his, the newest first; for those who may merge.

    Raises:
        CustomerNotFound, NotAllowed: none such, or outside the actor's scope.
    """
    kept_id = await people.current_id(customer_id)
    row = await database.fetch_one("SELECT * FROM customer WHERE id = $1", kept_id)
    assert row is not None
    authorize(actor, "customers.merge", await people.scope(row))
    return await database.fetch(f"{_MERGE} WHERE m.kept_id = $1 ORDER BY m.id DESC", kept_id)


async def merge_made(merge_id: int) -> dict[str, Any]:
    """A merge for whoever has just made it, whatever was done to both records since."""
    row = await database.fetch_one(f"{_MERGE} WHERE m.id = $1", merge_id)
    assert row is not None, "merges are undone, never deleted"
    return row


async def standing(customer_id: int) -> Standing:
    """How he stands with us today."""
    row = await database.fetch_one(
        f"SELECT c.*, {LAST_SEEN_SQL} AS last_seen_on FROM customer c WHERE c.id = $1",
        await people.current_id(customer_id),
    )
    assert row is not None
    values = await group_policy(RfmPolicy)
    paid = await database.fetch_one(
        "SELECT count(*) AS visits, max(visited_on) AS last_on, coalesce(sum(paid_fen), 0)::bigint AS paid_fen "
        "FROM service_visit "
        "WHERE customer_id = $1 AND is_real_work AND paid_fen > 0 AND visited_on > $2",
        row["id"],
        add_months(clock.today(), -values.window_months),
    )
    assert paid is not None
    return Standing(
        dormancy=dormancy_of(row, await group_policy(DormancyPolicy)),
        rfm=grade_rfm(
            last_paid_visit_on=paid["last_on"],
            paid_visits_in_window=paid["visits"],
            self_paid_in_window_fen=paid["paid_fen"],
            today=clock.today(),
            policy=values,
        ),
        purposes=await live_purposes(row["id"]),
        marketing_stopped_at=row["marketing_stopped_at"],
        complaint_until=row["complaint_until"],
    )


def dormancy_of(row: dict[str, Any], policy: DormancyPolicy) -> DormancyVerdict | None:
    """How asleep the owner of a customer row with `LAST_SEEN_SQL` as `last_seen_on` is; None when no car
    of theirs says when it is due.
    """
    if row["next_service_due_on"] is None:
        return None
    return judge_dormancy(
        last_visit_on=row["last_seen_on"],
        never_came=row["last_visit_on"] is None,
        next_service_due_on=row["next_service_due_on"],
        today=clock.today(),
        gone_because=row["gone_reason"] or None,
        policy=policy,
    )


async def _friends(customer_id: int) -> list[Friend]:
    rows = await database.fetch(
        "SELECT f.staff_id, s.name, f.since, f.ended_at, f.ended_by, f.add_way, f.remark FROM friendship f "
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
    return [Car(**row | {"plate": seen_plate(actor, row["plate"]), "vin": mask_vin(row["vin"])}) for row in rows]


async def _consents(customer_id: int) -> list[ConsentLine]:
    rows = await database.fetch(
        "SELECT purpose, text_version, given_at, how, withdrawn_at FROM consent WHERE customer_id = $1 "
        "ORDER BY given_at DESC, id DESC",
        customer_id,
    )
    return [ConsentLine(**row | {"purpose": Purpose(row["purpose"])}) for row in rows]


def seen_name(actor: Actor, name: str) -> str:
    """The name as the reader's roles allow."""
    return name if field_mask(actor, "name") == "plain" else mask_name(name)


def seen_phone(actor: Actor, phone: str | None) -> str | None:
    """Masked or nothing; the plain number comes from `reveal_phone` only."""
    return None if phone is None or field_mask(actor, "phone") == "hidden" else mask_phone(phone)


def seen_plate(actor: Actor, plate: str) -> str:
    """The plate as the reader's roles allow."""
    return plate if field_mask(actor, "plate") == "plain" else mask_plate(plate)
