"""Which people and cars a text may mean: one index for each form it may have."""

from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.finding import SHORTEST_NAME, Meant
from crm_core.dealerships.permissions import field_mask, may_ever
from crm_core.spelling.search import Sought, prefix_query, read_search
from foundation import database

MOST_MEANT: Final = 200
"""Of people and of cars, the newest: a text that may mean more says too little to look through what is theirs."""

_BY_NAME = "SELECT id FROM customer WHERE search_parts(name) @@ {}::tsquery"
_BY_NICKNAME = "SELECT id FROM customer WHERE nickname IS NOT NULL AND search_parts(nickname) @@ {}::tsquery"
_BY_PHONE = "SELECT id FROM customer WHERE phone = {}"
_BY_PHONE_TAIL = "SELECT id FROM customer WHERE right(phone, 4) = right({0}, 4) AND right(phone, length({0})) = {0}"
_BY_PLATE = "SELECT v.id FROM vehicle v WHERE v.plate <> '' AND search_parts(v.plate) @@ {}::tsquery"
_BY_VIN = "SELECT v.id FROM vehicle v WHERE right(v.vin, 6) = right({0}, 6) AND right(v.vin, length({0})) = {0}"
_OWNERS = "SELECT o.customer_id FROM ownership o WHERE o.until_on IS NULL AND o.vehicle_id = ANY(ARRAY({}))"

KEPT = """EXISTS (
    SELECT FROM customer k WHERE k.id = {customer} AND (k.consultant_id = ANY({me}) OR k.advisor_id = ANY({me})
      OR EXISTS (
        SELECT FROM friendship f WHERE f.customer_id = k.id AND f.staff_id = ANY({me}) AND f.ended_at IS NULL)))"""
"""Whether one of the staff of `{me}` (an array) looks after `{customer}`: what a reader of their own customers' things
may see."""

Form = tuple[str, str]
"""A statement of ids with a hole for its value, and the value."""


def forms_of_person(actor: Actor, sought: Sought) -> list[Form]:
    """By name and nickname; by phone only for who sees phones."""
    forms: list[Form] = []
    if sought.name is not None:
        forms += [(_BY_NAME, prefix_query(sought.name)), (_BY_NICKNAME, prefix_query(sought.name))]
    if field_mask(actor, "phone") != "hidden":
        if sought.phone is not None:
            forms.append((_BY_PHONE, sought.phone))
        if sought.phone_tail is not None:
            forms.append((_BY_PHONE_TAIL, sought.phone_tail))
    return forms


def forms_of_car(sought: Sought) -> list[Form]:
    """By part of the plate, by the VIN or its end."""
    forms: list[Form] = []
    if sought.plate is not None:
        forms.append((_BY_PLATE, prefix_query(sought.plate)))
    if sought.vin is not None:
        forms.append((_BY_VIN, sought.vin))
    return forms


def forms_of_owner(sought: Sought) -> list[Form]:
    """Whoever owns a car it may mean now."""
    return [(_OWNERS.format(query), value) for query, value in forms_of_car(sought)]


async def people_and_cars(actor: Actor, text: str) -> Meant:
    """Whom and which cars `text` may mean, whosever they are: what hangs on them decides who sees it.

    People are looked for only by those who may look for people, and by no single character.
    """
    sought = read_search(text)
    looks_for_people = may_ever(actor, "customers.read") and (sought.name is None or len(sought.name) >= SHORTEST_NAME)
    people = await _newest(forms_of_person(actor, sought)) if looks_for_people else ()
    return Meant(people, await _newest(forms_of_car(sought)))


async def _newest(forms: list[Form]) -> tuple[int, ...]:
    if not forms:
        return ()
    found = " UNION ALL ".join(query.format(f"${at}::text") for at, (query, _) in enumerate(forms, start=1))
    # As an array they are looked up by their indexes first; asked for the newest at once, the table would be read
    # backwards and every name taken apart until there are enough.
    rows = await database.fetch(
        f"SELECT DISTINCT id FROM unnest(ARRAY({found})) AS found(id) ORDER BY id DESC LIMIT {MOST_MEANT}",
        *(value for _, value in forms),
    )
    return tuple(row["id"] for row in rows)
