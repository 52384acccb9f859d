"""付款码: what is next for a payment by the code a payer showed at the desk.

WeChat Pay sends no notice of one, so it is asked about until it is decided, and reversed if that takes too long.

The times are WeChat Pay's (付款码支付, 4012382150), no habits of a store, so they are not policies.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

WAITED_FOR: Final = timedelta(seconds=45)
"""How long the payer may take for the password; then the order is reversed."""
BETWEEN_QUESTIONS: Final = timedelta(seconds=5)
NOT_REVERSED_WITHIN: Final = timedelta(seconds=15)
"""WeChat Pay does not reverse an order that is younger."""
INSISTED_FOR: Final = timedelta(minutes=10)
"""How long a reversal that is refused is repeated, before money that arrived all the same counts as paid."""
LONGEST_PAUSE: Final = timedelta(minutes=10)
_QUICK: Final = 12
"""Tries five seconds apart: a minute. What is not decided by then is a trouble of the platform, and is asked about less
and less often."""

_WHY: Final = {
    "AUTH_CODE_EXPIRED": "付款码过期了",
    "AUTHCODEEXPIRE": "付款码过期了",
    "AUTH_CODE_INVALID": "付款码无效或用过了",
    "AUTH_CODE_ERROR": "付款码无效或用过了",
    "NOT_ENOUGH": "顾客的余额不足",
    "NOTENOUGH": "顾客的余额不足",
    "PAYERROR": "顾客取消了付款，或付款失败",
    "TIMED_OUT": "顾客没有在时间内付款，已撤销",
    "CANCELLED": "收银取消了，已撤销",
}
"""What the platform calls a failure; both spellings occur, since the older interface wrote its codes without
underscores."""


class Next(StrEnum):
    """What to do about an open code payment."""

    WAIT = "WAIT"
    ASK = "ASK"
    REVERSE = "REVERSE"


def next_step(*, started_at: datetime, expires_at: datetime, is_reversing: bool, now: datetime) -> Next:
    """What an open code payment needs, after the answer to a question about it left it open."""
    if not is_reversing and now < expires_at:
        return Next.ASK
    return Next.REVERSE if now >= started_at + NOT_REVERSED_WITHIN else Next.WAIT


def next_question_at(asked: int, now: datetime) -> datetime:
    """When to look again: every five seconds for a minute, then after 10, 20, 40 … seconds up to ten minutes."""
    doublings = min(max(asked - _QUICK, 0), 20)
    return now + min(timedelta(seconds=BETWEEN_QUESTIONS.seconds * (1 << doublings)), LONGEST_PAUSE)


def is_insisted(reversing_since: datetime, now: datetime) -> bool:
    """Whether a refused reversal is still repeated; afterwards what the platform says counts."""
    return now < reversing_since + INSISTED_FOR


def why(code: str) -> str:
    """Why it was not paid, for the cashier, and what to do."""
    return f"{_WHY.get(code, '微信支付没有收下这笔付款')}。没有扣款；要再收，请顾客刷新付款码再扫。"
