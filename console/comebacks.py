"""返修 (S4): whether an order comes back for an earlier visit, and how often the work of a store does."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.repair_orders import OrderVersionIn, ReasonIn, staff_repair_order
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.comebacks import judging, queries
from crm_core.repair_orders.comebacks.queries import ComebackRow, FirstTimeFixed, Judgement
from crm_core.repair_orders.comebacks.rules import REASON_MAX_CHARS
from crm_core.repair_orders.staff_models import StaffRepairOrder
from foundation.reading import read_model
from foundation.web import Day, Id, Schema


class DeclareIn(OrderVersionIn):
    """The visit this one comes back for."""

    origin_repair_order_id: Id
    reason: str = Field(default="", max_length=REASON_MAX_CHARS)


class ComebacksQuery(Schema):
    """Whose work, and in which days; both count."""

    store_id: Id
    since: Day
    until: Day


@read_model
class StoreComebacks:
    """How often a store's work came back in some days, and the cars."""

    fixed: list[FirstTimeFixed]
    comebacks: list[ComebackRow]


@api.get("/repair-orders/{repair_order_id}/comeback", summary="What an order may come back for, and what was said")
async def comeback_of_order(actor: Actor, repair_order_id: int) -> Judgement:
    return await queries.of_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/comeback", summary="认定返修: jobs under the repair guarantee may be free")
async def declare_comeback(actor: Actor, repair_order_id: int, body: DeclareIn) -> StaffRepairOrder:
    await judging.declare(
        actor, repair_order_id, body.origin_repair_order_id, reason=body.reason, expected_version=body.version
    )
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/comeback/denial", summary="不认返修, with the reason")
async def deny_comeback(actor: Actor, repair_order_id: int, body: ReasonIn) -> StaffRepairOrder:
    await judging.deny(actor, repair_order_id, body.reason, expected_version=body.version)
    return await staff_repair_order(actor, repair_order_id)


@api.get("/comebacks", summary="一次修复率 and the cars that came back, in some days")
async def comebacks_of_store(actor: Actor, query: ComebacksQuery) -> StoreComebacks:
    rows = await queries.comebacks(actor, query.store_id, query.since, query.until)
    return StoreComebacks(
        fixed=await queries.first_time_fixed(actor, query.store_id, query.since, query.until),
        comebacks=[replace(row, plate=masked.plate(actor, row.plate)) for row in rows],
    )
