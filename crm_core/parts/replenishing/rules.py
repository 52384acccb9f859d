"""补货建议: how many pieces of a part to order, and the reason in words."""

from dataclasses import dataclass
from typing import Final

USED_OVER_DAYS: Final = 90
"""Three months even out the weeks of a workshop and still see a season begin (house rule)."""
LASTS_DAYS: Final = 14
"""Without a minimum of its own a part that is used regularly should last for two weeks (house rule)."""
REGULAR: Final = 6
"""Used this often in three months, every second week, a part counts as used regularly; a rarer one is bought for its
car (house rule).
"""


@dataclass(frozen=True)
class Supply:
    """A part in one store. `minimum` and `maximum` are None if nobody set them."""

    free: int
    """On the shelf and promised to nobody."""
    coming: int
    """On their way and held by nobody."""
    waiting: int
    """Pieces that cars in the workshop wait for."""
    used: int
    """Handed out and not brought back, in the last three months."""
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True)
class Proposal:
    """What to order, and why."""

    quantity: int
    reason: str


def propose(supply: Supply) -> Proposal | None:
    """What to order of a part; None if enough is there or on its way.

    Those who wait are served first; what is then below the minimum is filled up to the maximum. Without a minimum, a
    part that is used regularly is kept for two weeks.
    """
    left = supply.free + supply.coming - supply.waiting
    least, most = supply.minimum, supply.maximum
    reasons: list[str] = []
    if supply.waiting:
        reasons.append(f"等着的车要 {supply.waiting} 件")
    if least is None and supply.used >= REGULAR:
        least = -(-supply.used * LASTS_DAYS // USED_OVER_DAYS)
        if left < least:
            reasons.append(f"近 {USED_OVER_DAYS} 天用了 {supply.used} 件，备 {LASTS_DAYS} 天的量")
    elif least and left < least:
        reasons.append(f"最低 {least} 件，余 {max(left, 0)} 件")
    least = least or 0
    if left >= least:
        return None
    there = supply.free + supply.coming
    if there:
        reasons.append(f"现有可用 {supply.free} 件、在途 {supply.coming} 件")
    return Proposal(max(most or least, least) - left, "；".join(reasons)[:80])
