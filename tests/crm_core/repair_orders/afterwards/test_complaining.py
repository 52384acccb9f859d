"""A complaint that a person brings: one for each matter until it is closed; what makes up for it is noted in it."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.coupons.errors import SoldOut
from crm_core.coupons.models import Coupon
from crm_core.dealerships.models import Role
from crm_core.dealerships.permissions import SameHands
from crm_core.messaging.models import Message
from crm_core.repair_orders.afterwards import amends, complaining, queries
from crm_core.repair_orders.afterwards.complaining import Said
from crm_core.repair_orders.afterwards.errors import ComplaintUnclear
from crm_core.repair_orders.errors import NotTheirCar
from crm_core.surveys import complaints, resolving
from crm_core.surveys import queries as survey_queries
from crm_core.surveys.errors import ComplaintIsClosed
from crm_core.surveys.models import Complaint, ComplaintStep
from crm_core.surveys.rules import Brought, ComplaintState
from foundation.errors import NotAllowed, NotFound
from tests import factories as make
from tests.checkout import make_template
from tests.workshop import Workshop, make_workshop


@pytest.fixture
async def shop(database: None) -> Workshop:
    return await make_workshop()


def _said(body: str = "等了一个小时没人管", brought: Brought = Brought.DESK) -> Said:
    return Said(brought, body)


async def test_the_advisor_may_write_down_a_complaint_of_their_own_work_but_not_deal_with_it(shop: Workshop):
    order = await shop.opened()
    complaint = await complaining.about_order(shop.advisor, order.id, _said())
    assert (complaint.about, complaint.source, complaint.advisor_id) == (
        f"complaint:{complaint.id}",
        "到店提出",
        shop.advisor.id,
    )
    assert [message.staff_id for message in await Message.filter(template="complaint_opened")] == [shop.manager.id]
    with pytest.raises(NotAllowed):
        await complaints.acknowledge(shop.advisor, complaint.id)
    await Complaint.filter(id=complaint.id).update(advisor_id=shop.manager.id)
    with pytest.raises(SameHands):
        await complaints.acknowledge(shop.manager, complaint.id)


async def test_what_is_said_again_of_the_same_visit_joins_the_complaint_until_it_is_closed(shop: Workshop):
    order = await shop.opened()
    care = await make.acting(Role.CRC, shop.store)
    first = await complaining.about_order(shop.owner, order.id, _said(brought=Brought.OWNER))
    await complaints.acknowledge(shop.manager, first.id)
    assert (await complaining.about_order(care, order.id, _said("电话也没人接"))).id == first.id
    seen = await survey_queries.steps(first.id)
    assert [(step.action, step.note) for step in seen] == [("acknowledge", ""), ("add", "电话也没人接")]
    await resolving.plan(shop.manager, first.id, "免工时", expected_version=3)
    await resolving.resolve(shop.manager, first.id, "做了", expected_version=4)
    again = await complaining.about_order(shop.owner, order.id, _said("还是响"))
    assert (again.id, again.state) == (first.id, ComplaintState.OPEN), "what was thought resolved is opened again"
    await Complaint.filter(id=first.id).update(state=ComplaintState.CLOSED)
    assert (await complaining.about_order(shop.owner, order.id, _said("又响"))).id != first.id
    own = await queries.complaints_of_customer(shop.owner, shop.customer.id)
    assert [row.state for row in own] == [ComplaintState.OPEN, ComplaintState.CLOSED]
    assert own[0].due_at == own[0].opened_at + timedelta(hours=1)


async def test_two_who_bring_the_same_matter_at_once_make_one_complaint(shop: Workshop):
    order = await shop.opened()
    made = await asyncio.gather(
        *(complaining.about_order(shop.owner, order.id, _said(f"第 {number} 遍")) for number in range(4))
    )
    assert len({complaint.id for complaint in made}) == 1
    assert await ComplaintStep.filter(action="add").count() == 3


async def test_a_complaint_of_no_visit_names_a_car_of_the_customer(shop: Workshop):
    about = {"store_id": shop.store.id, "customer_id": shop.customer.id, "vehicle_id": shop.vehicle.id}
    made = await complaining.about_car(shop.advisor, **about, said=_said())
    assert (made.repair_order_id, made.advisor_id) == (None, None)
    assert (await complaining.about_car(shop.advisor, **about, said=_said("再说一遍"))).id == made.id
    other = await make.make_customer(shop.store, phone="13900001111")
    with pytest.raises(NotTheirCar):
        await complaining.about_car(shop.advisor, **about | {"customer_id": other.id}, said=_said())
    with pytest.raises(ComplaintUnclear):
        await complaining.about_car(shop.advisor, **about, said=_said("  "))


async def test_nobody_complains_of_another_owners_visit(shop: Workshop):
    order = await shop.opened()
    stranger = make.acting_owner(await make.make_customer(shop.store, phone="13900001111"))
    with pytest.raises(NotFound):
        await complaining.about_order(stranger, order.id, _said())
    elsewhere = await make.acting(Role.SA, await make.make_store())
    with pytest.raises(NotAllowed):
        await complaining.about_order(elsewhere, order.id, _said())


async def test_a_coupon_that_makes_up_for_it_is_given_once_and_noted(shop: Workshop):
    order = await shop.opened()
    complaint = await complaining.about_order(shop.owner, order.id, _said())
    template = await make_template(name="免费洗车", quota=1, store_ids=[shop.store.id])
    given = await amends.give_coupon(shop.manager, complaint.id, template.id, expected_version=1)
    assert (given.version, await Coupon.filter(customer_id=shop.customer.id).count()) == (2, 1)
    with pytest.raises(SoldOut):
        await amends.give_coupon(shop.manager, complaint.id, template.id, expected_version=2)
    assert [step.note for step in await survey_queries.steps(complaint.id)] == ["送券「免费洗车」"]
    await Complaint.filter(id=complaint.id).update(state=ComplaintState.CLOSED)
    with pytest.raises(ComplaintIsClosed):
        await amends.give_coupon(shop.manager, complaint.id, template.id, expected_version=2)
