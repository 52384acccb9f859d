"""What of the table of rights no group may change: pure, from the table the code declares and the change that is asked.

The table says what a role may do by the custom of the trade; a group may narrow it, and widen it until one of these
bounds. They are no policy: each keeps somebody from judging their own work, or keeps the house open.
"""

from collections.abc import Mapping
from typing import Final

Table = Mapping[str, Mapping[str, str]]
"""Action → role → reach (`SELF`, `TEAM` or `STORE`)."""

FIXED: Final = {
    "approvals.decide": "谁能审批由审批级别决定，不能在这里改。",
    "audit.read": "审计只给隐私负责人和系统管理员看，不能改。",
    "privacy.read": "个人信息请求只由隐私负责人处理，不能改。",
    "privacy.work_off": "个人信息请求只由隐私负责人处理，不能改。",
    "staff.manage": "岗位由系统管理员管，不能改，不然没有人能改回来。",
    "rights.change": "权限表由系统管理员改，不能改，不然没有人能改回来。",
    "rights.read": "权限表谁能看不能改。",
    "customers.reveal_phone": "完整手机号只给直接服务客户的人看，逐个登记，不能改。",
    "parked_work.look_after": "停住的工作由系统管理员处理，不能改。",
}  # fmt: skip
"""Actions whose row stays as it is, and why."""

NEVER: Final[Mapping[str, tuple[str, ...]]] = {
    "SC": ("bills.", "refunds.", "campaigns.", "coupons.void", "repair_orders.estimate", "repair_orders.finish"),
    "SM": ("bills.", "refunds.", "repair_orders.", "parts."),
    "DCC": ("bills.", "refunds.", "repair_orders.", "coupons.void"),
    "MKT": ("repair_orders.", "bills.", "campaigns.approve", "customers.edit", "customers.assign"),
    "SA": ("repair_orders.check_quality", "parts.issue", "parts.settle", "repair_orders.void", "surveys."),
    "SVM": ("repair_orders.check_quality", "repair_orders.work"),
    "WC": ("repair_orders.price_additional_work", "repair_orders.estimate", "bills.", "customers.edit"),
    "TEC": ("customers.", "bills.", "coupons.", "repair_orders.check_quality", "repair_orders.dispatch"),
    "QC": ("customers.", "bills.", "repair_orders.work", "repair_orders.dispatch"),
    "PRT": ("customers.", "bills.", "repair_orders.estimate", "repair_orders.dispatch"),
    "CSH": ("bills.make", "repair_orders.estimate", "repair_orders.give_goodwill", "coupons.gift"),
    "CRC": ("repair_orders.estimate", "repair_orders.dispatch", "bills.make", "bills.receive_offline"),
    "FIN": ("repair_orders.estimate", "repair_orders.dispatch", "bills.make", "bills.receive_offline"),
    "RGN": ("repair_orders.", "bills.", "appointments.", "customers.edit"),
    "GRP": ("repair_orders.", "bills.", "appointments.", "customers.edit"),
    "ADM": ("customers.", "vehicles.", "repair_orders.", "bills.", "coupons.", "appointments.", "refunds."),
    "DPO": ("campaigns.", "segments.", "coupons.", "bills.", "repair_orders.", "appointments."),
    "DRV": ("customers.", "bills.", "coupons.", "repair_orders.", "parts.", "appointments.", "valet.assign"),
}
"""What a role must not do, by action or (ending in a dot) by part of the house; what the code itself grants stays."""

APART: Final = (
    ("repair_orders.work", "repair_orders.check_quality", "施工和质检不能是同一个岗位。"),
    ("campaigns.draft", "campaigns.approve", "写活动和批活动不能是同一个岗位。"),
    ("bills.make", "bills.receive_offline", "开账单和收现金不能是同一个岗位。"),
    ("bills.make", "payments.settle_outside", "开账单和对账不能是同一个岗位。"),
    ("bills.make", "reconciliation.explain", "开账单和对账不能是同一个岗位。"),
    ("bills.receive_offline", "reconciliation.close", "收款和结账不能是同一个岗位。"),
    ("parts.issue", "repair_orders.work", "领料和发料不能是同一个岗位。"),
    ("coupons.gift", "coupons.void", "送券和作废券不能是同一个岗位。"),
    ("complaints.resolve", "complaints.verify", "处理投诉和回访核实不能是同一个岗位。"),
    ("bill_disputes.answer", "bills.receive_offline", "答复账单异议和收款不能是同一个岗位。"),
)
"""Two actions that no role may hold both unless the code itself grants both, and why."""

_NOT_ROLES: Final = frozenset({"OWN", "SYS"})


def refusal(action: str, role: str, reach: str, declared: Table, now: Table) -> str | None:
    """Why a cell may not be set to `reach` (empty: taken away), in Chinese; None if it may.

    `declared` is what the code says, `now` what holds with the changes so far.
    """
    if action not in declared or not any(each not in _NOT_ROLES for each in declared[action]):
        return "这件事只有车主或系统能做，不能给岗位。"
    if action in FIXED:
        return FIXED[action]
    if not reach:
        left = {each for each in now[action] if each not in (*_NOT_ROLES, role)}
        return None if left else "至少要留一个岗位能做这件事。"
    if any(action == one or (one.endswith(".") and action.startswith(one)) for one in NEVER.get(role, ())) and (
        role not in declared[action]
    ):
        return "按职责分离，这个岗位不能做这件事。"
    for first, second, why in APART:
        other = {first: second, second: first}.get(action)
        if other and role in now[other] and not (role in declared[action] and role in declared[other]):
            return why
    return None


def with_changes(declared: Table, changes: Table) -> dict[str, dict[str, str]]:
    """The table with changes applied; an empty reach takes a role out."""
    merged = {action: dict(row) for action, row in declared.items()}
    for action, row in changes.items():
        for role, reach in row.items():
            if reach:
                merged[action][role] = reach
            else:
                merged[action].pop(role, None)
    return merged
