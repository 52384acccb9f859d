"""An open debt is tried again by the timetable for as long as it is open, even when its job was lost."""

from datetime import timedelta

import pytest

from bot import inbox
from campaigns.contact_ways import keeping, service
from campaigns.contact_ways.keeping import Purpose
from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import ContactWayState
from crm_core.customers import contact_reading, corp_tags
from crm_core.customers.models import Customer, Friendship, Source
from crm_core.dealerships.models import Role, Staff, Unread
from crm_core.messaging.models import Message, MessageState
from crm_core.messaging.service import say
from foundation import clock, database, jobs, owed
from foundation.errors import ErrorKind, PlatformError
from scheduler.timetable import TIMETABLE
from tests import factories as make
from tests.fixtures.owed import owed_work
from tests.fixtures.platforms import Town

ADD_WAY = "externalcontact/add_contact_way"
READ = "externalcontact/get"


async def _minute(minutes: float = 1) -> None:
    """Business time goes by, the timetable looks, and each job it enqueues has its last try: none is parked."""
    await clock.advance(timedelta(minutes=minutes))
    await owed.sweep()
    await owed_work()


async def _way(town: Town) -> ContactWay:
    actor = await make.acting(Role.MKT, town.store)
    return await keeping.create(actor, Purpose("展厅海报", town.wang.id, Source.SHOW))


async def test_what_was_owed_when_the_platform_went_away_for_an_hour_is_paid_when_it_is_back(town: Town):
    town.fail(ADD_WAY, errcode=-1, times=1000)
    way = await _way(town)
    for _ in range(6):
        await _minute(10)
    row = await ContactWay.get(id=way.id)
    assert (row.state, row.trouble) == (ContactWayState.PENDING, "WeComError -1")
    assert row.tries == 5, "a platform that is away is asked ever more seldom"
    town.simulation.faults.calm()
    await _minute(60)
    row = await ContactWay.get(id=way.id)
    assert (row.state, row.tries, row.trouble, row.next_try_at) == (ContactWayState.READY, 0, "", None)


async def test_what_a_setting_forbids_is_tried_again_each_hour_until_somebody_mends_it(town: Town):
    await town.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    town.fail(READ, errcode=48002, times=3)
    await town.settle()
    for _ in range(5):
        await _minute(60)
    assert (await Friendship.get()).unread_since is None
    assert (await Customer.get()).name == "张伟"


async def test_it_is_found_though_its_job_was_never_enqueued(town: Town):
    way = await _way(town)
    await database.execute("DELETE FROM jobs.pgqueuer")
    await owed.sweep()
    await jobs.drain()
    assert (await ContactWay.get(id=way.id)).state is ContactWayState.PENDING, "its job has a minute first"
    await _minute()
    assert (await ContactWay.get(id=way.id)).state is ContactWayState.READY


def test_every_job_is_a_line_of_the_timetable_or_is_found_by_one():
    """Work that a job would lose with its last try is also a state in a table, which the timetable checks."""
    by_the_clock = {line.job for line in TIMETABLE}
    found_by_a_line_of_their_own = {"campaigns.start", "payments.carry_out_refund"}
    ours = {name for name in jobs.registry if not name.startswith("probe.")}
    assert ours - by_the_clock - set(owed.debts) == found_by_a_line_of_their_own
    assert {name for name in ours - by_the_clock if not jobs.registry[name].is_hint} == set()


async def test_a_member_told_of_during_an_outage_of_hours_is_read_when_it_is_over(town: Town):
    town.fail("user/get", errcode=-1, times=1000)
    await town.hand("POST", "directory/members", {"userid": "ZhaoMin", "name": "赵敏", "position": "销售顾问"})
    await town.simulation.courier.settle()
    for _ in range(4):
        await _minute(60)
    assert await Unread.filter(kind="member", key="zhaomin", trouble="WeComError -1").count() == 1
    assert (await Staff.get(userid="zhaomin")).title == ""
    town.simulation.faults.calm()
    await _minute(60)
    assert (await Staff.get(userid="zhaomin")).title == "销售顾问"
    assert not await Unread.exists()


async def test_tags_told_of_during_an_outage_are_read_when_it_is_over_and_a_word_said_meanwhile_again(town: Town):
    town.fail("externalcontact/get_corp_tag_list", errcode=-1, times=1000)
    await corp_tags.expect_news()
    await _minute(60)
    assert await Unread.filter(kind="corp_tags").count() == 1
    town.simulation.faults.calm()

    async def word_meanwhile() -> None:
        await clock.advance(timedelta(seconds=1))
        await corp_tags.expect_news()

    await corp_tags.UNREAD.read(corp_tags.ALL, word_meanwhile)
    assert await Unread.filter(kind="corp_tags").count() == 1, "what was said while we read is still to be read"
    await _minute(60)
    assert not await Unread.exists()


async def test_a_worker_killed_in_a_try_leaves_the_next_one_due(town: Town):
    way = await _way(town)
    await database.execute("DELETE FROM jobs.pgqueuer")
    await clock.advance(timedelta(minutes=2))

    async def killed() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await service.OWED.attempt(way.id, killed)
    row = await ContactWay.get(id=way.id)
    assert row.tries == 1
    assert row.next_try_at is not None
    assert clock.now() < row.next_try_at <= clock.now() + timedelta(minutes=2)
    await _minute(2)
    assert (await ContactWay.get(id=way.id)).state is ContactWayState.READY


async def test_the_pause_grows_to_an_hour_and_no_further(town: Town):
    way = await _way(town)

    async def busy() -> None:
        raise PlatformError("wecom", -1, kind=ErrorKind.BUSY)

    pauses = []
    for _ in range(9):
        await clock.advance(timedelta(hours=1))
        with pytest.raises(PlatformError):
            await service.OWED.attempt(way.id, busy)
        row = await ContactWay.get(id=way.id)
        assert row.next_try_at is not None
        pauses.append(round((row.next_try_at - clock.now()) / timedelta(minutes=1)))
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_a_callback_whose_job_is_gone_is_handled_all_the_same(town: Town):
    await town.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    await town.simulation.courier.settle()
    await database.execute("DELETE FROM jobs.pgqueuer")
    await _minute()
    assert (await Friendship.get()).ended_at is None
    assert await database.fetch_value("SELECT count(*) FROM inbox_message WHERE handled_at IS NULL") == 0
    assert await inbox.UNHANDLED.sweep() == 0


async def test_news_that_come_while_a_contact_is_read_are_read_too(town: Town):
    await town.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    await town.settle()
    friend = await Friendship.get()
    await contact_reading.expect_news(friend.external_userid)
    marks = await contact_reading.unread(friend.external_userid)
    await contact_reading.expect_news(friend.external_userid)
    await contact_reading.mark_read(friend.external_userid, marks)
    assert (await Friendship.get()).unread_since is not None


async def test_a_card_is_sent_and_updated_after_an_outage_of_hours(town: Town):
    town.fail("message/send", errcode=-1, times=1000)
    await say("card_failed", {}, staff_id=town.li.id, about="appointment:1", dedupe_key="k")
    for _ in range(2):
        await _minute(90)
    assert (await Message.get()).state is MessageState.PENDING
    town.simulation.faults.calm()
    await _minute(60)
    assert (await Message.get()).state is MessageState.SENT
    assert len(town.inbox_of(town.li)) == 1
