"""Binding requests for screens: those of an account, and those that a store's advisors have to check."""

from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own, subject
from crm_core.vehicles.models import BindingRole, BindingState
from foundation.reading import Query, listed, literals, read_model


@read_model
class BindingRequest:
    """A binding request that waits for an advisor, or was refused; about the car it says only what the applicant
    typed.
    """

    id: int
    vin_last6: str
    state: BindingState
    requested_at: datetime
    has_licence: bool
    store: str
    refusal: str


@read_model
class CarAskedFor:
    """A car whose VIN ends with what the applicant typed, with the accounts bound to it and the people on file for
    it.
    """

    vehicle_id: int
    vin: str
    plate: str
    series: str
    trim: str
    owners: list[str]
    filed_under: list[str]


@read_model
class WaitingRequest:
    """A binding request to check. Without a photo it is from a second applicant, who proved phone and VIN."""

    id: int
    customer_id: int
    customer_name: str
    phone: str | None
    vin_last6: str
    licence_media: str
    requested_at: datetime
    cars: list[CarAskedFor]
    version: int


_PENDING: Final = literals(BindingState.PENDING)
_BOUND: Final = literals(BindingState.BOUND)
_REFUSED: Final = literals(BindingState.UNBOUND)
_REQUEST: Final = f"""
SELECT b.id, b.vin_last6, b.state, b.requested_at, b.licence_media <> '' AS has_licence,
       CASE WHEN b.state IN ({_REFUSED}) THEN b.end_reason ELSE '' END AS refusal, coalesce(s.name, '') AS store
FROM binding b LEFT JOIN store s ON s.id = b.store_id
"""
_OF_ACCOUNT = Query(
    BindingRequest,
    f"""
    {_REQUEST} WHERE b.customer_id = $1 AND (b.state IN ({_PENDING})
        OR b.id = (SELECT max(id) FROM binding n WHERE n.customer_id = $1 AND n.vin_last6 <> ''
                   AND n.state IN ({_REFUSED}) AND n.bound_at IS NULL AND n.end_reason NOT LIKE 'merge:%'))
    ORDER BY b.id DESC LIMIT 20
    """,
)
_ONE = Query(BindingRequest, f"{_REQUEST} WHERE b.id = $1")
_NAMED_LIKE = f"""
SELECT v.id AS vehicle_id, v.vin, v.plate, m.series, m.trim,
       array(SELECT o.name FROM binding n JOIN customer o ON o.id = n.customer_id WHERE n.vehicle_id = v.id
             AND n.state IN ({_BOUND}) AND n.role IN ({literals(BindingRole.OWNER)}) ORDER BY n.id) AS owners,
       array(SELECT o.name FROM ownership w JOIN customer o ON o.id = w.customer_id
             WHERE w.vehicle_id = v.id AND w.until_on IS NULL ORDER BY w.id) AS filed_under
FROM vehicle v JOIN vehicle_model m ON m.id = v.model_id WHERE right(v.vin, 6) = b.vin_last6
"""
_WAITING = Query(
    WaitingRequest,
    f"""
    SELECT b.id, b.customer_id, c.name AS customer_name, c.phone, b.vin_last6, b.licence_media, b.requested_at,
           (SELECT {listed(CarAskedFor, "car", order="car.vehicle_id")} FROM ({_NAMED_LIKE}) car) AS cars, b.version
    FROM binding b JOIN customer c ON c.id = b.customer_id
    WHERE b.store_id = $1 AND b.state IN ({_PENDING}) ORDER BY b.id LIMIT 100
    """,
)


async def of_account(actor: Actor) -> list[BindingRequest]:
    """The account's waiting requests and its newest refused one; they do not reveal whether the car is on file."""
    authorise(actor, "vehicles.bind", owners_own(actor.id))
    return await _OF_ACCOUNT.all(actor.id)


async def request_made(binding_id: int) -> BindingRequest:
    """A binding request as shown to the account that has just made it, whether decided already or not."""
    request = await _ONE.first(binding_id)
    assert request is not None, "requests end, they are never deleted"
    return request


async def waiting(actor: Actor, store_id: int) -> list[WaitingRequest]:
    """The requests that the store's advisors have to check, the oldest first, each with the cars it may be about."""
    authorise(actor, "vehicles.bind", subject(store_id=store_id))
    return await _WAITING.all(store_id)
