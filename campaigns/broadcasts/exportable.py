"""The broadcasts, what they brought, and the people of one, as files."""

import re
from collections.abc import AsyncIterator
from datetime import datetime

from campaigns.broadcasts import library, people, portfolio, queries
from campaigns.broadcasts.library import LibraryRow
from campaigns.broadcasts.people import PersonLine
from campaigns.broadcasts.queries import BroadcastRow
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable
from foundation.reading import derive, read_model

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


@exportable(
    "broadcast-people",
    title="群发名单",
    action="campaigns.read",
    columns={
        "customer": "客户",
        "store": "门店",
        "member": "员工",
        "channel": "渠道",
        "group": "分组",
        "outcome": "结果",
        "why": "原因",
        "sent_at": "送达时间",
        "opened_at": "点开时间",
        "claimed_at": "领券时间",
        "booked_at": "预约时间",
        "arrived_at": "到店时间",
        "converted_at": "付款时间",
        "paid_fen": "实付",
    },
    question=("broadcast_id",),
)
async def broadcast_people(actor: Actor, question: Question) -> AsyncIterator[PersonLine]:
    """Everybody of one broadcast and what became of them, the names masked."""
    wanted = question.get("broadcast_id", "")
    if not re.fullmatch(r"[0-9]{1,18}", wanted):
        return
    after = 0
    while True:
        found, after = await people.of_broadcast(actor, int(wanted), after=after, limit=_PAGE)
        for row in found:
            yield row
        if len(found) < _PAGE:
            return


@read_model
class PortfolioLine:
    """A broadcast beside the others, in plain columns."""

    name: str
    segment_name: str
    channel: str
    coupon: str | None
    started_at: datetime
    sent: int
    opened: int
    booked: int
    arrived: int
    converted: int
    paid_fen: int
    cost_fen: int
    more_percent: float | None
    low_percent: float | None
    high_percent: float | None
    per_return_fen: int | None


@exportable(
    "broadcast-portfolio",
    title="活动总览",
    action="campaigns.read",
    columns={
        "name": "名称",
        "segment_name": "分群",
        "channel": "渠道",
        "coupon": "卡券",
        "started_at": "开始时间",
        "sent": "送达",
        "opened": "点开",
        "booked": "预约",
        "arrived": "到店",
        "converted": "成交",
        "paid_fen": "实付",
        "cost_fen": "花费",
        "more_percent": "多来（百分点）",
        "low_percent": "区间下限（百分点）",
        "high_percent": "区间上限（百分点）",
        "per_return_fen": "每多来 1 人花费",
    },
    question=("q", "month", "channel", "store"),
)
async def broadcast_portfolio(actor: Actor, question: Question) -> AsyncIterator[PortfolioLine]:
    """Those the page shows for this question, to the end."""
    asked = portfolio.asked_in(question)
    before: int | None = None
    while rows := await portfolio.rows(actor, asked, before_id=before, limit=_PAGE):
        for row in rows:
            low, middle, high = (
                (None, None, None) if row.lift is None else (row.lift.low, row.lift.difference, row.lift.high)
            )
            yield derive(
                PortfolioLine,
                row,
                channel=" → ".join(row.channels),
                more_percent=_points(middle),
                low_percent=_points(low),
                high_percent=_points(high),
                per_return_fen=row.cost_per_return.per_return_fen if row.cost_per_return else None,
            )
        before = rows[-1].id


def _points(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)


@exportable(
    "campaign-contents",
    title="内容库",
    action="campaigns.read",
    columns={
        "name": "名称",
        "text": "文字",
        "author": "谁写的",
        "approver": "谁批准的",
        "approved_at": "批准时间",
        "used": "用过几次",
        "last_used_at": "上次用",
        "sent": "送达",
        "opened": "打开",
    },
    question=("q",),
)
async def contents(actor: Actor, question: Question) -> AsyncIterator[LibraryRow]:
    """Those in use that the page shows for this question, page by page."""
    before: int | None = None
    while rows := await library.of_reader(actor, search=question.get("q", ""), before_id=before, limit=_PAGE):
        for row in rows:
            yield row
        before = rows[-1].id
