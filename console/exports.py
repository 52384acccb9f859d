"""导出: any list as a file, and what was taken away."""

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.exports import asking, files, queries
from crm_core.exports.models import LONGEST_REASON
from crm_core.exports.queries import ExportableList, ExportRow
from crm_core.exports.rules import ExportFormat
from foundation.web import Schema, StoredFile

_TYPES = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
}


class ExportIn(Schema):
    """Which list, with which columns; `question` are the filters of its page, by name."""

    list_name: str = Field(min_length=1, max_length=40)
    columns: list[str] = Field(min_length=1, max_length=50)
    question: dict[str, str] = Field(default_factory=dict, max_length=20)
    format: ExportFormat
    reason: str = Field(min_length=1, max_length=LONGEST_REASON)


@api.get("/exportable-lists", summary="Lists the reader may take away as a file, by the name of their page")
async def exportable_lists(actor: Actor) -> list[ExportableList]:
    return await queries.lists(actor)


@api.post("/exports", status=201, summary="Ask for a list as a file; beyond 100 rows somebody has to agree")
async def ask_for_export(actor: Actor, body: ExportIn) -> ExportRow:
    export = await asking.ask(
        actor, body.list_name, columns=body.columns, question=body.question, form=body.format, reason=body.reason
    )
    return await queries.one(actor, export.id)


@api.get("/exports", summary="One's own exports, the newest first; of everybody for the officer for personal data")
async def exports(actor: Actor) -> list[ExportRow]:
    return await queries.of_reader(actor)


@api.get("/exports/{export_id}/file", summary="The file, for whoever asked for it, within 24 hours")
async def export_file(actor: Actor, export_id: int) -> StoredFile:
    export = await asking.fetch(actor, export_id)
    name = f"{export.title}-E{export.id}.{export.format.value}"
    return StoredFile(files.path_of(export.sha256), name, _TYPES[export.format])
