"""The driver's steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.spelling.phone import PhoneInvalid, parse_phone
from crm_core.valet import notices
from crm_core.valet.errors import NotReceived, NotTheCode, NotToBeBrought
from crm_core.valet.models import ValetRun
from crm_core.valet.rules import RunKind
from crm_core.valet.runs import locked, step
from foundation import clock, database, media
from foundation.errors import InvalidInput

ACTION = "valet.drive"
_IS_KEPT: Final = """
SELECT EXISTS (SELECT FROM repair_order
WHERE appointment_id = $1 AND authorised_at IS NOT NULL AND paid_at IS NULL AND voided_at IS NULL)
"""
"""Whether work was ordered on the car of a booking and is not paid."""


@dataclass(frozen=True)
class Met:
    """Whom the driver met at the address; without a name it was the owner. `signature` is a media key."""

    name: str = ""
    phone: str = ""
    signature: str = ""


OWNER = Met()
"""The owner, who signed nothing."""


async def set_out(actor: Actor, run_id: int, *, expected_version: int) -> ValetRun:
    """出发: the owner is told that the driver is on the way.

    Raises:
        RunNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    return await _step(actor, run_id, "set_out", expected_version)


async def take(
    actor: Actor,
    run_id: int,
    *,
    mileage_km: int,
    code: str = "",
    photos: Sequence[str] = (),
    met: Met = OWNER,
    expected_version: int,
) -> ValetRun:
    """接到车: by the owner's code, with the signature of whoever hands the car over, or with photos of how it
    looks; its mileage is written down in any case.

    Raises:
        NotTheCode: neither a right code nor a signature nor a photo.
        NotToBeBrought: the car is to go home, and is not paid for.
        InvalidInput: not a phone number.
        MediaNotStored, RunNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        run = await locked(actor, run_id, ACTION, expected_version)
        if code != run.code if code else not (photos or met.signature):
            raise NotTheCode
        if run.kind is RunKind.RETURN and await database.fetch_value(_IS_KEPT, run.appointment_id):
            raise NotToBeBrought
        await _note(run, met, photos)
        run.mileage_km, run.taken_at = mileage_km, clock.now()
        await step(actor, run, "take")
        await notices.tell_owner(run)
        return run


async def deliver(
    actor: Actor, run_id: int, *, met: Met = OWNER, photos: Sequence[str] = (), expected_version: int
) -> ValetRun:
    """送到: the store has the car, or whoever was at the address, who signs for it or is shown it in a photo.

    Raises:
        NotReceived: neither a signature nor a photo of a car that was brought.
        InvalidInput: not a phone number.
        MediaNotStored, RunNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        run = await locked(actor, run_id, ACTION, expected_version)
        if run.kind is RunKind.RETURN:
            if not (met.signature or photos):
                raise NotReceived
            await _note(run, met, photos)
        await step(actor, run, "deliver")
        await notices.tell_owner(run)
        return run


async def fail(actor: Actor, run_id: int, reason: str, *, expected_version: int) -> ValetRun:
    """没办成: nobody was there, or the car does not move; the store's desk is told and goes on from here.

    Raises:
        RunNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        run = await _step(actor, run_id, "fail", expected_version, reason)
        await notices.tell_desk(run, "failed")
        return run


async def _note(run: ValetRun, met: Met, photos: Sequence[str]) -> None:
    await media.require_stored([*photos, *([met.signature] if met.signature else [])])
    try:
        run.met_phone = parse_phone(met.phone) if met.phone else ""
    except PhoneInvalid as error:
        raise InvalidInput(str(error)) from None
    run.met_name, run.signature, run.photos = met.name, met.signature, [*run.photos, *photos]


async def _step(actor: Actor, run_id: int, action: str, expected_version: int, reason: str = "") -> ValetRun:
    async with database.transaction():
        run = await locked(actor, run_id, ACTION, expected_version)
        await step(actor, run, action, reason)
        await notices.tell_owner(run)
        return run
