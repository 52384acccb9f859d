"""补货建议 as a file, without prices."""

from collections.abc import AsyncIterator

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store
from crm_core.parts.replenishing import queries
from crm_core.parts.replenishing.queries import ProposalRow


@exportable(
    "purchase-proposals",
    title="补货建议",
    action="parts.purchase",
    columns={
        "part_number": "件号",
        "part": "配件",
        "quantity": "建议数量",
        "reason": "原因",
        "free": "可用",
        "coming": "在途",
        "minimum": "最低库存",
        "supplier": "上次供应商",
    },
)
def purchase_proposals(actor: Actor, question: Question) -> AsyncIterator[ProposalRow]:
    """Those of every store the reader orders for."""
    return of_each_store(actor, "parts.purchase", queries.proposals)
