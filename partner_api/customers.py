"""Customers a program brings, and reads."""

from typing import Literal

from pydantic import Field

from crm_core.dealerships.actors import Actor
from crm_core.partners import bringing, reading
from crm_core.partners.calls import SentRow
from crm_core.partners.reading import PartnerCustomer
from foundation.web import Day, Id, Schema
from partner_api.admission import api
from partner_api.shapes import MOST_ROWS, BroughtOut, Custom, ExternalId, StoreCode, Text, cells, told


class BroughtCustomer(Schema):
    """A customer as the program has them. A value left out or empty changes nothing."""

    external_id: ExternalId
    name: Text | None = None
    phone: Text | None = None
    phone_2: Text | None = None
    landline: Text | None = None
    gender: Literal["男", "女"] | None = None
    kind: Literal["个人", "单位"] | None = None
    uscc: Text | None = None
    address: Text | None = None
    note: Text | None = None
    source: Text | None = None
    created_at: Day | None = None
    store: StoreCode | None = None
    advisor: Text | None = None
    consultant: Text | None = None
    custom: Custom = {}


class BroughtCustomersIn(Schema):
    """Up to 200 customers."""

    rows: list[BroughtCustomer] = Field(min_length=1, max_length=MOST_ROWS)


class BroughtCustomerQuery(Schema):
    """The program's own number."""

    external_id: ExternalId


@api.post("/customers", summary="Bring customers by the program's numbers; the same again changes nothing")
async def bring_customers(actor: Actor, body: BroughtCustomersIn) -> BroughtOut:
    return told(
        await bringing.bring_customers(actor, [SentRow(row.external_id, cells(row), row.custom) for row in body.rows])
    )


@api.get("/customers", summary="The customer with this number of the program")
async def find_customer(actor: Actor, query: BroughtCustomerQuery) -> PartnerCustomer:
    return await reading.customer_called(actor, query.external_id)


@api.get("/customers/{customer_id}", summary="One customer")
async def read_customer(actor: Actor, customer_id: Id) -> PartnerCustomer:
    return await reading.customer(actor, customer_id)
