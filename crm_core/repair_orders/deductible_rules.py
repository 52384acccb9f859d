"""自付部分（免赔）: what the owner pays of a job that an insurer pays otherwise. Pure."""

from typing import Final

from crm_core.billing.rules import Payer
from foundation.money import format_yuan, spread

ONLY_INSURED: Final = "只有保险付款的项目能写车主自付。"


def refusal(payer: Payer, deductible_fen: int, price_fen: int) -> str | None:
    """Why the owner cannot bear this sum of a job, in Chinese; None when they can."""
    if not deductible_fen:
        return None
    if payer is not Payer.I:
        return ONLY_INSURED
    if deductible_fen > price_fen:
        return f"车主自付最多是这一项的价格 {format_yuan(price_fen)} 元。"
    return None


def owners_fen(payer: Payer, price_fen: int, deductible_fen: int) -> int:
    """What the owner pays of a job: their own jobs whole, an insured one up to the deductible, nothing of others."""
    return price_fen if payer is Payer.CP else min(deductible_fen, price_fen)


def split(labour_fen: int, parts_fen: int, deductible_fen: int) -> tuple[int, int, int]:
    """Labour and parts that the insurer pays, and what the owner pays: together the price. The owner's part is taken
    off both in proportion.
    """
    owners = owners_fen(Payer.I, labour_fen + parts_fen, deductible_fen)
    if not owners:
        return labour_fen, parts_fen, 0
    off_labour, off_parts = spread(owners, [labour_fen, parts_fen])
    return labour_fen - off_labour, parts_fen - off_parts, owners
