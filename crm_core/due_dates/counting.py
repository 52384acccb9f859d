"""Computes the due dates of cars again: those that changed, and those whose inferred date has passed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, TypeVar

from crm_core.customers.dormancy import DormancyPolicy
from crm_core.due_dates.rules import INFERRED_FOR, Car, Declined, Due, DueDatePolicy, DueKind, due_dates
from crm_core.policies.current import group_policy
from crm_core.repair_orders.declined_work import still_open
from crm_core.vehicles.models import OdometerReading, ServiceVisit, Vehicle
from crm_core.vehicles.next_service import NextServicePolicy, usual_km_per_day
from crm_core.vehicles.service_history import predicted, series_of
from foundation import clock, database
from foundation.reading import Query, literals, read_model

R = TypeVar("R", ServiceVisit, OdometerReading)

CHUNK: Final = 500
"""Cars computed in one transaction; their rows are locked for about a second."""


@read_model
class _DeclinedWork:
    """Work declined on a car that nobody did since."""

    vehicle_id: int
    name: str
    declined_on: date
    again_on: date


_DECLINED = Query(
    _DeclinedWork,
    f"""
    SELECT w.vehicle_id, w.name, (w.declined_at AT TIME ZONE 'Asia/Shanghai')::date AS declined_on,
      w.follow_up_on AS again_on
    FROM declined_work w
    WHERE w.vehicle_id = ANY($1) AND w.follow_up_on IS NOT NULL AND {still_open("$2")}
    ORDER BY w.declined_at, w.id
    """,
)


_REMOVE: Final = """
DELETE FROM due_date d WHERE d.vehicle_id = ANY($1::bigint[]) AND NOT EXISTS (
    SELECT FROM unnest($2::bigint[], $3::text[]) AS k (vehicle_id, kind)
    WHERE k.vehicle_id = d.vehicle_id AND k.kind = d.kind)
"""
_WRITE: Final = """
INSERT INTO due_date (vehicle_id, kind, due_on, cycle_on, near_on, words, is_inferred)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::date[], $4::date[], $5::date[], $6::text[], $7::boolean[])
ON CONFLICT (vehicle_id, kind) DO UPDATE SET due_on = excluded.due_on, cycle_on = excluded.cycle_on,
    near_on = excluded.near_on, words = excluded.words, is_inferred = excluded.is_inferred
WHERE to_jsonb(due_date) - 'id' IS DISTINCT FROM to_jsonb(excluded) - 'id'
"""


async def recount(*, at_most: int = CHUNK) -> int:
    """Compute the due dates of cars that changed, and return how many cars there were.

    The notes are deleted in the transaction that writes the dates, so a worker that dies forgets nothing. The cars are
    locked before anything of them is read: whoever changes one meanwhile notes it anew. Workers take turns.
    """
    async with database.transaction():
        await database.advisory_lock("due_dates.recount")
        noted = await database.fetch(
            "WITH cars AS (SELECT DISTINCT vehicle_id FROM due_recount ORDER BY vehicle_id LIMIT $1), "
            "gone AS (DELETE FROM due_recount n USING cars WHERE n.vehicle_id = cars.vehicle_id) "
            "SELECT vehicle_id FROM cars",
            at_most,
        )
        ids = [row["vehicle_id"] for row in noted]
        if ids:
            await _count(ids)
        return len(ids)


async def note_passed() -> None:
    """Note the cars whose inferred inspection date has passed so long ago that the next one counts."""
    await database.execute(
        "INSERT INTO due_recount (vehicle_id) SELECT vehicle_id FROM due_date "
        f"WHERE kind = {literals(DueKind.INSPECTION)} AND is_inferred AND due_on < $1",
        clock.today() - INFERRED_FOR,
    )


async def _count(ids: Sequence[int]) -> None:
    await database.fetch("SELECT FROM vehicle WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", ids)
    policy, dormancy = await group_policy(DueDatePolicy), await group_policy(DormancyPolicy)
    rows: list[tuple[int, Due]] = []
    for vehicle_id, car in (await _cars(ids)).items():
        rows += [(vehicle_id, due) for due in due_dates(car, clock.today(), policy, dormancy)]
    columns = (
        [vehicle_id for vehicle_id, _ in rows],
        [due.kind.value for _, due in rows],
        [due.due_on for _, due in rows],
        [due.cycle_on for _, due in rows],
        [due.near_on for _, due in rows],
        [due.words[:400] for _, due in rows],
        [due.is_inferred for _, due in rows],
    )
    await database.execute(_REMOVE, ids, *columns[:2])
    await database.execute(_WRITE, *columns)


async def _cars(ids: Sequence[int]) -> dict[int, Car]:
    """The facts of the cars that are still driven, by id."""
    policy = await group_policy(NextServicePolicy)
    visits = _by_car(await ServiceVisit.filter(vehicle_id__in=ids))
    odometer = _by_car(await OdometerReading.filter(vehicle_id__in=ids))
    declined: dict[int, list[Declined]] = defaultdict(list)
    for work in await _DECLINED.all(ids, clock.now()):
        declined[work.vehicle_id].append(Declined(work.name, work.declined_on, work.again_on))
    cars: dict[int, Car] = {}
    for vehicle in await Vehicle.filter(id__in=ids, gone_reason="").prefetch_related("model"):
        seen, read = visits[vehicle.id], odometer[vehicle.id]
        readings = series_of(seen, read)
        cars[vehicle.id] = Car(
            delivered_on=vehicle.delivered_on,
            next_service=predicted(vehicle, seen, read, policy),
            last_service_on=max((visit.visited_on for visit in seen if visit.is_maintenance), default=None),
            last_seen_on=max((visit.visited_on for visit in seen if visit.is_real_work), default=None),
            readings=readings,
            km_per_day=usual_km_per_day(readings, policy),
            insurance_ends_on=vehicle.insurance_ends_on,
            inspection_ends_on=vehicle.inspection_ends_on,
            declined=declined[vehicle.id],
        )
    return cars


def _by_car(rows: Iterable[R]) -> defaultdict[int, list[R]]:
    found: defaultdict[int, list[R]] = defaultdict(list)
    for row in rows:
        found[row.vehicle_id].append(row)
    return found
