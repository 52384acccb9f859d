"""A segment carries a tag: whoever is in it has the tag, whoever is not loses it, and a hand's own stays."""

import asyncio
import contextlib
from datetime import timedelta

import pytest

from campaigns.segments import service as segments
from campaigns.segments.errors import SegmentNotFound
from campaigns.tag_rules import queries, running, service
from campaigns.tag_rules.errors import AsksForItself, TagCarriedAlready, TagRuleNotFound
from campaigns.tag_rules.models import TagRule
from crm_core.customers import service as customers
from crm_core.customers.models import Customer
from crm_core.customers.tags import keeping
from crm_core.customers.tags.errors import TagInUse, TagNotFound
from crm_core.customers.tags.holding import MARKS_OWED
from crm_core.customers.tags.models import CustomerTag, Tag, TagMark
from crm_core.customers.tags.rules import TagState
from crm_core.dealerships.models import Role
from foundation import clock, jobs
from foundation.errors import NotAllowed, StaleVersion
from tests import factories as make
from tests.campaigns.people import EVERYBODY, make_crowd, tell_platform

pytestmark = pytest.mark.usefixtures("database")

COMPANIES = {"match": "all", "items": [{"field": "company", "value": True}]}


@pytest.fixture
async def store():
    return await make.make_store(advisors=0)


@pytest.fixture
async def marketer(store):
    return await make.acting(Role.MKT, store, name="许静")


async def _crowd(store, size: int = 6):
    seller = await make.make_staff(Role.SC, store, userid="wangfang")
    crowd = await make_crowd(size, store, [seller])
    await _make_companies(crowd.first_id, crowd.first_id + 1)
    return crowd


async def _make_companies(*ids: int) -> None:
    await Customer.filter(id__in=ids).update(is_company=True)


async def _carried(marketer, tree=COMPANIES, name: str = "单位"):
    segment = await segments.create(marketer, name=name, definition=tree)
    tag_id = await keeping.create(marketer, group="类别", name=name)
    await service.carry(marketer, segment.id, tag_id)
    return segment, tag_id


async def _who(tag_id: int) -> set[int]:
    return {row.customer_id for row in await CustomerTag.filter(tag_id=tag_id)}


async def test_people_come_and_go_with_the_segment_and_what_a_hand_put_on_stays(store, marketer):
    crowd = await _crowd(store)
    first, second, third, by_hand = range(crowd.first_id, crowd.first_id + 4)
    _, tag_id = await _carried(marketer)
    advisor = await make.acting(Role.SVM, store)
    await customers.edit(advisor, by_hand, expected_version=1, tags=["单位"])
    await customers.edit(advisor, first, expected_version=1, tags=["单位"])
    await running.run(tag_id)
    assert await _who(tag_id) == {first, second, by_hand}
    assert (await Customer.get(id=second)).tags == ["单位"]
    await Customer.filter(id__in=[first, second]).update(is_company=False)
    await _make_companies(third)
    await running.run(tag_id)
    assert await _who(tag_id) == {first, third, by_hand}, "the second had it by the rule alone"
    assert (await Customer.get(id=second)).tags == []
    rule = await TagRule.get()
    assert (rule.people, rule.put_on, rule.taken_off) == (1, 1, 2)
    before = (await Customer.get(id=third)).version
    await running.run(tag_id)
    assert (await Customer.get(id=third)).version == before, "a run that finds nothing changes nothing"


async def test_the_night_also_cleans_up_after_archived_segments_and_ended_rules(store, marketer):
    crowd = await _crowd(store)
    segment, tag_id = await _carried(marketer)
    await running.run(tag_id)
    assert len(await _who(tag_id)) == 2
    with pytest.raises(TagInUse):
        await keeping.end(marketer, tag_id)
    await segments.archive(marketer, segment.id, expected_version=1)
    await running.expect_all()
    await running.run(tag_id)
    assert await _who(tag_id) == set()
    assert (await Customer.get(id=crowd.first_id)).tags == []


async def test_a_rule_without_people_still_holds_its_tag(store, marketer):
    segment, tag_id = await _carried(marketer)
    await running.run(tag_id)
    assert await _who(tag_id) == set()
    with pytest.raises(TagInUse, match=segment.name):
        await service.end_tag(marketer, tag_id)
    await service.stop(marketer, segment.id)
    await service.end_tag(marketer, tag_id)
    assert (await Tag.get(id=tag_id)).state is TagState.ENDING
    with pytest.raises(TagNotFound):
        await service.carry(marketer, segment.id, tag_id)


async def test_a_rule_that_ends_takes_back_what_it_gave_and_the_tag_can_go_elsewhere(store, marketer):
    await _crowd(store)
    segment, tag_id = await _carried(marketer)
    other = await segments.create(marketer, name="全部", definition=EVERYBODY)
    with pytest.raises(TagCarriedAlready):
        await service.carry(marketer, other.id, tag_id)
    await running.run(tag_id)
    await service.stop(marketer, segment.id)
    with pytest.raises(TagRuleNotFound):
        await service.run_now(marketer, segment.id)
    await running.run(tag_id)
    assert await _who(tag_id) == set()
    await service.carry(marketer, other.id, tag_id)
    await service.run_now(marketer, other.id)
    await running.run(tag_id)
    assert len(await _who(tag_id)) == 6
    assert [(row.segment_name, row.people) for row in await queries.of_reader(marketer)] == [("全部", 6)]


async def test_a_segment_may_not_ask_about_the_tag_it_puts_on(marketer):
    tag_id = await keeping.create(marketer, group="类别", name="单位")
    tree = {
        "match": "any",
        "items": [{"match": "all", "items": [{"field": "tags", "values": ["单位"]}]}, *COMPANIES["items"]],
    }
    segment = await segments.create(marketer, name="自己贴自己", definition=tree)
    with pytest.raises(AsksForItself):
        await service.carry(marketer, segment.id, tag_id)
    with pytest.raises(TagNotFound):
        await service.carry(marketer, segment.id, 999)


async def test_only_whose_stores_the_segment_has_may_say_what_it_carries(store, marketer):
    segment = await segments.create(marketer, name="单位", definition=COMPANIES)
    tag_id = await keeping.create(marketer, group="类别", name="单位")
    stranger = await make.acting(Role.MKT, await make.make_store(advisors=0))
    for act in (service.stop, service.run_now):
        with pytest.raises(SegmentNotFound):
            await act(stranger, segment.id)
    with pytest.raises(SegmentNotFound):
        await service.carry(stranger, segment.id, tag_id)
    with pytest.raises(NotAllowed):
        await service.carry(await make.acting(Role.SC, store), segment.id, tag_id)


async def test_a_rule_and_its_end_at_once_leave_nobody_with_a_tag_nobody_gives(store, marketer):
    await _crowd(store, 40)
    segment, tag_id = await _carried(marketer, EVERYBODY)
    await asyncio.gather(running.run(tag_id), service.stop(marketer, segment.id))
    await running.run(tag_id)
    assert await _who(tag_id) == set()


async def test_runs_at_once_and_a_hand_beside_them_end_as_the_segment_says(store, marketer):
    crowd = await _crowd(store, 30)
    _, tag_id = await _carried(marketer, EVERYBODY)
    advisor = await make.acting(Role.SVM, store)

    async def by_hand(customer_id: int) -> None:
        now = await Customer.get(id=customer_id)
        with contextlib.suppress(StaleVersion):
            await customers.edit(advisor, customer_id, expected_version=now.version, tags=[*now.tags, "老友"])

    ids = range(crowd.first_id, crowd.first_id + 30)
    await asyncio.gather(*(running.run(tag_id) for _ in range(3)), *(by_hand(one) for one in ids))
    assert len(await _who(tag_id)) == 30
    for one in ids:
        assert "单位" in (await Customer.get(id=one)).tags


async def test_wecom_is_told_of_everybody_at_its_pace(town, marketer):
    store = town.store
    crowd = await make_crowd(30, store, [town.wang])
    await tell_platform(town, crowd)
    boss = await make.acting(Role.MKT, store)
    _, tag_id = await _carried(boss, EVERYBODY)
    await jobs.drain()
    assert await TagMark.all().count() == 30
    left = await TagMark.filter(done_at_turn=None).count()
    assert left == 10, "twenty were told at once; the timetable tells the others"
    await clock.advance(timedelta(minutes=2))
    assert await MARKS_OWED.sweep() == 10
    await jobs.drain()
    assert await TagMark.filter(done_at_turn=None).count() == 0
    key = (await Tag.get(id=tag_id)).wecom_id
    assert sum(key in pair.tag_ids for pair in town.simulation.world.friendships) == 30
