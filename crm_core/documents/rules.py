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
}
FOR_OWNERS: Final = frozenset(DocumentKind) - {DocumentKind.PICK_LIST}
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


def printed_number(number: str, edition: int) -> str:
    """The number with its edition, which the first one does not name."""
    return number if edition == 1 else f"{number}/{edition}"


def reprint_mark(count: int, at: datetime, name: str) -> str:
    """What stands at the foot of a reprint: `补打 第1次 2026-11-23 10:05 李敏`; empty on the first print."""
    return f"补打 第{count}次 {wall_clock.local(at):%Y-%m-%d %H:%M} {name}" if count else ""
