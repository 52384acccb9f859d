"""替代件: which part may be fitted in place of another."""

from crm_core.parts.models import Part
from foundation import database


async def standing_in_for(part_id: int, part_number: str, series: str) -> Part | None:
    """The part of this number, if it may stand in for the other one on a car of this series."""
    found = await database.fetch_value(
        "SELECT e.id FROM part_alternative a JOIN part e "
        "ON e.id = CASE WHEN a.part_id = $1 THEN a.other_id ELSE a.part_id END AND e.is_active "
        "WHERE a.is_active AND (a.part_id = $1 OR (a.both_ways AND a.other_id = $1)) AND a.series IN ('', $3) "
        "AND e.number = $2 LIMIT 1",
        part_id,
        part_number,
        series,
    )
    return await Part.get(id=found) if found is not None else None
