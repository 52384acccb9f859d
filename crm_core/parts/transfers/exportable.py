"""Transfers between stores as a file, without what they cost."""

from collections.abc import AsyncIterator

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store
from crm_core.parts.transfers import queries
from crm_core.parts.transfers.queries import TransferRow


@exportable(
    "part-transfers",
    title="调拨单",
    action="parts.read_transfers",
    columns={
        "id": "单号",
        "from_store": "调出门店",
        "to_store": "调入门店",
        "state": "状态",
        "parts": "配件",
        "pieces": "请调件数",
        "given": "同意件数",
        "received": "收到件数",
        "eta": "预计到店",
        "made_by": "开单人",
        "made_at": "开单时间",
        "sent_at": "发出时间",
        "note": "备注",
        "answer": "答复",
    },
)
async def part_transfers(actor: Actor, question: Question) -> AsyncIterator[TransferRow]:
    """Those of every store the reader sees; one between two of them stands once."""
    seen: set[int] = set()
    async for row in of_each_store(actor, "parts.read_transfers", queries.of_store):
        if row.id not in seen:
            seen.add(row.id)
            yield row
