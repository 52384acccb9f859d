"""The states of a purchase order, and who gets the pieces that are on their way, by when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from foundation.moves import Moves


class PurchaseState(StrEnum):
    """States of a purchase order."""

    DRAFT = "DRAFT"
    ORDERED = "ORDERED"
    PARTLY_ARRIVED = "PARTLY_ARRIVED"
    ARRIVED = "ARRIVED"
    CANCELLED = "CANCELLED"


ON_ITS_WAY: Final = (PurchaseState.ORDERED, PurchaseState.PARTLY_ARRIVED)
"""The states in which pieces are still to come."""

_COMING: Final = {
    "arrive_partly": PurchaseState.PARTLY_ARRIVED,
    "arrive": PurchaseState.ARRIVED,
    "expect": PurchaseState.ORDERED,
    "cancel": PurchaseState.CANCELLED,
}
PURCHASE_MOVES: Moves[PurchaseState] = {
    PurchaseState.DRAFT: {
        "edit": PurchaseState.DRAFT,
        "order": PurchaseState.ORDERED,
        "cancel": PurchaseState.CANCELLED,
    },
    PurchaseState.ORDERED: _COMING,
    PurchaseState.PARTLY_ARRIVED: _COMING | {"expect": PurchaseState.PARTLY_ARRIVED},  # Another expected time.
}


@dataclass(frozen=True)
class Waiting:
    """A request that waits for `quantity` pieces."""

    id: int
    quantity: int


@dataclass(frozen=True)
class Coming:
    """Pieces on their way that nobody holds yet; `eta` is None until the supplier says when."""

    line_id: int
    eta: datetime | None
    quantity: int


def arrival(lines: Iterable[tuple[int, int]]) -> str:
    """The move of an order whose lines (ordered, arrived) are now like this."""
    return "arrive" if all(arrived == ordered for ordered, arrived in lines) else "arrive_partly"


def expected_times(waiting: Sequence[Waiting], coming: Iterable[Coming], lying: int = 0) -> dict[int, datetime | None]:
    """When each request, in the order given, has its pieces: with the delivery that brings the last of them.

    `lying` are free pieces that are too few for a request alone. None: what is on its way does not reach this far, or
    the supplier has not said when.
    """
    pieces = [(None, lying), *((each.eta, each.quantity) for each in _in_order(coming))]
    times: dict[int, datetime | None] = {}
    for each in waiting:
        missing, time = each.quantity, None
        while missing and pieces:
            eta, count = pieces.pop(0)
            taken = min(count, missing)
            missing, time = missing - taken, eta
            if count > taken:
                pieces.insert(0, (eta, count - taken))
        times[each.id] = None if missing else time
    return times


def left_over(waiting: int, coming: Iterable[Coming]) -> list[Coming]:
    """What of the pieces on their way is nobody's once those who wait in the workshop have theirs, the first ones."""
    left: list[Coming] = []
    for each in _in_order(coming):
        taken = min(each.quantity, waiting)
        waiting -= taken
        if each.quantity > taken:
            left.append(Coming(each.line_id, each.eta, each.quantity - taken))
    return left


def covered_at(missing: int, left: Iterable[Coming]) -> datetime | None:
    """When as many pieces as are missing have come; None if so many are not known to come."""
    return expected_times([Waiting(0, missing)], left)[0] if missing > 0 else None


def to_hold(missing: int, left: Iterable[Coming], before: datetime) -> list[tuple[int, int]]:
    """Of which lines a booking holds how many pieces: those that come last but in time, so that what comes earlier is
    left for whoever needs it earlier.
    """
    held: list[tuple[int, int]] = []
    in_time = [each for each in _in_order(left) if each.eta is not None and each.eta < before]
    for each in reversed(in_time):
        taken = min(each.quantity, missing)
        missing -= taken
        if taken:
            held.append((each.line_id, taken))
    return held


def _in_order(coming: Iterable[Coming]) -> list[Coming]:
    known = [each for each in coming if each.quantity > 0]
    dated = [(each.eta, each.line_id, each) for each in known if each.eta is not None]
    return [each for _, _, each in sorted(dated, key=lambda row: row[:2])] + [each for each in known if not each.eta]
