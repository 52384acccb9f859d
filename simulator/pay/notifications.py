"""Payment notifications: sealed, signed anew at each attempt, repeated on the published schedule of business time."""

from dataclasses import replace
from typing import Any

import orjson

from simulator.courier import Delivery
from simulator.pay.signing import PlatformKeys, seal
from simulator.pay.transactions import rfc3339
from simulator.records_weixin import Notification
from simulator.simulation import Simulation

RETRY_SECONDS = (
    15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600,
)  # fmt: skip
"""Between attempts, 24 h 4 min in all (pay.weixin.qq.com)."""
TAKEN = (200, 204)


def keys_of(simulation: Simulation) -> PlatformKeys:
    """The platform's keys of this simulation, loaded once."""
    if simulation.pay_keys is None:
        settings = simulation.settings
        simulation.pay_keys = PlatformKeys.load(settings.pay_platform_private_key, settings.pay_platform_serial)
    return simulation.pay_keys


def notify(simulation: Simulation, url: str, event_type: str, original_type: str, plain: dict[str, Any]) -> None:
    """Begin to notify the merchant."""
    text = orjson.dumps(plain | {"future_field": "later"}).decode()
    world = simulation.world
    notification_id = world.new_id("EV-", 36)
    body = {
        "id": notification_id,
        "create_time": rfc3339(simulation.clock.timestamp()),
        "resource_type": "encrypt-resource",
        "event_type": event_type,
        "summary": "支付成功" if event_type == "TRANSACTION.SUCCESS" else "退款状态变化",
        "resource": {"original_type": original_type, **seal(simulation.settings.pay_api_v3_key, text, original_type)},
    }
    now = simulation.clock.timestamp()
    world.notifications.put(Notification(notification_id, url, orjson.dumps(body).decode(), text, event_type, now))
    send_due(simulation)


def send_due(simulation: Simulation) -> None:
    """Start the attempt of every notification whose moment has come."""
    now = simulation.clock.timestamp()
    for row in simulation.world.notifications:
        if not row.done and row.due_at <= now:
            row.attempts += 1
            last = row.attempts > len(RETRY_SECONDS)
            row.done = last
            row.due_at = now if last else now + RETRY_SECONDS[row.attempts - 1]
            simulation.world.notifications.put(row)
            simulation.courier.spawn(_attempt(simulation, row, row.attempts))


async def _attempt(simulation: Simulation, row: Notification, attempt: int) -> None:
    """Try once to deliver, with the faults the seed decides. A notification that was accepted is not sent again."""
    plain = orjson.loads(row.plain)
    number = plain.get("out_refund_no") or plain["out_trade_no"]
    plan = simulation.faults.plan("notification", f"{row.name}/{number}/{attempt}")
    delivery = _delivery(simulation, row)
    if plan.signtest:
        probe = _delivery(simulation, row, signtest=True)
        await simulation.courier.attempt(probe, fault="signtest", attempt=attempt)
    if plan.drop:
        simulation.courier.note_drop(delivery, plan.label, attempt)
        return
    await simulation.courier.hold_back("notification", plan)
    for copy in range(plan.copies):
        answer = await simulation.courier.attempt(delivery, fault=plan.label if copy else "", attempt=attempt)
        if answer.status in TAKEN:
            row.done = True
            simulation.world.notifications.put(row)
    simulation.courier.let_pass("notification")
    await simulation.world.flush()


def _delivery(simulation: Simulation, row: Notification, *, signtest: bool = False) -> Delivery:
    signed = keys_of(simulation).headers(row.body, simulation.clock.seconds(), signtest=signtest)
    delivery = Delivery(
        id=row.id,
        channel="notification",
        door="pay",
        name=row.name,
        key=row.id,
        url=row.url,
        params={},
        headers={"Content-Type": "application/json", "Accept": "*/*", **signed},
        body=row.body.encode(),
        plain=row.plain,
    )
    return replace(delivery, id=f"{row.id}-probe") if signtest else delivery
