"""A car comes back for work that was done here: proposed, declared or denied, done again free, and counted."""

import asyncio
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from app.wiring import wire
from crm_core.billing import making, paying
from crm_core.billing.rules import Payer
from crm_core.dealerships.models import AuditEntry, Role
from crm_core.payments.rules import Method
from crm_core.repair_orders import authorising, estimating, opening, to_dispatch
from crm_core.repair_orders.comebacks import earlier, judging, queries
from crm_core.repair_orders.comebacks.errors import (
    ComebackNotFound,
    FreeJobsStand,
    NotAComeback,
    NotUnderGuarantee,
)
from crm_core.repair_orders.comebacks.models import Comeback
from crm_core.repair_orders.comebacks.queries import WorkOf
from crm_core.repair_orders.comebacks.rules import ComebackState
from crm_core.repair_orders.errors import GoodwillNeedsManager
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.hand_over import giving_back
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.papers.models import Estimate
from crm_core.repair_orders.rules import HeaderState
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from foundation.refs import Ref
from tests import factories as make
from tests.workshop import Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _wired() -> None:
    wire()


async def _went_home(shop: Workshop) -> RepairOrder:
    """Pads were done, paid and the car given back."""
    order = await shop.ready(shop.pads)
    bill = await making.make(shop.advisor, Ref("repair_order", order.id))
    await making.send(shop.advisor, bill.id)
    cashier = await make.acting(Role.CSH, shop.store)
    await paying.receive_offline(cashier, bill.id, bill.total_fen, Method.CASH)
    await giving_back.offer(
        shop.advisor, order.id, is_key_given=True, are_old_parts_settled=True, is_settlement_sheet_given=True
    )
    await giving_back.confirm(shop.owner, order.id)
    return await shop.now(order)


async def _came_again(shop: Workshop, *, days: int = 5, complaint: str = "刹车还响") -> RepairOrder:
    await clock.advance(timedelta(days=days))
    opened = await opening.open_walk_in(
        shop.advisor,
        store_id=shop.store.id,
        customer_id=shop.customer.id,
        vehicle_id=shop.vehicle.id,
        mileage_km=21_400,
        complaint=complaint,
    )
    return await shop.now(opened)


async def _said(order: RepairOrder) -> Comeback | None:
    return await Comeback.get_or_none(repair_order_id=order.id)


async def _walked_around(order: RepairOrder) -> None:
    await RepairOrder.filter(id=order.id).update(prechecked_at=clock.now(), state=HeaderState.PRECHECKED)


async def _free(shop: Workshop, order: RepairOrder) -> Estimate:
    promised = clock.now() + timedelta(hours=3)
    return await estimating.make_estimate(
        shop.advisor, order.id, [WantedLine(shop.pads.id, is_guarantee=True)], promised
    )


async def test_it_is_proposed_by_the_owners_words_or_by_the_same_item_and_not_otherwise():
    shop = await make_workshop()
    before = await _went_home(shop)
    back = await _came_again(shop)
    said = await _said(back)
    assert said is not None
    assert (said.state, said.origin_repair_order_id) == (ComebackState.PROPOSED, before.id)
    assert back.origin_repair_order_id is None, "it is only proposed"
    await opening.void(shop.manager, back.id, "录错")
    other = await _came_again(shop, days=1, complaint="空调不凉")
    assert await _said(other) is None
    await _walked_around(other)
    promised = clock.now() + timedelta(hours=3)
    await estimating.make_estimate(shop.advisor, other.id, [WantedLine(shop.pads.id)], promised)
    again = await _said(other)
    assert again is not None
    assert again.origin_line_id is not None


async def test_what_the_guarantee_covers_is_free_without_the_manager_and_says_why():
    shop = await make_workshop()
    before = await _went_home(shop)
    back = await _came_again(shop)
    await _walked_around(back)
    with pytest.raises(NotUnderGuarantee):
        await _free(shop, back)
    await judging.declare(shop.advisor, back.id, before.id)
    estimate = await _free(shop, back)
    assert (estimate.owner_total_fen, estimate.goodwill_fen, estimate.goodwill_hash) == (0, 0, "")
    assert estimate.lines[0]["guarantee_of"] == before.number
    line = await RepairLine.get(repair_order_id=back.id)
    assert (line.payer, line.guarantee_of_id) == (Payer.N, (await shop.lines(before))[0].id)
    promised = clock.now() + timedelta(hours=3)
    with pytest.raises(NotUnderGuarantee):
        await estimating.make_estimate(
            shop.advisor, back.id, [WantedLine(shop.service.id, is_guarantee=True)], promised
        )
    with pytest.raises(GoodwillNeedsManager):
        await estimating.make_estimate(shop.advisor, back.id, [WantedLine(shop.service.id, Payer.N)], promised)
    with pytest.raises(FreeJobsStand):
        await judging.deny(shop.advisor, back.id, "不是同一个问题")
    await estimating.send_estimate(shop.advisor, back.id)
    await authorising.authorise_estimate(shop.owner, back.id, estimate.version)
    line = await RepairLine.get(repair_order_id=back.id)
    facts = (await to_dispatch.facts_of([line.id]))[line.id]
    assert (facts.previous_technician_id, facts.previous_failures) == (shop.technician.id, 0)
    with pytest.raises(IntegrityError):
        await RepairLine.filter(id=line.id).update(payer=Payer.CP)


async def test_after_the_guarantee_it_still_counts_and_after_the_days_it_is_none():
    shop = await make_workshop()
    before = await _went_home(shop)
    back = await _came_again(shop, days=20)
    await judging.declare(shop.advisor, back.id, before.id)
    await _walked_around(back)
    with pytest.raises(NotUnderGuarantee):
        await _free(shop, back)
    await opening.void(shop.manager, back.id, "录错")
    late = await _came_again(shop, days=11)
    assert await _said(late) is None
    assert await earlier.jobs_of(late) == []
    with pytest.raises(NotAComeback):
        await judging.declare(shop.advisor, late.id, before.id)


async def test_who_says_it_may_change_their_mind_with_a_reason_and_it_is_audited():
    shop = await make_workshop()
    before = await _went_home(shop)
    back = await _came_again(shop)
    with pytest.raises(NotAllowed):
        await judging.deny(shop.technician, back.id, "不是")
    with pytest.raises(StaleVersion):
        await judging.deny(shop.advisor, back.id, "撞了路沿", expected_version=back.version - 1)
    await judging.deny(shop.advisor, back.id, "撞了路沿")
    with pytest.raises(IllegalMove):
        await judging.deny(shop.advisor, back.id, "撞了路沿")
    await judging.declare(shop.manager, back.id, before.id)
    assert (await shop.now(back)).origin_repair_order_id == before.id
    with pytest.raises(IllegalMove):
        await judging.declare(shop.manager, back.id, before.id)
    acts = await AuditEntry.filter(action__contains="comeback").order_by("id")
    assert [entry.action for entry in acts] == ["repair_orders.deny_comeback", "repair_orders.declare_comeback"]
    await opening.void(shop.manager, back.id, "录错")
    other = await _came_again(shop, days=1, complaint="空调不凉")
    with pytest.raises(ComebackNotFound):
        await judging.deny(shop.advisor, other.id, "没人说是")


async def test_two_advisors_who_answer_at_once_leave_one_answer():
    shop = await make_workshop()
    before = await _went_home(shop)
    back = await _came_again(shop)
    both = await asyncio.gather(
        judging.declare(shop.advisor, back.id, before.id, expected_version=back.version),
        judging.deny(shop.manager, back.id, "撞了路沿", expected_version=back.version),
        return_exceptions=True,
    )
    assert sum(isinstance(each, StaleVersion) for each in both) == 1
    assert await Comeback.filter(repair_order_id=back.id).count() == 1


async def test_silence_counts_a_denial_does_not_and_a_failed_inspection_is_the_other_figure():
    shop = await make_workshop()
    before = await _went_home(shop)
    await RepairLine.filter(repair_order_id=before.id).update(fail_count=1)
    back = await _came_again(shop)
    boss = await make.acting(Role.GM, shop.store)
    days = (make.MONDAY, clock.today())

    async def figures() -> dict[WorkOf, tuple[int, int, int]]:
        rows = await queries.first_time_fixed(boss, shop.store.id, *days)
        return {row.whose: (row.visits, row.external, row.internal) for row in rows}

    assert await figures() == dict.fromkeys(WorkOf, (1, 1, 1))
    listed = await queries.comebacks(boss, shop.store.id, *days)
    assert [(row.days_since, row.technician, row.state) for row in listed] == [(5, "陈志强", ComebackState.PROPOSED)]
    await judging.deny(shop.advisor, back.id, "撞了路沿")
    assert await figures() == dict.fromkeys(WorkOf, (1, 0, 1))
    with pytest.raises(NotAllowed):
        await queries.first_time_fixed(shop.advisor, shop.store.id, *days)
    page = await queries.of_order(shop.advisor, back.id)
    assert page.said is not None
    assert (page.said.state, page.said.free_item_ids) == (ComebackState.DENIED, [])
    assert [(visit.number, visit.is_covered) for visit in page.earlier] == [(before.number, True)]
