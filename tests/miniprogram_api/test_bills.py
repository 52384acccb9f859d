"""From the bill to the survey through the endpoints of owners and staff, with the platforms answering over HTTP."""

from datetime import timedelta

import pytest

from campaigns.contact_ways import service as contact_ways
from crm_core.authorised_persons.models import AuthorisedPerson
from crm_core.authorised_persons.rules import PersonState
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.surveys import asking
from crm_core.surveys.models import Survey
from crm_core.vehicles.models import BindingRole
from foundation import clock, jobs
from tests import factories as make
from tests.checkout import Checkout, issued, make_checkout, make_template
from tests.fixtures.platforms import Town
from tests.fixtures.web import Web


@pytest.fixture
async def counter(town: Town) -> Checkout:
    await clock.set_to(make.slot(12, 50))
    zhang = town.simulation.world.people.get("zhang")
    counter = await make_checkout(openid=zhang.openid, store=town.store)
    await counter.give(kind=CouponKind.LABOUR, name="工时8折", pay_percent=80, cap_fen=200_00)
    await counter.give()
    await jobs.drain()
    return counter


async def test_bill_payment_hand_over_and_survey_through_the_doors(town: Town, web: Web, counter: Checkout):
    advisor, owner = await web.signed_in(counter.advisor), await web.signed_in(counter.owner)
    order = f"/repair-orders/{counter.order.id}"
    assert (await owner.get(f"{order}/bill")).status_code == 404
    made = await advisor.post(f"{order}/bill")
    assert made.status_code == 201, made.text
    assert made.json()["total_fen"] == 1636_00
    bill_id = made.json()["id"]
    assert (await owner.get(f"/bills/{bill_id}")).status_code == 404  # A draft is not theirs yet.
    key = {"idempotency-key": "send-bill-0001"}
    seen = {"version": made.json()["version"]}
    sent = [await advisor.post(f"/bills/{bill_id}/sending", json=seen, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [200, 200]
    assert sent[0].json() == sent[1].json()

    bill = (await owner.get(f"{order}/bill")).json()
    assert (bill["subtotal_fen"], bill["due_fen"], bill["hint"]) == (1636_00, 1430_40, "已选最省的 2 张，可以换")
    assert [job["name"] for job in bill["jobs"]] == ["小保养", "前刹车片"]
    chosen = [choice["coupon_id"] for choice in bill["choices"] if choice["is_chosen"]]
    none = await owner.put(f"/bills/{bill_id}/coupons", json={"coupon_ids": [], "version": bill["version"]})
    assert none.json()["due_fen"] == 1636_00
    stale = await owner.put(f"/bills/{bill_id}/coupons", json={"coupon_ids": chosen, "version": bill["version"]})
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale_version")
    chosen_at = none.json()["version"]
    back = await owner.put(f"/bills/{bill_id}/coupons", json={"coupon_ids": chosen, "version": chosen_at})
    assert back.json()["due_fen"] == 1430_40

    prepaid = await owner.put(f"/bills/{bill_id}/payment", json={"version": back.json()["version"]})
    assert prepaid.status_code == 200, prepaid.text
    sheet = await town.hand("POST", "people/zhang/payments", prepaid.json()["parameters"])
    await town.hand("POST", f"people/zhang/payments/{sheet['out_trade_no']}/confirm")
    await town.settle()
    standing = (await owner.get(f"/bills/{bill_id}/payment")).json()
    assert (standing["bill_state"], standing["due_fen"], standing["payment_state"]) == ("PAID", 0, "SUCCESS")
    paid = (await owner.get(f"/bills/{bill_id}")).json()["version"]
    again = await owner.put(f"/bills/{bill_id}/payment", json={"version": paid})
    assert again.json() == {"payment_id": None, "amount_fen": 0, "parameters": None}
    groups = (await owner.get("/coupons")).json()
    assert [len(groups[name]) for name in ("available", "to_claim", "in_use", "history")] == [0, 0, 0, 2]

    given = {"is_key_given": True, "are_old_parts_settled": True, "is_settlement_sheet_given": True}
    given["are_valuables_given"] = True
    assert (await owner.get(f"{order}/hand-over")).json()["state"] == "NOT_READY"
    offered = await advisor.post(f"{order}/hand-over", json=given)
    assert offered.json()["state"] == "AWAITING_OWNER"
    confirmed = await owner.post(f"{order}/hand-over/confirmation")
    assert (confirmed.json()["state"], confirmed.json()["paid_fen"]) == ("CONFIRMED", 1430_40)

    await clock.advance(timedelta(hours=25))
    await asking.send_due()
    [invited] = (await owner.get("/surveys")).json()
    survey = (await owner.get(f"/surveys/{invited['id']}")).json()
    assert len(survey["questions"]) == 4
    wrong = await owner.post(f"/surveys/{invited['id']}/answers", json={"recommend": 11})
    assert wrong.status_code == 422
    answers = {"recommend": 9, "satisfied": True, "explained": True, "comment": "很好"}
    assert (await owner.post(f"/surveys/{invited['id']}/answers", json=answers)).json()["state"] == "SUBMITTED"
    assert (await owner.post(f"/surveys/{invited['id']}/answers", json=answers)).status_code == 409
    assert (await Survey.get()).score == 9


async def test_refunds_through_the_doors_need_two_people(web: Web, counter: Checkout):
    bill = await counter.sent()
    cashier, manager = await web.signed_in(counter.cashier), await web.signed_in(counter.manager)
    seen = (await cashier.get(f"/bills/{bill.id}")).json()
    given = {"amount_fen": 1430_40, "method": "CARD", "receipt_number": "0007", "version": seen["version"]}
    paid = await cashier.post(f"/bills/{bill.id}/offline-payments", json=given)
    assert (paid.status_code, paid.json()["state"]) == (201, "PAID"), paid.text
    refund = await cashier.post(
        f"/bills/{bill.id}/refunds", json={"lines": [{"line_no": 1, "amount_fen": 100}], "reason": "多收"}
    )
    assert refund.status_code == 201, refund.text
    refund_id = refund.json()["id"]
    waiting = await manager.get("/refunds", params={"store_id": counter.store.id, "state": "REQUESTED"})
    assert [row["id"] for row in waiting.json()] == [refund_id]
    assert (await cashier.get("/approvals")).json()["items"] == []
    [asked] = (await manager.get("/approvals")).json()["items"]
    assert (asked["about"], asked["kind_name"], asked["amount_fen"]) == (f"refund:{refund_id}", "退款", 100)
    shown = await manager.get(f"/refunds/{refund_id}")
    assert shown.status_code == 200, shown.text
    assert [(line["line_no"], line["amount_fen"]) for line in shown.json()["lines"]] == [(1, 100)]
    decision = {"agree": True, "version": asked["version"]}
    assert (await cashier.post(f"/approvals/{asked['id']}/decision", json=decision)).status_code == 403
    assert (await manager.post(f"/approvals/{asked['id']}/decision", json=decision)).json()["state"] == "APPROVED"
    assert (await manager.get(f"/refunds/{refund_id}")).json()["state"] == "APPROVED", "nobody has the money yet"
    paid_out = await cashier.post(f"/refunds/{refund_id}/pay-out", json={"method": "CARD", "reference": "0008"})
    assert (paid_out.status_code, paid_out.json()["state"]) == (201, "SUCCESS"), paid_out.text
    [listed] = (await (await web.signed_in(counter.owner)).get("/bills")).json()
    assert (listed["total_fen"], listed["refunded_fen"]) == (1430_40, 100)


async def test_strangers_learn_nothing_and_bad_input_is_refused(web: Web, counter: Checkout):
    bill = await counter.sent()
    stranger = await web.signed_in(make.acting_owner(await make.make_customer()))
    paths = [
        ("GET", f"/bills/{bill.id}"),
        ("GET", f"/bills/{bill.id}/payment"),
        ("PUT", f"/bills/{bill.id}/payment"),
        ("PUT", f"/bills/{bill.id}/coupons"),
        ("POST", f"/bills/{bill.id}/confirmation"),
        ("GET", f"/repair-orders/{counter.order.id}/bill"),
        ("GET", f"/repair-orders/{counter.order.id}/hand-over"),
        ("POST", f"/repair-orders/{counter.order.id}/hand-over/confirmation"),
        ("GET", f"/coupons/{counter.coupons[0].id}"),
        ("POST", f"/coupons/{counter.coupons[0].id}/claim"),
        ("GET", "/gifts/no-such-token"),
        ("POST", "/gifts/no-such-token/claim"),
        ("GET", "/surveys/1"),
        ("GET", "/bills/9223372036854775808"),
    ]
    for method, path in paths:
        seen = {"version": bill.version} if path.startswith("/bills") else {}
        body = None if method == "GET" else {"coupon_ids": [], **seen} if path.endswith("coupons") else seen
        answer = await stranger.request(method, path, json=body)
        assert answer.status_code == 404, (path, answer.text)
    owner = await web.signed_in(counter.owner)
    for coupon_ids in (["x"], [2**70], [None], "all", list(range(11))):
        answer = await owner.put(f"/bills/{bill.id}/coupons", json={"coupon_ids": coupon_ids, "version": bill.version})
        assert answer.status_code in (404, 422), answer.text
    async with web.stranger() as nobody:
        assert (await nobody.get("/api/owner/coupons")).status_code == 401
        notice = await nobody.post("/wechat-pay/notify", content=b"{}")
        assert (notice.status_code, notice.json()["code"]) == (401, "FAIL")


async def test_a_welcome_ticket_and_the_friendship_give_one_coupon(town: Town, web: Web):
    template = await make_template(name="新朋友礼", is_new_friend_gift=True)
    way = await town.contact_way(coupon_template_id=template.id)
    customer = await make.make_customer(town.store)
    actor: Actor = make.acting_owner(customer)
    meaning = await contact_ways.resolve(way.token)
    assert meaning is not None
    ticket = await contact_ways.issue_ticket(meaning, customer.id)
    assert ticket is not None
    await issued(actor, template, source="new_friend", source_ref="new_friend")
    owner = await web.signed_in(actor)
    shown = (await owner.get(f"/gifts/{ticket.token}")).json()
    assert (shown["name"], shown["state"], shown["from_name"], shown["left"]) == ("新朋友礼", "open", "王芳", 999)
    claims = [await owner.post(f"/gifts/{ticket.token}/claim", json={}) for _ in range(2)]
    assert [claim.status_code for claim in claims] == [200, 200], claims[1].text
    assert claims[0].json()["id"] == claims[1].json()["id"]
    assert (await owner.get(f"/gifts/{ticket.token}")).json()["state"] == "claimed"
    assert await Coupon.all().count() == 1
    stranger = await web.signed_in(make.acting_owner(await make.make_customer()))
    assert (await stranger.get(f"/gifts/{ticket.token}")).status_code == 404
    assert (await stranger.post(f"/gifts/{ticket.token}/claim", json={})).status_code == 404


async def test_templates_are_drafted_and_approved_through_the_console(web: Web):
    store = await make.make_store(advisors=0)
    marketer = await web.signed_in(await make.acting(Role.MKT, store))
    manager = await web.signed_in(await make.acting(Role.GM, store))
    terms = {"name": "工时8折", "kind": "LABOUR", "quota": 3000, "valid_days": 90, "pay_percent": 80, "cap_fen": 200_00}
    draft = await marketer.post("/coupon-templates", json=terms)
    assert draft.status_code == 201, draft.text
    path = f"/coupon-templates/{draft.json()['id']}"
    assert (await marketer.post("/coupon-templates", json=terms | {"pay_percent": 100})).status_code == 422
    changed = await marketer.put(path, json=terms | {"quota": 2000, "version": 1})
    assert (changed.json()["quota"], changed.json()["state"]) == (2000, "DRAFT")
    assert (await marketer.post(f"{path}/submission", json={"version": 1})).status_code == 409
    submitted = await marketer.post(f"{path}/submission", json={"version": 2, "note": "换季用"})
    assert submitted.json()["state"] == "PENDING_APPROVAL"
    assert (await manager.post(f"{path}/steps", json={"action": "approve", "version": 3})).status_code == 422
    [asked] = (await manager.get("/approvals")).json()["items"]
    assert (asked["kind_name"], asked["title"], asked["note"]) == ("卡券模板", "工时8折", "换季用")
    assert asked["amount_fen"] == 2000 * 200_00
    decision = {"agree": True, "version": asked["version"]}
    assert (await marketer.post(f"/approvals/{asked['id']}/decision", json=decision)).status_code == 403
    assert (await manager.post(f"/approvals/{asked['id']}/decision", json=decision)).json()["state"] == "APPROVED"
    assert (await manager.get(path)).json()["state"] == "ACTIVE"
    customer = await make.make_customer(store)
    care = await web.signed_in(await make.acting(Role.CRC, store))
    gift = await care.post(f"{path}/gifts", json={"customer_id": customer.id})
    assert (gift.status_code, gift.json()["group"]) == (201, "to_claim")
    assert [row["name"] for row in (await care.get(f"/customers/{customer.id}/coupons")).json()] == ["工时8折"]
    assert (await manager.get(path)).json()["issued_count"] == 1


@pytest.mark.parametrize(
    ("limit_fen", "refusal"),
    [(None, None), (1636_00, None), (1635_99, "bill_above_limit"), (0, "not_the_payer")],
)
async def test_the_owner_whose_driver_brought_the_car_pays_and_an_authorised_person_up_to_the_limit(
    town: Town, web: Web, limit_fen: int | None, refusal: str | None
):
    """The customer of the order is whoever brought the car; `limit_fen` None is the owner, 0 is family."""
    await clock.set_to(make.slot(12, 50))
    counter = await make_checkout(store=town.store)
    bill = await counter.sent()
    other = await make.make_customer(name="王芳", phone="13900001111")
    if limit_fen is None:
        await make.bind(counter.vehicle, other, BindingRole.OWNER)
    else:
        await make.bind(counter.vehicle, other, BindingRole.USER)
        await AuthorisedPerson.create(
            vehicle_id=counter.vehicle.id,
            owner_id=counter.customer.id,
            customer_id=other.id,
            name="王芳",
            phone="13900001111",
            limit_fen=limit_fen,
            state=PersonState.ACTIVE,
            named_at=clock.now(),
            accepted_at=clock.now(),
        )
    client = await web.signed_in(make.acting_owner(other, town.simulation.world.people.get("zhang").openid))
    (visit,) = (await client.get("/repair-orders")).json()
    focus = (await client.get("/home")).json()["focus"]
    answers = [
        await client.get(f"/bills/{bill.id}"),
        await client.get(f"/bills/{bill.id}/counter"),
        await client.put(f"/bills/{bill.id}/payment", json={"version": bill.version}),
        await client.get(f"/bills/{bill.id}/payment"),
    ]
    if refusal is None:
        assert {answer.status_code for answer in answers} == {200}
        assert answers[0].json()["is_made_out_to_them"] is False
        assert (visit["waiting_for_owner"], focus["kind"]) == ("bill", "pay")
    else:
        said = {(answer.status_code, answer.json()["error"]["code"]) for answer in answers}
        assert said == {(403, refusal)}
        assert (visit["waiting_for_owner"], focus["kind"]) == (None, "in_repair")
        progress = (await client.get(f"/repair-orders/{counter.order.id}")).json()
        assert {focus["title"], visit["title"], progress["title"]} == {"已完工，等车主取车"}
        assert (focus["tag"], focus["promised_at"], progress["is_finished"]) == ("已完工", None, True)
        assert progress["coming"] == []
