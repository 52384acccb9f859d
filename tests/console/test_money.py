"""Coupons and money that moved outside, through the staff API: names instead of codes, cases finance settles."""

from crm_core.dealerships.models import Role
from crm_core.payments.models import OutsideMovement
from crm_core.reconciliation.models import ReconciliationDay, ReconciliationDifference
from foundation import clock
from tests import factories as make
from tests.checkout import make_template
from tests.console.conftest import Desk


async def test_a_coupon_is_written_with_jobs_by_name_and_more_of_it_waits_for_approval(desk: Desk):
    store = await make.make_store(advisors=0)
    marketer, manager = await make.acting(Role.MKT, store), await make.acting(Role.GM, store)
    await make.make_service_item(name="洗车", code="WASH")
    assert await desk.get(marketer, "/coupon-items") == [{"code": "WASH", "name": "洗车"}]
    body = {"name": "免费洗车", "kind": "ITEM", "quota": 10, "valid_days": 30, "store_ids": [store.id]}
    unknown = await desk.ask(marketer, "POST", "/coupon-templates", json=body | {"item_codes": ["WASCH"]})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (422, "coupon_terms_not_accepted")
    made = await desk.ask(marketer, "POST", "/coupon-templates", json=body | {"item_codes": ["WASH"]})
    assert (made.json()["item_names"], made.json()["may_run"]) == (["洗车"], True)
    live = await make_template(store_ids=[store.id])
    path = f"/coupon-templates/{live.id}/extension"
    asked = await desk.ask(marketer, "POST", path, json={"more": 5, "version": live.version})
    assert (asked.json()["quota"], asked.json()["asked_quota"]) == (1000, 1005)
    waiting = await desk.get(manager, "/approvals", view="to_decide")
    assert [one["about"] for one in waiting["items"]] == [f"coupon_template:{live.id}"]
    stranger = await make.acting(Role.MKT, await make.make_store(advisors=0))
    step = {"action": "end", "version": live.version}
    assert (await desk.ask(stranger, "POST", f"/coupon-templates/{live.id}/steps", json=step)).status_code == 403


async def test_finance_reads_and_settles_what_moved_outside(desk: Desk):
    store = await make.make_store(advisors=0)
    finance, cashier = await make.acting(Role.FIN, store), await make.acting(Role.CSH, store)
    movement = await OutsideMovement.create(
        kind="PAYMENT",
        platform_number="4200001",
        out_trade_no="SOMEBODYELSES01",
        status="SUCCESS",
        amount_fen=5_00,
        found_by="notice",
        found_at=clock.now(),
    )
    assert (await desk.ask(cashier, "GET", "/outside-movements")).status_code == 403
    [case] = await desk.get(finance, "/outside-movements")
    assert (case["is_ours"], case["may_settle"], case["amount_fen"]) == (False, True, 5_00)
    path = f"/outside-movements/{movement.id}/settlement"
    assert (await desk.ask(finance, "POST", path, json={"reason": "", "version": 1})).status_code == 422
    done = {"reason": "食堂收款码，共用商户号", "version": 1}
    assert (await desk.ask(cashier, "POST", path, json=done)).status_code == 403
    assert (await desk.ask(finance, "POST", path, json=done)).status_code == 204
    again = await desk.ask(finance, "POST", path, json=done)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "outside_movement_settled")
    [case] = await desk.get(finance, "/outside-movements")
    assert (case["settled_by"], case["settled_reason"]) == (finance.name, done["reason"])
    bad = await desk.ask(
        finance, "PUT", f"/outside-movements/{movement.id}/refund-number", json={"out_refund_no": "../x"}
    )
    assert bad.status_code == 422


async def test_finance_gives_each_difference_of_a_day_its_reason_and_closes_the_day(desk: Desk):
    store = await make.make_store(advisors=0)
    finance, cashier = await make.acting(Role.FIN, store), await make.acting(Role.CSH, store)
    day = await ReconciliationDay.create(
        day=clock.today(),
        state="COMPARED",
        opened_at=clock.now(),
        compared_at=clock.now(),
        payments=1,
        paid_fen=5_00,
        fee_millifen=3_400,
    )
    difference = await ReconciliationDifference.create(
        day_id=day.id, kind="NOT_HERE", movement="PAYMENT", number="static01", theirs_fen=5_00
    )
    assert (await desk.ask(cashier, "GET", "/reconciliation-days")).status_code == 403
    [shown] = await desk.get(finance, "/reconciliation-days")
    assert (shown["paid_fen"], shown["fee_fen"], shown["open_differences"], shown["may_close"]) == (5_00, 3, 1, True)
    page = await desk.get(finance, f"/reconciliation-days/{day.id}")
    assert [(each["kind"], each["may_settle"]) for each in page["differences"]] == [("NOT_HERE", True)]
    closing = f"/reconciliation-days/{day.id}/closing"
    early = await desk.ask(finance, "POST", closing, json={"version": 1})
    assert (early.status_code, early.json()["error"]["code"]) == (409, "differences_open")
    path = f"/reconciliation-differences/{difference.id}/settlement"
    done = {"reason": "食堂收款码，共用商户号", "version": 1}
    assert (await desk.ask(cashier, "POST", path, json=done)).status_code == 403
    assert (await desk.ask(finance, "POST", path, json=done)).status_code == 204
    assert (await desk.ask(cashier, "POST", closing, json={"version": 1})).status_code == 403
    assert (await desk.ask(finance, "POST", closing, json={"version": 1})).status_code == 204
    page = await desk.get(finance, f"/reconciliation-days/{day.id}")
    assert (page["day"]["state"], page["day"]["closed_by"]) == ("CLOSED", finance.name)
    again = await desk.ask(finance, "POST", closing, json={"version": 2})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "day_closed")


async def test_a_live_template_is_lowered_at_once_and_a_higher_budget_waits(desk: Desk):
    store = await make.make_store(advisors=0)
    marketer, manager = await make.acting(Role.MKT, store), await make.acting(Role.GM, store)
    live = await make_template(store_ids=[store.id], budget_fen=300_00)
    path = f"/coupon-templates/{live.id}"
    lowered = await desk.ask(marketer, "POST", f"{path}/reduction", json={"quota": 9, "version": live.version})
    assert (lowered.json()["quota"], lowered.json()["budget_fen"]) == (9, 300_00)
    version = lowered.json()["version"]
    more = await desk.ask(marketer, "POST", f"{path}/reduction", json={"quota": 10, "version": version})
    assert (more.status_code, more.json()["error"]["message"]) == (
        409,
        "这里只能往少改；要加请用「加量」，由别人审批。",
    )
    asked = await desk.ask(marketer, "POST", f"{path}/extension", json={"budget_fen": 500_00, "version": version})
    assert (asked.json()["budget_fen"], asked.json()["asked_budget_fen"]) == (300_00, 500_00)
    waiting = await desk.get(manager, "/approvals", view="to_decide")
    assert [one["about"] for one in waiting["items"]] == [f"coupon_template:{live.id}"]
