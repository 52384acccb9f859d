"""What can be refused."""

from foundation.errors import NotFound


class FindingNotFound(NotFound):
    """No such finding."""

    message = "没找到这条卡券风险提示。"
