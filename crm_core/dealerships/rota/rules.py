"""Who works when, and with which skills. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class WorkShift:
    """Weekdays ("0" is Monday) with hours in minutes after Shanghai midnight."""

    weekdays: tuple[str, ...]
    starts_minute: int
    ends_minute: int


@dataclass(frozen=True)
class Days:
    """From one day to another, both included."""

    first_on: date
    last_on: date

    def has(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True)
class Proof:
    """A certificate for a skill."""

    skill: str
    valid_until: date


@dataclass(frozen=True)
class Rota:
    """What is known of one person's work."""

    skills: tuple[str, ...] = ()
    shifts: Sequence[WorkShift] = ()
    absences: Sequence[Days] = ()
    proofs: Sequence[Proof] = ()

    def works_on(self, day: date) -> bool:
        """Whether they work on that day at all."""
        if any(away.has(day) for away in self.absences):
            return False
        return not self.shifts or any(str(day.weekday()) in shift.weekdays for shift in self.shifts)

    def hours_on(self, day: date) -> list[tuple[int, int]]:
        """When they work on that day, in minutes after midnight: all day long where no shifts are known."""
        if not self.works_on(day):
            return []
        weekday = str(day.weekday())
        own = [(shift.starts_minute, shift.ends_minute) for shift in self.shifts if weekday in shift.weekdays]
        return own if self.shifts else [(0, 24 * 60)]

    def skills_on(self, day: date) -> frozenset[str]:
        """Their skills on that day, without those whose certificates have all run out."""
        proved = {proof.skill for proof in self.proofs}
        valid = {proof.skill for proof in self.proofs if proof.valid_until >= day}
        return frozenset(skill for skill in self.skills if skill not in proved or skill in valid)


def away_until(absences: Sequence[Days], day: date) -> date | None:
    """The last day of the absence that covers `day` and of those which follow it without a gap; None if there is
    none.
    """
    last: date | None = None
    for away in sorted(absences, key=lambda one: one.first_on):
        if away.has(day) or (last is not None and day < away.first_on <= last + timedelta(days=1)):
            last = away.last_on
    return last
