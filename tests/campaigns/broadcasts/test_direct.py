"""A channel that sends at once, in nobody's name: its tasks have no member, and nobody is asked or reminded."""

from typing import Final

import pytest
from asyncpg import CheckViolationError

from campaigns import offers
from campaigns.broadcasts import advancing, dispatch, progress, tasks
from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState, SendTask, SendTaskState
from campaigns.contents.errors import ContentNotAccepted
from campaigns.mass_channels import SendOutcome
from campaigns.own_words import Content
from crm_core.customers import consents
from crm_core.customers.models import Consent, Purpose
from crm_core.dealerships.actors import owner
from crm_core.messaging.models import Message
from foundation import database
from foundation.errors import IllegalMove
from tests.campaigns.broadcasts.house import House, make_house
from tests.campaigns.broadcasts.shouting import Shouting, registered

pytestmark = pytest.mark.usefixtures("database")

WORDS: Final = Content("换季检查可以在线约，拒收请回复R", [])


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Shouting:
    """The channel, registered for this test."""
    return registered(monkeypatch)


async def _running(house: House) -> tuple[Broadcast, SendTask]:
    await Consent.all().update(purpose=Purpose.MARKETING_SMS)
    broadcast = await house.running(channel="SHOUT", words=WORDS, coupon_template_id=None)
    return broadcast, await SendTask.get(broadcast_id=broadcast.id)


async def test_one_task_of_nobody_is_made_and_read_back(channel: Shouting):
    house = await make_house(10)
    broadcast, send_task = await _running(house)
    assert (send_task.staff_id, send_task.number) == (None, 0)
    await advancing.advance(send_task.id)
    [(token, text, addresses)] = channel.shouted.values()
    assert (token, text, len(addresses)) == (send_task.token, "换季检查可以在线约，拒收请回复R", 9)
    assert not await Message.filter(template="send_task").exists()
    channel.heard = dict.fromkeys(addresses[:5], SendOutcome.SENT) | {addresses[5]: SendOutcome.UNREACHED}
    await advancing.advance(send_task.id)
    assert (await SendTask.get(id=send_task.id)).state is SendTaskState.CREATED
    shown = await progress.progress(house.marketer, broadcast.id)
    assert (shown.counts.sent, shown.counts.unreached, shown.counts.waiting_for_staff) == (5, 1, 3)
    assert (shown.staff, shown.staff_confirmed, [task.staff for task in shown.tasks]) == (0, 0, ["喊话公司"])
    assert [(task.customers, task.sent, task.can_remind) for task in shown.tasks] == [(9, 5, False)]
    channel.heard |= dict.fromkeys(addresses[6:], SendOutcome.SENT)
    await advancing.advance(send_task.id)
    assert (await SendTask.get(id=send_task.id)).state is SendTaskState.SENT
    assert len(channel.shouted) == 1


async def test_an_unanswered_call_is_looked_up_and_not_repeated(channel: Shouting):
    house = await make_house(10)
    _, send_task = await _running(house)
    channel.is_silent = True
    await advancing.advance(send_task.id)
    assert (await SendTask.get(id=send_task.id)).state is SendTaskState.UNKNOWN
    await dispatch.resolve(send_task.id)
    found = await SendTask.get(id=send_task.id)
    assert (found.state, found.message_id, len(channel.shouted)) == (SendTaskState.CREATED, "shout-1", 1)


async def test_whoever_refuses_meanwhile_is_left_out_of_the_next_task(channel: Shouting):
    house = await make_house(10)
    broadcast, send_task = await _running(house)
    await advancing.advance(send_task.id)
    person = await Recipient.filter(broadcast_id=broadcast.id, state=RecipientState.TASKED).first()
    assert person is not None
    await consents.stop_marketing(owner(person.customer_id, openid="o-1"), person.customer_id, how="mini_program")
    await advancing.advance(send_task.id)
    first, second = await SendTask.filter(broadcast_id=broadcast.id).order_by("id")
    assert (first.state, second.staff_id, second.number, second.customers) == (SendTaskState.CANCELLED, None, 1, 9)
    await advancing.advance(second.id)
    assert len(channel.shouted["shout-2"][2]) == 8
    assert (await Recipient.get(id=person.id)).state is RecipientState.EXCLUDED


async def test_nobody_is_reminded_and_the_database_knows(channel: Shouting):
    house = await make_house(10)
    broadcast, send_task = await _running(house)
    await advancing.advance(send_task.id)
    with pytest.raises(IllegalMove):
        await tasks.remind(house.marketer, broadcast.id, send_task.id)
    with pytest.raises(CheckViolationError, match="send_task_of_nobody_asks_nobody"):
        await database.execute("UPDATE send_task SET declined_at = created_at WHERE id = $1", send_task.id)


async def test_its_link_has_no_sender_and_consent_to_its_purpose_counts(channel: Shouting):
    house = await make_house(10)
    broadcast, send_task = await _running(house)
    await advancing.advance(send_task.id)
    first, second, *_ = await Recipient.filter(broadcast_id=broadcast.id, state=RecipientState.TASKED).order_by("id")
    opened = await offers.opened(owner(first.customer_id, openid="o-1"), send_task.token)
    assert (opened.offer, opened.staff_id, opened.store_id) == (None, None, None)
    for purpose in (Purpose.MARKETING_WECOM, Purpose.MARKETING_SMS):
        me = owner(second.customer_id, openid="o-2")
        await consents.give_consent(me, second.customer_id, purpose, text_version="v1", how="mini_program")
        await consents.withdraw_consent(me, second.customer_id, purpose, how="mini_program")
        turned_away = (await Recipient.get(id=second.id)).opted_out_at is not None
        assert turned_away == (purpose is Purpose.MARKETING_SMS)


async def test_its_words_cannot_name_the_store_of_a_sender(channel: Shouting):
    house = await make_house(1)
    words = Content("{门店}可以在线约，拒收请回复R", [])
    with pytest.raises(ContentNotAccepted) as refused:
        await house.draft(channel="SHOUT", words=words, coupon_template_id=None)
    assert refused.value.details["problems"] == ["这里不能用{门店}"]
