"""What can be refused."""

from foundation.errors import InvalidInput, NotFound


class SegmentNotFound(NotFound):
    """No such segment for this actor."""

    message = "没找到这个分群。"


class DefinitionNotClear(InvalidInput):
    """The definition is not valid; the details carry `problems` with the path of the row and what is wrong."""

    code = "definition_not_clear"
    message = "有条件没写清楚。"
