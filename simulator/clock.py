"""The simulator's clock: the shared business clock, or its own when it stands alone."""

import time
from datetime import datetime, timedelta

from foundation import clock

REFRESH_SECONDS = 0.2
"""For how many real seconds a reading of the shared offset is used, and so the most by which it can be out of date."""


class Clock:
    """Business time. With `shared`, others may move it and `advance` moves it for everyone."""

    def __init__(self, *, shared: bool) -> None:
        self._shared = shared
        self._own_offset = timedelta(0)
        self._read_at = 0.0

    def now(self) -> datetime:
        """The current business instant, aware, UTC."""
        return clock.now() + self._own_offset

    def timestamp(self) -> float:
        """The same as Unix seconds."""
        return self.now().timestamp()

    def seconds(self) -> int:
        """The same as whole Unix seconds, as the platforms write instants."""
        return int(self.timestamp())

    async def refresh(self) -> None:
        """Take over a move made by another process."""
        if self._shared and time.monotonic() - self._read_at > REFRESH_SECONDS:
            self._read_at = time.monotonic()
            await clock.refresh()

    async def advance(self, step: timedelta) -> datetime:
        """Move business time forward.

        Raises:
            ValueError: for a step backwards.
        """
        if step < timedelta(0):
            raise ValueError("business time only moves forward")
        if self._shared:
            await clock.advance(step)
        else:
            self._own_offset += step
        return self.now()
