"""What an authorised person may agree to, and for how long."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from foundation.moves import Moves

HIGHEST_LIMIT_FEN: Final = 1_000_000_00
"""The highest limit an owner can set, about the price of a new engine and gearbox; above it owners sign themselves. It
guards against a mistyped sum, so it is no policy.
"""
MOST_OF_A_CAR: Final = 10
"""The most people an owner may have named for a car at one time. It guards against misuse, so it is no policy."""


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
"""The states that an owner may still revoke: invited or active."""

_ENDED: Final = {
    "owner": "您已收回",
    "person": "对方退出了",
    "unbound": "车已解绑",
    "last_day": "已到期",
    "unanswered": "对方没有确认，已失效",
}


@dataclass(frozen=True)
class AuthorisedPersonPolicy(Policy, key="authorised_persons", title="授权人"):
    """House rules of authorised persons."""

    invited_for_days: int = rule(7, "等对方确认授权", Unit.DAYS, 1, 30, is_group_only=True)
    """Invitations expire because phone numbers change hands."""


@dataclass(frozen=True)
class Authority:
    """The authority on which a decision by somebody other than the owner is based."""

    id: int
    name: str
    limit_fen: int


def is_within(limit_fen: int, already_fen: int, asked_fen: int) -> bool:
    """Whether the person may agree to `asked_fen` after they agreed to `already_fen` of the same order.

    The limit is for the sum of both, so that splitting an amount does not get around it. Work that costs the owner
    nothing is always within the limit.
    """
    return asked_fen == 0 or already_fen + asked_fen <= limit_fen


def may_still_accept(named_at: datetime, now: datetime, policy: AuthorisedPersonPolicy) -> bool:
    """Whether an invitation has not expired yet."""
    return now < named_at + timedelta(days=policy.invited_for_days)


def standing_words(state: PersonState, end_reason: str, *, is_over: bool) -> str:
    """How an authority stands, in the words its owner reads; `is_over` as in the owner's list."""
    if state is PersonState.DECLINED:
        return "对方没接受"
    if not is_over:
        return "等对方登录确认" if state is PersonState.INVITED else "已授权"
    # What time has ended is over at once; the job that writes the reason comes later.
    return _ENDED.get(end_reason or ("unanswered" if state is PersonState.INVITED else "last_day"), "已结束")


def is_past(until_on: date | None, today: date) -> bool:
    """Whether the last day of an authority is over."""
    return until_on is not None and until_on < today
