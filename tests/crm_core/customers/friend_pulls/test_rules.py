"""When a list of friends is too short to be believed."""

from crm_core.customers.friend_pulls.rules import is_believable


def test_a_few_may_always_be_gone_and_half_of_a_long_list_may_not():
    assert is_believable(20, 20)
    assert is_believable(200, 100)
    assert not is_believable(200, 101)
    assert is_believable(0, 0)
