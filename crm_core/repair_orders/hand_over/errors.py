"""What can be refused of giving the car back."""

from foundation.errors import NotFound, Refused


class HandOverNotReady(Refused):
    """The sentence says what is missing."""

    code = "hand_over_not_ready"
    message = "还不能交车。"


class HandOverNotFound(NotFound):
    """Nothing is handed over yet, or not to this actor."""

    message = "还没到取车确认这一步。"


class TooLateToDispute(Refused):
    """More than seven days after the hand-over."""

    code = "too_late_to_dispute"
    message = "已过可提异议的时间，请直接联系门店。"
