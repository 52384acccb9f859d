"""借出 and 还车: the car changes hands, with mileage, level, marks and photos."""

from collections.abc import Sequence

from tortoise.exceptions import IntegrityError

from crm_core.dealerships.actors import Actor
from crm_core.loan_cars import notices, rules
from crm_core.loan_cars.errors import (
    HandingNotPossible,
    LicenceNotValid,
    LoanCarNotBack,
    LoanCarTaken,
    LoanTimeDoesNotFit,
)
from crm_core.loan_cars.lendings import locked, move, tell_step
from crm_core.loan_cars.models import Lending
from crm_core.loan_cars.rules import Handing, LendingState, Licence
from foundation import clock, database, media


async def hand_out(
    actor: Actor, lending_id: int, handing: Handing, licence: Licence, agreement: str, *, expected_version: int
) -> Lending:
    """The owner drives away in it: the licence was looked at, and what was agreed is written down.

    Raises:
        LicenceNotValid: it ends before the car is back.
        HandingNotPossible: the mileage went backwards, or the level is none.
        LoanCarNotBack: whoever had it before still has it.
        LoanCarTaken: it is early, and somebody else is to have it until the planned time.
        LoanTimeDoesNotFit: it is promised for later.
        MediaNotStored, LendingNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        lending, car = await locked(actor, lending_id, expected_version)
        move(lending, "hand_out")
        if not rules.may_hand_out(lending.starts_at, clock.now()):
            raise LoanTimeDoesNotFit(f"约的是 {clock.dated(lending.starts_at)} 取车，还没到时间。")
        if refusal := rules.licence_refusal(licence, lending.ends_at):
            raise LicenceNotValid(refusal)
        await _check(handing, car.mileage_km)
        lending.driver, lending.licence_valid_until = licence.driver.strip(), licence.valid_until
        lending.agreement = agreement.strip()
        lending.out_at, lending.out_by = clock.now(), actor.id
        # It is theirs from now on; whoever was promised it until the planned time is not passed over.
        lending.starts_at = min(lending.starts_at, lending.out_at)
        lending.out_mileage_km, lending.out_energy_percent = handing.mileage_km, handing.energy_percent
        lending.out_marks, lending.out_photos = handing.marks.strip(), _keys(handing.photos)
        try:
            async with database.savepoint():
                await lending.save()
        except IntegrityError as error:
            is_out = await Lending.exists(loan_car_id=car.id, state=LendingState.OUT)
            raise (LoanCarNotBack if is_out else LoanCarTaken) from error
        car.mileage_km = handing.mileage_km
        await car.save()
        await tell_step(actor, lending, car)
        await notices.tell(lending, car, "out")
        return lending


async def take_back(actor: Actor, lending_id: int, handing: Handing, *, expected_version: int) -> Lending:
    """The car is back. From now on it can be lent to others, whatever time it was promised for.

    Raises:
        HandingNotPossible, MediaNotStored, LendingNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        lending, car = await locked(actor, lending_id, expected_version)
        move(lending, "give_back")
        await _check(handing, lending.out_mileage_km or 0)
        lending.back_at, lending.back_to = clock.now(), actor.id
        lending.back_mileage_km, lending.back_energy_percent = handing.mileage_km, handing.energy_percent
        lending.back_marks, lending.back_photos = handing.marks.strip(), _keys(handing.photos)
        await lending.save()
        car.mileage_km = handing.mileage_km
        await car.save()
        await tell_step(actor, lending, car, f"新伤：{lending.back_marks}" if lending.back_marks else "")
        return lending


async def _check(handing: Handing, at_least_km: int) -> None:
    if refusal := rules.handing_refusal(handing, at_least_km):
        raise HandingNotPossible(refusal)
    await media.require_stored(handing.photos)


def _keys(photos: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(photos))
