"""Which way a part request may go."""

from crm_core.parts.models import RequestState
from foundation.moves import Moves

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
