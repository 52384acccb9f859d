"""What a tag may be called, how many there may be, and what a member's change in WeCom means. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_core.customers.tags.errors import TagLimitReached, TagNameNotAccepted
from foundation.text import one_line

LONGEST_NAME: Final = 30
"""Characters of the name of a tag or a group (WeCom doc 92117)."""
MOST_TAGS: Final = 10_000
"""Tags of a corp (WeCom doc 92117, error 40126)."""
MOST_OF_A_CUSTOMER: Final = 50
"""Tags a hand puts on one customer; nobody reads more (house rule). Rules and members are not held to it."""


class TagState(StrEnum):
    """How a tag stands with WeCom."""

    WANTED = "WANTED"
    KEPT = "KEPT"
    RENAMING = "RENAMING"
    ENDING = "ENDING"


class Reason(StrEnum):
    """Why a customer carries a tag; the values are the columns of `customer_tag`."""

    HAND = "by_hand"
    RULE = "by_rule"
    MEMBER = "by_member"


class TagDriftKind(StrEnum):
    """What differs for one member and one friend."""

    PUTTING_ON = "PUTTING_ON"
    """Carried here; WeCom is still to be told."""
    TAKING_OFF = "TAKING_OFF"
    """Not carried here any more; WeCom is still to be told."""
    LOST_THERE = "LOST_THERE"
    """Carried here and put on by us; not there any more."""
    ONLY_THERE = "ONLY_THERE"
    """There, and not carried here."""


def read_name(typed: str) -> str:
    """The name as it is stored.

    Raises:
        TagNameNotAccepted: nothing, or longer than WeCom takes.
    """
    name = one_line(typed).strip()
    if not name or len(name) > LONGEST_NAME:
        raise TagNameNotAccepted
    return name


def check_room(tags: int) -> None:
    """Ask whether another tag fits.

    Raises:
        TagLimitReached: WeCom would refuse it.
    """
    if tags >= MOST_TAGS:
        raise TagLimitReached


@dataclass(frozen=True)
class MemberChange:
    """What a reading of one pair says that counts: ids of tags."""

    given: frozenset[str]
    taken: frozenset[str]
    held: frozenset[str]
    """What is stored as WeCom's state of the pair."""


def member_change(before: Collection[str], read: Collection[str], unsaid: Collection[str]) -> MemberChange:
    """What changed between the last reading and this one. Of `unsaid`, the tags about which we owe WeCom a word or said
    one after the reading began, it knows nothing: they stay as they were.
    """
    was, now, open_ = frozenset(before), frozenset(read), frozenset(unsaid)
    return MemberChange(
        given=now - was - open_,
        taken=was - now - open_,
        held=(now - open_) | (was & open_),
    )
