"""Quiet hours are set by owners, noted by staff with where they were said, ended and never changed."""

from datetime import time

import pytest

from crm_core.customers import service
from crm_core.customers.models import Customer
from crm_core.customers.quiet_hours import reading, setting
from crm_core.customers.quiet_hours.errors import (
    QuietHoursEmpty,
    QuietHoursLeaveNothing,
    QuietHoursNotFound,
    TooManyQuietHours,
)
from crm_core.customers.quiet_hours.models import QuietHours, QuietSource
from crm_core.dealerships.actors import Actor, owner
from crm_core.dealerships.models import Role, Store
from foundation import clock, database
from foundation.errors import NotAllowed, NotFound
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")
PHONE = QuietSource.PHONE


@pytest.fixture
async def store() -> Store:
    """On a Monday at ten."""
    await clock.set_to(clock.at(make.MONDAY, 10))
    return await make.make_store(advisors=0)


async def _owner(store: Store) -> tuple[Customer, Actor]:
    person = await make.make_customer(store)
    return person, owner(person.id, openid=f"o-{person.id}")


async def test_an_owner_sets_hours_and_takes_them_back(store: Store):
    person, self_ = await _owner(store)
    for _ in range(2):
        await setting.begin(self_, person.id, time(22), time(8), QuietSource.MINI_PROGRAM)
    [span] = await reading.own(self_)
    assert span.words == "22:00–次日 08:00"
    await setting.end(self_, span.id)
    assert await reading.own(self_) == []
    with pytest.raises(QuietHoursNotFound):
        await setting.end(self_, span.id)
    [kept] = await QuietHours.all()
    assert (kept.ended_at is not None, kept.noted_by_id, kept.source) == (True, None, QuietSource.MINI_PROGRAM)
    said = [row["name"] for row in await database.fetch("SELECT name FROM event WHERE name = 'customer.quiet_hours'")]
    assert len(said) == 2


async def test_staff_note_them_with_where_they_were_said_and_are_in_the_log(store: Store):
    person, _ = await _owner(store)
    clerk = await make.acting(Role.CRC, store, name="周敏")
    await setting.begin(clerk, person.id, time(12), time(14), PHONE)
    [span] = await reading.of_customer(clerk, person.id)
    assert (span.words, span.source, span.noted_by, span.ended_at) == ("12:00–14:00", PHONE, "周敏", None)
    assert await database.fetch_value("SELECT count(*) FROM audit_entry WHERE action = 'customers.quiet_hours'") == 1
    await setting.end(clerk, span.id)
    [ended] = await reading.of_customer(clerk, person.id)
    assert ended.ended_at is not None


async def test_what_makes_no_sense_is_refused_with_its_reason(store: Store):
    person, self_ = await _owner(store)
    with pytest.raises(QuietHoursEmpty):
        await setting.begin(self_, person.id, time(9), time(9), QuietSource.MINI_PROGRAM)
    with pytest.raises(QuietHoursLeaveNothing):
        await setting.begin(self_, person.id, time(8), time(21), QuietSource.MINI_PROGRAM)
    for hour in (10, 12, 14):
        await setting.begin(self_, person.id, time(hour), time(hour + 1), QuietSource.MINI_PROGRAM)
    with pytest.raises(TooManyQuietHours):
        await setting.begin(self_, person.id, time(16), time(17), QuietSource.MINI_PROGRAM)


async def test_nobody_sets_them_for_people_who_are_not_theirs(store: Store):
    person, _ = await _owner(store)
    _, other = await _owner(store)
    elsewhere = await make.acting(Role.CRC, await make.make_store(advisors=0))
    marketer = await make.acting(Role.MKT, store)
    for stranger in (other, elsewhere, marketer):
        with pytest.raises((NotAllowed, NotFound)):
            await setting.begin(stranger, person.id, time(12), time(14), PHONE)
    assert await QuietHours.all().count() == 0


async def test_a_merge_keeps_the_hours_of_both_and_each_once(store: Store):
    kept, self_ = await _owner(store)
    merged, other = await _owner(store)
    await setting.begin(self_, kept.id, time(12), time(14), QuietSource.MINI_PROGRAM)
    await setting.begin(other, merged.id, time(12), time(14), QuietSource.MINI_PROGRAM)
    await setting.begin(other, merged.id, time(21), time(9), QuietSource.MINI_PROGRAM)
    manager = await make.acting(Role.GM, store)
    await service.merge(manager, kept.id, merged.id, reason="同一个人")
    assert [span.words for span in await reading.own(self_)] == ["12:00–14:00", "21:00–次日 09:00"]
