"""免打扰时段: the hours of the day at which somebody does not wish to be written to. Pure.

A span is minutes of the Shanghai day with the end excluded. One whose end is not after its start goes over midnight:
22:00–08:00 is the evening and the next morning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from foundation import wall_clock

DAY: Final = 24 * 60
MOST_SPANS: Final = 3
"""The night, noon and one more: whoever needs more wants no messages, for which there is a switch."""


@dataclass(frozen=True, order=True)
class Span:
    """From a minute of the day to another one; never of length zero."""

    starts: int
    ends: int

    @property
    def words(self) -> str:
        """`22:00–次日 08:00`."""
        is_over_midnight = self.ends <= self.starts and self.ends != 0
        return f"{_words(self.starts)}–{'次日 ' if is_over_midnight else ''}{_words(self.ends or DAY)}"

    def holds_at(self, minute: int) -> bool:
        """Whether a minute of the day lies in it."""
        if self.starts < self.ends:
            return self.starts <= minute < self.ends
        return minute >= self.starts or minute < self.ends


def _words(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def minute_of(at: time) -> int:
    """The minute of the day."""
    return at.hour * 60 + at.minute


def words_of(spans: Iterable[Span]) -> str:
    """All spans in words; empty for none."""
    return "、".join(span.words for span in sorted(spans))


def is_quiet(spans: Sequence[Span], instant: datetime) -> bool:
    """Whether an instant lies in one of the spans."""
    minute = minute_of(wall_clock.local(instant).time())
    return any(span.holds_at(minute) for span in spans)


def quiet_until(spans: Sequence[Span], instant: datetime) -> datetime | None:
    """The first instant from this one on that lies in no span; None if the spans cover the whole day."""
    at = instant
    while is_quiet(spans, at):
        wall = wall_clock.local(at)
        minute = minute_of(wall.time())
        length = min((span.ends - minute) % DAY for span in spans if span.holds_at(minute))
        at = at.replace(second=0, microsecond=0) + timedelta(minutes=length)
        if at - instant > timedelta(days=1):
            return None
    return at


def leaves_some_of(spans: Sequence[Span], windows: Iterable[tuple[time, time]]) -> bool:
    """Whether any minute of these hours of the day lies in no span."""
    return any(
        not any(span.holds_at(minute) for span in spans)
        for opens, closes in windows
        for minute in range(minute_of(opens), minute_of(closes))
    )
