"""The first text of every purpose, in force until the group publishes one of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from crm_core.customers.models import Purpose

VERSION: Final = "2026-01"


@dataclass(frozen=True)
class ConsentText:
    """One text: who may do what with which data, and how the consent is withdrawn (PIPL art. 17)."""

    purpose: Purpose
    version: str
    title: str
    text: str
    effective_on: date | None = None
    """The first day it is shown; None for the shipped one."""


SHIPPED: Final = (
    ConsentText(
        Purpose.SERVICE_NOTICE,
        VERSION,
        "服务通知",
        "本集团用您的微信账号和手机号，把预约、维修、付款的进展通知您。可随时在「我的 · 通知」里关闭。",
    ),
    ConsentText(
        Purpose.MARKETING_WECOM,
        VERSION,
        "企业微信优惠信息",
        "本集团用您的企业微信好友关系、车型和到店记录，向您发送保养提醒和优惠。每周最多一条，随时可以撤回，不影响维修保养。",
    ),
    ConsentText(
        Purpose.MARKETING_SMS,
        VERSION,
        "短信优惠信息",
        "本集团用您的手机号、车型和到店记录，向您发送优惠短信。每条都写明是谁发的、怎么退订，随时可以撤回。",
    ),
    ConsentText(
        Purpose.MARKETING_CALL,
        VERSION,
        "电话优惠信息",
        "本集团的客服可以打您的手机，介绍保养和优惠。只在约定时段打，随时可以撤回，不影响维修保养。",
    ),
    ConsentText(
        Purpose.PROFILING,
        VERSION,
        "个性化推荐",
        "本集团用您的到店记录和里程，估算下次保养时间并挑选可能用得上的优惠。撤回后只按统一规则提醒，价格不因此不同。",
    ),
    ConsentText(
        Purpose.PHOTO_PUBLICITY,
        VERSION,
        "照片用于宣传",
        "本集团可以把交车或维修时拍的车辆照片用于宣传，不出现姓名、电话、车牌和人脸。撤回后不再使用，已印出的尽量收回。",
    ),
    ConsentText(
        Purpose.AD_AUDIENCE,
        VERSION,
        "用于广告投放",
        "本集团可以把您手机号加密后的一串字符交给腾讯广告，只用来向您展示本集团的广告。撤回后不再提供，不影响维修保养。",
    ),
)
