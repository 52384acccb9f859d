"""What may happen to a code, and which marks it may carry."""

import pytest

from campaigns.contact_ways.rules import IN_USE, MOVES, ContactWayState, is_mark, told_as
from foundation.errors import IllegalMove
from foundation.moves import next_state


@pytest.mark.parametrize(
    ("mark", "may"),
    [
        ("store7-qr3", True),
        ("A_b-9", True),
        ("abc", False),
        ("x" * 30, True),
        ("x" * 31, False),
        ("展厅海报一号", False),
        ("a b c d", False),
        ("abcd\n", False),
    ],
)
def test_a_mark_survives_every_url_and_table(mark: str, may: bool) -> None:
    assert is_mark(mark) is may


def test_only_what_wecom_knows_of_a_code_is_told_to_it() -> None:
    assert told_as(is_at_platform=True, changes_what_platform_knows=True) == "tell"
    assert told_as(is_at_platform=True, changes_what_platform_knows=False) == "edit"
    assert told_as(is_at_platform=False, changes_what_platform_knows=True) == "edit"


def test_a_code_in_use_is_deleted_at_wecom_before_it_has_ended_and_one_that_never_was_ends_at_once() -> None:
    assert {next_state(MOVES, state, "end") for state in IN_USE} == {ContactWayState.ENDING}
    assert next_state(MOVES, ContactWayState.FAILED, "end") is ContactWayState.ENDED


@pytest.mark.parametrize("state", [ContactWayState.ENDING, ContactWayState.ENDED])
@pytest.mark.parametrize("action", ["edit", "tell", "retry", "end"])
def test_what_has_ended_stays_so(state: ContactWayState, action: str) -> None:
    with pytest.raises(IllegalMove):
        next_state(MOVES, state, action)
