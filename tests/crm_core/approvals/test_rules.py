from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.approvals.rules import (
    APPROVAL_MOVES,
    ApprovalFacts,
    ApprovalPolicy,
    ApprovalRefusal,
    ApprovalState,
    Delegation,
    Level,
    LevelMode,
    TimeStep,
    after_agreement,
    decision_refusal,
    ended_sentence,
    first_level,
    needs_new_card,
    time_step,
)
from foundation import clock
from foundation.errors import IllegalMove
from foundation.moves import next_state

HOUSE = ApprovalPolicy()

TODAY = date(2026, 11, 23)
MARKETER, MANAGER, HEADQUARTERS, FINANCE, DEPUTY = 1, 2, 3, 4, 5
REQUEST = ApprovalFacts(
    requester_id=MARKETER,
    state=ApprovalState.PENDING,
    version=3,
    levels=(Level(frozenset({MANAGER})), Level(frozenset({HEADQUARTERS, FINANCE}), LevelMode.ALL)),
)


def test_levels_are_passed_one_after_another():
    first = after_agreement(REQUEST, MANAGER, TODAY)
    assert (first.state, first.level) == (ApprovalState.PENDING, 1)
    second = replace(REQUEST, level=1)
    half = after_agreement(second, FINANCE, TODAY)
    assert (half.state, half.level, half.passed_by) == (ApprovalState.PENDING, 1, frozenset({FINANCE}))
    whole = after_agreement(replace(second, passed_by=half.passed_by), HEADQUARTERS, TODAY)
    assert whole.state is ApprovalState.APPROVED


def test_one_of_many_is_enough_where_the_level_says_so():
    anyone = replace(REQUEST, levels=(Level(frozenset({MANAGER, FINANCE})),))
    assert after_agreement(anyone, FINANCE, TODAY).state is ApprovalState.APPROVED


def test_who_comes_too_late_reads_who_was_first_and_when():
    ended_at = clock.at(TODAY, 10, 24)
    assert ended_sentence("李敏", ended_at, clock.at(TODAY, 18)) == "已由李敏在 10:24 处理，不用再点。"
    assert (
        ended_sentence("李敏", ended_at, clock.at(TODAY + timedelta(days=1)))
        == "已由李敏在 11月23日 10:24 处理，不用再点。"
    )
    assert ended_sentence(None, ended_at, clock.at(TODAY, 18)) == "已在 10:24 结束，不用再点。"


def test_nobody_approves_their_own_request_at_any_level():
    own = replace(REQUEST, requester_id=MANAGER)
    assert first_level(own.levels, {MANAGER}) == 1
    assert decision_refusal(own, MANAGER, 3, TODAY) is ApprovalRefusal.OWN_REQUEST
    assert first_level((Level(frozenset({MANAGER})),), {MANAGER}) is None
    both = replace(own, level=1, levels=(REQUEST.levels[0], Level(frozenset({MANAGER, FINANCE}), LevelMode.ALL)))
    assert after_agreement(both, FINANCE, TODAY).state is ApprovalState.APPROVED


@pytest.mark.parametrize(
    ("change", "actor_id", "version_seen", "refusal"),
    [
        ({"hands": frozenset({MANAGER})}, MANAGER, 3, ApprovalRefusal.OWN_HANDS),
        ({"state": ApprovalState.APPROVED}, MANAGER, 3, ApprovalRefusal.ALREADY_DECIDED),
        ({}, MANAGER, 2, ApprovalRefusal.VERSION_CHANGED),
        ({}, MARKETER, 3, ApprovalRefusal.OWN_REQUEST),
        ({}, FINANCE, 3, ApprovalRefusal.NOT_APPROVER),
        ({"level": 1, "passed_by": frozenset({FINANCE})}, FINANCE, 3, ApprovalRefusal.DECIDED_BEFORE),
        ({}, MANAGER, 3, None),
    ],
)
def test_a_decision_counts_only_from_the_right_person_on_what_they_saw(change, actor_id, version_seen, refusal):
    assert decision_refusal(replace(REQUEST, **change), actor_id, version_seen, TODAY) is refusal
    assert refusal is None or refusal.sentence


def test_a_delegate_decides_only_on_their_days():
    lent = replace(REQUEST, delegations=(Delegation(MANAGER, DEPUTY, TODAY, TODAY + timedelta(days=2)),))
    assert decision_refusal(lent, DEPUTY, 3, TODAY + timedelta(days=2)) is None
    assert decision_refusal(lent, DEPUTY, 3, TODAY + timedelta(days=3)) is ApprovalRefusal.NOT_APPROVER
    assert after_agreement(lent, DEPUTY, TODAY).level == 1


def test_delegation_is_no_way_around_four_eyes():
    to_himself = replace(REQUEST, delegations=(Delegation(MANAGER, MARKETER, TODAY, TODAY),))
    assert decision_refusal(to_himself, MARKETER, 3, TODAY) is ApprovalRefusal.OWN_REQUEST
    from_himself = replace(REQUEST, requester_id=MANAGER, delegations=(Delegation(MANAGER, DEPUTY, TODAY, TODAY),))
    assert decision_refusal(from_himself, DEPUTY, 3, TODAY) is ApprovalRefusal.NOT_APPROVER
    with pytest.raises(ValueError):
        after_agreement(from_himself, DEPUTY, TODAY)
    lent = (Delegation(MANAGER, DEPUTY, TODAY, TODAY),)
    to_a_hand = replace(REQUEST, hands=frozenset({DEPUTY}), delegations=lent)
    assert decision_refusal(to_a_hand, DEPUTY, 3, TODAY) is ApprovalRefusal.OWN_HANDS
    from_a_hand = replace(REQUEST, hands=frozenset({MANAGER}), delegations=lent)
    assert decision_refusal(from_a_hand, DEPUTY, 3, TODAY) is ApprovalRefusal.NOT_APPROVER


@given(
    st.lists(st.sets(st.integers(1, 5), min_size=1), min_size=1, max_size=4),
    st.lists(st.integers(1, 5), max_size=20),
    st.sets(st.integers(2, 5), max_size=2),
)
def test_approved_requests_had_four_eyes_on_every_level_that_has_them(groups, taps, hands):
    levels = tuple(Level(frozenset(group), LevelMode.ALL) for group in groups)
    start = first_level(levels, {MARKETER, *hands})
    if start is None:
        return
    request = replace(REQUEST, levels=levels, level=start, hands=frozenset(hands))
    agreed = set()
    for actor_id in taps:
        if decision_refusal(request, actor_id, 3, TODAY) is None:
            agreed.add((request.level, actor_id))
            after = after_agreement(request, actor_id, TODAY)
            request = replace(request, state=after.state, level=after.level, passed_by=after.passed_by)
    if request.state is ApprovalState.APPROVED:
        kept_from = {MARKETER, *hands}
        expected = {(n, who) for n, level in enumerate(levels) for who in level.approver_ids - kept_from}
        assert agreed == expected


@pytest.mark.parametrize(
    ("hours", "was_reminded", "can_escalate", "step"),
    [
        (23, False, True, TimeStep.NOTHING),
        (24, False, True, TimeStep.REMIND),
        (30, True, True, TimeStep.NOTHING),
        (48, True, True, TimeStep.ESCALATE),
        (48, True, False, TimeStep.EXPIRE),
    ],
)
def test_a_waiting_request_is_reminded_then_handed_on_or_ends(hours, was_reminded, can_escalate, step):
    since = clock.at(TODAY, 9)
    now = since + timedelta(hours=hours)
    assert time_step(since, now, was_reminded=was_reminded, can_escalate=can_escalate, policy=HOUSE) is step


def test_a_card_older_than_three_days_is_sent_again():
    sent_at = clock.at(TODAY, 9)
    assert not needs_new_card(sent_at, sent_at + timedelta(hours=71))
    assert needs_new_card(sent_at, sent_at + timedelta(hours=72))


def test_a_decided_request_never_moves_again():
    for state in set(ApprovalState) - {ApprovalState.DRAFT, ApprovalState.PENDING}:
        with pytest.raises(IllegalMove):
            next_state(APPROVAL_MOVES, state, "approve")
