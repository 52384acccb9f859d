"""What can be refused when a group begins, and about its people."""

from foundation.errors import NotFound, Refused, Unauthenticated


class GroupHasBegun(Refused):
    """The database is not empty."""

    code = "group_has_begun"
    message = "这个数据库里已有集团，不能再初始化。"


class NoAdministrator(NotFound):
    """Nobody who could be let in by an address."""

    message = "没有这个账号，或者不是系统管理员。"


class AddressNotGood(Unauthenticated):
    """It was used, or its half hour is over."""

    code = "address_not_good"
    message = "登录地址已经用过或过期，请在服务器上再取一个：wedealer sign-in-address。"


class NotOnesOwn(Refused):
    """Somebody changes their own roles."""

    code = "not_ones_own"
    message = "不能改自己的岗位，请另一位管理员来改。"


class RolesApart(Refused):
    """Two roles that one person may not hold; the message says which."""

    code = "roles_apart"
    message = "这两个岗位不能由一个人兼任。"


class RoleNeedsPlace(Refused):
    """A role that holds in one store or region would hold in all of them; the message says which it is."""

    code = "role_needs_place"
    message = "这个岗位在门店里做事，请先选门店。"


class LastAdministrator(Refused):
    """Nobody could change roles any more."""

    code = "last_administrator"
    message = "集团至少要留一位系统管理员，请先把岗位给另一位。"


class OutsideBounds(Refused):
    """The code forbids this change of the table of rights; the message says why."""

    code = "outside_bounds"
    message = "这一格不能改。"


class DeputyNotFit(Refused):
    """The colleague cannot stand in, or the days are wrong."""

    code = "deputy_not_fit"
    message = "代理人要在职、和本人同店同岗（一人一岗的，同店能审批的也行），日期要从今天或以后开始到结束。请另选。"


class DeputyAlready(Refused):
    """Somebody stands in on one of these days."""

    code = "deputy_already"
    message = "这几天里已经有代理人，请先结束原来的安排。"
