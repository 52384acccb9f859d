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


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def in_capitals(amount_fen: int) -> str:
    """A sum as vouchers write it out (大写): `178250` → `人民币壹仟柒佰捌拾贰元伍角整`.

    By the rules for filling in vouchers (支付结算办法, 银发〔1997〕393号, appendix 1). Of what they leave open: a zero
    in the place of yuan gives 零 before 角, one in the place of 万 gives none before 仟, and 整 follows 角.
    """
    yuan, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    jiao, rest = divmod(fen, 10)
    words = _yuan_in_capitals(yuan)
    if yuan or not fen:
        words = f"{words or '零'}元"
    if jiao:
        words += f"{'零' if yuan and yuan % 10 == 0 else ''}{_DIGITS[jiao]}角"
    elif yuan and rest:
        words += "零"
    return f"人民币{'负' if amount_fen < 0 else ''}{words}{f'{_DIGITS[rest]}分' if rest else '整'}"


def _yuan_in_capitals(yuan: int) -> str:
    """Digits and places of whole yuan without the word 元; empty for nought."""
    words, owes_zero = "", False
    for place in reversed(range(len(str(yuan)))):
        digit = yuan // 10**place % 10
        if digit:
            words += f"{'零' if owes_zero else ''}{_DIGITS[digit]}{_PLACES[place % 4]}"
        owes_zero = bool(words) and not digit
        if place and place % 4 == 0 and yuan // 10**place % 10_000:
            words += _GROUPS[place // 4]
            owes_zero = yuan // 10 ** (place - 1) % 10 == 0
    return words
