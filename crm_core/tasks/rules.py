"""What a task is about, when it opens, when its customer is contacted next, what comes of it, and what comes first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from crm_core.contact.rules import ContactPurpose
from crm_core.due_dates.rules import DueKind
from crm_core.policies.declaring import Policy, Unit, rule
from foundation.moves import Moves


class TaskKind(StrEnum):
    """Why the customer is contacted."""

    FIRST_SERVICE = "FIRST_SERVICE"
    REGULAR_SERVICE = "REGULAR_SERVICE"
    LAPSED = "LAPSED"
    INSURANCE = "INSURANCE"
    INSPECTION = "INSPECTION"
    WARRANTY_END = "WARRANTY_END"
    DECLINED_WORK = "DECLINED_WORK"
    NO_SHOW = "NO_SHOW"
    CAMPAIGN = "CAMPAIGN"

    @property
    def label(self) -> str:
        """The trade's word for it."""
        return _OF_EVENTS.get(self) or DueKind(self.value).label

    @property
    def purpose(self) -> ContactPurpose:
        """Whether the contact is marketing, which needs consent, or about something the owner has begun with us."""
        return ContactPurpose.SERVICE if self in _OF_SERVICE else ContactPurpose.MARKETING


_OF_EVENTS: Final[Mapping[TaskKind, str]] = {TaskKind.NO_SHOW: "爽约回访", TaskKind.CAMPAIGN: "活动电话"}
"""The kinds that no due date opens."""
_OF_SERVICE: Final = frozenset({TaskKind.DECLINED_WORK, TaskKind.NO_SHOW})
"""A declined safety item and a missed booking are matters the owner themselves opened; the rest is offered."""
MARKETING: Final = frozenset(kind for kind in TaskKind if kind not in _OF_SERVICE)
ENDED_BY_A_VISIT: Final = frozenset(
    {
        TaskKind.FIRST_SERVICE,
        TaskKind.REGULAR_SERVICE,
        TaskKind.LAPSED,
        TaskKind.WARRANTY_END,
        TaskKind.DECLINED_WORK,
        TaskKind.NO_SHOW,
        TaskKind.CAMPAIGN,
    }
)
"""Reasons that are gone once the car is booked or here. Insurance and inspection are not: those end with a new date."""


class TaskState(StrEnum):
    """招徕任务."""

    CREATED = "CREATED"
    ASSIGNED = "ASSIGNED"
    IN_PROGRESS = "IN_PROGRESS"
    BOOKED = "BOOKED"
    ARRIVED = "ARRIVED"
    REFUSED = "REFUSED"
    UNREACHABLE = "UNREACHABLE"
    INVALID = "INVALID"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


WAITING: Final = (TaskState.CREATED, TaskState.ASSIGNED, TaskState.IN_PROGRESS)
"""Somebody has to contact the customer."""
OPEN: Final = (*WAITING, TaskState.BOOKED)
_WORK: Final[Mapping[str, TaskState]] = {
    "assign": TaskState.ASSIGNED,
    "contact": TaskState.IN_PROGRESS,
    "book": TaskState.BOOKED,
    "refuse": TaskState.REFUSED,
    "give_up": TaskState.UNREACHABLE,
    "invalidate": TaskState.INVALID,
    "expire": TaskState.EXPIRED,
    "cancel": TaskState.CANCELLED,
}
MOVES: Final[Moves[TaskState]] = {
    TaskState.CREATED: _WORK,
    TaskState.ASSIGNED: _WORK,
    TaskState.IN_PROGRESS: {**_WORK, "assign": TaskState.IN_PROGRESS},
    TaskState.BOOKED: {
        "assign": TaskState.BOOKED,
        "unbook": TaskState.IN_PROGRESS,
        "arrive": TaskState.ARRIVED,
        "cancel": TaskState.CANCELLED,
    },
}


class Channel(StrEnum):
    """How somebody was contacted."""

    PHONE = "PHONE"
    WECOM = "WECOM"
    VISIT = "VISIT"


class ContactOutcome(StrEnum):
    """What a contact came to."""

    NO_ANSWER = "NO_ANSWER"
    SENT = "SENT"
    """A message went out in WeCom and nobody has replied yet."""
    TALKED = "TALKED"
    REFUSED = "REFUSED"
    CAR_GONE = "CAR_GONE"
    WRONG_NUMBER = "WRONG_NUMBER"

    @property
    def label(self) -> str:
        """As the sheet shows it."""
        return _OUTCOMES[self]


_OUTCOMES: Final = {
    ContactOutcome.NO_ANSWER: "没接通",
    ContactOutcome.SENT: "消息发了，等回复",
    ContactOutcome.TALKED: "聊过，再联系",
    ContactOutcome.REFUSED: "不需要",
    ContactOutcome.CAR_GONE: "车已卖",
    ContactOutcome.WRONG_NUMBER: "号码不对",
}


class CallOutcome(StrEnum):
    """What the call of a campaign came to."""

    WAITING = "WAITING"
    TALKED = "TALKED"
    NOT_REACHED = "NOT_REACHED"


@dataclass(frozen=True)
class RecallPolicy(Policy, key="recall", title="招徕任务", is_group_only=True):
    """When tasks open, and when nobody is called any longer. Group only: a customer has one sheet, whichever store's
    people work it off.
    """

    service_days_before: int = rule(30, "保养提前多少天建任务", Unit.DAYS, 7, 90)
    insurance_days_before: int = rule(90, "续保提前多少天建任务", Unit.DAYS, 30, 120)
    inspection_days_before: int = rule(90, "年检提前多少天建任务", Unit.DAYS, 30, 120)
    """An inspection can be done within three months before it ends."""
    warranty_days_before: int = rule(90, "质保提前多少天建任务", Unit.DAYS, 30, 180)
    insurance_days_after: int = rule(30, "脱保后继续联系", Unit.DAYS, 0, 90)
    attempts: int = rule(3, "联系不上要试几次", Unit.TIMES, 2, 10)
    attempt_days: int = rule(2, "联系不上要试几天", Unit.DAYS, 1, 10)
    reply_days: int = rule(2, "发了消息等几天再联系", Unit.DAYS, 1, 14)


EXPIRES_AFTER: Final[Mapping[TaskKind, int]] = {
    TaskKind.FIRST_SERVICE: 90,
    TaskKind.REGULAR_SERVICE: 90,
    TaskKind.LAPSED: 180,
    TaskKind.INSPECTION: 30,
    TaskKind.WARRANTY_END: 0,
    TaskKind.DECLINED_WORK: 90,
    TaskKind.NO_SHOW: 14,
    TaskKind.CAMPAIGN: 14,
}
"""Days after the date from which nobody is contacted about it any longer (house rule); of insurance the policy says it.
An overdue service ends when its owner becomes a lapsed one.
"""
STEPS: Final[Mapping[TaskKind, Sequence[int]]] = {
    TaskKind.FIRST_SERVICE: (-30, -7, 7, 30),
    TaskKind.REGULAR_SERVICE: (-30, -7, 7, 30),
    TaskKind.LAPSED: (0, 30, 90),
    TaskKind.INSURANCE: (-90, -60, -30, -15, -7, -3, -1, 1, 7, 14, 30),
    TaskKind.INSPECTION: (-90, -30, -7),
    TaskKind.WARRANTY_END: (-90, -30),
    TaskKind.DECLINED_WORK: (0, 14, 30),
    TaskKind.NO_SHOW: (0, 1, 3),
    TaskKind.CAMPAIGN: (0, 1, 3),
}
"""Days, counted from the date, on which the customer is contacted if nobody agreed on another day (insurance: data at
-90, first call at -60, quote at -30; the rest are house rules).
"""


def days_before(kind: TaskKind, policy: RecallPolicy) -> int:
    """How many days before its date a task opens."""
    return {
        TaskKind.FIRST_SERVICE: policy.service_days_before,
        TaskKind.REGULAR_SERVICE: policy.service_days_before,
        TaskKind.INSURANCE: policy.insurance_days_before,
        TaskKind.INSPECTION: policy.inspection_days_before,
        TaskKind.WARRANTY_END: policy.warranty_days_before,
    }.get(kind, 0)


def days_after(kind: TaskKind, policy: RecallPolicy) -> int:
    """How many days after its date a task is still worked on."""
    return policy.insurance_days_after if kind is TaskKind.INSURANCE else EXPIRES_AFTER[kind]


def next_step(kind: TaskKind, due_on: date, after: date) -> date | None:
    """The next day of the ladder after a day; None when the ladder ends."""
    return next((day for day in (due_on + timedelta(days=step) for step in STEPS[kind]) if day > after), None)


def is_unreachable(tried_on: Sequence[date], policy: RecallPolicy) -> bool:
    """Whether enough was tried: attempts nobody answered, on enough different days."""
    return len(tried_on) >= policy.attempts and len(set(tried_on)) >= policy.attempt_days


ACTION: Final[Mapping[ContactOutcome, str]] = {
    ContactOutcome.TALKED: "contact",
    ContactOutcome.NO_ANSWER: "contact",
    ContactOutcome.SENT: "contact",
    ContactOutcome.REFUSED: "refuse",
    ContactOutcome.CAR_GONE: "invalidate",
    ContactOutcome.WRONG_NUMBER: "invalidate",
}

VALUE_FROM_FEN: Final = ((10_000_00, 5), (6_000_00, 4), (3_000_00, 3), (1_000_00, 2))
"""What an owner spent in 24 months, as the M of RFM scores it; below the last it is 1."""
URGENT_WITHIN_DAYS: Final = ((7, 5), (15, 4), (30, 3), (60, 2))
"""Days until the date; a day that has passed is as urgent as one within a week, further away it is 1."""


def priority(spent_fen: int, due_on: date, today: date) -> int:
    """Value times urgency, 1 to 25: who is contacted first."""
    value = next((score for least, score in VALUE_FROM_FEN if spent_fen >= least), 1)
    urgency = next((score for most, score in URGENT_WITHIN_DAYS if (due_on - today).days <= most), 1)
    return value * urgency


def priority_sql(spent: str, due_on: str, today: str) -> str:
    """`priority` as SQL over these expressions."""
    value = " ".join(f"WHEN {spent} >= {least} THEN {score}" for least, score in VALUE_FROM_FEN)
    urgency = " ".join(f"WHEN {due_on} - {today} <= {most} THEN {score}" for most, score in URGENT_WITHIN_DAYS)
    return f"(CASE {value} ELSE 1 END * CASE {urgency} ELSE 1 END)"
