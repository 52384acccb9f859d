"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused


class LendingNotFound(NotFound):
    """No such lending, loan car or visit for this actor."""

    message = "没找到这次代步车。"


class LoanCarTaken(Refused):
    """Somebody else has the car in that time."""

    code = "loan_car_taken"
    message = "这辆代步车那段时间已经借出，请换一辆或换时间。"


class LoanCarNotBack(Refused):
    """The car is still with whoever had it before."""

    code = "loan_car_not_back"
    message = "这辆代步车还没还回来，请换一辆。"


class LoanTimeDoesNotFit(Refused):
    """The time is over, too long, or not yet come; the message says which."""

    code = "loan_time_does_not_fit"
    message = "这个时间不能借代步车。"


class VisitHasLoanCar(Refused):
    """The visit has a loan car already."""

    code = "visit_has_loan_car"
    message = "这次到店已经借了一辆代步车。"


class VisitIsOver(Refused):
    """The booking or the order has ended."""

    code = "loan_visit_is_over"
    message = "这个预约或工单已经结束，不能再借代步车。"


class LicenceNotValid(Refused):
    """The driving licence ends before the car is back, or nobody said who drives."""

    code = "licence_not_valid"
    message = "驾驶证不符合借车要求。"


class HandingNotPossible(InvalidInput):
    """The mileage or the level cannot be right; the message says why."""

    code = "handing_not_possible"
    message = "里程或油量电量不对。"
