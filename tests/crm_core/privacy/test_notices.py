"""A person is told that their request is answered, once for each answer, and never of what is no longer so."""

import pytest

from crm_core.dealerships.models import Role
from crm_core.messaging import conditions
from crm_core.messaging.models import Message
from crm_core.privacy import answering, jobs, requesting
from crm_core.privacy.rules import PrivacyRequestKind
from foundation import clock
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def _asked(kind: PrivacyRequestKind):
    customer = await make.make_customer(await make.make_store(advisors=0), phone_verified_at=clock.now())
    person = make.acting_owner(customer)
    return person, await requesting.ask(person, kind)


async def _told(request_id: int) -> list[Message]:
    return await Message.filter(template="privacy_answered", about=f"privacy_request:{request_id}").order_by("id")


async def test_what_was_done_and_what_was_refused_is_told_without_its_contents():
    officer = await make.acting(Role.DPO)
    person, export = await _asked(PrivacyRequestKind.EXPORT)
    await answering.give_copy(officer, export.id, expected_version=1)
    wrong = await requesting.ask(person, PrivacyRequestKind.CORRECTION, "姓名应为张炜")
    await answering.refuse(officer, wrong.id, expected_version=1, answer="证件上的姓名与现在的一致")
    for request, variant, subject in ((export, "done", "导出个人信息"), (wrong, "refused", "更正个人信息")):
        (told,) = await _told(request.id)
        assert (told.variant, told.customer_id, told.facts["asked_for"]) == (variant, person.id, subject)
        assert await conditions.holds(told)
        assert "证件" not in str(told.facts), "the answer itself stands in the mini program only"


async def test_an_agreed_deletion_is_told_while_it_can_be_taken_back_and_nobody_erased_is_written_to():
    officer = await make.acting(Role.DPO)
    person, deletion = await _asked(PrivacyRequestKind.DELETION)
    await answering.agree_to_delete(officer, deletion.id, expected_version=1)
    (told,) = await _told(deletion.id)
    assert (told.variant, await conditions.holds(told)) == ("agreed", True)
    await requesting.withdraw(person, deletion.id)
    assert not await conditions.holds(told)

    again = await requesting.ask(person, PrivacyRequestKind.DELETION)
    agreed = await answering.agree_to_delete(officer, again.id, expected_version=1)
    assert agreed.erase_after is not None
    await clock.advance(agreed.erase_after - clock.now())
    await jobs.erase_due()
    assert [message.variant for message in await _told(again.id)] in ([], ["agreed"])
    for message in await _told(again.id):
        assert not await conditions.holds(message)
