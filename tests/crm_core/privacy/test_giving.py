"""A person gets everything we hold of them, in words, and nothing of anybody else."""

from datetime import date, timedelta

import httpx
import orjson
from tortoise import Tortoise

from crm_core.customers.models import Customer
from crm_core.dealerships.models import AuditEntry, Role
from crm_core.privacy import giving, holds, traces
from crm_core.privacy.words import in_words
from foundation import clock, personal
from foundation.personal import Shown
from tests import factories as make
from tests.checkout import make_checkout
from tests.fixtures.web import Web


def test_values_are_as_people_read_them():
    assert giving.as_text("paid_fen", 123_456) == "1,234.56 元"
    assert giving.as_text("ends_on", date(2026, 3, 4)) == "2026-03-04"
    assert giving.as_text("is_usable", True) == "是"
    assert in_words("template", "privacy_answered") == "个人信息请求答复通知"
    assert in_words("purpose", "MARKETING_SMS") == "短信优惠信息"
    assert in_words("tags", '["老客户", "油车"]') == "老客户、油车"
    assert in_words("state", "SOMETHING_NEW") == "SOMETHING_NEW"


def test_each_code_a_copy_may_show_has_a_word(database: None):
    tables = {str(model._meta.db_table): model for app in Tortoise.apps.values() for model in app.values()}
    given = [(name, one.export) for name, one in personal.tables() if isinstance(one.export, Shown)]
    given += [(part.table, part.shown) for _, one in personal.tables() for part in one.parts if part.shown]
    without = [
        f"{name}.{column}: {code}"
        for name, shown in given
        for column in shown.columns.keys() - shown.expressions.keys()
        for code in getattr(tables[name]._meta.fields_map.get(column), "enum_type", ())
        if in_words(column, code.value) == code.value
    ]
    assert without == []


async def _copied(web: Web) -> tuple[Customer, httpx.AsyncClient, int]:
    """An owner whose request for a copy was answered through the officer's desk."""
    visit = await make_checkout()
    await Customer.filter(id=visit.customer.id).update(name="<b>张伟</b>")
    owner = await web.signed_in(visit.owner)
    asked = (await owner.post("/privacy-requests", json={"kind": "EXPORT"})).json()["requests"][0]
    officer = await web.signed_in(await make.acting(Role.DPO))
    (row,) = (await officer.get("/privacy-requests")).json()
    answer = {"version": row["version"], "identity_check": "本人到店"}
    done = await officer.post(f"/privacy-requests/{row['id']}/copy", json=answer)
    assert done.status_code == 200, done.text
    assert {"heading": "维修工单", "records": 1} in done.json()["held"]
    return visit.customer, owner, asked["id"]


async def test_they_fetch_it_as_a_page_and_as_json(web: Web):
    _, owner, request_id = await _copied(web)
    copy = (await owner.get(f"/privacy-requests/{request_id}/copy")).json()
    sections = {section["heading"]: section for section in copy["sections"]}
    assert copy["sections"][0]["heading"] == "个人资料"
    assert sections["维修项目"]["rows"][0][0] == "空调滤芯"
    page = await owner.get(f"/privacy-requests/{request_id}/copy.html")
    assert "&lt;b&gt;张伟&lt;/b&gt;" in page.text
    assert "<b>张伟" not in page.text
    file = await owner.get(f"/privacy-requests/{request_id}/copy.json")
    document = orjson.loads(file.content)
    record = next(each for each in document["sections"] if each["heading"] == "个人资料")["records"][0]
    assert record["name"] == "<b>张伟</b>"
    reads = await AuditEntry.filter(action="privacy.read_copy").count()
    assert reads == 3


async def test_nobody_else_reads_it_and_not_for_ever(web: Web):
    _, owner, request_id = await _copied(web)
    stranger = await web.signed_in(make.acting_owner(await make.make_customer(phone="13900001111")))
    assert (await stranger.get(f"/privacy-requests/{request_id}/copy")).status_code == 404
    await clock.advance(timedelta(days=30))
    assert (await owner.get(f"/privacy-requests/{request_id}/copy")).status_code == 409


async def test_what_stands_in_it_is_theirs_alone(database: None):
    visit, other = await make_checkout(), await make_checkout()
    copy = await giving.copy_of(visit.customer.id)
    texts = orjson.dumps(copy).decode()
    assert f"{visit.customer.phone}" in texts
    assert f"{other.customer.phone}" not in texts
    counts = dict(await giving.counts_of(visit.customer.id))
    assert counts["维修项目"] == 4
    known = await traces.of_customer(visit.customer.id)
    assert await holds.unfinished_of(known) == ["维修工单"]
    assert {hold.law for hold in await holds.holds_of(known)} == {"维修记录依法保存六年"}


async def test_an_officer_of_another_store_and_a_manager_answer_nothing(web: Web):
    visit = await make_checkout()
    owner = await web.signed_in(visit.owner)
    asked = (await owner.post("/privacy-requests", json={"kind": "DELETION"})).json()["requests"][0]
    elsewhere = await make.acting(Role.DPO, await make.make_store())
    for actor in (elsewhere, await make.acting(Role.GM, visit.store)):
        desk = await web.signed_in(actor)
        body = {"version": 1, "identity_check": "本人", "answer": "不"}
        for act in ("copy", "deletion", "restriction", "refusal"):
            sent = body if act != "refusal" else {"version": 1, "answer": "不"}
            assert (await desk.post(f"/privacy-requests/{asked['id']}/{act}", json=sent)).status_code == 403
        assert (await desk.get(f"/privacy-requests/{asked['id']}")).status_code == 403


async def test_a_correction_changes_the_record_and_says_so(web: Web):
    visit = await make_checkout()
    owner = await web.signed_in(visit.owner)
    await owner.post("/privacy-requests", json={"kind": "CORRECTION", "details": "名字是张玮"})
    officer = await web.signed_in(await make.acting(Role.DPO))
    (row,) = (await officer.get("/privacy-requests")).json()
    path = f"/privacy-requests/{row['id']}/correction"
    body = {"version": 1, "identity_check": "本人到店", "name": "张玮"}
    assert (await officer.post(path, json=body)).status_code == 422, "the person is told what was done"
    assert (await officer.post(path, json=body | {"answer": "姓名已改为张玮"})).status_code == 200
    assert (await Customer.get(id=visit.customer.id)).name == "张玮"
    (mine,) = (await owner.get("/privacy")).json()["requests"]
    assert (mine["state"], mine["answer"]) == ("DONE", "姓名已改为张玮")
