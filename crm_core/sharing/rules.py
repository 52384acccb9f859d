"""How long a link lasts, and what its holder reads of an order. What is not named here is not shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.repair_orders.rules import HeaderState

MOST_OPEN: Final = 10
"""The most open links of one order: enough for a family, too few for the public. It guards against misuse, so it is no
policy that a store could change.
"""


@dataclass(frozen=True)
class SharingPolicy(Policy, key="sharing", title="分享进度"):
    """House rules of the links owners give away."""

    lasts_hours: int = rule(72, "分享链接的有效期", Unit.HOURS, 1, 168)
    """Most visits end within three days; the owner may choose less, and share again."""


# Sentences that name neither people nor money, as their owner reads them.
_AS_TOLD: Final = frozenset(
    {
        "work_started",
        "work_resumed",
        "photos_added",
        "line_finished",
        "checks_ticked",
        "quality_passed",
        "quality_failed",
        "washing",
        "waiting_for_parts",
        "parts_back_ordered",
        "parts_short",
        "parts_arrived",
        "promise_moved",
    }
)
# Reworded, because the owner's sentence names a colleague, a sum or the owner's decision, or addresses the owner as 您.
_SAID_ANEW: Final = {
    "opened": "已接车",
    "inspected": "环车检查完成",
    "inspection_signed": "环车检查已确认",
    "estimate_sent": "等车主确认报价",
    "authorised": "车主已确认，准备派工",
    "left": "车主选择暂不维修",
    "dispatched": "已派工",
    "reassigned": "换技师继续施工",
    "additional_work_sent": "有新发现，等车主决定",
    "additional_work_decided": "车主已决定，继续施工",
    "additional_work_withdrawn": "新发现的项目不用再决定",
    "additional_work_expired": "等车主决定",
    "ready": "已完工，等车主取车",
    "stopped": "应车主要求停止维修",
    "delivered": "已取车",
}
_WITH_PHOTOS: Final = frozenset({"work_started", "work_resumed", "photos_added", "line_finished", "quality_passed"})
"""Events whose photos are shown: those of the work. Photos of the walk-around show plate and belongings, so only the
owner sees them.
"""
_TITLES: Final = {
    HeaderState.ESTIMATED: "等车主确认报价",
    HeaderState.AUTHORISED: "准备派工",
    HeaderState.WAIT_OWNER: "等车主决定",
    HeaderState.BILLED: "已完工",
    HeaderState.BILL_CONFIRMED: "已完工",
    HeaderState.PAID: "等车主取车",
}


@dataclass(frozen=True)
class Shown:
    """The sentence of one event for the holder of a link, and whether its photos are shown."""

    sentence: str
    has_photos: bool


def ends_at(now: datetime, hours: int | None, policy: SharingPolicy) -> datetime:
    """When a link made now ends: after the hours the owner chose, at most those of the house."""
    longest = policy.lasts_hours
    return now + timedelta(hours=min(hours or longest, longest))


def shown(kind: str, sentence: str) -> Shown | None:
    """An event as the holder of a link reads it; None if they are not to see it."""
    said = sentence if kind in _AS_TOLD else _SAID_ANEW.get(kind, "")
    return Shown(said, kind in _WITH_PHOTOS) if said else None


def title(state: HeaderState, owner_title: str) -> str:
    """The title of the order's state, without addressing the reader as the owner (您) and without money."""
    return _TITLES.get(state, owner_title)


def standing(state: HeaderState, owner_standing: str) -> str:
    """Why work rests at the moment; empty while it goes on, or while it waits for the owner's decision."""
    return "" if state is HeaderState.WAIT_OWNER else owner_standing
