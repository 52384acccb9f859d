"""What can be refused."""

from foundation.errors import NotFound, Refused


class TagRuleNotFound(NotFound):
    """The segment carries no tag."""

    code = "tag_rule_not_found"
    message = "这个分群没有自动贴标签。"


class TagCarriedAlready(Refused):
    """A tag has one rule."""

    code = "tag_carried_already"
    message = "另一个分群已经在自动贴这个标签，先停掉那一个。"


class AsksForItself(Refused):
    """The segment asks about the tag it would put on: whoever had it once would have it for ever."""

    code = "asks_for_itself"
    message = "分群的条件里用了这个标签，自己贴自己，人就再也出不去了，请换一个标签。"
