"""Reads for staff: one order in full, a technician's work, what waits for inspection. The endpoints mask by role."""

from collections.abc import Sequence
from typing import Final

from crm_core.billing.rules import Payer
from crm_core.customers import people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.parts.rules import OPEN_REQUESTS, RequestState
from crm_core.repair_orders import earlier_damages, inspection_rules, rules, to_dispatch
from crm_core.repair_orders.deductible_rules import owners_fen
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.repair_orders.estimate_rules import group_of
from crm_core.repair_orders.event_log import LogEntry, events_for_staff
from crm_core.repair_orders.papers.models import EstimateState
from crm_core.repair_orders.papers.queries import ALLOWED_FEN
from crm_core.repair_orders.quality_rules import POINTS
from crm_core.repair_orders.rules import IN_HAND, IN_WORKSHOP, HeaderState, LineFacts, LineState
from crm_core.repair_orders.staff_models import (
    AskedPart,
    Beside,
    BinRow,
    Check,
    LineRow,
    MyJob,
    MyPart,
    NextStep,
    OrderRow,
    PartRequestRow,
    PassedNote,
    PlannedItem,
    PointToCheck,
    Sheet,
    StaffEstimate,
    StaffInspection,
    StaffLine,
    StaffPhoto,
    StaffRepairOrder,
    ToInspect,
    WalkAround,
    WantedPart,
)
from crm_core.repair_orders.stock_query import brought_by, standing_in
from crm_core.repair_orders.to_dispatch import LineToDispatch
from foundation import clock
from foundation.media_links import signed
from foundation.reading import Query, derive, listed, literals

_NOT_COUNTED: Final = (LineState.PROPOSED, LineState.DECLINED, LineState.CANCELLED)

_ORDER: Final = f"""
SELECT r.id, r.number, r.version, r.state, r.owner_title AS title, r.standing, r.store_id, s.short_name AS store,
       r.customer_id, c.name AS customer_name, c.phone AS customer_phone, r.vehicle_id, v.plate, v.vin, m.series,
       m.trim, r.appointment_id, r.origin_repair_order_id, r.advisor_id, a.name AS advisor, r.sender_name, r.complaint,
       r.mileage_km, r.waits_on_site, r.keeps_old_parts, r.opened_at, r.promised_finish_at, r.first_promised_at,
       r.promise_reason, r.rework_count, r.ready_at, r.delivered_at, r.last_event_no AS last_number,
       (SELECT count(*) FROM promise_change p WHERE p.repair_order_id = r.id) AS promise_changes,
       (SELECT {listed(PlannedItem, "i", order="i.id")} FROM appointment_item i
        WHERE i.appointment_id = r.appointment_id) AS planned_items
FROM repair_order r JOIN store s ON s.id = r.store_id JOIN customer c ON c.id = r.customer_id
JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id JOIN staff a ON a.id = r.advisor_id
"""
_CLOCKED: Final = """
(SELECT coalesce(round(sum(extract(epoch FROM coalesce(e.ended_at, $2) - e.started_at)) / 60), 0)::int
 FROM time_entry e WHERE e.line_id = l.id)
"""
_SERIES: Final = (
    "(SELECT m.series FROM repair_order r JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m "
    "ON m.id = v.model_id WHERE r.id = q.repair_order_id)"
)
OUTSIDE: Final = """
(SELECT coalesce(string_agg(concat(x->>'name', ' ×', x->>'quantity'), '、'), '')
 FROM jsonb_array_elements(l.outside_parts) x)
"""
"""The parts of a line `l` that are bought for it, in words."""
_LINE: Final = f"""
SELECT l.id, l.name, coalesce(k.name, '') AS package, l.package_id, l.payer, l.payer_approval_number,
       h.number AS guarantee_of, l.is_required, l.state, l.pause_reason, l.parts_expected_at, l.urgency, l.finding,
       {OUTSIDE} AS outside, l.photos, l.source, l.additional_work_id, l.is_priced, l.minutes, l.labour_centihours,
       l.labour_fen, l.parts_fen,
       l.deductible_fen, l.labour_off_fen + l.parts_off_fen AS off_fen, l.decided_at, l.decided_how,
       l.evidence AS evidence_key, l.evidence_note, l.technician_id, t.name AS technician,
       array(SELECT DISTINCT s.name FROM time_entry e JOIN staff s ON s.id = e.technician_id
             WHERE e.line_id = l.id AND e.technician_id <> l.technician_id) AS helpers,
       b.name AS bay, l.planned_starts_at, l.planned_ends_at, l.started_at, l.finished_at, l.fail_count,
       l.needs_road_test, {_CLOCKED} AS clocked_minutes,
       (SELECT {
    listed(
        WantedPart,
        "q",
        order="q.id",
        part="p.name",
        number="p.number",
        alternatives=standing_in(
            "q.part_id", "q.store_id", f"q.state IN ({literals(RequestState.BACKORDERED)})", _SERIES
        ),
        brought_by=brought_by("q"),
    )
} FROM part_request q JOIN part p ON p.id = q.part_id WHERE q.line_id = l.id) AS parts
FROM repair_line l LEFT JOIN staff t ON t.id = l.technician_id LEFT JOIN bay b ON b.id = l.bay_id
LEFT JOIN service_package k ON k.id = l.package_id
LEFT JOIN repair_line g ON g.id = l.guarantee_of_id LEFT JOIN repair_order h ON h.id = g.repair_order_id
"""
_SECONDS: Final = "(SELECT coalesce(sum(extract(epoch FROM e.ended_at - {since})), 0)::int FROM time_entry e"
_OWN: Final = "WHERE e.line_id = l.id AND e.technician_id = $1"
_ONE = Query(OrderRow, f"{_ORDER} WHERE r.id = $1")
_TO_INSPECT = Query(
    OrderRow,
    f"{_ORDER} WHERE r.store_id = $1 AND r.state IN ({literals(HeaderState.QC_PENDING)}) "
    "ORDER BY r.promised_finish_at LIMIT 100",
)
_LINES = Query(LineRow, f"{_LINE} WHERE l.repair_order_id = $1 ORDER BY l.id")
_DONE_LINES = Query(
    LineRow,
    f"""
    {_LINE} WHERE l.repair_order_id = $1 AND (l.state IN ({literals(LineState.DONE)})
      OR (l.state IN ({literals(LineState.CANCELLED)}) AND l.started_at IS NOT NULL)) ORDER BY l.id
    """,
)
_MY_WORK = Query(
    MyJob,
    f"""
    SELECT l.id AS line_id, l.repair_order_id, r.version AS order_version, r.state AS order_state, r.number, l.name,
           l.state, l.pause_reason, l.parts_expected_at, v.plate, m.series, b.name AS bay,
           r.promised_finish_at AS promised_at, r.waits_on_site, l.planned_starts_at,
           coalesce(nullif(l.labour_centihours * 60 / 100, 0), l.minutes) AS standard_minutes,
           {_CLOCKED} AS clocked_minutes,
           {_SECONDS.format(since="e.started_at")} WHERE e.line_id = l.id) AS clocked_seconds,
           {_SECONDS.format(since="e.started_at")} {_OWN}) AS own_seconds,
           {_SECONDS.format(since="greatest(e.started_at, $3)")} {_OWN} AND e.ended_at > $3) AS own_today_seconds,
           (SELECT e.started_at FROM time_entry e {_OWN} AND e.ended_at IS NULL) AS own_since,
           l.technician_id = $1 AS is_own, t.name AS technician,
           (SELECT {listed(Beside, "e", order="e.id", name="s.name", since="e.started_at")}
            FROM time_entry e JOIN staff s ON s.id = e.technician_id
            WHERE e.line_id = l.id AND e.technician_id <> $1 AND e.ended_at IS NULL) AS beside,
           (SELECT {listed(PassedNote, "h", order="h.id DESC", by="s.name")}
            FROM passed_job h JOIN staff s ON s.id = h.from_id WHERE h.line_id = l.id) AS notes,
           l.finished_at, l.fail_count, l.finding,
           (SELECT {listed(MyPart, "q", order="q.id", part="p.name")}
            FROM part_request q JOIN part p ON p.id = q.part_id WHERE q.line_id = l.id) AS parts,
           (SELECT {listed(AskedPart, "k", order="k.id", decision="w.state", is_mine="k.asked_by = $1")}
            FROM part_ask k LEFT JOIN additional_work w ON w.id = k.additional_work_id
            WHERE k.line_id = l.id) AS asks
    FROM repair_line l LEFT JOIN bay b ON b.id = l.bay_id JOIN repair_order r ON r.id = l.repair_order_id
    JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    LEFT JOIN staff t ON t.id = l.technician_id
    WHERE (l.technician_id = $1 AND (l.state IN ({literals(*IN_HAND)})
                                     OR (l.state IN ({literals(LineState.DONE)}) AND l.finished_at >= $3)))
       OR l.id IN (SELECT e.line_id FROM time_entry e
                   WHERE e.technician_id = $1 AND (e.ended_at IS NULL OR e.ended_at > $3))
    ORDER BY l.state IN ({literals(LineState.WORKING)}) DESC, l.state IN ({literals(LineState.QC_FAIL)}) DESC,
             l.planned_starts_at, l.id
    """,
)
_SHEETS = Query(
    Sheet,
    """
    SELECT a.id, a.state, a.version, a.found_at, a.sent_at, a.expires_at, a.decided_at, f.name AS found_by
    FROM additional_work a JOIN staff f ON f.id = a.found_by WHERE a.repair_order_id = $1 ORDER BY a.id
    """,
)
_CHECKS = Query(
    Check,
    """
    SELECT q.line_id, q.has_passed, q.reason, q.at, i.name AS inspector
    FROM quality_check q JOIN staff i ON i.id = q.inspector_id WHERE q.repair_order_id = $1 ORDER BY q.id
    """,
)
_ESTIMATE = Query(
    StaffEstimate,
    f"""
    SELECT version, state, owner_total_fen, {ALLOWED_FEN} AS allowed_fen,
           promised_finish_at, sent_at, decided_at, decided_how, goodwill_fen,
           state IN ({literals(EstimateState.DRAFT)}) AND goodwill_hash <> '' AND approved_by_id IS NULL
             AS waits_for_approval, discount_fen, discount_reason,
           state IN ({literals(EstimateState.DRAFT)}) AND discount_hash <> '' AND discount_approved_by_id IS NULL
             AS discount_waits_for_approval
    FROM estimate e WHERE repair_order_id = $1 ORDER BY version DESC LIMIT 1
    """,
)
_INSPECTION = Query(
    WalkAround,
    """
    SELECT inspected_at, signed_at, energy_percent, belongings, damages, photos
    FROM pre_inspection WHERE repair_order_id = $1
    """,
)
_PART_REQUESTS = Query(
    PartRequestRow,
    f"""
    SELECT q.id, q.repair_order_id, r.version AS order_version, r.number, q.line_id, l.name AS line,
           p.name AS part, p.number AS part_number, q.quantity, q.state, q.expected_at, q.not_found_at, q.requested_at,
           l.planned_starts_at AS needed_at, b.name AS bay, v.plate, m.series, k.on_hand - k.reserved AS free,
           (SELECT {listed(BinRow, "w", order="w.bin")}
            FROM part_bin w WHERE w.stock_id = k.id AND w.on_hand > 0) AS bins,
           {standing_in("q.part_id", "q.store_id", f"q.state IN ({literals(RequestState.BACKORDERED)})", "m.series")}
             AS alternatives,
           {brought_by("q")} AS brought_by,
           q.state IN ({literals(RequestState.ISSUED)}) AND l.state IN ({literals(LineState.CANCELLED)})
             AND l.started_at IS NOT NULL AS may_be_used
    FROM part_request q JOIN repair_order r ON r.id = q.repair_order_id JOIN repair_line l ON l.id = q.line_id
    JOIN part p ON p.id = q.part_id JOIN vehicle v ON v.id = r.vehicle_id
    JOIN vehicle_model m ON m.id = v.model_id LEFT JOIN bay b ON b.id = l.bay_id
    LEFT JOIN part_stock k ON k.part_id = q.part_id AND k.store_id = q.store_id
    WHERE q.store_id = $1 AND (q.state IN ({literals(*OPEN_REQUESTS)})
      OR (q.state IN ({literals(RequestState.ISSUED)}) AND r.state IN ({literals(*IN_WORKSHOP)})))
    ORDER BY l.planned_starts_at NULLS LAST, q.id LIMIT 200
    """,
)


async def one(actor: Actor, repair_order_id: int) -> StaffRepairOrder:
    """An order with its lines, sheets, checks, estimate, inspection and the log, the newest first: page S4.

    Raises:
        RepairOrderNotFound, NotAllowed.
    """
    order = await _ONE.first(repair_order_id)
    if order is None:
        raise RepairOrderNotFound
    keepers = await people.keepers(order.customer_id)
    authorise(actor, "repair_orders.read", subject(store_id=order.store_id, staff_ids=[*keepers]))
    lines = await _LINES.all(repair_order_id, clock.now())
    walk_around = await _INSPECTION.first(repair_order_id)
    return derive(
        StaffRepairOrder,
        order,
        lines=[_line(line) for line in lines],
        sheets=await _SHEETS.all(repair_order_id),
        checks=await _CHECKS.all(repair_order_id),
        estimate=await _ESTIMATE.first(repair_order_id),
        inspection=_inspection(walk_around) if walk_around is not None else None,
        totals_fen=_totals(lines),
        next_step=next_step(order.state, [LineFacts(line.state, line.pause_reason) for line in lines]),
        log=[derive(LogEntry, event) for event in reversed(await events_for_staff(repair_order_id, 0))],
    )


def next_step(state: HeaderState, lines: list[LineFacts]) -> NextStep:
    """The next possible step and, if it is blocked, what is missing, in Chinese."""
    step = rules.NEXT_STEPS.get(state)
    if step is None:
        return NextStep(action=None, label=None, missing=None)
    blocker = rules.billing_blocker(lines) if state is not HeaderState.READY else None
    is_work = state in (HeaderState.IN_PROGRESS, HeaderState.WAIT_OWNER, HeaderState.WAIT_PARTS)
    return NextStep(action=step[0], label=step[1], missing=blocker if is_work else None)


async def my_work(actor: Actor) -> list[MyJob]:
    """The actor's jobs as a technician: current, rework, next, finished today, and those they help with or passed on;
    without amounts.
    """
    authorise(actor, "repair_orders.work", subject(staff_ids=[actor.id]))
    return await _MY_WORK.all(actor.id, clock.now(), clock.at(clock.today()))


async def to_inspect(actor: Actor, store_id: int) -> list[ToInspect]:
    """Orders that wait for the final inspection, the earliest promise first, with their done lines and the doers."""
    authorise(actor, "repair_orders.read", subject(store_id=store_id))
    waiting = []
    for order in await _TO_INSPECT.all(store_id):
        lines = [_line(line) for line in await _DONE_LINES.all(order.id, clock.now())]
        needs_road_test = any(line.needs_road_test for line in lines)
        waiting.append(
            derive(
                ToInspect,
                order,
                promised_at=order.promised_finish_at,
                needs_road_test=needs_road_test,
                lines=lines,
                points=[PointToCheck(name=point.name, unit=point.unit) for point in POINTS],
            )
        )
    return waiting


async def part_requests(actor: Actor, store_id: int) -> list[PartRequestRow]:
    """The open part requests of a store (备料 and 缺料), ordered by the time they are needed."""
    authorise(actor, "parts.read", subject(store_id=store_id))
    return await _PART_REQUESTS.all(store_id)


async def candidates_for(actor: Actor, line_id: int) -> LineToDispatch:
    """A line to be dispatched with its order, for an actor who may dispatch it.

    Raises:
        RepairOrderNotFound, NotAllowed.
    """
    line = await to_dispatch.one(line_id)
    if line is None:
        raise RepairOrderNotFound
    authorise(actor, "repair_orders.dispatch", subject(store_id=line.order.store_id))
    return line


def _line(row: LineRow) -> StaffLine:
    return derive(
        StaffLine,
        row,
        photos=[StaffPhoto(url=signed(photo.key), label=photo.label) for photo in row.photos],
        evidence=StaffPhoto(url=signed(row.evidence_key), label="凭证") if row.evidence_key else None,
        group=group_of(row.package_id, is_required=row.is_required),
    )


def _inspection(report: WalkAround) -> StaffInspection:
    return derive(
        StaffInspection,
        report,
        photos=[StaffPhoto(signed(photo.key), inspection_rules.label_of(photo.position)) for photo in report.photos],
        damages=[StaffPhoto(signed(mark.key), f"{mark.part}{mark.damage}{mark.size}") for mark in report.damages],
        marks=earlier_damages.on_car(report.damages),
    )


def _totals(lines: Sequence[LineRow]) -> dict[str, int]:
    """What each payer pays, in fen."""
    totals = dict.fromkeys([payer.value for payer in Payer], 0)
    for line in lines:
        if line.state not in _NOT_COUNTED:
            price_fen = (line.labour_fen or 0) + (line.parts_fen or 0)
            owners = owners_fen(line.payer, price_fen, line.deductible_fen or 0)
            totals[Payer.CP] += owners
            totals[line.payer] += 0 if line.payer is Payer.CP else price_fen - owners
    return totals
