"""Which stores there are, for what concerns all of them."""

from foundation import database


async def live_store_ids() -> list[int]:
    """Every store that is open for business; archive codes are none."""
    return [row["id"] for row in await database.fetch("SELECT id FROM store WHERE is_live ORDER BY id")]
