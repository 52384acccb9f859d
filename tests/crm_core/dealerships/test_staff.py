"""Who gets the messages for a member of staff, and who leads whom."""

import pytest

from crm_core.dealerships.models import Role, Staff, Store
from crm_core.dealerships.staff import leaders_of, people_to_choose_from, receiver_for, staff_with_role
from crm_core.dealerships.stores import StoreNotFound, live_store_ids, store_of
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def _house() -> tuple[Store, dict[Role, Staff]]:
    store = await make.make_store(advisors=0)
    roles = (Role.SC, Role.DCC, Role.MKT, Role.SA, Role.TEC, Role.SM, Role.SVM, Role.GM)
    return store, {role: await make.make_staff(role, store) for role in roles}


@pytest.mark.parametrize(
    ("member", "leader"),
    [
        (Role.SC, Role.SM),
        (Role.DCC, Role.SM),
        (Role.MKT, Role.GM),
        (Role.SA, Role.SVM),
        (Role.TEC, Role.SVM),
        (Role.SM, Role.GM),
        (Role.SVM, Role.GM),
    ],
)
async def test_sales_and_service_are_led_by_their_managers_and_those_by_the_general_manager(member: Role, leader: Role):
    _, people = await _house()
    assert await leaders_of(people[member].id) == [people[leader].id]


async def test_where_a_manager_is_missing_or_left_the_general_manager_leads():
    _, people = await _house()
    await Staff.filter(id=people[Role.SVM].id).update(is_active=False)
    assert await leaders_of(people[Role.SA].id) == [people[Role.GM].id]
    assert await leaders_of(people[Role.GM].id) == []


async def test_what_is_said_to_somebody_who_left_goes_to_who_leads_their_people():
    _, people = await _house()
    advisor, manager = people[Role.SA], people[Role.SVM]
    assert await receiver_for(advisor.id) == advisor.id
    await Staff.filter(id=advisor.id).update(is_active=False)
    assert await receiver_for(advisor.id) == manager.id
    await Staff.filter(id__in=[manager.id, people[Role.GM].id]).update(is_active=False)
    assert await receiver_for(advisor.id) is None


async def test_only_active_people_of_this_store_hold_a_role():
    store, people = await _house()
    other = await make.make_store(advisors=0)
    await make.make_staff(Role.SA, other)
    assert await staff_with_role(Role.SA, store.id) == [people[Role.SA].id]
    await Staff.filter(id=people[Role.SA].id).update(is_active=False)
    assert await staff_with_role(Role.SA, store.id) == []


async def test_the_demo_offers_two_people_of_each_role():
    store = await make.make_store(advisors=0)
    advisors = [await make.make_staff(Role.SA, store) for _ in range(3)]
    assert [person.id for person in await people_to_choose_from()] == [advisor.id for advisor in advisors[:2]]


async def test_a_closed_store_is_kept_and_not_served():
    store, closed = await make.make_store(advisors=0), await make.make_store(advisors=0, is_live=False)
    assert await live_store_ids() == [store.id]
    assert (await store_of(closed.id)).name == closed.name
    with pytest.raises(StoreNotFound):
        await store_of(closed.id + 1)
