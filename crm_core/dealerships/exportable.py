"""Lists of the house as files."""

from collections.abc import AsyncIterator

from crm_core.dealerships import members, parked_work
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable
from crm_core.dealerships.members import Member
from foundation.parked import ParkedWork


@exportable(
    "parked-work",
    title="停住的工作",
    action="parked_work.look_after",
    columns={"name": "工作", "since": "停住时间", "error": "原因", "tries": "试了几次"},
)
async def parked(actor: Actor, question: Question) -> AsyncIterator[ParkedWork]:
    """What has stopped, page by page."""
    after: str | None = None
    while True:
        rows, after = await parked_work.of_reader(actor, after=after)
        for row in rows:
            yield row
        if after is None:
            return


@exportable(
    "members",
    title="员工",
    action="staff.read",
    columns={"name": "姓名", "userid": "企业微信账号", "title": "职务", "store": "门店", "is_active": "在用"},
)
async def staff(actor: Actor, question: Question) -> AsyncIterator[Member]:
    """Everybody of the stores the reader works in."""
    for row in await members.of_reader(actor):
        yield row
