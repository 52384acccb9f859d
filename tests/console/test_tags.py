"""标签 through its endpoints: made, carried by a segment, and what differs from WeCom."""

from campaigns.tag_rules import running
from crm_core.customers.models import Customer
from crm_core.customers.tags.models import CustomerTag, Tag
from crm_core.customers.tags.rules import TagState
from crm_core.dealerships.models import Role
from foundation import clock
from tests import factories as make
from tests.campaigns.people import EVERYBODY, make_crowd
from tests.fixtures.web import Web


async def test_a_marketer_makes_a_tag_and_a_segment_puts_it_on(web: Web):
    store = await make.make_store(advisors=0)
    seller = await make.make_staff(Role.SC, store)
    await make_crowd(3, store, [seller])
    marketer = await web.signed_in(await make.acting(Role.MKT, store))
    made = (await marketer.post("/tags", json={"group": "生命周期", "name": "常客"})).json()
    assert (await marketer.post("/tags", json={"group": "生命周期", "name": "常客"})).status_code == 409
    assert (await marketer.put(f"/tags/{made['id']}", json={"name": "老朋友"})).status_code == 204
    segment = (await marketer.post("/segments", json={"name": "全部", "definition": EVERYBODY})).json()
    at = f"/segments/{segment['id']}/tag"
    assert (await marketer.put(at, json={"tag_id": made["id"]})).status_code == 204
    assert (await marketer.post(f"{at}/runs")).status_code == 204
    await running.run(made["id"])
    (row,) = (await marketer.get("/tags")).json()
    assert (row["name"], row["group_name"], row["people"], row["by_rule"], row["is_ours"], row["state"]) == (
        "老朋友", "生命周期", 3, 3, True, "WANTED"
    )  # fmt: skip
    (rule,) = (await marketer.get("/tags/rules")).json()
    assert (rule["segment_name"], rule["people"], rule["put_on"]) == ("全部", 3, 3)
    refused = await marketer.delete(f"/tags/{made['id']}")
    assert refused.json()["error"]["code"] == "tag_in_use"
    assert (await marketer.delete(at)).status_code == 204
    await running.run(made["id"])
    assert (await marketer.delete(f"/tags/{made['id']}")).status_code == 204
    assert [row["state"] for row in (await marketer.get("/tags")).json()] == ["ENDING"]
    assert not await Customer.exclude(tags=[]).exists()


async def test_what_differs_is_listed_with_its_reason_and_mended(web: Web):
    store = await make.make_store(advisors=0)
    seller = await make.make_staff(Role.SC, store, name="王芳")
    crowd = await make_crowd(1, store, [seller])
    now = clock.now()
    tag = await Tag.create(name="车展", wecom_id="et1", state=TagState.KEPT, is_ours=False, since=now)
    await CustomerTag.create(customer_id=crowd.first_id, tag_id=tag.id, by_hand=True, since=now)
    marketer = await web.signed_in(await make.acting(Role.MKT, store))
    assert (await marketer.get("/tags/drift-counts")).json() == [{"kind": "LOST_THERE", "how_many": 1}]
    (drift,) = (await marketer.get("/tags/drifts", params={"kind": "LOST_THERE"})).json()
    assert (drift["tag_name"], drift["staff_name"], drift["customer_id"]) == ("车展", "王芳", crowd.first_id)
    assert (await marketer.post("/tags/mending")).json() == {"pairs": 1}
    (drift,) = (await marketer.get("/tags/drifts")).json()
    assert drift["kind"] == "PUTTING_ON"


async def test_a_salesperson_neither_reads_nor_changes_the_tags_of_the_house(web: Web):
    seller = await web.signed_in(await make.acting(Role.SC, await make.make_store(advisors=0)))
    assert (await seller.get("/tags")).status_code == 403
    assert (await seller.post("/tags/mending")).status_code == 403
