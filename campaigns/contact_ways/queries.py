"""Codes for screens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from campaigns.contact_ways import figures
from campaigns.contact_ways.errors import ContactWayNotFound, NoPictureYet
from campaigns.contact_ways.figures import Figures
from campaigns.contact_ways.greeting_rules import Greeting
from campaigns.contact_ways.rules import IN_USE, ContactKind, ContactWayState
from campaigns.contact_ways.spans import Span
from crm_core.customers.acquisition import opened_from_outside, with_channel
from crm_core.customers.contact_ways import picture_of_code
from crm_core.customers.models import Source
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, stores_within, subject
from foundation.owed import IN_TROUBLE_AFTER
from foundation.reading import Query, derive, listed, literals, read_model

PAGE: Final = 50


@dataclass(frozen=True)
class Asked:
    """Which codes: by name, occasion or mark; without a state those in use and those that failed."""

    search: str = ""
    kind: ContactKind | None = None
    state: ContactWayState | None = None
    store_id: int | None = None
    staff_id: int | None = None
    source: Source | None = None
    span: Span | None = None
    """Count only those who came then; without one all of them."""

    @property
    def states(self) -> list[str]:
        """The states asked for."""
        shown: Sequence[ContactWayState] = (*IN_USE, ContactWayState.FAILED, ContactWayState.ENDING)
        return [each.value for each in ((self.state,) if self.state else shown)]


@read_model
class TurnRow:
    """Somebody who takes turns at a code, or stands by."""

    staff_id: int
    staff: str
    is_backup: bool


@read_model
class _Way:
    """One code as it is kept."""

    id: int
    kind: ContactKind
    name: str
    occasion: str
    mark: str
    source: Source
    state: ContactWayState
    reason: str
    is_stuck: bool
    has_picture: bool
    unusable_since: datetime | None
    url: str
    staff_id: int
    staff: str
    turns: list[TurnRow]
    takes_several: bool
    on_duty: list[str]
    store_id: int | None
    store: str | None
    coupon_template_id: int | None
    coupon_name: str
    greeting: Greeting
    created_at: datetime
    created_by: str
    ended_at: datetime | None
    ended_by: str | None
    version: int


@read_model
class ContactWayRow(_Way):
    """One code with what became of those who came by it. `is_stuck`: WeCom has not taken what it was told for a while;
    `paid_fen` is None for who sees no money.
    """

    link: str | None
    opened_from_outside: str | None
    added: int
    wrote: int
    lost: int
    booked: int
    visited: int
    paid_fen: int | None


@read_model
class _Picture:
    """What WeCom knows a code by, and whether it leads anywhere."""

    store_id: int | None
    kind: ContactKind
    config_id: str
    state: ContactWayState


_PICTURE: Final = Query(_Picture, "SELECT store_id, kind, config_id, state FROM contact_way WHERE id = $1")
_WAY: Final = f"""
    SELECT w.id, w.kind, w.name, w.occasion, w.token AS mark, w.source, w.state, w.reason,
      w.tries >= {IN_TROUBLE_AFTER} AS is_stuck,
      (w.qr_url <> '' AND w.state IN ({literals(*IN_USE)}) AND w.kind = {literals(ContactKind.CODE)}) AS has_picture,
      w.unusable_since, w.qr_url AS url,
      w.staff_id, s.name AS staff, w.takes_several,
      (SELECT {listed(TurnRow, "r", order="r.is_backup, r.id", staff="(SELECT name FROM staff WHERE id = r.staff_id)")}
       FROM contact_way_turn r WHERE r.contact_way_id = w.id) AS turns,
      array(SELECT name FROM staff WHERE w.on_duty @> to_jsonb(id) ORDER BY id)::text[] AS on_duty,
      w.store_id, t.short_name AS store, w.coupon_template_id, w.coupon_name, w.greeting,
      w.created_at, m.name AS created_by, w.ended_at, e.name AS ended_by, w.version
    FROM contact_way w JOIN staff s ON s.id = w.staff_id JOIN staff m ON m.id = w.created_by
    LEFT JOIN store t ON t.id = w.store_id LEFT JOIN staff e ON e.id = w.ended_by_id
"""
_WAYS: Final = Query(
    _Way,
    f"""
    {_WAY}
    WHERE ($1::bigint[] IS NULL OR w.store_id = ANY($1)) AND w.state = ANY($2)
      AND ($3 = '' OR position(lower($3) IN lower(w.name || ' ' || w.occasion || ' ' || w.token)) > 0)
      AND ($4::bigint IS NULL OR w.store_id = $4) AND ($5::bigint IS NULL OR w.staff_id = $5
        OR EXISTS (SELECT FROM contact_way_turn r WHERE r.contact_way_id = w.id AND r.staff_id = $5))
      AND ($6::text IS NULL OR w.source = $6) AND ($7::bigint IS NULL OR w.id < $7)
      AND ($9::text IS NULL OR w.kind = $9)
    ORDER BY w.id DESC LIMIT $8
    """,
)
_ONE: Final = Query(_Way, f"{_WAY} WHERE w.id = $1")


async def of_reader(
    actor: Actor, asked: Asked | None = None, *, before: int | None = None, limit: int = PAGE
) -> list[ContactWayRow]:
    """Codes of the stores the actor sees, the newest first, from the one before `before` on.

    Raises:
        NotAllowed: the actor sees the codes of no store.
    """
    authorise(actor, "contact_ways.read", subject())
    stores = stores_within(actor, "contact_ways.read")
    asked = asked or Asked()
    ways = await _WAYS.all(
        None if stores is None else sorted(stores),
        asked.states,
        asked.search,
        asked.store_id,
        asked.staff_id,
        None if asked.source is None else asked.source.value,
        before,
        limit,
        None if asked.kind is None else asked.kind.value,
    )
    return await _counted(actor, ways, asked.span)


async def one(actor: Actor, contact_way_id: int, span: Span | None = None) -> ContactWayRow:
    """One code, with the figures of a span.

    Raises:
        ContactWayNotFound, NotAllowed.
    """
    way = await _ONE.first(contact_way_id)
    if way is None:
        raise ContactWayNotFound
    authorise(actor, "contact_ways.read", subject(store_id=way.store_id))
    [row] = await _counted(actor, [way], span)
    return row


async def picture_of(actor: Actor, contact_way_id: int) -> bytes:
    """The code's picture, for printing.

    Raises:
        ContactWayNotFound, NotAllowed, NoPictureYet.
        PlatformError: WeCom does not give it now.
    """
    way = await _PICTURE.first(contact_way_id)
    if way is None:
        raise ContactWayNotFound
    authorise(actor, "contact_ways.read", subject(store_id=way.store_id))
    if not way.config_id or way.state not in IN_USE or way.kind is ContactKind.LINK:
        raise NoPictureYet
    return await picture_of_code(way.config_id)


async def _counted(actor: Actor, ways: Sequence[_Way], span: Span | None) -> list[ContactWayRow]:
    sums = await figures.sums_of([way.id for way in ways], span)
    rows = []
    for way in ways:
        found = sums.get(way.id) or Figures(way.id, added=0, wrote=0, lost=0, booked=0, visited=0, paid_fen=0)
        rows.append(
            derive(
                ContactWayRow,
                way,
                link=_address(way) or None,
                opened_from_outside=opened_from_outside(_address(way)) if _address(way) else None,
                added=found.added,
                wrote=found.wrote,
                lost=found.lost,
                booked=found.booked,
                visited=found.visited,
                paid_fen=figures.seen_fen(actor, found.paid_fen),
            )
        )
    return rows


def _address(way: _Way) -> str:
    """What hangs in the advertisement; empty for a code, and for a link that does not work."""
    if way.kind is not ContactKind.LINK or not way.url or way.state not in IN_USE:
        return ""
    return with_channel(way.url, way.mark)
