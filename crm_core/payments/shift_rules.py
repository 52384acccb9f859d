"""收银班次: what a cashier ought to have at the end of a shift, and who signs for what differs. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_core.payments.rules import Method
from crm_core.policies.declaring import Policy, Unit, rule
from foundation.moves import Moves


class ShiftState(StrEnum):
    """The state of a shift. What is counted is counted: only a signature is added afterwards."""

    OPEN = "OPEN"
    TO_SIGN = "TO_SIGN"
    CLOSED = "CLOSED"


SHIFT_MOVES: Final[Moves[ShiftState]] = {
    ShiftState.OPEN: {"close": ShiftState.CLOSED, "close_unsigned": ShiftState.TO_SIGN},
    ShiftState.TO_SIGN: {"sign": ShiftState.CLOSED},
}

COUNTED: Final = (Method.CASH, Method.CARD, Method.TRANSFER, Method.WECHAT_CODE)
"""What is taken at a desk, and therefore counted there: money in the drawer, and the sums of the slips."""

ANY_SUM_FEN: Final = 1_000_000_00


@dataclass(frozen=True)
class CashierShiftPolicy(Policy, key="cashier_shifts", title="收银班次"):
    """House rules of shifts."""

    without_shift_up_to_fen: int = rule(ANY_SUM_FEN, "没开班次也能收现金，每笔不超过", Unit.YUAN, 0, ANY_SUM_FEN)
    """No limit by default, so that a store can take money on the day this is introduced; once its cashiers open shifts
    it sets 0, and cash without a shift is refused."""
    sign_above_fen: int = rule(20_00, "长短款超过多少要别人签字", Unit.YUAN, 0, 10_000_00)


def needs_shift(method: Method, amount_fen: int, policy: CashierShiftPolicy) -> bool:
    """Whether this sum may only be taken in an open shift."""
    return method is Method.CASH and amount_fen > policy.without_shift_up_to_fen


def expected_fen(float_fen: int, moved_fen: Mapping[Method, int]) -> dict[Method, int]:
    """What there ought to be of each method: what came less what went, and in the drawer the float, too."""
    return {method: moved_fen.get(method, 0) + (float_fen if method is Method.CASH else 0) for method in COUNTED}


def difference_fen(expected: Mapping[Method, int], counted: Mapping[Method, int]) -> int:
    """The sum of all that is too much or missing. A surplus of one method does not make good for what another lacks."""
    return sum(abs(counted[method] - fen) for method, fen in expected.items())


def closing_act(difference: int, policy: CashierShiftPolicy) -> str:
    """How the shift ends: with the count, or only when somebody else has signed."""
    return "close_unsigned" if difference > policy.sign_above_fen else "close"
