"""Reads who works when."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from crm_core.dealerships.models import Bay, Role, Staff
from crm_core.dealerships.rota.models import BayClosure, Certificate, Shift, StaffAbsence
from crm_core.dealerships.rota.rules import Days, Proof, Rota, WorkShift
from foundation.reading import Query, read_model


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


async def holders_of(roles: Sequence[Role], store_ids: Sequence[int]) -> list[Holder]:
    """Who works in these roles in these stores, whether they are there today or not."""
    return await _HOLDERS.all(list(store_ids), [role.value for role in roles])


async def rotas_of(staff_ids: Collection[int], first: date, last: date) -> dict[int, Rota]:
    """The rota of each person, with the absences that touch the days from `first` to `last`."""
    ids = list(staff_ids)
    shifts: dict[int, list[WorkShift]] = defaultdict(list)
    for shift in await Shift.filter(staff_id__in=ids, is_active=True):
        shifts[shift.staff_id].append(WorkShift(tuple(shift.weekdays), shift.starts_minute, shift.ends_minute))
    absences: dict[int, list[Days]] = defaultdict(list)
    for away in await StaffAbsence.filter(staff_id__in=ids, is_active=True, first_on__lte=last, last_on__gte=first):
        absences[away.staff_id].append(Days(away.first_on, away.last_on))
    proofs: dict[int, list[Proof]] = defaultdict(list)
    for paper in await Certificate.filter(staff_id__in=ids, is_active=True).exclude(skill=""):
        proofs[paper.staff_id].append(Proof(paper.skill, paper.valid_until))
    return {
        person.id: Rota(tuple(person.skills), shifts[person.id], absences[person.id], proofs[person.id])
        for person in await Staff.filter(id__in=ids)
    }


async def closed_bays(store_ids: Sequence[int], first: date, last: date) -> dict[int, list[Days]]:
    """The closures of each bay of these stores that touch the days from `first` to `last`."""
    bay_ids = await Bay.filter(store_id__in=list(store_ids)).values_list("id", flat=True)
    closed: dict[int, list[Days]] = defaultdict(list)
    for closure in await BayClosure.filter(
        bay_id__in=list(bay_ids), is_active=True, first_on__lte=last, last_on__gte=first
    ):
        closed[closure.bay_id].append(Days(closure.first_on, closure.last_on))
    return closed
