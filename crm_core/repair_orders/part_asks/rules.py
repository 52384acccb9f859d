"""The states of what a technician asks for, and for which jobs it may be asked."""

from enum import StrEnum
from typing import Final

from crm_core.repair_orders.rules import IN_HAND, LineState
from foundation.moves import Moves

WORDS_MAX: Final = 60
"""As long as the name of a part."""
ANSWER_MAX: Final = 80
MOST_PIECES: Final = 99
"""More than any job takes of one thing; a typing error otherwise (house rule)."""


class PartAskState(StrEnum):
    """申领."""

    ASKED = "ASKED"
    GIVEN = "GIVEN"
    REFUSED = "REFUSED"
    TO_OWNER = "TO_OWNER"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"


ASK_MOVES: Final[Moves[PartAskState]] = {
    PartAskState.ASKED: {
        "give": PartAskState.GIVEN,
        "refuse": PartAskState.REFUSED,
        "leave_to_owner": PartAskState.TO_OWNER,
        "withdraw": PartAskState.WITHDRAWN,
        "lapse": PartAskState.LAPSED,
    },
}


def may_ask(state: LineState) -> bool:
    """Whether something may be asked for a job: its technician has it and has not finished it."""
    return state in IN_HAND
