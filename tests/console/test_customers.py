"""Page S11 over HTTP: who is found, which fields each role sees, and what is recorded."""

from datetime import date, timedelta

import pytest

from crm_core.billing.events import BillSent
from crm_core.customers import service
from crm_core.customers.models import Customer, Friendship, Purpose
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Role
from crm_core.vehicles.models import ServiceVisit
from foundation import clock, database
from foundation.events import record
from tests import factories


async def _two_stores():
    return await factories.make_store(advisors=0), await factories.make_store(advisors=0, short_name="广州天河店")


async def _names(desk, actor, **query):
    return [row["name"] for row in (await desk.get(actor, "/customers", **query))["items"]]


async def test_a_customer_is_found_by_part_of_the_name_by_phone_by_its_last_four_and_by_plate(desk):
    store = await factories.make_store(advisors=0)
    advisor = await factories.acting(Role.SA, store)
    zhang = await factories.make_customer(store)
    await factories.make_customer(store, name="李娜", phone="13900000012")
    await factories.make_vehicle(zhang)
    for text in ("张伟", "伟", "13812345678", "138 1234 5678", "5678", "粤B·D1245", "bd1245", "1245"):
        assert await _names(desk, advisor, q=text) == ["张伟"], text
    assert await _names(desk, advisor, q="0012") == ["李娜"]
    assert await _names(desk, advisor, q="没有这个人") == []


async def test_wildcards_and_quotes_in_a_search_are_only_letters(desk):
    store = await factories.make_store(advisors=0)
    advisor = await factories.acting(Role.SA, store)
    await factories.make_customer(store)
    for text in ("%", "_", "\\", "'; DROP TABLE customer; --", "张%", "%%%%", "𠮷😀", "a" * 40):
        assert await _names(desk, advisor, q=text) == [], text


@pytest.mark.parametrize(
    "query",
    [
        {"q": "a" * 41},
        {"store_id": "0"},
        {"store_id": str(2**63)},
        {"staff_id": "one"},
        {"state": "ASLEEP"},
        {"cursor": "-1"},
        {"cursor": "9" * 19},
        {"limit": "0"},
        {"limit": "101"},
        {"unknown": "1"},
    ],
)
async def test_a_question_nobody_can_mean_is_refused_and_not_guessed(desk, query):
    response = await desk.ask(await factories.acting(Role.GM), "GET", "/customers", params=query)
    assert response.status_code == 422
    assert response.json()["error"]["message"]


async def test_pages_follow_each_other_without_gap_or_double_while_people_arrive(desk):
    store = await factories.make_store(advisors=0)
    manager = await factories.acting(Role.GM, store)
    made = [(await factories.make_customer(store, name=f"客户{n}")).id for n in range(7)]
    first = await desk.get(manager, "/customers", limit=3)
    await factories.make_customer(store, name="新来的")
    seen = [row["id"] for row in first["items"]]
    cursor = first["next_cursor"]
    while cursor:
        page = await desk.get(manager, "/customers", limit=3, cursor=cursor)
        seen += [row["id"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert seen == sorted(made, reverse=True)


async def test_people_of_another_store_are_neither_listed_nor_opened_nor_touched(desk):
    here, there = await _two_stores()
    advisor = await factories.acting(Role.SA, here)
    stranger = await factories.make_customer(there, name="别店客户")
    assert await _names(desk, advisor) == []
    assert await _names(desk, advisor, store_id=there.id) == []
    for method, path, body in (
        ("GET", "", None),
        ("GET", "/timeline", None),
        ("GET", "/coupons", None),
        ("GET", "/visits", None),
        ("PUT", "", {"version": 1, "name": "改名"}),
        ("POST", "/follow-ups", {"body": "打过电话"}),
        ("POST", "/phone-reveals", {}),
    ):
        response = await desk.ask(advisor, method, f"/customers/{stranger.id}{path}", json=body)
        assert response.status_code == 403, path
    assert (await Customer.get(id=stranger.id)).name == "别店客户"
    assert await database.fetch_value("SELECT count(*) FROM follow_up") == 0


async def test_a_consultant_sees_their_own_people_and_friends_only(desk):
    store = await factories.make_store(advisors=0)
    consultant = await factories.acting(Role.SC, store)
    await factories.make_customer(store, name="别人的")
    await factories.make_customer(store, name="我的", consultant_id=consultant.id)
    friend = await factories.make_customer(store, name="好友")
    await Friendship.create(
        customer_id=friend.id, staff_id=consultant.id, external_userid="wm1", since=clock.now(), ended_by=""
    )
    assert await _names(desk, consultant) == ["好友", "我的"]


async def test_each_role_sees_name_phone_and_plate_as_its_mask_says(desk):
    store = await factories.make_store(advisors=0)
    zhang = await factories.make_customer(store, spend_fen=64000)
    await factories.make_vehicle(zhang)
    expected = {
        Role.SA: ("张伟", "138****5678", "粤BD1245", 64000),
        Role.CRC: ("张伟", "138****5678", "粤B·D**45", 64000),
        Role.MKT: ("张*", None, "粤B·D**45", 64000),
        Role.WC: ("张*", None, "粤BD1245", None),
        Role.DPO: ("张*", "138****5678", "粤B·D**45", 64000),
    }
    for role, (name, phone, plate, spend) in expected.items():
        actor = await factories.acting(role, store)
        page = await desk.get(actor, f"/customers/{zhang.id}")
        row = (await desk.get(actor, "/customers"))["items"][0]
        assert (page["name"], page["phone"], page["cars"][0]["plate"], page["spend_fen"]) == (name, phone, plate, spend)
        assert (row["name"], row["phone"], row["cars"]) == (name, phone, [f"云帆X6 {plate}"])
        assert page["cars"][0]["vin"] == "LYF**********0001"
        assert (page["rfm"] is None) == (spend is None)
        assert "13812345678" not in str(page)


async def test_who_sees_no_phone_cannot_find_by_it_either(desk):
    store = await factories.make_store(advisors=0)
    marketer = await factories.acting(Role.MKT, store)
    await factories.make_customer(store)
    assert await _names(desk, marketer, q="13812345678") == []
    assert await _names(desk, marketer, q="5678") == []


async def test_a_technician_has_no_customers_at_all(desk):
    technician = await factories.acting(Role.TEC, await factories.make_store(advisors=0))
    response = await desk.ask(technician, "GET", "/customers")
    assert (response.status_code, response.json()["error"]["code"]) == (403, "not_allowed")


async def test_nobody_signed_in_gets_nothing(desk):
    assert (await desk.ask(None, "GET", "/customers")).status_code == 401


@pytest.mark.parametrize("customer_id", ["0", "-1", "abc", "1.5", str(2**63), "9" * 40, "1%00"])
async def test_an_id_that_cannot_exist_is_not_found(desk, customer_id):
    response = await desk.ask(await factories.acting(Role.GM), "GET", f"/customers/{customer_id}")
    assert response.status_code == 404


async def test_the_page_tells_state_and_value_with_the_sum_behind_each(desk):
    store = await factories.make_store(advisors=0)
    today = clock.today()
    zhang = await factories.make_customer(
        store, last_visit_on=today - timedelta(days=500), next_service_due_on=today - timedelta(days=135)
    )
    page = await desk.get(await factories.acting(Role.GM, store), f"/customers/{zhang.id}")
    assert (page["dormancy"]["state"], page["dormancy"]["word"]) == ("LAPSED", "流失")
    assert "距今 500 天" in page["dormancy"]["explanation"]
    assert page["rfm"]["value"] in page["rfm"]["explanation"]


@pytest.mark.parametrize(
    ("state", "seen_days", "overdue_days", "gone"),
    [
        ("ACTIVE", 400, 30, ""),
        ("AT_RISK", 400, 31, ""),
        ("AT_RISK", 400, 90, ""),
        ("AT_RISK", 183, 91, ""),
        ("DORMANT", 184, 91, ""),
        ("DORMANT", 365, 91, ""),
        ("LAPSED", 366, 91, ""),
        ("LAPSED", 730, 91, ""),
        ("DEEP", 731, 91, ""),
        ("GONE", 10, -100, "已卖车"),
    ],
)
async def test_filtering_by_state_finds_exactly_whom_the_rule_puts_there(desk, state, seen_days, overdue_days, gone):
    store = await factories.make_store(advisors=0)
    manager = await factories.acting(Role.GM, store)
    today = clock.today()
    await factories.make_customer(
        store,
        last_visit_on=today - timedelta(days=seen_days),
        next_service_due_on=today - timedelta(days=overdue_days),
        gone_reason=gone,
    )
    await factories.make_customer(store, name="没车的人")
    (row,) = (await desk.get(manager, "/customers", state=state))["items"]
    assert row["dormancy"] == state
    for other in {"ACTIVE", "AT_RISK", "DORMANT", "LAPSED", "DEEP", "GONE"} - {state}:
        assert await _names(desk, manager, state=other) == []


async def test_filters_by_store_and_by_who_looks_after_them_join(desk):
    here, there = await _two_stores()
    group = await factories.acting(Role.GRP)
    advisor = await factories.make_staff(Role.SA, here)
    await factories.make_customer(here, name="甲", advisor_id=advisor.id)
    await factories.make_customer(there, name="乙", advisor_id=advisor.id)
    await factories.make_customer(here, name="丙")
    assert await _names(desk, group, staff_id=advisor.id) == ["乙*", "甲*"]
    assert await _names(desk, group, staff_id=advisor.id, store_id=here.id) == ["甲*"]


async def test_the_page_says_whether_they_may_be_contacted_and_from_when(desk):
    store = await factories.make_store(advisors=0)
    manager = await factories.acting(Role.CRC, store)
    zhang = await factories.make_customer(store)
    assert "还没同意" in (await desk.get(manager, f"/customers/{zhang.id}"))["contact"]["sentence"]

    await service.give_consent(
        system("test"), zhang.id, Purpose.MARKETING_WECOM, text_version="2026-01", how="mini_program"
    )
    await Customer.filter(id=zhang.id).update(last_visit_on=clock.today())
    contact = (await desk.get(manager, f"/customers/{zhang.id}"))["contact"]
    assert (contact["marketing_allowed"], contact["refusal"], contact["ways"]) == (False, "RECENT_VISIT", ["企微"])
    assert contact["allowed_from"] is not None
    assert contact["sentence"].startswith("服务可以；营销：离店不满 7 天")

    stopped = await desk.ask(manager, "POST", f"/customers/{zhang.id}/marketing-stops", json={"how": "phone"})
    assert stopped.status_code == 204
    page = await desk.get(manager, f"/customers/{zhang.id}")
    assert page["contact"]["refusal"] == "OPTED_OUT"
    assert page["marketing_stopped_at"] is not None
    assert page["consents"][0]["withdrawn_at"] is not None


async def test_a_note_appears_in_the_timeline_under_its_kind_with_who_wrote_it(desk):
    store = await factories.make_store(advisors=0)
    advisor = await factories.acting(Role.SA, store, name="李敏")
    zhang = await factories.make_customer(store)
    path = f"/customers/{zhang.id}"
    body = {"contact": "call", "body": "周末来做保养", "next_at": (clock.now() + timedelta(days=1)).isoformat()}
    noted = await desk.ask(advisor, "POST", f"{path}/follow-ups", json=body)
    assert noted.status_code == 201
    (entry,) = (await desk.get(advisor, f"{path}/timeline", kind="follow_up"))["items"]
    assert "周末来做保养" in entry["sentence"]
    assert entry["who"] == "李敏"
    assert (await desk.get(advisor, f"{path}/timeline", kind="visit"))["items"] == []


async def test_the_same_note_sent_twice_is_one_note(desk):
    store = await factories.make_store(advisors=0)
    advisor = await factories.acting(Role.SA, store)
    zhang = await factories.make_customer(store)
    for _ in range(2):
        await desk.ask(
            advisor,
            "POST",
            f"/customers/{zhang.id}/follow-ups",
            json={"body": "打过电话"},
            headers={"Idempotency-Key": "note-0001"},
        )
    assert await database.fetch_value("SELECT count(*) FROM follow_up") == 1


@pytest.mark.parametrize(
    "body",
    [
        {"body": ""},
        {"body": "x" * 501},
        {"body": "a", "contact": "smoke"},
        {"body": "a", "next_at": "2026-13-40"},
        {"body": "a", "next_at": "2030-01-01T10:00:00"},
        {"body": "a", "next_at": "2000-01-01T10:00:00+08:00"},
        {"body": 7},
        [],
    ],
)
async def test_a_note_that_makes_no_sense_is_refused_and_nothing_is_written(desk, body):
    store = await factories.make_store(advisors=0)
    zhang = await factories.make_customer(store)
    advisor = await factories.acting(Role.SA, store)
    response = await desk.ask(advisor, "POST", f"/customers/{zhang.id}/follow-ups", json=body)
    assert response.status_code in (409, 422)
    assert await database.fetch_value("SELECT count(*) FROM follow_up") == 0


async def test_the_timeline_is_read_page_by_page_to_its_beginning(desk):
    store = await factories.make_store(advisors=0)
    advisor = await factories.acting(Role.SA, store)
    zhang = await factories.make_customer(store)
    for number in range(65):
        await service.log_follow_up(advisor, zhang.id, contact="note", body=f"第 {number} 条")
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await desk.get(advisor, f"/customers/{zhang.id}/timeline", **({"cursor": cursor} if cursor else {}))
        seen += [entry["id"] for entry in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 65
    assert seen == sorted(seen, reverse=True)


async def test_whoever_sees_no_money_reads_no_sums_in_the_timeline(desk):
    store = await factories.make_store(advisors=0)
    zhang = await factories.make_customer(store)
    async with database.transaction():
        await record(
            BillSent(actor="system:test", customer_id=zhang.id, bill_id=1, about="repair_order:1", total_fen=178_200)
        )
    for role, sentence in ((Role.SA, "发出账单 1,782.00 元"), (Role.WC, "发出账单 *** 元")):
        actor = await factories.acting(role, store)
        (entry,) = (await desk.get(actor, f"/customers/{zhang.id}/timeline"))["items"]
        assert entry["sentence"] == sentence


async def test_a_phone_is_uncovered_one_at_a_time_logged_and_at_most_fifty_times_a_day(desk):
    store = await factories.make_store(advisors=0)
    advisor = await factories.acting(Role.SA, store)
    zhang = await factories.make_customer(store, advisor_id=advisor.id)
    path = f"/customers/{zhang.id}/phone-reveals"
    first = (await desk.ask(advisor, "POST", path, json={"reason": "约时间"})).json()
    assert first == {"phone": "13812345678", "used_today": 1, "daily_limit": 50}
    row = await database.fetch_one("SELECT actor, subject, reason FROM audit_entry")
    assert row == {"actor": str(advisor), "subject": f"customer:{zhang.id}", "reason": "约时间"}
    for _ in range(49):
        await service.reveal_phone(advisor, zhang.id, reason="约时间")
    refused = await desk.ask(advisor, "POST", path, json={})
    assert refused.status_code == 429
    assert "13812345678" not in refused.text


async def test_only_who_looks_after_them_and_customer_care_may_uncover_a_phone(desk):
    store = await factories.make_store(advisors=0)
    zhang = await factories.make_customer(store)
    care = await factories.acting(Role.CRC, store)
    assert (await desk.ask(care, "POST", f"/customers/{zhang.id}/phone-reveals", json={})).status_code == 201
    for role in (Role.MKT, Role.WC, Role.DPO, Role.GM, Role.SA, Role.SVM, Role.SM):
        actor = await factories.acting(role, store)
        response = await desk.ask(actor, "POST", f"/customers/{zhang.id}/phone-reveals", json={})
        assert response.status_code == 403, role
        assert "customers.reveal_phone" not in (await desk.get(actor, f"/customers/{zhang.id}"))["allowed"]


async def test_an_edit_on_an_old_version_is_refused_with_the_new_one(desk):
    store = await factories.make_store(advisors=0)
    advisor = await factories.acting(Role.SA, store)
    zhang = await factories.make_customer(store)
    path = f"/customers/{zhang.id}"
    done = await desk.ask(advisor, "PUT", path, json={"version": 1, "tags": ["家用", "有小孩"]})
    assert done.json() == {"version": 2}
    late = await desk.ask(advisor, "PUT", path, json={"version": 1, "name": "张大伟"})
    assert late.status_code == 409
    assert late.json()["error"]["details"]["current_version"] == 2
    page = await desk.get(advisor, path)
    assert (page["name"], page["tags"]) == ("张伟", ["家用", "有小孩"])


@pytest.mark.parametrize(
    "change",
    [{"name": "<script>"}, {"phone": "12345678901"}, {"tags": ["x" * 31]}, {"gone_reason": "飞走了"}, {"spend_fen": 1}],
)
async def test_an_edit_with_impossible_values_changes_nothing(desk, change):
    store = await factories.make_store(advisors=0)
    zhang = await factories.make_customer(store)
    advisor = await factories.acting(Role.SA, store)
    response = await desk.ask(advisor, "PUT", f"/customers/{zhang.id}", json={"version": 1, **change})
    assert response.status_code == 422
    assert (await Customer.get(id=zhang.id)).version == 1


async def test_only_managers_hand_a_customer_over_and_the_log_keeps_from_and_to(desk):
    store = await factories.make_store(advisors=0)
    li = await factories.make_staff(Role.SA, store, name="李敏")
    zhang = await factories.make_customer(store)
    body = {"version": 1, "role": "advisor", "staff_id": li.id, "reason": "原顾问休假"}
    advisor = await factories.acting(Role.SA, store)
    assert (await desk.ask(advisor, "POST", f"/customers/{zhang.id}/assignment", json=body)).status_code == 403
    manager = await factories.acting(Role.SVM, store)
    assert (await desk.ask(manager, "POST", f"/customers/{zhang.id}/assignment", json=body)).status_code == 200
    assert (await desk.get(manager, f"/customers/{zhang.id}"))["advisor"] == {"id": li.id, "name": "李敏"}
    assert await database.fetch_value("SELECT reason FROM audit_entry") == "原顾问休假"


async def test_the_staff_to_choose_from_are_those_of_the_readers_stores(desk):
    here, there = await _two_stores()
    li = await factories.make_staff(Role.SA, here, name="李敏")
    await factories.make_staff(Role.SA, there, name="别店顾问")
    staff = await desk.get(await factories.acting(Role.SVM, here), "/customer-staff")
    assert [(one["id"], one["name"], one["role"]) for one in staff] == [(li.id, "李敏", "advisor")]


async def test_two_records_become_one_and_two_again(desk):
    store = await factories.make_store(advisors=0)
    kept, other = await factories.make_customer(store), await factories.make_customer(store, name="张伟先生")
    await factories.make_vehicle(other)
    crc = await factories.acting(Role.CRC, store)
    merged = await desk.ask(
        crc, "POST", f"/customers/{kept.id}/merges", json={"merged_id": other.id, "reason": "同一手机号同一车"}
    )
    assert merged.status_code == 201
    assert await _names(desk, crc) == ["张伟"]
    # The old address still leads to the person.
    assert (await desk.get(crc, f"/customers/{other.id}"))["id"] == kept.id
    assert len((await desk.get(crc, f"/customers/{kept.id}"))["cars"]) == 1

    undone = await desk.ask(crc, "POST", f"/customer-merges/{merged.json()['id']}/undoing", json={"reason": "父子同名"})
    assert undone.status_code == 204
    assert (await desk.get(crc, f"/customers/{kept.id}"))["cars"] == []
    assert (await desk.get(crc, f"/customers/{kept.id}/merges"))[0]["is_undone"] is True


async def test_an_advisor_may_not_merge_nor_see_merges(desk):
    store = await factories.make_store(advisors=0)
    kept, other = await factories.make_customer(store), await factories.make_customer(store)
    advisor = await factories.acting(Role.SA, store)
    body = {"merged_id": other.id, "reason": "像是同一人"}
    assert (await desk.ask(advisor, "POST", f"/customers/{kept.id}/merges", json=body)).status_code == 403
    assert (await desk.ask(advisor, "GET", f"/customers/{kept.id}/merges")).status_code == 403


async def test_a_customer_is_not_merged_into_themselves(desk):
    store = await factories.make_store(advisors=0)
    zhang = await factories.make_customer(store)
    crc = await factories.acting(Role.CRC, store)
    body = {"merged_id": zhang.id, "reason": "点错了"}
    assert (await desk.ask(crc, "POST", f"/customers/{zhang.id}/merges", json=body)).status_code == 409


async def test_visits_of_the_time_before_us_are_told_with_sums_for_those_who_see_money(desk):
    store = await factories.make_store(advisors=0)
    zhang = await factories.make_customer(store)
    car = await factories.make_vehicle(zhang)
    for day, fen in ((date(2025, 8, 2), 0), (date(2026, 3, 10), 64_000)):
        await ServiceVisit.create(
            vehicle_id=car.id,
            customer_id=zhang.id,
            store_id=store.id,
            visited_on=day,
            km=9_000,
            summary="保养",
            paid_fen=fen,
        )
    for role, sums in ((Role.SA, [64_000, 0]), (Role.WC, [None, None])):
        rows = await desk.get(await factories.acting(role, store), f"/customers/{zhang.id}/visits")
        assert [row["paid_fen"] for row in rows] == sums
