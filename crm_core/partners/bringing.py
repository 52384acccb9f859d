"""Customers and cars that another program brings, by its own numbers: made, changed where it may, or left as they are.

The rows go through the takers of imports, so a phone, a plate or a name means the same whichever way it came. What a
program may change is what it told itself and nobody here has changed since (`imports.marks`).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from crm_core.custom_fields.rules import FieldAbout
from crm_core.customers.models import IdentityKind
from crm_core.dealerships.actors import Actor
from crm_core.imports import finishing
from crm_core.imports.codes import Code
from crm_core.imports.entities import Entity
from crm_core.imports.rules import Result, left_out
from crm_core.imports.taking import persons_cars
from crm_core.partners.calls import BroughtRow, Call, SentRow, call, fill, in_order, known, remember
from crm_core.partners.models import RecordKind
from crm_core.partners.rules import file_number
from crm_core.partners.scopes import Scope
from crm_core.spelling.vin import normalise_vin
from foundation import database

CUSTOMER_FIELDS: Final = (
    "external_id", "name", "phone", "phone_2", "landline", "gender", "kind", "uscc", "address", "note", "source",
    "created_at", "store", "advisor", "consultant",
)  # fmt: skip
CAR_FIELDS: Final = (
    "vin", "plate", "model", "delivered_on", "since_on", "insurance_ends_on", "inspection_due_on", "odometer", "role",
    "store",
)  # fmt: skip


async def bring_customers(actor: Actor, rows: Sequence[SentRow]) -> list[BroughtRow]:
    """A result for each row, in their order.

    Raises:
        NotAllowed, StandsTwice, ImportIsWriting.
    """
    async with call(actor, Scope.BRING_CUSTOMERS, rows) as one:
        good = _with_store(one, rows)
        records = await known(one, RecordKind.CUSTOMER, good)
        told = {file_number(one.program, number): record.marks for number, record in records.items()}
        run = one.run(Entity.CUSTOMERS, CUSTOMER_FIELDS, told)
        sheet = [
            in_order(CUSTOMER_FIELDS, {**row.cells, "external_id": row.external_id}, number)
            for number, row in enumerate(good)
        ]
        outcomes = await persons_cars.take(run, sheet, has_person=True, has_car=False)
        ids = {number: customer_id for number, (customer_id, _) in (await named(one, good)).items()}
        for row, outcome in zip(good, outcomes, strict=True):
            one.end(row, outcome, ids.get(row.external_id))
        taken = _taken(one, ids)
        marks = {number: run.agreed.get(file_number(one.program, number), {}) for number in taken}
        await remember(one, RecordKind.CUSTOMER, "customer_id", taken, marks)
        await fill(one, FieldAbout.CUSTOMER, good, taken)
    return [one.results[row.external_id] for row in rows]


async def bring_cars(actor: Actor, rows: Sequence[SentRow]) -> list[BroughtRow]:
    """A result for each row, in their order. `owner_external_id` ties a car to a customer the program brought before.

    Raises:
        NotAllowed, StandsTwice, ImportIsWriting.
    """
    async with call(actor, Scope.BRING_CARS, rows) as one:
        await take_cars(one, RecordKind.CAR, _with_store(one, rows))
    return [one.results[row.external_id] for row in rows]


async def take_cars(one: Call, kind: RecordKind, rows: Sequence[SentRow]) -> dict[str, int]:
    """Take cars with or without their owners; returns the ids of those taken by the program's number."""
    records = await known(one, kind, rows)
    owners = await named(one, [replace(row, external_id=str(row.cells["owner_external_id"])) for row in rows
                               if row.cells.get("owner_external_id")])  # fmt: skip
    owned: list[tuple[SentRow, str]] = []
    alone: list[SentRow] = []
    for row in rows:
        record = records.get(row.external_id)
        owner = row.cells.get("owner_external_id")
        if record is not None and record.vin != _vin(row):
            one.end(row, left_out(Code.NUMBER_CONFLICT))
        elif owner and str(owner) not in owners:
            one.end(row, left_out(Code.CUSTOMER_UNKNOWN))
        elif owner:
            owned.append((row, str(owner)))
        else:
            alone.append(row)
    told = {record.vin: record.marks for record in records.values()}
    marks: dict[str, dict[str, str]] = {}
    fields = (*CAR_FIELDS, "external_id", "name")
    for entity, batch in ((Entity.CARS, alone), (Entity.CUSTOMERS_CARS, [row for row, _ in owned])):
        has_person = entity is Entity.CUSTOMERS_CARS
        cells = [dict(row.cells) for row in batch]
        if has_person:
            for each, (_, owner_number) in zip(cells, owned, strict=True):
                # The taker knows the owner by their number; with their own name there is nothing to propose.
                each["external_id"], each["name"] = owner_number, owners[owner_number][1]
        run = one.run(entity, fields, told)
        sheet = [in_order(fields, each, number) for number, each in enumerate(cells)]
        outcomes = await persons_cars.take(run, sheet, has_person=has_person, has_car=True)
        for row, outcome in zip(batch, outcomes, strict=True):
            one.end(row, outcome)
            marks[row.external_id] = dict(run.agreed.get(_vin(row), {}))
    ids = await _vehicle_ids(rows)
    taken = _taken(one, ids)
    for number, vehicle_id in taken.items():
        one.results[number] = replace(one.results[number], id=vehicle_id)
    await remember(one, kind, "vehicle_id", taken, marks)
    await fill(one, FieldAbout.VEHICLE, rows, taken)
    await finishing.refresh(taken.values())
    return taken


async def named(one: Call, rows: Sequence[SentRow]) -> dict[str, tuple[int, str]]:
    """Customers within reach by the program's numbers: id and name on file."""
    numbers = {file_number(one.program, row.external_id): row.external_id for row in rows}
    found = await database.fetch(
        "SELECT i.value, c.id, c.name FROM identity i JOIN customer c ON c.id = i.customer_id "
        "WHERE i.kind = $1 AND i.value = ANY($2) AND c.merged_into_id IS NULL "
        "AND (c.home_store_id IS NULL OR c.home_store_id = ANY($3))",
        IdentityKind.FILE_NUMBER.value, list(numbers), list(one.store_ids),
    )  # fmt: skip
    return {numbers[row["value"]]: (row["id"], row["name"]) for row in found}


async def _vehicle_ids(rows: Sequence[SentRow]) -> dict[str, int]:
    found = await database.fetch("SELECT vin, id FROM vehicle WHERE vin = ANY($1)", [_vin(row) for row in rows])
    by_vin = {row["vin"]: row["id"] for row in found}
    return {row.external_id: by_vin[_vin(row)] for row in rows if _vin(row) in by_vin}


def _vin(row: SentRow) -> str:
    return normalise_vin(str(row.cells.get("vin") or ""))


def _with_store(one: Call, rows: Sequence[SentRow]) -> list[SentRow]:
    """The rows that say where they belong; the others are refused."""
    good = []
    for row in rows:
        if one.lacks_store(row):
            one.end(row, left_out(Code.STORE_UNKNOWN))
        else:
            good.append(row)
    return good


def _taken(one: Call, ids: dict[str, int]) -> dict[str, int]:
    return {
        number: row_id
        for number, row_id in ids.items()
        if number in one.results and one.results[number].result is not Result.REFUSED
    }
