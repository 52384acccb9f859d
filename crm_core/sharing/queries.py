"""The owner's list of links, and what the holder of one reads."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_plate
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.repair_orders.event_log import OwnerEvent, events_for_owner
from crm_core.repair_orders.photos import OwnerPhoto
from crm_core.repair_orders.rules import HeaderState, LineState
from crm_core.sharing import rules
from crm_core.sharing.errors import LinkEnded
from crm_core.sharing.links import fingerprint
from crm_core.vehicles.models import BindingRole, BindingState
from foundation import clock, database
from foundation.reading import Query, derive, literals, read_model


@read_model
class OwnerShare:
    """A link in its owner's list; `is_open` says whether it still shows anything."""

    id: int
    repair_order_id: int
    series: str
    plate: str
    label: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    first_opened_at: datetime | None
    is_open: bool


@read_model
class OpenLink:
    """The order that a secret opens, and until when."""

    id: int
    repair_order_id: int
    expires_at: datetime
    is_new: bool


@read_model
class SharedEvent:
    """An event as the holder of a link reads it, and the state of the order. Of an event that is not for them only the
    number is given, so that the live stream can go on from there.
    """

    number: int
    node: str
    at: datetime
    title: str
    sentence: str
    photos: list[OwnerPhoto]


@read_model
class SharedProgress:
    """The progress page (O13) for the holder of a link. The plate is masked; there are no names, phones and sums."""

    store: str
    series: str
    plate: str
    title: str
    standing: str
    opened_at: datetime
    promised_at: datetime | None
    ready_at: datetime | None
    is_over: bool
    done: int
    total: int
    doing: str | None
    nodes: list[SharedEvent]
    last_number: int
    expires_at: datetime


@read_model
class _Order:
    """The facts of the page, unmasked."""

    store: str
    series: str
    plate: str
    state: HeaderState
    owner_title: str
    owner_standing: str
    opened_at: datetime
    promised_at: datetime | None
    ready_at: datetime | None
    is_over: bool
    done: int
    total: int
    doing: str | None
    last_number: int


# Links end with the right to share, that is, when the car was sold or the owner's binding ended.
_STILL_THEIRS: Final = f"""
EXISTS (SELECT FROM binding b WHERE b.vehicle_id = r.vehicle_id AND b.customer_id = p.customer_id
        AND b.state IN ({literals(BindingState.BOUND)}) AND b.role IN ({literals(BindingRole.OWNER)}))
"""
_IS_OPEN: Final = f"p.revoked_at IS NULL AND p.expires_at > $2 AND r.voided_at IS NULL AND {_STILL_THEIRS}"
_DONE: Final = literals(LineState.DONE, LineState.QC_OK)
_NOT_TO_DO: Final = literals(LineState.PROPOSED, LineState.DECLINED, LineState.CANCELLED)
_SHARES = Query(
    OwnerShare,
    f"""
    SELECT p.id, p.repair_order_id, m.series, v.plate, p.label, p.created_at, p.expires_at, p.revoked_at,
           p.first_opened_at, ({_IS_OPEN}) AS is_open
    FROM progress_share p JOIN repair_order r ON r.id = p.repair_order_id
    JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    WHERE p.customer_id = $1 AND ($3::bigint IS NULL OR p.repair_order_id = $3) ORDER BY p.id DESC LIMIT 100
    """,
)
_LINK = Query(
    OpenLink,
    f"""
    SELECT p.id, p.repair_order_id, p.expires_at, p.first_opened_at IS NULL AS is_new
    FROM progress_share p JOIN repair_order r ON r.id = p.repair_order_id WHERE p.token_hash = $1 AND {_IS_OPEN}
    """,
)
_ORDER = Query(
    _Order,
    f"""
    SELECT s.short_name AS store, m.series, v.plate, r.state, r.owner_title, r.standing AS owner_standing, r.opened_at,
           r.promised_finish_at AS promised_at, r.ready_at, r.delivered_at IS NOT NULL AS is_over,
           (SELECT count(*) FROM repair_line l WHERE l.repair_order_id = r.id AND l.state IN ({_DONE})) AS done,
           (SELECT count(*) FROM repair_line l WHERE l.repair_order_id = r.id
            AND l.state NOT IN ({_NOT_TO_DO})) AS total,
           (SELECT l.name FROM repair_line l WHERE l.repair_order_id = r.id
            AND l.state IN ({literals(LineState.WORKING)}) ORDER BY l.id LIMIT 1) AS doing,
           r.last_event_no AS last_number
    FROM repair_order r JOIN store s ON s.id = r.store_id
    JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id WHERE r.id = $1
    """,
)


async def shares(actor: Actor, repair_order_id: int | None = None) -> list[OwnerShare]:
    """The links that an owner made, for one order or for all, the newest first."""
    authorise(actor, "repair_orders.share", owners_own(actor.id))
    return await _SHARES.all(actor.id, clock.now(), repair_order_id)


async def open_link(token: str) -> OpenLink:
    """The link that belongs to this secret, if it is open now.

    Raises:
        LinkEnded: there is no such link, or it is no longer open.
    """
    found = await _LINK.first(fingerprint(token), clock.now())
    if found is None:
        raise LinkEnded
    return found


async def page(opened: OpenLink) -> SharedProgress:
    """The page of an open link. The time of the first look is stored, for the owner's list."""
    if opened.is_new:
        await database.execute(
            "UPDATE progress_share SET first_opened_at = $2 WHERE id = $1 AND first_opened_at IS NULL",
            opened.id,
            clock.now(),
        )
    order = await _ORDER.first(opened.repair_order_id)
    assert order is not None, "a link has an order"
    told = await events_after(opened, 0)
    return derive(
        SharedProgress,
        order,
        plate=mask_plate(order.plate),
        title=rules.title(order.state, order.owner_title),
        standing=rules.standing(order.state, order.owner_standing),
        nodes=[event for event in reversed(told) if event.sentence],
        expires_at=opened.expires_at,
    )


async def events_after(opened: OpenLink, number: int) -> list[SharedEvent]:
    """The events after event `number`, the oldest first, as the holder of the link reads them."""
    return [_shown(event) for event in await events_for_owner(opened.repair_order_id, number, sees_sums=False)]


def _shown(event: OwnerEvent) -> SharedEvent:
    said = rules.shown(event.kind, event.sentence)
    bare = derive(SharedEvent, event, node="", title=rules.title(event.state, event.title), sentence="", photos=[])
    if said is None:
        return bare
    return replace(bare, node=event.node, sentence=said.sentence, photos=event.photos if said.has_photos else [])
