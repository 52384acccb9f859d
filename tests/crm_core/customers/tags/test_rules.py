"""Names, room and what a reading of a pair means."""

import pytest

from crm_core.customers.tags.errors import TagLimitReached, TagNameNotAccepted
from crm_core.customers.tags.rules import LONGEST_NAME, MOST_TAGS, check_room, member_change, read_name


@pytest.mark.parametrize(
    ("before", "read", "unsaid", "given", "taken", "held"),
    [
        ("a", "a", "", "", "", "a"),
        ("a", "b", "", "b", "a", "b"),
        # What we owe a word about is as it was, whatever WeCom says of it.
        ("", "a", "a", "", "", ""),
        ("a", "", "a", "", "", "a"),
        ("ab", "c", "a", "c", "b", "ac"),
        ("", "", "a", "", "", ""),
    ],
)
def test_a_reading_counts_but_for_what_wecom_does_not_know_yet(before, read, unsaid, given, taken, held):
    change = member_change(before, read, unsaid)
    assert (change.given, change.taken, change.held) == (frozenset(given), frozenset(taken), frozenset(held))


@pytest.mark.parametrize("typed", ["", "  ", "长" * (LONGEST_NAME + 1)])
def test_a_name_is_as_wecom_takes_it(typed):
    with pytest.raises(TagNameNotAccepted):
        read_name(typed)
    assert read_name(" 高 意向\n") == "高 意向"
    assert read_name("长" * LONGEST_NAME) == "长" * LONGEST_NAME


def test_the_corp_has_room_for_ten_thousand():
    check_room(MOST_TAGS - 1)
    with pytest.raises(TagLimitReached):
        check_room(MOST_TAGS)
