"""Why an owner has nothing done: asked when they decline the estimate, and never a condition."""

from enum import StrEnum
from typing import Final

from foundation.reading import read_model

LONGEST_REASON: Final = 80
"""As the estimate keeps it."""
TERMS: Final = "暂不维修不收费用，车按原样交还给您。以后再来会重新检查、重新报价。"
"""Finding the fault costs something only if it was agreed to before (`diagnosis`), and whoever declines an estimate
with a diagnosis declines that too.
"""


class DeclineCause(StrEnum):
    """What an owner may answer."""

    PRICE = "PRICE"
    TIME = "TIME"
    THINK = "THINK"
    ELSEWHERE = "ELSEWHERE"
    NOT_NEEDED = "NOT_NEEDED"
    OTHER = "OTHER"

    @property
    def words(self) -> str:
        """As the question shows it."""
        return _WORDS[self]


_WORDS: Final = {
    DeclineCause.PRICE: "价格不合适",
    DeclineCause.TIME: "等不了这么久",
    DeclineCause.THINK: "再考虑一下",
    DeclineCause.ELSEWHERE: "想去别处修",
    DeclineCause.NOT_NEEDED: "觉得不用修",
    DeclineCause.OTHER: "其他原因",
}


@read_model
class DeclineOffer:
    """An answer to tick, in words."""

    cause: DeclineCause
    words: str


def offers() -> list[DeclineOffer]:
    """The answers in the order in which they are shown."""
    return [DeclineOffer(cause, cause.words) for cause in DeclineCause]


def reason(cause: DeclineCause | None, own_words: str = "") -> str:
    """`价格不合适，下月再来`; empty where nothing was said."""
    return "，".join(part for part in (cause.words if cause else "", own_words.strip()) if part)[:LONGEST_REASON]
