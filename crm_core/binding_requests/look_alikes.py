"""What the desk is shown before it files somebody: who on file they may be, and what their VIN says of the car.

Names are compared as they are written (`alike_names`), not by their sound. 王伟 and 王玮 sound alike, and so do dozens
of people of one store: whether it is one person rests on the phone number, the plate and the VIN, each of which is
asked here. A comparison by sound would need a reading kept beside every name and renewed by every writer of names (the
desk, WeChat, an import of 200,000 rows), from a dictionary that errs just with surnames (单, 仇, 解).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_core.customers import people
from crm_core.customers.models import IdentityKind
from crm_core.customers.queries import seen_name, seen_phone, seen_plate
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from crm_core.spelling.characters import compact
from crm_core.spelling.name import alike_names
from crm_core.spelling.phone import PhoneInvalid, parse_phone
from crm_core.spelling.plate import normalise_plate
from crm_core.spelling.vin import VIN_LENGTH, inspect_vin, model_years, normalise_vin
from foundation import clock
from foundation.reading import Query, literals, read_model

MOST: Final = 6
DESCRIBES: Final = 8
"""The first characters of a VIN that say maker, model and body; the ninth is the check digit."""
LEAST_ALIKE: Final = 3
"""With fewer cars of one beginning on file a guess says too little."""


class AlikeBy(StrEnum):
    """Why somebody on file may be the person at the desk."""

    VIN = "VIN"
    PLATE = "PLATE"
    PHONE = "PHONE"
    NAME = "NAME"


@dataclass(frozen=True)
class Asked:
    """What is typed so far, in any spelling; what is empty is not asked."""

    name: str = ""
    phone: str = ""
    plate: str = ""
    vin: str = ""


@dataclass(frozen=True)
class LookAlike:
    """Somebody on file. Of a person outside the reader's scope only that they exist, and in which store."""

    customer_id: int | None
    name: str
    phone: str | None
    store: str | None
    cars: list[str]
    why: list[AlikeBy]


@dataclass(frozen=True)
class VinRead:
    """What a VIN says: whether it can be right, the model it probably is, and whether the car is on file."""

    problem: str
    may_be_vouched_for: bool
    model_id: int | None
    model: str
    """Empty: unknown, since too few cars on file begin like this one."""
    year: int | None
    is_on_file: bool


@dataclass(frozen=True)
class LookedUp:
    """The answer to what is typed."""

    people: list[LookAlike]
    car: VinRead | None


@read_model
class _Found:
    id: int
    name: str
    phone: str | None
    store: str | None
    cars: list[str]
    plates: list[str]
    why: list[str]


_FOUND: Final = Query(
    _Found,
    f"""
    WITH hit AS (
        SELECT o.customer_id, {literals(AlikeBy.VIN)} AS why FROM vehicle v JOIN ownership o ON o.vehicle_id = v.id
        WHERE v.vin = $1 AND $1 <> '' AND o.until_on IS NULL
        UNION ALL
        SELECT o.customer_id, {literals(AlikeBy.PLATE)} FROM vehicle v JOIN ownership o ON o.vehicle_id = v.id
        WHERE v.plate = $2 AND $2 <> '' AND o.until_on IS NULL
        UNION ALL
        SELECT o.customer_id, {literals(AlikeBy.PLATE)} FROM past_plate p
        JOIN ownership o ON o.vehicle_id = p.vehicle_id WHERE p.plate = $2 AND $2 <> '' AND o.until_on IS NULL
        UNION ALL SELECT id, {literals(AlikeBy.PHONE)} FROM customer WHERE phone = $3 AND $3 <> ''
        UNION ALL SELECT customer_id, {literals(AlikeBy.PHONE)} FROM identity
        WHERE kind = {literals(IdentityKind.PHONE)} AND value = $3 AND $3 <> ''
        UNION ALL SELECT id, {literals(AlikeBy.NAME)} FROM customer WHERE name = ANY($4::text[]) AND home_store_id = $5
    )
    SELECT c.id, c.name, c.phone, s.short_name AS store, array_agg(DISTINCT h.why) AS why,
           ARRAY(SELECT m.series FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id
                 JOIN vehicle_model m ON m.id = v.model_id
                 WHERE o.customer_id = c.id AND o.until_on IS NULL ORDER BY v.id LIMIT 3) AS cars,
           ARRAY(SELECT v.plate FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id
                 WHERE o.customer_id = c.id AND o.until_on IS NULL ORDER BY v.id LIMIT 3) AS plates
    FROM hit h JOIN customer c ON c.id = h.customer_id LEFT JOIN store s ON s.id = c.home_store_id
    WHERE c.merged_into_id IS NULL
    GROUP BY c.id, s.short_name
    ORDER BY bool_or(h.why = {literals(AlikeBy.VIN)}) DESC, bool_or(h.why = {literals(AlikeBy.PHONE)}) DESC,
             bool_or(h.why = {literals(AlikeBy.PLATE)}) DESC, c.last_visit_on DESC NULLS LAST, c.id
    LIMIT $6
    """,
)


@read_model
class _Guess:
    model_id: int
    model: str
    cars: int


_OF_VIN: Final = Query(
    _Guess,
    "SELECT m.id AS model_id, m.series || ' ' || m.trim AS model, 1 AS cars "
    "FROM vehicle v JOIN vehicle_model m ON m.id = v.model_id WHERE v.vin = $1",
)
# Between the least and the greatest VIN with this beginning: read off the unique index.
_ALIKE: Final = Query(
    _Guess,
    """
    SELECT m.id AS model_id, m.series || ' ' || m.trim AS model, count(*)::int AS cars
    FROM (SELECT model_id FROM vehicle WHERE vin BETWEEN $1 || '000000000' AND $1 || 'ZZZZZZZZZ' LIMIT 500) v
    JOIN vehicle_model m ON m.id = v.model_id GROUP BY m.id ORDER BY cars DESC, m.id LIMIT 1
    """,
)


async def look_up(actor: Actor, store_id: int, asked: Asked) -> LookedUp:
    """Who on file the typed words may mean, and what the VIN says.

    Raises:
        NotAllowed: the actor files nobody in this store.
    """
    authorise(actor, "customers.file", subject(store_id=store_id))
    vin, plate = normalise_vin(asked.vin), normalise_plate(asked.plate)
    found = await _FOUND.all(
        vin if len(vin) == VIN_LENGTH else "", plate, _phone(asked.phone), alike_names(asked.name), store_id, MOST
    )
    return LookedUp([await _shown(actor, one) for one in found], await _read(vin) if vin else None)


async def is_somebody_on_file(phone: str, plate: str) -> bool:
    """Whether this number or plate, in their stored form, belongs to somebody; a name alone says nothing."""
    return await _FOUND.first("", plate, phone, [], None, 1) is not None


async def _shown(actor: Actor, one: _Found) -> LookAlike:
    why = [reason for reason in AlikeBy if reason.value in one.why]
    if not is_allowed(actor, "customers.read", await people.scope_of(one.id)):
        return LookAlike(None, "", None, one.store, [], why)
    cars = [f"{series} {seen_plate(actor, plate)}" for series, plate in zip(one.cars, one.plates, strict=True)]
    return LookAlike(one.id, seen_name(actor, one.name), seen_phone(actor, one.phone), one.store, cars, why)


async def _read(vin: str) -> VinRead:
    check = inspect_vin(vin)
    if len(compact(vin)) != VIN_LENGTH or (check.problem and not check.may_be_overridden):
        return VinRead(check.sentence, False, None, "", None, False)
    known = await _OF_VIN.first(vin)
    guess = known or await _ALIKE.first(vin[:DESCRIBES])
    is_good = known is not None or (guess is not None and guess.cars >= LEAST_ALIKE)
    years = model_years(vin, clock.today().year + 1)
    return VinRead(
        problem=check.sentence,
        may_be_vouched_for=check.is_blocking and check.may_be_overridden,
        model_id=guess.model_id if guess and is_good else None,
        model=guess.model if guess and is_good else "",
        year=years[0] if years else None,
        is_on_file=known is not None,
    )


def _phone(text: str) -> str:
    try:
        return parse_phone(text)
    except PhoneInvalid:
        return ""
