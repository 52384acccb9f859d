"""An owner who declines all work may say why and pays nothing, and the advisor gives the car back."""

from crm_core.messaging.models import Message
from crm_core.repair_orders.declining import DeclineCause, reason
from crm_core.repair_orders.rules import HeaderState
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import make_workshop


def test_a_reason_is_what_was_ticked_and_what_was_said_and_may_be_nothing():
    assert reason(DeclineCause.PRICE, " 下月再来 ") == "价格不合适，下月再来"
    assert reason(None) == ""
    assert len(reason(DeclineCause.OTHER, "说" * 200)) == 80


async def test_a_declined_estimate_ends_the_order_and_tells_the_advisor_why(web: Web):
    shop = await make_workshop()
    order = await shop.estimated()
    owner = await web.signed_in(shop.owner)
    page = (await owner.get(f"/repair-orders/{order.id}/estimate")).json()
    assert "不收费用" in page["decline_terms"]
    assert {"cause": "PRICE", "words": "价格不合适"} in page["decline_causes"]
    door = f"/repair-orders/{order.id}/estimate/decline"
    stranger = await web.signed_in(make.acting_owner(await make.make_customer(phone="13900000001")))
    assert (await stranger.post(door, json={"version": 1})).status_code == 404
    assert (await owner.post(door, json={"version": 7})).json()["error"]["code"] == "estimate_changed"
    declined = await owner.post(door, json={"version": 1, "cause": "PRICE", "words": "下月再来"})
    assert (declined.json()["state"], declined.json()["decline_reason"]) == ("DECLINED", "价格不合适，下月再来")
    assert (await shop.now(order)).state is HeaderState.LEFT
    [card] = await Message.filter(template="estimate_declined")
    assert (card.staff_id, card.facts["decline_reason"]) == (shop.advisor.id, "价格不合适，下月再来")
    again = await owner.post(door, json={"version": 1})
    assert again.status_code == 409, "what is over is not declined a second time"
    assert len(await Message.filter(template="estimate_declined")) == 1


async def test_what_the_advisor_records_is_not_told_to_them(web: Web):
    shop = await make_workshop()
    order = await shop.estimated()
    advisor = await web.signed_in(shop.advisor)
    said = {"estimate_version": 1, "how": "phone"}
    assert (await advisor.post(f"/repair-orders/{order.id}/estimate/decline", json=said)).status_code == 200
    assert not await Message.filter(template="estimate_declined").exists()
