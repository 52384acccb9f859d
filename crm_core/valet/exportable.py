"""Runs as a file."""

from collections.abc import AsyncIterator
from dataclasses import replace

from crm_core.customers.queries import seen_name, seen_phone, seen_plate
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store
from crm_core.valet import queries
from crm_core.valet.queries import RunRow


@exportable(
    "valet-runs",
    title="取送车",
    action="valet.read",
    columns={
        "id": "单号",
        "kind": "类别",
        "state": "状态",
        "window_from": "时段从",
        "window_to": "时段到",
        "customer_name": "客户",
        "phone": "联系电话",
        "plate": "车牌",
        "series": "车系",
        "address": "地址",
        "driver": "司机",
        "starts_at": "出发",
        "end_reason": "原因",
    },
)
async def valet_runs(actor: Actor, question: Question) -> AsyncIterator[RunRow]:
    """Those from today on, of every store the reader sees."""
    async for row in of_each_store(actor, "valet.read", queries.coming_of_store):
        yield replace(
            row,
            customer_name=seen_name(actor, row.customer_name),
            phone=seen_phone(actor, row.phone),
            plate=seen_plate(actor, row.plate),
        )
