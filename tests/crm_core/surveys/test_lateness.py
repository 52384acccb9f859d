"""A promised time of a complaint passes: who is told, once; and the owner hears who looks after it."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role, Store
from crm_core.messaging.conditions import Said
from crm_core.messaging.models import Message
from crm_core.surveys import complaints, lateness, resolving, still_true
from crm_core.surveys.jobs import tell_of_late_complaints
from crm_core.surveys.models import Complaint, ComplaintLateness
from foundation import clock
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


class House:
    """A store with everybody who may hear of a complaint."""

    store: Store
    manager: Actor
    care: Actor
    boss: Actor
    advisor: Actor
    customer: Customer
    complaint: Complaint

    async def begin(self) -> "House":
        await clock.set_to(make.slot(9))
        self.store = await make.make_store(advisors=0)
        self.manager, self.care = await make.acting(Role.SVM, self.store), await make.acting(Role.CRC, self.store)
        self.boss, self.advisor = await make.acting(Role.GM, self.store), await make.acting(Role.SA, self.store)
        self.customer = await make.make_customer(self.store)
        vehicle = await make.make_vehicle(self.customer)
        self.complaint = await complaints.open_complaint(
            self.care,
            about=None,
            source="来电提出",
            store_id=self.store.id,
            customer_id=self.customer.id,
            vehicle_id=vehicle.id,
            repair_order_id=None,
            advisor_id=self.advisor.id,
            body="等了很久",
        )
        return self


async def _told(variant: str) -> set[int | None]:
    return {message.staff_id for message in await Message.filter(template="complaint_late", variant=variant)}


async def test_each_missed_time_is_told_once_to_who_is_responsible_and_up_the_chain():
    house = await House().begin()
    await clock.advance(timedelta(minutes=59))
    assert await lateness.tell_due() == 0
    await clock.advance(timedelta(minutes=1))
    await asyncio.gather(*(tell_of_late_complaints() for _ in range(3)))
    assert await _told("open") == {house.manager.id, house.care.id, house.boss.id}
    assert await Message.filter(template="complaint_late").count() == 3
    await complaints.acknowledge(house.care, house.complaint.id)
    await clock.advance(timedelta(hours=2))
    await tell_of_late_complaints()
    assert await _told("acknowledged") == {house.care.id, house.manager.id}, "who took it up, and who leads them"
    await resolving.plan(house.care, house.complaint.id, "重做", expected_version=2)
    await clock.advance(timedelta(hours=69))
    await tell_of_late_complaints()
    await tell_of_late_complaints()
    assert await _told("planned") == {house.care.id, house.manager.id, house.boss.id}
    assert await ComplaintLateness.all().count() == 3


async def test_a_complaint_that_begins_anew_is_late_anew():
    house = await House().begin()
    await complaints.acknowledge(house.care, house.complaint.id)
    await resolving.plan(house.care, house.complaint.id, "重做", expected_version=2)
    await resolving.resolve(house.care, house.complaint.id, "做了", expected_version=3)
    await clock.advance(timedelta(hours=100))
    await tell_of_late_complaints()
    assert await _told("planned") == set(), "nobody waits for what was done in time"
    await resolving.verify(house.boss, house.complaint.id, is_content=False, words="没好", expected_version=4)
    await clock.advance(timedelta(hours=1))
    await tell_of_late_complaints()
    assert await ComplaintLateness.all().count() == 1
    assert house.boss.id in await _told("open")


async def test_the_owner_hears_who_looks_after_it_as_long_as_somebody_does():
    house = await House().begin()
    await complaints.acknowledge(house.care, house.complaint.id)
    told = await Message.get(template="complaint_taken")
    assert (told.customer_id, told.facts["handler"]) == (house.customer.id, house.care.name)
    said = Said("complaint_taken", "", house.complaint.id, 0, None, {})
    assert await still_true.complaint_is_taken(said)
    late = Said("complaint_late", "acknowledged", house.complaint.id, 0, None, {})
    assert await still_true.complaint_is_late(late)
    await resolving.plan(house.care, house.complaint.id, "重做", expected_version=2)
    assert not await still_true.complaint_is_late(late)
