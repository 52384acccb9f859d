"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused


class ImportNotFound(NotFound):
    """No such import for this actor."""

    message = "没找到这次导入。"


class KnownFile(Refused):
    """The very same file was taken before; `import_job_id` leads to its report."""

    code = "import_known_file"
    message = "这个文件已导入过。"


class NothingChosen(InvalidInput):
    """No sheet is to be taken."""

    code = "import_nothing_chosen"
    message = "请至少选择一张工作表。"


class ColumnsNotAccepted(InvalidInput):
    """The mapping does not fit the sheet; the sentence says how."""

    code = "import_columns_not_accepted"
    message = "列的对应关系不对，请检查。"


class AnotherRuns(Refused):
    """One import writes at a time."""

    code = "import_another_runs"
    message = "另一个导入正在进行，请等它结束。"


class FileGone(Refused):
    """Our copy is deleted after some days."""

    code = "import_file_gone"
    message = "文件已到期删除，请重新上传。"


class CannotUndo(Refused):
    """Too late, or a later import stands on it."""

    code = "import_cannot_undo"
    message = "这次导入不能撤销。"
