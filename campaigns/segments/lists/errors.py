"""What can be refused."""

from foundation.errors import InvalidInput, NotFound


class FixedListNotFound(NotFound):
    """No such list for this actor."""

    message = "没找到这份名单。"


class NobodyInList(InvalidInput):
    """Nobody would be in the list."""

    code = "nobody_in_list"
    message = "名单里一个人也没有，没有存。"


class ListTooLong(InvalidInput):
    """The file has more rows than a list takes."""

    code = "list_too_long"
    message = "名单最多 5 万行，请拆成几个文件。"
