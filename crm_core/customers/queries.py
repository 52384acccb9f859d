"""Reads one customer: their page and their standing. `listing` finds customers.

Names and plates are masked by the reader's roles; a phone is always masked here.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Protocol

from crm_core.customers import people
from crm_core.customers.consents import live_purposes
from crm_core.customers.dormancy import LAST_SEEN_SQL, Dormancy, DormancyPolicy, DormancyVerdict, judge_dormancy
from crm_core.customers.models import IdentityKind, Purpose
from crm_core.customers.notes import ProposedPhone
from crm_core.customers.rfm import Rfm, RfmPolicy, grade_rfm
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.calendar import add_months
from crm_core.dealerships.masks import mask_name, mask_phone, mask_plate, mask_vin
from crm_core.dealerships.permissions import authorise, field_mask, is_allowed
from crm_core.policies.current import group_policy
from foundation import clock
from foundation.reading import Query, as_json, derive, listed, literals, read_model

_ON_THE_PAGE = (
    "customers.edit",
    "customers.assign",
    "customers.follow_up",
    "customers.reveal_phone",
    "customers.merge",
    "customers.consent",
    "customers.quiet_hours",
)
"""Actions the page may offer; each verb checks the permission again."""


@read_model
class Caretaker:
    """A member of staff who looks after the customer."""

    id: int
    name: str


@read_model
class Friend:
    """A member of staff the customer is, or was, a WeCom friend of; `remark` is what they call the customer there."""

    staff_id: int
    name: str
    since: datetime
    ended_at: datetime | None
    ended_by: str
    remark: str


@read_model
class CustomerCar:
    """A car the customer has; `until_on` is set when they had it."""

    vehicle_id: int
    model: str
    plate: str
    vin: str
    mileage_km: int
    mileage_on: date | None
    next_service_due_on: date | None
    insurance_ends_on: date | None
    until_on: date | None


@read_model
class ConsentLine:
    """A line of the consent ledger."""

    purpose: Purpose
    text_version: str
    given_at: datetime
    how: str
    withdrawn_at: datetime | None


@read_model
class DormancyShown:
    """The customer's dormancy, with the numbers behind it."""

    state: Dormancy
    word: str
    explanation: str


@read_model
class RfmShown:
    """The customer's value to the workshop, with the numbers behind it."""

    recency: int
    frequency: int
    monetary: int
    value: str
    group: str
    explanation: str


@dataclass(frozen=True)
class Standing:
    """A customer's dormancy and value. Dormancy is unknown without a visit or a car."""

    dormancy: DormancyVerdict | None
    rfm: Rfm
    purposes: frozenset[Purpose]


@read_model
class _Record:
    """A customer with all stored data, unmasked."""

    id: int
    version: int
    name: str
    nickname: str | None
    phone: str | None
    phone_verified: bool
    home_store_id: int | None
    home_store: str | None
    consultant: Caretaker | None
    advisor: Caretaker | None
    first_source: str
    city: str
    birthday: str
    tags: list[str]
    visit_count: int
    spend_fen: int | None
    has_openid: bool
    has_unionid: bool
    friends: list[Friend]
    proposed_phones: list[ProposedPhone]
    cars: list[CustomerCar]
    consents: list[ConsentLine]
    marketing_stopped_at: datetime | None
    complaint_until: date | None


@read_model
class CustomerCard(_Record):
    """One customer as the reader may see them; `allowed` are the actions this reader may do.

    `nickname` is what they call themselves in WeChat, if it differs from the name. `rfm` is null for readers who see no
    money, since its explanation names sums.
    """

    allowed: list[str]
    dormancy: DormancyShown | None
    rfm: RfmShown | None


@read_model
class Merge:
    """A merge of two records."""

    id: int
    merged_id: int
    merged_name: str
    reason: str
    at: datetime
    by: str
    is_undone: bool


def _has(kind: IdentityKind) -> str:
    return f"EXISTS (SELECT FROM identity i WHERE i.customer_id = c.id AND i.kind = {literals(kind)})"


_RECORD: Final = Query(
    _Record,
    f"""
    SELECT c.id, c.version, c.name, nullif(c.nickname, c.name) AS nickname, c.phone,
           c.phone_verified_at IS NOT NULL AS phone_verified, c.home_store_id, h.short_name AS home_store,
           CASE WHEN k.id IS NOT NULL THEN {as_json(Caretaker, "k")} END AS consultant,
           CASE WHEN a.id IS NOT NULL THEN {as_json(Caretaker, "a")} END AS advisor,
           c.first_source, c.city, c.birthday, c.tags, c.visit_count, c.spend_fen, c.marketing_stopped_at,
           c.complaint_until,
           {_has(IdentityKind.OPENID)} AS has_openid, {_has(IdentityKind.UNIONID)} AS has_unionid,
           (SELECT {listed(Friend, "f", order="f.ended_at NULLS FIRST, f.since DESC", name="s.name")}
            FROM friendship f JOIN staff s ON s.id = f.staff_id WHERE f.customer_id = c.id) AS friends,
           (SELECT {listed(ProposedPhone, "p", order="p.id", by="s.name")}
            FROM proposed_phone p JOIN staff s ON s.id = p.staff_id
            WHERE p.customer_id = c.id AND p.decided_at IS NULL) AS proposed_phones,
           (SELECT {
        listed(
            CustomerCar,
            "v",
            order="o.until_on NULLS FIRST, v.id",
            vehicle_id="v.id",
            model="m.series || ' ' || m.trim",
            until_on="o.until_on",
        )
    }
            FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
            WHERE o.customer_id = c.id) AS cars,
           (SELECT {listed(ConsentLine, "l", order="l.given_at DESC, l.id DESC")}
            FROM consent l WHERE l.customer_id = c.id) AS consents
    FROM customer c LEFT JOIN store h ON h.id = c.home_store_id
    LEFT JOIN staff k ON k.id = c.consultant_id LEFT JOIN staff a ON a.id = c.advisor_id WHERE c.id = $1
    """,
)


async def customer_card(actor: Actor, customer_id: int) -> CustomerCard:
    """Everything that a customer's page shows, except their timeline.

    Raises:
        CustomerNotFound: there is no such customer.
        NotAllowed: they are outside the actor's scope.
    """
    kept_id = await people.current_id(customer_id)
    on = await people.scope_of(kept_id)
    authorise(actor, "customers.read", on)
    record = await _RECORD.first(kept_id)
    assert record is not None
    now = await standing(kept_id)
    sees_amounts = field_mask(actor, "amount") != "hidden"
    return derive(
        CustomerCard,
        record,
        name=seen_name(actor, record.name),
        nickname=seen_name(actor, record.nickname) if record.nickname else None,
        phone=seen_phone(actor, record.phone),
        birthday=record.birthday if field_mask(actor, "name") == "plain" else "",
        spend_fen=record.spend_fen if sees_amounts else None,
        proposed_phones=[
            replace(proposed, phone=seen_phone(actor, proposed.phone)) for proposed in record.proposed_phones
        ],
        cars=[replace(car, plate=seen_plate(actor, car.plate), vin=mask_vin(car.vin)) for car in record.cars],
        allowed=[action for action in _ON_THE_PAGE if is_allowed(actor, action, on)],
        dormancy=derive(DormancyShown, now.dormancy, word=now.dormancy.state.label) if now.dormancy else None,
        rfm=derive(RfmShown, now.rfm, value=str(now.rfm.value)) if sees_amounts else None,
    )


async def readable_id(actor: Actor, customer_id: int) -> int:
    """The id of the customer's current record (after merges), if the actor may read it.

    Raises:
        CustomerNotFound: there is no such customer.
        NotAllowed: they are outside the actor's scope.
    """
    kept_id = await people.current_id(customer_id)
    authorise(actor, "customers.read", await people.scope_of(kept_id))
    return kept_id


_MERGE: Final = (
    "SELECT m.id, m.merged_id, c.name AS merged_name, m.reason, m.at, coalesce(s.name, '系统') AS by, "
    "  m.undone_at IS NOT NULL AS is_undone "
    "FROM customer_merge m JOIN customer c ON c.id = m.merged_id LEFT JOIN staff s ON m.actor = 'staff:' || s.id"
)
_MERGES_INTO: Final = Query(Merge, f"{_MERGE} WHERE m.kept_id = $1 ORDER BY m.id DESC")
_MERGE_MADE: Final = Query(Merge, f"{_MERGE} WHERE m.id = $1")


async def merges_into(actor: Actor, customer_id: int) -> list[Merge]:
    """The merges of other records into this one, the newest first, for those who may merge.

    Raises:
        CustomerNotFound: there is no such customer.
        NotAllowed: the actor may not merge this customer.
    """
    kept_id = await people.current_id(customer_id)
    authorise(actor, "customers.merge", await people.scope_of(kept_id))
    return await _MERGES_INTO.all(kept_id)


async def merge_made(merge_id: int) -> Merge:
    """A merge, for the actor who has just made it; no permission is checked."""
    made = await _MERGE_MADE.first(merge_id)
    assert made is not None, "merges are undone, never deleted"
    return made


class LastSeen(Protocol):
    """The data that decides a customer's dormancy; `last_seen_on` is computed by `LAST_SEEN_SQL`."""

    @property
    def last_visit_on(self) -> date | None: ...
    @property
    def last_seen_on(self) -> date: ...
    @property
    def next_service_due_on(self) -> date | None: ...
    @property
    def gone_reason(self) -> str: ...


@read_model
class _Seen:
    """When a customer was seen last, and what they have paid since a certain day."""

    last_visit_on: date | None
    last_seen_on: date
    next_service_due_on: date | None
    gone_reason: str
    paid_visits: int
    paid_on: date | None
    paid_fen: int


_SEEN: Final = Query(
    _Seen,
    f"""
    SELECT c.last_visit_on, {LAST_SEEN_SQL} AS last_seen_on, c.next_service_due_on, c.gone_reason,
           p.paid_visits, p.paid_on, p.paid_fen
    FROM customer c CROSS JOIN LATERAL (
        SELECT count(*) AS paid_visits, max(v.visited_on) AS paid_on, coalesce(sum(v.paid_fen), 0)::bigint AS paid_fen
        FROM service_visit v
        WHERE v.customer_id = c.id AND v.is_real_work AND v.paid_fen > 0 AND v.visited_on > $2
    ) p WHERE c.id = $1
    """,
)


async def standing(customer_id: int) -> Standing:
    """A customer's dormancy and value as of today."""
    kept_id, values = await people.current_id(customer_id), await group_policy(RfmPolicy)
    seen = await _SEEN.first(kept_id, add_months(clock.today(), -values.window_months))
    assert seen is not None
    return Standing(
        dormancy=dormancy_of(seen, await group_policy(DormancyPolicy)),
        rfm=grade_rfm(
            last_paid_visit_on=seen.paid_on,
            paid_visits_in_window=seen.paid_visits,
            self_paid_in_window_fen=seen.paid_fen,
            today=clock.today(),
            policy=values,
        ),
        purposes=await live_purposes(kept_id),
    )


def dormancy_of(customer: LastSeen, policy: DormancyPolicy) -> DormancyVerdict | None:
    """A customer's dormancy; None when no car of theirs has a due date."""
    if customer.next_service_due_on is None:
        return None
    return judge_dormancy(
        last_visit_on=customer.last_seen_on,
        never_came=customer.last_visit_on is None,
        next_service_due_on=customer.next_service_due_on,
        today=clock.today(),
        gone_because=customer.gone_reason or None,
        policy=policy,
    )


def seen_name(actor: Actor, name: str) -> str:
    """The name as the reader's roles allow."""
    return name if field_mask(actor, "name") == "plain" else mask_name(name)


def seen_phone(actor: Actor, phone: str | None) -> str | None:
    """The masked number, or None for roles that see none; only `reveal_phone` returns the plain number."""
    return None if phone is None or field_mask(actor, "phone") == "hidden" else mask_phone(phone)


def seen_plate(actor: Actor, plate: str) -> str:
    """The plate as the reader's roles allow."""
    return plate if field_mask(actor, "plate") == "plain" else mask_plate(plate)
