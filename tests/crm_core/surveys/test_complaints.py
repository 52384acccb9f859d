"""Who is told of a complaint, what is remembered of it, and which of its messages are still true; a real database."""

from datetime import timedelta

import pytest

from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role, StaffRole, Store
from crm_core.messaging.conditions import Said
from crm_core.messaging.models import Message, MessageState
from crm_core.surveys import answering, asking, complaints, resolving, still_true
from crm_core.surveys.errors import ComplaintNotFound
from crm_core.surveys.jobs import escalate_complaints, expire_surveys
from crm_core.surveys.models import Complaint, ComplaintStep, Survey
from crm_core.surveys.rules import COMMENT_MAX_CHARS, Answers, ComplaintState, SurveyState
from foundation import clock, database
from foundation.errors import StaleVersion
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def _asked(store: Store, *, advisor_id: int | None = None) -> tuple[Survey, Customer]:
    """A survey that was sent to its owner."""
    await clock.set_to(make.slot(12))
    customer = await make.make_customer(store)
    vehicle = await make.make_vehicle(customer)
    async with database.transaction():
        survey = await asking.schedule(
            repair_order_id=1,
            store_id=store.id,
            customer_id=customer.id,
            vehicle_id=vehicle.id,
            advisor_id=advisor_id,
            delivered_at=clock.now(),
        )
    assert survey is not None
    await clock.advance(timedelta(hours=25))
    await asking.send_due()
    return await Survey.get(id=survey.id), customer


async def _complained(store: Store, *, advisor_id: int | None = None, comment: str = "等了很久") -> Complaint:
    survey, customer = await _asked(store, advisor_id=advisor_id)
    bad = Answers(recommend=2, satisfied=False, explained=True, comment=comment)
    await answering.answer(make.acting_owner(customer), survey.id, bad)
    return await Complaint.get()


async def _told(template: str) -> set[int | None]:
    return {message.staff_id for message in await Message.filter(template=template)}


def _about(matter_id: int) -> Said:
    """A waiting message about this survey or complaint."""
    return Said(template="", variant="", matter_id=matter_id, version=0, staff_id=None, facts={})


async def test_whom_a_complaint_is_about_is_neither_told_of_it_nor_of_its_delay():
    store = await make.make_store(advisors=0)
    manager, care = await make.acting(Role.SVM, store), await make.acting(Role.CRC, store)
    boss, other = await make.acting(Role.GM, store), await make.acting(Role.GM, store)
    complaint = await _complained(store, advisor_id=manager.id)
    assert await _told("complaint_opened") == {care.id}
    await Complaint.filter(id=complaint.id).update(advisor_id=boss.id)
    await clock.advance(timedelta(hours=25))
    await escalate_complaints()
    assert await _told("complaint_unresolved") == {other.id}


async def test_somebody_who_is_manager_and_customer_care_gets_one_card():
    store = await make.make_store(advisors=0)
    manager = await make.acting(Role.SVM, store)
    await StaffRole.create(staff_id=manager.id, role=Role.CRC, store_id=store.id)
    await _complained(store)
    assert await Message.filter(template="complaint_opened", staff_id=manager.id).count() == 1


async def test_taking_up_a_complaint_settles_the_cards_of_the_others():
    store = await make.make_store(advisors=0)
    manager, _care = await make.acting(Role.SVM, store), await make.acting(Role.CRC, store)
    complaint = await _complained(store)
    await complaints.acknowledge(manager, complaint.id)
    cards = await Message.filter(template="complaint_opened")
    assert {card.state for card in cards} == {MessageState.SKIPPED}, "none had been sent yet, so none is"
    [step] = await ComplaintStep.filter(complaint_id=complaint.id)
    assert (step.action, step.staff_id) == ("acknowledge", manager.id)


async def test_an_owner_who_writes_nothing_complains_by_their_score():
    assert (await _complained(await make.make_store(advisors=0), comment="  ")).body == "评价 2 分"


async def test_a_long_comment_is_cut_and_not_refused():
    survey, customer = await _asked(await make.make_store(advisors=0))
    wordy = Answers(recommend=9, satisfied=True, explained=True, comment="好" * 300)
    await answering.answer(make.acting_owner(customer), survey.id, wordy)
    assert (await Survey.get(id=survey.id)).answers["comment"] == "好" * COMMENT_MAX_CHARS


async def test_a_complaint_that_is_reopened_keeps_marketing_away_from_that_day_on_and_its_clocks_begin_again():
    store = await make.make_store(advisors=0)
    manager, care = await make.acting(Role.SVM, store), await make.acting(Role.CRC, store)
    complaint = await _complained(store)
    await complaints.acknowledge(manager, complaint.id)
    await resolving.plan(manager, complaint.id, "重做", expected_version=2)
    with pytest.raises(StaleVersion):
        await resolving.resolve(manager, complaint.id, "做了", expected_version=2)
    await resolving.resolve(manager, complaint.id, "做了", expected_version=3)
    later = await clock.advance(timedelta(days=10))
    await resolving.verify(care, complaint.id, is_content=False, words="还响", expected_version=4)
    again = await Complaint.get()
    assert (again.state, again.acknowledged_by_id) == (ComplaintState.OPEN, None)
    assert again.reopened_at is not None
    assert again.reopened_at >= later
    customer = await Customer.get(id=complaint.customer_id)
    assert customer.complaint_until == await complaints.quiet_until()
    told = await Message.filter(template="complaint_opened").order_by("id")
    assert [message.facts["complaint"] for message in told] == ["等了很久"] * 2 + ["还不满意：还响"] * 2


async def test_a_complaint_that_does_not_exist_cannot_be_taken_up_or_planned():
    manager = await make.acting(Role.SVM, await make.make_store(advisors=0))
    with pytest.raises(ComplaintNotFound):
        await complaints.acknowledge(manager, 999_999)
    with pytest.raises(ComplaintNotFound):
        await resolving.plan(manager, 999_999, "重做", expected_version=1)


async def test_a_waiting_message_is_true_only_while_somebody_has_to_act():
    store = await make.make_store(advisors=0)
    manager = await make.acting(Role.SVM, store)
    survey, customer = await _asked(store)
    assert await still_true.survey_stands(_about(survey.id))
    bad = Answers(recommend=2, satisfied=False, explained=True)
    await answering.answer(make.acting_owner(customer), survey.id, bad)
    assert not await still_true.survey_stands(_about(survey.id)), "nobody is reminded of what they answered"
    complaint = await Complaint.get()
    assert await still_true.complaint_stands(_about(complaint.id))
    await complaints.acknowledge(manager, complaint.id)
    assert not await still_true.complaint_stands(_about(complaint.id)), "somebody has taken it up"
    assert await still_true.complaint_unresolved(_about(complaint.id))
    await resolving.plan(manager, complaint.id, "重做", expected_version=2)
    await resolving.resolve(manager, complaint.id, "做了", expected_version=3)
    assert not await still_true.complaint_unresolved(_about(complaint.id))


async def test_a_survey_that_is_over_is_not_opened_any_more_and_ends_with_the_job():
    store = await make.make_store(advisors=0)
    survey, customer = await _asked(store)
    await clock.advance(timedelta(days=8))
    seen = await answering.open_survey(make.acting_owner(customer), survey.id)
    assert (seen.state, seen.openid) == (SurveyState.SENT, "")
    await expire_surveys()
    assert (await Survey.get(id=survey.id)).state is SurveyState.EXPIRED
