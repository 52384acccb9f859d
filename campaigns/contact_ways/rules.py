"""What may happen to a code, and what its marks may look like. Pure."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from foundation.moves import Moves


class ContactKind(StrEnum):
    """What leads to the people of a channel."""

    CODE = "CODE"
    """渠道活码, which is scanned."""
    LINK = "LINK"
    """获客链接, which is followed from an advertisement, a text or a page; each new friend uses up paid quota."""


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


LOOKED_FOR: Final = timedelta(minutes=15)
"""How long a link that WeCom may have made is looked for before it is made again."""
LOW_BALANCE: Final = 20
"""WeCom warns of a quota below this (doc 97299)."""
LONGEST_NAME: Final = 30
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


def link_name(name: str, contact_way_id: int) -> str:
    """What WeCom calls a link: its name and our number, so that one whose making got no answer is found again."""
    number = f" #{contact_way_id}"
    return name[: LONGEST_NAME - len(number)] + number


def may_be_made(asked_at: datetime | None, now: datetime) -> bool:
    """Whether a link may be asked for (again): it never was, or it was looked for long enough."""
    return asked_at is None or now >= asked_at + LOOKED_FOR


def is_short(balance: int) -> bool:
    """Whether so little quota is left that somebody should buy more."""
    return balance < LOW_BALANCE
