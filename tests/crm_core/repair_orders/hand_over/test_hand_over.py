"""Giving the car back: confirmed once, by its owner, or by the clock when they forgot; on a real database."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.wiring import wire
from crm_core.billing import paying
from crm_core.customers.models import Customer
from crm_core.dealerships.calendar import add_months
from crm_core.dealerships.models import Role
from crm_core.dealerships.permissions import SameHands
from crm_core.messaging.models import Message
from crm_core.payments.rules import Method
from crm_core.repair_orders import opening, settlement
from crm_core.repair_orders.hand_over import disputes, giving_back, leaving, queries
from crm_core.repair_orders.hand_over.errors import HandOverNotFound, HandOverNotReady, TooLateToDispute
from crm_core.repair_orders.hand_over.models import HandOver
from crm_core.repair_orders.hand_over.rules import HandOverState, HowLeft
from crm_core.repair_orders.jobs import let_spending_age
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import HeaderState
from crm_core.surveys.models import Complaint, Survey
from crm_core.vehicles.models import Ownership, ServiceVisit
from foundation import clock, database
from foundation.errors import IllegalMove, NotAllowed, NotFound
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.racing import while_open

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


async def test_two_cars_of_a_company_that_leave_at_once_both_count():
    first, second = await make_checkout(), await make_checkout()
    company = first.customer.id
    await RepairOrder.filter(id=second.order.id).update(customer_id=company)
    await Ownership.filter(vehicle_id=second.vehicle.id).update(customer_id=company)
    for counter in (first, second):
        bill = await counter.sent()
        await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)

    await while_open(
        lambda: settlement.record_delivered(first.advisor, first.order.id),
        lambda: settlement.record_delivered(second.advisor, second.order.id),
    )
    customer = await Customer.get(id=company)
    assert (customer.visit_count, customer.spend_fen, customer.spend_24_months_fen) == (2, 3272_00, 3272_00)


async def test_what_was_spent_lately_becomes_less_as_visits_grow_older():
    counter = await _paid()
    await settlement.record_delivered(counter.advisor, counter.order.id)
    customer = Customer.filter(id=counter.customer.id).values_list("spend_fen", "spend_24_months_fen")
    await clock.set_to(clock.at(add_months(clock.today(), 24), 9))
    await let_spending_age()
    assert await customer == [(1636_00, 1636_00)], "24 months ago today counts"
    await clock.advance(timedelta(days=1))
    await let_spending_age()
    assert await customer == [(1636_00, 0)]
    [before] = await Customer.filter(id=counter.customer.id).values_list("version", flat=True)
    await let_spending_age()
    assert await Customer.filter(id=counter.customer.id).values_list("version", flat=True) == [before]


async def test_fifty_taps_confirm_once_and_the_visit_is_written_once():
    counter = await _paid()
    with pytest.raises(HandOverNotFound):
        await giving_back.confirm(counter.owner, counter.order.id)
    await counter.offer()
    taps = await asyncio.gather(*(giving_back.confirm(counter.owner, counter.order.id) for _ in range(50)))
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
        await giving_back.offer(
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
        await giving_back.confirm(make.acting_owner(await make.make_customer()), counter.order.id)
    with pytest.raises(Exception, match="not_allowed"):
        await giving_back.confirm(counter.advisor, counter.order.id)
    await database.execute("UPDATE binding SET state = 'UNBOUND'")
    with pytest.raises(HandOverNotFound):
        await giving_back.confirm(counter.owner, counter.order.id)


async def test_a_forgotten_hand_over_confirms_itself_two_days_after_the_key_was_given_and_says_so():
    counter = await _paid()
    await counter.offer()
    await clock.advance(timedelta(hours=47))
    assert await leaving.end_forgotten() == 0
    await clock.advance(timedelta(hours=2))
    assert await leaving.end_forgotten() == 1
    assert (await HandOver.first()).state is HandOverState.AUTO_CONFIRMED
    assert (await counter.now()).state is HeaderState.DELIVERED
    assert (await giving_back.confirm(counter.owner, counter.order.id)).state is HandOverState.AUTO_CONFIRMED
    assert await leaving.end_forgotten() == 0


async def test_a_car_seen_leaving_counts_from_there_and_not_from_its_key():
    counter = await _paid()
    await counter.offer()
    await clock.advance(timedelta(hours=47))
    await giving_back.note_departure(counter.advisor, counter.order.id)
    await clock.advance(timedelta(hours=2))
    assert await leaving.end_forgotten() == 0
    await giving_back.note_departure(counter.advisor, counter.order.id)
    await clock.advance(timedelta(hours=46))
    assert await leaving.end_forgotten() == 1, "the first sight of it leaving counts"


async def test_a_paid_car_nobody_wrote_down_as_given_back_counts_as_gone_after_a_week():
    counter = await _paid()
    await clock.advance(timedelta(days=7) - timedelta(hours=1))
    assert await leaving.end_forgotten() == 0
    await clock.advance(timedelta(hours=2))
    assert await leaving.end_forgotten() == 1
    ended = await HandOver.get(repair_order_id=counter.order.id)
    assert (ended.state, ended.how_left) == (HandOverState.AUTO_CONFIRMED, HowLeft.PRESUMED)
    assert await ServiceVisit.all().count() == 1


async def _open_again(counter: Checkout, *, objected: bool = False) -> None:
    opened = await opening.open_walk_in(
        counter.advisor,
        store_id=counter.store.id,
        customer_id=counter.customer.id,
        vehicle_id=counter.vehicle.id,
        mileage_km=22_000,
        complaint="异响还在",
        origin_repair_order_id=counter.order.id,
    )
    assert opened.state is HeaderState.OPENED
    assert (await counter.now()).state is HeaderState.DELIVERED
    assert await ServiceVisit.all().count() == 1
    ended = await HandOver.get(repair_order_id=counter.order.id)
    assert ended.how_left is HowLeft.CAME_AGAIN
    assert ended.state is (HandOverState.DISPUTED if objected else HandOverState.AUTO_CONFIRMED)


async def test_a_car_that_comes_again_had_left_whether_its_hand_over_was_forgotten_or_never_written():
    await _open_again(await _paid())


async def test_a_car_that_comes_again_is_taken_in_while_its_owner_still_objects():
    counter = await _paid()
    await counter.offer()
    await disputes.dispute(counter.owner, counter.order.id, "还有异响")
    await _open_again(counter, objected=True)
    assert not await Survey.exists(repair_order_id=counter.order.id)


async def test_an_objection_does_not_keep_the_visit_from_counting_once_the_car_is_gone():
    counter = await _paid()
    await counter.offer()
    await disputes.dispute(counter.owner, counter.order.id, "后保险杠有划痕")
    await clock.advance(timedelta(hours=49))
    assert await leaving.end_forgotten() == 1
    assert (await HandOver.first()).state is HandOverState.DISPUTED
    assert (await counter.now()).state is HeaderState.DELIVERED
    assert await ServiceVisit.all().count() == 1
    assert not await Survey.exists(), "nobody is asked how it was while they object"


async def test_an_objection_is_settled_in_words_by_somebody_else_than_the_advisor():
    counter = await _paid()
    await counter.offer()
    with pytest.raises(IllegalMove):
        await disputes.settle(counter.manager, counter.order.id, "没有异议")
    await disputes.dispute(counter.owner, counter.order.id, "后保险杠有划痕")
    as_both = replace(counter.manager, id=counter.advisor.id)
    with pytest.raises(SameHands):
        await disputes.settle(as_both, counter.order.id, "我自己说了算")
    with pytest.raises(NotAllowed):
        await disputes.settle(counter.cashier, counter.order.id, "退 200 元")
    version = (await HandOver.first()).version
    care = await make.acting(Role.CRC, counter.store, name="何静")
    settled = await disputes.settle(care, counter.order.id, "免费抛光，周五再来", expected_version=version)
    assert (settled.state, settled.settled_by_id) == (HandOverState.SETTLED, care.id)
    assert (await disputes.settle(care, counter.order.id, "免费抛光，周五再来")).version == settled.version
    assert (await counter.now()).state is HeaderState.DELIVERED
    assert await Survey.filter(repair_order_id=counter.order.id).count() == 1
    assert await ServiceVisit.all().count() == 1
    lines = await database.fetch("SELECT action, reason FROM audit_entry WHERE action = 'hand_over.settle'")
    assert [line["reason"] for line in lines] == ["免费抛光，周五再来"]
    shown = await queries.page(counter.owner, counter.order.id)
    assert (shown.state, shown.resolution) == ("SETTLED", "免费抛光，周五再来")
    assert shown.next_service_due_on is not None
    assert (await giving_back.confirm(counter.owner, counter.order.id)).state is HandOverState.SETTLED


async def test_an_objection_after_the_confirmation_takes_the_survey_back_until_it_is_settled():
    counter = await _paid()
    await counter.offer()
    await giving_back.confirm(counter.owner, counter.order.id)
    await disputes.dispute(counter.owner, counter.order.id, "还有异响")
    assert not await Survey.exists()
    await clock.advance(timedelta(days=3))
    await disputes.settle(counter.manager, counter.order.id, "已返修")
    [survey] = await Survey.all()
    assert survey.send_at > clock.now()
    assert await ServiceVisit.all().count() == 1


async def test_an_owner_objects_within_seven_days_and_somebody_takes_it_up():
    counter = await _paid()
    await make.make_staff(Role.CRC, counter.store, name="何静")
    await counter.offer()
    await giving_back.confirm(counter.owner, counter.order.id)
    await clock.set_to(clock.at(date(2026, 11, 30), 23, 59))
    await disputes.dispute(counter.owner, counter.order.id, "还有异响")
    await disputes.dispute(counter.owner, counter.order.id, "还有异响")
    assert await Complaint.all().count() == 1
    assert await Message.filter(template="complaint_opened").count() == 2  # 服务经理 and 客服.
    settled = await giving_back.confirm(counter.owner, counter.order.id)
    assert settled.state is HandOverState.CONFIRMED
    assert await ServiceVisit.all().count() == 1
    await clock.advance(timedelta(days=2))
    with pytest.raises(TooLateToDispute):
        await disputes.dispute(counter.owner, counter.order.id, "晚了")
