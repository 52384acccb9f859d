"""A broadcast waits for the end of quiet hours: nobody is sent to in them, nobody is lost, nobody is sent to twice."""

from collections import Counter
from datetime import timedelta

import pytest

from campaigns.broadcasts import drafting, forecast, freezing
from campaigns.broadcasts.errors import TimeNotPossible
from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState, SendTask, SendTaskState
from campaigns.exclusions import Exclusion
from campaigns.measuring import Cohort
from crm_core.customers.models import Customer
from crm_core.customers.quiet_hours import setting
from crm_core.customers.quiet_hours.models import QuietHours, QuietSource
from crm_core.dealerships.actors import owner
from crm_core.dealerships.holidays.models import Holiday, HolidayKind, HolidayNotice
from foundation import clock, jobs, owed
from tests.campaigns.broadcasts.house import STARTS_AT, House, make_house
from tests.campaigns.people import tell_platform
from tests.fixtures.platforms import Town

S = RecipientState


@pytest.fixture
async def house(town: Town) -> House:
    """Twenty sleeping owners of one salesperson, known to the platform."""
    made = await make_house(20, store=town.store, how_many_sellers=1)
    await tell_platform(town, made.crowd)
    return made


async def _quiet(customer_id: int, starts_hour: int, ends_hour: int) -> None:
    """Beside the verb, since some of these would be refused."""
    await QuietHours.create(
        customer_id=customer_id,
        starts_minute=starts_hour * 60,
        ends_minute=ends_hour * 60,
        source=QuietSource.MINI_PROGRAM,
        since=clock.now(),
    )


async def _at(hour: int, minute: int = 0, *, days: int = 0) -> None:
    await clock.set_to(STARTS_AT.replace(hour=0) + timedelta(days=days, hours=hour - 8, minutes=minute))
    await owed.sweep()
    await jobs.drain()


async def _confirm_all(town: Town, house: House, broadcast: Broadcast) -> None:
    for task in await SendTask.filter(broadcast_id=broadcast.id, state=SendTaskState.CREATED, confirmed_at=None):
        await town.hand("POST", "mass-tasks/confirm", {"msgid": task.message_id, "userid": house.sellers[0].userid})


def _sent(town: Town) -> Counter[str]:
    return Counter(row.external_userid for row in town.chats() if (row.origin, row.msgtype) == ("mass", "text"))


async def _planned(broadcast: Broadcast) -> list[Recipient]:
    return await Recipient.filter(broadcast_id=broadcast.id, cohort=Cohort.PLANNED).order_by("customer_id")


async def test_whoever_is_quiet_at_the_start_gets_it_when_their_hours_are_over(town: Town, house: House):
    people = range(house.crowd.first_id, house.crowd.first_id + 6)
    for customer_id in people:
        await _quiet(customer_id, 9, 12)
    broadcast = await house.running()
    await jobs.drain()
    states = {row.customer_id: row.state for row in await _planned(broadcast)}
    waiting = [customer_id for customer_id in people if customer_id in states]
    assert waiting
    assert {states[customer_id] for customer_id in waiting} == {S.QUEUED}
    assert {state for customer_id, state in states.items() if customer_id not in waiting} == {S.TASKED}
    [later] = await SendTask.filter(broadcast_id=broadcast.id, state=SendTaskState.PENDING)
    assert (later.not_before, later.customers) == (clock.at(STARTS_AT.date(), 12), len(waiting))
    await _confirm_all(town, house, broadcast)
    await _at(11, 59)
    assert not {house.crowd.external_userid(each) for each in waiting} & _sent(town).keys()
    await _at(12, 1)
    await _confirm_all(town, house, broadcast)
    await _at(12, 10)
    assert {row.state for row in await _planned(broadcast)} == {S.SENT}
    assert set(_sent(town).values()) == {1}


async def test_an_unconfirmed_task_is_taken_back_when_the_hours_of_its_people_begin(town: Town, house: House):
    for customer_id in range(house.crowd.first_id, house.crowd.first_id + 3):
        await _quiet(customer_id, 12, 14)
    broadcast = await house.running()
    await jobs.drain()
    own, others = await SendTask.filter(broadcast_id=broadcast.id, state=SendTaskState.CREATED).order_by("customers")
    assert (own.customers in (2, 3), own.customers + others.customers) == (True, 19), "theirs is a task of its own"
    await _at(12, 6)
    assert [task.id for task in await SendTask.filter(state=SendTaskState.CREATED)] == [others.id]
    assert sum(row.state is S.QUEUED for row in await _planned(broadcast)) == own.customers
    await _confirm_all(town, house, broadcast)
    await _at(14, 1)
    await _confirm_all(town, house, broadcast)
    await _at(14, 10)
    assert {row.state for row in await _planned(broadcast)} == {S.SENT}
    assert set(_sent(town).values()) == {1}


async def test_hours_set_while_a_task_waits_take_the_person_out_of_it(town: Town, house: House):
    broadcast = await house.running()
    await jobs.drain()
    quiet = await Customer.get(id=(await _planned(broadcast))[0].customer_id)
    await setting.begin(
        owner(quiet.id, openid="o-quiet"),
        quiet.id,
        clock.local(STARTS_AT - timedelta(hours=1)).time(),
        clock.local(STARTS_AT + timedelta(hours=3)).time(),
        QuietSource.MINI_PROGRAM,
    )
    await jobs.drain()
    assert (await Recipient.get(customer_id=quiet.id)).state is S.QUEUED
    await _confirm_all(town, house, broadcast)
    await _at(13, 1)
    await _confirm_all(town, house, broadcast)
    await _at(13, 10)
    assert set(_sent(town).values()) == {1}
    assert len(_sent(town)) == 19


async def test_hours_over_midnight_wait_for_the_next_day(town: Town, house: House):
    for customer_id in range(house.crowd.first_id, house.crowd.first_id + 3):
        await _quiet(customer_id, 10, 9)
    await QuietHours.all().update(ends_minute=9 * 60 + 30)
    broadcast = await house.running()
    await jobs.drain()
    later = await SendTask.get(broadcast_id=broadcast.id, state=SendTaskState.PENDING)
    assert later.not_before == clock.at(STARTS_AT.date() + timedelta(days=1), 9, 30)
    await _at(9, 31, days=1)
    assert {row.state for row in await _planned(broadcast)} == {S.TASKED}


async def test_nothing_is_made_on_a_holiday_without_marketing_and_all_of_it_afterwards(town: Town, house: House):
    day = STARTS_AT.date()
    notice = await HolidayNotice.create(year=day.year, source="通知", published_on=day)
    holiday = await Holiday.create(notice_id=notice.id, kind=HolidayKind.OFF, name="店庆", first_on=day, last_on=day)
    broadcast = await house.scheduled()
    assert (await forecast.of_broadcast(broadcast)).no_marketing == []
    await Holiday.filter(id=holiday.id).update(is_quiet=True)
    told = await forecast.of_broadcast(broadcast)
    assert told.no_marketing == [f"{day.month}月{day.day}日 店庆放假"]
    with pytest.raises(TimeNotPossible, match="店庆放假"):
        await drafting.schedule(house.marketer, broadcast.id, starts_at=STARTS_AT, expected_version=broadcast.version)
    await clock.set_to(STARTS_AT)
    assert not await freezing.start(broadcast.id)
    await clock.set_to(clock.at(day + timedelta(days=1), 9))
    assert await freezing.start(broadcast.id)
    await jobs.drain()
    assert {row.state for row in await _planned(broadcast)} == {S.TASKED}


async def test_whoever_cannot_be_sent_to_before_the_end_falls_out_with_the_reason(town: Town, house: House):
    first = house.crowd.first_id
    await _quiet(first, 8, 22)
    for customer_id in range(first + 1, first + 4):
        await _quiet(customer_id, 9, 11)
    broadcast = await house.scheduled()
    told = await forecast.of_broadcast(broadcast)
    assert {each.label: each.people for each in told.excluded} == {"发送时段全在客户的免打扰里": 1}
    assert (told.reachable, told.waiting) == (19, 3)
    await Broadcast.filter(id=broadcast.id).update(ends_at=clock.at(STARTS_AT.date(), 10, 30))
    await clock.set_to(STARTS_AT)
    assert await freezing.start(broadcast.id)
    await jobs.drain()
    rows = {row.customer_id: row for row in await Recipient.filter(broadcast_id=broadcast.id)}
    assert (rows[first].cohort, rows[first].reason) == (Cohort.EXCLUDED, Exclusion.ALWAYS_QUIET)
    late = [rows[customer_id] for customer_id in range(first + 1, first + 4)]
    assert {(row.cohort, row.state, row.reason) for row in late if row.cohort is Cohort.PLANNED} == {
        (Cohort.PLANNED, S.EXCLUDED, Exclusion.ALWAYS_QUIET)
    }
