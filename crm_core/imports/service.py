"""What people do with an import: bring a file, say what its columns are, try it, run it, take it back."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from crm_core.billing.rules import Payer
from crm_core.custom_fields import filling
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.stores import store_of
from crm_core.imports import files, jobs, setting_sheets
from crm_core.imports.errors import (
    AnotherRuns,
    CannotUndo,
    ColumnsNotAccepted,
    FileGone,
    ImportNotFound,
    KnownFile,
)
from crm_core.imports.headers import normal
from crm_core.imports.models import ImportJob, ImportRemark, KnownLayout
from crm_core.imports.plans import PLANS, SheetChoice, SheetPlan, choose, without_examples
from crm_core.imports.rules import JOB_MOVES, WRITING, ImportPolicy, ImportState, undo_time
from crm_core.imports.setting_sheets import remembered_as
from crm_core.policies.current import group_policy
from crm_core.settings.declaring import REGISTRY
from crm_core.settings.queries import readable
from crm_core.vehicles.models import VehicleModel
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.moves import next_state
from foundation.refs import Ref

ONE_AT_A_TIME = "imports"


async def bring(
    actor: Actor,
    *,
    store_id: int,
    file_name: str,
    sha256: str,
    size_bytes: int,
    source_system: str = "",
    setting_list: str = "",
) -> ImportJob:
    """An uploaded file becomes an import; a worker looks at it next. With `setting_list` it brings rows of that list.

    Raises:
        NotAllowed: no administrator or general manager of the store.
        StoreNotFound: there is no such store.
        SettingNotFound: there is no such list.
    """
    async with database.transaction():
        authorise(actor, "imports.run", subject(store_id=store_id))
        await store_of(store_id)
        if setting_list:
            readable(actor, setting_list)
        policy = await group_policy(ImportPolicy)
        job = await ImportJob.create(
            store_id=store_id,
            by_id=actor.id,
            file_name=file_name[-120:],
            sha256=sha256,
            size_bytes=size_bytes,
            source_system=source_system,
            setting_list=setting_list,
            state=ImportState.READING,
            uploaded_at=clock.now(),
            file_until=clock.now() + timedelta(days=policy.file_days),
        )
        await audit.note(actor, "imports.bring", Ref("import_job", job.id), file=job.file_name, sha256=sha256)
        await jobs.OWED.hint([job.id])
        return job


async def plan(
    actor: Actor,
    import_job_id: int,
    choices: Sequence[SheetChoice],
    value_maps: Mapping[str, Mapping[str, str]],
    *,
    accepts_unchecked_vins: bool,
    expected_version: int,
) -> ImportJob:
    """Say what the sheets and columns are, and what unknown words mean. Columns are remembered for the next file.

    Raises:
        ImportNotFound, NotAllowed, IllegalMove, StaleVersion, ColumnsNotAccepted, NothingChosen.
    """
    async with database.transaction():
        job = await _take(actor, import_job_id, "map", expected_version)
        await _check_meanings(value_maps)
        own = [field for field in await filling.live() if field.store_id in (None, job.store_id)]
        of = REGISTRY.get(job.setting_list)
        plans = choose(PLANS.validate_python(job.sheets), choices, own, setting_sheets.words(of) if of else None)
        job.sheets = PLANS.dump_python(plans, mode="json")
        job.value_maps = {name: dict(words) for name, words in value_maps.items()}
        job.accepts_unchecked_vins = accepts_unchecked_vins
        job.tried_counts, job.records = {}, {}
        await ImportRemark.filter(import_job_id=job.id).delete()
        await job.save()
        for each in plans:
            if each.is_chosen:
                await _remember(job, each)
        return job


async def try_out(actor: Actor, import_job_id: int, *, expected_version: int) -> ImportJob:
    """Ask for a dry run.

    Raises:
        ImportNotFound, NotAllowed, IllegalMove, StaleVersion, AnotherRuns, FileGone.
    """
    return await _begin(actor, import_job_id, "try", expected_version)


async def run(actor: Actor, import_job_id: int, *, expected_version: int, again: bool = False) -> ImportJob:
    """Take it for real. A file that was taken before under the same mapping asks for `again`.

    Raises:
        ImportNotFound, NotAllowed, IllegalMove, StaleVersion, AnotherRuns, FileGone, KnownFile.
    """
    return await _begin(actor, import_job_id, "run", expected_version, again=again)


async def stop(actor: Actor, import_job_id: int, *, expected_version: int) -> ImportJob:
    """停止: take no more rows, of a dry run or for real. What was taken stays, is added up by the worker, and can be
    undone. It also ends an import at which the worker fails again and again, which would keep all others waiting.

    Raises:
        ImportNotFound, NotAllowed, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        job = await _take(actor, import_job_id, "stop", expected_version)
        if job.state is ImportState.RUNNING:
            # As if every sheet were through: a worker in the middle of one sees that the place has moved, and leaves.
            job.step, job.stopped_at = len(PLANS.validate_python(job.sheets)), clock.now()
        else:
            job.step = 0
        job.row, job.next_try_at, job.tries = 0, None, 0
        await job.save()
        await audit.note(actor, "imports.stop", Ref("import_job", job.id), file=job.file_name)
        await jobs.OWED.hint([job.id])
        return job


async def undo(actor: Actor, import_job_id: int, *, expected_version: int) -> ImportJob:
    """Ask for everything it made to be taken back. Blockers, if there are any, are found by the worker and kept.

    Raises:
        ImportNotFound, NotAllowed, IllegalMove, StaleVersion, AnotherRuns, CannotUndo.
    """
    async with database.transaction():
        job = await _take(actor, import_job_id, "undo", expected_version)
        policy = await group_policy(ImportPolicy)
        if job.ended_at is None or job.ended_at + undo_time(policy) < clock.now():
            raise CannotUndo(f"导入超过 {policy.undo_days} 天，不能撤销。")
        await _alone(job)
        job.blockers, job.next_try_at, job.tries = [], None, 0
        await job.save()
        await jobs.OWED.hint([job.id])
        return job


async def _begin(
    actor: Actor, import_job_id: int, action: str, expected_version: int, *, again: bool = True
) -> ImportJob:
    async with database.transaction():
        job = await _take(actor, import_job_id, action, expected_version)
        if not files.path_of(job.sha256).exists():
            raise FileGone
        await _alone(job)
        if not again and (known := await _taken_before(job)):
            raise KnownFile(import_job_id=known)
        if action == "run":
            # What a dry run said is said anew: the database may have moved on since.
            await ImportRemark.filter(import_job_id=job.id).delete()
            job.started_at, job.stopped_at = clock.now(), None
        job.counts, job.records, job.step, job.row = {}, {}, 0, 0
        job.next_try_at, job.tries = None, 0
        await job.save()
        await audit.note(actor, f"imports.{action}", Ref("import_job", job.id), file=job.file_name)
        await jobs.OWED.hint([job.id])
        return job


async def _take(actor: Actor, import_job_id: int, action: str, expected_version: int) -> ImportJob:
    job = await ImportJob.select_for_update().get_or_none(id=import_job_id)
    if job is None:
        raise ImportNotFound
    authorise(actor, "imports.run", subject(store_id=job.store_id))
    if job.version != expected_version:
        raise StaleVersion(current_version=job.version)
    job.state = next_state(JOB_MOVES, job.state, action)
    job.version += 1
    return job


async def _alone(job: ImportJob) -> None:
    """Hold everybody's turn until the transaction ends; another import at work keeps this one waiting."""
    await database.advisory_lock(ONE_AT_A_TIME)
    if await ImportJob.filter(state__in=WRITING).exclude(id=job.id).exists():
        raise AnotherRuns


async def _taken_before(job: ImportJob) -> int | None:
    mapping = without_examples(PLANS.validate_python(job.sheets))
    for other in await ImportJob.filter(sha256=job.sha256, state=ImportState.DONE).exclude(id=job.id).order_by("-id"):
        if (
            without_examples(PLANS.validate_python(other.sheets)) == mapping
            and other.value_maps == job.value_maps
            and other.source_system == job.source_system
            and other.setting_list == job.setting_list
        ):
            return int(other.id)
    return None


async def _check_meanings(value_maps: Mapping[str, Mapping[str, str]]) -> None:
    """What a text means is one of ours; the worker would stumble over anything else.

    Raises:
        ColumnsNotAccepted
    """
    models = await VehicleModel.all().values_list("id", flat=True)
    ours: dict[str, set[str]] = {"model": {str(each) for each in models}, "payer": set(Payer), "role": set(Role)}
    for name, words in value_maps.items():
        if strange := set(words.values()) - ours.get(name, set()):
            raise ColumnsNotAccepted("有的内容对应的选项已经没有了，请重新选择。", field=name, values=sorted(strange))


async def _remember(job: ImportJob, plan_: SheetPlan) -> None:
    fields = {normal(column.header): column.field or "" for column in plan_.columns}
    await KnownLayout.update_or_create(
        defaults={"entity": plan_.entity or "", "fields_by_header": fields},
        store_id=job.store_id,
        headers_hash=remembered_as(job.setting_list, plan_) if job.setting_list else plan_.headers_hash,
    )
