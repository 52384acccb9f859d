"""Owners are given a work number, never a private one."""

from crm_core.dealerships.models import Role, Store
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import make_workshop


async def test_the_owner_is_given_the_advisors_number_at_work_and_else_the_stores(web: Web):
    shop = await make_workshop()
    await Store.filter(id=shop.store.id).update(phone="0755-86000001")
    shop.customer.advisor_id, shop.customer.home_store_id = shop.advisor.id, shop.store.id
    await shop.customer.save()
    owner, advisor = await web.signed_in(shop.owner), await web.signed_in(shop.advisor)
    found = (await owner.get("/home")).json()["contact"]
    assert (found["advisor"], found["advisor_phone"], found["phone"]) == ("李敏", None, "0755-86000001")
    number = "/me/service-phone"
    assert (await advisor.put(number, json={"number": "0755-86000001-802"})).status_code == 200
    found = (await owner.get("/home")).json()["contact"]
    assert (found["advisor_phone"], found["phone"]) == ("0755-86000001-802", "0755-86000001-802")
    refused = await advisor.put(number, json={"number": "打前台"})
    assert refused.json()["error"]["code"] == "service_phone_not_accepted"
    mechanic = await web.signed_in(await make.acting(Role.TEC, shop.store))
    assert (await mechanic.put(number, json={"number": "13800138000"})).status_code == 403
    assert (await advisor.put(number, json={"number": ""})).status_code == 200
    assert (await owner.get("/home")).json()["contact"]["phone"] == "0755-86000001"
