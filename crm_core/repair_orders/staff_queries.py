"""What staff see: one order in full, a technician's work, what waits for an inspector. Masks come on at the door."""

from typing import Any

import orjson

from crm_core.customers import people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorize, subject
from crm_core.repair_orders import rules
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.queries import events_after
from crm_core.repair_orders.rules import HeaderState, LineFacts
from foundation import clock, database

_ORDER = """
SELECT r.*, s.short_name AS store, c.name AS customer_name, c.phone AS customer_phone, v.plate, v.vin, m.series, m.trim,
       a.name AS advisor,
       (SELECT count(*) FROM promise_change p WHERE p.repair_order_id = r.id) AS promise_changes,
       (SELECT coalesce(json_agg(json_build_object('item_id', i.item_id, 'name', i.name)), '[]')
        FROM appointment_item i WHERE i.appointment_id = r.appointment_id) AS planned_items
FROM repair_order r JOIN store s ON s.id = r.store_id JOIN customer c ON c.id = r.customer_id
JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id JOIN staff a ON a.id = r.advisor_id
"""
_LINE = """
SELECT l.*, t.name AS technician, b.name AS bay,
       (SELECT coalesce(round(sum(extract(epoch FROM coalesce(e.ended_at, $2) - e.started_at)) / 60), 0)::int
        FROM time_entry e WHERE e.line_id = l.id) AS clocked_minutes,
       (SELECT coalesce(json_agg(json_build_object('id', q.id, 'part', p.name, 'number', p.number,
               'quantity', q.quantity, 'state', q.state, 'expected_at', q.expected_at) ORDER BY q.id), '[]')
        FROM part_request q JOIN part p ON p.id = q.part_id WHERE q.line_id = l.id) AS parts
FROM repair_line l LEFT JOIN staff t ON t.id = l.technician_id LEFT JOIN bay b ON b.id = l.bay_id
"""
_MY_WORK = f"""
SELECT w.*, r.number, r.state AS order_state, r.promised_finish_at AS promised_at, r.waits_on_site, v.plate, m.series,
       r.version AS order_version
FROM ({_LINE} WHERE l.technician_id = $1
      AND (l.state IN ('ASSIGNED', 'WORKING', 'PAUSED', 'QC_FAIL') OR (l.state = 'DONE' AND l.finished_at >= $3))) w
JOIN repair_order r ON r.id = w.repair_order_id
JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
ORDER BY (w.state = 'WORKING') DESC, (w.state = 'QC_FAIL') DESC, w.planned_starts_at, w.id
"""


async def one(actor: Actor, repair_order_id: int) -> dict[str, Any]:
    """An order with its lines, sheets, checks, estimate, inspection and the log: page S4.

    Raises:
        RepairOrderNotFound, NotAllowed.
    """
    order = await database.fetch_one(f"{_ORDER} WHERE r.id = $1", repair_order_id)
    if order is None:
        raise RepairOrderNotFound
    keepers = await people.keepers(order["customer_id"])
    authorize(actor, "repair_orders.read", subject(store_id=order["store_id"], staff_ids=[*keepers]))
    lines = await _lines("l.repair_order_id = $1 ORDER BY l.id", repair_order_id)
    facts = [
        LineFacts(rules.LineState(line["state"]), line["pause_reason"] and rules.PauseReason(line["pause_reason"]))
        for line in lines
    ]
    order |= {
        "planned_items": orjson.loads(order["planned_items"]),
        "lines": lines,
        "sheets": await database.fetch(
            "SELECT a.id, a.state, a.version, a.found_at, a.sent_at, a.expires_at, a.decided_at, f.name AS found_by "
            "FROM additional_work a JOIN staff f ON f.id = a.found_by WHERE a.repair_order_id = $1 ORDER BY a.id",
            repair_order_id,
        ),
        "checks": await database.fetch(
            "SELECT q.line_id, q.has_passed, q.reason, q.at, i.name AS inspector FROM quality_check q "
            "JOIN staff i ON i.id = q.inspector_id WHERE q.repair_order_id = $1 ORDER BY q.id",
            repair_order_id,
        ),
        "estimate": await database.fetch_one(
            "SELECT version, state, owner_total_fen, promised_finish_at, sent_at, decided_at, decided_how, "
            "  goodwill_fen, state = 'DRAFT' AND goodwill_hash <> '' AND approved_by_id IS NULL AS waits_for_approval "
            "FROM estimate WHERE repair_order_id = $1 ORDER BY version DESC LIMIT 1",
            repair_order_id,
        ),
        "inspection": await database.fetch_one(
            "SELECT inspected_at, signed_at, energy_percent, belongings, damages, photos FROM pre_inspection "
            "WHERE repair_order_id = $1",
            repair_order_id,
        ),
        "log": list(reversed(await events_after(repair_order_id, 0, for_owner=False))),
        "next_step": next_step(order, facts),
    }
    return order


def next_step(order: dict[str, Any], lines: list[LineFacts]) -> dict[str, str | None]:
    """The next legal move and, when it is blocked, what is missing in Chinese."""
    state = HeaderState(order["state"])
    step = rules.NEXT_STEPS.get(state)
    if step is None:
        return {"action": None, "label": None, "missing": None}
    blocker = rules.billing_blocker(lines) if state is not HeaderState.READY else None
    is_work = state in (HeaderState.IN_PROGRESS, HeaderState.WAIT_OWNER, HeaderState.WAIT_PARTS)
    return {"action": step[0], "label": step[1], "missing": blocker if is_work else None}


async def my_work(actor: Actor) -> list[dict[str, Any]]:
    """A technician's jobs: what he is on, rework, what comes next, and what he finished today. No money in it."""
    authorize(actor, "repair_orders.work", subject(staff_ids=[actor.id]))
    rows = await database.fetch(_MY_WORK, actor.id, clock.now(), clock.at(clock.today()))
    return [_read(row) for row in rows]


async def to_inspect(actor: Actor, store_id: int) -> list[dict[str, Any]]:
    """Orders that wait for the final inspection, the earliest promise first, with their done lines and the doers."""
    authorize(actor, "repair_orders.read", subject(store_id=store_id))
    orders = await database.fetch(
        f"{_ORDER} WHERE r.store_id = $1 AND r.state = 'QC_PENDING' ORDER BY r.promised_finish_at LIMIT 100", store_id
    )
    for order in orders:
        order["lines"] = await _lines("l.repair_order_id = $1 AND l.state = 'DONE' ORDER BY l.id", order["id"])
    return orders


async def part_requests(actor: Actor, store_id: int) -> list[dict[str, Any]]:
    """备料 and 缺料 of a store that are still open, by the time they are needed."""
    authorize(actor, "parts.read", subject(store_id=store_id))
    return await database.fetch(
        "SELECT q.id, q.repair_order_id, r.version AS order_version, r.number, q.line_id, l.name AS line, "
        "  p.name AS part, p.number AS part_number, "
        "  q.quantity, q.state, q.expected_at, q.requested_at, l.planned_starts_at AS needed_at, b.name AS bay, "
        "  v.plate, m.series, k.on_hand - k.reserved AS free, "
        "  q.state = 'ISSUED' AND l.state = 'CANCELLED' AND l.started_at IS NOT NULL AS may_be_used "
        "FROM part_request q JOIN repair_order r ON r.id = q.repair_order_id JOIN repair_line l ON l.id = q.line_id "
        "JOIN part p ON p.id = q.part_id JOIN vehicle v ON v.id = r.vehicle_id "
        "JOIN vehicle_model m ON m.id = v.model_id LEFT JOIN bay b ON b.id = l.bay_id "
        "LEFT JOIN part_stock k ON k.part_id = q.part_id AND k.store_id = q.store_id "
        "WHERE q.store_id = $1 AND q.state IN ('REQUESTED', 'RESERVED', 'BACKORDERED', 'ARRIVED', 'ISSUED') "
        "ORDER BY l.planned_starts_at NULLS LAST, q.id LIMIT 200",
        store_id,
    )


async def candidates_for(actor: Actor, line_id: int) -> tuple[RepairOrder, RepairLine]:
    """A line to be dispatched and its order, for whoever may dispatch it.

    Raises:
        RepairOrderNotFound, NotAllowed.
    """
    line = await RepairLine.get_or_none(id=line_id)
    if line is None:
        raise RepairOrderNotFound
    order = await RepairOrder.get(id=line.repair_order_id)
    authorize(actor, "repair_orders.dispatch", subject(store_id=order.store_id))
    return order, line


async def _lines(condition: str, key: int) -> list[dict[str, Any]]:
    return [_read(row) for row in await database.fetch(f"{_LINE} WHERE {condition}", key, clock.now())]


def _read(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"parts": orjson.loads(row["parts"]), "photos": orjson.loads(row["photos"])}
