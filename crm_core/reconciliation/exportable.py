"""Days of reconciliation as a file, one row for each difference."""

from collections.abc import AsyncIterator
from datetime import timedelta

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable
from crm_core.reconciliation import queries
from crm_core.reconciliation.queries import DifferenceRow
from foundation import clock

REACH_DAYS = 100


@exportable(
    "reconciliation-days",
    title="对账差异",
    action="reconciliation.read",
    columns={
        "day": "日期",
        "kind": "差异",
        "movement": "收款或退款",
        "number": "我方单号",
        "ours_fen": "我方金额",
        "theirs_fen": "微信账单金额",
        "store": "门店",
        "settled_by": "处理人",
        "settled_at": "处理时间",
        "settled_reason": "处理说明",
    },
    question=(),
)
async def reconciliation_days(actor: Actor, question: Question) -> AsyncIterator[DifferenceRow]:
    """Everything in which the days of the page differed."""
    for row in await queries.differences_since(actor, clock.today() - timedelta(days=REACH_DAYS)):
        yield row
