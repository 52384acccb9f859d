"""The list of posts in customer groups as a file."""

from collections.abc import AsyncIterator

from campaigns.group_posts import queries
from campaigns.group_posts.queries import GroupPostRow
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable


@exportable(
    "group-posts",
    title="客户群群发",
    action="campaigns.read",
    question=("q",),
    columns={
        "name": "名称",
        "state": "状态",
        "starts_at": "时间",
        "groups": "客户群",
        "sent": "已发",
        "waiting": "没发",
        "failed": "发不了",
        "owners": "群主",
        "confirmed": "已确认的群主",
        "author": "起草人",
        "approver": "审批人",
    },
)
async def group_posts(actor: Actor, question: Question) -> AsyncIterator[GroupPostRow]:
    """Those the reader sees, the newest first."""
    before_id = None
    while rows := await queries.of_reader(actor, search=question.get("q", ""), before_id=before_id):
        for row in rows:
            yield row
        before_id = rows[-1].id
