"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused, TooManyRequests


class PersonNotFound(NotFound):
    """No such person of this owner, or no such invitation for this account."""

    message = "没找到这条授权。"


class AlreadyNamed(Refused):
    """This number is named for this car."""

    code = "already_named"
    message = "这个手机号已经是这辆车的授权人，可以直接修改限额和期限。"


class NotYourself(InvalidInput):
    """An owner needs no authority."""

    code = "not_yourself"
    message = "这是您自己的手机号，不用授权。"


class LastDayIsPast(InvalidInput):
    """It would never have held."""

    code = "last_day_is_past"
    message = "最后一天不能早于今天。"


class TooManyNamed(Refused):
    """A family, not a list."""

    code = "too_many_named"
    message = "一辆车最多 10 位授权人，请先取消不用的。"


class TooManyInvitations(TooManyRequests):
    """Invitations are not for writing to strangers."""

    code = "too_many_invitations"
    message = "今天发出的授权太多了，请明天再试。"


class AnotherPhone(Refused):
    """The account's own number, as WeChat vouches for it, is not the one the owner named."""

    code = "another_phone"
    message = "这条授权是给另一个手机号的。请用那个手机号登录，或请车主改成您现在的号码。"


class InvitationOver(Refused):
    """Nobody took it up in time, or the owner took it back."""

    code = "invitation_over"
    message = "这条授权已失效，请车主再发一次。"


class RequestWaits(Refused):
    """The account asks for the car itself; an advisor is looking at it."""

    code = "binding_request_waits"
    message = "您有一条认车申请正在核实，等结果出来再确认授权。"


class OwnerAlready(Refused):
    """The account is an owner of the car."""

    code = "owner_already"
    message = "这辆车已在您名下，不用授权。"
