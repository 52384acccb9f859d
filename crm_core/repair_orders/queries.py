"""What the owner sees of his repair orders."""

from datetime import datetime
from typing import Any

import orjson

from crm_core.customers import people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import Subject, authorize
from crm_core.repair_orders.errors import AdditionalWorkNotFound, RepairOrderNotFound
from crm_core.repair_orders.models import (
    AdditionalWork,
    Estimate,
    EstimateState,
    PreInspection,
    RepairLine,
    RepairOrder,
)
from crm_core.repair_orders.order import who_sees
from foundation import database
from foundation.media_links import sign_fields, signed

# Bound to the car while it is here, or when it came: a new owner does not see the old one's visits.
_MAY_SEE = """
EXISTS (SELECT FROM binding b WHERE b.vehicle_id = r.vehicle_id AND b.customer_id = $2 AND b.state = 'BOUND'
        AND ((r.delivered_at IS NULL AND r.voided_at IS NULL) OR r.customer_id = $2 OR b.bound_at <= r.opened_at))
"""
_WAITING_FOR_OWNER = """
CASE WHEN r.state = 'OPENED' AND EXISTS (SELECT FROM pre_inspection p WHERE p.repair_order_id = r.id) THEN 'inspection'
     WHEN r.state = 'QUOTED' THEN 'estimate'
     WHEN EXISTS (SELECT FROM additional_work a WHERE a.repair_order_id = r.id AND a.state = 'SENT') THEN 'extra'
     WHEN r.state IN ('BILLED', 'BILL_CONFIRMED') THEN 'bill'
     WHEN r.state = 'PAID' THEN 'delivery' END
"""
# The owner's most read page: one statement, answered as it comes.
_PROGRESS = f"""
SELECT json_build_object(
  'id', r.id, 'number', r.number, 'store', s.short_name, 'store_phone', s.phone, 'series', m.series, 'plate', v.plate,
  'vehicle_id', r.vehicle_id, 'state', r.state, 'title', r.owner_title, 'standing', nullif(r.standing, ''),
  'mileage_km', r.mileage_km, 'opened_at', r.opened_at, 'promised_at', r.promised_finish_at,
  'first_promised_at', r.first_promised_at, 'delay_reason', nullif(r.promise_reason, ''),
  'delay_minutes', coalesce(round(extract(epoch FROM r.promised_finish_at - r.first_promised_at) / 60), 0)::int,
  'done', (SELECT count(*) FROM repair_line l WHERE l.repair_order_id = r.id AND l.state IN ('DONE', 'QC_OK')),
  'total', (SELECT count(*) FROM repair_line l WHERE l.repair_order_id = r.id
            AND l.state NOT IN ('PROPOSED', 'DECLINED', 'CANCELLED')),
  'doing', (SELECT json_build_object('line', l.name, 'technician', t.name, 'bay', y.name, 'started_at', e.started_at)
            FROM repair_line l JOIN staff t ON t.id = l.technician_id LEFT JOIN bay y ON y.id = l.bay_id
            JOIN time_entry e ON e.line_id = l.id AND e.ended_at IS NULL
            WHERE l.repair_order_id = r.id AND l.state = 'WORKING' ORDER BY e.started_at DESC LIMIT 1),
  'next', (SELECT coalesce(json_agg(l.name ORDER BY l.id), '[]') FROM repair_line l WHERE l.repair_order_id = r.id
           AND l.state IN ('AUTHORIZED', 'ASSIGNED', 'PAUSED', 'QC_FAIL')),
  'wants_wash', r.wants_wash,
  'nodes', (SELECT coalesce(json_agg(json_build_object('number', e.number, 'node', e.node, 'at', e.at, 'kind', e.kind,
              'sentence', e.owner_text, 'by', e.actor_name,
              'photos', (SELECT coalesce(json_agg(json_build_object('url', p->>'key', 'label', p->>'label')), '[]')
                         FROM jsonb_array_elements(e.media) p)) ORDER BY e.number DESC), '[]')
            FROM repair_event e WHERE e.repair_order_id = r.id AND e.owner_text <> ''),
  'advisor', a.name,
  'notices_left', coalesce((SELECT q.remaining FROM subscribe_allowance q
                            WHERE q.openid = $3 AND q.template = 'repair_progress'), 0),
  'waiting_for_owner', {_WAITING_FOR_OWNER},
  'additional_work_id', (SELECT a.id FROM additional_work a WHERE a.repair_order_id = r.id AND a.state = 'SENT'
                         ORDER BY a.id DESC LIMIT 1),
  'last_number', r.last_event_no, 'version', r.version)::text
FROM repair_order r
JOIN store s ON s.id = r.store_id
JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
JOIN staff a ON a.id = r.advisor_id
WHERE r.id = $1 AND {_MAY_SEE}
"""
_LIST = f"""
SELECT r.id, r.number, r.state, r.owner_title AS title, nullif(r.standing, '') AS standing, s.short_name AS store,
       m.series, v.plate, r.vehicle_id, r.mileage_km, r.opened_at, r.promised_finish_at AS promised_at, r.ready_at,
       r.delivered_at, CASE WHEN r.customer_id = $2 AND r.paid_at IS NOT NULL THEN r.paid_fen END AS paid_fen,
       {_WAITING_FOR_OWNER} AS waiting_for_owner,
       (SELECT a.expires_at FROM additional_work a WHERE a.repair_order_id = r.id AND a.state = 'SENT'
        ORDER BY a.id DESC LIMIT 1) AS decide_by,
       (SELECT l.name FROM repair_line l WHERE l.repair_order_id = r.id AND l.state = 'WORKING' LIMIT 1) AS doing,
       (SELECT count(*) FROM repair_line l WHERE l.repair_order_id = r.id AND l.state IN ('DONE', 'QC_OK')) AS done,
       (SELECT count(*) FROM repair_line l WHERE l.repair_order_id = r.id
        AND l.state NOT IN ('PROPOSED', 'DECLINED', 'CANCELLED')) AS total
FROM repair_order r JOIN store s ON s.id = r.store_id
JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
WHERE r.vehicle_id IN (SELECT vehicle_id FROM binding WHERE customer_id = $2 AND state = 'BOUND')
  AND r.state <> 'VOID' AND {_MAY_SEE} AND ($1::bigint IS NULL OR r.vehicle_id = $1)
ORDER BY r.opened_at DESC LIMIT 50
"""


async def progress(actor: Actor, repair_order_id: int) -> bytes:
    """The progress page as JSON, its photos under signed addresses.

    Raises:
        RepairOrderNotFound: none, or not bound to his account.
    """
    document = await database.fetch_value(_PROGRESS, repair_order_id, actor.id, actor.openid)
    if document is None:
        raise RepairOrderNotFound
    return sign_fields(document).encode()


async def of_owner(actor: Actor, vehicle_id: int | None = None) -> list[dict[str, Any]]:
    """The owner's visits, newest first: what is here now and the history."""
    return await database.fetch(_LIST, vehicle_id, actor.id)


async def events_after(repair_order_id: int, number: int, *, for_owner: bool) -> list[dict[str, Any]]:
    """What happened to an order after `number`, oldest first: the replay of a live page. The owner gets what is his."""
    rows = await database.fetch(
        "SELECT e.number, e.node, e.kind, e.at, e.text, e.amount_fen, e.owner_text, e.media, e.actor_name, "
        "  r.state, r.owner_title FROM repair_event e JOIN repair_order r ON r.id = e.repair_order_id "
        "WHERE e.repair_order_id = $1 AND e.number > $2 ORDER BY e.number",
        repair_order_id,
        number,
    )
    told = []
    for row in rows:
        photos = [{"url": signed(photo["key"]), "label": photo["label"]} for photo in orjson.loads(row["media"])]
        event = {"number": row["number"], "node": row["node"], "kind": row["kind"], "at": row["at"]}
        event |= {"state": row["state"], "title": row["owner_title"], "by": row["actor_name"]}
        is_for_him = bool(row["owner_text"])
        if for_owner:
            # The number alone of what is not for him, so that he knows he is up to date.
            event |= {"sentence": row["owner_text"], "photos": photos if is_for_him else []}
            told.append(event if is_for_him else event | {"kind": "updated", "by": ""})
        else:
            event |= {"sentence": row["text"], "amount_fen": row["amount_fen"], "photos": photos}
            told.append(event | {"is_told_to_owner": is_for_him})
    return told


async def readable(actor: Actor, repair_order_id: int) -> RepairOrder:
    """The order, if this owner or staff member may see it.

    Raises:
        RepairOrderNotFound: none, or not his.
    """
    order = await RepairOrder.get_or_none(id=repair_order_id)
    if order is None:
        raise RepairOrderNotFound
    customer_ids = await who_sees(order) if actor.is_owner else frozenset[int]()
    keepers = frozenset[int]() if actor.is_owner else frozenset(await people.keepers(order.customer_id))
    on = Subject(store_id=order.store_id, customer_ids=customer_ids, staff_ids=keepers)
    authorize(actor, "repair_orders.read", on)
    return order


async def inspection_of(actor: Actor, repair_order_id: int) -> tuple[RepairOrder, PreInspection]:
    """The walk-around report.

    Raises:
        RepairOrderNotFound: no order, not his, or not inspected yet.
    """
    order = await readable(actor, repair_order_id)
    report = await PreInspection.get_or_none(repair_order_id=repair_order_id)
    if report is None:
        raise RepairOrderNotFound("还没有环车检查报告。")
    return order, report


async def estimate_of(actor: Actor, repair_order_id: int) -> tuple[RepairOrder, Estimate]:
    """The newest version the owner was shown.

    Raises:
        RepairOrderNotFound: no order, not his, or nothing was sent yet.
    """
    order = await readable(actor, repair_order_id)
    shown = Estimate.filter(repair_order_id=repair_order_id).exclude(sent_at=None)
    estimate = await shown.exclude(state=EstimateState.SUPERSEDED).order_by("-version").first()
    if estimate is None:
        raise RepairOrderNotFound("还没有报价。")
    return order, estimate


async def sheet_of(actor: Actor, additional_work_id: int) -> tuple[RepairOrder, AdditionalWork, list[RepairLine]]:
    """A sheet of additional work with its items; the owner sees it once it was sent.

    Raises:
        AdditionalWorkNotFound, RepairOrderNotFound: none, or not for him.
    """
    sheet = await AdditionalWork.get_or_none(id=additional_work_id)
    if sheet is None or (actor.is_owner and sheet.sent_at is None):
        raise AdditionalWorkNotFound
    order = await readable(actor, sheet.repair_order_id)
    return order, sheet, await RepairLine.filter(additional_work_id=sheet.id).order_by("id")


async def sheets_of(actor: Actor, repair_order_id: int) -> list[AdditionalWork]:
    """The sheets of an order, newest first; the owner sees those that were sent."""
    await readable(actor, repair_order_id)
    sheets = AdditionalWork.filter(repair_order_id=repair_order_id).order_by("-id")
    return await (sheets.exclude(sent_at=None) if actor.is_owner else sheets)


async def store_revision(store_id: int) -> int:
    """A number that grows with every step of any order and appointment of a store: a board that shows it is current.

    Made of the rows' own counters, so it needs no lock and a step is in it exactly when it is committed.
    """
    total = await database.fetch_value(
        "SELECT (SELECT coalesce(sum(last_event_no), 0) FROM repair_order WHERE store_id = $1) "
        "+ (SELECT coalesce(sum(version), 0) FROM appointment WHERE store_id = $1)",
        store_id,
    )
    return int(total)


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from `start` to `end`, never negative."""
    return max(0, round((end - start).total_seconds() / 60))
