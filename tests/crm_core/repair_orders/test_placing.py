"""A job is put on the board where its controller wants it, and the verb refuses what the board explained."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crm_core.dealerships.models import Bay, BayKind, Role, StoreClosure
from crm_core.dealerships.rota.models import AbsenceKind, BayClosure, Shift, StaffAbsence
from crm_core.messaging.models import Message
from crm_core.repair_orders import bay_board, dispatching, placing, roster, to_dispatch, work
from crm_core.repair_orders.errors import BayNotSuitable, TechnicianNotSuitable
from crm_core.repair_orders.models import RepairEvent, RepairLine
from crm_core.repair_orders.together import joining
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from tests import factories as make
from tests.workshop import Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def _explained(line: RepairLine, **where: object) -> placing.Placement:
    waiting = await to_dispatch.one(line.id)
    assert waiting is not None
    return await placing.explain(waiting.order, waiting, **where)  # type: ignore[arg-type]


async def _waiting(shop: Workshop) -> RepairLine:
    (line,) = await shop.lines(await shop.authorised())
    return line


async def _second_car(shop: Workshop) -> RepairLine:
    customer = await make.make_customer(shop.store, phone="13900000001")
    vehicle = await make.make_vehicle(customer, vin=make.VINS[1], plate="粤B99991")
    return await _waiting(replace(shop, customer=customer, owner=make.acting_owner(customer), vehicle=vehicle))


async def test_the_verb_plans_at_the_chosen_time():
    shop = await make_workshop()
    line = await _waiting(shop)
    place = {"technician_id": shop.technician.id, "bay_id": shop.bay.id, "starts_at": make.slot(11)}
    await dispatching.dispatch(shop.controller, line.repair_order_id, [line.id], **place)
    planned = await RepairLine.get(id=line.id)
    assert (planned.planned_starts_at, planned.planned_ends_at) == (make.slot(11), make.slot(12))


async def test_what_the_board_explains_the_verb_refuses():
    shop = await make_workshop()
    first, second = await _waiting(shop), await _second_car(shop)
    place = {"technician_id": shop.technician.id, "bay_id": shop.bay.id, "starts_at": make.slot(11)}
    await dispatching.dispatch(shop.controller, first.repair_order_id, [first.id], **place)
    explained = await _explained(second, **place)
    assert [each.sentence for each in explained.conflicts] == [
        "陈志强 11:00 到 12:00 已排小保养",
        f"{shop.bay.name} 11:00 到 12:00 有别的车在做小保养",
    ]
    with pytest.raises(TechnicianNotSuitable, match="陈志强 11:00 到 12:00 已排小保养"):
        await dispatching.dispatch(shop.controller, second.repair_order_id, [second.id], **place)
    await BayClosure.create(bay_id=shop.bay.id, first_on=clock.today(), last_on=clock.today(), reason="举升机检修")
    place["starts_at"] = make.slot(14)
    with pytest.raises(BayNotSuitable, match="停用：举升机检修"):
        await dispatching.dispatch(shop.controller, second.repair_order_id, [second.id], **place)
    board = await bay_board.bays(shop.controller, shop.store.id)
    assert [row.closed_because for row in board.bays if row.bay_id == shop.bay.id] == ["举升机检修"]


async def test_who_helps_a_colleague_is_busy_for_as_long_and_the_board_says_so():
    shop = await make_workshop()
    (running,) = await shop.lines(await shop.in_work())
    assert running.planned_ends_at is not None
    helper = await make.acting(Role.TEC, shop.store, name="刘强", skills=["GENERAL"])
    free = await Bay.filter(store_id=shop.store.id, kind=BayKind.GENERAL).exclude(id=shop.bay.id).get()
    second = await _second_car(shop)
    place = {"technician_id": helper.id, "bay_id": free.id, "starts_at": clock.now() + timedelta(minutes=5)}
    assert (await _explained(second, **place)).conflicts == ()
    await joining.join(helper, running.id)
    (conflict,) = (await _explained(second, **place)).conflicts
    assert conflict.sentence.startswith("刘强 ")
    assert conflict.sentence.endswith("已排小保养（一起做）")
    with pytest.raises(TechnicianNotSuitable, match="小保养（一起做）"):
        await dispatching.dispatch(shop.controller, second.repair_order_id, [second.id], **place)
    soonest = await _explained(second, technician_id=helper.id, bay_id=free.id)
    assert soonest.conflicts == ()
    assert abs(soonest.starts_at - running.planned_ends_at) < timedelta(minutes=1)
    board = await bay_board.bays(shop.controller, shop.store.id)
    (row,) = [each for each in board.technicians if each.technician_id == helper.id]
    assert row.helps == [running.id]
    assert row.load_percent > 0
    await joining.leave(helper, running.id)
    assert (await _explained(second, **place)).conflicts == ()


async def test_what_is_left_out_the_rules_choose():
    shop = await make_workshop()
    line = await _waiting(shop)
    by_bay = await _explained(line, bay_id=shop.bay.id, starts_at=make.slot(14))
    assert (by_bay.technician, by_bay.conflicts, by_bay.starts_at) == ("陈志强", (), make.slot(14))
    by_man = await _explained(line, technician_id=shop.technician.id)
    assert by_man.conflicts == ()
    assert by_man.starts_at - clock.now() < timedelta(seconds=5)
    past = await _explained(line, technician_id=shop.technician.id, starts_at=make.slot(8))
    assert abs(past.starts_at - clock.now()) < timedelta(seconds=5), "nothing begins before now"
    with pytest.raises(TechnicianNotSuitable):
        await _explained(line, technician_id=shop.advisor.id)


async def test_a_job_not_begun_is_moved_and_moved_back():
    shop = await make_workshop()
    (line,) = await shop.lines(await shop.dispatched())
    other = await make.acting(Role.TEC, shop.store, name="刘强", skills=["GENERAL"])
    free = await Bay.filter(store_id=shop.store.id, kind=BayKind.GENERAL).exclude(id=shop.bay.id).get()
    with pytest.raises(NotAllowed):
        await dispatching.move_job(
            shop.technician, line.id, technician_id=other.id, bay_id=free.id, starts_at=make.slot(11)
        )
    moved = await dispatching.move_job(
        shop.controller, line.id, technician_id=other.id, bay_id=free.id, starts_at=make.slot(11)
    )
    found = await RepairLine.get(id=line.id)
    assert (found.technician_id, found.bay_id, found.planned_starts_at) == (other.id, free.id, make.slot(11))
    assert await Message.exists(template="job_dispatched", staff_id=other.id)
    back = {"technician_id": shop.technician.id, "bay_id": shop.bay.id, "starts_at": make.slot(10)}
    with pytest.raises(StaleVersion):
        await dispatching.move_job(shop.controller, line.id, **back, expected_version=moved.version - 1)
    again = await dispatching.move_job(shop.controller, line.id, **back, expected_version=moved.version)
    assert again.version == moved.version + 1
    same = await dispatching.move_job(shop.controller, line.id, **back)
    assert same.version == again.version, "the same place changes nothing"
    told = await RepairEvent.filter(kind="job_moved").order_by("number")
    assert [event.text for event in told] == [
        f"移动 小保养：刘强 · {free.name} 11:00 开始（原 陈志强 · {shop.bay.name}）",
        f"移动 小保养：陈志强 · {shop.bay.name} 10:00 开始（原 刘强 · {free.name}）",
    ]


async def test_a_job_that_has_begun_is_not_moved():
    shop = await make_workshop()
    (line,) = await shop.lines(await shop.in_work())
    with pytest.raises(IllegalMove):
        await dispatching.move_job(
            shop.controller, line.id, technician_id=shop.technician.id, bay_id=shop.bay.id, starts_at=make.slot(11)
        )
    await clock.set_to(make.slot(11))
    board = await bay_board.bays(shop.controller, shop.store.id)
    (job,) = [job for row in board.bays for job in row.jobs]
    assert job.is_late
    left = job.ends_at - clock.now()
    assert timedelta(minutes=14) < left <= timedelta(minutes=15), "an overrun grows with the clock"
    assert job.remaining_minutes == 0
    assert [row.load_percent > 0 for row in board.technicians] == [True]
    await work.finish_line(shop.technician, line.id, [{"key": f"{'a' * 64}.jpg", "label": "施工后"}])
    board = await bay_board.bays(shop.controller, shop.store.id)
    assert [job.is_late for row in board.bays for job in row.jobs] == [False]


async def test_a_roster_reckons_a_load_without_the_job_that_is_moved():
    shop = await make_workshop()
    (line,) = await shop.lines(await shop.dispatched())
    known = await roster.of_store(shop.store.id, clock.today())
    assert known.load_percent(shop.technician.id) > 0
    assert known.load_percent(shop.technician.id, besides_line_id=line.id) == 0
    assert known.bay_of(shop.technician.id) == shop.bay.id


async def test_a_job_of_yesterday_that_goes_on_fills_its_technicians_day():
    shop = await make_workshop()
    (line,) = await shop.lines(await shop.in_work())
    await RepairLine.filter(id=line.id).update(
        planned_starts_at=clock.now() - timedelta(days=1), planned_ends_at=clock.now() - timedelta(hours=23)
    )
    known = await roster.of_store(shop.store.id, clock.today())
    assert known.load_percent(shop.technician.id) > 0
    assert known.bay_of(shop.technician.id) == shop.bay.id
    tomorrow = await roster.of_store(shop.store.id, clock.today() + timedelta(days=1))
    assert tomorrow.load_percent(shop.technician.id) == 0


async def test_the_board_says_why_somebody_is_not_there_and_illness_only_to_who_keeps_the_shifts():
    shop = await make_workshop()
    today = clock.today()
    off = await make.acting(Role.TEC, shop.store, name="刘强", skills=["GENERAL"])
    await Shift.create(staff_id=off.id, weekdays=[str((today.weekday() + 1) % 7)], starts_minute=510, ends_minute=1050)
    await StaffAbsence.create(staff_id=shop.technician.id, first_on=today, last_on=today, kind=AbsenceKind.SICK)
    for reader, word in ((shop.manager, "病假"), (shop.inspector, "请假")):
        board = await bay_board.bays(reader, shop.store.id)
        assert {row.name: row.away for row in board.technicians} == {"陈志强": word, "刘强": "没排班"}
    await StoreClosure.create(store_id=shop.store.id, day=today, reason="春节")
    board = await bay_board.bays(shop.manager, shop.store.id)
    assert {row.name: row.away for row in board.technicians} == {"陈志强": "病假", "刘强": "放假"}
