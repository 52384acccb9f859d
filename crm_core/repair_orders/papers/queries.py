"""The papers of an order that its owner decides on: the walk-around report, the estimate, sheets of additional work."""

from datetime import datetime
from typing import Final

from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState, Urgency
from crm_core.repair_orders.errors import AdditionalWorkNotFound, RepairOrderNotFound
from crm_core.repair_orders.models import LineSource
from crm_core.repair_orders.papers.models import EstimateState
from crm_core.repair_orders.photos import DamageMark, PositionPhoto, StoredPhoto
from crm_core.repair_orders.queries import readable
from crm_core.repair_orders.rules import LineState
from crm_core.repair_orders.sums import require_sums
from foundation import database
from foundation.reading import Query, listed, literals, read_model


@read_model
class InspectionReport:
    """The walk-around report; `version` is the order's."""

    repair_order_id: int
    version: int
    inspected_at: datetime
    mileage_km: int
    energy_percent: int
    belongings: str
    photos: list[PositionPhoto]
    damages: list[DamageMark]
    signed_at: datetime | None


@read_model
class EstimateLine:
    """A job as it was offered."""

    line_id: int
    item_id: int | None
    name: str
    payer: Payer
    labour_fen: int
    parts_fen: int
    minutes: int
    guarantee_of: str = ""
    """The order because of whose repair guarantee it is free."""
    off_fen: int = 0
    """What a discount took off its price."""
    group: str = ""
    """Jobs of one group are decided together; one without a group by itself."""
    deductible_fen: int = 0
    """What the owner pays of it although an insurer pays the rest."""
    outside: str = ""
    """外购件: the parts that are bought for it, `冷凝器 ×2`."""


@read_model
class ShownEstimate:
    """One version of the estimate, as its owner was shown it."""

    repair_order_id: int
    version: int
    state: EstimateState
    lines: list[EstimateLine]
    total_fen: int
    discount_fen: int
    """What was taken off, and is not in the sum any more."""
    allowed_fen: int | None
    """What was allowed of it, once it was."""
    declined_line_ids: list[int]
    """The jobs that were declined of an estimate that was allowed."""
    promised_finish_at: datetime
    sent_at: datetime | None
    decided_at: datetime | None
    keeps_old_parts: bool | None
    decline_reason: str
    """Why nothing is done, where they said so."""
    advisor: str
    phone: str | None
    """The number to call about it: the advisor's at work, or else the store's."""


@read_model
class SheetItem:
    """A job that was found."""

    line_id: int
    name: str
    finding: str
    urgency: Urgency | None
    photos: list[StoredPhoto]
    payer: Payer
    labour_centihours: int
    labour_fen: int
    parts_fen: int
    deductible_fen: int
    """What the owner pays of it although an insurer pays the rest."""
    minutes: int
    is_priced: bool
    state: LineState


@read_model
class SheetHead:
    """A sheet of additional work at one version."""

    id: int
    repair_order_id: int
    number: str
    """The order's."""
    state: AdditionalWorkState
    version: int
    found_by: str
    found_at: datetime
    sent_at: datetime | None
    expires_at: datetime | None
    decided_at: datetime | None


@read_model
class AdditionalWorkSheet(SheetHead):
    """With its items, and what the order promises."""

    promised_at: datetime | None
    first_promised_at: datetime | None
    advisor: str
    phone: str | None
    """The number to call about it: the advisor's at work, or else the store's."""
    items: list[SheetItem]


_NUMBER: Final = "coalesce(nullif(a.service_phone, ''), nullif(s.phone, ''))"
ALLOWED_FEN: Final = f"""
coalesce(e.allowed_fen, CASE WHEN e.state IN ({literals(EstimateState.AUTHORISED)}) THEN e.owner_total_fen END)
"""
"""What was allowed of an estimate `e`: an estimate may have been allowed before this was stored, and then whole."""
_INSPECTION: Final = Query(
    InspectionReport,
    """
    SELECT r.id AS repair_order_id, r.version, p.inspected_at, r.mileage_km, p.energy_percent, p.belongings, p.photos,
           p.damages, p.signed_at
    FROM pre_inspection p JOIN repair_order r ON r.id = p.repair_order_id WHERE r.id = $1
    """,
)
_ESTIMATE: Final = Query(
    ShownEstimate,
    f"""
    SELECT e.repair_order_id, e.version, e.state, e.lines, e.owner_total_fen AS total_fen, e.discount_fen,
           {ALLOWED_FEN} AS allowed_fen,
           (SELECT coalesce(json_agg(l.id ORDER BY l.id), '[]') FROM repair_line l
            WHERE l.repair_order_id = r.id AND l.source IN ({literals(LineSource.ESTIMATE)})
              AND l.state IN ({literals(LineState.DECLINED)})
              AND e.state IN ({literals(EstimateState.AUTHORISED)})) AS declined_line_ids, e.promised_finish_at,
           e.sent_at, e.decided_at, r.keeps_old_parts, e.decline_reason, a.name AS advisor, {_NUMBER} AS phone
    FROM estimate e JOIN repair_order r ON r.id = e.repair_order_id JOIN staff a ON a.id = r.advisor_id
    JOIN store s ON s.id = r.store_id
    WHERE r.id = $1 AND e.sent_at IS NOT NULL AND e.state NOT IN ({literals(EstimateState.SUPERSEDED)})
    ORDER BY e.version DESC LIMIT 1
    """,
)
_SHEET: Final = f"""
SELECT w.id, w.repair_order_id, r.number, w.state, w.version, f.name AS found_by, w.found_at, w.sent_at, w.expires_at,
       w.decided_at, r.promised_finish_at AS promised_at, r.first_promised_at, a.name AS advisor,
       {_NUMBER} AS phone,
       (SELECT {listed(SheetItem, "l", order="l.id", line_id="l.id")}
        FROM repair_line l WHERE l.additional_work_id = w.id) AS items
FROM additional_work w JOIN repair_order r ON r.id = w.repair_order_id JOIN staff f ON f.id = w.found_by
JOIN staff a ON a.id = r.advisor_id JOIN store s ON s.id = r.store_id
"""
_ONE_SHEET: Final = Query(AdditionalWorkSheet, f"{_SHEET} WHERE w.id = $1")
_SHEETS: Final = Query(
    AdditionalWorkSheet,
    f"{_SHEET} WHERE w.repair_order_id = $1 AND (w.sent_at IS NOT NULL OR NOT $2) ORDER BY w.id DESC",
)


_WAITING: Final = f"""
SELECT w.id FROM additional_work w WHERE w.repair_order_id = $1 AND w.state IN ({literals(AdditionalWorkState.SENT)})
ORDER BY w.id DESC LIMIT 1
"""


async def inspection_of(actor: Actor, repair_order_id: int) -> InspectionReport:
    """The walk-around report.

    Raises:
        RepairOrderNotFound: no order, not theirs, or not inspected yet.
    """
    await readable(actor, repair_order_id)
    report = await _INSPECTION.first(repair_order_id)
    if report is None:
        raise RepairOrderNotFound("还没有环车检查报告。")
    return report


async def estimate_of(actor: Actor, repair_order_id: int) -> ShownEstimate:
    """The newest version the owner was shown.

    Raises:
        OwnerMustDecide: family, who are shown the progress and no prices.
        RepairOrderNotFound: no order, not theirs, or nothing was sent yet.
    """
    await readable(actor, repair_order_id)
    await require_sums(actor, repair_order_id)
    estimate = await _ESTIMATE.first(repair_order_id)
    if estimate is None:
        raise RepairOrderNotFound("还没有报价。")
    return estimate


async def sheet_of(actor: Actor, additional_work_id: int) -> AdditionalWorkSheet:
    """A sheet of additional work with its items; the owner sees it once it was sent.

    Raises:
        AdditionalWorkNotFound, RepairOrderNotFound: none, or not for them.
        OwnerMustDecide: family, who are shown the progress and no prices.
    """
    sheet = await _ONE_SHEET.first(additional_work_id)
    if sheet is None or (actor.is_owner and sheet.sent_at is None):
        raise AdditionalWorkNotFound
    await readable(actor, sheet.repair_order_id)
    await require_sums(actor, sheet.repair_order_id)
    return sheet


async def sheets_of(actor: Actor, repair_order_id: int) -> list[AdditionalWorkSheet]:
    """The sheets of an order, newest first; the owner sees those that were sent."""
    await readable(actor, repair_order_id)
    await require_sums(actor, repair_order_id)
    return await _SHEETS.all(repair_order_id, actor.is_owner)


async def waiting_sheet(repair_order_id: int) -> int | None:
    """The newest sheet of an order that waits for its owner. The caller has checked who reads it."""
    found: int | None = await database.fetch_value(_WAITING, repair_order_id)
    return found
