"""A salesperson leaves before they sent their part of a broadcast: whoever gets the friends sends it, nobody twice."""

from collections import Counter
from datetime import timedelta

import pytest

from campaigns.broadcasts import drafting
from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState, SendTask, SendTaskState
from crm_core.customers.friend_transfers import handing as transfers
from crm_core.customers.models import IdentityKind
from crm_core.dealerships.belongings import BelongingKind
from crm_core.dealerships.models import Staff
from crm_core.succession import queries, service
from crm_core.succession.rules import ItemState
from foundation import clock, database, jobs, owed
from foundation.reading import literals
from tests.campaigns.broadcasts.house import House, make_house
from tests.campaigns.people import tell_platform
from tests.fixtures.platforms import Town


@pytest.fixture
async def house(town: Town) -> House:
    """Forty sleeping owners and three salespeople, known to the platform."""
    made = await make_house(40, store=town.store)
    await tell_platform(town, made.crowd)
    await database.execute(
        "INSERT INTO identity (customer_id, kind, value, created_at) "
        f"SELECT customer_id, {literals(IdentityKind.EXTERNAL_USERID)}, external_userid, since FROM friendship"
    )
    return made


async def _leaves(town: Town, house: House, leaver: Staff) -> int:
    await town.hand("POST", f"directory/members/{leaver.userid}/delete")
    await town.settle()
    plan = await service.prepare(house.manager, leaver.id, is_leaving=True)
    await service.start(house.manager, plan.id, expected_version=plan.version)
    await jobs.drain()
    return int(plan.id)


async def _later(town: Town, **step: float) -> None:
    await town.hand("POST", "clock/advance", step)
    await clock.refresh()
    await town.settle()
    for _ in range(2):
        await owed.sweep()
        await transfers.OWED.sweep()
        await jobs.drain()
        await clock.advance(timedelta(minutes=6))


async def _people_of(broadcast: Broadcast, staff: Staff, *states: RecipientState) -> list[Recipient]:
    return await Recipient.filter(broadcast_id=broadcast.id, staff_id=staff.id, state__in=states)


@pytest.mark.parametrize("is_made", [True, False])
async def test_what_a_leaver_has_not_sent_is_sent_by_whoever_gets_the_friend(town: Town, house: House, is_made: bool):
    broadcast = await house.running()
    if not is_made:
        await drafting.pause(house.marketer, broadcast.id, reason="等交接")
    await jobs.drain()
    leaver, *colleagues = house.sellers
    theirs = await _people_of(broadcast, leaver, RecipientState.QUEUED, RecipientState.TASKED)
    assert len(theirs) >= 5
    succession_id = await _leaves(town, house, leaver)
    (line,) = await queries.lines(house.manager, succession_id, kind=BelongingKind.SEND_TASK)
    assert (line.state, line.words) == (ItemState.ASKED, f"X6 车主回店礼 {len(theirs)} 位")
    assert not await SendTask.filter(staff_id__in=[one.id for one in colleagues], number__gt=0).exists()

    if not is_made:
        paused = await Broadcast.get(id=broadcast.id)
        await drafting.resume(house.marketer, broadcast.id, expected_version=paused.version)
        await jobs.drain()
    refuser = theirs[0]
    await town.hand("POST", "transfers/refuse", {"external_userid": refuser.address})
    await _later(town, hours=25)
    await refuser.refresh_from_db()
    assert refuser.state is RecipientState.EXCLUDED, "a friend of nobody who works here"
    moved = await Recipient.filter(id__in=[one.id for one in theirs[1:]])
    assert {one.state for one in moved} == {RecipientState.TASKED}
    assert leaver.id not in {one.staff_id for one in moved}
    for send_task in await SendTask.filter(broadcast_id=broadcast.id, state=SendTaskState.CREATED):
        sender = await Staff.get(id=send_task.staff_id)
        await town.hand("POST", "mass-tasks/confirm", {"msgid": send_task.message_id, "userid": sender.userid})
    await _later(town, minutes=30)
    moved = await Recipient.filter(id__in=[one.id for one in theirs[1:]])
    assert {one.state for one in moved} == {RecipientState.SENT}
    sent = Counter(row.external_userid for row in town.chats() if (row.origin, row.msgtype) == ("mass", "text"))
    assert set(sent.values()) == {1}
    assert refuser.address not in sent


async def test_what_is_confirmed_already_is_not_theirs_to_hand_over(town: Town, house: House):
    broadcast = await house.running()
    await jobs.drain()
    leaver = house.sellers[0]
    (send_task,) = await SendTask.filter(broadcast_id=broadcast.id, staff_id=leaver.id)
    await town.hand("POST", "mass-tasks/confirm", {"msgid": send_task.message_id, "userid": leaver.userid})
    await _later(town, minutes=10)
    succession_id = await _leaves(town, house, leaver)
    assert await queries.lines(house.manager, succession_id, kind=BelongingKind.SEND_TASK) == []
