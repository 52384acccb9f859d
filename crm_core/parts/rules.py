"""The states of a part request and the moves between them."""

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
