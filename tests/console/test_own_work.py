"""The pages that cards to staff link to: a complaint, a mass-send task, the contacts that are due."""

from datetime import timedelta

import pytest

from crm_core.dealerships.models import Role
from crm_core.surveys import complaints
from crm_core.surveys.models import Complaint
from foundation import clock
from tests import factories as make
from tests.checkout import make_template
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
    assert (seen["may"], seen["due_at"]) == (["acknowledge"], _after(complaint, hours=1))
    assert seen["phone"] == "138****5678"
    answer = await desk.ask(shop.manager, "POST", f"/complaints/{complaint.id}/acknowledgement")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["acknowledged_by"]) == ("ACKNOWLEDGED", shop.manager.name)
    assert (answer.json()["may"], answer.json()["due_at"]) == (["plan"], _after(complaint, hours=3))


def _after(complaint: Complaint, *, hours: int) -> str:
    return (complaint.opened_at + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


async def test_a_complaint_runs_to_its_end_on_its_page(desk, shop, complaint):
    care = await make.acting(Role.CRC, shop.store, name="何静")
    at = f"/complaints/{complaint.id}"
    for actor, step, body in (
        (shop.manager, "acknowledgement", {}),
        (shop.manager, "plan", {"note": "免费重洗，送一次打蜡"}),
        (shop.manager, "resolution", {"note": "今天做完了"}),
        (care, "verification", {"is_content": False, "note": "打蜡没做好"}),
        (care, "acknowledgement", {}),
        (care, "plan", {"note": "换人重做"}),
        (shop.manager, "resolution", {"note": "重做了"}),
        (care, "verification", {"is_content": True, "note": "满意了"}),
    ):
        seen = await desk.get(care, at)
        answer = await desk.ask(actor, "POST", f"{at}/{step}", json=body | {"version": seen["version"]} if body else {})
        assert answer.status_code == 200, (step, answer.text)
    seen = await desk.get(care, at)
    assert (seen["state"], seen["may"], seen["due_at"]) == ("CLOSED", [], None)
    assert [(step["action"], step["by"]) for step in seen["steps"]] == [
        ("acknowledge", shop.manager.name),
        ("plan", shop.manager.name),
        ("resolve", shop.manager.name),
        ("reopen", "何静"),
        ("acknowledge", "何静"),
        ("plan", "何静"),
        ("resolve", shop.manager.name),
        ("close", "何静"),
    ]
    assert seen["steps"][3]["note"] == "打蜡没做好"


async def test_each_step_of_a_complaint_has_its_own_people(desk, shop, complaint):
    await desk.ask(shop.manager, "POST", f"/complaints/{complaint.id}/acknowledgement")
    at, note = f"/complaints/{complaint.id}", {"note": "重做", "version": 2}
    boss = await make.acting(Role.GM, shop.store)
    assert (await desk.ask(shop.manager, "POST", f"{at}/resolution", json=note)).status_code == 409, "no plan yet"
    for stranger in (shop.advisor, boss, await make.acting(Role.SVM, await make.make_store())):
        assert (await desk.ask(stranger, "POST", f"{at}/plan", json=note)).status_code == 403
    assert (await desk.ask(shop.manager, "POST", f"{at}/plan", json=note)).status_code == 200
    stale = await desk.ask(shop.manager, "POST", f"{at}/resolution", json=note)
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale_version")
    assert (await desk.ask(shop.manager, "POST", f"{at}/resolution", json=note | {"version": 3})).status_code == 200
    verdict = {"is_content": True, "note": "满意", "version": 4}
    assert (await desk.ask(shop.manager, "POST", f"{at}/verification", json=verdict)).status_code == 403
    assert (await desk.get(boss, at))["may"] == ["verify"], "a store without customer care"
    assert (await desk.ask(boss, "POST", f"{at}/verification", json=verdict)).status_code == 200


async def test_a_complaint_is_not_read_in_another_store_nor_by_whom_it_is_about(desk, shop, complaint):
    elsewhere = await make.acting(Role.SVM, await make.make_store())
    for reader in (elsewhere, shop.advisor):
        assert (await desk.ask(reader, "GET", f"/complaints/{complaint.id}")).status_code == 403
    assert (await desk.ask(shop.manager, "GET", "/complaints/999999")).status_code == 404


async def test_a_complaint_is_written_down_listed_and_counted(desk, shop):
    order = await shop.opened()
    said = {"brought": "PHONE", "body": "没人回电话"}
    made = await desk.ask(shop.advisor, "POST", f"/repair-orders/{order.id}/complaints", json=said)
    assert made.status_code == 201, made.text
    blank = await desk.ask(shop.advisor, "POST", f"/repair-orders/{order.id}/complaints", json=said | {"body": " "})
    assert blank.status_code in (400, 422), blank.text
    of_car = {"store_id": shop.store.id, "customer_id": shop.customer.id, "vehicle_id": shop.vehicle.id}
    other = await desk.ask(shop.advisor, "POST", "/complaints", json=said | of_car)
    assert other.status_code == 201, other.text
    await Complaint.filter(id=other.json()["id"]).delete()
    listed = await desk.get(shop.manager, "/complaints", store_id=shop.store.id)
    assert [(row["id"], row["source"]) for row in listed["items"]] == [(made.json()["id"], "来电提出")]
    assert (await desk.get(shop.manager, "/complaints", store_id=shop.store.id, shown="CLOSED"))["items"] == []
    today = clock.today().isoformat()
    figures = await desk.get(shop.manager, "/complaint-figures", store_id=shop.store.id, since=today, until=today)
    assert (figures["opened"], figures["answer_due"]) == (1, 0)
    assert [row["words"] for row in await desk.get(shop.advisor, "/my-feedback")] == ["没人回电话"]
    template = await make_template(name="免费洗车", store_ids=[shop.store.id])
    gift = {"template_id": template.id, "version": 1}
    given = await desk.ask(shop.manager, "POST", f"/complaints/{made.json()['id']}/coupon", json=gift)
    assert given.status_code == 200, given.text
    assert [step["note"] for step in given.json()["steps"]] == ["送券「免费洗车」"]


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
