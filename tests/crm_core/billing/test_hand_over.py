"""Giving the car back: confirmed once, by its owner, or by the clock when he forgot; on a real database."""

import asyncio
from datetime import date, timedelta

import pytest

from app.wiring import wire
from crm_core.billing import hand_over, paying
from crm_core.billing.errors import HandOverNotFound, HandOverNotReady, TooLateToDispute
from crm_core.billing.models import HandOver
from crm_core.billing.rules import HandOverState
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role
from crm_core.messaging.models import Message
from crm_core.payments.rules import Method
from crm_core.repair_orders.rules import HeaderState
from crm_core.surveys.models import Complaint, Survey
from crm_core.vehicles.models import ServiceVisit
from foundation import clock, database
from foundation.errors import NotFound
from tests import factories as make
from tests.checkout import Checkout, make_checkout

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
async def _story(database: None) -> None:
    wire()
    await clock.set_to(make.slot(12, 50))


async def _paid() -> Checkout:
    counter = await make_checkout()
    bill = await counter.sent()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    return counter


async def test_fifty_taps_confirm_once_and_the_visit_is_written_once():
    counter = await _paid()
    with pytest.raises(HandOverNotFound):
        await hand_over.confirm(counter.owner, counter.order.id)
    await counter.offer()
    taps = await asyncio.gather(*(hand_over.confirm(counter.owner, counter.order.id) for _ in range(50)))
    assert {tap.confirmed_at for tap in taps} == {taps[0].confirmed_at}
    events = await database.fetch("SELECT name FROM event WHERE name = 'hand_over.confirmed'")
    assert len(events) == 1
    assert (await counter.now()).state is HeaderState.DELIVERED
    [visit] = await ServiceVisit.all()
    assert visit.paid_fen == 1636_00
    customer = await Customer.get(id=counter.customer.id)
    assert (customer.visit_count, customer.spend_fen) == (1, 1636_00)
    [survey] = await Survey.all()
    assert survey.repair_order_id == counter.order.id


async def test_nothing_is_handed_over_unpaid_or_with_the_key_in_the_drawer():
    counter = await make_checkout()
    await counter.sent()
    with pytest.raises(HandOverNotReady, match="付清"):
        await counter.offer()
    paid = await _paid()
    with pytest.raises(HandOverNotReady, match="钥匙"):
        await hand_over.offer(
            paid.advisor,
            paid.order.id,
            is_key_given=False,
            are_old_parts_settled=True,
            is_settlement_sheet_given=True,
        )


async def test_nobody_confirms_for_another():
    counter = await _paid()
    await counter.offer()
    with pytest.raises(NotFound):
        await hand_over.confirm(make.acting_owner(await make.make_customer()), counter.order.id)
    with pytest.raises(Exception, match="not_allowed"):
        await hand_over.confirm(counter.advisor, counter.order.id)
    await database.execute("UPDATE binding SET state = 'UNBOUND'")
    with pytest.raises(HandOverNotFound):
        await hand_over.confirm(counter.owner, counter.order.id)


async def test_a_forgotten_hand_over_confirms_itself_two_days_after_the_car_left_and_says_so():
    counter = await _paid()
    await counter.offer()
    await clock.advance(timedelta(days=5))
    assert await hand_over.auto_confirm_due() == 0  # The car is still here.
    await hand_over.note_departure(counter.advisor, counter.order.id)
    await clock.advance(timedelta(hours=47))
    assert await hand_over.auto_confirm_due() == 0
    await clock.advance(timedelta(hours=2))
    assert await hand_over.auto_confirm_due() == 1
    assert (await HandOver.first()).state is HandOverState.AUTO_CONFIRMED
    assert (await counter.now()).state is HeaderState.DELIVERED
    assert (await hand_over.confirm(counter.owner, counter.order.id)).state is HandOverState.AUTO_CONFIRMED


async def test_an_owner_objects_within_seven_days_and_somebody_takes_it_up():
    counter = await _paid()
    await make.make_staff(Role.CRC, counter.store, name="何静")
    await counter.offer()
    await hand_over.confirm(counter.owner, counter.order.id)
    await clock.set_to(clock.at(date(2026, 11, 30), 23, 59))
    await hand_over.dispute(counter.owner, counter.order.id, "还有异响")
    await hand_over.dispute(counter.owner, counter.order.id, "还有异响")
    assert await Complaint.all().count() == 1
    assert await Message.filter(template="complaint_opened").count() == 2  # 服务经理 and 客服.
    settled = await hand_over.confirm(counter.owner, counter.order.id)
    assert settled.state is HandOverState.CONFIRMED
    assert await ServiceVisit.all().count() == 1
    await clock.advance(timedelta(days=2))
    with pytest.raises(TooLateToDispute):
        await hand_over.dispute(counter.owner, counter.order.id, "晚了")
