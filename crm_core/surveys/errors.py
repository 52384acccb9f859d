"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused


class SurveyNotFound(NotFound):
    """No such survey for this account."""

    message = "没找到这份评价，可能已过期。"


class SurveyOver(Refused):
    """The days in which the survey could be answered are over."""

    code = "survey_over"
    message = "评价时间已过，谢谢您。"


class SurveyAnswered(Refused):
    """The survey was answered already; it can be answered only once."""

    code = "survey_answered"
    message = "您已经评价过了，谢谢。"


class AnswersNotAccepted(InvalidInput):
    """The score is outside its scale."""

    code = "survey_answers_not_accepted"
    message = "请先打分，0 到 10。"


class ComplaintIsClosed(Refused):
    """Nothing is given or added for a complaint that is closed; the owner may complain anew."""

    code = "complaint_closed"
    message = "投诉已经结案，请重新登记一条。"


class ComplaintNotFound(NotFound):
    """No such complaint for this actor."""

    message = "没找到这条投诉。"
