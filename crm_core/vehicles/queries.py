"""Cars for screens."""

from datetime import date, datetime

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.vehicles.bindings import in_force, is_bound
from crm_core.vehicles.errors import VehicleNotFound
from crm_core.vehicles.expiry_rules import Expiry, SaidBy
from crm_core.vehicles.models import BindingRole, BindingState
from foundation import clock, database
from foundation.reading import Query, literals, read_model


@read_model
class OwnerCar:
    """A car to which the account is bound.

    `is_asked_for_by_another` says that somebody else asks to be bound to it and the store is checking that request.
    """

    id: int
    vin: str
    plate: str
    series: str
    trim: str
    powertrain: str
    mileage_km: int
    mileage_on: date | None
    last_service_on: date | None
    next_service_due_on: date | None
    insurance_ends_on: date | None
    home_store_id: int | None
    role: BindingRole
    is_asked_for_by_another: bool


@read_model
class TemporaryPlate:
    """Until when the temporary plate of a car is good; `days_left` is below 0 once it has ended."""

    ends_on: date
    days_left: int


@read_model
class ExpiryDate:
    """When a car's insurance or inspection runs out; `ends_on` is null while nobody has stated it.

    `by_name` is the advisor who saw the paper. If an owner typed the date it is 您 for that owner and 车主 for others.
    """

    kind: Expiry
    label: str
    ends_on: date | None
    days_left: int | None
    by: SaidBy | None
    by_name: str
    recorded_at: datetime | None


@read_model
class OwnerVisit:
    """A closed visit. `repair_order_id` is null for one imported from an earlier system, which has no progress to
    show.
    """

    id: int
    visited_on: date
    km: int | None
    summary: str
    paid_fen: int
    store: str | None
    repair_order_id: int | None


@read_model
class CustomerVisit:
    """A closed visit, ours or imported; the sum is null for readers who may not see money."""

    id: int
    visited_on: date
    km: int | None
    summary: str
    paid_fen: int | None
    store: str | None
    series: str


_BOUND_TO = Query(
    OwnerCar,
    f"""
    SELECT v.id, v.vin, v.plate, m.series, m.trim, m.powertrain, v.mileage_km, v.mileage_on, v.last_service_on,
           v.next_service_due_on, v.insurance_ends_on, v.home_store_id, b.role,
           EXISTS (SELECT FROM binding o WHERE o.vehicle_id = v.id AND o.customer_id <> b.customer_id
                   AND o.state IN ({literals(BindingState.PENDING)})) AS is_asked_for_by_another
    FROM binding b JOIN vehicle v ON v.id = b.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    WHERE b.customer_id = $1 AND {in_force("b", "$2")} ORDER BY b.id
    """,
)
_EXPIRY_DATES = Query(
    ExpiryDate,
    f"""
    SELECT k.kind, k.label, k.ends_on, k.ends_on - $3::date AS days_left, r.recorded_at,
           CASE WHEN r.staff_id IS NOT NULL THEN {literals(SaidBy.STORE)}
                WHEN r.customer_id IS NOT NULL THEN {literals(SaidBy.OWNER)}
                WHEN k.ends_on IS NOT NULL THEN {literals(SaidBy.FILE)} END AS by,
           CASE WHEN r.customer_id = $2 THEN '您' WHEN r.customer_id IS NOT NULL THEN '车主'
                ELSE coalesce(s.name, '') END AS by_name
    FROM vehicle v
    CROSS JOIN LATERAL (
        VALUES ({literals(Expiry.INSURANCE)}, '{Expiry.INSURANCE.label}', v.insurance_ends_on),
               ({literals(Expiry.INSPECTION)}, '{Expiry.INSPECTION.label}', v.inspection_ends_on)
    ) k (kind, label, ends_on)
    LEFT JOIN LATERAL (
        SELECT e.customer_id, e.staff_id, e.recorded_at FROM expiry_record e
        WHERE e.vehicle_id = v.id AND e.kind = k.kind ORDER BY e.id DESC LIMIT 1
    ) r ON true
    LEFT JOIN staff s ON s.id = r.staff_id
    WHERE v.id = $1 ORDER BY k.kind DESC
    """,
)
_TEMPORARY_PLATE = Query(
    TemporaryPlate,
    "SELECT plate_valid_until AS ends_on, plate_valid_until - $2::date AS days_left FROM vehicle "
    "WHERE id = $1 AND plate_valid_until IS NOT NULL",
)
_VISITS = Query(
    OwnerVisit,
    """
    SELECT sv.id, sv.visited_on, sv.km, sv.summary, sv.paid_fen, s.short_name AS store, sv.repair_order_id
    FROM service_visit sv LEFT JOIN store s ON s.id = sv.store_id
    WHERE sv.vehicle_id = $1 AND sv.customer_id = $2 ORDER BY sv.visited_on DESC, sv.id DESC LIMIT 50
    """,
)
_VISITS_OF_CUSTOMER = Query(
    CustomerVisit,
    """
    SELECT sv.id, sv.visited_on, sv.km, sv.summary, sv.paid_fen, s.short_name AS store, m.series
    FROM service_visit sv JOIN vehicle v ON v.id = sv.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    LEFT JOIN store s ON s.id = sv.store_id
    WHERE sv.customer_id = $1 ORDER BY sv.visited_on DESC, sv.id DESC LIMIT $2
    """,
)


@read_model
class CatalogueModel:
    """A model a car may be of."""

    id: int
    name: str


_MODELS = Query(CatalogueModel, "SELECT id, series || ' ' || trim AS name FROM vehicle_model ORDER BY series, trim, id")


async def models() -> list[CatalogueModel]:
    """All models of the catalogue by name. They concern no person, so everybody may read them."""
    return await _MODELS.all()


async def series_names() -> list[str]:
    """The names of all series in the catalogue, each once."""
    rows = await database.fetch("SELECT DISTINCT series FROM vehicle_model ORDER BY series")
    return [row["series"] for row in rows]


async def bound_to(actor: Actor, customer_id: int) -> list[OwnerCar]:
    """The cars to which an account is bound."""
    authorise(actor, "vehicles.read", owners_own(customer_id))
    return await _BOUND_TO.all(customer_id, clock.today())


async def expiry_dates(actor: Actor, vehicle_id: int) -> list[ExpiryDate]:
    """Both dates of a car for an owner whose account is bound to it, insurance first.

    Raises:
        VehicleNotFound: there is no such car, or the account is not bound to it.
    """
    authorise(actor, "vehicles.read", owners_own(actor.id))
    if not await is_bound(vehicle_id=vehicle_id, customer_id=actor.id):
        raise VehicleNotFound
    return await expiry_dates_of(vehicle_id, reader_id=actor.id)


async def temporary_plate_of(vehicle_id: int) -> TemporaryPlate | None:
    """The temporary plate of a car; None if it wears another."""
    return await _TEMPORARY_PLATE.first(vehicle_id, clock.today())


async def expiry_dates_of(vehicle_id: int, *, reader_id: int = 0) -> list[ExpiryDate]:
    """Both dates of a car, insurance first; the caller has checked that the reader may see the car."""
    return await _EXPIRY_DATES.all(vehicle_id, reader_id, clock.today())


async def visits(actor: Actor, customer_id: int, vehicle_id: int) -> list[OwnerVisit]:
    """The closed visits of a car, newest first. A customer sees those since the day their account was bound to it."""
    authorise(actor, "vehicles.read", owners_own(customer_id))
    return await _VISITS.all(vehicle_id, customer_id)


async def visits_of_customer(customer_id: int, *, limit: int = 20) -> list[CustomerVisit]:
    """A customer's newest visits over all their cars; the caller has checked that the reader may see them."""
    return await _VISITS_OF_CUSTOMER.all(customer_id, limit)
