"""A promise moves by itself when a job runs over or fails the inspection; the owner hears of it once for each move."""

from dataclasses import replace
from datetime import date, timedelta

from crm_core.messaging.models import Message
from crm_core.repair_orders import jobs, promises, quality
from crm_core.repair_orders.models import PromiseChange
from crm_core.repair_orders.overrun_rules import MovingPromisePolicy, is_due, overrun, rework
from crm_core.repair_orders.risk_rules import LineAtWork
from crm_core.repair_orders.rules import LineState
from foundation import clock
from tests import factories as make
from tests.workshop import PHOTO, make_workshop

HOUSE = MovingPromisePolicy()
DAY = date(2026, 11, 28)
PROMISED = clock.at(DAY, 11, 30)
RUNNING = LineAtWork("小保养", LineState.WORKING, None, 60, 61, 0, clock.at(DAY, 11), None)


def test_it_is_moved_shortly_before_its_time_and_only_for_a_job_that_is_over_its_time():
    at = PROMISED - timedelta(minutes=10)
    assert is_due(at, at, is_said_to_be_kept=False, policy=HOUSE)
    assert not is_due(PROMISED, at - timedelta(seconds=1), is_said_to_be_kept=False, policy=HOUSE)
    assert not is_due(PROMISED, at, is_said_to_be_kept=True, policy=HOUSE)
    assert is_due(PROMISED, PROMISED, is_said_to_be_kept=True, policy=HOUSE)
    assert overrun([RUNNING], PROMISED, at, HOUSE, 15) == clock.at(DAY, 12), "half an hour at least"
    assert overrun([replace(RUNNING, clocked_minutes=60)], PROMISED, at, HOUSE, 15) is None
    assert overrun([RUNNING], PROMISED, at - timedelta(minutes=30), HOUSE, 15) is None, "it still holds"
    waits = replace(RUNNING, state=LineState.AUTHORISED, planned_ends_at=None, minutes=120, clocked_minutes=0)
    assert overrun([RUNNING, waits], PROMISED, at, HOUSE, 15) == clock.at(DAY, 13, 50)


def test_rework_takes_half_of_the_time_again():
    failed = replace(RUNNING, state=LineState.QC_FAIL)
    assert rework([failed], PROMISED, clock.at(DAY, 10, 45), HOUSE) is None
    assert rework([failed], PROMISED, clock.at(DAY, 11), HOUSE) == clock.at(DAY, 12)
    assert rework([failed], PROMISED, clock.at(DAY, 11, 30), HOUSE) == clock.at(DAY, 12, 15)


async def _told() -> list[str]:
    return [str(each.facts["reason"]) for each in await Message.filter(variant="postponed").order_by("id")]


async def test_an_overrunning_job_moves_the_promise_and_after_two_moves_people_take_over(database: None):
    shop = await make_workshop()
    order = await shop.in_work()
    await clock.set_to(make.slot(11, 19))
    await jobs.move_promises()
    assert not await PromiseChange.exists(), "its time has not come"
    await clock.set_to(make.slot(11, 21))
    await jobs.move_promises()
    await jobs.move_promises()
    now = await shop.now(order)
    assert (now.promised_finish_at, now.first_promised_at) == (make.slot(12), make.slot(11, 30))
    assert (now.promise_reason, await _told()) == ("施工延长", ["施工延长"])
    for at in (make.slot(11, 51), make.slot(12, 21)):
        await clock.set_to(at)
        await jobs.move_promises()
    assert (await shop.now(order)).promised_finish_at == make.slot(12, 30), "a third time somebody has to call"
    assert len(await _told()) == 2


async def test_who_answers_that_it_will_be_kept_is_believed_until_then(database: None):
    shop = await make_workshop()
    order = await shop.in_work()
    await clock.set_to(make.slot(11, 21))
    await promises.keep_promise(shop.advisor, order.id)
    await jobs.move_promises()
    assert (await shop.now(order)).promised_finish_at == make.slot(11, 30)
    await clock.set_to(make.slot(11, 31))
    await jobs.move_promises()
    assert (await shop.now(order)).promised_finish_at == make.slot(12, 5)


async def test_a_failed_inspection_moves_it_with_its_reason(database: None):
    shop = await make_workshop()
    order = await shop.to_inspect()
    line = (await shop.lines(order))[0]
    await clock.set_to(make.slot(11, 25))
    await quality.fail_check(shop.inspector, order.id, [line.id], "机油尺位置偏高", [PHOTO])
    now = await shop.now(order)
    assert (now.promise_reason, now.first_promised_at, await _told()) == ("质检复检", make.slot(11, 30), ["质检复检"])
    assert now.promised_finish_at is not None
    assert now.promised_finish_at >= make.slot(12)
    [change] = await PromiseChange.all()
    assert change.actor == "system:moving_promise"
