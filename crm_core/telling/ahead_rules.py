"""By which way the notices that still lie ahead of an order will reach its owner. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

PROGRESS: Final = "repair_progress"
EXTRA: Final = "extra_work_decision"
BILL: Final = "bill_due"


class Way(StrEnum):
    """How somebody is told."""

    WECHAT = "WECHAT"
    PHONE = "PHONE"
    UNREACHED = "UNREACHED"
    """Neither is possible: nothing was accepted, and no phone number is known."""


def lie_ahead(*, is_ready: bool, is_billed: bool, is_over: bool) -> Sequence[str]:
    """The notices that an order may still bring, in their order."""
    if is_over:
        return ()
    after_work = () if is_billed else (BILL,)
    return after_work if is_ready or is_billed else (PROGRESS, EXTRA, *after_work)


def way_of(accepts_left: int, *, has_phone: bool) -> Way:
    """WeChat brings as many notices as were accepted; the store phones instead where it knows the number."""
    if accepts_left > 0:
        return Way.WECHAT
    return Way.PHONE if has_phone else Way.UNREACHED
