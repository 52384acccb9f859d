"""Who drives: proposing, assigning, moving and handing on."""

from datetime import datetime

from tortoise.exceptions import IntegrityError

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import BayKind, Store
from crm_core.dealerships.permissions import authorise
from crm_core.policies.current import policy_of
from crm_core.valet import drivers, notices, rules
from crm_core.valet.errors import DriverNotFree, NotADriver, RunNotFound
from crm_core.valet.events import RunAssigned
from crm_core.valet.models import ValetRun
from crm_core.valet.rules import Driver, Needed, Proposal, RunKind, ValetPolicy, Window
from crm_core.valet.runs import facts_of, locked, spot, spot_of, subject_of
from crm_core.vehicles.models import Powertrain, Vehicle
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state


async def proposals(actor: Actor, run_id: int) -> list[Proposal]:
    """Who could take a run, the nearest first, and why they; empty if nobody is free.

    Raises:
        RunNotFound, NotAllowed.
    """
    run = await ValetRun.get_or_none(id=run_id)
    if run is None:
        raise RunNotFound
    authorise(actor, "valet.assign", subject_of(run))
    store = await Store.get(id=run.store_id)
    policy = await policy_of(ValetPolicy, store.id)
    return rules.proposals(await _drivers(run, store), await _needed(run, store), spot_of(store), policy)


async def assign(actor: Actor, run_id: int, driver_id: int, starts_at: datetime, *, expected_version: int) -> ValetRun:
    """Give a run to a driver at a time, or move it to another time or another driver.

    Raises:
        NotADriver: they do not drive for this store.
        DriverNotFree: they are away, busy, without the skill, or would not be there in the window.
        RunNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        run = await locked(actor, run_id, "valet.assign", expected_version)
        state = next_state(rules.RUN_MOVES, run.state, "assign")
        store = await Store.get(id=run.store_id)
        policy = await policy_of(ValetPolicy, store.id)
        driver = next((each for each in await _drivers(run, store) if each.id == driver_id), None)
        if driver is None:
            raise NotADriver
        if refusal := rules.hindrance(driver, await _needed(run, store), starts_at, policy):
            raise DriverNotFree(refusal)
        if run.driver_id not in (None, driver_id):
            await notices.tell_driver(run, "withdrawn")
        run.state, run.driver_id = state, driver_id
        run.starts_at, run.ends_at = starts_at, starts_at + rules.takes(run.kind, policy)
        run.version += 1
        await _save(run)
        await record(RunAssigned(**facts_of(actor, run), driver=driver.name, starts_at=starts_at))
        await notices.tell_driver(run, "assigned")
        await notices.tell_owner(run)
        return run


async def _save(run: ValetRun) -> None:
    try:
        async with database.savepoint():
            await run.save()
    except IntegrityError as error:
        # Somebody gave the same driver another run at this moment; the exclusion accepted only one of the two.
        raise DriverNotFree from error


async def _drivers(run: ValetRun, store: Store) -> list[Driver]:
    day = clock.local(run.window_from).date()
    return await drivers.of_store(store.id, day, spot_of(store), but_run=run.id)


async def _needed(run: ValetRun, store: Store) -> Needed:
    address = spot(run.latitude, run.longitude)
    vehicle = await Vehicle.get_or_none(id=run.vehicle_id).prefetch_related("model")
    is_electric = vehicle is not None and vehicle.model.powertrain is Powertrain.BEV
    return Needed(
        run.kind,
        Window(run.window_from, run.window_to),
        spot_of(store) if run.kind is RunKind.RETURN else address,
        BayKind.EV.value if is_electric else None,
    )
