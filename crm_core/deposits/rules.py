"""The kinds of movements, and what may be taken. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from foundation.money import format_yuan


class DepositMove(StrEnum):
    """What moved on a deposit."""

    PAID_IN = "PAID_IN"
    USED = "USED"
    RETURNED = "RETURNED"
    HELD = "HELD"
    RELEASED = "RELEASED"


ADDS: Final = (DepositMove.PAID_IN, DepositMove.RETURNED, DepositMove.RELEASED)


def take_refusal(balance_fen: int, amount_fen: int) -> str | None:
    """Why a sum cannot be taken from a deposit, in Chinese; None when it can, down to the last fen."""
    if amount_fen <= 0:
        return "金额要大于 0。"
    if amount_fen > balance_fen:
        return f"预存款余额 {format_yuan(balance_fen)} 元，不够。"
    return None


def shares(balances_fen: Sequence[int], amount_fen: int) -> list[int]:
    """How much of a sum is taken from each of these balances: the first is emptied first."""
    parts_fen: list[int] = []
    for balance_fen in balances_fen:
        parts_fen.append(min(balance_fen, amount_fen))
        amount_fen -= parts_fen[-1]
    return parts_fen
