"""Reads for the technician's phone: whose job one could join, and to whom one's own could be given."""

from datetime import datetime

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import BayKind
from crm_core.dealerships.permissions import authorise, subject
from crm_core.repair_orders import placing, to_dispatch
from crm_core.repair_orders.errors import LineNotFound
from crm_core.repair_orders.rules import LineState
from crm_core.repair_orders.together import joining
from foundation.reading import Query, derive, literals, read_model


@read_model
class _Running:
    """A job that somebody else of the store is working on."""

    id: int
    name: str
    bay_kind: BayKind
    plate: str
    series: str
    bay: str | None
    technicians: list[str]
    promised_at: datetime | None


@read_model
class JobToJoin:
    """The same for a technician who may help: `why_not` is empty when they can."""

    line_id: int
    name: str
    plate: str
    series: str
    bay: str | None
    technicians: list[str]
    promised_at: datetime | None
    why_not: str


@read_model
class ColleagueRow:
    """A technician of the store to whom a job could be given: when they can go on, or why they cannot."""

    technician_id: int
    technician: str
    starts_at: datetime
    why_not: str


_RUNNING = Query(
    _Running,
    f"""
    SELECT l.id, l.name, l.bay_kind, v.plate, m.series, b.name AS bay, r.promised_finish_at AS promised_at,
           array(SELECT s.name FROM time_entry e JOIN staff s ON s.id = e.technician_id
                 WHERE e.line_id = l.id AND e.ended_at IS NULL ORDER BY e.id) AS technicians
    FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id JOIN vehicle v ON v.id = r.vehicle_id
    JOIN vehicle_model m ON m.id = v.model_id LEFT JOIN bay b ON b.id = l.bay_id
    WHERE r.store_id = $1 AND l.state IN ({literals(LineState.WORKING)}) AND l.technician_id <> $2
      AND NOT EXISTS (SELECT FROM time_entry e WHERE e.line_id = l.id AND e.technician_id = $2 AND e.ended_at IS NULL)
    ORDER BY r.promised_finish_at NULLS LAST, l.id LIMIT 100
    """,
)


async def to_join(actor: Actor, store_id: int) -> list[JobToJoin]:
    """The jobs colleagues are working on in a store, the earliest promise first."""
    authorise(actor, "repair_orders.join", subject(store_id=store_id))
    running = await _RUNNING.all(store_id, actor.id)
    in_the_way = await joining.obstacles(actor, running)
    return [derive(JobToJoin, job, line_id=job.id, why_not=in_the_way.get(job.id, "")) for job in running]


async def colleagues(actor: Actor, line_id: int) -> list[ColleagueRow]:
    """To whom a technician could give their job, the best first.

    Raises:
        LineNotFound: there is no such job.
    """
    line = await to_dispatch.one(line_id)
    if line is None:
        raise LineNotFound
    authorise(actor, "repair_orders.work", subject(store_id=line.order.store_id, staff_ids=[line.technician_id]))
    return [
        ColleagueRow(
            technician_id=choice.recommendation.technician_id,
            technician=choice.technician_name,
            starts_at=choice.recommendation.starts_at,
            why_not="" if choice.recommendation.is_eligible else choice.recommendation.reasons[0],
        )
        for choice in await placing.recommend(line.order, line)
        if choice.recommendation.technician_id != line.technician_id
    ]
