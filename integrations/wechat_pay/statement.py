"""Reading a statement 交易账单: the file of one day's payments and refunds.

UTF-8 text: a header, one line for each movement whose fields begin with a back-tick, a header of sums, one line of
them. Sums are in yuan with decimals, fees with five of these. A name may hold commas, but not the pair of comma and
back-tick that separates fields. Columns are found by their names. Source: pay.weixin.qq.com v3, bill/tradebill.
"""

import hashlib
import hmac
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from foundation.clock import SHANGHAI

MOST_BYTES: Final = 256 * 1024 * 1024
"""Of an unpacked file: about a million rows, more than a dealer group has in a day."""
_TICK: Final = "`"
_GZIP: Final = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One movement. `amount_fen` is the order's sum, or of a refund what was asked back."""

    is_refund: bool
    moved_at: datetime
    transaction_id: str
    out_trade_no: str
    refund_id: str
    """Empty for a payment, like `out_refund_no`."""
    out_refund_no: str
    status: str
    """交易状态 of a payment, 退款状态 of a refund, at the moment the statement was made."""
    amount_fen: int
    fee_millifen: int
    """Thousandths of a fen; negative where the platform gives a fee back."""
    fee_percent: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """One day, already checked against its own sums."""

    sha1: str
    rows: tuple[StatementRow, ...]


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The text of a file whose hash was as announced."""

    sha1: str
    text: str


def unpack(body: bytes, hash_value: str) -> Unpacked:
    """The text of a gzip file, which must have this SHA-1, in hex of any case. Raises ValueError."""
    reader = zlib.decompressobj(_GZIP)
    try:
        plain = reader.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise ValueError("the statement is no gzip file") from error
    if not reader.eof:
        raise ValueError("the statement is cut off or too large")
    sha1 = hashlib.sha1(plain, usedforsecurity=False).hexdigest()
    if not hmac.compare_digest(sha1, hash_value.lower()):
        raise ValueError("the statement has another hash")
    return Unpacked(sha1, plain.decode("utf-8-sig"))


def read(file: Unpacked) -> Statement:
    """The movements of a statement. Raises ValueError: its shape is unknown, or its rows do not add up to its sums."""
    lines = [line.strip("\r") for line in file.text.split("\n") if line.strip()]
    heads = [number for number, line in enumerate(lines) if not line.startswith(_TICK)]
    if len(heads) != 2 or heads[0] != 0 or len(lines) != heads[1] + 2:
        raise ValueError("the statement has another shape")
    details, (summary,) = _table(lines[: heads[1]]), _table(lines[heads[1] :])
    rows = tuple(_row(detail) for detail in details)
    told = (int(summary["总交易单数"]), _fen(summary["订单总金额"]), _fen(summary["申请退款总金额"]))
    paid = sum(_fen(detail["订单金额"]) for detail in details)
    if told != (len(rows), paid, sum(row.amount_fen for row in rows if row.is_refund)):
        raise ValueError("the rows of the statement do not add up to its sums")
    return Statement(file.sha1, rows)


def _table(lines: list[str]) -> list[Mapping[str, str]]:
    names = lines[0].split(",")
    tables = [dict(zip(names, line[1:].split(f",{_TICK}"), strict=True)) for line in lines[1:]]
    return [_Named(table) for table in tables]


class _Named(dict[str, str]):
    """A row by its columns' names; a missing column is a ValueError as every other surprise is."""

    def __missing__(self, name: str) -> str:
        raise ValueError(f"no column {name}")


def _row(detail: Mapping[str, str]) -> StatementRow:
    state = detail["交易状态"]
    # A reversed payment by code (REVOKED) gives money back like a refund, without a number for it.
    is_refund = state in {"REFUND", "REVOKED"}
    return StatementRow(
        is_refund=is_refund,
        moved_at=datetime.strptime(detail["交易时间"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI),
        transaction_id=detail["微信订单号"],
        out_trade_no=detail["商户订单号"],
        refund_id=detail["微信退款单号"] if is_refund else "",
        out_refund_no=detail["商户退款单号"] if is_refund else "",
        status=detail["退款状态"] if state == "REFUND" else state,
        amount_fen=_fen(detail["申请退款金额" if is_refund else "订单金额"]),
        fee_millifen=_millifen(detail["手续费"]),
        fee_percent=_number(detail["费率"].removesuffix("%")),
    )


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("no number") from error
    if not number.is_finite():
        raise ValueError("no number")
    return number


def _fen(yuan: str) -> int:
    return _whole(_number(yuan) * 100)


def _millifen(yuan: str) -> int:
    return _whole(_number(yuan) * 100_000)


def _whole(number: Decimal) -> int:
    if number != number.to_integral_value():
        raise ValueError("a sum has too many decimals")
    return int(number)
