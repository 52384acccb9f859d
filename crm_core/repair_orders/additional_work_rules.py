"""Additional work 增项: found while working, priced, sent, decided item by item. Silence is never consent."""

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


# An expired sheet is decided only by recording what the owner said on paper or in a recorded call (`deciding`). When
# the whole order ends, what is open is withdrawn.
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
    """How much an item presses."""

    RED = "RED"
    YELLOW = "YELLOW"
    GREEN = "GREEN"

    @property
    def label(self) -> str:
        """As owners read it."""
        return {Urgency.RED: "安全必须", Urgency.YELLOW: "建议近期", Urgency.GREEN: "可选"}[self]


class Decision(StrEnum):
    """What the owner said to one item."""

    APPROVED = "APPROVED"
    DECLINED = "DECLINED"


@dataclass(frozen=True)
class AdditionalWorkPolicy(Policy, key="additional_work", title="增项"):
    """House rules of what is found while a car is worked on."""

    expires_after_minutes: int = rule(30, "等车主答复增项", Unit.MINUTES, 10, 240)
    """Silence is never consent: after it the advisor phones."""
    red_follow_up_days: int = rule(3, "拒绝的红色项目再提醒", Unit.DAYS, 1, 30)
    yellow_follow_up_days: int = rule(30, "拒绝的黄色项目再提醒", Unit.DAYS, 3, 180)


@dataclass(frozen=True)
class OfferedItem:
    """An item exactly as it is offered; a change of any field is another version."""

    line_id: int
    name: str
    labour_fen: int
    parts_fen: int
    minutes: int
    urgency: Urgency


def version_hash(items: Sequence[OfferedItem]) -> str:
    """The fingerprint an approval is tied to: same items in any order, same hash."""
    rows = sorted((asdict(item) for item in items), key=lambda row: int(row["line_id"]))
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def decide_by(sent_at: datetime, policy: AdditionalWorkPolicy) -> datetime:
    """Until when the owner may decide themselves; then the advisor must phone and the line stays stopped."""
    return sent_at + timedelta(minutes=policy.expires_after_minutes)


def outcome(decisions: Sequence[Decision | None], *, is_expired: bool = False) -> AdditionalWorkState:
    """The sheet's state from its items' decisions (None is undecided). Undecided items stay open until the deadline."""
    if None in decisions or not decisions:
        return AdditionalWorkState.EXPIRED if is_expired else AdditionalWorkState.SENT
    approved = decisions.count(Decision.APPROVED)
    if approved == len(decisions):
        return AdditionalWorkState.APPROVED
    return AdditionalWorkState.PARTIAL if approved else AdditionalWorkState.DECLINED


def needs_refusal_signature(urgency: Urgency) -> bool:
    """Declining safety work is signed 拒绝维修告知."""
    return urgency is Urgency.RED


def follow_up_days(urgency: Urgency, policy: AdditionalWorkPolicy) -> int | None:
    """In how many days somebody asks again about declined work; None for never."""
    return {Urgency.RED: policy.red_follow_up_days, Urgency.YELLOW: policy.yellow_follow_up_days}.get(urgency)
