"""登记投诉: the owner writes one in the mini-program, or staff write down what they say at the desk or on the phone."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.customers import people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import authorise, subject
from crm_core.repair_orders.afterwards.errors import ComplaintUnclear
from crm_core.repair_orders.errors import NotTheirCar, RepairOrderNotFound
from crm_core.repair_orders.models import RepairOrder
from crm_core.surveys import complaints
from crm_core.surveys.models import Complaint
from crm_core.surveys.rules import MAX_PHOTOS, Brought, ComplaintState
from crm_core.vehicles.bindings import is_bound
from crm_core.vehicles.models import Ownership
from foundation import database, media


@dataclass(frozen=True)
class Said:
    """What the owner complains of, and how it reached us."""

    brought: Brought
    body: str
    photos: Sequence[str] = ()


async def about_order(actor: Actor, repair_order_id: int, said: Said) -> Complaint:
    """Complain about one visit. Whoever complains of it again says more about the same complaint until it is closed.

    Raises:
        RepairOrderNotFound, NotAllowed, ComplaintUnclear, MediaNotStored.
    """
    await _require_clear(said)
    async with database.transaction():
        order = await RepairOrder.get_or_none(id=repair_order_id)
        if order is None:
            raise RepairOrderNotFound
        authorise(actor, "complaints.bring", subject(store_id=order.store_id, customer_id=order.customer_id))
        had = await _unsettled(f"order:{order.id}", repair_order_id=order.id)
        if had is not None:
            await complaints.add(actor, had, said.body, said.photos)
            return had
        return await complaints.open_complaint(
            actor,
            about=None,
            source=said.brought.word,
            store_id=order.store_id,
            customer_id=order.customer_id,
            vehicle_id=order.vehicle_id,
            repair_order_id=order.id,
            advisor_id=order.advisor_id,
            body=said.body,
            photos=said.photos,
        )


async def about_car(actor: Actor, store_id: int, customer_id: int, vehicle_id: int, said: Said) -> Complaint:
    """Complain to a store about something that is no visit, such as a booking or a phone call.

    Raises:
        NotTheirCar: the customer is neither owner of the car nor bound to it.
        NotAllowed, CustomerNotFound, ComplaintUnclear, MediaNotStored.
    """
    await _require_clear(said)
    async with database.transaction():
        customer_id = await people.current_id(customer_id)
        authorise(actor, "complaints.bring", subject(store_id=store_id, customer_id=customer_id))
        is_theirs = await Ownership.exists(vehicle_id=vehicle_id, customer_id=customer_id, until_on=None)
        if not is_theirs and not await is_bound(vehicle_id=vehicle_id, customer_id=customer_id):
            raise NotTheirCar
        if not await Store.exists(id=store_id, is_live=True):
            raise ComplaintUnclear
        had = await _unsettled(
            f"car:{vehicle_id}:{customer_id}",
            store_id=store_id,
            vehicle_id=vehicle_id,
            customer_id=customer_id,
            repair_order_id=None,
        )
        if had is not None:
            await complaints.add(actor, had, said.body, said.photos)
            return had
        return await complaints.open_complaint(
            actor,
            about=None,
            source=said.brought.word,
            store_id=store_id,
            customer_id=customer_id,
            vehicle_id=vehicle_id,
            repair_order_id=None,
            advisor_id=None,
            body=said.body,
            photos=said.photos,
        )


async def _require_clear(said: Said) -> None:
    """Refuse a complaint without words, and photos that are none of ours."""
    if not said.body.strip() or len(said.photos) > MAX_PHOTOS:
        raise ComplaintUnclear
    await media.require_stored(said.photos)


async def _unsettled(matter: str, **about: int | None) -> Complaint | None:
    """The complaint of this matter that is not closed yet, under its lock. Two who bring the same matter at once wait
    for each other here, so that it becomes one complaint.
    """
    await database.advisory_lock(f"complaint-of:{matter}")
    unsettled = Complaint.filter(**about).exclude(state=ComplaintState.CLOSED)
    return await unsettled.order_by("id").select_for_update(no_key=True).first()
