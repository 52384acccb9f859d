"""电话预约: booking for a stranger on the phone, by name, number, model and, if they know it, plate."""

from pydantic import Field

from console.appointments import staff_appointment
from console.reception import (
    ReceptionItemOut,
    ReceptionItemsQuery,
    ReceptionPackageOut,
    ReceptionSlotOut,
    SlotDaysQuery,
    item_out,
    package_out,
    slot_out,
)
from console.sign_in import api
from console.valet import WishIn
from crm_core.appointments import by_phone
from crm_core.appointments.by_phone import Caller, TheirCar
from crm_core.appointments.queries import StaffAppointment
from crm_core.dealerships.actors import Actor
from crm_core.valet.asking import booked_with
from foundation.reading import read_model
from foundation.web import Id, Moment, Schema


class PhoneBookingIn(Schema):
    """Who is on the phone (or the customer `customer_id`, whose car is not on file), their car, and what they want. Any
    spelling is accepted; a plate nobody knows is left empty.
    """

    store_id: Id
    customer_id: Id | None = None
    name: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=40)
    is_someone_else: bool = False
    """Whether the desk has seen who has this number or plate on file, and it is none of them."""
    plate: str = Field(default="", max_length=40)
    is_compared: bool = False
    """Whether a plate of a rare kind was read back to the caller."""
    model_id: Id
    item_ids: list[Id] = Field(min_length=1, max_length=10)
    starts_at: Moment
    note: str = Field(default="", max_length=200)
    waits_on_site: bool = False
    valet: list[WishIn] = Field([], max_length=2)
    """The car fetched, brought back, or both."""


class PhoneCatalogueQuery(ReceptionItemsQuery):
    """For which model, in which store."""

    store_id: Id
    model_id: Id


class PhoneSlotQuery(SlotDaysQuery):
    """For which model and work, from which day on."""

    store_id: Id
    model_id: Id
    item_ids: str = Field(max_length=200, pattern=r"^\d{1,18}(,\d{1,18}){0,9}$", description="ids joined by commas")


@read_model
class PhoneCatalogue:
    """What can be booked for a car of this model, and the packages."""

    items: list[ReceptionItemOut]
    packages: list[ReceptionPackageOut]


@api.get("/phone-bookings/catalogue", summary="What can be booked for a car of a model, with its prices")
async def phone_catalogue(actor: Actor, query: PhoneCatalogueQuery) -> PhoneCatalogue:
    together = [int(part) for part in query.together.split(",") if part]
    found = await by_phone.catalogue(actor, query.store_id, query.model_id, together)
    return PhoneCatalogue(
        items=[item_out(actor, item) for item in found.items],
        packages=[package_out(actor, package) for package in found.packages],
    )


@api.get("/phone-bookings/slots", summary="Slots of the next days for a car of a model, free or why not")
async def phone_slots(actor: Actor, query: PhoneSlotQuery) -> list[ReceptionSlotOut]:
    item_ids = [int(part) for part in query.item_ids.split(",")]
    known = await by_phone.explained_slots(actor, query.store_id, query.model_id, item_ids, query.asked())
    return [slot_out(each) for each in known]


@api.post("/phone-bookings", status=201, summary="Book for a stranger on the phone, without VIN")
async def book_by_phone(actor: Actor, body: PhoneBookingIn) -> StaffAppointment:
    booked = by_phone.book_for_caller(
        actor,
        store_id=body.store_id,
        who=body.customer_id or Caller(body.name, body.phone, body.is_someone_else),
        car=TheirCar(body.model_id, body.plate, body.is_compared),
        item_ids=body.item_ids,
        starts_at=body.starts_at,
        note=body.note,
        waits_on_site=body.waits_on_site,
    )
    appointment = await booked_with(actor, booked, [each.wish for each in body.valet])
    return await staff_appointment(actor, appointment.id)
