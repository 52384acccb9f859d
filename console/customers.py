"""Customers for staff (S11): finding one, his page, his timeline, and what is written down about him."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from campaigns.contact_permission import contact_permission
from console import masked
from console.sign_in import api
from crm_core.customers import listing, notes, queries, service, timeline
from crm_core.customers.dormancy import Dormancy
from crm_core.customers.timeline import Kind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import REVEALS_PER_DAY
from crm_core.vehicles.queries import CustomerVisit, visits_of_customer
from foundation.web import Cursor, Moment, Page, Schema, Version

Tag = Annotated[str, Field(min_length=1, max_length=30)]
"""As long as a tag of WeCom (doc 92117), which the record takes over."""


class CustomersQuery(Schema):
    """`q` is part of a name or plate, a phone or its end, a VIN or its last six; `staff_id` a consultant or advisor."""

    q: str = Field(default="", max_length=listing.LONGEST_SEARCH)
    store_id: int | None = Field(default=None, gt=0, lt=2**63)
    staff_id: int | None = Field(default=None, gt=0, lt=2**63)
    state: Dormancy | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=listing.PAGE, ge=1, le=listing.LARGEST_PAGE)


class TimelineQuery(Schema):
    """Of one kind, or of all."""

    kind: Kind | None = None
    cursor: Cursor | None = None


class CustomerRowOut(Schema):
    """A line of the list; phone and, by role, name and plate are masked."""

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


class CaretakerOut(Schema):
    """A member of staff who looks after him."""

    id: int
    name: str


class FriendOut(Schema):
    """A member he is, or was, a WeCom friend of."""

    staff_id: int
    name: str
    since: datetime
    ended_at: datetime | None
    ended_by: str
    remark: str


class ProposedPhoneOut(Schema):
    """A number noted in WeCom beside the one on file, masked, waiting to be taken or refused."""

    id: int
    phone: str | None
    by: str
    proposed_at: datetime


class CustomerCarOut(Schema):
    """A car he has; `until_on` is set when he had it."""

    vehicle_id: int
    model: str
    plate: str
    vin: str
    mileage_km: int
    mileage_on: date | None
    next_service_due_on: date | None
    insurance_ends_on: date | None
    until_on: date | None


class ConsentLineOut(Schema):
    """A line of the consent ledger."""

    purpose: str
    text_version: str
    given_at: datetime
    how: str
    withdrawn_at: datetime | None


class DormancyOut(Schema):
    """How asleep he is and the sum behind it."""

    state: Dormancy
    word: str
    explanation: str


class RfmOut(Schema):
    """His value to the workshop and the sum behind it."""

    recency: int
    frequency: int
    monetary: int
    value: str
    group: str
    explanation: str


class ContactPermissionOut(Schema):
    """May he be contacted, in one sentence."""

    marketing_allowed: bool
    allowed_from: datetime | None
    refusal: str | None
    ways: list[str]
    sentence: str


class CustomerOut(Schema):
    """All of page S11 but timeline and coupons. `allowed` are the actions this reader may do to him."""

    id: int
    version: int
    name: str
    nickname: str | None
    """What they call themselves in WeChat, where it is not the name."""
    phone: str | None
    phone_verified: bool
    allowed: list[str]
    home_store_id: int | None
    home_store: str | None
    consultant: CaretakerOut | None
    advisor: CaretakerOut | None
    first_source: str
    tags: list[str]
    visit_count: int
    spend_fen: int | None
    has_openid: bool
    has_unionid: bool
    friends: list[FriendOut]
    proposed_phones: list[ProposedPhoneOut]
    cars: list[CustomerCarOut]
    consents: list[ConsentLineOut]
    dormancy: DormancyOut | None
    rfm: RfmOut | None
    marketing_stopped_at: datetime | None
    complaint_until: date | None
    contact: ContactPermissionOut


class TimelineEntryOut(Schema):
    """One fact. `who` is a colleague, 客户 or 系统; `subject` the thing it is about (`repair_order:12`)."""

    id: int
    at: datetime
    name: str
    sentence: str
    who: str
    subject: str


class EditCustomerIn(Schema):
    """What to change at the version that was seen; what is left out stays."""

    version: Version
    name: str | None = Field(default=None, max_length=100)
    phone: str | None = Field(default=None, max_length=40)
    tags: list[Tag] | None = Field(default=None, max_length=50)
    gone_reason: Literal["", "已卖车", "已报废", "已迁出", "空号或非本人"] | None = None


class AssignIn(Schema):
    """Who looks after him from now on."""

    version: Version
    role: Literal["consultant", "advisor"]
    staff_id: int = Field(gt=0, lt=2**63)
    reason: str = Field(default="", max_length=80)


class FollowUpIn(Schema):
    """A contact, or a remark (`note`), and when the next one is."""

    contact: Literal["call", "wecom", "visit", "note"] = "note"
    body: str = Field(min_length=1, max_length=500)
    next_at: Moment | None = None


class RevealIn(Schema):
    """Why the number is needed."""

    reason: str = Field(default="联系客户", min_length=1, max_length=80)


class RevealedPhoneOut(Schema):
    """The plain number, once; logged."""

    phone: str
    used_today: int
    daily_limit: int


class StopMarketingIn(Schema):
    """How he said so."""

    how: Literal["phone", "wecom", "at_store", "letter"]


class MergeIn(Schema):
    """Which record becomes part of this one, and how we know."""

    merged_id: int = Field(gt=0, lt=2**63)
    reason: str = Field(min_length=1, max_length=40)


class UndoMergeIn(Schema):
    """Why they are two after all."""

    reason: str = Field(min_length=1, max_length=40)


class VersionOut(Schema):
    """The record's new version."""

    version: int


class FollowUpOut(Schema):
    """The note that was written."""

    id: int


class MergeOut(Schema):
    """A merge of two records."""

    id: int
    merged_id: int
    merged_name: str
    reason: str
    at: datetime
    by: str
    is_undone: bool


class CustomerStaffOut(Schema):
    """A colleague customers can be given to; `role` is `consultant` or `advisor`."""

    id: int
    name: str
    role: str
    store_id: int | None
    store: str | None


@api.get("/customers", summary="Customers the reader may see, the newest first")
async def customers(actor: Actor, query: CustomersQuery) -> Page[CustomerRowOut]:
    page = await listing.list_customers(
        actor,
        search=query.q,
        store_id=query.store_id,
        staff_id=query.staff_id,
        states=[query.state] if query.state else (),
        cursor=query.cursor,
        limit=query.limit,
    )
    return Page[CustomerRowOut](items=[customer_row(row) for row in page.items], next_cursor=page.next_cursor)


@api.get("/customer-staff", summary="Colleagues who look after customers, for filters and hand-overs")
async def customer_staff(actor: Actor) -> list[CustomerStaffOut]:
    return [CustomerStaffOut(**row) for row in await listing.caretakers(actor)]


@api.get("/customers/{customer_id}", summary="One customer's page")
async def customer(actor: Actor, customer_id: int) -> CustomerOut:
    card = await queries.customer_page(actor, customer_id)
    standing = card.standing
    assert standing is not None
    known = {
        name: getattr(card, name)
        for name in CustomerOut.model_fields
        if hasattr(card, name)
        and name not in {"consultant", "advisor", "friends", "proposed_phones", "cars", "consents"}
    }
    return CustomerOut(
        **known,
        consultant=_caretaker(card.consultant),
        advisor=_caretaker(card.advisor),
        friends=[FriendOut.model_validate(friend) for friend in card.friends],
        proposed_phones=[ProposedPhoneOut.model_validate(proposed) for proposed in card.proposed_phones],
        cars=[CustomerCarOut.model_validate(car) for car in card.cars],
        consents=[ConsentLineOut.model_validate(line) for line in card.consents],
        dormancy=None
        if standing.dormancy is None
        else DormancyOut(
            state=standing.dormancy.state,
            word=standing.dormancy.state.label,
            explanation=standing.dormancy.explanation,
        ),
        rfm=_rfm(actor, standing.rfm),
        marketing_stopped_at=standing.marketing_stopped_at,
        complaint_until=standing.complaint_until,
        contact=ContactPermissionOut.model_validate(await contact_permission(customer_id)),
    )


@api.get("/customers/{customer_id}/timeline", summary="What happened to him, the newest first")
async def customer_timeline(actor: Actor, customer_id: int, query: TimelineQuery) -> Page[TimelineEntryOut]:
    kinds = [query.kind] if query.kind else []
    page = await timeline.timeline(actor, customer_id, kinds=kinds, cursor=query.cursor)
    return Page[TimelineEntryOut](items=[_entry(entry) for entry in page.items], next_cursor=page.next_cursor)


@api.get("/customers/{customer_id}/visits", summary="His newest visits, the newest first")
async def customer_visits(actor: Actor, customer_id: int) -> list[CustomerVisit]:
    rows = await visits_of_customer(await queries.readable_id(actor, customer_id))
    return [replace(row, paid_fen=masked.fen(actor, row.paid_fen)) for row in rows]


@api.put("/customers/{customer_id}", summary="Change what is on file about him")
async def edit_customer(actor: Actor, customer_id: int, body: EditCustomerIn) -> VersionOut:
    changes = body.model_dump(exclude={"version"})
    return VersionOut(version=await service.edit(actor, customer_id, expected_version=body.version, **changes))


@api.post("/customers/{customer_id}/assignment", summary="Give him to another consultant or advisor")
async def assign_customer(actor: Actor, customer_id: int, body: AssignIn) -> VersionOut:
    version = await service.assign(
        actor,
        customer_id,
        staff_id=body.staff_id,
        role=body.role,
        expected_version=body.version,
        reason=body.reason,
    )
    return VersionOut(version=version)


@api.post("/customers/{customer_id}/follow-ups", status=201, summary="Note a contact and when the next one is")
async def log_follow_up(actor: Actor, customer_id: int, body: FollowUpIn) -> FollowUpOut:
    return FollowUpOut(id=await service.log_follow_up(actor, customer_id, **body.model_dump()))


@api.post(
    "/customers/{customer_id}/phone-reveals", status=201, kept=False, summary="The plain number, one at a time, logged"
)
async def reveal_customer_phone(actor: Actor, customer_id: int, body: RevealIn) -> RevealedPhoneOut:
    phone = await service.reveal_phone(actor, customer_id, reason=body.reason)
    used = await service.reveals_today(actor)
    return RevealedPhoneOut(phone=phone, used_today=used, daily_limit=REVEALS_PER_DAY)


@api.post("/proposed-phones/{proposal_id}/acceptance", status=204, summary="The number noted in WeCom is his")
async def accept_proposed_phone(actor: Actor, proposal_id: int) -> None:
    await notes.accept_phone(actor, proposal_id)


@api.post("/proposed-phones/{proposal_id}/refusal", status=204, summary="It is not, or is not to be used")
async def refuse_proposed_phone(actor: Actor, proposal_id: int) -> None:
    await notes.refuse_phone(actor, proposal_id)


@api.post("/customers/{customer_id}/marketing-stops", status=204, summary="He wants no more marketing, said to us")
async def stop_marketing_to_customer(actor: Actor, customer_id: int, body: StopMarketingIn) -> None:
    await service.stop_marketing(actor, customer_id, how=body.how)


@api.get("/customers/{customer_id}/merges", summary="Records that were made part of his")
async def merges_of_customer(actor: Actor, customer_id: int) -> list[MergeOut]:
    return [_merge(actor, row) for row in await queries.merges_into(actor, customer_id)]


@api.post("/customers/{customer_id}/merges", status=201, summary="Make another record part of his")
async def merge_customers(actor: Actor, customer_id: int, body: MergeIn) -> MergeOut:
    merge_id = await service.merge(actor, customer_id, body.merged_id, reason=body.reason)
    return _merge(actor, await queries.merge_made(merge_id))


@api.post("/customer-merges/{merge_id}/undoing", status=204, summary="Make two customers of one again")
async def undo_customer_merge(actor: Actor, merge_id: int, body: UndoMergeIn) -> None:
    await service.undo_merge(actor, merge_id, reason=body.reason)


def customer_row(row: listing.CustomerRow) -> CustomerRowOut:
    """A line of a list of customers."""
    state = Dormancy(row.dormancy) if row.dormancy else None
    known = {name: getattr(row, name) for name in CustomerRowOut.model_fields if name != "dormancy_word"}
    return CustomerRowOut(**known | {"dormancy": state}, dormancy_word=state.label if state else None)


def _caretaker(staff: tuple[int, str] | None) -> CaretakerOut | None:
    return CaretakerOut(id=staff[0], name=staff[1]) if staff else None


def _rfm(actor: Actor, rfm: Any) -> RfmOut | None:
    """The explanation names sums, so whoever sees no money sees no value either."""
    if not masked.sees_amounts(actor):
        return None
    return RfmOut(
        recency=rfm.recency,
        frequency=rfm.frequency,
        monetary=rfm.monetary,
        value=str(rfm.value),
        group=rfm.group,
        explanation=rfm.explanation,
    )


def _entry(entry: timeline.TimelineEntry) -> TimelineEntryOut:
    kind = entry.actor.partition(":")[0]
    who = entry.actor_name or {"owner": "客户", "system": "系统"}.get(kind, "")
    return TimelineEntryOut(
        id=entry.id, at=entry.at, name=entry.name, sentence=entry.sentence, who=who, subject=entry.subject
    )


def _merge(actor: Actor, row: dict[str, Any]) -> MergeOut:
    return MergeOut(
        id=row["id"],
        merged_id=row["merged_id"],
        merged_name=masked.name(actor, row["merged_name"]),
        reason=row["reason"],
        at=row["at"],
        by=row["by"] or "系统",
        is_undone=row["undone_at"] is not None,
    )
