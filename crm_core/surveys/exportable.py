"""The list of complaints as a file."""

from collections.abc import AsyncIterator

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable
from crm_core.dealerships.permissions import stores_within
from crm_core.dealerships.stores import live_store_ids
from crm_core.surveys import queries
from crm_core.surveys.queries import ComplaintRow
from crm_core.surveys.rules import ComplaintsShown


@exportable(
    "complaints",
    title="投诉",
    action="surveys.read",
    columns={
        "store": "门店",
        "customer_name": "客户",
        "phone": "手机号",
        "series": "车系",
        "plate": "车牌",
        "source": "来源",
        "body": "内容",
        "state": "状态",
        "opened_at": "提出时间",
        "reopened_at": "重新打开",
        "acknowledged_at": "响应时间",
        "acknowledged_by": "处理人",
        "due_at": "下一步期限",
        "advisor": "服务顾问",
    },
    question=("shown",),
)
async def complaints(actor: Actor, question: Question) -> AsyncIterator[ComplaintRow]:
    """Those the page shows for this question, of every store the reader sees, to the end."""
    asked = question.get("shown", "")
    shown = ComplaintsShown(asked) if asked in set(ComplaintsShown) else ComplaintsShown.UNSETTLED
    stores = stores_within(actor, "surveys.read")
    for store_id in sorted(stores) if stores is not None else await live_store_ids():
        cursor: str | None = None
        while True:
            page = await queries.complaints_of_store(actor, store_id, shown, cursor=cursor)
            for row in page.items:
                yield row
            cursor = page.next_cursor
            if cursor is None:
                break
