"""The prep sheet of an appointment."""

from datetime import date

from crm_core.appointments.queries import StaffAppointment, one
from crm_core.coupons.queries import CouponCard, usable_at
from crm_core.dealerships.actors import Actor
from crm_core.due_dates.rules import Due
from crm_core.policies.current import group_policy
from crm_core.preparation.rules import (
    Coming,
    DeclinedJob,
    DoneJob,
    PreparationPolicy,
    Recalled,
    Suggestion,
    predicted_km,
    suggestions,
)
from crm_core.pricing import packages
from crm_core.repair_orders.declined_work import still_open
from crm_core.repair_orders.rules import LineState
from crm_core.tasks.rules import RecallPolicy
from crm_core.vehicles.models import Powertrain
from crm_core.vehicles.next_service import NextServicePolicy, usual_km_per_day
from crm_core.vehicles.service_history import series_of
from foundation import clock
from foundation.reading import Query, literals, read_model

VISITS = 3
"""How many of the last visits the sheet shows."""


@read_model
class LastVisit:
    """An earlier visit."""

    visited_on: date
    km: int | None
    summary: str
    store: str


@read_model
class PrepSheet:
    """What the advisor knows before the car comes. `km` is predicted for that day; everything is empty for a car that
    is not registered yet.
    """

    km: int | None
    suggestions: list[Suggestion]
    coupons: list[CouponCard]
    visits: list[LastVisit]


@read_model
class _Car:
    delivered_on: date | None
    powertrain: Powertrain
    is_all_known: bool


@read_model
class _Visit:
    visited_on: date
    km: int | None
    is_maintenance: bool


@read_model
class _Odometer:
    read_on: date
    km: int
    starts_new_series: bool
    is_doubted: bool


_CAR = Query(
    _Car,
    """
    SELECT v.delivered_on, m.powertrain,
      NOT EXISTS (SELECT FROM service_visit s WHERE s.vehicle_id = v.id
        AND s.repair_order_id IS NULL AND s.past_order_id IS NULL) AS is_all_known
    FROM vehicle v JOIN vehicle_model m ON m.id = v.model_id WHERE v.id = $1
    """,
)
_VISITS = Query(_Visit, "SELECT visited_on, km, is_maintenance FROM service_visit WHERE vehicle_id = $1")
_ODOMETER = Query(
    _Odometer, "SELECT read_on, km, starts_new_series, is_doubted FROM odometer_reading WHERE vehicle_id = $1"
)
_DUES = Query(
    Due,
    """
    SELECT kind, due_on, cycle_on, words, near_on, is_inferred FROM due_date WHERE vehicle_id = $1
    ORDER BY due_on, id
    """,
)
_RECALLS = Query(
    Recalled,
    """
    SELECT r.number, r.title, r.remedy FROM safety_recall r JOIN vehicle v ON v.vin = r.vin
    WHERE v.id = $1 AND r.done_on IS NULL AND r.is_active ORDER BY r.published_on, r.id
    """,
)
_DECLINED = Query(
    DeclinedJob,
    f"""
    SELECT DISTINCT ON (w.name) w.name, w.finding, w.urgency, w.price_fen,
      (w.declined_at AT TIME ZONE 'Asia/Shanghai')::date AS declined_on
    FROM declined_work w WHERE w.vehicle_id = $1 AND {still_open("$2")} ORDER BY w.name, w.declined_at DESC
    """,
)
_DONE = Query(
    DoneJob,
    f"""
    SELECT l.name, s.visited_on AS done_on, s.km
    FROM service_visit s JOIN repair_line l ON l.repair_order_id = s.repair_order_id
    WHERE s.vehicle_id = $1 AND l.state IN ({literals(LineState.DONE, LineState.QC_OK)})
    UNION ALL
    SELECT l.name, o.opened_on, o.km FROM past_order o JOIN past_line l ON l.past_order_id = o.id
    WHERE o.vehicle_id = $1
    UNION ALL
    SELECT s.summary, s.visited_on, s.km FROM service_visit s
    WHERE s.vehicle_id = $1 AND s.repair_order_id IS NULL AND s.past_order_id IS NULL
    """,
)
_LAST = Query(
    LastVisit,
    f"""
    SELECT s.visited_on, s.km, s.summary, coalesce(t.short_name, '') AS store
    FROM service_visit s LEFT JOIN store t ON t.id = s.store_id
    WHERE s.vehicle_id = $1 ORDER BY s.visited_on DESC, s.id DESC LIMIT {VISITS}
    """,
)


async def of_appointment(actor: Actor, appointment_id: int) -> PrepSheet:
    """The prep sheet of an appointment.

    Raises:
        AppointmentNotFound: it does not exist.
        NotAllowed: the actor may not read it.
    """
    appointment = await one(actor, appointment_id)
    coupons = await usable_at(appointment.customer_id, appointment.store_id, appointment.vehicle_id)
    if appointment.vehicle_id is None:
        return PrepSheet(km=None, suggestions=[], coupons=coupons, visits=[])
    coming = await _coming(appointment, appointment.vehicle_id)
    found = suggestions(coming, await group_policy(PreparationPolicy), await group_policy(RecallPolicy))
    return PrepSheet(km=coming.km, suggestions=found, coupons=coupons, visits=await _LAST.all(appointment.vehicle_id))


async def _coming(appointment: StaffAppointment, vehicle_id: int) -> Coming:
    car = await _CAR.first(vehicle_id)
    assert car is not None, "an appointment's car is a foreign key"
    readings = series_of(await _VISITS.all(vehicle_id), await _ODOMETER.all(vehicle_id))
    on = clock.local(appointment.starts_at).date()
    km_per_day = usual_km_per_day(readings, await group_policy(NextServicePolicy))
    catalogue = await packages.catalogue_of(appointment.store_id, vehicle_id) or []
    service = next((item for item in catalogue if item.is_maintenance), None)
    services = {item.item_id for item in catalogue if item.is_maintenance}
    return Coming(
        on=on,
        km=predicted_km(readings, km_per_day, on),
        delivered_on=car.delivered_on,
        is_electric=car.powertrain is Powertrain.BEV,
        is_all_known=car.is_all_known,
        booked=[item.name for item in appointment.items],
        books_service=any(item.item_id in services for item in appointment.items),
        recalls=await _RECALLS.all(vehicle_id),
        declined=await _DECLINED.all(vehicle_id, clock.now()),
        dues=await _DUES.all(vehicle_id),
        done=await _DONE.all(vehicle_id),
        prices={item.name: item.labour_fen + item.parts_fen for item in catalogue},
        service_name=service.name if service else "",
    )
