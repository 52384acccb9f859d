"""The ways by which a message may reach somebody: each is one class in one module, registered under its name.

A *channel* brings a message to its receiver. Its class says whom it can reach and at which address, what a message
costs, what the platform allows, how a message is sent, and what a call without an answer means; no other code depends
on the channel of a message. A *stand-in* is used when no channel reached the receiver: a person is asked to tell them.
A message lists the ways it may take as a chain (`chains`).

`app.rooms` imports every module in a folder named `channels`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from crm_core.wording.about import About
from crm_core.wording.facts import Facts, MessageProblem
from foundation.errors import PlatformError

LEASE_SECONDS: Final = 60
"""Longer than any delivery takes: at most four calls of 8 seconds with the pauses between them, and an upload."""
NO_CHANNEL: Final = "NONE"
"""The channel in a message's row while none is used yet, or when none was open."""


class ReasonCode(StrEnum):
    """A reason that a program asks about; the sentence beside it is for people and may be worded anew at any time."""

    NONE = ""
    NO_ALLOWANCE = "NO_ALLOWANCE"
    """The owner has accepted no (further) notice of this kind. An accept that comes soon still counts."""


class Receiver(StrEnum):
    """Whom a channel reaches."""

    CUSTOMER = "CUSTOMER"
    STAFF = "STAFF"


@dataclass(frozen=True)
class Addressee:
    """The receiver of a message, for the question whether a channel can reach them."""

    message_id: int
    template: str
    customer_id: int | None
    staff_id: int | None
    address: str
    """The address the verb gave (a welcome's code); empty otherwise."""


@dataclass(frozen=True)
class Open:
    """The channel can reach them, and what one message uses up has been taken."""

    address: str = ""


@dataclass(frozen=True)
class Closed:
    """The channel cannot reach them; no platform was called. `reason` is shown to staff, `code` is for programs."""

    reason: str
    code: ReasonCode = ReasonCode.NONE


@dataclass(frozen=True)
class Later:
    """The channel is not open at this hour, or its limit is reached; ask again at `at`."""

    at: datetime


@dataclass(frozen=True)
class Outgoing:
    """A message as its channel sends it."""

    id: int
    template: str
    variant: str
    facts: Facts
    about: About
    address: str
    userid: str
    """The WeCom id of the staff member who gets it, in lower case; empty for customers."""
    customer_id: int | None


@dataclass(frozen=True)
class Receipt:
    """The platform accepted the message."""

    platform_id: str = ""
    response_code: str = ""


@dataclass(frozen=True)
class NotTaken:
    """The platform certainly did not accept this message. `reason` is shown to staff."""

    reason: str


@dataclass(frozen=True)
class Unanswered:
    """What a call without an answer means for a channel. Such a call may always have had its effect."""

    repeat_within: timedelta | None = None
    """For so long (real time) the same call may be repeated, since the platform drops or refuses the second one."""
    is_reported_within: timedelta | None = None
    """The platform reports the result by itself; without a report after this time, the message counts as failed."""
    is_never_told: bool = False
    """The result can never be found out, so the message stays UNKNOWN."""

    @property
    def stays_unknown(self) -> bool:
        """Whether the message becomes UNKNOWN, rather than FAILED, once the call may not be repeated."""
        return self.is_never_told or self.is_reported_within is not None


class Way(ABC):
    """A way of telling somebody: a channel or a stand-in."""

    name: ClassVar[str]
    """Its name in `message.toml` and in the rows, at most ten capital letters."""
    label: ClassVar[str]
    """Its Chinese name for staff."""


class Channel(Way):
    """A way that brings a message to its receiver."""

    reaches: ClassVar[Receiver]
    file: ClassVar[str]
    """The file in a message's folder that holds its words."""
    cost_fen: ClassVar[int] = 0
    """The price of one message, in fen. In a chain, a dearer way never comes before a cheaper one."""
    lease_seconds: ClassVar[int] = LEASE_SECONDS
    """After this real time, the worker that holds a lease is assumed to be dead."""
    unanswered: ClassVar[Unanswered]
    opens_late: ClassVar[timedelta] = timedelta()
    """For how long after a message this way may still open to its receiver, who is therefore not phoned before."""

    @property
    def is_set_up(self) -> bool:
        """Whether this installation has the way at all; chains leave out what it does not have."""
        return True

    async def open(self, to: Addressee) -> Open | Closed | Later:
        """Whether the channel can reach them now. If so, take what one message uses up.

        Called in the transaction that leases the row.
        """
        return Open(to.address)

    async def give_back(self, message: Outgoing) -> None:
        """Return what `open` took and what certainly was not used. Called in the transaction that puts the row back."""

    @abstractmethod
    async def send(self, message: Outgoing) -> Receipt:
        """Give the message to the platform. Called outside any transaction.

        Raises:
            PlatformError: the platform refused it.
            OutcomeUnknown: no answer came.
            MessageProblem: it cannot be rendered.
            DemoDataStaysHere: the demo's invented people would reach a real platform.
        """

    async def refused(
        self, message: Outgoing, error: PlatformError, *, may_have_arrived: bool
    ) -> Receipt | Closed | NotTaken:
        """What a refusal by the platform means. `may_have_arrived`: an earlier call for this message got no answer."""
        return NotTaken(f"平台没有接受（{error.errcode}）")


@dataclass(frozen=True)
class Unreached:
    """A message that reached nobody, for a stand-in."""

    message_id: int
    about: str
    may_arrive_within: timedelta
    """For so long a channel of its chain may still open."""


class StandIn(Way):
    """A way that asks a person to tell the receiver when no channel could."""

    @abstractmethod
    async def ask(self, message: Unreached) -> None:
        """Ask the person, in the transaction that ends the message. Asking again must change nothing."""


_WAYS: dict[str, Way] = {}


def way_out(kind: type[Way]) -> type[Way]:
    """Class decorator that registers a channel or stand-in, so that messages may name it.

    Raises:
        ValueError: another way has the name.
    """
    if kind.name in _WAYS:
        raise ValueError(f"two ways out are called {kind.name}")
    _WAYS[kind.name] = kind()
    return kind


def way(name: str) -> Way:
    """The way with this name.

    Raises:
        MessageProblem: no way has the name.
    """
    if name not in _WAYS:
        raise MessageProblem(f"nobody registered the way out {name!r}")
    return _WAYS[name]


def label_of(name: str) -> str:
    """The Chinese name of a way for staff, by the name in a message's row; empty for `NO_CHANNEL`."""
    return _WAYS[name].label if name in _WAYS else ""


def channels() -> tuple[Channel, ...]:
    """Every channel, ordered by name."""
    return tuple(one for _, one in sorted(_WAYS.items()) if isinstance(one, Channel))
