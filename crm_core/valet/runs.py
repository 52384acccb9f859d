"""What every verb on a run begins and ends with."""

from crm_core.appointments.rules import LIVE_STATES, MOVABLE, AppointmentState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import Subject, authorise, subject
from crm_core.valet import rules
from crm_core.valet.errors import RunNotFound
from crm_core.valet.events import RunFacts, RunStepped
from crm_core.valet.models import ValetArea, ValetRun
from crm_core.valet.rules import RunKind, Spot
from foundation import clock
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.moves import next_state


def subject_of(run: ValetRun) -> Subject:
    """The subject for permission checks on a run: its store, its owner and its driver."""
    return subject(store_id=run.store_id, customer_id=run.customer_id, staff_ids=[run.driver_id])


async def locked(actor: Actor, run_id: int, action: str, expected_version: int) -> ValetRun:
    """The run under its lock, if the actor may do this to it and saw its newest version.

    Raises:
        RunNotFound, NotAllowed, StaleVersion.
    """
    run = await ValetRun.select_for_update().get_or_none(id=run_id)
    if run is None:
        raise RunNotFound
    authorise(actor, action, subject_of(run))
    if run.version != expected_version:
        raise StaleVersion(current_version=run.version, current_state=run.state.value)
    return run


async def step(actor: Actor, run: ValetRun, action: str, reason: str = "") -> None:
    """Move a locked run on, save it and say so; the last step ends it.

    Raises:
        IllegalMove.
    """
    run.state = next_state(rules.RUN_MOVES, run.state, action)
    run.version += 1
    if run.state not in rules.LIVE:
        run.ended_at, run.end_reason = clock.now(), reason
    await run.save()
    await record(RunStepped(**facts_of(actor, run), state=run.state, reason=reason))


def facts_of(actor: Actor, run: ValetRun) -> RunFacts:
    return RunFacts(
        actor=str(actor),
        customer_id=run.customer_id,
        store_id=run.store_id,
        valet_run_id=run.id,
        kind=run.kind,
    )


def spot(latitude: float | None, longitude: float | None) -> Spot | None:
    """A position, if both of its numbers are known."""
    return None if latitude is None or longitude is None else Spot(latitude, longitude)


def spot_of(store: Store) -> Spot | None:
    """Where the store is."""
    return spot(store.latitude, store.longitude)


def may_ask(state: AppointmentState, kind: RunKind) -> bool:
    """Whether the car of a booking in this state can still be fetched, or brought back."""
    fetched_until, brought_until = MOVABLE, (*LIVE_STATES, AppointmentState.CONVERTED)
    return kind is not RunKind.RESCUE and state in (fetched_until if kind is RunKind.PICK_UP else brought_until)


async def areas_of(store_id: int) -> list[str]:
    """The parts of town the store drives to; none are named where only the distance counts."""
    areas = await ValetArea.filter(store_id=store_id, is_active=True).order_by("name")
    return [area.name for area in areas]
