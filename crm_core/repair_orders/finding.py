"""Finding a repair order: by its number or the end of it, by the plate or the VIN of its car."""

from datetime import datetime

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import stores_within
from crm_core.repair_orders.rules import HeaderState
from crm_core.spelling.search import prefix_query, read_search
from foundation.reading import fetch_as, read_model

FOUND = 8
"""The newest ones; more help nobody, a longer number does."""

_BY_NUMBER = "SELECT id FROM repair_order WHERE reverse(replace(number, '-', '')) LIKE reverse({}) || '%'"
_OF_CAR = "SELECT r.id FROM repair_order r JOIN vehicle v ON v.id = r.vehicle_id WHERE "
_BY_PLATE = _OF_CAR + "v.plate <> '' AND search_parts(v.plate) @@ {}::tsquery"
_BY_VIN = _OF_CAR + "right(v.vin, 6) = right({0}, 6) AND right(v.vin, length({0})) = {0}"


@read_model
class FoundOrder:
    """A repair order as a search shows it; masks come on at the door."""

    id: int
    number: str
    store: str
    state: HeaderState
    title: str
    customer_name: str
    plate: str
    series: str
    opened_at: datetime


async def find_orders(actor: Actor, text: str) -> list[FoundOrder]:
    """The newest orders `text` may mean in the stores whose orders the actor may read; none for who may read none."""
    stores = stores_within(actor, "repair_orders.read")
    sought = read_search(text)
    forms = (
        (_BY_NUMBER, sought.order),
        (_BY_PLATE, None if sought.plate is None else prefix_query(sought.plate)),
        (_BY_VIN, sought.vin),
    )
    asked = [(query, value) for query, value in forms if value is not None]
    if not asked or stores == frozenset():
        return []
    found = " UNION ALL ".join(query.format(f"${i}::text") for i, (query, _) in enumerate(asked, start=2))
    return await fetch_as(
        FoundOrder,
        "SELECT r.id, r.number, s.short_name AS store, r.state, r.owner_title AS title, c.name AS customer_name, "
        "  v.plate, m.series, r.opened_at FROM repair_order r JOIN store s ON s.id = r.store_id "
        "JOIN customer c ON c.id = r.customer_id JOIN vehicle v ON v.id = r.vehicle_id "
        f"JOIN vehicle_model m ON m.id = v.model_id WHERE r.id IN ({found}) "
        f"  AND ($1::bigint[] IS NULL OR r.store_id = ANY($1)) ORDER BY r.id DESC LIMIT {FOUND}",
        None if stores is None else sorted(stores),
        *(value for _, value in asked),
    )
