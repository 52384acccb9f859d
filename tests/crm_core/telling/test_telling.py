"""Staff read from the message's own row whether an owner was told, and phone those whom it could not reach."""

import pytest

from app.wiring import wire
from crm_core.billing import paying
from crm_core.customers.models import Identity, IdentityKind
from crm_core.dealerships.models import Role
from crm_core.messaging.channels.subscribe import Subscribe
from crm_core.messaging.models import Message, MessageState
from crm_core.payments.rules import Method
from crm_core.telling import calling, queries
from crm_core.telling.errors import AlreadyCalled, NobodyToCall
from crm_core.telling.models import PhoneCall
from crm_core.telling.queries import ToldState
from foundation import clock, jobs
from foundation.errors import NotAllowed
from tests import factories as make
from tests.checkout import make_checkout
from tests.fixtures.web import Web

pytestmark = pytest.mark.usefixtures("database")


async def _sent_bill():
    """A bill sent to an owner who never opened the mini-program, and its message."""
    wire()
    await clock.set_to(make.slot(12, 50))
    counter = await make_checkout()
    bill = await counter.sent()
    return counter, bill, await Message.get(template="bill_due")


async def _told(counter, bill):
    about = await queries.told_about(counter.advisor, "bill", bill.id)
    return next(each for each in about.messages if each.topic == "bill_due")


async def test_what_is_on_its_way_is_not_called_told():
    counter, bill, _ = await _sent_bill()
    told = await _told(counter, bill)
    assert (told.state, told.advice) == (ToldState.ON_ITS_WAY, "")


async def test_who_cannot_be_reached_is_named_with_the_reason_and_what_to_do():
    counter, bill, _ = await _sent_bill()
    await jobs.drain()
    told = await _told(counter, bill)
    assert (told.state, told.reason, told.advice) == (
        ToldState.NOT_REACHED,
        "没有登录过小程序",
        "收不到微信通知，请打电话",
    )
    assert not (await queries.told_about(counter.advisor, "bill", bill.id)).has_mini_program
    customer = counter.customer
    await Identity.create(customer_id=customer.id, kind=IdentityKind.OPENID, value="o1", created_at=clock.now())
    assert (await _told(counter, bill)).reason == "没有订阅这类微信通知"


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (MessageState.SENT, ToldState.ARRIVED),
        (MessageState.UNKNOWN, ToldState.ON_ITS_WAY),
        (MessageState.FAILED, ToldState.NOT_REACHED),
        (MessageState.STALE, ToldState.OUT_OF_DATE),
    ],
)
async def test_every_state_of_the_row_has_its_word(state, told):
    counter, bill, message = await _sent_bill()
    await Message.filter(id=message.id).update(state=state)
    assert (await _told(counter, bill)).state is told


async def test_a_call_is_kept_with_who_phoned_and_takes_the_person_off_the_list():
    counter, bill, message = await _sent_bill()
    await jobs.drain()
    (person,) = await queries.to_call(counter.advisor, counter.store.id, only_mine=True)
    assert (person.message_id, person.customer_id, person.repair_order_id) == (
        message.id,
        counter.customer.id,
        counter.order.id,
    )
    await calling.note_call(counter.advisor, message.id, "下午四点来付")
    assert await queries.to_call(counter.advisor, counter.store.id) == []
    told = await _told(counter, bill)
    assert (told.state, told.note) == (ToldState.CALLED, "下午四点来付")
    with pytest.raises(AlreadyCalled):
        await calling.note_call(counter.manager, message.id, "再打一次")
    assert (await PhoneCall.get()).staff_id == counter.advisor.id


async def test_nobody_is_phoned_about_what_is_no_longer_so():
    counter, bill, message = await _sent_bill()
    await jobs.drain()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    assert await queries.to_call(counter.advisor, counter.store.id) == []
    with pytest.raises(NobodyToCall):
        await calling.note_call(counter.advisor, message.id, "打了")
    assert (await _told(counter, bill)).advice == ""


async def test_the_things_own_store_decides_who_reads_and_phones():
    counter, bill, message = await _sent_bill()
    await jobs.drain()
    stranger = await make.acting(Role.SA, await make.make_store())
    with pytest.raises(NotAllowed):
        await queries.told_about(stranger, "bill", bill.id)
    with pytest.raises(NotAllowed):
        await calling.note_call(stranger, message.id, "打了")
    with pytest.raises(NotAllowed):
        await queries.to_call(stranger, counter.store.id)


async def test_the_list_at_the_door_shows_no_whole_number(web: Web):
    counter, bill, message = await _sent_bill()
    await jobs.drain()
    client = await web.signed_in(counter.advisor)
    (person,) = (await client.get("/people-to-call", params={"store_id": counter.store.id})).json()
    assert "****" in person["phone"]
    told = (await client.get("/told", params={"kind": "bill", "id": bill.id})).json()
    assert told["messages"][0]["state"] == "NOT_REACHED"
    noted = await client.post(f"/people-to-call/{message.id}/calls", json={"note": "已告知"})
    assert noted.status_code == 204


async def _asked():
    return await Message.get_or_none(template="owner_not_told")


async def _time_passes(by):
    await clock.advance(by)
    await jobs.enqueue("owed.sweep", {})
    await jobs.drain()


async def test_the_advisor_is_asked_by_card_once_an_accept_cannot_come_any_more():
    counter, bill, message = await _sent_bill()
    await jobs.drain()
    card = await _asked()
    assert (card.staff_id, card.state, card.about) == (
        counter.advisor.id,
        MessageState.PENDING,
        f"message:{message.id}",
    )
    assert card.facts["phone"] == "138****5678" or "****" in card.facts["phone"]
    await Message.filter(id=card.id).update(state=MessageState.SENT)
    assert (await _told(counter, bill)).asked == counter.advisor.name
    assert await Message.filter(template="owner_not_told").count() == 1


async def test_no_card_asks_for_a_call_that_was_made_or_that_is_not_needed_any_more(town):
    counter, bill, message = await _sent_bill()
    await jobs.drain()
    await calling.note_call(counter.advisor, message.id, "下午四点来付")
    await _time_passes(Subscribe.opens_late)
    assert (await _asked()).state is MessageState.STALE
    assert (await _told(counter, bill)).asked == ""


async def test_what_nobody_is_phoned_about_asks_nobody():
    counter, bill, _ = await _sent_bill()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    await jobs.drain()
    assert (await Message.get(template="payment_receipt")).state is MessageState.SKIPPED
    assert await Message.filter(template="owner_not_told").count() == 0


async def test_it_is_told_by_which_way_it_arrived():
    counter, bill, message = await _sent_bill()
    await Message.filter(id=message.id).update(state=MessageState.SENT, channel="SUBSCRIBE")
    assert (await _told(counter, bill)).by == "微信"
