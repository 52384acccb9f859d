"""Who on file somebody may be is shown before a double is made, and what a VIN says of its car."""

from crm_core.dealerships.models import Role
from tests import factories as make
from tests.fixtures.web import Web

OTHER_VIN = make.VINS[2]


async def test_who_is_on_file_is_shown_before_a_double_is_made_and_strangers_of_other_stores_without_a_name(web: Web):
    store, other = await make.make_store(), await make.make_store()
    wife = await make.make_customer(store, name="陈静", phone="13900001111")
    await make.make_vehicle(wife, plate="粤BM2167")
    await make.make_customer(other, name="陈静", phone="13900001111")
    desk = await web.signed_in(await make.acting(Role.SA, store))
    asked = {"store_id": store.id, "name": "陈先生", "phone": "139 0000 1111", "plate": "粤B·M2167"}
    people = (await desk.post("/reception/look-alikes", json=asked)).json()["people"]
    assert [(one["name"], one["phone"], one["why"]) for one in people] == [
        ("陈静", "139****1111", ["PLATE", "PHONE"]),
        ("", None, ["PHONE"]),
    ]
    assert people[1]["customer_id"] is None
    nobody = asked | {"phone": "13900009999", "plate": ""}
    assert (await desk.post("/reception/look-alikes", json=nobody)).json()["people"] == []
    cashier = await web.signed_in(await make.acting(Role.CSH, store))
    assert (await cashier.post("/reception/look-alikes", json=asked)).status_code == 403


async def test_a_name_written_a_little_differently_is_found(web: Web):
    store = await make.make_store()
    await make.make_customer(store, name="张伟", phone="13900001111")
    await make.make_customer(store, name="欧阳 静", phone="13900002222")
    desk = await web.signed_in(await make.acting(Role.SA, store))
    for typed, found in (("张 伟", "张伟"), ("张伟先生", "张伟"), ("欧阳静女士", "欧阳 静")):
        people = (await desk.post("/reception/look-alikes", json={"store_id": store.id, "name": typed})).json()[
            "people"
        ]
        assert [(one["name"], one["why"]) for one in people] == [(found, ["NAME"])], typed


async def test_a_vin_says_its_fault_its_year_and_the_model_of_its_like(web: Web):
    store = await make.make_store()
    model = await make.make_vehicle_model(series="云帆E5", trim="长续航")
    for vin in ("LYFAA4DE1T1000001", "LYFAA4DEXT1000014", "LYFAA4DE3T1000002"):
        await make.make_vehicle(vin=vin, model_id=model.id, plate="")
    desk = await web.signed_in(await make.acting(Role.SA, store))

    async def read(vin: str):
        body = {"store_id": store.id, "vin": vin}
        return (await desk.post("/reception/look-alikes", json=body)).json()["car"]

    like = await read("lyfaa4de 7t1000021")
    assert (like["model_id"], like["year"], like["problem"], like["is_on_file"]) == (model.id, 2026, "", False)
    assert (await read("LYFAA4DE1T1000001"))["is_on_file"]
    wrong = await read("LYFAA4DE0T1000001")
    assert "校验位" in wrong["problem"]
    assert wrong["may_be_vouched_for"]
    assert (await read("LYFOA4DE1T1000001"))["may_be_vouched_for"] is False
    assert (await read(OTHER_VIN))["model_id"] is None
