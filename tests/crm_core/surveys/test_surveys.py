"""Surveys: asked once, answered once, a bad one becomes somebody's task; on a real database."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.contact_permission import contact_permission
from crm_core.customers.models import Consent, Customer, Purpose
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role, Store
from crm_core.dealerships.permissions import SameHands
from crm_core.messaging.models import Message
from crm_core.policies import changing
from crm_core.surveys import answering, asking, complaints, resolving, rules
from crm_core.surveys.errors import AnswersNotAccepted, SurveyAnswered, SurveyNotFound, SurveyOver
from crm_core.surveys.jobs import escalate_complaints
from crm_core.surveys.models import Complaint, Survey
from crm_core.surveys.rules import Answers, ComplaintState, SurveyPolicy, SurveyState
from foundation import clock, database
from foundation.errors import IllegalMove, NotAllowed, NotFound
from tests import factories as make

HOUSE = SurveyPolicy()

pytestmark = pytest.mark.usefixtures("database")
GOOD = Answers(recommend=9, satisfied=True, explained=True, comment="很好")
BAD = Answers(recommend=4, satisfied=True, explained=True, comment="等了很久")


async def _delivered(store: Store | None = None, customer: Customer | None = None, order: int = 1) -> Survey | None:
    store = store or await make.make_store(advisors=0)
    customer = customer or await make.make_customer(store)
    vehicle = await make.make_vehicle(customer, vin=f"LYFAA4DE1T3{order:06d}")
    async with database.transaction():
        return await asking.schedule(
            repair_order_id=order,
            store_id=store.id,
            customer_id=customer.id,
            vehicle_id=vehicle.id,
            advisor_id=None,
            delivered_at=clock.now(),
        )


async def _sent(**given) -> tuple[Survey, Customer]:
    await clock.set_to(make.slot(12, 58))
    survey = await _delivered(**given)
    assert survey is not None
    await clock.advance(timedelta(hours=25))
    await asking.send_due()
    return await Survey.get(id=survey.id), await Customer.get(id=survey.customer_id)


@pytest.mark.parametrize(
    ("hour", "minute", "day", "sent_hour"),
    [(12, 58, 24, 12), (7, 0, 24, 9), (21, 0, 25, 9)],
)
def test_owners_are_asked_a_day_later_in_waking_hours(hour, minute, day, sent_hour):
    moment = clock.local(rules.send_at(make.slot(hour, minute), HOUSE))
    assert (moment.day, moment.hour) == (day, sent_hour)


async def test_the_invitation_goes_out_once_and_only_after_a_day():
    await clock.set_to(make.slot(12, 58))
    survey = await _delivered()
    assert survey is not None
    await asking.send_due()
    assert await Message.all().count() == 0
    with pytest.raises(SurveyNotFound):
        await answering.open_survey(make.acting_owner(await Customer.get(id=survey.customer_id)), survey.id)
    await clock.advance(timedelta(hours=25))
    await asyncio.gather(*(asking.send(survey.id) for _ in range(5)))
    assert await Message.filter(template="survey_invitation").count() == 1


async def test_an_owner_is_asked_once_in_thirty_days_even_for_two_cars_at_once():
    await clock.set_to(make.slot(12))
    store = await make.make_store(advisors=0)
    customer = await make.make_customer(store)
    planned = await asyncio.gather(*(_delivered(store, customer, order) for order in (1, 2, 3)))
    assert sum(survey is not None for survey in planned) == 1
    await clock.advance(timedelta(days=31))
    assert await _delivered(store, customer, 4) is not None


async def test_an_answer_is_given_once_by_the_account_that_opened_it():
    survey, customer = await _sent()
    owner = make.acting_owner(customer, "o-first")
    assert (await answering.open_survey(owner, survey.id)).state is SurveyState.OPENED
    with pytest.raises(SurveyNotFound):
        await answering.answer(make.acting_owner(customer, "o-second"), survey.id, GOOD)
    with pytest.raises(NotFound):
        await answering.answer(make.acting_owner(await make.make_customer()), survey.id, GOOD)
    with pytest.raises(AnswersNotAccepted):
        await answering.answer(owner, survey.id, replace(GOOD, recommend=11))
    answers = await asyncio.gather(
        *(answering.answer(owner, survey.id, GOOD) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(answer, Survey) for answer in answers) == 1
    assert sum(isinstance(answer, SurveyAnswered) for answer in answers) == 4
    assert await Complaint.all().count() == 0


@pytest.mark.parametrize("answers", [BAD, replace(GOOD, satisfied=False), replace(GOOD, recommend=6)])
async def test_a_bad_answer_opens_a_complaint_that_one_person_takes_up(answers):
    store = await make.make_store(advisors=0)
    manager = await make.acting(Role.SVM, store, name="郑凯")
    care = await make.acting(Role.CRC, store, name="何静")
    survey, customer = await _sent(store=store)
    await answering.answer(make.acting_owner(customer), survey.id, answers)
    [complaint] = await Complaint.all()
    assert await Message.filter(template="complaint_opened").count() == 2
    assert (await Customer.get(id=customer.id)).complaint_until == clock.today() + timedelta(days=180)
    with pytest.raises(NotAllowed):
        await complaints.acknowledge(await make.acting(Role.SA, store), complaint.id)
    await complaints.acknowledge(care, complaint.id)
    with pytest.raises(IllegalMove):
        await complaints.acknowledge(manager, complaint.id)


async def test_nobody_takes_up_a_complaint_about_themselves():
    store = await make.make_store(advisors=0)
    manager = await make.acting(Role.SVM, store)
    survey, customer = await _sent(store=store)
    await Survey.filter(id=survey.id).update(advisor_id=manager.id)
    await answering.answer(make.acting_owner(customer), survey.id, BAD)
    with pytest.raises(SameHands):
        await complaints.acknowledge(manager, (await Complaint.first()).id)


async def _complaint() -> tuple[Complaint, Actor, Actor, int]:
    """An open one of a store with a service manager, customer care and a general manager."""
    store = await make.make_store(advisors=0)
    manager, care = await make.acting(Role.SVM, store), await make.acting(Role.CRC, store)
    boss = await make.acting(Role.GM, store)
    survey, customer = await _sent(store=store)
    await answering.answer(make.acting_owner(customer), survey.id, BAD)
    return await Complaint.get(), manager, care, boss.id


async def test_the_general_manager_is_told_once_of_what_is_unresolved_after_a_day_and_again_when_it_begins_anew():
    complaint, manager, care, boss = await _complaint()
    cards = Message.filter(template="complaint_unresolved", staff_id=boss)
    await clock.advance(timedelta(hours=23))
    await escalate_complaints()
    assert await cards.count() == 0
    await complaints.acknowledge(manager, complaint.id)
    await resolving.plan(manager, complaint.id, "重做", expected_version=2)
    await clock.advance(timedelta(hours=1))
    await asyncio.gather(*(escalate_complaints() for _ in range(3)))
    assert await cards.count() == 1
    await resolving.resolve(manager, complaint.id, "做了", expected_version=3)
    await clock.advance(timedelta(hours=30))
    await escalate_complaints()
    assert await cards.count() == 1, "what is resolved waits for a call, not for a manager"
    await resolving.verify(care, complaint.id, is_content=False, words="没做好", expected_version=4)
    assert await Message.filter(template="complaint_opened").count() == 4, "two people, each time it began"
    await clock.advance(timedelta(hours=24))
    await escalate_complaints()
    assert await cards.count() == 2


async def test_a_new_objection_to_the_same_matter_opens_a_closed_complaint_again():
    complaint, manager, care, _ = await _complaint()
    await complaints.acknowledge(manager, complaint.id)
    await resolving.plan(manager, complaint.id, "重做", expected_version=2)
    await resolving.resolve(manager, complaint.id, "做了", expected_version=3)
    await resolving.verify(care, complaint.id, is_content=True, words="好了", expected_version=4)
    again = {
        "about": complaint.about,
        "source": complaint.source,
        "store_id": complaint.store_id,
        "customer_id": complaint.customer_id,
        "vehicle_id": complaint.vehicle_id,
        "repair_order_id": complaint.repair_order_id,
        "advisor_id": complaint.advisor_id,
        "body": "又坏了",
    }
    owner = make.acting_owner(await Customer.get(id=complaint.customer_id))
    await complaints.open_complaint(owner, **again)
    opened = await Complaint.get()
    assert (opened.state, opened.acknowledged_by_id) == (ComplaintState.OPEN, None)
    await complaints.open_complaint(owner, **again)
    assert (await Complaint.get()).version == opened.version, "one that is open already stays as it is"


async def test_while_a_complaint_is_open_marketing_leaves_the_owner_alone_however_long_it_lasts():
    complaint, manager, care, _ = await _complaint()
    customer_id = complaint.customer_id
    await Consent.create(
        customer_id=customer_id, purpose=Purpose.MARKETING_WECOM, text_version="1", given_at=clock.now(), how="test"
    )
    await clock.advance(timedelta(days=200))
    assert (await contact_permission(customer_id)).refusal == "COMPLAINT"
    await complaints.acknowledge(manager, complaint.id)
    await resolving.plan(manager, complaint.id, "重做", expected_version=2)
    await resolving.resolve(manager, complaint.id, "做了", expected_version=3)
    assert (await contact_permission(customer_id)).refusal == "COMPLAINT"
    await resolving.verify(care, complaint.id, is_content=True, words="好了", expected_version=4)
    assert (await contact_permission(customer_id)).refusal != "COMPLAINT"


async def test_an_unanswered_survey_ends_after_seven_days_and_a_late_one_is_never_sent():
    survey, customer = await _sent()
    await clock.advance(timedelta(days=8))
    with pytest.raises(SurveyOver):
        await answering.answer(make.acting_owner(customer), survey.id, GOOD)
    assert await asking.expire_due() == 1
    assert (await Survey.get(id=survey.id)).state is SurveyState.EXPIRED
    late = await _delivered(order=9)
    assert late is not None
    await clock.advance(timedelta(days=4))
    await asking.send_due()
    assert (await Survey.get(id=late.id)).state is SurveyState.EXPIRED
    assert await Message.filter(about=f"survey:{late.id}").count() == 0


async def test_a_card_about_a_complaint_names_the_hours_of_its_store():
    store = await make.make_store(advisors=0)
    manager, boss = await make.acting(Role.SVM, store), await make.acting(Role.GM, store)
    survey, customer = await _sent(store=store)
    await changing.change(
        boss, "complaints", "answer_within_hours", 2, store_id=store.id, reason="试行", expected_version=0
    )
    await answering.answer(make.acting_owner(customer), survey.id, BAD)
    card = await Message.get(template="complaint_opened", staff_id=manager.id)
    assert (card.facts["answer_hours"], card.facts["plan_hours"], card.facts["resolve_hours"]) == (2, 3, 72)
