"""Which one question is right for somebody, and when it may be put again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crm_core.reach.rules import Answered, AskAnswer, AskKind, PageAsk, Reach, ReachPolicy, next_ask, page_ask
from tests import factories as make

NOBODY = Reach(is_friend=False, has_bound_car=False, has_consent=False, has_car=True, is_marketing_stopped=False)
NOW = make.slot(10)


@pytest.mark.parametrize(
    ("reach", "expected"),
    [
        (NOBODY, AskKind.FRIEND),
        (replace(NOBODY, is_friend=True), AskKind.CAR),
        (replace(NOBODY, is_friend=True, has_car=False), AskKind.CONSENT),
        (replace(NOBODY, is_friend=True, has_bound_car=True), AskKind.CONSENT),
        (replace(NOBODY, is_friend=True, has_bound_car=True, is_marketing_stopped=True), None),
        (replace(NOBODY, is_friend=True, has_bound_car=True, has_consent=True), None),
    ],
)
def test_the_first_way_that_is_missing_is_asked_for(reach: Reach, expected: AskKind | None):
    assert next_ask(reach, [], NOW, ReachPolicy()) is expected


@pytest.mark.parametrize(
    ("answer", "days", "expected"),
    [
        (AskAnswer.NO, 3650, AskKind.CAR),
        (AskAnswer.LATER, 13, AskKind.CAR),
        (AskAnswer.LATER, 14, AskKind.FRIEND),
        (AskAnswer.YES, 6, AskKind.CAR),
        (AskAnswer.YES, 7, AskKind.FRIEND),
    ],
)
def test_a_no_holds_for_good_and_a_later_for_some_weeks(answer: AskAnswer, days: int, expected: AskKind):
    said = [Answered(AskKind.FRIEND, answer, NOW - timedelta(days=days))]
    assert next_ask(NOBODY, said, NOW, ReachPolicy()) is expected


@pytest.mark.parametrize(
    ("reach", "answer", "days", "expected"),
    [
        (NOBODY, AskAnswer.YES, 6, PageAsk(AskKind.FRIEND, is_agreed=True)),
        (NOBODY, AskAnswer.YES, 7, PageAsk(AskKind.FRIEND, is_agreed=False)),
        (NOBODY, AskAnswer.NO, 6, None),
        (NOBODY, AskAnswer.NO, 7, PageAsk(AskKind.CAR, is_agreed=False)),
        (NOBODY, AskAnswer.LATER, 6, None),
        (replace(NOBODY, is_friend=True), AskAnswer.YES, 6, None),
    ],
)
def test_a_page_keeps_what_was_agreed_to_and_leaves_others_alone_for_a_week(
    reach: Reach, answer: AskAnswer, days: int, expected: PageAsk | None
):
    said = [Answered(AskKind.FRIEND, answer, NOW - timedelta(days=days))]
    assert page_ask(reach, said, NOW, ReachPolicy()) == expected


def test_a_page_without_any_answer_asks_as_a_person_does():
    assert page_ask(NOBODY, [], NOW, ReachPolicy()) == PageAsk(AskKind.FRIEND, is_agreed=False)


def test_who_agreed_may_still_say_no_but_does_not_agree_twice():
    agreed = PageAsk(AskKind.FRIEND, is_agreed=True)
    assert not agreed.takes(AskKind.FRIEND, AskAnswer.YES)
    assert agreed.takes(AskKind.FRIEND, AskAnswer.NO)
    assert not agreed.takes(AskKind.CAR, AskAnswer.NO)
