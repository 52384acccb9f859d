"""申领: a technician asks in their own words; the store room gives, refuses or leaves it to the owner."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.dealerships.models import Role
from crm_core.messaging.models import Message
from crm_core.parts import stock
from crm_core.parts.errors import PartNotFound, PartsNotIssued
from crm_core.parts.models import Part, PartRequest
from crm_core.parts.rules import RequestState, StockMoveKind
from crm_core.parts.stock import Cause
from crm_core.repair_orders import additional_work, deciding, material, staff_queries, work
from crm_core.repair_orders.additional_work import ItemPrice
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState, Decision
from crm_core.repair_orders.errors import PhotoMissing
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.papers.models import AdditionalWork
from crm_core.repair_orders.part_asks import answering, asking, queries
from crm_core.repair_orders.part_asks.errors import AnswerMissing, PartAskNotFound, WordsMissing
from crm_core.repair_orders.part_asks.models import PartAsk
from crm_core.repair_orders.part_asks.rules import PartAskState
from crm_core.repair_orders.rules import LineState
from crm_core.repair_orders.together import joining
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed
from tests import factories as make
from tests.workshop import PHOTO, Workshop, make_workshop


@pytest.fixture(autouse=True)
async def _monday(database: None) -> None:
    await clock.set_to(make.slot(9, 30))


async def _working() -> tuple[Workshop, RepairOrder, RepairLine]:
    shop = await make_workshop()
    order = await shop.in_work()
    return shop, order, (await shop.lines(order))[0]


async def _washers(shop: Workshop, pieces: int) -> Part:
    part = await Part.create(number="WASHER-14", name="放油螺丝垫片")
    if pieces:
        await stock.put_in(shop.store.id, part.id, pieces, Cause(StockMoveKind.ARRIVED))
    return part


async def _cards(staff_id: int, template: str) -> list[str]:
    sent = await Message.filter(staff_id=staff_id, template=template).order_by("id")
    return [message.variant for message in sent]


async def test_what_is_asked_for_is_given_at_the_price_allowed_and_both_are_told():
    shop, order, line = await _working()
    await _washers(shop, 5)
    asked = await asking.ask(shop.technician, line.id, "  放油垫片 ", 2)
    assert len(await _cards(shop.store_room.id, "part_asked")) == 1
    [waiting] = await queries.of_store(shop.store_room, shop.store.id)
    assert (waiting.words, waiting.quantity, waiting.line, waiting.picture) == ("放油垫片", 2, line.name, None)
    await answering.give(shop.store_room, asked.id, "WASHER-14")
    assert await queries.of_store(shop.store_room, shop.store.id) == []
    assert await _cards(shop.technician.id, "part_ask_answered") == ["given"]
    given = await PartRequest.get(id=(await PartAsk.get(id=asked.id)).part_request_id)
    assert (given.state, given.quantity, given.line_id) == (RequestState.RESERVED, 2, line.id)
    [job] = await staff_queries.my_work(shop.technician)
    assert [(each.words, each.state) for each in job.asks] == [("放油垫片", PartAskState.GIVEN)]
    after = await RepairLine.get(id=line.id)
    assert (after.total_fen, after.authorised_fen) == (line.total_fen, line.authorised_fen)
    with pytest.raises(PartsNotIssued):
        await work.finish_line(shop.technician, line.id, [PHOTO])
    await material.issue_parts(shop.store_room, order.id)
    await work.finish_line(shop.technician, line.id, [PHOTO])
    assert (await PartRequest.get(id=given.id)).state is RequestState.USED


async def test_more_of_a_part_that_was_handed_out_already_is_a_request_of_its_own():
    shop, _, line = await _working()
    first = await PartRequest.get(line_id=line.id).prefetch_related("part")
    asked = await asking.ask(shop.technician, line.id, "再要一份", 1)
    await answering.give(shop.store_room, asked.id, first.part.number)
    assert [each.state for each in await PartRequest.filter(line_id=line.id).order_by("id")] == [
        RequestState.ISSUED,
        RequestState.RESERVED,
    ]


async def test_what_the_shelf_does_not_have_is_missing_like_any_part_of_the_job():
    shop, _, line = await _working()
    await _washers(shop, 0)
    asked = await asking.ask(shop.technician, line.id, "放油垫片", 1)
    await answering.give(shop.store_room, asked.id, "WASHER-14")
    assert await _cards(shop.technician.id, "part_ask_answered") == ["short"]
    rows = await staff_queries.part_requests(shop.store_room, shop.store.id)
    assert RequestState.BACKORDERED in {row.state for row in rows}


async def test_a_refusal_has_a_reason_that_the_technician_reads():
    shop, _, line = await _working()
    asked = await asking.ask(shop.technician, line.id, "新扳手", 1)
    with pytest.raises(AnswerMissing):
        await answering.refuse(shop.store_room, asked.id, "  ")
    await answering.refuse(shop.store_room, asked.id, "工具到工具间借")
    [job] = await staff_queries.my_work(shop.technician)
    assert [(each.state, each.answer) for each in job.asks] == [(PartAskState.REFUSED, "工具到工具间借")]
    with pytest.raises(IllegalMove):
        await answering.refuse(shop.store_room, asked.id, "还是不给")


async def test_what_costs_the_owner_money_is_decided_by_the_owner():
    shop, order, line = await _working()
    bare = await asking.ask(shop.technician, line.id, "前刹车盘", 2)
    with pytest.raises(PhotoMissing):
        await answering.leave_to_owner(shop.store_room, bare.id)
    asked = await asking.ask(shop.technician, line.id, "前刹车盘", 2, PHOTO["key"])
    await answering.leave_to_owner(shop.store_room, asked.id)
    sheet = await AdditionalWork.get(id=(await PartAsk.get(id=asked.id)).additional_work_id)
    assert (sheet.state, sheet.found_by) == (AdditionalWorkState.FOUND, shop.technician.id)
    [found] = [each for each in await shop.lines(order) if each.additional_work_id == sheet.id]
    assert (found.state, found.name) == (LineState.PROPOSED, "前刹车盘")
    assert not await PartRequest.exists(line_id=found.id)
    await additional_work.price(shop.advisor, sheet.id, [ItemPrice(found.id, 50, 600_00, 30)])
    sent = await additional_work.send(shop.advisor, sheet.id)
    await deciding.decide(shop.owner, sheet.id, sent.version, {found.id: Decision.APPROVED})
    [job] = [each for each in await staff_queries.my_work(shop.technician) if each.line_id == line.id]
    assert [each.decision for each in job.asks] == [None, AdditionalWorkState.APPROVED]


async def test_who_helps_asks_as_well_and_is_told_while_they_help():
    shop, _, line = await _working()
    await _washers(shop, 5)
    helper = await make.acting(Role.TEC, shop.store, name="刘强", skills=["GENERAL"])
    with pytest.raises(NotAllowed):
        await asking.ask(helper, line.id, "垫片", 1)
    await joining.join(helper, line.id)
    first, second = [await asking.ask(helper, line.id, words, 1) for words in ("垫片", "卡扣")]
    await answering.give(shop.store_room, first.id, "WASHER-14")
    assert await _cards(helper.id, "part_ask_answered") == ["given"]
    assert await _cards(shop.technician.id, "part_ask_answered") == ["given"]
    await joining.leave(helper, line.id)
    with pytest.raises(NotAllowed):
        await asking.ask(helper, line.id, "垫片", 1)
    third = await asking.ask(shop.technician, line.id, "螺丝", 1)
    with pytest.raises(NotAllowed):
        await asking.withdraw(helper, third.id)
    await asking.withdraw(helper, second.id)
    assert (await PartAsk.get(id=second.id)).state is PartAskState.WITHDRAWN


async def test_each_technician_reads_what_became_of_what_they_asked_for():
    shop, _, line = await _working()
    await _washers(shop, 5)
    given, refused, _ = [await asking.ask(shop.technician, line.id, words, 2) for words in ("垫片", "新扳手", "卡扣")]
    await answering.give(shop.store_room, given.id, "WASHER-14")
    await clock.advance(timedelta(minutes=1))
    await answering.refuse(shop.store_room, refused.id, "工具到工具间借")
    newest, oldest = await queries.answered_of_reader(shop.technician)
    assert (newest.words, newest.state, newest.answer, newest.part) == (
        "新扳手",
        PartAskState.REFUSED,
        "工具到工具间借",
        None,
    )
    assert (oldest.part, oldest.pieces, oldest.part_state) == ("放油螺丝垫片", 2, RequestState.RESERVED)
    assert oldest.answered_by == shop.store_room.name
    assert await queries.answered_of_reader(await make.acting(Role.TEC, shop.store)) == []
    with pytest.raises(NotAllowed):
        await queries.answered_of_reader(shop.advisor)


async def test_only_the_jobs_technician_asks_and_only_the_store_room_answers():
    shop, _, line = await _working()
    colleague = await make.acting(Role.TEC, shop.store)
    with pytest.raises(NotAllowed):
        await asking.ask(colleague, line.id, "垫片", 1)
    with pytest.raises(WordsMissing):
        await asking.ask(shop.technician, line.id, "  ", 1)
    asked = await asking.ask(shop.technician, line.id, "垫片", 1)
    with pytest.raises(NotAllowed):
        await answering.refuse(shop.technician, asked.id, "没有")
    with pytest.raises(NotAllowed):
        await asking.withdraw(colleague, asked.id)
    with pytest.raises(PartNotFound):
        await answering.give(shop.store_room, asked.id, "NO-SUCH-PART")
    with pytest.raises(PartAskNotFound):
        await asking.withdraw(shop.technician, asked.id + 1)


async def test_what_is_not_needed_any_more_is_taken_back_or_lapses_with_its_job():
    shop, _, line = await _working()
    first, second = [await asking.ask(shop.technician, line.id, words, 1) for words in ("垫片", "卡扣")]
    await asking.withdraw(shop.technician, first.id)
    await work.finish_line(shop.technician, line.id, [PHOTO])
    after = await PartAsk.filter(id__in=[first.id, second.id]).order_by("id")
    assert [each.state for each in after] == [PartAskState.WITHDRAWN, PartAskState.LAPSED]
    with pytest.raises(IllegalMove):
        await answering.refuse(shop.store_room, second.id, "太晚")


async def test_of_two_answers_at_once_one_counts():
    shop, _, line = await _working()
    await _washers(shop, 5)
    asked = await asking.ask(shop.technician, line.id, "垫片", 1)
    answers = await asyncio.gather(
        answering.give(shop.store_room, asked.id, "WASHER-14"),
        answering.refuse(shop.store_room, asked.id, "没有"),
        return_exceptions=True,
    )
    assert [type(each) for each in answers if isinstance(each, Exception)] == [IllegalMove]
