"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused


class ExportNotFound(NotFound):
    """No such export of this member of staff."""

    message = "没找到这个导出。"


class ListNotExportable(InvalidInput):
    """There is no such list, or it has none of these columns or filters."""

    code = "list_not_exportable"
    message = "这个列表或选的列不能导出，请刷新页面再试。"


class ExportNotReady(Refused):
    """The file is not made yet, waits for approval, was refused, or its day is over. The details carry the state."""

    code = "export_not_ready"
    message = "文件现在不能下载：还没做好、没批准，或者已过 24 小时。"
