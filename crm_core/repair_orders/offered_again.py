"""What an order's estimate offers now, as an advisor would write it again: the next version begins with it."""

from typing import Final

from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.bay_kind import BayKind
from crm_core.dealerships.permissions import authorise, subject
from crm_core.pricing.work_kinds import WorkKind
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.repair_orders.models import LineSource
from crm_core.repair_orders.papers.models import EstimateState
from crm_core.repair_orders.rules import LineState
from foundation import database
from foundation.reading import Query, literals, read_model


@read_model
class OfferedPart:
    """外购件 of a job in words; the price is for one piece."""

    name: str
    quantity: int
    price_fen: int


@read_model
class _Line:
    item_id: int | None
    payer: Payer
    payer_approval_number: str
    is_guarantee: bool
    is_required: bool
    off_fen: int
    """All that was taken off it, its share of what was taken off the whole included."""
    deductible_fen: int
    is_diagnosis: bool
    name: str
    minutes: int
    labour_centihours: int
    list_labour_fen: int
    bay_kind: BayKind
    work_kind: WorkKind
    needs_road_test: bool
    parts: list[OfferedPart]


@read_model
class OfferedFreely:
    """自由项目, as it was written."""

    name: str
    minutes: int
    labour_centihours: int
    labour_fen: int
    bay_kind: BayKind
    work_kind: WorkKind
    needs_road_test: bool
    parts: list[OfferedPart]


@read_model
class OfferedLine:
    """A job of the catalogue or one in words."""

    item_id: int | None
    free: OfferedFreely | None
    payer: Payer
    payer_approval_number: str
    is_guarantee: bool
    is_required: bool
    discount_fen: int
    deductible_fen: int


@read_model
class OfferedAgain:
    """The newest version that nobody has decided: its jobs, whether a diagnosis is one, and why anything was taken off;
    no jobs where there is none.
    """

    lines: list[OfferedLine]
    with_diagnosis: bool
    discount_reason: str


_OPEN: Final = literals(EstimateState.DRAFT, EstimateState.SENT)
_LINES: Final = Query(
    _Line,
    f"""
    SELECT l.item_id, l.payer, l.payer_approval_number, l.guarantee_of_id IS NOT NULL AS is_guarantee, l.is_required,
           l.labour_off_fen + l.parts_off_fen AS off_fen, l.deductible_fen,
           l.diagnosis_waived_percent IS NOT NULL AS is_diagnosis, l.name, l.minutes, l.labour_centihours,
           l.labour_fen + l.labour_off_fen AS list_labour_fen, l.bay_kind, l.work_kind, l.needs_road_test,
           l.outside_parts AS parts
    FROM repair_line l
    WHERE l.repair_order_id = $1 AND l.state IN ({literals(LineState.PROPOSED)})
      AND l.source IN ({literals(LineSource.ESTIMATE)})
      AND EXISTS (SELECT FROM estimate e WHERE e.repair_order_id = $1 AND e.state IN ({_OPEN}))
    ORDER BY l.id
    """,
)
_REASON: Final = f"SELECT discount_reason FROM estimate WHERE repair_order_id = $1 AND state IN ({_OPEN})"


async def of_order(actor: Actor, repair_order_id: int) -> OfferedAgain:
    """For those who estimate.

    Raises:
        RepairOrderNotFound, NotAllowed.
    """
    store_id = await database.fetch_value("SELECT store_id FROM repair_order WHERE id = $1", repair_order_id)
    if store_id is None:
        raise RepairOrderNotFound
    authorise(actor, "repair_orders.estimate", subject(store_id=store_id))
    lines = await _LINES.all(repair_order_id)
    return OfferedAgain(
        lines=[_written(line) for line in lines if not line.is_diagnosis],
        with_diagnosis=any(line.is_diagnosis for line in lines),
        discount_reason=await database.fetch_value(_REASON, repair_order_id) or "",
    )


def _written(line: _Line) -> OfferedLine:
    return OfferedLine(
        item_id=line.item_id,
        free=_freely(line) if line.item_id is None else None,
        payer=line.payer,
        payer_approval_number=line.payer_approval_number,
        is_guarantee=line.is_guarantee,
        is_required=line.is_required,
        discount_fen=line.off_fen,
        deductible_fen=line.deductible_fen,
    )


def _freely(line: _Line) -> OfferedFreely:
    """Hours have the store's price of the day, so only labour without hours has one of its own."""
    return OfferedFreely(
        name=line.name,
        minutes=line.minutes,
        labour_centihours=line.labour_centihours,
        labour_fen=0 if line.labour_centihours else line.list_labour_fen,
        bay_kind=BayKind.BODY if line.bay_kind is BayKind.BODY else BayKind.GENERAL,
        work_kind=line.work_kind,
        needs_road_test=line.needs_road_test,
        parts=line.parts,
    )
