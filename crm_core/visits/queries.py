"""The history of a car with its documents, for its owner."""

from datetime import date, datetime
from enum import StrEnum

from crm_core.billing.rules import BillState, Payer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.invoicing.rules import InvoiceState
from crm_core.repair_orders.hand_over.rules import HandOverState
from crm_core.repair_orders.papers.models import EstimateState
from crm_core.vehicles.bindings import is_bound
from crm_core.vehicles.errors import VehicleNotFound
from foundation.reading import Query, as_json, literals, read_model


class PaperKind(StrEnum):
    """The kinds of papers that a visit leaves."""

    INSPECTION = "INSPECTION"  # 环车检查报告.
    ESTIMATE = "ESTIMATE"  # 报价, as it was authorised.
    ADDITIONAL_WORK = "ADDITIONAL_WORK"  # 增项, as it was decided.
    QUALITY = "QUALITY"  # 质检.
    BILL = "BILL"  # 结算单.
    HAND_OVER = "HAND_OVER"  # 取车确认.
    INVOICE = "INVOICE"  # 发票.


@read_model
class Paper:
    """One document: its kind, its id in its own room, and when it became final.

    `word` is the invoice number of an invoice, and empty for all other kinds.
    """

    kind: PaperKind
    id: int
    at: datetime
    word: str


@read_model
class VisitWithPapers:
    """A visit and its papers in the order in which they were made. A visit imported from an earlier system has none."""

    id: int
    visited_on: date
    km: int | None
    summary: str
    paid_fen: int
    store: str | None
    repair_order_id: int | None
    papers: list[Paper]


@read_model
class History:
    """The visits of one car, newest first; `total_fen` is what was paid for them together.

    A customer sees only the visits since their account was bound to the car.
    """

    vehicle_id: int
    series: str
    plate: str
    total_fen: int
    visits: list[VisitWithPapers]


@read_model
class _Car:
    series: str
    plate: str


_ENDED_HAND_OVER = literals(HandOverState.CONFIRMED, HandOverState.AUTO_CONFIRMED, HandOverState.SETTLED)
_PAID_BILL = literals(BillState.PAID, BillState.PARTLY_REFUNDED, BillState.REFUNDED)


def _of(kind: PaperKind) -> str:
    return literals(kind)


_PAPERS = f"""
SELECT {_of(PaperKind.INSPECTION)} AS kind, p.id, coalesce(p.signed_at, p.inspected_at) AS at, '' AS word
FROM pre_inspection p WHERE p.repair_order_id = sv.repair_order_id
UNION ALL
SELECT {_of(PaperKind.ESTIMATE)}, e.id, coalesce(e.decided_at, e.made_at), '' FROM estimate e
WHERE e.repair_order_id = sv.repair_order_id AND e.state = {literals(EstimateState.AUTHORISED)}
UNION ALL
SELECT {_of(PaperKind.ADDITIONAL_WORK)}, a.id, a.decided_at, '' FROM additional_work a
WHERE a.repair_order_id = sv.repair_order_id AND a.decided_at IS NOT NULL
UNION ALL
SELECT {_of(PaperKind.QUALITY)}, o.id, o.quality_passed_at, '' FROM repair_order o
WHERE o.id = sv.repair_order_id AND o.quality_passed_at IS NOT NULL
UNION ALL
SELECT {_of(PaperKind.BILL)}, b.id, b.paid_at, '' FROM bill b
WHERE b.about = 'repair_order:' || sv.repair_order_id AND b.payer = {literals(Payer.CP)} AND b.state IN ({_PAID_BILL})
UNION ALL
SELECT {_of(PaperKind.HAND_OVER)}, h.id, coalesce(h.settled_at, h.confirmed_at), '' FROM hand_over h
WHERE h.repair_order_id = sv.repair_order_id AND h.state IN ({_ENDED_HAND_OVER})
UNION ALL
SELECT {_of(PaperKind.INVOICE)}, i.id, i.ended_at, i.number
FROM invoice_request i JOIN bill b ON b.id = i.bill_id
WHERE b.about = 'repair_order:' || sv.repair_order_id AND i.customer_id = $2
  AND i.state = {literals(InvoiceState.ISSUED)}
"""
_VISITS = Query(
    VisitWithPapers,
    f"""
    SELECT sv.id, sv.visited_on, sv.km, sv.summary, sv.paid_fen, s.short_name AS store, sv.repair_order_id,
           coalesce((SELECT json_agg({as_json(Paper, "d")} ORDER BY d.at) FROM ({_PAPERS}) d), '[]') AS papers
    FROM service_visit sv LEFT JOIN store s ON s.id = sv.store_id
    WHERE sv.vehicle_id = $1 AND sv.customer_id = $2 ORDER BY sv.visited_on DESC, sv.id DESC LIMIT 50
    """,
)
_CAR = Query(
    _Car,
    "SELECT m.series, v.plate FROM vehicle v JOIN vehicle_model m ON m.id = v.model_id WHERE v.id = $1",
)


async def history(actor: Actor, vehicle_id: int) -> History:
    """The visits of a car with the papers that were signed, shown and paid.

    Raises:
        VehicleNotFound: there is no such car, or the account is not (or no longer) bound to it.
    """
    authorise(actor, "vehicles.read", owners_own(actor.id))
    car = await _CAR.first(vehicle_id)
    if car is None or not await is_bound(vehicle_id=vehicle_id, customer_id=actor.id):
        raise VehicleNotFound
    visits = await _VISITS.all(vehicle_id, actor.id)
    return History(vehicle_id, car.series, car.plate, sum(visit.paid_fen for visit in visits), visits)
