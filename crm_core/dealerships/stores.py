"""Which stores there are."""

from crm_core.dealerships.models import Store
from foundation import database
from foundation.errors import NotFound


class StoreNotFound(NotFound):
    """No store has this number: it came from an address or a list that is out of date."""

    message = "没有这家门店。"


async def store_of(store_id: int) -> Store:
    """The store somebody named.

    Raises:
        StoreNotFound: there is none.
    """
    store = await Store.get_or_none(id=store_id)
    if store is None:
        raise StoreNotFound
    return store


async def live_store_ids() -> list[int]:
    """Every store that is open for business; archive codes are none."""
    return [row["id"] for row in await database.fetch("SELECT id FROM store WHERE is_live ORDER BY id")]
