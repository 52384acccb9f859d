"""The list of monthly accounts as a file."""

from collections.abc import AsyncIterator

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store
from crm_core.monthly_accounts import queries
from crm_core.monthly_accounts.queries import MonthlyAccountRow


@exportable(
    "monthly-accounts",
    title="月结账户",
    action="monthly_accounts.read",
    columns={
        "company": "公司",
        "customer_name": "客户",
        "state": "状态",
        "limit_fen": "额度",
        "owed_fen": "欠款",
        "left_fen": "剩余额度",
        "overdue_fen": "逾期",
        "overdue_since": "逾期自",
        "closing_day": "结账日",
        "pay_within_days": "账期天数",
        "asked_by": "申请人",
        "decided_by": "审批人",
    },
)
def monthly_accounts(actor: Actor, question: Question) -> AsyncIterator[MonthlyAccountRow]:
    """Those of every store the reader sees."""
    return of_each_store(actor, "monthly_accounts.read", queries.of_store)
