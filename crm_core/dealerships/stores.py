"""Looking up stores."""

from collections.abc import Collection

from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import Subject, subject
from foundation import database
from foundation.errors import NotFound
from foundation.reading import Query, read_model


@read_model
class StoreEntry:
    """A store as lists and pages name it. `latitude` and `longitude` are GCJ-02, None where nobody has entered them."""

    id: int
    name: str
    short_name: str
    city: str
    phone: str
    address: str
    latitude: float | None
    longitude: float | None


_LIVE = Query(
    StoreEntry,
    "SELECT id, name, short_name, city, phone, address, latitude, longitude FROM store "
    "WHERE is_live AND ($1::bigint[] IS NULL OR id = ANY($1)) ORDER BY id",
)


class StoreNotFound(NotFound):
    """There is no store with this id; it came from an outdated link or list."""

    message = "没有这家门店。"


async def store_of(store_id: int) -> Store:
    """The store with this id.

    Raises:
        StoreNotFound: there is none.
    """
    store = await Store.get_or_none(id=store_id)
    if store is None:
        raise StoreNotFound
    return store


async def whole_group() -> Subject:
    """The subject of what concerns everybody: whoever acts on it must reach every store there is."""
    return subject(store_ids=[row["id"] for row in await database.fetch("SELECT id FROM store")])


async def live_store_ids() -> list[int]:
    """Ids of all stores in business, without archive codes, in ascending order."""
    return [row["id"] for row in await database.fetch("SELECT id FROM store WHERE is_live ORDER BY id")]


async def live_stores(only: Collection[int] | None = None) -> list[StoreEntry]:
    """The stores in business; if `only` is given, just those of these ids."""
    return await _LIVE.all(None if only is None else list(only))


async def short_name_of(store_id: int | None) -> str | None:
    """The name of a store in messages; None if there is no such store."""
    name: str | None = await database.fetch_value("SELECT short_name FROM store WHERE id = $1", store_id)
    return name
