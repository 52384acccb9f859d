"""Dormancy 沉睡/流失: whether an owner is dormant is decided by how overdue their service is, how deeply by the time
since their last visit.

A rule on the last visit alone would call an owner with a yearly interval lost six months too early.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from crm_core.policies.declaring import Policy, Unit, rule

REAL_WORK_PAYERS = frozenset({"CP", "W", "I", "G"})  # A wash or a question, paid by nobody or internally, is no visit.

# The last visit with real work; for customers who never came, the delivery of the newest car they have; without a known
# delivery, the creation of the record. `c` is the customer's row.
LAST_SEEN_SQL = (
    "coalesce(c.last_visit_on, (SELECT max(v.delivered_on) FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id "
    "WHERE o.customer_id = c.id AND o.until_on IS NULL AND v.gone_reason = ''), "
    "(c.created_at AT TIME ZONE 'Asia/Shanghai')::date)"
)


def is_real_work(payer: str, amount_fen: int) -> bool:
    """Whether a line of a repair order makes its visit count: not one for free (a question), nor internal work."""
    return payer in REAL_WORK_PAYERS and (payer != "CP" or amount_fen > 0)


class Dormancy(StrEnum):
    """States of an owner of one car; exhaustive and exclusive."""

    ACTIVE = "ACTIVE"
    AT_RISK = "AT_RISK"
    DORMANT = "DORMANT"
    LAPSED = "LAPSED"
    DEEP = "DEEP"
    GONE = "GONE"

    @property
    def label(self) -> str:
        """The trade's word for it."""
        return _LABELS[self]


_LABELS = {
    Dormancy.ACTIVE: "活跃",
    Dormancy.AT_RISK: "预警",
    Dormancy.DORMANT: "沉睡",
    Dormancy.LAPSED: "流失",
    Dormancy.DEEP: "深度流失",
    Dormancy.GONE: "失效",
}
SLEEPING = frozenset({Dormancy.DORMANT, Dormancy.LAPSED, Dormancy.DEEP})  # 沉睡客户 in a marketer's mouth.


@dataclass(frozen=True)
class DormancyPolicy(Policy, key="dormancy", title="客户活跃度", is_group_only=True):
    """Limits in days, inclusive; every handbook of the trade has its own. There is one for the whole group, because
    customers belong to the group, and stores are compared by it.
    """

    active_overdue_days: int = rule(30, "保养过期多少天内算活跃", Unit.DAYS, 0, 180)
    at_risk_overdue_days: int = rule(90, "保养过期多少天内算预警", Unit.DAYS, 1, 365)
    heavy_driver_recency_days: int = rule(183, "过期更久但多少天内来过仍算预警", Unit.DAYS, 30, 365)
    """For owners who drive much: overdue by kilometres although they came within half a year."""
    dormant_recency_days: int = rule(365, "多少天内来过算沉睡", Unit.DAYS, 60, 730)
    lapsed_recency_days: int = rule(730, "多少天内来过算流失", Unit.DAYS, 90, 1825)

    def conflict(self) -> str:
        """An error message if the limits of the states are not in increasing order; empty if they are."""
        overdue = self.active_overdue_days < self.at_risk_overdue_days
        if overdue and self.heavy_driver_recency_days < self.dormant_recency_days < self.lapsed_recency_days:
            return ""
        return "活跃、预警、沉睡、流失的天数要一个比一个大。"


@dataclass(frozen=True)
class DormancyVerdict:
    """A state with the two numbers that decided it and the sentence shown at the ⓘ."""

    state: Dormancy
    recency_days: int
    overdue_days: int
    explanation: str


def judge_dormancy(
    *,
    last_visit_on: date,
    next_service_due_on: date,
    today: date,
    gone_because: str | None = None,
    never_came: bool = False,
    policy: DormancyPolicy,
) -> DormancyVerdict:
    """Judge one car's owner.

    `last_visit_on` is the last closed repair order with real work, else (`never_came`) the delivery date.
    `gone_because` is evidence in Chinese (sold, scrapped, not their number, moved); it overrides all dates. Time alone
    never makes an owner gone.
    """
    recency_days = (today - last_visit_on).days
    overdue_days = (today - next_service_due_on).days
    if gone_because:
        return DormancyVerdict(Dormancy.GONE, recency_days, overdue_days, f"{gone_because}，不再算保有客户。")
    state, why = _by_dates(recency_days, overdue_days, policy)
    due = f"已过 {overdue_days} 天" if overdue_days > 0 else f"还有 {-overdue_days} 天"
    since = "没来过，从交车" if never_came else "上次到店"
    explanation = (
        f"{since} {last_visit_on:%Y-%m-%d}，距今 {recency_days} 天；"
        f"应保养日 {next_service_due_on:%Y-%m-%d}，{due}。{why}，所以是{state.label}。"
    )
    return DormancyVerdict(state, recency_days, overdue_days, explanation)


def _by_dates(recency_days: int, overdue_days: int, policy: DormancyPolicy) -> tuple[Dormancy, str]:
    overdue_limit = policy.at_risk_overdue_days
    if overdue_days <= policy.active_overdue_days:
        return Dormancy.ACTIVE, f"过期不超过 {policy.active_overdue_days} 天"
    if overdue_days <= overdue_limit:
        return Dormancy.AT_RISK, f"过期 {policy.active_overdue_days + 1}–{overdue_limit} 天"
    if recency_days <= policy.heavy_driver_recency_days:
        return Dormancy.AT_RISK, f"过期超过 {overdue_limit} 天，但 {policy.heavy_driver_recency_days} 天内来过"
    if recency_days <= policy.dormant_recency_days:
        since = f"{policy.heavy_driver_recency_days + 1}–{policy.dormant_recency_days}"
        return Dormancy.DORMANT, f"过期超过 {overdue_limit} 天，{since} 天没来"
    if recency_days <= policy.lapsed_recency_days:
        since = f"{policy.dormant_recency_days + 1}–{policy.lapsed_recency_days}"
        return Dormancy.LAPSED, f"过期超过 {overdue_limit} 天，{since} 天没来"
    return Dormancy.DEEP, f"过期超过 {overdue_limit} 天，超过 {policy.lapsed_recency_days} 天没来"
