"""Page O2: what an owner may book for a car, where, when and at what price, and how an appointment may be moved."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from crm_core.appointments import calendar, queries, rules
from crm_core.appointments.booking import Needs, needs_of
from crm_core.appointments.calendar import Calendar
from crm_core.appointments.capacity import Asker
from crm_core.appointments.causes import CancelCause
from crm_core.appointments.errors import AppointmentNotFound, NothingWanted, TooLateToChange
from crm_core.appointments.models import Appointment
from crm_core.appointments.parts_held import part_numbers
from crm_core.appointments.queries import OwnerAppointment
from crm_core.appointments.rules import AppointmentPolicy, AppointmentState
from crm_core.coupons import discounting, using
from crm_core.coupons.rules import BillLine, DiscountableBill, LineKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.dealerships.stores import live_store_ids
from crm_core.policies.current import policy_of
from crm_core.pricing.job_prices import PricedItem, price_catalogue
from crm_core.pricing.packages import PackageOffer, offered, price_items_for
from crm_core.vehicles.bindings import is_bound
from crm_core.vehicles.models import Powertrain, Vehicle, VehicleModel
from foundation import clock
from foundation.reading import derive, read_model


@read_model
class ItemOffer:
    """A job that can be booked; money in fen."""

    item_id: int
    name: str
    minutes: int
    labour_fen: int
    parts_fen: int
    is_maintenance: bool
    is_chosen: bool


@read_model
class CouponOffer:
    """A coupon of the owner compared with the chosen work: how much it saves, or why it cannot be used."""

    coupon_id: int
    name: str
    discount_fen: int
    payable_fen: int
    """What the work would cost with it."""
    is_best: bool
    reason: str | None


@read_model
class Offer:
    """What can be booked for a model in a store, and when."""

    items: list[ItemOffer]
    """Each at the price it has by itself."""
    packages: list[PackageOffer]
    minutes: int
    total_fen: int
    calendar: Calendar
    hold_minutes: int
    confirm_within_minutes: int
    changes: int
    """How often the owner may move the appointment themselves."""
    change_minutes_before: int


@read_model
class BookingPage:
    """An offer for an owner's car."""

    offer: Offer
    coupons: list[CouponOffer]
    booked_id: int | None
    """The live appointment that the car already has. It can be moved or cancelled, but a second one cannot be
    booked."""


@read_model
class CauseOffer:
    """A possible answer to the question why an owner cancels."""

    cause: CancelCause
    words: str


@read_model
class CancelPage:
    """The page before an appointment is cancelled; `refusal` says why its owner cannot cancel it."""

    appointment: OwnerAppointment
    causes: list[CauseOffer]
    refusal: str | None


@read_model
class ChangePage:
    """The times an appointment can be moved to. `refusal` says why its owner cannot move it themselves (any more)."""

    appointment_id: int
    version: int
    old_starts_at: datetime
    minutes: int
    changes_left: int
    refusal: str | None
    calendar: Calendar


@read_model
class ModelOffer:
    """A model that a visitor may choose as theirs."""

    id: int
    series: str
    powertrain: Powertrain


@read_model
class VisitorPage:
    """An offer for a visitor who has not signed in."""

    models: list[ModelOffer]
    model_id: int
    offer: Offer


async def booking_page(
    actor: Actor,
    *,
    vehicle_id: int,
    store_id: int | None = None,
    item_ids: Sequence[int] = (),
    day: date | None = None,
) -> BookingPage:
    """What the owner may book for one of their cars. By default for their own store and for maintenance.

    Raises:
        AppointmentNotFound: no such car of theirs, or no such store.
        NothingWanted, ItemsNotBookable, TooMuchForOneDay.
    """
    authorise(actor, "appointments.book", owners_own(actor.id))
    vehicle = await Vehicle.get_or_none(id=vehicle_id).prefetch_related("model")
    if vehicle is None or not await is_bound(vehicle_id=vehicle_id, customer_id=actor.id):
        raise AppointmentNotFound("没找到这辆车。")
    if store_id is None and vehicle.home_store_id in await live_store_ids():
        store_id = vehicle.home_store_id
    stores = await calendar.live_stores(store_id)
    chosen, offer = await _offer(stores, vehicle.model, item_ids, day, Asker(actor.id))
    coupons = await _coupons(actor.id, stores[0], vehicle.id, chosen)
    return BookingPage(offer, coupons, await queries.live_one_of(vehicle_id))


async def change_page(actor: Actor, appointment_id: int, *, day: date | None = None) -> ChangePage:
    """The calendar for moving an appointment, in which its own place counts as free.

    Raises:
        AppointmentNotFound: it does not exist, or is not the owner's.
    """
    appointment = await Appointment.get_or_none(id=appointment_id)
    if appointment is None:
        raise AppointmentNotFound
    authorise(actor, "appointments.reschedule", owners_own(appointment.customer_id))
    store = await Store.get(id=appointment.store_id)
    policy = await policy_of(AppointmentPolicy, store.id)
    needs = Needs(appointment.bay_kind, appointment.minutes, tuple(await part_numbers(appointment)))
    return ChangePage(
        appointment_id=appointment.id,
        version=appointment.version,
        old_starts_at=appointment.starts_at,
        minutes=appointment.minutes,
        changes_left=max(0, policy.owner_reschedules - appointment.reschedule_count),
        refusal=_change_refusal(appointment, policy),
        calendar=await calendar.of_stores(
            [store], needs, day=day, asker=Asker(appointment.customer_id, appointment.id)
        ),
    )


async def cancel_page(actor: Actor, appointment_id: int) -> CancelPage:
    """The page that the owner sees before they cancel.

    Raises:
        AppointmentNotFound: it does not exist, or is not theirs.
    """
    appointment = await queries.one_of_owner(actor, appointment_id)
    refusal = None
    if appointment.state not in rules.MOVABLE:
        refusal = "这个预约已经不能取消。"
    elif not rules.may_owner_cancel(appointment.starts_at, clock.now()):
        refusal = TooLateToChange.message
    return CancelPage(appointment, [CauseOffer(cause, cause.words) for cause in CancelCause], refusal)


async def visitor_page(
    *, store_id: int | None = None, model_id: int | None = None, item_ids: Sequence[int] = (), day: date | None = None
) -> VisitorPage:
    """The offer for a visitor without an account. It contains only what anybody would be told, and no personal data.

    Raises:
        AppointmentNotFound: no such store or model.
        NothingWanted, ItemsNotBookable, TooMuchForOneDay.
    """
    models = {
        (model.series, model.powertrain): model for model in await VehicleModel.filter(is_active=True).order_by("-id")
    }
    known = sorted(models.values(), key=lambda model: (model.series, model.powertrain.value))
    chosen = next((model for model in known if model_id in (None, model.id)), None)
    if chosen is None:
        raise AppointmentNotFound("没找到这个车型。")
    _, offer = await _offer(await calendar.live_stores(store_id), chosen, item_ids, day, None)
    offers = [ModelOffer(model.id, model.series, model.powertrain) for model in known]
    return VisitorPage(offers, chosen.id, offer)


async def _offer(
    stores: Sequence[Store], model: VehicleModel, item_ids: Sequence[int], day: date | None, asker: Asker | None
) -> tuple[list[PricedItem], Offer]:
    """The chosen jobs, and what is offered for them in the first of the stores."""
    catalogue = await price_catalogue(stores[0], model)
    wanted = [item.item_id for item in _chosen(catalogue, item_ids)]
    chosen = await price_items_for(stores[0], model, wanted)
    needs = needs_of(model, chosen)
    policy = await policy_of(AppointmentPolicy, stores[0].id)
    return chosen, Offer(
        items=[derive(ItemOffer, item, is_chosen=item.item_id in wanted) for item in catalogue],
        packages=await offered(stores[0], model, catalogue, chosen),
        minutes=needs.minutes,
        total_fen=sum(item.total_fen for item in chosen),
        calendar=await calendar.of_stores(stores, needs, day=day, asker=asker),
        hold_minutes=policy.hold_minutes,
        confirm_within_minutes=policy.confirm_within_minutes,
        changes=policy.owner_reschedules,
        change_minutes_before=policy.owner_reschedule_minutes_before,
    )


def _chosen(catalogue: Sequence[PricedItem], item_ids: Sequence[int]) -> list[PricedItem]:
    """The requested jobs; if none are requested, maintenance, or else the first job of the catalogue."""
    if item_ids:
        chosen = [item for item in catalogue if item.item_id in item_ids]
        if len(chosen) != len(set(item_ids)):
            raise NothingWanted
        return chosen
    return sorted(catalogue, key=lambda item: not item.is_maintenance)[:1]


async def _coupons(customer_id: int, store: Store, vehicle_id: int, items: Sequence[PricedItem]) -> list[CouponOffer]:
    """Each coupon of the owner compared with the work: those that save most first, then those that do not apply."""
    visit = _as_bill(store.id, vehicle_id, items)
    now, offers = clock.now(), []
    for coupon in await using.usable_by(customer_id):
        refusal = discounting.why_not(coupon, visit, now)
        after = discounting.apply_coupons(visit, [] if refusal else [coupon])
        offers.append(
            CouponOffer(
                coupon.id,
                coupon.name,
                after.discount_fen,
                after.payable_fen,
                is_best=False,
                reason=refusal.sentence if refusal else None,
            )
        )
    offers.sort(key=lambda offer: (offer.reason is not None, -offer.discount_fen))
    best = [replace(offer, is_best=True) for offer in offers[:1] if offer.reason is None]
    return [*best, *offers[len(best) :]]


def _as_bill(store_id: int, vehicle_id: int, items: Sequence[PricedItem]) -> DiscountableBill:
    """The work as a bill for the rules of coupons, with labour and parts of each job on separate lines."""
    sums = [
        (kind, fen, item.code)
        for item in items
        for kind, fen in ((LineKind.LABOUR, item.labour_fen), (LineKind.PARTS, item.parts_fen))
        if fen
    ]
    lines = tuple(BillLine(number, kind, fen, item_code=code) for number, (kind, fen, code) in enumerate(sums, 1))
    return DiscountableBill(lines, store_id, vehicle_id)


def _change_refusal(appointment: Appointment, policy: AppointmentPolicy) -> str | None:
    if appointment.state is AppointmentState.REQUESTED:
        return "门店还没确认这个时间，可以先取消再约，或联系顾问改。"
    if appointment.state is not AppointmentState.CONFIRMED:
        return "这个预约已经不能改期。"
    return rules.owner_reschedule_refusal(appointment.starts_at, appointment.reschedule_count, clock.now(), policy)


@read_model
class MaintenanceOffer:
    """The maintenance of a car in a store; money in fen."""

    store_id: int
    store: str
    item_id: int
    item: str
    minutes: int
    price_fen: int


async def maintenance_of(vehicle_id: int, home_store_id: int | None) -> MaintenanceOffer | None:
    """The maintenance a car could have in its own store, or in the first one where that is closed for good.

    None where no store does any.
    """
    stores = await Store.filter(is_live=True).order_by("id")
    store = next((one for one in stores if one.id == home_store_id), next(iter(stores), None))
    if store is None:
        return None
    vehicle = await Vehicle.get(id=vehicle_id).prefetch_related("model")
    item = next((one for one in await price_catalogue(store, vehicle.model) if one.is_maintenance), None)
    if item is None:
        return None
    return MaintenanceOffer(store.id, store.short_name, item.item_id, item.name, item.minutes, item.total_fen)
