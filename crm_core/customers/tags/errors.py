"""What can be refused about tags."""

from foundation.errors import InvalidInput, NotAllowed, NotFound, Refused


class TagNotFound(NotFound):
    """No such tag, or one that was deleted."""

    code = "tag_not_found"
    message = "没有这个标签，可能已经删了。"


class TagNameNotAccepted(InvalidInput):
    """Empty, or longer than WeCom takes."""

    code = "tag_name_not_accepted"
    message = "标签和标签组的名称要有 1 到 30 个字。"


class TagNameTaken(Refused):
    """The group has a tag of this name."""

    code = "tag_name_taken"
    message = "这个标签组里已经有同名的标签。"


class TagOfWeCom(Refused):
    """WeCom lets an app change only the tags it made."""

    code = "tag_of_wecom"
    message = "这个标签是在企业微信里建的，只能由管理员在企业微信后台改名或删除，改完这里会跟着变。"


class TagLimitReached(Refused):
    """The corp has as many tags as WeCom allows."""

    code = "tag_limit_reached"
    message = "企业微信最多 10000 个标签，已经满了，先删掉不用的。"


class TagInUse(Refused):
    """A segment puts it on its people."""

    code = "tag_in_use"
    message = "有分群在自动贴这个标签，请先停掉再删。"

    def __init__(self, segment: str = "") -> None:
        super().__init__(
            f"分群「{segment}」在自动贴这个标签，现在没有人也算，请先在分群里停掉再删。" if segment else None
        )


class TagOfOtherStores(NotAllowed):
    """Customers of stores that the actor does not reach carry it."""

    message = "别的门店也有客户带这个标签，请集团的人来改名或删除。"


class TagHeldByRule(Refused):
    """A hand may not take off what a rule put on: the next run would put it on again."""

    code = "tag_held_by_rule"

    def __init__(self, name: str) -> None:
        super().__init__(f"标签「{name}」是按分群自动贴的，人离开分群后会自动去掉。")


class TooManyTags(InvalidInput):
    """More tags than anybody reads."""

    code = "too_many_tags"
    message = "一位客户最多贴 50 个标签。"
