"""What a member of staff has in hand: each room lists its own and hands one thing on to a colleague.

A room says so in its `handing_on.py`, which is found by its place; some stand above whoever plans a succession.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.belonging_kinds import BelongingKind as BelongingKind
from foundation.reading import read_model


@read_model
class Belonging:
    """One thing. `words` names it to whoever plans; a customer's name is left to the reader."""

    kind: BelongingKind
    thing_id: int
    role: str
    """Of a customer `consultant` or `advisor`; else empty."""
    store_id: int | None
    customer_id: int | None
    words: str


class HandedOn(StrEnum):
    """What became of one thing."""

    DONE = "DONE"
    ASKED = "ASKED"
    """WeCom was, or is being, asked; it answers within a day."""
    NO_LONGER_THEIRS = "NO_LONGER_THEIRS"
    """Somebody else has it by now, or it has ended."""
    FOR_A_PERSON = "FOR_A_PERSON"
    """No rule can decide it: whoever plans the workshop chooses bay and technician."""


@dataclass(frozen=True)
class Handing:
    """From whom to whom, and whether the former has left the company."""

    from_id: int
    to_id: int
    has_left: bool


HandOn = Callable[[Actor, Belonging, Handing], Awaitable[HandedOn]]
OfStaff = Callable[[int], Awaitable[list[Belonging]]]


@dataclass(frozen=True)
class Estate:
    """How a room lists what a member has of its own (`of_staff`, by the member's id) and hands one on, in the caller's
    transaction.
    """

    kinds: frozenset[BelongingKind]
    of_staff: OfStaff
    hand_on: HandOn


ESTATES: Final[list[Estate]] = []
"""What the rooms have registered."""


def estate(kinds: frozenset[BelongingKind], of_staff: OfStaff, hand_on: HandOn) -> None:
    """Register a room's part of what a member can have in hand.

    Raises:
        ValueError: another room has one of these kinds.
    """
    if any(kinds & other.kinds for other in ESTATES):
        raise ValueError(f"{sorted(kinds)} belong to another room")
    ESTATES.append(Estate(kinds, of_staff, hand_on))
