"""What each action is called on the pages about rights, by the part of the house it belongs to."""

from typing import Final

AREAS: Final[dict[str, str]] = {
    "customers": "客户", "vehicles": "车辆", "authorised_persons": "授权的人", "appointments": "预约",
    "loan_cars": "代步车", "valet": "取送车", "tasks": "招徕任务", "messages": "通知", "repair_orders": "工单",
    "parts": "配件", "bills": "账单", "wall_screens": "车间大屏", "invoices": "发票",
    "bill_disputes": "账单异议", "refunds": "退款", "hand_over": "交车", "payments": "系统外收款",
    "reconciliation": "对账", "receivables": "应收", "cashier_shifts": "收银班次", "monthly_accounts": "月结",
    "deposits": "预存款",
    "coupons": "卡券", "coupon_checks": "卡券风险", "coupon_templates": "卡券模板",
    "surveys": "回访", "complaints": "投诉",
    "feedback": "车主评价", "reach": "触达", "segments": "分群", "tags": "标签", "waking": "唤醒池",
    "campaigns": "群发活动", "send_tasks": "群发任务", "contact_ways": "渠道活码", "approvals": "审批",
    "audit": "审计", "parked_work": "停住的工作", "policies": "规则参数", "privacy": "个人信息请求",
    "consent_texts": "同意说明",
    "imports": "数据导入", "partners": "外部系统", "settings": "设置", "group": "集团", "regions": "大区",
    "stores": "门店", "bays": "工位", "holidays": "放假安排", "shifts": "排班", "catalogue": "项目",
    "prices": "价格", "staff": "人员", "rights": "权限", "exports": "导出", "webhooks": "推送到外部系统",
    "connections": "平台连接",
    "custom_fields": "自定义字段", "documents": "单据", "reports": "报表",
}  # fmt: skip
_ACTS: Final[dict[str, str]] = {
    "read": "查看", "edit": "修改", "reveal_phone": "看完整手机号", "follow_up": "跟进", "assign": "分配",
    "merge": "合并", "consent": "登记同意", "compare_friends": "核对企业微信好友", "bind": "绑定",
    "register": "建档", "file": "登记新客户",
    "record_expiry": "登记到期日", "name": "授权", "accept": "接受授权", "book": "代客预约",
    "confirm": "确认", "reschedule": "改期", "cancel": "取消", "check_in": "登记到店", "expire": "到时失效",
    "switch": "开关通知", "call": "登记电话", "word": "改文案", "open": "开单",
    "correct_mileage": "更正里程", "inspect": "预检", "estimate": "报价", "give_goodwill": "善意减免",
    "give_discount": "维修优惠",
    "judge_comeback": "认定返修", "see_comebacks": "看返修情况",
    "authorise": "授权施工",
    "record_oral_decision": "登记口头同意", "dispatch": "派工", "work": "施工", "join": "协助同事施工",
    "propose_additional_work": "报增项", "price_additional_work": "给增项报价",
    "decide_additional_work": "决定增项", "share": "分享进度", "wait_for_parts": "等件", "promise": "承诺时间",
    "check_quality": "质检", "finish": "完工", "void": "作废", "expire_additional_work": "增项到时失效",
    "issue": "发放", "settle": "结清", "make": "开账单", "pay": "付款", "use_scanned_coupon": "用扫到的券",
    "receive_offline": "线下收款", "ask": "提出", "raise": "提出异议", "answer": "答复", "request": "申请",
    "read_outside": "查看系统外收款", "settle_outside": "处理系统外收款", "offer": "发起交车",
    "dispute": "对交车有异议", "claim": "领取", "show": "出示", "scan": "扫码", "gift": "赠送",
    "list": "逐张查看", "pass_on": "转送", "freeze": "冻结和解冻", "draft": "起草",
    "run": "执行", "acknowledge": "受理", "resolve": "处理", "verify": "回访核实", "approve": "批准",
    "oversee": "查看和催办", "decide": "审批", "look_after": "处理", "quote": "看到店里的规则", "change": "修改",
    "work_off": "处理", "keep_keys": "管理密钥", "bring_customers": "写入客户", "bring_cars": "写入车辆",
    "bring_stock": "写入库存", "read_stock": "看库存车", "bring_orders": "写入工单",
    "report_departures": "报告车辆出场", "report_arrivals": "报告车辆到店", "read_personal": "读取个人信息",
    "follow_directory": "跟随通讯录", "manage": "管理岗位和通讯录", "hand_over": "办交接",
    "submit": "提交和登记答复", "receive": "登记到账", "bear": "内部承担", "repay": "登记还款", "take": "收预存款",
    "note": "替客户记下",
    "take_off": "减免", "take_off_more": "减免超过限额",
    "explain": "写明差异原因", "pay_out": "退钱给客户", "redirect": "改退到银行卡", "sign": "签字", "close": "结账",
    "close_left": "替离岗的收银交班",
    "give_service_phone": "填自己的服务电话", "stand_in": "安排代理人",
    "keep": "管理", "test": "测试", "keep_people": "改车主和用车人", "fill": "填写", "publish": "发布",
    "count": "盘点", "approve_count": "批准盘点差异", "read_counts": "查看盘点",
    "expect": "改配件到货时间", "replace": "换替代件", "transfer": "在门店之间调拨", "read_transfers": "查看调拨",
    "purchase": "采购和到货", "read_purchases": "查看采购", "read_cost": "看配件成本和毛利",
    "print": "打印单据", "print_workshop": "打印车间单据", "read_own": "看自己的单据", "set_targets": "定目标",
}  # fmt: skip
_OF_ONE_AREA: Final[dict[str, str]] = {
    "customers.quiet_hours": "记免打扰时段",
    "reach.ask": "问触达、记回答", "reach.read": "看触达增长", "reach.answer_own": "在进度页答触达提问",
    "complaints.read_own": "看自己的投诉", "complaints.bring": "登记投诉", "feedback.read_own": "看对自己做的活的评价",
    "monthly_accounts.ask": "申请月结", "monthly_accounts.decide": "审批和停用",
    "loan_cars.lend": "借出和收回", "loan_cars.read_own": "看自己借的代步车",
    "valet.ask": "约取送车", "valet.rescue": "约救援", "valet.assign": "派司机", "valet.drive": "开车、交接",
    "tasks.work": "联系客户、记结果", "tasks.assign": "分给同事、不再联系", "invoices.issue": "开票",
    "hand_over.settle": "处理交车异议", "reconciliation.settle": "处理差异",
    "exports.ask": "导出名单", "exports.oversee": "查看全部导出",
    "coupons.void": "申请作废", "coupons.read_statement": "看卡券报表",
    "coupon_templates.run": "启用和停发", "campaigns.run": "开始和停止", "campaigns.forbid": "管理禁用词",
}  # fmt: skip
"""Where the trade has a word of its own for what `_ACTS` calls by a common one."""


def area_of(action: str) -> str:
    """The part of the house an action belongs to, in Chinese."""
    return AREAS[action.partition(".")[0]]


def act_of(action: str) -> str:
    """What the action is, in Chinese."""
    return _OF_ONE_AREA.get(action) or _ACTS[action.partition(".")[2]]
