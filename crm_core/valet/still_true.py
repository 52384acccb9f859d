"""Whether what a waiting message says about a run is still true."""

from crm_core.messaging.conditions import Said, condition
from crm_core.messaging.worded import knows_store
from crm_core.valet.models import ValetRun
from crm_core.valet.notices import VARIANTS
from crm_core.valet.rules import LIVE, is_late
from foundation import clock


@condition
async def valet_run_stands(said: Said) -> bool:
    """The run is still to be driven at the time the card names; that one is theirs no longer stays true."""
    if said.variant == "withdrawn":
        return True
    run = await ValetRun.get_or_none(id=said.matter_id)
    return run is not None and run.state in LIVE and said.is_at("window_from", run.window_from)


@condition
async def valet_progress_stands(said: Said) -> bool:
    """A run of this booking is as far as the message says."""
    states = [state for state, variant in VARIANTS.items() if variant == said.variant]
    return await ValetRun.filter(appointment_id=said.matter_id, state__in=states).exists()


@condition
async def valet_run_troubles(said: Said) -> bool:
    """What failed stays failed; a late run that has arrived or was moved troubles nobody."""
    run = await ValetRun.get_or_none(id=said.matter_id)
    if run is None or said.variant == "failed":
        return run is not None
    return is_late(run.kind, run.state, run.window_to, clock.now())


async def _store_of_run(run_id: int) -> int | None:
    run = await ValetRun.get_or_none(id=run_id)
    return None if run is None else run.store_id


knows_store("valet_run", _store_of_run)
