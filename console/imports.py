"""数据导入 for administrators and general managers: bring a file, see what it is, try it, take it, take it back."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from pydantic import Field
from sanic import HTTPResponse, Request

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.imports import files, problems, queries, service
from crm_core.imports.entities import Entity
from crm_core.imports.plans import ColumnChoice, SheetChoice
from crm_core.imports.queries import FieldWord, ImportJobView, ImportRow, Remark
from crm_core.imports.rules import Result
from foundation.reading import read_model
from foundation.web import Id, Schema, Version, read_body

MAX_FILE_BYTES: Final = 50 * 1024 * 1024
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BringQuery(Schema):
    """Where rows belong that name no store, and what the file is called."""

    store_id: Id
    file_name: str = Field(min_length=1, max_length=200)
    setting_list: str = Field(default="", max_length=40, description="the list of settings whose rows it brings")
    source_system: str = Field(default="", max_length=20, pattern=r"^[0-9A-Za-z\u4e00-\u9fff_-]*$")


class ColumnIn(Schema):
    """What a column holds; null is nothing."""

    index: int = Field(ge=0, lt=200)
    field: str | None = Field(default=None, max_length=40)


class SheetIn(Schema):
    """What a sheet is, and whether it is taken."""

    index: int = Field(ge=0, lt=200)
    is_chosen: bool
    entity: Entity | None = None
    columns: list[ColumnIn] | None = Field(default=None, max_length=200)


class PlanIn(Schema):
    """What the file's sheets, columns and unknown words mean."""

    sheets: list[SheetIn] = Field(max_length=200)
    value_maps: dict[str, dict[str, str]] = Field(default={}, max_length=10)
    accepts_unchecked_vins: bool = False
    version: Version


class BeginIn(Schema):
    """At the version its reader saw; `again` takes a file that was taken before."""

    version: Version
    again: bool = False


class RemarksQuery(Schema):
    """Which remarks: of one sheet, after a row, with a result or a code."""

    sheet: int = Field(ge=0, lt=2**31)
    after_row: int = Field(default=0, ge=0, lt=2**31)
    result: Result | None = None
    code: str = Field(default="", max_length=30)


@read_model
class ImportOut:
    """One import with what its page needs besides: progress, words, until when it can be undone."""

    job: ImportJobView
    refusal_words: str
    done_rows: int
    all_rows: int
    undo_until: datetime | None
    list_word: str
    """The list of settings whose rows it brings, and what its columns may be taken for; empty for other imports."""
    list_fields: list[FieldWord]


@read_model
class ImportWords:
    """What the page shows besides an import: remarks in words, and what columns may be taken for.

    `refusing` are the codes of rows that are not taken; with any other the row is taken. `proposals` names values that
    differ from ours.
    """

    codes: dict[str, str]
    refusing: list[str]
    fields: dict[str, list[FieldWord]]
    proposals: dict[str, str]


@api.get("/imports", summary="The newest imports of the stores one imports for")
async def imports(actor: Actor) -> list[ImportRow]:
    return await queries.of_reader(actor)


@api.get("/imports/words", summary="Remarks in words, and what columns may hold by kind of sheet")
async def import_words(actor: Actor) -> ImportWords:
    await queries.of_reader(actor)
    return ImportWords(
        queries.code_words(), queries.refusing_codes(), await queries.fields_of_reader(actor), queries.proposal_words()
    )


@api.post("/imports", status=201, stream=True, summary="Bring a file as the raw body, 50 MB at most")
async def bring_import(actor: Actor, request: Request, query: BringQuery) -> ImportOut:
    authorise(actor, "imports.run", subject(store_id=query.store_id))
    content = await read_body(request, MAX_FILE_BYTES)
    sha256 = await asyncio.to_thread(files.keep, content)
    job = await service.bring(
        actor,
        store_id=query.store_id,
        file_name=Path(query.file_name).name,
        sha256=sha256,
        size_bytes=len(content),
        source_system=query.source_system,
        setting_list=query.setting_list,
    )
    return await import_job(actor, job.id)


@api.get("/imports/{import_job_id}", summary="One import")
async def import_job(actor: Actor, import_job_id: int) -> ImportOut:
    view = await queries.one(actor, import_job_id)
    done, all_rows = queries.progress(view)
    return ImportOut(
        view,
        queries.refusal_words(view.refusal),
        done,
        all_rows,
        await queries.undo_until(view),
        queries.word_of_list(view.setting_list),
        queries.fields_of_list(view.setting_list),
    )


@api.put("/imports/{import_job_id}/plan", summary="Say what sheets, columns and unknown words mean")
async def plan_import(actor: Actor, import_job_id: int, body: PlanIn) -> ImportOut:
    choices = [
        SheetChoice(
            sheet.index,
            sheet.is_chosen,
            sheet.entity,
            None if sheet.columns is None else [ColumnChoice(each.index, each.field) for each in sheet.columns],
        )
        for sheet in body.sheets
    ]
    await service.plan(
        actor,
        import_job_id,
        choices,
        body.value_maps,
        accepts_unchecked_vins=body.accepts_unchecked_vins,
        expected_version=body.version,
    )
    return await import_job(actor, import_job_id)


@api.post("/imports/{import_job_id}/trial", summary="A dry run: the same counts, nothing is kept")
async def try_import(actor: Actor, import_job_id: int, body: BeginIn) -> ImportOut:
    await service.try_out(actor, import_job_id, expected_version=body.version)
    return await import_job(actor, import_job_id)


@api.post("/imports/{import_job_id}/run", summary="Take it for real")
async def run_import(actor: Actor, import_job_id: int, body: BeginIn) -> ImportOut:
    await service.run(actor, import_job_id, expected_version=body.version, again=body.again)
    return await import_job(actor, import_job_id)


@api.post("/imports/{import_job_id}/stop", summary="Take no more rows; what was taken stays and can be undone")
async def stop_import(actor: Actor, import_job_id: int, body: BeginIn) -> ImportOut:
    await service.stop(actor, import_job_id, expected_version=body.version)
    return await import_job(actor, import_job_id)


@api.post("/imports/{import_job_id}/undo", summary="Take back everything it made, as long as nobody else touched it")
async def undo_import(actor: Actor, import_job_id: int, body: BeginIn) -> ImportOut:
    await service.undo(actor, import_job_id, expected_version=body.version)
    return await import_job(actor, import_job_id)


@api.get("/imports/{import_job_id}/remarks", summary="Rows with something to say, a hundred at a time")
async def import_remarks(actor: Actor, import_job_id: int, query: RemarksQuery) -> list[Remark]:
    return await queries.remarks(
        actor,
        import_job_id,
        sheet=query.sheet,
        after_row=query.after_row,
        result=query.result.value if query.result else "",
        code=query.code,
    )


@api.get("/imports/{import_job_id}/problems", summary="The rows with something to say as a spreadsheet with reasons")
async def import_problems(actor: Actor, import_job_id: int) -> HTTPResponse:
    view = await queries.one(actor, import_job_id)
    content = await problems.as_workbook(actor, import_job_id)
    name = quote(f"{Path(view.file_name).stem}-问题.xlsx")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "cache-control": "no-store"}
    return HTTPResponse(content, content_type=XLSX, headers=headers)
