"""The first steps of a verb, in their order: a person without the right learns neither state nor version."""

from dataclasses import dataclass
from enum import StrEnum

import pytest

from crm_core.dealerships.access import shown_to, taken_by
from crm_core.dealerships.actors import Actor, Grant
from crm_core.dealerships.models import Role
from foundation.errors import NotAllowed, NotFound, StaleVersion

HERE, THERE = 1, 2
ADVISOR = Actor(kind="staff", id=7, grants=(Grant(Role.SA, frozenset({HERE})),))


class _State(StrEnum):
    OPEN = "OPEN"


class _Missing(NotFound):
    pass


@dataclass(frozen=True)
class _Row:
    store_id: int
    customer_id: int = 3
    state: _State = _State.OPEN
    version: int = 4


def test_a_row_of_ones_own_store_is_shown_and_taken():
    row = _Row(HERE)
    assert shown_to(ADVISOR, "bill_disputes.read", row, _Missing) is row
    assert taken_by(ADVISOR, "bill_disputes.answer", row, _Missing, expected_version=4) is row


def test_no_row_is_the_rooms_own_error():
    with pytest.raises(_Missing):
        shown_to(ADVISOR, "bill_disputes.read", None, _Missing)
    with pytest.raises(_Missing):
        taken_by(ADVISOR, "bill_disputes.answer", None, _Missing, expected_version=4)


def test_a_stranger_is_told_nothing_of_a_row_that_changed():
    with pytest.raises(NotAllowed):
        taken_by(ADVISOR, "bill_disputes.answer", _Row(THERE), _Missing, expected_version=1)


def test_a_row_that_changed_is_told_with_its_state():
    with pytest.raises(StaleVersion) as refused:
        taken_by(ADVISOR, "bill_disputes.answer", _Row(HERE), _Missing, expected_version=1)
    assert (refused.value.details["current_version"], refused.value.details["current_state"]) == (4, "OPEN")
