"""Lists of the house as files."""

from collections.abc import AsyncIterator

from crm_core.dealerships import parked_work
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable


@exportable(
    "parked-work",
    title="停住的工作",
    action="parked_work.look_after",
    columns={"name": "工作", "since": "停住时间", "error": "原因", "tries": "试了几次"},
)
async def parked(actor: Actor, question: Question) -> AsyncIterator[object]:
    """What has stopped."""
    for row in await parked_work.of_reader(actor):
        yield row
