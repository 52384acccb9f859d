"""What a person may ask, and by when it has to be answered."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from foundation import wall_clock
from foundation.moves import Moves

DAYS_TO_ANSWER: Final = 15
"""Export, correction and deletion are due within fifteen days, the usual reading of "in good time" in PIPL art. 45–47.
The law sets it, so it is no policy that a store could change."""
DAYS_TO_READ: Final = 30
"""How long a person may fetch the copy of their data: long enough for a holiday; afterwards they ask again."""
TIME_TO_THINK: Final = timedelta(days=3)
"""How long an agreed deletion waits, since nothing brings back what is deleted. It never waits beyond the day by which
the request has to be answered (house rule)."""
DAY_ENDS_AT: Final = time(18)
"""A deletion whose last day has come is carried out by the end of office hours."""
REMIND_BEFORE: Final = timedelta(days=3)
"""How long before that day the officers are reminded: time enough to put an export together by hand."""


class PrivacyRequestKind(StrEnum):
    """个人信息请求."""

    EXPORT = "EXPORT"
    CORRECTION = "CORRECTION"
    DELETION = "DELETION"
    RESTRICTION = "RESTRICTION"

    @property
    def label(self) -> str:
        """As people read it."""
        return {
            PrivacyRequestKind.EXPORT: "导出个人信息",
            PrivacyRequestKind.CORRECTION: "更正个人信息",
            PrivacyRequestKind.DELETION: "删除个人信息",
            PrivacyRequestKind.RESTRICTION: "限制处理个人信息",
        }[self]


class PrivacyRequestState(StrEnum):
    """Where it stands."""

    RECEIVED = "RECEIVED"
    AGREED = "AGREED"
    """A deletion that was agreed to and waits for its hour."""
    DONE = "DONE"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


MOVES: Final[Moves[PrivacyRequestState]] = {
    PrivacyRequestState.RECEIVED: {
        "finish": PrivacyRequestState.DONE,
        "refuse": PrivacyRequestState.REFUSED,
        "agree": PrivacyRequestState.AGREED,
        "withdraw": PrivacyRequestState.WITHDRAWN,
    },
    PrivacyRequestState.AGREED: {
        "finish": PrivacyRequestState.DONE,
        "withdraw": PrivacyRequestState.WITHDRAWN,
    },
}
ANSWERED: Final = {
    PrivacyRequestState.DONE: "done",
    PrivacyRequestState.AGREED: "agreed",
    PrivacyRequestState.REFUSED: "refused",
}
"""States that answer the person, with the turn of the notice."""
WAITING: Final = (PrivacyRequestState.RECEIVED, PrivacyRequestState.AGREED)
"""States of a request that is not over."""


def due_on(asked_at: datetime) -> date:
    """The last day to answer. The day of the request itself does not count (Civil Code art. 201)."""
    return wall_clock.local(asked_at).date() + timedelta(days=DAYS_TO_ANSWER)


def erase_after(now: datetime, due_on: date) -> datetime:
    """When a deletion agreed to at `now` is carried out; at once if its last day is over."""
    last = datetime.combine(due_on, DAY_ENDS_AT, wall_clock.SHANGHAI)
    return max(now, min(now + TIME_TO_THINK, last))


def needs_words(kind: PrivacyRequestKind) -> bool:
    """Whether a request of this kind needs details, that is, what is wrong and what is right."""
    return kind is PrivacyRequestKind.CORRECTION
