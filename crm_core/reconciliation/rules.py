"""Pure rules of reconciliation: what differs between a statement of WeChat Pay and our books."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from crm_core.payments.rules import MovementKind
from crm_core.policies.declaring import Policy, Unit, rule
from foundation.moves import Moves

MILLIFEN: Final = 1_000
FEE_ROUNDING_MILLIFEN: Final = MILLIFEN
"""WeChat Pay rounds the fee of each movement to whole fen; it may differ from ours by less than one."""


class DayState(StrEnum):
    """One day of reconciliation."""

    OWED = "OWED"
    COMPARED = "COMPARED"
    CLOSED = "CLOSED"


DAY_MOVES: Moves[DayState] = {
    DayState.OWED: {"compare": DayState.COMPARED},
    DayState.COMPARED: {"close": DayState.CLOSED},
}


class DifferenceKind(StrEnum):
    """How a statement and our books differ."""

    NOT_THERE = "NOT_THERE"
    """We booked it, the statement does not have it."""
    NOT_HERE = "NOT_HERE"
    """The statement has it, we do not know the number."""
    AMOUNT = "AMOUNT"
    STATE = "STATE"
    """The statement says that money moved; with us it has not."""
    FEE = "FEE"
    """The fee is not what was agreed."""


@dataclass(frozen=True)
class ReconciliationPolicy(Policy, key="reconciliation", title="对账"):
    """What was agreed with WeChat Pay."""

    fee_percent: Decimal = rule(
        Decimal("0.60"), "微信支付手续费率", Unit.PERCENT, Decimal(0), Decimal(2), is_group_only=True
    )


@dataclass(frozen=True)
class Theirs:
    """One line of the statement; `number` is our number of it, and `platform_number` theirs."""

    kind: MovementKind
    number: str
    platform_number: str
    amount_fen: int
    fee_millifen: int
    has_failed: bool = False
    """A refund the bank refused: no money moved."""


@dataclass(frozen=True)
class Ours:
    """One movement of ours. `has_moved` says whether our books count it as money that moved."""

    kind: MovementKind
    number: str
    amount_fen: int
    has_moved: bool
    is_of_the_day: bool
    """It belongs on this day's statement by its time at the platform."""


@dataclass(frozen=True)
class Difference:
    """One thing that does not agree; a sum is None where that side has nothing."""

    kind: DifferenceKind
    movement: MovementKind
    number: str
    ours_fen: int | None
    theirs_fen: int | None
    fee_millifen: int | None = None


def compare(
    ours: Sequence[Ours], theirs: Sequence[Theirs], fee_percent: Decimal, *, seen_before: Collection[str] = ()
) -> list[Difference]:
    """Everything in which the two disagree, in the order of the statement, then what it lacks.

    Movements are matched by our own number, whatever the day: at midnight the two clocks may differ. `seen_before` are
    numbers that stand on another day's statement.
    """
    known: Mapping[tuple[MovementKind, str], Ours] = {(each.kind, each.number): each for each in ours}
    found: list[Difference] = []
    for line in theirs:
        mine = known.get((line.kind, line.number))
        if mine is None:
            found.append(Difference(DifferenceKind.NOT_HERE, line.kind, line.number, None, line.amount_fen))
        elif mine.amount_fen != line.amount_fen:
            found.append(Difference(DifferenceKind.AMOUNT, line.kind, line.number, mine.amount_fen, line.amount_fen))
        elif not mine.has_moved and not line.has_failed:
            found.append(Difference(DifferenceKind.STATE, line.kind, line.number, None, line.amount_fen))
        if not is_agreed_fee(line, fee_percent):
            found.append(
                Difference(
                    DifferenceKind.FEE,
                    line.kind,
                    line.number,
                    mine.amount_fen if mine else None,
                    line.amount_fen,
                    line.fee_millifen,
                )
            )
    listed = {(line.kind, line.number) for line in theirs}
    for mine in ours:
        is_missing = (mine.kind, mine.number) not in listed and mine.number not in seen_before
        if mine.is_of_the_day and mine.has_moved and is_missing:
            found.append(Difference(DifferenceKind.NOT_THERE, mine.kind, mine.number, mine.amount_fen, None))
    return found


def is_agreed_fee(line: Theirs, fee_percent: Decimal) -> bool:
    """Whether a fee is the agreed share of the sum, up to rounding. A refund gives its fee back or keeps it
    whole."""
    agreed = line.amount_fen * MILLIFEN * fee_percent / 100
    if line.kind is MovementKind.REFUND and line.fee_millifen == 0:
        return True
    return abs(abs(line.fee_millifen) - agreed) <= FEE_ROUNDING_MILLIFEN
