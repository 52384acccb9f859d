"""What is next for a payment by code: the times are WeChat Pay's."""

from datetime import timedelta

from crm_core.payments.code_rules import Next, is_insisted, next_question_at, next_step, why
from tests import factories as make

NOON = make.slot(12)


def _next(seconds: int, *, is_reversing: bool = False) -> Next:
    return next_step(
        started_at=NOON,
        expires_at=NOON + timedelta(seconds=45),
        is_reversing=is_reversing,
        now=NOON + timedelta(seconds=seconds),
    )


def test_it_is_asked_about_for_45_seconds_and_then_reversed():
    assert [_next(second) for second in (0, 44, 45)] == [Next.ASK, Next.ASK, Next.REVERSE]


def test_nothing_is_reversed_within_15_seconds():
    assert [_next(second, is_reversing=True) for second in (1, 14, 15)] == [Next.WAIT, Next.WAIT, Next.REVERSE]


def test_a_question_comes_every_five_seconds_for_a_minute_then_less_often():
    pauses = [(next_question_at(asked, NOON) - NOON).seconds for asked in (0, 9, 12, 13, 14, 50)]
    assert pauses == [5, 5, 5, 10, 20, 600]


def test_a_refused_reversal_is_insisted_on_for_ten_minutes():
    assert is_insisted(NOON, NOON + timedelta(minutes=9))
    assert not is_insisted(NOON, NOON + timedelta(minutes=10))


def test_every_reason_says_that_nothing_was_taken():
    assert all("没有扣款" in why(code) for code in ("AUTH_CODE_EXPIRED", "PAYERROR", "something new"))
