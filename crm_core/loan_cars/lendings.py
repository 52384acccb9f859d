"""What every verb on a lending begins and ends with."""

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.loan_cars import rules
from crm_core.loan_cars.errors import LendingNotFound
from crm_core.loan_cars.events import LendingFacts, LendingStepped
from crm_core.loan_cars.models import Lending, LoanCar
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.moves import next_state


async def locked(actor: Actor, lending_id: int, expected_version: int) -> tuple[Lending, LoanCar]:
    """The lending and its car under their locks, if the actor may lend and saw its newest version.

    Raises:
        LendingNotFound, NotAllowed, StaleVersion.
    """
    lending = await Lending.select_for_update().get_or_none(id=lending_id)
    if lending is None:
        raise LendingNotFound
    authorise(actor, "loan_cars.lend", subject(store_id=lending.store_id))
    if lending.version != expected_version:
        raise StaleVersion(current_version=lending.version, current_state=lending.state.value)
    return lending, await LoanCar.select_for_update().get(id=lending.loan_car_id)


def move(lending: Lending, action: str) -> None:
    """Move a locked lending on.

    Raises:
        IllegalMove.
    """
    lending.state = next_state(rules.LENDING_MOVES, lending.state, action)
    lending.version += 1


async def tell_step(actor: Actor, lending: Lending, car: LoanCar, reason: str = "") -> None:
    """Record the step it just took."""
    await record(LendingStepped(**facts_of(actor, lending, car), state=lending.state, reason=reason))


def facts_of(actor: Actor, lending: Lending, car: LoanCar) -> LendingFacts:
    return LendingFacts(
        actor=str(actor),
        customer_id=lending.customer_id,
        store_id=lending.store_id,
        lending_id=lending.id,
        plate=car.plate,
    )
