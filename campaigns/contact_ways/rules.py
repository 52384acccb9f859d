"""What may happen to a code, and what its marks may look like. Pure."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Final

from foundation.moves import Moves


class ContactWayState(StrEnum):
    """States of a code; it can be used once WeCom has made it."""

    PENDING = "PENDING"
    READY = "READY"
    MOVING = "MOVING"
    """It was changed, and WeCom has yet to be told; until then it leads to whoever had it."""
    FAILED = "FAILED"
    ENDING = "ENDING"
    """Nobody is to come by it any more, and WeCom has yet to delete it."""
    ENDED = "ENDED"


class Step(StrEnum):
    """How far those went who came by a code."""

    ADDED = "ADDED"
    LOST = "LOST"
    BOOKED = "BOOKED"
    VISITED = "VISITED"
    PAID = "PAID"


LOST_WITHIN: Final = timedelta(days=7)
"""Who leaves within a week came for the gift."""
FOLLOWED_FOR: Final = timedelta(days=90)
"""For so long a booking, a visit or a payment is put down to the code by which somebody came."""
MOVES: Final[Moves[ContactWayState]] = {
    ContactWayState.PENDING: {
        "edit": ContactWayState.PENDING,
        "end": ContactWayState.ENDING,
    },
    ContactWayState.READY: {
        "edit": ContactWayState.READY,
        "tell": ContactWayState.MOVING,
        "end": ContactWayState.ENDING,
    },
    ContactWayState.MOVING: {
        "edit": ContactWayState.MOVING,
        "tell": ContactWayState.MOVING,
        "end": ContactWayState.ENDING,
    },
    ContactWayState.FAILED: {
        "edit": ContactWayState.FAILED,
        "retry": ContactWayState.PENDING,
        "end": ContactWayState.ENDED,
    },
}
"""`tell` is an edit that WeCom has to know of. A code that WeCom refused hangs nowhere, so it ends at once."""
IN_USE: Final = (ContactWayState.PENDING, ContactWayState.READY, ContactWayState.MOVING)
LONGEST_MARK: Final = 30
_MARK: Final = re.compile(r"[0-9A-Za-z_-]{4,30}")


def is_mark(text: str) -> bool:
    """Whether a code may carry this mark: four to thirty letters, digits, `-` and `_`, so that it survives any URL and
    any table it is copied into.
    """
    return _MARK.fullmatch(text) is not None


def told_as(*, is_at_platform: bool, changes_what_platform_knows: bool) -> str:
    """The move of an edit: WeCom knows a code's people and its name, and nothing of store, source and coupon."""
    return "tell" if is_at_platform and changes_what_platform_knows else "edit"
