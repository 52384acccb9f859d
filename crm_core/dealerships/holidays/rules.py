"""Which days are worked, and by when work counted in working time is due. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from foundation import wall_clock

MAKE_UP: Final = "调休上班"
_SATURDAY: Final = 5
NOTICE_MONTH: Final = 11
"""The notice about the next year normally comes in November."""


@dataclass(frozen=True)
class Holidays:
    """The days of the notices that are here: `off` by their holiday's name, and those that are worked instead."""

    off: Mapping[date, str] = field(default_factory=dict)
    make_up: frozenset[date] = frozenset()
    quiet: frozenset[date] = frozenset()
    """Of the days off those on which nobody is sent marketing."""

    def works_on(self, day: date) -> bool:
        """Whether a day is a working day by law. Where no notice says anything, Monday to Friday are."""
        return day in self.make_up or (day.weekday() < _SATURDAY and day not in self.off)

    def word_for(self, day: date) -> str:
        """What a calendar says of a day: the holiday, that it is worked instead, or nothing."""
        return MAKE_UP if day in self.make_up else self.off.get(day, "")

    def after_working_time(self, begins: datetime, lasting: timedelta) -> datetime:
        """The instant at which so much time of working days has passed; days off do not count."""
        at, left = begins, lasting
        while True:
            day = wall_clock.local(at).date()
            next_day = wall_clock.at(day + timedelta(days=1))
            if self.works_on(day):
                if left <= next_day - at:
                    return at + left
                left -= next_day - at
            at = next_day


def awaited_years(today: date, known: frozenset[int]) -> list[int]:
    """Years whose notice should be here by now and is not: this year's, and from November on the next one's."""
    wanted = [today.year, *([today.year + 1] if today.month >= NOTICE_MONTH else [])]
    return [year for year in wanted if year not in known]
