"""Only an owner of the car names somebody, and the desk sees who may decide."""

from datetime import timedelta

import pytest

from crm_core.authorised_persons import queries
from crm_core.authorised_persons.models import AuthorisedPerson
from crm_core.dealerships.models import Role
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.crm_core.authorised_persons.family import WIFE, Family
from tests.fixtures.web import Web


async def test_only_an_owner_of_the_car_names_somebody_and_each_only_once(family: Family, web: Web):
    await family.accepted(5_000_00)
    body = {"vehicle_ids": [family.shop.vehicle.id], "name": "弟弟", "phone": "13900003333", "limit_fen": 0}
    assert (await family.hers.post("/family/persons", json=body)).status_code == 404, "she passes nothing on"
    again = await family.his.post("/family/persons", json=body | {"phone": WIFE})
    assert again.json()["error"]["code"] == "already_named"
    himself = await family.his.post("/family/persons", json=body | {"phone": family.shop.customer.phone})
    assert himself.json()["error"]["code"] == "not_yourself"
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    late = await family.his.post("/family/persons", json=body | {"until_on": yesterday})
    assert late.json()["error"]["code"] == "last_day_is_past"
    assert (await family.his.post("/family/persons", json=body | {"phone": "12"})).status_code == 422
    stranger = await web.signed_in(make.acting_owner(await make.make_customer(phone="13900004444")))
    (person,) = await AuthorisedPerson.all()
    terms = {"limit_fen": 1, "version": person.version}
    assert (await stranger.put(f"/family/persons/{person.id}", json=terms)).status_code == 404
    assert (await stranger.delete(f"/family/persons/{person.id}")).status_code == 404
    assert (await family.hers.put(f"/family/persons/{person.id}", json=terms)).status_code == 404


async def test_the_desk_of_its_store_sees_who_may_decide(family: Family, web: Web):
    await family.accepted(2_000_00)
    order = await family.shop.opened()
    advisor = await web.signed_in(family.shop.advisor)
    (row,) = (await advisor.get(f"/repair-orders/{order.id}/deciders")).json()
    assert (row["name"], row["phone"], row["limit_fen"], row["owner"]) == ("王芳", "139****1111", 2_000_00, "张伟")
    other = await make.acting(Role.SA, await make.make_store())
    with pytest.raises(NotAllowed):
        await queries.deciders(other, vehicle_id=family.shop.vehicle.id, store_id=family.shop.store.id)
