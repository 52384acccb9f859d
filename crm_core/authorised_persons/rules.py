"""What an authorised person may agree to, and for how long."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from foundation.moves import Moves

HIGHEST_LIMIT_FEN: Final = 1_000_000_00
"""A new engine and gearbox; more than that is signed by the owner. A guard against a slip: no policy."""
MOST_OF_A_CAR: Final = 10
"""People an owner may have named for a car at one time. A guard against misuse: no policy."""


class PersonState(StrEnum):
    """授权."""

    INVITED = "INVITED"
    ACTIVE = "ACTIVE"
    DECLINED = "DECLINED"
    ENDED = "ENDED"


MOVES: Final[Moves[PersonState]] = {
    PersonState.INVITED: {
        "accept": PersonState.ACTIVE,
        "decline": PersonState.DECLINED,
        "end": PersonState.ENDED,
    },
    PersonState.ACTIVE: {"end": PersonState.ENDED},
}
LIVE: Final = frozenset(MOVES)
"""Invited or active: what an owner may still take back."""


@dataclass(frozen=True)
class AuthorisedPersonPolicy(Policy, key="authorised_persons", title="授权人"):
    """House rules of whom owners name."""

    invited_for_days: int = rule(7, "等对方确认授权", Unit.DAYS, 1, 30, is_group_only=True)
    """A phone changes hands: an invitation nobody took up is not left lying."""


@dataclass(frozen=True)
class Authority:
    """What a decision of somebody who is not the owner rests on."""

    id: int
    name: str
    limit_fen: int


def is_within(authority: Authority, already_fen: int, asked_fen: int) -> bool:
    """Whether the person may agree to `asked_fen` after `already_fen` of the same order: the limit is of their sum, so
    that nothing is split. What costs the owner nothing is always within.
    """
    return asked_fen == 0 or already_fen + asked_fen <= authority.limit_fen


def may_still_accept(named_at: datetime, now: datetime, policy: AuthorisedPersonPolicy) -> bool:
    """Whether an invitation still waits."""
    return now < named_at + timedelta(days=policy.invited_for_days)
