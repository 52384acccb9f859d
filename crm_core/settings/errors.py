"""Why a setting is refused."""

from foundation.errors import InvalidInput, NotAllowed, NotFound, Refused


class SettingNotFound(NotFound):
    """No such list, row or line of its history."""

    code = "setting_not_found"
    message = "没有这一条，请刷新。"


class SettingIsTheGroups(NotAllowed):
    """It holds for all stores, and the actor looks after some of them."""

    code = "setting_group"
    message = "这是全集团的，只能由管全集团的人改。"


class SettingValueRefused(InvalidInput):
    """A value of the wrong kind or out of bounds; the message says which and what is allowed."""

    code = "setting_value"


class SettingTaken(Refused):
    """The unique values of a row exist already, perhaps in one that has ended."""

    code = "setting_taken"
    message = "已经有一条同样的；停用了的也算，可以把它恢复。"


class SettingUsed(Refused):
    """It cannot end before what depends on it; the message says what."""

    code = "setting_used"


class SettingUnchanged(Refused):
    """There is nothing to change, end, take up again or undo."""

    code = "setting_unchanged"
    message = "没有要改的。"


class SettingNotMade(Refused):
    """Rows of this list come from elsewhere, or do not end."""

    code = "setting_not_made"
    message = "这里只能改，不能新增或停用。"
