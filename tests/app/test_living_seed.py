"""The demo's stores in motion: every state is there, every rule of the trade holds, and every list shows something."""

import pytest

from app.seed import fill
from campaigns.broadcasts import queries as broadcasts
from campaigns.broadcasts.results import results as results_of
from crm_core.coupons.rules import CouponState
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, StaffRole, Store
from crm_core.repair_orders.rules import HeaderState
from crm_core.reports import figures
from crm_core.reports.definitions import Kpi
from foundation import clock, database, media
from foundation.settings import Settings, get_settings
from tests.fixtures.web import Web

OWNERS = 9_000
"""Fewer than the demo has: one store's broadcast still shows its effect."""

BROKEN = {
    "a coupon is used once": "SELECT coupon_id FROM redemption WHERE undone_at IS NULL GROUP BY 1 HAVING count(*) > 1",
    "no more coupons than stock": (
        "SELECT t.id FROM coupon_template t WHERE t.issued_count > t.quota OR t.issued_count <> "
        "(SELECT count(*) FROM coupon c WHERE c.template_id = t.id)"
    ),
    "a bill is the sum of its lines": (
        "SELECT b.id FROM bill b LEFT JOIN bill_line l ON l.bill_id = b.id GROUP BY b.id "
        "HAVING b.subtotal_fen <> coalesce(sum(l.amount_fen), 0) OR b.discount_fen <> coalesce(sum(l.discount_fen), 0)"
    ),
    "paid is what came": (
        "SELECT b.id FROM bill b WHERE b.payer = 'CP' AND b.paid_fen <> coalesce((SELECT sum(p.received_fen) "
        "FROM payment p WHERE p.about = 'bill:' || b.id AND p.state = 'SUCCESS'), 0)"
    ),
    "one line of the ledger for each payment": (
        "SELECT p.id FROM payment p WHERE p.state = 'SUCCESS' AND (SELECT sum(e.amount_fen) FROM ledger_entry e "
        "WHERE e.payment_id = p.id AND e.refund_id IS NULL) IS DISTINCT FROM p.received_fen"
    ),
    "nothing is billed that was not allowed": (
        "SELECT l.id FROM bill_line l JOIN repair_line r ON 'repair_line:' || r.id = l.about "
        "WHERE r.authorised_version <> l.authorised_version OR r.labour_fen + r.parts_fen > r.authorised_fen"
    ),
    "the owner pays only what is theirs": (
        "SELECT l.id FROM bill_line l JOIN bill b ON b.id = l.bill_id "
        "JOIN repair_line r ON 'repair_line:' || r.id = l.about "
        "WHERE b.payer <> (CASE l.kind WHEN 'DEDUCTIBLE' THEN 'CP' ELSE r.payer END) "
        "OR (l.kind = 'DEDUCTIBLE' AND l.amount_fen > r.deductible_fen)"
    ),
    "what was handed out is in the car or back": (
        "SELECT p.id FROM part_request p JOIN repair_order o ON o.id = p.repair_order_id "
        "WHERE p.state = 'ISSUED' AND o.billed_at IS NOT NULL"
    ),
    "no more is set aside than lies on the shelf": "SELECT id FROM part_stock WHERE reserved > on_hand OR reserved < 0",
    "one open order of a car": (
        "SELECT vehicle_id FROM repair_order WHERE state NOT IN ('LEFT', 'DELIVERED', 'CLOSED', 'VOID') "
        "GROUP BY 1 HAVING count(*) > 1"
    ),
    "a booking that lives has its place": (
        "SELECT a.id FROM appointment a LEFT JOIN promised_time t ON t.about = 'appointment:' || a.id "
        "LEFT JOIN appointment_place p ON p.promised_time_id = t.id "
        "WHERE (a.state IN ('REQUESTED', 'CONFIRMED', 'ARRIVED') AND p.id IS NULL) "
        "OR (a.state IN ('CANCELLED', 'NO_SHOW', 'EXPIRED') AND p.id IS NOT NULL)"
    ),
    "nobody approves what they asked for": (
        "SELECT b.id FROM broadcast b WHERE b.approved_by = b.author_id UNION ALL "
        "SELECT q.id FROM quality_check q WHERE q.inspector_id = q.technician_id"
    ),
    "the control group gets nothing": (
        "SELECT id FROM broadcast_recipient "
        "WHERE cohort <> 'PLANNED' AND (sent_at IS NOT NULL OR claimed_at IS NOT NULL)"
    ),
    "nobody is sent marketing without consent": (
        "SELECT r.id FROM broadcast_recipient r WHERE r.sent_at IS NOT NULL AND NOT EXISTS (SELECT FROM consent k "
        "WHERE k.customer_id = r.customer_id AND k.purpose = 'MARKETING_WECOM' AND k.given_at <= r.sent_at)"
    ),
    "events of an order are numbered without a gap": (
        "SELECT o.id FROM repair_order o WHERE o.last_event_no <> "
        "(SELECT count(*) FROM repair_event e WHERE e.repair_order_id = o.id)"
    ),
    "a shelf holds what came less what went": (
        "SELECT s.id FROM part_stock s JOIN stock_movement m ON m.stock_id = s.id GROUP BY s.id "
        "HAVING sum(m.quantity) <> s.on_hand"
    ),
    "what is missing does not lie on the shelf": (
        "SELECT r.id FROM part_request r JOIN part_stock s ON s.store_id = r.store_id AND s.part_id = r.part_id "
        "WHERE r.state = 'BACKORDERED' AND s.on_hand > s.reserved"
    ),
    "nothing happened after now": (
        "SELECT id FROM repair_event WHERE at > $1 UNION ALL SELECT id FROM event WHERE at > $1"
    ),
    "no work is left to a worker that was not there": "SELECT id FROM jobs.pgqueuer",
    "no message waits": "SELECT id FROM message WHERE state NOT IN ('SENT', 'SKIPPED')",
    "a last visit is a visit": (
        "SELECT c.id FROM customer c WHERE c.visit_count > 0 AND c.last_visit_on IS DISTINCT FROM "
        "(SELECT max(v.visited_on) FROM service_visit v WHERE v.customer_id = c.id)"
    ),
}
"""Queries that find what breaks a rule (domain: invariants of coupons, bills, parts, slots, four eyes, consent)."""

LISTS = {
    Role.SA: ("workshop/day", "appointments/waiting", "bills"),
    Role.SVM: ("workshop/bays", "complaints", "bills", "bill-disputes"),
    Role.WC: ("workshop/bays",),
    Role.QC: ("quality-checks",),
    Role.PRT: ("part-requests",),
    Role.CSH: ("bills", "refunds", "invoice-requests", "bill-disputes"),
    Role.CRC: ("customers", "complaints"),
    Role.MKT: ("broadcasts", "coupon-templates", "segments"),
    Role.GM: ("approvals", "broadcasts"),
}
WHOLE_GROUP = ("broadcasts", "coupon-templates", "segments", "approvals")
"""Lists of the reader's own stores, which take no store."""


@pytest.fixture
async def store(database: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The first store in the middle of its Saturday."""
    monkeypatch.setenv("WEDEALER_SIMULATOR_URL", "")
    get_settings.cache_clear()
    await fill(OWNERS, quiet=True, living_stores=1)
    return await Store.get(code="S01")


@pytest.mark.timeout(900)
async def test_a_living_store_breaks_no_rule_and_fills_every_list(store: Store, web: Web) -> None:
    await _every_state_is_there(store)
    await _no_rule_is_broken()
    await _the_autumn_broadcast_shows_its_effect(await _somebody(store, Role.MKT))
    await _every_figure_has_a_month_before(store)
    await _every_list_shows_something(store, web)


async def _every_state_is_there(store: Store) -> None:
    orders = await _states("repair_order", store)
    assert set(orders) == set(HeaderState)
    assert 30 <= sum(number for state, number in orders.items() if state not in ("DELIVERED", "CLOSED")) <= 40
    assert orders["CLOSED"] >= 120, "two months of visits"
    assert set(await _states("appointment", store)) >= {
        "REQUESTED", "CONFIRMED", "ARRIVED", "CONVERTED", "CANCELLED", "NO_SHOW",
    }  # fmt: skip
    assert set(await _states("bill", store)) >= {"SENT", "CONFIRMED", "PARTLY_PAID", "PAID"}
    assert await _states("complaint", store) == {"OPEN": 2, "ACKNOWLEDGED": 3, "CLOSED": 4}
    assert set(await _states("survey", store)) >= {"SCHEDULED", "SENT", "SUBMITTED"}
    coupons = await database.fetch("SELECT DISTINCT state FROM coupon")
    assert {row["state"] for row in coupons} == set(CouponState)
    waiting = await database.fetch("SELECT DISTINCT kind FROM approval WHERE state = 'PENDING'")
    assert {row["kind"] for row in waiting} == {"CAMPAIGN", "COUPON_TEMPLATE", "REFUND", "REPAIR_DISCOUNT"}
    due = await database.fetch(
        "SELECT r.role, count(DISTINCT f.next_at::date) AS days FROM follow_up f "
        "JOIN staff_role r ON r.staff_id = f.keeper_id WHERE f.done_at IS NULL GROUP BY r.role, f.keeper_id"
    )
    assert {(row["role"], row["days"]) for row in due} == {("SC", 3), ("SA", 3)}
    rework = "SELECT count(*) FROM repair_line WHERE state = 'QC_FAIL'"
    assert await database.fetch_value(rework) == 1
    days = "SELECT count(DISTINCT (starts_at AT TIME ZONE 'Asia/Shanghai')::date) FROM appointment WHERE starts_at > $1"
    assert await database.fetch_value(days, clock.now()) >= 14
    named = await database.fetch("SELECT state FROM authorised_person ORDER BY state")
    assert [row["state"] for row in named] == ["ACTIVE", "INVITED"]
    for there, rows in {
        "progress_share": 1,
        "expiry_record": 2,
        "appointment WHERE vehicle_id IS NULL AND state = 'REQUESTED'": 1,
    }.items():
        assert await database.fetch_value(f"SELECT count(*) FROM {there}") == rows, there
    cleanings = await database.fetch(
        "SELECT r.is_dry, sum((each->>'count')::int)::int AS count "
        "FROM retention_run r, jsonb_array_elements(r.found) each GROUP BY r.is_dry ORDER BY r.is_dry"
    )
    assert [(row["is_dry"], row["count"] >= least) for row, least in zip(cleanings, (3, 1), strict=True)] == [
        (False, True),
        (True, True),
    ], "last night removed something, and tonight something is due"
    films = await database.fetch(
        "SELECT DISTINCT p->>'key' AS key FROM repair_line, jsonb_array_elements(photos) AS p "
        "WHERE p->>'key' LIKE '%.mp4'"
    )
    [film] = [row["key"] for row in films]
    assert (await media.read(film))[1] == "video/mp4"
    assert (await media.read(str(media.poster_of(film))))[1] == "image/jpeg"
    photos = "SELECT DISTINCT photo->>'key' FROM pre_inspection, jsonb_array_elements(photos) AS photo"
    assert len(await database.fetch(photos)) >= 24


async def _no_rule_is_broken() -> None:
    now = clock.now()
    found = {
        rule: [dict(row) for row in await database.fetch(query, *([now] if "$1" in query else []))]
        for rule, query in BROKEN.items()
    }
    assert {rule: rows for rule, rows in found.items() if rows} == {}


async def _every_figure_has_a_month_before(store: Store) -> None:
    board = await figures.of_reader(await _somebody(store, Role.GM))
    (shown,) = [each for each in board.stores if each.store_id == store.id]
    for each in shown.figures:
        assert each.month.value is not None, each.kpi
        assert each.before.value is not None, each.kpi
        assert each.month.rows >= 2, each.kpi
        assert each.before.rows >= 2, each.kpi
    late = {each.kpi: each.month for each in shown.figures}
    for kpi in (Kpi.ON_TIME, Kpi.NO_SHOWS, Kpi.ADDITIONAL, Kpi.NPS, Kpi.COMPLAINTS):
        assert 0 < late[kpi].part < late[kpi].whole, f"{kpi}: some did and some did not"


async def _the_autumn_broadcast_shows_its_effect(marketer: Actor) -> None:
    plans = await broadcasts.of_reader(marketer)
    assert {"FINISHED", "RUNNING", "PENDING_APPROVAL", "DRAFT"} == {plan.state for plan in plans}
    (finished,) = [plan for plan in plans if plan.state == "FINISHED"]
    results = await results_of(marketer, finished.id)
    assert results.is_window_over
    assert results.conclusion.startswith("有效")
    assert results.coupon_fen > 0
    sent, opened, claimed, *_ = (step.people for step in results.funnel)
    assert sent > opened > claimed > 0


async def _every_list_shows_something(store: Store, web: Web) -> None:
    for role, paths in LISTS.items():
        client = await web.signed_in(await _somebody(store, role))
        for path in paths:
            answer = await client.get(path, params={} if path in WHOLE_GROUP else {"store_id": store.id})
            assert answer.status_code == 200, f"{role} {path}: {answer.text}"
            assert _rows(answer.json()), f"{role} sees nothing at {path}"
    marketer = await web.signed_in(await _somebody(store, Role.MKT))
    assert (await marketer.get("segments")).json()[0]["name"] == "沉睡车主", "the story begins with it"
    manager = await web.signed_in(await _somebody(store, Role.GM))
    for each in (await manager.get("settings/lists")).json():
        assert (await manager.get(f"settings/lists/{each['key']}/rows")).json()["items"], each["word"]
    successions = (await manager.get("successions")).json()
    assert [one["state"] for one in successions] == ["PREPARED", "DONE"]
    away = await database.fetch_value(
        "SELECT count(*) FROM deputy WHERE ended_at IS NULL AND last_on > $1", clock.today()
    )
    assert away == 1


def _rows(body: object) -> bool:
    """Whether a list, or the lists of a page, hold anything."""
    if isinstance(body, dict):
        lists = [value for value in body.values() if isinstance(value, list)]
        return any(lists)
    return bool(body)


async def _states(table: str, store: Store) -> dict[str, int]:
    rows = await database.fetch(f"SELECT state, count(*) AS n FROM {table} WHERE store_id = $1 GROUP BY 1", store.id)
    return {row["state"]: row["n"] for row in rows}


async def _somebody(store: Store, role: Role) -> Actor:
    found = await StaffRole.filter(store_id=store.id, role=role).order_by("staff_id").first()
    assert found is not None
    return await staff_actor(found.staff_id)
