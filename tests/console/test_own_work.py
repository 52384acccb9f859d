"""What is behind the links of cards to staff: a complaint, a mass-send task, the contacts that are due."""

from datetime import timedelta

import pytest

from crm_core.dealerships.models import Role
from crm_core.surveys import complaints
from foundation import clock
from tests import factories as make
from tests.workshop import make_workshop


@pytest.fixture
async def shop(database):
    return await make_workshop()


@pytest.fixture
async def complaint(shop):
    return await complaints.open_complaint(
        shop.owner,
        about="survey:1",
        source="小程序评价",
        store_id=shop.store.id,
        customer_id=shop.customer.id,
        vehicle_id=shop.vehicle.id,
        repair_order_id=None,
        advisor_id=shop.advisor.id,
        body="等了很久",
    )


async def test_the_page_of_a_complaint_says_what_who_and_until_when_and_takes_it_up(desk, shop, complaint):
    seen = await desk.get(shop.manager, f"/complaints/{complaint.id}")
    assert (seen["body"], seen["state"], seen["advisor"]) == ("等了很久", "OPEN", shop.advisor.name)
    assert seen["may_acknowledge"]
    assert seen["phone"] == "138****5678"
    answer = await desk.ask(shop.manager, "POST", f"/complaints/{complaint.id}/acknowledgement")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["acknowledged_by"]) == ("ACKNOWLEDGED", shop.manager.name)
    assert not answer.json()["may_acknowledge"]


async def test_a_complaint_is_not_read_in_another_store_nor_by_whom_it_is_about(desk, shop, complaint):
    elsewhere = await make.acting(Role.SVM, await make.make_store())
    for reader in (elsewhere, shop.advisor):
        assert (await desk.ask(reader, "GET", f"/complaints/{complaint.id}")).status_code == 403
    assert (await desk.ask(shop.manager, "GET", "/complaints/999999")).status_code == 404


async def test_a_contact_that_is_due_is_listed_put_off_and_dropped(desk, shop):
    body = {"contact": "call", "body": "再问价", "next_at": (clock.now() + timedelta(days=1)).isoformat()}
    made = await desk.ask(shop.advisor, "POST", f"/customers/{shop.customer.id}/follow-ups", json=body)
    assert made.status_code == 201, made.text
    [due] = await desk.get(shop.advisor, "/follow-ups")
    assert (due["id"], due["customer_id"], due["body"]) == (made.json()["id"], shop.customer.id, "再问价")
    later = (clock.now() + timedelta(days=4)).isoformat()
    answer = await desk.ask(shop.advisor, "POST", f"/follow-ups/{due['id']}/postponement", json={"next_at": later})
    assert answer.status_code == 204, answer.text
    answer = await desk.ask(shop.advisor, "POST", f"/follow-ups/{due['id']}/drop", json={"reason": "车卖了"})
    assert answer.status_code == 204, answer.text
    assert await desk.get(shop.advisor, "/follow-ups") == []


async def test_the_stock_query_takes_words(desk, shop):
    assert await desk.get(shop.manager, "/stock", store_id=shop.store.id, q="没有这种料") == []
