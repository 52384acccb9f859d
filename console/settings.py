"""设置: the lists of what a group is made of, kept by administrators and general managers. One door for all lists."""

from typing import Annotated, TypeAlias

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.settings import changing, history, queries
from crm_core.settings.history import SettingChange
from crm_core.settings.queries import (
    SettingListEntry,
    SettingListView,
    SettingPage,
    SettingUse,
)
from foundation.web import Cursor, Id, Schema, Version

ListKey: TypeAlias = str
Text = Annotated[str, Field(max_length=200)]
Given: TypeAlias = (
    bool | Annotated[int, Field(gt=-(2**53), lt=2**53)] | Text | Annotated[list[Text], Field(max_length=40)] | None
)
"""A value as JSON; the list says what it may be."""
GivenValues = Annotated[dict[Annotated[str, Field(max_length=40)], Given], Field(max_length=40)]


class SettingRowsQuery(Schema):
    """Which rows: with these letters, of a store, in use or ended; `cursor` is what the last answer gave."""

    q: str = Field(default="", max_length=40)
    store_id: Id | None = None
    ended: bool = False
    cursor: Cursor | None = None


class SettingIn(Schema):
    """A new row."""

    values: GivenValues


class SettingMadeOut(Schema):
    """The row that was made."""

    id: int


class SettingChangeIn(Schema):
    """Columns with new values; those left out keep theirs."""

    values: GivenValues
    version: Version
    reason: str = Field(default="", max_length=200)


class SettingEndIn(Schema):
    """Why it ends."""

    version: Version
    reason: str = Field(min_length=2, max_length=200)


class SettingAgainIn(Schema):
    """The version its reader saw."""

    version: Version


@api.get("/settings/lists", summary="The lists of which one may change something")
async def setting_lists(actor: Actor) -> list[SettingListEntry]:
    return await queries.of_reader(actor)


@api.get("/settings/lists/{setting_list}", summary="One list: its columns and what they may hold")
async def setting_list_view(actor: Actor, setting_list: ListKey) -> SettingListView:
    return await queries.one_list(actor, setting_list)


@api.get("/settings/lists/{setting_list}/rows", summary="The rows of a list, two hundred at a time")
async def setting_rows(actor: Actor, setting_list: ListKey, query: SettingRowsQuery) -> SettingPage:
    return await queries.rows(
        actor,
        setting_list,
        typed=query.q,
        store_id=query.store_id,
        is_live=not query.ended,
        after=int(query.cursor or 0),
    )


@api.post("/settings/lists/{setting_list}/rows", status=201, summary="Add a row")
async def add_setting(actor: Actor, setting_list: ListKey, body: SettingIn) -> SettingMadeOut:
    return SettingMadeOut(id=await changing.add(actor, setting_list, body.values))


@api.put("/settings/lists/{setting_list}/rows/{row_id}", status=204, summary="Change a row")
async def change_setting(actor: Actor, setting_list: ListKey, row_id: Id, body: SettingChangeIn) -> None:
    await changing.change(actor, setting_list, row_id, body.values, expected_version=body.version, reason=body.reason)


@api.get("/settings/lists/{setting_list}/rows/{row_id}/uses", summary="What refers to a row, before it ends")
async def setting_uses(actor: Actor, setting_list: ListKey, row_id: Id) -> list[SettingUse]:
    return await queries.uses(actor, setting_list, row_id)


@api.get("/settings/lists/{setting_list}/rows/{row_id}/history", summary="The changes of a row, the newest first")
async def setting_history(actor: Actor, setting_list: ListKey, row_id: Id) -> list[SettingChange]:
    return await history.of_row(actor, setting_list, row_id)


@api.post("/settings/lists/{setting_list}/rows/{row_id}/end", status=204, summary="Take a row out of use")
async def end_setting(actor: Actor, setting_list: ListKey, row_id: Id, body: SettingEndIn) -> None:
    await changing.end(actor, setting_list, row_id, expected_version=body.version, reason=body.reason)


@api.post("/settings/lists/{setting_list}/rows/{row_id}/resumption", status=204, summary="Take it into use again")
async def resume_setting(actor: Actor, setting_list: ListKey, row_id: Id, body: SettingAgainIn) -> None:
    await changing.resume(actor, setting_list, row_id, expected_version=body.version)


@api.post(
    "/settings/lists/{setting_list}/rows/{row_id}/changes/{entry_id}/undo",
    status=204,
    summary="Give the columns of a change the values they had before",
)
async def undo_setting(actor: Actor, setting_list: ListKey, row_id: Id, entry_id: Id, body: SettingAgainIn) -> None:
    await changing.undo(actor, setting_list, row_id, entry_id, expected_version=body.version)
