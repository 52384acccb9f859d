"""What is proposed to be ordered, and the reason that is given."""

import pytest

from crm_core.parts.replenishing.rules import Supply, propose


@pytest.mark.parametrize(
    ("supply", "quantity"),
    [
        (Supply(free=5, coming=0, waiting=0, used=0, minimum=4, maximum=10), None),
        (Supply(free=3, coming=0, waiting=0, used=0, minimum=4, maximum=10), 7),
        (Supply(free=3, coming=4, waiting=0, used=0, minimum=4, maximum=10), None),
        (Supply(free=0, coming=1, waiting=3, used=0), 2),
        (Supply(free=0, coming=3, waiting=3, used=0), None),
        (Supply(free=4, coming=0, waiting=0, used=30), 1),
        (Supply(free=0, coming=0, waiting=0, used=5), None),
        (Supply(free=0, coming=0, waiting=2, used=0, minimum=0, maximum=0), 2),
    ],
)
def test_those_who_wait_are_served_then_the_shelf_is_filled_up(supply: Supply, quantity: int | None):
    proposal = propose(supply)
    assert (proposal.quantity if proposal else None) == quantity


def test_each_line_says_why():
    proposal = propose(Supply(free=1, coming=0, waiting=2, used=40, minimum=4, maximum=8))
    assert proposal is not None
    assert proposal.reason == "等着的车要 2 件；最低 4 件，余 0 件；现有可用 1 件、在途 0 件"
    regular = propose(Supply(free=0, coming=0, waiting=0, used=45))
    assert regular is not None
    assert (regular.quantity, regular.reason) == (7, "近 90 天用了 45 件，备 14 天的量")
