"""What a channel for mass messages offers; each is one object in one module of `campaigns/channels`. The counterpart
for single messages is `crm_core.messaging.ways`.

A channel makes a *task* for one member and their customers; the member confirms it, the results are read back, and what
was not sent can be stopped. If the call that makes a task gets no answer, it must not simply be repeated, since the
task may exist.
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
    """The outcome for one customer of a task."""

    WAITING = "WAITING"
    SENT = "SENT"
    NOT_FRIEND = "NOT_FRIEND"
    QUOTA = "QUOTA"


@dataclass(frozen=True)
class Shown:
    """The message as customers get it."""

    text: str
    card_title: str


@dataclass(frozen=True)
class MadeTask:
    """A task that the platform accepted. `failed` are addresses to which it will not even try to send."""

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
    """The outcome for one customer, named by their address."""

    external_userid: str
    outcome: SendOutcome
    sent_at: datetime | None


class MassChannel(ABC):
    """A channel for mass messages. What reaching one person costs is a rule of the group
    (`BroadcastPolicy.reach_fen`).
    """

    label: ClassVar[str]
    """Its Chinese name."""
    file: ClassVar[str]
    """Name of the file with its text in a message's folder."""
    consent: ClassVar[Purpose]
    """The purpose to which a person must have consented."""
    addresses: ClassVar[str]
    """A SELECT of whom it reaches: `customer_id, staff_id, external_userid, is_active` for the customers `asked a`, one
    row each; `{only}` is replaced by a further condition on the friendship `f`."""
    most_per_task: ClassVar[int]
    reminders_per_day: ClassVar[int]
    """How many reminders of one task are allowed in 24 hours."""
    lease_seconds: ClassVar[int]
    """How long a lease lasts, by the real clock; longer than any call takes."""
    looked_for: ClassVar[timedelta]
    """How long, by the business clock, the platform's list is searched before a call without an answer is given up."""
    watched_for: ClassVar[timedelta]
    """How long after that the list is still read, so that a task which appears late can be stopped."""

    @abstractmethod
    def preview(self, template: str, facts: Facts) -> Shown:
        """Render the message without calling the platform.

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
        """Ask the platform to give one member the task, marked with `token`. Never call this inside a transaction.

        Raises:
            OutcomeUnknown: the task may have been made; search with `find` before trying again.
            PlatformError: if its kind is BUSY, the task was certainly not made; PERMANENT and OUR_MISTAKE mean that it
                never will be; NOTHING_TO_DO that there is nobody to send to.
            MessageProblem: the message cannot be made of these facts.
        """

    @abstractmethod
    async def find(self, token: str, asked_at: datetime) -> list[str]:
        """Ids of the tasks made since `asked_at` that carry `token`; more than one only if a call was repeated."""

    @abstractmethod
    def member_tasks(self, message_id: str) -> AsyncIterator[MemberTask]:
        """Each member's part of the task."""

    @abstractmethod
    def results(self, message_id: str, userid: str) -> AsyncIterator[CustomerResult]:
        """The outcome for each customer of one member, read page by page."""

    @abstractmethod
    async def remind(self, message_id: str) -> None:
        """Remind the members who have not confirmed."""

    @abstractmethod
    async def take_back(self, message_id: str) -> None:
        """Stop what was not sent yet."""
