"""承诺风险: the orders of a store that will not be ready when they were promised, and what holds each of them up."""

from datetime import datetime

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.repair_orders import risk_rules
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState
from crm_core.repair_orders.clocked import CLOCKED_SO_FAR
from crm_core.repair_orders.house import house_of
from crm_core.repair_orders.promises import IN_WORK
from crm_core.repair_orders.risk_rules import REASONS, LineAtWork, Outlook, Risk
from crm_core.repair_orders.rules import HeaderState, PauseReason
from foundation import clock
from foundation.reading import Query, derive, listed, literals, read_model


@read_model
class PromiseAtRisk:
    """An order whose promise is at risk. `finish_at` is None where nobody can say when it will be ready."""

    id: int
    number: str
    version: int
    state: HeaderState
    plate: str
    series: str
    customer_name: str
    advisor: str
    waits_on_site: bool
    promised_at: datetime
    first_promised_at: datetime | None
    promise_changes: int
    risk: Risk
    reason: str
    """What the owner is told when the promise is moved."""
    blocking: list[str]
    parts_expected_at: datetime | None
    finish_at: datetime | None
    late_minutes: int
    is_said_to_be_kept: bool
    """Somebody answered the warning with 能按时."""


@read_model
class _Order:
    """An order in work, with its lines."""

    id: int
    number: str
    version: int
    state: HeaderState
    plate: str
    series: str
    customer_name: str
    advisor: str
    waits_on_site: bool
    promised_at: datetime
    first_promised_at: datetime | None
    promise_changes: int
    is_said_to_be_kept: bool
    waits_for_decision: bool
    lines: list[LineAtWork]


_IN_WORK = Query(
    _Order,
    f"""
    SELECT r.id, r.number, r.version, r.state, v.plate, m.series, c.name AS customer_name, a.name AS advisor,
           r.waits_on_site, r.promised_finish_at AS promised_at, r.first_promised_at,
           (SELECT count(*) FROM promise_change p WHERE p.repair_order_id = r.id) AS promise_changes,
           r.promise_kept_by IS NOT NULL AS is_said_to_be_kept,
           EXISTS (SELECT FROM additional_work w WHERE w.repair_order_id = r.id AND w.state
                   IN ({literals(AdditionalWorkState.SENT, AdditionalWorkState.EXPIRED)})) AS waits_for_decision,
           (SELECT {listed(LineAtWork, "l", order="l.id", clocked_minutes=CLOCKED_SO_FAR.format(now="$2"))}
            FROM repair_line l WHERE l.repair_order_id = r.id) AS lines
    FROM repair_order r JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    JOIN customer c ON c.id = r.customer_id JOIN staff a ON a.id = r.advisor_id
    WHERE r.store_id = $1 AND r.state IN ({literals(*IN_WORK)}) AND r.promised_finish_at IS NOT NULL
    ORDER BY r.promised_finish_at, r.id LIMIT 200
    """,
)


async def of_store(actor: Actor, store_id: int) -> list[PromiseAtRisk]:
    """The orders in work whose promise is at risk, the one promised first on top."""
    authorise(actor, "repair_orders.read", subject(store_id=store_id))
    now, house = clock.now(), await house_of(store_id)
    found = []
    for order in await _IN_WORK.all(store_id, now):
        seen = risk_rules.outlook(
            order.lines,
            order.promised_at,
            now,
            waits_for_decision=order.waits_for_decision,
            house=house,
        )
        if seen is not None:
            found.append(_at_risk(order, seen))
    return found


def _at_risk(order: _Order, seen: Outlook) -> PromiseAtRisk:
    waiting = [line.parts_expected_at for line in order.lines if line.pause_reason is PauseReason.WAIT_PARTS]
    return derive(
        PromiseAtRisk,
        order,
        risk=seen.risk,
        reason=REASONS[seen.risk],
        blocking=list(seen.blocking),
        parts_expected_at=max((at for at in waiting if at), default=None),
        finish_at=seen.finish_at,
        late_minutes=seen.late_minutes,
    )
