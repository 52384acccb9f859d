"""A target that was paused because it kept failing is listed once under 运维, with everything it is still owed."""

from crm_core.appointments.events import AppointmentConfirmed
from crm_core.webhooks import parked as paused
from crm_core.webhooks.models import Webhook, WebhookDelivery, WebhookPause
from crm_core.webhooks.rules import DeliveryState, WebhookState
from foundation import clock, parked
from foundation.parked import ParkedWork
from tests.crm_core.webhooks.conftest import House, Receiver


async def _stuck(house: House, receiver: Receiver) -> int:
    hook = await house.telling(receiver.url, AppointmentConfirmed.name)
    await Webhook.filter(id=hook.id).update(
        state=WebhookState.PAUSED, pause_reason=WebhookPause.KEEPS_FAILING, failures=10, failing_since=clock.now()
    )
    for number in (1, 2):
        await WebhookDelivery.create(
            webhook_id=hook.id, event_name=AppointmentConfirmed.name, subject=f"appointment:{number}", payload={},
            state=DeliveryState.PENDING, created_at=clock.now(), tries=5, trouble="HTTP 500",
        )  # fmt: skip
    return hook.id


async def _shown() -> list[ParkedWork]:
    rows, _ = await parked.page()
    return [row for row in rows if row.name == paused.NAME]


async def test_it_is_one_row_and_trying_again_resumes_it(house: House, receiver: Receiver):
    webhook_id = await _stuck(house, receiver)
    (row,) = await _shown()
    assert (row.id, row.title, row.count) == (f"webhook:{webhook_id}", "回调推送「DMS」", 2)
    assert await parked.try_again(row.id) == paused.NAME
    assert (await Webhook.get(id=webhook_id)).state is WebhookState.ACTIVE
    assert {delivery.tries for delivery in await WebhookDelivery.all()} == {0}
    assert await _shown() == []
    assert await parked.try_again(row.id) is None


async def test_giving_up_leaves_it_paused_by_hand(house: House, receiver: Receiver):
    webhook_id = await _stuck(house, receiver)
    assert await parked.give_up(f"webhook:{webhook_id}") == paused.NAME
    kept = await Webhook.get(id=webhook_id)
    assert (kept.state, kept.pause_reason) == (WebhookState.PAUSED, WebhookPause.BY_HAND)
    assert await _shown() == []
    assert await parked.give_up("webhook:x") is None
