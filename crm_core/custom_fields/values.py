"""Values of custom fields: read for a page, written by a form, by a file or by another program."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import orjson

from crm_core.custom_fields.errors import CustomFieldUnknown, CustomValueNotAccepted
from crm_core.custom_fields.rules import (
    Columns,
    FieldAbout,
    FieldKind,
    Given,
    Held,
    ValueNotRead,
    columns,
    may_overwrite,
    options_of,
    read,
)
from crm_core.customers import people
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, field_mask, subject
from foundation import clock, database
from foundation.errors import NotFound, StaleVersion
from foundation.reading import Query, derive, literals, read_model
from foundation.refs import Ref

_COLUMN: Final = {FieldAbout.CUSTOMER: "customer_id", FieldAbout.VEHICLE: "vehicle_id"}


@read_model
class FieldValue:
    """A field with its value for one thing; `is_hidden` where the reader may not see what is personal."""

    code: str
    name: str
    kind: FieldKind
    options: list[str]
    hint: str
    is_live: bool
    is_hidden: bool
    text: str | None
    number: str | None
    day: date | None
    yes: bool | None


@read_model
class FieldValues:
    """The fields of a customer or car; `version` is a fingerprint of all values."""

    fields: list[FieldValue]
    version: int


@read_model
class _Row:
    id: int
    code: str
    name: str
    kind: FieldKind
    options: str
    hint: str
    is_personal: bool
    is_active: bool
    text_value: str | None
    number_value: Decimal | None
    day_value: date | None
    yes_value: bool | None
    set_by: str | None


_COLUMNS: Final = """
    SELECT f.id, f.code, f.name, f.kind, f.options, f.hint, f.is_personal, f.is_active, v.text_value, v.number_value,
           v.day_value, v.yes_value, v.set_by
"""
_OF_CUSTOMER: Final = Query(
    _Row,
    f"""{_COLUMNS} FROM customer c JOIN custom_field f ON f.about = {literals(FieldAbout.CUSTOMER)}
    LEFT JOIN custom_value v ON v.field_id = f.id AND v.customer_id = c.id
    WHERE c.id = $1 AND (v.id IS NOT NULL
      OR f.is_active AND (f.store_id IS NULL OR f.store_id = c.home_store_id))
    ORDER BY f.id""",
)
_OF_VEHICLE: Final = Query(
    _Row,
    f"""{_COLUMNS} FROM vehicle c JOIN custom_field f ON f.about = {literals(FieldAbout.VEHICLE)}
    LEFT JOIN custom_value v ON v.field_id = f.id AND v.vehicle_id = c.id
    WHERE c.id = $1 AND (v.id IS NOT NULL
      OR f.is_active AND (f.store_id IS NULL OR f.store_id = c.home_store_id))
    ORDER BY f.id""",
)
_ROWS: Final = {FieldAbout.CUSTOMER: _OF_CUSTOMER, FieldAbout.VEHICLE: _OF_VEHICLE}


@dataclass(frozen=True)
class Change:
    """A field that gets a value, or (None) loses it."""

    row: "_Row"
    value: Held | None


async def of_customer(actor: Actor, customer_id: int) -> FieldValues:
    """What is noted of a customer.

    Raises:
        CustomerNotFound, NotAllowed.
    """
    authorise(actor, "customers.read", await people.scope_of(customer_id))
    return _shown(actor, await _OF_CUSTOMER.all(customer_id))


async def of_vehicle(actor: Actor, vehicle_id: int) -> FieldValues:
    """What is noted of a car.

    Raises:
        NotFound, NotAllowed.
    """
    authorise(actor, "vehicles.read", subject(store_id=await _store_of_car(vehicle_id)))
    return _shown(actor, await _OF_VEHICLE.all(vehicle_id))


async def set_of_customer(
    actor: Actor, customer_id: int, given: Mapping[str, Given], *, expected_version: int
) -> FieldValues:
    """Note something of a customer, by the codes of the fields; null takes a value away.

    Raises:
        CustomerNotFound, NotAllowed, StaleVersion, CustomFieldUnknown, CustomValueNotAccepted.
    """
    async with database.transaction():
        person = await people.lock(customer_id)
        authorise(actor, "custom_fields.fill", await people.scope(person))
        await _set(actor, FieldAbout.CUSTOMER, customer_id, given, expected_version)
        return _shown(actor, await _OF_CUSTOMER.all(customer_id))


async def set_of_vehicle(
    actor: Actor, vehicle_id: int, given: Mapping[str, Given], *, expected_version: int
) -> FieldValues:
    """Note something of a car, by the codes of the fields; null takes a value away.

    Raises:
        NotFound, NotAllowed, StaleVersion, CustomFieldUnknown, CustomValueNotAccepted.
    """
    async with database.transaction():
        await database.execute("SELECT FROM vehicle WHERE id = $1 FOR NO KEY UPDATE", vehicle_id)
        authorise(actor, "custom_fields.fill", subject(store_id=await _store_of_car(vehicle_id)))
        await _set(actor, FieldAbout.VEHICLE, vehicle_id, given, expected_version)
        return _shown(actor, await _OF_VEHICLE.all(vehicle_id))


@dataclass(frozen=True)
class Taken:
    """What became of values a file or a program has."""

    has_changed: bool
    wrong: tuple[str, ...]
    """Codes of fields that are unknown or whose value does not fit."""


async def take(about: FieldAbout, row_id: int, given: Mapping[str, Given], writer: str) -> Taken:
    """Values a file or a program has for a thing, in the running transaction: blanks are filled and what the writer
    wrote itself is replaced.
    """
    rows = {row.code: row for row in await _ROWS[about].all(row_id)}
    wrong: list[str] = []
    changes: list[Change] = []
    for code, text in given.items():
        row = rows.get(code)
        try:
            value = read(row.kind, options_of(row.options), text) if row is not None and row.is_active else None
        except ValueNotRead:
            value = None
        if row is None or value is None:
            wrong += [code] if text not in (None, "") else []
        elif columns(value) != _held(row) and (
            row.set_by is None or may_overwrite(row.set_by, writer, is_person=False)
        ):
            changes.append(Change(row, value))
    await _write(about, row_id, changes, writer)
    return Taken(bool(changes), tuple(wrong))


async def forget_personal(vehicle_id: int) -> None:
    """The car changes hands: what was noted of the owner with it goes."""
    await database.execute(
        "DELETE FROM custom_value v USING custom_field f "
        "WHERE f.id = v.field_id AND f.is_personal AND v.vehicle_id = $1",
        vehicle_id,
    )


async def _set(actor: Actor, about: FieldAbout, row_id: int, given: Mapping[str, Given], expected_version: int) -> None:
    rows = await _ROWS[about].all(row_id)
    if (current := _version(rows)) != expected_version:
        raise StaleVersion(current_version=current)
    known = {row.code: row for row in rows if row.is_active and not (row.is_personal and _is_blind(actor))}
    changes = []
    for code, value in given.items():
        if code not in known:
            raise CustomFieldUnknown(code=code)
        row = known[code]
        try:
            changes.append(Change(row, read(row.kind, options_of(row.options), value)))
        except ValueNotRead as problem:
            raise CustomValueNotAccepted(f"{row.name}：{problem}", code=code) from None
    await _write(about, row_id, changes, str(actor))
    await audit.note(
        actor,
        "custom_fields.fill",
        _ref(about, row_id),
        fields=sorted(change.row.code for change in changes),
    )


def _ref(about: FieldAbout, row_id: int) -> Ref:
    return Ref("customer", row_id) if about is FieldAbout.CUSTOMER else Ref("vehicle", row_id)


async def _write(about: FieldAbout, row_id: int, changes: Sequence[Change], writer: str) -> None:
    column = _COLUMN[about]
    emptied = [change.row.id for change in changes if change.value is None]
    await database.execute(f"DELETE FROM custom_value WHERE {column} = $1 AND field_id = ANY($2)", row_id, emptied)
    filled = [(change.row.id, columns(change.value)) for change in changes if change.value is not None]
    await database.execute_many(
        f"INSERT INTO custom_value (field_id, {column}, text_value, number_value, day_value, yes_value, "
        "  set_at, set_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
        f"ON CONFLICT (field_id, {column}) DO UPDATE SET text_value = excluded.text_value, "
        "  number_value = excluded.number_value, day_value = excluded.day_value, yes_value = excluded.yes_value, "
        "  set_at = excluded.set_at, set_by = excluded.set_by",
        [
            (number, row_id, each.text_value, each.number_value, each.day_value, each.yes_value, clock.now(), writer)
            for number, each in filled
        ],
    )


async def _store_of_car(vehicle_id: int) -> int | None:
    car = await database.fetch_one("SELECT home_store_id FROM vehicle WHERE id = $1", vehicle_id)
    if car is None:
        raise NotFound
    store_id: int | None = car["home_store_id"]
    return store_id


def _held(row: _Row) -> Columns:
    return Columns(row.text_value, row.number_value, row.day_value, row.yes_value)


def _is_blind(actor: Actor) -> bool:
    return field_mask(actor, "name") != "plain"


def _shown(actor: Actor, rows: Sequence[_Row]) -> FieldValues:
    is_blind = _is_blind(actor)
    return FieldValues([_field(row, is_hidden=row.is_personal and is_blind) for row in rows], _version(rows))


def _field(row: _Row, *, is_hidden: bool) -> FieldValue:
    number = None if row.number_value is None else f"{row.number_value.normalize():f}"
    return derive(
        FieldValue,
        row,
        options=list(options_of(row.options)),
        is_live=row.is_active,
        is_hidden=is_hidden,
        text=None if is_hidden else row.text_value,
        number=None if is_hidden else number,
        day=None if is_hidden else row.day_value,
        yes=None if is_hidden else row.yes_value,
    )


def _version(rows: Sequence[_Row]) -> int:
    """Two states that look the same have the same, which harms nobody."""
    held = [[row.code, row.text_value, str(row.number_value), row.day_value, row.yes_value] for row in rows]
    return max(1, int.from_bytes(hashlib.sha256(orjson.dumps(held)).digest()[:4], "big") >> 1)
