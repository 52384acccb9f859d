"""When two people write at once, every write names the version seen, and the second one gets the current state."""

import asyncio
import inspect
from datetime import timedelta
from typing import Final

from pydantic.fields import FieldInfo

from app.wiring import wire
from crm_core.dealerships.models import Role
from crm_core.repair_orders import additional_work, dispatching
from crm_core.repair_orders.additional_work import Finding
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.repair_orders.models import RepairLine
from foundation import clock
from foundation.web.api import Api, Endpoint
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import PHOTO, make_workshop

VERSIONLESS: Final = {
    "each task it names carries its own version": """
        POST /staff/tasks/assignment
        POST /staff/tasks/contact
        POST /staff/tasks/drop
        """,
    "each difference it names carries what its reader saw": """
        POST /staff/address-book/new-members
        """,
    "it carries what its writer saw itself, and is refused when that has changed": """
        PUT /staff/vehicles/{vehicle_id}/plate
        """,
    "it makes something new and overwrites nothing": """
        POST /staff/bills/{bill_id}/disputes
        POST /staff/deposits
        POST /staff/deposits/refunds
        PUT /staff/deposits/code-payment
        POST /staff/monthly-accounts
        POST /staff/stock/bins
        POST /staff/vehicles/{vehicle_id}/people
        POST /owner/appointments
        POST /partner/appointments
        POST /owner/bills/{bill_id}/disputes
        POST /owner/bills/{bill_id}/invoice
        POST /owner/bills/{bill_id}/refunds
        POST /owner/coupons/{coupon_id}/codes
        POST /owner/coupons/{coupon_id}/passes
        POST /owner/family/persons
        POST /owner/media
        POST /owner/privacy-requests
        POST /owner/repair-orders/{repair_order_id}/shares
        POST /owner/slot-holds
        POST /owner/subscribe-choices
        POST /owner/surveys/{survey_id}/answers
        POST /staff/imports
        POST /owner/vehicles
        POST /owner/visitor/appointments
        POST /owner/visitor/slot-holds
        POST /owner/vehicles/licences
        POST /owner/vehicles/{vehicle_id}/expiry-dates
        POST /staff/api-keys
        POST /staff/appointments
        POST /staff/appointments/{appointment_id}/valet-runs
        POST /staff/rescues
        POST /staff/appointments/{appointment_id}/lendings
        POST /staff/repair-orders/{repair_order_id}/lendings
        POST /owner/appointments/{appointment_id}/valet-runs
        POST /staff/phone-bookings
        POST /staff/bills/{bill_id}/refunds
        POST /staff/cashier-shifts
        POST /staff/broadcasts
        POST /staff/contact-ways
        POST /staff/coupon-templates
        POST /staff/coupon-templates/{template_id}/gifts
        POST /staff/coupon-templates/{template_id}/voidings
        POST /staff/customers/{customer_id}/follow-ups
        POST /staff/customers/{customer_id}/phone-reveals
        POST /staff/customers/{customer_id}/restriction-lifting
        POST /staff/flagged-payments/{payment_id}/return
        POST /staff/lines/{line_id}/photos
        POST /staff/lines/{line_id}/part-asks
        POST /staff/privacy-requests
        POST /staff/part-transfers
        POST /staff/purchases
        POST /staff/stock-takes
        POST /staff/media
        POST /staff/retention/dry-runs
        POST /staff/complaints
        POST /staff/customers/{customer_id}/reach-asks
        POST /owner/repair-orders/{repair_order_id}/reach-answers
        POST /staff/repair-orders/{repair_order_id}/complaints
        POST /owner/complaints
        POST /staff/people-to-call/{message_id}/calls
        POST /staff/reception/registrations
        POST /staff/repair-orders
        POST /staff/repair-orders/{repair_order_id}/additional-work
        POST /staff/repair-orders/{repair_order_id}/bill
        POST /staff/repair-orders/{repair_order_id}/expiry-dates
        POST /staff/deputies
        POST /staff/exports
        POST /staff/documents/{document_id}/prints
        POST /staff/lendings/{lending_id}/agreement-prints
        POST /staff/payments/{payment_id}/receipt-prints
        POST /staff/repair-orders/{repair_order_id}/prints
        POST /staff/refunds/{refund_id}/paper-prints
        POST /owner/documents/{document_id}/copy
        POST /staff/fixed-lists
        POST /staff/fixed-lists/files
        POST /staff/segments
        POST /staff/moments
        POST /staff/group-posts
        POST /staff/tags
        POST /staff/standing-plans
        POST /staff/waking-loop/plans
        POST /staff/successions
        POST /staff/settings/lists/{setting_list}/rows
        POST /staff/vehicles/{vehicle_id}/readings/corrections
        POST /staff/wall-screens
        POST /staff/webhooks
        POST /staff/webhooks/{webhook_id}/pings
        """,
    "it says what just happened to a job, a part or a car; the state it is in refuses what cannot have": """
        POST /owner/appointments/{appointment_id}/arrival
        POST /owner/repair-orders/{repair_order_id}/hand-over/confirmation
        POST /owner/repair-orders/{repair_order_id}/hand-over/dispute
        POST /staff/lines/{line_id}/finish
        POST /staff/lines/{line_id}/join
        POST /staff/lines/{line_id}/leave
        POST /staff/lines/{line_id}/pause
        POST /staff/lines/{line_id}/start
        POST /staff/part-requests/{request_id}/arrival
        POST /staff/part-requests/{request_id}/from-stock
        POST /staff/part-requests/{request_id}/return
        POST /staff/part-requests/{request_id}/use
        POST /staff/stock-takes/{stock_take_id}/counts
        POST /staff/repair-orders/{repair_order_id}/hand-over
        POST /staff/repair-orders/{repair_order_id}/hand-over/departure
        """,
    "a program says by its own numbers how things are; what a person changed since is only proposed against": """
        POST /partner/cars
        POST /partner/customers
        POST /partner/arrivals
        POST /partner/departures
        POST /partner/orders
        POST /partner/stock-cars
        """,
    "it ends or answers a thing whose terms never change, once; a second answer is refused by its state": """
        POST /owner/appointments/{appointment_id}/cancellation
        POST /owner/coupons/{coupon_id}/claim
        POST /owner/refunds/{refund_id}/withdrawal
        POST /owner/gifts/{token}/claim
        POST /staff/approvals/{approval_id}/withdrawal
        DELETE /staff/quiet-hours/{quiet_hours_id}
        POST /staff/complaints/{complaint_id}/acknowledgement
        POST /staff/bill-scans
        POST /staff/coupon-scans
        POST /staff/coupon-scans/{scan_id}/redemption
        POST /staff/coupon-freezings
        POST /staff/parked-work/give-up
        POST /staff/part-asks/{part_ask_id}/additional-work
        POST /staff/part-asks/{part_ask_id}/part
        POST /staff/part-asks/{part_ask_id}/refusal
        POST /staff/part-asks/{part_ask_id}/withdrawal
        POST /staff/vehicles/{vehicle_id}/people/{tie_id}/end
        POST /staff/vehicles/{vehicle_id}/sale
        POST /staff/refunds/{refund_id}/pay-out
        PUT /staff/refunds/{refund_id}/redirect
        DELETE /staff/code-payments/{payment_id}
        DELETE /staff/payments/{payment_id}
        POST /staff/policy-changes/{change_id}/withdrawal
        DELETE /staff/deputies/{deputy_id}
        DELETE /staff/wall-screens/{wall_screen_id}
        POST /staff/friend-walks/{walk_id}/confirmation
        POST /staff/proposed-phones/{proposal_id}/acceptance
        POST /staff/proposed-phones/{proposal_id}/refusal
        """,
    "only one person ever writes it": """
        PUT /owner/invoice-titles
        DELETE /owner/invoice-titles/{title_id}
        DELETE /owner/consents/{purpose}
        POST /owner/marketing-stop
        DELETE /owner/marketing-stop
        PUT /owner/me/phone
        PUT /owner/notices/{notice}
        POST /owner/quiet-hours
        DELETE /owner/quiet-hours/{quiet_hours_id}
        DELETE /owner/shares/{share_id}
        DELETE /owner/privacy-requests/{privacy_request_id}
        DELETE /owner/family/persons/{person_id}
        DELETE /owner/family/invitations/{person_id}
        DELETE /owner/vehicles/{vehicle_id}
        POST /owner/vehicles/{vehicle_id}/sale
        POST /owner/sessions
        DELETE /owner/sessions/current
        POST /staff/follow-ups/{follow_up_id}/drop
        POST /staff/follow-ups/{follow_up_id}/postponement
        PUT /staff/looking
        PUT /staff/me/service-phone
        POST /staff/send-tasks/{task_id}/decline
        POST /staff/sessions
        DELETE /staff/sessions/current
        """,
    "it says what one word of WeCom's book means; the last who says so is right, and the log keeps both": """
        PUT /staff/address-book/rules
        """,
    "it says what a tag is called or who carries it; the last who says so is right, and the log keeps both": """
        PUT /staff/tags/{tag_id}
        DELETE /staff/tags/{tag_id}
        PUT /staff/segments/{segment_id}/tag
        DELETE /staff/segments/{segment_id}/tag
        """,
    "it turns something on or off; whoever finds it so already is told, and the log keeps who": """
        PUT /staff/stores/{store_id}/waking-loop
        """,
    "twice is as once, and it only ever makes us stricter": """
        POST /staff/customers/{customer_id}/marketing-stops
        POST /staff/customers/{customer_id}/quiet-hours
        """,
    "it is about two records as they are, keeps both, and can be undone": """
        POST /staff/customer-merges/{merge_id}/undoing
        POST /staff/customers/{customer_id}/merges
        """,
    "it asks a platform or a person again, or only reckons; nothing of ours is overwritten": """
        PUT /owner/repair-orders/{repair_order_id}/advisor-code
        POST /staff/address-book/readings
        POST /staff/broadcasts/{broadcast_id}/sync
        POST /staff/friend-pulls
        POST /staff/broadcasts/{broadcast_id}/reminders
        POST /staff/broadcasts/{broadcast_id}/tasks/{task_id}/reminder
        POST /staff/broadcasts/{broadcast_id}/tasks/{task_id}/substitutes
        PUT /staff/outside-movements/{movement_id}/refund-number
        POST /staff/parked-work/try-again
        POST /staff/connections/test
        POST /staff/reception/licence-readings
        POST /staff/reception/look-alikes
        POST /staff/segments/overlap
        POST /staff/segments/{segment_id}/tag/runs
        POST /staff/tags/mending
        POST /staff/message-wordings/{message}/{part}/preview
        POST /staff/campaign-contents/trial
        POST /staff/segments/preview
        POST /staff/moments/audience
        POST /staff/group-posts/audience
        POST /staff/group-posts/trial
        POST /staff/moments/trial
        POST /staff/standing-plans/preview
        POST /staff/segments/sample
        """,
}
"""Writes that name no version, by the reason why they need none."""
SEEN: Final = {"version", "estimate_version", "text_version", "inspected_at", "fingerprint"}
"""The names of fields that carry the version the writer saw."""


def test_every_write_carries_the_version_it_saw_or_there_is_a_reason_why_it_needs_none():
    wire()
    excused = {line.strip() for lines in VERSIONLESS.values() for line in lines.split("\n") if line.strip()}
    writes = {_name(door): door for door in Api.registry if door.method != "GET"}
    assert {name for name, door in writes.items() if not _seen(door)} == excused
    for name, door in writes.items():
        for field in _seen(door):
            assert field.is_required(), f"{name} may leave out what was seen"
        if _seen(door):
            handler = inspect.getsource(door.handler)
            assert any(f".{field}" in handler for field in SEEN) or "model_dump()" in handler, f"{name} does not ask"


def _name(door: Endpoint) -> str:
    return f"{door.method} {door.path.removeprefix('/api')}"


def _seen(door: Endpoint) -> list[FieldInfo]:
    shapes = [shape for shape in (door.body, door.query) if shape is not None]
    return [field for shape in shapes for name, field in shape.model_fields.items() if name in SEEN]


async def test_of_two_promises_made_at_once_one_holds_and_the_other_is_told_of_it(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    advisor = await web.signed_in(shop.advisor)
    seen = (await advisor.get(f"/repair-orders/{order.id}")).json()["version"]
    times = [make.slot(16, 0).isoformat(), make.slot(17, 0).isoformat()]
    door = f"/repair-orders/{order.id}/promise"
    answers = await asyncio.gather(
        *(advisor.post(door, json={"promised_finish_at": at, "reason": "人手", "version": seen}) for at in times)
    )
    (kept,) = [answer.json() for answer in answers if answer.status_code == 200]
    (refused,) = [answer.json()["error"] for answer in answers if answer.status_code == 409]
    assert refused["code"] == "stale_version"
    now = refused["details"]
    assert (now["current_version"], now["promised_finish_at"]) == (
        kept["version"],
        kept["promised_finish_at"].replace("Z", "+00:00"),
    )
    assert now["last_change"].startswith("李敏 改承诺")
    answer = await advisor.post(f"{door}/kept", json={"version": seen})
    assert answer.json()["error"]["code"] == "stale_version", "能按时 is said of the promise that was seen"


async def test_prices_typed_in_two_windows_do_not_overwrite_each_other(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    found = [Finding("剩 2.1 毫米", Urgency.RED, [PHOTO], item_id=shop.pads.id)]
    sheet = await additional_work.propose(shop.technician, order.id, found)
    line = (await shop.lines(order))[1]
    advisor = await web.signed_in(shop.advisor)
    door = f"/additional-work/{sheet.id}"

    def prices(parts_fen: int, version: int) -> dict[str, object]:
        return {"items": [{"line_id": line.id, "parts_fen": parts_fen}], "version": version}

    first = (await advisor.post(f"{door}/prices", json=prices(700_00, sheet.version))).json()
    second = await advisor.post(f"{door}/prices", json=prices(650_00, sheet.version))
    assert (second.status_code, second.json()["error"]["details"]["current_version"]) == (409, first["version"])
    assert (await RepairLine.get(id=line.id)).parts_fen == 700_00
    for step in ("sending", "withdrawal"):
        late = await advisor.post(f"{door}/{step}", json={"version": sheet.version})
        assert late.json()["error"]["code"] == "stale_version"
    assert (await advisor.post(f"{door}/sending", json={"version": first["version"]})).json()["state"] == "SENT"


async def test_a_missing_part_is_expected_when_the_last_who_looked_says(web: Web):
    shop = await make_workshop()
    order = await shop.authorised(shop.pads)
    (line,) = await shop.lines(order)
    await dispatching.dispatch(
        shop.controller, order.id, [line.id], technician_id=shop.technician.id, bay_id=shop.bay.id
    )
    store_room = await web.signed_in(shop.store_room)
    (wanted,) = (await store_room.get(f"/part-requests?store_id={shop.store.id}")).json()
    door = f"/part-requests/{wanted['id']}/back-order"
    today, tomorrow = (clock.now() + timedelta(hours=hours) for hours in (5, 26))
    seen = {"version": wanted["order_version"]}
    assert (await store_room.post(door, json=seen | {"expected_at": tomorrow.isoformat()})).status_code == 204
    late = await store_room.post(door, json=seen | {"expected_at": today.isoformat()})
    assert late.json()["error"]["code"] == "stale_version"
    (now,) = (await store_room.get(f"/part-requests?store_id={shop.store.id}")).json()
    assert now["expected_at"].startswith(tomorrow.strftime("%Y-%m-%dT%H:%M"))
    assert order.id == now["repair_order_id"]


async def test_money_is_taken_for_the_bill_that_was_seen_and_once(web: Web):
    shop = await make_workshop()
    order = await shop.ready()
    advisor, cashier = await web.signed_in(shop.advisor), await web.signed_in(await make.acting(Role.CSH, shop.store))
    bill = (await advisor.post(f"/repair-orders/{order.id}/bill", json={})).json()
    sent = (await advisor.post(f"/bills/{bill['id']}/sending", json={"version": bill["version"]})).json()
    given = {"amount_fen": 100_00, "method": "CASH", "version": sent["version"]}
    door = f"/bills/{bill['id']}/offline-payments"
    answers = await asyncio.gather(*(cashier.post(door, json=given) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert (await cashier.get(f"/bills/{bill['id']}")).json()["paid_fen"] == 100_00
