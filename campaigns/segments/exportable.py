"""The list of segments, and the people of one, as files."""

from collections.abc import AsyncIterator

from campaigns.segments import people, queries
from campaigns.segments.people import PersonRow
from campaigns.segments.queries import SegmentRow
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable


@exportable(
    "segments",
    title="分群",
    action="segments.read",
    columns={"name": "名称", "reading": "条件", "updated_by_name": "修改人", "updated_at": "修改时间"},
)
async def segments(actor: Actor, question: Question) -> AsyncIterator[SegmentRow]:
    """Those the reader sees."""
    for row in await queries.of_reader(actor):
        yield row


@exportable(
    "segment-people",
    title="分群里的人",
    action="segments.read",
    columns={
        "name": "姓名",
        "phone": "手机号",
        "home_store": "门店",
        "advisor": "服务顾问",
        "car": "车型",
        "plate": "车牌",
        "last_visit_on": "最近到店",
        "visit_count": "到店次数",
        "spend_fen": "历史消费",
        "marketing_stopped": "停止营销",
    },
    question=("segment",),
)
async def segment_people(actor: Actor, question: Question) -> AsyncIterator[PersonRow]:
    """Everybody who is in the saved segment when the file is written, among the customers of the reader's stores."""
    segment_id, after = question.get("segment", ""), 0
    while segment_id.isdigit():
        page = await people.of_segment(actor, int(segment_id[:18]), after=after)
        for row in page:
            yield row
        if len(page) < people.PAGE:
            return
        after = page[-1].id
