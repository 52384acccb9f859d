"""What a store notes of customers and cars beyond what everybody notes."""

from typing import Any

import pytest

from crm_core.binding_requests.events import VehicleSold
from crm_core.custom_fields import setting_lists
from crm_core.custom_fields.models import CustomField, CustomValue
from crm_core.custom_fields.rules import FieldAbout, FieldKind
from crm_core.customers.merging import merge
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Role, Store
from foundation import database as tables
from foundation.events import record
from tests import factories as make
from tests.fixtures.web import Web


async def make_field(code: str, kind: FieldKind = FieldKind.TEXT, **columns: Any) -> CustomField:
    defaults = {"about": FieldAbout.CUSTOMER, "name": code, "options": "", "hint": ""}
    return await CustomField.create(code=code, kind=kind, **{**defaults, **columns})


@pytest.fixture
async def store(web: Web) -> Store:
    return await make.make_store()


def test_a_field_may_be_about_a_customer_or_a_car_and_of_every_type():
    assert set(setting_lists.ABOUT) == set(FieldAbout)
    assert set(setting_lists.KINDS) == set(FieldKind)


async def test_an_administrator_makes_a_field_and_an_advisor_fills_it(web: Web, store: Store):
    admin = await web.signed_in(await make.acting(Role.ADM))
    field = {
        "about": "CUSTOMER", "name": "用车性质", "code": "use", "kind": "CHOICE", "options": "公务、私用",
        "store_id": None, "is_personal": False, "hint": "",
    }  # fmt: skip
    made = await admin.post("/settings/lists/custom-fields/rows", json={"values": field})
    assert made.status_code == 201, made.text
    refused = await admin.post(
        "/settings/lists/custom-fields/rows", json={"values": {**field, "code": "x", "options": ""}}
    )
    assert "至少两个选项" in refused.text
    customer = await make.make_customer(store)
    advisor = await web.signed_in(await make.acting(Role.SA, store))
    page = f"/customers/{customer.id}/custom-values"
    seen = (await advisor.get(page)).json()
    assert [(each["code"], each["options"], each["text"]) for each in seen["fields"]] == [
        ("use", ["公务", "私用"], None)
    ]
    wrong = await advisor.put(page, json={"values": {"use": "出租"}, "version": seen["version"]})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "custom_value")
    filled = (await advisor.put(page, json={"values": {"use": "公务"}, "version": seen["version"]})).json()
    assert filled["fields"][0]["text"] == "公务"
    assert (await advisor.put(page, json={"values": {"use": "私用"}, "version": seen["version"]})).status_code == 409
    emptied = await advisor.put(page, json={"values": {"use": None}, "version": filled["version"]})
    assert emptied.json()["fields"][0]["text"] is None
    assert not await CustomValue.exists()


async def test_an_ended_field_keeps_its_values_and_takes_no_new_ones(web: Web, store: Store):
    field = await make_field("parking")
    customer, advisor = await make.make_customer(store), await make.acting(Role.SA, store)
    desk = await web.signed_in(advisor)
    page = f"/customers/{customer.id}/custom-values"
    seen = (await desk.get(page)).json()
    await desk.put(page, json={"values": {"parking": "B2-117"}, "version": seen["version"]})
    await CustomField.filter(id=field.id).update(is_active=False)
    seen = (await desk.get(page)).json()
    assert (seen["fields"][0]["text"], seen["fields"][0]["is_live"]) == ("B2-117", False)
    refused = await desk.put(page, json={"values": {"parking": "B1"}, "version": seen["version"]})
    assert refused.json()["error"]["code"] == "custom_field_unknown"
    with pytest.raises(Exception, match="custom_value_field_id_fkey"):
        await tables.execute("DELETE FROM custom_field WHERE id = $1", field.id)


async def test_a_store_sees_its_own_fields_and_the_groups(web: Web, store: Store):
    await make_field("own", store_id=store.id)
    await make_field("groups")
    await make_field("others", store_id=(await make.make_store()).id)
    customer = await make.make_customer(store)
    desk = await web.signed_in(await make.acting(Role.SA, store))
    seen = (await desk.get(f"/customers/{customer.id}/custom-values")).json()
    assert [each["code"] for each in seen["fields"]] == ["own", "groups"]
    elsewhere = await web.signed_in(await make.acting(Role.SA, await make.make_store()))
    refused = await elsewhere.put(
        f"/customers/{customer.id}/custom-values", json={"values": {"groups": "x"}, "version": seen["version"]}
    )
    assert refused.status_code == 403


async def test_what_is_personal_is_hidden_from_those_who_see_no_names(web: Web, store: Store):
    await make_field("parking", about=FieldAbout.VEHICLE, is_personal=True)
    car = await make.make_vehicle(home_store_id=store.id)
    desk = await web.signed_in(await make.acting(Role.SA, store))
    page = f"/vehicles/{car.id}/custom-values"
    version = (await desk.get(page)).json()["version"]
    assert (await desk.put(page, json={"values": {"parking": "B2-117"}, "version": version})).status_code == 200
    workshop = await web.signed_in(await make.acting(Role.TEC, store))
    (hidden,) = (await workshop.get(page)).json()["fields"]
    assert (hidden["is_hidden"], hidden["text"]) == (True, None)


async def test_a_merge_moves_values_and_keeps_those_that_are_there(web: Web, store: Store):
    parking, use = await make_field("parking"), await make_field("use")
    kept, merged = await make.make_customer(store), await make.make_customer(store, phone="13900001111")
    for field, customer, text in ((parking, kept, "A1"), (parking, merged, "B2"), (use, merged, "公务")):
        await CustomValue.create(
            field_id=field.id, customer_id=customer.id, text_value=text, set_at=make.slot(10), set_by="staff:1"
        )
    await merge(system("test"), kept.id, merged.id, reason="same person")
    values = {row.field_id: row.text_value for row in await CustomValue.filter(customer_id=kept.id)}
    assert values == {parking.id: "A1", use.id: "公务"}


async def test_a_car_that_changes_hands_loses_what_was_personal(web: Web, store: Store):
    parking = await make_field("parking", about=FieldAbout.VEHICLE, is_personal=True)
    film = await make_field("film", about=FieldAbout.VEHICLE)
    owner = await make.make_customer(store)
    car = await make.make_vehicle(owner)
    for field in (parking, film):
        await CustomValue.create(
            field_id=field.id, vehicle_id=car.id, text_value="x", set_at=make.slot(10), set_by="staff:1"
        )
    async with tables.transaction():
        await record(VehicleSold(actor="staff:1", customer_id=owner.id, store_id=store.id, vehicle_id=car.id))
    assert [row.field_id for row in await CustomValue.all()] == [film.id]
