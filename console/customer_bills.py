"""A customer's bills, on their page: what they owe, what they paid, and asking for a refund of it."""

from dataclasses import replace

from console import masked
from console.sign_in import api
from crm_core.billing import queries
from crm_core.billing.queries import StaffBillRow
from crm_core.dealerships.actors import Actor


@api.get("/customers/{customer_id}/bills", summary="A customer's newest bills in the reader's stores")
async def bills_of_customer(actor: Actor, customer_id: int) -> list[StaffBillRow]:
    rows = await queries.of_reader(actor, customer_id)
    return [
        replace(row, customer_name=masked.name(actor, row.customer_name), plate=masked.plate(actor, row.plate))
        for row in rows
    ]
