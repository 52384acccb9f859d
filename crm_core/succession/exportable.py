"""Successions as a file."""

from collections.abc import AsyncIterator

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable
from crm_core.succession import queries
from crm_core.succession.queries import SuccessionEntry


@exportable(
    "successions",
    title="离职交接",
    action="staff.hand_over",
    columns={
        "staff_name": "交出的人",
        "store": "门店",
        "is_leaving": "离职",
        "items": "要交的",
        "done": "已交的",
        "prepared_by": "谁安排的",
        "prepared_at": "安排时间",
        "ended_at": "结束时间",
    },
)
async def successions(actor: Actor, question: Question) -> AsyncIterator[SuccessionEntry]:
    """Those of the stores in which the reader leads."""
    for row in await queries.of_reader(actor):
        yield row
