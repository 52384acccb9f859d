"""The list of bills as a file."""

from collections.abc import AsyncIterator

from crm_core.billing import queries
from crm_core.billing.queries import StaffBillRow
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store


@exportable(
    "cashier",
    title="账单",
    action="bills.read",
    columns={
        "number": "账单",
        "customer_name": "客户",
        "plate": "车牌",
        "payer": "付款方",
        "state": "状态",
        "total_fen": "应付",
        "due_fen": "未付",
        "refunded_fen": "已退",
        "sent_at": "发出时间",
        "paid_at": "付清时间",
    },
)
def bills(actor: Actor, question: Question) -> AsyncIterator[StaffBillRow]:
    """Those of every store the reader sees."""
    return of_each_store(actor, "bills.read", queries.of_store)
