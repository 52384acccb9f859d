"""What a person may ask, and by when it has to be answered."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from foundation import wall_clock
from foundation.moves import Moves

DAYS_TO_ANSWER: Final = 15
"""Export, correction and deletion are due within fifteen days, the usual reading of "in good time" in PIPL art. 45–47.
The law sets it, so it is no policy that a store could change."""
REMIND_BEFORE: Final = timedelta(days=3)
"""How long before that day the officers are reminded: time enough to put an export together by hand."""


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
    """The last day to answer. The day of the request itself does not count (Civil Code art. 201)."""
    return wall_clock.local(asked_at).date() + timedelta(days=DAYS_TO_ANSWER)


def needs_words(kind: PrivacyRequestKind) -> bool:
    """Whether a request of this kind needs details, that is, what is wrong and what is right."""
    return kind is PrivacyRequestKind.CORRECTION
