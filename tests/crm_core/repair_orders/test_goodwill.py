"""Goodwill: who may grant it, up to which sum alone, and that it is recorded."""

import asyncio

import pytest
from tortoise.exceptions import IntegrityError

from app.wiring import wire
from crm_core.approvals import service as approvals
from crm_core.approvals.errors import NobodyToApprove, NotYourDecision
from crm_core.approvals.models import Approval
from crm_core.approvals.rules import ApprovalState
from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import AuditEntry, Role, StaffRole
from crm_core.repair_orders import estimating, goodwill
from crm_core.repair_orders.errors import GoodwillNeedsManager, GoodwillNotApproved
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.goodwill import GoodwillPolicy
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.papers.models import Estimate, EstimateState
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.workshop import Workshop, make_workshop

HOUSE = GoodwillPolicy()

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _wired() -> None:
    wire()


async def _shop() -> tuple[Workshop, RepairOrder, Actor]:
    shop = await make_workshop()
    return shop, await shop.inspected(), await make.acting(Role.GM, shop.store, name="赵建国")


async def _estimate(by: Actor, order: RepairOrder, *lines: WantedLine) -> Estimate:
    return await estimating.make_estimate(by, order.id, lines, make.slot(11, 30))


async def _waiting(order: RepairOrder) -> Approval:
    return await Approval.get(about=f"repair_order:{order.id}", state=ApprovalState.PENDING)


async def _audited() -> list[tuple[str, str]]:
    return [(line.actor, line.action) for line in await AuditEntry.filter(action__contains="goodwill").order_by("id")]


@pytest.mark.parametrize(
    ("fen", "is_own", "asks"),
    [(0, False, False), (500_00, False, False), (500_01, False, True), (0, True, False), (1, True, True)],
)
def test_a_manager_gives_up_to_the_limit_alone_and_nothing_alone_on_their_own_order(fen, is_own, asks):
    assert goodwill.needs_approval(fen, is_own_order=is_own, policy=HOUSE) is asks


async def test_only_the_orders_own_stores_manager_puts_something_on_the_house():
    shop, order, _ = await _shop()
    wash = await make.make_service_item(name="洗车", labour_centihours=10, parts_fen=0)
    elsewhere = await make.acting(Role.SVM, await make.make_store(advisors=0))
    # Somebody who estimates here, and manages another store only.
    await StaffRole.create(staff_id=elsewhere.id, role=Role.SA, store_id=shop.store.id)
    both = await staff_actor(elsewhere.id)
    for payer in (Payer.G, Payer.N):
        for stranger, refusal in ((shop.advisor, GoodwillNeedsManager), (both, GoodwillNeedsManager)):
            with pytest.raises(refusal):
                await _estimate(stranger, order, WantedLine(wash.id, payer))
    with pytest.raises(NotAllowed):
        await _estimate(await make.acting(Role.SVM, await make.make_store(advisors=0)), order, WantedLine(wash.id))
    small = await _estimate(shop.manager, order, WantedLine(wash.id, Payer.G))
    assert (small.goodwill_fen, small.goodwill_hash) == (24_00, "")
    await estimating.send_estimate(shop.manager, order.id)
    assert await _audited() == [(str(shop.manager), "repair_orders.give_goodwill")]


async def test_above_the_limit_it_is_sent_once_somebody_above_agreed():
    shop, order, boss = await _shop()
    drafted = await _estimate(shop.manager, order, WantedLine(shop.service.id, Payer.G), WantedLine(shop.pads.id))
    with pytest.raises(GoodwillNotApproved):
        await estimating.send_estimate(shop.manager, order.id)
    with pytest.raises(IntegrityError):
        await Estimate.filter(id=drafted.id).update(state=EstimateState.SENT, sent_at=clock.now())
    with pytest.raises(IntegrityError):
        await Estimate.filter(id=drafted.id).update(approved_by_id=shop.manager.id)
    asked = await _waiting(order)
    assert (asked.note, asked.facts["amount_fen"]) == ("善意 小保养 668.00 元", 668_00)
    with pytest.raises(NotYourDecision):
        await approvals.decide(shop.manager, asked.id, agree=True, version_seen=asked.version)
    await approvals.decide(boss, asked.id, agree=True, version_seen=asked.version)
    sent = await estimating.send_estimate(shop.manager, order.id)
    assert (sent.state, sent.approved_by_id, sent.owner_total_fen) == (EstimateState.SENT, boss.id, 968_00)
    assert await _audited() == [
        (str(shop.manager), "repair_orders.give_goodwill"),
        (str(boss), "repair_orders.approve_goodwill"),
    ]


async def test_other_goodwill_is_asked_anew_and_the_same_is_not():
    shop, order, boss = await _shop()
    await _estimate(shop.manager, order, WantedLine(shop.service.id, Payer.G))
    first = await _waiting(order)
    await _estimate(shop.manager, order, WantedLine(shop.service.id, Payer.G), WantedLine(shop.pads.id))
    assert (await _waiting(order)).id == first.id
    await approvals.decide(boss, first.id, agree=True, version_seen=first.version)
    same = await _estimate(shop.manager, order, WantedLine(shop.service.id, Payer.G))
    assert same.approved_by_id == boss.id
    await _estimate(shop.manager, order, WantedLine(shop.service.id, Payer.G), WantedLine(shop.pads.id, Payer.N))
    second = await _waiting(order)
    assert second.id != first.id
    with pytest.raises(GoodwillNotApproved):
        await estimating.send_estimate(shop.manager, order.id)
    await _estimate(shop.manager, order, WantedLine(shop.service.id))
    assert (await Approval.get(id=second.id)).state is ApprovalState.INVALIDATED
    await estimating.send_estimate(shop.manager, order.id)


async def test_nobody_gives_away_on_the_order_they_advise():
    shop, order, boss = await _shop()
    await StaffRole.create(staff_id=shop.advisor.id, role=Role.SVM, store_id=shop.store.id)
    both = await staff_actor(shop.advisor.id)
    wash = await make.make_service_item(name="洗车", labour_centihours=10, parts_fen=0)
    await _estimate(both, order, WantedLine(wash.id, Payer.G))
    assert (await _waiting(order)).levels[0]["approver_ids"] == [boss.id]


async def test_a_store_with_nobody_above_cannot_ask():
    shop = await make_workshop()
    order = await shop.inspected()
    with pytest.raises(NobodyToApprove):
        await _estimate(shop.manager, order, WantedLine(shop.service.id, Payer.G))
    assert await Estimate.filter(repair_order_id=order.id).count() == 0


async def test_a_decision_and_a_new_estimate_at_once_never_send_what_nobody_agreed_to():
    shop, order, boss = await _shop()
    for _ in range(3):
        await _estimate(shop.manager, order, WantedLine(shop.service.id, Payer.G))
        asked = await Approval.get_or_none(about=f"repair_order:{order.id}", state=ApprovalState.PENDING)
        if asked is None:
            break
        await asyncio.gather(
            approvals.decide(boss, asked.id, agree=True, version_seen=asked.version),
            _estimate(shop.manager, order, WantedLine(shop.pads.id, Payer.G)),
            return_exceptions=True,
        )
        newest = await Estimate.get(repair_order_id=order.id, state=EstimateState.DRAFT)
        assert newest.goodwill_fen == 668_00 or newest.approved_by_id is None
