"""Custom fields as a file knows them: what they are called, and what is noted already of many customers and cars."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from crm_core.custom_fields.rules import Columns, FieldAbout, FieldKind
from foundation.reading import Query, read_model

FILE: Final = "import"
"""Who set a value that came in a file."""


@read_model
class LiveField:
    """A field that may be filled; `store_id` is null for one of the whole group."""

    id: int
    store_id: int | None
    about: FieldAbout
    code: str
    name: str
    kind: FieldKind
    options: str


@dataclass(frozen=True)
class Noted:
    """A value on file: its row, what it is and who set it. A value that is still to be written has row 0."""

    row_id: int
    columns: Columns
    set_by: str


_LIVE: Final = Query(
    LiveField,
    "SELECT id, store_id, about, code, name, kind, options FROM custom_field WHERE is_active ORDER BY id",
)


@read_model
class _Row:
    id: int
    field_id: int
    customer_id: int | None
    vehicle_id: int | None
    text_value: str | None
    number_value: Decimal | None
    day_value: date | None
    yes_value: bool | None
    set_by: str


_NOTED: Final = Query(
    _Row,
    "SELECT id, field_id, customer_id, vehicle_id, text_value, number_value, day_value, yes_value, set_by "
    "FROM custom_value WHERE customer_id = ANY($1) OR vehicle_id = ANY($2)",
)


async def live() -> list[LiveField]:
    """Every field that may be filled, of the group and of all stores."""
    return await _LIVE.all()


async def noted(customer_ids: Collection[int], vehicle_ids: Collection[int]) -> dict[tuple[int, int], Noted]:
    """What is noted of these customers and cars, by field and by the id of the customer or car."""
    rows = await _NOTED.all(list(customer_ids), list(vehicle_ids))
    return {
        (row.field_id, row.customer_id or row.vehicle_id or 0): Noted(
            row.id, Columns(row.text_value, row.number_value, row.day_value, row.yes_value), row.set_by
        )
        for row in rows
    }
