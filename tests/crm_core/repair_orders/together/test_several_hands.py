"""A job in several hands: at the same time, or one after the other."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, StaffRole
from crm_core.dealerships.permissions import SameHands
from crm_core.messaging.models import Message
from crm_core.repair_orders import quality, staff_queries, work
from crm_core.repair_orders.errors import (
    AlreadyClockedOn,
    NoteMissing,
    NothingToJoin,
    NotOnThisJob,
    TechnicianNotSuitable,
)
from crm_core.repair_orders.models import RepairLine, TimeEntry
from crm_core.repair_orders.rules import LineState, PauseReason
from crm_core.repair_orders.together import hands, joining, passing_on, queries
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from tests import factories as make
from tests.workshop import CHECKED, PHOTO, Workshop, make_workshop

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("database")


async def _colleague(shop: Workshop, name: str = "刘强", skills: tuple[str, ...] = ("GENERAL",)) -> Actor:
    return await make.acting(Role.TEC, shop.store, name=name, skills=list(skills))


async def _running(shop: Workshop) -> RepairLine:
    (line,) = await shop.lines(await shop.in_work())
    return line


async def test_two_work_on_one_job_and_each_has_their_own_time() -> None:
    shop = await make_workshop()
    line, liu = await _running(shop), await _colleague(shop)
    assert [job.technicians for job in await queries.to_join(liu, shop.store.id)] == [["陈志强"]]
    await clock.advance(timedelta(minutes=10))
    await joining.join(liu, line.id)
    assert await hands.on_the_clock(line.id) == [shop.technician.id, liu.id]
    assert await queries.to_join(liu, shop.store.id) == []
    await clock.advance(timedelta(minutes=5))
    (his,) = await staff_queries.my_work(liu)
    assert (his.is_own, his.technician, his.own_seconds) == (False, "陈志强", 0)
    assert his.own_since is not None
    assert (clock.now() - his.own_since) // MINUTE == 5
    await joining.leave(liu, line.id)
    (mine,) = await staff_queries.my_work(shop.technician)
    assert (mine.is_own, mine.beside, mine.clocked_seconds // 60, mine.own_seconds) == (True, [], 5, 0)
    assert mine.own_since is not None
    assert (clock.now() - mine.own_since) // MINUTE == 15
    assert (await RepairLine.get(id=line.id)).state is LineState.WORKING, "the job goes on without the helper"


async def test_whoever_has_the_job_ends_it_for_both_and_neither_inspects_it() -> None:
    shop = await make_workshop()
    line = await _running(shop)
    both = await _colleague(shop, "孙磊")
    await StaffRole.create(staff_id=both.id, role=Role.QC, store_id=shop.store.id)
    both = await staff_actor(both.id)
    await joining.join(both, line.id)
    with pytest.raises(NotAllowed):
        await work.finish_line(both, line.id, [PHOTO])
    await work.finish_line(shop.technician, line.id, [PHOTO])
    assert not await TimeEntry.exists(line_id=line.id, ended_at=None)
    await work.tick_checks(shop.technician, line.repair_order_id)
    with pytest.raises(SameHands):
        await quality.pass_check(both, line.repair_order_id, checklist=CHECKED)


async def test_a_helper_is_fit_for_the_job_and_free() -> None:
    shop = await make_workshop()
    line = await _running(shop)
    novice = await _colleague(shop, "何亮", ("QUICK",))
    (seen,) = await queries.to_join(novice, shop.store.id)
    assert seen.why_not == "没有这项技能"
    with pytest.raises(TechnicianNotSuitable):
        await joining.join(novice, line.id)
    with pytest.raises(NothingToJoin):
        await joining.join(shop.technician, line.id)
    with pytest.raises(NotOnThisJob):
        await joining.leave(shop.technician, line.id)
    stranger = await make.acting(Role.TEC, await make.make_store(), skills=["GENERAL"])
    with pytest.raises(NotAllowed):
        await joining.join(stranger, line.id)
    liu = await _colleague(shop)
    results = await asyncio.gather(*(joining.join(liu, line.id) for _ in range(3)), return_exceptions=True)
    assert sum(isinstance(result, AlreadyClockedOn) for result in results) == 2
    assert await TimeEntry.filter(line_id=line.id, ended_at=None).count() == 2


async def test_a_job_is_passed_on_with_a_note_and_the_hours_stay() -> None:
    shop = await make_workshop()
    line, liu = await _running(shop), await _colleague(shop)
    await clock.advance(timedelta(minutes=20))
    said = "旧片已拆，右前卡钳还没装"
    assert [row.technician for row in await queries.colleagues(shop.technician, line.id)] == ["刘强"]
    with pytest.raises(NotAllowed):
        await queries.colleagues(liu, line.id)
    with pytest.raises(NotAllowed):
        await passing_on.pass_on(liu, line.id, technician_id=liu.id, note=said)
    with pytest.raises(NoteMissing):
        await passing_on.pass_on(shop.technician, line.id, technician_id=liu.id, note=" ")
    with pytest.raises(StaleVersion):
        await passing_on.pass_on(shop.technician, line.id, technician_id=liu.id, note=said, expected_version=1)
    passed = await passing_on.pass_on(shop.technician, line.id, technician_id=liu.id, note=said)
    assert (passed.technician_id, passed.state, passed.pause_reason) == (liu.id, LineState.PAUSED, PauseReason.OTHER)
    (his,) = await staff_queries.my_work(liu)
    assert [(each.note, each.by) for each in his.notes] == [(said, "陈志强")]
    assert (his.clocked_seconds // 60, his.own_seconds) == (20, 0)
    (left,) = await staff_queries.my_work(shop.technician)
    assert (left.is_own, left.technician, left.own_today_seconds // 60) == (False, "刘强", 20)
    card = await Message.get(template="job_dispatched", staff_id=liu.id)
    assert card.facts["handed_by"] == "陈志强"
    await work.clock_on(liu, line.id)
    await clock.advance(timedelta(minutes=10))
    await work.finish_line(liu, line.id, [PHOTO])
    clocked = {
        entry.technician_id: (entry.ended_at - entry.started_at) // MINUTE
        for entry in await TimeEntry.all()
        if entry.ended_at is not None
    }
    assert clocked == {shop.technician.id: 20, liu.id: 10}


async def test_a_job_is_not_passed_to_oneself_nor_to_whoever_lacks_the_skill_nor_when_it_is_done() -> None:
    shop = await make_workshop()
    line = await _running(shop)
    novice = await _colleague(shop, "何亮", ("QUICK",))
    (row,) = await queries.colleagues(shop.technician, line.id)
    assert row.why_not == "没有这项技能"
    for technician_id in (shop.technician.id, novice.id):
        with pytest.raises(TechnicianNotSuitable):
            await passing_on.pass_on(shop.technician, line.id, technician_id=technician_id, note="接着做")
    liu = await _colleague(shop)
    await work.finish_line(shop.technician, line.id, [PHOTO])
    with pytest.raises(IllegalMove):
        await passing_on.pass_on(shop.technician, line.id, technician_id=liu.id, note="接着做")
