"""Reads comebacks: of one order for its page, and of a store over days for whoever answers for the workshop."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.policies.current import group_policy
from crm_core.repair_orders.comebacks import earlier
from crm_core.repair_orders.comebacks.judging import covered_by
from crm_core.repair_orders.comebacks.rules import NOT_DENIED, ComebackPolicy, ComebackState, is_covered
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.repair_orders.rules import LineState
from foundation import clock
from foundation.reading import Query, literals, read_model


@read_model
class EarlierVisit:
    """A visit this one may come back for, by its newest finished job; `until_on` and `until_km` are the end of that
    job's guarantee.
    """

    repair_order_id: int
    number: str
    line_id: int
    item_id: int | None
    name: str
    left_on: date
    until_on: date
    until_km: int
    is_covered: bool
    """Whether the guarantee is open; if not, the visit only counts."""


@read_model
class _Said:
    """What was said of the order."""

    state: ComebackState
    origin_repair_order_id: int
    origin_line: str | None
    reason: str
    decided_by: str | None
    decided_at: datetime | None


@read_model
class ComebackPage(_Said):
    """What was said, and the items that are free because of it."""

    origin_number: str
    free_item_ids: list[int]


@read_model
class Judgement:
    """What an advisor decides on: what was said, if anything, and what it could be about."""

    said: ComebackPage | None
    earlier: list[EarlierVisit]


@read_model
class _Order:
    """The order as the rules of comebacks see it."""

    id: int
    store_id: int
    customer_id: int
    vehicle_id: int
    mileage_km: int
    complaint: str
    opened_at: datetime
    delivered_at: datetime | None
    voided_at: datetime | None


@read_model
class _Number:
    """An order by the number that people say."""

    id: int
    number: str


class WorkOf(StrEnum):
    """WorkOf work it was."""

    STORE = "STORE"
    ADVISOR = "ADVISOR"
    TECHNICIAN = "TECHNICIAN"


@read_model
class FirstTimeFixed:
    """一次修复: of the visits that left in these days, how many came back (外返) or failed the final inspection (内返).

    The rate is `(visits - external) / visits`; without visits there is none.
    """

    whose: WorkOf
    id: int
    name: str
    visits: int
    external: int
    internal: int


@read_model
class ComebackRow:
    """A visit that came back, or seems to have; `state` says whether anybody answered the proposal."""

    repair_order_id: int
    number: str
    opened_at: datetime
    plate: str
    complaint: str
    state: ComebackState
    reason: str
    decided_by: str | None
    origin_repair_order_id: int
    origin_number: str
    origin_line: str | None
    days_since: int
    advisor: str
    technician: str | None


_ORDER: Final = Query(
    _Order,
    """
    SELECT id, store_id, customer_id, vehicle_id, mileage_km, complaint, opened_at, delivered_at, voided_at
    FROM repair_order WHERE id = $1
    """,
)
_SAID: Final = Query(
    _Said,
    """
    SELECT c.state, c.origin_repair_order_id, l.name AS origin_line, c.reason, s.name AS decided_by, c.decided_at
    FROM comeback c LEFT JOIN repair_line l ON l.id = c.origin_line_id LEFT JOIN staff s ON s.id = c.decided_by_id
    WHERE c.repair_order_id = $1
    """,
)
_NUMBERS: Final = Query(_Number, "SELECT id, number FROM repair_order WHERE id = ANY($1::bigint[])")
_CAME_BACK: Final = f"""
SELECT c.origin_repair_order_id, c.origin_line_id FROM comeback c JOIN repair_order b ON b.id = c.repair_order_id
JOIN repair_order o ON o.id = c.origin_repair_order_id
WHERE c.state IN ({literals(*NOT_DENIED)}) AND b.voided_at IS NULL
  AND (b.opened_at AT TIME ZONE 'Asia/Shanghai')::date <= (o.delivered_at AT TIME ZONE 'Asia/Shanghai')::date + $4::int
"""
_FIXED: Final = Query(
    FirstTimeFixed,
    f"""
    WITH came_back AS ({_CAME_BACK}),
    work AS (
        SELECT l.repair_order_id, l.technician_id, r.advisor_id, l.fail_count > 0 AS has_failed,
               EXISTS (SELECT FROM came_back c WHERE c.origin_repair_order_id = r.id) AS came_back,
               EXISTS (SELECT FROM came_back c WHERE c.origin_repair_order_id = r.id
                       AND (c.origin_line_id IS NULL OR c.origin_line_id = l.id)) AS for_this
        FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id
        WHERE r.store_id = $1 AND r.delivered_at >= $2 AND r.delivered_at < $3
          AND l.state IN ({literals(LineState.QC_OK)})
    ),
    counted AS (
        SELECT {literals(WorkOf.STORE)} AS whose, $1::bigint AS id, repair_order_id, came_back, has_failed FROM work
        UNION ALL SELECT {literals(WorkOf.ADVISOR)}, advisor_id, repair_order_id, came_back, has_failed FROM work
        UNION ALL SELECT {literals(WorkOf.TECHNICIAN)}, technician_id, repair_order_id, for_this, has_failed FROM work
        WHERE technician_id IS NOT NULL
    )
    SELECT c.whose, c.id, coalesce(s.name, o.short_name) AS name, count(DISTINCT c.repair_order_id) AS visits,
           count(DISTINCT c.repair_order_id) FILTER (WHERE c.came_back) AS external,
           count(DISTINCT c.repair_order_id) FILTER (WHERE c.has_failed) AS internal
    FROM counted c
    LEFT JOIN store o ON o.id = c.id AND c.whose = {literals(WorkOf.STORE)}
    LEFT JOIN staff s ON s.id = c.id AND c.whose <> {literals(WorkOf.STORE)}
    GROUP BY c.whose, c.id, s.name, o.short_name
    ORDER BY c.whose, external DESC, internal DESC, c.id
    """,
)
_OF_STORE: Final = Query(
    ComebackRow,
    """
    SELECT c.repair_order_id, b.number, b.opened_at, v.plate, b.complaint, c.state, c.reason, d.name AS decided_by,
           c.origin_repair_order_id, o.number AS origin_number, l.name AS origin_line,
           (b.opened_at AT TIME ZONE 'Asia/Shanghai')::date - (o.delivered_at AT TIME ZONE 'Asia/Shanghai')::date
             AS days_since,
           a.name AS advisor, t.name AS technician
    FROM comeback c JOIN repair_order b ON b.id = c.repair_order_id
    JOIN repair_order o ON o.id = c.origin_repair_order_id JOIN vehicle v ON v.id = b.vehicle_id
    JOIN staff a ON a.id = o.advisor_id LEFT JOIN repair_line l ON l.id = c.origin_line_id
    LEFT JOIN staff t ON t.id = l.technician_id LEFT JOIN staff d ON d.id = c.decided_by_id
    WHERE o.store_id = $1 AND b.opened_at >= $2 AND b.opened_at < $3 AND b.voided_at IS NULL
      AND o.delivered_at IS NOT NULL
    ORDER BY b.opened_at DESC LIMIT 200
    """,
)


async def of_order(actor: Actor, repair_order_id: int) -> Judgement:
    """What was said of an order and what it could come back for.

    Raises:
        RepairOrderNotFound, NotAllowed.
    """
    order = await _ORDER.first(repair_order_id)
    if order is None:
        raise RepairOrderNotFound
    authorise(actor, "repair_orders.judge_comeback", subject(store_id=order.store_id))
    jobs = await earlier.jobs_of(order)
    said = await _SAID.first(repair_order_id)
    origins = {job.repair_order_id for job in jobs} | ({said.origin_repair_order_id} if said else set())
    numbers = {row.id: row.number for row in await _NUMBERS.all(sorted(origins))}
    guarantees = await earlier.guarantees_of(order.store_id, jobs)
    back = earlier.return_of(order)
    return Judgement(
        said=await _page(order, said, numbers[said.origin_repair_order_id]) if said else None,
        earlier=[
            EarlierVisit(
                repair_order_id=job.repair_order_id,
                number=numbers[job.repair_order_id],
                line_id=job.line_id,
                item_id=job.item_id,
                name=job.name,
                left_on=job.left_on,
                until_on=guarantees[job.line_id].last_day(job.left_on),
                until_km=job.left_km + guarantees[job.line_id].km,
                is_covered=is_covered(job, back, guarantees[job.line_id]),
            )
            for job in jobs
        ],
    )


async def first_time_fixed(actor: Actor, store_id: int, first_on: date, last_on: date) -> list[FirstTimeFixed]:
    """一次修复率 of a store, of its advisors and of its technicians, over the visits that left in these days."""
    authorise(actor, "repair_orders.see_comebacks", subject(store_id=store_id))
    policy = await group_policy(ComebackPolicy)
    return await _FIXED.all(store_id, clock.at(first_on), clock.end_of_day(last_on), policy.counted_days)


async def comebacks(actor: Actor, store_id: int, first_on: date, last_on: date) -> list[ComebackRow]:
    """The cars that came in these days for work of this store, the newest first, denied ones with the reason."""
    authorise(actor, "repair_orders.see_comebacks", subject(store_id=store_id))
    return await _OF_STORE.all(store_id, clock.at(first_on), clock.end_of_day(last_on))


async def _page(order: _Order, said: _Said, number: str) -> ComebackPage:
    is_declared = said.state is ComebackState.DECLARED
    free = await covered_by(order, said.origin_repair_order_id) if is_declared else {}
    return ComebackPage(
        state=said.state,
        origin_repair_order_id=said.origin_repair_order_id,
        origin_number=number,
        origin_line=said.origin_line,
        reason=said.reason,
        decided_by=said.decided_by,
        decided_at=said.decided_at,
        free_item_ids=sorted(free),
    )
