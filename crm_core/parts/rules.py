"""Which way a part request may go."""

from enum import StrEnum

from foundation.moves import Moves


class RequestState(StrEnum):
    """A part wanted for a job."""

    REQUESTED = "REQUESTED"
    RESERVED = "RESERVED"
    ISSUED = "ISSUED"
    USED = "USED"
    RETURNED = "RETURNED"
    BACKORDERED = "BACKORDERED"
    ARRIVED = "ARRIVED"
    CANCELLED = "CANCELLED"


OPEN_REQUESTS = (RequestState.REQUESTED, RequestState.RESERVED, RequestState.BACKORDERED, RequestState.ARRIVED)
"""Wanted and not yet handed out."""

REQUEST_MOVES: Moves[RequestState] = {
    RequestState.REQUESTED: {
        "reserve": (RequestState.RESERVED, {"SYS", "PRT"}),
        "back_order": (RequestState.BACKORDERED, {"SYS", "PRT"}),
        "cancel": (RequestState.CANCELLED, {"SYS"}),
    },
    RequestState.BACKORDERED: {
        "back_order": (RequestState.BACKORDERED, {"PRT"}),  # Another expected time.
        "arrive": (RequestState.ARRIVED, {"PRT"}),
        "cancel": (RequestState.CANCELLED, {"SYS"}),
    },
    RequestState.ARRIVED: {
        "reserve": (RequestState.RESERVED, {"SYS", "PRT"}),
        "cancel": (RequestState.CANCELLED, {"SYS"}),
    },
    RequestState.RESERVED: {
        "issue": (RequestState.ISSUED, {"PRT"}),
        "back_order": (RequestState.BACKORDERED, {"PRT"}),  # The shelf was empty after all.
        "cancel": (RequestState.CANCELLED, {"SYS"}),
    },
    RequestState.ISSUED: {
        "use": (RequestState.USED, {"SYS", "PRT", "SVM"}),  # SYS when its job is finished.
        "take_back": (RequestState.RETURNED, {"PRT"}),
    },
}
