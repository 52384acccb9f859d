from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.billing.rules import (
    BILL_MOVES,
    BillState,
    PastRefund,
    RefundableLine,
    RefundablePayment,
    Standing,
    held_fen,
    payable_fen,
    receipt_refusal,
    refund_refusal,
    standing,
    state_after_refunds,
    take_off_refusal,
)
from crm_core.payments.rules import RefundState
from foundation import clock
from foundation.errors import IllegalMove
from foundation.moves import next_state

NOW = clock.at(date(2026, 11, 23), 13)
PAYMENT = RefundablePayment(143_040, NOW - timedelta(hours=1))
LINES = {1: RefundableLine(17_945), 2: RefundableLine(40_003), 3: RefundableLine(21_535), 4: RefundableLine(63_557)}


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        ([], Standing.UNPAID),
        ([100_000], Standing.PARTLY_PAID),
        ([100_000, 43_040], Standing.PAID),
        ([143_041], Standing.OVERPAID),
    ],
)
def test_paid_means_exactly_the_payable_sum(payments, expected):
    assert standing(143_040, payments) is expected


def test_a_bill_of_zero_is_paid():
    assert standing(0, []) is Standing.PAID


def test_a_disputed_line_waits_and_the_rest_is_paid():
    assert payable_fen({1: 100, 2: 250}, disputed={2}) == 100
    with pytest.raises(ValueError):
        payable_fen({1: -1})


def test_a_bill_can_be_recalled_only_until_it_is_confirmed():
    assert next_state(BILL_MOVES, BillState.SENT, "recall") is BillState.DRAFT
    with pytest.raises(IllegalMove):
        next_state(BILL_MOVES, BillState.CONFIRMED, "recall")


def test_a_line_gives_back_at_most_what_was_really_paid_for_it():
    assert refund_refusal(PAYMENT, LINES, {4: 63_557}, NOW) is None
    assert refund_refusal(PAYMENT, LINES, {4: 63_558}, NOW) == "第 4 项最多可退 635.57 元。"
    used = {**LINES, 4: RefundableLine(63_557, refunded_fen=60_000)}
    assert refund_refusal(PAYMENT, used, {4: 3_558}, NOW) == "第 4 项最多可退 35.57 元。"
    assert refund_refusal(PAYMENT, LINES, {9: 1}, NOW) == "第 9 项最多可退 0.00 元。"


@pytest.mark.parametrize("wanted", [{}, {1: 0}, {1: -5}, {1: 100, 2: -1}])
def test_a_refund_is_a_positive_sum(wanted):
    assert refund_refusal(PAYMENT, LINES, wanted, NOW) == "退款金额要大于 0。"


@pytest.mark.parametrize("state", [state for state in RefundState if state is not RefundState.CLOSED])
def test_a_refund_on_its_way_already_counts(state):
    payment = replace(PAYMENT, refunds=(PastRefund(100_000, state, NOW - timedelta(minutes=30)),))
    assert refund_refusal(payment, LINES, {4: 43_041}, NOW) == "这笔付款最多可退 430.40 元。"


def test_a_closed_refund_frees_its_money():
    payment = replace(PAYMENT, refunds=(PastRefund(143_040, RefundState.CLOSED, NOW - timedelta(minutes=30)),))
    assert refund_refusal(payment, LINES, {4: 63_557}, NOW) is None


def test_the_platforms_limits_are_told_before_the_platform_refuses():
    just_now = replace(PAYMENT, refunds=(PastRefund(1, RefundState.SUCCESS, NOW - timedelta(seconds=59)),))
    assert "间隔 1 分钟" in (refund_refusal(just_now, LINES, {1: 1}, NOW) or "")
    old = replace(PAYMENT, paid_at=NOW - timedelta(days=366))
    assert "一年" in (refund_refusal(old, LINES, {1: 1}, NOW) or "")
    often = replace(PAYMENT, refunds=(PastRefund(1, RefundState.SUCCESS, NOW - timedelta(hours=1)),) * 50)
    assert "50 次" in (refund_refusal(often, LINES, {1: 1}, NOW) or "")
    all_of_them = replace(often, paid_at=old.paid_at, is_by_platform=False)
    assert refund_refusal(all_of_them, LINES, {1: 1}, NOW) is None, "what the desk gives back has none of them"


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 80_000)), max_size=30))
def test_no_sequence_of_refunds_gives_back_more_than_was_paid(wishes):
    payment, lines, now = PAYMENT, dict(LINES), NOW
    for line_no, amount_fen in wishes:
        now += timedelta(minutes=2)
        if refund_refusal(payment, lines, {line_no: amount_fen}, now) is None:
            refund = PastRefund(amount_fen, RefundState.PROCESSING, now)
            payment = replace(payment, refunds=(*payment.refunds, refund))
            line = lines[line_no]
            lines[line_no] = replace(line, refunded_fen=line.refunded_fen + amount_fen)
    assert payment.refundable_fen >= 0
    assert all(line.refunded_fen <= line.paid_fen for line in lines.values())


def test_a_bill_is_refunded_only_when_all_went_back():
    assert state_after_refunds(100, 0) is BillState.PAID
    assert state_after_refunds(100, 99) is BillState.PARTLY_REFUNDED
    assert state_after_refunds(100, 100) is BillState.REFUNDED


@given(disputed=st.integers(0, 1000), total=st.integers(0, 1000), paid=st.integers(0, 1000))
def test_what_is_held_is_a_part_of_what_is_not_paid(disputed: int, total: int, paid: int):
    assert 0 <= held_fen(disputed, total, paid) <= max(0, total - paid)


def test_only_what_is_confirmed_and_unpaid_is_taken_off_and_no_more_than_the_line():
    assert take_off_refusal(is_payable=True, line_fen=100, unpaid_fen=300, amount_fen=100) is None
    assert take_off_refusal(is_payable=True, line_fen=100, unpaid_fen=300, amount_fen=101)
    assert take_off_refusal(is_payable=True, line_fen=100, unpaid_fen=60, amount_fen=61)
    assert take_off_refusal(is_payable=True, line_fen=100, unpaid_fen=300, amount_fen=0)
    assert take_off_refusal(is_payable=False, line_fen=100, unpaid_fen=300, amount_fen=100)


def test_the_desk_takes_a_part_and_never_more_than_is_due():
    assert receipt_refusal(1, 262_00) is None
    assert receipt_refusal(262_00, 262_00) is None
    assert receipt_refusal(262_01, 262_00) == "还没付的是 262.00 元，不能多收。"
    assert receipt_refusal(0, 262_00) == receipt_refusal(-1, 262_00) == "收款金额要大于 0。"
    assert receipt_refusal(1, 0) == "这张账单现在没有要付的钱。"
