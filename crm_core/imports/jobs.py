"""The work on imports, found again by the timetable as long as an import's state owes some."""

from typing import Final

from crm_core.imports import files, looking, undoing, working
from crm_core.imports.models import ImportJob, ImportRemark
from crm_core.imports.plans import PLANS, without_examples
from crm_core.imports.rules import AT_WORK, ImportState
from foundation import clock
from foundation.jobs import BULK, job
from foundation.owed import Debt
from foundation.reading import literals

WORK: Final = "imports.work"
OWED: Final = Debt(
    "import_job",
    open_when=f"state IN ({literals(*AT_WORK)})",
    since="uploaded_at",
    job=WORK,
    argument="import_job_id",
)


@job(WORK, priority=BULK, is_hint=True)
async def work(import_job_id: int) -> None:
    """Go on with an import wherever it stands."""

    async def go_on() -> None:
        found = await ImportJob.get(id=import_job_id)
        match found.state:
            case ImportState.READING:
                await looking.look(found)
            case ImportState.TRYING:
                await working.try_out(found)
            case ImportState.RUNNING:
                await working.run(found)
            case ImportState.UNDOING:
                await undoing.undo(found)

    await OWED.attempt(import_job_id, go_on)


@job("imports.forget_files", priority=BULK)
async def forget_files() -> None:
    """At night: our copies of files whose days are over, and what examples and remarks quote of them."""
    async for old in ImportJob.filter(file_until__lt=clock.now()).exclude(state__in=AT_WORK):
        if not await ImportJob.filter(sha256=old.sha256, file_until__gte=clock.now()).exists():
            files.forget(old.sha256)
        bare = PLANS.dump_python(without_examples(PLANS.validate_python(old.sheets)), mode="json")
        if bare != old.sheets:
            await ImportJob.filter(id=old.id).update(sheets=bare)
            await ImportRemark.filter(import_job_id=old.id).update(proposals={})
