"""The page 爱车 (O1): the most important thing about one car now, composed from what the rooms know about it."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from crm_core.appointments import free_times
from crm_core.appointments import queries as appointment_queries
from crm_core.appointments.free_times import WantedVisit
from crm_core.appointments.offering import maintenance_of
from crm_core.appointments.queries import OwnerAppointment
from crm_core.appointments.rules import AppointmentPolicy, owner_moves_until
from crm_core.billing import queries as bill_queries
from crm_core.coupons import queries as coupon_queries
from crm_core.customers.own_record import Contact, own_contact
from crm_core.dealerships.actors import Actor
from crm_core.policies.current import group_policy, policy_of
from crm_core.repair_orders import queries as repair_queries
from crm_core.repair_orders.owner_view_rules import OwnerTag, owner_tag
from crm_core.repair_orders.queries import OwnerVisitRow
from crm_core.vehicles import queries as vehicle_queries
from crm_core.vehicles.errors import VehicleNotFound
from crm_core.vehicles.next_service import NextServicePolicy
from crm_core.vehicles.queries import ExpiryDate, OwnerCar
from crm_core.vehicles.service_history import next_service_of
from foundation import clock
from foundation.reading import derive, read_model
from foundation.refs import Ref
from foundation.web import Id, Schema
from miniprogram_api.login import api

SLOT_DAYS = 7
"""How many days the chips look ahead; the page behind 「更多时间」 looks further."""
SLOT_CHIPS = 3
_BOOKABLE = frozenset({"due", "none"})
"""The kinds of focus for which a visit can be booked: nothing is booked yet, and the car is not in the workshop."""
_OVER = frozenset({"DELIVERED", "CLOSED", "VOID", "LEFT"})
_COMING = frozenset({"REQUESTED", "CONFIRMED", "ARRIVED"})


class HomeQuery(Schema):
    """Which car; without one the account's first."""

    vehicle_id: Id | None = None


@read_model
class HomeVehicleOut:
    """A car of the account."""

    id: int
    series: str
    trim: str
    plate: str
    mileage_km: int


class DecideFocusOut(Schema):
    """Something waits for the owner's word: the walk-around report, the estimate or what was found."""

    kind: Literal["decide"] = "decide"
    repair_order_id: int
    what: Literal["inspection", "estimate", "extra"]
    answer_by: datetime | None


class PayFocusOut(Schema):
    """A bill waits."""

    kind: Literal["pay"] = "pay"
    repair_order_id: int
    bill_id: int
    amount_fen: int
    disputed_fen: int
    """What waits for an answer; when nothing else is to be paid, `amount_fen` is 0."""


class PickUpFocusOut(Schema):
    """The car is paid and waits."""

    kind: Literal["pick_up"] = "pick_up"
    repair_order_id: int
    store: str


class InRepairFocusOut(Schema):
    """The car is at the store, and nothing waits for this reader."""

    kind: Literal["in_repair"] = "in_repair"
    repair_order_id: int
    tag: OwnerTag
    title: str
    is_finished: bool
    standing: str | None
    promised_at: datetime | None
    doing: str | None
    done: int
    total: int


class BookedFocusOut(Schema):
    """A visit is booked. The owner can move it themselves until `moves_until`; the slot is kept for some time if they
    are late.
    """

    kind: Literal["booked"] = "booked"
    appointment_id: int
    state: str
    store: str
    store_name: str
    address: str
    latitude: float | None
    longitude: float | None
    starts_at: datetime
    items: list[str]
    changes_left: int
    moves_until: datetime
    late_minutes: int
    version: int


class DueFocusOut(Schema):
    """The next service, with the calculation behind its day."""

    kind: Literal["due"] = "due"
    due_on: date
    last_on: date | None
    km_per_day: int | None


class NothingFocusOut(Schema):
    """Nothing is pressing."""

    kind: Literal["none"] = "none"


FocusOut = Annotated[
    DecideFocusOut | PayFocusOut | PickUpFocusOut | InRepairFocusOut | BookedFocusOut | DueFocusOut | NothingFocusOut,
    Field(discriminator="kind"),
]


@read_model
class OfferedBookingOut:
    """What a tap on a chip would book: the car's maintenance in its store; money in fen."""

    store_id: int
    store: str
    item_id: int
    item: str
    minutes: int
    price_fen: int
    slots: list[datetime]


class HomeOut(Schema):
    """O1."""

    vehicle: HomeVehicleOut | None
    vehicles: list[HomeVehicleOut]
    focus: FocusOut
    booking: OfferedBookingOut | None
    coupons_usable: int
    coupons_to_claim: int
    best_coupon: str | None
    insurance_ends_on: date | None
    dates: list[ExpiryDate]
    visits: int
    advisor: str | None
    contact: Contact


@api.get("/home", summary="O1: the one thing that matters now")
async def home(actor: Actor, query: HomeQuery) -> HomeOut:
    rows = await vehicle_queries.bound_to(actor, actor.id)
    row = next((row for row in rows if row.id == query.vehicle_id), None)
    if query.vehicle_id is not None and row is None:
        raise VehicleNotFound
    row = row or next(iter(rows), None)
    coupons = await coupon_queries.of_customer(actor, actor.id)
    usable = [card.name for card in coupons if card.group == "available"]
    focus = await _focus(actor, row)
    contact = await own_contact(actor)
    return HomeOut(
        vehicle=derive(HomeVehicleOut, row) if row else None,
        vehicles=[derive(HomeVehicleOut, each) for each in rows],
        focus=focus,
        booking=await _booking(actor, row) if row is not None and focus.kind in _BOOKABLE else None,
        coupons_usable=len(usable),
        coupons_to_claim=sum(card.group == "to_claim" for card in coupons),
        best_coupon=next(iter(usable), None),
        insurance_ends_on=row.insurance_ends_on if row else None,
        dates=await vehicle_queries.expiry_dates(actor, row.id) if row else [],
        visits=len(await vehicle_queries.visits(actor, actor.id, row.id)) if row else 0,
        advisor=contact.advisor,
        contact=contact,
    )


async def _focus(actor: Actor, row: OwnerCar | None) -> FocusOut:
    """The focus of a car, by precedence: to decide, to pay, to pick up, in repair, booked, due."""
    if row is None:
        return NothingFocusOut()
    orders = await repair_queries.of_owner(actor, row.id)
    here = next((order for order in orders if order.state not in _OVER), None)
    if here is not None:
        return await _about_order(actor, here)
    mine = await appointment_queries.of_customer(actor, actor.id)
    coming = [each for each in mine if each.vehicle_id == row.id and each.state in _COMING]
    if coming:
        return await _about_appointment(min(coming, key=lambda each: each.starts_at))
    return await _about_service(row)


async def _about_order(actor: Actor, order: OwnerVisitRow) -> FocusOut:
    waiting = order.waiting_for_owner
    if waiting in ("inspection", "estimate", "extra"):
        answer_by = order.decide_by if waiting == "extra" else None
        return DecideFocusOut(repair_order_id=order.id, what=waiting, answer_by=answer_by)
    if waiting == "bill":
        bill = await bill_queries.page(actor, await bill_queries.bill_of(actor, Ref("repair_order", order.id)))
        return PayFocusOut(
            repair_order_id=order.id, bill_id=bill.id, amount_fen=bill.due_fen, disputed_fen=bill.disputed_fen
        )
    if waiting == "delivery":
        return PickUpFocusOut(repair_order_id=order.id, store=order.store)
    return InRepairFocusOut(
        repair_order_id=order.id,
        tag=owner_tag(order.state, is_stopped=order.is_stopped),
        title=order.title,
        is_finished=order.is_finished,
        standing=order.standing,
        promised_at=None if order.is_finished else order.promised_at,
        doing=order.doing,
        done=order.done,
        total=order.total,
    )


async def _about_appointment(appointment: OwnerAppointment) -> FocusOut:
    policy = await policy_of(AppointmentPolicy, appointment.store_id)
    return BookedFocusOut(
        appointment_id=appointment.id,
        state=appointment.state,
        store=appointment.store,
        store_name=appointment.store_name,
        address=appointment.address,
        latitude=appointment.latitude,
        longitude=appointment.longitude,
        starts_at=appointment.starts_at,
        items=[item.name for item in appointment.items],
        changes_left=max(0, policy.owner_reschedules - appointment.reschedule_count),
        moves_until=owner_moves_until(appointment.starts_at, policy),
        late_minutes=policy.kept_when_late_minutes,
        version=appointment.version,
    )


async def _about_service(row: OwnerCar) -> FocusOut:
    due_on, policy = row.next_service_due_on, await group_policy(NextServicePolicy)
    if due_on is None or due_on > clock.today() + timedelta(days=policy.announced_days_before):
        return NothingFocusOut()
    predicted = await next_service_of(row.id)
    km_per_day = round(predicted.km_per_day) if predicted is not None else None
    return DueFocusOut(due_on=due_on, last_on=row.last_service_on, km_per_day=km_per_day)


async def offered_to(actor: Actor) -> OfferedBookingOut | None:
    """What could be booked for the owner's first car without a booking or repair order; shown as chips beside a
    gift.
    """
    for row in await vehicle_queries.bound_to(actor, actor.id):
        if (await _focus(actor, row)).kind in _BOOKABLE:
            return await _booking(actor, row)
    return None


async def _booking(actor: Actor, row: OwnerCar) -> OfferedBookingOut | None:
    offer = await maintenance_of(row.id, row.home_store_id)
    if offer is None:
        return None
    return derive(OfferedBookingOut, offer, slots=await _chips(actor, row.id, offer.store_id, offer.item_id))


async def _chips(actor: Actor, vehicle_id: int, store_id: int, item_id: int) -> list[datetime]:
    days = [clock.today() + timedelta(days=n) for n in range(SLOT_DAYS)]
    answers = await free_times.slots(actor, WantedVisit(actor.id, vehicle_id, store_id, [item_id]), days)
    free = [answer.starts_at for answer in answers if answer.is_free]
    # Two times of the first day and one of the next, so that the owner can choose between days.
    first_day = [at for at in free if clock.local(at).date() == clock.local(free[0]).date()]
    later = [at for at in free if at not in first_day]
    return sorted((first_day[: SLOT_CHIPS - 1] + later + first_day[SLOT_CHIPS - 1 :])[:SLOT_CHIPS])
