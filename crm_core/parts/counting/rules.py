"""The states of a stock take, and who may book what it found."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from foundation.moves import Moves


class CountState(StrEnum):
    """States of a stock take."""

    COUNTING = "COUNTING"
    COUNTED = "COUNTED"
    BOOKED = "BOOKED"
    CANCELLED = "CANCELLED"


UNDER_WAY: Final = (CountState.COUNTING, CountState.COUNTED)
COUNT_MOVES: Moves[CountState] = {
    CountState.COUNTING: {
        "count": CountState.COUNTING,
        "finish": CountState.COUNTED,
        "cancel": CountState.CANCELLED,
    },
    CountState.COUNTED: {
        "count_again": CountState.COUNTING,
        "book": CountState.BOOKED,
        "cancel": CountState.CANCELLED,
    },
}


@dataclass(frozen=True)
class StockTakePolicy(Policy, key="stock_takes", title="盘点"):
    """House rules of counting."""

    alone_up_to_pieces: int = rule(3, "盘点差异多少件以内可以自己入账", Unit.PIECES, 0, 100)
    """A few pieces are a slip of the pen; more, somebody who did not count looks at."""
    alone_up_to_fen: int = rule(200_00, "盘点差异多少钱以内可以自己入账", Unit.YUAN, 0, 10_000_00)
    """The price of a set of pads at most (house rule)."""


@dataclass(frozen=True)
class Difference:
    """What a bin has more (positive) or less than it should, and what one piece cost; None if nobody knows."""

    pieces: int
    cost_fen: int | None


def needs_another(differences: Iterable[Difference], policy: StockTakePolicy) -> bool:
    """Whether somebody who did not count has to book these: gains and losses add up, they do not cancel out. Pieces
    whose cost nobody knows may be dear.
    """
    found = [each for each in differences if each.pieces]
    if sum(abs(each.pieces) for each in found) > policy.alone_up_to_pieces:
        return True
    if any(each.cost_fen is None for each in found):
        return True
    return sum(abs(each.pieces) * (each.cost_fen or 0) for each in found) > policy.alone_up_to_fen


def may_book(actor_id: int, counters: Collection[int], *, is_large: bool, may_approve: bool) -> bool:
    """Whether this person may book: small differences whoever counts, large ones a second person who may approve."""
    return not is_large or (may_approve and actor_id not in counters)
