"""What one record takes over from another that turns out to be the same person: pure, of two records' facts one.

Facts the kept record lacks are filled in. Of every protection the stricter one wins, whoever asked for it: they were
given to a person, and the person is one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, TypeVar

T = TypeVar("T", date, datetime)

PLACEHOLDER_NAME: Final = "微信用户"
"""The name of a record until WeCom or the person tells one."""


@dataclass(frozen=True)
class PersonFacts:
    """What a record says about a person that another may complete."""

    name: str
    nickname: str | None
    phone: str | None
    phone_verified_at: datetime | None
    is_phone_usable: bool
    home_store_id: int | None
    consultant_id: int | None
    advisor_id: int | None
    first_source: str
    tags: list[str]
    last_visit_on: date | None
    next_service_due_on: date | None
    gone_reason: str
    marketing_stopped_at: datetime | None
    complaint_until: date | None
    created_at: datetime
    """When the record was made; it stays as it is."""


def joined(kept: PersonFacts, merged: PersonFacts) -> PersonFacts:
    """What the kept record says once the other has become part of it."""
    one = replace(
        _with_phone(kept, merged),
        home_store_id=_first(kept.home_store_id, merged.home_store_id),
        consultant_id=_first(kept.consultant_id, merged.consultant_id),
        advisor_id=_first(kept.advisor_id, merged.advisor_id),
        nickname=kept.nickname if kept.nickname is not None else merged.nickname,
        last_visit_on=_of_both(max, kept.last_visit_on, merged.last_visit_on),
        next_service_due_on=_of_both(min, kept.next_service_due_on, merged.next_service_due_on),
        complaint_until=_of_both(max, kept.complaint_until, merged.complaint_until),
        # The newer refusal ends more consents than the older one.
        marketing_stopped_at=_of_both(max, kept.marketing_stopped_at, merged.marketing_stopped_at),
        tags=sorted({*kept.tags, *merged.tags}),
        gone_reason=kept.gone_reason or merged.gone_reason,
    )
    if not has_filed_name(kept) and (has_filed_name(merged) or kept.name == PLACEHOLDER_NAME):
        one = replace(one, name=merged.name)
    if merged.created_at < kept.created_at:
        one = replace(one, first_source=merged.first_source)
    return one


def has_filed_name(record: PersonFacts) -> bool:
    """Whether somebody filed a name: it is neither the placeholder nor what they call themselves in WeChat."""
    return record.name not in (PLACEHOLDER_NAME, record.nickname)


def tags_apart(now: Sequence[str], before: Sequence[str], after: Sequence[str]) -> list[str]:
    """The tags of a record whose merge is undone: without what the merge brought, with what was put on since."""
    brought = set(after) - set(before)
    return sorted(set(now) - brought)


def _first(own: int | None, other: int | None) -> int | None:
    return own if own is not None else other


def _of_both(choose: Callable[[T, T], T], own: T | None, other: T | None) -> T | None:
    if own is None or other is None:
        return own if own is not None else other
    return choose(own, other)


def _with_phone(kept: PersonFacts, merged: PersonFacts) -> PersonFacts:
    """The number, when it was verified and whether it can be used belong together.

    Of one number the doubt counts; of two the kept record's own stays, unless only the other one can be used.
    """
    if merged.phone is None:
        return kept
    if kept.phone == merged.phone:
        return replace(
            kept,
            phone_verified_at=_of_both(max, kept.phone_verified_at, merged.phone_verified_at),
            is_phone_usable=kept.is_phone_usable and merged.is_phone_usable,
        )
    if kept.phone is None or (merged.is_phone_usable and not kept.is_phone_usable):
        return replace(
            kept,
            phone=merged.phone,
            phone_verified_at=merged.phone_verified_at,
            is_phone_usable=merged.is_phone_usable,
        )
    return kept
