"""What a channel for many is: one object on one page of `campaigns/channels`, as `crm_core.messaging.ways` is for one.

It makes a *task* for one member and the customers who are theirs; a person confirms it, the results are read back, and
what is left of it can be stopped. Making a task is the one call that can neither be repeated nor trusted to be lost.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from crm_core.customers.models import Purpose
from crm_core.wording.facts import Facts


class SendOutcome(StrEnum):
    """What became of one customer of a task."""

    WAITING = "WAITING"
    SENT = "SENT"
    NOT_FRIEND = "NOT_FRIEND"
    QUOTA = "QUOTA"


@dataclass(frozen=True)
class Shown:
    """The message as customers would get it."""

    text: str
    card_title: str


@dataclass(frozen=True)
class MadeTask:
    """A task the platform took. `failed` are addresses it will not even try."""

    message_id: str
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class MemberTask:
    """Whether a member confirmed, and when."""

    userid: str
    is_confirmed: bool
    confirmed_at: datetime | None


@dataclass(frozen=True)
class CustomerResult:
    """What became of one customer, by their address."""

    external_userid: str
    outcome: SendOutcome
    sent_at: datetime | None


class MassChannel(ABC):
    """A channel for many. What reaching one person costs is the group's to say (`BroadcastPolicy.reach_fen`)."""

    label: ClassVar[str]
    """As staff call it."""
    file: ClassVar[str]
    """The file with its words in a message's folder."""
    consent: ClassVar[Purpose]
    """What a person must have agreed to."""
    addresses: ClassVar[str]
    """Whom it reaches, as SQL: `customer_id, staff_id, external_userid, is_active` for the customers `asked a`, one row
    each; `{only}` stands for a further condition on the friendship `f`."""
    most_per_task: ClassVar[int]
    reminders_per_day: ClassVar[int]
    """Of one task."""
    lease_seconds: ClassVar[int]
    """Real seconds; longer than any call lives."""
    looked_for: ClassVar[timedelta]
    """Business time for which the platform is asked before a call without an answer is given up."""
    watched_for: ClassVar[timedelta]
    """For so long after that its task is stopped should it turn up."""

    @abstractmethod
    def preview(self, template: str, facts: Facts) -> Shown:
        """The message without touching the platform.

        Raises:
            MessageProblem: a fact is missing or too long.
        """

    @abstractmethod
    async def make(
        self,
        template: str,
        facts: Facts,
        *,
        token: str,
        userid: str,
        external_userids: Sequence[str],
    ) -> MadeTask:
        """Ask the platform to give one member the task; never call it inside a transaction. `token` marks the task.

        Raises:
            OutcomeUnknown: it may have been made; look with `find` before asking again.
            PlatformError: BUSY certainly not made; PERMANENT and OUR_MISTAKE never will be; NOTHING_TO_DO when there is
                nobody to send to.
            MessageProblem: the message cannot be made of these facts.
        """

    @abstractmethod
    async def find(self, token: str, asked_at: datetime) -> list[str]:
        """The tasks asked for since `asked_at` that carry `token`; one, unless a call was lost."""

    @abstractmethod
    def member_tasks(self, message_id: str) -> AsyncIterator[MemberTask]:
        """Each member's part of the task."""

    @abstractmethod
    def results(self, message_id: str, userid: str) -> AsyncIterator[CustomerResult]:
        """Each customer of one member, page by page."""

    @abstractmethod
    async def remind(self, message_id: str) -> None:
        """Remind who has not confirmed."""

    @abstractmethod
    async def take_back(self, message_id: str) -> None:
        """Stop what is not sent yet; what was sent stays sent."""
