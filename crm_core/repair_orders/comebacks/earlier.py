"""The earlier jobs of a car that it may come back for. Verbs and screens both ask here, so that they agree."""

from collections.abc import Sequence
from typing import Protocol

from crm_core.policies.current import group_policy, policy_of
from crm_core.repair_orders.comebacks import rules
from crm_core.repair_orders.comebacks.rules import ComebackPolicy, EarlierJob, Return
from crm_core.repair_orders.guarantee_rules import Guarantee, RepairGuaranteePolicy, guarantee_of
from crm_core.repair_orders.order import Visit
from crm_core.repair_orders.rules import LineState
from foundation import clock
from foundation.reading import Query, literals

_LEFT_ON = "(r.delivered_at AT TIME ZONE 'Asia/Shanghai')::date"
_EARLIER = Query(
    EarlierJob,
    f"""
    SELECT l.id AS line_id, l.repair_order_id, l.item_id, l.name, l.work_kind, {_LEFT_ON} AS left_on,
           r.mileage_km AS left_km
    FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id
    WHERE r.vehicle_id = $1 AND r.id <> $2 AND r.delivered_at <= $3 AND l.state IN ({literals(LineState.QC_OK)})
    ORDER BY r.delivered_at DESC, l.id
    """,
)


class ComingCar(Visit, Protocol):
    """What is asked of the visit that may be a comeback. The row of a verb and the read model of a screen have it."""

    @property
    def id(self) -> int: ...
    @property
    def store_id(self) -> int: ...
    @property
    def mileage_km(self) -> int: ...
    @property
    def complaint(self) -> str: ...


async def jobs_of(order: ComingCar) -> list[EarlierJob]:
    """The jobs an order may come back for, the newest visit first: the guarantee is open, or the visit counts."""
    back, policy = return_of(order), await group_policy(ComebackPolicy)
    jobs = await _EARLIER.all(order.vehicle_id, order.id, order.opened_at)
    guarantees = await guarantees_of(order.store_id, jobs)
    return [
        job
        for job in jobs
        if rules.is_covered(job, back, guarantees[job.line_id]) or rules.counts(job.left_on, back.on, policy)
    ]


async def guarantees_of(store_id: int, jobs: Sequence[EarlierJob]) -> dict[int, Guarantee]:
    """The guarantee of each job, by line, as the store promises it."""
    policy = await policy_of(RepairGuaranteePolicy, store_id)
    return {job.line_id: guarantee_of(job.work_kind, policy) for job in jobs}


def return_of(order: ComingCar, item_ids: frozenset[int] = frozenset()) -> Return:
    """The order as the rules of comebacks see it."""
    return Return(clock.local(order.opened_at).date(), order.mileage_km, order.complaint, item_ids)
