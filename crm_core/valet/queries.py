"""Runs for screens."""

from datetime import date, datetime, time, timedelta
from typing import Final

from crm_core.appointments.rules import AppointmentState
from crm_core.billing.rules import BillState, Payer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_phone
from crm_core.dealerships.permissions import authorise, owners_for, owners_own, subject
from crm_core.policies.current import policy_of
from crm_core.valet import drivers, rules
from crm_core.valet.errors import RunNotFound
from crm_core.valet.rules import LIVE, RunKind, RunState, ValetPolicy, Visit
from crm_core.valet.runs import areas_of, may_ask, spot
from foundation import clock
from foundation.reading import Query, derive, literals, read_model
from foundation.refs import Ref


@read_model
class RunRow:
    """A run as staff see it; what names the owner is masked at the door, by role."""

    id: int
    store_id: int
    appointment_id: int | None
    appointment_at: datetime | None
    customer_id: int
    customer_name: str
    phone: str | None
    plate: str
    series: str
    kind: RunKind
    state: RunState
    address: str
    latitude: float | None
    longitude: float | None
    window_from: datetime
    window_to: datetime
    fee_fen: int
    driver_id: int | None
    driver: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    mileage_km: int | None
    photo_keys: list[str]
    met_name: str
    """Who was at the address, if not the owner."""
    met_phone: str | None
    signature_key: str
    end_reason: str
    version: int


@read_model
class WorkingHours:
    """From when to when somebody works."""

    begins_at: datetime
    ends_at: datetime


@read_model
class DriverRow:
    """A driver on a day: when they work, what they can drive, and how many runs they have."""

    id: int
    name: str
    skills: list[str]
    works: list[WorkingHours]
    load: int


@read_model
class ValetDay:
    """取送车: a store's day, its drivers and its runs."""

    opens_at: datetime
    closes_at: datetime
    one_way_minutes: int
    drivers: list[DriverRow]
    runs: list[RunRow]


@read_model
class OwnerRun:
    """A run as the owner of its booking sees it; `code` is what they tell the driver."""

    id: int
    kind: RunKind
    state: RunState
    address: str
    phone: str
    window_from: datetime
    window_to: datetime
    fee_fen: int
    driver: str | None
    driver_phone: str | None
    code: str
    end_reason: str
    version: int


@read_model
class OwnerValet:
    """The runs of a booking, and what may still be asked for: until when fetched, from when on brought."""

    runs: list[OwnerRun]
    asks: list[RunKind]
    pick_up_from: datetime
    pick_up_until: datetime
    return_from: datetime
    window_minutes: int
    earliest_minute: int
    """Minute of the day before which nobody comes; `latest_minute`, after which nobody does."""
    latest_minute: int
    fee_fen: int
    is_settled: bool
    """The bill of the visit is confirmed: what is asked for now costs nothing."""
    free_from_fen: int
    """From what their repairs cost on the runs are free; 0 if never."""
    radius_km: int
    areas: list[str]


@read_model
class _Place:
    """A store on the map, and when it is open."""

    latitude: float | None
    longitude: float | None
    opens_minute: int
    closes_minute: int


@read_model
class _Booking:
    """A booking, as far as its runs go by it."""

    store_id: int
    customer_id: int
    starts_at: datetime
    minutes: int
    state: AppointmentState
    repair_order_id: int | None


@read_model
class _Confirmed:
    """A bill that its owner has confirmed."""

    id: int


_STORE: Final = Query(_Place, "SELECT latitude, longitude, opens_minute, closes_minute FROM store WHERE id = $1")
_BOOKING: Final = Query(
    _Booking, "SELECT store_id, customer_id, starts_at, minutes, state, repair_order_id FROM appointment WHERE id = $1"
)
_CONFIRMED: Final = Query(
    _Confirmed,
    f"""SELECT id FROM bill WHERE about = $1 AND payer = {literals(Payer.CP)}
    AND state NOT IN ({literals(BillState.DRAFT, BillState.SENT)})""",
)
_ROW: Final = """
SELECT r.id, r.store_id, r.appointment_id, a.starts_at AS appointment_at, r.customer_id, c.name AS customer_name,
  r.phone, coalesce(v.plate, a.given_plate, '') AS plate, coalesce(m.series, '') AS series, r.kind, r.state, r.address,
  r.latitude, r.longitude, r.window_from, r.window_to, r.fee_fen, r.driver_id, d.name AS driver, r.starts_at, r.ends_at,
  r.mileage_km, r.photos AS photo_keys, r.met_name, nullif(r.met_phone, '') AS met_phone,
  r.signature AS signature_key, r.end_reason, r.version
FROM valet_run r JOIN customer c ON c.id = r.customer_id LEFT JOIN appointment a ON a.id = r.appointment_id
LEFT JOIN vehicle v ON v.id = r.vehicle_id LEFT JOIN vehicle_model m ON m.id = coalesce(v.model_id, a.given_model_id)
LEFT JOIN staff d ON d.id = r.driver_id
"""
_DAY: Final = Query(
    RunRow,
    f"{_ROW} WHERE r.store_id = $1 AND r.window_from < $3 AND r.window_to > $2 ORDER BY r.window_from, r.id",
)
_COMING: Final = Query(
    RunRow, f"{_ROW} WHERE r.store_id = $1 AND r.window_from >= $2 ORDER BY r.window_from, r.id LIMIT 500"
)
_OF_BOOKING: Final = Query(RunRow, f"{_ROW} WHERE r.appointment_id = $1 ORDER BY r.id")
_ONE: Final = Query(RunRow, f"{_ROW} WHERE r.id = $1")
_OF_DRIVERS: Final = Query(
    RunRow,
    f"""{_ROW} WHERE r.driver_id = ANY($1::bigint[]) AND (r.state IN ({literals(*LIVE)}) OR r.ended_at >= $2)
    ORDER BY r.ended_at IS NOT NULL, r.starts_at, r.id LIMIT 60""",
)
_OWNERS: Final = """
SELECT r.id, r.kind, r.state, r.address, r.phone, r.window_from, r.window_to, r.fee_fen, d.name AS driver,
  coalesce(nullif(d.service_phone, ''), s.phone) AS driver_phone, r.code, r.end_reason, r.version
FROM valet_run r JOIN store s ON s.id = r.store_id LEFT JOIN staff d ON d.id = r.driver_id
"""
_OF_OWNER: Final = Query(OwnerRun, f"{_OWNERS} WHERE r.appointment_id = $1 ORDER BY r.id")
_OF_OWNERS_ORDER: Final = Query(
    OwnerRun,
    f"""{_OWNERS} JOIN appointment a ON a.id = r.appointment_id
    WHERE a.repair_order_id = $1 AND r.customer_id = $2 AND r.state <> {literals(RunState.CANCELLED)} ORDER BY r.id""",
)


async def day_of_store(actor: Actor, store_id: int, day: date) -> ValetDay:
    """The calendar of a day.

    Raises:
        RunNotFound: no such store.
        NotAllowed.
    """
    authorise(actor, "valet.read", subject(store_id=store_id))
    store = await _STORE.first(store_id)
    if store is None:
        raise RunNotFound
    midnight = clock.at(day)
    people = await drivers.of_store(store_id, day, spot(store.latitude, store.longitude))
    return ValetDay(
        opens_at=midnight + timedelta(minutes=store.opens_minute),
        closes_at=midnight + timedelta(minutes=store.closes_minute),
        one_way_minutes=(await policy_of(ValetPolicy, store_id)).one_way_minutes,
        drivers=[
            DriverRow(
                id=each.id,
                name=each.name,
                skills=sorted(each.skills),
                works=[WorkingHours(begins_at=begins, ends_at=ends) for begins, ends in each.works],
                load=len(each.runs),
            )
            for each in people
        ],
        runs=await _DAY.all(store_id, midnight, midnight + timedelta(days=1)),
    )


async def coming_of_store(actor: Actor, store_id: int) -> list[RunRow]:
    """The runs from today on.

    Raises:
        NotAllowed.
    """
    authorise(actor, "valet.read", subject(store_id=store_id))
    return await _COMING.all(store_id, clock.at(clock.today()))


async def one(actor: Actor, run_id: int) -> RunRow:
    """One run.

    Raises:
        RunNotFound, NotAllowed.
    """
    run = await _ONE.first(run_id)
    if run is None:
        raise RunNotFound
    authorise(actor, "valet.read", subject(store_id=run.store_id, staff_ids=[run.driver_id]))
    return run


async def of_booking(actor: Actor, appointment_id: int) -> list[RunRow]:
    """The runs of a booking.

    Raises:
        RunNotFound, NotAllowed.
    """
    booking = await _BOOKING.first(appointment_id)
    if booking is None:
        raise RunNotFound
    authorise(actor, "valet.read", subject(store_id=booking.store_id))
    return await _OF_BOOKING.all(appointment_id)


async def of_driver(actor: Actor) -> list[RunRow]:
    """What the driver has to do, and what they did today.

    Raises:
        NotAllowed.
    """
    authorise(actor, "valet.drive", subject(staff_ids=[actor.id]))
    own = owners_for(actor, "valet.drive")
    return await _OF_DRIVERS.all(sorted(own), clock.at(clock.today()))


async def of_owner(actor: Actor, appointment_id: int) -> OwnerValet:
    """The runs of the owner's booking. Their driver's number is masked: the store puts them through.

    Raises:
        RunNotFound.
    """
    booking = await _BOOKING.first(appointment_id)
    if booking is None:
        raise RunNotFound
    authorise(actor, "valet.ask", owners_own(booking.customer_id))
    policy, visit = await policy_of(ValetPolicy, booking.store_id), Visit(booking.starts_at, booking.minutes)
    runs = await _OF_OWNER.all(appointment_id)
    had = {run.kind for run in runs if run.state in LIVE}
    return OwnerValet(
        runs=[_to_owner(run) for run in runs],
        asks=[kind for kind in (RunKind.PICK_UP, RunKind.RETURN) if may_ask(booking.state, kind) and kind not in had],
        pick_up_from=clock.now() + timedelta(minutes=policy.lead_minutes),
        pick_up_until=rules.pick_up_until(visit, policy),
        return_from=rules.return_from(visit, policy),
        window_minutes=policy.window_minutes,
        earliest_minute=_minute_of(policy.earliest_at),
        latest_minute=_minute_of(policy.latest_at),
        fee_fen=policy.fee_fen,
        is_settled=await _is_settled(booking.repair_order_id),
        free_from_fen=policy.free_from_fen,
        radius_km=policy.radius_km,
        areas=await areas_of(booking.store_id),
    )


def _minute_of(at: time) -> int:
    return at.hour * 60 + at.minute


async def of_owners_order(actor: Actor, repair_order_id: int) -> list[OwnerRun]:
    """The runs of the booking an order came from, as its owner follows them; none for a relative who sees the order."""
    authorise(actor, "valet.ask", owners_own(actor.id))
    return [_to_owner(run) for run in await _OF_OWNERS_ORDER.all(repair_order_id, actor.id)]


async def _is_settled(order_id: int | None) -> bool:
    return order_id is not None and await _CONFIRMED.first(Ref("repair_order", order_id)) is not None


def _to_owner(run: OwnerRun) -> OwnerRun:
    """The driver's number is masked: the store puts the owner through."""
    return derive(OwnerRun, run, driver_phone=run.driver and mask_phone(run.driver_phone or ""))
