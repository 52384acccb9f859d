"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused, TooManyRequests


class PersonNotFound(NotFound):
    """No such person of this owner, or no such invitation for this account."""

    message = "没找到这条授权。"


class AlreadyNamed(Refused):
    """The owner has named this number for this car already."""

    code = "already_named"
    message = "这个手机号已经是这辆车的授权人，可以直接修改限额和期限。"


class NotYourself(InvalidInput):
    """Owners cannot name themselves; they need no authority."""

    code = "not_yourself"
    message = "这是您自己的手机号，不用授权。"


class LastDayIsPast(InvalidInput):
    """The last day is in the past, so the authority would never be valid."""

    code = "last_day_is_past"
    message = "最后一天不能早于今天。"


class TooManyNamed(Refused):
    """The owner has named as many people for the car as are allowed."""

    code = "too_many_named"
    message = "一辆车最多 10 位授权人，请先取消不用的。"


class TooManyInvitations(TooManyRequests):
    """The owner has named too many people today; invitations must not be used to send messages to strangers."""

    code = "too_many_invitations"
    message = "今天发出的授权太多了，请明天再试。"


class AnotherPhone(Refused):
    """The account's phone, as verified by WeChat, is not the one that the owner named."""

    code = "another_phone"
    message = "这条授权是给另一个手机号的。请用那个手机号登录，或请车主改成您现在的号码。"


class InvitationOver(Refused):
    """The invitation was not accepted in time, or the owner revoked it."""

    code = "invitation_over"
    message = "这条授权已失效，请车主再发一次。"


class LastDayOver(Refused):
    """The last day that the owner set has passed before the person accepted."""

    code = "last_day_over"
    message = "这条授权的最后一天已过，请车主改期限或再发一次。"


class RequestWaits(Refused):
    """The account has asked for the car itself, and an advisor is checking that."""

    code = "binding_request_waits"
    message = "您有一条认车申请正在核实，等结果出来再确认授权。"


class OwnerAlready(Refused):
    """The account is an owner of the car."""

    code = "owner_already"
    message = "这辆车已在您名下，不用授权。"
