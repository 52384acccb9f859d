"""Whose a car is, as the desk keeps it: a sale, several owners, users with dates."""

from datetime import timedelta

from crm_core.vehicles.models import Binding, BindingState, Ownership
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import make_workshop


async def test_a_sold_car_takes_its_history_along_and_leaves_its_people_behind(web: Web):
    shop = await make_workshop()
    driver = await make.make_customer(shop.store, name="司机老周", phone="13900003333")
    buyer = await make.make_customer(shop.store, name="买家王芳", phone="13900004444")
    desk = await web.signed_in(shop.advisor)
    page = f"/vehicles/{shop.vehicle.id}"
    since = (clock.today() - timedelta(days=10)).isoformat()
    user = {"customer_id": driver.id, "role": "USER", "since_on": since}
    assert (await desk.post(f"{page}/people", json=user)).status_code == 200
    assert (await desk.post(f"{page}/people", json=user)).json()["error"]["code"] == "already_theirs"

    sale = {"sold_on": clock.today().isoformat(), "to": buyer.id, "reason": "看了新行驶证"}
    sold = (await desk.post(f"{page}/sale", json=sale)).json()
    assert [(one["name"], one["role"]) for one in sold["people"] if one["until_on"] is None] == [("买家王芳", "OWNER")]
    past = [one for one in sold["people"] if one["until_on"] is not None]
    assert len(past) == 2
    assert {(one["name"], one["phone"], one["customer_id"]) for one in past} == {("", None, None)}
    assert (await Binding.get(customer_id=shop.customer.id)).state is BindingState.UNBOUND
    assert (await Ownership.get(customer_id=buyer.id)).filed_phone == "13900004444"
    future = sale | {"sold_on": (clock.today() + timedelta(days=1)).isoformat()}
    assert (await desk.post(f"{page}/sale", json=future)).json()["error"]["code"] == "sale_not_yet"


async def test_several_own_a_car_and_each_goes_by_themselves(web: Web):
    shop = await make_workshop()
    wife = await make.make_customer(shop.store, name="李女士", phone="13900005555")
    desk = await web.signed_in(shop.advisor)
    page = f"/vehicles/{shop.vehicle.id}"
    owner = {"customer_id": wife.id, "role": "OWNER", "since_on": clock.today().isoformat()}
    people = (await desk.post(f"{page}/people", json=owner)).json()["people"]
    assert [one["role"] for one in people] == ["OWNER", "OWNER"]
    tie = next(one["id"] for one in people if one["name"] == "李女士")
    end = {"until_on": clock.today().isoformat(), "reason": "本人来说的"}
    left = (await desk.post(f"{page}/people/{tie}/end", json=end)).json()["people"]
    assert [one["until_on"] for one in left if one["id"] == tie] == [clock.today().isoformat()]
    assert (await desk.post(f"{page}/people/{tie}/end", json=end)).json()["error"]["code"] == "tie_not_found"
    assert await Ownership.filter(customer_id=shop.customer.id, until_on=None).exists()
