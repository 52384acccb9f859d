"""Pure rules of the final inspection: the points that are looked at, and what was said of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MEASURED_MAX_CHARS: Final = 20


@dataclass(frozen=True)
class CheckPoint:
    """Something the inspector looks at; with a unit, what was measured may be noted."""

    name: str
    unit: str = ""


POINTS: Final = (
    CheckPoint("螺丝扭力", "N·m"),
    CheckPoint("轮胎气压", "kPa"),
    CheckPoint("油液液位"),
    CheckPoint("有无渗漏"),
    CheckPoint("电气功能"),
    CheckPoint("清洁复位"),
)


@dataclass(frozen=True)
class Checked:
    """What the inspector said of a point: it is in order, or it does not apply to this work."""

    point: str
    is_applicable: bool = True
    measured: str = ""


def unanswered(checks: Sequence[Checked]) -> list[str]:
    """The points of which nothing was said. A car passes only without any."""
    said = {check.point for check in checks}
    return [point.name for point in POINTS if point.name not in said]


def unknown(checks: Sequence[Checked]) -> list[str]:
    """What is no point of the inspection."""
    names = {point.name for point in POINTS}
    return [check.point for check in checks if check.point not in names]


def written(checks: Sequence[Checked]) -> list[str]:
    """What is kept and printed, in the order of the points: `螺丝扭力 110 N·m`, `油液液位`, `电气功能 不适用`."""
    said = {check.point: check for check in checks}
    return [_written(point, said[point.name]) for point in POINTS if point.name in said]


def _written(point: CheckPoint, check: Checked) -> str:
    if not check.is_applicable:
        return f"{point.name} 不适用"
    measured = check.measured.strip()
    return f"{point.name} {measured} {point.unit}" if measured and point.unit else point.name
