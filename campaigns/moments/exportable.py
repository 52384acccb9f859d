"""The list of Moments as a file."""

from collections.abc import AsyncIterator

from campaigns.moments import queries
from campaigns.moments.queries import MomentRow
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable


@exportable(
    "moments",
    title="企业朋友圈",
    action="campaigns.read",
    question=("q",),
    columns={
        "name": "名称",
        "state": "状态",
        "starts_at": "时间",
        "members": "要发的同事",
        "published": "已发表",
        "seen_by": "看得到的客户",
        "likes": "点赞",
        "comments": "评论",
        "author": "起草人",
        "approver": "审批人",
    },
)
async def moments(actor: Actor, question: Question) -> AsyncIterator[MomentRow]:
    """Those the reader sees, the newest first."""
    before_id = None
    while rows := await queries.of_reader(actor, search=question.get("q", ""), before_id=before_id):
        for row in rows:
            yield row
        before_id = rows[-1].id
