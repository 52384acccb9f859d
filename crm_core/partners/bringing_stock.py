"""库存车 that a dealer's program brings: cars a store has and nobody owns yet."""

from collections.abc import Sequence
from dataclasses import replace

from crm_core.dealerships.actors import Actor
from crm_core.imports.codes import Code
from crm_core.imports.rules import Result, left_out
from crm_core.imports.values import day
from crm_core.partners.bringing import take_cars
from crm_core.partners.calls import BroughtRow, Call, SentRow, call
from crm_core.partners.models import RecordKind
from crm_core.partners.scopes import Scope
from crm_core.spelling.vin import normalise_vin
from crm_core.vehicles import stock
from foundation import clock, database


async def bring_stock(actor: Actor, rows: Sequence[SentRow]) -> list[BroughtRow]:
    """A result for each row, in their order. A row without `left_on` is in stock, one with it has left.

    Raises:
        NotAllowed, StandsTwice, ImportIsWriting.
    """
    async with call(actor, Scope.BRING_STOCK, rows) as one:
        owned = await _owned([normalise_vin(str(row.cells.get("vin") or "")) for row in rows])
        wanted = []
        for row in rows:
            store_id, refused = one.lists.store_of(_text(row, "store"), one.store_ids[0])
            if one.lacks_store(row) or store_id is None:
                one.end(row, left_out(*(refused or (Code.STORE_UNKNOWN,))))
            elif normalise_vin(str(row.cells.get("vin") or "")) in owned and not row.cells.get("left_on"):
                one.end(row, left_out(Code.CAR_OWNED))
            else:
                wanted.append((row, store_id))
        taken = await take_cars(one, RecordKind.STOCK, [row for row, _ in wanted])
        for row, store_id in wanted:
            if row.external_id in taken:
                await _place(one, row, taken[row.external_id], store_id)
    return [one.results[row.external_id] for row in rows]


async def _place(one: Call, row: SentRow, vehicle_id: int, store_id: int) -> None:
    arrived = day(row.cells.get("arrived_on"), today=clock.today()).value or clock.today()
    left = day(row.cells.get("left_on"), today=clock.today()).value
    colour = (_text(row, "colour") or "")[:20]
    has_changed = await stock.place(vehicle_id, store_id, colour=colour, arrived_on=arrived, left_on=left)
    result = one.results[row.external_id]
    if has_changed and result.result is Result.SAME:
        one.results[row.external_id] = replace(result, result=Result.CHANGED)


async def _owned(vins: Sequence[str]) -> set[str]:
    found = await database.fetch(
        "SELECT DISTINCT v.vin FROM vehicle v JOIN ownership o ON o.vehicle_id = v.id "
        "WHERE v.vin = ANY($1) AND o.until_on IS NULL",
        list(vins),
    )
    return {row["vin"] for row in found}


def _text(row: SentRow, name: str) -> str | None:
    value = row.cells.get(name)
    return str(value) if value else None
