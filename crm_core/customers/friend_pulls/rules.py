"""What one friend of WeCom's list means beside ours, and when a list is too short to be believed."""

from enum import StrEnum
from typing import Final


class DriftKind(StrEnum):
    """How WeCom's list and ours differed."""

    FOUND = "FOUND"
    """A friend we did not know."""
    BACK = "BACK"
    """Friends again, and nobody had told us."""
    GONE = "GONE"
    """Not in the member's list any more."""
    REMARK = "REMARK"
    """The member calls them otherwise."""
    TAGS = "TAGS"
    """The member gave or took corp tags."""


class WalkState(StrEnum):
    """Where the reading of one member's list stands."""

    WAITING = "WAITING"
    READ = "READ"
    HELD = "HELD"
    """Read, and so much was missing that a person has to look."""
    NOT_OURS = "NOT_OURS"
    """WeCom does not let us read this list: no licence, or outside the app's range."""


FEW: Final = 20
"""So many friends may vanish from a list of any length without a question."""


def is_believable(known: int, missing: int) -> bool:
    """Whether so many of a member's known friends may have gone at once. More than half of a long list is rather a
    changed right of the app than a hundred farewells.
    """
    return missing <= FEW or missing * 2 <= known
