"""Claims for screens: the account's own, and those a store's advisors have to compare."""

from typing import Any, Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorize, owners_own, subject
from foundation import database

_CLAIM: Final = (
    "SELECT b.id, b.vin_last6, b.state, b.requested_at, b.licence_media <> '' AS has_licence, "
    "  CASE WHEN b.state = 'UNBOUND' THEN b.end_reason ELSE '' END AS refusal, coalesce(s.name, '') AS store "
    "FROM binding b LEFT JOIN store s ON s.id = b.store_id"
)


async def of_account(actor: Actor) -> list[dict[str, Any]]:
    """The account's claims that wait, and its newest refused one; nothing in them tells whether the car is known."""
    authorize(actor, "vehicles.bind", owners_own(actor.id))
    return await database.fetch(
        f"{_CLAIM} WHERE b.customer_id = $1 AND (b.state = 'PENDING' "
        "  OR b.id = (SELECT max(id) FROM binding n WHERE n.customer_id = $1 AND n.vin_last6 <> '' "
        "             AND n.state = 'UNBOUND' AND n.bound_at IS NULL AND n.end_reason NOT LIKE 'merge:%')) "
        "ORDER BY b.id DESC LIMIT 20",
        actor.id,
    )


async def claim_made(binding_id: int) -> dict[str, Any]:
    """A claim for the account that has just made it, decided already or not."""
    row = await database.fetch_one(f"{_CLAIM} WHERE b.id = $1", binding_id)
    assert row is not None, "claims end, they are never deleted"
    return row


async def waiting(actor: Actor, store_id: int) -> list[dict[str, Any]]:
    """What the store's advisors have to compare, the oldest first, each with the cars its VIN could be."""
    authorize(actor, "vehicles.bind", subject(store_id=store_id))
    claims = await database.fetch(
        "SELECT b.id, b.customer_id, c.name AS customer_name, c.phone, b.vin_last6, b.how, b.licence_media, "
        "  b.requested_at, b.version FROM binding b JOIN customer c ON c.id = b.customer_id "
        "WHERE b.store_id = $1 AND b.state = 'PENDING' ORDER BY b.id LIMIT 100",
        store_id,
    )
    cars = await database.fetch(
        "SELECT v.id AS vehicle_id, right(v.vin, 6) AS vin_last6, v.vin, v.plate, m.series, m.trim, "
        "  array(SELECT c.name FROM binding b JOIN customer c ON c.id = b.customer_id "
        "        WHERE b.vehicle_id = v.id AND b.state = 'BOUND' AND b.role = 'OWNER' ORDER BY b.id) AS owners, "
        "  array(SELECT c.name FROM ownership o JOIN customer c ON c.id = o.customer_id "
        "        WHERE o.vehicle_id = v.id AND o.until_on IS NULL ORDER BY o.id) AS filed_under "
        "FROM vehicle v JOIN vehicle_model m ON m.id = v.model_id WHERE right(v.vin, 6) = ANY($1) ORDER BY v.id",
        sorted({claim["vin_last6"] for claim in claims}),
    )
    return [claim | {"cars": [car for car in cars if car["vin_last6"] == claim["vin_last6"]]} for claim in claims]
