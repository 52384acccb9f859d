"""What was taken off after the estimate, and what still can be, for the order's page."""

from datetime import datetime
from typing import Final

from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.repair_orders import discounting
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState
from crm_core.repair_orders.discounting import DiscountLimits
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.repair_orders.later_discounts.models import LaterDiscountState
from crm_core.repair_orders.rules import ENDED_WITHOUT_WORK, IN_WORKSHOP, LineState
from foundation.reading import Query, literals, read_model


@read_model
class _Order:
    """Whose order it is, and how far it has come."""

    store_id: int
    is_open: bool


@read_model
class LowerableJob:
    """A job whose price may still be lowered."""

    line_id: int
    name: str
    total_fen: int
    off_fen: int
    is_allowed: bool
    """The owner allowed it; otherwise it is priced and not sent to them yet."""


@read_model
class LaterDiscountRow:
    """What somebody took off, or wants to."""

    id: int
    off_fen: int
    reason: str
    state: LaterDiscountState
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    jobs: list[str]


@read_model
class LaterDiscounts:
    """The limits of the reader, the jobs that can be lowered, and what was asked for, the newest first."""

    limits: DiscountLimits
    lines: list[LowerableJob]
    given: list[LaterDiscountRow]


_ORDER: Final = Query(
    _Order, f"SELECT store_id, state IN ({literals(*IN_WORKSHOP)}) AS is_open FROM repair_order WHERE id = $1"
)
_LINES: Final = Query(
    LowerableJob,
    f"""
    SELECT l.id AS line_id, l.name, l.labour_fen + l.parts_fen AS total_fen,
           l.labour_off_fen + l.parts_off_fen AS off_fen,
           l.state NOT IN ({literals(LineState.PROPOSED)}) AS is_allowed
    FROM repair_line l LEFT JOIN additional_work a ON a.id = l.additional_work_id
    WHERE l.repair_order_id = $1 AND l.payer IN ({literals(Payer.CP)}) AND l.labour_fen + l.parts_fen > 0
      AND l.state NOT IN ({literals(*ENDED_WITHOUT_WORK)})
      AND (l.state NOT IN ({literals(LineState.PROPOSED)}) OR a.state IN ({literals(AdditionalWorkState.PRICED)}))
    ORDER BY l.id
    """,
)
_GIVEN: Final = Query(
    LaterDiscountRow,
    """
    SELECT d.id, d.off_fen, d.reason, d.state, s.name AS asked_by, d.asked_at, t.name AS decided_by,
           array(SELECT l.name FROM repair_line l WHERE d.off ? l.id::text ORDER BY l.id) AS jobs
    FROM later_discount d JOIN staff s ON s.id = d.asked_by LEFT JOIN staff t ON t.id = d.decided_by_id
    WHERE d.repair_order_id = $1 ORDER BY d.id DESC
    """,
)


async def of_order(actor: Actor, repair_order_id: int) -> LaterDiscounts:
    """What was and can be taken off an order after its estimate.

    Raises:
        RepairOrderNotFound, NotAllowed.
    """
    order = await _ORDER.first(repair_order_id)
    if order is None:
        raise RepairOrderNotFound
    authorise(actor, "repair_orders.give_discount", subject(store_id=order.store_id))
    return LaterDiscounts(
        limits=await discounting.limits_of(actor, order.store_id),
        lines=await _LINES.all(repair_order_id) if order.is_open else [],
        given=await _GIVEN.all(repair_order_id),
    )
