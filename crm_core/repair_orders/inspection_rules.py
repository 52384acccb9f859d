"""Pure rules of the walk-around inspection: what it needs to be complete."""

from collections.abc import Sequence
from enum import StrEnum


class CarView(StrEnum):
    """The sides of the drawn car on which damage is marked. On LEFT and TOP the car looks to the left, on RIGHT to the
    right.
    """

    TOP = "TOP"
    LEFT = "LEFT"
    RIGHT = "RIGHT"
    FRONT = "FRONT"
    REAR = "REAR"


FULL_WIDTH = 1000
"""Places on a view are thousandths of its width and height, from the upper left corner."""

INSPECTION_POSITIONS = {
    "FRONT_LEFT": "左前角",
    "FRONT_RIGHT": "右前角",
    "REAR_LEFT": "左后角",
    "REAR_RIGHT": "右后角",
    "DASHBOARD": "仪表盘",
}
_MORE_POSITIONS = {"INTERIOR": "车内", "OTHER": "其他"}
MIN_INSPECTION_PHOTOS = 6  # Four corners, the dashboard with mileage and fuel, and at least one more (trade custom).


def label_of(position: str) -> str:
    """What a photo shows, in Chinese; a further photo of a damage is named by it already."""
    return {**INSPECTION_POSITIONS, **_MORE_POSITIONS}.get(position, position)


def inspection_gaps(positions: Sequence[str]) -> list[str]:
    """What is still missing from a walk-around, in Chinese: 「左后角」, 「还差 1 张」; empty when complete."""
    gaps = [label for position, label in INSPECTION_POSITIONS.items() if position not in positions]
    missing = MIN_INSPECTION_PHOTOS - len(positions) - len(gaps)
    return [*gaps, f"再拍 {missing} 张"] if missing > 0 else gaps


def is_place(view: CarView | None, x: int | None, y: int | None) -> bool:
    """Whether a mark has a whole place on a view, or none at all, as marks named only by their part have."""
    if view is None or x is None or y is None:
        return view is None and x is None and y is None
    return 0 <= x <= FULL_WIDTH and 0 <= y <= FULL_WIDTH
