"""What a person may ask, and by when it is answered."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from foundation import wall_clock
from foundation.moves import Moves

DAYS_TO_ANSWER: Final = 15
"""Export, correction and deletion within fifteen days (the usual reading of "in good time", PIPL art. 45–47). The law's
clock and not a habit of a store: no policy."""
REMIND_BEFORE: Final = timedelta(days=3)
"""Time enough to gather an export by hand."""


class PrivacyRequestKind(StrEnum):
    """个人信息请求."""

    EXPORT = "EXPORT"
    CORRECTION = "CORRECTION"
    DELETION = "DELETION"

    @property
    def label(self) -> str:
        """As people read it."""
        return {
            PrivacyRequestKind.EXPORT: "导出个人信息",
            PrivacyRequestKind.CORRECTION: "更正个人信息",
            PrivacyRequestKind.DELETION: "删除个人信息",
        }[self]


class PrivacyRequestState(StrEnum):
    """Where it stands."""

    RECEIVED = "RECEIVED"
    DONE = "DONE"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


MOVES: Final[Moves[PrivacyRequestState]] = {
    PrivacyRequestState.RECEIVED: {
        "finish": PrivacyRequestState.DONE,
        "refuse": PrivacyRequestState.REFUSED,
        "withdraw": PrivacyRequestState.WITHDRAWN,
    },
}


def due_on(asked_at: datetime) -> date:
    """The last day to answer: the day of asking does not count, as in the Civil Code art. 201."""
    return wall_clock.local(asked_at).date() + timedelta(days=DAYS_TO_ANSWER)


def needs_words(kind: PrivacyRequestKind) -> bool:
    """Whether it says nothing without details: what is wrong, and what is right."""
    return kind is PrivacyRequestKind.CORRECTION
