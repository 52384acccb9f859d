"""The list of bills as a file."""

from collections.abc import AsyncIterator

from crm_core.billing import queries, refund_queries
from crm_core.billing.queries import StaffBillRow
from crm_core.billing.refund_queries import DeskRefundRow
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


@exportable(
    "desk-refunds",
    title="退款",
    action="bills.read",
    columns={
        "number": "账单",
        "customer_name": "客户",
        "plate": "车牌",
        "amount_fen": "金额",
        "reason": "原因",
        "state": "状态",
        "method": "原付款方式",
        "approved_by": "批准人",
        "approved_at": "批准时间",
        "paid_out_by": "退钱的人",
        "paid_out_method": "退钱方式",
        "paid_out_reference": "退款流水号",
        "ended_at": "完成时间",
    },
)
def desk_refunds(actor: Actor, question: Question) -> AsyncIterator[DeskRefundRow]:
    """Those of every store the reader sees."""
    return of_each_store(actor, "bills.read", refund_queries.of_store)
