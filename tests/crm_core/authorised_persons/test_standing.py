"""What an authorised person agrees to is within their limit, and is recorded with it."""

from datetime import timedelta

from crm_core.authorised_persons.models import AuthorisedPerson
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.repair_orders.models import RepairEvent
from crm_core.repair_orders.papers.models import Estimate
from foundation import clock
from tests.crm_core.authorised_persons.family import PADS_FEN, Family


async def test_what_they_agree_to_is_within_the_limit_and_rests_on_it(family: Family):
    person_id = await family.accepted(PADS_FEN)
    sheet, (first, second) = await family.asked(Urgency.YELLOW, Urgency.YELLOW)
    both = await family.decides(sheet, first, second)
    assert (both.status_code, both.json()["error"]["code"]) == (403, "above_limit")
    assert both.json()["error"]["details"]["limit_fen"] == PADS_FEN
    one = await family.decides(sheet, first)
    assert one.status_code == 200, one.text
    split = await family.decides(sheet, second)
    assert split.json()["error"]["code"] == "above_limit", "the sum counts, not the tap"
    lines = {line.id: line for line in await family.shop.lines(await family.order())}
    kept = lines[first]
    assert (kept.decided_by, kept.decided_under_id) == (f"owner:{family.wife.id}", person_id)
    assert kept.evidence_note == "授权人 王芳，限额 968.00 元"
    assert lines[second].decided_at is None
    told = await RepairEvent.filter(kind="additional_work_decided").order_by("-id").first()
    assert told is not None
    assert told.text.startswith("授权人王芳同意 1 项")
    page = (await family.hers.get(f"/repair-orders/{sheet.repair_order_id}")).json()
    assert (page["is_owner"], page["allowance"]) == (False, {"limit_fen": PADS_FEN, "used_fen": PADS_FEN})
    own = (await family.his.get(f"/repair-orders/{sheet.repair_order_id}")).json()
    assert (own["is_owner"], own["allowance"]) == (True, None)


async def test_they_allow_an_estimate_within_the_limit_in_the_owners_name(family: Family):
    person_id = await family.accepted(2_000_00)
    order = await family.shop.estimated()
    door = f"/repair-orders/{order.id}/estimate/authorisation"
    assert (await family.hers.post(door, json={"version": 1})).status_code == 200
    estimate = await Estimate.get(repair_order_id=order.id)
    assert (estimate.decided_by, estimate.decided_under_id) == (f"owner:{family.wife.id}", person_id)


async def test_they_allow_the_part_of_an_estimate_that_is_within_the_limit(family: Family):
    await family.accepted(PADS_FEN)
    order = await family.shop.estimated(family.shop.service, family.shop.pads)
    service, _ = await family.shop.lines(order)
    shown = (await family.hers.get(f"/repair-orders/{order.id}/estimate")).json()
    assert shown["left_fen"] == PADS_FEN
    door = f"/repair-orders/{order.id}/estimate/authorisation"
    whole = await family.hers.post(door, json={"version": 1})
    assert (whole.status_code, whole.json()["error"]["code"]) == (403, "above_limit")
    part = await family.hers.post(door, json={"version": 1, "declined_line_ids": [service.id]})
    assert (part.status_code, part.json()["allowed_fen"]) == (200, PADS_FEN)


async def test_family_without_a_limit_only_looks(family: Family):
    await family.accepted(0)
    sheet, (line,) = await family.asked(Urgency.YELLOW)
    assert (await family.hers.get(f"/repair-orders/{sheet.repair_order_id}")).json()["allowance"] is None
    assert (await family.decides(sheet, line)).json()["error"]["code"] == "owner_must_decide"


async def test_their_last_day_counts_and_the_next_does_not(family: Family):
    today = clock.today()
    await family.accepted(2_000_00, until_on=today.isoformat())
    sheet, (first, second) = await family.asked(Urgency.YELLOW, Urgency.YELLOW)
    assert (await family.decides(sheet, first)).status_code == 200
    await AuthorisedPerson.all().update(until_on=today - timedelta(days=1))
    assert (await family.decides(sheet, second)).status_code == 404, "what they saw by it is not theirs any more"
