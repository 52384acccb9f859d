"""申领: a technician asks for a part, and takes it back while nobody has answered."""

from collections.abc import Sequence

from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.order import take_by_line
from crm_core.repair_orders.part_asks import notices, rules
from crm_core.repair_orders.part_asks.errors import PartAskNotFound, WordsMissing
from crm_core.repair_orders.part_asks.models import PartAsk
from crm_core.repair_orders.part_asks.rules import ASK_MOVES, PartAskState
from crm_core.repair_orders.together.hands import on_the_clock
from foundation import clock, database
from foundation.moves import next_state


async def ask(actor: Actor, line_id: int, words: str, quantity: int, photo: str = "") -> PartAsk:
    """Ask for something that a job needs on which one is working, be it one's own or a colleague's; the store room gets
    a card.

    Raises:
        WordsMissing: it does not say what.
        IllegalMove: the job is with nobody, or done.
        LineNotFound, NotAllowed.
    """
    async with database.transaction():
        hand, line = await take_by_line(actor, line_id, "parts.ask", also=await on_the_clock(line_id))
        said = words.strip()
        if not said:
            raise WordsMissing
        if not rules.may_ask(line.state):
            raise hand.refusal("这一项不在您手上，或已经做完，不能申领。")
        asked = await PartAsk.create(
            repair_order_id=hand.order.id,
            line_id=line.id,
            words=said,
            quantity=quantity,
            photo=photo,
            state=PartAskState.ASKED,
            asked_by=actor.id,
            asked_at=clock.now(),
        )
        media = [{"key": photo, "label": "申领"}] if photo else []
        await hand.note(actor, "part_asked", f"{actor.name} 为 {line.name} 申领 {said} ×{quantity}", media=media)
        await notices.ask_store_room(hand.order, line, asked, actor.name)
        return asked


async def withdraw(actor: Actor, ask_id: int) -> PartAsk:
    """Take back what was asked for on one's own job, or by oneself, while nobody has answered.

    Raises:
        PartAskNotFound, NotAllowed.
        IllegalMove: the store room was quicker.
    """
    async with database.transaction():
        known = await PartAsk.get_or_none(id=ask_id)
        if known is None:
            raise PartAskNotFound
        hand, line = await take_by_line(actor, known.line_id, "parts.ask", also=[known.asked_by])
        await known.refresh_from_db()
        await end(known, "withdraw", actor.id)
        await hand.note(actor, "part_ask_withdrawn", f"{actor.name} 不用 {known.words} 了（{line.name}）")
        return known


async def lapse(line_ids: Sequence[int]) -> None:
    """What nobody answered before its job ended is not needed any more. The caller holds the lock of the order."""
    for waiting in await PartAsk.filter(line_id__in=list(line_ids), state=PartAskState.ASKED).order_by("id"):
        await end(waiting, "lapse", None)


async def end(asked: PartAsk, action: str, by_id: int | None) -> None:
    """Move it to the state in which it stays.

    Raises:
        IllegalMove: it is over already.
    """
    asked.state = next_state(ASK_MOVES, asked.state, action)
    asked.ended_by, asked.ended_at = by_id, clock.now()
    await asked.save()
