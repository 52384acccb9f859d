from dataclasses import replace
from datetime import date

import pytest

from crm_core.repair_orders.additional_work_rules import (
    ADDITIONAL_WORK_MOVES,
    AdditionalWorkPolicy,
    AdditionalWorkState,
    Decision,
    OfferedItem,
    Urgency,
    decide_by,
    follow_up_days,
    needs_decline_signature,
    outcome,
    version_hash,
)
from foundation import clock
from foundation.errors import IllegalMove
from foundation.moves import next_state

HOUSE = AdditionalWorkPolicy()

PADS = OfferedItem(1, "前刹车片", 28_800, 68_000, 72, Urgency.RED)
FILTER = OfferedItem(2, "空调滤芯", 4_800, 19_800, 12, Urgency.YELLOW)


def test_an_approval_is_tied_to_exactly_what_was_offered():
    offered = version_hash([PADS, FILTER])
    assert offered == version_hash([FILTER, PADS])
    for change in ({"parts_fen": 68_001}, {"name": "刹车片"}, {"minutes": 73}, {"urgency": Urgency.YELLOW}):
        assert version_hash([replace(PADS, **change), FILTER]) != offered
    assert version_hash([PADS]) != offered


def test_owners_have_half_an_hour():
    assert decide_by(clock.at(date(2026, 11, 23), 10, 29), HOUSE) == clock.at(date(2026, 11, 23), 10, 59)


@pytest.mark.parametrize(
    ("decisions", "is_expired", "state"),
    [
        ([Decision.APPROVED, Decision.APPROVED], False, AdditionalWorkState.APPROVED),
        ([Decision.APPROVED, Decision.DECLINED], False, AdditionalWorkState.PARTIAL),
        ([Decision.DECLINED, Decision.DECLINED], True, AdditionalWorkState.DECLINED),
        ([Decision.APPROVED, None], False, AdditionalWorkState.SENT),
        ([Decision.APPROVED, None], True, AdditionalWorkState.EXPIRED),
        ([None, None], True, AdditionalWorkState.EXPIRED),
    ],
)
def test_silence_is_never_consent(decisions, is_expired, state):
    assert outcome(decisions, is_expired=is_expired) is state


def test_declined_safety_work_is_signed_and_asked_about_again():
    assert [needs_decline_signature(urgency) for urgency in Urgency] == [True, False, False]
    assert [follow_up_days(urgency, HOUSE) for urgency in Urgency] == [3, 30, None]
    assert Urgency.RED.label == "安全必须"


def test_after_the_deadline_a_decision_can_still_be_recorded():
    assert next_state(ADDITIONAL_WORK_MOVES, AdditionalWorkState.EXPIRED, "approve") is AdditionalWorkState.APPROVED


def test_what_was_decided_is_not_decided_again():
    with pytest.raises(IllegalMove):
        next_state(ADDITIONAL_WORK_MOVES, AdditionalWorkState.APPROVED, "decline")
