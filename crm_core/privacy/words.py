"""Codes of our tables in words, for the copy of a person's data."""

from functools import cache
from typing import Final

import orjson

from crm_core.messaging.service import title_of
from crm_core.wording.catalogue import catalogue

_WORDS: Final[dict[str, dict[str, str]]] = {
    "gender": {"MALE": "先生", "FEMALE": "女士"},
    "purpose": {
        "SERVICE_NOTICE": "服务通知",
        "MARKETING_SMS": "短信优惠信息",
        "MARKETING_WECOM": "企业微信优惠信息",
        "MARKETING_CALL": "电话优惠信息",
        "PROFILING": "个性化推荐",
        "PHOTO_PUBLICITY": "照片用于宣传",
        "AD_AUDIENCE": "用于广告投放",
    },
    "how": {
        "mini_program": "小程序",
        "staff": "门店代为记录",
        "deletion_request": "申请删除时",
        "paper": "纸质",
        "sms_reply": "短信回复",
    },
    "method": {
        "WECHAT_JSAPI": "微信支付",
        "WECHAT_CODE": "微信付款码",
        "CASH": "现金",
        "POS": "刷卡",
        "TRANSFER": "转账",
        "CARD": "刷卡",
        "ACCOUNT": "月结挂账",
        "DEPOSIT": "预存款",
    },
    "channel": {
        "SUBSCRIBE": "小程序通知",
        "SMS": "短信",
        "CARD": "企业微信卡片",
        "WELCOME": "企业微信欢迎语",
        "MASS": "企业微信群发",
        "NONE": "未发出",
    },
    "role": {"OWNER": "车主", "USER": "使用人", "DRIVER": "驾驶人"},
    "source": {
        "MARKETING_AD": "广告",
        "OEM_ASSIGNED": "厂家下发",
        "VERTICAL_SITE": "汽车网站",
        "LIVE_STREAM": "直播",
        "DCC_INBOUND": "来电",
        "WALK_IN": "到店",
        "REFERRAL": "介绍",
        "SHOW": "车展",
        "RETAINED_REPEAT": "老客户",
        "WECOM_ADD": "企业微信添加",
        "MINI_PROGRAM": "小程序",
        "REACTIVATION": "再次联系",
    },
    "state": {
        "PENDING": "待处理",
        "BOUND": "已绑定",
        "UNBOUND": "已解绑",
        "REQUESTED": "待确认",
        "CONFIRMED": "已确认",
        "ARRIVED": "已到店",
        "CONVERTED": "已接车",
        "CANCELLED": "已取消",
        "EXPIRED": "已过期",
        "NO_SHOW": "未到店",
        "SENT": "已发出",
        "FAILED": "没发出",
        "SKIPPED": "未发",
        "STALE": "未发",
        "UNKNOWN": "不确定是否送达",
        "SUCCESS": "成功",
        "CLOSED": "已关闭",
        "CREATED": "待付款",
        "PAYING": "付款中",
        "PROCESSING": "处理中",
        "APPROVED": "已同意",
        "ISSUED": "已发放",
        "AVAILABLE": "可用",
        "LOCKED": "使用中",
        "REDEEMED": "已使用",
        "VOID": "已作废",
        "FROZEN": "已冻结",
        "RECEIVED": "处理中",
        "AGREED": "已同意，等待执行",
        "DONE": "已办好",
        "REFUSED": "未能办理",
        "WITHDRAWN": "已撤回",
        "OPEN": "待处理",
        "ACKNOWLEDGED": "处理中",
        "PLANNED": "处理中",
        "RESOLVED": "已解决",
        "VERIFIED": "已回访",
        "CONTROL": "未发",
        "EXCLUDED": "未发",
        "QUEUED": "待发",
        "TASKED": "待发",
        "UNREACHED": "未发",
        "QUOTA": "未发",
        "DROPPED": "未发",
        "SENDING": "正在发",
        "CALLING": "正在发",
        "REACHED": "已送达",
        "ABNORMAL": "退款受阻，处理中",
        "WANTED": "处理中",
        "ASKED": "处理中",
        "TAKER_FULL": "未转给新的同事",
        "TOO_OFTEN": "未转给新的同事",
        "NOT_FRIENDS": "未转给新的同事",
        "ASSIGNED": "待联系",
        "IN_PROGRESS": "联系中",
        "BOOKED": "已约好",
        "UNREACHABLE": "没联系上",
        "ON_THE_WAY": "在路上",
        "CAR_TAKEN": "已接到车",
        "DELIVERED": "已送达",
        "OUT": "已借出",
        "RETURNED": "已还",
        "INVALID": "不再联系",
    },
    "outcome": {
        "NO_ANSWER": "没接通",
        "SENT": "给您发过消息",
        "TALKED": "谈过",
        "REFUSED": "您说不需要",
        "CAR_GONE": "车已不在您名下",
        "WRONG_NUMBER": "号码不对",
    },
    "answer": {"YES": "愿意", "NO": "不愿意", "LATER": "以后再说"},
    "kind": {
        "PICK_UP": "上门取车",
        "RETURN": "送车上门",
        "RESCUE": "道路救援",
        "LIKE": "点赞",
        "COMMENT": "评论",
        "FRIEND": "加企业微信",
        "CAR": "绑定爱车",
        "CONSENT": "接收优惠信息",
        "EXTERNAL_USERID": "企业微信好友",
        "UNIONID": "微信账号",
        "OPENID": "小程序账号",
        "PHONE": "手机号",
        "LANDLINE": "座机",
        "USCC": "统一社会信用代码",
        "FILE_NUMBER": "客户编号",
        "EXPORT": "导出个人信息",
        "CORRECTION": "更正个人信息",
        "DELETION": "删除个人信息",
        "RESTRICTION": "限制处理个人信息",
        "INSURANCE": "保险",
        "INSPECTION": "年检",
        "PAYMENT": "收款",
        "REFUND": "退款",
        "FIRST_SERVICE": "首保提醒",
        "REGULAR_SERVICE": "保养提醒",
        "LAPSED": "久未到店",
        "WARRANTY_END": "质保到期",
        "DECLINED_WORK": "上次没做的项目",
        "NO_SHOW": "预约没有到店",
        "CAMPAIGN": "活动电话",
    },
}
"""By column; each code that a copy may show has one."""


def in_words(column: str, text: str) -> str:
    """The word for a code; lists and objects as their values, with commas."""
    if text[:1] in "[{":
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            return text
        values = value.values() if isinstance(value, dict) else value
        return "、".join(str(each) for each in values if each not in (None, ""))
    if column == "template":
        return _messages().get(text, text)
    return _WORDS.get(column, {}).get(text, text)


@cache
def _messages() -> dict[str, str]:
    """What each message is called; one that is sent no more keeps its name."""
    return {message.name: title_of(message) for message in catalogue()}
