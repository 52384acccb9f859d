"""Why somebody is not there on a day, in a word for colleagues."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from crm_core.dealerships.rota import rules
from crm_core.dealerships.rota.models import AbsenceKind
from crm_core.dealerships.rota.rules import Days
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


@dataclass(frozen=True)
class Away:
    """Why somebody is away, in a word for colleagues, and until which day."""

    word: str
    until: date


@read_model
class _Ahead:
    """An absence that lasts or is still to come."""

    staff_id: int
    first_on: date
    last_on: date


_AHEAD = Query(
    _Ahead,
    "SELECT a.staff_id, a.first_on, a.last_on FROM staff_absence a "
    "WHERE a.staff_id = ANY($1) AND a.is_active AND a.last_on >= $2 ORDER BY a.id",
)


async def away_on(staff_ids: Collection[int], day: date) -> dict[int, Away]:
    """Those who are away on a day, with the last day of it. Nobody reads here that somebody is ill."""
    words = await words_of(staff_ids, day, knows_illness=False)
    ahead: dict[int, list[Days]] = defaultdict(list)
    for absence in await _AHEAD.all(list(words), day):
        ahead[absence.staff_id].append(Days(absence.first_on, absence.last_on))
    lasting = {staff_id: rules.away_until(absences, day) for staff_id, absences in ahead.items()}
    return {staff_id: Away(words[staff_id], until) for staff_id, until in lasting.items() if until is not None}
