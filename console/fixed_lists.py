"""固定名单: freezing a group, bringing a list from a file, and what of the file led to nobody."""

from typing import Final

from pydantic import Field
from sanic import Request

from campaigns.segments.lists import making, queries
from campaigns.segments.lists.queries import FixedListView, UnmatchedRow
from campaigns.segments.queries import SegmentRow
from console.segments import SegmentIn, get_segment
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import may_ever
from foundation.errors import NotAllowed
from foundation.reading import derive, read_model
from foundation.web import Schema, read_body

MAX_FILE_BYTES: Final = 10 * 1024 * 1024


class ListFileQuery(Schema):
    """What the list is called, and the file."""

    name: str = Field(min_length=1, max_length=30)
    file_name: str = Field(min_length=1, max_length=200)


@read_model
class UnmatchedOut:
    """A row of the file that led to nobody, with the reason in words."""

    id: int
    sheet: str
    row_number: int
    masked: str
    reason_word: str


@read_model
class FixedListOut:
    """A list, and the first rows of its file that led to nobody."""

    about: FixedListView
    rows: list[UnmatchedOut]


@api.post("/fixed-lists", status=201, summary="冻结成名单: keep who is in the group now; answers with its segment")
async def freeze_list(actor: Actor, body: SegmentIn) -> SegmentRow:
    segment = await making.freeze(actor, name=body.name, definition=body.definition)
    return await get_segment(actor, segment.id)


@api.post(
    "/fixed-lists/files",
    status=201,
    stream=True,
    summary="A list from a file of phones, plates or VINs as the raw body, 10 MB at most; answers with its segment",
)
async def bring_list(actor: Actor, request: Request, query: ListFileQuery) -> SegmentRow:
    if not may_ever(actor, "segments.edit"):
        raise NotAllowed(action="segments.edit")
    content = await read_body(request, MAX_FILE_BYTES)
    segment = await making.bring(actor, name=query.name, file_name=query.file_name, content=content)
    return await get_segment(actor, segment.id)


@api.get("/fixed-lists/{fixed_list_id}", summary="A list, and what of its file led to nobody")
async def fixed_list(actor: Actor, fixed_list_id: int) -> FixedListOut:
    rows = await queries.unmatched(actor, fixed_list_id)
    return FixedListOut(await queries.one(actor, fixed_list_id), [_seen(row) for row in rows])


def _seen(row: UnmatchedRow) -> UnmatchedOut:
    return derive(UnmatchedOut, row, reason_word=row.reason_word)
