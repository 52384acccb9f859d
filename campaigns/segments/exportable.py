"""The list of segments as a file."""

from collections.abc import AsyncIterator

from campaigns.segments import queries
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
