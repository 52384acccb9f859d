"""A task made by a call without an answer is found and stopped; nobody gets a message twice, nobody is forgotten."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from campaigns.broadcasts import dispatch, drafting, lost_calls
from campaigns.broadcasts.models import Broadcast, LostCall, Recipient, RecipientState, SendTask, SendTaskState
from campaigns.channels.wecom_mass import WecomMass
from foundation import clock, database, jobs, owed
from tests.campaigns.broadcasts.house import House, make_house
from tests.campaigns.people import tell_platform
from tests.fixtures.platforms import Town

CREATE = "externalcontact/add_msg_template"
CANCEL = "externalcontact/cancel_groupmsg_send"


@pytest.fixture
async def house(town: Town, monkeypatch: pytest.MonkeyPatch) -> House:
    """Twelve sleeping owners of one salesperson, known to the platform."""
    # Leases end on the real clock; here every lease is over.
    monkeypatch.setattr(WecomMass, "lease_seconds", 0)
    made = await make_house(12, how_many_sellers=1, store=town.store)
    await tell_platform(town, made.crowd)
    return made


async def _look(minutes: float = 1) -> None:
    await clock.advance(timedelta(minutes=minutes))
    await owed.sweep()
    await jobs.drain()


def _living(town: Town) -> list[str]:
    """Tasks a salesperson could confirm."""
    return [message.msgid for message in town.simulation.world.mass_messages if not message.cancelled]


async def _confirm(town: Town, house: House, msgid: str) -> None:
    await town.hand("POST", "mass-tasks/confirm", {"msgid": msgid, "userid": house.sellers[0].userid})


def _sent(town: Town) -> Counter[str]:
    return Counter(chat.external_userid for chat in town.chats() if chat.origin == "mass" and chat.msgtype == "text")


async def _made_twice(town: Town, house: House) -> tuple[Broadcast, str, str]:
    """The answer is lost, WeCom lists nothing for an hour, the task is made again: none, lost, the one that counts."""
    town.simulation.faults.change({"list_lag_seconds": 3600})
    town.fail(CREATE, lose_answer=True)
    broadcast = await house.running()
    await jobs.drain()
    (lost,) = _living(town)
    await _look(minutes=5)
    assert (await SendTask.get()).state is SendTaskState.UNKNOWN, "a list may lag: nothing is assumed"
    await _look(minutes=15)
    await _look()
    send_task = await SendTask.get()
    assert send_task.state is SendTaskState.CREATED
    assert len(_living(town)) == 2
    return broadcast, lost, send_task.message_id


async def test_a_task_the_list_shows_too_late_is_stopped_and_everybody_is_sent_to_once(town: Town, house: House):
    broadcast, lost, counts = await _made_twice(town, house)
    for _ in range(4):
        await _look(minutes=30)
    assert _living(town) == [counts]
    await _confirm(town, house, counts)
    await _look(minutes=6)
    planned = await Recipient.filter(broadcast_id=broadcast.id, state=RecipientState.SENT).count()
    assert planned == len(_sent(town)) == 11
    assert set(_sent(town).values()) == {1}
    assert lost != counts


async def test_who_was_sent_to_by_a_task_that_does_not_count_is_not_sent_to_again(town: Town, house: House):
    broadcast, lost, _ = await _made_twice(town, house)
    await _confirm(town, house, lost)
    for _ in range(4):
        await _look(minutes=30)
    assert _living(town) == [], "the other one is stopped: everybody in it has got it"
    assert await Recipient.filter(broadcast_id=broadcast.id, state=RecipientState.SENT).count() == 11
    assert set(_sent(town).values()) == {1}
    assert await SendTask.filter(state__in=["PENDING", "CREATING", "UNKNOWN", "CREATED"]).count() == 0
    events = await database.fetch_value("SELECT count(*) FROM event WHERE name = 'message.campaign_sent'")
    assert events == 11


async def test_the_answer_of_a_lease_that_was_given_up_is_kept_and_its_task_stopped(town: Town, house: House):
    town.simulation.faults.change({"list_lag_seconds": 3600})
    town.fail(CREATE, late_answer_seconds=3.0)
    await house.running()
    send_task = await SendTask.get()
    standing_still = asyncio.create_task(dispatch.dispatch(send_task.id))
    async with asyncio.timeout(20):
        while not len(town.simulation.world.mass_messages):
            await asyncio.sleep(0.01)
    (lost,) = _living(town)
    await database.execute("DELETE FROM jobs.pgqueuer")
    await clock.advance(WecomMass.looked_for)
    await dispatch.resolve(send_task.id)
    await dispatch.dispatch(send_task.id)
    counts = (await SendTask.get()).message_id
    await standing_still
    await jobs.drain()
    assert (await SendTask.get()).message_id == counts
    assert _living(town) == [counts]
    assert await LostCall.filter(message_id=lost, ended_at__isnull=False).exists()


async def test_a_lost_task_is_stopped_for_as_long_as_wecom_cannot_be_asked(town: Town, house: House):
    _, _, counts = await _made_twice(town, house)
    town.fail(CANCEL, errcode=60020, times=3)  # a setting: the address is not allowed
    for _ in range(8):
        await _look(minutes=60)
    assert _living(town) == [counts]


async def test_a_call_that_made_nothing_is_watched_for_a_week_and_then_forgotten(town: Town, house: House):
    await house.running()
    lease = await dispatch._lease((await SendTask.get()).id)  # what a worker killed before its call leaves behind
    assert lease is not None
    await _look(minutes=15)
    await _look()
    assert (await SendTask.get()).state is SendTaskState.CREATED
    lost = await LostCall.get()
    assert await lost_calls.follow(lost.id) is not None
    await clock.advance(WecomMass.watched_for)
    await lost_calls.follow(lost.id)
    assert (await LostCall.get()).ended_at is not None


@pytest.mark.parametrize("what", ["cancel", "refuse"])
async def test_a_task_is_taken_back_though_wecom_is_away_for_an_hour(town: Town, house: House, what: str):
    broadcast = await house.running()
    await jobs.drain()
    (first,) = _living(town)
    town.fail(CANCEL, errcode=-1, times=1000)
    if what == "cancel":
        running = await Broadcast.get(id=broadcast.id)
        await drafting.cancel(house.marketer, broadcast.id, reason="改期", expected_version=running.version)
    else:
        await _refuse(await Recipient.filter(state=RecipientState.TASKED).first())
    await database.execute("DELETE FROM jobs.pgqueuer")
    for _ in range(4):
        await clock.advance(timedelta(minutes=15))
        await owed.sweep()
        await _last_tries()
    assert _living(town) == [first]
    town.simulation.faults.calm()
    await _look(minutes=15)
    await _look()
    assert first not in _living(town)
    assert await database.fetch_value("SELECT count(*) FROM jobs.pgqueuer") == 0, "nothing is parked"


async def _last_tries() -> None:
    import orjson

    for job in await database.fetch("DELETE FROM jobs.pgqueuer RETURNING entrypoint, payload"):
        definition = jobs.registry[job["entrypoint"]]
        await jobs.run_one(definition, orjson.loads(job["payload"]), definition.attempts - 1)


async def _refuse(recipient: Any) -> None:
    from crm_core.customers import consents
    from crm_core.customers.models import Purpose
    from crm_core.dealerships.actors import owner

    person = owner(recipient.customer_id, openid="")
    await consents.withdraw_consent(person, recipient.customer_id, Purpose.MARKETING_WECOM, how="mini_program")
