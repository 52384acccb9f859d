"""When a month ends and is due, whether a bill may be put on account, and what a repayment pays. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from foundation.money import format_yuan
from foundation.moves import Moves

LAST_CLOSING_DAY: Final = 28
"""Every month has it."""


class AccountState(StrEnum):
    """月结账户."""

    REQUESTED = "REQUESTED"
    ACTIVE = "ACTIVE"
    STOPPED = "STOPPED"
    REFUSED = "REFUSED"


ACCOUNT_MOVES: Moves[AccountState] = {
    AccountState.REQUESTED: {"agree": AccountState.ACTIVE, "refuse": AccountState.REFUSED},
    AccountState.ACTIVE: {"stop": AccountState.STOPPED},
    AccountState.STOPPED: {"resume": AccountState.ACTIVE},
}


class EntryKind(StrEnum):
    """What moved on an account: a charge is above zero, the others are below."""

    CHARGED = "CHARGED"
    REPAID = "REPAID"
    REFUNDED = "REFUNDED"


def month_ends_on(day: date, closing_day: int) -> date:
    """The closing day of the account month in which `day` lies; that day itself still belongs to it."""
    if day.day <= closing_day:
        return day.replace(day=closing_day)
    following = day.replace(day=1) + timedelta(days=31)
    return following.replace(day=closing_day)


@dataclass(frozen=True)
class Standing:
    """An account as a charge finds it."""

    state: AccountState
    limit_fen: int
    owed_fen: int
    overdue_fen: int
    overdue_since: date | None = None


def charge_refusal(standing: Standing, amount_fen: int) -> str | None:
    """Why a bill may not be put on account, in Chinese; None when it may. The limit itself may be reached."""
    if standing.state is not AccountState.ACTIVE:
        return "这个客户没有启用的月结账户。"
    if standing.overdue_fen > 0 and standing.overdue_since is not None:
        since = f"{standing.overdue_since.month}月{standing.overdue_since.day}日"
        return f"月结账单 {since} 到期，还有 {format_yuan(standing.overdue_fen)} 元没付，付清后才能再挂账。"
    left_fen = standing.limit_fen - standing.owed_fen
    if amount_fen > left_fen:
        return f"月结额度还剩 {format_yuan(max(0, left_fen))} 元，这张账单 {format_yuan(amount_fen)} 元挂不下。"
    return None


@dataclass(frozen=True)
class MonthDue:
    """A closed month and what of it is still to be paid."""

    id: int
    ends_on: date
    due_fen: int


def allocate(months: Sequence[MonthDue], amount_fen: int, *, first: int | None = None) -> dict[int, int]:
    """What a sum pays of each month: first the named one, then the oldest. What is left pays nothing yet."""
    shares: dict[int, int] = {}
    for month in sorted(months, key=lambda month: (month.id != first, month.ends_on)):
        share_fen = min(month.due_fen, amount_fen)
        if share_fen > 0:
            shares[month.id] = share_fen
            amount_fen -= share_fen
    return shares
