"""When two records are merged, missing values are filled in and the stricter of two protections holds."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from crm_core.customers.merging_rules import PersonFacts, joined, tags_apart

EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


RECORD = PersonFacts(
    name="郝梓芳",
    nickname=None,
    phone="13812345678",
    phone_verified_at=None,
    is_phone_usable=True,
    home_store_id=1,
    consultant_id=None,
    advisor_id=None,
    first_source="WALK_IN",
    tags=[],
    last_visit_on=None,
    next_service_due_on=None,
    gone_reason="",
    marketing_stopped_at=None,
    complaint_until=None,
    created_at=EARLY,
)


def _record(**facts: Any) -> PersonFacts:
    return replace(RECORD, **facts)


@pytest.mark.parametrize("stricter_on", ["kept", "merged"])
@pytest.mark.parametrize(
    ("milder", "stricter"),
    [
        ({"complaint_until": date(2026, 5, 1)}, {"complaint_until": date(2026, 11, 1)}),
        ({"complaint_until": None}, {"complaint_until": date(2026, 11, 1)}),
        ({"marketing_stopped_at": None}, {"marketing_stopped_at": EARLY}),
        ({"marketing_stopped_at": EARLY}, {"marketing_stopped_at": LATE}),
        ({"gone_reason": ""}, {"gone_reason": "已卖车"}),
        ({"is_phone_usable": True}, {"is_phone_usable": False}),
    ],
)
def test_the_stricter_protection_wins_on_whichever_record_it_stands(milder, stricter, stricter_on):
    kept, merged = (stricter, milder) if stricter_on == "kept" else (milder, stricter)
    assert joined(_record(**kept), _record(**merged)) == _record(**stricter)


def test_tags_of_both_stand_and_parting_takes_back_only_what_the_merge_brought():
    assert joined(_record(tags=["VIP"]), _record(tags=["勿扰", "VIP"])) == _record(tags=["VIP", "勿扰"])
    assert tags_apart(["VIP", "勿扰", "新加的"], ["VIP"], ["VIP", "勿扰"]) == ["VIP", "新加的"]


def test_a_verified_number_never_vouches_for_another_number():
    kept = _record(phone="13900000000")
    assert joined(kept, _record(phone="13812345678", phone_verified_at=LATE)) == kept
    other = _record(phone_verified_at=LATE, is_phone_usable=False)
    assert joined(_record(phone=None), other) == other
    assert joined(_record(is_phone_usable=False), _record(phone="13900000000")).phone == "13900000000"


@pytest.mark.parametrize(
    ("kept", "merged", "name"),
    [
        ({"name": "A老王🚗", "nickname": "A老王🚗"}, {"name": "郝梓芳"}, "郝梓芳"),
        ({"name": "郝梓芳"}, {"name": "A老王🚗", "nickname": "A老王🚗"}, "郝梓芳"),
        ({"name": "微信用户"}, {"name": "A老王🚗", "nickname": "A老王🚗"}, "A老王🚗"),
        ({"name": "微信用户"}, {"name": "郝梓芳"}, "郝梓芳"),
        ({"name": "王建国", "nickname": "A老王🚗"}, {"name": "郝梓芳"}, "王建国"),
    ],
)
def test_a_name_on_file_stands_over_a_nickname_and_the_nickname_is_kept_beside_it(kept, merged, name):
    record, other = _record(**kept), _record(**merged)
    one = joined(record, other)
    assert one.name == name
    assert one.nickname == (record.nickname or other.nickname)
