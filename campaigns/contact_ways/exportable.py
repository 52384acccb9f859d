"""The list of codes as a file."""

from collections.abc import AsyncIterator

from campaigns.contact_ways import figures, queries
from campaigns.contact_ways.figures import CameRow
from campaigns.contact_ways.queries import Asked, ContactWayRow
from campaigns.contact_ways.rules import ContactKind, ContactWayState, Step
from campaigns.contact_ways.spans import Span
from crm_core.customers.models import Source
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable

_PAGE = 100


@exportable(
    "contact-ways",
    title="渠道活码",
    action="contact_ways.read",
    columns={
        "kind": "种类",
        "name": "名称",
        "occasion": "活动",
        "source": "来源",
        "store": "门店",
        "staff": "负责人",
        "on_duty": "现在加的是",
        "coupon_name": "见面礼",
        "mark": "渠道标记",
        "link": "链接",
        "state": "状态",
        "added": "加好友",
        "wrote": "开口",
        "lost": "7 天内流失",
        "booked": "预约",
        "visited": "到店",
        "paid_fen": "收款",
        "created_by": "新建人",
        "created_at": "新建时间",
        "ended_by": "停用人",
        "ended_at": "停用时间",
    },
    question=("q", "state", "store", "staff", "source", "span", "kind"),
)
async def contact_ways(actor: Actor, question: Question) -> AsyncIterator[ContactWayRow]:
    """Those the page shows for this question, page by page."""
    state, source, kind = question.get("state"), question.get("source"), question.get("kind")
    asked = Asked(
        question.get("q", ""),
        ContactKind(kind) if kind in set(ContactKind) else None,
        ContactWayState(state) if state in set(ContactWayState) else None,
        _number(question.get("store")),
        _number(question.get("staff")),
        Source(source) if source in set(Source) else None,
        _span(question),
    )
    before: int | None = None
    while rows := await queries.of_reader(actor, asked, before=before, limit=_PAGE):
        for row in rows:
            yield row
        before = rows[-1].id


@exportable(
    "contact-way-people",
    title="渠道来的人",
    action="contact_ways.read",
    columns={
        "name": "姓名",
        "staff": "加的是谁",
        "since": "加好友时间",
        "is_lost": "7 天内流失",
        "booked": "预约",
        "visited": "到店",
        "paid_fen": "收款",
    },
    question=("way", "step", "span"),
)
async def people(actor: Actor, question: Question) -> AsyncIterator[CameRow]:
    """Those behind one number of a code, page by page; of no code nobody."""
    contact_way_id, step = _number(question.get("way")), question.get("step")
    chosen = Step(step) if step in set(Step) else Step.ADDED
    before: int | None = None
    while contact_way_id is not None and (
        rows := await figures.of_code(actor, contact_way_id, chosen, _span(question), before=before, limit=_PAGE)
    ):
        for row in rows:
            yield row
        before = rows[-1].id


def _number(text: str | None) -> int | None:
    return int(text[:18]) if text and text.isdigit() else None


def _span(question: Question) -> Span | None:
    span = question.get("span")
    return Span(span) if span in set(Span) else None
