"""Purchase orders as a file, without what they cost."""

from collections.abc import AsyncIterator

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store
from crm_core.parts.purchases import queries
from crm_core.parts.purchases.queries import PurchaseRow


@exportable(
    "purchases",
    title="采购单",
    action="parts.read_purchases",
    columns={
        "id": "单号",
        "supplier": "供应商",
        "state": "状态",
        "parts": "配件",
        "pieces": "件数",
        "arrived": "已到",
        "eta": "预计到齐",
        "made_by": "开单人",
        "made_at": "开单时间",
        "ordered_at": "下单时间",
        "note": "备注",
    },
)
def purchases(actor: Actor, question: Question) -> AsyncIterator[PurchaseRow]:
    """Those of every store the reader sees."""
    return of_each_store(actor, "parts.read_purchases", queries.of_store)
