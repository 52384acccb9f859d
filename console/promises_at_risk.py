"""承诺风险: what will not be ready when it was promised."""

from dataclasses import replace

from console import masked
from console.sign_in import api
from console.workshop import WorkshopQuery
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import risk_board
from crm_core.repair_orders.risk_board import PromiseAtRisk


@api.get("/workshop/promises-at-risk", summary="Orders that will not be ready when they were promised, and why")
async def promises_at_risk(actor: Actor, query: WorkshopQuery) -> list[PromiseAtRisk]:
    return [
        replace(row, customer_name=masked.name(actor, row.customer_name), plate=masked.plate(actor, row.plate))
        for row in await risk_board.of_store(actor, query.store_id)
    ]
