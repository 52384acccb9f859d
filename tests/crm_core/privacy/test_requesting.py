"""A person sees what we hold and what they agreed to, and asks about it; the officer sees each request with its day."""

from datetime import date, timedelta
from typing import Any

import httpx

from crm_core.customers.models import Customer
from crm_core.dealerships.models import AuditEntry, Role
from crm_core.messaging.models import Message
from crm_core.privacy import held, jobs, queries, requesting
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web

TEXT = "2026-01"


async def _somebody(web: Web, **columns: object) -> tuple[Customer, httpx.AsyncClient]:
    store = await make.make_store()
    customer = await make.make_customer(store, phone_verified_at=clock.now(), **columns)
    await make.make_vehicle(customer)
    return customer, await web.signed_in(make.acting_owner(customer))


async def test_they_see_every_consent_with_its_text_and_date_also_those_taken_back(web: Web):
    _, him = await _somebody(web)
    page = (await him.get("/privacy")).json()
    assert all(offer["given_at"] is None for offer in page["offers"]), "nothing is ticked before"
    offer = next(each for each in page["offers"] if each["purpose"] == "MARKETING_SMS")
    ticked = {"purpose": "MARKETING_SMS", "text_version": offer["text_version"]}
    assert (await him.post("/consents", json=ticked)).status_code == 201
    (line,) = (await him.get("/privacy")).json()["ledger"]
    assert (line["text"], line["how"], line["withdrawn_at"]) == (offer["text"], "mini_program", None)
    assert (await him.delete("/consents/MARKETING_SMS")).status_code == 200
    (line,) = (await him.get("/privacy")).json()["ledger"]
    assert line["given_at"] <= line["withdrawn_at"]
    assert line["withdrawn_how"] == "mini_program"


async def test_nobody_agrees_to_a_text_they_were_not_shown(web: Web):
    _, him = await _somebody(web)
    old = await him.post("/consents", json={"purpose": "PROFILING", "text_version": "2019-01"})
    assert (old.status_code, old.json()["error"]["code"]) == (409, "consent_text_changed")
    assert old.json()["error"]["details"]["current_version"] == TEXT


async def test_they_see_how_many_records_of_which_kind_we_hold_and_only_of_them(web: Web):
    customer, him = await _somebody(web)
    before = {each["heading"]: each for each in (await him.get("/privacy")).json()["held"]}
    assert (before["名下车辆"]["records"], before["个人资料"]["records"]) == (1, 1)
    assert before["名下车辆"]["kept_days"] == 6 * 366
    assert before["个人资料"]["kept_days"] is None
    other = await make.make_customer(phone="13900001111")
    await make.make_vehicle(other, vin=make.VINS[1])
    assert {each.heading: each.records for each in await held.held_of(customer.id)}["名下车辆"] == 1


async def test_a_request_stands_with_its_day_and_the_officer_is_told(web: Web):
    customer, him = await _somebody(web)
    officer = await make.acting(Role.DPO)
    asked = (await him.post("/privacy-requests", json={"kind": "EXPORT"})).json()
    (own,) = asked["requests"]
    due = clock.today() + timedelta(days=15)
    assert (own["kind"], own["state"], own["days_left"]) == ("EXPORT", "RECEIVED", 15)
    assert date.fromisoformat(own["due_on"]) == due
    again = await him.post("/privacy-requests", json={"kind": "EXPORT"})
    assert again.json()["error"]["code"] == "already_asked"
    desk = await web.signed_in(officer)
    (row,) = (await desk.get("/privacy-requests")).json()
    assert (row["customer_id"], row["customer_name"], row["is_phone_verified"]) == (customer.id, "张*", True)
    (card,) = await Message.filter(template="privacy_request")
    assert card.staff_id == officer.id
    await clock.advance(timedelta(days=16))
    desk = await web.signed_in(officer)
    (late,) = (await desk.get("/privacy-requests")).json()
    assert late["days_left"] == -1, "being late is seen"


async def test_the_officer_is_reminded_once_before_the_day_and_not_of_what_was_taken_back(web: Web):
    _, him = await _somebody(web)
    await make.acting(Role.DPO)
    await him.post("/privacy-requests", json={"kind": "EXPORT"})
    await him.post("/privacy-requests", json={"kind": "DELETION"})
    (deletion, export) = (await him.get("/privacy")).json()["requests"]
    assert (await him.delete(f"/privacy-requests/{deletion['id']}")).status_code == 200
    await jobs.remind_officers()
    assert await Message.filter(template="privacy_request", variant="due_soon").count() == 0
    await clock.advance(timedelta(days=12))
    for _ in range(2):
        await requesting.remind()
    (told,) = await Message.filter(template="privacy_request", variant="due_soon")
    assert told.about == f"privacy_request:{export['id']}"


async def test_asking_to_be_deleted_stops_marketing_in_the_same_moment(web: Web):
    customer, him = await _somebody(web)
    await him.post("/consents", json={"purpose": "MARKETING_WECOM", "text_version": TEXT})
    page = (await him.post("/privacy-requests", json={"kind": "DELETION"})).json()
    assert page["is_marketing_stopped"]
    (line,) = page["ledger"]
    assert line["withdrawn_how"] == "deletion_request"
    assert (await Customer.get(id=customer.id)).marketing_stopped_at is not None


async def test_a_correction_names_what_is_wrong(web: Web):
    _, him = await _somebody(web)
    bare = await him.post("/privacy-requests", json={"kind": "CORRECTION"})
    assert (bare.status_code, bare.json()["error"]["code"]) == (422, "say_what_is_wrong")
    named = await him.post("/privacy-requests", json={"kind": "CORRECTION", "details": "姓名应为张炜"})
    assert named.status_code == 201


async def test_nobody_reads_or_takes_back_what_another_asked(web: Web):
    _, him = await _somebody(web)
    asked = (await him.post("/privacy-requests", json={"kind": "EXPORT"})).json()["requests"][0]
    other = await web.signed_in(make.acting_owner(await make.make_customer(phone="13900001111")))
    assert (await other.delete(f"/privacy-requests/{asked['id']}")).status_code == 404
    assert (await other.get("/privacy")).json()["requests"] == []
    for role in (Role.SA, Role.CRC, Role.GM, Role.ADM):
        desk = await web.signed_in(await make.acting(role, await make.make_store(advisors=0)))
        assert (await desk.get("/privacy-requests")).status_code == 403
    elsewhere = await make.acting(Role.DPO, await make.make_store(advisors=0))
    assert await queries.of_reader(elsewhere) == []


async def _asked_by_phone(web: Web, kind: str, days_ago: int = 0) -> tuple[Customer, httpx.AsyncClient, dict[str, Any]]:
    """A customer without an account, and what the officer wrote down for them."""
    customer = await make.make_customer(await make.make_store())
    officer = await web.signed_in(await make.acting(Role.DPO))
    day = (clock.today() - timedelta(days=days_ago)).isoformat()
    body = {"customer_id": customer.id, "kind": kind, "details": "打电话来说的", "asked_on": day}
    answer = await officer.post("/privacy-requests", json=body)
    assert answer.status_code == 201, answer.text
    return customer, officer, answer.json()


async def test_who_has_no_account_is_written_down_and_the_days_count_from_when_they_asked(web: Web):
    customer, officer, asked = await _asked_by_phone(web, "DELETION", days_ago=4)
    assert (asked["days_left"], asked["recorded_by"] is not None) == (11, True)
    assert (await Customer.get(id=customer.id)).marketing_stopped_at is not None
    path = f"/privacy-requests/{asked['id']}"
    unchecked = await officer.post(f"{path}/deletion", json={"version": asked["version"]})
    assert (unchecked.status_code, unchecked.json()["error"]["code"]) == (409, "identity_not_checked")
    agreed = await officer.post(
        f"{path}/deletion", json={"version": asked["version"], "identity_check": "回拨登记的号码"}
    )
    assert agreed.json()["state"] == "AGREED", agreed.text
    taken_back = await officer.post(f"{path}/withdrawal", json={"version": agreed.json()["version"]})
    assert taken_back.json()["state"] == "WITHDRAWN", taken_back.text


async def test_a_day_to_come_and_one_whose_answer_was_due_are_refused(web: Web):
    customer, officer, _ = await _asked_by_phone(web, "EXPORT")
    for days in (-1, 16):
        day = (clock.today() - timedelta(days=days)).isoformat()
        body = {"customer_id": customer.id, "kind": "DELETION", "asked_on": day}
        assert (await officer.post("/privacy-requests", json=body)).json()["error"]["code"] == "not_that_day"


async def test_the_copy_is_handed_over_to_who_has_no_account_and_each_fetching_is_noted(web: Web):
    customer, officer, asked = await _asked_by_phone(web, "EXPORT")
    path = f"/privacy-requests/{asked['id']}"
    assert (await officer.get(f"{path}/copy.html")).json()["error"]["code"] == "copy_not_readable"
    body = {"version": asked["version"], "identity_check": "到店核对证件"}
    assert (await officer.post(f"{path}/copy", json=body)).json()["state"] == "DONE"
    assert customer.name in (await officer.get(f"{path}/copy.html")).text
    assert (await officer.get(f"{path}/copy.json")).json()["sections"]
    assert await AuditEntry.filter(action="privacy.hand_over_copy").count() == 2


async def test_what_a_person_asked_in_the_mini_program_is_read_and_withdrawn_there(web: Web):
    _, him = await _somebody(web)
    asked = (await him.post("/privacy-requests", json={"kind": "EXPORT"})).json()["requests"][0]
    officer = await web.signed_in(await make.acting(Role.DPO))
    body = {"version": 1, "identity_check": "本人到店"}
    assert (await officer.post(f"/privacy-requests/{asked['id']}/copy", json=body)).status_code == 200
    assert (await officer.get(f"/privacy-requests/{asked['id']}/copy.html")).status_code == 404
    assert (await officer.post(f"/privacy-requests/{asked['id']}/withdrawal", json={"version": 2})).status_code == 404
