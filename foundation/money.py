"""Money is a whole number of fen (分), always an `int`; yuan appear only in text for people.

A fen is 1/100 yuan, the unit of WeChat Pay too. To *spread* a sum is to cut it over several lines so that the shares
add up to it exactly.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

MAX_AMOUNT_FEN = 10**11  # One billion yuan: far above any dealership bill, far below a 64-bit column.
FEN_PER_YUAN = 100
YUAN_PER_WAN = 10_000

_YUAN_TEXT = re.compile(
    r"^[¥￥]?(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<fraction>\d+))?(?P<wan>万)?元?$"  # 5万元, 1,299.5, ¥88
)


class MoneyUnreadable(ValueError):
    """The text is not an amount of yuan with at most two decimals."""


def round_half_up(amount: Decimal) -> int:
    """Round a decimal number of fen to whole fen, halves away from zero (四舍五入, as the trade rounds)."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def format_yuan(amount_fen: int) -> str:
    """Fen as yuan for people to read: `178200` → `1,782.00`.

    The minus sign is U+2212, so that no line break separates it from its digits.
    """
    yuan, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    sign = "−" if amount_fen < 0 else ""
    return f"{sign}{yuan:,}.{fen:02d}"


def parse_yuan(text: str) -> int:
    """Read yuan as people type them (`1,299.5`, `¥88`, `5万`, full-width digits) into fen.


    Raises:
        MoneyUnreadable: signs, misplaced commas, parts of a fen, or a sum above MAX_AMOUNT_FEN.
    """
    match = _YUAN_TEXT.match(unicodedata.normalize("NFKC", text).strip().replace(" ", ""))
    if match is None:
        raise MoneyUnreadable("金额格式不对，请输入像 1,299.50 这样的数字。")
    yuan = Decimal(f"{match['whole'].replace(',', '')}.{match['fraction'] or '0'}")
    amount_fen = yuan * FEN_PER_YUAN * (YUAN_PER_WAN if match["wan"] else 1)
    if amount_fen != amount_fen.to_integral_value():
        raise MoneyUnreadable("金额最多两位小数。")
    if amount_fen > MAX_AMOUNT_FEN:
        raise MoneyUnreadable("金额太大。")
    return int(amount_fen)


def spread(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Cut a sum over lines in proportion to their weights, by the largest-remainder method.

    Shares are rounded down, then the lines with the largest remainders get one fen more each; ties go to the earlier
    line. The shares add up to `total_fen`, and none exceeds its weight while `total_fen` is at most the sum of the
    weights, so a discount can never make a line negative.

    Raises:
        ValueError: the sum or a weight is negative, or there is a sum to spread and every weight is zero.
    """
    if total_fen < 0 or any(weight < 0 for weight in weights):
        raise ValueError("spread needs a non-negative sum and non-negative weights")
    whole = sum(weights)
    if whole == 0:
        if total_fen:
            raise ValueError("spread needs at least one positive weight")
        return [0] * len(weights)
    shares = [total_fen * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total_fen * weights[i] % whole), i))
    for i in by_remainder[: total_fen - sum(shares)]:
        shares[i] += 1
    return shares
