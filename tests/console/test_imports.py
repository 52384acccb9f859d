"""Bringing data over the console's API: a file goes up, its columns come back, and what it made is told row by row."""

import io
from pathlib import Path
from typing import Any

import httpx
import openpyxl

from crm_core.dealerships.models import Role
from foundation import jobs
from tests import factories as make
from tests.crm_core.imports.books import OWNERS, book
from tests.fixtures.web import Web

BAD = [*OWNERS, ["A3", "张{三}", "19900000003", "LYFAA4DEXT1000014", "", "", ""]]


async def _worked(client: httpx.AsyncClient, import_job_id: int) -> Any:
    await jobs.drain()
    return (await client.get(f"/imports/{import_job_id}")).json()


async def test_a_file_is_brought_tried_taken_and_taken_back(web: Web, tmp_path: Path):
    await make.make_vehicle_model(series="云帆S5", trim="1.5T 豪华")
    store = await make.make_store()
    manager = await web.signed_in(await make.acting(Role.GM, store))
    content = book(tmp_path, {"客户": BAD}).read_bytes()
    made = await manager.post("/imports", params={"store_id": store.id, "file_name": "客户.xlsx"}, content=content)
    assert made.status_code == 201, made.text
    job = made.json()["job"]
    assert job["state"] == "READING"
    view = await _worked(manager, job["id"])
    job = view["job"]
    [sheet] = job["sheets"]
    assert (sheet["entity"], sheet["rows"]["data"], view["all_rows"]) == ("customers_cars", 3, 3)
    assert [column["field"] for column in sheet["columns"]][:4] == ["external_id", "name", "phone", "vin"]
    tried = await manager.post(f"/imports/{job['id']}/trial", json={"version": job["version"]})
    assert tried.status_code == 200, tried.text
    view = await _worked(manager, job["id"])
    counts = view["job"]["tried_counts"]["0"]
    assert (counts["new"], counts["refused"], counts["codes"]) == (2, 1, {"NAME_CHARS": 1})
    run = await manager.post(f"/imports/{job['id']}/run", json={"version": view["job"]["version"]})
    assert run.status_code == 200, run.text
    view = await _worked(manager, job["id"])
    assert (view["job"]["state"], view["done_rows"]) == ("DONE", 3)
    assert view["undo_until"] is not None
    [remark] = (await manager.get(f"/imports/{job['id']}/remarks", params={"sheet": 0})).json()
    assert (remark["row"], remark["result"], remark["codes"]) == (4, "REFUSED", ["NAME_CHARS"])
    problems = await manager.get(f"/imports/{job['id']}/problems")
    assert "filename*=UTF-8''" in problems.headers["content-disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(problems.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:5] == ["行号", "结果", "原因", "建议", "客户编号"]
    assert rows[1][:3] == ["4", "未导入", "第2列「姓名」：张{三} 姓名里有不能用的符号"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    undone = await manager.post(f"/imports/{job['id']}/undo", json={"version": view["job"]["version"]})
    assert undone.status_code == 200, undone.text
    assert (await _worked(manager, job["id"]))["job"]["state"] == "UNDONE"


async def test_columns_are_said_anew_and_remembered(web: Web, tmp_path: Path):
    store = await make.make_store()
    manager = await web.signed_in(await make.acting(Role.GM, store))
    rows = [["姓名", "手机号", "暗号"], ["赵样甲", "19900000001", "C9"]]
    content = book(tmp_path, {"客户": rows}).read_bytes()
    brought = {"store_id": store.id, "file_name": "客户.xlsx"}
    first = (await manager.post("/imports", params=brought, content=content)).json()["job"]["id"]
    job = (await _worked(manager, first))["job"]
    columns = [{"index": 0, "field": "name"}, {"index": 1, "field": "phone"}, {"index": 2, "field": "external_id"}]
    plan = {"sheets": [{"index": 0, "is_chosen": True, "columns": columns}], "version": job["version"]}
    planned = await manager.put(f"/imports/{first}/plan", json=plan)
    assert planned.status_code == 200, planned.text
    stale = await manager.put(f"/imports/{first}/plan", json=plan)
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale_version")
    wrong = {**plan, "version": job["version"] + 1}
    wrong["sheets"] = [{"index": 0, "is_chosen": True, "columns": [{"index": 0, "field": "vin"}]}]
    refused = await manager.put(f"/imports/{first}/plan", json=wrong)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "import_columns_not_accepted")
    second = (await manager.post("/imports", params=brought, content=content)).json()["job"]["id"]
    [sheet] = (await _worked(manager, second))["job"]["sheets"]
    assert [column["field"] for column in sheet["columns"]] == ["name", "phone", "external_id"]


async def test_what_a_sheet_is_and_what_its_words_mean_is_one_of_ours(web: Web, tmp_path: Path):
    model = await make.make_vehicle_model(series="云帆S5", trim="1.5T 豪华")
    store = await make.make_store()
    manager = await web.signed_in(await make.acting(Role.GM, store))
    rows = [["车架号", "车型", "姓名"], ["LYFAA4DE0T1000011", "小云", "赵样甲"]]
    content = book(tmp_path, {"车": rows}).read_bytes()
    brought = {"store_id": store.id, "file_name": "车.xlsx"}
    first = (await manager.post("/imports", params=brought, content=content)).json()["job"]["id"]
    job = (await _worked(manager, first))["job"]
    words = (await manager.get("/imports/words")).json()
    assert {field["name"] for field in words["fields"]["cars"] if field["is_required"]} == {"vin"}
    plan: dict[str, Any] = {
        "sheets": [{"index": 0, "is_chosen": True, "entity": "cars", "columns": [{"index": 0, "field": "vin"}]}],
        "version": job["version"],
    }
    wrong = {**plan, "value_maps": {"model": {"小云": "0"}}}
    refused = await manager.put(f"/imports/{first}/plan", json=wrong)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "import_columns_not_accepted")
    right = {**plan, "value_maps": {"model": {"小云": str(model.id)}}}
    planned = await manager.put(f"/imports/{first}/plan", json=right)
    assert planned.status_code == 200, planned.text
    second = (await manager.post("/imports", params=brought, content=content)).json()["job"]["id"]
    [sheet] = (await _worked(manager, second))["job"]["sheets"]
    assert sheet["entity"] == "cars"


async def test_a_file_that_is_none_is_refused_in_words(web: Web):
    store = await make.make_store()
    manager = await web.signed_in(await make.acting(Role.GM, store))
    brought = {"store_id": store.id, "file_name": "客户.xlsx"}
    made = (await manager.post("/imports", params=brought, content=b"\x00\x01\x02")).json()["job"]["id"]
    view = await _worked(manager, made)
    assert view["job"]["state"] == "REFUSED"
    assert "只收 .xlsx" in str(view["refusal_words"])


async def test_only_who_runs_the_store_imports_for_it(web: Web, tmp_path: Path):
    store, other = await make.make_store(), await make.make_store()
    manager = await web.signed_in(await make.acting(Role.GM, store))
    advisor = await web.signed_in(await make.acting(Role.SA, store))
    stranger = await web.signed_in(await make.acting(Role.GM, other))
    content = book(tmp_path, {"客户": OWNERS}).read_bytes()
    brought = {"store_id": store.id, "file_name": "客户.xlsx"}
    for client in (advisor, stranger):
        assert (await client.post("/imports", params=brought, content=content)).status_code == 403
    made = (await manager.post("/imports", params=brought, content=content)).json()["job"]["id"]
    for path in (f"/imports/{made}", f"/imports/{made}/problems", f"/imports/{made}/remarks?sheet=0"):
        assert (await stranger.get(path)).status_code == 403
    assert (await stranger.get("/imports")).json() == []
    assert [each["id"] for each in (await manager.get("/imports")).json()] == [made]
    assert (await advisor.get("/imports")).status_code == 403
