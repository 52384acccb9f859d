"""What can be refused."""

from foundation.errors import Refused


class NotToBeAsked(Refused):
    """This is not the question to put to them now: they said no, were asked a moment ago, or have it already."""

    code = "reach_not_to_be_asked"
    message = "这个不用再问了：他已经回答过，或者已经有了。"
