"""A cancellation may have a reason."""

from crm_core.appointments.causes import LONGEST_REASON, CancelCause, reason


def test_the_reason_joins_the_answer_with_own_words_and_fits_its_column():
    assert reason(CancelCause.TIME) == "车主取消：时间不合适"
    assert reason(CancelCause.OTHER, " 下周再来 ") == "车主取消：其他原因，下周再来"
    assert reason(None) == "车主取消"
    assert len(reason(CancelCause.SOLD, "很" * 200)) == LONGEST_REASON
