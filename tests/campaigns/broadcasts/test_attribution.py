"""How what people do after a send is attributed, and how the effect of a broadcast is computed."""

from datetime import datetime, timedelta

import pytest

from app.wiring import wire
from campaigns.broadcasts import attribution, results
from campaigns.broadcasts.errors import BroadcastNotFound
from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState, SendTask
from campaigns.broadcasts.rules import BroadcastState
from campaigns.measuring import Cohort
from crm_core.appointments.events import AppointmentRequested, OwnerArrived
from crm_core.billing import paying, refunding
from crm_core.billing.models import Bill
from crm_core.billing.rules import Payer
from crm_core.coupons import claiming
from crm_core.coupons.rules import CouponKind
from crm_core.customers import consents
from crm_core.customers.merging import merge
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import owner, system
from crm_core.payments.rules import Method
from crm_core.repair_orders.rules import LineState
from foundation import clock, database
from foundation.events import record
from tests.campaigns.broadcasts.house import House, make_house
from tests.checkout import Checkout, make_checkout

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def wired() -> None:
    wire()


async def _sent(house: House) -> Broadcast:
    """Running, and everybody planned has got it."""
    broadcast = await house.running()
    await Recipient.filter(broadcast_id=broadcast.id, cohort=Cohort.PLANNED).update(
        state=RecipientState.SENT, sent_at=clock.now(), contacted_on=clock.today()
    )
    return broadcast


async def _one(broadcast: Broadcast, cohort: Cohort = Cohort.PLANNED, skip: int = 0) -> tuple[Recipient, str]:
    row = await Recipient.filter(broadcast_id=broadcast.id, cohort=cohort).order_by("id").offset(skip).first()
    assert row is not None
    send_task = await SendTask.get_or_none(broadcast_id=broadcast.id, staff_id=row.staff_id, number=row.task_number)
    return row, send_task.token if send_task else ""


async def _book(customer_id: int, token: str = "") -> None:
    async with database.transaction():
        await record(
            AppointmentRequested(
                actor=f"owner:{customer_id}",
                customer_id=customer_id,
                appointment_id=1,
                vehicle_id=1,
                starts_at=clock.now(),
                campaign_token=token,
            )
        )


async def _arrive(customer_id: int, at: datetime | None = None, *, by: str = "staff:1") -> None:
    if at is not None:
        await clock.set_to(at)
    async with database.transaction():
        await record(
            OwnerArrived(actor=by, customer_id=customer_id, appointment_id=1, vehicle_id=1, starts_at=clock.now())
        )


async def test_an_owner_opens_claims_books_and_arrives():
    house = await make_house(40)
    broadcast = await _sent(house)
    row, token = await _one(broadcast)
    me = owner(row.customer_id, openid="o-1")
    offer, staff_id, store_id = await attribution.open_offer(me, token)
    assert offer is not None
    assert (staff_id, store_id) == (row.staff_id, house.store.id)
    first, second = [await claiming.claim_offer(me, offer) for _ in range(2)]
    assert first.id == second.id
    await _book(row.customer_id, token)
    await clock.advance(timedelta(days=2))
    await _arrive(row.customer_id)
    done = await Recipient.get(id=row.id)
    assert None not in (done.opened_at, done.claimed_at, done.booked_at, done.arrived_at)
    assert done.is_last_touch
    funnel = (await results.results(house.marketer, broadcast.id)).funnel
    assert [(step.label, step.people) for step in funnel] == [
        ("送达", 38),
        ("点开", 1),
        ("领券", 1),
        ("预约", 1),
        ("到店", 1),
        ("成交", 0),
    ]
    assert funnel[2].of_step_before == 1.0


async def test_an_owners_own_word_that_they_are_here_wins_nobody_back():
    house = await make_house(40)
    row, _ = await _one(await _sent(house))
    await _arrive(row.customer_id, by=f"owner:{row.customer_id}")
    assert (await Recipient.get(id=row.id)).arrived_at is None
    await _arrive(row.customer_id)
    assert (await Recipient.get(id=row.id)).arrived_at is not None


async def test_a_forwarded_card_opens_for_nobody_else_and_not_for_those_held_out():
    house = await make_house(40)
    broadcast = await _sent(house)
    _, token = await _one(broadcast)
    held_out, _ = await _one(broadcast, Cohort.CONTROL)
    other = await Recipient.filter(cohort=Cohort.PLANNED).exclude(staff_id=(await _one(broadcast))[0].staff_id).first()
    assert other is not None
    for customer_id in (held_out.customer_id, other.customer_id):
        with pytest.raises(BroadcastNotFound):
            await attribution.open_offer(owner(customer_id, openid="x"), token)
    with pytest.raises(BroadcastNotFound):
        await attribution.open_offer(owner(held_out.customer_id, openid="x"), "999")
    assert await Recipient.filter(opened_at__not_isnull=True).count() == 0


async def test_a_booking_without_a_token_belongs_to_what_was_opened_and_else_to_nothing():
    house = await make_house(40)
    broadcast = await _sent(house)
    opened, token = await _one(broadcast)
    quiet, _ = await _one(broadcast, skip=1)
    await attribution.touch(opened.customer_id, token)
    await clock.advance(timedelta(days=29))
    await _book(opened.customer_id)
    await _book(quiet.customer_id)
    assert (await Recipient.get(id=opened.id)).booked_at is not None
    assert (await Recipient.get(id=quiet.id)).booked_at is None


async def test_arrivals_count_for_thirty_days_from_the_last_touch_and_held_out_people_are_noted():
    house = await make_house(40)
    broadcast = await _sent(house)
    assert broadcast.started_at is not None
    sent, late, clicked = [(await _one(broadcast, skip=n)) for n in range(3)]
    held_out, _ = await _one(broadcast, Cohort.CONTROL)
    await _arrive(sent[0].customer_id, broadcast.started_at + timedelta(days=20))
    await _arrive(held_out.customer_id)
    await attribution.touch(clicked[0].customer_id, clicked[1])
    await _arrive(late[0].customer_id, broadcast.started_at + timedelta(days=31))
    await _arrive(clicked[0].customer_id)
    rows = {row.customer_id: row for row in await Recipient.all()}
    assert rows[sent[0].customer_id].is_last_touch
    assert rows[held_out.customer_id].arrived_at is not None
    assert not rows[held_out.customer_id].is_last_touch
    assert rows[late[0].customer_id].arrived_at is None
    assert rows[clicked[0].customer_id].is_last_touch
    found = await results.results(house.marketer, broadcast.id)
    # The funnel follows the click, the comparison the same 30 days for both groups.
    assert found.funnel[4].people == 2
    assert (found.planned.came, found.control.came) == (1, 1)


async def test_planned_people_whose_salesperson_never_confirmed_count_in_the_comparison():
    house = await make_house(40)
    broadcast = await house.running()
    row, _ = await _one(broadcast)
    await _arrive(row.customer_id)
    found = await results.results(house.marketer, broadcast.id)
    assert (found.planned.people, found.planned.came, found.funnel[0].people) == (38, 1, 0)
    assert found.conclusion == "还看不出效果，需要更多人或更久"


async def test_a_visible_effect_is_told_with_its_interval_and_its_cost():
    house = await make_house(1000)
    broadcast = await _sent(house)
    await database.execute(
        "UPDATE broadcast_recipient SET arrived_at = $2, is_last_touch = true WHERE id IN (SELECT id FROM "
        "broadcast_recipient WHERE broadcast_id = $1 AND cohort = 'PLANNED' ORDER BY id LIMIT 80)",
        broadcast.id,
        clock.now(),
    )
    found = await results.results(house.marketer, broadcast.id)
    assert found.lift is not None
    assert found.lift.is_visible
    assert found.planned.rate == pytest.approx(80 / 950)
    assert found.conclusion.startswith("有效。约多来 80 人")
    assert found.cost_fen == 950 * 30
    assert found.cost_sentence.startswith("每多来 1 人 3.56 元")


async def test_opting_out_is_noted_and_stops_the_sending_above_one_in_a_hundred():
    house = await make_house(150)
    broadcast = await _sent(house)
    for skip in range(2):
        row, _ = await _one(broadcast, skip=skip)
        await consents.stop_marketing(owner(row.customer_id, openid="o"), row.customer_id, how="mini_program")
    paused = await Broadcast.get(id=broadcast.id)
    assert paused.state is BroadcastState.PAUSED
    assert paused.pause_reason == "退订、投诉、删好友超过 1.00%：现在 1.41%，142 人里有 2 人"
    assert await Customer.filter(marketing_stopped_at__not_isnull=True).count() == 2


async def test_what_a_merged_record_was_sent_follows_the_person():
    house = await make_house(40)
    broadcast = await _sent(house)
    row, token = await _one(broadcast)
    kept = await Customer.create(name="张伟", first_source="WALK_IN", created_at=clock.now())
    await merge(system("test"), kept.id, row.customer_id, reason="同一人")
    assert await attribution.touch(kept.id, token)


async def _visited(
    broadcast: Broadcast, cohort: Cohort = Cohort.PLANNED, *, skip: int = 0, price_fen: int = 240_00
) -> Checkout:
    """Somebody of the broadcast came, was served, and paid at the desk."""
    row, _ = await _one(broadcast, cohort, skip)
    counter = await make_checkout((("小保养", price_fen, 0, Payer.CP, LineState.QC_OK),))
    await Recipient.filter(id=row.id).update(customer_id=counter.customer.id)
    await _arrive(counter.customer.id)
    await counter.give(kind=CouponKind.CASH, name="抵 100 元", value_fen=100_00, threshold_fen=0)
    bill = await counter.sent()
    if bill.total_fen:
        await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    else:
        await paying.confirm(counter.owner, bill.id)
    return counter


async def _of(counter: Checkout) -> Recipient:
    return await Recipient.get(customer_id=counter.customer.id)


async def test_a_bill_of_nothing_is_no_sale():
    broadcast = await _sent(await make_house(40))
    free, sold = await _visited(broadcast, price_fen=80_00), await _visited(broadcast, skip=1)
    assert (await _of(free)).is_last_touch
    assert (await _of(free)).converted_at is None
    assert (await _of(sold)).converted_at is not None


async def test_money_given_back_is_neither_a_sale_nor_a_return_in_either_group():
    house = await make_house(40)
    broadcast = await _sent(house)
    for cohort in (Cohort.PLANNED, Cohort.CONTROL):
        counter = await _visited(broadcast, cohort)
        found = await results.results(house.marketer, broadcast.id)
        came = found.planned.came if cohort is Cohort.PLANNED else found.control.came
        assert came == 1
        paid_fen = (await Bill.get(about=f"repair_order:{counter.order.id}")).paid_fen
        assert found.paid_fen == (paid_fen if cohort is Cohort.PLANNED else 0)
        bill = await Bill.get(about=f"repair_order:{counter.order.id}")
        part = await refunding.request(counter.cashier, bill.id, {1: 40_00}, "退一部分")
        await counter.decide(part)
        assert (await _of(counter)).given_back_at is None
        less_fen = (await results.results(house.marketer, broadcast.id)).paid_fen
        assert less_fen == (paid_fen - 40_00 if cohort is Cohort.PLANNED else 0)
        await clock.advance(timedelta(minutes=2))
        await counter.decide(await refunding.request(counter.cashier, bill.id, {1: 100_00}, "全退"))
        back = await _of(counter)
        assert back.converted_at is None
        assert back.given_back_at is not None
        found = await results.results(house.marketer, broadcast.id)
        assert (found.planned.came, found.control.came, found.paid_fen) == (0, 0, 0)
