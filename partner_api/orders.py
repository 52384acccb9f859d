"""Orders that were closed in the other program, with their lines."""

from typing import Literal

from pydantic import Field

from crm_core.dealerships.actors import Actor
from crm_core.partners import bringing_orders
from crm_core.partners.bringing_orders import SentOrder
from foundation.spreadsheets.cells import Cell
from foundation.web import Day, Schema
from partner_api.admission import api
from partner_api.shapes import MOST_ROWS, BroughtOut, ExternalId, Fen, StoreCode, Text, cells, told, yuan


class BroughtLine(Schema):
    """A line of an order; amounts in fen."""

    line_no: str | None = Field(default=None, min_length=1, max_length=20)
    kind: Literal["工时", "配件"]
    name: Text
    part_no: str | None = Field(default=None, max_length=40)
    quantity: str = Field(default="1", pattern=r"^[0-9]{1,6}(\.[0-9]{1,2})?$")
    amount_fen: Fen
    payer: Literal["自费", "保修", "保险", "内部", "善意"] = "自费"
    technician: str | None = Field(default=None, max_length=40)


class BroughtOrder(Schema):
    """A closed order; `external_id` is its number. Its car is named by VIN, else by plate. Amounts in fen."""

    external_id: ExternalId
    vin: Text | None = None
    plate: Text | None = None
    store: StoreCode | None = None
    opened_on: Day
    settled_on: Day | None = None
    km: int | None = Field(default=None, ge=0, le=999_999)
    kind: str | None = Field(default=None, max_length=40)
    complaint: str | None = Field(default=None, max_length=300)
    labour_fen: Fen = 0
    parts_fen: Fen = 0
    discount_fen: Fen = 0
    paid_fen: Fen = 0
    advisor: str | None = Field(default=None, max_length=40)
    lines: list[BroughtLine] = Field(default=[], max_length=100)


class BroughtOrdersIn(Schema):
    """Up to 200 closed orders."""

    rows: list[BroughtOrder] = Field(min_length=1, max_length=MOST_ROWS)


@api.post("/orders", summary="Bring closed orders by their numbers; the same again changes nothing")
async def bring_orders(actor: Actor, body: BroughtOrdersIn) -> BroughtOut:
    return told(await bringing_orders.bring_orders(actor, [_order(row) for row in body.rows]))


def _order(row: BroughtOrder) -> SentOrder:
    order: dict[str, Cell] = {
        "opened_at": row.opened_on,
        "settled_at": row.settled_on,
        "km": row.km,
        "kind": row.kind,
        "complaint": row.complaint,
        "labour": yuan(row.labour_fen),
        "parts": yuan(row.parts_fen),
        "discount": yuan(row.discount_fen),
        "paid": yuan(row.paid_fen),
        "advisor": row.advisor,
        "cars.vin": row.vin,
        "cars.plate": row.plate,
        "customers.store": row.store,
    }
    lines = tuple(
        {**cells(line, besides=frozenset({"amount_fen"})), "amount": yuan(line.amount_fen)} for line in row.lines
    )
    return SentOrder(row.external_id, order, lines=lines)
