"""A broadcast without a coupon is drafted, approved, sent and measured like any other; its link leads to booking."""

from datetime import timedelta

import pytest

from campaigns import offers
from campaigns.broadcasts import advancing, drafting, forecast, own_tasks, progress, queries, results, stopping
from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState, SendTask, SendTaskState
from campaigns.broadcasts.rules import BroadcastState
from crm_core.coupons.errors import CouponNotFound
from crm_core.coupons.models import Coupon
from crm_core.dealerships.actors import owner, staff_actor
from crm_core.dealerships.models import Staff
from crm_core.messaging.models import Message
from foundation import clock
from tests.campaigns.broadcasts.house import House, make_house
from tests.campaigns.people import tell_platform
from tests.fixtures.platforms import Town


@pytest.fixture
async def house(town: Town) -> House:
    """Twenty sleeping owners, known to the platform."""
    made = await make_house(20, store=town.store)
    await tell_platform(town, made.crowd)
    return made


async def test_it_is_approved_sent_opened_and_counted(town: Town, house: House):
    broadcast = await house.running(coupon_template_id=None)
    assert await stopping.passed_line(broadcast) is None
    for send_task in await SendTask.filter(broadcast_id=broadcast.id):
        await advancing.advance(send_task.id)
    made = await SendTask.filter(broadcast_id=broadcast.id, state=SendTaskState.CREATED)
    assert made
    assert {card.facts["content"] for card in await Message.filter(template="send_task")} == {"预约入口"}
    [waiting, *_] = await own_tasks.waiting(await staff_actor(made[0].staff_id))
    titles = [one.title for one in waiting.attachments]
    assert (titles, "券" in waiting.message_text) == (["在线选时间，到店不用等"], False)
    for send_task in made:
        sender = await Staff.get(id=send_task.staff_id)
        await town.hand("POST", "mass-tasks/confirm", {"msgid": send_task.message_id, "userid": sender.userid})
        await advancing.advance(send_task.id)
    person = await Recipient.filter(broadcast_id=broadcast.id, state=RecipientState.SENT).first()
    assert person is not None
    token = (await SendTask.get(staff_id=person.staff_id, number=person.task_number)).token
    opened = await offers.opened(owner(person.customer_id, openid="o-1"), token)
    assert (opened.offer, opened.staff_id, opened.store_id) == (None, person.staff_id, house.store.id)
    with pytest.raises(CouponNotFound):
        await offers.claim(owner(person.customer_id, openid="o-1"), token)
    seen = await results.results(house.marketer, broadcast.id)
    assert [(step.name, step.people) for step in seen.funnel] == [
        ("sent", 19),
        ("opened", 1),
        ("booked", 0),
        ("arrived", 0),
        ("converted", 0),
    ]
    assert (seen.coupon_fen, await Coupon.exists()) == (0, False)
    assert (await progress.progress(house.marketer, broadcast.id)).coupon_left is None


async def test_its_forecast_costs_the_reaching_alone(house: House):
    broadcast = await house.draft(coupon_template_id=None, budget_fen=20 * 30)
    expected = await forecast.forecast(house.marketer, broadcast.id)
    assert (expected.coupon_fen, expected.expected_claimed, expected.reach_fen > 0) == (0, 0, True)
    await drafting.submit(house.marketer, broadcast.id, expected_version=broadcast.version)
    assert (await Broadcast.get(id=broadcast.id)).state is BroadcastState.PENDING_APPROVAL


async def test_an_edit_gives_it_a_coupon_or_takes_it_away_and_voids_the_approval(house: House):
    broadcast = await house.scheduled()
    without = await house.draft_of(coupon_template_id=None)
    edited = await drafting.edit(house.marketer, broadcast.id, without, expected_version=broadcast.version)
    assert (edited.state, edited.approved_hash) == (BroadcastState.DRAFT, "")
    shown = await queries.one(house.marketer, broadcast.id)
    assert (shown.coupon, shown.coupon_template_id, "券" in shown.message_text) == (None, None, False)
    await clock.advance(timedelta(minutes=1))
    again = await drafting.edit(house.marketer, broadcast.id, await house.draft_of(), expected_version=edited.version)
    shown = await queries.one(house.marketer, again.id)
    assert shown.coupon is not None
    assert shown.coupon in shown.message_text
