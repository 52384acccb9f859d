"""The store room's answer to a technician: the part, a reason why not, or the owner's decision."""

from crm_core.dealerships.actors import Actor
from crm_core.parts import service as parts
from crm_core.parts.errors import PartNotFound
from crm_core.parts.models import Part
from crm_core.parts.rules import RequestState
from crm_core.repair_orders.additional_work import Finding, open_sheet
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.repair_orders.errors import PhotoMissing
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.order import OrderInHand, take_to_work
from crm_core.repair_orders.part_asks import notices, rules
from crm_core.repair_orders.part_asks.asking import end
from crm_core.repair_orders.part_asks.errors import AnswerMissing, PartAskNotFound
from crm_core.repair_orders.part_asks.models import PartAsk
from foundation import database


async def give(actor: Actor, ask_id: int, part_number: str, quantity: int | None = None) -> PartAsk:
    """Say which part it is. It is set aside at once or, if the shelf is empty, missing like any other part of the job.
    The price the owner allowed stays.

    Raises:
        PartNotFound: the catalogue has no such part.
        PartAskNotFound, IllegalMove, NotAllowed.
    """
    async with database.transaction():
        hand, line, asked = await _take(actor, ask_id)
        part = await Part.get_or_none(number=part_number.strip(), is_active=True)
        if part is None:
            raise PartNotFound
        wanted = await parts.request_more(
            store_id=hand.order.store_id,
            repair_order_id=hand.order.id,
            line_id=line.id,
            part=part,
            quantity=quantity or asked.quantity,
        )
        asked.part_request_id = wanted.id
        await end(asked, "give", actor.id)
        is_there = wanted.state is RequestState.RESERVED
        await hand.note(
            actor,
            "part_ask_given",
            f"{actor.name} 给 {line.name} {part.name} ×{wanted.quantity}，{'已留件' if is_there else '缺料'}",
        )
        await notices.answer(hand.order, line, asked, "given" if is_there else "short", [part.name])
        return asked


async def refuse(actor: Actor, ask_id: int, reason: str) -> PartAsk:
    """不给, with the reason that the technician reads.

    Raises:
        AnswerMissing: there is no reason.
        PartAskNotFound, IllegalMove, NotAllowed.
    """
    async with database.transaction():
        hand, line, asked = await _take(actor, ask_id)
        asked.answer = reason.strip()
        if not asked.answer:
            raise AnswerMissing
        await end(asked, "refuse", actor.id)
        await hand.note(actor, "part_ask_refused", f"{actor.name} 没给 {line.name} {asked.words}：{asked.answer}")
        await notices.answer(hand.order, line, asked, "refused", [asked.words])
        return asked


async def leave_to_owner(actor: Actor, ask_id: int) -> PartAsk:
    """要车主同意: it costs the owner money, so it becomes additional work, which the advisor prices.

    Raises:
        PhotoMissing: the owner would see nothing of what they are to pay.
        TooLateForAdditionalWork, PartAskNotFound, IllegalMove, NotAllowed.
    """
    async with database.transaction():
        hand, line, asked = await _take(actor, ask_id)
        if not asked.photo:
            raise PhotoMissing("车主要看到照片才能决定。请退回，让技师拍照后用“发现新问题”上报。")
        found = Finding(
            f"做{line.name}时要用 {asked.words} ×{asked.quantity}"[:200],
            Urgency.YELLOW,
            [{"key": asked.photo, "label": "申领"}],
            name=asked.words[:20],
        )
        sheet = await open_sheet(actor, hand, asked.asked_by, [found])
        asked.additional_work_id = sheet.id
        await end(asked, "leave_to_owner", actor.id)
        await notices.answer(hand.order, line, asked, "to_owner", [asked.words])
        return asked


async def _take(actor: Actor, ask_id: int) -> tuple[OrderInHand, RepairLine, PartAsk]:
    known = await PartAsk.get_or_none(id=ask_id)
    if known is None:
        raise PartAskNotFound
    hand = await take_to_work(actor, known.repair_order_id, "parts.answer")
    await known.refresh_from_db()
    line = hand.line(known.line_id)
    if not rules.may_ask(line.state):
        raise hand.refusal("这一项已经做完，不用再给。")
    return hand, line, known
