"""How the hand-over of a WeCom friend ends, by what the platform answered."""

from enum import StrEnum
from typing import Final


class TransferState(StrEnum):
    """Where a hand-over stands."""

    WANTED = "WANTED"
    """WeCom is to be asked."""
    ASKED = "ASKED"
    """Under way; the customer may refuse for 24 hours."""
    DONE = "DONE"
    REFUSED = "REFUSED"
    """The customer did."""
    TAKER_FULL = "TAKER_FULL"
    """The colleague's list of customers is full."""
    TOO_OFTEN = "TOO_OFTEN"
    """Handed over twice within 90 days."""
    NOT_FRIENDS = "NOT_FRIENDS"
    """They had parted before."""
    FAILED = "FAILED"
    """Any other refusal of WeCom; its errcode is kept."""


OPEN: Final = frozenset({TransferState.WANTED, TransferState.ASKED})
_ENDS: Final = {
    40099: TransferState.TAKER_FULL,
    40128: TransferState.TOO_OFTEN,
    40131: TransferState.NOT_FRIENDS,
    84061: TransferState.NOT_FRIENDS,
    40096: TransferState.NOT_FRIENDS,
}
ABOUT_A_MEMBER: Final = frozenset({40003, 40098, 40099, 40130, 41054, 60111, 610004})
"""Refusals of a whole call that no later try can change: one of the two members cannot take part. Any other, such as a
missing right of the app, is owed on until somebody mends it."""


def state_after(errcode: int) -> TransferState:
    """How a hand-over ended that WeCom did not begin."""
    return _ENDS.get(errcode, TransferState.FAILED)
