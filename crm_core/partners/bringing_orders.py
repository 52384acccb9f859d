"""Orders that were closed in another program, with their lines: history of a car, as an import takes them.

A closed order does not change: the same again is the same, other contents under its number are refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.imports import finishing
from crm_core.imports.codes import Code
from crm_core.imports.entities import Entity
from crm_core.imports.rules import Outcome, Result, left_out
from crm_core.imports.taking import order_lines, orders
from crm_core.partners.calls import BroughtRow, Call, SentRow, call, in_order, remember
from crm_core.partners.models import RecordKind
from crm_core.partners.scopes import Scope
from foundation import database
from foundation.spreadsheets.cells import Cell

ORDER_FIELDS: Final = (
    "number", "opened_at", "settled_at", "km", "kind", "complaint", "labour", "parts", "discount", "paid", "advisor",
    "cars.vin", "cars.plate", "customers.store",
)  # fmt: skip
LINE_FIELDS: Final = (
    "number", "line_no", "kind", "name", "part_no", "quantity", "amount", "payer", "technician",
)  # fmt: skip


@dataclass(frozen=True)
class SentOrder(SentRow):
    """A closed order with its lines."""

    lines: tuple[dict[str, Cell], ...] = ()


class _OrderRefused(Exception):
    """Ends the savepoint of an order one of whose lines is refused: it is taken whole or not at all."""

    def __init__(self, codes: tuple[Code, ...]) -> None:
        super().__init__()
        self.codes = codes


async def bring_orders(actor: Actor, rows: Sequence[SentOrder]) -> list[BroughtRow]:
    """A result for each order, in their order.

    Raises:
        NotAllowed, StandsTwice, ImportIsWriting.
    """
    async with call(actor, Scope.BRING_ORDERS, rows) as one:
        for number, row in enumerate(rows):
            if one.lacks_store(SentRow(row.external_id, {"store": row.cells.get("customers.store")})):
                one.end(row, left_out(Code.STORE_UNKNOWN))
                continue
            try:
                async with database.savepoint():
                    one.end(row, await _take(one, row, number))
            except _OrderRefused as refused:
                one.end(row, left_out(*refused.codes))
        await _finish(one, rows)
    return [one.results[row.external_id] for row in rows]


async def _take(one: Call, row: SentOrder, number: int) -> Outcome:
    run = one.run(Entity.ORDERS, ORDER_FIELDS)
    cells = {**row.cells, "number": row.external_id}
    (outcome,) = await orders.take(run, [in_order(ORDER_FIELDS, cells, number)])
    if outcome.result is Result.REFUSED or not row.lines:
        return outcome
    lines = [
        in_order(LINE_FIELDS, {**line, "number": row.external_id, "line_no": line.get("line_no") or str(place)}, place)
        for place, line in enumerate(row.lines, start=1)
    ]
    told = await order_lines.take(one.run(Entity.ORDER_LINES, LINE_FIELDS), lines)
    refused = [code for each in told if each.result is Result.REFUSED for code in each.codes]
    if refused:
        raise _OrderRefused((*outcome.codes, *refused))
    codes = {*outcome.codes, *(code for each in told for code in each.codes)}
    is_new = any(each.result is Result.NEW for each in told)
    result = Result.CHANGED if is_new and outcome.result is Result.SAME else outcome.result
    return Outcome(result, tuple(sorted(codes)))


async def _finish(one: Call, rows: Sequence[SentOrder]) -> None:
    numbers = [row.external_id for row in rows if one.results[row.external_id].result is not Result.REFUSED]
    found = await database.fetch(
        "SELECT id, key, vehicle_id FROM past_order WHERE key = ANY($1) AND store_id = ANY($2)",
        numbers, list(one.store_ids),
    )  # fmt: skip
    ids = {row["key"]: row["id"] for row in found}
    made = [ids[number] for number in ids if one.results[number].result is Result.NEW]
    fallen = await finishing.doubt(made)
    for row in rows:
        result = one.results[row.external_id]
        if row.external_id in ids and result.result is not Result.REFUSED:
            codes = tuple(each.code for each in result.said)
            more = (Code.KM_FELL,) if ids[row.external_id] in fallen else ()
            one.end(row, Outcome(result.result, tuple(sorted({*codes, *more}))), ids[row.external_id])
    await remember(one, RecordKind.ORDER, "past_order_id", ids)
    await finishing.refresh({row["vehicle_id"] for row in found})
