"""Webhooks for pages: the targets, what they were told, and every try."""

from datetime import datetime
from typing import Final

import orjson

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, stores_within, subject
from crm_core.webhooks.catalogue import word_of
from crm_core.webhooks.errors import WebhookNotFound
from crm_core.webhooks.models import WebhookPause
from crm_core.webhooks.rules import DeliveryState, Outcome, WebhookState
from foundation import database
from foundation.errors import NotAllowed
from foundation.reading import Query, derive, listed, literals, read_model

AT_ONCE: Final = 50


@read_model
class WebhookRow:
    """A target in the list; `owed` is what waits for it, `given_up` what was given up lately."""

    id: int
    name: str
    url: str
    source_system: str
    store_ids: list[int]
    stores: list[str]
    events: list[str]
    state: WebhookState
    pause_reason: WebhookPause | None
    failures: int
    failing_since: datetime | None
    earlier_until: datetime | None
    owed: int
    given_up: int
    last_delivered_at: datetime | None
    version: int


@read_model
class TryRow:
    """One try."""

    at: datetime
    outcome: Outcome
    status: int | None
    detail: str
    milliseconds: int


@read_model
class DeliveryRow:
    """One event for one target, with its tries, the newest first; `words` is what the event is called."""

    id: int
    event_name: str
    words: str
    subject: str
    state: DeliveryState
    created_at: datetime
    ended_at: datetime | None
    next_try_at: datetime | None
    tries: list[TryRow]
    version: int


@read_model
class _Delivery:
    """As it is stored."""

    id: int
    event_name: str
    subject: str
    state: DeliveryState
    created_at: datetime
    ended_at: datetime | None
    next_try_at: datetime | None
    tries: list[TryRow]
    version: int


_WEBHOOKS: Final = Query(
    WebhookRow,
    f"""
    SELECT w.id, w.name, w.url, w.source_system, w.store_ids, w.events, w.state, w.pause_reason, w.failures,
           w.failing_since, w.earlier_until, w.version,
           array(SELECT short_name FROM store WHERE w.store_ids @> to_jsonb(id) ORDER BY id)::text[] AS stores,
           (SELECT count(*)::int FROM webhook_delivery d
            WHERE d.webhook_id = w.id AND d.state = {literals(DeliveryState.PENDING)}) AS owed,
           (SELECT count(*)::int FROM webhook_delivery d
            WHERE d.webhook_id = w.id AND d.state = {literals(DeliveryState.GIVEN_UP)}) AS given_up,
           (SELECT max(d.ended_at) FROM webhook_delivery d
            WHERE d.webhook_id = w.id AND d.state = {literals(DeliveryState.DELIVERED)}) AS last_delivered_at
    FROM webhook w
    WHERE $1::bigint[] IS NULL OR w.store_ids <@ to_jsonb($1::bigint[])
    ORDER BY w.state = {literals(WebhookState.ENDED)}, w.id DESC
    """,
)
_DELIVERIES: Final = Query(
    _Delivery,
    f"""
    SELECT d.id, d.event_name, d.subject, d.state, d.created_at, d.ended_at, d.next_try_at, d.version,
           (SELECT {listed(TryRow, "t", order="t.id DESC")} FROM webhook_try t WHERE t.delivery_id = d.id) AS tries
    FROM webhook_delivery d
    WHERE d.webhook_id = $1 AND ($2::bigint IS NULL OR d.id < $2)
    ORDER BY d.id DESC LIMIT $3
    """,
)


async def of_reader(actor: Actor) -> list[WebhookRow]:
    """The targets whose stores the actor looks after all of, those in use first.

    Raises:
        NotAllowed: the actor keeps the targets of no store.
    """
    stores = stores_within(actor, "webhooks.keep")
    if stores is not None and not stores:
        raise NotAllowed(action="webhooks.keep")
    return await _WEBHOOKS.all(None if stores is None else sorted(stores))


async def deliveries(actor: Actor, webhook_id: int, *, before: int | None) -> list[DeliveryRow]:
    """What the target was told or is owed, the newest first, from the one before `before` on.

    Raises:
        WebhookNotFound, NotAllowed.
    """
    store_ids = await database.fetch_value("SELECT store_ids FROM webhook WHERE id = $1", webhook_id)
    if store_ids is None:
        raise WebhookNotFound
    authorise(actor, "webhooks.keep", subject(store_ids=orjson.loads(store_ids)))
    rows = await _DELIVERIES.all(webhook_id, before, AT_ONCE)
    return [derive(DeliveryRow, row, words=word_of(row.event_name)) for row in rows]
