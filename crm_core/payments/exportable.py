"""Money that moved at the platform without us, and cashiers' shifts, as files."""

from collections.abc import AsyncIterator

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store
from crm_core.payments import queries, shift_queries
from crm_core.payments.queries import OutsideMovementRow
from crm_core.payments.shift_queries import ShiftRow


@exportable(
    "outside-movements",
    title="系统外收退款",
    action="payments.read_outside",
    columns={
        "store": "门店",
        "out_trade_no": "商户订单号",
        "out_refund_no": "商户退款单号",
        "amount_fen": "金额",
        "status": "微信支付的状态",
        "moved_at": "发生时间",
        "found_at": "发现时间",
        "is_followed": "账上有了",
        "settled_by": "处理人",
        "settled_at": "处理时间",
        "settled_reason": "处理说明",
    },
    question=("state",),
)
async def outside_movements(actor: Actor, question: Question) -> AsyncIterator[OutsideMovementRow]:
    """The cases the page shows: those that are open, or those that were settled."""
    for row in await queries.outside(actor):
        if (row.settled_at is not None) == (question.get("state") == "settled"):
            yield row


@exportable(
    "cashier-shifts",
    title="收银班次",
    action="cashier_shifts.read",
    columns={
        "store": "门店",
        "cashier": "收银",
        "state": "状态",
        "opened_at": "开班",
        "closed_at": "交班",
        "closed_by": "谁代交",
        "float_fen": "备用金",
        "difference_fen": "长短款",
        "reason": "原因",
        "signed_by": "签字",
        "signed_at": "签字时间",
    },
)
def cashier_shifts(actor: Actor, question: Question) -> AsyncIterator[ShiftRow]:
    """Those of every store the reader sees."""
    return of_each_store(actor, "cashier_shifts.read", shift_queries.of_store)
