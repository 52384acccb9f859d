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
    VIN_UNCHECKED = "VIN_UNCHECKED"
    PLATE_BAD = "PLATE_BAD"
    PAYER_UNKNOWN = "PAYER_UNKNOWN"
    REQUIRED = "REQUIRED"
    NO_IDENTITY = "NO_IDENTITY"
    SHARED_PHONE = "SHARED_PHONE"
    LOOK_ALIKE = "LOOK_ALIKE"
    MODEL_GUESSED = "MODEL_GUESSED"
    MODEL_UNKNOWN = "MODEL_UNKNOWN"
    YEAR_MISMATCH = "YEAR_MISMATCH"
    OWNER_CHANGED = "OWNER_CHANGED"
    TWO_OWNERS = "TWO_OWNERS"
    STAFF_UNKNOWN = "STAFF_UNKNOWN"
    STORE_UNKNOWN = "STORE_UNKNOWN"
    STORE_OUT_OF_REACH = "STORE_OUT_OF_REACH"
    SETTING_REFUSED = "SETTING_REFUSED"
    ROLE_UNKNOWN = "ROLE_UNKNOWN"
    CAR_UNKNOWN = "CAR_UNKNOWN"
    CAR_BY_PLATE = "CAR_BY_PLATE"
    CUSTOMER_UNKNOWN = "CUSTOMER_UNKNOWN"
    ORDER_CONFLICT = "ORDER_CONFLICT"
    ORDER_UNKNOWN = "ORDER_UNKNOWN"
    ORDER_REJECTED = "ORDER_REJECTED"
    BEFORE_DELIVERY = "BEFORE_DELIVERY"
    KM_FELL = "KM_FELL"
    NO_KM = "NO_KM"
    NO_NUMBER = "NO_NUMBER"
    TOTAL_DIFF = "TOTAL_DIFF"
    LINE_SUM = "LINE_SUM"
    APPOINTMENT_PAST = "APPOINTMENT_PAST"
    ITEM_UNKNOWN = "ITEM_UNKNOWN"
    OVER_CAPACITY = "OVER_CAPACITY"
    TEMPLATE_UNKNOWN = "TEMPLATE_UNKNOWN"
    COUPON_EXPIRED = "COUPON_EXPIRED"
    COUPON_USED = "COUPON_USED"
    PURPOSE_UNKNOWN = "PURPOSE_UNKNOWN"
    EVIDENCE_MISSING = "EVIDENCE_MISSING"
    CONSENT_BUNDLED = "CONSENT_BUNDLED"
    PRICE_CONFLICT = "PRICE_CONFLICT"
    PART_HAS_MOVED = "PART_HAS_MOVED"
    NUMBER_CONFLICT = "NUMBER_CONFLICT"
    CAR_OWNED = "CAR_OWNED"
    CUSTOM_VALUE = "CUSTOM_VALUE"
    ERASED = "ERASED"


REFUSING: Final = frozenset(
    {
        Code.DATE_FUTURE, Code.TIME_BAD, Code.MONEY_BAD, Code.NEGATIVE, Code.QTY_FRACTION, Code.NAME_CHARS,
        Code.VIN_FORMAT, Code.VIN_DUMMY, Code.VIN_CHECK, Code.REQUIRED, Code.NO_IDENTITY, Code.STORE_UNKNOWN,
        Code.STORE_OUT_OF_REACH, Code.ROLE_UNKNOWN, Code.CAR_UNKNOWN, Code.CUSTOMER_UNKNOWN, Code.ORDER_CONFLICT,
        Code.ORDER_UNKNOWN, Code.ORDER_REJECTED, Code.APPOINTMENT_PAST, Code.ITEM_UNKNOWN, Code.TEMPLATE_UNKNOWN,
        Code.COUPON_EXPIRED, Code.COUPON_USED, Code.PURPOSE_UNKNOWN, Code.EVIDENCE_MISSING, Code.CONSENT_BUNDLED,
        Code.PRICE_CONFLICT, Code.PART_HAS_MOVED, Code.NUMBER_CONFLICT, Code.CAR_OWNED,
        Code.ERASED, Code.SETTING_REFUSED,
    }
)  # fmt: skip
"""A row with one of these is not taken; any other is a warning on a row that is."""

WORDS: Final = {
    Code.EXCEL_ERROR: "单元格里是公式错误或没有结果，按空白处理",
    Code.DIGITS_LOST: "数字超过 15 位，或成了科学计数法，尾数已丢失；请把这一列改为文本后重新填写",
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
    Code.PHONE_LOST: "电话号码已丢失位数，没有保存；请改为文本后重新导出",
    Code.NO_MOBILE: "没有手机号，收不到通知",
    Code.VIN_FIXED: "车架号里的字母 I、O、Q 已改成数字，校验位吻合",
    Code.VIN_FORMAT: "车架号应为 17 位数字和字母",
    Code.VIN_DUMMY: "车架号全是同一个字符",
    Code.VIN_CHECK: "车架号校验位不对，可能抄错了一位，请对照行驶证",
    Code.VIN_FOREIGN: "进口车的车架号校验位不吻合，已收下，请核对",
    Code.VIN_UNCHECKED: "车架号校验位不对，按您的选择收下；请对照行驶证核对",
    Code.PLATE_BAD: "车牌不对，按空白处理",
    Code.PAYER_UNKNOWN: "付费类别认不出来，先记为客户自付",
    Code.REQUIRED: "必填的内容是空的",
    Code.NO_IDENTITY: "认不出是谁：客户编号、手机号、车架号至少要有一个，或者姓名加座机",
    Code.SHARED_PHONE: "手机号和另一位客户相同、姓名不同，已分别建档",
    Code.LOOK_ALIKE: "和已有客户同名同手机、客户编号不同，已分别建档，请到合并名单核对",
    Code.MODEL_GUESSED: "车型是按关键词猜的，请核对",
    Code.MODEL_UNKNOWN: "车型对不上，先记在“其他车型”下，原文已保留",
    Code.YEAR_MISMATCH: "购车日期和车架号的年份相差两年以上，请核对",
    Code.OWNER_CHANGED: "这台车换了车主，原车主的归属到过户日为止",
    Code.TWO_OWNERS: "这台车已有车主，又没有过户日期，先记为使用人",
    Code.STAFF_UNKNOWN: "找不到这位员工，按空白处理",
    Code.STORE_UNKNOWN: "找不到这个门店",
    Code.STORE_OUT_OF_REACH: "这个门店不归您管理",
    Code.SETTING_REFUSED: "这一行没有收",
    Code.ROLE_UNKNOWN: "岗位认不出来",
    Code.CAR_UNKNOWN: "系统里没有这台车，请先导入客户和车辆",
    Code.CAR_BY_PLATE: "没有车架号，按车牌找到了车，请核对",
    Code.CUSTOMER_UNKNOWN: "系统里没有这位客户，请先导入客户",
    Code.ORDER_CONFLICT: "同一个单号出现过，内容不同",
    Code.ORDER_UNKNOWN: "找不到这张工单",
    Code.ORDER_REJECTED: "它的工单没有导入",
    Code.BEFORE_DELIVERY: "进厂日期早于购车日期，请核对",
    Code.KM_FELL: "里程比之前的一次小，推算下次保养时不用这次的里程",
    Code.NO_KM: "没有进厂里程",
    Code.NO_NUMBER: "没有工单号，按车、日期、里程和金额认",
    Code.TOTAL_DIFF: "明细合计和工单的工时费、材料费对不上",
    Code.LINE_SUM: "数量乘单价和金额对不上，以金额为准",
    Code.APPOINTMENT_PAST: "预约已经过去或已经结束",
    Code.ITEM_UNKNOWN: "预约项目认不出来",
    Code.OVER_CAPACITY: "这个时段已经约满，已照收，请安排",
    Code.TEMPLATE_UNKNOWN: "没有这个名称的已批准卡券",
    Code.COUPON_EXPIRED: "卡券已经过期",
    Code.COUPON_USED: "卡券已经用完",
    Code.PURPOSE_UNKNOWN: "授权项目认不出来",
    Code.EVIDENCE_MISSING: "没有证据的同意不能导入",
    Code.CONSENT_BUNDLED: "购车或入会时默认的同意不算单独同意",
    Code.PRICE_CONFLICT: "同一项目、车系和日期出现了两个价格",
    Code.PART_HAS_MOVED: "这个配件已经有出入库，不能再导入期初库存",
    Code.NUMBER_CONFLICT: "这个编号已经对应另一台车",
    Code.CAR_OWNED: "这台车已有车主，不能作为库存车",
    Code.CUSTOM_VALUE: "自定义字段不存在，或内容和字段不符，这一项没有保存",
    Code.ERASED: "这位客户的个人信息已删除（本人要求或保存到期），没有导入；如是本人再来或他人共用号码，请到前台建档",
}
