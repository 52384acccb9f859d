"""What can be refused."""

from foundation.errors import NotFound, Refused


class WallScreenNotFound(NotFound):
    """No such screen of this store."""

    message = "没找到这个大屏。"


class WallEnded(NotFound):
    """The link never existed or was taken back; which of the two is not told."""

    code = "wall_ended"
    message = "这个大屏链接已停用，请在车间看板重新生成。"


class TooManyScreens(Refused):
    """The store already has as many screens as are allowed."""

    code = "too_many_screens"
    message = "这家店已有 10 个大屏，请先停用不用的。"
