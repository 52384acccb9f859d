"""Notices an owner switches off by themselves: those they can do without. What their visit and money need, goes out.

WeChat's own switch stays beside ours: it asks about each notice in its pop-up, and ours ends the asking too.
"""

from typing import Final

from crm_core.customers import people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.messaging import allowances
from crm_core.messaging.errors import NoticeNotFound, NoticeStaysOn
from crm_core.messaging.events import NoticeSwitched
from crm_core.messaging.models import NoticeOff
from crm_core.messaging.rows import InHand
from crm_core.messaging.service import title_of
from crm_core.messaging.ways import way
from crm_core.wording.catalogue import ChannelFile, MessageTemplate, catalogue
from foundation import clock, database
from foundation.events import record
from foundation.reading import read_model

SWITCHED_OFF: Final = "车主关掉了这类通知"
_NEEDED: Final = "和您在修的车、付的钱有关，一直会发"


@read_model
class NoticeKind:
    """A kind of notice the owner may get: when, by which ways, one after the other, and whether they want it.

    `accepts_left` is how often WeChat lets this account be written to; `why_on` says why it cannot be switched off.
    """

    notice: str
    title: str
    when: str
    ways: list[str]
    accepts_left: int
    is_on: bool
    why_on: str | None


async def notices_of(actor: Actor) -> list[NoticeKind]:
    """Every kind of notice, what can be switched off last."""
    authorise(actor, "messages.switch", owners_own(actor.id))
    off, left = await switched_off_by(actor.id), await allowances.remaining(actor.openid)
    kinds = [
        NoticeKind(
            notice=message.name,
            title=title_of(message),
            when=message.meta.when,
            ways=list(dict.fromkeys(way(spec.by).label for spec in message.meta.ways)),
            accepts_left=left.get(message.name, 0),
            is_on=message.name not in off,
            why_on=None if message.meta.may_be_off else _NEEDED,
        )
        for message in _notices()
    ]
    return sorted(kinds, key=lambda kind: (kind.why_on is None, kind.notice))


async def switch(actor: Actor, notice: str, *, is_on: bool) -> None:
    """Switch a kind of notice on or off for the owner, on all their phones; it acts on what has not left yet.

    Raises:
        NoticeNotFound: there is no such kind.
        NoticeStaysOn: it is about their visit or their money.
    """
    authorise(actor, "messages.switch", owners_own(actor.id))
    message = next((message for message in _notices() if message.name == notice), None)
    if message is None:
        raise NoticeNotFound
    if not message.meta.may_be_off and not is_on:
        raise NoticeStaysOn
    async with database.transaction():
        person = await people.lock(actor.id)
        was_on = not await NoticeOff.filter(customer_id=person.id, notice=notice).exists()
        if was_on == is_on:
            return
        if is_on:
            await NoticeOff.filter(customer_id=person.id, notice=notice).delete()
        else:
            await NoticeOff.create(customer_id=person.id, notice=notice, since=clock.now())
        await record(
            NoticeSwitched(actor=str(actor), customer_id=person.id, notice=notice, title=title_of(message), is_on=is_on)
        )


async def switched_off_by(customer_id: int) -> frozenset[str]:
    """The kinds of notice a person does without."""
    return frozenset(row.notice for row in await NoticeOff.filter(customer_id=customer_id))


async def is_switched_off(row: InHand) -> bool:
    """Whether its receiver does without this message; asked in the transaction that leases it."""
    if row.customer_id is None or not catalogue().message(row.template).meta.may_be_off:
        return False
    return await NoticeOff.filter(customer_id=row.customer_id, notice=row.template).exists()


def _notices() -> list[MessageTemplate]:
    return [message for message in catalogue() if ChannelFile.SUBSCRIBE in message.channels and message.meta.ways]
