"""Reception at the desk and on the phone: who the customer is, which car, what work, and when there is a place."""

from datetime import date, datetime, timedelta

from pydantic import Field
from sanic import Request

from console import masked
from console.sign_in import api
from crm_core.appointments import free_times
from crm_core.appointments import queries as appointments
from crm_core.appointments.explaining_rules import Explained
from crm_core.appointments.free_times import WantedVisit
from crm_core.appointments.rules import FURTHEST_DAYS
from crm_core.binding_requests import licence_reading, registering
from crm_core.binding_requests.licence_reading import LicenceReading
from crm_core.binding_requests.registering import Car, Person
from crm_core.customers import listing
from crm_core.customers import queries as customers
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.pricing.job_prices import PricedItem
from crm_core.pricing.packages import PackageOffer
from crm_core.vehicles import queries as vehicles
from crm_core.vehicles.queries import CatalogueModel
from foundation import clock
from foundation.media import MAX_IMAGE_BYTES
from foundation.reading import derive, read_model
from foundation.web import Day, Id, Schema, read_body

FOUND = 8
"""The most customers found; if there are more, the advisor asks the caller for more digits."""


class ReceptionSearch(Schema):
    """Part of a name or plate, a phone or its end, a VIN or its last six."""

    q: str = Field(min_length=1, max_length=40)


class ReceptionCustomerOut(Schema):
    """A customer who may be meant; the phone is masked."""

    id: int
    name: str
    phone: str | None
    cars: list[str]
    visit_count: int
    last_visit_on: date | None


class ReceptionCarOut(Schema):
    """One of their cars, with the mileage we know."""

    vehicle_id: int
    model: str
    plate: str
    mileage_km: int


class RegisterIn(Schema):
    """A person (or the customer `customer_id`) and the car they bring. Fields have no pattern, since any spelling is
    accepted.
    """

    store_id: Id
    customer_id: Id | None = None
    name: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=40)
    is_company: bool = False
    vin: str = Field(max_length=40)
    plate: str = Field(default="", max_length=40)
    model_id: Id
    is_compared: bool = False
    """Whether the advisor has compared VIN and plate with the car, if a rule would refuse them."""
    plate_valid_until: Day | None = None
    """The last day of a temporary plate."""


class LicenceQuery(Schema):
    """In which store the car is registered."""

    store_id: Id


class RegisteredOut(Schema):
    """The customer and the car with which the desk continues."""

    customer: ReceptionCustomerOut
    car: ReceptionCarOut


@read_model
class ReceptionItemOut:
    """A job of the catalogue with its price for this car; money in fen, none for those who see no amounts."""

    item_id: int
    name: str
    minutes: int
    labour_fen: int | None
    parts_fen: int | None
    is_bookable: bool
    package: str
    """The package it is part of; then its price is its share of the package's."""


@read_model
class ReceptionPackageOut:
    """A package with its price and what its jobs cost one by one; money in fen, none for those who see no amounts."""

    package_id: int
    name: str
    item_ids: list[int]
    price_fen: int | None
    alone_fen: int | None


class ReceptionItemsQuery(Schema):
    """Which jobs are done in one visit, so that packages count."""

    together: str = Field(default="", max_length=400, pattern=r"^(\d{1,18}(,\d{1,18}){0,19})?$")


class SlotDaysQuery(Schema):
    """From which day on, and how many days."""

    from_day: Day | None = None
    days: int = Field(default=2, ge=1, le=FURTHEST_DAYS)

    def asked(self) -> list[date]:
        """The days; what is past is left out."""
        first = max(self.from_day or clock.today(), clock.today())
        return [first + timedelta(days=n) for n in range(self.days)]


class ReceptionSlotQuery(SlotDaysQuery):
    """For which car and work, from which day on."""

    customer_id: Id
    vehicle_id: Id
    store_id: Id
    item_ids: str = Field(max_length=200, pattern=r"^\d{1,18}(,\d{1,18}){0,9}$", description="ids joined by commas")


class ReceptionPlacesQuery(Schema):
    """Which store and day; today when left out."""

    store_id: Id
    day: Day | None = None


class SlotPointOut(Schema):
    """Something a time needs (people, bay, parts), whether there is enough of it, and the numbers behind that."""

    is_met: bool
    sentence: str


class ReceptionSlotOut(Schema):
    """A half-hour slot; `reason` says why it cannot be booked, `points` what the answer rests on."""

    starts_at: datetime
    places_left: int
    is_free: bool
    reason: str | None
    points: list[SlotPointOut]


@api.get("/reception/customers", summary="Who is on the phone or at the desk")
async def reception_customers(actor: Actor, query: ReceptionSearch) -> list[ReceptionCustomerOut]:
    page = await listing.of_reader(actor, search=query.q, limit=FOUND)
    return [ReceptionCustomerOut.model_validate(row, from_attributes=True) for row in page.items]


@api.get("/reception/customers/{customer_id}/cars", summary="The cars they have now")
async def reception_cars(actor: Actor, customer_id: int) -> list[ReceptionCarOut]:
    card = await customers.customer_card(actor, customer_id)
    return [ReceptionCarOut.model_validate(car, from_attributes=True) for car in card.cars if car.until_on is None]


@api.get("/reception/models", summary="The models a car can be registered as")
async def reception_models(actor: Actor) -> list[CatalogueModel]:
    authorise(actor, "staff.read", subject())
    return await vehicles.models()


@api.post("/reception/licence-readings", stream=True, summary="Read a licence from a picture given as the raw body")
async def read_licence(actor: Actor, request: Request, query: LicenceQuery) -> LicenceReading:
    licence_reading.may_read(actor, query.store_id)
    return await licence_reading.read_licence(actor, query.store_id, await read_body(request, MAX_IMAGE_BYTES))


@api.post("/reception/registrations", status=201, summary="File somebody new with their car, or a customer's new car")
async def register_at_desk(actor: Actor, body: RegisterIn) -> RegisteredOut:
    made = await registering.register(
        actor,
        store_id=body.store_id,
        who=body.customer_id or Person(body.name, body.phone, body.is_company),
        car=Car(body.vin, body.model_id, body.plate, body.is_compared, body.plate_valid_until),
    )
    card = await customers.customer_card(actor, made.customer_id)
    car = next(car for car in card.cars if car.vehicle_id == made.vehicle_id)
    return RegisteredOut(
        customer=ReceptionCustomerOut(
            id=card.id,
            name=card.name,
            phone=card.phone,
            cars=[f"{car.model} {car.plate}" for car in card.cars if car.until_on is None],
            visit_count=card.visit_count,
            last_visit_on=None,
        ),
        car=ReceptionCarOut.model_validate(car, from_attributes=True),
    )


@api.get("/reception/service-items/{vehicle_id}/{store_id}", summary="Every job of the catalogue, priced for a car")
async def reception_items(
    actor: Actor, vehicle_id: int, store_id: int, query: ReceptionItemsQuery
) -> list[ReceptionItemOut]:
    together = [int(part) for part in query.together.split(",") if part]
    return [item_out(actor, item) for item in await appointments.every_item(actor, vehicle_id, store_id, together)]


@api.get("/reception/packages/{vehicle_id}/{store_id}", summary="The packages that a car may have in a store")
async def reception_packages(actor: Actor, vehicle_id: int, store_id: int) -> list[ReceptionPackageOut]:
    return [package_out(actor, each) for each in await appointments.packages_of_car(actor, vehicle_id, store_id)]


@api.get("/reception/slots", summary="Slots of the next days, free or with the reason why not")
async def reception_slots(actor: Actor, query: ReceptionSlotQuery) -> list[ReceptionSlotOut]:
    visit = WantedVisit(
        query.customer_id, query.vehicle_id, query.store_id, [int(part) for part in query.item_ids.split(",")]
    )
    return [slot_out(each) for each in await free_times.explained_slots(actor, visit, query.asked())]


@api.get("/reception/appointments/{appointment_id}/slots", summary="Slots an appointment can be moved to, or why not")
async def slots_to_move(actor: Actor, appointment_id: int, query: SlotDaysQuery) -> list[ReceptionSlotOut]:
    return [slot_out(each) for each in await free_times.slots_to_move(actor, appointment_id, query.asked())]


@api.get("/reception/places", summary="What can still be promised on a day, for an ordinary job")
async def reception_places(actor: Actor, query: ReceptionPlacesQuery) -> list[ReceptionSlotOut]:
    known = await free_times.places(actor, query.store_id, query.day or clock.today())
    return [slot_out(each) for each in known if each.answer.is_free]


def item_out(actor: Actor, item: PricedItem) -> ReceptionItemOut:
    """A priced job as the reader may see it."""
    return derive(
        ReceptionItemOut,
        item,
        labour_fen=masked.fen(actor, item.labour_fen),
        parts_fen=masked.fen(actor, item.parts_fen),
    )


def package_out(actor: Actor, package: PackageOffer) -> ReceptionPackageOut:
    """A package as the reader may see it."""
    return derive(
        ReceptionPackageOut,
        package,
        price_fen=masked.fen(actor, package.price_fen),
        alone_fen=masked.fen(actor, package.alone_fen),
    )


def slot_out(explained: Explained) -> ReceptionSlotOut:
    """A slot as the desk sees it."""
    answer = explained.answer
    return ReceptionSlotOut(
        starts_at=answer.starts_at,
        places_left=answer.places_left,
        is_free=answer.is_free,
        reason=answer.reason,
        points=[SlotPointOut(is_met=point.is_met, sentence=point.sentence) for point in explained.points],
    )
