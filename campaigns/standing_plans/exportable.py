"""The list of standing plans as a file."""

from collections.abc import AsyncIterator

from campaigns.standing_plans import queries
from campaigns.standing_plans.queries import PlanRow
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable


@exportable(
    "standing-plans",
    title="定期计划",
    action="campaigns.read",
    columns={
        "name": "名称",
        "rule": "时间",
        "pattern_name": "样板群发",
        "state": "状态",
        "next_due_at": "下一次",
        "runs": "做过几次",
        "author": "起草人",
        "approver": "审批人",
    },
)
async def plans(actor: Actor, question: Question) -> AsyncIterator[PlanRow]:
    """Those the reader sees."""
    for row in await queries.of_reader(actor):
        yield row
