"""Who has not confirmed: all are reminded at once, who cannot be is named, and each store's share is followed."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from campaigns.broadcasts import progress, syncing, tasks
from campaigns.broadcasts.models import Broadcast, SendTask
from campaigns.broadcasts.rules import NotReminded, Remindable, not_reminded
from crm_core.dealerships.models import Staff
from crm_core.dealerships.rota.models import AbsenceKind, StaffAbsence
from crm_core.succession import service as succession
from foundation import clock, jobs, owed
from foundation.errors import IllegalMove
from tests import factories as make
from tests.campaigns.broadcasts.house import House, make_house
from tests.campaigns.people import tell_platform
from tests.fixtures.owed import owed_work
from tests.fixtures.platforms import Town

REMIND = "externalcontact/remind_groupmsg_send"


@pytest.fixture
async def house(town: Town) -> House:
    """Forty sleeping owners and four salespeople, known to the platform."""
    made = await make_house(40, how_many_sellers=4, store=town.store)
    await tell_platform(town, made.crowd)
    return made


async def _made(house: House) -> tuple[Broadcast, list[SendTask]]:
    broadcast = await house.running()
    await jobs.drain()
    return broadcast, await SendTask.filter(broadcast_id=broadcast.id).order_by("id")


async def _confirm(town: Town, send_task: SendTask) -> None:
    member = await Staff.get(id=send_task.staff_id)
    await town.hand("POST", "mass-tasks/confirm", {"msgid": send_task.message_id, "userid": member.userid})
    await syncing.sync(send_task.id)


def _reminded(town: Town, send_tasks: Sequence[SendTask]) -> list[int]:
    messages = town.simulation.world.mass_messages
    return [len(messages.get(one.message_id).reminded_at) for one in send_tasks]


def _task(*, left: bool = False, away: bool = False, declined: bool = False, owed: bool = False, times: int = 0):
    now = clock.at(make.MONDAY, 15)
    said: list[datetime] = [now - timedelta(hours=23)] * times + [now - timedelta(hours=24)] * 3
    return not_reminded(Remindable(not left, away, declined, owed, said), now, 3)


def test_the_first_reason_not_to_remind_is_told_and_yesterday_s_reminders_count_no_more():
    assert _task() is None
    assert _task(times=2) is None
    assert _task(times=3) is NotReminded.LIMIT
    assert _task(times=3, owed=True) is NotReminded.UNDER_WAY
    assert _task(owed=True, declined=True) is NotReminded.DECLINED
    assert _task(declined=True, away=True) is NotReminded.AWAY
    assert _task(away=True, left=True) is NotReminded.LEFT


async def test_all_are_reminded_at_once_and_who_is_not_is_named_with_the_reason(town: Town, house: House):
    broadcast, send_tasks = await _made(house)
    confirmed, tired, declined, rest = send_tasks
    await _confirm(town, confirmed)
    for _ in range(3):
        await tasks.remind(house.marketer, broadcast.id, tired.id)
        await jobs.drain()
    await SendTask.filter(id=declined.id).update(declined_at=clock.now())
    names = dict(await Staff.all().values_list("id", "name"))
    done = await tasks.remind_all(house.marketer, broadcast.id)
    assert done.reminded == [names[rest.staff_id]]
    assert {one.staff: one.why for one in done.left_out} == {
        names[tired.staff_id]: NotReminded.LIMIT,
        names[declined.staff_id]: NotReminded.DECLINED,
    }
    await jobs.drain()
    assert _reminded(town, send_tasks) == [0, 3, 0, 1]


async def test_two_who_remind_all_at_once_remind_each_once_also_when_wecom_comes_back_late(town: Town, house: House):
    broadcast, send_tasks = await _made(house)
    town.fail(REMIND, errcode=-1, times=1000)
    answers = await asyncio.gather(*(tasks.remind_all(house.marketer, broadcast.id) for _ in range(2)))
    assert sorted(len(one.reminded) for one in answers) == [0, 4]
    assert {one.why for answer in answers for one in answer.left_out} == {NotReminded.UNDER_WAY}
    await owed_work()
    await clock.advance(timedelta(hours=2))
    town.simulation.faults.calm()
    await owed.sweep()
    await owed_work()
    assert _reminded(town, send_tasks) == [1, 1, 1, 1]


async def test_nobody_is_reminded_of_what_is_over(house: House):
    broadcast, _ = await _made(house)
    await Broadcast.filter(id=broadcast.id).update(stopped_at=clock.now())
    with pytest.raises(IllegalMove):
        await tasks.remind_all(house.marketer, broadcast.id)


async def test_who_is_away_or_has_left_is_known_and_their_customers_count_as_stuck(town: Town, house: House):
    broadcast, send_tasks = await _made(house)
    absent, leaver, *_ = send_tasks
    today = clock.today()
    for first, last in ((0, 1), (2, 3)):
        await StaffAbsence.create(
            staff_id=absent.staff_id,
            first_on=today + timedelta(days=first),
            last_on=today + timedelta(days=last),
            kind=AbsenceKind.SICK,
        )
    plan = await succession.prepare(house.manager, leaver.staff_id, is_leaving=True)
    await Staff.filter(id=leaver.staff_id).update(is_active=False)
    shown = await progress.progress(house.marketer, broadcast.id)
    rows = {row.id: row for row in shown.tasks}
    assert (rows[absent.id].away, rows[absent.id].away_until) == ("请假", today + timedelta(days=3))
    assert (rows[leaver.id].staff_is_active, rows[leaver.id].succession_id) == (False, plan.id)
    assert shown.counts.staff_unavailable == absent.customers + leaver.customers
    done = await tasks.remind_all(house.marketer, broadcast.id)
    assert sorted(one.why for one in done.left_out) == [NotReminded.AWAY, NotReminded.LEFT]
    assert len(done.reminded) == 2


async def test_each_store_s_share_is_followed_by_the_hour_the_one_behind_first(town: Town, house: House):
    broadcast, (first, second, third, other) = await _made(house)
    branch = await make.make_store(advisors=0)
    await Staff.filter(id=other.staff_id).update(store_id=branch.id)
    await clock.advance(timedelta(hours=2))
    await _confirm(town, first)
    await clock.advance(timedelta(hours=1))
    for send_task in (second, third):
        await _confirm(town, send_task)
    behind, ahead = (await progress.progress(house.marketer, broadcast.id)).stores
    assert (behind.store_id, behind.staff, behind.hours) == (branch.id, 1, [])
    assert (ahead.store_id, ahead.staff) == (house.store.id, 3)
    assert [round(hours) for hours in ahead.hours] == [2, 3, 3]
