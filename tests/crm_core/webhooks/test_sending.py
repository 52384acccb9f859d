"""Deliveries arrive signed, in order for each thing, are repeated until accepted, and go to no other address."""

import base64
import hashlib
import hmac
import json
import socket
from datetime import timedelta

import pytest

from crm_core.appointments.events import AppointmentCancelled, AppointmentConfirmed
from crm_core.customers.models import IdentityKind
from crm_core.dealerships.models import Role
from crm_core.webhooks import keeping, sending
from crm_core.webhooks.errors import TargetNotAccepted, WebhookIsPaused
from crm_core.webhooks.jobs import OWED
from crm_core.webhooks.models import Webhook, WebhookDelivery, WebhookPause, WebhookTry
from crm_core.webhooks.rules import MOST_TRIES, DeliveryState, Outcome, WebhookState
from foundation import clock, database, jobs
from foundation.errors import NotAllowed
from tests import factories as make
from tests.crm_core.webhooks.conftest import House, Receiver, listening, tell

CONFIRMED, CANCELLED = AppointmentConfirmed.name, AppointmentCancelled.name


def confirmed(house: House, appointment_id: int = 7, customer_id: int | None = None) -> AppointmentConfirmed:
    return AppointmentConfirmed(
        actor="staff:1", customer_id=customer_id, store_id=house.store.id, appointment_id=appointment_id,
        vehicle_id=None, starts_at=make.slot(10), by="李敏",
    )  # fmt: skip


def cancelled(house: House, appointment_id: int = 7) -> AppointmentCancelled:
    return AppointmentCancelled(
        actor="staff:1", customer_id=None, store_id=house.store.id, appointment_id=appointment_id, vehicle_id=None,
        starts_at=make.slot(10), by="王女士", reason="王女士 13812345678 要出差",
    )  # fmt: skip


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """What a receiver writes after reading standardwebhooks.com."""
    key = base64.b64decode(secret.split("_", 1)[1])
    content = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    expected = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    given = [one.split(",", 1) for one in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(one, expected) for version, one in given)


async def test_an_event_arrives_signed_and_names_no_person(house: House, receiver: Receiver):
    hook = await house.telling(receiver.url, CONFIRMED, CANCELLED, source_system="dms")
    customer = await make.make_customer(house.store)
    await database.execute(
        "INSERT INTO identity (customer_id, kind, value, created_at) VALUES ($1, $2, 'dms:C0001', $3)",
        customer.id, IdentityKind.FILE_NUMBER.value, clock.now(),
    )  # fmt: skip
    await tell(confirmed(house, customer_id=customer.id))
    await tell(cancelled(house, 8))
    await jobs.drain()
    (headers, body), (_, other) = sorted(receiver.received, key=lambda one: one[0]["webhook-id"])
    assert is_signed(hook.secret, headers, body)
    assert not is_signed(hook.secret, headers, body + b" ")
    told = json.loads(body)
    assert told["data"] == {"appointment_id": 7, "vehicle_id": None, "starts_at": make.slot(10).isoformat()}
    assert (told["type"], told["version"], told["customer_id"]) == (CONFIRMED, 1, customer.id)
    assert told["customer_external_id"] == "C0001"
    assert "13812345678" not in (body + other).decode()
    assert "王女士" not in other.decode()


async def test_after_a_rotation_both_secrets_verify_for_a_day(house: House, receiver: Receiver):
    old = await house.telling(receiver.url, CONFIRMED)
    new = await keeping.rotate(house.admin, old.id, expected_version=1)
    await tell(confirmed(house))
    await jobs.drain()
    await clock.advance(timedelta(hours=25))
    await tell(confirmed(house, 8))
    await jobs.drain()
    (first, body), (second, later) = receiver.received
    assert [is_signed(one.secret, first, body) for one in (old, new)] == [True, True]
    assert [is_signed(one.secret, second, later) for one in (old, new)] == [False, True]


async def test_only_events_that_were_chosen_of_the_own_stores_are_told(house: House, receiver: Receiver):
    await house.telling(receiver.url, CANCELLED)
    assert await tell(confirmed(house)) == []
    elsewhere = House(await make.make_store(), house.admin)
    assert await tell(cancelled(elsewhere)) == []
    assert len(await tell(cancelled(house))) == 1


async def test_what_fails_is_tried_again_later_and_every_try_is_kept(house: House, receiver: Receiver):
    await house.telling(receiver.url, CONFIRMED)
    receiver.will(500)
    (delivery_id,) = await tell(confirmed(house))
    await jobs.drain()
    owed = await WebhookDelivery.get(id=delivery_id)
    assert (owed.state, owed.tries, owed.trouble) == (DeliveryState.PENDING, 1, "HTTP 500")
    assert owed.next_try_at is not None
    assert timedelta(seconds=40) < owed.next_try_at - clock.now() < timedelta(seconds=80)
    assert await sending.send(delivery_id) is None
    assert len(receiver.received) == 1
    await clock.advance(timedelta(minutes=2))
    await OWED.sweep()
    await jobs.drain()
    assert (await WebhookDelivery.get(id=delivery_id)).state is DeliveryState.DELIVERED
    tries = await WebhookTry.filter(delivery_id=delivery_id).order_by("id")
    assert [(one.outcome, one.status) for one in tries] == [(Outcome.STATUS, 500), (Outcome.ACCEPTED, 204)]
    ids = {headers["webhook-id"] for headers, _ in receiver.received}
    assert ids == {f"msg_{delivery_id}"}


async def test_what_is_told_of_one_thing_keeps_its_order_and_of_others_goes_on(house: House, receiver: Receiver):
    await house.telling(receiver.url, CONFIRMED, CANCELLED)
    receiver.will(503)
    (first,) = await tell(confirmed(house))
    await jobs.drain()
    await tell(cancelled(house))
    (other,) = await tell(confirmed(house, 8))
    await jobs.drain()
    assert (await WebhookDelivery.get(id=other)).state is DeliveryState.DELIVERED
    assert await WebhookDelivery.filter(state=DeliveryState.PENDING).count() == 2
    await clock.advance(timedelta(minutes=2))
    await jobs.enqueue("webhooks.send", {"delivery_id": first})
    await jobs.drain()
    await jobs.drain()
    types = [json.loads(body)["type"] for _, body in receiver.received]
    assert types == [CONFIRMED, CONFIRMED, CONFIRMED, CANCELLED]


async def test_two_workers_do_not_send_one_delivery_twice(house: House, receiver: Receiver):
    await house.telling(receiver.url, CONFIRMED)
    (delivery_id,) = await tell(confirmed(house))
    await sending.send(delivery_id)
    await sending.send(delivery_id)
    assert len(receiver.received) == 1


async def test_a_target_that_keeps_failing_is_paused_and_goes_on_when_a_person_says_so(
    house: House, receiver: Receiver
):
    hook = await house.telling(receiver.url, CONFIRMED)
    receiver.will(*[500] * 10)
    (delivery_id,) = await tell(confirmed(house))
    for _ in range(10):
        await sending.send(delivery_id)
        await clock.advance(timedelta(hours=8))
    kept = await Webhook.get(id=hook.id)
    assert (kept.state, kept.pause_reason) == (WebhookState.PAUSED, WebhookPause.KEEPS_FAILING)
    (later,) = await tell(confirmed(house, 8))
    await sending.send(later)
    assert len(receiver.received) == 10
    await keeping.resume(house.admin, hook.id, expected_version=kept.version)
    await clock.advance(timedelta(minutes=2))
    await OWED.sweep()
    await jobs.drain()
    assert len(receiver.received) == 12
    assert not await WebhookDelivery.filter(state=DeliveryState.PENDING).exists()


async def test_a_target_that_is_gone_is_paused_at_once(house: House, receiver: Receiver):
    hook = await house.telling(receiver.url, CONFIRMED)
    receiver.will(410)
    await tell(confirmed(house))
    await jobs.drain()
    assert (await Webhook.get(id=hook.id)).pause_reason is WebhookPause.GONE


async def test_after_the_last_try_it_is_given_up_and_can_be_told_again(house: House, receiver: Receiver):
    await house.telling(receiver.url, CONFIRMED)
    (delivery_id,) = await tell(confirmed(house))
    await WebhookDelivery.filter(id=delivery_id).update(tries=MOST_TRIES - 1)
    receiver.will(500)
    await sending.send(delivery_id)
    given_up = await WebhookDelivery.get(id=delivery_id)
    assert given_up.state is DeliveryState.GIVEN_UP
    await keeping.tell_again(house.admin, delivery_id, expected_version=given_up.version)
    await jobs.drain()
    assert (await WebhookDelivery.get(id=delivery_id)).state is DeliveryState.DELIVERED
    (first, body), (second, again) = receiver.received
    assert (first["webhook-id"], json.loads(body)) == (second["webhook-id"], json.loads(again))


async def test_nothing_is_told_again_to_a_paused_target(house: House, receiver: Receiver):
    hook = await house.telling(receiver.url, CONFIRMED)
    (delivery_id,) = await tell(confirmed(house))
    await sending.send(delivery_id)
    await keeping.pause(house.admin, hook.id, expected_version=1)
    delivered = await WebhookDelivery.get(id=delivery_id)
    with pytest.raises(WebhookIsPaused):
        await keeping.tell_again(house.admin, delivery_id, expected_version=delivered.version)


async def test_a_redirect_is_not_followed(house: House, receiver: Receiver):
    async for inside in listening("127.0.0.2"):
        await house.telling(receiver.url, CONFIRMED)
        receiver.will(307, location=inside.url)
        (delivery_id,) = await tell(confirmed(house))
        await sending.send(delivery_id)
        assert inside.received == []
        assert (await WebhookTry.get(delivery_id=delivery_id)).status == 307


async def test_a_name_that_leads_inside_is_refused_at_every_try(house: House, monkeypatch: pytest.MonkeyPatch):
    def leads_inside(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", port))]

    async for inside in listening("127.0.0.2"):
        port = inside.url.rsplit(":", 1)[1]
        await house.telling(f"http://dms.example.cn:{port}", CONFIRMED)
        monkeypatch.setattr(socket, "getaddrinfo", leads_inside)
        (delivery_id,) = await tell(confirmed(house))
        await sending.send(delivery_id)
        assert inside.received == []
        assert (await WebhookTry.get(delivery_id=delivery_id)).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    "url", ["http://127.0.0.2/", "https://[::ffff:10.0.0.1]/x", "https://169.254.169.254/", "ftp://a.cn"]
)
async def test_an_address_that_is_plainly_inside_is_not_even_kept(house: House, url: str):
    with pytest.raises(TargetNotAccepted):
        await house.telling(url, CONFIRMED)


async def test_nobody_keeps_webhooks_of_a_store_they_do_not_lead(house: House, receiver: Receiver):
    hook = await house.telling(receiver.url, CONFIRMED)
    elsewhere = await make.acting(Role.GM, await make.make_store())
    for verb in (keeping.pause, keeping.rotate, keeping.end):
        with pytest.raises(NotAllowed):
            await verb(elsewhere, hook.id, expected_version=1)


async def test_a_test_call_goes_out_and_what_is_old_is_forgotten(house: House, receiver: Receiver):
    hook = await house.telling(receiver.url, CONFIRMED)
    await keeping.ping(house.admin, hook.id)
    await jobs.drain()
    assert json.loads(receiver.received[0][1])["type"] == "webhook.ping"
    await clock.advance(timedelta(days=31))
    await sending.forget_old()
    assert await WebhookDelivery.all().count() == await WebhookTry.all().count() == 0
