"""What is read of a job that waits for dispatch, for the board and for the list of technicians who could do it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from crm_core.dealerships.models import BayKind
from crm_core.repair_orders.rules import LineState
from crm_core.vehicles.models import Powertrain
from foundation.reading import Query, as_json, literals, read_model


class PlannedOrder(Protocol):
    """What planning needs to know of an order. Both the row that a verb holds and the read model below have it."""

    @property
    def id(self) -> int: ...
    @property
    def store_id(self) -> int: ...
    @property
    def vehicle_id(self) -> int: ...
    @property
    def appointment_id(self) -> int | None: ...
    @property
    def origin_repair_order_id(self) -> int | None: ...
    @property
    def promised_finish_at(self) -> datetime | None: ...
    @property
    def waits_on_site(self) -> bool: ...


class PlannedLine(Protocol):
    """What planning needs to know of a job, likewise."""

    @property
    def id(self) -> int: ...
    @property
    def item_id(self) -> int | None: ...
    @property
    def minutes(self) -> int: ...
    @property
    def bay_kind(self) -> BayKind: ...
    @property
    def fail_count(self) -> int: ...


@read_model
class OrderToDispatch:
    """The order of a job that waits."""

    id: int
    store_id: int
    vehicle_id: int
    appointment_id: int | None
    origin_repair_order_id: int | None
    promised_finish_at: datetime | None
    waits_on_site: bool
    version: int


@read_model
class LineToDispatch:
    """A job, its order and its car."""

    id: int
    item_id: int | None
    name: str
    minutes: int
    bay_kind: BayKind
    fail_count: int
    technician_id: int | None
    plate: str
    series: str
    order: OrderToDispatch


@read_model
class WorkFacts:
    """What else decides who may do a job and where: the bays in which the car stands, in which additional work is done
    too, and on a comeback who did the job before.
    """

    line_id: int
    is_electric: bool
    standing: list[int]
    previous_technician_id: int | None
    previous_failures: int
    """How often work that they did again under the repair guarantee came back once more."""


_LINE = f"""
SELECT l.id, l.item_id, l.name, l.minutes, l.bay_kind, l.fail_count, l.technician_id, v.plate, m.series,
       {as_json(OrderToDispatch, "r")} AS "order"
FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id
JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
"""
_ONE = Query(LineToDispatch, f"{_LINE} WHERE l.id = $1")
_OF_STORE = Query(
    LineToDispatch,
    f"""
    {_LINE}
    WHERE r.store_id = $1 AND l.state IN ({literals(LineState.AUTHORISED)}) AND r.voided_at IS NULL
    ORDER BY l.id LIMIT 50
    """,
)
_FACTS = Query(
    WorkFacts,
    f"""
    SELECT l.id AS line_id, m.powertrain IN ({literals(Powertrain.BEV)}) AS is_electric,
           array(SELECT DISTINCT o.bay_id FROM repair_line o
                 WHERE o.repair_order_id = r.id AND o.bay_id IS NOT NULL) AS standing,
           (SELECT p.technician_id FROM repair_line p
            WHERE p.repair_order_id = r.origin_repair_order_id AND p.item_id = l.item_id
            ORDER BY p.id LIMIT 1) AS previous_technician_id,
           (WITH RECURSIVE done AS (
                SELECT g.technician_id, g.guarantee_of_id FROM repair_line g WHERE g.id = l.guarantee_of_id
                UNION ALL
                SELECT e.technician_id, e.guarantee_of_id FROM done JOIN repair_line e ON e.id = done.guarantee_of_id
            )
            SELECT greatest(count(*) - 1, 0) FROM done d WHERE d.technician_id =
                (SELECT g.technician_id FROM repair_line g WHERE g.id = l.guarantee_of_id)) AS previous_failures
    FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id
    JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id WHERE l.id = ANY($1)
    """,
)


async def one(line_id: int) -> LineToDispatch | None:
    """A job, in whatever state. The caller checks the permission."""
    return await _ONE.first(line_id)


async def of_store(store_id: int) -> list[LineToDispatch]:
    """The authorised jobs of a store that have no technician yet. The caller checks the permission."""
    return await _OF_STORE.all(store_id)


async def facts_of(line_ids: Sequence[int]) -> dict[int, WorkFacts]:
    """What else decides about these jobs, by job."""
    return {facts.line_id: facts for facts in await _FACTS.all(list(line_ids))}
