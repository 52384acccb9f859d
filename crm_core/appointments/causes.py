"""Why an owner calls off: asked once when they do, with an answer of their own, and never a condition."""

from enum import StrEnum
from typing import Final

LONGEST_REASON: Final = 80
"""As the appointment keeps it."""


class CancelCause(StrEnum):
    """What an owner may answer."""

    TIME = "TIME"
    NOT_NEEDED = "NOT_NEEDED"
    ELSEWHERE = "ELSEWHERE"
    PRICE = "PRICE"
    SOLD = "SOLD"
    OTHER = "OTHER"

    @property
    def words(self) -> str:
        """As the question shows it."""
        return _WORDS[self]


_WORDS = {
    CancelCause.TIME: "时间不合适",
    CancelCause.NOT_NEEDED: "暂时不需要了",
    CancelCause.ELSEWHERE: "已在别处做了",
    CancelCause.PRICE: "价格不合适",
    CancelCause.SOLD: "车已卖掉",
    CancelCause.OTHER: "其他原因",
}


def reason(cause: CancelCause | None, own_words: str = "") -> str:
    """What the advisor reads: `车主取消：时间不合适，下周再来`. Whoever answers nothing has called off all the same."""
    said = "，".join(part for part in (cause.words if cause else "", own_words.strip()) if part)
    return f"车主取消：{said}"[:LONGEST_REASON] if said else "车主取消"
