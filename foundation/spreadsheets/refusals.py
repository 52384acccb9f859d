"""The reasons for which a file is not read at all: each has a code and a sentence that says what to do."""

from typing import Final

from foundation.errors import InvalidInput

WORDS: Final = {
    "FILE_TOO_LARGE": "文件超过 50 MB，请拆成几个再导入。",
    "FILE_EMPTY": "文件里没有内容。",
    "FILE_TYPE": "只收 .xlsx、.xls 和 .csv 文件；其他格式请另存为 .xlsx 再导入。",
    "FILE_LOCKED": "文件有打开密码。请在 Excel 里取消密码、另存后再导入。",
    "FILE_UNSAFE": "文件里有宏或外部引用，为安全起见不读取。请另存为不含宏的 .xlsx 再导入。",
    "FILE_BROKEN": "文件打不开，可能已损坏。请用 Excel 打开、另存为 .xlsx 再导入。",
    "FILE_MIXED": "文件里混着 GBK 和 UTF-8 两种编码，有一部分会变成乱码。请分别用 Excel 打开、另存为 .xlsx 再导入。",
    "FILE_TOO_SLOW": "文件读取时间过长，已停止。请拆成几个较小的文件再导入。",
    "ZIP_RATIO": "文件压缩得异常，解开后大得不正常，不读取。",
    "UNPACKED_TOO_LARGE": "文件解开后超过 600 MB，请拆成几个再导入。",
    "TOO_MANY_ROWS": "有内容的行超过 30 万，请拆成几个文件再导入。",
    "TOO_MANY_COLUMNS": "有内容的列超过 200，请删去多余的列再导入。",
}
"""Sentences by code; the limits and codes are the same for all our imports."""


class SpreadsheetRefused(InvalidInput):
    """The file is not read; `reason` is a code of `WORDS`."""

    code = "spreadsheet_refused"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(WORDS[reason], reason=reason)


class Stop(Exception):
    """Raised inside the child: the file is refused for the reason `args[0]`, a code of `WORDS`."""
