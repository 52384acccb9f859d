"""The list of disputed lines as a file."""

from collections.abc import AsyncIterator

from crm_core.bill_disputes import queries
from crm_core.bill_disputes.queries import DisputeRow
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store


@exportable(
    "bill-disputes",
    title="账单异议",
    action="bill_disputes.read",
    columns={
        "bill_number": "账单",
        "customer_name": "客户",
        "plate": "车牌",
        "name": "项目",
        "amount_fen": "金额",
        "reason": "理由",
        "state": "状态",
        "raised_at": "提出时间",
        "due_at": "答复期限",
        "handled_by": "处理人",
        "answer": "答复",
    },
)
def bill_disputes(actor: Actor, question: Question) -> AsyncIterator[DisputeRow]:
    """Those of every store the reader sees."""
    return of_each_store(actor, "bill_disputes.read", queries.of_store)
