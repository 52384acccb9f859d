"""When a store is open over some days, and what can be done in that time. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class OpenTime:
    """From when until when a store is open, day after day; nothing is known beyond the last one."""

    spans: tuple[tuple[datetime, datetime], ...]

    def has(self, at: datetime) -> bool:
        """Whether it is open at that moment."""
        return any(opens <= at < closes for opens, closes in self.spans)

    def opening(self, at: datetime) -> datetime | None:
        """When it opens next after that moment; None if that is not known."""
        return next((opens for opens, _ in self.spans if opens > at), None)

    def after(self, starts_at: datetime, length: timedelta) -> datetime:
        """When something that takes so long is done if it is done only while the store is open."""
        at, left = starts_at, length
        for opens, closes in self.spans:
            begins = max(at, opens)
            if begins >= closes:
                continue
            if left <= closes - begins:
                return begins + left
            at, left = closes, left - (closes - begins)
        return at + left

    def closing(self, at: datetime) -> datetime:
        """The end of the day on which it is open at that moment; the moment itself where it is shut then."""
        return next((closes for opens, closes in self.spans if opens <= at <= closes), at)
