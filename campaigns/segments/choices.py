"""What the editor offers where a condition names something that was made: coupons, campaigns, jobs, custom fields."""

from collections.abc import Sequence
from typing import Final

from campaigns.scope import Stores, as_list, stores_of
from campaigns.segments.conditions.base import Names
from campaigns.segments.conditions.listed import InFixedList
from campaigns.segments.conditions.people import HasCoupon
from campaigns.segments.definition import Group, conditions_in
from crm_core.coupons.rules import TemplateState
from crm_core.coupons.template_queries import TAKEN
from crm_core.custom_fields.rules import FieldAbout, FieldKind, options_of
from crm_core.dealerships.actors import Actor
from foundation.reading import Query, literals, read_model

MOST: Final = 300


@read_model
class NumberedChoice:
    """Something to choose, by its id."""

    value: int
    word: str


@read_model
class _Field:
    """A custom field in use, with its choices as they were typed."""

    code: str
    name: str
    kind: FieldKind
    about: FieldAbout
    options: str


@read_model
class FieldChoice:
    """A custom field, by its code; `kind` decides what may be asked of it, `options` are those of a CHOICE."""

    value: str
    word: str
    kind: FieldKind
    options: list[str]


@read_model
class Choices:
    """All that the editor offers."""

    templates: list[NumberedChoice]
    campaigns: list[NumberedChoice]
    lists: list[NumberedChoice]
    items: list[NumberedChoice]
    customer_fields: list[FieldChoice]
    car_fields: list[FieldChoice]


_TEMPLATES: Final = Query(
    NumberedChoice,
    f"""
    SELECT t.id AS value, t.name AS word FROM coupon_template t
    WHERE t.state NOT IN ({literals(TemplateState.DRAFT, TemplateState.PENDING_APPROVAL)}) AND {TAKEN.format("$1")}
    ORDER BY t.id DESC LIMIT {MOST}
    """,
)
_CAMPAIGNS: Final = Query(
    NumberedChoice,
    f"""
    SELECT b.id AS value, b.name AS word FROM broadcast b
    WHERE b.frozen_at IS NOT NULL
      AND ($1::jsonb IS NULL OR (b.store_ids IS NOT NULL AND b.store_ids <@ $1::jsonb))
    ORDER BY b.frozen_at DESC, b.id DESC LIMIT {MOST}
    """,
)
_LISTS: Final = Query(
    NumberedChoice,
    f"""
    SELECT l.id AS value, l.name AS word FROM fixed_list l
    WHERE ($1::jsonb IS NULL OR (l.store_ids IS NOT NULL AND l.store_ids <@ $1::jsonb))
    ORDER BY l.id DESC LIMIT {MOST}
    """,
)
_ITEMS: Final = Query(
    NumberedChoice, f"SELECT i.id AS value, i.name AS word FROM service_item i ORDER BY i.name, i.id LIMIT {MOST}"
)
_FIELDS: Final = Query(
    _Field,
    f"""
    SELECT f.code, f.name, f.kind, f.about, f.options FROM custom_field f
    WHERE f.is_active AND (f.store_id IS NULL OR $1::bigint[] IS NULL OR f.store_id = ANY($1))
    ORDER BY f.name, f.id LIMIT {MOST}
    """,
)


async def of_reader(actor: Actor) -> Choices:
    """What the reader may name in a condition.

    Raises:
        NotAllowed.
    """
    stores = stores_of(actor, "segments.read")
    ids = as_list(stores)
    fields = await _FIELDS.all(ids)
    return Choices(
        templates=await _TEMPLATES.all(ids),
        campaigns=await _CAMPAIGNS.all(_as_json(stores)),
        lists=await _LISTS.all(_as_json(stores)),
        items=await _ITEMS.all(),
        customer_fields=[_choice(field) for field in fields if field.about is FieldAbout.CUSTOMER],
        car_fields=[_choice(field) for field in fields if field.about is FieldAbout.VEHICLE],
    )


async def names_for(actor: Actor, definitions: Sequence[Group]) -> Names:
    """The names of the lists and coupons that these definitions ask about, of those the reader may name."""
    asked = [one for definition in definitions for one in conditions_in(definition)]
    stores = stores_of(actor, "segments.read")
    lists = await _LISTS.all(_as_json(stores)) if any(isinstance(one, InFixedList) for one in asked) else []
    templates = await _TEMPLATES.all(as_list(stores)) if any(isinstance(one, HasCoupon) for one in asked) else []
    return Names({one.value: one.word for one in lists}, {one.value: one.word for one in templates})


def _as_json(stores: Stores) -> str | None:
    ids = as_list(stores)
    return None if ids is None else str(ids)


def _choice(field: _Field) -> FieldChoice:
    options = list(options_of(field.options)) if field.kind is FieldKind.CHOICE else []
    return FieldChoice(value=field.code, word=field.name, kind=field.kind, options=options)
