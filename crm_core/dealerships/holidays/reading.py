"""Reads holidays, and which years are missing."""

from datetime import date, timedelta

from crm_core.dealerships.holidays.models import HolidayKind
from crm_core.dealerships.holidays.rules import Holidays, awaited_years
from foundation import clock, database
from foundation.reading import Query, read_model


@read_model
class _Days:
    kind: HolidayKind
    name: str
    first_on: date
    last_on: date
    is_quiet: bool


_BETWEEN = Query(
    _Days,
    "SELECT h.kind, h.name, h.first_on, h.last_on, h.is_quiet "
    "FROM holiday h JOIN holiday_notice n ON n.id = h.notice_id "
    "WHERE h.is_active AND n.is_active AND n.published_on IS NOT NULL AND h.first_on <= $2 AND h.last_on >= $1",
)


async def between(first: date, last: date) -> Holidays:
    """What the published notices say of the days from `first` to `last`."""
    off: dict[date, str] = {}
    make_up: set[date] = set()
    quiet: set[date] = set()
    for row in await _BETWEEN.all(first, last):
        days = [row.first_on + timedelta(days=n) for n in range((row.last_on - row.first_on).days + 1)]
        if row.kind is HolidayKind.WORK:
            make_up.update(days)
        else:
            off.update(dict.fromkeys(days, row.name))
            quiet.update(days if row.is_quiet else ())
    return Holidays(off, frozenset(make_up), frozenset(quiet))


async def what_is_missing() -> str:
    """Which years are not known though they should be, as a Chinese sentence; empty when none is missing."""
    rows = await database.fetch(
        "SELECT n.year FROM holiday_notice n WHERE n.is_active AND n.published_on IS NOT NULL "
        "AND EXISTS (SELECT FROM holiday h WHERE h.notice_id = n.id AND h.is_active)"
    )
    missing = awaited_years(clock.today(), frozenset(row["year"] for row in rows))
    return f"{'、'.join(map(str, missing))} 年的放假安排还没录，先按周末算" if missing else ""
