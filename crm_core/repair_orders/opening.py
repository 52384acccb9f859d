"""接车, and how an order ends early: 作废 before anything was done, 中止 when the owner stops the work."""

from tortoise.exceptions import IntegrityError

from crm_core.appointments import service as appointments
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.stores import store_of
from crm_core.parts import holds
from crm_core.parts import service as parts
from crm_core.repair_orders import mileage, notices, owner_view_rules, rules
from crm_core.repair_orders.additional_work import withdraw_open
from crm_core.repair_orders.comebacks import judging
from crm_core.repair_orders.errors import (
    AppointmentNotArrived,
    CannotVoid,
    CarNotRegistered,
    NotTheirCar,
    OrderAlreadyOpen,
    RepairOrderNotFound,
)
from crm_core.repair_orders.events import CarCameAgain, RepairOrderOpened, RepairOrderVoided
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.order import OrderInHand, event_facts, take
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.part_asks.asking import lapse
from crm_core.repair_orders.rules import HeaderState, LineState
from crm_core.repair_orders.work import close_entry
from crm_core.vehicles.bindings import is_bound
from crm_core.vehicles.models import Ownership, Vehicle
from foundation import clock, database
from foundation.events import record
from foundation.refs import Ref

LARGEST_SEQUENCE = 9999
"""Order numbers have four digits, since people say them aloud; a store needs months before they repeat."""


async def open_from_appointment(
    actor: Actor,
    appointment_id: int,
    *,
    mileage_km: int,
    complaint: str,
    mileage_reason: str = "",
    is_mileage_confirmed: bool = False,
    sender_name: str = "",
) -> RepairOrder:
    """接车 of an owner with an appointment, which is converted in the same transaction.

    Raises:
        AppointmentNotArrived: the owner has not checked in yet.
        CarNotRegistered: a visitor's car, whose VIN nobody has read yet.
        OrderAlreadyOpen, MileageNeedsReason, MileageUnlikely, IllegalMove.
    """
    async with database.transaction():
        appointment = await Appointment.select_for_update().get_or_none(id=appointment_id)
        if appointment is None:
            raise RepairOrderNotFound("没找到这个预约。")
        authorise(actor, "repair_orders.open", subject(store_id=appointment.store_id))
        if appointment.state in (AppointmentState.REQUESTED, AppointmentState.CONFIRMED, AppointmentState.NO_SHOW):
            raise AppointmentNotArrived(current_state=appointment.state.value)
        if appointment.vehicle_id is None:
            raise CarNotRegistered
        order = await _open(
            actor,
            store_id=appointment.store_id,
            customer_id=appointment.customer_id,
            vehicle_id=appointment.vehicle_id,
            appointment_id=appointment.id,
            mileage_km=mileage_km,
            mileage_reason=mileage_reason,
            is_mileage_confirmed=is_mileage_confirmed,
            complaint=complaint or appointment.note or "按预约项目",
            waits_on_site=appointment.waits_on_site,
            sender_name=sender_name,
        )
        await appointments.convert(actor, appointment.id, order.id)
        await holds.pass_on(Ref("appointment", appointment.id), Ref("repair_order", order.id))
        return order


async def open_walk_in(
    actor: Actor,
    *,
    store_id: int,
    customer_id: int,
    vehicle_id: int,
    mileage_km: int,
    complaint: str,
    mileage_reason: str = "",
    is_mileage_confirmed: bool = False,
    waits_on_site: bool = False,
    sender_name: str = "",
    origin_repair_order_id: int | None = None,
) -> RepairOrder:
    """接车 of a car that came without an appointment; `origin_repair_order_id` makes it a comeback 外返.

    Raises:
        StoreNotFound.
        NotTheirCar: the customer is neither owner of the car nor bound to it.
        NotAComeback: the car has no work of that order that it could come back for.
        OrderAlreadyOpen, MileageNeedsReason, MileageUnlikely.
    """
    async with database.transaction():
        authorise(actor, "repair_orders.open", subject(store_id=store_id))
        await store_of(store_id)
        await _require_theirs(vehicle_id, customer_id)
        order = await _open(
            actor,
            store_id=store_id,
            customer_id=customer_id,
            vehicle_id=vehicle_id,
            mileage_km=mileage_km,
            mileage_reason=mileage_reason,
            is_mileage_confirmed=is_mileage_confirmed,
            complaint=complaint,
            waits_on_site=waits_on_site,
            sender_name=sender_name,
            origin_repair_order_id=origin_repair_order_id,
        )
        # Again, now that the car is held: they may have given it up just before.
        await _require_theirs(vehicle_id, customer_id)
        return order


async def _require_theirs(vehicle_id: int, customer_id: int) -> None:
    is_theirs = await Ownership.exists(vehicle_id=vehicle_id, customer_id=customer_id, until_on=None)
    if not is_theirs and not await is_bound(vehicle_id=vehicle_id, customer_id=customer_id):
        raise NotTheirCar


async def _open(
    actor: Actor,
    *,
    store_id: int,
    customer_id: int,
    vehicle_id: int,
    mileage_km: int,
    mileage_reason: str,
    is_mileage_confirmed: bool,
    complaint: str,
    waits_on_site: bool,
    sender_name: str,
    appointment_id: int | None = None,
    origin_repair_order_id: int | None = None,
) -> RepairOrder:
    store = await Store.get_or_none(id=store_id, is_live=True)
    vehicle = await Vehicle.get_or_none(id=vehicle_id)
    if store is None or vehicle is None:
        raise RepairOrderNotFound("没找到这辆车或门店。")
    await mileage.require_plausible(
        mileage_km,
        mileage.last_reading(vehicle),
        delivered_on=vehicle.delivered_on,
        reason=mileage_reason,
        is_confirmed=is_mileage_confirmed,
    )
    await _end_earlier_visits(actor, vehicle.id)
    # Who sells the car at this moment waits, and sees that it is here.
    await Vehicle.select_for_update(no_key=True).get(id=vehicle.id)
    await database.advisory_lock(f"repair_order_number:{store.id}")
    newest = await RepairOrder.filter(store_id=store.id).order_by("-id").first()
    sequence_no = (newest.sequence_no if newest else 0) % LARGEST_SEQUENCE + 1
    try:
        async with database.savepoint():
            order = await RepairOrder.create(
                number=f"RO-{store.code}-{clock.today():%y%m%d}-{sequence_no:04d}",
                sequence_no=sequence_no,
                store_id=store.id,
                customer_id=customer_id,
                vehicle_id=vehicle_id,
                appointment_id=appointment_id,
                advisor_id=actor.id,
                sender_name=sender_name,
                complaint=complaint,
                mileage_km=mileage_km,
                mileage_reason=mileage_reason,
                waits_on_site=waits_on_site,
                state=HeaderState.OPENED,
                owner_title=owner_view_rules.owner_title(HeaderState.OPENED),
                opened_at=clock.now(),
                version=0,
            )
    except IntegrityError as error:
        other = await RepairOrder.filter(store_id=store.id, vehicle_id=vehicle_id).order_by("-id").first()
        raise OrderAlreadyOpen(repair_order_id=other.id if other else None) from error
    text = f"接车 {actor.name} · {mileage_km:,} 公里"
    hand = OrderInHand(order, [], False)
    await hand.note(actor, "opened", text, owner_text=text, node=OwnerNode.N1)
    if origin_repair_order_id is None:
        await judging.propose(hand)
    else:
        await judging.record_declared(actor, hand, origin_repair_order_id)
    await record(RepairOrderOpened(**event_facts(actor, order), appointment_id=appointment_id, mileage_km=mileage_km))
    return order


async def _end_earlier_visits(actor: Actor, vehicle_id: int) -> None:
    """End earlier visits of the car, in any store, that were paid but whose hand-over was never confirmed."""
    for earlier in await RepairOrder.filter(vehicle_id=vehicle_id, state=HeaderState.PAID).order_by("id"):
        await record(CarCameAgain(**event_facts(actor, earlier)))


async def void(actor: Actor, repair_order_id: int, reason: str, *, expected_version: int | None = None) -> RepairOrder:
    """作废: void an order on which nobody has worked and for which no part was handed out. Its open lines are
    cancelled.

    Raises:
        CannotVoid, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.void", expected_version=expected_version)
        if not rules.may_void(hand.line_facts, await parts.issued_count(repair_order_id)):
            raise CannotVoid
        hand.require("void")
        await hand.lock_parts()
        await withdraw_open(actor, hand)
        for line in hand.in_state(LineState.PROPOSED):
            hand.move(line, "withdraw")
        await _cancel_unbegun(hand)
        hand.order.voided_at = clock.now()
        hand.order.void_reason = reason
        await hand.note(actor, "voided", f"作废：{reason}")
        # What its booking held is held even if nothing was estimated.
        await holds.release(Ref("repair_order", repair_order_id), hand.order.store_id)
        await record(RepairOrderVoided(**event_facts(actor, hand.order), reason=reason))
        await audit.note(actor, "repair_orders.void", Ref("repair_order", repair_order_id), reason=reason)
        return hand.order


async def stop(actor: Actor, repair_order_id: int, reason: str, *, expected_version: int | None = None) -> RepairOrder:
    """中止: the owner ends the contract before completion (Civil Code art. 787), from the authorisation until the car
    is ready. Finished work is inspected and billed, with the parts that were used; what was begun is made safe and
    looked at by an inspector; open additional work is withdrawn. Controllers and store room are told.

    Raises:
        IllegalMove: the work is not authorised yet, or the car is ready.
        StaleVersion.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.void", expected_version=expected_version)
        hand.require("stop")
        if hand.order.stopped_at is not None:
            raise hand.refusal("已经停止维修，等质检确认车辆能安全行驶。")
        await hand.lock_parts()
        await withdraw_open(actor, hand)
        await _cancel_unbegun(hand)
        begun = hand.in_state(LineState.WORKING, LineState.PAUSED, LineState.QC_FAIL)
        for line in begun:
            hand.move(line, "stop")
            await close_entry(line)
        await parts.cancel_for_lines([line.id for line in begun])
        await lapse([line.id for line in begun])
        hand.order.stopped_at = clock.now()
        await hand.note(actor, "stopped", f"应车主要求停止：{reason}", owner_text="应您要求停止维修", node=OwnerNode.N9)
        await notices.tell_stopped(hand.order, reason, await parts.issued_count(repair_order_id), is_begun=bool(begun))
        await audit.note(actor, "repair_orders.stop", Ref("repair_order", repair_order_id), reason=reason)
        return hand.order


async def _cancel_unbegun(hand: OrderInHand) -> None:
    unbegun = hand.in_state(LineState.AUTHORISED, LineState.ASSIGNED)
    for line in unbegun:
        hand.move(line, "cancel")
    await parts.cancel_for_lines([line.id for line in unbegun])
    await lapse([line.id for line in unbegun])
