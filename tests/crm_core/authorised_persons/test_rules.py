"""An authorised person agrees to a sum, for a time."""

from datetime import timedelta

import pytest

from crm_core.authorised_persons import rules
from crm_core.authorised_persons.rules import AuthorisedPersonPolicy, Authority
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
    assert rules.is_within(Authority(1, "王芳", 2_000_00), already, asked) is may


def test_an_invitation_is_not_left_lying():
    policy, named_at = AuthorisedPersonPolicy(), make.slot(9)
    assert rules.may_still_accept(named_at, named_at + timedelta(days=6), policy)
    assert not rules.may_still_accept(named_at, named_at + timedelta(days=7), policy)
