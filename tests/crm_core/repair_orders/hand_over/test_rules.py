"""When the car may be given back, by whom that is confirmed, and until when its owner may object."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from crm_core.repair_orders.hand_over.rules import (
    HAND_OVER_MOVES,
    HandOverFacts,
    HandOverPolicy,
    HandOverState,
    hand_over_blocker,
    is_passage_believed,
    may_dispute,
)
from foundation import clock
from foundation.errors import IllegalMove
from foundation.moves import next_state

NOW = clock.at(date(2026, 11, 23), 12)
HOUSE = HandOverPolicy()


def test_the_car_is_offered_only_when_paid_and_everything_given():
    ready = HandOverFacts(True, is_key_given=True, are_old_parts_settled=True, is_settlement_sheet_given=True)
    assert hand_over_blocker(ready) is None
    assert hand_over_blocker(replace(ready, is_paid=False)) == "账单还没付清，也没有挂账审批。"
    assert hand_over_blocker(replace(ready, is_paid=False, has_credit_approval=True)) is None
    assert hand_over_blocker(HandOverFacts(True)) == "还没交给车主：钥匙、旧件、结算单。"


def test_what_lay_in_the_car_is_given_back_too():
    ready = HandOverFacts(True, is_key_given=True, are_old_parts_settled=True, is_settlement_sheet_given=True)
    assert hand_over_blocker(replace(ready, are_valuables_given=False)) == "还没交给车主：车内物品。"


def test_a_gates_report_is_believed_if_it_is_of_these_days():
    assert is_passage_believed(NOW - timedelta(hours=30), NOW)
    assert is_passage_believed(NOW + timedelta(minutes=4), NOW)
    assert not is_passage_believed(NOW + timedelta(minutes=6), NOW)
    assert not is_passage_believed(NOW - timedelta(days=3), NOW)


def test_nothing_is_confirmed_before_it_was_offered():
    with pytest.raises(IllegalMove):
        next_state(HAND_OVER_MOVES, HandOverState.NOT_READY, "confirm")


def test_owners_may_object_for_seven_days():
    assert may_dispute(NOW, clock.end_of_day(date(2026, 11, 30)), HOUSE)
    assert not may_dispute(NOW, clock.at(date(2026, 12, 1)), HOUSE)
