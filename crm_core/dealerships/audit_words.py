"""What the acts of the audit log are called, and by which areas one looks for them."""

from enum import StrEnum
from typing import Final


class AuditArea(StrEnum):
    """What an act is about."""

    SEARCH = "SEARCH"
    REVEAL = "REVEAL"
    EXPORT = "EXPORT"
    PERMISSION = "PERMISSION"
    PRICE = "PRICE"
    OWNERSHIP = "OWNERSHIP"
    POLICY = "POLICY"
    IMPORT = "IMPORT"
    PRIVACY = "PRIVACY"
    MONEY = "MONEY"
    WORK = "WORK"

    @property
    def label(self) -> str:
        """As people read it."""
        return _AREA_WORDS[self]


_AREA_WORDS: Final = {
    AuditArea.SEARCH: "大量查找",
    AuditArea.REVEAL: "看完整号码",
    AuditArea.EXPORT: "导出",
    AuditArea.PERMISSION: "人员、权限与登录",
    AuditArea.PRICE: "价格与优惠",
    AuditArea.OWNERSHIP: "归属与合并",
    AuditArea.POLICY: "规则与设置",
    AuditArea.IMPORT: "导入",
    AuditArea.PRIVACY: "个人信息",
    AuditArea.MONEY: "收款与退款",
    AuditArea.WORK: "工单与卡券",
}
_EXACT: Final[dict[str, tuple[AuditArea, str]]] = {
    "customers.search": (AuditArea.SEARCH, "查找客户，一次看到 20 位以上"),
    "customers.reveal_phone": (AuditArea.REVEAL, "看了完整手机号"),
    "customers.assign": (AuditArea.OWNERSHIP, "改了客户的顾问"),
    "customers.file_beside": (AuditArea.OWNERSHIP, "号码或车牌在档，仍按新客户登记"),
    "customers.merge": (AuditArea.OWNERSHIP, "合并客户"),
    "customers.undo_merge": (AuditArea.OWNERSHIP, "撤销合并"),
    "tags.create": (AuditArea.POLICY, "建了标签"),
    "tags.rename": (AuditArea.POLICY, "改了标签的名称"),
    "tags.end": (AuditArea.POLICY, "删了标签"),
    "tags.mend": (AuditArea.POLICY, "补齐标签和企业微信的出入"),
    "tags.carry": (AuditArea.POLICY, "让分群自动贴标签"),
    "tags.stop_carrying": (AuditArea.POLICY, "停了分群自动贴标签"),
    "customers.stop_marketing": (AuditArea.PRIVACY, "停止营销"),
    "customers.quiet_hours": (AuditArea.PRIVACY, "记下或取消客户的免打扰时段"),
    "group.begin": (AuditArea.PERMISSION, "集团开始使用"),
    "sign_in.by_address": (AuditArea.PERMISSION, "用一次性地址登录"),
    "sign_in.make_address": (AuditArea.PERMISSION, "做了一次性登录地址"),
    "staff.left": (AuditArea.PERMISSION, "成员离职"),
    "staff.service_phone_given": (AuditArea.PERMISSION, "登记了工作电话"),
    "wall_screen.made": (AuditArea.PERMISSION, "做了车间大屏的链接"),
    "wall_screen.ended": (AuditArea.PERMISSION, "停用了车间大屏的链接"),
    "repair_orders.give_goodwill": (AuditArea.PRICE, "申请善意减免"),
    "repair_orders.approve_goodwill": (AuditArea.PRICE, "批准善意减免"),
    "repair_orders.give_discount": (AuditArea.PRICE, "给了维修优惠"),
    "repair_orders.offer_free_job": (AuditArea.PRICE, "报了自由项目"),
    "repair_orders.approve_discount": (AuditArea.PRICE, "批准维修优惠"),
    "invoices.take_over": (AuditArea.PRICE, "收回停用的开票服务没开完的发票"),
    "coupons.void": (AuditArea.PRICE, "同意作废卡券"),
    "coupons.ask_void": (AuditArea.PRICE, "申请作废卡券"),
    "coupon_checks.confirm": (AuditArea.PRICE, "认定卡券有问题"),
    "coupon_checks.clear": (AuditArea.PRICE, "认定卡券没问题"),
    "coupons.freeze": (AuditArea.PRICE, "冻结卡券"),
    "coupons.unfreeze": (AuditArea.PRICE, "解冻卡券"),
    "exports.ask": (AuditArea.EXPORT, "申请导出"),
    "exports.make": (AuditArea.EXPORT, "做好导出文件"),
    "exports.approve": (AuditArea.EXPORT, "批准导出"),
    "exports.refuse": (AuditArea.EXPORT, "没有批准导出"),
    "exports.download": (AuditArea.EXPORT, "下载了导出文件"),
    "documents.print": (AuditArea.WORK, "打印了单据"),
    "imports.bring": (AuditArea.IMPORT, "上传了文件"),
    "imports.problems": (AuditArea.IMPORT, "下载了问题行"),
    "imports.stop": (AuditArea.IMPORT, "停止导入"),
    "imports.undo": (AuditArea.IMPORT, "撤销导入"),
    "privacy.done": (AuditArea.PRIVACY, "办好了个人信息请求"),
    "privacy.agreed": (AuditArea.PRIVACY, "同意删除个人信息"),
    "privacy.refused": (AuditArea.PRIVACY, "没有办理个人信息请求"),
    "privacy.lift": (AuditArea.PRIVACY, "解除限制处理"),
    "privacy.read_copy": (AuditArea.PRIVACY, "本人看了个人信息副本"),
    "privacy.write_down": (AuditArea.PRIVACY, "代人登记了个人信息请求"),
    "privacy.hand_over_copy": (AuditArea.PRIVACY, "取了个人信息副本交给本人"),
    "privacy.retention": (AuditArea.PRIVACY, "到期清理"),
    "consent_texts.publish": (AuditArea.PRIVACY, "发布了同意说明"),
    "messages.word": (AuditArea.POLICY, "改了通知文案"),
    "refunds.approve": (AuditArea.MONEY, "批准退款"),
    "refunds.pay_out": (AuditArea.MONEY, "退钱给客户"),
    "refunds.redirect": (AuditArea.MONEY, "改退到银行卡"),
    "cashier_shifts.close": (AuditArea.MONEY, "交班"),
    "cashier_shifts.close_left": (AuditArea.MONEY, "替离岗的收银交班"),
    "cashier_shifts.sign": (AuditArea.MONEY, "为长短款签字"),
    "payments.settle_outside": (AuditArea.MONEY, "处理平台资金变动"),
    "reconciliation.explain": (AuditArea.MONEY, "处理对账差异"),
    "monthly_accounts.ask": (AuditArea.MONEY, "申请月结账户"),
    "monthly_accounts.decide": (AuditArea.MONEY, "审批或停用月结账户"),
    "monthly_accounts.repay": (AuditArea.MONEY, "登记月结还款"),
    "bill_disputes.take_off": (AuditArea.PRICE, "因账单异议减免"),
    "deposits.take": (AuditArea.MONEY, "收了预存款"),
    "receivables.receive": (AuditArea.MONEY, "登记应收到账"),
    "receivables.bear": (AuditArea.MONEY, "内部承担应收"),
    "reconciliation.close": (AuditArea.MONEY, "结账"),
    "complaints.give_coupon": (AuditArea.PRICE, "为投诉送券"),
    "hand_over.settle": (AuditArea.WORK, "处理交车异议"),
    "repair_orders.declare_comeback": (AuditArea.WORK, "认定返修"),
    "repair_orders.deny_comeback": (AuditArea.WORK, "不认返修"),
    "repair_orders.void": (AuditArea.WORK, "作废工单"),
    "repair_orders.stop": (AuditArea.WORK, "中止工单"),
    "custom_fields.fill": (AuditArea.OWNERSHIP, "填了自定义字段"),
    "contact_ways.create": (AuditArea.POLICY, "做了渠道活码"),
    "contact_ways.edit": (AuditArea.POLICY, "改了渠道活码"),
    "contact_ways.try_again": (AuditArea.POLICY, "让企业微信再做一次渠道活码"),
    "contact_ways.end": (AuditArea.POLICY, "停用了渠道活码"),
    "mileage.correct": (AuditArea.WORK, "更正里程"),
    "partners.bring_customers": (AuditArea.IMPORT, "外部系统写入客户"),
    "partners.bring_cars": (AuditArea.IMPORT, "外部系统写入车辆"),
    "partners.bring_stock": (AuditArea.IMPORT, "外部系统写入库存车"),
    "partners.bring_orders": (AuditArea.IMPORT, "外部系统写入工单"),
}
_BY_PREFIX: Final[dict[str, tuple[AuditArea, str]]] = {
    "policies": (AuditArea.POLICY, "改了规则"),
    "settings": (AuditArea.POLICY, "改了设置"),
    "stores": (AuditArea.POLICY, "改了门店"),
    "prices": (AuditArea.PRICE, "改了价格"),
    "item_prices": (AuditArea.PRICE, "改了价格"),
    "service_items": (AuditArea.PRICE, "改了项目"),
    "pricing": (AuditArea.PRICE, "改了价格"),
    "coupon_templates": (AuditArea.PRICE, "改了卡券模板"),
    "coupons": (AuditArea.PRICE, "动了卡券"),
    "staff": (AuditArea.PERMISSION, "改了人员"),
    "roles": (AuditArea.PERMISSION, "改了角色"),
    "permissions": (AuditArea.PERMISSION, "改了权限"),
    "rights": (AuditArea.PERMISSION, "改了权限表"),
    "directory": (AuditArea.PERMISSION, "处理通讯录的变动"),
    "succession": (AuditArea.OWNERSHIP, "办理交接"),
    "friends": (AuditArea.OWNERSHIP, "核对企业微信好友"),
    "webhooks": (AuditArea.PERMISSION, "改了推送地址"),
    "operations": (AuditArea.POLICY, "处理停住的工作"),
    "partners": (AuditArea.PERMISSION, "改了接口密钥"),
    "sign_in": (AuditArea.PERMISSION, "登录"),
    "vehicles": (AuditArea.OWNERSHIP, "改了车辆归属"),
    "binding_requests": (AuditArea.OWNERSHIP, "改了车辆归属"),
    "customers": (AuditArea.OWNERSHIP, "改了客户资料"),
    "imports": (AuditArea.IMPORT, "导入"),
    "exports": (AuditArea.EXPORT, "导出"),
    "documents": (AuditArea.WORK, "单据"),
    "privacy": (AuditArea.PRIVACY, "个人信息"),
    "refunds": (AuditArea.MONEY, "退款"),
    "payments": (AuditArea.MONEY, "收款"),
    "repair_orders": (AuditArea.WORK, "动了工单"),
    "parked_work": (AuditArea.POLICY, "处理停住的工作"),
}


def area_of(action: str) -> AuditArea:
    """Where people look for an act."""
    return _said(action)[0]


def word_of(action: str) -> str:
    """What the act is called."""
    return _said(action)[1]


def prefixes_of(area: AuditArea) -> tuple[list[str], list[str], list[str]]:
    """By which actions an area is found: its own by name, the beginnings of others, and what begins so but is of
    another area.
    """
    exact = [action for action, (own, _) in _EXACT.items() if own is area]
    beginnings = [f"{prefix}." for prefix, (own, _) in _BY_PREFIX.items() if own is area]
    others = [action for action, (own, _) in _EXACT.items() if own is not area]
    return exact, beginnings, others


def _said(action: str) -> tuple[AuditArea, str]:
    return _EXACT.get(action) or _BY_PREFIX.get(action.partition(".")[0]) or (AuditArea.WORK, action)
