"""A person who may export a list gets it as they see it on its page; others are told, and the file lasts a day."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.customers.models import Customer, Source
from crm_core.dealerships import exporting
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import AuditEntry, Role, Store
from crm_core.exports import asking, files, queries
from crm_core.exports.jobs import end_old
from crm_core.exports.models import ListExport
from crm_core.exports.rules import ExportFormat, ExportState
from crm_core.exports.seeing import seen_by
from foundation import clock, jobs, owed
from foundation.database import execute, fetch_value
from tests import factories as make
from tests.fixtures.web import Web

COLUMNS = ["name", "phone", "home_store", "cars", "visit_count"]


async def _store_with(customers: int) -> Store:
    store = await make.make_store()
    await Customer.bulk_create(
        Customer(
            name="=HYPERLINK(1)" if number == 0 else f"王{number}",
            phone=f"139{number:08d}",
            home_store_id=store.id,
            first_source=Source.WALK_IN,
            created_at=clock.now(),
        )
        for number in range(customers)
    )
    return store


async def _asked(desk: httpx.AsyncClient, form: str = "csv", **more: Any) -> dict[str, Any]:
    body = {"list_name": "customers", "columns": COLUMNS, "format": form, "reason": "给总部对数", **more}
    answer = await desk.post("/exports", json=body)
    assert answer.status_code == 201, answer.text
    await jobs.drain()
    return next(row for row in (await desk.get("/exports")).json() if row["id"] == answer.json()["id"])


async def test_a_short_list_is_ready_at_once_masked_marked_and_without_formulas(web: Web):
    store = await _store_with(3)
    manager = await make.acting(Role.GM, store, name="郭总")
    desk = await web.signed_in(manager)
    export = await _asked(desk)
    assert (export["state"], export["row_count"]) == ("READY", 3)
    file = await desk.get(f"/exports/{export['id']}/file")
    assert file.status_code == 200
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0] == ["姓名", "手机号", "门店", "车辆", "到店次数", "导出标记"]
    assert rows[3][0] == "'=HYPERLINK(1)"
    assert rows[3][1] == "139****0000"
    assert all(row[-1].startswith(f"E{export['id']} 郭总 ") for row in rows[1:])
    acts = [line.action for line in await AuditEntry.filter(action__startswith="exports.").order_by("id")]
    assert acts == ["exports.ask", "exports.make", "exports.download"]
    assert "13900000000" not in str(await AuditEntry.all().values())


async def test_what_a_store_notes_of_its_customers_is_a_column_of_the_file_for_who_may_read_it(web: Web):
    store, elsewhere = await _store_with(2), await make.make_store()
    numbers = [
        await fetch_value(
            "INSERT INTO custom_field (about, name, code, kind, options, store_id, is_personal, hint, is_active) "
            "VALUES ('CUSTOMER', $1, $2, 'TEXT', '', $3, $4, '', true) RETURNING id",
            *field,
        )
        for field in (
            ("爱喝什么", "drink", store.id, False),
            ("接车地点", "place", None, True),
            ("会员号", "number", elsewhere.id, False),
        )
    ]
    customer_id = await fetch_value("SELECT max(id) FROM customer")
    for number, text in zip(numbers, ("绿茶", "公司楼下", "9"), strict=True):
        await execute(
            "INSERT INTO custom_value (field_id, customer_id, text_value, set_at, set_by) VALUES ($1, $2, $3, $4, 'x')",
            number,
            customer_id,
            text,
            clock.now(),
        )
    for role, drink, place in ((Role.GM, "绿茶", "公司楼下"), (Role.FIN, "绿茶", "***")):
        desk = await web.signed_in(await make.acting(role, store))
        (offered,) = [one for one in (await desk.get("/exportable-lists")).json() if one["name"] == "customers"]
        more = {one["key"]: one["word"] for one in offered["columns"] if one["key"].startswith("custom.")}
        assert list(more.values()) == ["爱喝什么", "接车地点"], "those of another store are not offered"
        refused = {"list_name": "customers", "format": "csv", "reason": "给总部对数", "columns": ["custom.number"]}
        assert (await desk.post("/exports", json=refused)).status_code == 422
        export = await _asked(desk, columns=["visit_count", *more])
        file = (await desk.get(f"/exports/{export['id']}/file")).content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(file)))
        assert rows[0] == ["到店次数", "爱喝什么", "接车地点", "导出标记"]
        assert rows[1][:-1] == ["0", drink, place]
        assert rows[2][:-1] == ["0", "", ""]


async def test_a_workbook_holds_texts_only_and_says_who_took_it(web: Web):
    store = await _store_with(2)
    desk = await web.signed_in(await make.acting(Role.GM, store, name="郭总"))
    export = await _asked(desk, "xlsx")
    content = (await desk.get(f"/exports/{export['id']}/file")).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert "郭总" in str(rows[0][0])
    assert rows[3][0] == "=HYPERLINK(1)", "a text, which the program shows as it is"


async def test_beyond_a_hundred_rows_another_person_agrees_to_exactly_this_file(web: Web):
    store = await _store_with(101)
    manager, officer = await make.acting(Role.GM, store), await make.acting(Role.DPO)
    desk = await web.signed_in(manager)
    export = await _asked(desk)
    assert (export["state"], export["row_count"]) == ("WAITING", 101)
    path = f"/exports/{export['id']}/file"
    refused = await desk.get(path)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "export_not_ready")
    waiting = await Approval.get(about=f"list_export:{export['id']}")
    assert waiting.content_hash == (await ListExport.get(id=export["id"])).sha256
    await approvals.decide(officer, waiting.id, agree=True, version_seen=waiting.version)
    assert (await desk.get(path)).status_code == 200
    stranger = await web.signed_in(officer)
    assert (await stranger.get(path)).status_code == 404, "who agreed fetches nothing"


async def test_what_is_refused_is_deleted_with_its_reason(web: Web):
    store = await _store_with(101)
    officer = await make.acting(Role.DPO)
    desk = await web.signed_in(await make.acting(Role.GM, store))
    export = await _asked(desk)
    waiting = await Approval.get(about=f"list_export:{export['id']}")
    digest = waiting.content_hash
    await approvals.decide(officer, waiting.id, agree=False, version_seen=waiting.version, note="范围太大")
    (row,) = (await desk.get("/exports")).json()
    assert (row["state"], row["refusal"]) == ("REFUSED", "范围太大")
    assert not files.path_of(digest).exists()


async def test_after_a_day_the_file_is_gone(web: Web):
    manager = await make.acting(Role.GM, await _store_with(1))
    export = await _asked(await web.signed_in(manager))
    digest = (await ListExport.get(id=export["id"])).sha256
    await clock.advance(timedelta(hours=24))
    desk = await web.signed_in(manager)
    assert (await desk.get(f"/exports/{export['id']}/file")).status_code == 409
    await end_old()
    assert (await ListExport.get(id=export["id"])).state is ExportState.EXPIRED
    assert not files.path_of(digest).exists()


async def test_nobody_takes_away_what_they_do_not_see(web: Web):
    store = await _store_with(2)
    elsewhere = await web.signed_in(await make.acting(Role.GM, await make.make_store()))
    assert (await _asked(elsewhere))["row_count"] == 0
    technician = await web.signed_in(await make.acting(Role.TEC, store))
    body = {"list_name": "customers", "columns": COLUMNS, "format": "csv", "reason": "看看"}
    assert (await technician.post("/exports", json=body)).status_code == 403
    assert (await technician.get("/exportable-lists")).json() == []
    manager = await web.signed_in(await make.acting(Role.GM, store))
    for wrong in ({"columns": ["id_card"]}, {"list_name": "salaries"}, {"question": {"sql": "1"}}):
        assert (await manager.post("/exports", json=body | wrong)).status_code == 422


async def test_a_lost_job_is_found_again(database: None):
    manager = await make.acting(Role.GM, await _store_with(1))
    export = await asking.ask(manager, "customers", columns=["name"], question={}, form=ExportFormat.CSV, reason="对数")
    await execute("DELETE FROM jobs.pgqueuer")
    await clock.advance(timedelta(minutes=2))
    await owed.sweep()
    await jobs.drain()
    assert (await queries.one(manager, export.id)).state is ExportState.READY


async def test_a_file_is_written_once_however_often_its_job_runs(database: None):
    manager = await make.acting(Role.GM, await _store_with(1))
    export = await asking.ask(manager, "customers", columns=["name"], question={}, form=ExportFormat.CSV, reason="对数")
    await asking.make(export.id)
    await asking.make(export.id)
    assert (await queries.one(manager, export.id)).state is ExportState.READY
    assert await AuditEntry.filter(action="exports.make").count() == 1


@pytest.mark.usefixtures("database")
async def test_masks_hold_in_every_column_and_twice_is_once():
    marketer, desk = await make.acting(Role.MKT), await make.acting(Role.SA)
    see, at_desk = seen_by(marketer), seen_by(desk)
    assert see("phone", "13812345678") == "***"
    assert at_desk("phone", at_desk("phone", "13812345678")) == "138****5678"
    assert (see("plate", "粤BD1245"), at_desk("plate", "粤BD1245")) == ("粤B·D**45", "粤BD1245")
    assert see("customer_name", "张伟") == "张*"
    assert seen_by(await make.acting(Role.TEC))("total_fen", 100) == "***"


async def _many(actor: Actor, question: exporting.Question) -> Any:
    row = await Customer.first()
    for _ in range(2_000):
        yield row


async def test_rows_are_written_as_they_come(database: None, tmp_path: Path):
    await _store_with(1)
    owner = await make.acting(Role.GM)
    columns = {"name": "姓名"}
    for form in ExportFormat:
        digest, count = await files.write(_many(owner, {}), columns, lambda _, value: value, form, mark="E", line="谁")
        assert count == 2_000
        assert files.path_of(digest).stat().st_size > 1_000


async def test_where_nobody_can_agree_it_fails_in_words(web: Web):
    desk = await web.signed_in(await make.acting(Role.GM, await _store_with(101)))
    export = await _asked(desk)
    assert (export["state"], export["row_count"]) == ("FAILED", None)
    assert export["refusal"]
