"""Why somebody is not there on a day, in a word for colleagues."""

from collections.abc import Collection
from datetime import date
from typing import Final

from crm_core.dealerships.rota.models import AbsenceKind
from foundation.reading import Query, read_model

HOLIDAY: Final = "放假"
OFF_SHIFT: Final = "没排班"
_ON_LEAVE: Final = "请假"
_WORDS: Final = {AbsenceKind.SICK: "病假", AbsenceKind.TRAINING: "培训"}


@read_model
class _Absence:
    """Somebody who is away on a day."""

    staff_id: int
    kind: AbsenceKind


_ABSENCES = Query(
    _Absence,
    "SELECT a.staff_id, a.kind FROM staff_absence a WHERE a.staff_id = ANY($1) AND a.is_active "
    "AND a.first_on <= $2 AND a.last_on >= $2 ORDER BY a.id",
)


async def words_of(staff_ids: Collection[int], day: date, *, knows_illness: bool) -> dict[int, str]:
    """Of those who are away on a day, why. That somebody is ill is for whoever keeps the shifts; others read 请假."""
    return {
        absence.staff_id: _ON_LEAVE
        if absence.kind is AbsenceKind.SICK and not knows_illness
        else _WORDS.get(absence.kind, _ON_LEAVE)
        for absence in await _ABSENCES.all(list(staff_ids), day)
    }
