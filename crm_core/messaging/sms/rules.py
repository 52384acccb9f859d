"""What an answer means, at which hours a message may arrive, and what it costs."""

import math
import unicodedata
from datetime import datetime, timedelta
from typing import Final

from foundation import wall_clock

OPT_OUTS: Final = frozenset({"R", "TD", "T", "N", "退订"})
"""What carriers and the platform tell people to answer; which one depends on the year and the provider."""
_AROUND: Final = " \t\r\n.,!。，！“”\"'"
OPENS_AT: Final = 8
CLOSES_AT: Final = 22
"""Carriers take marketing at these hours only; nobody's phone rings at night for a notice of ours either."""
ONE_SEGMENT: Final = 70
LONG_SEGMENT: Final = 67
"""Characters, signature included: a longer message is cut into parts of so many."""


def is_opt_out(text: str) -> bool:
    """Whether an answer says that they want no more; full width, case and what stands around it make no difference."""
    return unicodedata.normalize("NFKC", text).strip(_AROUND).upper() in OPT_OUTS


def opens(now: datetime) -> datetime | None:
    """When a message may arrive, if not now."""
    wall = wall_clock.local(now)
    if OPENS_AT <= wall.hour < CLOSES_AT:
        return None
    return wall_clock.at(wall.date() + timedelta(days=wall.hour >= CLOSES_AT), OPENS_AT)


def segments(text: str) -> int:
    """For how many messages a text is charged."""
    return 1 if len(text) <= ONE_SEGMENT else math.ceil(len(text) / LONG_SEGMENT)
