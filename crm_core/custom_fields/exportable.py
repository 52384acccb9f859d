"""Custom fields as further columns of the lists of customers and of cars in stock."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Final

from crm_core.custom_fields.rules import FieldAbout
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Further, further
from crm_core.dealerships.permissions import field_mask
from foundation.reading import Query, read_model

PREFIX: Final = "custom."
HIDDEN: Final = "***"


@read_model
class _Field:
    """A field in use; `store` is null for one of the whole group."""

    id: int
    code: str
    name: str
    store: str | None
    is_personal: bool


@read_model
class _Value:
    field_id: int
    thing_id: int
    text_value: str | None
    number_value: Decimal | None
    day_value: date | None
    yes_value: bool | None


_FIELDS: Final = Query(
    _Field,
    "SELECT f.id, f.code, f.name, s.short_name AS store, f.is_personal "
    "FROM custom_field f LEFT JOIN store s ON s.id = f.store_id "
    "WHERE f.about = $1 AND f.is_active AND (f.store_id IS NULL OR $2::bigint[] IS NULL OR f.store_id = ANY($2)) "
    "ORDER BY f.id",
)
_VALUE: Final = "SELECT field_id, {0} AS thing_id, text_value, number_value, day_value, yes_value FROM custom_value "
_VALUES: Final = {
    FieldAbout.CUSTOMER: Query(
        _Value, f"{_VALUE.format('customer_id')} WHERE customer_id = ANY($1) AND field_id = ANY($2)"
    ),
    FieldAbout.VEHICLE: Query(
        _Value, f"{_VALUE.format('vehicle_id')} WHERE vehicle_id = ANY($1) AND field_id = ANY($2)"
    ),
}


async def _fields(about: FieldAbout, actor: Actor) -> list[_Field]:
    stores = actor.visible_store_ids
    return await _FIELDS.all(about.value, None if stores is None else sorted(stores))


async def _columns(about: FieldAbout, actor: Actor) -> Mapping[str, str]:
    """By name; where two stores gave a field the same name, with the store."""
    fields = await _fields(about, actor)
    names = [field.name for field in fields]
    return {
        f"{PREFIX}{field.code}": field.name
        if names.count(field.name) == 1
        else f"{field.name}（{field.store or '集团'}）"
        for field in fields
    }


async def _values(
    about: FieldAbout, actor: Actor, things: Sequence[int], columns: Sequence[str]
) -> Mapping[int, Mapping[str, str]]:
    fields = {field.id: field for field in await _fields(about, actor) if f"{PREFIX}{field.code}" in columns}
    is_blind = field_mask(actor, "name") != "plain"
    found: dict[int, dict[str, str]] = {}
    for value in await _VALUES[about].all(list(things), list(fields)):
        field = fields[value.field_id]
        is_hidden = is_blind and field.is_personal
        found.setdefault(value.thing_id, {})[f"{PREFIX}{field.code}"] = HIDDEN if is_hidden else _told(value)
    return found


def _told(value: _Value) -> str:
    if value.yes_value is not None:
        return "是" if value.yes_value else "否"
    if value.number_value is not None:
        return f"{value.number_value.normalize():f}"
    return value.day_value.isoformat() if value.day_value is not None else value.text_value or ""


for _name, _thing, _about in (
    ("customers", "id", FieldAbout.CUSTOMER),
    ("stock-cars", "vehicle_id", FieldAbout.VEHICLE),
):
    further(_name, Further(_thing, partial(_columns, _about), partial(_values, _about)))
