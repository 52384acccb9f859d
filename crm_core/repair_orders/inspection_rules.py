"""Pure rules of the walk-around inspection: what it needs to be complete."""

from collections.abc import Sequence

INSPECTION_POSITIONS = {
    "FRONT_LEFT": "左前角",
    "FRONT_RIGHT": "右前角",
    "REAR_LEFT": "左后角",
    "REAR_RIGHT": "右后角",
    "DASHBOARD": "仪表盘",
}
MIN_INSPECTION_PHOTOS = 6  # Four corners, the dashboard with mileage and fuel, and at least one more (trade custom).


def inspection_gaps(positions: Sequence[str]) -> list[str]:
    """What is still missing from a walk-around, in Chinese: 「左后角」, 「还差 1 张」; empty when complete."""
    gaps = [label for position, label in INSPECTION_POSITIONS.items() if position not in positions]
    missing = MIN_INSPECTION_PHOTOS - len(positions) - len(gaps)
    return [*gaps, f"再拍 {missing} 张"] if missing > 0 else gaps
