"""Lendings as a file."""

from collections.abc import AsyncIterator
from dataclasses import replace

from crm_core.customers.queries import seen_name, seen_phone
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store
from crm_core.loan_cars import queries
from crm_core.loan_cars.queries import LendingRow


@exportable(
    "lendings",
    title="代步车借还",
    action="loan_cars.read",
    columns={
        "id": "单号",
        "loan_plate": "代步车",
        "loan_model": "车型",
        "state": "状态",
        "starts_at": "取车时间",
        "ends_at": "还车时间",
        "customer_name": "客户",
        "customer_phone": "联系电话",
        "order_number": "工单号",
        "driver": "驾驶人",
        "agreement": "约定",
        "out_mileage_km": "借出里程",
        "out_energy_percent": "借出油量电量（%）",
        "out_marks": "借出时已有伤",
        "back_at": "还车",
        "back_mileage_km": "还车里程",
        "back_energy_percent": "还车油量电量（%）",
        "back_marks": "新伤",
        "end_reason": "原因",
    },
)
async def lendings(actor: Actor, question: Question) -> AsyncIterator[LendingRow]:
    """Those of every store the reader sees."""
    async for row in of_each_store(actor, "loan_cars.read", queries.of_store):
        yield replace(
            row,
            customer_name=seen_name(actor, row.customer_name),
            customer_phone=seen_phone(actor, row.customer_phone),
            driver=seen_name(actor, row.driver),
        )
