"""Asking and phoning lead to the advisor of this order and to the number of this store."""

from crm_core.customers.models import Friendship
from crm_core.dealerships.models import Role, Staff, Store
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import make_workshop


async def test_an_owner_reaches_the_advisor_of_the_order_and_not_a_colleague(web: Web):
    shop = await make_workshop()
    order = await shop.opened()
    await Store.filter(id=shop.store.id).update(phone="0755-86000001")
    colleague = await make.make_staff(Role.SA, shop.store, name="周洁")
    shop.customer.advisor_id = colleague.id
    await shop.customer.save()
    owner = await web.signed_in(shop.owner)
    address = f"/contact?repair_order_id={order.id}"
    found = (await owner.get(address)).json()
    assert (found["advisor"], found["phone"]) == ("李敏", "0755-86000001")
    assert found["chat_userid"] is None, "no chat with somebody who is not a friend"
    await Friendship.create(
        customer_id=shop.customer.id, staff_id=shop.advisor.id, external_userid="wm1", since=clock.now()
    )
    advisor = await Staff.get(id=shop.advisor.id)
    assert (await owner.get(address)).json()["chat_userid"] == advisor.userid
    assert (await owner.get("/contact")).json()["advisor"] == "周洁", "without an order it is the owner's own"


async def test_a_stores_number_is_that_stores_and_a_strangers_order_is_not_told(web: Web):
    shop = await make_workshop()
    order = await shop.opened()
    other = await make.make_store(phone="0755-86000002")
    owner = await web.signed_in(shop.owner)
    found = (await owner.get(f"/contact?store_id={other.id}")).json()
    assert (found["advisor"], found["phone"]) == (None, "0755-86000002")
    stranger = await web.signed_in(make.acting_owner(await make.make_customer()))
    assert (await stranger.get(f"/contact?repair_order_id={order.id}")).status_code == 404
