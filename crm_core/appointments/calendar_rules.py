"""Pure rules of the calendar: which days still have room for the work, and why the others have none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crm_core.appointments.capacity_rules import SlotAnswer, SlotRefusal


@dataclass(frozen=True)
class DayRoom:
    """The room one day has left for the wanted work. If there is none, `reason` is a sentence for the owner."""

    day: date
    free_starts: int
    first_free: datetime | None
    reason: str | None
    holiday: str = ""
    """Which holiday it is, or that it is worked instead of one; stores open by their own hours all the same."""

    @property
    def has_room(self) -> bool:
        """Whether the work can be promised at any time of the day."""
        return self.first_free is not None


_ALL_DAY = {
    SlotRefusal.CLOSED: "门店当天休息。",
    SlotRefusal.PAST: "当天的时间已经过了。",
    SlotRefusal.ARRIVALS_FULL: "当天已约满。",
    SlotRefusal.TOO_LATE_TO_FINISH: "当天做不完。",
    SlotRefusal.NO_BAY: "当天没有合适的工位。",
    SlotRefusal.NO_SKILL: "当天没有能做这项的技师。",
    SlotRefusal.NO_TECHNICIAN: "当天技师已排满。",
    SlotRefusal.NO_PARTS: "当天配件还没到。",
}
_NOT_YET_PROMISED = "还不能约这么远。"


def room_of_day(day: date, slots: Sequence[SlotAnswer]) -> DayRoom:
    """Sum up the slots of a day; on a day without slots the store is closed.

    A day without room is refused for the reason that all its remaining slots share. If they share none (full in the
    morning, too late in the afternoon), it counts as full.
    """
    free = [slot.starts_at for slot in slots if slot.is_free]
    if free:
        return DayRoom(day, len(free), min(free), None)
    return DayRoom(day, 0, None, _ALL_DAY[_against_all(slots)])


def beyond_reach(day: date) -> DayRoom:
    """A day that is too far ahead to be booked."""
    return DayRoom(day, 0, None, _NOT_YET_PROMISED)


def _against_all(slots: Sequence[SlotAnswer]) -> SlotRefusal:
    if not slots:
        return SlotRefusal.CLOSED
    to_come = [slot for slot in slots if SlotRefusal.PAST not in slot.refusals]
    if not to_come:
        return SlotRefusal.PAST
    shared = set.intersection(*(set(slot.refusals) for slot in to_come))
    return next((refusal for refusal in SlotRefusal if refusal in shared), SlotRefusal.ARRIVALS_FULL)
