"""Pure rules of what the owner sees of an order: its node on the progress page, its title and tag, and what it waits
for.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from crm_core.dealerships.masks import mask_name
from crm_core.repair_orders.rules import HeaderState
from foundation import wall_clock


class OwnerNode(StrEnum):
    """The nodes of the progress page, N1 to N11."""

    N1 = "N1"
    N2 = "N2"
    N3 = "N3"
    N4 = "N4"
    N5 = "N5"
    N6 = "N6"
    N7 = "N7"
    N8 = "N8"
    N9 = "N9"
    N10 = "N10"
    N11 = "N11"

    @property
    def label(self) -> str:
        """Its title for the owner."""
        return _NODE_LABELS[self]


_NODE_LABELS = dict(
    zip(
        OwnerNode,
        (
            "已接车",
            "环车检查报告",
            "报价",
            "已派工",
            "施工中",
            "增项待您确认",
            "等配件",
            "质检中",
            "已完工",
            "账单",
            "已交车",
        ),
        strict=True,
    )
)
_HEADER_NODES = {
    HeaderState.OPENED: OwnerNode.N1,
    HeaderState.PRECHECKED: OwnerNode.N2,
    HeaderState.ESTIMATED: OwnerNode.N3,
    HeaderState.AUTHORISED: OwnerNode.N3,
    HeaderState.DISPATCHED: OwnerNode.N4,
    HeaderState.IN_PROGRESS: OwnerNode.N5,
    HeaderState.WAIT_OWNER: OwnerNode.N6,
    HeaderState.WAIT_PARTS: OwnerNode.N7,
    HeaderState.QC_PENDING: OwnerNode.N8,
    HeaderState.QC_PASSED: OwnerNode.N8,
    HeaderState.WASHING: OwnerNode.N9,
    HeaderState.READY: OwnerNode.N9,
    HeaderState.BILLED: OwnerNode.N10,
    HeaderState.BILL_CONFIRMED: OwnerNode.N10,
    HeaderState.PAID: OwnerNode.N10,
    HeaderState.DELIVERED: OwnerNode.N11,
    HeaderState.CLOSED: OwnerNode.N11,
}
_SPECIAL_TITLES = {
    HeaderState.ESTIMATED: "报价待您确认",
    HeaderState.AUTHORISED: "您已授权",
    HeaderState.QC_PASSED: "质检通过",
    HeaderState.WASHING: "洗车中",
    HeaderState.BILLED: "账单待您确认",
    HeaderState.BILL_CONFIRMED: "待付款",
    HeaderState.PAID: "已付款",
    HeaderState.LEFT: "未修离店",
    HeaderState.VOID: "工单已作废",
}


FINISHED: Final = frozenset(
    {
        HeaderState.READY,
        HeaderState.BILLED,
        HeaderState.BILL_CONFIRMED,
        HeaderState.PAID,
        HeaderState.DELIVERED,
        HeaderState.CLOSED,
    }
)
"""The states in which the workshop has finished."""
OVER: Final = frozenset({HeaderState.DELIVERED, HeaderState.CLOSED, HeaderState.LEFT, HeaderState.VOID})
"""The states of a visit that is over: nothing of it happens any more."""
PROMISES_NOTHING: Final = FINISHED | OVER
"""The states in which no time is promised any more."""
_BEFORE_WORK: Final = frozenset({HeaderState.OPENED, HeaderState.PRECHECKED, HeaderState.ESTIMATED})


class OwnerTag(StrEnum):
    """One word about a car that is at the store, beside the title."""

    HERE = "在店"
    IN_REPAIR = "在修"
    FINISHED = "已完工"
    STOPPED = "已停工"


class ReadersTitle(StrEnum):
    """The title of a finished order for readers who have nothing left to do, instead of `owner_title`."""

    AWAITS_OWNER = "已完工，等车主取车"
    """For family, drivers, and an authorised person whose limit is below the bill."""
    AWAITS_BRINGER = "已付款，等送修人取车"
    """For an owner whose driver brought the car: it is given back to the driver."""


class Step(StrEnum):
    """Steps of a visit that come after its jobs."""

    CHECK = "质检"
    WASH = "洗车"


def owner_tag(header: HeaderState, *, is_stopped: bool) -> OwnerTag:
    """The tag of an order whose car is at the store; it agrees with every title the order can have."""
    if header in FINISHED:
        return OwnerTag.STOPPED if is_stopped else OwnerTag.FINISHED
    return OwnerTag.HERE if header in _BEFORE_WORK else OwnerTag.IN_REPAIR


def owner_node(header: HeaderState) -> OwnerNode | None:
    """The node of the progress page for a state; None for an order that ended without work."""
    return _HEADER_NODES.get(header)


def owner_title(header: HeaderState, *, is_rework: bool = False, is_stopped: bool = False) -> str:
    """The title the owner reads. It says openly that something is being redone, without blaming anybody."""
    if is_stopped and header is HeaderState.READY:
        return "应您要求停止"
    if is_rework and header in (HeaderState.IN_PROGRESS, HeaderState.QC_PENDING):
        return "质检复检中"
    node = owner_node(header)
    return _SPECIAL_TITLES.get(header) or (node.label if node else "")


def standing(header: HeaderState, parts_expected_at: datetime | None) -> str:
    """Why no work is going on right now, in words for the owner; empty while there is work."""
    if header is HeaderState.WAIT_OWNER:
        return "等您决定增项"
    if header is not HeaderState.WAIT_PARTS:
        return ""
    if parts_expected_at is None:
        return "等配件"
    return f"等配件，预计 {wall_clock.dated(parts_expected_at)} 到"


def owner_decides(owners: Sequence[str]) -> str:
    """What whoever may only look is told: by whom it is decided, the owners' names masked."""
    names = "、".join(mask_name(name) for name in owners if name)
    return f"需要车主 {names} 或授权人决定。" if names else "需要车主或授权人决定。"
