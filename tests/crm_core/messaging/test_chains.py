"""A message takes the next way of its chain when, and only when, the way before surely reached nobody."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError

from app.wiring import wire
from crm_core.appointments.models import Appointment
from crm_core.messaging import delivery, outcomes
from crm_core.messaging.allowances import grant_allowances
from crm_core.messaging.chains import chain_of
from crm_core.messaging.channels.subscribe import NO_ALLOWANCE, note_report
from crm_core.messaging.models import Message, MessageState, MessageWay
from crm_core.messaging.outcomes import Lease
from crm_core.messaging.pushes import take_choices
from crm_core.messaging.ways import Channel, NotTaken, Receipt, Receiver, way
from crm_core.wording.catalogue import catalogue
from crm_core.wording.facts import MessageProblem
from foundation import clock, database, jobs
from foundation.errors import OutcomeUnknown, PlatformError
from tests.crm_core.messaging import pigeons
from tests.crm_core.messaging.pigeons import WAIT, Loft, loft
from tests.crm_core.messaging.test_delivery import RESULT, _allow, _notices, _owner, _tell

__all__ = ["loft"]


async def _on(message_id: int) -> tuple[str, MessageState]:
    message = await Message.get(id=message_id)
    return message.channel, message.state


async def _settle(message_id: int) -> None:
    """Whatever workers do until nothing is left to do; each lease of a dead one is over at once."""
    for _ in range(4):
        await database.execute("UPDATE message SET leased_at = leased_at - interval '61 seconds'")
        try:
            await delivery.deliver(message_id)
        except (OutcomeUnknown, PlatformError):
            continue
    await database.execute("DELETE FROM jobs.pgqueuer")


async def test_who_gave_no_accept_is_reached_by_the_next_way_once_it_cannot_come_any_more(town, loft: Loft):
    customer, openid = await _owner(town)
    message_id = await _tell(customer)
    look_again_at = await delivery.deliver(message_id)
    message = await Message.get(id=message_id)
    assert look_again_at == message.created_at + WAIT
    assert (message.state, message.reason, loft.landed) == (MessageState.PENDING, NO_ALLOWANCE.reason, [])
    await clock.advance(WAIT)
    await asyncio.gather(*(delivery.deliver(message_id) for _ in range(10)), return_exceptions=True)
    assert await _on(message_id) == ("PIGEON", MessageState.SENT)
    assert len(loft.landed) == 1
    left = await MessageWay.get(message_id=message_id)
    assert (left.number, left.channel, left.ended_as, left.reason) == (0, "SUBSCRIBE", "CLOSED", NO_ALLOWANCE.reason)
    assert _notices(town, openid) == []


async def test_an_accept_that_comes_meanwhile_is_used_and_no_pigeon_flies(town, loft: Loft):
    customer, openid = await _owner(town)
    message_id = await _tell(customer)
    await town.settle()
    await town.hand("POST", "people/zhang/subscribe", {"choices": {RESULT: True}})
    await take_choices(openid, {RESULT: True})
    await town.settle()
    await clock.advance(WAIT)
    await town.settle()
    assert await _on(message_id) == ("SUBSCRIBE", MessageState.SENT)
    assert (loft.landed, len(_notices(town, openid))) == ([], 1)


async def test_what_the_platform_refuses_goes_by_the_next_way_at_once(town, loft: Loft):
    customer, openid = await _owner(town)
    await _allow(town, openid)
    message_id = await _tell(customer, "refused")
    town.fail("cgi-bin/message/subscribe/send", errcode=47003)
    await clock.advance(WAIT)
    await town.settle()
    assert await _on(message_id) == ("PIGEON", MessageState.SENT)
    assert (len(loft.landed), _notices(town, openid)) == (1, [])
    assert (await MessageWay.get()).ended_as == "NOT_TAKEN"
    names = await database.fetch("SELECT payload->>'channel' AS channel FROM event WHERE name LIKE 'message.%'")
    assert [row["channel"] for row in names] == ["PIGEON"]


async def test_a_call_without_an_answer_is_never_followed_by_another_way(town, loft: Loft):
    customer, openid = await _owner(town)
    await _allow(town, openid)
    message_id = await _tell(customer)
    town.fail("cgi-bin/message/subscribe/send", lose_answer=True)
    await delivery.deliver(message_id)
    await clock.advance(WAIT)
    await _settle(message_id)
    assert await _on(message_id) == ("SUBSCRIBE", MessageState.UNKNOWN)
    await database.execute("UPDATE message SET leased_at = leased_at - interval '31 minutes'")
    await delivery.sweep()
    assert await _on(message_id) == ("SUBSCRIBE", MessageState.FAILED)
    await _settle(message_id)
    assert (loft.landed, len(_notices(town, openid))) == ([], 1)


async def test_what_the_platform_reports_as_not_arrived_goes_by_the_next_way_even_after_no_answer(town, loft: Loft):
    customer, openid = await _owner(town)
    for key, fault in (("answered", {}), ("unanswered", {"lose_answer": True})):
        await _allow(town, openid)
        message_id = await _tell(customer, key)
        if fault:
            town.fail("cgi-bin/message/subscribe/send", **fault)
        await delivery.deliver(message_id)
        platform_id = (await Message.get(id=message_id)).platform_id
        await clock.advance(WAIT)
        for _ in range(2):  # Pushes come twice.
            await note_report(openid=openid, template_id=RESULT, platform_id=platform_id or "9", error_code=-1)
        await _settle(message_id)
        assert await _on(message_id) == ("PIGEON", MessageState.SENT)
    assert len(loft.landed) == 2


async def test_a_refusal_after_a_call_without_an_answer_does_not_say_that_nothing_arrived(town, loft: Loft):
    """Not even when the platform was busy in between."""
    customer, _ = await _owner(town)
    loft.may_fly_again = timedelta(hours=1)
    loft.troubles = [pigeons.no_answer(), pigeons.busy(), pigeons.refusal()]
    message_id = await _tell(customer)
    await clock.advance(WAIT)
    await _settle(message_id)
    message = await Message.get(id=message_id)
    assert (message.state, message.unanswered, len(loft.landed)) == (MessageState.FAILED, True, 1)


async def test_at_the_end_of_the_chain_the_last_reason_stands_and_every_way_is_told(town, loft: Loft):
    customer, openid = await _owner(town)
    await grant_allowances(openid, {RESULT: True})
    loft.troubles = [pigeons.refusal()]
    message_id = await _tell(customer)
    await clock.advance(WAIT)
    await town.settle()
    message = await Message.get(id=message_id)
    assert (message.state, message.reason, loft.landed) == (MessageState.FAILED, "平台没有接受（hawk）", [])
    left = await MessageWay.get(message_id=message_id)
    assert (left.channel, left.ended_as, left.errcode) == ("SUBSCRIBE", "NOT_TAKEN", "43101")
    assert await database.fetch_value("SELECT count(*) FROM event WHERE name = 'message.not_delivered'") == 1


async def test_a_way_that_is_shut_for_the_night_is_asked_again_in_the_morning(town, loft: Loft):
    customer, _ = await _owner(town)
    loft.is_night = True
    message_id = await _tell(customer, send_before=None)
    await clock.advance(WAIT)
    await jobs.drain()
    await clock.advance(timedelta(hours=1))
    await _sweep()
    assert await _on(message_id) == ("NONE", MessageState.PENDING)
    loft.is_night = False
    await clock.advance(timedelta(hours=8))
    await _sweep()
    assert await _on(message_id) == ("PIGEON", MessageState.SENT)


async def _sweep() -> None:
    await jobs.enqueue("owed.sweep", {})
    await jobs.drain()


async def test_a_matter_that_changed_takes_no_further_way(town, loft: Loft):
    customer, _ = await _owner(town)
    message_id = await _tell(customer)
    await delivery.deliver(message_id)
    await Appointment.all().update(starts_at=clock.now() + timedelta(days=2))
    await clock.advance(WAIT)
    await delivery.deliver(message_id)
    assert (await Message.get(id=message_id)).state is MessageState.STALE
    assert loft.landed == []


@pytest.mark.parametrize("has_called", [False, True], ids=["before its call", "after its call"])
@pytest.mark.parametrize("on", ["SUBSCRIBE", "PIGEON"])
async def test_a_worker_that_dies_on_any_way_neither_doubles_nor_changes_it(
    town, loft: Loft, on: str, has_called: bool
):
    """Between its transactions a delivery has two places to die: with the lease made, and with the call made too."""
    customer, openid = await _owner(town)
    if on == "SUBSCRIBE":
        await _allow(town, openid)
    message_id = await _tell(customer)
    await clock.advance(WAIT)
    lease = await delivery._lease(message_id)
    assert isinstance(lease, Lease)
    if has_called:
        await lease.channel.send(lease.message)
    await _settle(message_id)
    assert await _on(message_id) == (on, MessageState.UNKNOWN)
    assert len(loft.landed) + len(_notices(town, openid)) == int(has_called)
    # The worker was only slow: its result still counts when it reports that the message arrived.
    await outcomes.reached(message_id, lease.way, Receipt("late"))
    assert await _on(message_id) == (on, MessageState.SENT)


async def test_a_worker_that_dies_where_repeating_is_harmless_is_made_up_for(town, loft: Loft):
    customer, _ = await _owner(town)
    loft.may_fly_again = timedelta(hours=1)
    message_id = await _tell(customer)
    await clock.advance(WAIT)
    await delivery._lease(message_id)
    await _settle(message_id)
    assert await _on(message_id) == ("PIGEON", MessageState.SENT)
    assert len(loft.landed) == 1


async def test_what_a_slow_worker_of_an_earlier_way_hears_decides_nothing(town, loft: Loft):
    customer, openid = await _owner(town)
    await _allow(town, openid)
    message_id = await _tell(customer)
    await clock.advance(WAIT)
    slow = await delivery._lease(message_id)
    assert isinstance(slow, Lease)
    await note_report(openid=openid, template_id=RESULT, platform_id="9", error_code=-1)
    await outcomes.reached(message_id, slow.way, Receipt("late"))
    await outcomes.refused(slow, NotTaken("late"), "late")
    assert (await Message.get(id=message_id)).state is MessageState.PENDING
    await _settle(message_id)
    assert await _on(message_id) == ("PIGEON", MessageState.SENT)


async def test_the_database_itself_refuses_a_second_way_while_the_first_may_have_arrived(town, loft: Loft):
    customer, _ = await _owner(town)
    message_id = await _tell(customer)
    with pytest.raises(IntegrityError):
        await Message.filter(id=message_id).update(way=1)
    await MessageWay.create(
        message_id=message_id,
        number=0,
        channel="SUBSCRIBE",
        ended_as="NOT_TAKEN",
        reason="",
        errcode="",
        platform_id="",
        ended_at=clock.now(),
    )
    for columns in ({"state": MessageState.UNKNOWN}, {"state": MessageState.SENT}, {"unanswered": True}):
        await Message.filter(id=message_id).update(**columns)
        with pytest.raises(IntegrityError):
            await Message.filter(id=message_id).update(way=1)
        await Message.filter(id=message_id).update(state=MessageState.PENDING, unanswered=False)
    await Message.filter(id=message_id).update(way=1)
    with pytest.raises(IntegrityError):
        await Message.filter(id=message_id).update(way=0)
    with pytest.raises(asyncpg.UniqueViolationError):
        await database.execute(
            "INSERT INTO message_way (message_id, number, channel, ended_as, reason, errcode, platform_id, ended_at) "
            "SELECT message_id, number, channel, 'CLOSED', '', '', '', ended_at FROM message_way"
        )
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute("UPDATE message_way SET ended_as = 'UNKNOWN'")


def test_every_chain_can_be_walked():
    """Its ways are there, its channels reach whom it is for and have their words, and a dearer one comes later."""
    wire()
    said = [message for message in catalogue() if message.meta.ways]
    assert len(said) > 20
    for message in said:
        for variant in message.variants:
            chain = chain_of(message.name, variant or "")
            channels = [step.channel for step in chain.steps]
            reaches = Receiver.CUSTOMER if {"owner", "customer"} & set(message.meta.to) else Receiver.STAFF
            assert {channel.reaches for channel in channels} == {reaches}, message.id
            assert all(channel.file in message.channels for channel in channels), message.id
            assert channels == sorted(channels, key=lambda channel: channel.cost_fen), message.id
            assert all(2 <= len(one.name) <= 10 and one.label for one in (*channels, *chain.stand_ins))


def test_a_chain_of_ways_nobody_registered_is_refused(loft: Loft):
    wire()
    with pytest.raises(MessageProblem, match="nobody registered"):
        way("OWL")
    with pytest.raises(MessageProblem, match="begins with a channel"):
        chain_of("why_me", "")
    assert [step.channel.name for step in chain_of("appointment_result", "confirmed").steps] == ["SUBSCRIBE", "PIGEON"]
    assert isinstance(way("PIGEON"), Channel)
