"""The states of a transfer, and what is decided about its pieces."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from foundation.moves import Moves


class PartTransferState(StrEnum):
    """States of a transfer."""

    ASKED = "ASKED"
    AGREED = "AGREED"
    SENT = "SENT"
    RECEIVED = "RECEIVED"
    REFUSED = "REFUSED"
    CANCELLED = "CANCELLED"


OPEN_TRANSFERS: Final = (PartTransferState.ASKED, PartTransferState.AGREED, PartTransferState.SENT)
"""The states in which something is still to happen."""
PROMISED: Final = (PartTransferState.AGREED, PartTransferState.SENT)
"""The states in which its pieces are expected in the asking store."""

_OFF: Final = {"refuse": PartTransferState.REFUSED, "cancel": PartTransferState.CANCELLED}
TRANSFER_MOVES: Moves[PartTransferState] = {
    PartTransferState.ASKED: {"agree": PartTransferState.AGREED, **_OFF},
    PartTransferState.AGREED: {"send": PartTransferState.SENT, "expect": PartTransferState.AGREED, **_OFF},
    PartTransferState.SENT: {"receive": PartTransferState.RECEIVED, "expect": PartTransferState.SENT},
}


def is_acceptable(asked_and_given: Iterable[tuple[int, int]]) -> bool:
    """Whether a store may agree to give so many of what was asked: no more than that, and not nothing at all."""
    pairs = list(asked_and_given)
    return all(0 <= given <= asked for asked, given in pairs) and any(given for _, given in pairs)


def needs_reason(given: int, received: int) -> bool:
    """Whether somebody has to say why other than what was sent arrived."""
    return given != received
