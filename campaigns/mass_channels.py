"""What a channel for mass messages offers; each is one object in one module of `campaigns/channels`, which is found by
its place. `broadcast.channel` names the one by which a broadcast goes. The counterpart for single messages is
`crm_core.messaging.ways`.

A channel makes a *task* for some customers, the results are read back, and what was not sent can be stopped. If the
call that makes a task gets no answer, it must not simply be repeated, since the task may exist. A task of a
`MemberChannel` belongs to a member, who confirms it; a `DirectChannel` sends at once, in nobody's name.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final, TypeVar

from campaigns.own_words import Attachment, Carries, Content, fill
from crm_core.customers.models import Purpose
from crm_core.wording.facts import Facts, MessageProblem

USUAL: Final = "WECOM_MASS"
"""The channel of a broadcast for which none was chosen, and of a segment that is only counted."""


class SendOutcome(StrEnum):
    """The outcome for one customer of a task."""

    WAITING = "WAITING"
    SENT = "SENT"
    UNREACHED = "UNREACHED"
    """The channel does not, or no longer, reach them."""
    QUOTA = "QUOTA"
    NOT_KNOWN = "NOT_KNOWN"
    """Nobody will ever tell whether they got it."""


@dataclass(frozen=True)
class Shown:
    """The message as customers get it."""

    text: str
    card_title: str
    attachments: list[Attachment]


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

    address: str
    outcome: SendOutcome
    sent_at: datetime | None


@dataclass(frozen=True)
class NotReady:
    """Why words cannot be sent, in Chinese, and whether that is for good."""

    sentence: str
    is_for_good: bool


class MassChannel(ABC):
    """What both kinds of channels for mass messages have."""

    name: ClassVar[str]
    """What `broadcast.channel` stores; it never changes."""
    label: ClassVar[str]
    """Its Chinese name, as a marketer chooses it."""
    unreached: ClassVar[str]
    """In Chinese, why it does not reach a person."""
    platform: ClassVar[str]
    """The Chinese name of the platform that takes it, for reasons shown to staff."""
    file: ClassVar[str]
    """Name of the file with its text in a message's folder."""
    consent: ClassVar[Purpose]
    """The purpose to which a person must have consented."""
    most_per_task: ClassVar[int]
    lease_seconds: ClassVar[int]
    """How long a lease lasts, by the real clock; longer than any call takes."""
    looked_for: ClassVar[timedelta]
    """How long, by the business clock, the platform's list is searched before a call without an answer is given up."""
    watched_for: ClassVar[timedelta]
    """How long after that the list is still read, so that a task which appears late can be stopped."""
    is_final: ClassVar[bool] = False
    """Whether what it was asked for can neither be looked up nor stopped, as with an SMS: a call without an answer is
    then never made again, and whoever is in a task that was made stays in it.
    """

    is_by_person: ClassVar[bool] = False
    """Whether each person is a task of their own, so that a page does not list the tasks."""
    is_once_a_day: ClassVar[bool] = False
    """Whether the platform sends a person one message a day at most, and in a month as many as it has days."""
    most_per_member: ClassVar[int | None] = None
    """To how many people a member may send in a day; None if the platform sets no such limit."""

    @property
    @abstractmethod
    def carries(self) -> Carries:
        """What its messages may consist of."""

    @property
    def is_set_up(self) -> bool:
        """Whether this house has it."""
        return True

    @abstractmethod
    def reached_sql(self, staff_id: str | None) -> str:
        """A SELECT of whom it reaches: `customer_id, staff_id, address, is_active` for the customers `asked a`, of whom
        only the `id` is known, one row each, where `is_active` says whether the member still works here. With
        `staff_id`, an SQL expression, only those whom that member reaches. A direct channel selects no member, as
        `NULL::bigint` and true.
        """

    @abstractmethod
    async def reach_fen(self) -> int:
        """What reaching one person costs, in fen."""

    def preview(self, content: Content, facts: Facts) -> Shown:
        """What people get, without calling the platform.

        Raises:
            MessageProblem: a fact is missing or cannot be shown.
        """
        filled = fill(content, facts)
        title = next((one.title for one in filled.attachments if one.title), "")
        return Shown(filled.text, title, filled.attachments)

    async def calls_left(self) -> int | None:
        """How many tasks the platform still takes within an hour; None if nobody counts them."""
        return None

    async def prepare(self, content: Content) -> bool:
        """Have the platform review what a broadcast is going to say, in the running transaction; False if it reviews
        nothing.
        """
        return False

    async def not_ready(self, content: Content) -> NotReady | None:
        """Why the platform does not take the words yet; None if it does."""
        return None

    @abstractmethod
    async def find(self, token: str, asked_at: datetime) -> list[str]:
        """Ids of the tasks made since `asked_at` that carry `token`; more than one only if a call was repeated."""

    async def was_asked(self, token: str) -> bool:
        """Whether the platform may have been asked for the task, though no answer is known. A channel that is `final`
        says no only if it certainly was not.
        """
        return True

    @abstractmethod
    async def take_back(self, message_id: str) -> bool:
        """Stop what was not sent yet; False if the platform does not know the task.

        Raises:
            PlatformError: if its kind is NOTHING_TO_DO, nothing is left to stop; with any other, the task still exists.
        """


class MemberChannel(MassChannel):
    """A channel whose tasks belong to a member: nothing is sent before they confirm, of which a card tells them."""

    reminders_per_day: ClassVar[int]
    """How many reminders of one task are allowed in 24 hours."""

    @abstractmethod
    async def make(
        self,
        content: Content,
        facts: Facts,
        *,
        token: str,
        userid: str,
        addresses: Sequence[str],
    ) -> MadeTask:
        """Ask the platform to give one member the task, marked with `token`. Never call this inside a transaction.

        Raises:
            OutcomeUnknown: the task may have been made; search with `find` before trying again.
            PlatformError: if its kind is BUSY, the task was certainly not made; PERMANENT and OUR_MISTAKE mean that it
                never will be; NOTHING_TO_DO that there is nobody to send to.
            MessageProblem: the message cannot be made of these facts.
        """

    @abstractmethod
    def member_tasks(self, message_id: str) -> AsyncIterator[MemberTask]:
        """Each member's part of the task."""

    @abstractmethod
    def results(self, message_id: str, userid: str) -> AsyncIterator[CustomerResult]:
        """The outcome for each customer of one member, read page by page."""

    @abstractmethod
    async def remind(self, message_id: str) -> None:
        """Remind the members who have not confirmed."""


class DirectChannel(MassChannel):
    """A channel that sends at once, in nobody's name."""

    @abstractmethod
    async def make(self, content: Content, facts: Facts, *, token: str, addresses: Sequence[str]) -> MadeTask:
        """Have the platform send, marked with `token`. Never call this inside a transaction.

        Raises:
            OutcomeUnknown: the task may have been made; search with `find` before trying again.
            PlatformError: if its kind is BUSY, the task was certainly not made; PERMANENT and OUR_MISTAKE mean that it
                never will be; NOTHING_TO_DO that there is nobody to send to.
            MessageProblem: the message cannot be made of these facts.
        """

    @abstractmethod
    def results(self, message_id: str) -> AsyncIterator[CustomerResult]:
        """The outcome for each customer of the task, read page by page; whoever has none yet is WAITING."""


AnyChannel = MemberChannel | DirectChannel
C = TypeVar("C", bound=AnyChannel)

_CHANNELS: Final[dict[str, AnyChannel]] = {}


def mass_channel(kind: type[C]) -> type[C]:
    """Class decorator that registers a channel, so that broadcasts may go by it.

    Raises:
        ValueError: another channel has the name.
    """
    if kind.name in _CHANNELS:
        raise ValueError(f"two channels for mass messages are called {kind.name}")
    _CHANNELS[kind.name] = kind()
    return kind


def mass_channels() -> list[AnyChannel]:
    """The channels this house has, the usual one first."""
    return sorted(
        (one for one in _CHANNELS.values() if one.is_set_up), key=lambda channel: (channel.name != USUAL, channel.name)
    )


def channel_of(name: str) -> AnyChannel:
    """The channel with this name.

    Raises:
        MessageProblem: no channel has the name.
    """
    if name not in _CHANNELS:
        raise MessageProblem(f"nobody registered the channel {name!r} for mass messages")
    return _CHANNELS[name]
