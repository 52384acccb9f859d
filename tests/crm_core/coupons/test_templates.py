"""Coupon templates through the approvals machine: who is asked, on what, and what each answer does."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from app.wiring import wire
from crm_core.approvals import queries, service
from crm_core.approvals.errors import AlreadyDecided, ContentChanged, NobodyToApprove, NotYourDecision
from crm_core.approvals.models import Approval
from crm_core.approvals.rules import ApprovalState
from crm_core.coupons import extending, template_queries, templates
from crm_core.coupons.errors import OneGiftAtATime, OnlyMore, TemplateNotFound, TermsNotAccepted
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import CouponKind, TemplateState
from crm_core.coupons.templates import Terms
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Staff, StaffRole, Store
from crm_core.messaging.models import Message
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from tests import factories as make
from tests.checkout import make_template
from tests.fixtures.platforms import Town

pytestmark = pytest.mark.usefixtures("database")

LABOUR = Terms("工时8折", CouponKind.LABOUR, quota=3000, valid_days=90, pay_percent=80, cap_fen=200_00)


@pytest.fixture(autouse=True)
async def _monday(database: None) -> None:
    wire()
    await clock.set_to(clock.at(make.MONDAY, 15, 2))


async def _people() -> tuple[Store, Actor, Actor]:
    store = await make.make_store(advisors=0)
    return store, await make.acting(Role.MKT, store, name="林晓"), await make.acting(Role.GM, store, name="赵建国")


async def _submitted(author: Actor, terms: Terms = LABOUR) -> tuple[int, Approval]:
    draft = await templates.draft(author, terms)
    await templates.submit(author, draft.id, expected_version=draft.version)
    return draft.id, await Approval.get(about=f"coupon_template:{draft.id}")


async def _state(template_id: int) -> TemplateState:
    return (await CouponTemplate.get(id=template_id)).state


async def test_it_waits_for_the_manager_with_its_greatest_cost_and_goes_live_when_they_agree():
    store, author, manager = await _people()
    template_id, asked = await _submitted(author, replace(LABOUR, store_ids=(store.id,)))
    assert await _state(template_id) is TemplateState.PENDING_APPROVAL
    [row] = await queries.to_decide(manager)
    assert (row.id, row.title) == (asked.id, "工时8折")
    assert asked.facts["amount_fen"] == 600_000_00
    assert await queries.to_decide(author) == []
    await service.decide(manager, asked.id, agree=True, version_seen=asked.version)
    live = await CouponTemplate.get(id=template_id)
    assert (live.state, live.approved_by_id) == (TemplateState.ACTIVE, manager.id)
    assert await queries.to_decide(manager) == []


async def test_the_managers_button_makes_it_live(town: Town):
    author = await make.acting(Role.MKT, town.store, name="林晓")
    manager = await make.make_staff(Role.GM, town.store, name="赵建国", userid="zhaojianguo")
    await town.hand("POST", "import", {"staff": [{"userid": "zhaojianguo", "name": "赵建国"}], "people": []})
    template_id, asked = await _submitted(author)
    await town.settle()
    [card] = [row for row in town.inbox_of(manager) if row.msgtype == "template_card"]
    assert card.body["main_title"]["title"] == "待您审批：卡券模板"
    rows = {row["keyname"]: row["value"] for row in card.body["horizontal_content_list"]}
    assert rows == {"事项": "工时8折", "金额": "600,000.00 元"}
    key = next(button["key"] for button in card.body["button_list"] if button["text"] == "同意")
    await town.hand("POST", f"inbox/{card.id}/click", {"key": key})
    await town.settle()
    assert await _state(template_id) is TemplateState.ACTIVE
    assert (await Approval.get(id=asked.id)).ended_by == manager.id
    assert "赵建国 已同意" in str(next(row for row in town.inbox_of(manager) if row.id == card.id).replaced)


async def test_what_is_taken_everywhere_needs_somebody_over_all_stores():
    store, author, manager = await _people()
    await make.make_store(advisors=0)
    head = await make.acting(Role.GRP, name="高建军")
    _, everywhere = await _submitted(author)
    assert everywhere.levels[0]["approver_ids"] == [head.id]
    _, here = await _submitted(author, replace(LABOUR, store_ids=(store.id,)))
    assert here.levels[0]["approver_ids"] == [manager.id, head.id]


async def test_nobody_approves_their_own_draft_even_as_the_manager():
    store, author, manager = await _people()
    await StaffRole.create(staff_id=author.id, role=Role.GM, store_id=store.id)
    both = await staff_actor(author.id)
    template_id, asked = await _submitted(both)
    with pytest.raises(NotYourDecision):
        await service.decide(both, asked.id, agree=True, version_seen=asked.version)
    with pytest.raises(IntegrityError):
        await CouponTemplate.filter(id=template_id).update(approved_by_id=both.id)
    await service.decide(manager, asked.id, agree=True, version_seen=asked.version)
    assert await _state(template_id) is TemplateState.ACTIVE


async def test_only_its_author_edits_and_submits_a_draft():
    store, author, _ = await _people()
    colleague = await make.acting(Role.MKT, store)
    draft = await templates.draft(author, LABOUR)
    with pytest.raises(NotAllowed):
        await templates.submit(colleague, draft.id, expected_version=1)
    with pytest.raises(NotAllowed):
        await templates.edit(colleague, draft.id, replace(LABOUR, quota=9), expected_version=1)


@pytest.mark.parametrize("gone", ["left", "moved"])
async def test_a_draft_whose_author_left_or_moved_is_taken_up_by_who_drafts_for_its_stores(gone: str):
    store, author, _ = await _people()
    colleague = await make.acting(Role.MKT, store, name="何静")
    elsewhere = await make.make_store(advisors=0)
    draft = await templates.draft(author, replace(LABOUR, store_ids=(store.id,)))
    wider = await templates.draft(author, LABOUR)
    with pytest.raises(NotAllowed):
        await templates.submit(colleague, draft.id, expected_version=draft.version)
    if gone == "left":
        await Staff.filter(id=author.id).update(is_active=False)
    else:
        await StaffRole.filter(staff_id=author.id).update(store_id=elsewhere.id)
    stranger = await make.acting(Role.MKT, elsewhere)
    with pytest.raises(NotAllowed):
        await templates.submit(stranger, draft.id, expected_version=draft.version)
    with pytest.raises(TemplateNotFound):
        await template_queries.template(stranger, draft.id)
    assert draft.id not in [row.id for row in await template_queries.templates(stranger)]
    assert not (await template_queries.template(stranger, wider.id)).may_draft, "taken everywhere, so read everywhere"
    assert (await template_queries.template(colleague, draft.id)).may_draft
    await templates.submit(colleague, draft.id, expected_version=draft.version)
    taken = await CouponTemplate.get(id=draft.id)
    assert (taken.state, taken.created_by_id) == (TemplateState.PENDING_APPROVAL, colleague.id)
    if gone == "left":
        with pytest.raises(NotAllowed):  # Taken everywhere: only who reaches every store takes it up.
            await templates.edit(colleague, wider.id, LABOUR, expected_version=wider.version)


async def test_a_store_without_a_manager_has_nobody_to_ask():
    store = await make.make_store(advisors=0)
    author = await make.acting(Role.MKT, store)
    draft = await templates.draft(author, LABOUR)
    with pytest.raises(NobodyToApprove):
        await templates.submit(author, draft.id, expected_version=1)
    assert await _state(draft.id) is TemplateState.DRAFT


async def test_a_changed_draft_voids_what_waits_and_the_old_card_counts_no_more():
    _, author, manager = await _people()
    template_id, asked = await _submitted(author)
    same = await templates.edit(author, template_id, LABOUR, expected_version=2)
    assert same.state is TemplateState.PENDING_APPROVAL
    with pytest.raises(StaleVersion):
        await templates.edit(author, template_id, replace(LABOUR, cap_fen=900_00), expected_version=1)
    assert (await Approval.get(id=asked.id)).state is ApprovalState.PENDING
    changed = await templates.edit(author, template_id, replace(LABOUR, cap_fen=900_00), expected_version=2)
    assert (changed.state, changed.cap_fen) == (TemplateState.DRAFT, 900_00)
    assert (await Approval.get(id=asked.id)).state is ApprovalState.INVALIDATED
    await templates.submit(author, template_id, expected_version=changed.version)
    with pytest.raises(ContentChanged):
        await service.decide(manager, asked.id, agree=True, version_seen=asked.version)
    assert await _state(template_id) is TemplateState.PENDING_APPROVAL
    [row] = await queries.to_decide(manager)
    await service.decide(manager, row.id, agree=True, version_seen=row.version)
    assert (await CouponTemplate.get(id=template_id)).cap_fen == 900_00
    with pytest.raises(IllegalMove):
        await templates.edit(author, template_id, LABOUR, expected_version=changed.version + 2)


@pytest.mark.parametrize("end", ["refuse", "withdraw", "expire"])
async def test_without_an_agreement_it_is_a_draft_again(end: str):
    _, author, manager = await _people()
    template_id, asked = await _submitted(author)
    if end == "refuse":
        await service.decide(manager, asked.id, agree=False, version_seen=asked.version, note="太贵")
        assert await Message.filter(template="approval_decided", variant="refused", staff_id=author.id).count() == 1
    elif end == "withdraw":
        await service.withdraw(author, asked.id)
    else:
        await clock.advance(timedelta(hours=49))
        await service.follow_up(asked.id)
    template = await CouponTemplate.get(id=template_id)
    assert template.state is TemplateState.DRAFT
    await templates.submit(author, template_id, expected_version=template.version)
    assert len(await queries.to_decide(manager)) == 1


async def test_two_managers_at_once_act_once():
    store, author, manager = await _people()
    second = await make.acting(Role.GM, store)
    template_id, asked = await _submitted(author)
    answers = await asyncio.gather(
        service.decide(manager, asked.id, agree=True, version_seen=asked.version),
        service.decide(second, asked.id, agree=False, version_seen=asked.version),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, AlreadyDecided) for answer in answers) == 1
    agreed = (await Approval.get(id=asked.id)).state is ApprovalState.APPROVED
    assert await _state(template_id) is (TemplateState.ACTIVE if agreed else TemplateState.DRAFT)


async def test_an_edit_and_a_decision_at_once_never_make_unseen_terms_live():
    _, author, manager = await _people()
    for _ in range(5):
        template_id, asked = await _submitted(author)
        await asyncio.gather(
            service.decide(manager, asked.id, agree=True, version_seen=asked.version),
            templates.edit(author, template_id, replace(LABOUR, cap_fen=900_00), expected_version=2),
            return_exceptions=True,
        )
        template = await CouponTemplate.get(id=template_id)
        assert (template.state, template.cap_fen) in {(TemplateState.ACTIVE, 200_00), (TemplateState.DRAFT, 900_00)}


async def test_a_second_gift_for_new_friends_is_not_approved_while_one_is_live():
    _, author, manager = await _people()
    await make_template(name="见面礼", is_new_friend_gift=True)
    template_id, asked = await _submitted(author, replace(LABOUR, is_new_friend_gift=True))
    with pytest.raises(OneGiftAtATime):
        await service.decide(manager, asked.id, agree=True, version_seen=asked.version)
    assert await _state(template_id) is TemplateState.PENDING_APPROVAL
    assert (await Approval.get(id=asked.id)).state is ApprovalState.PENDING


async def test_what_is_not_live_grows_not_and_half_terms_are_no_draft():
    _, author, _ = await _people()
    with pytest.raises(TermsNotAccepted):
        await templates.draft(author, replace(LABOUR, pay_percent=100))
    draft = await templates.draft(author, LABOUR)
    with pytest.raises(OnlyMore):
        await extending.ask(author, draft.id, more=1, expected_version=1)


async def test_the_dearest_template_still_fits_on_a_card():
    _, author, manager = await _people()
    dearest = Terms("千万元券", CouponKind.CASH, quota=10_000_000, valid_days=1, value_fen=10**9)
    _, asked = await _submitted(author, dearest)
    assert asked.facts["amount_fen"] == 10**16
    assert await Message.filter(template="approval_request", staff_id=manager.id).count() == 1
