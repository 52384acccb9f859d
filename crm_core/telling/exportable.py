"""The people to call as a file."""

from collections.abc import AsyncIterator

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store
from crm_core.telling import queries
from crm_core.telling.queries import ToCall


@exportable(
    "people-to-call",
    title="要打电话的人",
    action="messages.read",
    columns={
        "customer_name": "客户",
        "phone": "手机号",
        "series": "车系",
        "plate": "车牌",
        "title": "什么事",
        "reason": "为什么没通知到",
        "since": "从什么时候",
        "advisor": "服务顾问",
    },
)
async def people_to_call(actor: Actor, question: Question) -> AsyncIterator[ToCall]:
    """Of every store whose messages the reader reads, the longest waiting of each first."""
    async for row in of_each_store(actor, "messages.read", queries.to_call):
        yield row
