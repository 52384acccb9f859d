"""Kinds of documents, their numbers, what each must carry, and the mark of a reprint. Pure."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from foundation import wall_clock


class DocumentKind(StrEnum):
    """单据, by the prefix of its number."""

    INSPECTION = "HC"
    ESTIMATE = "GJ"
    ORDER = "WT"
    ADDITIONAL_WORK = "ZX"
    PICK_LIST = "LL"
    QUALITY = "ZJ"
    SETTLEMENT = "JS"
    CERTIFICATE = "HG"
    MAKER_RECORD = "SB"
    RECEIPT = "SJ"
    LOAN_CAR = "DB"
    REFUND = "TK"

    @property
    def label(self) -> str:
        """What is printed above it."""
        return _TITLES[self]


_TITLES: Final = {
    DocumentKind.INSPECTION: "环车检查单",
    DocumentKind.ESTIMATE: "维修估价单",
    DocumentKind.ORDER: "机动车维修委托书",
    DocumentKind.ADDITIONAL_WORK: "维修增项确认单",
    DocumentKind.PICK_LIST: "领料单",
    DocumentKind.QUALITY: "机动车维修竣工检验单",
    DocumentKind.SETTLEMENT: "机动车维修费用结算清单",
    DocumentKind.CERTIFICATE: "机动车维修竣工出厂合格证",
    DocumentKind.MAKER_RECORD: "家用汽车产品三包维修记录",
    DocumentKind.RECEIPT: "收据",
    DocumentKind.LOAN_CAR: "代步车使用协议",
    DocumentKind.REFUND: "退款单",
}
FOR_OWNERS: Final = frozenset(DocumentKind) - {DocumentKind.PICK_LIST}
OF_OTHER_THINGS: Final = frozenset({DocumentKind.RECEIPT, DocumentKind.LOAN_CAR, DocumentKind.REFUND})
"""They are about a payment, a refund or a lending, of which an order may have several, or which belong to no order."""
IN_THE_WORKSHOP: Final = frozenset({DocumentKind.PICK_LIST, DocumentKind.QUALITY})
"""They tell no price and no phone, so whoever works on the car may print them."""


class FileState(StrEnum):
    """The file of a document, or of one reprint of it."""

    QUEUED = "QUEUED"
    READY = "READY"
    CLEARED = "CLEARED"
    """Deleted: a reprint after a week, a document's own file when the law no longer wants it kept."""


def number_of(kind: DocumentKind, order_number: str, ordinal: int = 1) -> str:
    """`WT-S01-261123-0231` of the order `RO-S01-261123-0231`; of its second sheet of additional work `…-0231-2`."""
    number = f"{kind.value}{order_number.removeprefix('RO')}"
    return number if ordinal == 1 else f"{number}-{ordinal}"


def number_of_thing(kind: DocumentKind, store_code: str, at: datetime, thing_id: int) -> str:
    """`SJ-S01-261123-000412` of the payment 412, which came on that day in the store S01."""
    return f"{kind.value}-{store_code}-{wall_clock.local(at):%y%m%d}-{thing_id:06}"


def printed_number(number: str, edition: int) -> str:
    """The number with its edition, which the first one does not name."""
    return number if edition == 1 else f"{number}/{edition}"


def reprint_mark(count: int, at: datetime, name: str) -> str:
    """What stands at the foot of a reprint: `补打 第1次 2026-11-23 10:05 李敏`; empty on the first print."""
    return f"补打 第{count}次 {wall_clock.local(at):%Y-%m-%d %H:%M} {name}" if count else ""
