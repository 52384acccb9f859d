"""Approvals on a real database: four eyes, the version that was seen, and what happens with time."""

from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from bot.skills import approvals as buttons
from crm_core.approvals import jobs, queries, service
from crm_core.approvals.errors import (
    AlreadyDecided,
    AlreadyWaiting,
    ContentChanged,
    NobodyToApprove,
    NotYourDecision,
)
from crm_core.approvals.models import Approval, ApprovalDecision
from crm_core.approvals.rules import ApprovalKind, ApprovalState, Level, LevelMode
from crm_core.dealerships.actors import Actor, staff_actor, system
from crm_core.dealerships.models import Region, Role, StaffRole, Store
from crm_core.messaging.models import Message
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def _ask(actor: Actor, store: Store | None, **more) -> Approval:
    return await service.request(
        actor,
        more.pop("kind", ApprovalKind.CAMPAIGN),
        more.pop("about", "plan:1"),
        content_hash=more.pop("content_hash", "a" * 64),
        title="X6 车主回店礼",
        store_ids=[store.id] if store else None,
        **more,
    )


async def _people() -> tuple[Store, Actor, Actor]:
    await clock.set_to(clock.at(make.MONDAY, 15))
    store = await make.make_store(advisors=0)
    return store, await make.acting(Role.MKT, store, name="林晓"), await make.acting(Role.GM, store, name="赵建国")


async def _asked_by_card() -> set[int | None]:
    return {message.staff_id for message in await Message.filter(template="approval_request")}


async def test_the_managers_of_the_store_get_a_card_and_one_of_them_agrees():
    store, author, manager = await _people()
    other_store = await make.make_store(advisors=0)
    stranger = await make.acting(Role.GM, other_store)
    asked = await _ask(author, store)
    assert await _asked_by_card() == {manager.id}
    with pytest.raises(NotYourDecision):
        await service.decide(stranger, asked.id, agree=True, version_seen=asked.version)
    done = await service.decide(manager, asked.id, agree=True, version_seen=asked.version, note="好")
    assert done.state is ApprovalState.APPROVED
    assert done.ended_by == manager.id
    assert await service.is_approved(ApprovalKind.CAMPAIGN, "plan:1", "a" * 64)
    assert not await service.is_approved(ApprovalKind.CAMPAIGN, "plan:1", "b" * 64)
    assert await Message.filter(template="approval_decided", staff_id=author.id).count() == 1


async def test_the_requester_approves_nothing_of_their_own_even_when_they_are_the_manager():
    store, _, manager = await _people()
    with pytest.raises(NobodyToApprove):
        await _ask(manager, store)
    second = await make.acting(Role.GM, store)
    asked = await _ask(manager, store)
    with pytest.raises(NotYourDecision):
        await service.decide(manager, asked.id, agree=True, version_seen=asked.version)
    await service.decide(second, asked.id, agree=True, version_seen=asked.version)


async def test_the_database_itself_refuses_an_own_approval():
    store, author, _ = await _people()
    asked = await _ask(author, store)
    with pytest.raises(IntegrityError):
        await Approval.filter(id=asked.id).update(
            state=ApprovalState.APPROVED, ended_at=clock.now(), ended_by=author.id
        )
    with pytest.raises(IntegrityError):
        await ApprovalDecision.create(
            approval_id=asked.id, requester_id=author.id, staff_id=author.id, level=0, is_agreed=True, at=clock.now()
        )


async def test_a_second_press_and_an_old_card_change_nothing():
    store, author, manager = await _people()
    asked = await _ask(author, store)
    await buttons.approve(manager, asked.id, asked.version)
    for press in (buttons.approve, buttons.refuse):
        with pytest.raises(AlreadyDecided) as refused:
            await press(manager, asked.id, asked.version)
        assert refused.value.text == "已由赵建国在 15:00 处理，不用再点。"
    stranger = await make.acting(Role.GM, await make.make_store(advisors=0))
    with pytest.raises(AlreadyDecided) as refused:
        await buttons.approve(stranger, asked.id, asked.version)
    assert refused.value.text == "已处理，不用再点。"
    again = await _ask(author, store, content_hash="b" * 64)
    with pytest.raises(ContentChanged):
        await buttons.approve(manager, again.id, again.version + 1)
    assert (await Approval.get(id=again.id)).state is ApprovalState.PENDING


async def test_a_changed_subject_voids_what_waits():
    store, author, manager = await _people()
    asked = await _ask(author, store)
    await service.invalidate(author, ApprovalKind.CAMPAIGN, "plan:1", unless_hash="a" * 64)
    assert (await Approval.get(id=asked.id)).state is ApprovalState.PENDING
    await service.invalidate(author, ApprovalKind.CAMPAIGN, "plan:1", unless_hash="c" * 64)
    with pytest.raises(ContentChanged):
        await service.decide(manager, asked.id, agree=True, version_seen=asked.version)
    assert (await Approval.get(id=asked.id)).state is ApprovalState.INVALIDATED


async def test_one_thing_waits_once():
    store, author, _ = await _people()
    await _ask(author, store)
    with pytest.raises(AlreadyWaiting):
        await _ask(author, store)


async def test_levels_pass_one_after_another_and_parallel_levels_need_everybody():
    store, author, manager = await _people()
    second, third = await make.acting(Role.GM, store), await make.acting(Role.FIN, store)
    levels = [
        Level(frozenset({manager.id, second.id}), LevelMode.ALL),
        Level(frozenset({author.id})),
        Level(frozenset({third.id})),
    ]
    asked = await _ask(author, store, levels=levels)
    await service.decide(manager, asked.id, agree=True, version_seen=asked.version)
    with pytest.raises(NotYourDecision):
        await service.decide(manager, asked.id, agree=True, version_seen=asked.version)
    with pytest.raises(NotYourDecision):
        await service.decide(third, asked.id, agree=True, version_seen=asked.version)
    passed = await service.decide(second, asked.id, agree=True, version_seen=asked.version)
    assert (passed.state, passed.level) == (ApprovalState.PENDING, 2)  # The level of only the requester is skipped.
    with pytest.raises(ContentChanged):
        await service.decide(third, asked.id, agree=True, version_seen=asked.version)
    done = await service.decide(third, asked.id, agree=True, version_seen=passed.version)
    assert done.state is ApprovalState.APPROVED


async def test_a_refusal_at_any_level_ends_it_and_only_the_requester_withdraws():
    store, author, manager = await _people()
    asked = await _ask(author, store)
    done = await service.decide(manager, asked.id, agree=False, version_seen=asked.version, note="人太多")
    assert (done.state, done.end_note) == (ApprovalState.REFUSED, "人太多")
    again = await _ask(author, store)
    with pytest.raises(NotYourDecision):
        await service.withdraw(manager, again.id)
    assert (await service.withdraw(author, again.id)).state is ApprovalState.WITHDRAWN
    with pytest.raises(AlreadyDecided):
        await service.withdraw(author, again.id)


async def test_a_delegate_decides_in_the_days_given_and_never_for_their_own_request():
    store, author, manager = await _people()
    deputy = await make.acting(Role.SVM, store)
    today = clock.today()
    await make.lend_seat(manager.id, deputy.id, until_on=today + timedelta(days=1))
    asked = await _ask(author, store)
    assert await _asked_by_card() == {manager.id, deputy.id}
    assert [row.id for row in await queries.to_decide(deputy)] == [asked.id]
    await service.decide(deputy, asked.id, agree=True, version_seen=asked.version)
    own = await _ask(deputy, store, about="plan:2")
    with pytest.raises(NotYourDecision):
        await service.decide(deputy, own.id, agree=True, version_seen=own.version)
    later = await _ask(author, store, about="plan:3")
    await clock.advance(timedelta(days=2))
    with pytest.raises(NotYourDecision):
        await service.decide(deputy, later.id, agree=True, version_seen=later.version)


async def test_waiting_reminds_after_a_day_and_ends_after_two():
    store, author, manager = await _people()
    asked = await _ask(author, store)
    await clock.advance(timedelta(hours=23))
    await jobs.follow_up()
    assert await Message.filter(template="approval_request").count() == 1
    for _ in range(2):
        await clock.advance(timedelta(hours=1))
        await jobs.follow_up()
    assert await Message.filter(template="approval_request", staff_id=manager.id).count() == 2
    await clock.advance(timedelta(hours=24))
    await jobs.follow_up()
    assert (await Approval.get(id=asked.id)).state is ApprovalState.EXPIRED
    assert await Message.filter(template="approval_decided", staff_id=author.id, variant="expired").count() == 1


async def test_after_two_days_the_region_is_asked_before_it_ends():
    store, author, manager = await _people()
    region = await Region.get(id=store.region_id)
    head = await make.make_staff(Role.RGN, None, name="孙总")
    await StaffRole.filter(staff_id=head.id).update(region_id=region.id)
    asked = await _ask(author, store)
    await clock.advance(timedelta(hours=48))
    await jobs.follow_up()
    assert await Message.filter(template="approval_request", staff_id=head.id).count() == 1
    done = await service.decide(await staff_actor(head.id), asked.id, agree=True, version_seen=asked.version)
    assert done.state is ApprovalState.APPROVED
    assert done.ended_by != manager.id


async def test_a_request_over_two_stores_needs_both_managers_unless_somebody_reaches_both():
    store, author, manager = await _people()
    other = await make.make_store(advisors=0)
    other_manager = await make.acting(Role.GM, other)
    both = [store.id, other.id]

    async def ask(about: str) -> Approval:
        return await service.request(
            author, ApprovalKind.CAMPAIGN, about, content_hash="a" * 64, title="两店", store_ids=both
        )

    asked = await ask("plan:7")
    assert [level["approver_ids"] for level in asked.levels] == [[manager.id], [other_manager.id]]
    group = await make.acting(Role.GRP)
    assert [level["approver_ids"] for level in (await ask("plan:8")).levels] == [[group.id]]


async def test_only_staff_ask():
    with pytest.raises(NotAllowed):
        await _ask(system("anything"), None)
