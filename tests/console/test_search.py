"""The search box finds a repair order, a plate, the end of a VIN, a phone and a person, and nobody else's."""

import pytest

from crm_core.dealerships.models import Role
from crm_core.repair_orders.models import RepairOrder
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import make_workshop


@pytest.mark.parametrize("how", ["number", "spaced", "end", "plate", "vin"])
async def test_a_repair_order_is_found_by_its_number_and_its_car(web: Web, how: str):
    shop = await make_workshop()
    opened = await shop.opened()
    order = await RepairOrder.get(id=opened.id)
    text = {
        "number": order.number,
        "spaced": order.number.lower().replace("-", " "),
        "end": order.number[-4:],
        "plate": shop.vehicle.plate[:2] + "·" + shop.vehicle.plate[2:],
        "vin": shop.vehicle.vin[-6:],
    }[how]
    found = (await (await web.signed_in(shop.advisor)).get("/search", params={"q": text})).json()
    assert [row["number"] for row in found["repair_orders"]] == [order.number]
    by_technician = (await (await web.signed_in(shop.technician)).get("/search", params={"q": text})).json()
    assert [row["id"] for row in by_technician["repair_orders"]] == [order.id]
    assert by_technician["customers"] is None, "a technician looks for cars, not for people"
    elsewhere = await web.signed_in(await make.acting(Role.SA, await make.make_store(advisors=0)))
    assert (await elsewhere.get("/search", params={"q": text})).json()["repair_orders"] == []
    marketer = await web.signed_in(await make.acting(Role.MKT, shop.store))
    assert (await marketer.get("/search", params={"q": text})).json()["repair_orders"] == []


async def test_people_stand_beside_the_orders_with_their_phones_masked(web: Web):
    store = await make.make_store()
    await make.make_customer(store, name="陈静", phone="+85251234567")
    desk = await web.signed_in(await make.acting(Role.SA, store))
    found = (await desk.get("/search", params={"q": "00852 5123-4567"})).json()
    assert [(row["name"], row["phone"]) for row in found["customers"]] == [("陈静", "+852****4567")]
    nothing = await desk.get("/search", params={"q": "\u200b"})
    assert (nothing.status_code, nothing.json()["error"]["message"]) == (422, "填写的内容有误：还没有填写。")


@pytest.mark.parametrize(
    ("filed", "nickname", "typed"),
    [
        ("O'Brien", None, "O’Brien"),
        ("O'Brien", None, "obrien"),
        ("José", None, "JOSÉ"),
        ("阿卜杜拉·买买提", None, "阿卜杜拉ㆍ买买提"),
        ("云帆(深圳)汽车有限公司", None, "云帆【深圳】汽车"),
        ("陈静", "静静【南山】", "静静南山"),
        ("陈静", "ＪＪ—静", "jj静"),
        ("陈静", "小•静「福田」", "小静福田"),
    ],
)
async def test_a_name_is_found_however_its_words_are_parted_when_filed_and_when_sought(
    web: Web, filed: str, nickname: str | None, typed: str
):
    store = await make.make_store()
    await make.make_customer(store, name=filed, nickname=nickname)
    desk = await web.signed_in(await make.acting(Role.SA, store))
    found = (await desk.get("/search", params={"q": typed})).json()
    assert [row["name"] for row in found["customers"]] == [filed]
