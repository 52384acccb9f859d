"""What can be said only when all rows are in: kilometres that fell, totals that differ, when cars are due again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Final

from crm_core.imports.codes import Code
from crm_core.imports.entities import Entity
from crm_core.imports.models import ImportJob
from crm_core.imports.plans import SheetPlan, counts_of
from crm_core.imports.rules import Result
from crm_core.policies.current import group_policy
from crm_core.vehicles.models import OdometerReading, ServiceVisit, Vehicle
from crm_core.vehicles.next_service import NextServicePolicy
from crm_core.vehicles.service_history import predicted, series_of
from foundation import clock, database

_AT_ONCE: Final = 1_000
_UNSEEN: Final = (
    "NOT EXISTS (SELECT FROM service_visit s WHERE s.vehicle_id = v.id) "
    "AND NOT EXISTS (SELECT FROM odometer_reading r WHERE r.vehicle_id = v.id)"
)


async def made_by(job_id: int, table: str) -> list[int]:
    """The rows of a table an import made."""
    ids: list[int] = await database.fetch_value(
        "SELECT coalesce(array_agg(m.number::bigint), '{}') "
        "FROM import_chunk, jsonb_array_elements_text(made -> $2) AS m(number) WHERE import_job_id = $1",
        job_id,
        table,
    )
    return ids


async def doubt_falls(job: ImportJob, sheet: int) -> None:
    """In date order over a car's whole series: a value below an earlier one is kept, told, and left out of sums."""
    fallen = await doubt(await made_by(job.id, "past_order"))
    await _say(job, sheet, list(fallen.values()), Code.KM_FELL)


async def doubt(past_order_ids: Sequence[int]) -> dict[int, int]:
    """Mark the readings of these orders that fall below an earlier one; returns the orders with their rows."""
    fallen = await database.fetch(
        "SELECT o.id, o.file_row, o.vehicle_id, o.opened_on, o.km FROM past_order o "
        "WHERE o.id = ANY($1) AND o.km < (SELECT max(r.km) FROM odometer_reading r "
        "  WHERE r.vehicle_id = o.vehicle_id AND r.read_on < o.opened_on AND NOT r.is_doubted)",
        list(past_order_ids),
    )
    await database.execute_many(
        "UPDATE odometer_reading SET is_doubted = true WHERE vehicle_id = $1 AND read_on = $2 AND km = $3",
        [(row["vehicle_id"], row["opened_on"], row["km"]) for row in fallen],
    )
    return {row["id"]: row["file_row"] for row in fallen}


async def compare_totals(job: ImportJob, plans: Sequence[SheetPlan]) -> None:
    """Orders whose lines do not come to what the order says."""
    of_orders = (Entity.ORDERS, Entity.ORDERS_WITH_LINES)
    sheet = next((plan.index for plan in plans if plan.entity in of_orders), None)
    if sheet is None:
        return
    differing = await database.fetch(
        "SELECT o.file_row FROM past_order o JOIN past_line l ON l.past_order_id = o.id WHERE o.id = ANY($1) "
        "GROUP BY o.id HAVING sum(l.amount_fen) <> o.labour_fen + o.parts_fen",
        await made_by(job.id, "past_order"),
    )
    await _say(job, sheet, [row["file_row"] for row in differing], Code.TOTAL_DIFF)


async def refresh_figures(job: ImportJob) -> None:
    """Mileage, last and next service of every car the import touched; visits, spend and due date of their owners."""
    # What was empty an hour ago is planned for as if it still were. The columns that are joined are enough; those of
    # the search box would take longer than all the rest.
    await database.execute(
        "ANALYZE vehicle (id), ownership (vehicle_id, customer_id, until_on), service_visit (vehicle_id, customer_id), "
        "odometer_reading (vehicle_id)"
    )
    touched: list[int] = await database.fetch_value(
        """
        WITH made AS (
            SELECT m.of, n.number::bigint AS number FROM import_chunk, jsonb_each(made) AS m(of, numbers),
              jsonb_array_elements_text(m.numbers) AS n(number)
            WHERE import_job_id = $1 AND m.of IN ('vehicle', 'past_order', 'ownership')
        )
        SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM (
            SELECT number AS id FROM made WHERE of = 'vehicle'
            UNION SELECT o.vehicle_id FROM made JOIN past_order o ON o.id = made.number WHERE made.of = 'past_order'
            UNION SELECT o.vehicle_id FROM made JOIN ownership o ON o.id = made.number WHERE made.of = 'ownership'
            UNION SELECT (change ->> 'id')::bigint FROM import_chunk, jsonb_array_elements(changed) AS change
            WHERE import_job_id = $1 AND change ->> 'table' = 'vehicle'
        ) AS touched
        """,
        job.id,
    )
    await refresh(touched)


async def refresh(vehicle_ids: Iterable[int], customer_ids: Iterable[int] = ()) -> None:
    """The figures of these cars and their owners, and of these customers, anew, a thousand at a time.

    Only rows whose figures differ are written: cars and owners nobody has seen before were filed with theirs.
    """
    for ids in _batches(sorted(vehicle_ids)):
        async with database.transaction():
            if seen := await _refresh_new_cars(ids):
                await _refresh_cars(seen)
            await _refresh_customers(await _customers_of(ids))
    for ids in _batches(sorted(customer_ids)):
        async with database.transaction():
            await _refresh_customers(ids)


async def _refresh_new_cars(ids: Sequence[int]) -> list[int]:
    """Cars nobody has read kilometres of or serviced: due by their delivery alone, as `predict_next_service` has it, in
    one statement; returns the others.
    """
    policy = await group_policy(NextServicePolicy)
    await database.execute(
        "UPDATE vehicle v SET next_service_due_on = w.due FROM (SELECT v.id, least("
        "    (v.delivered_on + make_interval(months => m.first_interval_months))::date, "
        "    v.delivered_on + m.first_interval_km / $2) AS due "
        f"  FROM vehicle v JOIN vehicle_model m ON m.id = v.model_id WHERE v.id = ANY($1) AND {_UNSEEN}) AS w "
        "WHERE v.id = w.id AND v.next_service_due_on IS DISTINCT FROM w.due",
        list(ids),
        policy.fallback_km_per_day,
    )
    others = await database.fetch(f"SELECT v.id FROM vehicle v WHERE v.id = ANY($1) AND NOT ({_UNSEEN})", list(ids))
    return [row["id"] for row in others]


async def _refresh_cars(ids: Sequence[int]) -> None:
    cars = await Vehicle.filter(id__in=ids).order_by("id").select_for_update(no_key=True).prefetch_related("model")
    visits: dict[int, list[ServiceVisit]] = {}
    readings: dict[int, list[OdometerReading]] = {}
    for visit in await ServiceVisit.filter(vehicle_id__in=ids):
        visits.setdefault(visit.vehicle_id, []).append(visit)
    for reading in await OdometerReading.filter(vehicle_id__in=ids):
        readings.setdefault(reading.vehicle_id, []).append(reading)
    policy = await group_policy(NextServicePolicy)
    rows = []
    for car in cars:
        own_visits, own_readings = visits.get(car.id, []), readings.get(car.id, [])
        due = predicted(car, own_visits, own_readings, policy)
        series = series_of(own_visits, own_readings)
        newest = max(series, key=lambda one: (one.read_on, one.km), default=None)
        serviced = [visit.visited_on for visit in own_visits if visit.is_maintenance]
        rows.append((
            car.id, max(car.mileage_km, newest.km) if newest else car.mileage_km,
            newest.read_on if newest else car.mileage_on, max(serviced, default=car.last_service_on),
            due.due_on if due else None,
        ))  # fmt: skip
    await database.execute(
        "UPDATE vehicle v SET mileage_km = w.km, mileage_on = w.read_on, last_service_on = w.serviced, "
        "  next_service_due_on = w.due FROM unnest($1::bigint[], $2::int[], $3::date[], $4::date[], $5::date[]) "
        "  AS w(id, km, read_on, serviced, due) WHERE v.id = w.id AND (v.mileage_km, v.mileage_on, v.last_service_on, "
        "  v.next_service_due_on) IS DISTINCT FROM (w.km, w.read_on, w.serviced, w.due)",
        *([row[n] for row in rows] for n in range(5)),
    )


async def _customers_of(vehicle_ids: Sequence[int]) -> list[int]:
    rows = await database.fetch(
        "SELECT customer_id AS id FROM ownership WHERE vehicle_id = ANY($1) UNION "
        "SELECT customer_id FROM service_visit WHERE vehicle_id = ANY($1) AND customer_id IS NOT NULL",
        list(vehicle_ids),
    )
    return [row["id"] for row in rows]


async def _refresh_customers(ids: Sequence[int]) -> None:
    # Held before anything is added up: a car that is given back at this moment counts.
    await database.execute("SELECT FROM customer WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", list(ids))
    await database.execute(
        """
        WITH due AS (
            SELECT o.customer_id AS id, min(v.next_service_due_on) AS due
            FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id
            WHERE o.customer_id = ANY($1) AND o.until_on IS NULL AND v.gone_reason = '' GROUP BY 1
        ), sums AS (
            SELECT customer_id AS id, max(visited_on) FILTER (WHERE is_real_work) AS last_on,
                   count(*) FILTER (WHERE is_real_work) AS visits, sum(paid_fen) AS spent,
                   sum(paid_fen) FILTER (WHERE visited_on >= $2::date - interval '24 months') AS lately
            FROM service_visit WHERE customer_id = ANY($1) GROUP BY 1
        ), now AS (
            SELECT w.id, d.due, s.last_on, coalesce(s.visits, 0) AS visits, coalesce(s.spent, 0) AS spent,
                   coalesce(s.lately, 0) AS lately
            FROM unnest($1::bigint[]) AS w(id) LEFT JOIN due d ON d.id = w.id LEFT JOIN sums s ON s.id = w.id
        )
        UPDATE customer c SET last_visit_on = n.last_on, visit_count = n.visits, spend_fen = n.spent,
               spend_24_months_fen = n.lately, next_service_due_on = n.due
        FROM now n WHERE c.id = n.id
          AND (c.last_visit_on, c.visit_count, c.spend_fen, c.spend_24_months_fen, c.next_service_due_on)
              IS DISTINCT FROM (n.last_on, n.visits, n.spent, n.lately, n.due)
        """,
        list(ids),
        clock.today(),
    )


async def _say(job: ImportJob, sheet: int, rows: Sequence[int], code: Code) -> None:
    """Add a remark to rows that were taken, and count it."""
    if not rows:
        return
    silent = await database.fetch(
        "INSERT INTO import_remark (import_job_id, sheet, row, result, codes, proposals, key) "
        "SELECT $1, $2, w.row, $3, jsonb_build_array($4::text), '{}', '' FROM unnest($5::int[]) AS w(row) "
        "ON CONFLICT (import_job_id, sheet, row) DO UPDATE SET codes = import_remark.codes || excluded.codes "
        "RETURNING (xmax = 0) AS is_first",
        job.id, sheet, Result.NEW.value, code.value, list(rows),
    )  # fmt: skip
    held = await ImportJob.get(id=job.id)
    counts = counts_of(held.counts.get(str(sheet), {}))
    counts.codes[code.value] = counts.codes.get(code.value, 0) + len(rows)
    counts.warned += sum(1 for row in silent if row["is_first"])
    held.counts = {**held.counts, str(sheet): asdict(counts)}
    await held.save(update_fields=["counts"])


def _batches(ids: Sequence[int]) -> Iterator[list[int]]:
    left = iter(ids)
    while batch := list(islice(left, _AT_ONCE)):
        yield batch
