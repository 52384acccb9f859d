"""Who runs a live template, and that more than an approver saw is approved again."""

import asyncio
import contextlib
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from app.wiring import wire
from crm_core.approvals import service as approvals
from crm_core.approvals.errors import AlreadyWaiting, NotYourDecision
from crm_core.approvals.models import Approval
from crm_core.approvals.rules import ApprovalState
from crm_core.coupons import catalogue, claiming, extending, template_queries, templates, voiding
from crm_core.coupons.claiming import Offer
from crm_core.coupons.errors import BudgetUsedUp, OnlyMore, TermsNotAccepted
from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.coupons.rules import MAX_QUOTA, CouponKind, TemplateState
from crm_core.coupons.templates import Terms
from crm_core.dealerships import audit_checking
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import AuditEntry, Role, Store
from foundation import clock
from foundation.errors import NotAllowed, StaleVersion
from tests import factories as make
from tests.checkout import claimed, make_template

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
async def _monday(database: None) -> None:
    wire()
    await clock.set_to(clock.at(make.MONDAY, 15, 2))


async def _house() -> tuple[Store, Actor, Actor]:
    store = await make.make_store(advisors=0)
    return store, await make.acting(Role.MKT, store, name="林晓"), await make.acting(Role.GM, store, name="赵建国")


async def _waiting(template_id: int) -> Approval:
    return await Approval.get(about=f"coupon_template:{template_id}", state=ApprovalState.PENDING)


async def _audited() -> list[tuple[str, str]]:
    return [(entry.actor, entry.action) for entry in await AuditEntry.all().order_by("id")]


async def test_a_templates_own_stores_decide_who_runs_it_and_takes_its_coupons_away():
    here, marketer, _ = await _house()
    _, stranger, _ = await _house()
    template = await make_template(store_ids=[here.id])
    coupon = await claimed(make.acting_owner(await make.make_customer(here)), template)
    for attempt in (
        templates.move(stranger, template.id, "pause", expected_version=template.version),
        templates.move(stranger, template.id, "end"),
        extending.ask(stranger, template.id, more=1, expected_version=template.version),
        voiding.ask(stranger, template.id, chosen=[coupon.id], reason="试试"),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    assert (await CouponTemplate.get(id=template.id)).state is TemplateState.ACTIVE
    assert (await templates.move(marketer, template.id, "pause")).state is TemplateState.PAUSED
    assert (await voiding.ask(marketer, template.id, chosen=[coupon.id], reason="发错了")).coupon_count == 1
    assert await _audited() == [(str(marketer), "coupon_templates.pause"), (str(marketer), "coupons.ask_void")]


async def test_what_is_taken_in_several_stores_is_run_by_who_reaches_all_of_them():
    here, marketer, manager = await _house()
    there, _, _ = await _house()
    head = await make.acting(Role.GRP, name="高建军")
    for stores in ([here.id, there.id], []):
        template = await make_template(store_ids=stores)
        for one_store in (marketer, manager):
            with pytest.raises(NotAllowed):
                await templates.move(one_store, template.id, "pause")
        assert not (await template_queries.template(marketer, template.id)).may_run
        assert (await template_queries.template(head, template.id)).may_run
        assert (await templates.move(head, template.id, "pause")).state is TemplateState.PAUSED


async def test_nobody_drafts_for_a_store_that_is_not_theirs():
    _, marketer, _ = await _house()
    there, _, _ = await _house()
    with pytest.raises(NotAllowed):
        await templates.draft(
            marketer, Terms("工时8折", CouponKind.LABOUR, quota=1, valid_days=1, pay_percent=80, store_ids=(there.id,))
        )


async def test_more_than_the_approver_saw_waits_for_approval_and_leaves_lines_in_the_audit_log():
    store, marketer, manager = await _house()
    until = clock.today() + timedelta(days=30)
    template = await make_template(store_ids=[store.id], quota=1000, ends_on=until)
    later = until + timedelta(days=10)
    asked = await extending.ask(marketer, template.id, more=500, ends_on=later, expected_version=template.version)
    assert (asked.quota, asked.ends_on, asked.asked_quota, asked.asked_ends_on) == (1000, until, 1500, later)
    waiting = await _waiting(template.id)
    assert waiting.note == f"加 500 张，共 1,500 张；延到 {later.isoformat()}"
    assert waiting.facts["amount_fen"] == 1500 * 100_00
    with pytest.raises(AlreadyWaiting):
        await extending.ask(marketer, template.id, more=1, expected_version=asked.version)
    with pytest.raises(NotYourDecision):
        await approvals.decide(marketer, waiting.id, agree=True, version_seen=waiting.version)
    await approvals.decide(manager, waiting.id, agree=True, version_seen=waiting.version)
    grown = await CouponTemplate.get(id=template.id)
    assert (grown.quota, grown.ends_on, grown.asked_quota, grown.state) == (1500, later, None, TemplateState.ACTIVE)
    assert grown.approved_by_id == manager.id
    assert await _audited() == [
        (str(marketer), "coupon_templates.ask_for_more"),
        (str(manager), "coupon_templates.extend"),
    ]
    assert (await audit_checking.check(whole=True)).broken_id is None


@pytest.mark.parametrize("end", ["refuse", "withdraw", "expire"])
async def test_without_an_agreement_nothing_grows_and_it_can_be_asked_again(end: str):
    store, marketer, manager = await _house()
    template = await make_template(store_ids=[store.id])
    asked = await extending.ask(marketer, template.id, more=500, expected_version=template.version)
    waiting = await _waiting(template.id)
    if end == "refuse":
        await approvals.decide(manager, waiting.id, agree=False, version_seen=waiting.version)
    elif end == "withdraw":
        await approvals.withdraw(marketer, waiting.id)
    else:
        await clock.advance(timedelta(hours=49))
        await approvals.follow_up(waiting.id)
    after = await CouponTemplate.get(id=template.id)
    assert (after.quota, after.asked_quota) == (1000, None)
    with pytest.raises(StaleVersion):
        await extending.ask(marketer, template.id, more=1, expected_version=asked.version)
    await extending.ask(marketer, template.id, more=1, expected_version=after.version)


async def test_ended_is_ended_also_for_what_waits():
    store, marketer, manager = await _house()
    template = await make_template(store_ids=[store.id])
    await extending.ask(marketer, template.id, more=500, expected_version=template.version)
    waiting = await _waiting(template.id)
    await templates.move(manager, template.id, "end")
    assert (await Approval.get(id=waiting.id)).state is ApprovalState.INVALIDATED
    after = await CouponTemplate.get(id=template.id)
    assert (after.state, after.quota, after.asked_quota) == (TemplateState.ENDED, 1000, None)


async def test_ten_raises_at_once_ask_once_and_an_answer_meets_them_without_a_knot():
    store, marketer, manager = await _house()
    template = await make_template(store_ids=[store.id])
    raises = [extending.ask(marketer, template.id, more=10, expected_version=template.version) for _ in range(10)]
    answers = await asyncio.gather(*raises, return_exceptions=True)
    assert sum(isinstance(answer, CouponTemplate) for answer in answers) == 1
    waiting, version = await _waiting(template.id), (await CouponTemplate.get(id=template.id)).version
    met = await asyncio.gather(
        approvals.decide(manager, waiting.id, agree=True, version_seen=waiting.version),
        extending.ask(marketer, template.id, more=10, expected_version=version),
        return_exceptions=True,
    )
    assert isinstance(met[0], Approval)
    assert isinstance(met[1], AlreadyWaiting | StaleVersion)
    assert (await CouponTemplate.get(id=template.id)).quota == 1010


async def test_stock_ends_at_a_bound_that_is_told_and_that_the_table_holds():
    store, marketer, _ = await _house()
    template = await make_template(store_ids=[store.id], quota=MAX_QUOTA - 5)
    with pytest.raises(TermsNotAccepted, match="最多还能加 5 张"):
        await extending.ask(marketer, template.id, more=10_000_000, expected_version=template.version)
    with pytest.raises(OnlyMore):
        await extending.ask(marketer, template.id, expected_version=template.version)
    with pytest.raises(TermsNotAccepted, match="总量要在"):
        await templates.draft(marketer, Terms("太多", CouponKind.CASH, quota=MAX_QUOTA + 1, valid_days=1, value_fen=1))
    with pytest.raises(IntegrityError):
        await CouponTemplate.filter(id=template.id).update(quota=MAX_QUOTA + 1)


async def test_a_coupon_is_for_jobs_that_exist_and_people_read_their_names():
    _, marketer, _ = await _house()
    wash = await make.make_service_item(name="洗车", code="WASH")
    free = Terms("免费洗车", CouponKind.ITEM, quota=10, valid_days=30, item_codes=("WASH",))
    with pytest.raises(TermsNotAccepted, match="WASCH"):
        await templates.draft(marketer, Terms("免费洗车", CouponKind.ITEM, 10, 30, item_codes=("WASCH",)))
    made = await templates.draft(marketer, free)
    with pytest.raises(TermsNotAccepted):
        await templates.edit(
            marketer,
            made.id,
            Terms("免费洗车", CouponKind.ITEM, 10, 30, item_codes=("WASH", "NONE")),
            expected_version=made.version,
        )
    assert (await template_queries.template(marketer, made.id)).item_names == ["洗车"]
    assert await catalogue.items(marketer) == {wash.code: "洗车"}
    assert await Coupon.all().count() == 0


CAP = 300_00
"""A budget for three coupons of 100 yuan."""


async def test_a_higher_budget_waits_for_approval_and_what_was_issued_stays():
    store, marketer, manager = await _house()
    template = await make_template(store_ids=[store.id], budget_fen=CAP, budget_told_at=clock.now())
    coupon = await claimed(make.acting_owner(await make.make_customer(store)), template)
    template = await CouponTemplate.get(id=template.id)
    asked = await extending.ask(marketer, template.id, budget_fen=2 * CAP, expected_version=template.version)
    assert (asked.budget_fen, asked.asked_budget_fen, asked.asked_quota) == (CAP, 2 * CAP, 1000)
    waiting = await _waiting(template.id)
    assert (waiting.note, waiting.facts["amount_fen"]) == ("预算 300.00 元 → 600.00 元", 2 * CAP)
    with pytest.raises(AlreadyWaiting):
        await extending.lower(marketer, template.id, quota=500, expected_version=asked.version)
    await approvals.decide(manager, waiting.id, agree=True, version_seen=waiting.version)
    raised = await CouponTemplate.get(id=template.id)
    assert (raised.budget_fen, raised.asked_budget_fen, raised.budget_told_at) == (2 * CAP, None, None)
    assert (await Coupon.get(id=coupon.id)).valid_to == coupon.valid_to
    assert [action for _, action in await _audited()] == ["coupon_templates.ask_for_more", "coupon_templates.extend"]


async def test_a_request_that_raises_nothing_is_refused():
    store, marketer, _ = await _house()
    limited = await make_template(store_ids=[store.id], budget_fen=CAP)
    for budget_fen in (CAP, CAP - 1):
        with pytest.raises(OnlyMore):
            await extending.ask(marketer, limited.id, budget_fen=budget_fen, expected_version=limited.version)
    unlimited = await make_template(store_ids=[store.id])
    with pytest.raises(OnlyMore):
        await extending.ask(marketer, unlimited.id, budget_fen=CAP, expected_version=unlimited.version)


async def test_stock_and_budget_are_lowered_at_once_but_not_below_what_was_issued():
    store, marketer, _ = await _house()
    template = await make_template(store_ids=[store.id], budget_fen=10 * CAP)
    for number in range(3):
        await claimed(make.acting_owner(await make.make_customer(store, phone=f"1380000000{number}")), template)
    version = (await CouponTemplate.get(id=template.id)).version
    for quota, budget_fen in ((2, None), (None, CAP - 1), (1001, None), (None, 10 * CAP + 1), (None, None)):
        with pytest.raises(OnlyMore):
            await extending.lower(marketer, template.id, quota=quota, budget_fen=budget_fen, expected_version=version)
    lowered = await extending.lower(marketer, template.id, quota=3, budget_fen=CAP, expected_version=version)
    assert (lowered.quota, lowered.budget_fen, lowered.state) == (3, CAP, TemplateState.ACTIVE)
    [entry] = await AuditEntry.all()
    assert (entry.action, entry.reason) == (
        "coupon_templates.lower",
        "总量 1,000 → 3 张；预算 3,000.00 元 → 300.00 元",
    )
    with pytest.raises(StaleVersion):
        await extending.lower(marketer, template.id, quota=3, expected_version=version)
    _, stranger, _ = await _house()
    with pytest.raises(NotAllowed):
        await extending.lower(stranger, template.id, quota=3, expected_version=lowered.version)


async def test_a_hundred_take_the_last_coupon_while_the_budget_is_raised():
    store, marketer, manager = await _house()
    template = await make_template(store_ids=[store.id], budget_fen=CAP)
    owners = [make.acting_owner(await make.make_customer(store, phone=f"139{n:08d}")) for n in range(102)]
    for owner in owners[:2]:
        await claimed(owner, template)
    version = (await CouponTemplate.get(id=template.id)).version
    await extending.ask(marketer, template.id, budget_fen=CAP + 200_00, expected_version=version)
    waiting = await _waiting(template.id)
    offer = Offer(template.id, source_ref="campaign:1")

    async def raise_it() -> None:
        await approvals.decide(manager, waiting.id, agree=True, version_seen=waiting.version)

    takes = [claiming.claim_offer(owner, offer) for owner in owners[2:]]
    answers = await asyncio.gather(*takes[:50], raise_it(), *takes[50:], return_exceptions=True)
    taken = sum(isinstance(answer, Coupon) for answer in answers)
    assert {type(answer) for answer in answers} <= {Coupon, BudgetUsedUp, type(None)}
    assert 1 <= taken <= 3
    now = await CouponTemplate.get(id=template.id)
    assert (now.issued_count, now.budget_fen) == (2 + taken, CAP + 200_00)
    assert await Coupon.filter(template_id=template.id).count() == 2 + taken
    # What the raise allowed and nobody took in time is there for the next.
    for owner in owners[2:]:
        if (await CouponTemplate.get(id=template.id)).issued_count < 5:
            with contextlib.suppress(BudgetUsedUp):
                await claiming.claim_offer(owner, offer)
    assert (await CouponTemplate.get(id=template.id)).issued_count == 5


async def test_a_hundred_take_the_last_coupons_while_the_stock_is_lowered():
    store, marketer, _ = await _house()
    template = await make_template(store_ids=[store.id], quota=60)
    offer = Offer(template.id, source_ref="campaign:1")
    owners = [make.acting_owner(await make.make_customer(store, phone=f"136{n:08d}")) for n in range(100)]
    takes = [claiming.claim_offer(owner, offer) for owner in owners]
    lowering = extending.lower(marketer, template.id, quota=20, expected_version=template.version)
    answers = await asyncio.gather(*takes[:30], lowering, *takes[30:], return_exceptions=True)
    now = await CouponTemplate.get(id=template.id)
    taken = sum(isinstance(answer, Coupon) for answer in answers)
    assert now.issued_count == taken == await Coupon.filter(template_id=template.id).count()
    refused = any(isinstance(answer, OnlyMore) for answer in answers)
    assert (now.quota, taken) == ((60, 60) if refused else (20, 20))
