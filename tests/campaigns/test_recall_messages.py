"""Words for a recall by hand: the store's own, held back while the customer may not be offered anything in WeCom."""

from datetime import timedelta

import pytest

from campaigns import recall_messages
from campaigns.contact_permission import contact_permission
from crm_core.customers.models import Consent, Customer, Friendship, Purpose
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Staff, Store
from crm_core.tasks import working
from crm_core.tasks.models import Task
from crm_core.tasks.rules import Channel, ContactOutcome, TaskKind
from crm_core.tasks.working import Seen
from foundation import clock
from tests import factories as make
from tests.crm_core.tasks.people import make_due, night, only_task

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def store() -> Store:
    """A store of its own, in the morning of a working day."""
    await clock.set_to(clock.at(make.MONDAY, 10))
    return await make.make_store()


@pytest.fixture
async def caller(store: Store) -> Actor:
    """Its customer care."""
    return await staff_actor((await make.make_staff(Role.CRC, store, name="周静")).id)


async def _due(store: Store, *, agrees: bool = True) -> Customer:
    owner, _ = await make_due(store)
    if agrees:
        await Consent.create(
            customer_id=owner.id, purpose=Purpose.MARKETING_WECOM, text_version="v1", given_at=clock.now(), how="desk"
        )
    await night()
    return owner


async def _befriend(staff_id: int, owner: Customer) -> None:
    await Friendship.create(
        customer_id=owner.id, staff_id=staff_id, external_userid=f"wm-{owner.id}-{staff_id}", since=clock.now()
    )


async def _sent(caller: Actor, task: Task) -> None:
    await working.note_contact(
        caller, [Seen(task.id, task.version)], channel=Channel.WECOM, outcome=ContactOutcome.SENT
    )


async def test_the_words_name_the_store_the_writer_the_car_and_the_day(store: Store, caller: Actor):
    owner = await _due(store)
    await _befriend(caller.id, owner)
    found = await recall_messages.of_sheet(caller, owner.id)
    assert found.external_userid == f"wm-{owner.id}-{caller.id}"
    (text,) = found.texts
    assert text.refusal == ""
    assert text.text.startswith(f"您好，我是{store.short_name}的周静。")
    assert "12月13日到期" in text.text


async def test_whoever_is_no_friend_learns_who_can_write(store: Store, caller: Actor):
    owner = await _due(store)
    friend = await make.make_staff(Role.SA, store, name="王芳")
    left = await make.make_staff(Role.SA, store, name="李四")
    for staff in (friend, left):
        await _befriend(staff.id, owner)
    await Staff.filter(id=left.id).update(is_active=False)
    found = await recall_messages.of_sheet(caller, owner.id)
    assert found.external_userid is None
    assert [(writer.name, writer.store) for writer in found.writers] == [("王芳", store.short_name)]


@pytest.mark.parametrize("why", ["agreed to calls only", "opted out", "at night", "here last week"])
async def test_an_offer_is_held_back_from_whom_it_may_not_reach(store: Store, caller: Actor, why: str):
    owner = await _due(store, agrees=why != "agreed to calls only")
    if why == "opted out":
        await Customer.filter(id=owner.id).update(marketing_stopped_at=clock.now())
    elif why == "at night":
        await clock.set_to(clock.at(make.MONDAY, 21))
    elif why == "here last week":
        await Customer.filter(id=owner.id).update(last_visit_on=clock.today() - timedelta(days=3))
    (text,) = (await recall_messages.of_sheet(caller, owner.id)).texts
    assert text.text == ""
    assert text.refusal


async def test_what_the_owner_began_is_written_about_at_any_time(store: Store, caller: Actor):
    owner = await _due(store, agrees=False)
    task = await only_task(owner)
    await Task.filter(id=task.id).update(kind=TaskKind.NO_SHOW)
    (text,) = (await recall_messages.of_sheet(caller, owner.id)).texts
    assert "没等到您" in text.text


async def test_a_message_sent_counts_as_the_contact_of_that_day(store: Store, caller: Actor):
    owner = await _due(store)
    await _sent(caller, await only_task(owner))
    await _sent(caller, await only_task(owner))
    assert (await contact_permission(owner.id)).refusal == "WEEKLY_CAP"
    (text,) = (await recall_messages.of_sheet(caller, owner.id)).texts
    assert text.refusal.startswith("7 天内已联系过 1 次")
    await clock.advance(timedelta(days=7))
    assert (await contact_permission(owner.id)).marketing_allowed


@pytest.mark.parametrize("outcome", [ContactOutcome.NO_ANSWER, ContactOutcome.REFUSED, ContactOutcome.WRONG_NUMBER])
async def test_a_call_counts_as_a_contact_if_it_rang_with_the_owner(
    store: Store, caller: Actor, outcome: ContactOutcome
):
    owner = await _due(store)
    task = await only_task(owner)
    await working.note_contact(caller, [Seen(task.id, task.version)], channel=Channel.PHONE, outcome=outcome)
    counts = outcome is not ContactOutcome.WRONG_NUMBER
    assert ((await contact_permission(owner.id)).refusal == "WEEKLY_CAP") == counts


async def test_whoever_did_not_answer_may_be_written_to_the_same_day_and_then_waits_a_week(store: Store, caller: Actor):
    owner = await _due(store)
    task = await only_task(owner)
    await working.note_contact(
        caller, [Seen(task.id, task.version)], channel=Channel.PHONE, outcome=ContactOutcome.NO_ANSWER
    )
    assert (await recall_messages.of_sheet(caller, owner.id)).texts[0].refusal == ""
    await clock.advance(timedelta(days=1))
    assert (await recall_messages.of_sheet(caller, owner.id)).texts[0].refusal.startswith("7 天内已联系过 1 次")


async def test_a_message_about_a_missed_booking_is_no_marketing(store: Store, caller: Actor):
    owner = await _due(store)
    task = await only_task(owner)
    await Task.filter(id=task.id).update(kind=TaskKind.NO_SHOW)
    await _sent(caller, task)
    assert (await contact_permission(owner.id)).marketing_allowed
