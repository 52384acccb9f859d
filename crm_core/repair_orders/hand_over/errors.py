"""The errors of the hand-over."""

from foundation.errors import NotFound, Refused


class HandOverNotReady(Refused):
    """The car cannot be handed over yet; the sentence says what is missing."""

    code = "hand_over_not_ready"
    message = "还不能交车。"


class NotDeliveredYet(Refused):
    """A coupon is redeemed without a bill only when the car was given back."""

    code = "not_delivered_yet"
    message = "车还没交，券用在账单上；交车以后才能不开账单核销。"


class HandOverNotFound(NotFound):
    """Nothing was handed over yet, or this actor may not see it."""

    message = "还没到取车确认这一步。"


class TooLateToDispute(Refused):
    """More than seven days after the hand-over."""

    code = "too_late_to_dispute"
    message = "已过可提取车异议的时间。仍不满意，可在「我的 → 投诉与建议」里写。"
