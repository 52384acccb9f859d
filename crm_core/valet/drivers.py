"""What the rules need to know of a store's drivers on a day."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final

from crm_core.dealerships.models import Role, Staff
from crm_core.dealerships.rota import duty
from crm_core.dealerships.rota.rules import Rota
from crm_core.valet.rules import TAKES_THE_DRIVER, Busy, Driver, RunKind, Spot
from crm_core.valet.runs import spot
from foundation import clock
from foundation.reading import Query, literals, read_model


@read_model
class _Taken:
    """A run that takes a driver."""

    id: int
    driver_id: int
    kind: RunKind
    starts_at: datetime
    ends_at: datetime
    latitude: float | None
    longitude: float | None


_RUNS: Final = Query(
    _Taken,
    f"""
    SELECT id, driver_id, kind, starts_at, ends_at, latitude, longitude FROM valet_run
    WHERE driver_id = ANY($1) AND state IN ({literals(*TAKES_THE_DRIVER)}) AND starts_at < $3 AND ends_at > $2
    ORDER BY starts_at, id
    """,
)


async def of_store(store_id: int, day: date, store: Spot | None, *, but_run: int | None = None) -> list[Driver]:
    """The store's drivers on that day. A run that is about to be moved takes nobody."""
    ids = {holder.staff_id for holder in await duty.holders_of([Role.DRV], [store_id])}
    names = {person.id: person.name for person in await Staff.filter(id__in=list(ids))}
    rotas = await duty.rotas_of(ids, day, day)
    runs = await _runs_on(ids, day, store, but_run)
    return [
        Driver(id, names[id], rotas[id].skills_on(day), hours_of(rotas[id], day), tuple(runs[id])) for id in sorted(ids)
    ]


def hours_of(rota: Rota, day: date) -> list[tuple[datetime, datetime]]:
    """When somebody works on that day."""
    midnight = clock.at(day)
    return [
        (midnight + timedelta(minutes=begins), midnight + timedelta(minutes=ends))
        for begins, ends in rota.hours_on(day)
    ]


async def _runs_on(
    ids: Collection[int], day: date, store: Spot | None, but_run: int | None
) -> defaultdict[int, list[Busy]]:
    runs: defaultdict[int, list[Busy]] = defaultdict(list)
    midnight = clock.at(day)
    for run in await _RUNS.all(list(ids), midnight, midnight + timedelta(days=1)):
        if run.id != but_run:
            # Whoever brings a car stays at its door; whoever fetches one is back at the store.
            left_at = spot(run.latitude, run.longitude) if run.kind is RunKind.RETURN else store
            runs[run.driver_id].append(Busy(run.starts_at, run.ends_at, left_at))
    return runs
