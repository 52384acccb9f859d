"""A discount lowers the price of the owner's jobs: up to a role's limit alone, above it with somebody's consent."""

import pytest
from tortoise.exceptions import IntegrityError

from app.wiring import wire
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.approvals.rules import ApprovalKind, ApprovalState
from crm_core.billing.rules import Payer
from crm_core.dealerships.models import AuditEntry, Role
from crm_core.repair_orders import authorising, discounting, estimating
from crm_core.repair_orders.discount_rules import (
    Consent,
    DiscountPolicy,
    Giver,
    consent_to,
    lowered,
    own_percent,
    share_fen,
)
from crm_core.repair_orders.discounting import Discount
from crm_core.repair_orders.errors import (
    DiscountNeedsReason,
    DiscountNotApproved,
    DiscountTooHigh,
    OnlyOwnJobsAreDiscounted,
)
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.papers.models import Estimate
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import Workshop, make_workshop

HOUSE = DiscountPolicy()
SERVICE_FEN = 668_00
PADS_FEN = 968_00


def test_a_role_gives_its_share_and_more_needs_the_one_above():
    assert (own_percent(Giver.ADVISOR, HOUSE), own_percent(Giver.MANAGER, HOUSE)) == (5, 15)
    assert own_percent(Giver.GENERAL_MANAGER, HOUSE) == 30
    assert share_fen(199, 5) == 9, "a limit is rounded down"
    asked = [
        (5_00, Giver.ADVISOR),
        (5_01, Giver.ADVISOR),
        (15_01, Giver.ADVISOR),
        (15_00, Giver.MANAGER),
        (15_01, Giver.MANAGER),
        (30_00, Giver.GENERAL_MANAGER),
    ]
    assert [consent_to(fen, 100_00, giver, HOUSE) for fen, giver in asked] == [
        Consent.NOBODY,
        Consent.MANAGER,
        Consent.HIGHER,
        Consent.NOBODY,
        Consent.HIGHER,
        Consent.NOBODY,
    ]
    assert DiscountPolicy(advisor_percent=20).conflict()
    assert not HOUSE.conflict()


def test_a_discount_is_cut_over_labour_and_parts_to_the_fen():
    assert lowered([(240_00, 428_00)], [0], 0) == [(240_00, 428_00)]
    cut = lowered([(240_00, 428_00), (100_00, 0)], [68_00, 0], 100_00)
    assert sum(map(sum, cut)) == 768_00 - 68_00 - 100_00
    assert all(labour >= 0 and parts >= 0 for labour, parts in cut)
    with pytest.raises(ValueError, match="than it costs"):
        lowered([(10, 0)], [11], 0)
    with pytest.raises(ValueError, match="than the jobs cost"):
        lowered([(10, 0)], [5], 6)


async def _estimate(shop: Workshop, order_id: int, *lines: WantedLine, fen: int = 0, why: str = "老客户") -> Estimate:
    return await estimating.make_estimate(shop.advisor, order_id, lines, make.slot(14), discount=Discount(fen, why))


async def test_within_the_limit_it_is_sent_at_once_and_stays_in_every_sum(database: None):
    shop = await make_workshop()
    order = await shop.inspected()
    line_off = WantedLine(shop.service.id, discount_fen=8_00)
    made = await _estimate(shop, order.id, line_off, WantedLine(shop.pads.id), fen=60_00)
    assert (made.discount_fen, made.owner_total_fen, made.discount_hash) == (68_00, SERVICE_FEN + PADS_FEN - 68_00, "")
    await estimating.send_estimate(shop.advisor, order.id)
    await authorising.authorise_estimate(shop.owner, order.id, 1)
    lines = await shop.lines(order)
    assert sum(line.off_fen for line in lines) == 68_00
    assert [line.authorised_fen for line in lines] == [line.total_fen for line in lines]
    with pytest.raises(IntegrityError):
        await RepairLine.filter(id=lines[0].id).update(labour_fen=lines[0].labour_fen + lines[0].labour_off_fen)
    [noted] = await AuditEntry.filter(action="repair_orders.give_discount")
    assert (noted.actor, noted.reason) == (str(shop.advisor), "优惠 68.00 元：老客户")


async def test_what_nobody_may_give_is_refused_with_the_highest_sum(database: None):
    shop = await make_workshop()
    order = await shop.inspected()
    with pytest.raises(DiscountTooHigh) as refused:
        await _estimate(shop, order.id, WantedLine(shop.service.id), fen=200_41)
    assert refused.value.details["allowed_fen"] == 200_40
    with pytest.raises(DiscountNeedsReason):
        await _estimate(shop, order.id, WantedLine(shop.service.id), fen=1_00, why=" ")
    with pytest.raises(OnlyOwnJobsAreDiscounted):
        await _estimate(shop, order.id, WantedLine(shop.service.id, Payer.W, "W-1", discount_fen=1_00))
    assert not await Estimate.exists(repair_order_id=order.id)


async def test_above_the_limit_it_waits_for_consent_to_exactly_these_prices(database: None):
    wire()
    shop = await make_workshop()
    order = await shop.inspected()
    await _estimate(shop, order.id, WantedLine(shop.service.id), fen=60_00)
    with pytest.raises(DiscountNotApproved):
        await estimating.send_estimate(shop.advisor, order.id)
    first = await Approval.get(state=ApprovalState.PENDING)
    assert (first.kind, first.facts["amount_fen"]) == (ApprovalKind.REPAIR_DISCOUNT, 60_00)
    await _estimate(shop, order.id, WantedLine(shop.service.id), fen=66_00)
    assert (await Approval.get(id=first.id)).state is ApprovalState.INVALIDATED
    asked = await Approval.get(state=ApprovalState.PENDING)
    await approvals.decide(shop.manager, asked.id, agree=True, version_seen=asked.version)
    sent = await estimating.send_estimate(shop.advisor, order.id)
    assert (sent.discount_approved_by_id, sent.owner_total_fen) == (shop.manager.id, SERVICE_FEN - 66_00)
    with pytest.raises(IntegrityError):
        await Estimate.filter(id=sent.id).update(discount_approved_by_id=None)
    assert await AuditEntry.exists(action="repair_orders.approve_discount", actor=str(shop.manager))


async def test_the_desk_and_the_owner_see_it_on_estimate_and_bill(web: Web):
    shop = await make_workshop()
    order = await shop.inspected()
    desk, owner = await web.signed_in(shop.advisor), await web.signed_in(shop.owner)
    limits = (await desk.get(f"/repair-orders/{order.id}/discount-limits")).json()
    assert limits == {"own_percent": 5, "highest_percent": 30}
    body = {
        "lines": [{"item_id": shop.service.id, "discount_fen": 18_00}],
        "promised_finish_at": make.slot(14).isoformat(),
        "discount_reason": "等得久",
        "version": (await shop.now(order)).version,
    }
    made = await desk.post(f"/repair-orders/{order.id}/estimate", json=body)
    assert made.status_code == 200, made.text
    shown = made.json()["estimate"]
    assert (shown["discount_fen"], shown["discount_reason"], shown["discount_waits_for_approval"]) == (
        18_00,
        "等得久",
        False,
    )
    await desk.post(f"/repair-orders/{order.id}/estimate/sending", json={"version": made.json()["version"]})
    page = (await owner.get(f"/repair-orders/{order.id}/estimate")).json()
    assert (page["discount_fen"], page["total_fen"], page["lines"][0]["off_fen"]) == (18_00, SERVICE_FEN - 18_00, 18_00)
    wrong = body | {"lines": [{"item_id": shop.service.id, "discount_fen": 600_00}]}
    wrong["version"] = (await shop.now(order)).version
    refused = await desk.post(f"/repair-orders/{order.id}/estimate", json=wrong)
    assert (refused.status_code, refused.json()["error"]["details"]["allowed_fen"]) == (409, 200_40)
    assert (await discounting.limits_of(shop.manager, shop.store.id)).own_percent == 15
    elsewhere = await make.acting(Role.SVM, await make.make_store(short_name="别的店"))
    assert (await discounting.limits_of(elsewhere, shop.store.id)).own_percent == 0
