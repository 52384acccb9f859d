"""The people of a saved segment, one page after another, as their reader may see them."""

from dataclasses import replace
from datetime import date
from typing import Final

from campaigns.scope import stores_of
from campaigns.segments import queries
from campaigns.segments.compiler import audience
from campaigns.segments.definition import parse
from campaigns.sql import asked_now
from crm_core.customers.queries import seen_name, seen_phone, seen_plate
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import field_mask
from foundation.reading import fetch_as, read_model

PAGE: Final = 1_000


@read_model
class PersonRow:
    """One person of a group with the first of their cars."""

    id: int
    name: str
    phone: str | None
    home_store: str | None
    advisor: str | None
    car: str
    plate: str
    last_visit_on: date | None
    visit_count: int
    spend_fen: int | None
    marketing_stopped: bool


async def of_segment(actor: Actor, segment_id: int, *, after: int = 0) -> list[PersonRow]:
    """Up to `PAGE` people of the segment in the order of their ids, after this one; masked for the reader.

    Raises:
        SegmentNotFound, NotAllowed.
    """
    definition = parse((await queries.one(actor, segment_id)).definition)
    to = await asked_now()
    chosen = audience(definition, stores_of(actor, "segments.read"), to)
    found = await fetch_as(
        PersonRow,
        "SELECT p.id, p.name, p.phone, s.short_name AS home_store, a.name AS advisor, coalesce(car.series, '') AS car, "
        "  coalesce(car.plate, '') AS plate, p.last_visit_on, p.visit_count, p.spend_fen, "
        "  p.marketing_stopped_at IS NOT NULL AS marketing_stopped "
        f"FROM (SELECT c.* FROM customer c WHERE {chosen} AND c.id > {to.add(after, 'bigint')} "
        f"  ORDER BY c.id LIMIT {PAGE}) p "
        "LEFT JOIN store s ON s.id = p.home_store_id LEFT JOIN staff a ON a.id = p.advisor_id "
        "LEFT JOIN LATERAL (SELECT m.series, v.plate FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id "
        "  JOIN vehicle_model m ON m.id = v.model_id WHERE o.customer_id = p.id AND o.until_on IS NULL "
        "  ORDER BY v.id LIMIT 1) car ON true ORDER BY p.id",
        *to.values,
    )
    return [
        replace(
            row,
            name=seen_name(actor, row.name),
            phone=seen_phone(actor, row.phone),
            plate=seen_plate(actor, row.plate),
            spend_fen=row.spend_fen if field_mask(actor, "amount") != "hidden" else None,
        )
        for row in found
    ]
