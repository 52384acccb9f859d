"""What owners said reaches those who did the work, and nobody else."""

from datetime import timedelta

import pytest

from app.wiring import wire
from crm_core.dealerships.models import Role
from crm_core.messaging.models import Message
from crm_core.repair_orders.afterwards import queries
from crm_core.repair_orders.models import RepairLine
from crm_core.surveys import answering, asking, complaints, resolving
from crm_core.surveys.models import Complaint, Survey
from crm_core.surveys.rules import Answers, ComplaintState
from foundation import clock, database
from tests import factories as make
from tests.workshop import Workshop, make_workshop


@pytest.fixture
async def shop(database: None) -> Workshop:
    wire()
    return await make_workshop()


async def _answered(shop: Workshop, answers: Answers) -> int:
    order = await shop.dispatched(shop.service)
    await RepairLine.filter(repair_order_id=order.id).update(technician_id=shop.technician.id)
    async with database.transaction():
        await asking.schedule(
            repair_order_id=order.id,
            store_id=shop.store.id,
            customer_id=shop.customer.id,
            vehicle_id=shop.vehicle.id,
            advisor_id=shop.advisor.id,
            delivered_at=clock.now(),
        )
    await clock.advance(timedelta(hours=25))
    await asking.send_due()
    await answering.answer(shop.owner, (await Survey.get()).id, answers)
    order_id: int = order.id
    return order_id


async def _told(variant: str) -> set[int | None]:
    return {message.staff_id for message in await Message.filter(template="work_answered", variant=variant)}


async def test_praise_reaches_the_advisor_and_the_technician(shop: Workshop):
    order_id = await _answered(shop, Answers(recommend=10, satisfied=True, explained=True, comment="师傅讲得清楚"))
    assert await _told("answered") == {shop.advisor.id, shop.technician.id}
    [row] = await queries.feedback_of_reader(shop.technician)
    assert (row.repair_order_id, row.score, row.words, row.was_advisor) == (order_id, 10, "师傅讲得清楚", False)
    assert row.jobs, "it says what they did"
    assert await queries.feedback_of_reader(shop.inspector) == []
    assert (await queries.feedback_of_reader(shop.advisor))[0].was_advisor


async def test_they_learn_what_became_of_a_complaint_once_it_is_closed(shop: Workshop):
    care = await make.acting(Role.CRC, shop.store)
    await _answered(shop, Answers(recommend=2, satisfied=False, explained=True))
    complaint = await Complaint.get()
    await complaints.acknowledge(shop.manager, complaint.id)
    await resolving.plan(shop.manager, complaint.id, "重做", expected_version=2)
    await resolving.resolve(shop.manager, complaint.id, "换了机滤，不漏了", expected_version=3)
    assert await _told("settled") == set()
    await resolving.verify(care, complaint.id, is_content=True, words="好了", expected_version=4)
    assert await _told("settled") == {shop.advisor.id, shop.technician.id}
    [row] = await queries.feedback_of_reader(shop.advisor)
    assert (row.complaint, row.outcome) == (ComplaintState.CLOSED, "换了机滤，不漏了")
