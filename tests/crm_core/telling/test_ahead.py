"""Owner and advisor read the same beforehand: which notice comes by WeChat and which by a call."""

from crm_core.customers.models import Customer, Identity, IdentityKind
from crm_core.dealerships.actors import owner
from crm_core.messaging.allowances import grant_allowances
from crm_core.telling import ahead, queries
from crm_core.telling.ahead_rules import Way
from foundation import clock
from tests.fixtures.web import Web
from tests.workshop import make_workshop


async def test_an_accept_turns_a_call_into_a_notice_for_owner_and_advisor(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    ways = {each.notice: each.way for each in await ahead.of_order(order.id)}
    assert ways == {"S-PROGRESS": Way.PHONE, "S-EXTRA": Way.PHONE, "S-BILL": Way.PHONE}
    await Identity.create(customer_id=shop.customer.id, kind=IdentityKind.OPENID, value="o-1", created_at=clock.now())
    await grant_allowances("o-1", {"S-EXTRA": True})
    by_owner = await ahead.of_owner(owner(shop.customer.id, openid="o-1"), order.id)
    assert [(each.notice, each.way, each.accepts_left) for each in by_owner] == [
        ("S-PROGRESS", Way.PHONE, 0),
        ("S-EXTRA", Way.WECHAT, 1),
        ("S-BILL", Way.PHONE, 0),
    ]
    assert (await queries.told_about(shop.advisor, "repair_order", order.id)).ahead == by_owner
    desk = await web.signed_in(shop.advisor)
    told = (await desk.get(f"/told?kind=repair_order&id={order.id}")).json()
    assert [each["way"] for each in told["ahead"]] == ["PHONE", "WECHAT", "PHONE"]


async def test_without_a_number_nobody_promises_a_call(database: None):
    shop = await make_workshop()
    order = await shop.in_work()
    await Customer.filter(id=shop.customer.id).update(phone=None)
    assert {each.way for each in await ahead.of_order(order.id)} == {Way.UNREACHED}


async def test_after_the_work_only_the_bill_lies_ahead(database: None):
    shop = await make_workshop()
    order = await shop.ready()
    assert [each.notice for each in await ahead.of_order(order.id)] == ["S-BILL"]
