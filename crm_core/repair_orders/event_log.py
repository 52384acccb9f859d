"""What happened to an order, event by event: what its owner is told of it, and what staff see."""

from datetime import datetime

from crm_core.dealerships.masks import mask_sums
from crm_core.repair_orders.photos import OwnerPhoto, StoredPhoto, for_owner
from crm_core.repair_orders.rules import HeaderState
from foundation.reading import Query, derive, read_model


@read_model
class OwnerEvent:
    """An event of the live page as its owner is told of it, and where the order stands now."""

    number: int
    node: str
    kind: str
    at: datetime
    state: HeaderState
    title: str
    by: str
    sentence: str
    photos: list[OwnerPhoto]


@read_model
class LogEntry:
    """A numbered event as staff see it; the sum it names is null for readers who see no money."""

    number: int
    node: str
    kind: str
    at: datetime
    by: str
    sentence: str
    amount_fen: int | None
    photos: list[OwnerPhoto]
    is_told_to_owner: bool


@read_model
class StaffEvent(LogEntry):
    """An event of the live page for staff, and where the order stands now."""

    state: HeaderState
    title: str


@read_model
class _Event:
    """An event as it is written down, for both."""

    number: int
    node: str
    kind: str
    at: datetime
    text: str
    amount_fen: int | None
    owner_text: str
    media: list[StoredPhoto]
    by: str
    state: HeaderState
    title: str


_EVENTS = Query(
    _Event,
    """
    SELECT e.number, e.node, e.kind, e.at, e.text, e.amount_fen, e.owner_text, e.media, e.actor_name AS by,
           r.state, r.owner_title AS title
    FROM repair_event e JOIN repair_order r ON r.id = e.repair_order_id
    WHERE e.repair_order_id = $1 AND e.number > $2 ORDER BY e.number
    """,
)


async def events_for_owner(repair_order_id: int, number: int, *, sees_sums: bool) -> list[OwnerEvent]:
    """What the owner is told of an order after `number`, oldest first: the replay of a live page.

    Of what is not for them comes the number alone, so that they know they are up to date. Without `sees_sums` there are
    stars for sums.
    """
    return [_told(event, sees_sums=sees_sums) for event in await _EVENTS.all(repair_order_id, number)]


async def events_for_staff(repair_order_id: int, number: int) -> list[StaffEvent]:
    """What happened to an order after `number`, oldest first."""
    return [
        derive(
            StaffEvent,
            event,
            photos=for_owner(event.media),
            sentence=event.text,
            is_told_to_owner=bool(event.owner_text),
        )
        for event in await _EVENTS.all(repair_order_id, number)
    ]


def _told(event: _Event, *, sees_sums: bool) -> OwnerEvent:
    if not event.owner_text:
        return derive(OwnerEvent, event, kind="updated", by="", sentence="", photos=[])
    sentence = event.owner_text if sees_sums else mask_sums(event.owner_text)
    return derive(OwnerEvent, event, sentence=sentence, photos=for_owner(event.media))
