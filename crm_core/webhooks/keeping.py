"""What people do with webhooks: make, change, pause and end them, see what was told, and tell it again."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.audit_telling import Line, in_words, tells_of
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.stores import store_of
from crm_core.webhooks import rules, targets
from crm_core.webhooks.catalogue import BY_NAME, PING, told, word_of
from crm_core.webhooks.errors import EventsNotAccepted, TargetNotAccepted, WebhookIsPaused, WebhookNotFound
from crm_core.webhooks.jobs import OWED
from crm_core.webhooks.models import Webhook, WebhookDelivery, WebhookPause
from crm_core.webhooks.rules import DELIVERY_MOVES, WEBHOOK_MOVES, DeliveryState, WebhookState
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.moves import next_state
from foundation.public_addresses import may_be_called
from foundation.reading import literals
from foundation.refs import Ref
from foundation.settings import get_settings


@dataclass(frozen=True)
class NewSecret:
    """The secret with which a receiver verifies signatures. It is shown this once."""

    id: int
    secret: str


async def make(
    actor: Actor, *, name: str, url: str, store_ids: Sequence[int], events: Sequence[str], source_system: str = ""
) -> NewSecret:
    """A new target.

    Raises:
        NotAllowed, StoreNotFound, TargetNotAccepted, EventsNotAccepted.
    """
    async with database.transaction():
        authorise(actor, "webhooks.keep", subject(store_ids=store_ids))
        for store_id in store_ids:
            await store_of(store_id)
        _check(url, events)
        webhook = await Webhook.create(
            name=name,
            url=url,
            source_system=source_system,
            store_ids=sorted(set(store_ids)),
            events=sorted(set(events)),
            state=WebhookState.ACTIVE,
            salt=secrets.token_hex(16),
            made_by=actor.id,
            made_at=clock.now(),
        )
        await audit.note(
            actor, "webhooks.make", Ref("webhook", webhook.id), url=url, events=webhook.events, stores=webhook.store_ids
        )
        return NewSecret(webhook.id, _secret(webhook))


async def edit(
    actor: Actor, webhook_id: int, *, name: str, url: str, events: Sequence[str], expected_version: int
) -> None:
    """Another name, address or choice of events. What is owed already goes to the new address.

    Raises:
        WebhookNotFound, NotAllowed, StaleVersion, IllegalMove, TargetNotAccepted, EventsNotAccepted.
    """
    async with database.transaction():
        webhook = await _held(actor, webhook_id, expected_version, "edit")
        _check(url, events)
        await audit.note(
            actor, "webhooks.edit", Ref("webhook", webhook.id), url=url, earlier_url=webhook.url, events=sorted(events)
        )
        webhook.name, webhook.url, webhook.events = name, url, sorted(set(events))
        await _save(webhook)


async def rotate(actor: Actor, webhook_id: int, *, expected_version: int) -> NewSecret:
    """Another secret; for a day everything is signed with both.

    Raises:
        WebhookNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        webhook = await _held(actor, webhook_id, expected_version, "edit")
        webhook.earlier_salt, webhook.earlier_until = webhook.salt, clock.now() + rules.GOOD_AFTER_ROTATION
        webhook.salt = secrets.token_hex(16)
        await _save(webhook)
        await audit.note(actor, "webhooks.rotate", Ref("webhook", webhook.id))
        return NewSecret(webhook.id, _secret(webhook))


async def pause(actor: Actor, webhook_id: int, *, expected_version: int) -> None:
    """Nothing is sent until somebody resumes it; what happens meanwhile is owed.

    Raises:
        WebhookNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        webhook = await _held(actor, webhook_id, expected_version, "pause")
        webhook.pause_reason = WebhookPause.BY_HAND
        await _save(webhook)
        await audit.note(actor, "webhooks.pause", Ref("webhook", webhook.id))


async def resume(actor: Actor, webhook_id: int, *, expected_version: int) -> None:
    """What is owed is tried at once, with all its tries anew.

    Raises:
        WebhookNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        webhook = await _held(actor, webhook_id, expected_version, "resume")
        webhook.pause_reason, webhook.failures, webhook.failing_since = None, 0, None
        await _save(webhook)
        await database.execute(
            "UPDATE webhook_delivery SET next_try_at = NULL, tries = 0, trouble = '' "
            f"WHERE webhook_id = $1 AND state = {literals(DeliveryState.PENDING)}",
            webhook.id,
        )
        await audit.note(actor, "webhooks.resume", Ref("webhook", webhook.id))


async def end(actor: Actor, webhook_id: int, *, expected_version: int) -> None:
    """停用: nothing is told to it any more; what was owed is given up.

    Raises:
        WebhookNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        webhook = await _held(actor, webhook_id, expected_version, "end")
        webhook.pause_reason = None
        await _save(webhook)
        await database.execute(
            f"UPDATE webhook_delivery SET state = {literals(DeliveryState.GIVEN_UP)}, ended_at = $2, "
            f"version = version + 1 WHERE webhook_id = $1 AND state = {literals(DeliveryState.PENDING)}",
            webhook.id,
            clock.now(),
        )
        await audit.note(actor, "webhooks.end", Ref("webhook", webhook.id))


async def ping(actor: Actor, webhook_id: int) -> int:
    """Send the target something harmless, so that its makers can try it; returns the delivery's id.

    Raises:
        WebhookNotFound, NotAllowed, WebhookIsPaused.
    """
    async with database.transaction():
        webhook = await _found(actor, webhook_id)
        if webhook.state is not WebhookState.ACTIVE:
            raise WebhookIsPaused
        delivery = await WebhookDelivery.create(
            webhook_id=webhook.id,
            event_name=PING,
            subject=Ref("webhook", webhook.id),
            payload=told(PING, clock.now(), None, None, {}),
            state=DeliveryState.PENDING,
            created_at=clock.now(),
        )
        await OWED.hint([delivery.id])
        delivery_id: int = delivery.id
        return delivery_id


async def tell_again(actor: Actor, webhook_delivery_id: int, *, expected_version: int) -> None:
    """Tell it again under the same number; the receiver knows by that whether it has it.

    Raises:
        WebhookNotFound, NotAllowed, StaleVersion, IllegalMove, WebhookIsPaused.
    """
    async with database.transaction():
        delivery = await WebhookDelivery.select_for_update(no_key=True).get_or_none(id=webhook_delivery_id)
        if delivery is None:
            raise WebhookNotFound
        webhook = await _found(actor, delivery.webhook_id)
        if delivery.version != expected_version:
            raise StaleVersion(current_version=delivery.version)
        delivery.state = next_state(DELIVERY_MOVES, delivery.state, "replay")
        if webhook.state is not WebhookState.ACTIVE:
            raise WebhookIsPaused
        delivery.ended_at, delivery.next_try_at, delivery.tries, delivery.trouble = None, None, 0, ""
        delivery.version += 1
        await delivery.save()
        await audit.note(actor, "webhooks.replay", Ref("webhook_delivery", delivery.id))
        await OWED.hint([delivery.id])


def _check(url: str, events: Sequence[str]) -> None:
    allowed = get_settings().webhook_networks
    if problem := targets.problem_of_url(url, may_be_plain=bool(allowed)):
        raise TargetNotAccepted(problem)
    host = targets.numeric_host(url)
    if host is not None and not may_be_called(host, allowed):
        raise TargetNotAccepted("不能推送到内网、本机和保留地址。")
    if not events or not set(events) <= BY_NAME.keys():
        raise EventsNotAccepted


def _secret(webhook: Webhook) -> str:
    return rules.secret_of(get_settings().lasting_key, webhook.salt)


async def _found(actor: Actor, webhook_id: int) -> Webhook:
    webhook = await Webhook.get_or_none(id=webhook_id)
    if webhook is None:
        raise WebhookNotFound
    authorise(actor, "webhooks.keep", subject(store_ids=webhook.store_ids))
    return webhook


async def _held(actor: Actor, webhook_id: int, expected_version: int, action: str) -> Webhook:
    webhook = await Webhook.select_for_update(no_key=True).get_or_none(id=webhook_id)
    if webhook is None:
        raise WebhookNotFound
    authorise(actor, "webhooks.keep", subject(store_ids=webhook.store_ids))
    if webhook.version != expected_version:
        raise StaleVersion(current_version=webhook.version)
    webhook.state = next_state(WEBHOOK_MOVES, webhook.state, action)
    return webhook


async def _save(webhook: Webhook) -> None:
    webhook.version += 1
    await webhook.save()


@tells_of("webhooks")
async def tell_events(lines: Sequence[Line]) -> list[dict[str, object]]:
    """What is told to a target, in the words of its page."""
    return in_words(lines, events=word_of)
