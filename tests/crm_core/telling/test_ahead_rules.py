"""What still lies ahead of an order, and by which way its owner will hear of it."""

from crm_core.telling.ahead_rules import BILL, EXTRA, PROGRESS, Way, lie_ahead, way_of


def test_what_is_behind_an_order_does_not_lie_ahead():
    assert lie_ahead(is_ready=False, is_billed=False, is_over=False) == (PROGRESS, EXTRA, BILL)
    assert lie_ahead(is_ready=True, is_billed=False, is_over=False) == (BILL,)
    assert lie_ahead(is_ready=True, is_billed=True, is_over=False) == ()
    assert lie_ahead(is_ready=False, is_billed=False, is_over=True) == ()


def test_wechat_brings_what_was_accepted_and_a_call_the_rest():
    assert way_of(1, has_phone=False) is Way.WECHAT
    assert way_of(0, has_phone=True) is Way.PHONE
    assert way_of(0, has_phone=False) is Way.UNREACHED
