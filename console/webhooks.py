"""回调推送: which other programs are told what, and every try to tell them."""

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.webhooks import keeping, queries
from crm_core.webhooks.catalogue import OFFERED
from crm_core.webhooks.queries import DeliveryRow, WebhookRow
from crm_core.webhooks.targets import LONGEST_URL
from foundation.reading import read_model
from foundation.web import Cursor, Id, Page, Schema, Version


@read_model
class OfferedEvent:
    """An event that can be told."""

    name: str
    words: str


@read_model
class WebhooksOut:
    """The targets, and the events one may choose."""

    webhooks: list[WebhookRow]
    events: list[OfferedEvent]


class WebhookIn(Schema):
    """A new target."""

    name: str = Field(min_length=1, max_length=40)
    url: str = Field(min_length=1, max_length=LONGEST_URL)
    store_ids: list[Id] = Field(min_length=1, max_length=500)
    events: list[str] = Field(min_length=1, max_length=100)
    source_system: str = Field(default="", max_length=20)


class WebhookEditIn(Schema):
    """What a target is to be from now on."""

    name: str = Field(min_length=1, max_length=40)
    url: str = Field(min_length=1, max_length=LONGEST_URL)
    events: list[str] = Field(min_length=1, max_length=100)
    version: Version


class WebhookVersionIn(Schema):
    """The version its keeper saw."""

    version: Version


class WebhookSecretOut(Schema):
    """The secret that verifies signatures. It is shown this once."""

    id: int
    secret: str


class DeliveriesQuery(Schema):
    """Where the list goes on."""

    cursor: Cursor | None = None


@api.get("/webhooks", summary="Targets of the reader's stores")
async def list_webhooks(actor: Actor) -> WebhooksOut:
    events = [OfferedEvent(offered.event.name, offered.words) for offered in OFFERED]
    return WebhooksOut(webhooks=await queries.of_reader(actor), events=events)


@api.post("/webhooks", status=201, kept=False, summary="A new target; the answer shows its secret once")
async def make_webhook(actor: Actor, body: WebhookIn) -> WebhookSecretOut:
    made = await keeping.make(
        actor,
        name=body.name,
        url=body.url,
        store_ids=body.store_ids,
        events=body.events,
        source_system=body.source_system,
    )
    return WebhookSecretOut(id=made.id, secret=made.secret)


@api.put("/webhooks/{webhook_id}", summary="Another name, address or choice of events")
async def edit_webhook(actor: Actor, webhook_id: Id, body: WebhookEditIn) -> None:
    await keeping.edit(
        actor, webhook_id, name=body.name, url=body.url, events=body.events, expected_version=body.version
    )


@api.post("/webhooks/{webhook_id}/rotation", status=201, kept=False, summary="Another secret")
async def rotate_webhook(actor: Actor, webhook_id: Id, body: WebhookVersionIn) -> WebhookSecretOut:
    made = await keeping.rotate(actor, webhook_id, expected_version=body.version)
    return WebhookSecretOut(id=made.id, secret=made.secret)


@api.post("/webhooks/{webhook_id}/pause", status=204, summary="Stop telling; what happens meanwhile is owed")
async def pause_webhook(actor: Actor, webhook_id: Id, body: WebhookVersionIn) -> None:
    await keeping.pause(actor, webhook_id, expected_version=body.version)


@api.post("/webhooks/{webhook_id}/resumption", status=204, summary="Go on with what is owed")
async def resume_webhook(actor: Actor, webhook_id: Id, body: WebhookVersionIn) -> None:
    await keeping.resume(actor, webhook_id, expected_version=body.version)


@api.post("/webhooks/{webhook_id}/end", status=204, summary="停用: nothing is told to it any more")
async def end_webhook(actor: Actor, webhook_id: Id, body: WebhookVersionIn) -> None:
    await keeping.end(actor, webhook_id, expected_version=body.version)


@api.post("/webhooks/{webhook_id}/pings", status=204, summary="Send something harmless to try the target")
async def ping_webhook(actor: Actor, webhook_id: Id) -> None:
    await keeping.ping(actor, webhook_id)


@api.get("/webhooks/{webhook_id}/deliveries", summary="What it was told or is owed, with every try, the newest first")
async def list_deliveries(actor: Actor, webhook_id: Id, query: DeliveriesQuery) -> Page[DeliveryRow]:
    found = await queries.deliveries(actor, webhook_id, before=int(query.cursor) if query.cursor else None)
    return Page[DeliveryRow](items=found, next_cursor=str(found[-1].id) if len(found) == queries.AT_ONCE else None)


@api.post("/webhook-deliveries/{webhook_delivery_id}/replay", status=204, summary="Tell it again")
async def replay_delivery(actor: Actor, webhook_delivery_id: Id, body: WebhookVersionIn) -> None:
    await keeping.tell_again(actor, webhook_delivery_id, expected_version=body.version)
