"""换人发: a colleague who is also their friend sends to people of a task; nobody is sent to twice, nobody forgotten."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest

from campaigns.broadcasts import advancing, dispatch, drafting, progress, substitutes
from campaigns.broadcasts.errors import BroadcastNotFound, NotTheirFriends
from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState, SendTask, SendTaskState
from crm_core.customers.models import Customer, Friendship
from crm_core.dealerships.models import Role, Staff
from crm_core.messaging.models import Message
from crm_core.succession import service as succession
from foundation import clock, database, jobs, owed
from foundation.errors import IllegalMove
from tests import factories as make
from tests.campaigns.broadcasts.house import House, make_house
from tests.campaigns.people import tell_platform
from tests.fixtures.owed import owed_work
from tests.fixtures.platforms import Town

CANCEL = "externalcontact/cancel_groupmsg_send"


@pytest.fixture
async def house(town: Town) -> House:
    """Forty sleeping owners and three salespeople, known to the platform."""
    made = await make_house(40, store=town.store)
    await tell_platform(town, made.crowd)
    return made


async def _shared(town: Town, house: House, people: Sequence[Recipient], staff: Staff) -> None:
    """Make these people friends of this member, too, who chatted with them long ago."""
    for one in people:
        await Friendship.create(
            customer_id=one.customer_id,
            staff_id=staff.id,
            external_userid=one.address,
            since=clock.now() - timedelta(days=900),
            last_chatted_at=clock.now() - timedelta(days=800),
        )
    pairs = [{"userid": staff.userid, "external_userid": one.address} for one in people]
    await town.hand("POST", "import", {"staff": [], "people": [], "friendships": pairs})


async def _made(house: House) -> tuple[Broadcast, list[SendTask]]:
    broadcast = await house.running()
    await jobs.drain()
    return broadcast, await SendTask.filter(broadcast_id=broadcast.id).order_by("id")


async def _people(send_task: SendTask) -> list[Recipient]:
    return await Recipient.filter(
        broadcast_id=send_task.broadcast_id, staff_id=send_task.staff_id, task_number=send_task.number
    ).order_by("id")


async def _confirm_all(town: Town, broadcast: Broadcast) -> Counter[str]:
    """Everybody confirms what waits; returns how often each person was sent to."""
    for send_task in await SendTask.filter(broadcast_id=broadcast.id, state=SendTaskState.CREATED):
        await _confirm(town, send_task)
    await clock.advance(timedelta(minutes=6))
    await owed.sweep()
    await jobs.drain()
    return _sent(town)


async def _confirm(town: Town, send_task: SendTask) -> None:
    member = await Staff.get(id=send_task.staff_id)
    await town.hand("POST", "mass-tasks/confirm", {"msgid": send_task.message_id, "userid": member.userid})


def _sent(town: Town) -> Counter[str]:
    return Counter(row.external_userid for row in town.chats() if (row.origin, row.msgtype) == ("mass", "text"))


async def test_the_shared_friends_go_to_the_colleague_and_the_rest_waits_for_the_member(town: Town, house: House):
    broadcast, (absent, *_) = await _made(house)
    _, second, third = house.sellers
    theirs = await _people(absent)
    await _shared(town, house, theirs[:4], second)
    await _shared(town, house, theirs[3:6], third)
    asked = await substitutes.division(house.marketer, broadcast.id, absent.id, [third.id, second.id])
    assert [(one.staff_id, one.people) for one in asked.colleagues] == [(second.id, 4), (third.id, 3)]
    assert [(one.staff_id, one.people) for one in asked.parts] == [(third.id, 3), (second.id, 3)]
    assert (asked.people, asked.rest) == (len(theirs), len(theirs) - 6)
    await substitutes.ask(house.marketer, broadcast.id, absent.id, [third.id, second.id])
    rows = {row.id: row for row in (await progress.progress(house.marketer, broadcast.id)).tasks}
    assert [(one.staff, one.people, one.is_open) for one in rows[absent.id].substitutes] == [
        (third.name, 0, True),
        (second.name, 0, True),
    ]
    await jobs.drain()
    now = {one.id: one for one in await Recipient.filter(id__in=[one.id for one in theirs])}
    assert [now[one.id].staff_id for one in theirs[:6]] == [second.id] * 3 + [third.id] * 3
    assert {now[one.id].staff_id for one in theirs[6:]} == {absent.staff_id}
    assert {one.state for one in now.values()} == {RecipientState.TASKED}
    rows = {row.id: row for row in (await progress.progress(house.marketer, broadcast.id)).tasks}
    assert [(one.people, one.is_open) for one in rows[absent.id].substitutes] == [(3, False), (3, False)]
    assert await Message.filter(template="send_task", staff_id__in=[second.id, third.id]).count() == 4
    sent = await _confirm_all(town, broadcast)
    assert set(sent.values()) == {1}
    assert {one.address for one in theirs} <= sent.keys()


async def test_who_confirms_first_sends_and_nothing_passes(town: Town, house: House):
    broadcast, (absent, *_) = await _made(house)
    theirs = await _people(absent)
    await _shared(town, house, theirs, house.sellers[1])
    await _confirm(town, absent)
    await substitutes.ask(house.marketer, broadcast.id, absent.id, [house.sellers[1].id])
    await jobs.drain()
    assert {one.staff_id for one in await Recipient.filter(id__in=[one.id for one in theirs])} == {absent.staff_id}
    shown = await progress.progress(house.marketer, broadcast.id)
    (row,) = [row for row in shown.tasks if row.id == absent.id]
    assert [(one.people, one.is_open) for one in row.substitutes] == [(0, False)]
    assert set((await _confirm_all(town, broadcast)).values()) == {1}
    with pytest.raises(IllegalMove):
        await substitutes.ask(house.marketer, broadcast.id, absent.id, [house.sellers[1].id])


@pytest.mark.parametrize("_attempt", range(3))
async def test_a_confirmation_at_the_same_moment_sends_to_nobody_twice(town: Town, house: House, _attempt: int):
    broadcast, (absent, *_) = await _made(house)
    theirs = await _people(absent)
    await _shared(town, house, theirs[::2], house.sellers[1])
    await substitutes.ask(house.marketer, broadcast.id, absent.id, [house.sellers[1].id])
    await asyncio.gather(
        advancing.advance(absent.id), _confirm(town, absent), advancing.advance(absent.id), return_exceptions=True
    )
    await clock.advance(timedelta(minutes=20))
    await owed.sweep()
    await jobs.drain()
    sent = await _confirm_all(town, broadcast)
    assert set(sent.values()) == {1}
    assert {one.address for one in theirs} <= sent.keys()


async def test_it_stays_owed_while_wecom_is_away_and_the_task_stays_as_it_is(town: Town, house: House):
    broadcast, (absent, *_) = await _made(house)
    theirs = await _people(absent)
    await _shared(town, house, theirs[:5], house.sellers[1])
    town.fail(CANCEL, errcode=-1, times=1000)
    for _ in range(2):
        await substitutes.ask(house.marketer, broadcast.id, absent.id, [house.sellers[1].id])
        await owed_work()
    assert {one.staff_id for one in await Recipient.filter(id__in=[one.id for one in theirs])} == {absent.staff_id}
    assert (await SendTask.get(id=absent.id)).state is SendTaskState.CREATED
    await clock.advance(timedelta(hours=2))
    town.simulation.faults.calm()
    await owed.sweep()
    await jobs.drain()
    await owed.sweep()
    await jobs.drain()
    passed = await Recipient.filter(id__in=[one.id for one in theirs], staff_id=house.sellers[1].id)
    assert len(passed) == 5
    assert set((await _confirm_all(town, broadcast)).values()) == {1}


async def test_a_worker_that_dies_after_the_task_was_stopped_leaves_the_rest_to_the_next(
    town: Town, house: House, monkeypatch: pytest.MonkeyPatch
):
    broadcast, (absent, *_) = await _made(house)
    theirs = await _people(absent)
    await _shared(town, house, theirs[:5], house.sellers[1])
    await substitutes.ask(house.marketer, broadcast.id, absent.id, [house.sellers[1].id])

    async def killed(*_: object) -> int:
        raise ConnectionError("the worker is gone")

    with monkeypatch.context() as patched:
        patched.setattr(substitutes, "pass_on", killed)
        with pytest.raises(ConnectionError):
            await advancing.advance(absent.id)
    await jobs.drain()
    assert await Recipient.filter(staff_id=house.sellers[1].id, id__in=[one.id for one in theirs]).count() == 5
    assert set((await _confirm_all(town, broadcast)).values()) == {1}


async def test_a_task_that_is_not_made_yet_passes_its_people_without_the_platform(town: Town, house: House):
    broadcast = await house.running()
    await drafting.pause(house.marketer, broadcast.id, reason="先换人")
    await jobs.drain()
    absent = (await SendTask.filter(broadcast_id=broadcast.id).order_by("id"))[0]
    theirs = await _people(absent)
    await _shared(town, house, theirs[:5], house.sellers[1])
    await substitutes.ask(house.marketer, broadcast.id, absent.id, [house.sellers[1].id])
    await jobs.drain()
    assert await Recipient.filter(staff_id=house.sellers[1].id, id__in=[one.id for one in theirs]).count() == 5
    assert (await SendTask.get(id=absent.id)).customers == len(theirs) - 5
    assert [one.state for one in await SendTask.filter(staff_id=house.sellers[1].id, number=1)] == [
        SendTaskState.PENDING
    ]


async def test_whoever_opts_out_meanwhile_gets_nothing_of_the_colleague_either(town: Town, house: House):
    broadcast, (absent, *_) = await _made(house)
    theirs = await _people(absent)
    await _shared(town, house, theirs[:5], house.sellers[1])
    await substitutes.ask(house.marketer, broadcast.id, absent.id, [house.sellers[1].id])
    await Customer.filter(id=theirs[0].customer_id).update(marketing_stopped_at=clock.now())
    await jobs.drain()
    assert (await Recipient.get(id=theirs[0].id)).state is RecipientState.EXCLUDED
    sent = await _confirm_all(town, broadcast)
    assert theirs[0].address not in sent
    assert set(sent.values()) == {1}


async def test_a_call_without_an_answer_is_resolved_before_anybody_passes(town: Town, house: House):
    broadcast = await house.running()
    town.fail("externalcontact/add_msg_template", lose_answer=True, times=1)
    (absent, *_) = await SendTask.filter(broadcast_id=broadcast.id).order_by("id")
    await dispatch.dispatch(absent.id)
    assert (await SendTask.get(id=absent.id)).state is SendTaskState.UNKNOWN
    theirs = await _people(absent)
    await _shared(town, house, theirs[:5], house.sellers[1])
    await substitutes.ask(house.marketer, broadcast.id, absent.id, [house.sellers[1].id])
    await jobs.drain()
    await clock.advance(timedelta(minutes=2))
    await owed.sweep()
    await jobs.drain()
    assert await Recipient.filter(staff_id=house.sellers[1].id, id__in=[one.id for one in theirs]).count() == 5
    assert set((await _confirm_all(town, broadcast)).values()) == {1}


async def test_a_leaver_s_shared_friends_are_sent_to_at_once_and_the_others_wait_for_their_heirs(
    town: Town, house: House
):
    broadcast, (leaving, *_) = await _made(house)
    theirs = await _people(leaving)
    await _shared(town, house, theirs[:5], house.sellers[1])
    await Staff.filter(id=leaving.staff_id).update(is_active=False)
    await succession.prepare(house.manager, leaving.staff_id, is_leaving=True)
    await substitutes.ask(house.marketer, broadcast.id, leaving.id, [house.sellers[1].id])
    await jobs.drain()
    now = {one.id: (one.staff_id, one.state) for one in await Recipient.filter(id__in=[one.id for one in theirs])}
    assert {now[one.id] for one in theirs[:5]} == {(house.sellers[1].id, RecipientState.TASKED)}
    assert {now[one.id] for one in theirs[5:]} == {(leaving.staff_id, RecipientState.QUEUED)}
    sent = await _confirm_all(town, broadcast)
    assert {sent[one.address] for one in theirs[:5]} == {1}
    assert {sent[one.address] for one in theirs[5:]} == {0}


async def test_only_colleagues_of_these_stores_who_are_their_friends_can_be_asked(town: Town, house: House):
    broadcast, (absent, *_) = await _made(house)
    _, second, third = house.sellers
    theirs = await _people(absent)
    await _shared(town, house, theirs[:2], second)
    ask = substitutes.ask
    for wrong in ([third.id], [second.id, third.id], [absent.staff_id], []):
        with pytest.raises(NotTheirFriends):
            await ask(house.marketer, broadcast.id, absent.id, wrong)
    await Staff.filter(id=second.id).update(is_active=False)
    with pytest.raises(NotTheirFriends):
        await ask(house.marketer, broadcast.id, absent.id, [second.id])
    stranger = await make.acting(Role.MKT, await make.make_store(advisors=0))
    with pytest.raises(BroadcastNotFound):
        await substitutes.division(stranger, broadcast.id, absent.id)
    assert await database.fetch_value("SELECT count(*) FROM send_substitute") == 0
