"""Which way surveys and complaints go, when a survey is too late or over, and what counts as a complaint."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from crm_core.surveys.rules import (
    COMPLAINT_MOVES,
    SURVEY_MOVES,
    UNRESOLVED,
    Answers,
    ComplaintPolicy,
    ComplaintState,
    SurveyPolicy,
    SurveyState,
    complaint_due,
    expires_at,
    is_complaint,
    is_too_late_to_send,
)
from foundation import wall_clock
from foundation.errors import IllegalMove
from foundation.moves import next_state
from tests import factories as make

HOUSE = SurveyPolicy()
CONTENT = Answers(recommend=9, satisfied=True, explained=True)
SURVEY = {
    ("SCHEDULED", "send"): "SENT",
    ("SENT", "open"): "OPENED",
    ("SENT", "submit"): "SUBMITTED",
    ("SENT", "expire"): "EXPIRED",
    ("OPENED", "submit"): "SUBMITTED",
    ("OPENED", "expire"): "EXPIRED",
}
"""The whole table, stated a second time: what was answered or has ended stays as it is."""
COMPLAINT = {
    ("OPEN", "acknowledge"): "ACKNOWLEDGED",
    ("ACKNOWLEDGED", "plan"): "PLANNED",
    ("PLANNED", "resolve"): "RESOLVED",
    ("RESOLVED", "verify"): "VERIFIED",
    ("RESOLVED", "reopen"): "OPEN",
    ("VERIFIED", "close"): "CLOSED",
    ("VERIFIED", "reopen"): "OPEN",
    ("CLOSED", "reopen"): "OPEN",
}
"""Likewise: no step can be left out, and nothing is closed before the owner was asked."""


@pytest.mark.parametrize(("state", "action"), list(product(SurveyState, sorted({action for _, action in SURVEY}))))
def test_a_survey_is_answered_once_or_ends(state: SurveyState, action: str):
    if (state.value, action) in SURVEY:
        assert next_state(SURVEY_MOVES, state, action) == SURVEY[state.value, action]
    else:
        with pytest.raises(IllegalMove):
            next_state(SURVEY_MOVES, state, action)


@pytest.mark.parametrize(
    ("state", "action"), list(product(ComplaintState, sorted({action for _, action in COMPLAINT})))
)
def test_a_complaint_takes_every_step_and_can_be_opened_again_once_it_was_resolved(state: ComplaintState, action: str):
    if (state.value, action) in COMPLAINT:
        assert next_state(COMPLAINT_MOVES, state, action) == COMPLAINT[state.value, action]
    else:
        with pytest.raises(IllegalMove):
            next_state(COMPLAINT_MOVES, state, action)


def test_each_step_is_due_so_many_hours_after_the_complaint_began_and_none_once_it_was_resolved():
    began = make.slot(10)
    due = {state: complaint_due(state, began, ComplaintPolicy()) for state in ComplaintState}
    assert {state.value: moment - began for state, moment in due.items() if moment} == {
        "OPEN": timedelta(hours=1),
        "ACKNOWLEDGED": timedelta(hours=3),
        "PLANNED": timedelta(hours=72),
    }
    assert {state for state, moment in due.items() if moment} == set(UNRESOLVED)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (CONTENT, False),
        (replace(CONTENT, recommend=7), False),
        (replace(CONTENT, recommend=6), True),
        (replace(CONTENT, satisfied=False), True),
        (replace(CONTENT, explained=False), False),
    ],
)
def test_a_low_score_or_an_owner_who_is_not_satisfied_is_a_complaint(answers: Answers, expected: bool):
    assert is_complaint(answers, HOUSE) is expected


def test_a_store_decides_which_score_is_still_a_complaint():
    assert not is_complaint(replace(CONTENT, recommend=5), replace(HOUSE, complaint_score=4))


@pytest.mark.parametrize(("score", "expected"), [(-1, False), (0, True), (10, True), (11, False)])
def test_the_scale_goes_from_0_to_10(score: int, expected: bool):
    assert replace(CONTENT, recommend=score).is_in_scale is expected


def test_nobody_is_asked_later_than_three_days_after_the_hand_over():
    delivered = make.slot(10)
    assert not is_too_late_to_send(delivered, delivered + timedelta(hours=72), HOUSE)
    assert is_too_late_to_send(delivered, delivered + timedelta(hours=72, seconds=1), HOUSE)


def test_a_survey_can_be_answered_until_the_end_of_its_last_day_in_shanghai():
    sent = make.slot(23, 30)
    last = wall_clock.local(expires_at(sent, HOUSE))
    assert last.date() == wall_clock.local(sent).date() + timedelta(days=7)
    assert (last.hour, last.minute) == (23, 59)


@pytest.mark.parametrize(
    ("policy", "is_refused"),
    [
        (ComplaintPolicy(), False),
        (ComplaintPolicy(answer_within_hours=4), True),
        (ComplaintPolicy(plan_within_hours=72), True),
        (HOUSE, False),
        (replace(HOUSE, earliest_hours=49), True),
    ],
)
def test_limits_that_contradict_each_other_are_refused_in_words(
    policy: ComplaintPolicy | SurveyPolicy, is_refused: bool
):
    assert bool(policy.conflict()) is is_refused
