"""The store and the advisor of the things that customers are told about."""

from typing import Final

from crm_core.messaging.worded import StoreOf, knows_store
from crm_core.telling.errors import MatterNotFound
from foundation.reading import Query, read_model

WHOSE: Final = """
SELECT 'appointment' AS kind, a.id, a.store_id, a.advisor_id, a.vehicle_id, NULL::bigint AS repair_order_id,
       a.given_plate, a.given_model_id
  FROM appointment a
UNION ALL SELECT 'repair_order', r.id, r.store_id, r.advisor_id, r.vehicle_id, r.id, '', NULL FROM repair_order r
UNION ALL SELECT 'additional_work', w.id, r.store_id, r.advisor_id, r.vehicle_id, r.id, '', NULL
  FROM additional_work w JOIN repair_order r ON r.id = w.repair_order_id
UNION ALL SELECT 'bill', b.id, b.store_id, r.advisor_id, b.vehicle_id, r.id, '', NULL
  FROM bill b LEFT JOIN repair_order r
  ON r.id = CASE WHEN b.about LIKE 'repair_order:%' THEN split_part(b.about, ':', 2)::bigint END
"""
"""All such things by kind and id. For a given kind PostgreSQL reads only one of the tables."""


@read_model
class Matter:
    """The store, the advisor and the customer of a thing."""

    store_id: int
    advisor_id: int | None
    customer_id: int


CAR: Final = """
LEFT JOIN vehicle v ON v.id = w.vehicle_id JOIN vehicle_model d ON d.id = coalesce(v.model_id, w.given_model_id)
"""
"""Of such a thing `w`: its car `v`, unless nobody has seen it yet, and its model `d`."""
PLATE: Final = "coalesce(v.plate, w.given_plate)"

_RECEIVER: Final = {
    "appointment": "SELECT customer_id FROM appointment WHERE id = $1",
    "repair_order": "SELECT customer_id FROM repair_order WHERE id = $1",
    "additional_work": "SELECT r.customer_id FROM additional_work w JOIN repair_order r ON r.id = w.repair_order_id "
    "WHERE w.id = $1",
    "bill": "SELECT customer_id FROM bill WHERE id = $1",
}
_MATTER: Final = {
    kind: Query(
        Matter,
        f"SELECT store_id, advisor_id, ({receiver}) AS customer_id FROM ({WHOSE}) whose "
        f"WHERE id = $1 AND kind = '{kind}'",
    )
    for kind, receiver in _RECEIVER.items()
}


async def matter(kind: str, number: int) -> Matter:
    """The thing of this kind with this id.

    Raises:
        MatterNotFound: it does not exist, or customers are never told about its kind.
    """
    if kind not in _MATTER or (found := await _MATTER[kind].first(number)) is None:
        raise MatterNotFound
    return found


def _store_of(kind: str) -> StoreOf:
    async def store_of(number: int) -> int | None:
        found = await _MATTER[kind].first(number)
        return None if found is None else found.store_id

    return store_of


for _kind in _MATTER:
    knows_store(_kind, _store_of(_kind))
