"""Rows that a program sends: under its own numbers, row by row, and never over what people here have changed."""

from datetime import date
from typing import Any

import httpx

from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role
from crm_core.imports.models import ImportJob
from crm_core.imports.rules import ImportState
from crm_core.imports.taking.run import WRITE_LOCK
from crm_core.past_orders.models import PastLine, PastOrder
from crm_core.vehicles.models import Ownership, ServiceVisit, StockCar, Vehicle
from foundation import clock, database
from tests import factories as make
from tests.partner_api.conftest import Program
from tests.racing import while_open

VIN, OTHER_VIN, THIRD_VIN = make.VINS[:3]
WANG = {"external_id": "C0001", "name": "王芳", "phone": "13900001111"}


async def bring(client: httpx.AsyncClient, what: str, *rows: dict[str, Any], **headers: str) -> dict[str, Any]:
    answer = await client.post(f"/{what}", json={"rows": list(rows)}, headers=headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def codes(row: dict[str, Any]) -> list[str]:
    return [said["code"] for said in row["said"]]


async def test_the_same_again_changes_nothing(program: Program):
    dms = await program.calling(await make.make_store())
    first = (await bring(dms, "customers", WANG))["results"][0]
    assert (first["result"], first["external_id"]) == ("NEW", "C0001")
    again = (await bring(dms, "customers", WANG))["results"][0]
    assert (again["result"], again["id"]) == ("SAME", first["id"])
    assert await Customer.all().count() == 1


async def test_a_program_changes_what_it_told_and_not_what_people_changed(program: Program):
    dms = await program.calling(await make.make_store())
    await bring(dms, "customers", WANG)
    changed = (await bring(dms, "customers", {**WANG, "name": "王小芳", "phone": "13900002222"}))["results"][0]
    assert changed["result"] == "CHANGED"
    kept = await Customer.get(id=changed["id"])
    assert (kept.name, kept.phone) == ("王小芳", "13900002222")
    kept.name = "王晓芳"
    await kept.save()
    proposed = (await bring(dms, "customers", {**WANG, "name": "王大芳", "phone": "13900002222"}))["results"][0]
    assert (proposed["result"], proposed["proposals"]) == ("SAME", {"name": "王大芳"})
    assert (await Customer.get(id=changed["id"])).name == "王晓芳"


async def test_a_program_that_waited_for_its_turn_is_not_let_in_between_two_chunks_of_an_import(program: Program):
    store = await make.make_store()
    dms = await program.calling(store)
    by = await make.acting(Role.GM, store)

    async def an_import_begins() -> None:
        await database.advisory_lock(WRITE_LOCK)
        await ImportJob.create(
            store_id=store.id,
            by_id=by.id,
            file_name="book.xlsx",
            sha256="0" * 64,
            size_bytes=1,
            state=ImportState.RUNNING,
            uploaded_at=clock.now(),
            started_at=clock.now(),
            file_until=clock.now(),
        )

    _, answer = await while_open(an_import_begins, lambda: dms.post("/customers", json={"rows": [WANG]}))
    assert answer.status_code == 503, answer.text
    assert answer.json()["error"]["code"] == "import_is_writing"
    assert not await Customer.exists()


async def test_a_wrong_row_is_refused_and_the_others_are_taken(program: Program):
    dms = await program.calling(await make.make_store())
    told = await bring(dms, "customers", WANG, {"external_id": "C0002", "name": "=cmd|'/c calc'!A1"})
    assert (told["new"], told["refused"]) == (1, 1)
    refused = told["results"][1]
    assert (refused["id"], codes(refused)) == (None, ["NAME_CHARS"])
    assert refused["said"][0]["words"] == "姓名里有不能用的符号"


async def test_a_number_that_stands_twice_refuses_the_call(program: Program):
    dms = await program.calling(await make.make_store())
    answer = await dms.post("/customers", json={"rows": [WANG, WANG]})
    assert (answer.status_code, answer.json()["error"]["details"]) == (422, {"external_id": "C0001"})
    assert not await Customer.exists()


async def test_one_idempotency_key_is_one_call(program: Program):
    dms = await program.calling(await make.make_store())
    first = await bring(dms, "customers", WANG, **{"idempotency-key": "batch-0001"})
    assert await bring(dms, "customers", WANG, **{"idempotency-key": "batch-0001"}) == first
    other = await dms.post(
        "/customers", json={"rows": [{**WANG, "name": "王强"}]}, headers={"idempotency-key": "batch-0001"}
    )
    assert other.json()["error"]["code"] == "idempotency_key_reused"


async def test_a_car_comes_with_its_owner_and_changes_hands(program: Program):
    dms = await program.calling(await make.make_store())
    li = {"external_id": "C0002", "name": "李强", "phone": "13900003333"}
    await bring(dms, "customers", WANG, li)
    car = {"external_id": "V1", "vin": VIN, "plate": "粤BD1245", "owner_external_id": "C0001", "since_on": "2024-05-01"}
    first = (await bring(dms, "cars", car))["results"][0]
    assert (first["result"], "NAME_MISSING" in codes(first)) == ("NEW", False)
    assert (await bring(dms, "cars", car))["same"] == 1
    sold = {**car, "plate": "粤BD9999", "owner_external_id": "C0002", "since_on": "2026-02-01"}
    assert "OWNER_CHANGED" in codes((await bring(dms, "cars", sold))["results"][0])
    assert (await Vehicle.get(id=first["id"])).plate == "粤BD9999"
    ties = await Ownership.filter(vehicle_id=first["id"]).order_by("since_on")
    assert [tie.until_on for tie in ties] == [date(2026, 2, 1), None]


async def test_an_owner_nobody_brought_and_a_number_of_another_car_are_refused(program: Program):
    dms = await program.calling(await make.make_store())
    await bring(dms, "cars", {"external_id": "V1", "vin": VIN})
    told = await bring(
        dms,
        "cars",
        {"external_id": "V1", "vin": OTHER_VIN},
        {"external_id": "V2", "vin": THIRD_VIN, "owner_external_id": "C9999"},
    )
    assert [codes(row) for row in told["results"]] == [["NUMBER_CONFLICT"], ["CUSTOMER_UNKNOWN"]]


async def test_a_closed_order_is_history_with_its_lines(program: Program):
    store = await make.make_store()
    dms = await program.calling(store)
    customer = await make.make_customer(store)
    car = await make.make_vehicle(customer, vin=VIN, home_store_id=store.id)
    order = {
        "external_id": "RO-1",
        "vin": VIN,
        "opened_on": "2026-03-02",
        "km": 8_000,
        "kind": "保养",
        "labour_fen": 24_000,
        "parts_fen": 42_850,
        "paid_fen": 66_850,
        "lines": [
            {"kind": "工时", "name": "小保养", "amount_fen": 24_000},
            {"kind": "配件", "name": "机油", "part_no": "YF-OIL-01", "quantity": "4.5", "amount_fen": 42_850},
        ],
    }
    first = (await bring(dms, "orders", order))["results"][0]
    assert first["result"] == "NEW"
    kept = await PastOrder.get(id=first["id"])
    assert (kept.customer_id, kept.paid_fen, kept.parts_fen) == (customer.id, 66_850, 42_850)
    lines = await PastLine.filter(past_order_id=kept.id).order_by("id")
    assert [line.amount_fen for line in lines] == [24_000, 42_850]
    assert (await Vehicle.get(id=car.id)).last_service_on == date(2026, 3, 2)
    assert (await Customer.get(id=customer.id)).visit_count == 1
    assert (await bring(dms, "orders", order))["same"] == 1
    assert codes((await bring(dms, "orders", {**order, "paid_fen": 1}))["results"][0]) == ["ORDER_CONFLICT"]


async def test_an_order_with_a_wrong_line_is_refused_whole(program: Program):
    store = await make.make_store()
    dms = await program.calling(store)
    await make.make_vehicle(vin=VIN, home_store_id=store.id)
    order = {"external_id": "RO-1", "vin": VIN, "opened_on": "2026-03-02", "km": 8_000}
    wrong = {**order, "lines": [{"kind": "工时", "name": "无", "amount_fen": 1}]}
    told = await bring(dms, "orders", wrong, {**order, "external_id": "RO-2"})
    assert [row["result"] for row in told["results"]] == ["REFUSED", "NEW"]
    assert [order.key for order in await PastOrder.all()] == ["RO-2"]
    assert await ServiceVisit.all().count() == 1


async def test_a_stock_car_arrives_moves_and_leaves(program: Program):
    here, there = await make.make_store(), await make.make_store()
    dms = await program.calling(here, there)
    car = {"external_id": "S1", "vin": VIN, "colour": "星云灰", "arrived_on": "2026-10-01", "store": here.code}
    assert (await bring(dms, "stock-cars", car))["new"] == 1
    assert (await bring(dms, "stock-cars", car))["same"] == 1
    assert (await bring(dms, "stock-cars", {**car, "store": there.code, "arrived_on": "2026-10-20"}))["changed"] == 1
    listed = (await dms.get("/stock-cars")).json()["items"]
    assert [(each["vin"], each["store_id"]) for each in listed] == [(VIN, there.id)]
    assert (await bring(dms, "stock-cars", {**car, "store": there.code, "left_on": "2026-11-01"}))["changed"] == 1
    assert (await dms.get("/stock-cars")).json()["items"] == []
    assert await StockCar.filter(left_on=None).count() == 0


async def test_a_car_with_an_owner_is_in_nobodys_stock(program: Program):
    store = await make.make_store()
    await make.make_vehicle(await make.make_customer(store), vin=VIN, home_store_id=store.id)
    dms = await program.calling(store)
    assert codes((await bring(dms, "stock-cars", {"external_id": "S1", "vin": VIN}))["results"][0]) == ["CAR_OWNED"]


async def test_rows_of_a_key_for_several_stores_say_which(program: Program):
    here, there = await make.make_store(), await make.make_store()
    dms = await program.calling(here, there)
    told = await bring(
        dms, "customers", WANG, {**WANG, "external_id": "C2", "phone": "13900004444", "store": there.code}
    )
    assert [codes(row)[:1] for row in told["results"]] == [["STORE_UNKNOWN"], []]


async def test_what_another_store_keeps_is_refused(program: Program):
    here, there = await make.make_store(), await make.make_store()
    theirs = await make.make_customer(there, name="王芳", phone="13900001111")
    car = await make.make_vehicle(theirs, vin=VIN, home_store_id=there.id, plate="粤B00001")
    dms = await program.calling(here)
    assert codes((await bring(dms, "customers", WANG))["results"][0]) == ["STORE_OUT_OF_REACH"]
    told = await bring(dms, "cars", {"external_id": "V1", "vin": VIN, "plate": "粤B99999"})
    assert (codes(told["results"][0]), told["results"][0]["id"]) == (["STORE_OUT_OF_REACH"], None)
    told = await bring(dms, "customers", {**WANG, "phone": "13911112222", "store": there.code})
    assert codes(told["results"][0]) == ["STORE_OUT_OF_REACH"]
    assert (await Vehicle.get(id=car.id)).plate == "粤B00001"
    assert await Customer.all().count() == 1
