"""A promise moves by itself whatever holds the car up; the owner hears of it once for each move."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from crm_core.dealerships.hours.open_time import OpenTime
from crm_core.messaging.models import Message
from crm_core.repair_orders import jobs, promises, quality
from crm_core.repair_orders.models import PromiseChange
from crm_core.repair_orders.overrun_rules import MovingPromisePolicy, is_due, new_promise
from crm_core.repair_orders.risk_rules import House, LineAtWork, Risk
from crm_core.repair_orders.rules import LineState, PauseReason
from foundation import clock
from tests import factories as make
from tests.workshop import PHOTO, make_workshop

POLICY = MovingPromisePolicy()
DAY = date(2026, 11, 28)
NEXT_OPEN = DAY + timedelta(days=2)
HOUSE = House(OpenTime(tuple((clock.at(day, 8, 30), clock.at(day, 18)) for day in (DAY, NEXT_OPEN))), 15)
PROMISED = clock.at(DAY, 11, 30)
RUNNING = LineAtWork("小保养", LineState.WORKING, None, 60, 61, 0, clock.at(DAY, 11), None)


def _new(*lines: LineAtWork, at: datetime, promised: datetime = PROMISED, waits: bool = False):
    return new_promise(lines, promised, at, POLICY, waits_for_decision=waits, house=HOUSE)


def test_it_is_moved_shortly_before_its_time_unless_somebody_said_it_will_be_kept():
    at = PROMISED - timedelta(minutes=10)
    assert is_due(at, at, is_said_to_be_kept=False, policy=POLICY)
    assert not is_due(PROMISED, at - timedelta(seconds=1), is_said_to_be_kept=False, policy=POLICY)
    assert not is_due(PROMISED, at, is_said_to_be_kept=True, policy=POLICY)
    assert is_due(PROMISED, PROMISED, is_said_to_be_kept=True, policy=POLICY)


def test_whatever_holds_it_up_it_moves_to_when_the_car_will_be_ready():
    at = PROMISED - timedelta(minutes=10)
    assert _new(RUNNING, at=at) == (clock.at(DAY, 12), Risk.OVERRUN), "half an hour at least"
    assert _new(RUNNING, at=at - timedelta(minutes=30)) is None, "it still holds"
    slow = replace(RUNNING, clocked_minutes=20)
    assert _new(slow, at=at) == (clock.at(DAY, 12, 15), Risk.OVERRUN), "40 minutes are left"
    waits = replace(RUNNING, state=LineState.AUTHORISED, planned_ends_at=None, minutes=120, clocked_minutes=0)
    assert _new(RUNNING, waits, at=at) == (clock.at(DAY, 13, 50), Risk.DISPATCH)
    done = replace(RUNNING, state=LineState.DONE)
    assert _new(done, at=at) == (clock.at(DAY, 12), Risk.QUALITY)
    failed = replace(RUNNING, state=LineState.QC_FAIL, fail_count=1, clocked_minutes=0)
    assert _new(failed, at=PROMISED) == (clock.at(DAY, 12, 15), Risk.REWORK), "half of its time again"
    proposed = replace(RUNNING, name="前刹车片", state=LineState.PROPOSED, clocked_minutes=0)
    asks = replace(slow, state=LineState.PAUSED, pause_reason=PauseReason.WAIT_OWNER)
    assert _new(asks, proposed, at=at, waits=True) == (clock.at(DAY, 12, 15), Risk.OWNER), "as if they decided now"
    part = replace(slow, state=LineState.PAUSED, pause_reason=PauseReason.WAIT_PARTS)
    assert _new(replace(part, parts_expected_at=clock.at(DAY, 15)), at=at) == (clock.at(DAY, 15, 55), Risk.PARTS)
    assert _new(part, at=at) is None, "a part without a date is left to people"


def test_no_promise_lies_outside_the_opening_hours():
    evening = clock.at(DAY, 17, 40)
    slow = replace(RUNNING, clocked_minutes=20)
    assert _new(slow, at=evening, promised=clock.at(DAY, 17, 45)) == (clock.at(NEXT_OPEN, 9, 5), Risk.OVERRUN)
    done = replace(RUNNING, state=LineState.DONE)
    assert _new(done, at=evening, promised=clock.at(DAY, 17, 50)) == (clock.at(DAY, 18), Risk.QUALITY)
    late = clock.at(NEXT_OPEN, 9)
    assert _new(done, at=late, promised=clock.at(DAY, 19, 45)) == (clock.at(NEXT_OPEN, 9, 15), Risk.QUALITY)


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


async def test_a_car_that_waits_for_its_inspection_is_promised_anew_but_not_at_night(database: None):
    shop = await make_workshop()
    order = await shop.to_inspect()
    await clock.set_to(make.slot(22))
    await jobs.move_promises()
    assert not await PromiseChange.exists()
    morning = make.slot(9, 4) + timedelta(days=1)
    await clock.set_to(morning)
    await jobs.move_promises()
    now = await shop.now(order)
    assert (now.promised_finish_at, now.promise_reason) == (make.slot(9, 20) + timedelta(days=1), "质检中")
    assert now.first_promised_at == make.slot(11, 30)


async def test_a_car_nobody_was_given_is_promised_anew(database: None):
    shop = await make_workshop()
    order = await shop.authorised()
    await clock.set_to(make.slot(11, 21))
    await jobs.move_promises()
    now = await shop.now(order)
    assert (now.promised_finish_at, now.promise_reason) == (make.slot(12, 40), "车间排队")
    assert await _told() == ["车间排队"]
