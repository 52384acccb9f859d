"""离职遗留: what a leaver has left behind is listed for the managers of the store, and a leaver is offered nowhere."""

import pytest

from campaigns.contact_ways import keeping
from campaigns.contact_ways.keeping import Purpose
from crm_core.customers.models import Source
from crm_core.dealerships import directory
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Role, Staff
from crm_core.messaging.models import Message
from crm_core.messaging.service import say
from foundation import clock
from tests import factories as make
from tests.workshop import make_workshop

RULE = system("test")


@pytest.fixture
async def shop(database):
    return await make_workshop()


async def _leaves(staff_id: int) -> None:
    staff = await Staff.get(id=staff_id)
    assert await directory.leave(RULE, staff.userid, at=clock.now())


async def test_a_store_s_manager_sees_everything_a_leaver_left_behind(desk, shop):
    order = await shop.opened()
    await shop.customer.refresh_from_db()
    shop.customer.advisor_id = shop.advisor.id
    await shop.customer.save()
    marketer = await make.acting(Role.MKT, shop.store)
    way = await keeping.create(marketer, Purpose("前台立牌", shop.advisor.id, Source.SHOW))
    assert await desk.get(shop.manager, "/leavers", store_id=shop.store.id) == []

    await _leaves(shop.advisor.id)
    [leaver] = await desk.get(shop.manager, "/leavers", store_id=shop.store.id)
    assert leaver["staff_id"] == shop.advisor.id
    assert leaver["left_at"] is not None
    assert [(thing["kind"], thing["id"]) for thing in leaver["things"]] == [
        ("customer", shop.customer.id),
        ("repair_order", order.id),
        ("contact_way", way.id),
    ]


async def test_a_customer_given_to_a_colleague_leaves_the_list(desk, shop):
    shop.customer.advisor_id = shop.advisor.id
    await shop.customer.save()
    await _leaves(shop.advisor.id)
    [leaver] = await desk.get(shop.manager, "/leavers", store_id=shop.store.id)
    [thing] = leaver["things"]
    taker = await make.make_staff(Role.SA, shop.store, name="周婷")
    body = {"version": thing["version"], "role": thing["role"], "staff_id": taker.id, "reason": "离职交接"}
    answer = await desk.ask(shop.manager, "POST", f"/customers/{thing['id']}/assignment", json=body)
    assert answer.status_code == 200, answer.text
    assert await desk.get(shop.manager, "/leavers", store_id=shop.store.id) == []


async def test_only_who_leads_the_store_sees_the_list(desk, shop):
    other = await make.make_store(advisors=0)
    stranger = await make.acting(Role.SVM, other)
    for actor in (stranger, shop.technician):
        answer = await desk.ask(actor, "GET", "/leavers", params={"store_id": shop.store.id})
        assert answer.status_code == 403


async def test_a_leaver_is_offered_nowhere(desk, shop):
    colleague = await make.make_staff(Role.SA, shop.store, name="周婷")
    offered = [row["id"] for row in await desk.get(shop.manager, "/customer-staff")]
    assert colleague.id in offered
    await _leaves(colleague.id)
    assert colleague.id not in [row["id"] for row in await desk.get(shop.manager, "/customer-staff")]
    refused = await desk.ask(
        shop.manager,
        "POST",
        f"/customers/{shop.customer.id}/assignment",
        json={"version": 1, "role": "advisor", "staff_id": colleague.id, "reason": ""},
    )
    assert refused.status_code == 404


async def test_what_is_said_to_a_leaver_reaches_who_leads_their_people(desk, shop):
    order = await shop.inspected()
    await _leaves(shop.advisor.id)
    message_id = await say(
        "bot_help", {}, staff_id=shop.advisor.id, about=f"repair_order:{order.id}", dedupe_key="to-a-leaver"
    )
    assert (await Message.get(id=message_id)).staff_id == shop.manager.id
    await _leaves(shop.manager.id)
    assert await say("bot_help", {}, staff_id=shop.advisor.id, about="repair_order:1", dedupe_key="to-nobody") is None
