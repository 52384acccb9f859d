"""What stands beside the progress over HTTP: loan car, ways to be told, the one question and the advisor's code."""

from datetime import timedelta

from crm_core.loan_cars import planning
from crm_core.loan_cars.models import LoanCar
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import make_workshop


async def test_the_owner_reads_it_in_one_answer_and_says_no_once(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    owner = await web.signed_in(shop.owner)
    beside = (await owner.get(f"/repair-orders/{order.id}/beside")).json()
    assert beside["lent"] == []
    assert [way["notice"] for way in beside["ways"]] == ["S-PROGRESS", "S-EXTRA", "S-BILL"]
    assert (beside["ask"]["kind"], beside["ask"]["is_agreed"]) == ("FRIEND", False)
    said = {"kind": "FRIEND", "answer": "NO"}
    answered = await owner.post(f"/repair-orders/{order.id}/reach-answers", json=said)
    assert (answered.status_code, answered.json()["kind"]) == (201, None)
    again = await owner.post(f"/repair-orders/{order.id}/reach-answers", json=said)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "reach_not_to_be_asked")
    stranger = await web.signed_in(make.acting_owner(await make.make_customer(shop.store)))
    assert (await stranger.get(f"/repair-orders/{order.id}/beside")).status_code == 404
    assert (await stranger.put(f"/repair-orders/{order.id}/advisor-code")).status_code == 404


async def test_the_borrower_reads_until_when_and_where_and_nobody_else_does(web: Web):
    await clock.set_to(make.slot(9, 30))
    shop = await make_workshop()
    order = await shop.opened()
    car = await LoanCar.create(store_id=shop.store.id, plate="粤B0D001", model="云帆X3 白色", mileage_km=11_900)
    ends = clock.now() + timedelta(days=1)
    lent = await planning.plan_for_order(shop.advisor, order.id, car.id, clock.now(), ends)
    owner = await web.signed_in(shop.owner)
    shown = (await owner.get(f"/lendings/{lent.id}")).json()
    assert (shown["state"], shown["is_late"], shown["repair_order_id"]) == ("PLANNED", False, order.id)
    assert (shown["store_name"], shown["address"]) == (shop.store.name, shop.store.address)
    (beside,) = (await owner.get(f"/repair-orders/{order.id}/beside")).json()["lent"]
    assert beside == shown
    await planning.cancel(shop.advisor, lent.id, "不用了", expected_version=1)
    assert (await owner.get(f"/lendings/{lent.id}")).json()["state"] == "CANCELLED"
    assert (await owner.get(f"/repair-orders/{order.id}/beside")).json()["lent"] == []
    stranger = await web.signed_in(make.acting_owner(await make.make_customer(shop.store)))
    assert (await stranger.get(f"/lendings/{lent.id}")).status_code == 404
