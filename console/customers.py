"""Customers for staff: finding one, their page, their timeline, what is on file about them and who looks after them."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from campaigns.contact_permission import ContactPermission, contact_permission
from console import masked
from console.sign_in import api
from crm_core.customers import listing, queries, service, timeline
from crm_core.customers.dormancy import Dormancy
from crm_core.customers.listing import CustomerPage, CustomerStaff
from crm_core.customers.queries import CustomerCard
from crm_core.customers.timeline import Kind, TimelinePage
from crm_core.dealerships.actors import Actor
from crm_core.vehicles.queries import CustomerVisit, visits_of_customer
from foundation.reading import derive, read_model
from foundation.web import Cursor, Id, Schema, Version

Tag = Annotated[str, Field(min_length=1, max_length=30)]
"""As long as a tag of WeCom may be (doc 92117), because tags are copied from there."""


class CustomersQuery(Schema):
    """`q` is part of a name or plate, a phone or its end, a VIN or its last six; `staff_id` a consultant or advisor."""

    q: str = Field(default="", max_length=listing.LONGEST_SEARCH)
    store_id: Id | None = None
    staff_id: Id | None = None
    state: Dormancy | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=listing.PAGE, ge=1, le=listing.LARGEST_PAGE)


class TimelineQuery(Schema):
    """Of one kind, or of all."""

    kind: Kind | None = None
    cursor: Cursor | None = None


@read_model
class CustomerRecord(CustomerCard):
    """A customer's whole page except their timeline and coupons."""

    contact: ContactPermission


class EditCustomerIn(Schema):
    """What to change, and the version that was seen; fields that are left out stay."""

    version: Version
    name: str | None = Field(default=None, max_length=100)
    phone: str | None = Field(default=None, max_length=40)
    tags: list[Tag] | None = Field(default=None, max_length=50)
    gone_reason: Literal["", "已卖车", "已报废", "已迁出", "空号或非本人"] | None = None
    city: str | None = Field(default=None, max_length=20)
    birthday: str | None = Field(default=None, max_length=20, description="1988-08-15, or 08-15 without the year")


class AssignIn(Schema):
    """Who looks after them from now on."""

    version: Version
    role: Literal["consultant", "advisor"]
    staff_id: Id
    reason: str = Field(default="", max_length=80)


class VersionOut(Schema):
    """The record's new version."""

    version: int


@api.get("/customers", summary="Customers the reader may see, the newest first")
async def customers(actor: Actor, query: CustomersQuery) -> CustomerPage:
    return await listing.of_reader(
        actor,
        search=query.q,
        store_id=query.store_id,
        staff_id=query.staff_id,
        states=[query.state] if query.state else (),
        cursor=query.cursor,
        limit=query.limit,
    )


@api.get("/customer-staff", summary="Colleagues who look after customers, for filters and hand-overs")
async def customer_staff(actor: Actor) -> list[CustomerStaff]:
    return await listing.caretakers(actor)


@api.get("/customers/{customer_id}", summary="One customer's page")
async def customer(actor: Actor, customer_id: int) -> CustomerRecord:
    card = await queries.customer_card(actor, customer_id)
    return derive(CustomerRecord, card, contact=await contact_permission(customer_id))


@api.get("/customers/{customer_id}/timeline", summary="What happened to a customer, the newest first")
async def customer_timeline(actor: Actor, customer_id: int, query: TimelineQuery) -> TimelinePage:
    return await timeline.timeline(actor, customer_id, kinds=[query.kind] if query.kind else [], cursor=query.cursor)


@api.get("/customers/{customer_id}/visits", summary="Their newest visits, the newest first")
async def customer_visits(actor: Actor, customer_id: int) -> list[CustomerVisit]:
    rows = await visits_of_customer(await queries.readable_id(actor, customer_id))
    return [replace(row, paid_fen=masked.fen(actor, row.paid_fen)) for row in rows]


@api.put("/customers/{customer_id}", summary="Change what is on file about them")
async def edit_customer(actor: Actor, customer_id: int, body: EditCustomerIn) -> VersionOut:
    changes = body.model_dump(exclude={"version"})
    return VersionOut(version=await service.edit(actor, customer_id, expected_version=body.version, **changes))


@api.post("/customers/{customer_id}/assignment", summary="Give them to another consultant or advisor")
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
