"""Stock takes as a file."""

from collections.abc import AsyncIterator

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store
from crm_core.parts.counting import queries
from crm_core.parts.counting.queries import StockTakeRow


@exportable(
    "stock-takes",
    title="盘点",
    action="parts.read_counts",
    columns={
        "id": "单号",
        "zone": "区域",
        "state": "状态",
        "lines": "条数",
        "counted": "已盘",
        "differing": "差异",
        "made_by": "开单人",
        "made_at": "开始时间",
        "booked_by": "入账人",
        "ended_at": "结束时间",
    },
)
def stock_takes(actor: Actor, question: Question) -> AsyncIterator[StockTakeRow]:
    """Those of every store the reader sees."""
    return of_each_store(actor, "parts.read_counts", queries.of_store)
