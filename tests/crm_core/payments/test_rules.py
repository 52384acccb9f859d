"""What the platform's answer means for our payment."""

from hypothesis import given
from hypothesis import strategies as st

from crm_core.payments.rules import (
    LIVE,
    PAYMENT_MOVES,
    Expected,
    PaymentState,
    Told,
    Verdict,
    judge,
    next_question_at,
)
from foundation import clock

_fen = st.integers(min_value=1, max_value=10**9)
_told = st.builds(
    Told,
    is_paid=st.booleans(),
    is_over=st.booleans(),
    has_failed=st.booleans(),
    amount_fen=_fen,
    app_id=st.sampled_from(["wx1", "wx2"]),
    currency=st.sampled_from(["CNY", "USD"]),
)
_expected = st.builds(
    Expected,
    state=st.sampled_from(PaymentState),
    amount_fen=_fen,
    app_id=st.just("wx1"),
    has_received=st.booleans(),
    is_reversing=st.booleans(),
)


@given(_expected, _told)
def test_only_the_exact_sum_for_our_app_in_yuan_is_a_payment(expected: Expected, told: Told):
    verdict = judge(expected, told)
    if verdict in (Verdict.SUCCEED, Verdict.GIVE_BACK):
        assert told.is_paid
        assert (told.amount_fen, told.app_id, told.currency) == (expected.amount_fen, "wx1", "CNY")
    assert (verdict is Verdict.SUCCEED) <= (expected.state in LIVE)


@given(_expected, _told)
def test_money_is_booked_once_and_an_end_never_ends_twice(expected: Expected, told: Told):
    verdict = judge(expected, told)
    if expected.has_received or expected.state is PaymentState.SUCCESS:
        assert verdict is Verdict.NOTHING
    if verdict in (Verdict.CLOSE, Verdict.FAIL):
        action = "close" if verdict is Verdict.CLOSE else "fail"
        assert action in PAYMENT_MOVES[expected.state]


def test_money_after_closing_goes_back():
    told = Told(is_paid=True, is_over=False, has_failed=False, amount_fen=5, app_id="wx1")
    assert judge(Expected(PaymentState.CLOSED, 5, "wx1"), told) is Verdict.GIVE_BACK


def test_questions_come_at_growing_pauses_of_ten_minutes_at_most():
    now = clock.at(clock.local(clock.now()).date())
    pauses = [(next_question_at(asked, now) - now).total_seconds() for asked in range(7)]
    assert pauses == [60, 120, 240, 480, 600, 600, 600]
