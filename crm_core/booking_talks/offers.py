"""The booking that a press on the card makes: the same as at the desk, once."""

from typing import Final

from crm_core.appointments import booking
from crm_core.booking_talks.models import BookingTalk, TalkState
from crm_core.booking_talks.talking import OFFER, is_forgotten, visit_of
from crm_core.dealerships.actors import Actor
from crm_core.messaging.service import close_card, say
from foundation import database
from foundation.errors import NotAllowed, NotFound, Refused
from foundation.refs import Ref

SOURCE: Final = "bot"
"""The source of a booking that a member made in the chat."""
ANSWER: Final = "bot_answer"


async def take(actor: Actor, talk_id: int, version: int) -> None:
    """Book what the card offers. A second press changes nothing; one too late, or for a time that is gone, is told why.

    Raises:
        NotAllowed: the card is a colleague's, or its presser may not book.
    """
    async with database.transaction():
        talk = await BookingTalk.select_for_update().get_or_none(id=talk_id)
        if talk is None or talk.staff_id != actor.id:
            raise NotAllowed
        if talk.state is TalkState.BOOKED:
            return
        if talk.state is not TalkState.OFFERED or talk.version != version or is_forgotten(talk.said_at):
            await _tell(actor, talk, "这张卡片已经过期，没有约。要约请再写一次。")
            return
        try:
            async with database.savepoint():
                talk.appointment_id = await _book(actor, talk)
        except (Refused, NotFound) as refusal:
            talk.state = TalkState.OVER
            await talk.save()
            await _tell(actor, talk, f"没有约上：{refusal.message}再写一次，换个时间。")
            return
        talk.state = TalkState.BOOKED
        await talk.save()
        await close_card(Ref("booking_talk", talk.id), OFFER, "book", actor.name)


async def _book(actor: Actor, talk: BookingTalk) -> int:
    visit = visit_of(talk)
    assert talk.starts_at is not None
    made = await booking.book(
        actor,
        customer_id=visit.customer_id,
        vehicle_id=visit.vehicle_id,
        store_id=visit.store_id,
        item_ids=visit.item_ids,
        starts_at=talk.starts_at,
        source=SOURCE,
    )
    return int(made.id)


async def _tell(actor: Actor, talk: BookingTalk, line: str) -> None:
    await say(
        ANSWER,
        {"lines": [line]},
        staff_id=actor.id,
        about=Ref("booking_talk", talk.id),
        dedupe_key=f"booking_talk:{talk.id}:told:{talk.version}:{talk.state}",
    )
