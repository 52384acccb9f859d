"""The two boards: the advisor's day (S2) with what burns on top, and bays against time (S6)."""

from datetime import date, timedelta
from typing import Any

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Bay
from crm_core.dealerships.permissions import authorize, subject
from crm_core.dealerships.stores import store_of
from crm_core.policies.current import policy_of
from crm_core.repair_orders import dispatching
from crm_core.repair_orders.board_rules import BoardPolicy
from crm_core.repair_orders.dispatch_rules import Job, rank_jobs
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.queries import minutes_between
from foundation import clock, database

_APPOINTMENTS = """
SELECT a.id, a.state, a.starts_at, a.arrived_at, a.minutes, a.waits_on_site, a.advisor_id, a.confirm_by, a.version,
       c.name AS customer_name, v.plate, m.series, a.customer_id,
       (SELECT coalesce(string_agg(i.name, '、' ORDER BY i.id), '') FROM appointment_item i
        WHERE i.appointment_id = a.id) AS items
FROM appointment a JOIN customer c ON c.id = a.customer_id
JOIN vehicle v ON v.id = a.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
WHERE a.store_id = $1 AND a.starts_at BETWEEN $2 AND $3
  AND a.state IN ('CONFIRMED', 'ARRIVED', 'CONVERTED', 'CANCELLED', 'NO_SHOW')
  AND ($4::bigint IS NULL OR a.advisor_id = $4 OR a.advisor_id IS NULL)
ORDER BY a.starts_at, a.id
"""
_ORDERS = """
SELECT r.id, r.number, r.state, r.owner_title AS title, r.standing, r.promised_finish_at AS promised_at,
       r.first_promised_at, r.opened_at, r.ready_at, r.billed_at, r.paid_at, r.waits_on_site, r.advisor_id, r.version,
       r.promise_kept_by, r.customer_id, c.name AS customer_name, v.plate, m.series, a.name AS advisor,
       (SELECT coalesce(string_agg(l.name, '、' ORDER BY l.id), '') FROM repair_line l WHERE l.repair_order_id = r.id
        AND l.state IN ('AUTHORIZED', 'ASSIGNED', 'WORKING', 'PAUSED', 'DONE', 'QC_FAIL')) AS open_lines,
       (SELECT l.name FROM repair_line l WHERE l.repair_order_id = r.id AND l.state = 'WORKING'
        ORDER BY l.id LIMIT 1) AS doing,
       (SELECT sum(l.labour_fen + l.parts_fen) FROM repair_line l WHERE l.repair_order_id = r.id AND l.payer = 'CP'
        AND l.state NOT IN ('PROPOSED', 'DECLINED', 'CANCELLED')) AS amount_fen
FROM repair_order r JOIN customer c ON c.id = r.customer_id JOIN staff a ON a.id = r.advisor_id
JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
WHERE r.store_id = $1 AND r.state NOT IN ('LEFT', 'DELIVERED', 'CLOSED', 'VOID')
  AND ($2::bigint IS NULL OR r.advisor_id = $2)
ORDER BY r.promised_finish_at NULLS FIRST, r.id
"""
_SHEETS = """
SELECT a.id, a.state, a.found_at, a.sent_at, a.expires_at, a.repair_order_id, v.plate
FROM additional_work a JOIN repair_order r ON r.id = a.repair_order_id JOIN vehicle v ON v.id = r.vehicle_id
WHERE r.store_id = $1 AND a.state IN ('FOUND', 'PRICED', 'EXPIRED') AND ($2::bigint IS NULL OR r.advisor_id = $2)
ORDER BY a.id
"""
_JOBS = """
SELECT l.id, l.repair_order_id, l.name, l.state, l.pause_reason, l.parts_expected_at, l.minutes, l.bay_id,
       l.technician_id, t.name AS technician, l.planned_starts_at, l.planned_ends_at, l.started_at, l.finished_at,
       v.plate, r.promised_finish_at AS promised_at, r.waits_on_site
FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id JOIN vehicle v ON v.id = r.vehicle_id
LEFT JOIN staff t ON t.id = l.technician_id
WHERE r.store_id = $1 AND l.bay_id IS NOT NULL AND l.state NOT IN ('CANCELLED', 'DECLINED')
  AND l.planned_starts_at < $3 AND (l.planned_ends_at >= $2 OR l.state IN ('ASSIGNED', 'WORKING', 'PAUSED', 'QC_FAIL'))
ORDER BY l.planned_starts_at, l.id
"""
_TO_SETTLE = ("READY", "BILLED", "BILL_CONFIRMED", "PAID")


async def day(actor: Actor, store_id: int, on: date, *, only_mine: bool = False) -> dict[str, Any]:
    """The advisor's day: what to do now by rule, and the columns, each sorted by its next deadline."""
    authorize(actor, "repair_orders.read", subject(store_id=store_id))
    mine = actor.id if only_mine else None
    appointments = await database.fetch(_APPOINTMENTS, store_id, clock.at(on), clock.end_of_day(on), mine)
    orders = await database.fetch(_ORDERS, store_id, mine)
    unconfirmed = await database.fetch(
        "SELECT id, starts_at, confirm_by FROM appointment WHERE store_id = $1 AND state = 'REQUESTED' "
        "ORDER BY confirm_by LIMIT 100",
        store_id,
    )
    sheets = await database.fetch(_SHEETS, store_id, mine)
    arrived = [row for row in appointments if row["state"] == "ARRIVED"]
    return {
        "todo": _todo(orders, sheets, arrived, unconfirmed, await policy_of(BoardPolicy, store_id)),
        "to_arrive": [row for row in appointments if row["state"] == "CONFIRMED"],
        "to_receive": arrived,
        "in_workshop": [row for row in orders if row["state"] not in _TO_SETTLE],
        "to_settle": [row for row in orders if row["state"] in _TO_SETTLE],
        "no_show": [row for row in appointments if row["state"] == "NO_SHOW"],
        "came_count": sum(row["state"] in ("ARRIVED", "CONVERTED") for row in appointments),
        "cancelled_count": sum(row["state"] == "CANCELLED" for row in appointments),
    }


def _todo(
    orders: list[dict[str, Any]],
    sheets: list[dict[str, Any]],
    arrived: list[dict[str, Any]],
    unconfirmed: list[dict[str, Any]],
    policy: BoardPolicy,
) -> list[dict[str, Any]]:
    """What burns, by rule, the worst first: silence, a promise at risk, a price or an owner that waits, a request."""
    now = clock.now()
    todo = [_silence(sheet) for sheet in sheets if sheet["state"] == "EXPIRED"]
    for order in orders:
        due = order["promised_at"]
        is_late = due is not None and due - now <= timedelta(minutes=policy.warn_minutes)
        if is_late and order["state"] not in _TO_SETTLE and order["promise_kept_by"] is None:
            rest = order["open_lines"] or order["title"]
            text = f"{clock.told(due)} 要交，还差 {rest}"
            todo.append(_entry("promise_at_risk", "YELLOW", text, order["plate"], repair_order_id=order["id"]))
        if order["state"] == "PAID" and _since(order["paid_at"]) >= policy.hand_over_within_hours * 60:
            text = f"{clock.told(order['paid_at'])} 付的款，交车还没完成"
            todo.append(_entry("hand_over", "YELLOW", text, order["plate"], repair_order_id=order["id"]))
    for sheet in sheets:
        if sheet["state"] != "EXPIRED":
            step = "定价" if sheet["state"] == "FOUND" else "发送"
            text = f"增项等您{step}，已 {clock.lasting(_since(sheet['found_at']))}"
            todo.append(_entry("price_additional_work", "YELLOW", text, sheet["plate"], **_of_sheet(sheet)))
    for row in arrived:
        waited = _since(row["arrived_at"])
        if waited >= policy.receive_within_minutes:
            text = f"到店 {clock.lasting(waited)}，还没接车"
            todo.append(_entry("receive", "YELLOW", text, row["plate"], appointment_id=row["id"]))
    if unconfirmed:
        text = f"{len(unconfirmed)} 个预约待确认，最早 {clock.told(unconfirmed[0]['starts_at'])}"
        todo.append(_entry("confirm_appointments", "GREEN", text, None, appointment_id=unconfirmed[0]["id"]))
    return todo


def _silence(sheet: dict[str, Any]) -> dict[str, Any]:
    text = f"增项 {clock.lasting(_since(sheet['sent_at']))}没回复，该项已停"
    return _entry("additional_work_unanswered", "RED", text, sheet["plate"], **_of_sheet(sheet))


def _of_sheet(sheet: dict[str, Any]) -> dict[str, int]:
    return {"additional_work_id": sheet["id"], "repair_order_id": sheet["repair_order_id"]}


def _entry(rule: str, urgency: str, text: str, plate: str | None, **ids: int) -> dict[str, Any]:
    nobody = {"repair_order_id": None, "additional_work_id": None, "appointment_id": None}
    return {"rule": rule, "urgency": urgency, "text": text, "plate": plate} | nobody | ids


def _since(at: Any) -> int:
    return minutes_between(at, clock.now())


async def bays(actor: Actor, store_id: int) -> dict[str, Any]:
    """Today's bays with their jobs, and what waits for dispatch with the ranked technicians and why."""
    authorize(actor, "repair_orders.read", subject(store_id=store_id))
    today = clock.today()
    store = await store_of(store_id)
    jobs = await database.fetch(_JOBS, store_id, clock.at(today), clock.end_of_day(today))
    day_minutes = max(store.closes_minute - store.opens_minute, 1)
    rows = []
    for bay in await Bay.filter(store_id=store_id).order_by("id"):
        own = [job for job in jobs if job["bay_id"] == bay.id]
        rows.append(
            {
                "bay_id": bay.id,
                "name": bay.name,
                "kind": bay.kind.value,
                "is_active": bay.is_active,
                "load_percent": sum(job["minutes"] for job in own) * 100 // day_minutes,
                "jobs": own,
            }
        )
    return {
        "opens_at": clock.at(today, *divmod(store.opens_minute, 60)),
        "closes_at": clock.at(today, *divmod(store.closes_minute, 60)),
        "bays": rows,
        "waiting": await _waiting_for_dispatch(store_id),
        "counts": await _counts(store_id),
    }


async def _waiting_for_dispatch(store_id: int) -> list[dict[str, Any]]:
    rows = await database.fetch(
        "SELECT l.id, l.repair_order_id FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id "
        "WHERE r.store_id = $1 AND l.state = 'AUTHORIZED' AND r.voided_at IS NULL ORDER BY l.id LIMIT 50",
        store_id,
    )
    lines = {line.id: line for line in await RepairLine.filter(id__in=[row["id"] for row in rows])}
    orders = {order.id: order for order in await RepairOrder.filter(id__in=[row["repair_order_id"] for row in rows])}
    plates = await database.fetch(
        "SELECT r.id, v.plate, m.series FROM repair_order r JOIN vehicle v ON v.id = r.vehicle_id "
        "JOIN vehicle_model m ON m.id = v.model_id WHERE r.id = ANY($1::bigint[])",
        list(orders),
    )
    cars = {row["id"]: row for row in plates}
    queue = rank_jobs([_as_job(orders[line.repair_order_id], line) for line in lines.values()], clock.now())
    waiting = []
    for job in queue:
        line = lines[job.id]
        order = orders[line.repair_order_id]
        waiting.append(
            {
                "line_id": line.id,
                "repair_order_id": order.id,
                "order_version": order.version,
                "name": line.name,
                "minutes": line.minutes,
                "plate": cars[order.id]["plate"],
                "series": cars[order.id]["series"],
                "promised_at": order.promised_finish_at,
                "waits_on_site": order.waits_on_site,
                "choices": await dispatching.recommend(order, line),
            }
        )
    return waiting


def _as_job(order: RepairOrder, line: RepairLine) -> Job:
    return Job(
        id=line.id,
        minutes=line.minutes,
        skill=line.bay_kind.value,
        promised_at=order.promised_finish_at or clock.now(),
        waits_on_site=order.waits_on_site,
        has_appointment=order.appointment_id is not None,
    )


async def _counts(store_id: int) -> dict[str, int]:
    """Jobs of the day by what they wait for; what waits for inspection is whole cars, as on the inspector's list."""
    row = await database.fetch_one(
        "SELECT count(*) FILTER (WHERE l.state = 'AUTHORIZED') AS to_dispatch, "
        "  count(*) FILTER (WHERE l.state = 'WORKING') AS working, "
        "  count(*) FILTER (WHERE l.state = 'PAUSED' AND l.pause_reason = 'WAIT_PARTS') AS waiting_for_parts, "
        "  count(DISTINCT r.id) FILTER (WHERE r.state = 'QC_PENDING') AS to_inspect "
        "FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id "
        "WHERE r.store_id = $1 AND r.state NOT IN ('LEFT', 'DELIVERED', 'CLOSED', 'VOID')",
        store_id,
    )
    return {name: int(value) for name, value in (row or {}).items()}
