"""Promising a loan car for a visit, changing its time, and giving it up."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from tortoise.exceptions import IntegrityError

from crm_core.appointments.events import AppointmentEvent, AppointmentRescheduled
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import LIVE_STATES, AppointmentState
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.permissions import authorise, subject
from crm_core.loan_cars import notices, rules
from crm_core.loan_cars.errors import (
    LendingNotFound,
    LicenceNotValid,
    LoanCarTaken,
    LoanTimeDoesNotFit,
    VisitHasLoanCar,
    VisitIsOver,
)
from crm_core.loan_cars.events import LendingPlanned
from crm_core.loan_cars.lendings import facts_of, locked, move, tell_step
from crm_core.loan_cars.models import Lending, LoanCar
from crm_core.loan_cars.rules import LendingState, Licence, LoanCarPolicy
from crm_core.policies.current import policy_of
from crm_core.repair_orders.events import RepairOrderEvent, RepairOrderOpened
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import OVER
from foundation import clock, database
from foundation.events import record

_CAN_STILL_COME = (*LIVE_STATES, AppointmentState.CONVERTED)


@dataclass(frozen=True)
class Visit:
    """Whose visit a car is lent for: a booking, an order, or an order that was booked."""

    store_id: int
    customer_id: int
    appointment_id: int | None
    repair_order_id: int | None


async def plan_for_booking(
    actor: Actor, appointment_id: int, loan_car_id: int, starts_at: datetime, ends_at: datetime
) -> Lending:
    """Promise a loan car to whoever booked.

    Raises:
        LendingNotFound: no such booking or loan car in its store.
        VisitIsOver, VisitHasLoanCar, LoanCarTaken, LoanTimeDoesNotFit, NotAllowed.
    """
    async with database.transaction():
        booked = await Appointment.select_for_update().get_or_none(id=appointment_id)
        if booked is None:
            raise LendingNotFound
        authorise(actor, "loan_cars.lend", subject(store_id=booked.store_id))
        if booked.state not in _CAN_STILL_COME:
            raise VisitIsOver
        order = await RepairOrder.get_or_none(appointment_id=booked.id)
        if order is not None and order.state in OVER:
            raise VisitIsOver
        visit = Visit(booked.store_id, booked.customer_id, booked.id, order.id if order else None)
        return await _plan(actor, visit, loan_car_id, starts_at, ends_at)


async def plan_for_order(
    actor: Actor, repair_order_id: int, loan_car_id: int, starts_at: datetime, ends_at: datetime
) -> Lending:
    """Promise a loan car to whoever brought their car.

    Raises:
        As `plan_for_booking`.
    """
    async with database.transaction():
        order = await RepairOrder.select_for_update().get_or_none(id=repair_order_id)
        if order is None:
            raise LendingNotFound
        authorise(actor, "loan_cars.lend", subject(store_id=order.store_id))
        if order.state in OVER:
            raise VisitIsOver
        visit = Visit(order.store_id, order.customer_id, order.appointment_id, order.id)
        return await _plan(actor, visit, loan_car_id, starts_at, ends_at)


async def extend(actor: Actor, lending_id: int, ends_at: datetime, *, expected_version: int) -> Lending:
    """改还车时间: the car is to be back earlier or later.

    Raises:
        LoanCarTaken: it was promised to somebody else by then.
        LicenceNotValid: whoever drives it has a licence that ends before.
        LoanTimeDoesNotFit, LendingNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        lending, car = await locked(actor, lending_id, expected_version)
        move(lending, "extend")
        policy = await policy_of(LoanCarPolicy, lending.store_id)
        if refusal := rules.times_refusal(lending.starts_at, ends_at, clock.now(), policy):
            raise LoanTimeDoesNotFit(refusal)
        _check_licence(lending, ends_at)
        lending.ends_at = ends_at
        await _save(lending)
        await _tell_planned(actor, lending, car)
        return lending


async def cancel(actor: Actor, lending_id: int, reason: str, *, expected_version: int) -> Lending:
    """不借了: as long as it was not handed out.

    Raises:
        LendingNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        lending, car = await locked(actor, lending_id, expected_version)
        await _cancel(actor, lending, car, reason)
        return lending


async def on_called_off(event: AppointmentEvent) -> None:
    """The booking ended: nobody needs the car. Runs in the transaction that ends it."""
    await _give_up("预约已取消", appointment_id=event.appointment_id)


async def on_rescheduled(event: AppointmentRescheduled) -> None:
    """The booking moved: its loan car moves with it, or is another one. Where none is free then, the owner is told."""
    later = event.starts_at - event.old_starts_at
    promised = Lending.filter(state=LendingState.PLANNED, appointment_id=event.appointment_id)
    for lending in await promised.order_by("id").select_for_update():
        lending.starts_at, lending.ends_at = lending.starts_at + later, lending.ends_at + later
        lending.version += 1
        actor, promised_car = system("loan_cars"), await LoanCar.get(id=lending.loan_car_id)
        others = LoanCar.filter(store_id=lending.store_id, is_active=True).exclude(id=promised_car.id)
        for car in (promised_car, *await others.order_by("id")):
            lending.loan_car_id = car.id
            with suppress(LoanCarTaken):
                await _save(lending)
                await _tell_planned(actor, lending, car)
                break
        else:
            lending.loan_car_id = promised_car.id
            await _cancel(actor, lending, promised_car, "预约改期，那时没有空的代步车")
            await notices.tell(lending, promised_car, "lost")


async def on_order_ended(event: RepairOrderEvent) -> None:
    """The order ended without work: a car that was only promised is free again."""
    await _give_up("工单已结束", repair_order_id=event.repair_order_id)


async def on_opened(event: RepairOrderOpened) -> None:
    """The booked car came: its lending belongs to the order from now on."""
    order = await RepairOrder.get(id=event.repair_order_id)
    if order.appointment_id is not None:
        of_booking = Lending.filter(appointment_id=order.appointment_id, state__in=rules.TAKES_THE_CAR)
        await of_booking.update(repair_order_id=order.id)


async def _plan(actor: Actor, visit: Visit, loan_car_id: int, starts_at: datetime, ends_at: datetime) -> Lending:
    car = await LoanCar.get_or_none(id=loan_car_id, store_id=visit.store_id, is_active=True)
    if car is None:
        raise LendingNotFound("没找到这辆代步车，可能已停用。")
    policy = await policy_of(LoanCarPolicy, visit.store_id)
    if refusal := rules.times_refusal(starts_at, ends_at, clock.now(), policy):
        raise LoanTimeDoesNotFit(refusal)
    lending = Lending(
        store_id=visit.store_id,
        loan_car_id=car.id,
        customer_id=visit.customer_id,
        appointment_id=visit.appointment_id,
        repair_order_id=visit.repair_order_id,
        state=LendingState.PLANNED,
        starts_at=starts_at,
        ends_at=ends_at,
        created_by=actor.id,
        created_at=clock.now(),
    )
    await _save(lending)
    await _tell_planned(actor, lending, car)
    return lending


def _check_licence(lending: Lending, ends_at: datetime) -> None:
    if lending.licence_valid_until is None:
        return  # It is looked at when the car is handed out.
    if refusal := rules.licence_refusal(Licence(lending.driver, lending.licence_valid_until), ends_at):
        raise LicenceNotValid(refusal)


async def _save(lending: Lending) -> None:
    """Save what claims a car; the table refuses two claims at once.

    Raises:
        VisitHasLoanCar, LoanCarTaken.
    """
    try:
        async with database.savepoint():
            await lending.save()
    except IntegrityError as error:
        if "lending_one_of" in str(error):
            raise VisitHasLoanCar from error
        raise LoanCarTaken from error


async def _tell_planned(actor: Actor, lending: Lending, car: LoanCar) -> None:
    facts = facts_of(actor, lending, car)
    await record(LendingPlanned(**facts, starts_at=lending.starts_at, ends_at=lending.ends_at))
    await notices.tell(lending, car, "out" if lending.state is LendingState.OUT else "planned")


async def _give_up(reason: str, **visit: int) -> None:
    promised = Lending.filter(state=LendingState.PLANNED, **visit)
    for lending in await promised.order_by("id").select_for_update():
        await _cancel(system("loan_cars"), lending, await LoanCar.get(id=lending.loan_car_id), reason)


async def _cancel(actor: Actor, lending: Lending, car: LoanCar, reason: str) -> None:
    move(lending, "cancel")
    lending.cancelled_at, lending.end_reason = clock.now(), reason
    await lending.save()
    await tell_step(actor, lending, car, reason)
