"""What a camera's reading means: whether it is believed, whether it is news, and which plates are alike. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from foundation.moves import Moves


class ArrivalState(StrEnum):
    """Whether somebody still has to look after the car."""

    WAITING = "WAITING"
    DISMISSED = "DISMISSED"
    """不是来修车: somebody has seen that it is nothing for the service desk."""
    LEFT = "LEFT"
    """The camera saw it leave, or come again, before anybody looked after it."""


ARRIVAL_MOVES: Final[Moves[ArrivalState]] = {
    ArrivalState.WAITING: {"dismiss": ArrivalState.DISMISSED, "leave": ArrivalState.LEFT}
}
CLOCKS_DIFFER: Final = timedelta(minutes=5)
SHORTEST_PLATE: Final = 7
"""Characters of a whole plate: province, letter and five more."""


@dataclass(frozen=True)
class GatePolicy(Policy, key="gate", title="车牌相机"):
    """House rules of the camera at the gate."""

    same_minutes: int = rule(10, "同一车牌几分钟内再拍到算一次", Unit.MINUTES, 1, 120)
    late_minutes: int = rule(30, "相机晚报多久就不算到店", Unit.MINUTES, 5, 240)


def is_believed(seen_at: datetime, now: datetime, policy: GatePolicy) -> bool:
    """Whether the reading is of now: one that comes late says nothing about who stands at the gate."""
    return now - timedelta(minutes=policy.late_minutes) <= seen_at <= now + CLOCKS_DIFFER


def is_same(last_seen_at: datetime, seen_at: datetime, policy: GatePolicy) -> bool:
    """Whether a plate that was seen before is the same arrival, and not another one."""
    return abs(seen_at - last_seen_at) <= timedelta(minutes=policy.same_minutes)


def is_whole(plate: str) -> bool:
    """Whether the camera read a whole plate."""
    return len(plate) >= SHORTEST_PLATE


def are_alike(plate: str, other: str) -> bool:
    """Whether two plates differ in exactly one character, as a camera misreads them."""
    return len(plate) == len(other) and sum(a != b for a, b in zip(plate, other, strict=True)) == 1
