"""The verbs: ask for an export, make its file, follow its approval, fetch it, delete it when its day is over."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from crm_core.approvals import service as approvals
from crm_core.approvals.errors import NobodyToApprove
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalKind, ApprovalState
from crm_core.dealerships import audit, exporting
from crm_core.dealerships.actors import Actor, staff_actor, system
from crm_core.dealerships.exporting import Exportable
from crm_core.dealerships.permissions import authorise, may_ever, subject
from crm_core.exports import files, rules
from crm_core.exports.errors import ExportNotFound, ExportNotReady, ListNotExportable
from crm_core.exports.models import ListExport
from crm_core.exports.rules import MOVES, ExportFormat, ExportState
from crm_core.exports.seeing import seen_by
from foundation import clock, database, jobs, wall_clock
from foundation.errors import NotAllowed, WeDealerError
from foundation.moves import next_state
from foundation.reading import ReadModel
from foundation.refs import Ref

MAKE = "exports.make"
SYSTEM = system("exports")


async def ask(
    actor: Actor,
    name: str,
    *,
    columns: Sequence[str],
    question: Mapping[str, str],
    form: ExportFormat,
    reason: str,
) -> ListExport:
    """Ask for a list as a file. A job writes it; beyond FREE_ROWS rows it then waits for approval.

    Raises:
        NotAllowed: no role of the actor exports, or reads the list.
        ListNotExportable: there is no such list, column or filter.
    """
    authorise(actor, "exports.ask", subject())
    known = exporting.named(name)
    if known is None or not columns or set(question) - set(known.question):
        raise ListNotExportable
    if not may_ever(actor, known.action):
        raise NotAllowed(action=known.action)
    offered = await exporting.columns_of(actor, known)
    if set(columns) - set(offered):
        raise ListNotExportable
    stores = actor.visible_store_ids
    async with database.transaction():
        export = await ListExport.create(
            list_name=name,
            title=known.title,
            by_id=actor.id,
            store_ids=None if stores is None else sorted(stores),
            columns=[column for column in offered if column in set(columns)],
            question=dict(question),
            format=form,
            reason=reason,
            state=ExportState.QUEUED,
            asked_at=clock.now(),
        )
        about = Ref("list_export", export.id)
        await audit.note(actor, "exports.ask", about, reason=reason, list=name, columns=export.columns)
        await jobs.enqueue(MAKE, {"export_id": export.id})
        return export


async def make(export_id: int) -> None:
    """Write the file of a queued export, as whoever asked for it sees the list now."""
    export = await ListExport.get(id=export_id)
    known = exporting.named(export.list_name)
    if export.state is not ExportState.QUEUED:
        return
    try:
        actor = await staff_actor(export.by_id)
        if known is None:
            raise ListNotExportable
        digest, count = await _write(actor, export, known)
    except files.TooManyRows:
        await _fail(export_id, f"超过 {rules.MOST_ROWS // 10_000} 万行，请加筛选条件再导出。")
        return
    except WeDealerError as refused:
        await _fail(export_id, refused.text)
        return
    try:
        await _made(actor, export_id, digest, count)
    except NobodyToApprove as refused:
        await _fail(export_id, refused.text)
        await _forget(digest)


async def _write(actor: Actor, export: ListExport, known: Exportable) -> tuple[str, int]:
    offered = await exporting.columns_of(actor, known)
    # A further column may have ended since it was asked for.
    columns = {column: offered[column] for column in export.columns if column in offered}
    at = wall_clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    line = f"{export.title} · {actor.name} 于 {at} 导出 · 编号 E{export.id} · 仅限内部使用，外传可追溯"
    mark = f"E{export.id} {actor.name} {at[:10]}"
    rows = known.rows(actor, export.question)

    async def further(batch: Sequence[ReadModel]) -> Sequence[Mapping[str, str]]:
        return await exporting.further_values(actor, known, batch, list(columns))

    return await files.write(rows, columns, seen_by(actor), export.format, mark=mark, line=line, further=further)


async def _made(actor: Actor, export_id: int, digest: str, count: int) -> None:
    async with database.transaction():
        export = await ListExport.select_for_update().get(id=export_id)
        if export.state is not ExportState.QUEUED:
            return
        export.sha256, export.row_count, export.made_at = digest, count, clock.now()
        export.size_bytes = files.path_of(digest).stat().st_size
        about = Ref("list_export", export.id)
        await audit.note(actor, "exports.make", about, reason=export.reason, rows=count, sha256=digest)
        if not rules.needs_approval(count):
            await _ready(export, "finish")
            return
        export.state = next_state(MOVES, export.state, "wait")
        await _save(export)
        await approvals.request(
            actor,
            ApprovalKind.EXPORT,
            about,
            content_hash=digest,
            title=f"{export.title} {count} 行",
            store_ids=export.store_ids,
            note=export.reason,
            facts={"customer_count": count},
        )


async def on_approval_decided(event: ApprovalDecided) -> None:
    """Somebody decided; runs in their transaction."""
    if event.kind != ApprovalKind.EXPORT:
        return
    export_id = int(event.about.partition(":")[2])
    export = await ListExport.select_for_update().get(id=export_id)
    if export.state is not ExportState.WAITING:
        return
    decider = SYSTEM if event.decided_by is None else await staff_actor(event.decided_by)
    is_agreed = event.state is ApprovalState.APPROVED and event.content_hash == export.sha256
    done = "exports.approve" if is_agreed else "exports.refuse"
    await audit.note(decider, done, event.about, reason=event.note, rows=export.row_count)
    if is_agreed:
        await _ready(export, "agree")
        return
    export.state = next_state(MOVES, export.state, "refuse")
    export.refusal = event.note or "没有批准。"
    export.ended_at = clock.now()
    await _save(export)
    database.after_commit(partial(_forget, export.sha256))


async def fetch(actor: Actor, export_id: int) -> ListExport:
    """Note that the file is fetched; the door sends it (`files.chunks`). Only whoever asked for it may.

    Raises:
        ExportNotFound, ExportNotReady.
    """
    async with database.transaction():
        export = await ListExport.select_for_update().get_or_none(id=export_id, by_id=actor.id)
        if export is None or actor.kind != "staff":
            raise ExportNotFound
        authorise(actor, "exports.ask", subject())
        if export.state is not ExportState.READY or export.expires_at is None or export.expires_at <= clock.now():
            raise ExportNotReady(state=export.state.value)
        export.downloads += 1
        await export.save(update_fields=["downloads"])
        about = Ref("list_export", export.id)
        await audit.note(actor, "exports.download", about, reason=export.reason, rows=export.row_count)
        return export


async def end_old() -> None:
    """Delete files whose day is over. A request nobody decides about expires by itself, and is refused then."""
    now = clock.now()
    over = ListExport.filter(state=ExportState.READY, expires_at__lte=now)
    for export_id in await over.order_by("id").values_list("id", flat=True):
        async with database.transaction():
            export = await ListExport.select_for_update().get(id=export_id)
            export.state = next_state(MOVES, export.state, "expire")
            export.ended_at = now
            await _save(export)
            database.after_commit(partial(_forget, export.sha256))


async def _ready(export: ListExport, action: str) -> None:
    export.state = next_state(MOVES, export.state, action)
    export.ready_at = clock.now()
    export.expires_at = export.ready_at + rules.FETCHED_FOR
    await _save(export)


async def _fail(export_id: int, words: str) -> None:
    async with database.transaction():
        export = await ListExport.select_for_update().get(id=export_id)
        export.state = next_state(MOVES, export.state, "fail")
        export.refusal = words[:120]
        export.ended_at = clock.now()
        await _save(export)


async def _forget(sha256: str) -> None:
    """The same list asked twice may give the same file, though never with the same mark: one file, one export."""
    await asyncio.to_thread(files.forget, sha256)


async def _save(export: ListExport) -> None:
    export.version += 1
    await export.save()
