"""Which hours hold on a day. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class DayHours:
    """One day's hours in minutes after Shanghai midnight; `last_slot` is the latest arrival that may be booked."""

    opens: int
    last_slot: int
    closes: int


@dataclass(frozen=True)
class StoreHours:
    """Everything said about a store's hours; None is shut."""

    usual: DayHours
    weekdays: Mapping[int, DayHours | None] = field(default_factory=dict)
    exceptions: Mapping[date, DayHours | None] = field(default_factory=dict)

    def on(self, day: date) -> DayHours | None:
        """The hours of a day: the exception, else the weekday, else the usual ones; None when the store is shut."""
        if day in self.exceptions:
            return self.exceptions[day]
        return self.weekdays.get(day.weekday(), self.usual)


def within(usual: DayHours, opens: int, closes: int) -> DayHours:
    """The hours of an exception, which names no last arrival: as long before closing as on a usual day."""
    return DayHours(opens, max(opens, closes - (usual.closes - usual.last_slot)), closes)
