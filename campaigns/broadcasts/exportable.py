"""The list of broadcasts as a file."""

from collections.abc import AsyncIterator

from campaigns.broadcasts import queries
from campaigns.broadcasts.queries import BroadcastRow
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable

_PAGE = 100


@exportable(
    "broadcasts",
    title="群发计划",
    action="campaigns.read",
    columns={
        "name": "名称",
        "segment_name": "分群",
        "reading": "条件",
        "state": "状态",
        "coupon": "卡券",
        "budget_fen": "预算",
        "author": "作者",
        "approver": "审批人",
        "created_at": "新建时间",
        "started_at": "开始时间",
        "finished_at": "结束时间",
    },
    question=("q",),
)
async def broadcasts(actor: Actor, question: Question) -> AsyncIterator[BroadcastRow]:
    """Those the page shows for this question, page by page."""
    before: int | None = None
    while rows := await queries.of_reader(actor, search=question.get("q", ""), before_id=before, limit=_PAGE):
        for row in rows:
            yield row
        before = rows[-1].id
