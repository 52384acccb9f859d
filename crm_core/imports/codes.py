"""What can be said of a row, one code each, in words that tell how to mend the file."""

from enum import StrEnum
from typing import Final


class Code(StrEnum):
    """A remark on one row of a file."""

    EXCEL_ERROR = "EXCEL_ERROR"
    DIGITS_LOST = "DIGITS_LOST"
    SCI_RECOVERED = "SCI_RECOVERED"
    TEXT_FORMULA = "TEXT_FORMULA"
    DATE_SERIAL = "DATE_SERIAL"
    DATE_2DIGIT = "DATE_2DIGIT"
    DATE_BAD = "DATE_BAD"
    DATE_FUTURE = "DATE_FUTURE"
    TIME_BAD = "TIME_BAD"
    MONEY_BAD = "MONEY_BAD"
    NEGATIVE = "NEGATIVE"
    KM_ROUNDED = "KM_ROUNDED"
    KM_BAD = "KM_BAD"
    QTY_FRACTION = "QTY_FRACTION"
    NAME_CHARS = "NAME_CHARS"
    NAME_TITLE = "NAME_TITLE"
    NAME_MISSING = "NAME_MISSING"
    PHONE_SPLIT = "PHONE_SPLIT"
    ZERO_RESTORED = "ZERO_RESTORED"
    PHONE_BAD = "PHONE_BAD"
    PHONE_LOST = "PHONE_LOST"
    NO_MOBILE = "NO_MOBILE"
    VIN_FIXED = "VIN_FIXED"
    VIN_FORMAT = "VIN_FORMAT"
    VIN_DUMMY = "VIN_DUMMY"
    VIN_CHECK = "VIN_CHECK"
    VIN_FOREIGN = "VIN_FOREIGN"
    PLATE_BAD = "PLATE_BAD"
    PAYER_UNKNOWN = "PAYER_UNKNOWN"


REJECTING: Final = frozenset(
    {
        Code.DATE_FUTURE, Code.TIME_BAD, Code.MONEY_BAD, Code.NEGATIVE, Code.QTY_FRACTION, Code.NAME_CHARS,
        Code.VIN_FORMAT, Code.VIN_DUMMY, Code.VIN_CHECK,
    }
)  # fmt: skip
"""A row with one of these is not taken; any other is a warning on a row that is."""

WORDS: Final = {
    Code.EXCEL_ERROR: "单元格里是公式错误或没有结果，按空白处理",
    Code.DIGITS_LOST: "数字超过 15 位，Excel 已丢失尾数；请把这一列改为文本后重新填写",
    Code.SCI_RECOVERED: "科学计数法的数字已还原，请核对",
    Code.TEXT_FORMULA: "文字以公式符号开头，按原文保存",
    Code.DATE_SERIAL: "日期是数字，已按 Excel 日期换算，请核对",
    Code.DATE_2DIGIT: "年份只有两位，已按 20 开头理解，请核对",
    Code.DATE_BAD: "日期认不出来",
    Code.DATE_FUTURE: "日期在将来",
    Code.TIME_BAD: "时间认不出来，请写成 14:00 这样",
    Code.MONEY_BAD: "金额认不出来，最多两位小数",
    Code.NEGATIVE: "数字是负的",
    Code.KM_ROUNDED: "里程按“万公里”填写，已换算成整数",
    Code.KM_BAD: "里程认不出来或超过 999,999 公里，按空白处理",
    Code.QTY_FRACTION: "数量不是整数",
    Code.NAME_CHARS: "姓名里有不能用的符号",
    Code.NAME_TITLE: "姓名只有称呼（如“张先生”），请补全",
    Code.NAME_MISSING: "没有姓名，先记为“未留姓名”",
    Code.PHONE_SPLIT: "两个手机号连在一起，已分开",
    Code.ZERO_RESTORED: "座机少了开头的 0，已补上",
    Code.PHONE_BAD: "电话号码不对，没有保存",
    Code.PHONE_LOST: "已丢失位数，请改为文本后重新导入",
    Code.NO_MOBILE: "没有手机号，收不到通知",
    Code.VIN_FIXED: "车架号里的字母 I、O、Q 已改成数字，校验位吻合",
    Code.VIN_FORMAT: "车架号应为 17 位数字和字母",
    Code.VIN_DUMMY: "车架号全是同一个字符",
    Code.VIN_CHECK: "车架号校验位不对，可能抄错了一位，请对照行驶证",
    Code.VIN_FOREIGN: "进口车的车架号校验位不吻合，已收下，请核对",
    Code.PLATE_BAD: "车牌不对，按空白处理",
    Code.PAYER_UNKNOWN: "付费类别认不出来，先记为客户自付",
}
