"""The states of a part request and the moves between them; how stock moves, and from which bins it is taken."""

from collections.abc import Iterable
from enum import StrEnum

from foundation.moves import Moves


class RequestState(StrEnum):
    """States of a request for a part."""

    REQUESTED = "REQUESTED"
    RESERVED = "RESERVED"
    ISSUED = "ISSUED"
    USED = "USED"
    RETURNED = "RETURNED"
    BACKORDERED = "BACKORDERED"
    ARRIVED = "ARRIVED"
    CANCELLED = "CANCELLED"


OPEN_REQUESTS = (RequestState.REQUESTED, RequestState.RESERVED, RequestState.BACKORDERED, RequestState.ARRIVED)
"""The states in which the part was not handed out yet."""

REQUEST_MOVES: Moves[RequestState] = {
    RequestState.REQUESTED: {
        "reserve": RequestState.RESERVED,
        "back_order": RequestState.BACKORDERED,
        "cancel": RequestState.CANCELLED,
    },
    RequestState.BACKORDERED: {
        "back_order": RequestState.BACKORDERED,  # Another expected time.
        "arrive": RequestState.ARRIVED,
        "cancel": RequestState.CANCELLED,
    },
    RequestState.ARRIVED: {
        "reserve": RequestState.RESERVED,
        "cancel": RequestState.CANCELLED,
    },
    RequestState.RESERVED: {
        "issue": RequestState.ISSUED,
        "back_order": RequestState.BACKORDERED,  # The shelf was empty after all.
        "cancel": RequestState.CANCELLED,
    },
    RequestState.ISSUED: {
        "use": RequestState.USED,  # SYS when its job is finished.
        "take_back": RequestState.RETURNED,
    },
}


class StockMoveKind(StrEnum):
    """Why pieces came to a bin or left it."""

    OPENING = "OPENING"
    ARRIVED = "ARRIVED"
    ISSUED = "ISSUED"
    RETURNED = "RETURNED"
    MOVED = "MOVED"
    ADJUSTED = "ADJUSTED"
    TRANSFER_OUT = "TRANSFER_OUT"
    TRANSFER_IN = "TRANSFER_IN"


def from_bins(bins: Iterable[tuple[str, int]], quantity: int) -> list[tuple[str, int]]:
    """From which bins (with what lies there) to take `quantity` pieces: one bin that has them all, else the smallest
    first, so that few bins are walked to and remainders do not pile up.

    Raises:
        ValueError: there are not so many.
    """
    there = sorted((have, name) for name, have in bins if have > 0)
    whole = next((name for have, name in there if have >= quantity), None)
    if whole is not None:
        return [(whole, quantity)]
    taken: list[tuple[str, int]] = []
    for have, name in there:
        part = min(have, quantity - sum(count for _, count in taken))
        if part:
            taken.append((name, part))
    if sum(count for _, count in taken) < quantity:
        raise ValueError("not so many pieces")
    return taken
