"""What a way out is: one object on one page of code, registered under the name that messages use for it.

A *channel* brings a message to its receiver. Its page says whom it can reach and at which address, what one message
costs, what the platform allows, how a message is sent and what a call without an answer means; nothing else in the
house asks by which channel a message goes. A *stand-in* is what is left when no channel reached anybody: a person is
asked to tell them. A message names the ways it may take as a chain (`chains`).

Every module of a folder `channels` is found by its place (`app.rooms`).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final

from crm_core.wording.about import About
from crm_core.wording.facts import MessageProblem
from foundation.errors import PlatformError

LEASE_SECONDS: Final = 60
"""Longer than any delivery lives: 8 s for a call, at most four of them with their waits, and an upload before."""
NO_CHANNEL: Final = "NONE"
"""In a message's row: no way was open, or none is taken yet."""


class Receiver(StrEnum):
    """Whom a channel reaches."""

    CUSTOMER = "CUSTOMER"
    STAFF = "STAFF"


@dataclass(frozen=True)
class Addressee:
    """Whom a message is for, as a channel is asked whether it can reach them."""

    message_id: int
    template: str
    customer_id: int | None
    staff_id: int | None
    address: str
    """What the verb knew of where to send it (a welcome's code); empty otherwise."""


@dataclass(frozen=True)
class Open:
    """The channel can reach them; whatever one message uses up is taken."""

    address: str = ""


@dataclass(frozen=True)
class Closed:
    """It cannot, and nobody was called. `reason` is told to staff."""

    reason: str


@dataclass(frozen=True)
class Later:
    """Not at this hour, or not so many: it is asked again at `at`."""

    at: datetime


@dataclass(frozen=True)
class Outgoing:
    """A message as its channel sends it."""

    id: int
    template: str
    variant: str
    facts: Mapping[str, Any]
    about: About
    address: str
    userid: str
    """The staff member's, lower case; empty for customers."""


@dataclass(frozen=True)
class Receipt:
    """The platform took it."""

    platform_id: str = ""
    response_code: str = ""


@dataclass(frozen=True)
class NotTaken:
    """The platform surely did not take this message. `reason` is told to staff."""

    reason: str


@dataclass(frozen=True)
class Unanswered:
    """What a call without an answer means. It is never taken as not made."""

    repeat_within: timedelta | None = None
    """The same call may be made again for so long, on the real clock, since the platform drops or refuses its twin."""
    is_reported_within: timedelta | None = None
    """The platform tells by itself what became of it; after this nobody will tell any more, and it counts as failed."""
    is_never_told: bool = False
    """Nobody ever tells: it stays unknown."""

    @property
    def stays_unknown(self) -> bool:
        """Whether it waits as UNKNOWN once it may not be repeated."""
        return self.is_never_told or self.is_reported_within is not None


class Way(ABC):
    """A way out, by its name in `message.toml`."""

    name: ClassVar[str]
    """At most ten capitals; kept in the rows."""
    label: ClassVar[str]
    """As staff call it."""


class Channel(Way):
    """A way that brings a message to its receiver."""

    reaches: ClassVar[Receiver]
    file: ClassVar[str]
    """The file with its words in a message's folder."""
    cost_fen: ClassVar[int] = 0
    """Of one message. A chain takes no dearer way before a cheaper one."""
    lease_seconds: ClassVar[int] = LEASE_SECONDS
    """After so long on the real clock a lease is taken as left behind by a dead worker."""
    unanswered: ClassVar[Unanswered]

    async def open(self, to: Addressee) -> Open | Closed | Later:
        """Whether it reaches them now; takes what one message uses up, in the transaction that leases the row."""
        return Open(to.address)

    async def give_back(self, message: Outgoing) -> None:
        """Return what `open` took, which certainly was not used, in the transaction that puts the row back."""

    @abstractmethod
    async def send(self, message: Outgoing) -> Receipt:
        """Give the message to the platform; called outside any transaction.

        Raises:
            PlatformError, OutcomeUnknown: as the platform's client says.
            MessageProblem: it cannot be rendered.
            DemoDataStaysHere: invented people and a real platform would meet.
        """

    async def refused(
        self, message: Outgoing, error: PlatformError, *, may_have_arrived: bool
    ) -> Receipt | Closed | NotTaken:
        """What the platform's no means. `may_have_arrived`: an earlier call of this message had no answer."""
        return NotTaken(f"平台没有接受（{error.errcode}）")


@dataclass(frozen=True)
class Unreached:
    """A message that reached nobody, as a stand-in hears of it."""

    message_id: int
    about: str


class StandIn(Way):
    """Somebody who is asked to tell the receiver what no channel could."""

    @abstractmethod
    async def ask(self, message: Unreached) -> None:
        """Ask them, in the transaction that ends the message; asking again changes nothing."""


_WAYS: dict[str, Way] = {}


def way_out(kind: type[Way]) -> type[Way]:
    """Decorator of a channel or stand-in: messages may name it from now on."""
    if kind.name in _WAYS:
        raise ValueError(f"two ways out are called {kind.name}")
    _WAYS[kind.name] = kind()
    return kind


def way(name: str) -> Way:
    """The way of this name.

    Raises:
        MessageProblem: nobody registered it.
    """
    if name not in _WAYS:
        raise MessageProblem(f"nobody registered the way out {name!r}")
    return _WAYS[name]


def label_of(name: str) -> str:
    """How staff call a way, by the name in a message's row; empty for `NO_CHANNEL`."""
    return _WAYS[name].label if name in _WAYS else ""


def channels() -> tuple[Channel, ...]:
    """Every channel, in the order of their names."""
    return tuple(one for _, one in sorted(_WAYS.items()) if isinstance(one, Channel))
