"""An event becomes what is owed to each target that wants it, in the event's own transaction."""

from typing import Final

import orjson

from crm_core.webhooks.catalogue import payload
from crm_core.webhooks.jobs import OWED
from crm_core.webhooks.rules import DeliveryState, WebhookState
from foundation import clock, database
from foundation.events import Event
from foundation.reading import literals

_OWE: Final = f"""
    INSERT INTO webhook_delivery (webhook_id, event_name, subject, customer_id, payload, state, created_at, version)
    SELECT id, $1::text, $2, $3, $4, {literals(DeliveryState.PENDING)}, $5, 1 FROM webhook
    WHERE state <> {literals(WebhookState.ENDED)} AND events ? $1::text AND store_ids @> to_jsonb($6::bigint)
    ORDER BY id RETURNING id
"""


async def on_event(event: Event) -> None:
    """Owe it to whoever wants events of this kind and store."""
    if event.store_id is None:
        return
    body = orjson.dumps(payload(event, clock.now())).decode()
    rows = await database.fetch(
        _OWE, event.name, str(event.subject), event.customer_id, body, clock.now(), event.store_id
    )
    if rows:
        await OWED.hint([row["id"] for row in rows])
