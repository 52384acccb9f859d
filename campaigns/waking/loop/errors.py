"""What can be refused."""

from foundation.errors import Refused


class LoopAsItIs(Refused):
    """It runs already, or does not."""

    code = "loop_as_it_is"
    message = "刚有人动过，先刷新看看。"
