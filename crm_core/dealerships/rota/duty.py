"""Reads who works when."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from crm_core.dealerships.models import Role
from crm_core.dealerships.rota.rules import Days, Proof, Rota, WorkShift
from foundation.reading import Query, listed, read_model


@read_model
class Holder:
    """A member of staff with a role in a store."""

    staff_id: int
    store_id: int
    role: Role


_HOLDERS = Query(
    Holder,
    "SELECT r.staff_id, r.store_id, r.role FROM staff_role r JOIN staff s ON s.id = r.staff_id "
    "WHERE r.store_id = ANY($1) AND r.role = ANY($2) AND s.is_active ORDER BY r.staff_id",
)


@read_model
class _Known:
    """Everything known of one person's work."""

    staff_id: int
    skills: list[str]
    shifts: list[WorkShift]
    absences: list[Days]
    proofs: list[Proof]


@read_model
class _Closure:
    """Days on which a bay is closed."""

    bay_id: int
    first_on: date
    last_on: date
    reason: str


_ROTAS = Query(
    _Known,
    f"""
    SELECT s.id AS staff_id, s.skills,
      (SELECT {listed(WorkShift, "f", order="f.id")} FROM shift f WHERE f.staff_id = s.id AND f.is_active) AS shifts,
      (SELECT {listed(Days, "a", order="a.id")} FROM staff_absence a
       WHERE a.staff_id = s.id AND a.is_active AND a.first_on <= $3 AND a.last_on >= $2) AS absences,
      (SELECT {listed(Proof, "c", order="c.id")} FROM certificate c
       WHERE c.staff_id = s.id AND c.is_active AND c.skill <> '') AS proofs
    FROM staff s WHERE s.id = ANY($1)
    """,
)
_CLOSURES = Query(
    _Closure,
    "SELECT c.bay_id, c.first_on, c.last_on, c.reason FROM bay_closure c JOIN bay b ON b.id = c.bay_id "
    "WHERE b.store_id = ANY($1) AND c.is_active AND c.first_on <= $3 AND c.last_on >= $2 ORDER BY c.id",
)


async def holders_of(roles: Sequence[Role], store_ids: Sequence[int]) -> list[Holder]:
    """Who works in these roles in these stores, whether they are there today or not."""
    return await _HOLDERS.all(list(store_ids), [role.value for role in roles])


async def rotas_of(staff_ids: Collection[int], first: date, last: date) -> dict[int, Rota]:
    """The rota of each person, with the absences that touch the days from `first` to `last`."""
    return {
        known.staff_id: Rota(tuple(known.skills), known.shifts, known.absences, known.proofs)
        for known in await _ROTAS.all(list(staff_ids), first, last)
    }


async def closed_bays(store_ids: Sequence[int], first: date, last: date) -> dict[int, list[Days]]:
    """The closures of each bay of these stores that touch the days from `first` to `last`."""
    closed: dict[int, list[Days]] = defaultdict(list)
    for closure in await _CLOSURES.all(list(store_ids), first, last):
        closed[closure.bay_id].append(Days(closure.first_on, closure.last_on))
    return closed


async def closed_bays_with_reasons(store_id: int, day: date) -> dict[int, str]:
    """The bays of a store that are closed on a day, with the reason of each, which may be empty."""
    return {closure.bay_id: closure.reason for closure in await _CLOSURES.all([store_id], day, day)}
