"""The rows of a file that led to nobody, as a file to work on."""

from collections.abc import AsyncIterator

from campaigns.segments.lists import queries
from campaigns.segments.lists.queries import UnmatchedRow
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable

_PAGE = 1_000


@exportable(
    "fixed-list-rows",
    title="名单里没对上的行",
    action="segments.read",
    columns={"sheet": "工作表", "row_number": "行", "masked": "写的是", "reason_word": "为什么没对上"},
    question=("list",),
)
async def fixed_list_rows(actor: Actor, question: Question) -> AsyncIterator[UnmatchedRow]:
    """All of one list."""
    list_id, after = question.get("list", ""), 0
    while list_id.isdigit():
        page = await queries.unmatched(actor, int(list_id[:18]), after=after, at_most=_PAGE)
        for row in page:
            yield row
        if len(page) < _PAGE:
            return
        after = page[-1].id
