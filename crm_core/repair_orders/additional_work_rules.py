"""Pure rules of additional work 增项: found while working, priced, sent, decided item by item. No answer is no
consent.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crm_core.policies.declaring import Policy, Unit, rule
from foundation.moves import Moves


class AdditionalWorkState(StrEnum):
    """One sheet of additional work."""

    FOUND = "FOUND"
    PRICED = "PRICED"
    SENT = "SENT"
    APPROVED = "APPROVED"
    PARTIAL = "PARTIAL"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


# An expired sheet can be decided only when staff record what the owner said on paper or on the phone (`deciding`).
# When the whole order ends, its open sheets are withdrawn.
ADDITIONAL_WORK_MOVES: Moves[AdditionalWorkState] = {
    AdditionalWorkState.FOUND: {
        "price": AdditionalWorkState.PRICED,
        "withdraw": AdditionalWorkState.WITHDRAWN,
    },
    AdditionalWorkState.PRICED: {
        "price": AdditionalWorkState.PRICED,
        "send": AdditionalWorkState.SENT,
        "withdraw": AdditionalWorkState.WITHDRAWN,
    },
    AdditionalWorkState.SENT: {
        "approve": AdditionalWorkState.APPROVED,
        "approve_part": AdditionalWorkState.PARTIAL,
        "decline": AdditionalWorkState.DECLINED,
        "expire": AdditionalWorkState.EXPIRED,
        "withdraw": AdditionalWorkState.WITHDRAWN,
    },
    AdditionalWorkState.EXPIRED: {
        "approve": AdditionalWorkState.APPROVED,
        "approve_part": AdditionalWorkState.PARTIAL,
        "decline": AdditionalWorkState.DECLINED,
        "withdraw": AdditionalWorkState.WITHDRAWN,
    },
}


OPEN = frozenset(ADDITIONAL_WORK_MOVES)
"""Sheets that are not settled yet."""


class Urgency(StrEnum):
    """How urgent an item is."""

    RED = "RED"
    YELLOW = "YELLOW"
    GREEN = "GREEN"

    @property
    def label(self) -> str:
        """As owners read it."""
        return {Urgency.RED: "安全必须", Urgency.YELLOW: "建议近期", Urgency.GREEN: "可选"}[self]


class Decision(StrEnum):
    """The owner's decision on one item."""

    APPROVED = "APPROVED"
    DECLINED = "DECLINED"


@dataclass(frozen=True)
class AdditionalWorkPolicy(Policy, key="additional_work", title="增项"):
    """House rules of additional work."""

    expires_after_minutes: int = rule(30, "等车主答复增项", Unit.MINUTES, 10, 240)
    """After this time without an answer, which is never consent, the advisor phones."""
    red_follow_up_days: int = rule(3, "拒绝的红色项目再提醒", Unit.DAYS, 1, 30)
    yellow_follow_up_days: int = rule(30, "拒绝的黄色项目再提醒", Unit.DAYS, 3, 180)


@dataclass(frozen=True)
class OfferedItem:
    """An item exactly as it is offered; a change of any field makes another version of the offer."""

    line_id: int
    name: str
    labour_fen: int
    parts_fen: int
    minutes: int
    urgency: Urgency
    deductible_fen: int = 0
    """What the owner pays of it although an insurer pays the rest."""


def version_hash(items: Sequence[OfferedItem]) -> str:
    """The fingerprint (SHA-256) of an offer that an authorisation refers to; the order of the items does not matter."""
    rows = sorted((_offered(item) for item in items), key=lambda row: int(row["line_id"]))
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _offered(item: OfferedItem) -> dict[str, int | str]:
    """Its fields. Without a deductible there is none, as in the offers from before there were any."""
    return {name: value for name, value in asdict(item).items() if name != "deductible_fen" or value}


def decide_by(sent_at: datetime, policy: AdditionalWorkPolicy) -> datetime:
    """Until when the owner may decide themselves; after that the advisor must phone, and the line stays paused."""
    return sent_at + timedelta(minutes=policy.expires_after_minutes)


def outcome(decisions: Sequence[Decision | None], *, is_expired: bool = False) -> AdditionalWorkState:
    """The sheet's state from the decisions on its items (None: undecided). Undecided items stay open until the
    deadline.
    """
    if None in decisions or not decisions:
        return AdditionalWorkState.EXPIRED if is_expired else AdditionalWorkState.SENT
    approved = decisions.count(Decision.APPROVED)
    if approved == len(decisions):
        return AdditionalWorkState.APPROVED
    return AdditionalWorkState.PARTIAL if approved else AdditionalWorkState.DECLINED


def needs_decline_signature(urgency: Urgency) -> bool:
    """Whether declining the item needs a signed 拒绝维修告知: only for safety work."""
    return urgency is Urgency.RED


def follow_up_days(urgency: Urgency, policy: AdditionalWorkPolicy) -> int | None:
    """After how many days the owner is asked again about declined work; None for never."""
    return {Urgency.RED: policy.red_follow_up_days, Urgency.YELLOW: policy.yellow_follow_up_days}.get(urgency)
