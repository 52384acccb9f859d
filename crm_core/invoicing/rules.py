"""Titles, tax numbers and the states of a request. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.dealerships.holidays.rules import Holidays
from crm_core.policies.declaring import Policy, Unit, rule
from foundation.moves import Moves


class TitleKind(StrEnum):
    """抬头类型."""

    PERSON = "PERSON"
    COMPANY = "COMPANY"


class InvoiceKind(StrEnum):
    """发票类型."""

    NORMAL = "NORMAL"  # 普通发票.
    SPECIAL = "SPECIAL"  # 专用发票: its tax can be deducted.


class InvoiceState(StrEnum):
    """开票申请."""

    REQUESTED = "REQUESTED"
    ISSUING = "ISSUING"  # Ordered at the service.
    ISSUED = "ISSUED"
    REDDENING = "REDDENING"  # Its red invoice is ordered at the service.
    RED = "RED"  # Taken back by a red invoice.
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


LIVE: Final = (InvoiceState.REQUESTED, InvoiceState.ISSUING, InvoiceState.ISSUED, InvoiceState.REDDENING)
"""States in which a bill has its request, and no other one may be made."""
NOT_ISSUED_YET: Final = (InvoiceState.REQUESTED, InvoiceState.ISSUING)
AT_THE_SERVICE: Final = (InvoiceState.ISSUING, InvoiceState.REDDENING)

REQUEST_MOVES: Moves[InvoiceState] = {
    InvoiceState.REQUESTED: {
        "order": InvoiceState.ISSUING,
        "issue": InvoiceState.ISSUED,
        "refuse": InvoiceState.REFUSED,
        "withdraw": InvoiceState.WITHDRAWN,
    },
    # What the service does is no move of people: they would issue a second invoice beside its own. They take an order
    # over only where no service is left that could answer.
    InvoiceState.ISSUING: {
        "deliver": InvoiceState.ISSUED,
        "give_back": InvoiceState.REQUESTED,
        "take_over": InvoiceState.REQUESTED,
    },
    InvoiceState.ISSUED: {"order_red": InvoiceState.REDDENING, "redden": InvoiceState.RED},
    InvoiceState.REDDENING: {
        "deliver": InvoiceState.RED,
        "give_back": InvoiceState.ISSUED,
        "take_over": InvoiceState.ISSUED,
    },
}


class RedReason(StrEnum):
    """红冲原因, with the tax bureau's codes."""

    MISTAKE = "01"
    RETURNED = "02"
    ENDED = "03"
    ALLOWANCE = "04"


@dataclass(frozen=True)
class InvoicePolicy(Policy, key="invoices", title="开票"):
    """House rules of invoices."""

    issue_hours: int = rule(24, "申请后多久开出发票（工作日）", Unit.HOURS, 1, 168)
    """The tax system answers within minutes, and the people who type the request in, within a day."""
    tax_percent: int = rule(13, "维修发票的税率", Unit.PERCENT, 0, 13)
    """加工修理修配 are taxed at 13 % (增值税法, art. 10); a small-scale taxpayer has another rate."""


MOST_TITLES: Final = 20
"""The most titles an owner can store."""
NUMBER: Final = re.compile(r"\d{8}|\d{20}")
"""An invoice number: twenty digits for digital invoices, eight for the older paper ones."""

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_OLD: Final = re.compile(r"[0-9A-Z]{15}|[0-9A-Z]{20}")
"""Tax numbers from before 2015, which some licences still carry. They have no check digit."""


@dataclass(frozen=True)
class Title:
    """To whom an invoice is made out; the fields that only companies have are empty for a person."""

    kind: TitleKind
    name: str
    tax_number: str = ""
    address: str = ""
    phone: str = ""
    bank: str = ""
    account: str = ""
    email: str = ""


def tidy_tax_number(text: str) -> str:
    """A tax number as it is stored: in capitals, without blanks, hyphens and dots."""
    return re.sub(r"[\s\-·]", "", text).upper()


def tax_number_refusal(number: str) -> str | None:
    """Why this is no tax number; None if it is one. Only the length of old numbers (15 or 20 characters) can be
    checked.
    """
    if len(number) == 18:
        if any(character not in _ALPHABET for character in number):
            return "税号里不会有字母 I、O、S、V、Z 或符号，请再核对。"
        total = sum(_ALPHABET.index(character) * weight for character, weight in zip(number, _WEIGHTS, strict=False))
        return None if _ALPHABET[-total % 31] == number[17] else "税号的校验位不对，请再核对一遍。"
    return None if _OLD.fullmatch(number) else "税号是 18 位的统一社会信用代码（老税号 15 或 20 位）。"


def title_refusal(title: Title, kind: InvoiceKind) -> str | None:
    """Why an invoice of this kind cannot be made out to the title; None if it can."""
    if not title.name:
        return "请填写发票抬头。"
    if title.kind is TitleKind.PERSON:
        if title.tax_number:
            return "个人抬头没有税号。"
        return "专用发票只能开给企业。" if kind is InvoiceKind.SPECIAL else None
    return tax_number_refusal(title.tax_number)


def due_at(asked_at: datetime, policy: InvoicePolicy, holidays: Holidays) -> datetime:
    """By when the invoice has to be issued: finance works on working days, so the clock stands still on days off."""
    return holidays.after_working_time(asked_at, timedelta(hours=policy.issue_hours))


def net_of_tax(gross_fen: int, percent: int) -> tuple[int, int]:
    """What a price is without tax, rounded half up to the fen, and the tax: together they are the price."""
    net_fen = (gross_fen * 200 + 100 + percent) // (2 * (100 + percent))
    return net_fen, gross_fen - net_fen


def number_refusal(number: str) -> str | None:
    """Why this is no invoice number; None if it is one."""
    return None if NUMBER.fullmatch(number) else "发票号码是 20 位数字（纸质发票 8 位）。"
