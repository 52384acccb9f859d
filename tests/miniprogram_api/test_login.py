"""The phone button: WeChat confirms the number, and we hold no lock or transaction while we ask it."""

import asyncio

import pytest

from crm_core.customers import identities, merging
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import owner, system
from crm_core.dealerships.models import DealerGroup
from crm_core.vehicles.models import Ownership
from foundation import clock, database
from tests import factories as make
from tests.fixtures.platforms import Town
from tests.fixtures.web import Web

SLOW_SECONDS = 1.0
LONG_SECONDS = 0.5
"""No transaction of ours takes as long by itself."""
_LONG = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
AND backend_type = 'client backend' AND pid <> pg_backend_pid()
AND clock_timestamp() - xact_start > make_interval(secs => $1)
"""


async def test_no_transaction_waits_while_wechat_is_asked_for_the_number(town: Town, web: Web):
    customer_id = await identities.identify(system("test"), openid="oM-zhang")
    client = await web.signed_in(owner(customer_id, openid="oM-zhang"))
    code = (await town.hand("POST", "people/zhang/phone-code"))["code"]
    town.fail("wxa/business/getuserphonenumber", slow_seconds=SLOW_SECONDS)
    keyed = {"idempotency-key": "phone-button-1"}
    sharing = asyncio.create_task(client.put("me/phone", json={"code": code}, headers=keyed))
    open_long = 0
    while not sharing.done():
        open_long += await database.fetch_value(_LONG, LONG_SECONDS)
        await asyncio.sleep(0.02)
    answer = await sharing
    assert (answer.status_code, answer.json()) == (200, {"phone": "13800000001", "notes": []})
    assert open_long == 0
    assert (await Customer.get(id=customer_id)).phone == "13800000001"


@pytest.mark.parametrize(("theirs", "kept"), [("+852-51234567", "+85251234567"), ("+49-15112345678", "+4915112345678")])
async def test_a_number_from_elsewhere_is_kept_with_its_country_and_opens_no_mainland_persons_car(
    town: Town, web: Web, theirs: str, kept: str
):
    filed = await make.make_customer(name="郝梓芳", phone="15112345678")
    vehicle = await make.make_vehicle(filed, is_bound=False)
    await Ownership.all().update(filed_phone="15112345678")
    await town.hand("POST", "people", {"person_id": "abroad", "nickname": "Hans", "phone": theirs, "openid": "oM-h"})
    customer_id = await identities.identify(system("test"), openid="oM-h")
    client = await web.signed_in(owner(customer_id, openid="oM-h"))
    code = (await town.hand("POST", "people/abroad/phone-code"))["code"]
    answer = await client.put("me/phone", json={"code": code})
    assert (answer.status_code, answer.json()) == (200, {"phone": kept, "notes": []})
    assert (await client.get("me")).json()["is_phone_verified"]
    refused = await client.post("vehicles", json={"vin_last6": vehicle.vin[-6:]})
    assert refused.json()["error"]["code"] == "vehicle_not_on_file"


async def test_signing_in_tells_what_is_still_missing(town: Town, web: Web):
    async def sign_in() -> dict[str, object]:
        js_code = (await town.hand("POST", "people/zhang/login"))["code"]
        async with web.stranger() as stranger:
            answer = await stranger.post("/api/owner/sessions", json={"js_code": js_code})
        assert answer.status_code == 201, answer.text
        told: dict[str, object] = answer.json()
        return told

    await DealerGroup.create(
        id=1, name="远航汽车集团", short_name="远航", sms_signature="远航汽车", corp_id="ww1", begun_at=clock.now()
    )
    first = await sign_in()
    assert (first["has_phone"], first["has_vehicle"], first["group"]) == (False, False, "远航")
    code = (await town.hand("POST", "people/zhang/phone-code"))["code"]
    async with web.stranger() as phone:
        phone.headers["authorization"] = f"Bearer {first['token']}"
        assert (await phone.put("/api/owner/me/phone", json={"code": code})).status_code == 200
    assert (await sign_in())["has_phone"] is True
    await make.make_vehicle(await Customer.get(id=first["customer_id"]))
    second = await sign_in()
    assert (second["has_phone"], second["has_vehicle"]) == (True, True)


async def test_a_changed_number_leaves_cars_and_history_and_says_what_became_of_the_old_one(town: Town, web: Web):
    customer = await make.make_customer(phone="13900000077", phone_verified_at=make.slot(9))
    await identities.link_phone(system("test"), customer.id, "13900000077")
    vehicle = await make.make_vehicle(customer)
    filed = await make.make_customer(name="郝梓芳", phone="13800000001")
    client = await web.signed_in(owner(customer.id, openid="oM-changed"))
    code = (await town.hand("POST", "people/zhang/phone-code"))["code"]
    answer = (await client.put("me/phone", json={"code": code})).json()
    assert answer["phone"] == "13800000001"
    elsewhere, former = answer["notes"]
    assert "两份没有自动合并" in elsewhere
    assert "郝" not in elsewhere
    assert "139****0077" in former
    page = (await client.get("account")).json()
    assert (page["notes"], [car["id"] for car in page["vehicles"]]) == (answer["notes"], [vehicle.id])
    await merging.merge(system("test"), customer.id, filed.id, reason="same person")
    merged, _ = (await client.get("account")).json()["notes"]
    assert "已在" in merged
    assert "合并" in merged


async def test_whoever_was_merged_meanwhile_goes_on_as_the_record_that_was_kept(web: Web):
    kept, merged = await make.make_customer(name="张伟"), await make.make_customer(name="张先生", phone="13900000078")
    vehicle = await make.make_vehicle(merged)
    client = await web.signed_in(owner(merged.id, openid="oM-merged"))
    assert (await client.get("account")).json()["customer_id"] == merged.id
    await merging.merge(system("test"), kept.id, merged.id, reason="same person")
    page = (await client.get("account")).json()
    assert (page["customer_id"], [car["id"] for car in page["vehicles"]]) == (kept.id, [vehicle.id])
    assert any("合并" in note for note in page["notes"])


async def test_invented_phone_codes_cost_wechats_quota_only_so_often(town: Town, web: Web):
    customer_id = await identities.identify(system("test"), openid="oM-zhang")
    client = await web.signed_in(owner(customer_id, openid="oM-zhang"))
    tried = [await client.put("me/phone", json={"code": f"invented-{number}"}) for number in range(11)]
    codes = [answer.json()["error"]["code"] for answer in tried]
    assert set(codes[:10]) == {"phone_code_refused"}
    assert (tried[10].status_code, codes[10]) == (429, "too_many_phone_codes")
