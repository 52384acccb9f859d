"""Due dates for screens."""

from datetime import date
from typing import Final

from crm_core.due_dates.rules import DueKind
from foundation.reading import Query, read_model


@read_model
class DueRow:
    """One date of a car with its calculation. `is_inferred` says that no paper was seen."""

    kind: DueKind
    label: str
    due_on: date
    words: str
    is_inferred: bool


_LABELS: Final = " ".join(f"WHEN '{kind.value}' THEN '{kind.label}'" for kind in DueKind)
_OF_VEHICLE = Query(
    DueRow,
    f"SELECT kind, CASE kind {_LABELS} END AS label, due_on, words, is_inferred FROM due_date WHERE vehicle_id = $1 "
    "ORDER BY due_on, kind",
)


async def of_vehicle(vehicle_id: int) -> list[DueRow]:
    """What of a car is due, the earliest first. The caller has authorised it."""
    return await _OF_VEHICLE.all(vehicle_id)
