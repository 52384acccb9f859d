"""Why an owner cancels. They are asked once when they cancel, may answer in their own words, and need not answer."""

from enum import StrEnum
from typing import Final

LONGEST_REASON: Final = 80
"""Characters of the reason stored with the appointment."""


class CancelCause(StrEnum):
    """The answers an owner can choose."""

    TIME = "TIME"
    NOT_NEEDED = "NOT_NEEDED"
    ELSEWHERE = "ELSEWHERE"
    PRICE = "PRICE"
    SOLD = "SOLD"
    OTHER = "OTHER"

    @property
    def words(self) -> str:
        """The answer in Chinese, as the page shows it."""
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
    """The reason as the advisor reads it: `车主取消：时间不合适，下周再来`, or only `车主取消` without an answer."""
    said = "，".join(part for part in (cause.words if cause else "", own_words.strip()) if part)
    return f"车主取消：{said}"[:LONGEST_REASON] if said else "车主取消"
