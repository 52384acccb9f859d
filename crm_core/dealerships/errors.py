"""What can be refused when a group begins."""

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
