"""The driver's steps."""

from collections.abc import Sequence

from crm_core.dealerships.actors import Actor
from crm_core.valet import notices
from crm_core.valet.errors import NotTheCode
from crm_core.valet.models import ValetRun
from crm_core.valet.runs import locked, step
from foundation import clock, database, media

ACTION = "valet.drive"


async def set_out(actor: Actor, run_id: int, *, expected_version: int) -> ValetRun:
    """出发: the owner is told that the driver is on the way.

    Raises:
        RunNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    return await _step(actor, run_id, "set_out", expected_version)


async def take(
    actor: Actor, run_id: int, *, mileage_km: int, code: str = "", photos: Sequence[str] = (), expected_version: int
) -> ValetRun:
    """接到车: by the owner's code, or with photos of how the car looks; its mileage is written down in any case.

    Raises:
        NotTheCode: neither a right code nor a photo.
        MediaNotStored, RunNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        run = await locked(actor, run_id, ACTION, expected_version)
        if code != run.code if code else not photos:
            raise NotTheCode
        await media.require_stored(photos)
        run.mileage_km, run.photos, run.taken_at = mileage_km, list(photos), clock.now()
        await step(actor, run, "take")
        await notices.tell_owner(run)
        return run


async def deliver(actor: Actor, run_id: int, *, expected_version: int) -> ValetRun:
    """送到: the store or the owner has the car.

    Raises:
        RunNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    return await _step(actor, run_id, "deliver", expected_version)


async def fail(actor: Actor, run_id: int, reason: str, *, expected_version: int) -> ValetRun:
    """没办成: nobody was there, or the car does not move; the store's desk is told and goes on from here.

    Raises:
        RunNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        run = await _step(actor, run_id, "fail", expected_version, reason)
        await notices.tell_desk(run, "failed")
        return run


async def _step(actor: Actor, run_id: int, action: str, expected_version: int, reason: str = "") -> ValetRun:
    async with database.transaction():
        run = await locked(actor, run_id, ACTION, expected_version)
        await step(actor, run, action, reason)
        await notices.tell_owner(run)
        return run
