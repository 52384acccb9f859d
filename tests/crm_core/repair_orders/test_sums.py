"""Family follows the progress of a car without its prices; the owner and whom they authorised read them."""

import re

from crm_core.billing import making
from crm_core.repair_orders import sums
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.repair_orders.event_log import events_for_owner
from crm_core.vehicles.models import BindingRole
from foundation.refs import Ref
from tests import factories as make
from tests.crm_core.authorised_persons.family import make_family
from tests.fixtures.web import Web

SUM = re.compile(r"\d\.\d{2} ?元")


async def test_a_driver_reads_the_progress_and_no_sum_anywhere(web: Web):
    family = await make_family(web)
    shop = family.shop
    order = await shop.in_work()
    sheet = await shop.asked(order, Urgency.YELLOW)
    hired = await make.make_customer(name="陈师傅", phone="13900000002")
    await make.bind(shop.vehicle, hired, BindingRole.USER)
    driver = make.acting_owner(hired)
    his, theirs = family.his, await web.signed_in(driver)
    assert SUM.search((await his.get(f"/repair-orders/{order.id}")).text)
    page = await theirs.get(f"/repair-orders/{order.id}")
    assert (page.status_code, page.json()["sees_sums"], page.json()["waiting_for_owner"]) == (200, False, None)
    assert "*** 元" in page.text
    sentences = [node["sentence"] for node in page.json()["nodes"]]
    assert "车主已授权 *** 元" in sentences, "what the owner did is not said to be theirs"
    assert not any("您" in sentence for sentence in sentences)
    assert not SUM.search(page.text)
    for path in (f"/repair-orders/{order.id}/estimate", f"/repair-orders/{order.id}/additional-work",
                 f"/additional-work/{sheet.id}"):  # fmt: skip
        refused = (await theirs.get(path)).json()["error"]
        assert (refused["code"], refused["message"]) == ("owner_must_decide", "需要车主 张* 或授权人决定。"), path
    told = await events_for_owner(order.id, 0, sees_sums=await sums.sees_sums(driver, order.id))
    assert not any(SUM.search(event.sentence) for event in told)
    home = (await theirs.get("/home")).json()
    assert home["focus"]["kind"] == "in_repair", "they are not asked what is not theirs to answer"


async def test_whoever_is_authorised_reads_what_they_decide_and_no_longer_once_it_ends(web: Web):
    family = await make_family(web)
    person_id = await family.accepted(2_000_00)
    sheet, _ = await family.asked(Urgency.YELLOW)
    assert (await family.hers.get(f"/additional-work/{sheet.id}")).status_code == 200
    order = await family.order()
    assert (await family.hers.get(f"/repair-orders/{order.id}")).json()["waiting_for_owner"] == "extra"
    await family.his.delete(f"/family/persons/{person_id}")
    await make.bind(family.shop.vehicle, family.wife, BindingRole.USER)
    assert (await family.hers.get(f"/additional-work/{sheet.id}")).json()["error"]["code"] == "owner_must_decide"


async def test_a_bill_of_another_family_member_leaves_the_home_page_standing(web: Web):
    family = await make_family(web)
    order = await family.shop.ready()
    bill = await making.make(family.shop.advisor, Ref("repair_order", order.id))
    await making.send(family.shop.advisor, bill.id)
    await make.bind(family.shop.vehicle, family.wife, BindingRole.USER)
    assert (await family.his.get("/home")).json()["focus"]["kind"] == "pay"
    hers = await family.hers.get("/home")
    assert (hers.status_code, hers.json()["focus"]["kind"]) == (200, "in_repair")
    refused = await family.hers.get(f"/bills/{bill.id}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_the_payer")
