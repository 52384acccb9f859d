"""The list of receivables as a file."""

from collections.abc import AsyncIterator

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store
from crm_core.receivables import queries
from crm_core.receivables.queries import ReceivableRow


@exportable(
    "receivables",
    title="应收",
    action="receivables.read",
    columns={
        "number": "工单",
        "customer_name": "客户",
        "plate": "车牌",
        "payer": "付款方",
        "party": "厂家或保险公司",
        "approval_number": "授权号或定损单号",
        "case_number": "报案号",
        "state": "状态",
        "amount_fen": "金额",
        "accepted_fen": "核准",
        "received_fen": "到账",
        "borne_fen": "内部承担",
        "open_fen": "未结",
        "opened_at": "发生时间",
        "due_on": "下一步期限",
        "settled_at": "结清时间",
    },
)
def receivables(actor: Actor, question: Question) -> AsyncIterator[ReceivableRow]:
    """Those of every store the reader sees."""
    return of_each_store(actor, "receivables.read", queries.of_store)
