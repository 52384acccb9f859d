"""Which coupons look as if somebody farms them. Plain values in, what was found out."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from foundation.moves import Moves


class FindingKind(StrEnum):
    """Why coupons were found."""

    ONE_ACCOUNT = "ONE_ACCOUNT"
    STAFF_PHONE = "STAFF_PHONE"
    IN_SECONDS = "IN_SECONDS"
    NO_WORK = "NO_WORK"


class FindingState(StrEnum):
    """Whether somebody has looked."""

    OPEN = "OPEN"
    CONFIRMED = "CONFIRMED"
    CLEARED = "CLEARED"


MOVES: Final[Moves[FindingState]] = {
    FindingState.OPEN: {"confirm": FindingState.CONFIRMED, "clear": FindingState.CLEARED}
}


@dataclass(frozen=True)
class CheckPolicy(Policy, key="coupon_checks", title="卡券风险", is_group_only=True):
    """When coupons are shown to a person. They concern claims in several stores at once."""

    look_back_days: int = rule(7, "查最近几天领的、用的券", Unit.DAYS, 1, 60)
    people_of_one_account: int = rule(3, "同一微信账号给几位客户领券起提示", Unit.PEOPLE, 2, 20)
    quick_seconds: int = rule(5, "送出后几秒内领走算异常快", Unit.SECONDS, 1, 60)
    quick_claims: int = rule(3, "一天几张异常快起提示", Unit.COUPONS, 2, 100)


@dataclass(frozen=True)
class Claimed:
    """One coupon that was claimed or used lately. `worked` is None unless a repair order's bill used it."""

    coupon_id: int
    template_id: int
    customer_id: int
    store_id: int | None
    openid: str
    is_gift: bool
    is_staff_phone: bool
    issued_at: datetime
    claimed_at: datetime
    worked: bool | None


@dataclass(frozen=True)
class Found:
    """Coupons that belong together, and in words what is striking about them."""

    kind: FindingKind
    store_id: int | None
    coupon_ids: tuple[int, ...]
    words: str


def found_in(claims: Sequence[Claimed], policy: CheckPolicy) -> list[Found]:
    """Everything striking about these coupons."""
    return [
        *_one_account(claims, policy),
        *_staff_phones(claims),
        *_in_seconds(claims, policy),
        *_no_work(claims),
    ]


def _one_account(claims: Sequence[Claimed], policy: CheckPolicy) -> Iterable[Found]:
    for _, group in _by((claim, claim.openid) for claim in claims if claim.openid):
        people = {claim.customer_id for claim in group}
        if len(people) >= policy.people_of_one_account:
            words = f"同一个微信账号给 {len(people)} 位客户领了 {len(group)} 张"
            yield _found(FindingKind.ONE_ACCOUNT, group, words)


def _staff_phones(claims: Sequence[Claimed]) -> Iterable[Found]:
    for _, group in _by((claim, claim.customer_id) for claim in claims if claim.is_staff_phone):
        yield _found(FindingKind.STAFF_PHONE, group, f"客户的手机号是同事的工作电话，领了 {len(group)} 张")


def _in_seconds(claims: Sequence[Claimed], policy: CheckPolicy) -> Iterable[Found]:
    limit = timedelta(seconds=policy.quick_seconds)
    quick = [claim for claim in claims if claim.is_gift and claim.claimed_at - claim.issued_at <= limit]
    for _, group in _by((claim, (claim.template_id, claim.store_id, claim.claimed_at.date())) for claim in quick):
        if len(group) >= policy.quick_claims:
            words = f"一天里有 {len(group)} 张送出后 {policy.quick_seconds} 秒内就领走"
            yield _found(FindingKind.IN_SECONDS, group, words)


def _no_work(claims: Sequence[Claimed]) -> Iterable[Found]:
    for claim in claims:
        if claim.worked is False:
            yield _found(FindingKind.NO_WORK, [claim], "核销的工单没有任何施工记录")


def _by(claims: Iterable[tuple[Claimed, Hashable]]) -> Iterable[tuple[Hashable, list[Claimed]]]:
    groups: defaultdict[Hashable, list[Claimed]] = defaultdict(list)
    for claim, key in claims:
        groups[key].append(claim)
    return groups.items()


def _found(kind: FindingKind, group: Sequence[Claimed], words: str) -> Found:
    stores = {claim.store_id for claim in group}
    return Found(
        kind=kind,
        store_id=stores.pop() if len(stores) == 1 else None,
        coupon_ids=tuple(sorted(claim.coupon_id for claim in group)),
        words=words,
    )
