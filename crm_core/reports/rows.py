"""The rows a figure was reckoned from: the orders, bookings and complaints that it opens to."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_name, mask_plate
from crm_core.dealerships.permissions import field_mask
from crm_core.reports import rules
from crm_core.reports.asked import parameters, stores_of
from crm_core.reports.basis import PARAMETERS, ROWS
from crm_core.reports.definitions import Kpi
from crm_core.reports.rules import Period
from foundation import clock
from foundation.reading import Query, read_model

PAGE: Final = 50
NEWEST: Final = 2**63 - 1


@read_model
class KpiRow:
    """One row: what it opens, and what it adds to the figure. `part` and `whole` are fen, seconds or one."""

    id: int
    at: datetime
    order_id: int | None
    appointment_id: int | None
    complaint_id: int | None
    number: str
    customer_name: str
    plate: str
    person: str
    part: int
    whole: int


@read_model
class KpiRows:
    """A page of them, the newest first."""

    items: list[KpiRow]
    next_cursor: str | None


def _rows(kpi: Kpi) -> Query[KpiRow]:
    return Query(
        KpiRow,
        f"""
        SELECT b.row_id AS id, b.at, b.order_id, b.appointment_id, b.complaint_id, coalesce(r.number, '') AS number,
               coalesce(c.name, '') AS customer_name, coalesce(v.plate, a.given_plate, '') AS plate,
               coalesce(p.name, '') AS person, b.part, b.whole
        FROM ({ROWS[kpi]}) b
        LEFT JOIN repair_order r ON r.id = b.order_id LEFT JOIN appointment a ON a.id = b.appointment_id
        LEFT JOIN complaint k ON k.id = b.complaint_id
        LEFT JOIN customer c ON c.id = coalesce(r.customer_id, a.customer_id, k.customer_id)
        LEFT JOIN vehicle v ON v.id = coalesce(r.vehicle_id, a.vehicle_id, k.vehicle_id)
        LEFT JOIN staff p ON p.id = b.staff_id
        WHERE {PARAMETERS} AND coalesce(b.order_id, b.appointment_id, b.complaint_id) IS NOT NULL
          AND ($9::bigint IS NULL OR b.staff_id = $9)
          AND ($10::boolean IS NULL OR (b.part > 0) = $10) AND b.row_id < $11
        ORDER BY b.row_id DESC LIMIT $12
        """,
    )


_ROWS: Final = {kpi: _rows(kpi) for kpi in Kpi}


async def of_figure(
    actor: Actor,
    kpi: Kpi,
    store_id: int,
    period: Period,
    *,
    staff_id: int | None = None,
    is_counted: bool | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
) -> KpiRows:
    """The rows of a store's figure, or of one person's part in it; `is_counted` leaves only those that add to the part,
    or those that do not.

    Raises:
        NotAllowed.
    """
    stores = await stores_of(actor, store_id)
    now = rules.to_the_minute(clock.now())
    asked = await parameters(stores, rules.spans(now)[period], now)
    before = int(cursor) if cursor else NEWEST
    rows = await _ROWS[kpi].all(*asked, staff_id, is_counted, before, limit + 1)
    further = str(rows[limit - 1].id) if len(rows) > limit else None
    return KpiRows([_seen(actor, row) for row in rows[:limit]], further)


def _seen(actor: Actor, row: KpiRow) -> KpiRow:
    is_plain = {field: field_mask(actor, field) == "plain" for field in ("name", "plate")}
    return replace(
        row,
        customer_name=row.customer_name if is_plain["name"] else mask_name(row.customer_name),
        plate=row.plate if is_plain["plate"] else mask_plate(row.plate),
    )
