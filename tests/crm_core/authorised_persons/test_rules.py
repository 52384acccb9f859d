"""An authorised person agrees to a sum, for a time."""

from datetime import timedelta

import pytest

from crm_core.authorised_persons import rules
from crm_core.authorised_persons.rules import AuthorisedPersonPolicy, PersonState
from tests import factories as make


@pytest.mark.parametrize(
    ("already", "asked", "may"),
    [
        (0, 2_000_00, True),
        (0, 2_000_01, False),
        (1_500_00, 500_00, True),
        (1_500_00, 500_01, False),
        (2_000_00, 0, True),
    ],
)
def test_the_limit_is_of_the_sum_of_an_order_so_that_nothing_is_split(already: int, asked: int, may: bool):
    assert rules.is_within(2_000_00, already, asked) is may


def test_an_invitation_is_not_left_lying():
    policy, named_at = AuthorisedPersonPolicy(), make.slot(9)
    assert rules.may_still_accept(named_at, named_at + timedelta(days=6), policy)
    assert not rules.may_still_accept(named_at, named_at + timedelta(days=7), policy)


@pytest.mark.parametrize(
    ("state", "reason", "is_over", "words"),
    [
        (PersonState.INVITED, "", False, "等对方登录确认"),
        (PersonState.INVITED, "", True, "对方没有确认，已失效"),
        (PersonState.ACTIVE, "", False, "已授权"),
        (PersonState.ACTIVE, "", True, "已到期"),
        (PersonState.DECLINED, "person", True, "对方没接受"),
        (PersonState.ENDED, "owner", True, "您已收回"),
        (PersonState.ENDED, "person", True, "对方退出了"),
        (PersonState.ENDED, "unbound", True, "车已解绑"),
    ],
)
def test_the_owner_reads_how_an_authority_stands_and_why_it_ended(
    state: PersonState, reason: str, is_over: bool, words: str
):
    assert rules.standing_words(state, reason, is_over=is_over) == words
