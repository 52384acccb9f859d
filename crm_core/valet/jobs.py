"""What the clock does to runs."""

from crm_core.valet import notices, rules
from crm_core.valet.models import ValetRun
from foundation import clock, database
from foundation.jobs import job


@job("valet.tell_of_late")
async def tell_of_late() -> None:
    """Tell the desk of runs whose window is over and whose driver is not there; by the dedupe key once for each."""
    now = clock.now()
    late = ValetRun.filter(state__in=rules.LIVE, window_to__lt=now, window_to__gt=now - rules.LATE_FOR)
    for run in await late.order_by("window_to", "id"):
        if rules.is_late(run.kind, run.state, run.window_to, now):
            async with database.transaction():
                await notices.tell_desk(run, "late")
