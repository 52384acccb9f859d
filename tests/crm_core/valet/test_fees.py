"""A driver's runs are billed once with the visit they were booked for, unless the repairs make them free."""

from datetime import timedelta

import pytest

from crm_core.appointments import booking
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.billing import making, paying
from crm_core.billing.models import Bill, BillLine
from crm_core.billing.rules import BillState, Payer
from crm_core.coupons.rules import LineKind
from crm_core.dealerships.models import Role
from crm_core.payments.rules import Method
from crm_core.policies import changing
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import HeaderState, LineState
from crm_core.valet import asking, driving, queries, rules
from crm_core.valet.errors import NotToBeBrought
from crm_core.valet.models import ValetRun
from crm_core.valet.rules import RunKind, RunState, ValetPolicy, Window
from foundation import clock
from foundation.refs import Ref
from tests import factories as make
from tests.checkout import Checkout, make_checkout

JOBS = (("小保养", 240_00, 60_00, Payer.CP, LineState.QC_OK),)


def test_runs_are_free_from_a_sum_on_if_there_is_one():
    assert not rules.is_free(10_000_00, ValetPolicy())
    assert rules.is_free(500_00, ValetPolicy(free_from_fen=500_00))
    assert not rules.is_free(499_99, ValetPolicy(free_from_fen=500_00))


async def _visit(*runs: tuple[RunKind, RunState, int]) -> Checkout:
    """A finished order of a booking with these runs: kind, state and fee."""
    await clock.set_to(make.slot(7))
    store = await make.make_store()
    checkout = await make_checkout(JOBS, store=store)
    item = await make.make_service_item()
    booked = await booking.book(
        checkout.advisor,
        customer_id=checkout.customer.id,
        vehicle_id=checkout.vehicle.id,
        store_id=store.id,
        item_ids=[item.id],
        starts_at=make.slot(14),
    )
    await RepairOrder.filter(id=checkout.order.id).update(appointment_id=booked.id)
    driver = await make.make_staff(Role.DRV, store)
    for kind, state, fee_fen in runs:
        is_driven = state is RunState.DELIVERED
        await ValetRun.create(
            store_id=store.id,
            appointment_id=booked.id,
            customer_id=checkout.customer.id,
            kind=kind,
            state=state,
            address="南山区科技园 12 栋",
            phone="13800005678",
            window_from=make.slot(12),
            window_to=make.slot(13),
            fee_fen=fee_fen,
            code="0001",
            driver_id=driver.id if is_driven else None,
            starts_at=make.slot(12) if is_driven else None,
            ends_at=make.slot(13) if is_driven else None,
            taken_at=make.slot(12) if is_driven else None,
            mileage_km=21_000 if is_driven else None,
            ended_at=make.slot(13) if state in (RunState.DELIVERED, RunState.CANCELLED) else None,
            created_at=clock.now(),
        )
    return checkout


async def test_what_was_driven_and_is_still_to_be_driven_is_billed_once(database: None):
    checkout = await _visit((RunKind.PICK_UP, RunState.DELIVERED, 30_00), (RunKind.RETURN, RunState.PLANNED, 30_00))
    bill = await checkout.sent()
    await making.recall(checkout.advisor, bill.id)
    bill = await making.send(checkout.advisor, bill.id)
    lines = await BillLine.filter(bill_id=bill.id, kind=LineKind.OTHER).order_by("line_no")
    assert [(line.name, line.amount_fen) for line in lines] == [("上门取车", 30_00), ("送车上门", 30_00)]
    assert bill.total_fen == 360_00
    await paying.receive_offline(checkout.cashier, bill.id, 360_00, Method.CASH)
    assert (await Bill.get(id=bill.id)).state is BillState.PAID
    again = await making.make(checkout.advisor, Ref("repair_order", checkout.order.id))
    assert again.id == bill.id


async def test_a_run_that_was_called_off_or_was_free_is_not_billed(database: None):
    checkout = await _visit((RunKind.PICK_UP, RunState.CANCELLED, 30_00), (RunKind.RETURN, RunState.PLANNED, 0))
    assert (await checkout.sent()).total_fen == 300_00


async def _rescued(checkout: Checkout, days_before: int = 0) -> ValetRun:
    """The car of the order was brought from the road for 280.00."""
    driver = await make.make_staff(Role.DRV, checkout.store)
    brought_at = checkout.order.opened_at - timedelta(days=days_before, hours=1)
    return await ValetRun.create(
        store_id=checkout.store.id,
        customer_id=checkout.customer.id,
        vehicle_id=checkout.vehicle.id,
        kind=RunKind.RESCUE,
        state=RunState.DELIVERED,
        address="京港澳高速 K2190",
        phone="13800005678",
        window_from=brought_at - timedelta(hours=2),
        window_to=brought_at - timedelta(hours=1),
        fee_fen=280_00,
        code="0001",
        driver_id=driver.id,
        starts_at=brought_at - timedelta(hours=2),
        ends_at=brought_at,
        taken_at=brought_at - timedelta(hours=1),
        mileage_km=21_000,
        ended_at=brought_at,
        created_at=brought_at - timedelta(hours=3),
    )


def test_a_rescue_has_a_fee_of_its_own():
    policy = ValetPolicy(fee_fen=30_00, rescue_fee_fen=280_00)
    fees = [rules.fee_fen(kind, policy) for kind in (RunKind.PICK_UP, RunKind.RETURN, RunKind.RESCUE)]
    assert fees == [30_00, 30_00, 280_00]


async def test_the_rescue_that_brought_the_car_is_on_the_bill_of_its_visit_and_on_no_other(database: None):
    checkout = await make_checkout(JOBS)
    run = await _rescued(checkout)
    bill = await checkout.sent()
    [line] = await BillLine.filter(bill_id=bill.id, kind=LineKind.OTHER)
    assert (line.about, line.name, bill.total_fen) == (f"valet_run:{run.id}", "道路救援", 580_00)
    await paying.receive_offline(checkout.cashier, bill.id, 580_00, Method.CASH)
    later = await make_checkout(JOBS, store=checkout.store)
    await RepairOrder.filter(id=checkout.order.id).update(state=HeaderState.CLOSED)
    await RepairOrder.filter(id=later.order.id).update(vehicle_id=checkout.vehicle.id)
    assert (await later.sent()).total_fen == 300_00


async def test_a_rescue_of_long_ago_was_for_something_else(database: None):
    checkout = await make_checkout(JOBS)
    await _rescued(checkout, days_before=4)
    assert (await checkout.sent()).total_fen == 300_00


async def _asks_fifty(checkout: Checkout) -> None:
    manager = await make.acting(Role.GM, checkout.store)
    await changing.change(
        manager, "valet", "fee_fen", 50_00, store_id=checkout.store.id, reason="试行", expected_version=0
    )


async def _ask_to_have_it_brought(checkout: Checkout) -> ValetRun:
    booked = await Appointment.get(id=(await RepairOrder.get(id=checkout.order.id)).appointment_id)
    await Appointment.filter(id=booked.id).update(repair_order_id=checkout.order.id, state=AppointmentState.CONVERTED)
    policy = ValetPolicy()
    begins_at = rules.return_from(rules.Visit(booked.starts_at, booked.minutes), policy)
    window = Window(begins_at, begins_at + timedelta(hours=1))
    wish = asking.Wish(RunKind.RETURN, "南山区科技园 12 栋", "13800005678", window)
    return await asking.ask(make.acting_owner(checkout.customer), booked.id, wish)


async def test_a_bill_the_owner_has_before_them_is_sent_anew_with_the_run_they_ask_for_and_without_it_again(
    database: None,
):
    checkout = await _visit()
    await _asks_fifty(checkout)
    sent = await checkout.sent()
    run = await _ask_to_have_it_brought(checkout)

    bill = await Bill.get(id=sent.id)
    assert (bill.state, bill.total_fen - sent.total_fen, bill.made_by_id) == (
        BillState.SENT,
        50_00,
        checkout.advisor.id,
    )
    await asking.cancel(make.acting_owner(checkout.customer), run.id, expected_version=run.version)
    assert (await Bill.get(id=sent.id)).total_fen == sent.total_fen


async def test_a_run_asked_for_after_the_bill_was_confirmed_costs_nothing(database: None):
    checkout = await _visit()
    await _asks_fifty(checkout)
    bill = await checkout.sent()
    await paying.confirm(make.acting_owner(checkout.customer), bill.id)

    run = await _ask_to_have_it_brought(checkout)

    assert run.fee_fen == 0
    shown = await queries.of_owner(make.acting_owner(checkout.customer), run.appointment_id or 0)
    assert shown.is_settled
    assert (await Bill.get(id=bill.id)).total_fen == bill.total_fen


async def test_a_car_is_brought_home_only_once_it_is_paid(database: None):
    checkout = await _visit((RunKind.RETURN, RunState.PLANNED, 0))
    await RepairOrder.filter(id=checkout.order.id).update(authorised_at=clock.now())
    run = await ValetRun.get()
    driver = await make.acting(Role.DRV, checkout.store)
    on_the_way = {"state": RunState.ON_THE_WAY, "starts_at": make.slot(12), "ends_at": make.slot(13)}
    await ValetRun.filter(id=run.id).update(driver_id=driver.id, **on_the_way)
    with pytest.raises(NotToBeBrought):
        await driving.take(driver, run.id, mileage_km=21_000, code=run.code, expected_version=run.version)
    bill = await checkout.sent()
    await paying.receive_offline(checkout.cashier, bill.id, bill.total_fen, Method.CASH)
    taken = await driving.take(driver, run.id, mileage_km=21_000, code=run.code, expected_version=run.version)
    assert taken.state is RunState.CAR_TAKEN
